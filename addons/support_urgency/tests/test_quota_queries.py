"""What priorities and quotas add to the queries of tickets, debits, lists and pages.

Measured against the same with a policy that has neither, in the same database.
"""

from odoo.tests import tagged

from odoo.addons.support_packs.tests.test_query_counts import (
    FEW,
    MANY,
    QueryCountCommon,
)
from odoo.addons.support_packs.tests.view_specs import get_specification

from .common_quota import QuotaCommon, make_policy

MOST_FOR_A_DEBIT = 3
MOST_FOR_A_TICKET = 1


class QuotaQueriesCommon(QuotaCommon, QueryCountCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plain_policy = make_policy(
            cls.env,
            cls.company,
            "Plain tickets",
            minimum=0,
            unit="ticket",
            debit_on="acceptance",
        )
        cls.plain = cls.make_client("Plain")
        account = cls.make_account(cls.plain, cls.plain_policy)
        cls.plain_pack = cls.make_pack(50, account=account)
        cls.pack = cls.make_quota_pack({"P1": 20, "P2": 20, "P3": 10})
        cls.technician = cls.make_user(
            "technician", "helpdesk_mgmt.group_helpdesk_user"
        )
        cls.technician_env = cls.env(
            user=cls.technician,
            context={"lang": "en_US", "allowed_company_ids": cls.company.ids},
        )

    def count(self, function, *args):
        with self.counted() as queries:
            result = function(*args)
        return queries.number, result


@tagged("post_install", "-at_install")
class TestQuotaQueries(QuotaQueriesCommon):
    def create_ticket(self, client):
        tickets = self.env["helpdesk.ticket"].with_env(self.technician_env)
        return tickets.create(
            {
                "name": "The shop is slow",
                "description": "Since this morning",
                "partner_id": client.id,
                "team_id": self.team.id,
            }
        )

    def admit_ticket(self, ticket):
        ticket.with_env(self.technician_env).action_support_admit()

    def test_a_new_ticket(self):
        for client in (self.plain, self.client):
            self.create_ticket(client)
        base, _ticket = self.count(self.create_ticket, self.plain)
        number, ticket = self.count(self.create_ticket, self.client)
        self.assertEqual(ticket.sudo().support_priority_id, self.p3)
        self.assertLessEqual(number - base, MOST_FOR_A_TICKET)

    def test_a_debit(self):
        for client in (self.plain, self.client):
            self.admit_ticket(self.create_ticket(client))
        numbers = []
        for client, pack in (self.plain, self.plain_pack), (self.client, self.pack):
            ticket = self.create_ticket(client)
            balance = pack.balance
            number, _done = self.count(self.admit_ticket, ticket)
            self.assertEqual(pack.balance, balance - 1)
            numbers.append(number)
        self.assertEqual(self.used(self.pack), {"P3": 2})
        self.assertLessEqual(numbers[1] - numbers[0], MOST_FOR_A_DEBIT)

    def test_more_packs_cost_no_more(self):
        ticket = self.create_ticket(self.client)
        self.admit_ticket(ticket)
        ticket = self.create_ticket(self.client)
        few, _done = self.count(self.admit_ticket, ticket)
        for _number in range(FEW):
            self.make_quota_pack()
        ticket = self.create_ticket(self.client)
        many, _done = self.count(self.admit_ticket, ticket)
        self.assertEqual(few, many)


@tagged("post_install", "-at_install")
class TestQuotaLists(QuotaQueriesCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for number in range(MANY):
            client = cls.make_client(f"Client {number}")
            account = cls.make_account(client, cls.policy)
            cls.make_pack(8, account=account, product_id=cls.product.id)
            cls.admit(cls.p1, client)

    def assert_constant(self, model):
        records = self.env[model].with_user(self.technician)
        ids = records.search([("company_id", "=", self.company.id)], limit=MANY).ids
        self.assertEqual(len(ids), MANY)
        specification = get_specification(records)
        numbers = []
        for chosen in (ids, ids[:FEW], ids):
            domain = [("id", "in", chosen)]
            number, _rows = self.count(records.web_search_read, domain, specification)
            numbers.append(number)
        self.assertEqual(numbers[1], numbers[2], f"{model}: queries grow with rows")

    def test_lists(self):
        for model in ("helpdesk.ticket", "support.pack.quota", "support.ledger.entry"):
            with self.subTest(model):
                self.assert_constant(model)
