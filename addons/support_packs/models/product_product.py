from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ProductProduct(models.Model):
    _inherit = "product.product"

    support_quantity = fields.Integer(
        string="Pack content",
        help="How many units one pack of this variant holds: minutes, credits or "
        "tickets. A pack of 30 hours holds 1800 minutes.",
    )
    support_for_new_clients = fields.Boolean(
        string="For new clients",
        help="Where the policy limits the first purchase, a client who never had an "
        "active pack may buy this one.",
    )
    support_quantity_text = fields.Char(
        string="Pack content in words", compute="_compute_support_quantity_text"
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
        "lst_price",
        "company_id",
    )
    @api.depends_context("company", "lang")
    def _compute_support_price(self):
        prices = self.env["support.policy"]._get_unit_prices(self)
        for product in self:
            product.update(prices[product])

    @api.constrains("support_quantity")
    def _check_support_quantity(self):
        if any(product.support_quantity < 0 for product in self):
            raise ValidationError(
                self.env._("Pack content: a pack holds at least 1 unit.")
            )
        self.product_tmpl_id._check_support_content()
        self._check_support_overage()

    def _check_support_overage(self):
        """A policy that invoices one of these still can."""
        # sudo: the policy may be of a company that the editor does not see.
        policies = self.env["support.policy"].sudo().with_context(active_test=False)
        policies.search([("overage_product_id", "in", self.ids)])._check_overage()

    @api.model_create_multi
    def create(self, vals_list):
        products = super().create(vals_list)
        # Core made their templates before them, when there was nothing to check.
        made = [
            product.product_tmpl_id.id
            for product, vals in zip(products, vals_list, strict=True)
            if not vals.get("product_tmpl_id")
        ]
        self.env["product.template"].browse(made)._check_support_content()
        return products

    # === SALE === #

    def _get_support_list_price(self):
        """Return the list price in the currency of the policy's company (float)."""
        self.ensure_one()
        return self.product_tmpl_id._convert_support_price(self.lst_price)

    def _get_support_sale_problems(self, partner, company, first=True):
        """Return why a client cannot buy each of these packs in a company.

        :param first: whether what holds for the first purchase is asked, too
        :return: ``{product: sentence, or None if the client can}``
        """
        account = self.env["support.account"]._find(partner, company)
        # sudo: who sells or buys may read neither accounts nor all policies.
        client = partner.sudo().commercial_partner_id
        problems = {
            product: product._get_support_account_problem(account, client, company)
            for product in self.sudo()
        }
        if first and account.service_ended_at:
            return dict.fromkeys(
                problems,
                self.env._("The support service was ended and settled. Please ask us."),
            )
        if not first or account._has_had_pack():
            return problems
        possible = self.sudo().filtered(lambda product: not problems[product])
        for policy in account.policy_id or possible.support_policy_id:
            products = possible.filtered(
                lambda product, policy=policy: (
                    account or product.support_policy_id == policy
                )
            )
            problems.update(policy._get_first_purchase_problems(products, client))
        return problems

    def _get_support_account_problem(self, account, client, company):
        """Return why the client's account cannot take this pack, or nothing.

        :param account: of the client in the company; empty: it would be opened
        """
        self.ensure_one()
        if self.support_quantity <= 0:
            return self.env._(
                "Pack content: “%(product)s” has none yet. Set it on the variant.",
                product=self.display_name,
            )
        policy = self.support_policy_id
        if policy and policy.company_id != company:
            return self.env._(
                "Support policy: the policy of “%(product)s” belongs to another "
                "company than the order.",
                product=self.display_name,
            )
        if not account and not policy:
            return self.env._(
                "Support policy: “%(product)s” has none, and %(client)s has no "
                "support account yet. Set one on the product.",
                product=self.display_name,
                client=client.display_name,
            )
        policy = account.policy_id or policy
        if policy.unit != self.support_unit:
            return self.env._(
                "Pack unit: “%(product)s” counts another unit than the support "
                "policy “%(policy)s” of %(client)s.",
                product=self.display_name,
                policy=policy.name,
                client=client.display_name,
            )
        return None
