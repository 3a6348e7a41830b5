"""Holds: who begins and lifts them, and which of them stop the clock of the packs."""

from datetime import date, datetime

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged

from .common import SupportPacksCommon

DAY = date(2026, 3, 3)


class HoldCommon(SupportPacksCommon):
    chart = False

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account = cls.make_account()
        cls.pack = cls.make_pack(1800, day=DAY)

    def hold(self, start, end=None, kind="manual", user=None):
        """Begin a hold at a moment, and lift it at another."""
        with freeze_time(start):
            hold = (
                self.env["support.hold"]
                .with_user(user or self.env.user)
                .create(
                    {
                        "account_id": self.account.id,
                        "kind": kind,
                        "reason": "We moved our office",
                    }
                )
            )
        if end:
            with freeze_time(end):
                hold.action_lift()
        return hold

    def run_cron_at(self, moment):
        with freeze_time(moment), self.enter_registry_test_mode():
            self.env.ref("support_packs.cron_expire_packs").method_direct_trigger()
        self.env.invalidate_all()


@tagged("post_install", "-at_install")
class TestHoldClock(HoldCommon):
    def test_each_local_day_of_a_manual_hold_adds_a_day(self):
        self.hold("2026-08-01 08:00:00", "2026-08-10 08:00:00")
        self.assertEqual(self.pack.date_end, date(2027, 3, 13))

    def test_days_are_those_of_the_company(self):
        """From 23:30 to 00:30 in Madrid: two days."""
        self.hold("2026-08-01 21:30:00", "2026-08-01 22:30:00")
        self.assertEqual(self.pack.date_end, date(2027, 3, 5))

    def test_holds_that_overlap_count_once(self):
        first = self.hold("2026-08-01 08:00:00")
        self.hold("2026-08-05 08:00:00", "2026-08-10 08:00:00")
        with freeze_time("2026-08-07 08:00:00"):
            first.action_lift()
        self.assertEqual(self.pack.date_end, date(2027, 3, 13))

    def test_unpaid_and_fair_use_holds_never_stop_the_clock(self):
        for kind in ("unpaid", "fair_use"):
            self.hold("2027-03-01 08:00:00", kind=kind)
        self.run_cron_at("2027-03-08 12:00:00")
        self.assertEqual(self.pack.date_end, date(2027, 3, 3))
        self.assertEqual(self.pack.state, "expired")

    def test_nothing_expires_while_the_hold_is_open(self):
        hold = self.hold("2027-03-02 08:00:00")
        self.run_cron_at("2027-04-10 12:00:00")
        self.assertEqual(self.pack.state, "active")
        self.assertEqual(self.pack.date_end, date(2027, 4, 12))
        with freeze_time("2027-04-20 08:00:00"):
            hold.action_lift()
        # Two days were left when it began, and are left after it.
        self.assertEqual(self.pack.date_end, date(2027, 4, 22))
        self.run_cron_at("2027-04-25 12:00:00")
        self.assertEqual(self.pack.state, "active")
        self.run_cron_at("2027-04-26 12:00:00")
        self.assertEqual(self.pack.state, "expired")

    def test_pack_that_had_ended_waits_but_gains_nothing(self):
        """It began during the days for late work."""
        hold = self.hold("2027-03-05 08:00:00")
        self.run_cron_at("2027-03-20 12:00:00")
        self.assertEqual(
            (self.pack.state, self.pack.date_end), ("active", date(2027, 3, 3))
        )
        with freeze_time("2027-03-21 08:00:00"):
            hold.action_lift()
        self.run_cron_at("2027-03-21 12:00:00")
        self.assertEqual(self.pack.state, "expired")

    def test_return_does_not_expire_during_a_hold(self):
        with freeze_time("2027-03-02 08:00:00"):
            work = self.log(self.make_ticket(), 100)
        self.hold("2027-03-05 08:00:00")
        with freeze_time("2027-03-20 08:00:00"):
            work.unlink()
        self.assertEqual((self.pack.state, self.pack.balance), ("active", 1800))

    def test_use_during_a_hold_restarts_and_the_rest_of_the_hold_adds(self):
        self.pack._set_state("suspended")
        service = self.make_pack(600, day=DAY, kind="last_use")
        hold = self.hold("2026-08-01 08:00:00")
        with freeze_time("2026-08-06 08:00:00"):
            work = self.log(self.make_ticket(), 10)
            work._decide_approval("approved", "It could not wait")
        with freeze_time("2026-08-10 08:00:00"):
            hold.action_lift()
        self.assertEqual(service.date_end, date(2027, 8, 11))

    def test_pack_without_end_has_none_after_a_hold(self):
        endless = self.make_pack(60, day=DAY, months=0)
        self.hold("2026-08-01 08:00:00", "2026-08-10 08:00:00")
        self.assertFalse(endless.date_end)

    def test_other_account_goes_on(self):
        other = self.make_pack(
            60, day=DAY, account=self.make_account(self.make_client("Another"))
        )
        self.hold("2026-08-01 08:00:00", "2026-08-10 08:00:00")
        self.assertEqual(other.date_end, date(2027, 3, 3))


@tagged("post_install", "-at_install")
class TestHold(HoldCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_people()

    def is_found(self, wanted=True):
        found = self.env["support.account"].search([("is_on_hold", "=", wanted)])
        return self.account in found

    def test_account_is_on_hold_while_one_is_open(self):
        self.assertFalse(self.account.is_on_hold)
        self.assertEqual((self.is_found(), self.is_found(False)), (False, True))
        hold = self.hold("2026-08-01 08:00:00")
        self.assertTrue(self.account.is_on_hold)
        self.assertEqual((self.is_found(), self.is_found(False)), (True, False))
        hold.action_lift()
        self.assertFalse(self.account.is_on_hold)
        self.assertEqual((self.is_found(), self.is_found(False)), (False, True))

    def test_manager_begins_and_lifts_with_a_note_on_the_account(self):
        hold = self.hold(
            "2026-08-01 08:00:00", "2026-08-02 08:00:00", user=self.manager
        )
        self.assertEqual(hold.date_start, datetime(2026, 8, 1, 8))
        self.assertEqual(hold.date_end, datetime(2026, 8, 2, 8))
        self.assertEqual(hold.lifted_by, self.manager)
        notes = self.account.message_ids.filtered(lambda m: "office" in m.body)
        self.assertEqual(len(notes), 2)
        self.assertEqual(notes.author_id, self.manager.partner_id)

    def test_nobody_else_begins_or_lifts(self):
        hold = self.hold("2026-08-01 08:00:00")
        for user in (
            self.technician,
            self.accountant,
            self.salesperson,
            self.employee,
            self.portal_user,
        ):
            with self.subTest(user.login):
                with self.assertRaises(AccessError):
                    self.hold("2026-08-02 08:00:00", user=user)
                with self.assertRaises(AccessError):
                    hold.with_user(user).action_lift()
        self.assertFalse(hold.date_end)

    def test_client_reads_no_hold(self):
        hold = self.hold("2026-08-01 08:00:00").with_user(self.portal_user)
        with self.assertRaises(AccessError):
            hold.read(["reason"])
        self.assertTrue(self.account.with_user(self.portal_user).is_on_hold)

    def test_hold_is_not_edited_or_deleted(self):
        hold = self.hold("2026-08-01 08:00:00", "2026-08-02 08:00:00")
        for vals in (
            {"date_end": "2026-09-01"},
            {"date_start": "2026-07-01"},
            {"kind": "unpaid"},
        ):
            with self.assertRaises(UserError):
                hold.write(vals)
        for record in (hold, hold.sudo()):
            with self.assertRaises(UserError):
                record.unlink()
            with self.assertRaises(UserError):
                record.action_lift()
        with self.assertRaises(UserError):
            self.account.write(
                {"hold_ids": [Command.update(hold.id, {"date_end": False})]}
            )
        with self.assertRaises(UserError):
            hold.with_user(self.manager).write({"reason": "Another"})
        self.assertFalse(hold.with_user(self.manager).has_access("write"))

    def test_wrong_hold_is_refused_by_the_name_of_the_field(self):
        for values, field in (
            ({"reason": " "}, "Reason"),
            ({"date_start": "2100-01-01"}, "Since"),
            ({"date_end": "2020-01-01"}, "Until"),
        ):
            with (
                self.subTest(field),
                self.assertRaisesRegex(ValidationError, field),
                self.cr.savepoint(),
            ):
                self.env["support.hold"].create(
                    {"account_id": self.account.id, "reason": "Why", **values}
                )

    def test_start_problems_say_why(self):
        self.assertEqual(self.account._get_start_problems(), [])
        for kind in ("manual", "unpaid", "fair_use"):
            self.hold("2026-08-01 08:00:00", kind=kind)
        problems = self.account.with_user(self.technician)._get_start_problems()
        self.assertEqual(len(problems), 3)
        for problem in problems:
            self.assertIn("Client Company", problem)
            self.assertIn("We moved our office", problem)
            self.assertIn(
                "Aug 1, 2026" if "Aug 1," in problem else "1 Aug 2026", problem
            )
