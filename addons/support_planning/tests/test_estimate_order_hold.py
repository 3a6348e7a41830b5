"""What holds of a quotation: who confirms it, what is not changed, at which price."""

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.support_packs.tests.invoicing_common import InvoicingCommon

from .test_estimate_order import OrderMixin


@tagged("post_install", "-at_install")
class TestEstimateOrderHold(OrderMixin, InvoicingCommon):
    """1 hour at 75 EUR plus 21 %; there is no pack."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write(
            {"portal_confirmation_sign": True, "portal_confirmation_pay": False}
        )
        cls.contact.write({"name": "Anna", "lang": "en_US"})

    def test_writing_the_state_accepts_nothing(self):
        estimate, order = self.quote()
        for user in (self.salesperson, self.env.user):
            self.deny(
                user,
                lambda user: order.with_user(user).write({"state": "sale"}),
                "record its message",
            )
        self.assertEqual((estimate.state, order.state), ("sent", "sent"))

    def test_what_was_quoted_is_sealed_in_every_state(self):
        other = self.make_tax(10)
        position = self.env["account.fiscal.position"].create(
            {"name": "Abroad", "company_id": self.company.id}
        )
        for states in (("sent",), ("draft",), ("cancel",), ("cancel", "draft")):
            _estimate, order = self.quote()
            for state in states:
                order.write({"state": state})
            line = order.order_line[0].with_user(self.salesperson)
            for method in (
                lambda user, line=line: line.write({"price_unit": 60}),
                lambda user, line=line: line.write({"tax_ids": [(6, 0, other.ids)]}),
                lambda user, line=line: line.unlink(),
                lambda user, order=order: order.with_user(user).write(
                    {"fiscal_position_id": position.id}
                ),
            ):
                with self.subTest(states=states):
                    self.deny(self.salesperson, method, "estimate")
            self.assertEqual((line.price_unit, line.tax_ids), (75, self.tax))

    def test_a_quotation_that_ended_for_packs_rejects_nothing(self):
        estimate, order = self.quote()
        client = estimate.with_user(self.portal_user)
        self.assertTrue(client._prepare_page()["quotation"])
        shown = self.stamp(estimate)
        self.make_pack(300)
        self.assertFalse(client._prepare_page()["quotation"])
        # What the page said before the pack came is not what is accepted.
        self.assertIn("shown", client._accept_as_client(shown))
        self.assertEqual((estimate.state, order.state), ("sent", "sent"))
        self.assertIsNone(client._accept_as_client(self.stamp(estimate)))
        self.assertEqual((estimate.state, order.state), ("accepted", "cancel"))
        self.assertIn("Packs cover", str(order.message_ids.mapped("body")))
        self.log(estimate.ticket_id, 300)
        self.assertEqual(estimate.ticket_id.support_charge_id.due, 0)

    def test_a_new_version_is_quoted_at_the_price_of_today(self):
        estimate, order = self.quote()
        self.sign(order)
        ticket = estimate.ticket_id
        self.log(ticket, 60)
        self.hour.list_price = 90
        second, quotation = self.quote(360, ticket)
        self.assertEqual(quotation.order_line[0].price_unit, 90)
        self.assertEqual(quotation.amount_untaxed, 540)
        self.assertEqual(float(second.sudo()._get_offer().money), 540)
        # The first holds until the second is accepted.
        moves = self.draft(ticket)
        self.assert_lines(moves, 75)
        moves.unlink()
        self.sign(quotation)
        self.assert_lines(self.draft(ticket), 90)

    def test_a_price_on_an_invoice_stays_for_the_next_version(self):
        estimate, order = self.quote()
        self.sign(order)
        ticket = estimate.ticket_id
        self.log(ticket, 60)
        self.post(self.draft(ticket))
        self.hour.list_price = 90
        _second, quotation = self.quote(360, ticket)
        self.assertEqual(quotation.amount_untaxed, 375)

    def test_cancelling_does_not_take_the_drafts_of_others(self):
        estimate, order = self.quote()
        self.sign(order)
        other = self.make_debt(60, self.contact)
        self.log(estimate.ticket_id, 60)
        moves = self.draft(estimate.ticket_id | other)
        self.deny(
            self.salesperson,
            lambda user: order.with_user(user).action_cancel(),
            "draft",
        )
        self.assertEqual((moves.state, order.state), ("draft", "sale"))
        self.assertEqual(estimate.state, "accepted")
        self.post(moves)
        order.with_user(self.salesperson).action_cancel()
        self.assertEqual((moves.state, order.state), ("posted", "cancel"))

    def test_nothing_else_is_sold_with_it_in_any_state(self):
        _estimate, order = self.quote()
        order.action_cancel()
        order.action_draft()
        with self.assertRaises(UserError):
            order.write({"order_line": [Command.create({"product_id": self.hour.id})]})
