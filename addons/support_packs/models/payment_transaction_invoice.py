from odoo import fields, models
from odoo.tools import str2bool


class ResCompany(models.Model):
    _inherit = "res.company"

    support_invoice_paid_orders = fields.Boolean(
        string="Invoice packs that are paid online",
        default=True,
        help="A pack becomes usable when its invoice is paid. With this, an order with "
        "packs that is paid in full online is invoiced at once, so that the pack is "
        "usable at once. Off: as the setting Automatic Invoice of sales says.",
    )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    support_invoice_paid_orders = fields.Boolean(
        related="company_id.support_invoice_paid_orders", readonly=False
    )


class PaymentTransaction(models.Model):
    """Who paid a pack online uses it at once, whoever makes the invoices."""

    _inherit = "payment.transaction"

    def _check_amount_and_confirm_order(self):
        """Invoice what was paid in full, before core posts the invoices of payments.

        Core does the same for all orders, where the setting Automatic Invoice is on.
        """
        confirmed = super()._check_amount_and_confirm_order()
        automatic = self.env["ir.config_parameter"].sudo()
        if not str2bool(automatic.get_param("sale.automatic_invoice")):
            self.filtered(lambda tx: tx._pays_support_packs())._invoice_sale_orders()
        return confirmed

    def _pays_support_packs(self):
        """Whether the payment completes an order with packs that wait for it."""
        self.ensure_one()
        orders = self.sale_order_ids
        return (
            self.state == "done"
            and bool(orders)
            and not self.invoice_ids
            and all(
                order.state == "sale"
                and order.company_id.support_invoice_paid_orders
                and order._is_paid()
                for order in orders
            )
            and "pending" in orders.order_line.support_pack_ids.mapped("state")
        )
