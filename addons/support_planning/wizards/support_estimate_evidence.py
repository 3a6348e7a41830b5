from odoo import api, fields, models


class SupportEstimateEvidence(models.TransientModel):
    """Staff records that the client accepted an estimate in writing, on the ticket."""

    _name = "support.estimate.evidence"
    _description = "Record an Acceptance in Writing"

    estimate_id = fields.Many2one("support.estimate", required=True, readonly=True)
    message_ids = fields.Many2many(
        "mail.message", compute="_compute_message_ids", string="Messages to choose from"
    )
    message_id = fields.Many2one(
        "mail.message",
        domain="[('id', 'in', message_ids)]",
        help="What the client wrote on this ticket after the estimate was sent.",
    )
    text = fields.Text(
        string="The client wrote", compute="_compute_text", readonly=True
    )
    shown = fields.Text(string="The estimate", compute="_compute_shown")

    @api.depends("estimate_id")
    def _compute_message_ids(self):
        for wizard in self:
            estimate = wizard.estimate_id
            # What follows asks the account as the superuser.
            estimate.check_access("read")
            wizard.message_ids = estimate._get_messages()

    @api.depends("estimate_id")
    @api.depends_context("uid")
    def _compute_shown(self):
        for wizard in self:
            # Not a related field: that would be read as the superuser.
            wizard.estimate_id.check_access("read")
            wizard.shown = wizard.estimate_id.shown

    @api.depends("estimate_id", "message_id")
    def _compute_text(self):
        for wizard in self:
            message = wizard.message_id._origin
            known = message and message in wizard.estimate_id._get_messages()
            wizard.text = message._get_support_evidence_text() if known else False

    def action_apply(self):
        self.ensure_one()
        self.estimate_id._record_acceptance(self.message_id)
        return {"type": "ir.actions.act_window_close"}
