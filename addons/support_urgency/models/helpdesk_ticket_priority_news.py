from odoo import models

TEMPLATE = "support_urgency.mail_template_priority"


class HelpdeskTicket(models.Model):
    """How a client is told that its priority was corrected, and why.

    By a mail to who pays, and a note for us. Followers may be of other companies; and
    a correction is no answer to what the client asked.
    """

    _inherit = "helpdesk.ticket"

    def _tell_support_priority(self, before, reason):
        """Queue the mail to the client, and note what it says.

        :param before: the priority before, or none
        """
        self.ensure_one()
        # sudo: names and the address of the client, whoever corrects.
        ticket = self.sudo().with_context(support_priority_before=before.id)
        ticket._note_support_urgency(ticket._get_priority_mail_text())
        if ticket._get_priority_mail_partner().email:
            ticket.support_account_id._queue_mail(TEMPLATE, ticket)
        else:
            ticket._note_support_urgency(
                self.env._("The client was not told: it has no e-mail address.")
            )

    def _get_priority_mail_partner(self):
        """Return who is told: the contact of the ticket, if of the client who pays."""
        self.ensure_one()
        contact = self.partner_id
        client = self.support_account_id.partner_id or contact.commercial_partner_id
        own = contact.commercial_partner_id == client and contact.email
        return contact if own else client

    def _get_priority_mail_text(self):
        """Return what changed and why, in the language of the environment."""
        self.ensure_one()
        priorities = self.env["support.priority"]
        old = priorities.browse(self.env.context.get("support_priority_before"))
        new, reason = self.support_priority_id, self.support_priority_reason or ""
        if not old:
            return self.env._(
                "The priority of your ticket is %(new)s: %(reason)s",
                new=new.display_name,
                reason=reason,
            )
        return self.env._(
            "We changed the priority of your ticket from %(old)s to %(new)s: "
            "%(reason)s",
            old=old.display_name,
            new=new.display_name,
            reason=reason,
        )
