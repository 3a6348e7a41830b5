from odoo import models


class HelpdeskTicket(models.Model):
    """Tickets of people who go elsewhere: they stay with the client that pays."""

    _inherit = "helpdesk.ticket"

    def _stay_with_client(self, client, person):
        """Put the client in the place of a contact who is no longer its own.

        Who reads a ticket follows from its contact: left to a contact who moved, the
        old client would lose it, and the colleagues of the new employer would read it.

        :param client: res.partner, the commercial entity of the account
        :param person: res.partner, whose name and e-mail stay on the ticket
        """
        for ticket in self:
            # Not our write: nobody else pays from now on, and nothing is charged anew.
            models.BaseModel.write(
                ticket,
                {
                    "partner_id": client.id,
                    "partner_name": ticket.partner_name or person.name,
                    "partner_email": ticket.partner_email or person.email,
                },
            )
