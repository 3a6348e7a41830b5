from odoo import api, fields, models

from .. import const


class SupportChargeDecision(models.TransientModel):
    """A manager says what becomes of what no pack covers, for one charge or many."""

    _name = "support.charge.decision"
    _description = "Decide What No Pack Covers"

    charge_ids = fields.Many2many("support.charge", required=True, string="Charges")
    summary = fields.Char(string="Not covered", compute="_compute_summary")
    choice = fields.Selection(
        const.CHARGE_DECISIONS, string="Decision", required=True, default="next_pack"
    )
    reason = fields.Char(help="Required when nobody pays.")

    @api.depends("charge_ids")
    def _compute_summary(self):
        words = self.env["support.explanation"]
        for wizard in self:
            totals = {}
            for charge in wizard.charge_ids:
                units = charge._get_open_units()
                totals[charge.unit] = totals.get(charge.unit, 0) + units
            texts = [words.format_long(total, unit) for unit, total in totals.items()]
            wizard.summary = ", ".join(texts)

    def action_apply(self):
        """Decide for all of them, or for none."""
        self.ensure_one()
        self.charge_ids._decide(self.choice, self.reason)
        return {"type": "ir.actions.act_window_close"}
