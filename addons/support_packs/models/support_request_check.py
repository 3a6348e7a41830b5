from odoo import fields, models


class SupportRequestCheck(models.Model):
    """Something that, when it is found on a ticket, forces a custom quote.

    A security update has a fixed price, unless there are external modules, a modified
    core or a very old version [001].
    """

    _name = "support.request.check"
    _description = "Support Request Check"
    _order = "sequence, id"

    request_type_id = fields.Many2one(
        "support.request.type",
        required=True,
        index=True,
        ondelete="cascade",
        domain="[('policy_id', '=', policy_id)]",
    )
    policy_id = fields.Many2one(
        related="request_type_id.policy_id", store=True, index=True
    )
    company_id = fields.Many2one(related="request_type_id.company_id", store=True)
    name = fields.Char(string="What was found", required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
