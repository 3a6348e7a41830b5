"""Orders change: quantities, lines, cancellations. Packs follow, and come back."""

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .grant_common import GrantCommon


@tagged("post_install", "-at_install")
class TestGrantingQuantities(GrantCommon):
    chart = False

    def test_lowered_quantity_cancels_the_pending_packs_of_highest_index(self):
        order = self.sell(self.pack_product, 3)
        order.order_line.product_uom_qty = 1
        self.assertEqual(self.states(order), ["pending", "cancelled", "cancelled"])
        self.assert_quiet(order)

    def test_raised_again_revives_the_cancelled_ones_and_makes_no_duplicates(self):
        order = self.sell(self.pack_product, 3)
        order.order_line.product_uom_qty = 1
        order.order_line.product_uom_qty = 2
        self.assertEqual(self.states(order), ["pending", "pending", "cancelled"])
        order.order_line.product_uom_qty = 4
        self.assertEqual(self.states(order), ["pending"] * 4)
        self.assertEqual(self.packs(order).mapped("sale_line_index"), [1, 2, 3, 4])
        self.assert_quiet(order)

    def test_quantity_zero_cancels_all(self):
        order = self.sell(self.pack_product, 2)
        order.order_line.product_uom_qty = 0
        self.assertEqual(self.states(order), ["cancelled"] * 2)
        self.assert_quiet(order)

    def test_raised_quantity_shares_the_new_total_to_the_cent(self):
        order = self.sell(self.pack_product, 2, price_unit=33.335, discount=0)
        order.order_line.product_uom_qty = 3
        self.assertAlmostEqual(
            sum(self.packs(order).mapped("amount")), order.order_line.price_subtotal, 2
        )

    def test_price_changed_before_payment_is_the_price_of_the_pack(self):
        order = self.sell(self.pack_product, 2)
        order.order_line.price_unit = 100
        order.order_line._sync_support_packs()
        self.assertEqual(self.packs(order).mapped("amount"), [100, 100])

    def test_other_product_on_the_line_makes_other_packs(self):
        order = self.sell(self.pack_product)
        order.order_line.product_id = self.products[60]
        self.assertEqual(self.states(order), ["cancelled", "pending"])
        self.assertEqual(self.packs(order).mapped("granted"), [1800, 60])
        self.assert_quiet(order)

    def test_other_product_takes_out_what_the_confirmation_granted(self):
        order = self.sell_on_confirmation()
        self.products[60].support_grant_on = "confirmed"
        order.order_line.product_id = self.products[60]
        self.assertEqual(self.states(order), ["cancelled", "active"])
        self.assertEqual(self.packs(order).mapped("balance"), [0, 60])
        self.assert_quiet(order)

    def test_product_that_is_no_pack_any_more_keeps_what_was_sold(self):
        order = self.sell_on_confirmation()
        self.pack_product.support_is_pack = False
        self.assert_quiet(order)
        self.assertEqual(self.states(order), ["active"])

    def test_lowered_quantity_takes_out_what_the_confirmation_granted(self):
        order = self.sell_on_confirmation(2)
        self.use(100)
        order.order_line.product_uom_qty = 1
        self.assertEqual(self.states(order), ["active", "cancelled"])
        self.assertEqual(self.packs(order).mapped("balance"), [1700, 0])
        entry = self.packs(order)[1].entry_ids.sorted("sequence")[-1]
        self.assertIn("the order sells fewer packs: 1,800 min", entry.explanation)
        self.assert_quiet(order)
        order.order_line.product_uom_qty = 2
        self.assertEqual(self.packs(order).mapped("balance"), [1700, 1800])
        self.assert_quiet(order)

    def test_line_of_a_cancelled_order_goes_with_its_pending_packs(self):
        order = self.sell(self.pack_product, 2)
        packs = self.packs(order)
        order._action_cancel()
        order.order_line.unlink()
        self.assertFalse(packs.exists())

    def test_line_with_a_granted_pack_stays_with_a_clear_word(self):
        order = self.sell_on_confirmation()
        order._action_cancel()
        with self.assertRaisesRegex(UserError, "keeps its history"):
            order.order_line.unlink()
        with self.assertRaisesRegex(UserError, "keeps its history"):
            order.unlink()
        self.assertEqual(self.states(order), ["cancelled"])

    def test_line_of_a_confirmed_order_is_refused_by_core_and_keeps_its_packs(self):
        order = self.sell(self.pack_product)
        with self.assertRaises(UserError):
            order.order_line.unlink()
        self.assertEqual(self.states(order), ["pending"])

    def test_cancelled_order_is_deleted_with_its_pending_packs(self):
        order = self.sell(self.pack_product)
        packs = self.packs(order)
        order._action_cancel()
        order.unlink()
        self.assertFalse(packs.exists())
        self.assertFalse(order.exists())


@tagged("post_install", "-at_install")
class TestGrantingCancelledOrders(GrantCommon):
    def cancel(self, order):
        order._action_cancel()

    def confirm_again(self, order):
        order.action_draft()
        order.action_confirm()

    def test_pending_packs_are_cancelled_and_revived(self):
        order = self.sell(self.pack_product, 2)
        self.cancel(order)
        self.assertEqual(self.states(order), ["cancelled"] * 2)
        self.assert_quiet(order)
        order.action_draft()
        self.assertEqual(self.states(order), ["cancelled"] * 2)
        order.action_confirm()
        self.assertEqual(self.states(order), ["pending"] * 2)
        self.assert_quiet(order)

    def test_revived_pack_has_the_terms_of_the_new_sale(self):
        order = self.sell(self.pack_product)
        self.cancel(order)
        self.pack_product.support_quantity = 600
        order.action_draft()
        order.order_line.price_unit = 600
        order.partner_id = other = self.make_client("Other client")
        order.action_confirm()
        pack = self.packs(order)
        self.assertEqual((pack.granted, pack.amount), (600, 600))
        self.assertEqual(pack.account_id.partner_id, other)

    def test_what_the_confirmation_granted_goes_out_and_comes_back(self):
        order = self.sell_on_confirmation()
        pack = self.packs(order)
        self.use(100)
        end = pack.date_end
        self.cancel(order)
        self.assertEqual((pack.state, pack.balance), ("cancelled", 0))
        self.assertEqual(self.movements(pack), [("usage", -100), ("refund", -1700)])
        self.assertIn(
            "order cancelled: 1,700 min taken from",
            pack.entry_ids.sorted("sequence")[-1].explanation,
        )
        self.assertEqual((pack.used, pack.withdrawn), (100, 1700))
        self.assert_quiet(order)
        self.confirm_again(order)
        self.assertEqual(
            (pack.state, pack.balance, pack.date_end), ("active", 1700, end)
        )
        self.assertEqual(self.movements(pack)[-1], ("adjustment", 1700))
        self.assertIn(
            "order confirmed again: 1,700 min back to",
            pack.entry_ids.sorted("sequence")[-1].explanation,
        )
        self.assert_quiet(order)

    def test_used_up_pack_of_a_cancelled_order_posts_nothing(self):
        order = self.sell_on_confirmation()
        self.use(1800)
        self.cancel(order)
        pack = self.packs(order)
        self.assertEqual((pack.state, pack.balance), ("cancelled", 0))
        self.assertEqual(self.movements(pack), [("usage", -1800)])
        self.confirm_again(order)
        self.assertEqual(pack.state, "exhausted")
        self.assert_quiet(order)

    def test_pack_of_another_client_is_not_revived_for_this_one(self):
        order = self.sell_on_confirmation()
        self.cancel(order)
        order.action_draft()
        order.partner_id = other = self.make_client("Other client")
        order.action_confirm()
        self.assertEqual(self.states(order), ["cancelled", "active"])
        self.assertEqual(self.packs(order)[1].account_id.partner_id, other)
        self.assert_quiet(order)

    def test_paid_packs_stay_until_the_money_goes_back(self):
        order, invoice = self.sell_paid()
        self.cancel(order)
        pack = self.packs(order)
        self.assertEqual((pack.state, pack.balance), ("active", 1800))
        self.assert_quiet(order)
        self.credit(invoice)
        self.assertEqual((pack.state, pack.balance), ("refunded", 0))
        self.assert_quiet(order)

    def test_paid_packs_granted_on_confirmation_stay_too(self):
        order = self.sell_on_confirmation()
        invoice = self.invoice(order)
        self.pay(invoice)
        self.cancel(order)
        self.assertEqual(self.states(order), ["active"])
        self.credit(invoice)
        self.assertEqual(self.states(order), ["refunded"])
        self.assert_quiet(order)

    def test_payment_after_the_cancellation_grants_only_if_confirmed_again(self):
        order = self.sell(self.pack_product)
        invoice = self.invoice(order)
        self.cancel(order)
        self.pay(invoice)
        self.assertEqual(self.states(order), ["cancelled"])
        self.confirm_again(order)
        self.assertEqual(self.states(order), ["active"])
        self.assert_quiet(order)

    def test_salesperson_without_helpdesk_cancels_and_confirms_again(self):
        self.make_people()
        order = self.sell_on_confirmation().with_user(self.salesperson)
        self.cancel(order)
        self.confirm_again(order)
        self.assertEqual(self.packs(order.sudo()).mapped("balance"), [1800])

    def test_line_added_with_two_lines_of_one_product(self):
        order = self.sell(self.pack_product)
        order.order_line = [
            Command.create({"product_id": self.pack_product.id, "product_uom_qty": 2})
        ]
        self.assertEqual(len(order.order_line.support_pack_ids), 3)
        self.pay(self.invoice(order))
        self.assertEqual(
            order.order_line.support_pack_ids.mapped("state"), ["active"] * 3
        )
