from odoo import models

from .. import const


class SaleOrder(models.Model):
    """What an order of an estimate invoices itself: prepayments, and nothing else.

    The work is invoiced from its charge, which deducts what was paid in advance.
    """

    _inherit = "sale.order"

    def _is_support_work_open(self):
        """Whether work may still be invoiced from which prepayments are deducted."""
        self.ensure_one()
        # sudo: who invoices orders may not read tickets.
        estimate = self.sudo().support_estimate_id
        ticket = estimate.ticket_id
        if ticket.support_account_id != estimate.account_id:
            return False
        held = estimate.state in const.IN_FORCE and not ticket.closed
        return held or ticket.support_charge_id.due > 0

    def _get_invoiceable_lines(self, final=False):
        """What was prepaid is credited only when no work is left to deduct it from."""
        lines = super()._get_invoiceable_lines(final)
        if not self.sudo().support_estimate_id:
            return lines
        if self._is_support_work_open():
            return lines.browse()
        return lines.filtered(lambda line: line.is_downpayment)

    def _nothing_to_invoice_error_message(self):
        if self.sudo().support_estimate_id:
            return self.env._(
                "The work of this order is invoiced from the ticket, at what was done, "
                "less what was paid in advance: see Charges to invoice. From here a "
                "down payment can be invoiced, and what is left of it credited when "
                "the ticket is closed and nothing of it is left to invoice."
            )
        return super()._nothing_to_invoice_error_message()

    def _force_lines_to_invoice_policy_order(self):
        """Paid in full is not invoiced in full: what is charged is the work."""
        orders = self.filtered(lambda one: not one.sudo().support_estimate_id)
        return super(SaleOrder, orders)._force_lines_to_invoice_policy_order()

    def _get_update_prices_lines(self):
        lines = super()._get_update_prices_lines()
        return lines.filtered(lambda line: not line._is_support_estimate())

    # === PREPAYMENTS === #

    def _generate_downpayment_invoices(self):
        """Invoice of what the client paid for an estimate what was not invoiced yet.

        Core would invoice all that was paid, with every payment anew.
        """
        estimated = self.filtered(lambda one: one.sudo().support_estimate_id)
        invoices = super(SaleOrder, self - estimated)._generate_downpayment_invoices()
        for order in estimated:
            amount = order.amount_paid - order._get_support_prepaid_total()
            if order.currency_id.compare_amounts(amount, 0) > 0:
                wizard = order.env["sale.advance.payment.inv"].create(
                    {
                        "sale_order_ids": order,
                        "advance_payment_method": "fixed",
                        "fixed_amount": amount,
                    }
                )
                invoices |= wizard._create_invoices(order)
        return invoices

    def _get_support_prepaid_total(self):
        """Return what its down payment invoices come to, with taxes (float)."""
        self.ensure_one()
        lines = self.order_line.filtered("is_downpayment").invoice_lines
        return sum(
            lines.filtered(
                lambda line: (
                    line.quantity > 0
                    and line.move_id.move_type == "out_invoice"
                    and line.parent_state != "cancel"
                )
            ).mapped("price_total")
        )

    def _get_support_transactions(self):
        """Return the payments that are not settled with an invoice: as core has it."""
        return self.sudo().transaction_ids.filtered(
            lambda tx: (
                tx.state in ("pending", "authorized")
                or (tx.state == "done" and not tx.payment_id.is_reconciled)
            )
        )
