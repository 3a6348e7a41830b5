from odoo import api, models
from odoo.exceptions import ValidationError


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    @api.model_create_multi
    def create(self, vals_list):
        """Take no money for an order that could not be confirmed afterwards.

        Every way to pay passes here: the page of the quotation, payment links, a shop.
        """
        transactions = super().create(vals_list)
        for transaction in transactions:
            # What belongs to an earlier payment (a refund, a capture) goes on.
            if transaction.source_transaction_id:
                continue
            # sudo: who pays may be nobody we know.
            for order in transaction.sudo().sale_order_ids:
                problem = order._get_support_problem()
                if problem:
                    raise ValidationError(problem)
        return transactions
