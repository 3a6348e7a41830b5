from odoo import fields, models


class HelpdeskTicket(models.Model):
    """What the client signed says what uncovered work costs."""

    _inherit = "helpdesk.ticket"

    # Each invoice of work asks which tickets were merged into its own.
    duplicate_id = fields.Many2one(index="btree_not_null")

    def _get_support_signed_terms(self):
        """Return the price on the signed quotation of the estimate that holds (Terms);
        None where there is none."""
        self.ensure_one()
        ticket = self.sudo()
        # Of most tickets nothing was estimated: that asks nothing of the database.
        estimate = ticket.support_estimate_minutes and ticket._get_support_estimate()
        return estimate._get_signed_terms() if estimate else None

    def _get_support_uncovered_terms(self, agreed=True):
        terms, currency = super()._get_support_uncovered_terms(agreed)
        if not agreed or not terms or self.support_charge_id:
            return terms, currency
        signed = self._get_support_signed_terms()
        return (signed, signed.currency) if signed else (terms, currency)

    # === WHAT WAS PAID IN ADVANCE === #

    def _get_support_last_merge(self):
        """Return the ticket that this one goes on as, at the end; or itself (sudo)."""
        self.ensure_one()
        ticket, seen = self.sudo(), self.sudo().browse()
        while ticket not in seen:
            seen |= ticket
            ticket = ticket._get_support_merged_into() or ticket
        return ticket

    def _get_support_prepaying_orders(self):
        """Return the orders whose prepayments invoices of these tickets deduct (sudo).

        Of their estimates and those of tickets merged into them, as far as they are of
        the client who pays now. Money stays paid whatever becomes of an order.
        """
        tickets = found = self.sudo()
        every = tickets.with_context(active_test=False)
        while found:
            merged = every.search([("duplicate_id", "in", found.ids)])
            found = merged.filtered(lambda one: one._get_support_merged_into())
            found = found.with_env(tickets.env) - tickets
            tickets |= found
        estimates = tickets.support_estimate_ids.filtered(
            lambda one: one.account_id == one.ticket_id.support_account_id
        )
        orders = self.env["sale.order"].sudo()
        if not estimates:
            return orders
        return orders.search([("support_estimate_id", "in", estimates.ids)], order="id")
