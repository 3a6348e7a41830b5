from odoo import fields, models

INTERNAL = "base.group_user"
# What people write. What the system sends by itself is no answer.
WRITTEN = ("comment", "email", "email_outgoing")


class HelpdeskTicketStage(models.Model):
    _inherit = "helpdesk.ticket.stage"

    support_outcome = fields.Selection(
        [("solved", "Solved"), ("cancelled", "Cancelled")],
        string="Outcome",
        help="What reaching this stage means for the charge. Only “solved” is a "
        "resolution.",
    )
    support_waits_for_client = fields.Boolean(
        string="Waits for the client",
        help="Who has a ticket in this stage owes us an answer: promised times stand "
        "still, and the work is not planned.",
    )


class HelpdeskTicket(models.Model):
    """Whether the client owes an answer: the stage says so, until it is there."""

    _inherit = "helpdesk.ticket"

    support_client_answered_at = fields.Datetime(
        string="Client answered",
        readonly=True,
        copy=False,
        groups=INTERNAL,
        help="When the client last wrote, or decided what it was asked, while the "
        "ticket was in a stage that waits for it.",
    )

    def _is_support_waiting_for_client(self):
        """Whether the work cannot go on before the client answers.

        An answer since the ticket came to the stage is one, whoever moves it on.
        """
        self.ensure_one()
        stage = self.stage_id
        if not stage.support_waits_for_client or stage.closed:
            return False
        answered, entered = self.support_client_answered_at, self.last_stage_update
        return not answered or bool(entered and answered < entered)

    def _message_post_after_hook(self, message, msg_values):
        res = super()._message_post_after_hook(message, msg_values)
        # sudo: clients write messages, and may not change tickets.
        ticket, message = self.sudo(), message.sudo()
        if ticket._is_support_client_message(message):
            # Not from the date that the client's mail says.
            ticket._on_support_client_answer(fields.Datetime.now())
        return res

    def _is_support_client_message(self, message):
        """Whether somebody who is no employee wrote it, for us to read."""
        self.ensure_one()
        author = message.author_id
        outside = not author or author.partner_share or author == self.partner_id
        return outside and message._is_support_public()

    def _on_support_client_answer(self, moment):
        """The client wrote, or decided what it was asked; as superuser.

        Others extend it, and call it for what is an answer beside messages.

        :param moment: naive UTC datetime, from which on the answer is there
        """
        self.ensure_one()
        if self.stage_id.support_waits_for_client:
            self.support_client_answered_at = moment


class MailMessage(models.Model):
    _inherit = "mail.message"

    def _is_support_public(self):
        """Whether it was written by somebody, for whoever reads the ticket."""
        self.ensure_one()
        return (
            self.message_type in WRITTEN
            and not self.is_internal
            and bool(self.subtype_id)
            and not self.subtype_id.internal
        )
