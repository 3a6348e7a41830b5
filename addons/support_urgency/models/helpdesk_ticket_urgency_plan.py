from odoo import api, models


class HelpdeskTicket(models.Model):
    """What is urgent does not wait for the plan of the next week."""

    _inherit = "helpdesk.ticket"

    @api.depends("support_is_urgent")
    def _compute_support_is_outside_plan(self):
        return super()._compute_support_is_outside_plan()

    def _is_support_outside_plan(self):
        return self.support_is_urgent or super()._is_support_outside_plan()
