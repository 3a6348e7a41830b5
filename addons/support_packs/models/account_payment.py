from odoo import models


class AccountPayment(models.Model):
    """Payments without a journal entry reconcile nothing: only their state tells."""

    _inherit = "account.payment"

    def write(self, vals):
        res = super().write(vals)
        if "state" in vals:
            self.invoice_ids._sync_support_packs()
        return res

    def unlink(self):
        invoices = self.invoice_ids
        res = super().unlink()
        invoices.exists()._sync_support_packs()
        return res
