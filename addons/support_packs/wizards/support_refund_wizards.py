from odoo import fields, models


class SupportRefundRefusal(models.TransientModel):
    """A manager refuses a refund, and says why."""

    _name = "support.refund.refusal"
    _description = "Refuse a Support Refund"

    refund_id = fields.Many2one("support.refund", required=True, readonly=True)
    answer = fields.Text(string="Reason", help="The client reads it.")

    def action_apply(self):
        self.ensure_one()
        self.refund_id._refuse(self.answer)
        return {"type": "ir.actions.act_window_close"}


class SupportRefundRequest(models.TransientModel):
    """Staff asks for the refund of a pack, for a client who did not do it here."""

    _name = "support.refund.request"
    _description = "Ask for a Support Refund"

    pack_id = fields.Many2one("support.pack", required=True, readonly=True)
    reason = fields.Text(help="Whoever decides reads it.")

    def action_apply(self):
        self.ensure_one()
        refund = self.pack_id._request_refund_as_staff(self.reason)
        return {
            "type": "ir.actions.act_window",
            "res_model": "support.refund",
            "res_id": refund.id,
            "view_mode": "form",
        }
