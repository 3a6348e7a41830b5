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
        # Sold is sold: what was begun under other rules is not a first purchase again.
        # sudo: not everybody who sells reads packs.
        packs = self.sudo().support_pack_ids.filtered(
            lambda pack: pack.product_id == product and pack.state != "cancelled"
        )
        problems = product._get_support_sale_problems(
            self.order_id.partner_id,
            self.order_id.company_id,
            first=len(packs) < self.product_uom_qty,
        )
        return problems[product]
