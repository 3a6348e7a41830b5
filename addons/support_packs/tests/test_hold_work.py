"""Work during a hold: not begun, recorded all the same, charged when approved."""

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged

from .common import SupportPacksCommon

BEFORE = "2026-06-10 08:00:00"
DURING = "2026-06-10 10:00:00"
LATER = "2026-06-10 12:00:00"
AFTER = "2026-06-10 18:00:00"
BEGIN, END = "2026-06-10 09:00:00", "2026-06-10 15:00:00"


class HoldWorkCommon(SupportPacksCommon):
    chart = False
    kind = "unpaid"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_people()
        cls.account = cls.make_account()
        with freeze_time(BEFORE):
            cls.pack = cls.make_pack(1800)
            cls.ticket = cls.make_ticket(cls.contact)
        cls.hold = cls.begin_hold()

    @classmethod
    def begin_hold(cls, kind=None, at=BEGIN):
        with freeze_time(at):
            return cls.env["support.hold"].create(
                {
                    "account_id": cls.account.id,
                    "kind": kind or cls.kind,
                    "reason": "INV/1: 100",
                }
            )

    def work(self, minutes=80, at=DURING, user=None, recorded=AFTER, **values):
        """Log work as a technician does; it may be recorded later than it was done."""
        works = self.env["support.work"].with_user(user or self.technician)
        with freeze_time(recorded):
            return works.create(
                {
                    "ticket_id": self.ticket.id,
                    "minutes": minutes,
                    "name": f"{minutes} minutes",
                    "date": at,
                    **values,
                }
            )

    def decide(self, works, verdict="approved", reason="It could not wait", user=None):
        """Decide as a manager does: by the button and its dialog."""
        with freeze_time(AFTER):
            verb = "action_approve" if verdict == "approved" else "action_refuse"
            action = getattr(works.with_user(user or self.manager), verb)()
            wizard = (
                self.env[action["res_model"]]
                .with_user(user or self.manager)
                .with_context(**action["context"])
                .create({"reason": reason})
            )
            wizard.action_apply()

    def allow(self, ticket=None, until=None, reason="They pay today", at=BEGIN, **kw):
        with freeze_time(at):
            return self.account.with_user(kw.get("user", self.manager))._override_holds(
                reason, ticket, until
            )

    def start(self, at=DURING, user=None, ticket=None):
        with freeze_time(at):
            (ticket or self.ticket).with_user(
                user or self.technician
            ).action_support_start_work()

    def assert_refused(self, at=DURING, ticket=None):
        ticket = ticket or self.ticket
        with self.assertRaisesRegex(UserError, "INV/1"), self.cr.savepoint():
            self.start(at, ticket=ticket)
        self.assertFalse(ticket.support_timer_ids)


@tagged("post_install", "-at_install")
class TestHoldWork(HoldWorkCommon):
    def test_start_is_refused_with_the_reason(self):
        self.assert_refused()

    def test_work_is_recorded_with_its_true_date_and_debits_nothing(self):
        work = self.work()
        self.assertEqual(work.approval_state, "waiting")
        self.assertEqual(str(work.date), DURING)
        self.assertFalse(self.ticket.support_charge_id)
        self.assertEqual(self.pack.balance, 1800)
        self.assertEqual(self.ticket.support_to_approve_count, 1)

    def test_before_and_after_the_hold_work_is_charged_as_always(self):
        with freeze_time(END):
            self.hold.action_lift()
        for at, state in (
            (BEFORE, False),
            (BEGIN, "waiting"),
            (DURING, "waiting"),
            ("2026-06-10 14:59:59", "waiting"),
            (END, False),
            (AFTER, False),
        ):
            with self.subTest(at):
                self.assertEqual(self.work(at=at).approval_state, state)

    def test_end_of_the_hold_approves_nothing(self):
        work = self.work(recorded=DURING)
        with freeze_time(END):
            self.hold._lift()
        self.assertEqual(work.approval_state, "waiting")
        self.assertEqual(self.pack.balance, 1800)
        # Nor what is recorded only then.
        self.assertEqual(self.work(recorded=AFTER).approval_state, "waiting")
        self.assertEqual(self.pack.balance, 1800)

    def test_approved_work_is_charged_by_its_own_date(self):
        work = self.work()
        self.decide(work)
        self.assertEqual(work.approval_state, "approved")
        self.assertEqual(work.sudo().approval_reason, "It could not wait")
        self.assertEqual(work.sudo().approval_user_id, self.manager)
        self.assert_charge(self.ticket, covered=80)
        self.assertEqual(str(self.ticket.support_charge_id.entry_ids.date), DURING)
        self.assertIn("It could not wait", self.ticket.message_ids[0].body)

    def test_refused_work_stays_and_is_not_billable(self):
        work = self.work()
        self.decide(work, "refused", "Nobody asked for it")
        self.assertEqual((work.approval_state, work.billable), ("refused", False))
        self.assertEqual(self.pack.balance, 1800)

    def test_one_minimum_for_work_before_and_during(self):
        self.work(20, at=BEFORE)
        work = self.work(50)
        self.assert_charge(self.ticket, covered=60)
        self.decide(work)
        self.assert_charge(self.ticket, covered=70)
        self.assert_sound(self.pack)

    def test_only_managers_decide_and_only_with_a_reason(self):
        work = self.work()
        for user in (self.technician, self.colleague, self.accountant):
            for verb in ("action_approve", "action_refuse"):
                with self.assertRaises(AccessError):
                    getattr(work.with_user(user), verb)()
            with self.assertRaises(AccessError):
                work.with_user(user)._decide_approval("approved", "Mine")
        for reason in (None, "", "  "):
            with self.assertRaisesRegex(ValidationError, "Reason"):
                work.with_user(self.manager)._decide_approval("approved", reason)
        self.assertEqual(work.approval_state, "waiting")

    def test_technician_writes_no_verdict(self):
        work = self.work()
        for values in (
            {"approval_state": False},
            {"approval_verdict": "approved"},
            {"approval_state": "approved", "minutes": 80},
        ):
            for user in (self.technician, self.manager):
                with self.assertRaises(AccessError):
                    work.with_user(user).write(values)
                with self.assertRaises(AccessError):
                    self.work(**values | {"user": user})
            with self.assertRaises(AccessError):
                self.ticket.with_user(self.technician).write(
                    {"support_work_ids": [Command.update(work.id, values)]}
                )
        works = self.env["support.work"].with_user(self.technician)
        with self.assertRaises(AccessError):
            works.with_context(default_approval_verdict="approved").create(
                {"ticket_id": self.ticket.id, "minutes": 5, "name": "By default"}
            )
        self.assertEqual(self.pack.balance, 1800)

    def test_decided_once(self):
        work = self.work()
        self.decide(work)
        with self.assertRaisesRegex(UserError, "not to be approved"):
            work.with_user(self.manager)._decide_approval("refused", "Changed my mind")

    def test_more_than_was_approved_is_asked_again(self):
        work = self.work()
        self.decide(work)
        with freeze_time(AFTER):
            work.minutes = 70
        self.assertEqual(work.approval_state, "approved")
        self.assert_charge(self.ticket, covered=70)
        with freeze_time(AFTER):
            work.with_user(self.technician).minutes = 500
        self.assertEqual(work.approval_state, "waiting")
        self.assert_charge(self.ticket, covered=0)
        self.assertFalse(work.sudo().approval_reason)

    def test_the_same_values_again_ask_nothing(self):
        work = self.work()
        self.decide(work)
        work.write({"minutes": 80, "date": DURING, "billable": True, "name": "Other"})
        self.assertEqual(work.approval_state, "approved")
        self.assert_charge(self.ticket, covered=80)

    def test_refused_work_made_billable_is_asked_again(self):
        work = self.work()
        self.decide(work, "refused")
        work.with_user(self.technician).billable = True
        self.assertEqual(work.approval_state, "waiting")
        self.assertEqual(self.pack.balance, 1800)

    def test_another_date_is_judged_anew(self):
        work = self.work()
        self.decide(work)
        with freeze_time(AFTER):
            work.date = BEFORE
        self.assertFalse(work.approval_state)
        self.assert_charge(self.ticket, covered=80)
        with freeze_time(AFTER):
            work.date = LATER
        self.assertEqual(work.approval_state, "waiting")
        self.assert_charge(self.ticket, covered=0)

    def test_ticket_solved_meanwhile_is_charged_when_approved(self):
        self.policy.debit_on = "resolution"
        work = self.work()
        with freeze_time(AFTER):
            self.solve(self.ticket)
        self.assertEqual(self.pack.balance, 1800)
        self.decide(work)
        self.assertEqual(self.pack.balance, 1720)

    def test_another_client_is_asked_nothing(self):
        other = self.make_client("Another")
        self.make_pack(600, account=self.make_account(other))
        ticket = self.make_ticket(other)
        self.assertFalse(self.work(ticket_id=ticket.id).approval_state)
        self.assert_charge(ticket, covered=80)

    def test_timer_that_ran_when_the_hold_began(self):
        """Its work began before the hold."""
        with freeze_time(END):
            self.hold.action_lift()
        self.start(END)
        self.begin_hold("manual", "2026-06-10 16:00:00")
        with freeze_time("2026-06-10 17:00:00"):
            timer = self.ticket.support_timer_ids
            wizards = self.env["support.timer.stop"].with_user(self.technician)
            wizards.create({"timer_id": timer.id, "name": "Done"}).action_log()
        work = self.ticket.support_work_ids
        self.assertEqual((work.minutes, work.approval_state), (120, False))

    def test_form_previews_what_is_charged_now(self):
        """Nothing, as long as nobody has approved it."""
        form = self.ticket.with_user(self.technician).new(origin=self.ticket)
        with freeze_time(DURING):
            form.support_work_ids = [
                Command.create({"minutes": 30, "name": "Typed", "date": DURING})
            ]
            self.assertFalse(form.support_preview_text)
            form.support_work_ids[0].date = BEFORE
            self.assertEqual(form.support_preview_text, "60 min")

    def test_client_reads_that_it_is_not_charged_so_far(self):
        self.work()
        ticket = self.ticket.with_user(self.portal_user)
        [values] = ticket._get_support_portal_values()["works"]
        self.assertEqual(values["added"], "not charged so far")

    def test_every_kind_of_hold_asks(self):
        with freeze_time(END):
            self.hold.action_lift()
        for kind in ("fair_use", "manual"):
            with self.subTest(kind):
                hold = self.begin_hold(kind, AFTER)
                work = self.work(at="2026-06-10 19:00:00", recorded="2026-06-10 20:00")
                self.assertEqual(work.approval_state, "waiting")
                self.assert_refused("2026-06-10 19:00:00")
                with freeze_time("2026-06-10 20:00:00"):
                    hold.action_lift()


@tagged("post_install", "-at_install")
class TestHoldOverride(HoldWorkCommon):
    """A manager lets work start despite the hold."""

    def test_for_one_ticket(self):
        other = self.make_ticket(self.contact)
        self.allow(self.ticket)
        self.assertIn("They pay today", self.ticket.message_ids[0].body)
        with freeze_time(DURING):
            seen = self.ticket.with_user(self.technician)
            self.assertIn("They pay today", seen.support_hold_override_text)
            self.assertFalse(seen.support_is_held)
            self.assertNotEqual(seen.support_start_level, "blocked")
        self.start()
        self.assertEqual(self.ticket.support_timer_ids.user_id, self.technician)
        self.assert_refused(ticket=other)

    def test_work_after_it_needs_no_approval_work_before_it_does(self):
        self.allow(self.ticket, at=DURING)
        early = self.work(at="2026-06-10 09:30:00")
        self.assertEqual(early.approval_state, "waiting")
        self.assertFalse(self.work(at=LATER).approval_state)
        self.assert_charge(self.ticket, covered=80)

    def test_for_the_client_until_a_day(self):
        self.allow(until="2026-06-11")
        other = self.make_ticket(self.contact)
        self.start(ticket=other)
        # Still the 11th in Madrid at 21:59 UTC, no longer at 22:00.
        self.start("2026-06-11 21:59:00")
        self.ticket.support_timer_ids.unlink()
        self.assert_refused("2026-06-11 22:00:00")
        late = self.work(at="2026-06-11 22:00:00", recorded="2026-06-12 08:00:00")
        self.assertEqual(late.approval_state, "waiting")

    def test_another_hold_is_another_decision(self):
        self.allow(self.ticket)
        self.begin_hold("fair_use", DURING)
        self.assert_refused(LATER)
        self.allow(self.ticket, at=LATER)
        self.start(LATER)

    def test_withdrawn(self):
        override = self.allow(self.ticket)
        with freeze_time(DURING):
            override.with_user(self.manager).action_withdraw()
        self.assert_refused(LATER)
        self.assertFalse(self.work(at="2026-06-10 09:30:00").approval_state)
        self.assertEqual(self.work(at=LATER).approval_state, "waiting")

    def test_nobody_but_a_manager(self):
        for user in (
            self.technician,
            self.accountant,
            self.salesperson,
            self.portal_user,
        ):
            with self.subTest(user.login):
                with self.assertRaises(AccessError):
                    self.allow(self.ticket, user=user)
                with self.assertRaises(AccessError):
                    self.ticket.with_user(user).action_support_override_hold()
                with self.assertRaises(AccessError):
                    self.hold.with_user(user).action_override()
                with self.assertRaises(AccessError):
                    self.env["support.hold.override.wizard"].with_user(user).create(
                        {"account_id": self.account.id, "reason": "Mine"}
                    ).action_apply()
                with self.assertRaises(AccessError):
                    self.env["support.hold.override"].with_user(user).create(
                        {
                            "hold_id": self.hold.id,
                            "reason": "Mine",
                            "user_id": user.id,
                            "date_start": BEGIN,
                        }
                    )
        self.assert_refused()
        override = self.allow(self.ticket)
        with self.assertRaises(AccessError):
            override.with_user(self.technician).action_withdraw()
        with self.assertRaises(AccessError):
            override.with_user(self.manager).write({"date_end": AFTER})

    def test_what_is_missing_is_named(self):
        stranger = self.make_ticket(self.make_client("Stranger"))
        for reason, ticket, until, pattern in (
            (" ", self.ticket, None, "Reason"),
            ("Why", None, None, "Until"),
            ("Why", None, "2026-06-09", "Until: this day is over"),
            ("Why", stranger, None, "Ticket: it belongs"),
        ):
            with self.subTest(pattern), self.assertRaisesRegex(UserError, pattern):
                self.allow(ticket, until, reason)

    def test_where_nothing_is_held_there_is_nothing_to_allow(self):
        self.allow(self.ticket)
        with self.assertRaisesRegex(UserError, "Nothing is on hold"):
            self.allow(self.ticket)

    def test_by_the_button_on_the_ticket(self):
        with freeze_time(DURING):
            ticket = self.ticket.with_user(self.manager)
            self.assertTrue(ticket.support_is_held)
            action = ticket.action_support_override_hold()
            wizards = self.env[action["res_model"]].with_user(self.manager)
            wizard = wizards.with_context(**action["context"]).create({"reason": "Go"})
            self.assertIn("INV/1", wizard.summary)
            wizard.action_apply()
        self.start()
