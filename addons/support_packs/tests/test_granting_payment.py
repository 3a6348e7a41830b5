"""Payments of every kind, and payments undone by every button."""

from unittest.mock import patch

from odoo.tests import tagged

from .grant_common import GrantCommon


@tagged("post_install", "-at_install")
class TestGrantingPayment(GrantCommon):
    def test_final_invoice_paid_before_its_down_payment_grants_nothing_yet(self):
        order = self.sell(self.pack_product)
        down = self.pay_down(order, 50)
        final = order._create_invoices(final=True)
        final.action_post()
        self.pay(final)
        self.assertEqual(final.payment_state, "paid")
        self.assertEqual(self.states(order), ["pending"])
        self.assert_quiet(order)
        self.pay(down)
        self.assertEqual(self.states(order), ["active"])
        self.assert_quiet(order)

    def test_down_payment_undone_suspends(self):
        order = self.sell(self.pack_product)
        down = self.pay_down(order, 50)
        self.pay(down)
        final = order._create_invoices(final=True)
        final.action_post()
        self.pay(final)
        self.assertEqual(self.states(order), ["active"])
        self.unreconcile(down)
        self.assertEqual(self.states(order), ["suspended"])
        self.assert_quiet(order)

    def test_full_down_payment_and_a_final_invoice_of_zero(self):
        order = self.sell(self.pack_product)
        down = self.pay_down(order, 100)
        final = order._create_invoices(final=True)
        final.action_post()
        self.assertEqual((final.amount_total, final.payment_state), (0, "paid"))
        self.assertEqual(self.states(order), ["pending"])
        self.pay(down)
        self.assertEqual(self.states(order), ["active"])
        self.assert_quiet(order)

    def test_full_down_payment_paid_first(self):
        order = self.sell(self.pack_product, 2)
        self.pay(self.pay_down(order, 100))
        self.assertEqual(self.states(order), ["pending"] * 2)
        order._create_invoices(final=True).action_post()
        self.assertEqual(self.states(order), ["active"] * 2)
        self.assert_quiet(order)

    def test_half_of_a_pack_paid_grants_nothing_and_the_other_half_does(self):
        order = self.sell(self.pack_product)
        first = order._create_invoices()
        first.invoice_line_ids.quantity = 0.5
        first.action_post()
        self.pay(first)
        self.assertEqual(self.states(order), ["pending"])
        self.pay(self.invoice(order))
        self.assertEqual(self.states(order), ["active"])
        self.assert_quiet(order)

    def test_one_payment_for_two_orders(self):
        orders = self.sell(self.pack_product) + self.sell(self.products[60])
        invoices = self.invoice(orders[0]) + self.invoice(orders[1])
        self.pay(invoices)
        self.assertEqual(
            orders.order_line.support_pack_ids.mapped("state"), ["active"] * 2
        )

    def test_payment_without_journal_entry_grants(self):
        """With in_payment enabled core reconciles nothing and calls no hook."""
        order = self.sell(self.pack_product)
        invoice = self.invoice(order)
        with patch.object(
            type(self.env["account.move"]),
            "_get_invoice_in_payment_state",
            lambda move: "in_payment",
        ):
            payment = self.pay(invoice)
            self.assertFalse(payment.move_id)
            self.assertEqual(invoice.payment_state, "in_payment")
            self.assertEqual(self.states(order), ["active"])
            self.assert_quiet(order)
            payment.action_cancel()
            self.assertEqual(invoice.payment_state, "not_paid")
            self.assertEqual(self.states(order), ["suspended"])
            self.assert_quiet(order)

    def test_unreconciled_payment_suspends_and_paying_again_resumes(self):
        order, invoice = self.sell_paid()
        pack = self.packs(order)
        dates = (pack.date_start, pack.date_end)
        work = self.use(100)
        self.unreconcile(invoice)
        self.assertEqual((pack.state, pack.balance), ("suspended", 1700))
        self.assert_charge(work.ticket_id, covered=100)
        self.assert_quiet(order)
        late = self.use(70)
        self.assert_charge(late.ticket_id, covered=0, uncovered=70, state="to_invoice")
        self.pay(invoice)
        self.assertEqual((pack.state, pack.balance), ("active", 1700))
        self.assertEqual((pack.date_start, pack.date_end), dates)
        self.assertEqual(self.movements(pack), [("usage", -100)])
        self.assert_quiet(order)

    def test_each_way_to_undo_a_payment_suspends(self):
        def delete_payment(_invoice, payment):
            payment.action_draft()
            payment.unlink()

        ways = {
            "unreconcile": lambda invoice, payment: self.unreconcile(invoice),
            "cancel payment": lambda invoice, payment: payment.action_cancel(),
            "delete payment": delete_payment,
            "invoice to draft": lambda invoice, payment: invoice.button_draft(),
            "invoice cancelled": lambda invoice, payment: invoice.button_cancel(),
        }
        for name, undo in ways.items():
            with self.subTest(name):
                order = self.sell(self.pack_product)
                invoice = self.invoice(order)
                payment = self.pay(invoice)
                undo(invoice, payment)
                self.assertEqual(self.states(order), ["suspended"])
                self.assertEqual(self.packs(order).balance, 1800)
                self.assert_quiet(order)

    def test_invoice_posted_again_after_draft_resumes(self):
        order, invoice = self.sell_paid()
        invoice.button_draft()
        self.assertEqual(self.states(order), ["suspended"])
        invoice.action_post()
        self.assertEqual(self.states(order), ["active"])
        self.assert_quiet(order)

    def test_used_up_pack_is_suspended_and_used_up_again(self):
        order, invoice = self.sell_paid()
        self.use(1800)
        self.unreconcile(invoice)
        self.assertEqual(self.states(order), ["suspended"])
        self.pay(invoice)
        self.assertEqual(self.states(order), ["exhausted"])
        self.assert_quiet(order)

    def test_one_of_two_invoices_unpaid_suspends_one_pack(self):
        order = self.sell(self.pack_product, 2)
        first = order._create_invoices()
        first.invoice_line_ids.quantity = 1
        first.action_post()
        self.pay(first)
        second = self.invoice(order)
        self.pay(second)
        self.use(100)
        self.unreconcile(first)
        self.assertEqual(self.states(order), ["active", "suspended"])
        self.assert_quiet(order)

    def test_pack_granted_on_confirmation_does_not_mind_its_payment(self):
        order = self.sell_on_confirmation()
        invoice = self.invoice(order)
        self.pay(invoice)
        self.unreconcile(invoice)
        self.assertEqual(self.states(order), ["active"])
        self.assert_quiet(order)

    def test_waiting_charges_are_settled_when_a_pack_becomes_usable(self):
        settled = []
        account = type(self.env["support.account"])
        with patch.object(
            account, "_settle_waiting_charges", lambda records: settled.append(records)
        ):
            order, invoice = self.sell_paid()
            self.assertEqual(settled, [self.packs(order).account_id])
            self.unreconcile(invoice)
            self.assertEqual(len(settled), 1)
            self.pay(invoice)
            self.assertEqual(len(settled), 2)

    def test_accountant_without_helpdesk_registers_and_undoes(self):
        self.make_people()
        order = self.sell(self.pack_product)
        invoice = self.invoice(order)
        context = {"active_model": "account.move", "active_ids": invoice.ids}
        self.env["account.payment.register"].with_user(self.accountant).with_context(
            **context
        ).create({})._create_payments()
        self.assertEqual(self.states(order), ["active"])
        invoice.with_user(self.accountant).line_ids.remove_move_reconcile()
        self.assertEqual(self.states(order), ["suspended"])
