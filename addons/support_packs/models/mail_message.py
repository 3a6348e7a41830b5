from odoo import models


class MailMessage(models.Model):
    _inherit = "mail.message"

    def _get_forbidden_access(self, operation):
        """Keep notes about support from clients, by their number too.

        Core leaves what is internal out of their searches and of the page of the
        ticket, but of what they read by its number it hides comments only. Notes and
        mails of ours say what was charged, and a follower may be of another company.
        """
        forbidden = super()._get_forbidden_access(operation)
        if operation != "read" or self.env.su or self.env.user._is_internal():
            return forbidden
        # sudo: whether it is internal, and what it is about, is what decides.
        hidden = (
            (self - forbidden)
            .sudo()
            .filtered(lambda message: message._is_support_internal())
        )
        return forbidden + hidden.with_env(self.env)

    def _is_support_internal(self):
        """Whether it stands on a ticket or on a record of ours, and is no comment."""
        self.ensure_one()
        model = self.model or ""
        return (model == "helpdesk.ticket" or model.startswith("support.")) and (
            self.is_internal or not self.subtype_id or self.subtype_id.internal
        )
