from odoo import api, fields, models


class HelpdeskTicket(models.Model):
    """Tickets of people who go elsewhere: they stay with the client that pays."""

    _inherit = "helpdesk.ticket"

    # Without groups, unlike our other fields: helpdesk_mgmt's page of tickets searches
    # by the domain of the record rules, with the client's own rights.
    support_is_private = fields.Boolean(
        compute="_compute_support_is_private",
        search="_search_support_is_private",
        compute_sudo=True,
        help="Paid by a person who is employed by now, and neither that person nor a "
        "follower is reading: not for the colleagues.",
    )

    @api.depends("support_account_id.partner_id.parent_id", "message_partner_ids")
    @api.depends_context("uid")
    def _compute_support_is_private(self):
        private = self.filtered_domain(self._get_support_private_domain())
        for ticket in self:
            ticket.support_is_private = ticket in private

    def _search_support_is_private(self, operator, value):
        if operator != "in":
            return NotImplemented
        # sudo: whose account it is decides, not whether the reader may see it.
        tickets_sudo = self.sudo().with_context(active_test=False)
        private = tickets_sudo._search(self._get_support_private_domain())
        return [("id", "in" if True in value else "not in", private)]

    @api.model
    def _get_support_private_domain(self):
        """Return which tickets the colleagues of their payer do not read.

        A ticket of a contact is read by all of the company, and a person who has an
        account may become such a contact. What that person paid alone stays theirs.
        """
        reader = self.env.user.partner_id
        return [
            ("support_account_id.partner_id.is_company", "=", False),
            ("support_account_id.partner_id.parent_id", "!=", False),
            ("support_account_id.partner_id", "!=", reader.id),
            ("message_partner_ids", "not in", reader.ids),
        ]

    def _stay_with_client(self, client, person):
        """Put the client in the place of a contact who is no longer its own.

        Who reads a ticket follows from its contact: left to a contact who moved, the
        old client would lose it, and the colleagues of the new employer would read it.

        :param client: res.partner, the commercial entity of the account
        :param person: res.partner, whose name and e-mail stay on the ticket
        """
        for ticket in self:
            # The account is that client's already, so nothing is charged anew.
            ticket.write(
                {
                    "partner_id": client.id,
                    "partner_name": ticket.partner_name or person.name,
                    "partner_email": ticket.partner_email or person.email,
                }
            )
