import hashlib
import secrets
from datetime import datetime, time, timezone
from zoneinfo import ZoneInfo

from odoo import SUPERUSER_ID, api, fields, models
from odoo.tools import SQL, clean_context, email_normalize

TOKEN_BYTES = 32
# What a request may carry as a token: longer ones are not looked up.
MOST_TOKEN = 64
PAGE = "/support/estimate"


def digest(token):
    """Return what is stored of a token: who reads the database cannot use it."""
    return hashlib.sha256(token.encode()).hexdigest()


class SupportEstimateLink(models.Model):
    """A link sent to one contact that opens the page where an estimate is decided on.

    Random, used once, for a time. Opening it accepts nothing, for programs that read
    mail follow links; the button of its page does. Only its hash is stored.
    """

    _name = "support.estimate.link"
    _description = "Link to Accept an Estimate"
    _order = "id desc"
    _rec_name = "estimate_id"
    _allow_sudo_commands = False

    estimate_id = fields.Many2one(
        "support.estimate", required=True, index=True, ondelete="cascade", readonly=True
    )
    ticket_id = fields.Many2one(related="estimate_id.ticket_id")
    account_id = fields.Many2one(related="estimate_id.account_id")
    company_id = fields.Many2one(
        related="estimate_id.company_id", store=True, precompute=True
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
        partner, estimate = self.partner_id, self.estimate_id
        client = estimate.account_id.partner_id
        user = self.env.user
        reader_fits = user._is_public() or (
            user.share and user.partner_id.sudo().commercial_partner_id == client
        )
        return bool(
            reader_fits
            and not self.used_at
            and self.expires_at > fields.Datetime.now()
            and estimate.ticket_id.support_account_id == estimate.account_id
            and partner.active
            and partner.commercial_partner_id == client
            and email_normalize(partner.email) == self.email
        )

    # === USING === #

    def _accept(self, stamp):
        """Accept the estimate with the button of the page; the link is used up.

        :param stamp: of the offer that was shown
        :return: what is wrong, in words; None if it is accepted now
        """
        self.ensure_one()
        link = self.sudo()
        evidence = self.env._(
            "Accepted with the button of the page whose link was sent to %(email)s on "
            "%(date)s (UTC).",
            email=link.email,
            date=fields.Datetime.to_string(link.create_date),
        )
        problem = link.estimate_id._accept_offer(
            stamp, link._get_acting_contact(), "link", evidence
        )
        if not problem:
            link._use_up()
        return problem

    def _reject(self, reason):
        """Reject the estimate with the button of the page; as :meth:`_accept`."""
        self.ensure_one()
        link = self.sudo()
        problem = link.estimate_id._reject(reason, link._get_acting_contact())
        if not problem:
            link._use_up()
        return problem

    def _get_acting_contact(self):
        user = self.env.user
        return self.partner_id if user._is_public() else user.partner_id.sudo()

    def _use_up(self):
        """Take the row: of two clicks at once, the second is retried and finds it."""
        self.ensure_one()
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "UPDATE support_estimate_link SET used_at = %s "
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
        token = self.env.context.get("support_estimate_token", "")
        return f"{self.get_base_url()}{PAGE}/{token}"

    def _get_mail_text(self):
        """Return what it would take and cost, as the mail says it: lines."""
        self.ensure_one()
        return (self.estimate_id.shown or "").split("\n")

    def _mail_get_operation_for_mail_message_operation(self, message_operation):
        """Nobody reads these mails here: who has the link accepts for the client."""
        if not self.env.su:
            return {}
        return super()._mail_get_operation_for_mail_message_operation(message_operation)


class SupportEstimate(models.Model):
    _inherit = "support.estimate"

    link_ids = fields.One2many(
        "support.estimate.link",
        "estimate_id",
        readonly=True,
        groups="base.group_system",
    )

    def _send_link(self, partner):
        """Send a contact of the client a link of its own; as superuser."""
        self.ensure_one()
        token = secrets.token_urlsafe(TOKEN_BYTES)
        links = self.env["support.estimate.link"]
        link = links.with_context(clean_context(self.env.context)).create(
            {
                "estimate_id": self.id,
                "partner_id": partner.id,
                "email": email_normalize(partner.email),
                "token_hash": digest(token),
                "expires_at": self._get_end(),
            }
        )
        # From nobody: who sends it would read it, as the author, and could accept.
        sender = self.account_id.with_user(SUPERUSER_ID).with_context(
            support_estimate_token=token
        )
        sender._queue_mail("support_planning.mail_template_estimate_link", link)
        return link

    def _get_end(self):
        """Return the moment when its last day ends: naive UTC datetime."""
        self.ensure_one()
        after = fields.Date.add(self.valid_until, days=1)
        zone = ZoneInfo(self.company_id.support_tz or "UTC")
        midnight = datetime.combine(after, time(), tzinfo=zone)
        return midnight.astimezone(timezone.utc).replace(tzinfo=None)
