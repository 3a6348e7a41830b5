"""Money of one version and the next: asked once, deducted, or given back."""

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from odoo.addons.support_packs.tests.invoicing_common import InvoicingCommon

from .test_estimate_order import OrderMixin
from .test_estimate_order_payment import PaidCommon


@tagged("post_install", "-at_install")
class TestEstimateOrderLeft(OrderMixin, InvoicingCommon):
    """1 hour at 75 EUR plus 21 %; a down payment of 40 % of 5 hours is 150 EUR."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write(
            {"portal_confirmation_sign": True, "portal_confirmation_pay": False}
        )
        cls.contact.write({"name": "Anna", "lang": "en_US"})

    def prepaid(self, **values):
        """Return a signed estimate, its order, and the ticket; 150 EUR are paid."""
        estimate, order = self.quote(**values)
        self.sign(order)
        self.make_down_payment(order, 40)
        return estimate, order, estimate.ticket_id

    def left(self, order):
        lines = order.order_line.filtered("is_downpayment")
        return lines.filtered(lambda one: not one.display_type)._get_support_prepaid()

    def test_a_new_version_asks_only_for_what_was_not_paid(self):
        _estimate, order, ticket = self.prepaid()
        self.company.portal_confirmation_pay = True
        self.company.prepayment_percent = 0.4
        _second, quotation = self.quote(600, ticket)
        self.assertEqual(quotation.amount_total, 907.5)
        # 40 % are 363.00; 150.00 and 21 % of it were paid.
        self.assertEqual(quotation._get_prepayment_required_amount(), 181.5)
        notes = quotation.order_line.filtered(lambda one: one.display_type)
        self.assertIn("181.50", "\n".join(notes.mapped("name")))
        self.assertIn(order.name, "\n".join(notes.mapped("name")))

    def test_what_suffices_is_signed_and_not_paid_again(self):
        _estimate, _order, ticket = self.prepaid()
        self.company.write(
            {
                "portal_confirmation_sign": False,
                "portal_confirmation_pay": True,
                "prepayment_percent": 0.4,
            }
        )
        second, quotation = self.quote(240, ticket)
        self.assertFalse(quotation.require_payment)
        self.assertTrue(quotation.require_signature)
        self.sign(quotation)
        self.assertEqual(second.state, "accepted")

    def test_the_rest_of_an_advance_is_asked_to_be_credited(self):
        _estimate, order, ticket = self.prepaid()
        self.log(ticket, 60)
        self.post(self.draft(ticket))
        self.assertEqual(order.invoice_status, "no", "Work may still come")
        ticket.stage_id = self.stage_done
        self.assertEqual(order.invoice_status, "to invoice")
        wizard = self.env["sale.advance.payment.inv"].create(
            {"sale_order_ids": order.ids}
        )
        wizard.create_invoices()
        refund = order.invoice_ids.filtered(lambda one: one.move_type == "out_refund")
        self.assertEqual(refund.amount_untaxed, 75)
        self.assertEqual(order.invoice_status, "invoiced")

    def test_a_cancelled_order_keeps_its_prepayment(self):
        _estimate, order, ticket = self.prepaid()
        order.with_user(self.salesperson).action_cancel()
        self.hour.list_price = 90
        self.log(ticket, 60)
        moves = self.draft(ticket)
        self.assertEqual(self.lines(moves), [(1, 90), (-1, 90)])
        self.assertEqual(self.left(order), 60)

    def test_an_order_that_is_a_draft_again_keeps_its_prepayment(self):
        _estimate, order, ticket = self.prepaid()
        order.with_user(self.salesperson).action_cancel()
        order.with_user(self.salesperson).action_draft()
        self.log(ticket, 60)
        self.assertEqual(self.lines(self.draft(ticket)), [(1, 75), (-1, 75)])

    def test_what_a_client_was_sent_is_not_deleted(self):
        _estimate, order = self.quote()
        order.with_user(self.salesperson).action_cancel()
        with self.assertRaisesRegex(UserError, "belongs to an estimate"):
            order.with_user(self.salesperson).unlink()

    def test_two_charges_take_a_prepayment_once(self):
        """Of a merged ticket, something may be left to invoice beside the main one."""
        _estimate, order, ticket = self.prepaid()
        main = self.make_ticket(self.contact)
        ticket.duplicate_id = main
        self.log(ticket, 60)
        self.log(main, 120)
        charges = (ticket | main).support_charge_ids
        self.assertEqual(len(charges), 2)
        lines = [
            Command.create(
                {"support_charge_id": charge.id, "quantity": 1, "price_unit": 100}
            )
            for charge in charges
        ]
        found = charges._prepare_deductions(order, {"invoice_line_ids": lines})
        taken = [one[2] for one in found if one[2].get("quantity")]
        self.assertEqual(
            sum(one["quantity"] * one["price_unit"] for one in taken), -150
        )

    def test_an_advance_is_not_credited_while_work_goes_on(self):
        _estimate, order, ticket = self.prepaid()
        _second, quotation = self.quote(360, ticket)
        self.sign(quotation)
        self.assertEqual(order.invoice_status, "no")
        with self.assertRaisesRegex(UserError, "invoiced from the ticket"):
            order._create_invoices(final=True)
        ticket.stage_id = self.stage_done
        self.assertEqual(order.invoice_status, "to invoice")
        self.assertEqual(order._create_invoices(final=True).amount_untaxed, 150)

    def test_a_merged_ticket_takes_its_advance_along(self):
        _estimate, order, ticket = self.prepaid()
        main = self.make_ticket(self.contact)
        ticket.duplicate_id = main
        ticket.stage_id = self.stage_done
        with self.assertRaisesRegex(UserError, "invoiced from the ticket"):
            order._create_invoices(final=True)
        self.log(main, 60)
        moves = self.post(self.draft(main))
        self.assertEqual(self.lines(moves), [(1, 75), (-1, 75)])
        self.assertEqual(self.left(order), 75)
        main.stage_id = self.stage_done
        self.assertEqual(order.invoice_status, "to invoice")
        self.assertEqual(order._create_invoices(final=True).amount_untaxed, 75)

    def test_the_merged_ticket_of_another_client_brings_nothing(self):
        _estimate, _order, ticket = self.prepaid()
        rival = self.make_client("Rival")
        self.make_account(rival)
        main = self.make_ticket(rival)
        ticket.duplicate_id = main
        self.log(main, 60)
        self.assertEqual(self.lines(self.draft(main)), [(1, 75)])

    def test_an_invoice_of_work_is_no_down_payment(self):
        estimate, order, ticket = self.prepaid()
        estimate._end()
        self.log(ticket, 120)
        moves = self.draft(ticket)
        self.assertEqual(self.lines(moves), [(1, 150), (-1, 150)])
        self.assertFalse(moves._is_downpayment())
        advance = order.order_line.invoice_lines.move_id - moves
        self.assertTrue(advance._is_downpayment())


@tagged("post_install", "-at_install")
class TestEstimateOrderPaidAgain(PaidCommon):
    """40 % of 375 EUR, so 150 EUR, are paid in advance, without taxes."""

    def test_what_was_paid_for_the_version_before_counts(self):
        for automatic in ("True", "False"):
            with self.subTest(automatic=automatic):
                self.automatic(automatic)
                estimate, order = self.quote()
                self.pay(order, 150)
                ticket = estimate.ticket_id
                _second, quotation = self.quote(600, ticket)
                self.assertEqual(quotation._get_prepayment_required_amount(), 150)
                self.log(ticket, 60)
                self.post(self.draft(ticket))
                # 75.00 are left of it; 40 % of 9 hours are 270.00.
                _third, quotation = self.quote(600, ticket)
                self.assertEqual(quotation._get_prepayment_required_amount(), 195)
                third, quotation = self.quote(120, ticket)
                self.assertFalse(quotation.require_payment)
                self.sign(quotation)
                self.assertEqual(third.state, "accepted")

    def test_what_was_paid_back_does_not_count(self):
        self.automatic("False")
        estimate, order = self.quote()
        paid = self.pay(order, 150)
        paid._create_child_transaction(150, is_refund=True)._set_done()
        _second, quotation = self.quote(600, estimate.ticket_id)
        self.assertEqual(quotation._get_prepayment_required_amount(), 300)

    def test_a_paid_order_that_ended_is_not_confirmed_again(self):
        estimate, order = self.quote()
        self.pay(order, 150)
        order.action_cancel()
        order.action_draft()
        with self.assertRaisesRegex(UserError, "is over|any more"):
            order.with_user(self.salesperson).write({"state": "sale"})
        self.assertEqual((estimate.state, order.state), ("expired", "draft"))

    def test_no_money_is_taken_for_what_is_dead(self):
        estimate, order = self.quote()
        estimate._reject("Too much", self.contact)
        self.assertEqual(order.state, "cancel")
        with self.assertRaisesRegex(ValidationError, "rejected"):
            self.begin_payment(order, 150, self.contact)
        estimate, order = self.quote()
        self.pay(order, 150)
        order.action_cancel()
        with self.assertRaisesRegex(ValidationError, "is over|any more"):
            self.begin_payment(order, 150, self.contact)

    def test_who_sent_it_is_told_of_money_that_comes_too_late(self):
        estimate, order = self.quote(send=False)
        estimate.with_user(self.technician).action_send()
        order = estimate.order_id
        transaction = self.begin_payment(order, 150, self.contact)
        estimate._reject("Too much", self.contact)
        self.finish_payment(transaction)
        late = order.message_ids.filtered(
            lambda one: "pay the money back" in str(one.body)
        )
        self.assertEqual(late.notified_partner_ids, self.technician.partner_id)

    def test_only_settled_money_is_linked_to_the_invoice(self):
        self.automatic("False")
        estimate, order = self.quote()
        paid = self.pay(order, 150)
        pending = self.begin_payment(order, 50, self.contact)
        pending._set_pending()
        untold = self.begin_payment(order, 25, self.contact)
        untold._set_done()
        self.log(estimate.ticket_id, 240)
        moves = self.draft(estimate.ticket_id)
        self.assertEqual(moves.transaction_ids, paid)
        self.finish_payment(pending)
        self.assertEqual(moves.state, "draft", "No payment posts what is a draft")

    def test_a_credited_down_payment_is_no_down_payment(self):
        self.automatic()
        _estimate, order = self.quote()
        self.pay(order, 150)
        first = order.invoice_ids
        self.credit(first)
        self.pay(order, 100)
        second = order.invoice_ids.filtered(
            lambda one: one.move_type == "out_invoice" and one != first
        )
        self.assertEqual(second.amount_total, 250, "All that was paid")

    def test_a_payment_that_was_paid_back_is_not_invoiced_again(self):
        self.automatic()
        _estimate, order = self.quote()
        paid = self.pay(order, 150)
        first = order.invoice_ids
        self.credit(first)
        paid._create_child_transaction(150, is_refund=True)._set_done()
        self.pay(order, 100)
        second = order.invoice_ids.filtered(
            lambda one: one.move_type == "out_invoice" and one != first
        )
        self.assertEqual(second.amount_total, 100)

    def test_an_order_that_was_cancelled_still_pays(self):
        self.automatic("False")
        estimate, order = self.quote()
        self.pay(order, 150)
        order.action_cancel()
        self.log(estimate.ticket_id, 240)
        moves = self.post(self.draft(estimate.ticket_id))
        self.assertEqual((moves.amount_total, moves.amount_residual), (300, 150))
        self.assertFalse(moves.invoice_line_ids.sale_line_ids)

    def test_terms_that_nobody_was_shown_are_not_accepted(self):
        terms = self.env["support.terms"].create(
            {
                "name": "Conditions",
                "body": "<p>What is charged is the work.</p>",
                "company_id": self.company.id,
            }
        )
        self.policy.terms_id = terms
        estimate, order = self.quote()
        self.pay(order, 150)
        self.assertEqual(estimate.state, "accepted")
        self.assertFalse(estimate.terms_id)
        estimate, order = self.quote()
        order.with_user(self.portal_user).sudo()._accept_support_terms()
        self.pay(order, 150)
        self.assertEqual(estimate.terms_id, terms)
