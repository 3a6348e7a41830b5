from decimal import Decimal

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from .support_refund import READERS


class SupportRefund(models.Model):
    """The credit note of a refund: core's reversal of what billed the pack."""

    _inherit = "support.refund"

    def _create_credit_notes(self):
        """Draft what credits the amount: of one invoice, mostly.

        Where a pack was billed by several invoices, the one with the most left first.
        """
        self.ensure_one()
        left = self.pack_id._get_money_left_by_invoice()
        rest = Decimal(str(self.amount))
        for invoice in sorted(left, key=lambda move: (-left[move], move.id)):
            part = min(rest, left[invoice])
            if part > 0:
                self._create_credit_note(invoice, float(part))
                rest -= part
        if rest:
            raise UserError(
                self.env._(
                    "The invoices of %s have been credited already.", self.pack_id.name
                )
            )

    def _create_credit_note(self, invoice, amount):
        """Reverse an invoice as core does, and keep what bills this pack."""
        today = fields.Date.context_today(self)
        invoice = invoice.with_company(invoice.company_id).with_context(
            lang=invoice.partner_id.lang or self.env.lang
        )
        note = invoice._reverse_moves(
            [
                {
                    "ref": invoice.env._(
                        "Refund of %(pack)s, invoice %(invoice)s",
                        pack=self.pack_id.name,
                        invoice=invoice.name,
                    ),
                    "date": today,
                    "invoice_date": today,
                    "invoice_date_due": today,
                    "invoice_payment_term_id": False,
                    "journal_id": invoice.journal_id.id,
                    "invoice_user_id": invoice.invoice_user_id.id,
                    "invoice_origin": invoice.invoice_origin,
                    "support_refund_id": self.id,
                }
            ]
        )
        self._keep_pack_line(note, amount)
        note._message_log(
            body=self.env._("Drafted by the refund of %s.", self.pack_id.name)
        )
        accountant = self._find_user("account.group_account_invoice")
        self._plan_activity(accountant, note, "_say_to_post")
        return note

    def _keep_pack_line(self, note, amount):
        """Leave one line in a reversal: one pack, worth the amount, with its taxes."""
        order_line = self.pack_id.sale_line_id
        lines = note.invoice_line_ids.filtered(
            lambda line: order_line in line.sale_line_ids and line.quantity > 0
        )
        line = lines[:1]
        note.invoice_line_ids = [
            *(Command.delete(one.id) for one in note.invoice_line_ids - line),
            Command.update(
                line.id,
                {
                    "quantity": order_line.product_uom_id._compute_quantity(
                        1, line.product_uom_id, round=False
                    ),
                    "name": f"{line.name}\n{self._say_what_is_credited(note)}",
                },
            ),
        ]
        currency = note.currency_id
        if currency.compare_amounts(line.price_subtotal, amount):
            # Of a price with taxes included, so much is the net.
            gross = amount
            if any(line.tax_ids.flatten_taxes_hierarchy().mapped("price_include")):
                net = line.price_subtotal / line.quantity or 1
                gross = amount * line._get_support_net_price() / net
            note.invoice_line_ids = [
                Command.update(
                    line.id, {"quantity": 1, "price_unit": gross, "discount": 0}
                )
            ]
        return line

    def _say_what_is_credited(self, note):
        """Return the arithmetic, in the client's language."""
        words = note.env["support.explanation"]
        pack = self.pack_id
        if self.is_full:
            return note.env._("Refund of %s: its whole price", pack.name)
        return note.env._(
            "Refund of %(pack)s: %(units)s of %(granted)s",
            pack=pack.name,
            units=words.format_quantity(
                self.units_unused + self.units_disputed, pack.unit
            ),
            granted=words.format_quantity(pack.granted, pack.unit),
        )

    def _get_credited(self, notes):
        """Return what credit notes pay of the pack, without taxes (float)."""
        self.ensure_one()
        order_line = self.pack_id.sale_line_id
        lines = notes.invoice_line_ids.filtered(
            lambda line: order_line in line.sale_line_ids
        )
        return sum(lines.mapped("price_subtotal"))

    def _check_not_credited_twice(self, note):
        """Nothing is credited that somebody credited by hand meanwhile.

        :raise UserError: when the invoices have not so much left
        """
        self.ensure_one()
        left = self.pack_id._get_money_left(except_note=note)
        amount = Decimal(str(note.amount_untaxed))
        if amount > left:
            raise UserError(
                self.env._(
                    "%(pack)s: its invoices have %(left)s left to credit, without "
                    "taxes; this credit note is of %(amount)s.",
                    pack=self.pack_id.name,
                    left=note.currency_id.format(float(left)),
                    amount=note.currency_id.format(note.amount_untaxed),
                )
            )


class AccountMove(models.Model):
    _inherit = "account.move"

    support_refund_id = fields.Many2one(
        "support.refund",
        readonly=True,
        copy=False,
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
        groups=READERS,
        help="The refund of a pack that this credit note pays back.",
    )

    # === HOOKS: WHEN TO LOOK === #

    def _post(self, soft=True):
        # sudo: whoever posts may not read refunds.
        for note in self.sudo():
            if note.support_refund_id:
                note.support_refund_id._check_not_credited_twice(note)
        posted = super()._post(soft)
        posted.sudo().support_refund_id._follow_credit_notes()
        return posted

    def button_draft(self):
        res = super().button_draft()
        self.sudo().support_refund_id._follow_credit_notes()
        return res

    def button_cancel(self):
        res = super().button_cancel()
        self.sudo().support_refund_id._follow_credit_notes()
        return res

    def unlink(self):
        refunds = self.sudo().support_refund_id
        res = super().unlink()
        refunds.invalidate_recordset(["credit_note_ids"])
        refunds._follow_credit_notes()
        return res

    def action_view_support_refund(self):
        """Open the refund that this credit note pays back."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": "support.refund",
            "res_id": self.support_refund_id.id,
            "view_mode": "form",
        }


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def _reverses_support_quantity(self, order_line):
        """A refund takes one pack back, whatever of its price it pays."""
        # sudo: whoever synchronises may not read refunds.
        refund = self.move_id.sudo().support_refund_id
        if refund and self.move_id.state == "posted":
            # One pack, however many credit notes pay back parts of its price.
            notes = refund.pack_id.refund_ids.credit_note_ids.filtered(
                lambda note: note.state == "posted"
            )
            return self.move_id == notes.sorted("id")[:1]
        return super()._reverses_support_quantity(order_line)


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    @api.depends("invoice_lines.move_id.support_refund_id")
    def _compute_qty_invoiced(self):
        return super()._compute_qty_invoiced()

    def _prepare_qty_invoiced(self):
        """What was refunded was sold and billed: the order does not bill it again."""
        quantities = super()._prepare_qty_invoiced()
        for line in self:
            for invoice_line in line._get_invoice_lines():
                move = invoice_line.move_id
                # sudo: whoever reads orders may not read refunds.
                if move.sudo().support_refund_id and move.state != "cancel":
                    quantities[line] += invoice_line.product_uom_id._compute_quantity(
                        invoice_line.quantity, line.product_uom_id
                    )
        return quantities
