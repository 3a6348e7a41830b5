from odoo import SUPERUSER_ID, api, fields, models

HANDED_IN = "support_email_handed_in"
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


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    def _message_route_process(self, message, message_dict, routes):
        """Note where an employee hands in what is said to be an e-mail."""
        if not self.env.is_system():
            self = self.with_context(**{HANDED_IN: True})
        return super()._message_route_process(message, message_dict, routes)
