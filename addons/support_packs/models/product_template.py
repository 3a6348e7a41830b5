from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .. import const


class ProductTemplate(models.Model):
    _inherit = "product.template"

    support_is_pack = fields.Boolean(
        string="Support pack",
        help="Each unit sold of this product is one prepaid pack.",
    )
    support_pack_since = fields.Datetime(
        compute="_compute_support_pack_since",
        store=True,
        copy=False,
        help="What was sold before is left alone by the hourly synchronisation.",
    )
    support_unit = fields.Selection(const.UNITS, string="Pack unit")
    support_quantity = fields.Integer(
        string="Pack content",
        help="How many units one pack holds: minutes, credits or tickets. A pack of "
        "30 hours holds 1800 minutes.",
    )
    support_quantity_text = fields.Char(
        string="Pack content in words", compute="_compute_support_quantity_text"
    )
    support_expiry = fields.Selection(
        const.EXPIRY_KINDS, string="Expires", default="purchase"
    )
    support_expiry_months = fields.Integer(string="Months of validity", default=12)
    support_grant_on = fields.Selection(
        const.GRANT_ON, string="Usable when", default="paid"
    )
    support_policy_id = fields.Many2one(
        "support.policy",
        string="Support policy",
        help="The account that the first sale opens follows this policy.",
    )

    @api.depends("support_unit", "support_quantity")
    @api.depends_context("lang")
    def _compute_support_quantity_text(self):
        explanation = self.env["support.explanation"]
        for product in self:
            quantity, unit = product.support_quantity, product.support_unit
            product.support_quantity_text = explanation.format_long_time(
                quantity, unit
            ) or (explanation.format_quantity(quantity, unit) if unit else "")

    @api.depends("support_is_pack")
    def _compute_support_pack_since(self):
        for product in self:
            since = product.support_pack_since or fields.Datetime.now()
            product.support_pack_since = product.support_is_pack and since

    @api.onchange("support_is_pack")
    def _onchange_support_is_pack(self):
        """A pack is a service: who ticks the box does not have to know."""
        if self.support_is_pack:
            self.type = "service"

    @api.constrains(
        "support_is_pack",
        "support_unit",
        "support_quantity",
        "support_expiry",
        "support_expiry_months",
        "support_grant_on",
        "support_policy_id",
        "company_id",
        "type",
    )
    def _check_support_pack(self):
        for product in self.filtered("support_is_pack"):
            problem = product._get_support_pack_problem()
            if problem:
                raise ValidationError(problem)

    def _get_support_pack_problem(self):
        """Return what keeps this product from being a pack, in words, or nothing."""
        self.ensure_one()
        if self.type != "service":
            return self.env._("Product type: a support pack is a service.")
        if not self.support_unit:
            return self.env._(
                "Pack unit: say what the pack %(name)s counts.", name=self.name
            )
        if self.support_quantity <= 0:
            return self.env._("Pack content: a pack holds at least 1 unit.")
        if self.support_expiry != "none" and self.support_expiry_months <= 0:
            return self.env._("Months of validity: at least 1.")
        if not self.support_expiry or not self.support_grant_on:
            return self.env._("Expires, Usable when: choose one each.")
        policy = self.support_policy_id
        # A product that all companies share may have the policy of one: where another
        # one sells it, the order refuses.
        if policy and self.company_id and self.company_id != policy.company_id:
            return self.env._(
                "Support policy: %(policy)s belongs to another company.",
                policy=policy.name,
            )
        if policy.unit not in (False, self.support_unit):
            return self.env._(
                "Pack unit: the policy %(policy)s counts another unit.",
                policy=policy.name,
            )
        return None
