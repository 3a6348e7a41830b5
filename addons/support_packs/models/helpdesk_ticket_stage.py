from odoo import fields, models


class HelpdeskTicketStage(models.Model):
    _inherit = "helpdesk.ticket.stage"

    support_outcome = fields.Selection(
        [("solved", "Solved"), ("cancelled", "Cancelled")],
        string="Outcome",
        help="What reaching this stage means for the charge. Only “solved” is a "
        "resolution.",
    )
