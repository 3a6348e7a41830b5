from odoo import api, fields, models
from odoo.exceptions import ValidationError


class SupportPolicy(models.Model):
    """The priorities that a policy's tickets may have."""

    _inherit = "support.policy"

    priority_ids = fields.One2many("support.priority", "policy_id", string="Priorities")
    default_priority_id = fields.Many2one(
        "support.priority",
        string="Default priority",
        ondelete="restrict",
        copy=False,
        domain="[('policy_id', '=', id)]",
        help="Of tickets for which nobody chose one, e.g. those that come by e-mail. "
        "Empty: the least grave one.",
    )
    higher_serves_lower = fields.Boolean(
        string="Higher slots serve lower priorities",
        help="Off: nothing is borrowed between priorities. On: when the slots of a "
        "priority are used up in all packs, its tickets use those of the next higher "
        "one.",
    )

    @api.constrains("default_priority_id")
    def _check_default_priority(self):
        for policy in self:
            if policy.default_priority_id.policy_id not in (policy, policy.browse()):
                raise ValidationError(
                    self.env._(
                        "Default priority: choose one of the policy %(policy)s.",
                        policy=policy.name,
                    )
                )

    def _get_default_priority(self):
        """Return the priority of a ticket for which nobody chose one; or none.

        The one that the policy names, else its least grave one.
        """
        priorities = self.env["support.priority"]
        if not self:
            return priorities
        self.ensure_one()
        if self.default_priority_id:
            return self.default_priority_id.with_env(self.env)
        found = [
            priority_id
            for priority_id, row in priorities._get_table().items()
            if row["policy_id"] == self.id and row["active"]
        ]
        return priorities.browse(found[-1:])
