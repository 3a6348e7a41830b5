from odoo import models


class HelpdeskTicket(models.Model):
    """Who accepts an estimate has answered: the ticket waits for its client no more."""

    _inherit = "helpdesk.ticket"

    def _on_support_estimate_accepted(self, estimate):
        res = super()._on_support_estimate_accepted(estimate)
        # Words that are recorded later were an answer when they reached us.
        self._on_support_client_answer(estimate.accepted_at)
        return res
