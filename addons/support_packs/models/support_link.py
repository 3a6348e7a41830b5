import hashlib
import secrets

from odoo import SUPERUSER_ID, api, fields, models
from odoo.tools import SQL, clean_context, email_normalize

TOKEN_BYTES = 32
# What a request may carry as a token: longer ones are not looked up.
MOST_TOKEN = 64


def digest(token):
    """Return what is stored of a token: who reads the database cannot use it."""
    return hashlib.sha256(token.encode()).hexdigest()


class SupportLink(models.AbstractModel):
    """A link sent to one contact of a client, to a page with a button.

    Random, used once, for a time. Opening it does nothing, for programs that read mail
    follow links; the button of its page does. Only its hash is stored.

    What extends it has ``ticket_id`` and ``account_id`` (who pays), a unique index of
    ``token_hash``, and the path of its page.
    """

    _name = "support.link"
    _description = "Link of an E-mail"
    _order = "id desc"
    _allow_sudo_commands = False

    # Path of the page; the token follows it.
    _page = ""

    partner_id = fields.Many2one(
        "res.partner", required=True, ondelete="cascade", readonly=True
    )
    email = fields.Char(
        required=True, readonly=True, help="The address to which it was sent."
    )
    token_hash = fields.Char(required=True, readonly=True, groups="base.group_system")
    expires_at = fields.Datetime(required=True, readonly=True)
    used_at = fields.Datetime(readonly=True)

    # === SENDING === #

    @api.model
    def _send(self, template, values):
        """Make a link and send it to its contact; as superuser.

        :param template: XML id of the mail, which gets the link as its record
        :param values: of the link: what it is for, ``account_id`` where that is
            stored, ``partner_id`` and ``expires_at``
        :return: the link; its token is in the mail alone
        """
        token = secrets.token_urlsafe(TOKEN_BYTES)
        partner = self.env["res.partner"].browse(values["partner_id"])
        link = self.with_context(clean_context(self.env.context)).create(
            {
                **values,
                "email": email_normalize(partner.email),
                "token_hash": digest(token),
            }
        )
        # From nobody: who sends it would read it, as the author, and could accept.
        sender = link.account_id.with_user(SUPERUSER_ID).with_context(
            support_link_token=token
        )
        sender._queue_mail(template, link)
        return link

    def _get_mail_url(self):
        """Return the address of the page, while the mail with it is being written."""
        self.ensure_one()
        token = self.env.context.get("support_link_token", "")
        return f"{self.get_base_url()}{self._page}/{token}"

    def _mail_get_operation_for_mail_message_operation(self, message_operation):
        """Nobody reads these mails here: who has the link acts for the client."""
        if not self.env.su:
            return {}
        return super()._mail_get_operation_for_mail_message_operation(message_operation)

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
        employee, does not act for this client.
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

    def _get_acting_contact(self):
        """Return in whose name the reader acts: whom it was sent to, or who is
        logged in."""
        user = self.env.user
        return self.partner_id if user._is_public() else user.partner_id.sudo()

    def _use_up(self):
        """Take the row: of two clicks at once, the second is retried and finds it."""
        self.ensure_one()
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "UPDATE %s SET used_at = %s WHERE id = %s AND used_at IS NULL",
                SQL.identifier(self._table),
                fields.Datetime.now(),
                self.id,
            )
        )
        self.invalidate_recordset(["used_at"])
