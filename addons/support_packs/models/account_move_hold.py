"""Where an invoice may have been settled: what it held is released at once."""

from odoo import models


class AccountMove(models.Model):
    _inherit = "account.move"

    def write(self, vals):
        """Blocking an invoice writes its payment state; a payment without journal entry
        pays by being linked."""
        res = super().write(vals)
        if {"payment_state", "matched_payment_ids"} & vals.keys():
            self._release_support_holds()
        return res

    def button_draft(self):
        res = super().button_draft()
        self._release_support_holds()
        return res

    def button_cancel(self):
        res = super().button_cancel()
        self._release_support_holds()
        return res

    def _release_support_holds(self):
        # sudo: whoever settles the invoice may not read all of it.
        clients = self.sudo().filtered(lambda move: move.is_sale_document(True))
        self.env["support.account"]._release_paid(clients.commercial_partner_id)


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def write(self, vals):
        """The due date of an invoice lives on its lines, once it is posted."""
        res = super().write(vals)
        if "date_maturity" in vals:
            self._release_support_holds()
        return res

    def _reconcile_post_hook(self, data):
        """Payments and credit notes, also those that pay a part."""
        res = super()._reconcile_post_hook(data)
        self._release_support_holds()
        return res

    def _release_support_holds(self):
        lines = self.sudo().filtered(
            lambda line: (
                line.account_id.account_type == "asset_receivable"
                and line.parent_state == "posted"
            )
        )
        self.env["support.account"]._release_paid(lines.partner_id)


class AccountPayment(models.Model):
    """Payments without a journal entry reconcile nothing: only their state tells."""

    _inherit = "account.payment"

    def write(self, vals):
        res = super().write(vals)
        if "state" in vals:
            self.invoice_ids._release_support_holds()
        return res
