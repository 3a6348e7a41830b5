from odoo import fields, models


class SupportPackExtensionWizard(models.TransientModel):
    """A manager makes a pack good for longer."""

    _name = "support.pack.extension.wizard"
    _description = "Extend a Support Pack"

    pack_id = fields.Many2one("support.pack", required=True, readonly=True)
    date_end = fields.Date(related="pack_id.date_end", string="Present last day")
    is_expired = fields.Boolean(compute="_compute_is_expired")
    date_new = fields.Date(string="New last day", required=True)
    reason = fields.Char(required=True)

    def _compute_is_expired(self):
        for wizard in self:
            wizard.is_expired = wizard.pack_id.state == "expired"

    def action_apply(self):
        self.ensure_one()
        self.pack_id._check_may_extend()
        self.pack_id._extend(self.date_new, self.reason)
        return {"type": "ir.actions.act_window_close"}
