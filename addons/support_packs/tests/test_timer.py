"""A timer that is started once, stopped once, and becomes a work entry."""

from datetime import datetime, timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import HttpCase, JsonRpcException, freeze_time, tagged
from odoo.tools import mute_logger

from .common import SupportPacksCommon

START = datetime(2026, 3, 4, 9, 0, 0)


class TimerCommon(SupportPacksCommon):
    chart = False

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_people()
        cls.pack = cls.make_pack(1800, day=START.date())
        cls.ticket = cls.make_ticket(cls.contact)

    def start(self, user, moment=START, ticket=None):
        """Start the user's timer at a moment, and return it."""
        ticket = (ticket or self.ticket).with_user(user)
        with freeze_time(moment):
            ticket.action_support_start_work()
        return ticket.support_timer_ids.filtered(lambda t: t.user_id == user)

    def stop(self, user, moment, ticket=None):
        """Return the wizard that the button opens at a moment."""
        ticket = (ticket or self.ticket).with_user(user)
        with freeze_time(moment):
            action = ticket.action_support_stop_work()
            return (
                self.env[action["res_model"]]
                .with_user(user)
                .with_context(**action["context"])
                .create({})
            )


@tagged("post_install", "-at_install")
class TestTimer(TimerCommon):
    def test_stopping_logs_the_work_as_of_when_it_was_started(self):
        self.start(self.technician)
        moment = START + timedelta(minutes=36, seconds=1)
        wizard = self.stop(self.technician, moment)
        self.assertEqual((wizard.minutes, wizard.billable), (37, True))
        wizard.name = " Looked at the logs "
        with freeze_time(moment):
            wizard.action_log()
        work = self.ticket.support_work_ids
        self.assertEqual(
            (work.minutes, work.name, work.date, work.user_id, work.billable),
            (37, "Looked at the logs", START, self.technician, True),
        )
        self.assertFalse(self.ticket.support_timer_ids)
        self.assert_charge(self.ticket, covered=60)

    def test_whole_minutes_rounded_up_at_least_one(self):
        for seconds, minutes in ((0, 1), (1, 1), (60, 1), (61, 2), (3600, 60)):
            with self.subTest(seconds=seconds):
                ticket = self.make_ticket()
                self.start(self.technician, ticket=ticket)
                moment = START + timedelta(seconds=seconds)
                wizard = self.stop(self.technician, moment, ticket)
                self.assertEqual(wizard.minutes, minutes)

    def test_minutes_and_billable_are_editable(self):
        self.start(self.technician)
        wizard = self.stop(self.technician, START + timedelta(minutes=50))
        wizard.write({"name": "Work", "minutes": 20, "billable": False})
        wizard.action_log()
        work = self.ticket.support_work_ids
        self.assertEqual((work.minutes, work.billable), (20, False))
        self.assertFalse(self.ticket.support_charge_id)

    def test_starting_twice_starts_once(self):
        first = self.start(self.technician)
        again = self.start(self.technician, START + timedelta(minutes=5))
        self.assertEqual(first, again)
        again.invalidate_recordset()
        self.assertEqual(again.started_at, START)
        self.assertEqual(self.ticket.support_timer_ids, first)

    def test_stopping_twice_logs_once(self):
        self.start(self.technician)
        moment = START + timedelta(minutes=5)
        wizards = [self.stop(self.technician, moment) for _number in range(2)]
        for wizard in wizards:
            wizard.name = "Work"
            wizard.action_log()
            wizard.action_log()
        self.assertEqual(len(self.ticket.support_work_ids), 1)
        with self.assertRaisesRegex(UserError, "does not run"):
            self.ticket.with_user(self.technician).action_support_stop_work()

    def test_closing_the_wizard_keeps_the_timer_and_discarding_removes_it(self):
        timer = self.start(self.technician)
        self.stop(self.technician, START + timedelta(minutes=5))
        self.assertTrue(timer.exists())
        wizard = self.stop(self.technician, START + timedelta(minutes=6))
        wizard.action_discard()
        wizard.action_discard()
        self.assertFalse(timer.exists())
        self.assertFalse(self.ticket.support_work_ids)
        self.assertFalse(self.ticket.with_user(self.technician).support_timer_ids)

    def test_a_description_is_asked(self):
        timer = self.start(self.technician)
        wizard = self.stop(self.technician, START + timedelta(minutes=5))
        for name in (False, "  "):
            wizard.name = name
            with self.assertRaisesRegex(ValidationError, "Description"):
                wizard.action_log()
        self.assertTrue(timer.exists())

    def test_a_forgotten_timer_asks_for_the_minutes(self):
        timer = self.start(self.technician)
        almost = self.stop(self.technician, START + timedelta(hours=16))
        self.assertEqual((almost.is_forgotten, almost.minutes), (False, 960))
        moment = START + timedelta(hours=16, seconds=1)
        wizard = self.stop(self.technician, moment)
        self.assertEqual((wizard.is_forgotten, wizard.minutes), (True, 0))
        wizard.name = "Work"
        with self.assertRaisesRegex(ValidationError, "Minutes"):
            wizard.action_log()
        self.assertTrue(timer.exists())
        wizard.minutes = 45
        wizard.action_log()
        self.assertEqual(self.ticket.support_work_ids.minutes, 45)

    def test_each_has_a_timer_of_their_own_and_sees_the_others(self):
        self.start(self.technician)
        self.start(self.colleague, START + timedelta(minutes=1))
        for user, started, others in (
            (self.technician, START, self.colleague.name),
            (self.colleague, START + timedelta(minutes=1), self.technician.name),
            (self.manager, False, f"{self.technician.name}, {self.colleague.name}"),
        ):
            ticket = self.ticket.with_user(user)
            with self.subTest(user=user.login):
                self.assertEqual(ticket.support_timer_started_at, started)
                self.assertEqual(ticket.support_timer_others, others)

    def test_one_may_work_on_two_tickets(self):
        other = self.make_ticket()
        self.start(self.technician)
        self.start(self.technician, ticket=other)
        timers = self.env["support.timer"].search(
            [("user_id", "=", self.technician.id)]
        )
        self.assertEqual(timers.ticket_id, self.ticket | other)

    def test_a_closed_ticket_is_not_started_but_may_be_stopped(self):
        self.start(self.technician)
        self.solve(self.ticket)
        with self.assertRaisesRegex(UserError, "closed"):
            self.start(self.colleague)
        wizard = self.stop(self.technician, START + timedelta(minutes=5))
        wizard.name = "Work"
        wizard.action_log()
        self.assertEqual(self.ticket.support_work_ids.minutes, 5)

    def test_without_an_account_the_timer_runs_all_the_same(self):
        ticket = self.make_ticket(self.make_client("Nobody"))
        self.assertFalse(ticket.support_account_id)
        self.assertTrue(self.start(self.technician, ticket=ticket))


@tagged("post_install", "-at_install")
class TestTimerAccess(TimerCommon):
    def test_technicians_end_their_own_and_managers_all(self):
        timer = self.start(self.technician)
        for user, operations in (
            (self.technician, {"read", "unlink"}),
            (self.colleague, {"read"}),
            (self.manager, {"read", "unlink"}),
            (self.accountant, set()),
            (self.salesperson, set()),
            (self.employee, set()),
            (self.portal_user, set()),
        ):
            may = {
                operation
                for operation in ("read", "write", "create", "unlink")
                if timer.with_user(user).has_access(operation)
            }
            with self.subTest(user=user.login):
                self.assertEqual(may, operations)

    def test_a_colleague_neither_discards_nor_logs_what_is_not_theirs(self):
        timer = self.start(self.technician)
        with self.assertRaises(AccessError):
            timer.with_user(self.colleague).action_discard()
        for user in (self.colleague, self.manager):
            wizard = (
                self.env["support.timer.stop"]
                .with_user(user)
                .create({"timer_id": timer.id, "name": "Mine", "minutes": 5})
            )
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                wizard.action_log()
        timer.with_user(self.manager).action_discard()
        self.assertFalse(timer.exists())

    def test_who_may_not_read_the_ticket_does_not_start(self):
        mine_only = self.make_user("own", "helpdesk_mgmt.group_helpdesk_user_own")
        self.ticket.user_id = self.technician
        with self.assertRaises(AccessError):
            self.start(mine_only)
        self.ticket.user_id = mine_only
        self.assertTrue(self.start(mine_only))

    def test_who_is_no_technician_does_not_start(self):
        self.ticket.message_subscribe(self.employee.partner_id.ids)
        for user in (self.employee, self.portal_user):
            ticket = self.ticket.with_user(user)
            self.assertTrue(ticket.has_access("read"))
            with self.subTest(user=user.login):
                for method in (
                    "action_support_start_work",
                    "action_support_stop_work",
                    "action_support_ask_to_buy",
                ):
                    with self.assertRaises(AccessError):
                        getattr(ticket, method)()


@tagged("post_install", "-at_install")
class TestTimerRpc(TimerCommon, HttpCase):
    def call(self, model, method, *args):
        return self.make_jsonrpc_request(
            "/web/dataset/call_kw",
            {"model": model, "method": method, "args": args, "kwargs": {}},
        )

    def assert_refused(self, model, method, *args):
        with (
            self.subTest(model=model, method=method),
            mute_logger("odoo.http"),
            self.assertRaisesRegex(JsonRpcException, "AccessError"),
        ):
            self.call(model, method, *args)

    def test_no_way_around_the_verbs(self):
        timer = self.start(self.technician)
        login = "technician"
        self.authenticate(login, login)
        values = {
            "ticket_id": self.make_ticket().id,
            "user_id": self.technician.id,
            "company_id": self.company.id,
            "started_at": fields.Datetime.to_string(START),
        }
        self.assert_refused("support.timer", "create", [values])
        self.assert_refused("support.timer", "write", timer.ids, values)

    def test_clients_do_nothing_with_timers(self):
        timer = self.start(self.technician)
        self.authenticate("portal_contact", "portal_contact")
        self.assert_refused("support.timer", "search_read", [])
        self.assert_refused("support.timer", "action_discard", timer.ids)
        self.assert_refused("support.timer.stop", "create", [{"timer_id": timer.id}])
        for method in ("start_work", "stop_work", "ask_to_buy"):
            self.assert_refused(
                "helpdesk.ticket", f"action_support_{method}", self.ticket.ids
            )
