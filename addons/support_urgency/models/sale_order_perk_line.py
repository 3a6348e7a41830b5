from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import float_compare
from odoo.tools.sql import column_exists, create_column

from ..engine import perks
from .sale_order_perk import OPEN_STATES

NEW_COLUMNS = {
    "support_perk_percent": "int4",
    "support_perk_pack_id": "int4",
    "support_perk_discount": "float8",
}


class SaleOrderLine(models.Model):
    """The discount of a policy in force, in Odoo's own discount of the line.

    It is computed when Odoo computes that one, on top of what the price list gives.
    What a salesperson typed stays: it is told by the discount that was computed last,
    as Odoo tells a typed price by ``technical_price_unit``.
    """

    _inherit = "sale.order.line"

    support_perk_percent = fields.Integer(
        string="Discount of the policy (%)",
        compute="_compute_support_perk",
        store=True,
        precompute=True,
        # Else Odoo would not copy it: a duplicate tells from it what to take out.
        readonly=False,
        help="What the client's support policy gives on this line.",
    )
    support_perk_pack_id = fields.Many2one(
        "support.pack",
        string="Policy of the discount",
        compute="_compute_support_perk",
        store=True,
        precompute=True,
        # Else Odoo would not copy it: a duplicate tells from it what to take out.
        readonly=False,
        ondelete="set null",
        index="btree_not_null",
    )
    support_perk_discount = fields.Float(
        string="Computed discount (%)",
        compute="_compute_discount",
        store=True,
        readonly=False,
        precompute=True,
        digits="Discount",
        help="The discount as it was computed; another one was typed.",
    )

    def _auto_init(self):
        """Lines from before the installation have no perk: nothing is computed."""
        for name, kind in NEW_COLUMNS.items():
            if not column_exists(self.env.cr, self._table, name):
                create_column(self.env.cr, self._table, name, kind)
        return super()._auto_init()

    # === COMPUTE METHODS === #

    @api.depends("product_id", "product_uom_id", "product_uom_qty")
    def _compute_support_perk(self):
        for line in self:
            pack = line._find_support_perk()
            line.support_perk_pack_id = pack
            line.support_perk_percent = pack.service_discount

    def _find_support_perk(self):
        """Return the pack that gives a discount on the line (sudo), or none.

        What is sold keeps what it was sold with.
        """
        self.ensure_one()
        line = self.sudo()
        nothing = line.env["support.pack"]
        if line.display_type or line.is_downpayment or line._is_global_discount():
            return nothing
        priced = line._get_linked_line() if line.combo_item_id else line
        product = priced.product_id
        if not product.support_catalogue_service or product.support_is_pack:
            return nothing
        if line._origin.id and line.order_id.state not in OPEN_STATES:
            return line.support_perk_pack_id
        return line.order_id.support_perk_pack_id

    def _compute_discount(self):
        """On top of the price list's: see ``engine.perks.add_discount``."""
        typed = {line: line.discount for line in self if line._has_typed_discount()}
        res = super()._compute_discount()
        enabled = self.env["product.pricelist.item"]._is_discount_feature_enabled()
        for line in self:
            # Whether core computed it anew; else it left alone what was there.
            reset = enabled and line.order_id.pricelist_id
            if line in typed and (line.support_perk_percent or not reset):
                line.discount = typed[line]
                line.support_perk_discount = line.support_perk_discount
                continue
            if not reset:
                line.discount = 0.0
            if not (reset and line.combo_item_id):
                # Core gives the parts of a combo the discount of the whole.
                line.discount = line._add_support_perk(line.discount)
            line.support_perk_discount = line.discount
        return res

    def _has_typed_discount(self):
        """Whether the discount is not the one that was computed last."""
        self.ensure_one()
        if not self.product_id or self.display_type:
            return False
        return bool(self._compare_support_discounts(*self._get_support_discounts()))

    def _get_support_discounts(self):
        """Return the discount of the line, and the one that was computed last."""
        self.ensure_one()
        return self.discount, self.support_perk_discount

    @api.model
    def _compare_support_discounts(self, one, other):
        digits = self.env["decimal.precision"].precision_get("Discount")
        return float_compare(one, other, precision_digits=digits)

    def _add_support_perk(self, discount):
        """Return a discount (float, percent) with the perk of the line on top."""
        self.ensure_one()
        percent = self.support_perk_percent
        if not percent:
            return discount
        return float(perks.add_discount(Decimal(str(discount)), percent))

    # === FOLLOWING === #

    def _follow_support_perk(self, adapt=True):
        """Give the lines what is in force on their order now, in place of before.

        Only the part of the perk is exchanged: the price list's stays with its price.

        :param adapt: whether the discount follows, too, unless it was typed
        """
        for line in self:
            before, typed = line.support_perk_percent, line._has_typed_discount()
            line._compute_support_perk()
            if not adapt or typed or line.support_perk_percent == before:
                continue
            base = perks.take_discount_out(Decimal(str(line.discount)), before)
            line._set_support_discount(line._add_support_perk(float(base)))

    def _forget_support_discount(self):
        """Begin anew: nothing counts as typed, and the policy is looked up again."""
        self._compute_support_perk()
        for line in self:
            line._set_support_discount(0.0)

    def _set_support_discount(self, discount):
        """Set the discount as computed, not as typed."""
        self.ensure_one()
        values = {"discount": discount, "support_perk_discount": discount}
        if self.id:
            self.write(values)
        else:
            self.update(values)

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([_drop_lonely(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(_drop_lonely(vals))


def _drop_lonely(vals):
    """Return values without a computed discount that comes without the discount.

    Where discounts are not shown, the form sends back the one that it holds, and the
    other one is computed here: it would look as if it was typed.
    """
    if "discount" in vals or "support_perk_discount" not in vals:
        return vals
    return {key: val for key, val in vals.items() if key != "support_perk_discount"}
