from odoo import fields, models


class SupportPolicy(models.Model):
    """The priorities that a policy's tickets may have."""

    _inherit = "support.policy"

    priority_ids = fields.One2many("support.priority", "policy_id", string="Priorities")
