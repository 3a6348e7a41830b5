from odoo import api, fields, models
from odoo.exceptions import UserError


class SupportChargeOverride(models.TransientModel):
    """A manager sets what a ticket costs, with the reason that the client reads."""

    _name = "support.charge.override"
    _description = "Set What a Ticket Costs"

    ticket_id = fields.Many2one("helpdesk.ticket", required=True)
    unit = fields.Selection(related="ticket_id.support_unit")
    by_rules = fields.Char(string="By the rules", compute="_compute_by_rules")
    is_overridden = fields.Boolean(compute="_compute_by_rules")
    quantity = fields.Integer(
        required=True, help="In the unit of the policy. 0: the ticket costs nothing."
    )
    reason = fields.Char(help="The client reads it.")

    @api.depends("ticket_id")
    def _compute_by_rules(self):
        for wizard in self:
            ticket = wizard.ticket_id.sudo()
            charge = ticket.support_charge_id
            wizard.is_overridden = charge.is_overridden
            wizard.by_rules = ticket._explain_support_rules()

    def action_apply(self):
        """Charge the quantity, now or when the policy says that it is due."""
        self.ensure_one()
        self._get_charge()._override(self.quantity, self.reason)
        return {"type": "ir.actions.act_window_close"}

    def action_remove(self):
        """Go back to what the rules give."""
        self.ensure_one()
        self._get_charge()._remove_override()
        return {"type": "ir.actions.act_window_close"}

    def _get_charge(self):
        self.env["support.charge"]._check_may_override()
        self.ticket_id.check_access("write")
        # sudo: the charge is nobody's to create; the rights were asked above.
        ticket = self.ticket_id.sudo()
        if not ticket._is_support_counted():
            raise UserError(self.env._("Nobody is charged for this ticket."))
        return ticket.support_charge_id._find_or_open(ticket)
