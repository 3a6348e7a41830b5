from datetime import date, datetime, timedelta

from odoo.tests import tagged

from .common import SupportPacksCommon


class RunwayCommon(SupportPacksCommon):
    chart = False

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account = cls.make_account()
        cls.today = cls.company.support_local_date()

    @classmethod
    def ago(cls, days, hour=9):
        """Return a moment so many days ago."""
        day = cls.today - timedelta(days=days)
        return datetime(day.year, day.month, day.day, hour)

    @classmethod
    def pack_until(cls, quantity, days, **values):
        """Return a pack whose last day is so many days from today."""
        start = cls.today - timedelta(days=200)
        pack = cls.make_pack(quantity, day=start, **values)
        pack.date_end = cls.today + timedelta(days=days)
        return pack

    def in_days(self, days):
        return self.today + timedelta(days=days)


@tagged("post_install", "-at_install")
class TestRunway(RunwayCommon):
    """When the balance ends, on the form, in lists and filters."""

    def test_the_pace_of_the_last_90_days_says_when_it_ends(self):
        self.pack_until(2700, 300)
        self.log(self.make_ticket(), 600, self.ago(150))
        self.log(self.make_ticket(), 900, self.ago(80))
        # 1 200 are left, 10 a day: what was used long ago does not count.
        self.assertEqual(self.account.runway_date, self.in_days(120))
        self.assertIn("pace of the last 90 days", self.account.runway_text)
        self.assertIn("(900 min)", self.account.runway_text)
        self.assertFalse(self.account.unused_text)

    def test_a_young_account_goes_by_the_days_since_its_first_use(self):
        self.pack_until(1000, 300)
        self.log(self.make_ticket(), 100, self.ago(9))
        self.assertEqual(self.account.runway_date, self.in_days(90))
        self.assertIn("since the first use", self.account.runway_text)

    def test_without_use_there_is_no_date(self):
        self.pack_until(1000, 300)
        self.assertFalse(self.account.runway_date)
        self.assertIn("Nothing has been used yet", self.account.runway_text)
        self.assertFalse(self.account.unused_text)

    def test_what_expires_unused_is_named_with_its_pack(self):
        soon = self.pack_until(1000, 10, name="Soon")
        self.pack_until(2000, 300, name="Later")
        self.log(self.make_ticket(), 900, self.ago(89))
        # Of the 100 left, 10 a day are used in 10 days; nothing is lost.
        self.assertFalse(self.account.unused_text)
        soon.date_end = self.in_days(6)
        self.account.invalidate_recordset()
        # 1 960 units after the sixth day, 10 a day: 2 000 from the day after it.
        self.assertIn("40 min of Soon would expire unused", self.account.unused_text)
        self.assertNotIn("Later", self.account.unused_text)
        self.assertEqual(self.account.runway_date, self.in_days(206))

    def test_what_came_back_was_not_used(self):
        self.pack_until(1000, 300)
        ticket = self.make_ticket()
        work = self.log(ticket, 400, self.ago(9))
        work.minutes = 100
        self.assertEqual(self.account.runway_date, self.in_days(90))

    def test_an_idle_account_loses_what_expires(self):
        self.pack_until(1000, 20, name="Idle")
        self.log(self.make_ticket(), 100, self.ago(120))
        self.assertFalse(self.account.runway_date)
        self.assertIn("Nothing was used in the last 90", self.account.runway_text)
        self.assertIn("900 min of Idle", self.account.unused_text)

    def test_a_pack_that_use_renews_does_not_expire_while_it_is_used(self):
        pack = self.make_pack(
            1000, day=self.today - timedelta(days=100), kind="last_use", months=1
        )
        pack.date_end = self.in_days(20)
        self.log(self.make_ticket(), 100, self.ago(9))
        self.assertEqual(self.account.runway_date, self.in_days(90))
        self.assertFalse(self.account.unused_text)

    def test_the_day_is_that_of_the_company(self):
        """The first use at 22:30 UTC was on the next day in Madrid."""
        self.pack_until(1000, 300)
        self.log(self.make_ticket(), 100, self.ago(10, hour=22).replace(minute=59))
        days = (self.today - self.company.support_local_date(self.ago(10, 22))).days + 1
        expected = -(-900 * days // 100)
        self.assertEqual(self.account.runway_date, self.in_days(expected))

    def test_a_salesperson_reads_it_without_reading_the_ledger(self):
        self.pack_until(1000, 300)
        self.log(self.make_ticket(), 100, self.ago(9))
        seller = self.make_user("seller", "sales_team.group_sale_salesman_all_leads")
        self.assertEqual(self.account.with_user(seller).runway_date, self.in_days(90))

    # === LISTS === #

    def make_three(self):
        """Return accounts whose balances end in 20 days, in 90 days and never."""
        accounts = []
        for name, quantity in (("Near", 300), ("Far", 1000), ("Idle", 500)):
            client = self.make_client(name)
            account = self.make_account(client)
            self.pack_until(quantity, 300, account=account)
            if name != "Idle":
                self.log(self.make_ticket(client), 100, self.ago(9))
            accounts.append(account)
        return accounts

    def find(self, *domain, order=None):
        mine = ("company_id", "=", self.company.id)
        return self.env["support.account"].search([mine, *domain], order=order)

    def test_balances_that_end_soon_are_found(self):
        near, far, idle = self.make_three()
        soon = [("runway_date", "!=", False), ("runway_date", "<=", "today +30d")]
        self.assertEqual(self.find(*soon), near)
        self.assertEqual(self.find(("runway_date", ">", self.in_days(20))), far)
        self.assertEqual(self.find(("runway_date", "=", self.in_days(20))), near)
        self.assertEqual(self.find(("runway_date", "!=", False)), near | far)
        self.assertEqual(self.find(("runway_date", "=", False)), idle | self.account)

    def test_lists_are_ordered_by_the_day(self):
        near, far, idle = self.make_three()
        rest = idle | self.account
        ordered = self.find(order="runway_date, id")
        self.assertEqual(ordered[:2], near + far)
        self.assertEqual(set(ordered[2:]), set(rest))
        self.assertEqual(self.find(order="runway_date desc, id")[-2:], far + near)
        description = self.account.fields_get(["runway_date"])["runway_date"]
        self.assertTrue(description["sortable"])
        self.assertTrue(description["searchable"])

    def test_a_client_orders_nothing_but_its_own(self):
        near, _far, _idle = self.make_three()
        contact = self.env["res.partner"].create(
            {"name": "Neo", "parent_id": near.partner_id.id}
        )
        reader = self.make_user("neo", "base.group_portal", partner_id=contact.id)
        accounts = self.env["support.account"].with_user(reader)
        self.assertEqual(accounts.search([], order="runway_date"), near)
        self.assertEqual(accounts.search([("runway_date", "!=", False)]), near)

    def test_many_accounts_cost_as_many_queries_as_few(self):
        accounts = self.find()
        for number in range(12):
            client = self.make_client(f"Client {number}")
            account = self.make_account(client)
            self.pack_until(1000, 300, account=account)
            self.log(self.make_ticket(client), 60 + number, self.ago(number))
            accounts |= account
        numbers = []
        accounts.mapped("runway_text")
        for some in (accounts[:3], accounts):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            some.mapped("runway_date")
            numbers.append(self.env.cr.sql_log_count - before)
        self.assertEqual(numbers[0], numbers[1])

    def test_dates_do_not_feel_the_change_of_the_clocks(self):
        """The night of 29 March 2026 has an hour less in Madrid."""
        start, _end = self.account._get_statement_bounds(date(2026, 3, 29), None)
        self.assertEqual(start, datetime(2026, 3, 28, 23))
        self.assertEqual(self.company.support_local_date(start), date(2026, 3, 29))
