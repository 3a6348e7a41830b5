from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import email_normalize

PAGE = "/support/urgency"


class SupportUrgencyLink(models.Model):
    """The link to the page where an urgency is accepted."""

    _name = "support.urgency.link"
    _inherit = "support.link"
    _description = "Link to Accept an Urgency"
    _rec_name = "ticket_id"

    _page = PAGE

    ticket_id = fields.Many2one(
        "helpdesk.ticket", required=True, index=True, ondelete="cascade", readonly=True
    )
    account_id = fields.Many2one(
        "support.account", required=True, ondelete="cascade", readonly=True
    )
    company_id = fields.Many2one(
        related="account_id.company_id", store=True, precompute=True
    )

    _hash_unique = models.UniqueIndex("(token_hash)", "This link was made already.")

    # === USING === #

    def _accept(self, stamp):
        """Accept the urgency with the button of the page; the link is used up.

        :param stamp: of the offer that was shown
        :return: what is wrong, in words; None if the ticket is urgent now
        """
        self.ensure_one()
        link = self.sudo()
        evidence = self.env._(
            "Accepted with the button of the page whose link was sent to %(email)s on "
            "%(date)s (UTC).",
            email=link.email,
            date=fields.Datetime.to_string(link.create_date),
        )
        problem = link.ticket_id._accept_support_urgency_offer(
            stamp, link._get_acting_contact(), "email", evidence
        )
        if not problem:
            link._use_up()
        return problem

    def _get_mail_text(self):
        """Return what it would cost, as the mail says it: lines."""
        self.ensure_one()
        ticket = self.ticket_id
        offer = ticket._get_support_urgency_offer()
        return ticket._print_support_urgency_offer(offer).split("\n")

    def _get_mail_deadline(self):
        self.ensure_one()
        return self.env["support.explanation"].format_moment(
            self.expires_at, self.company_id
        )


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    support_urgency_link_ids = fields.One2many(
        "support.urgency.link", "ticket_id", readonly=True, groups="base.group_system"
    )

    def _send_support_urgency_link(self, partner):
        """Send a contact of the client a link of its own; as superuser.

        :raise UserError: when the contact cannot be sent one
        """
        self.ensure_one()
        account = self.support_account_id
        email = email_normalize(partner.email)
        if partner.commercial_partner_id != account.partner_id or not email:
            raise UserError(
                self.env._(
                    "Contact: the link goes to a contact of %(client)s with an e-mail "
                    "address.",
                    client=account.partner_id.display_name,
                )
            )
        if self.env["res.users"]._is_support_staff_address(email):
            raise UserError(
                self.env._(
                    "Contact: %(email)s is the address of a colleague. Only the client "
                    "accepts.",
                    email=email,
                )
            )
        hours = account.policy_id.urgent_link_hours
        link = self.env["support.urgency.link"]._send(
            "support_urgency.mail_template_urgency_link",
            {
                "ticket_id": self.id,
                "account_id": account.id,
                "partner_id": partner.id,
                "expires_at": fields.Datetime.add(fields.Datetime.now(), hours=hours),
            },
        )
        self._note_support_urgency(
            self.env._(
                "A link to accept an urgency goes to %(email)s; it holds until "
                "%(date)s.",
                email=email,
                date=link._get_mail_deadline(),
            )
        )
        return link

    # === BY ITSELF === #

    # Private: the gateway calls them in Python. Over RPC somebody else could have links
    # sent about a ticket that is not theirs.

    @api.private
    @api.model
    def message_new(self, msg_dict, custom_values=None):
        ticket = super().message_new(msg_dict, custom_values=custom_values)
        ticket._answer_urgent_subject(msg_dict)
        return ticket

    @api.private
    def message_update(self, msg_dict, update_vals=None):
        res = super().message_update(msg_dict, update_vals=update_vals)
        for ticket in self:
            ticket._answer_urgent_subject(msg_dict)
        return res

    def _answer_urgent_subject(self, msg_dict):
        """Answer an e-mail with the words of the policy in its subject with a link.

        To who wrote it, when that is a contact of the client; one at a time. The words
        make nothing urgent.
        """
        self.ensure_one()
        # sudo: the gateway runs as who wrote.
        ticket = self.sudo()
        policy = ticket.support_account_id.policy_id
        if not policy.urgent_subject_words:
            return
        author = ticket.env["res.partner"].browse(msg_dict.get("author_id") or [])
        sender = email_normalize(msg_dict.get("email_from") or msg_dict.get("from"))
        if (
            policy._is_urgent_subject(msg_dict.get("subject"))
            and author.commercial_partner_id == ticket.support_account_id.partner_id
            and sender
            and sender == email_normalize(author.email)
            and not ticket.env["res.users"]._is_support_staff_address(sender)
            and not ticket.support_is_urgent
            and not ticket._get_support_urgency_problem()
            and not ticket._has_live_urgency_link(author)
        ):
            ticket._send_support_urgency_link(author)

    def _has_live_urgency_link(self, partner):
        self.ensure_one()
        return bool(
            self.env["support.urgency.link"].search_count(
                [
                    ("ticket_id", "=", self.id),
                    ("partner_id", "=", partner.id),
                    ("used_at", "=", False),
                    ("expires_at", ">", fields.Datetime.now()),
                ],
                limit=1,
            )
        )
