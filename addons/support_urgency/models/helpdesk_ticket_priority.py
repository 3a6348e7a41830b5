from odoo import fields, models

INTERNAL = "base.group_user"


class HelpdeskTicket(models.Model):
    """The priority of a ticket, one of its policy's."""

    _inherit = "helpdesk.ticket"

    support_priority_id = fields.Many2one(
        "support.priority",
        string="Support priority",
        index="btree_not_null",
        ondelete="restrict",
        copy=False,
        tracking=True,
        groups=INTERNAL,
        domain="[('policy_id', '=', support_policy_id)]",
    )
