from odoo import Command, models


class PaymentTransaction(models.Model):
    """Who pays the quotation of an estimate accepts it, and pays in advance."""

    _inherit = "payment.transaction"

    def _check_amount_and_confirm_order(self):
        """A payment that comes too late accepts nothing, and is recorded all the same.

        Core would stumble over the refusal, and the money would stand nowhere.
        """
        late = self.browse()
        for transaction in self:
            for order in transaction.sale_order_ids:
                problem = order._get_support_late_payment()
                if problem:
                    late |= transaction
                    # sudo: who pays reads no estimates. Who sent it has to act.
                    sender = order.sudo().support_estimate_id.sent_by_id.partner_id
                    order.message_post(
                        body=problem,
                        partner_ids=sender.ids,
                        subtype_xmlid="mail.mt_note",
                    )
        return super(PaymentTransaction, self - late)._check_amount_and_confirm_order()

    def _invoice_sale_orders(self):
        """What is paid for an estimate is a prepayment, also where it is all of it."""
        advance = self.filtered(lambda tx: tx.sale_order_ids.support_estimate_id)
        for transaction in advance:
            transaction = transaction.with_company(transaction.company_id)
            orders = transaction.sale_order_ids.filtered(lambda so: so.state == "sale")
            invoices = orders._generate_downpayment_invoices()
            for invoice in invoices:
                invoice._portal_ensure_token()
            if invoices:
                transaction.invoice_ids = [Command.set(invoices.ids)]
        return super(PaymentTransaction, self - advance)._invoice_sale_orders()

    def _get_support_refunds(self):
        """Return what paid these back: Odoo does not link those to the order (sudo)."""
        return (self.child_transaction_ids - self).filtered(
            lambda tx: tx.operation == "refund" and tx.state == "done"
        )

    def _get_support_open(self):
        """Return what of a payment was neither settled with an invoice nor paid back.

        A float, of the transaction's currency; 0 or more (sudo).
        """
        self.ensure_one()
        payment = self.payment_id
        if payment.is_reconciled:
            return 0.0
        back = sum(self._get_support_refunds().mapped("amount"))
        lines = payment.move_id.line_ids.filtered(
            lambda line: line.account_type in ("asset_receivable", "liability_payable")
        )
        if lines:
            return max(back - sum(lines.mapped("amount_residual_currency")), 0.0)
        # Not booked yet, or without outstanding account: what it was invoiced with.
        posted = self.invoice_ids.filtered(lambda move: move.state == "posted")
        return max(self.amount + back - sum(posted.mapped("amount_total")), 0.0)


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _get_support_late_payment(self):
        """Return what staff is told of money that comes too late to accept; or None."""
        self.ensure_one()
        if not self.sudo().support_estimate_id or self.state == "sale":
            return None
        problem = self._get_support_problem()
        if not problem:
            return None
        return self.env._(
            "The client paid, and the estimate could not be accepted: %s Send a new "
            "version, or pay the money back.",
            problem,
        )
