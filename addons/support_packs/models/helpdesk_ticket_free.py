from odoo import models


class HelpdeskTicket(models.Model):
    """Tickets of a policy that counts nothing [003]."""

    _inherit = "helpdesk.ticket"

    def _explain_support_pending(self):
        """Say that it costs nothing, rather than nothing about it."""
        if self.support_account_id.policy_id.unit == "none":
            return self.env._("This ticket costs you nothing.")
        return super()._explain_support_pending()
