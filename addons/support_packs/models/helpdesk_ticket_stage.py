from odoo import fields, models


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
    _inherit = "helpdesk.ticket"

    def _is_support_waiting_for_client(self):
        """Whether the work cannot go on before the client answers."""
        self.ensure_one()
        stage = self.stage_id
        return stage.support_waits_for_client and not stage.closed
