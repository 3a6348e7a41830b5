"""Packs that end some months after the service was last used [002]."""

from datetime import date, datetime

from odoo.tests import freeze_time, tagged

from ..engine.expiry import add_months
from .common import SupportPacksCommon, make_company, make_policy

DAY = date(2026, 3, 3)
MOST_QUERIES = 18


@tagged("post_install", "-at_install")
class TestLastUse(SupportPacksCommon):
    chart = False

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.request_type.minimum = 0

    def make(self, quantity=600, day=DAY, **values):
        return self.make_pack(quantity, day=day, kind="last_use", **values)

    def use(self, minutes, moment):
        """Log work at a moment, which is also when it is done; return its entry."""
        with freeze_time(moment):
            return self.log(self.make_ticket(), minutes)

    def test_purchase_counts_if_never_used(self):
        self.assertEqual(self.make().date_end, date(2027, 3, 3))

    def test_debit_restarts_all_packs_of_the_account(self):
        first, second = self.make(), self.make(day=date(2026, 5, 5))
        self.use(10, "2026-09-01 10:00:00")
        self.assertEqual(first.balance, 590)
        self.assertEqual(first.date_end, date(2027, 9, 1))
        self.assertEqual(second.date_end, date(2027, 9, 1))
        self.assertEqual(first.account_id.next_expiry, date(2027, 9, 1))

    def test_packs_of_other_kinds_and_accounts_stay(self):
        self.make()
        yearly = self.make_pack(60, day=DAY)
        endless = self.make_pack(60, day=DAY, months=0)
        other = self.make(account=self.make_account(self.make_client("Another")))
        self.use(70, "2026-09-01 10:00:00")
        self.assertEqual(yearly.date_end, date(2027, 3, 3))
        self.assertFalse(endless.date_end)
        self.assertEqual(other.date_end, date(2027, 3, 3))

    def test_draw_on_another_kind_restarts_nothing(self):
        pack = self.make()
        self.make_pack(60, day=date(2026, 3, 2))
        self.use(10, "2026-09-01 10:00:00")
        self.assertEqual((pack.balance, pack.date_end), (600, date(2027, 3, 3)))

    def test_return_restores_the_earlier_date(self):
        pack, other = self.make(), self.make()
        self.use(10, "2026-06-01 10:00:00")
        work = self.use(10, "2026-09-01 10:00:00")
        with freeze_time("2026-10-01 10:00:00"):
            work.unlink()
        self.assertEqual((pack | other).mapped("date_end"), [date(2027, 6, 1)] * 2)

    def test_return_of_a_part_leaves_the_use(self):
        pack = self.make()
        work = self.use(10, "2026-09-01 10:00:00")
        with freeze_time("2026-10-01 10:00:00"):
            work.minutes = 4
        self.assertEqual((pack.balance, pack.date_end), (596, date(2027, 9, 1)))

    def test_work_of_the_past_does_not_shorten(self):
        pack = self.make()
        self.use(10, "2026-09-01 10:00:00")
        with freeze_time("2026-10-01 10:00:00"):
            self.log(self.make_ticket(), 10, date=datetime(2026, 2, 1))
        self.assertEqual(pack.date_end, date(2027, 9, 1))

    def test_pack_bought_after_the_last_use_has_its_whole_validity(self):
        self.make()
        self.use(10, "2026-09-01 10:00:00")
        self.assertEqual(self.make(day=date(2026, 12, 1)).date_end, date(2027, 12, 1))

    def test_pack_activated_late_counts_the_uses_since(self):
        self.make()
        self.use(10, "2026-09-01 10:00:00")
        self.assertEqual(self.make(day=date(2026, 5, 1)).date_end, date(2027, 9, 1))

    def test_exhausted_and_suspended_packs_restart(self):
        first = self.make(10)
        second, third = self.make(20), self.make(30)
        third._set_state("suspended")
        self.use(25, "2026-09-01 10:00:00")
        self.assertEqual(
            (first | second | third).mapped("state"),
            ["exhausted", "active", "suspended"],
        )
        self.assertEqual(
            (first | second | third).mapped("date_end"), [date(2027, 9, 1)] * 3
        )

    def test_closed_packs_do_not_restart(self):
        packs = self.make() | self.make() | self.make()
        packs[0]._expire()
        packs[1]._set_state("refunded")
        packs[2]._set_state("cancelled")
        self.make()
        self.use(10, "2026-09-01 10:00:00")
        self.assertEqual(packs.mapped("date_end"), [date(2027, 3, 3)] * 3)

    def test_pack_whose_validity_was_over_does_not_restart(self):
        """Nothing was left, so nothing expired; it is over all the same."""
        empty = self.make(10)
        self.use(10, "2026-04-01 10:00:00")
        self.make(day=date(2027, 6, 1))
        work = self.use(10, "2027-07-01 10:00:00")
        self.assertEqual((empty.state, empty.date_end), ("exhausted", date(2027, 4, 1)))
        self.assertTrue(work.exists())

    def test_return_to_a_pack_that_is_over_expires_at_once(self):
        empty = self.make(10)
        work = self.use(10, "2026-04-01 10:00:00")
        self.make(day=date(2027, 6, 1))
        self.use(10, "2027-07-01 10:00:00")
        with freeze_time("2027-08-01 10:00:00"):
            work.minutes = 4
        self.assertEqual((empty.state, empty.balance), ("expired", 0))
        self.assertEqual(
            self.movements(empty), [("usage", -10), ("return", 6), ("expiry", -6)]
        )
        self.assertEqual(empty.date_end, date(2027, 4, 1))
        self.assert_sound(empty)

    def test_pack_that_only_the_returned_use_kept_expires_with_the_return(self):
        pack, other = self.make(), self.make()
        work = self.use(10, "2027-03-01 10:00:00")
        self.assertEqual(pack.date_end, date(2028, 3, 1))
        with freeze_time("2027-06-01 10:00:00"):
            work.unlink()
        self.assertEqual((pack | other).mapped("date_end"), [date(2027, 3, 3)] * 2)
        self.assertEqual((pack | other).mapped("state"), ["expired"] * 2)
        self.assertEqual(other.entry_ids[0].date, datetime(2027, 6, 1, 10))
        self.assert_sound(pack | other)

    def test_later_draw_follows_the_order_of_the_new_ends(self):
        """The restarted pack is drawn after one that ends before it."""
        service = self.make(600)
        yearly = self.make_pack(60, day=date(2026, 4, 1))
        self.use(10, "2026-09-01 10:00:00")
        self.use(10, "2026-09-02 10:00:00")
        self.assertEqual((service.balance, yearly.balance), (590, 50))

    def test_day_of_use_is_that_of_the_company(self):
        for zone, day in (
            ("Pacific/Auckland", date(2027, 10, 4)),
            ("America/Mexico_City", date(2027, 10, 3)),
        ):
            with self.subTest(zone), freeze_time("2026-10-03 21:30:00"):
                company = make_company(self.env, f"Company in {zone}", chart=False)
                company.support_tz = zone
                policy = make_policy(self.env, company, minimum=0)
                team = self.env["helpdesk.ticket.team"].create(
                    {"name": zone, "company_id": company.id}
                )
                account = self.make_account(policy=policy)
                pack = self.make(account=account)
                ticket = self.make_ticket(team_id=team.id, company_id=company.id)
                self.log(ticket, 10)
                self.assertEqual(pack.balance, 590)
                self.assertEqual(pack.date_end, day)

    def test_use_on_a_leap_day_ends_on_the_28th(self):
        pack = self.make(day=date(2028, 1, 31), months=13)
        self.assertEqual(pack.date_end, date(2029, 2, 28))
        self.use(10, "2028-02-29 10:00:00")
        self.assertEqual(pack.date_end, add_months(date(2028, 2, 29), 13))

    def count_queries(self, ticket, moment):
        """Return the queries of logging work that debits 10 minutes."""
        with freeze_time(moment):
            before = self.env.cr.sql_log_count
            self.log(ticket, 10)
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

    def test_logging_work_costs_few_queries(self):
        yearly = self.make_pack(600, day=DAY)
        ticket = self.make_ticket()
        self.count_queries(ticket, "2026-09-01 08:00:00")
        without = self.count_queries(ticket, "2026-09-01 09:00:00")
        yearly._set_state("suspended")
        packs = self.make() | self.make()
        self.count_queries(ticket, "2026-09-01 10:00:00")
        unchanged = self.count_queries(ticket, "2026-09-01 11:00:00")
        restart = self.count_queries(ticket, "2026-09-05 10:00:00")
        self.assertEqual(packs.mapped("date_end"), [date(2027, 9, 5)] * 2)

        # One to find out, one UPDATE; the other time, what the UPDATE made stale.
        self.assertLessEqual(unchanged, without + 2)
        self.assertLessEqual(restart, without + 2)
        self.assertLessEqual(restart, MOST_QUERIES)
