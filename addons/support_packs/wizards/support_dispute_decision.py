from odoo import api, fields, models

CHOICES = [
    ("accepted", "It was our error"),
    ("upheld", "The time stands"),
    ("settled", "Settle the service"),
]


class SupportDisputeDecision(models.TransientModel):
    """A manager decides a dispute."""

    _name = "support.dispute.decision"
    _description = "Decide a Support Dispute"

    dispute_id = fields.Many2one("support.dispute", required=True, readonly=True)
    choice = fields.Selection(CHOICES, required=True, readonly=True)
    # With the reader's rights: the id is whatever a request says.
    reason = fields.Text(
        related="dispute_id.reason", related_sudo=False, string="The client says"
    )
    billed = fields.Integer(
        string="Charged minutes of the entry", compute="_compute_billed"
    )
    minutes = fields.Integer(
        string="Minutes that are not charged",
        compute="_compute_minutes",
        store=True,
        readonly=False,
    )
    verdict = fields.Text(
        help="The client reads it on the page of the ticket and in an e-mail."
    )

    is_full = fields.Boolean(
        string="Refund the full price",
        help="The whole price of these packs, whatever was used of them.",
    )
    preview = fields.Text(
        string="What goes back", compute="_compute_preview", readonly=True
    )

    @api.depends("dispute_id")
    def _compute_billed(self):
        for wizard in self:
            work = wizard.dispute_id.work_id
            wizard.billed = work.minutes if work.billable else 0

    @api.depends("dispute_id")
    def _compute_minutes(self):
        for wizard in self:
            wizard.minutes = wizard.billed

    @api.depends("dispute_id", "choice", "minutes", "is_full")
    def _compute_preview(self):
        for wizard in self:
            dispute = wizard.dispute_id
            # What follows reckons as the superuser.
            dispute.check_access("read")
            preview = ""
            if wizard.choice == "settled":
                preview = dispute._explain_settlement(wizard.is_full)
            elif wizard.choice == "accepted" and 0 < wizard.minutes <= wizard.billed:
                preview = dispute._explain_returns(wizard.minutes)
            wizard.preview = preview or self.env._("Nothing goes back to a pack.")

    def action_apply(self):
        self.ensure_one()
        dispute = self.dispute_id
        if self.choice == "accepted":
            if not self.billed:
                # Somebody made it not billable meanwhile: nothing is left to free.
                dispute._accept(1, self.verdict)
            else:
                dispute._accept(self.minutes, self.verdict)
        elif self.choice == "upheld":
            dispute._uphold(self.verdict)
        else:
            dispute._settle(self.is_full, self.verdict)
        return {"type": "ir.actions.act_window_close"}
