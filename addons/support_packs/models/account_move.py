from odoo import fields, models

PAID_STATES = ("paid", "in_payment")


class AccountMove(models.Model):
    _inherit = "account.move"

    support_paid = fields.Boolean(
        string="Was paid",
        readonly=True,
        copy=False,
        help="The invoice was paid in full once, and granted its packs; its payment "
        "may have been undone since.",
    )

    # === HOOKS: WHEN TO LOOK === #

    def _invoice_paid_hook(self):
        res = super()._invoice_paid_hook()
        self._sync_support_packs()
        return res

    def _post(self, soft=True):
        """Credit notes void when they are posted; an invoice that was reset to draft
        and is posted again is paid without another reconciliation."""
        posted = super()._post(soft)
        posted._sync_support_packs()
        return posted

    def button_draft(self):
        res = super().button_draft()
        self._sync_support_packs()
        return res

    def button_cancel(self):
        res = super().button_cancel()
        self._sync_support_packs()
        return res

    def _sync_support_packs(self):
        """Synchronise the packs of the orders behind invoices and credit notes.

        The whole orders: a down payment bills none of the lines that it pays.
        """
        # sudo: whoever registers the payment may not read the order.
        moves = self.sudo().filtered(
            lambda move: move.move_type in ("out_invoice", "out_refund")
        )
        lines = moves.invoice_line_ids.sale_line_ids.order_id.order_line
        lines.filtered(
            lambda line: line._may_have_support_packs() and line._is_support_sync_due()
        )._sync_support_packs()

    # === FACTS === #

    def _is_support_reopened(self):
        """Whether it was paid, and is a draft now: its packs wait for it."""
        self.ensure_one()
        return self.state == "draft" and self.support_paid

    def _is_support_paid(self, credited):
        """Whether nothing is left to pay, of its down payments neither.

        :param credited: whether credit notes reverse something of it; if none does, an
            invoice that core calls reversed was paid with credit from elsewhere
        """
        self.ensure_one()
        if self.state != "posted":
            return False
        if self.payment_state not in PAID_STATES and (
            credited or self.payment_state != "reversed"
        ):
            return False
        return all(
            move.state == "posted" and move.payment_state in PAID_STATES
            for move in self._get_support_down_payments()
        )

    def _get_support_down_payments(self):
        """Return the invoices of the down payments that this one takes off."""
        self.ensure_one()
        taken_off = self.invoice_line_ids.filtered(
            lambda line: line.is_downpayment and line.quantity < 0
        )
        bills = taken_off.sale_line_ids.invoice_lines.filtered(
            lambda line: line.quantity > 0
        )
        return bills.move_id.filtered(
            lambda move: (
                move != self
                and move.move_type == "out_invoice"
                and move.state != "cancel"
            )
        )


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def _reverses_support_quantity(self, order_line):
        """Whether a credit-note line takes back packs, rather than some of their price.

        It does when it credits the net price per unit of what it reverses: of the
        invoice that it names, else of the order line.
        """
        self.ensure_one()
        if self.move_id.state != "posted":
            return False
        price = self._get_support_net_price()
        reversed_lines = self.move_id.reversed_entry_id.invoice_line_ids.filtered(
            lambda line: order_line in line.sale_line_ids and line.quantity > 0
        )
        prices = [line._get_support_net_price() for line in reversed_lines] or [
            order_line.price_unit * (1 - (order_line.discount or 0) / 100)
        ]
        currency = self.currency_id
        return any(not currency.compare_amounts(price, other) for other in prices)

    def _get_support_net_price(self):
        """Return the price of one unit after its discount."""
        self.ensure_one()
        return self.price_unit * (1 - (self.discount or 0) / 100)
