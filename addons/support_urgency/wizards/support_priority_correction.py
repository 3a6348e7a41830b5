from odoo import api, fields, models
from odoo.exceptions import UserError


class SupportPriorityCorrection(models.TransientModel):
    """Staff choose another priority, with the reason that the client reads [003]."""

    _name = "support.priority.correction"
    _description = "Correct the Priority of a Ticket"

    ticket_id = fields.Many2one("helpdesk.ticket", required=True)
    policy_id = fields.Many2one("support.policy", compute="_compute_current_id")
    current_id = fields.Many2one(
        "support.priority", string="Priority now", compute="_compute_current_id"
    )
    priority_id = fields.Many2one(
        "support.priority",
        string="New priority",
        domain="[('policy_id', '=', policy_id), ('id', '!=', current_id)]",
    )
    examples = fields.Text(related="priority_id.examples")
    reason = fields.Char(help="The client reads it, on the ticket and by e-mail.")
    effect = fields.Char(compute="_compute_effect")

    @api.depends("ticket_id")
    def _compute_current_id(self):
        for wizard in self:
            wizard.ticket_id.check_access("read")
            # sudo: technicians may not read accounts, and read their tickets' priority.
            ticket = wizard.ticket_id.sudo()
            wizard.policy_id = ticket.support_policy_id
            wizard.current_id = ticket.support_priority_id

    @api.depends("ticket_id", "priority_id")
    def _compute_effect(self):
        for wizard in self:
            wizard.ticket_id.check_access("read")
            wizard.effect = wizard._explain_effect() if wizard.priority_id else False

    def _explain_effect(self):
        """Say what the correction does to the charge of the ticket, if it does."""
        self.ensure_one()
        # sudo: technicians may not read all that decides about a price.
        ticket = self.ticket_id.sudo()
        charge = ticket.support_charge_id
        if charge.unit != "ticket" or not charge.quantity:
            return False
        words = self.env["support.explanation"]
        changed = ticket.new({}, origin=ticket)
        changed.support_priority_id = self.priority_id
        movement = changed._preview_support_movement(
            charge, charge.quantity, charge.unit, ticket.company_id.support_local_date()
        )
        if movement.uncovered > charge.uncovered:
            return self.env._(
                "No slot of this priority is left: %s will not be covered.",
                words.format_quantity(movement.uncovered, "ticket"),
            )
        if movement.returns and movement.draws:
            return self.env._("The slot moves to this priority.")
        return False

    def action_apply(self):
        self.ensure_one()
        if not self.priority_id:
            raise UserError(self.env._("New priority: choose one."))
        self.ticket_id._correct_support_priority(self.priority_id, self.reason)
        return {"type": "ir.actions.act_window_close"}
