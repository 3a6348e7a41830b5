from odoo import api, fields, models

from ..models.support_hold_work import VERDICTS


class SupportWorkApproval(models.TransientModel):
    """A manager says what becomes of work that was done during a hold, and why."""

    _name = "support.work.approval"
    _description = "Approve Work Done During a Hold"

    work_ids = fields.Many2many("support.work", readonly=True)
    verdict = fields.Selection(VERDICTS, required=True, default="approved")
    reason = fields.Char(help="Colleagues read it on the ticket.")
    summary = fields.Char(string="What was done", compute="_compute_summary")

    @api.depends("work_ids")
    def _compute_summary(self):
        words = self.env["support.explanation"]
        for wizard in self:
            works = wizard.work_ids
            wizard.summary = self.env._(
                "%(time)s, tickets: %(tickets)s",
                time=words.format_hours(sum(works.mapped("minutes"))),
                tickets=", ".join(works.sudo().ticket_id.mapped("number")),
            )

    def action_apply(self):
        self.ensure_one()
        self.work_ids._decide_approval(self.verdict, self.reason)
        return {"type": "ir.actions.act_window_close"}
