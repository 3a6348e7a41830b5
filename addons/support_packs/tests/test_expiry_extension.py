"""A manager extends a pack; one that had expired comes back."""

from datetime import date

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged

from .common import SupportPacksCommon

DAY = date(2026, 3, 3)
END = date(2027, 3, 3)


@tagged("post_install", "-at_install")
class TestExtension(SupportPacksCommon):
    chart = False

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_people()
        cls.pack = cls.make_pack(1800, day=DAY)

    def extend(self, day, pack=None, reason="Illness", user=None):
        """Extend by the wizard, as a manager."""
        pack = (pack or self.pack).with_user(user or self.manager)
        wizard = (
            self.env["support.pack.extension.wizard"]
            .with_user(user or self.manager)
            .create({"pack_id": pack.id, "date_new": day, "reason": reason})
        )
        wizard.action_apply()

    @freeze_time("2027-02-01 10:00:00")
    def test_extension_moves_the_end_and_is_kept(self):
        self.extend(date(2027, 6, 30))
        self.assertEqual(self.pack.date_end, date(2027, 6, 30))
        extension = self.pack.extension_ids
        self.assertEqual(
            (extension.date_old, extension.date_new, extension.reason),
            (END, date(2027, 6, 30), "Illness"),
        )
        self.assertEqual(extension.user_id, self.manager)
        self.assertIn("Illness", self.pack.account_id.message_ids[0].body)
        self.assertEqual(self.movements(self.pack), [])

    def test_expired_pack_comes_back_with_what_expired(self):
        with freeze_time("2026-06-01 10:00:00"):
            self.log(self.make_ticket(), 100)
        self.pack._expire()
        with freeze_time("2027-04-01 10:00:00"):
            self.extend(date(2027, 6, 30))
        self.assertEqual((self.pack.state, self.pack.balance), ("active", 1700))
        entry = self.pack.entry_ids.sorted("sequence")[-1]
        self.assertEqual((entry.entry_type, entry.quantity), ("adjustment", 1700))
        self.assertTrue(
            entry.explanation.startswith(
                "validity extended to 30 Jun 2027: 1,700 min back to Pack of 1800"
            ),
            entry.explanation,
        )
        client_entry = entry.with_user(self.portal_user)
        self.assertIn("30 Jun 2027", client_entry.explanation)
        self.assert_sound(self.pack)

    def test_what_waited_is_paid_by_the_pack_that_comes_back(self):
        self.policy.uncovered_policy = "wait"
        self.pack._expire()
        ticket = self.make_ticket()
        with freeze_time("2027-04-01 10:00:00"):
            self.log(ticket, 100)
            self.assert_charge(ticket, 0, uncovered=100, state="waiting")
            self.extend(date(2027, 6, 30))
        self.assert_charge(ticket, covered=100)

    def test_pack_that_comes_back_twice_never_holds_more_than_was_left(self):
        self.pack._expire()
        with freeze_time("2027-04-01 10:00:00"):
            self.extend(date(2027, 6, 30))
            self.log(self.make_ticket(), 100)
        self.pack._expire()
        with freeze_time("2027-08-01 10:00:00"):
            self.extend(date(2027, 12, 31))
        self.assertEqual((self.pack.state, self.pack.balance), ("active", 1700))
        self.assert_sound(self.pack)

    def test_expired_pack_with_nothing_to_give_back_is_used_up(self):
        self.pack._set_state("suspended")
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE support_pack SET balance = 0, state = 'expired' WHERE id = %s",
            [self.pack.id],
        )
        self.pack.invalidate_recordset()
        with freeze_time("2027-04-01 10:00:00"):
            self.extend(date(2027, 6, 30))
        self.assertEqual(self.pack.state, "exhausted")

    def test_expired_pack_becomes_active_in_no_other_way(self):
        self.pack._expire()
        with self.assertRaises(UserError):
            self.pack._set_state("active")

    def test_extension_outlives_uses_and_holds(self):
        service = self.make_pack(
            600,
            day=DAY,
            kind="last_use",
            account=self.make_account(self.make_client("Another")),
        )
        with freeze_time("2026-05-01 10:00:00"):
            self.extend(date(2027, 8, 31), service)
            work = self.log(self.make_ticket(service.partner_id), 60)
            self.assertEqual(service.date_end, date(2027, 8, 31))
        with freeze_time("2026-10-01 10:00:00"):
            later = self.log(self.make_ticket(service.partner_id), 60)
            self.assertEqual(service.date_end, date(2027, 10, 1))
            later.unlink()
            work.unlink()
        self.assertEqual(service.date_end, date(2027, 8, 31))

    def test_hold_after_the_extension_adds_to_it(self):
        with freeze_time("2026-05-01 10:00:00"):
            self.extend(date(2027, 8, 31))
        with freeze_time("2026-06-01 10:00:00"):
            hold = self.env["support.hold"].create(
                {"account_id": self.pack.account_id.id, "reason": "Moving"}
            )
        with freeze_time("2026-06-10 10:00:00"):
            hold.action_lift()
        self.assertEqual(self.pack.date_end, date(2027, 9, 10))

    @freeze_time("2027-04-01 10:00:00")
    def test_wrong_extension_is_refused_in_words(self):
        endless = self.make_pack(60, day=DAY, months=0)
        refunded, cancelled = self.make_pack(60, day=DAY), self.make_pack(60, day=DAY)
        refunded._set_state("refunded")
        cancelled._set_state("cancelled")
        for pack, day, reason, words in (
            (self.pack, END, "Illness", "New last day"),
            (self.pack, date(2027, 3, 20), "Illness", "New last day.*over already"),
            (self.pack, date(9027, 3, 20), "Illness", "New last day"),
            (self.pack, date(2027, 6, 30), " ", "Reason"),
            (endless, date(2027, 6, 30), "Illness", "no end"),
            (refunded, date(2027, 6, 30), "Illness", "Refunded"),
            (cancelled, date(2027, 6, 30), "Illness", "Cancelled"),
        ):
            with (
                self.subTest(words),
                self.assertRaisesRegex(ValidationError, words),
            ):
                self.extend(day, pack, reason)
        self.assertFalse(self.pack.extension_ids)

    def test_only_managers_extend(self):
        for user in (self.technician, self.accountant, self.salesperson):
            with self.subTest(user.login):
                with self.assertRaises(AccessError):
                    self.pack.with_user(user).action_extend()
                with self.assertRaises(AccessError):
                    self.extend(date(2027, 6, 30), user=user)
        self.assertEqual(self.pack.date_end, END)

    @freeze_time("2027-02-01 10:00:00")
    def test_extension_is_kept_as_it_was_made(self):
        self.extend(date(2027, 6, 30))
        extension = self.pack.extension_ids.sudo()
        with self.assertRaises(UserError):
            extension.date_new = date(2028, 6, 30)
        with self.assertRaises(UserError):
            extension.unlink()
        with self.assertRaises(AccessError):
            extension.with_user(self.manager).create({"pack_id": self.pack.id})
