"""Paying the quotation of an estimate accepts it; what was paid is deducted."""

from odoo import Command
from odoo.tests import tagged

from odoo.addons.support_packs.tests.invoicing_common import InvoicingCommon
from odoo.addons.support_packs.tests.paying_common import PayingMixin

from .test_estimate_order import OrderMixin


class PaidCommon(PayingMixin, OrderMixin, InvoicingCommon):
    """5 hours at 75 EUR are 375 EUR; 40 % of it is paid in advance, without taxes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.contact.write({"name": "Anna", "lang": "en_US"})
        cls.hour.taxes_id = False
        cls.company.write(
            {
                "portal_confirmation_sign": False,
                "portal_confirmation_pay": True,
                "prepayment_percent": 0.4,
            }
        )
        # An outstanding account, as with banks: a payment is settled with invoices.
        outstanding = cls.env["account.account"].create(
            {
                "name": "Outstanding receipts",
                "code": "101499",
                "account_type": "asset_current",
                "reconcile": True,
                "company_ids": [Command.set(cls.company.ids)],
            }
        )
        cls.make_provider(outstanding)

    def pay(self, order, amount):
        """Pay online, as the page of core does; return the transaction."""
        transaction = self.begin_payment(order, amount, self.contact)
        self.finish_payment(transaction)
        return transaction

    def automatic(self, value="True"):
        self.env["ir.config_parameter"].sudo().set_param(
            "sale.automatic_invoice", value
        )


@tagged("post_install", "-at_install")
class TestEstimateOrderPaid(PaidCommon):
    """The client pays before the work, and the work takes it off."""

    def test_paying_accepts(self):
        estimate, order = self.quote()
        self.pay(order, 150)
        self.assertEqual((estimate.state, order.state), ("accepted", "sale"))
        self.assertEqual(
            (estimate.channel, estimate.accepted_by), ("quotation", self.contact)
        )
        self.assertIn("150.00", estimate.evidence)
        self.assertIn(f"{order.name}-0", estimate.evidence)

    def test_less_than_is_asked_accepts_nothing(self):
        estimate, order = self.quote()
        self.pay(order, 100)
        self.assertEqual((estimate.state, order.state), ("sent", "sent"))
        self.pay(order, 50)
        self.assertEqual((estimate.state, order.state), ("accepted", "sale"))

    def test_a_payment_without_invoice_is_settled_with_the_work(self):
        """Core leaves it open; it pays the first invoice of the work."""
        self.automatic("False")
        estimate, order = self.quote()
        payment = self.pay(order, 150).payment_id
        self.assertFalse(order.invoice_ids)
        self.log(estimate.ticket_id, 240)
        moves = self.draft(estimate.ticket_id)
        self.assertEqual(self.lines(moves), [(1, 300)])
        self.assertEqual(moves.invoice_origin, order.name)
        self.post(moves)
        self.assertEqual((moves.amount_total, moves.amount_residual), (300, 150))
        self.assertEqual(moves.matched_payment_ids | payment, payment)
        self.log(estimate.ticket_id, 60)
        moves = self.post(self.draft(estimate.ticket_id))
        self.assertEqual(moves.amount_residual, 75)

    def test_a_payment_with_its_invoice_is_deducted(self):
        self.automatic()
        estimate, order = self.quote()
        self.pay(order, 150)
        advance = order.invoice_ids
        self.assertEqual((advance.amount_total, advance.state), (150, "posted"))
        self.assertFalse(advance.amount_residual)
        self.log(estimate.ticket_id, 240)
        moves = self.post(self.draft(estimate.ticket_id))
        self.assertEqual(self.lines(moves), [(1, 300), (-1, 150)])
        self.assertEqual((moves.amount_total, moves.amount_residual), (150, 150))

    def test_all_paid_in_advance_is_a_down_payment(self):
        self.company.prepayment_percent = 1
        self.automatic()
        estimate, order = self.quote(tolerance_percent=25)
        self.pay(order, 375)
        self.assertEqual((estimate.state, order.state), ("accepted", "sale"))
        advance = order.invoice_ids
        self.assertEqual((len(advance), advance.amount_total), (1, 375))
        self.assertTrue(advance._is_downpayment())
        self.assertEqual(order.order_line[0].qty_to_invoice, 0)
        self.log(estimate.ticket_id, 360)
        moves = self.post(self.draft(estimate.ticket_id))
        self.assertEqual(self.lines(moves), [(1, 450), (-1, 375)])
        self.assertEqual(order.order_line[0].qty_invoiced, 6)

    def test_less_work_than_was_paid_leaves_the_rest_to_be_credited(self):
        self.company.prepayment_percent = 1
        self.automatic()
        estimate, order = self.quote()
        self.pay(order, 375)
        self.log(estimate.ticket_id, 240)
        moves = self.post(self.draft(estimate.ticket_id))
        self.assertEqual(self.lines(moves), [(1, 300), (-1, 300)])
        self.assertEqual((moves.move_type, moves.amount_total), ("out_invoice", 0))
        estimate.ticket_id.stage_id = self.stage_done
        refund = order._create_invoices(final=True)
        self.assertEqual((refund.move_type, refund.amount_total), ("out_refund", 75))

    def test_a_second_payment_invoices_itself_alone(self):
        self.automatic()
        _estimate, order = self.quote()
        self.pay(order, 150)
        self.pay(order, 100)
        self.assertEqual(
            order.invoice_ids.sorted("id").mapped("amount_total"), [150, 100]
        )
        self.pay(order, 125)
        self.assertEqual(sum(order.invoice_ids.mapped("amount_total")), 375)

    def test_money_that_comes_too_late_is_recorded_and_accepts_nothing(self):
        estimate, order = self.quote()
        transaction = self.env["payment.transaction"].create(
            {
                "provider_id": self.provider.id,
                "payment_method_id": self.method.id,
                "amount": 150,
                "currency_id": order.currency_id.id,
                "partner_id": self.contact.id,
                "reference": "late",
                "operation": "online_direct",
                "sale_order_ids": [Command.set(order.ids)],
            }
        )
        estimate._store({"valid_until": "2020-01-01"})
        self.finish_payment(transaction)
        self.assertEqual((estimate.state, order.state), ("sent", "sent"))
        self.assertEqual(transaction.payment_id.amount, 150)
        notes = "".join(str(body) for body in order.message_ids.mapped("body"))
        self.assertIn("pay the money back", notes)
