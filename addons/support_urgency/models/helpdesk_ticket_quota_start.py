from odoo import api, models


class HelpdeskTicket(models.Model):
    """What staff is told of slots: before work starts, and while a form is filled."""

    _inherit = "helpdesk.ticket"

    @api.depends("support_priority_id", "support_policy_id.higher_serves_lower")
    def _compute_support_start(self):
        return super()._compute_support_start()

    @api.depends("support_priority_id", "support_policy_id.higher_serves_lower")
    def _compute_support_preview(self):
        return super()._compute_support_preview()

    def _explain_support_missing(self, shortage):
        """Say of which priority no slot is left, where it is not the balance."""
        self.ensure_one()
        account = self.support_account_id
        if account.unit != "ticket" or shortage.balance >= account.balance_tickets:
            return super()._explain_support_missing(shortage)
        words = self.env["support.explanation"]
        return self.env._(
            "Tickets of priority %(code)s: %(left)s left, of a balance of %(balance)s. "
            "Missing: %(missing)s.",
            code=self._get_support_priority()._get_code(),
            left=words.format_quantity(shortage.balance, "ticket"),
            balance=words.format_quantity(account.balance_tickets, "ticket"),
            missing=words.format_quantity(shortage.missing, "ticket"),
        )
