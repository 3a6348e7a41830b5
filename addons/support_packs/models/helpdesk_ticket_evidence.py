from odoo import models


class HelpdeskTicket(models.Model):
    """What the client wrote on a ticket, as far as it may be evidence of its will."""

    _inherit = "helpdesk.ticket"

    def _get_support_client_messages(self, used, after=None):
        """Return the messages that may be evidence, as the reader, latest first.

        :param used: mail.message that are evidence of something already
        :param after: naive UTC datetime: only those that reached us later
        """
        self.ensure_one()
        # sudo: who records may not read accounts.
        client = self.sudo().support_account_id.partner_id
        domain = [
            ("model", "=", self._name),
            ("res_id", "=", self.id),
            ("message_type", "in", ("email", "comment")),
            ("is_internal", "=", False),
            ("subtype_id.internal", "=", False),
            ("author_id.commercial_partner_id", "=", client.id),
            ("id", "not in", used.ids),
        ]
        if after:
            domain.append(("create_date", ">", after))
        messages = self.env["mail.message"].search(domain, order="id desc")
        # sudo: whose they are, and nothing else, of those that the reader found.
        return messages.filtered(lambda one: one.sudo()._is_support_evidence())
