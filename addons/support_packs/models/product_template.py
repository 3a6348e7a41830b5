from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .. import const

# What each variant has of its own, as core has it with the weight: on the template
# these are the values of the only variant, and writing them writes that one.
VARIANT_FIELDS = ["support_quantity", "support_for_new_clients"]


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
    support_unit = fields.Selection(
        const.UNITS,
        string="Pack unit",
        help="What the product is counted in. A service that is not a pack needs it "
        "only where a policy invoices it for what packs do not cover.",
    )
    support_quantity = fields.Integer(
        string="Pack content",
        compute="_compute_support_quantity",
        inverse="_inverse_support_quantity",
        store=True,
        copy=True,
        help="How many units one pack holds: minutes, credits or tickets. A pack of "
        "30 hours holds 1800 minutes. For a service that is not a pack: the units that "
        "its price is for, 60 for an hour of support.",
    )
    support_quantity_text = fields.Char(
        string="Pack content in words", compute="_compute_support_quantity_text"
    )
    support_for_new_clients = fields.Boolean(
        string="For new clients",
        compute="_compute_support_for_new_clients",
        inverse="_inverse_support_for_new_clients",
        store=True,
        copy=True,
        help="Where the policy limits the first purchase, a client who never had an "
        "active pack may buy this one.",
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
        index="btree_not_null",
        help="The account that the first sale opens follows this policy.",
    )
    support_limits_first_purchase = fields.Boolean(
        related="support_policy_id.limit_first_purchase",
        string="The policy limits the first purchase",
    )
    support_unit_price = fields.Float(
        string="Price per unit", compute="_compute_support_price", digits=(16, 4)
    )
    support_unit_price_text = fields.Char(
        string="Unit price", compute="_compute_support_price"
    )
    support_discount = fields.Integer(
        string="Discount (%)",
        compute="_compute_support_price",
        help="How much less a unit costs than in the smallest pack of the policy, or "
        "in the product that it invoices for what packs do not cover.",
    )

    # === VALUES OF THE VARIANTS === #

    @api.depends("product_variant_ids.support_quantity")
    def _compute_support_quantity(self):
        self._compute_template_field_from_variant_field("support_quantity")

    def _inverse_support_quantity(self):
        self._set_product_variant_field("support_quantity")

    @api.depends("product_variant_ids.support_for_new_clients")
    def _compute_support_for_new_clients(self):
        self._compute_template_field_from_variant_field("support_for_new_clients")

    def _inverse_support_for_new_clients(self):
        self._set_product_variant_field("support_for_new_clients")

    def _get_related_fields_variant_template(self):
        return super()._get_related_fields_variant_template() + VARIANT_FIELDS

    @api.depends("support_unit", "support_quantity")
    @api.depends_context("lang")
    def _compute_support_quantity_text(self):
        explanation = self.env["support.explanation"]
        for product in self:
            product.support_quantity_text = explanation.format_content(
                product.support_quantity, product.support_unit
            )

    @api.depends(
        "support_is_pack",
        "support_unit",
        "support_quantity",
        "support_policy_id",
        "list_price",
        "company_id",
    )
    @api.depends_context("company", "lang")
    def _compute_support_price(self):
        """Of the only variant; where there are several, each says its own."""
        prices = self.env["support.policy"]._get_unit_prices(self)
        for template in self:
            template.update(prices[template])

    def _get_support_list_price(self):
        """Return the list price in the currency of the policy's company (float)."""
        self.ensure_one()
        extra = self.product_variant_id.price_extra
        return self._convert_support_price(self.list_price + extra)

    def _convert_support_price(self, price):
        company = self.support_policy_id.company_id
        if not company or company.currency_id == self.currency_id:
            return price
        return self.currency_id._convert(
            price, company.currency_id, company, round=False
        )

    # === CONSTRAINTS AND CRUD METHODS === #

    @api.depends("support_is_pack")
    def _compute_support_pack_since(self):
        for product in self:
            since = product.support_pack_since or fields.Datetime.now()
            product.support_pack_since = since if product.support_is_pack else False

    @api.onchange("support_is_pack")
    def _onchange_support_is_pack(self):
        """A pack is a service: who ticks the box does not have to know."""
        if self.support_is_pack:
            self.type = "service"

    @api.constrains(
        "support_is_pack",
        "support_unit",
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

    @api.constrains("support_is_pack")
    def _check_support_content(self):
        """The only variant holds something.

        Of several, each appears empty and gets its content later; one that has none yet
        is refused when it is sold. While core creates a product there is no variant.
        """
        for product in self.filtered("support_is_pack"):
            variant = product.product_variant_ids
            if len(variant) == 1 and variant.support_quantity <= 0:
                raise ValidationError(
                    self.env._("Pack content: a pack holds at least 1 unit.")
                )

    @api.constrains("support_is_pack", "support_unit")
    def _check_support_overage(self):
        """What policies invoice stays counted in their unit."""
        self.product_variant_ids._check_support_overage()

    @api.model_create_multi
    def create(self, vals_list):
        templates = super().create(vals_list)
        templates._check_support_content()
        return templates

    def copy(self, default=None):
        """Core copies the variants, not what they hold."""
        copies = super().copy(default)
        for template, duplicate in zip(self, copies, strict=True):
            if len(template.product_variant_ids) > 1:
                template._copy_support_variants(duplicate)
        return copies

    def _copy_support_variants(self, duplicate):
        """Give each variant of the duplicate what the same variant here has."""
        self.ensure_one()

        def key(variant):
            values = variant.product_template_attribute_value_ids
            return frozenset(values.product_attribute_value_id.ids)

        originals = {key(variant): variant for variant in self.product_variant_ids}
        for variant in duplicate.product_variant_ids:
            original = originals.get(key(variant))
            if original:
                variant.write({name: original[name] for name in VARIANT_FIELDS})

    def _get_support_pack_problem(self):
        """Return what keeps this product from being a pack, in words, or nothing."""
        self.ensure_one()
        if self.type != "service":
            return self.env._("Product type: a support pack is a service.")
        if not self.support_unit:
            return self.env._(
                "Pack unit: say what the pack %(name)s counts.", name=self.name
            )
        if self.support_expiry != "none" and self.support_expiry_months <= 0:
            return self.env._("Months of validity: at least 1.")
        if not self.support_expiry or not self.support_grant_on:
            return self.env._("Expires, Usable when: choose one each.")
        return self._get_support_policy_problem()

    def _get_support_policy_problem(self):
        """Return why the product's policy is not for it, in words, or nothing."""
        self.ensure_one()
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
