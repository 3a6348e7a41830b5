"""Two accountants at once, each on a connection of their own."""

from odoo import SUPERUSER_ID, Command, api
from odoo.exceptions import UserError
from odoo.tests import tagged

from . import test_concurrency


# Of the base only the helpers: Odoo runs the tests of a class, not inherited ones.
@tagged("post_install", "-at_install")
class TestInvoicingConcurrency(test_concurrency.TestConcurrency):
    def create_all(self, env):
        res = super().create_all(env)
        product = self.get(env, "product.product")
        hour = product.copy(
            {
                "name": "1 hour of two connections",
                "support_is_pack": False,
                "support_quantity": 60,
                "list_price": 75,
                "taxes_id": [Command.clear()],
            }
        )
        self.ids["product.product"] += hour.ids
        self.get(env, "support.policy").overage_product_id = hour
        company = env.ref("base.main_company")
        journal = env["account.journal"].search(
            [("type", "=", "sale"), ("company_id", "=", company.id)], limit=1
        )
        self.assertTrue(journal, "The main company cannot invoice")
        return res

    def delete_all(self):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            lines = env["account.move.line"].search(
                [("product_id", "in", self.ids.get("product.product", []))]
            )
            lines.move_id.filtered(lambda move: move.state != "draft").button_draft()
            lines.move_id.unlink()
        return super().delete_all()

    def draft(self, env):
        """Draft the invoice, as the second accountant finds out if it is too late."""
        charges = self.get(env, "helpdesk.ticket").support_charge_ids
        try:
            charges._make_invoices()
        except UserError:
            self.refused += 1

    def read_lines(self):
        return self.commit(
            lambda env: (
                self.get(env, "helpdesk.ticket")
                .support_charge_ids.invoice_line_ids.filtered(
                    lambda line: line.parent_state != "cancel"
                )
                .mapped("support_units")
            )
        )

    def test_two_accountants_who_draft_at_once_bill_once(self):
        self.refused = 0
        self.commit(self.log(90))
        tries = self.run_at_once(self.draft, self.draft)
        self.assert_one_retried(tries)
        self.assertEqual((self.read_lines(), self.refused), ([90], 1))

    def test_work_that_is_logged_while_it_is_invoiced_is_due(self):
        self.refused = 0
        self.commit(self.log(90))
        tries = self.run_at_once(self.draft, self.log(30))
        self.assert_one_retried(tries)
        self.commit(self.draft)
        self.assertEqual(sum(self.read_lines()), 120)

    def test_deleting_a_draft_while_work_is_corrected(self):
        self.refused = 0
        self.commit(self.log(90))
        self.commit(self.draft)

        def free(env):
            charge = self.get(env, "helpdesk.ticket").support_charge_ids
            charge.invoice_line_ids.move_id.unlink()

        tries = self.run_at_once(free, self.log(30))
        self.assert_one_retried(tries)

        def check(env):
            charge = self.get(env, "helpdesk.ticket").support_charge_ids
            self.assertEqual(
                (charge.state, charge.billed, charge.due), ("to_invoice", 0, 120)
            )

        self.commit(check)
