from odoo import SUPERUSER_ID, api, fields, models
from odoo.tools import html2plaintext

HANDED_IN = "support_email_handed_in"
# So much of a message is kept word for word, beside the message itself.
MOST_EVIDENCE = 10_000
# What a message says, who says it, and to whom.
WORDS = {
    "author_id",
    "body",
    "date",
    "email_from",
    "is_internal",
    "message_type",
    "model",
    "res_id",
    "subject",
    "subtype_id",
}


class MailMessage(models.Model):
    """Which messages are the words of a client, as they reached us."""

    _inherit = "mail.message"

    support_no_evidence = fields.Boolean(
        string="Not as it reached us",
        readonly=True,
        copy=False,
        help="Somebody changed it, or handed it in as an e-mail: it is no evidence of "
        "what a client wants.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        if self.env.context.get(HANDED_IN):
            vals_list = [{**vals, "support_no_evidence": True} for vals in vals_list]
        return super().create(vals_list)

    def write(self, vals):
        """Remember that the words are others now: nobody takes that back.

        Stars and recipients are written on the message, too: who wrote it last says
        nothing.
        """
        if self.env.uid != SUPERUSER_ID:
            vals = {key: vals[key] for key in vals if key != "support_no_evidence"}
            if WORDS & vals.keys():
                vals["support_no_evidence"] = True
        return super().write(vals)

    def _is_support_evidence(self):
        """Whether its author wrote it: to the mail gateway, or in the client area.

        Employees may write in the name of others, and change what others wrote.
        """
        self.ensure_one()
        writer = self.create_uid
        if self.support_no_evidence:
            return False
        if writer.id == SUPERUSER_ID:
            staff = self.env["res.users"]._is_support_staff_address(self.email_from)
            return self.message_type == "email" and not staff
        return writer.share and writer.partner_id == self.author_id

    def _get_support_received_at(self):
        """Return from when on what it says holds: naive UTC datetime.

        When it reached us: the date in an e-mail is its sender's.
        """
        self.ensure_one()
        return self.sudo().create_date.replace(microsecond=0)

    def _get_support_evidence_text(self):
        """Return it as text, with who sent it: so it is kept."""
        self.ensure_one()
        message = self.sudo()
        head = [message.email_from or message.author_id.display_name]
        if message.subject:
            head.append(message.subject)
        text = "\n".join([*head, "", html2plaintext(message.body or "")])
        return text.replace("\x00", "")[:MOST_EVIDENCE]

    @api.depends_context("support_evidence", "uid")
    def _compute_display_name(self):
        """Where one is chosen, messages are called by who wrote, and when."""
        # Names of linked records are computed as the superuser: without asking the
        # reader, a link of one's own message would tell the words of any other.
        named = self.browse()
        asked = self.env.context.get("support_evidence")
        if asked and self.env.user._is_internal():
            named = self.sudo(False)._filtered_access("read").sudo(self.env.su)
        res = super(MailMessage, self - named)._compute_display_name()
        words = self.env["support.explanation"]
        for message in named:
            moment = words.format_moment(message.date, self.env.company)
            author = message.author_id.name or message.email_from or ""
            preview = message.preview or message.subject or ""
            message.display_name = f"{moment} · {author}: {preview[:80]}"
        return res


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    def _message_route_process(self, message, message_dict, routes):
        """Note where an employee hands in what is said to be an e-mail."""
        if not self.env.is_system():
            self = self.with_context(**{HANDED_IN: True})
        return super()._message_route_process(message, message_dict, routes)
