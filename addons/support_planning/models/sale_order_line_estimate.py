from odoo import api, fields, models
from odoo.exceptions import UserError

from .. import const

# What the client was sent.
SEALED = {
    "product_id",
    "product_uom_id",
    "product_uom_qty",
    "price_unit",
    "discount",
    "tax_ids",
    "qty_delivered",
}


class SaleOrderLine(models.Model):
    """The line of an estimate: what is billed on it is the work, from its charge.

    Delivered is what the packs do not cover of the work; invoiced is what stands on
    invoices; the line itself has never anything to invoice.
    """

    _inherit = "sale.order.line"

    qty_delivered_method = fields.Selection(
        selection_add=[("support", "Support work")], ondelete={"support": "set null"}
    )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        for order in lines.order_id.filtered(
            lambda one: one.sudo().support_estimate_id
        ):
            own = order.order_line.filtered(lambda line: line._is_support_estimate())
            if len(own) > 1:
                raise UserError(
                    self.env._(
                        "Order lines: this quotation is of an estimate alone. Make "
                        "another one for anything else."
                    )
                )
        return lines

    def write(self, vals):
        concerned = SEALED & vals.keys()
        if concerned and any(line._is_support_estimate() for line in self):
            raise UserError(self._get_support_sealed_text(min(concerned)))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_support_sealed(self):
        if any(line._is_support_estimate() for line in self):
            raise UserError(self._get_support_sealed_text("product_id"))

    @api.model
    def _get_support_sealed_text(self, name):
        return self.env._(
            "%(field)s: it follows from the estimate that the client was sent. Send a "
            "new version of that instead.",
            field=self._fields[name]._description_string(self.env),
        )

    def _is_support_estimate(self):
        """Whether it is the line of an estimate, rather than a note or a prepayment."""
        self.ensure_one()
        return bool(
            not self.display_type
            and not self.is_downpayment
            and self.order_id.sudo().support_estimate_id
        )

    def _filter_support(self):
        """Return the lines of estimates, and the prepayments of such orders."""
        work = self.filtered(lambda line: line._is_support_estimate())
        prepaid = self.filtered(
            lambda line: (
                line.is_downpayment
                and not line.display_type
                and line.order_id.sudo().support_estimate_id
            )
        )
        return work, prepaid

    # === WHAT WAS DONE, AND INVOICED === #

    @api.depends("order_id.support_estimate_id", "is_downpayment", "display_type")
    def _compute_qty_delivered_method(self):
        res = super()._compute_qty_delivered_method()
        self._filter_support()[0].qty_delivered_method = "support"
        return res

    @api.depends(
        "order_id.support_estimate_id.state",
        "order_id.support_estimate_id.ticket_id.support_charge_ids.due",
        "invoice_lines.support_units",
        "invoice_lines.move_id.state",
    )
    def _compute_qty_delivered(self):
        return super()._compute_qty_delivered()

    def _prepare_qty_delivered(self):
        quantities = super()._prepare_qty_delivered()
        for line in self._filter_support()[0]:
            estimate = line.order_id.sudo().support_estimate_id
            units = line._get_support_billed()
            if estimate.state in const.IN_FORCE:
                units += estimate.ticket_id.support_charge_id.due
            quantities[line] = line._count_support(units)
        return quantities

    @api.depends("invoice_lines.support_units")
    def _compute_qty_invoiced(self):
        return super()._compute_qty_invoiced()

    def _prepare_qty_invoiced(self):
        quantities = super()._prepare_qty_invoiced()
        for line in self._filter_support()[0]:
            quantities[line] = line._count_support(line._get_support_billed())
        return quantities

    @api.depends("invoice_lines.support_units")
    def _compute_qty_invoiced_posted(self):
        res = super()._compute_qty_invoiced_posted()
        for line in self._filter_support()[0]:
            units = line._get_support_billed(states=("posted",))
            line.qty_invoiced_posted = line._count_support(units)
        return res

    def _get_support_billed(self, states=("draft", "posted")):
        """Return the units of the charge that stand on invoices by this line."""
        self.ensure_one()
        # sudo: who sells may not read invoices of support.
        lines = self.sudo().invoice_lines.filtered(
            lambda one: one.support_charge_id and one.parent_state in states
        )
        again, _for_good = lines._get_support_credited()
        standing = lines.filtered(lambda one: one._bills_support()) - again
        return sum(standing.mapped("support_units"))

    def _count_support(self, units):
        """Return units of the charge in those of the product."""
        self.ensure_one()
        terms = self.order_id.sudo().support_estimate_id.price_terms
        return units / terms["per"] if terms else 0.0

    # === NOTHING OF IT IS INVOICED FROM HERE === #

    @api.depends("invoice_lines.price_unit")
    def _compute_qty_to_invoice(self):
        res = super()._compute_qty_to_invoice()
        work, prepaid = self._filter_support()
        work.qty_to_invoice = 0
        for line in prepaid:
            line.qty_to_invoice = -1 if line._get_support_prepaid() > 0 else 0
        return res

    @api.depends(
        "order_id.order_line.qty_to_invoice",
        "order_id.support_estimate_id.ticket_id.closed",
        "order_id.support_estimate_id.ticket_id.support_account_id",
        "order_id.support_estimate_id.ticket_id.support_charge_ids.due",
        "order_id.support_estimate_id.ticket_id.duplicate_id.closed",
        "order_id.support_estimate_id.ticket_id.duplicate_id.support_charge_ids.due",
    )
    def _compute_invoice_status(self):
        """Core asks the lines that are no down payments what the order is to do: what
        is left of one is to be credited when no more work comes."""
        res = super()._compute_invoice_status()
        for line in self._filter_support()[0].filtered(lambda one: one.state == "sale"):
            done = line.qty_delivered
            prepaid = line.order_id.order_line._filter_support()[1]
            if any(prepaid.mapped("qty_to_invoice")):
                is_open = line.order_id._is_support_work_open()
                line.invoice_status = "no" if is_open else "to invoice"
            else:
                line.invoice_status = (
                    "invoiced" if done and line.qty_invoiced >= done else "no"
                )
        return res

    @api.depends("qty_invoiced")
    def _compute_untaxed_amount_to_invoice(self):
        res = super()._compute_untaxed_amount_to_invoice()
        for line in self._filter_support()[0].filtered("product_uom_qty"):
            left = line.qty_delivered - line.qty_invoiced
            price = line.price_subtotal / line.product_uom_qty
            line.untaxed_amount_to_invoice = price * left if line.state == "sale" else 0
        return res

    def _compute_amount_to_invoice(self):
        res = super()._compute_amount_to_invoice()
        for line in self._filter_support()[0].filtered("product_uom_qty"):
            left = line.qty_delivered - line.qty_invoiced_posted
            line.amount_to_invoice = line.price_total / line.product_uom_qty * left
        return res

    # === PREPAYMENTS === #

    def _get_support_prepaid(self):
        """Return what is left of a prepayment, to deduct or to credit: as its price.

        What a draft takes is taken; what a draft brings is not there yet.
        """
        self.ensure_one()
        left = 0.0
        # sudo: who sells may not read all invoices.
        for line in self.sudo().invoice_lines:
            amount = -line.move_id.direction_sign * line.quantity * line.price_unit
            if line.parent_state == "posted" or (
                line.parent_state == "draft" and amount < 0
            ):
                left += amount
        return self.currency_id.round(left)

    def _get_support_prepaid_taxed(self):
        """Return what is left of a prepayment with its taxes (float)."""
        self.ensure_one()
        line = self.sudo()
        taxed = line.tax_ids.compute_all(
            line._get_support_prepaid(),
            currency=line.currency_id,
            product=line.product_id,
            partner=line.order_id.partner_invoice_id,
        )
        return taxed["total_included"]

    def _prepare_support_deduction(self, amount):
        """Return the values of the invoice line that takes off so much of a prepayment.

        :param amount: as the price of the line; above 0
        """
        self.ensure_one()
        return self._prepare_invoice_line(**self._get_support_deduction(amount))

    def _get_support_deduction(self, amount):
        """Return price and taxes: of the whole as core has them, else the price."""
        taxes = False
        if not self.currency_id.compare_amounts(amount, self.price_unit):
            amount = self.price_unit
            taxes = self.env["account.tax"]._reverse_quantity_base_line_extra_tax_data(
                self.extra_tax_data
            )
        return {"quantity": -1.0, "price_unit": amount, "extra_tax_data": taxes}

    def _prepare_invoice_line(self, **optional_values):
        """Core credits the whole of a prepayment: here, what is left of it."""
        whole = optional_values.get("quantity") == -1.0
        if (
            whole
            and "price_unit" not in optional_values
            and self in self._filter_support()[1]
        ):
            left = self._get_support_prepaid()
            optional_values.update(self._get_support_deduction(left))
        return super()._prepare_invoice_line(**optional_values)

    def _get_downpayment_line_price_unit(self, invoices):
        """An invoice of work that deducts a prepayment is no prepayment: core knows
        those with a line of the same order only."""
        if self in self._filter_support()[1]:
            bills = self.invoice_lines.move_id.filtered(
                lambda move: move.invoice_line_ids.support_charge_id
            )
            invoices = set(invoices) | set(bills)
        return super()._get_downpayment_line_price_unit(invoices)
