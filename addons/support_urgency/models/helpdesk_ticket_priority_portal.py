from odoo import models


class HelpdeskTicket(models.Model):
    """What a client reads about the priority of a ticket."""

    _inherit = "helpdesk.ticket"

    def _get_support_portal_priority(self):
        """Return the priority as the reader may see it; empty for others.

        Who follows a ticket of another company gets nothing: see
        :meth:`_get_support_portal_values`. The reader is the user of the environment.

        :return: dict: ``code``, ``name``, ``reason`` (why we corrected it, or nothing)
        """
        self.ensure_one()
        reader = self.env.user
        # sudo: the fields are for employees; the next lines decide who reads them.
        ticket = self.sudo()
        account = ticket.support_account_id
        client = reader.partner_id.commercial_partner_id
        priority = ticket.support_priority_id
        if reader._is_public() or not priority or account.partner_id != client:
            return {}
        return {
            "code": priority.code,
            "name": priority.name,
            "reason": ticket.support_priority_reason or "",
        }
