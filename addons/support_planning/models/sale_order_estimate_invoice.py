from odoo import models
from odoo.exceptions import UserError


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
        # Whichever version holds: all of them deduct it.
        ticket = ticket._get_support_last_merge()
        return not ticket.closed or ticket.support_charge_id.due > 0

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

    def _action_cancel(self):
        """Core deletes what is drafted; but the work on it is owed all the same, and
        mostly it stands there with that of other tickets."""
        # sudo: who sells may not read invoices.
        for order in self.sudo().filtered("support_estimate_id"):
            drafts = order.invoice_ids.filtered(
                lambda move: (
                    move.state == "draft" and move.invoice_line_ids.support_charge_id
                )
            )
            if drafts:
                raise UserError(
                    self.env._(
                        "Order %(order)s: work is on the draft invoice %(invoices)s. "
                        "Post or delete that first.",
                        order=order.name,
                        invoices=", ".join(drafts.mapped("display_name")),
                    )
                )
        return super()._action_cancel()

    # === PREPAYMENTS === #

    def _generate_downpayment_invoices(self):
        """Invoice of what the client paid for an estimate what was not invoiced yet.

        Core would invoice all that was paid, with every payment anew.
        """
        estimated = self.filtered(lambda one: one.sudo().support_estimate_id)
        invoices = super(SaleOrder, self - estimated)._generate_downpayment_invoices()
        for order in estimated:
            amount = order._get_support_paid() - order._get_support_prepaid_total()
            amount = min(amount, order._get_support_unsettled())
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
        """Return what its down payments come to, less those credited, with taxes.

        Invoices of work that deduct them are none, nor are the credit notes of those.
        """
        self.ensure_one()
        lines = self.order_line.filtered("is_downpayment").invoice_lines.filtered(
            lambda line: (
                line.quantity > 0
                and line.parent_state != "cancel"
                and not line.move_id.invoice_line_ids.support_charge_id
            )
        )
        return sum(
            -line.move_id.direction_sign * line.price_total
            for line in lines
            # What a draft brings back is not back yet.
            if line.move_id.move_type == "out_invoice" or line.parent_state == "posted"
        )

    def _get_support_unsettled(self):
        """Return what of the client's money stands open: payments that settle no
        invoice yet, and credit notes of down payments that were not paid back (float).
        """
        self.ensure_one()
        done = self.sudo().transaction_ids.filtered(lambda tx: tx.state == "done")
        moves = self.order_line.filtered("is_downpayment").invoice_lines.move_id
        notes = moves.filtered(
            lambda move: (
                move.move_type == "out_refund"
                and move.state == "posted"
                and not move.invoice_line_ids.support_charge_id
            )
        )
        money = sum(transaction._get_support_open() for transaction in done)
        return money + sum(notes.mapped("amount_residual"))

    def _get_support_paid(self):
        """Return what was paid online less what was paid back so (float)."""
        self.ensure_one()
        refunds = self.sudo().transaction_ids._get_support_refunds()
        return self.amount_paid + sum(refunds.mapped("amount"))

    def _get_support_transactions(self):
        """Return the payments that wait for an invoice to settle.

        Only where the money is there: of others, Odoo posts the draft when it comes.
        """
        return self.sudo().transaction_ids.filtered(
            lambda tx: (
                tx.state == "done" and tx.payment_id and not tx.payment_id.is_reconciled
            )
        )

    def _get_support_left(self):
        """Return what was paid in advance and not deducted yet, with taxes (float)."""
        self.ensure_one()
        _work, lines = self.order_line._filter_support()
        left = sum(line._get_support_prepaid_taxed() for line in lines)
        # sudo: who sends an estimate reads no payments.
        for transaction in self.sudo().transaction_ids:
            if transaction.state in ("authorized", "done"):
                left += transaction._get_support_open()
        return left
