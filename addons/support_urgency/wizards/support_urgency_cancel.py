from odoo import api, fields, models

from .. import const


class SupportUrgencyCancel(models.TransientModel):
    """Staff cancels an urgency, and says why."""

    _name = "support.urgency.cancel"
    _description = "Cancel an Urgency"

    ticket_id = fields.Many2one("helpdesk.ticket", required=True, readonly=True)
    ground = fields.Selection(selection="_get_staff_grounds", required=True)
    reason = fields.Text(
        help="The client reads it in an e-mail and on the page of the ticket."
    )
    preview = fields.Text(
        string="What goes back", compute="_compute_preview", readonly=True
    )

    @api.model
    def _get_staff_grounds(self):
        consents = self.env["support.urgency.consent"]
        labels = consents._fields["cancel_ground"]._description_selection(self.env)
        return [(code, label) for code, label in labels if code in const.STAFF_GROUNDS]

    @api.depends("ticket_id")
    def _compute_preview(self):
        for wizard in self:
            wizard.ticket_id.check_access("read")
            # sudo: technicians are told what goes back, whatever they may read.
            wizard.preview = wizard.ticket_id.sudo()._explain_urgency_return()

    def action_apply(self):
        self.ensure_one()
        self.ticket_id._cancel_support_urgency_as_staff(self.ground, self.reason)
        return {"type": "ir.actions.act_window_close"}


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    def _explain_urgency_return(self):
        """Say what the surcharge is that would go back."""
        self.ensure_one()
        units, lost = self._preview_support_urgency_return()
        if not units:
            return self.env._("Nothing was charged for the urgency so far.")
        text = self.env._(
            "%s of surcharge: back to the packs, or off the invoice.",
            self.env["support.explanation"].format_quantity(
                units, self.support_charge_id.unit
            ),
        )
        if not lost:
            return text
        return f"{text}\n{self._say_support_urgency_lost(lost)}"
