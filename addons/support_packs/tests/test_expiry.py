"""The last day of a pack, in the company's support time zone, and what comes after."""

from datetime import date, datetime

from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .common import SupportPacksCommon, make_company, make_policy

DAY = date(2026, 3, 3)


@tagged("post_install", "-at_install")
class TestExpiry(SupportPacksCommon):
    """A pack activated on 3 March 2026 is good through 3 March 2027; what is left
    expires after three more days for late work."""

    chart = False

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pack = cls.make_pack(1800, day=DAY)

    def run_cron(self):
        cron = self.env.ref("support_packs.cron_expire_packs")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.env.invalidate_all()

    def run_cron_at(self, moment):
        with freeze_time(moment):
            self.run_cron()

    def test_pack_does_not_expire_during_the_days_for_late_work(self):
        self.run_cron_at("2027-03-06 22:59:00")
        self.assertEqual((self.pack.state, self.pack.balance), ("active", 1800))

    def test_pack_expires_when_the_days_for_late_work_are_over(self):
        self.run_cron_at("2027-03-06 23:01:00")
        self.assertEqual((self.pack.state, self.pack.balance), ("expired", 0))

    def test_company_sets_how_many_days_late_work_has(self):
        self.company.support_late_work_days = 0
        self.run_cron_at("2027-03-03 12:00:00")
        self.assertEqual(self.pack.state, "active")
        self.run_cron_at("2027-03-04 12:00:00")
        self.assertEqual(self.pack.state, "expired")

    def test_expiry_is_an_entry_of_the_last_day(self):
        with freeze_time("2026-06-01"):
            self.log(self.make_ticket(), 100)
        self.run_cron_at("2027-03-08 12:00:00")
        entry = self.pack.entry_ids.sorted("sequence")[-1]
        self.assertEqual((entry.entry_type, entry.quantity), ("expiry", -1700))
        self.assertEqual(entry.date, datetime(2027, 3, 3, 22, 59, 59))
        self.assertEqual(
            entry.explanation,
            f"What was left of {self.pack.name} expired",
        )
        self.assert_sound(self.pack)

    def test_cron_that_runs_again_posts_nothing(self):
        self.run_cron_at("2027-03-08 12:00:00")
        self.run_cron_at("2027-03-08 13:00:00")
        self.assertEqual(self.movements(self.pack), [("expiry", -1800)])

    @freeze_time("2027-03-05 09:00:00")
    def test_late_work_of_the_last_day_draws(self):
        ticket = self.make_ticket()
        self.log(ticket, 70, date=datetime(2027, 3, 3, 22, 30))
        self.assert_charge(ticket, covered=70)

    @freeze_time("2027-03-05 09:00:00")
    def test_work_of_the_day_after_does_not_draw(self):
        ticket = self.make_ticket()
        self.log(ticket, 70, date=datetime(2027, 3, 3, 23, 30))
        self.assert_charge(ticket, covered=0, uncovered=70, state="to_invoice")

    @freeze_time("2027-03-09 09:00:00")
    def test_late_work_finds_nothing_once_the_pack_expired(self):
        self.run_cron()
        ticket = self.make_ticket()
        self.log(ticket, 70, date=datetime(2027, 3, 3, 12))
        self.assert_charge(ticket, covered=0, uncovered=70, state="to_invoice")

    def test_pack_without_end_never_expires(self):
        endless = self.make_pack(60, day=DAY, months=0)
        self.run_cron_at("2099-01-01 12:00:00")
        self.assertEqual(endless.state, "active")
        self.assertFalse(endless.date_end)

    def test_suspended_pack_expires_too(self):
        self.pack._set_state("suspended")
        self.run_cron_at("2027-03-08 12:00:00")
        self.assertEqual((self.pack.state, self.pack.balance), ("expired", 0))

    def test_leap_day_gives_the_28th_of_february(self):
        pack = self.make_pack(60, day=date(2028, 2, 29))
        self.assertEqual(pack.date_end, date(2029, 2, 28))

    def test_the_same_moment_is_another_day_in_another_company(self):
        """23:30 UTC: tomorrow in Madrid, still today in Mexico City."""
        other = make_company(self.env, "Company in Mexico", chart=False)
        other.support_tz = "America/Mexico_City"
        account = self.make_account(policy=make_policy(self.env, other))
        with freeze_time("2026-07-01 23:30:00"):
            madrid = self.make_pack(60)
            mexico = self.make_pack(60, account=account)
        self.assertEqual(madrid.date_end, date(2027, 7, 2))
        self.assertEqual(mexico.date_end, date(2027, 7, 1))
        self.assertEqual(madrid.entry_ids.date, datetime(2026, 7, 1, 22))
        self.assertEqual(mexico.entry_ids.date, datetime(2026, 7, 1, 6))

    def test_each_company_expires_by_its_own_clock(self):
        other = make_company(self.env, "Company in Mexico", chart=False)
        other.support_tz = "America/Mexico_City"
        account = self.make_account(policy=make_policy(self.env, other))
        mexico = self.make_pack(60, account=account, day=DAY)
        self.run_cron_at("2027-03-06 23:30:00")
        self.assertEqual((self.pack.state, mexico.state), ("expired", "active"))
        self.run_cron_at("2027-03-07 06:30:00")
        self.assertEqual(mexico.state, "expired")

    def test_zone_of_the_reader_does_not_matter(self):
        self.env.user.tz = "Pacific/Auckland"
        with freeze_time("2026-07-01 12:30:00"):
            pack = self.make_pack(60)
        self.assertEqual(pack.date_start, date(2026, 7, 1))

    def test_pack_that_cannot_expire_does_not_keep_the_others(self):
        """The place in its history that comes next is already taken."""
        other = self.make_pack(60, day=DAY)
        self.env.cr.execute(
            "UPDATE support_pack SET granted = 1900, entry_seq = 0 WHERE id = %s",
            [self.pack.id],
        )
        self.pack.invalidate_recordset()
        with (
            mute_logger("odoo.sql_db"),
            self.assertLogs("odoo.addons.support_packs.models.support_cron", "ERROR"),
        ):
            self.run_cron_at("2027-03-08 12:00:00")
        self.assertEqual((self.pack.state, other.state), ("active", "expired"))
