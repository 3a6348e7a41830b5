"""The list, the preview and the action cost the same for few charges and for many."""

from odoo.tests import tagged

from .invoicing_common import InvoicingCommon
from .test_query_counts import QueryCountCommon
from .view_specs import get_specification

FEW, MANY = 4, 20


@tagged("post_install", "-at_install")
class TestInvoicingQueries(InvoicingCommon, QueryCountCommon):
    chart = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.accountant.group_ids |= cls.env.ref("base.group_multi_company")

    def make_charges(self, count, client=None):
        charges = self.env["support.charge"]
        for number in range(count):
            partner = client or self.make_client(f"Client {number}")
            self.make_account(partner)
            charges |= self.make_debt(60 + number, partner).support_charge_id
        return charges

    def as_accountant(self, charges):
        """As the web client calls: with the history of messages, too."""
        env = self.env(
            user=self.accountant,
            context={"lang": "en_US", "allowed_company_ids": self.company.ids},
        )
        return charges.with_env(env)

    def test_the_list(self):
        view = self.env.ref("support_packs.support_charge_to_invoice_view_list")
        charges = self.as_accountant(self.make_charges(MANY))
        specification = get_specification(charges, view_id=view.id)
        self.assertIn("overage_text", specification)
        numbers = []
        for ids in (charges.ids[:FEW], charges.ids[:FEW], charges.ids):
            with self.counted() as queries:
                charges.web_search_read([("id", "in", ids)], specification)
            numbers.append(queries.number)
        self.assertEqual(numbers[1], numbers[2])

    def draft_many(self, count, client):
        charges = self.as_accountant(self.make_charges(count, client))
        with self.counted() as preview:
            action = charges.action_invoice()
        wizard = charges.env["support.charge.invoice"].browse(action["res_id"])
        with self.counted() as queries:
            wizard.action_apply()
        self.assertEqual(set(charges.mapped("state")), {"invoiced"})
        return preview.number, queries.number

    def test_many_charges_of_one_client(self):
        self.draft_many(FEW, self.client)
        few = self.draft_many(FEW, self.client)
        many = self.draft_many(MANY, self.client)
        self.assertEqual(few[0], many[0])
        # One a line is Odoo's own: it looks for an analytic distribution.
        self.assertLessEqual(many[1] - few[1], MANY - FEW)
