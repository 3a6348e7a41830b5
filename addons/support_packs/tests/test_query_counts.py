from odoo import fields
from odoo.tests import tagged

from .common import SupportPacksCommon
from .view_specs import get_specification

FEW, MANY = 3, 30


@tagged("post_install", "-at_install")
class TestQueryCounts(SupportPacksCommon):
    """A list of 30 rows costs as many queries as a list of 3, all columns shown."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.technician = cls.make_user(
            "technician", "helpdesk_mgmt.group_helpdesk_user"
        )
        cls.seller = cls.make_user("salesperson", "sales_team.group_sale_salesman")
        now = fields.Datetime.now()
        for number in range(MANY):
            client = cls.make_client(f"Client {number}")
            client.user_id = cls.seller
            cls.make_pack(account=cls.make_account(client))
            ticket = cls.make_ticket(client, name=f"Ticket {number}")
            # Two entries each, one to be corrected: grants, usages and returns.
            cls.log(ticket, 70 + number, date=now)
            cls.log(ticket, 12, date=now).unlink()

    def _count_queries(self, model, ids):
        """Return the queries of reading these rows as the list view does."""
        records = self.env[model].with_user(self.technician)
        specification = get_specification(records)
        self.assertGreater(len(specification), 5, "The view lost its columns")
        domain = [("id", "in", ids)]
        # Rules, translations and the like are read once in a server's life.
        records.web_search_read(domain, specification)
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        result = records.web_search_read(domain, specification)
        self.assertEqual(len(result["records"]), len(ids))
        return self.env.cr.sql_log_count - before

    def _assert_constant(self, model):
        ids = (
            self.env[model]
            .search([("company_id", "=", self.company.id)], limit=MANY)
            .ids
        )
        self.assertEqual(len(ids), MANY)
        few = self._count_queries(model, ids[:FEW])
        many = self._count_queries(model, ids)
        self.assertEqual(few, many, f"{model}: queries grow with the rows")

    def test_accounts(self):
        self._assert_constant("support.account")

    def test_packs(self):
        self._assert_constant("support.pack")

    def test_ledger(self):
        self._assert_constant("support.ledger.entry")

    def test_charges(self):
        self._assert_constant("support.charge")

    def test_work(self):
        self._assert_constant("support.work")

    def test_tickets(self):
        self._assert_constant("helpdesk.ticket")
