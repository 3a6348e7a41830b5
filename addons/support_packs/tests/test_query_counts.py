"""What things cost in queries: lists, pages, logging work, closing a ticket.

Counted as ``assertQueryCount`` does, with what is flushed at the end.
"""

from contextlib import contextmanager

from odoo import fields
from odoo.tests import tagged

from .common import SupportPacksCommon
from .portal_common import PortalCommon
from .view_specs import get_specification

FEW, MANY = 5, 30
# All in all, with nothing in the cache when it begins.
MOST_FOR_WORK = 17
# More where packs expire after their last use: one finds out, one writes.
MORE_FOR_VALIDITY = 2
# On top of what moving the stage costs without us; nothing in the cache either.
MOST_FOR_CLOSING = 12


class Queries:
    """How many queries a block took; ``number`` is known after it."""

    number = None


class QueryCountCommon(SupportPacksCommon):
    chart = False

    @contextmanager
    def counted(self):
        """Count the queries of a block from empty caches, its flush included."""
        self.env.flush_all()
        self.env.invalidate_all()
        queries = Queries()
        before = self.env.cr.sql_log_count
        yield queries
        self.env.flush_all()
        queries.number = self.env.cr.sql_log_count - before

    @classmethod
    def make_row(cls, number):
        """Create a client with an account, a pack, a ticket, work and a correction."""
        client = cls.make_client(f"Client {number}")
        client.user_id = cls.seller
        cls.make_pack(account=cls.make_account(client))
        ticket = cls.make_ticket(client, name=f"Ticket {number}")
        # Two entries each, one to be corrected: grants, usages and returns.
        now = fields.Datetime.now()
        cls.log(ticket, 70 + number, date=now)
        cls.log(ticket, 12, date=now).unlink()


@tagged("post_install", "-at_install")
class TestQueryCounts(QueryCountCommon):
    """A list of 30 rows costs as many queries as a list of 5, all columns shown."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.technician = cls.make_user(
            "technician", "helpdesk_mgmt.group_helpdesk_user"
        )
        cls.seller = cls.make_user("salesperson", "sales_team.group_sale_salesman")
        for number in range(MANY):
            cls.make_row(number)

    def _count_queries(self, records, ids):
        """Return the queries of reading these rows as the list view does."""
        specification = get_specification(records)
        self.assertGreater(len(specification), 5, "The view lost its columns")
        domain = [("id", "in", ids)]
        # Rules, translations and the like are read once in a server's life.
        records.web_search_read(domain, specification)
        with self.counted() as queries:
            result = records.web_search_read(domain, specification)
        self.assertEqual(len(result["records"]), len(ids))
        return queries.number

    def _assert_constant(self, model, user=None, **domain):
        domain = [(name, "=", value) for name, value in domain.items()]
        ids = (
            self.env[model]
            .search([("company_id", "=", self.company.id), *domain], limit=MANY)
            .ids
        )
        self.assertEqual(len(ids), MANY)
        records = self.env[model].with_user(user or self.technician)
        few = self._count_queries(records, ids[:FEW])
        many = self._count_queries(records, ids)
        self.assertEqual(few, many, f"{model}: queries grow with the rows")

    def test_accounts(self):
        self._assert_constant("support.account")

    def test_packs(self):
        self._assert_constant("support.pack")

    def test_ledger(self):
        self._assert_constant("support.ledger.entry")

    def test_charges(self):
        self._assert_constant("support.charge")

    def test_charges_that_packs_do_not_cover(self):
        hour = self.pack_product.copy({"support_is_pack": False})
        self.policy.overage_product_id = hour
        for charge in self.env["support.charge"].search(
            [("company_id", "=", self.company.id)]
        ):
            self.log(charge.ticket_id, 3000)
        self._assert_constant("support.charge", state="to_invoice")

    def test_work(self):
        self._assert_constant("support.work")

    def test_tickets(self):
        self._assert_constant("helpdesk.ticket")

    def test_consumption(self):
        self._assert_constant("support.consumption.report")

    def test_accounts_by_the_end_of_their_balance(self):
        accounts = self.env["support.account"].with_user(self.technician)
        found = [("runway_date", "!=", False), ("company_id", "=", self.company.id)]
        numbers = []
        for limit in (FEW, MANY):
            accounts.search(found, order="runway_date", limit=limit)
            with self.counted() as queries:
                rows = accounts.search(found, order="runway_date", limit=limit)
            self.assertEqual(len(rows), limit)
            numbers.append(queries.number)
        self.assertEqual(numbers[0], numbers[1])

    def test_pack_products(self):
        for _number in range(MANY):
            self.pack_product.copy()
        self._assert_constant(
            "product.template", user=self.seller, support_is_pack=True
        )


@tagged("post_install", "-at_install")
class TestQueriesOfWork(QueryCountCommon):
    """What a technician waits for with each entry, and with each ticket solved."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        technician = cls.make_user("technician", "helpdesk_mgmt.group_helpdesk_user")
        # As in the web client: with the history of the ticket, and without our rights.
        cls.technician_env = cls.env(
            user=technician,
            context={"lang": "en_US", "allowed_company_ids": cls.company.ids},
        )
        cls.pack = cls.make_pack(1800)

    def log_as_technician(self, ticket, minutes):
        work = self.env["support.work"].with_env(self.technician_env)
        values = {"ticket_id": ticket.id, "minutes": minutes, "name": "Work"}
        return work.create({**values, "date": fields.Datetime.now()})

    def close(self, ticket):
        ticket.with_env(self.technician_env).write({"stage_id": self.stage_done.id})

    def warm_up(self, ticket):
        """Have a server that has done such things before: rules, groups, xml ids."""
        self.log_as_technician(ticket, 10)
        self.close(ticket)

    def test_first_and_further_work_that_debits(self):
        self.warm_up(self.make_ticket())
        ticket = self.make_ticket()
        for minutes, balance in ((70, 1670), (20, 1650)):
            with self.subTest(minutes=minutes):
                with self.counted() as queries:
                    self.log_as_technician(ticket, minutes)
                self.assertEqual(self.pack.balance, balance)
                self.assertLessEqual(queries.number, MOST_FOR_WORK)

    def test_work_that_restarts_the_validity(self):
        """Packs that expire after the last use: one query finds out, one writes."""
        client = self.make_client("Minutes")
        day = fields.Date.subtract(self.company.support_local_date(), days=40)
        pack = self.make_pack(
            720, day=day, account=self.make_account(client), kind="last_use"
        )
        self.warm_up(self.make_ticket())
        ticket = self.make_ticket(client)
        end = pack.date_end
        for minutes, balance in ((70, 650), (20, 630)):
            with self.subTest(minutes=minutes):
                with self.counted() as queries:
                    self.log_as_technician(ticket, minutes)
                self.assertEqual(pack.balance, balance)
                most = MOST_FOR_WORK + MORE_FOR_VALIDITY
                self.assertLessEqual(queries.number, most)
        self.assertGreater(pack.date_end, end)

    def test_who_was_held_once_costs_one_query_more(self):
        """Whoever never was: none; work during a hold debits nothing: it costs less."""
        hold = self.env["support.hold"].create(
            {"account_id": self.pack.account_id.id, "reason": "Moving"}
        )
        self.warm_up(self.make_ticket())
        during = self.make_ticket()
        with self.counted() as held:
            self.log_as_technician(during, 70)
        self.assertEqual(during.sudo().support_work_ids.approval_state, "waiting")
        hold.action_lift()
        self.env.cr.execute("UPDATE support_hold SET date_end = date_start")
        account = self.make_account(self.make_client("Never held"))
        other = self.make_pack(1800, account=account)
        numbers = []
        for ticket in (self.make_ticket(account.partner_id), self.make_ticket()):
            with self.counted() as queries:
                self.log_as_technician(ticket, 70)
            self.assertTrue(ticket.support_charge_id)
            numbers.append(queries.number)
        self.assertEqual(other.balance, 1730)
        self.assertLessEqual(numbers[1], numbers[0] + 1)
        self.assertLessEqual(held.number, numbers[0])

    def test_work_within_the_minimum(self):
        self.warm_up(self.make_ticket())
        ticket = self.make_ticket()
        self.log_as_technician(ticket, 10)
        with self.counted() as queries:
            self.log_as_technician(ticket, 10)
        self.assert_charge(ticket, covered=60)
        self.assertLessEqual(queries.number, MOST_FOR_WORK)

    def test_many_entries_before_cost_nothing_more(self):
        self.warm_up(self.make_ticket())
        numbers = []
        for entries in (FEW, MANY):
            ticket = self.make_ticket()
            for _number in range(entries):
                self.log(ticket, 1)
            with self.counted() as queries:
                self.log_as_technician(ticket, 60)
            numbers.append(queries.number)
        self.assertEqual(numbers[0], numbers[1])

    def test_closing_with_debit(self):
        self.policy.debit_on = "resolution"
        stranger = self.make_client("Client without account")
        self.warm_up(self.make_ticket())
        self.warm_up(self.make_ticket(stranger))
        plain, ticket = self.make_ticket(stranger), self.make_ticket()
        self.log_as_technician(plain, 70)
        self.log_as_technician(ticket, 70)
        balance = self.pack.balance
        with self.counted() as base:
            self.close(plain)
        self.assertFalse(plain.support_account_id)
        with self.counted() as queries:
            self.close(ticket)
        self.assertEqual(self.pack.balance, balance - 70)
        self.assertLessEqual(queries.number - base.number, MOST_FOR_CLOSING)


@tagged("post_install", "-at_install")
class TestQueriesOfPages(QueryCountCommon, PortalCommon):
    """The client's pages cost the same however much there is to show."""

    def count_page(self, path):
        """Return the queries of a page, and its parsed contents."""
        self.page(path)
        with self.counted() as queries:
            page = self.page(path)
        return queries.number, page

    def fill(self, ticket, rows):
        for number in range(rows):
            self.log(ticket, 61 + number)
            self.make_ticket(self.anna.partner_id, name=f"Ticket {number}")

    def assert_constant(self, path_of):
        """Measure a page with few rows, then with many."""
        self.make_pack(100_000)
        ticket = self.make_ticket(self.anna.partner_id)
        self.login(self.anna)
        self.fill(ticket, FEW)
        few, page = self.count_page(path_of(ticket))
        rows = self.count_rows(page)
        self.fill(ticket, MANY - FEW)
        many, page = self.count_page(path_of(ticket))
        self.assertGreater(self.count_rows(page), rows + 10, "Nothing more to show")
        self.assertEqual(few, many, "Queries grow with the rows")

    def count_rows(self, page):
        return len(page.xpath("//tr")) + len(self.texts(page, "o_support_work"))

    def test_overview_with_many_packs(self):
        self.login(self.anna)
        numbers, shown = [], []
        for packs in (FEW, MANY - FEW):
            for _number in range(packs):
                self.make_pack(60)
            number, page = self.count_page("/my/support")
            numbers.append(number)
            shown.append(len(self.texts(page, "o_support_pack")))
        self.assertEqual(shown, [FEW, MANY])
        self.assertEqual(numbers[0], numbers[1])

    def test_statement(self):
        self.assert_constant(lambda ticket: "/my/support/ledger")

    def test_filtered_statement(self):
        self.assert_constant(
            lambda ticket: f"/my/support/ledger?kind=usage&search={ticket.number}"
        )

    def test_overview_with_many_movements(self):
        self.make_pack(100_000)
        ticket = self.make_ticket(self.anna.partner_id)
        self.login(self.anna)
        self.fill(ticket, FEW)
        few, _page = self.count_page("/my/support")
        self.fill(ticket, MANY - FEW)
        many, page = self.count_page("/my/support")
        self.assertTrue(self.texts(page, "o_support_month"))
        self.assertEqual(few, many, "Queries grow with the movements")

    def test_ticket(self):
        self.assert_constant(
            lambda ticket: f"/my/ticket/{ticket.id}/{ticket._portal_ensure_token()}"
        )

    def test_tickets(self):
        self.assert_constant(lambda ticket: "/my/tickets")
