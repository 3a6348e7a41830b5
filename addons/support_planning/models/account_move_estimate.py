from odoo import models


class AccountMove(models.Model):
    _inherit = "account.move"

    def _is_downpayment(self):
        """An invoice of work that deducts a prepayment is none itself.

        Where the order holds no more, its deductions are all that is linked to one.
        """
        if self.invoice_line_ids.support_charge_id:
            return False
        return super()._is_downpayment()
