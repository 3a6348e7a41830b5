from odoo import api, fields, models


class SupportHoldOverrideWizard(models.TransientModel):
    """A manager lets work start despite a hold, and says why."""

    _name = "support.hold.override.wizard"
    _description = "Let Work Start Despite a Hold"

    account_id = fields.Many2one("support.account", required=True, readonly=True)
    ticket_id = fields.Many2one("helpdesk.ticket", readonly=True)
    summary = fields.Text(string="On hold", compute="_compute_summary")
    date_until = fields.Date(
        string="Until", help="The last day on which work may start, in our time zone."
    )
    reason = fields.Char(help="Colleagues read it on the ticket.")

    @api.depends("account_id", "ticket_id")
    def _compute_summary(self):
        for wizard in self:
            # What follows reads holds and invoices as the superuser.
            wizard.account_id.check_access("read")
            wizard.ticket_id.check_access("read")
            problems = wizard.account_id._get_hold_problems("start", wizard.ticket_id)
            wizard.summary = "\n".join(problems)

    def action_apply(self):
        self.ensure_one()
        self.account_id._override_holds(self.reason, self.ticket_id, self.date_until)
        return {"type": "ir.actions.act_window_close"}
