from odoo import fields, models


class SupportEstimateWithdraw(models.TransientModel):
    """Staff takes back what was sent, and says why."""

    _name = "support.estimate.withdraw"
    _description = "Take an Estimate Back"

    estimate_id = fields.Many2one("support.estimate", required=True, readonly=True)
    reason = fields.Text(help="The client reads it on the page of the ticket.")

    def action_apply(self):
        self.ensure_one()
        self.estimate_id.action_reject(self.reason)
        return {"type": "ir.actions.act_window_close"}
