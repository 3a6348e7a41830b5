import hashlib
import secrets

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, clean_context, email_normalize

TOKEN_BYTES = 32
# What a request may carry as a token: longer ones are not looked up.
MOST_TOKEN = 64
PAGE = "/support/urgency"


def digest(token):
    """Return what is stored of a token: who reads the database cannot use it."""
    return hashlib.sha256(token.encode()).hexdigest()


class SupportUrgencyLink(models.Model):
    """A link sent to one contact that opens the page where an urgency is accepted.

    Random, used once, for a time. Opening it accepts nothing, for programs that read
    mail follow links; the button of its page does. Only its hash is stored.
    """

    _name = "support.urgency.link"
    _description = "Link to Accept an Urgency"
    _order = "id desc"
    _rec_name = "ticket_id"
    _allow_sudo_commands = False

    ticket_id = fields.Many2one(
        "helpdesk.ticket", required=True, index=True, ondelete="cascade", readonly=True
    )
    account_id = fields.Many2one(
        "support.account", required=True, ondelete="cascade", readonly=True
    )
    company_id = fields.Many2one(
        related="account_id.company_id", store=True, precompute=True
    )
    partner_id = fields.Many2one(
        "res.partner", required=True, ondelete="cascade", readonly=True
    )
    email = fields.Char(
        required=True, readonly=True, help="The address to which it was sent."
    )
    token_hash = fields.Char(required=True, readonly=True, groups="base.group_system")
    expires_at = fields.Datetime(required=True, readonly=True)
    used_at = fields.Datetime(readonly=True)

    _hash_unique = models.UniqueIndex("(token_hash)", "This link was made already.")

    # === FINDING === #

    @api.model
    def _find(self, token):
        """Return the link of a token while it may be used, or none (sudo).

        :param token: what the request says, anything
        """
        links = self.sudo().browse()
        if not isinstance(token, str) or not 0 < len(token) <= MOST_TOKEN:
            return links
        if not token.isascii():
            return links
        link = links.search([("token_hash", "=", digest(token))])
        return link if link and link._is_usable() else links

    def _is_usable(self):
        """Whether it may be used now, by the reader.

        It is for the address it was sent to, as long as that belongs to a contact of
        the client who pays. Who is logged in as somebody else's contact, or as an
        employee, does not accept for this client.
        """
        self.ensure_one()
        partner, account = self.partner_id, self.account_id
        client = account.partner_id
        user = self.env.user
        reader_fits = user._is_public() or (
            user.share and user.partner_id.sudo().commercial_partner_id == client
        )
        return bool(
            reader_fits
            and not self.used_at
            and self.expires_at > fields.Datetime.now()
            and self.ticket_id.support_account_id == account
            and partner.active
            and partner.commercial_partner_id == client
            and email_normalize(partner.email) == self.email
        )

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
        user = self.env.user
        partner = link.partner_id if user._is_public() else user.partner_id.sudo()
        problem = link.ticket_id._accept_support_urgency_offer(
            stamp, partner, "email", evidence
        )
        if not problem:
            link._use_up()
        return problem

    def _use_up(self):
        """Take the row: of two clicks at once, the second is retried and finds it."""
        self.ensure_one()
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "UPDATE support_urgency_link SET used_at = %s "
                "WHERE id = %s AND used_at IS NULL",
                fields.Datetime.now(),
                self.id,
            )
        )
        self.invalidate_recordset(["used_at"])

    # === THE MAIL === #

    def _get_mail_url(self):
        """Return the address of the page, while the mail with it is being written."""
        self.ensure_one()
        token = self.env.context.get("support_urgency_token", "")
        return f"{self.get_base_url()}{PAGE}/{token}"

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

    def _mail_get_operation_for_mail_message_operation(self, message_operation):
        """Nobody reads these mails here: who has the link accepts for the client."""
        if not self.env.su:
            return {}
        return super()._mail_get_operation_for_mail_message_operation(message_operation)


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
        token = secrets.token_urlsafe(TOKEN_BYTES)
        hours = account.policy_id.urgent_link_hours
        links = self.env["support.urgency.link"]
        link = links.with_context(clean_context(self.env.context)).create(
            {
                "ticket_id": self.id,
                "account_id": account.id,
                "partner_id": partner.id,
                "email": email,
                "token_hash": digest(token),
                "expires_at": fields.Datetime.add(fields.Datetime.now(), hours=hours),
            }
        )
        # From nobody: who sends it would read it, as the author, and could accept.
        sender = account.with_user(SUPERUSER_ID).with_context(
            support_urgency_token=token
        )
        sender._queue_mail("support_urgency.mail_template_urgency_link", link)
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
