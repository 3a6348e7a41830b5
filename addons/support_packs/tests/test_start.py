"""What is asked before work starts; and that work done is always recordable."""

from unittest.mock import patch

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import SupportPacksCommon


class StartCommon(SupportPacksCommon):
    chart = False
    uncovered_policy = "block"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy.uncovered_policy = cls.uncovered_policy
        cls.account = cls.make_account()
        cls.make_people()

    def start(self, ticket, user=None):
        return ticket.with_user(user or self.technician).action_support_start_work()

    def assert_refused(self, ticket, pattern):
        with self.assertRaisesRegex(UserError, pattern), self.cr.savepoint():
            self.start(ticket)
        self.assertFalse(ticket.support_timer_ids)
        self.assertEqual(ticket.support_start_level, "blocked")

    def assert_starts(self, ticket):
        self.start(ticket)
        self.assertEqual(ticket.support_timer_ids.user_id, self.technician)


@tagged("post_install", "-at_install")
class TestStartBlocked(StartCommon):
    def test_an_empty_balance_says_what_to_buy(self):
        self.assert_refused(
            self.make_ticket(),
            r"(?s)Balance: 0 min can be used today.*takes 60 min. Missing: 60 min."
            r".*can buy Pack of 60 \(1 h\)",
        )

    def test_less_than_the_minimum_is_refused(self):
        self.make_pack(59)
        self.assert_refused(self.make_ticket(), "Missing: 1 min")

    def test_the_minimum_suffices(self):
        self.make_pack(60)
        self.assert_starts(self.make_ticket())

    def test_what_the_minimum_has_paid_may_be_worked_off(self):
        self.make_pack(60)
        ticket = self.make_ticket()
        self.log(ticket, 20)
        self.assert_starts(ticket)

    def test_beyond_what_is_paid_it_is_refused(self):
        self.make_pack(60)
        ticket = self.make_ticket()
        self.log(ticket, 60)
        self.assert_refused(ticket, "takes 1 min")

    def test_a_ticket_that_waits_for_a_decision_does_not_go_on(self):
        ticket = self.make_ticket()
        self.log(ticket, 20)
        self.assert_refused(ticket, "Missing: 60 min")
        ticket.support_charge_id._decide("invoice")
        self.assert_starts(ticket)

    def test_an_accepted_estimate_must_be_covered(self):
        self.make_pack(100)
        ticket = self.make_ticket(support_estimate_minutes=120)
        self.assert_refused(
            ticket, "accepted estimate of 120 min takes 120 min. Missing: 20 min"
        )
        self.log(ticket, 30)
        self.assert_refused(ticket, "Missing: 20 min")
        self.make_pack(20)
        self.assert_starts(ticket)

    def test_a_pack_that_has_ended_is_not_counted(self):
        today = self.company.support_local_date()
        pack = self.make_pack(1800)
        pack.date_end = today.replace(year=today.year - 1)
        self.assert_refused(self.make_ticket(), "Balance: 0 min")

    def test_work_done_is_always_recordable(self):
        ticket = self.make_ticket()
        self.log(ticket.with_user(self.technician), 20)
        self.assert_charge(ticket, 0, uncovered=60, state="waiting")

    def test_a_ticket_that_is_nobody_s_starts(self):
        self.assert_starts(self.make_ticket(self.make_client("Stranger")))

    def test_a_closed_ticket_does_not(self):
        ticket = self.make_ticket()
        self.make_pack(60)
        self.solve(ticket)
        with self.assertRaisesRegex(UserError, "Stage: the ticket is closed"):
            self.start(ticket)

    def test_new_clients_are_offered_what_they_may_buy(self):
        self.policy.limit_first_purchase = True
        self.products[1800].support_for_new_clients = True
        self.assert_refused(self.make_ticket(), r"can buy Pack of 1800")

    def test_clients_start_nothing(self):
        ticket = self.make_ticket()
        self.make_pack(60)
        for user in (self.portal_user, self.employee, self.accountant):
            with self.assertRaises(AccessError):
                self.start(ticket, user)
        self.assertFalse(ticket.support_timer_ids)


@tagged("post_install", "-at_install")
class TestStartEstimate(StartCommon):
    uncovered_policy = "invoice"

    def test_a_type_that_needs_an_estimate(self):
        self.request_type.needs_estimate = True
        ticket = self.make_ticket()
        self.assert_refused(ticket, "Accepted estimate")
        ticket.support_estimate_minutes = 60
        self.assert_starts(ticket)

    def test_something_found_that_needs_an_estimate(self):
        check = self.env["support.request.check"].create(
            {"request_type_id": self.request_type.id, "name": "Modified core"}
        )
        ticket = self.make_ticket(support_check_ids=check.ids)
        self.assert_refused(ticket, "Accepted estimate")

    def test_negative_estimates_are_refused_by_name(self):
        with self.assertRaisesRegex(ValidationError, "Accepted estimate"):
            self.make_ticket(support_estimate_minutes=-1)


@tagged("post_install", "-at_install")
class TestStartCap(StartCommon):
    uncovered_policy = "invoice"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy.uncovered_cap = 120

    def test_at_the_cap_nothing_new_starts(self):
        first, second = self.make_ticket(), self.make_ticket()
        self.log(first, 119)
        self.assert_starts(second)
        self.log(first, 1)
        self.assert_refused(
            self.make_ticket(), "(?s)Not covered: 120 min.*From 120 min"
        )

    def test_what_was_waived_does_not_count(self):
        ticket = self.make_ticket()
        self.log(ticket, 120)
        ticket.support_charge_id._decide("waive", "Our mistake")
        self.assert_starts(self.make_ticket())

    def test_negative_limits_are_refused_by_name(self):
        for name in ("uncovered_cap", "warning_quantity"):
            with self.assertRaisesRegex(ValidationError, "0 or more units"):
                self.policy[name] = -1


@tagged("post_install", "-at_install")
class TestWarning(StartCommon):
    uncovered_policy = "invoice"

    def test_less_than_the_minimum_warns_and_starts(self):
        self.make_pack(30)
        ticket = self.make_ticket()
        self.assertEqual(ticket.support_start_level, "warning")
        self.assertIn("Missing: 30 min", ticket.support_start_warning)
        self.assertIn("is invoiced", ticket.support_start_warning)
        self.assert_starts(ticket)

    def test_the_warning_s_limit(self):
        self.make_pack(100)
        ticket = self.make_ticket()
        self.policy.warning_quantity = 99
        self.assertFalse(ticket.support_start_level)
        self.policy.warning_quantity = 100
        ticket.invalidate_recordset()
        self.assertIn("The policy warns from 100 min", ticket.support_start_warning)

    def test_enough_says_nothing(self):
        self.make_pack(100)
        ticket = self.make_ticket()
        self.assertFalse(ticket.support_start_level)
        self.assertFalse(ticket.support_start_warning)

    def test_technicians_read_it(self):
        ticket = self.make_ticket().with_user(self.technician)
        self.assertIn("Missing: 60 min", ticket.support_start_warning)

    def test_many_tickets_take_no_more_queries(self):
        names = ["support_start_level", "support_start_warning"]
        tickets = self.env["helpdesk.ticket"]
        for number in range(25):
            client = self.make_client(f"Client {number}")
            self.make_pack(30, account=self.make_account(client))
            tickets += self.make_ticket(client)
        counts = []
        tickets[:1].with_user(self.technician).read(names)
        for some in (tickets[:5], tickets[5:25]):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            some.with_user(self.technician).read(names)
            counts.append(self.cr.sql_log_count - before)
        self.assertEqual(*counts)


@tagged("post_install", "-at_install")
class TestAskToBuy(StartCommon):
    def ask(self, ticket, user=None):
        ticket.with_user(user or self.technician).action_support_ask_to_buy()

    def public_messages(self, ticket):
        subtype = self.env.ref("mail.mt_comment")
        return ticket.message_ids.filtered(lambda one: one.subtype_id == subtype)

    def test_the_client_is_told_what_is_missing_and_what_it_costs(self):
        ticket = self.make_ticket(self.contact, user_id=self.technician.id)
        self.assertTrue(ticket.support_may_ask_to_buy)
        self.ask(ticket)
        [message] = self.public_messages(ticket)
        self.assertIn("60 min", message.body)
        self.assertIn("Pack of 60", message.body)
        self.assertIn("75", message.body)
        self.assertIn(self.contact, message.notified_partner_ids | message.partner_ids)

    def test_a_second_click_says_nothing_more(self):
        ticket = self.make_ticket(self.contact, user_id=self.technician.id)
        self.ask(ticket)
        self.ask(ticket)
        self.assertEqual(len(self.public_messages(ticket)), 1)
        self.assertFalse(ticket.support_may_ask_to_buy)

    def test_who_knows_of_work_that_is_done_at_once_says_so(self):
        ticket = self.make_ticket(self.contact)
        self.assertFalse(ticket.support_is_outside_plan)
        with patch.object(type(ticket), "_is_support_outside_plan", lambda one: True):
            ticket.invalidate_recordset()
            self.assertTrue(ticket.support_is_outside_plan)

    def test_another_shortage_is_told_again(self):
        ticket = self.make_ticket(self.contact, user_id=self.technician.id)
        self.ask(ticket)
        self.make_pack(30)
        self.ask(ticket)
        self.assertEqual(len(self.public_messages(ticket)), 2)

    def test_nothing_missing_nothing_to_ask(self):
        self.make_pack(60)
        ticket = self.make_ticket(user_id=self.technician.id)
        with self.assertRaisesRegex(UserError, "nothing to ask for"):
            self.ask(ticket)

    def test_clients_ask_nobody(self):
        ticket = self.make_ticket(self.contact)
        with self.assertRaises(AccessError):
            self.ask(ticket, self.portal_user)
