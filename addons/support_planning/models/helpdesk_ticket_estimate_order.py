from odoo import models


class HelpdeskTicket(models.Model):
    """What the client signed says what uncovered work costs."""

    _inherit = "helpdesk.ticket"

    def _get_support_signed_terms(self):
        """Return the price on the signed quotation of the estimate that holds (Terms);
        None where there is none."""
        self.ensure_one()
        estimate = self.sudo()._get_support_estimate()
        return estimate._get_signed_terms() if estimate else None

    def _get_support_uncovered_terms(self):
        terms, currency = super()._get_support_uncovered_terms()
        if not terms or self.support_charge_id:
            return terms, currency
        signed = self._get_support_signed_terms()
        return (signed, signed.currency) if signed else (terms, currency)
