from odoo import fields, models


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

    _minimum_positive = models.Constraint(
        "CHECK (minimum >= 0)", "Minimum: 0 or more units."
    )
    _block_positive = models.Constraint("CHECK (block >= 1)", "Block: at least 1 unit.")
    _flat_quantity_positive = models.Constraint(
        "CHECK (flat_quantity >= 0)", "Fixed quantity: 0 or more units."
    )
