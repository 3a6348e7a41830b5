"""What an estimate says of work that was invoiced, or waived, before it."""

from odoo.tests import tagged

from odoo.addons.support_packs.tests.invoicing_common import InvoicingCommon

from .common_estimate import EstimateMixin


@tagged("post_install", "-at_install")
class TestEstimateInvoiced(EstimateMixin, InvoicingCommon):
    """1 hour at 75 EUR is 60 units, and there is no pack."""

    def assert_to_invoice(self, ticket, units, money):
        estimate = self.estimate(ticket, 150, send=False).sudo()
        offer = estimate._get_offer()
        self.assertEqual((offer.quantity, offer.uncovered), (150, units))
        self.assertEqual(float(offer.money), money)
        return estimate._print_offer(offer)

    def test_what_was_invoiced_is_not_invoiced_again(self):
        ticket = self.make_debt(60)
        text = self.assert_to_invoice(ticket, 150, 187.5)
        self.assertIn("187.50", text)
        moves = self.draft(ticket)
        # What was agreed holds for the lines to come.
        self.hour.list_price = 90
        text = self.assert_to_invoice(ticket, 90, 112.5)
        self.assertIn("No pack covers: 90 min", text)
        self.assertIn("112.50", text)
        self.post(moves)
        self.credit(moves)
        self.assert_to_invoice(ticket, 90, 112.5)
        self.log(ticket, 90)
        self.assert_lines(self.draft(ticket), 112.5)
        text = self.assert_to_invoice(ticket, 0, 0)
        self.assertNotIn("To be invoiced", text)

    def test_what_was_waived_is_not_invoiced(self):
        ticket = self.make_debt(60)
        ticket.support_charge_id.with_user(self.manager)._decide("waive", "A favour")
        self.assert_to_invoice(ticket, 90, 112.5)
