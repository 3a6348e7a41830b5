from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL, float_compare, float_is_zero, float_round

from .. import const
from ..engine import split


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

    def _sync_support_packs(self):
        """Make the packs agree with what was sold and paid. Safe to run again.

        Hooks only call this: it compares what should be with what is, so that a hook
        that ran twice grants once.
        """
        # sudo: salespeople confirm and accountants register payments; neither may
        # write packs.
        lines = self.sudo().filtered(
            lambda line: (
                line.product_id.support_is_pack
                and not line.display_type
                and line.state == "sale"
            )
        )
        for line in lines:
            line._touch_support_sync()
            line._create_support_packs()
            line._activate_support_packs()

    def _touch_support_sync(self):
        """Take the row, so that of two hooks at once the second is retried."""
        self.ensure_one()
        self.flush_recordset()
        self.env.cr.execute(
            SQL(
                "UPDATE sale_order_line SET support_sync_count = "
                "COALESCE(support_sync_count, 0) + 1 WHERE id = %s",
                self.id,
            )
        )
        self.invalidate_recordset(["support_sync_count", "support_pack_ids"])

    def _create_support_packs(self):
        """Create what is missing of one pending pack per unit sold."""
        self.ensure_one()
        sold = round(self.product_uom_qty)
        existing = len(self.support_pack_ids)
        if existing >= sold:
            return
        account = self.env["support.account"]._find_or_open(
            self.order_id.partner_id,
            self.company_id,
            self.product_id.support_policy_id,
        )
        # Another line of the same order may just have opened the account.
        problem = self._get_support_pack_problem()
        if problem:
            raise UserError(problem)
        # Who buys again is a client again.
        account.active = True
        amounts = split.split(
            Decimal(str(self.price_subtotal)),
            [1] * sold,
            Decimal(str(self.currency_id.rounding)),
        )
        packs = self.env["support.pack"]
        packs.create(
            [
                packs._prepare_from_sale_line(
                    self, index + 1, account, float(amounts[index])
                )
                for index in range(existing, sold)
            ]
        )

    def _activate_support_packs(self):
        """Activate as many packs, in order, as may be used by now."""
        self.ensure_one()
        packs = self.support_pack_ids.sorted("sale_line_index")
        confirmed = packs.filtered(lambda pack: pack.grant_on == "confirmed")
        confirmed._activate()
        paid = self._get_support_paid_quantity()
        (packs - confirmed)[: int(paid)]._activate()

    def _get_support_paid_quantity(self):
        """Return the quantity whose invoices are paid in full, less what was credited.

        An invoice is paid when nothing of it is left to pay: a partial payment counts
        nothing. A line that costs nothing is paid when it is invoiced.
        """
        self.ensure_one()
        paid = 0.0
        for line in self.invoice_lines.filtered(lambda ln: ln.parent_state == "posted"):
            move = line.move_id
            sign = -1 if move.move_type == "out_refund" else 1
            if sign < 0 or move.payment_state in ("paid", "in_payment"):
                unit = line.product_uom_id or self.product_uom_id
                paid += sign * unit._compute_quantity(
                    line.quantity, self.product_uom_id, round=False
                )
        paid = float_round(paid, 2)
        return 0 if float_is_zero(paid, 2) else max(paid, 0)
