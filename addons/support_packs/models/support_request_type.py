from odoo import api, fields, models
from odoo.exceptions import ValidationError


class SupportRequestType(models.Model):
    """What kind of request a ticket is, as far as its price depends on it."""

    _name = "support.request.type"
    _description = "Support Request Type"
    _order = "sequence, id"

    policy_id = fields.Many2one(
        "support.policy", required=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="policy_id.company_id", store=True)
    name = fields.Char(required=True, translate=True)
    code = fields.Char()
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    unit = fields.Selection(related="policy_id.unit")
    minimum = fields.Integer(
        help="Least quantity of a ticket on which something was done, in the unit of "
        "the policy.",
    )
    block = fields.Integer(
        default=1,
        help="Above the minimum, whole blocks of so many units. 1: the real quantity.",
    )
    flat_quantity = fields.Integer(
        string="Fixed quantity",
        help="A ticket of this type always costs so many units. 0: by its work.",
    )
    needs_estimate = fields.Boolean(
        help="The client accepts an estimate before the work begins.",
    )
    check_ids = fields.One2many(
        "support.request.check",
        "request_type_id",
        string="Checklist",
        help="What, when it is found on a ticket, forces an estimate: the fixed "
        "quantity does not hold then, and the work is charged.",
    )

    _minimum_positive = models.Constraint(
        "CHECK (minimum >= 0)", "Minimum: 0 or more units."
    )
    _block_positive = models.Constraint("CHECK (block >= 1)", "Block: at least 1 unit.")
    _flat_quantity_positive = models.Constraint(
        "CHECK (flat_quantity >= 0)", "Fixed quantity: 0 or more units."
    )

    @api.constrains("policy_id")
    def _check_policy_unused(self):
        """Tickets keep their type, and the type is of the policy that charges them."""
        # sudo: who changes policies may not read all tickets.
        tickets = self.env["helpdesk.ticket"].sudo()
        for request_type in self:
            other = tickets.search_count(
                [
                    ("support_request_type_id", "=", request_type.id),
                    ("support_account_id.policy_id", "!=", request_type.policy_id.id),
                ],
                limit=1,
            )
            if other:
                raise ValidationError(
                    self.env._(
                        "Policy: tickets of another policy have the type "
                        "“%(type)s”. Make a new type instead.",
                        type=request_type.name,
                    )
                )
