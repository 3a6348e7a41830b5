"""What the tests of granting share: packs by order, credit notes, undone payments."""

from odoo import Command

from .common import SupportPacksCommon


class GrantCommon(SupportPacksCommon):
    def packs(self, order):
        return order.order_line.support_pack_ids.sorted("sale_line_index")

    def states(self, order):
        return self.packs(order).mapped("state")

    def sell_paid(self, quantity=1, product=None, **values):
        """Return an order whose invoice is paid, and the invoice."""
        order = self.sell(product or self.pack_product, quantity, **values)
        invoice = self.invoice(order)
        self.pay(invoice)
        return order, invoice

    def sell_on_confirmation(self, quantity=1):
        self.pack_product.support_grant_on = "confirmed"
        return self.sell(self.pack_product, quantity)

    def credit(self, invoice, quantity=None, price=None, post=True):
        """Return a credit note of an invoice, of all of it unless it says what."""
        wizard = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create({"journal_id": invoice.journal_id.id})
        )
        before = invoice.reversal_move_ids
        wizard.refund_moves()
        note = invoice.reversal_move_ids - before
        values = {}
        if quantity is not None:
            values["quantity"] = quantity
        if price is not None:
            values["price_unit"] = price
        if values:
            note.invoice_line_ids = [
                Command.update(note.invoice_line_ids[0].id, values)
            ]
        if post:
            note.action_post()
        return note

    def modify(self, invoice):
        """Credit an invoice and return the draft that replaces it, as core does."""
        wizard = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create({"journal_id": invoice.journal_id.id})
        )
        return self.env["account.move"].browse(wizard.modify_moves()["res_id"])

    def unreconcile(self, invoice):
        invoice.line_ids.remove_move_reconcile()

    def reconcile(self, invoice, payment):
        lines = (invoice | payment.move_id).line_ids
        lines.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        ).reconcile()

    def use(self, minutes):
        """Log work that draws from the client's packs; return it."""
        return self.log(self.make_ticket(), minutes)

    def pay_down(self, order, percent):
        """Return the posted invoice of a down payment."""
        before = order.invoice_ids
        self.env["sale.advance.payment.inv"].with_context(
            active_model="sale.order", active_ids=order.ids
        ).create(
            {"advance_payment_method": "percentage", "amount": percent}
        )._create_invoices(order)
        down = order.invoice_ids - before
        down.action_post()
        return down

    def assert_quiet(self, order):
        """Synchronising again posts nothing, and the sweep finds nothing to mend."""
        self.env.flush_all()
        self.env.invalidate_all()
        packs = self.packs(order)
        entries, states = packs.entry_ids, packs.mapped("state")
        self.assertFalse(order.order_line.sudo()._find_support_disagreements())
        order.order_line._sync_support_packs()
        self.assertEqual(packs.entry_ids, entries)
        self.assertEqual(packs.mapped("state"), states)
        self.assert_sound(packs.filtered("entry_seq"))
        for pack in packs:
            self.assertEqual(pack.balance, sum(pack.entry_ids.mapped("quantity")))
