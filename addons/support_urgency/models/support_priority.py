from odoo import fields, models

STARS = [("0", "Low"), ("1", "Medium"), ("2", "High"), ("3", "Very High")]


class SupportPriority(models.Model):
    """How grave a ticket is, as a policy tells its clients: P1 is the gravest [004].

    The priority sets the four stars of the helpdesk; stars never set the priority, and
    neither of them is consent to an urgency.
    """

    _name = "support.priority"
    _description = "Support Priority"
    _order = "policy_id, sequence, id"

    policy_id = fields.Many2one(
        "support.policy", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="policy_id.company_id", store=True)
    code = fields.Char(required=True, help="Short, as clients call it: P1.")
    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10, help="The gravest one first.")
    ticket_priority = fields.Selection(
        STARS,
        string="Stars",
        required=True,
        default="1",
        help="The stars that tickets of this priority get in the helpdesk.",
    )
    examples = fields.Text(
        translate=True,
        help="What belongs here, in the client's words: read before a ticket is sent.",
    )

    _code_unique = models.UniqueIndex(
        "(policy_id, code)", "Code: another priority of this policy has it."
    )

    def _compute_display_name(self):
        for priority in self:
            priority.display_name = f"{priority.code} · {priority.name}"
