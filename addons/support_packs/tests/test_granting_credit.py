"""A credit note that reverses quantity voids that quantity; one of price voids none."""

from datetime import date

from odoo import Command
from odoo.tests import freeze_time, tagged

from .grant_common import GrantCommon


@tagged("post_install", "-at_install")
class TestGrantingCredit(GrantCommon):
    def test_credit_of_a_paid_pack_takes_out_what_is_left(self):
        order, invoice = self.sell_paid()
        pack = self.packs(order)
        self.use(100)
        self.credit(invoice)
        self.assertEqual((pack.state, pack.balance), ("refunded", 0))
        self.assertEqual(self.movements(pack), [("usage", -100), ("refund", -1700)])
        self.assertEqual(
            pack.entry_ids.sorted("sequence")[-1].explanation,
            "voided by a credit note: 1,700 min taken from "
            + self.env["support.explanation"].explain_source(pack),
        )
        self.assert_quiet(order)

    def test_draft_credit_note_voids_nothing(self):
        order, invoice = self.sell_paid()
        self.credit(invoice, post=False)
        order.order_line._sync_support_packs()
        self.assertEqual(self.states(order), ["active"])

    def test_price_only_credit_voids_nothing(self):
        order, invoice = self.sell_paid()
        self.credit(invoice, quantity=1, price=100)
        self.assertEqual(self.states(order), ["active"])
        self.assert_quiet(order)

    def test_credit_of_one_of_three_voids_one(self):
        order, invoice = self.sell_paid(3)
        self.credit(invoice, quantity=1)
        self.assertEqual(self.states(order), ["active", "active", "refunded"])
        self.assert_quiet(order)
        self.credit(invoice, quantity=1)
        self.assertEqual(self.states(order), ["active", "refunded", "refunded"])
        self.assert_quiet(order)

    def test_least_used_pack_is_voided_first(self):
        order, invoice = self.sell_paid(2)
        second = self.packs(order)[1]
        second.date_end = date(2026, 1, 1)
        self.env.flush_all()
        with freeze_time("2025-12-01"):
            self.use(200)
        self.assertEqual(self.packs(order).mapped("balance"), [1800, 1600])
        self.credit(invoice, quantity=1)
        self.assertEqual(self.packs(order).mapped("balance"), [0, 1600])
        self.assert_quiet(order)

    def test_discounted_price_is_compared_after_the_discount(self):
        order, invoice = self.sell_paid(3, price_unit=100, discount=10.01)
        self.credit(invoice, quantity=1, price=100)
        self.assertEqual(self.states(order)[2], "refunded")
        note = self.credit(invoice, quantity=1, post=False)
        note.invoice_line_ids.discount = 0
        note.action_post()
        self.assertEqual(self.states(order), ["active", "active", "refunded"])
        self.assert_quiet(order)

    def test_credit_of_an_unpaid_invoice_neither_grants_nor_voids(self):
        order = self.sell(self.pack_product)
        invoice = self.invoice(order)
        self.credit(invoice)
        self.assertEqual(invoice.payment_state, "reversed")
        self.assertEqual(self.states(order), ["pending"])
        self.assert_quiet(order)

    def test_two_invoices_one_paid_one_credited_unpaid_leave_one_pack_active(self):
        order = self.sell(self.pack_product, 2)
        first = order._create_invoices()
        first.invoice_line_ids.quantity = 1
        first.action_post()
        second = self.invoice(order)
        self.pay(first)
        self.credit(second)
        self.assertEqual(self.states(order), ["active", "pending"])
        self.assert_quiet(order)

    def test_that_pack_is_suspended_if_its_own_payment_is_undone(self):
        """The credit note of the other invoice must not be taken for its own."""
        order = self.sell(self.pack_product, 2)
        first = order._create_invoices()
        first.invoice_line_ids.quantity = 1
        first.action_post()
        second = self.invoice(order)
        self.pay(first)
        self.credit(second)
        self.unreconcile(first)
        self.assertEqual(self.states(order), ["suspended", "pending"])
        self.assert_quiet(order)

    def test_part_of_an_unpaid_invoice_credited_then_the_rest_paid(self):
        order = self.sell(self.pack_product, 2)
        invoice = self.invoice(order)
        self.credit(invoice, quantity=1)
        self.assertEqual(self.states(order), ["pending"] * 2)
        self.pay(invoice)
        self.assertEqual(invoice.payment_state, "paid")
        self.assertEqual(sorted(self.states(order)), ["active", "pending"])
        self.assert_quiet(order)

    def test_credit_note_without_origin_reverses_by_the_price_of_the_order(self):
        order, _invoice = self.sell_paid(3)
        order.order_line.product_uom_qty = 2
        note = order._create_invoices(final=True)
        self.assertEqual(note.move_type, "out_refund")
        self.assertFalse(note.reversed_entry_id)
        self.assertEqual(self.states(order), ["active"] * 3)
        note.action_post()
        self.assertEqual(self.states(order), ["active", "active", "refunded"])
        self.assert_quiet(order)

    def test_half_a_pack_takes_out_half_of_what_was_granted(self):
        order, invoice = self.sell_paid()
        pack = self.packs(order)
        self.use(100)
        note = self.credit(invoice, quantity=0.5)
        self.assertEqual((pack.state, pack.balance), ("active", 800))
        self.assert_quiet(order)
        note.button_draft()
        self.assertEqual((pack.state, pack.balance), ("active", 1700))
        self.assert_quiet(order)

    def test_two_halves_are_a_whole(self):
        order, invoice = self.sell_paid()
        self.credit(invoice, quantity=0.5)
        self.credit(invoice, quantity=0.5)
        self.assertEqual(self.states(order), ["refunded"])
        self.assertEqual(
            self.movements(self.packs(order)), [("refund", -900), ("refund", -900)]
        )
        self.assert_quiet(order)

    def test_fraction_is_rounded_half_up(self):
        product = self.products[60]
        product.support_quantity = 61
        order, invoice = self.sell_paid(product=product)
        self.credit(invoice, quantity=0.5)
        self.assertEqual(self.packs(order).balance, 30)

    def test_half_of_a_pack_that_is_nearly_used_up_takes_what_is_left(self):
        order, invoice = self.sell_paid()
        pack = self.packs(order)
        work = self.use(1500)
        self.credit(invoice, quantity=0.5)
        self.assertEqual((pack.state, pack.balance), ("exhausted", 0))
        self.assertEqual(pack.withdrawn, 300)
        self.assert_quiet(order)
        # 400 come back, and were paid back to the client before.
        work.minutes = 1100
        self.assertEqual((pack.state, pack.balance), ("exhausted", 0))
        self.assertEqual(self.movements(pack)[-2:], [("return", 400), ("refund", -400)])
        self.assert_quiet(order)

    def test_one_and_a_half_of_three(self):
        order, invoice = self.sell_paid(3)
        self.credit(invoice, quantity=1.5)
        self.assertEqual(self.states(order), ["active", "active", "refunded"])
        self.assertEqual(self.packs(order).mapped("balance"), [1800, 900, 0])
        self.assert_quiet(order)

    def test_withdrawn_credit_note_brings_back_what_it_took(self):
        for button in ("button_draft", "button_cancel"):
            with self.subTest(button):
                order, invoice = self.sell_paid()
                pack = self.packs(order)
                end = pack.date_end
                note = self.credit(invoice)
                self.assertEqual(pack.state, "refunded")
                getattr(note, button)()
                self.assertEqual(
                    (pack.state, pack.balance, pack.date_end), ("active", 1800, end)
                )
                self.assertEqual(
                    self.movements(pack), [("refund", -1800), ("adjustment", 1800)]
                )
                self.assert_quiet(order)

    def test_used_up_pack_that_is_credited_and_back_is_used_up(self):
        order, invoice = self.sell_paid()
        self.use(1800)
        note = self.credit(invoice)
        self.assertEqual(self.states(order), ["refunded"])
        note.button_draft()
        self.assertEqual(self.states(order), ["exhausted"])
        self.assertEqual(self.movements(self.packs(order)), [("usage", -1800)])
        self.assert_quiet(order)

    def test_what_comes_back_after_the_end_expires_at_once(self):
        with freeze_time("2024-03-01"):
            pack = self.make_pack(60)
        order, invoice = self.sell_paid()
        pack = self.packs(order)
        note = self.credit(invoice)
        pack.date_end = date(2020, 1, 1)
        note.button_draft()
        self.assertEqual((pack.state, pack.balance), ("expired", 0))
        self.assertEqual(
            [kind for kind, _quantity in self.movements(pack)],
            ["refund", "adjustment", "expiry"],
        )
        self.assert_quiet(order)

    def test_invoice_replaced_by_another_keeps_its_pack(self):
        """Credit, and invoice again: what was used stays used, the rest comes back."""
        order, invoice = self.sell_paid()
        pack = self.packs(order)
        self.use(600)
        new = self.modify(invoice)
        self.assertEqual(invoice.payment_state, "reversed")
        self.assertEqual((pack.state, pack.balance), ("refunded", 0))
        new.action_post()
        self.pay(new)
        self.assertEqual((pack.state, pack.balance), ("active", 1200))
        self.assertEqual(len(self.packs(order)), 1)
        self.assert_quiet(order)

    def test_invoice_paid_with_credit_from_elsewhere_is_paid(self):
        """Core calls it reversed, but nothing of it was."""
        order = self.sell(self.pack_product)
        invoice = self.invoice(order)
        note = self.env["account.move"].create(
            {
                "move_type": "out_refund",
                "partner_id": self.client.id,
                "invoice_line_ids": [
                    Command.create(
                        {"name": "Goodwill", "price_unit": 1800, "tax_ids": False}
                    )
                ],
            }
        )
        note.action_post()
        lines = (invoice | note).line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )
        lines.reconcile()
        self.assertEqual(invoice.payment_state, "reversed")
        self.assertEqual(self.states(order), ["active"])
        self.assert_quiet(order)

    def test_pack_granted_on_confirmation_is_voided_by_the_credit_of_its_invoice(self):
        order = self.sell_on_confirmation()
        invoice = self.invoice(order)
        self.credit(invoice)
        self.assertEqual(self.states(order), ["refunded"])
        self.assert_quiet(order)
        self.invoice(order)
        self.assertEqual(self.states(order), ["active"])
        self.assert_quiet(order)

    def test_free_pack_is_voided_by_the_credit_of_nothing(self):
        order = self.sell(self.pack_product, price_unit=0)
        invoice = self.invoice(order)
        self.assertEqual(self.states(order), ["active"])
        self.credit(invoice)
        self.assertEqual(self.states(order), ["refunded"])
        self.assert_quiet(order)

    def test_pack_closed_by_another_act_is_left_alone(self):
        order, _invoice = self.sell_paid()
        pack = self.packs(order)
        pack._post(-1800, "refund", date=pack.create_date)
        pack._set_state("refunded")
        order.order_line._sync_support_packs()
        self.assertEqual((pack.state, pack.balance), ("refunded", 0))
        self.assert_quiet(order)


@tagged("post_install", "-at_install")
class TestReturnsToClosedPacks(GrantCommon):
    def test_return_to_a_refunded_pack_goes_out_again_visibly(self):
        order, invoice = self.sell_paid()
        pack = self.packs(order)
        work = self.use(300)
        self.credit(invoice)
        work.minutes = 100
        self.assertEqual((pack.state, pack.balance), ("refunded", 0))
        self.assertEqual(
            self.movements(pack),
            [("usage", -300), ("refund", -1500), ("return", 200), ("refund", -200)],
        )
        self.assert_charge(work.ticket_id, covered=100)
        self.assert_quiet(order)

    def test_what_went_out_that_way_comes_back_with_the_rest(self):
        order, invoice = self.sell_paid()
        work = self.use(300)
        note = self.credit(invoice)
        work.minutes = 100
        note.button_draft()
        pack = self.packs(order)
        self.assertEqual((pack.state, pack.balance), ("active", 1700))
        self.assert_quiet(order)

    def test_return_to_a_cancelled_pack_goes_out_again(self):
        order = self.sell_on_confirmation()
        work = self.use(300)
        order._action_cancel()
        work.unlink()
        pack = self.packs(order)
        self.assertEqual((pack.state, pack.balance), ("cancelled", 0))
        self.assertEqual(self.movements(pack)[-2:], [("return", 300), ("refund", -300)])
        self.assert_quiet(order)

    def test_return_to_a_pack_that_another_act_closed_goes_out_again(self):
        pack = self.make_pack(600)
        work = self.use(300)
        pack._post(-300, "refund", date=pack.create_date)
        pack._set_state("refunded")
        work.unlink()
        self.assertEqual((pack.state, pack.balance), ("refunded", 0))
        self.assertIn("the pack is closed", pack.entry_ids[0].explanation)
        self.assert_sound(pack)

    def test_return_to_a_suspended_pack_stays_there(self):
        order, invoice = self.sell_paid()
        work = self.use(300)
        self.unreconcile(invoice)
        work.minutes = 100
        pack = self.packs(order)
        self.assertEqual((pack.state, pack.balance), ("suspended", 1700))
        self.assert_quiet(order)
