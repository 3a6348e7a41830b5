from odoo import models


class AccountMove(models.Model):
    _inherit = "account.move"

    def _invoice_paid_hook(self):
        res = super()._invoice_paid_hook()
        # sudo: whoever registers the payment may not read the order.
        self.sudo().invoice_line_ids.sale_line_ids._sync_support_packs()
        return res
