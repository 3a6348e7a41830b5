from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import float_compare

from .. import const


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    support_pack_ids = fields.One2many(
        "support.pack", "sale_line_id", groups=const.SALES_READERS
    )
    support_sync_count = fields.Integer(
        copy=False,
        groups="base.group_system",
        help="Counts the times that the packs of the line were synchronised: the row "
        "that two synchronisations at once both write, so that one is retried.",
    )

    @api.constrains("product_id", "product_uom_id", "product_uom_qty", "state")
    def _check_support_pack(self):
        """What is added to a confirmed order was not asked when it was confirmed."""
        for line in self.sudo():
            if line.state == "sale" and line.product_uom_qty:
                problem = line._get_support_pack_problem()
                if problem:
                    raise ValidationError(problem)

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._sync_support_packs()
        return lines

    def write(self, vals):
        res = super().write(vals)
        if {"product_id", "product_uom_qty"} & vals.keys():
            self._sync_support_packs()
        return res

    # === BUSINESS METHODS === #

    def _get_support_pack_problem(self):
        """Return why this line cannot be sold as packs, in words, or nothing."""
        self.ensure_one()
        product = self.product_id
        if not product.support_is_pack or self.display_type:
            return None
        quantity = self.product_uom_qty
        if quantity <= 0 or float_compare(quantity, round(quantity), 2):
            return self.env._(
                "Quantity: “%(product)s” is sold in whole packs, not %(quantity)s.",
                product=product.display_name,
                quantity=quantity,
            )
        if self.product_uom_id != product.uom_id:
            return self.env._(
                "Unit: “%(product)s” is sold in %(unit)s, not in %(other)s.",
                product=product.display_name,
                unit=product.uom_id.name,
                other=self.product_uom_id.name,
            )
        return self._get_support_policy_problem()

    def _get_support_policy_problem(self):
        """Return why the client's account cannot take these packs, or nothing."""
        self.ensure_one()
        product = self.product_id
        company = self.order_id.company_id
        policy = product.support_policy_id
        if policy and policy.company_id != company:
            return self.env._(
                "Support policy: the policy of “%(product)s” belongs to another "
                "company than the order.",
                product=product.display_name,
            )
        account = self.env["support.account"]._find(self.order_id.partner_id, company)
        if not account and not policy:
            return self.env._(
                "Support policy: “%(product)s” has none, and %(client)s has no "
                "support account yet. Set one on the product.",
                product=product.display_name,
                client=self.order_id.partner_id.commercial_partner_id.display_name,
            )
        policy = account.policy_id or policy
        if policy.unit != product.support_unit:
            return self.env._(
                "Pack unit: “%(product)s” counts another unit than the support "
                "policy “%(policy)s” of %(client)s.",
                product=product.display_name,
                policy=policy.name,
                client=self.order_id.partner_id.commercial_partner_id.display_name,
            )
        return None
