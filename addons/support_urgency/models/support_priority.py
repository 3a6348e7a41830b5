from odoo import api, fields, models, tools
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

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

    @api.depends("code", "name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for priority in self:
            priority.display_name = f"{priority.code} · {priority.name}"

    @api.constrains("policy_id")
    def _check_policy(self):
        """What was sold or drawn with a priority stays with its policy."""
        for priority in self:
            if priority._is_used_elsewhere():
                raise ValidationError(
                    self.env._(
                        "Policy: tickets or packs of another policy have the priority "
                        "%(priority)s.",
                        priority=priority.display_name,
                    )
                )

    def _is_used_elsewhere(self):
        self.ensure_one()
        # sudo: of all companies.
        quotas = self.env["support.product.quota"].sudo()
        return bool(
            quotas.search_count(
                [
                    ("priority_id", "=", self.id),
                    ("product_tmpl_id.support_policy_id", "not in", self.policy_id.ids),
                    ("product_tmpl_id.support_policy_id", "!=", False),
                ],
                limit=1,
            )
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        # sudo: whoever sets up policies may not read all that has their priorities.
        for model in ("helpdesk.ticket", "support.pack.quota", "support.product.quota"):
            field_name = (
                "support_priority_id" if model == "helpdesk.ticket" else "priority_id"
            )
            records = self.env[model].sudo().with_context(active_test=False)
            if records.search_count([(field_name, "in", self.ids)], limit=1):
                raise UserError(
                    self.env._(
                        "Tickets, packs or products have this priority. Archive it "
                        "instead."
                    )
                )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        priorities = super().create(vals_list)
        self.env.registry.clear_cache()
        return priorities

    def write(self, vals):
        res = super().write(vals)
        self.env.registry.clear_cache()
        return res

    def unlink(self):
        res = super().unlink()
        self.env.registry.clear_cache()
        return res

    # === BUSINESS METHODS === #

    @api.model
    @tools.ormcache()
    def _get_table(self):
        """Return all priorities, the gravest one first: ``{id: dict}``.

        ``policy_id``, ``code``, ``stars``, ``active``. Asked with every ticket and each
        draw, and changed once a year.
        """
        self.env.flush_all()
        rows = self.env.execute_query_dict(
            SQL(
                "SELECT id, policy_id, code, ticket_priority AS stars, active "
                "FROM support_priority ORDER BY policy_id, sequence, id"
            )
        )
        return {row["id"]: row for row in rows}

    def _get_code(self):
        """Return the code, without asking the database; empty for none."""
        return self._get_table()[self.id]["code"] if self else ""

    def _get_stars(self):
        """Return the stars of the helpdesk, without asking the database."""
        self.ensure_one()
        return self._get_table()[self.id]["stars"]

    def _get_policy_id(self):
        """Return the id of the policy, without asking the database; None for none."""
        return self._get_table()[self.id]["policy_id"] if self else None

    @api.model
    def _get_codes(self, policy_id):
        """Return the codes of a policy, the gravest one first, archived ones too."""
        return [
            row["code"]
            for row in self._get_table().values()
            if row["policy_id"] == policy_id
        ]

    @api.model
    def _find_by_code(self, policy_id, code):
        """Return the priority of a policy that has a code, in use; or none."""
        for priority_id, row in self._get_table().items():
            if (row["policy_id"], row["code"]) == (policy_id, code) and row["active"]:
                return self.browse(priority_id)
        return self.browse()
