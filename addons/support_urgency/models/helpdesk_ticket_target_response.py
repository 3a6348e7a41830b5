from odoo import fields, models

INTERNAL = "base.group_user"


class HelpdeskTicket(models.Model):
    """When a ticket was answered first, in writing that its client can read."""

    _inherit = "helpdesk.ticket"

    support_responded_at = fields.Datetime(
        string="First response",
        readonly=True,
        copy=False,
        index="btree_not_null",
        groups=INTERNAL,
        help="The first message of an employee that the client can read. Internal "
        "notes and automatic messages do not count.",
    )

    def _message_post_after_hook(self, message, msg_values):
        res = super()._message_post_after_hook(message, msg_values)
        # sudo: whoever may write a message need not be able to change the ticket.
        ticket, message = self.sudo(), message.sudo()
        if ticket._is_support_response(message):
            ticket._on_support_response(message)
        return res

    def _is_support_response(self, message):
        """Whether a message is an employee's, written to the client of the ticket."""
        self.ensure_one()
        author = message.author_id
        robot = self.env["ir.model.data"]._xmlid_to_res_id("base.partner_root")
        return (
            message._is_support_public()
            and bool(author)
            and not author.partner_share
            and author.id != robot
            # Of who opened the ticket it is a question, employee or not.
            and author != self.partner_id
        )

    def _on_support_response(self, message):
        """An employee answered; the first time is remembered. Others extend this.

        :param message: mail.message that the client can read
        """
        self.ensure_one()
        if not self.support_responded_at:
            # Not the date of the message, which in a mail is what its sender says.
            self.support_responded_at = fields.Datetime.now()
