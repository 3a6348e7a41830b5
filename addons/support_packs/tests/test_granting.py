"""Prepaid means paid: from the quotation to a pack that may be used, once."""

from datetime import date

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import freeze_time, tagged

from .common import SupportPacksCommon, make_policy, make_product


@tagged("post_install", "-at_install")
class TestGranting(SupportPacksCommon):
    def packs(self, order):
        return order.order_line.support_pack_ids.sorted("sale_line_index")

    @freeze_time("2026-03-02 23:30:00")
    def test_paid_pack_of_30_hours_is_active_for_12_months(self):
        """23:30 UTC is already the next day in Madrid, where the company is."""
        order = self.sell(self.pack_product)
        pack = self.packs(order)
        self.assertEqual((pack.state, pack.balance), ("pending", 0))
        self.pay(self.invoice(order))
        self.assertEqual(
            (pack.state, pack.balance, pack.unit), ("active", 1800, "minute")
        )
        self.assertEqual(
            (pack.date_start, pack.date_end), (date(2026, 3, 3), date(2027, 3, 3))
        )
        self.assertEqual(pack.account_id.partner_id, self.client)
        self.assertEqual(pack.account_id.policy_id, self.policy)
        self.assertEqual(pack.amount, 1800)
        self.assertEqual(pack.entry_ids.mapped("entry_type"), ["grant"])
        self.assert_sound(pack)

    def test_invoice_alone_grants_nothing(self):
        order = self.sell(self.pack_product)
        invoice = self.invoice(order)
        self.assertEqual(invoice.payment_state, "not_paid")
        self.assertEqual(self.packs(order).state, "pending")

    def test_partial_payment_grants_nothing_and_the_rest_of_it_does(self):
        order = self.sell(self.pack_product)
        invoice = self.invoice(order)
        self.pay(invoice, amount=1799)
        self.assertEqual(invoice.payment_state, "partial")
        self.assertEqual(self.packs(order).state, "pending")
        self.pay(invoice)
        self.assertEqual(self.packs(order).state, "active")

    def test_draft_invoice_grants_nothing(self):
        order = self.sell(self.pack_product)
        order._create_invoices()
        order.order_line._sync_support_packs()
        self.assertEqual(self.packs(order).state, "pending")

    def test_quantity_2_makes_two_packs(self):
        order = self.sell(self.pack_product, 2)
        self.pay(self.invoice(order))
        packs = self.packs(order)
        self.assertEqual(packs.mapped("balance"), [1800, 1800])
        self.assertEqual(packs.mapped("sale_line_index"), [1, 2])
        self.assertEqual(packs.account_id.balance_minutes, 3600)
        self.assertEqual(len(set(packs.mapped("name"))), 2)

    def test_each_paid_invoice_grants_what_it_bills(self):
        order = self.sell(self.pack_product, 3)
        invoice = order._create_invoices()
        invoice.invoice_line_ids.quantity = 1
        invoice.action_post()
        self.pay(invoice)
        self.assertEqual(
            self.packs(order).mapped("state"), ["active", "pending", "pending"]
        )
        self.pay(self.invoice(order))
        self.assertEqual(self.packs(order).mapped("state"), ["active"] * 3)

    def test_down_payment_grants_nothing_before_the_last_invoice(self):
        order = self.sell(self.pack_product)
        self.env["sale.advance.payment.inv"].with_context(
            active_model="sale.order", active_ids=order.ids
        ).create(
            {"advance_payment_method": "percentage", "amount": 50}
        )._create_invoices(order)
        down = order.invoice_ids
        down.action_post()
        self.pay(down)
        self.assertEqual(down.payment_state, "paid")
        self.assertEqual(self.packs(order).state, "pending")
        self.pay(self.invoice(order))
        self.assertEqual(self.packs(order).state, "active")

    def test_pack_for_nothing_is_granted_with_its_invoice(self):
        order = self.sell(self.pack_product, price_unit=0)
        self.assertEqual(self.packs(order).state, "pending")
        self.invoice(order)
        self.assertEqual(
            (self.packs(order).state, self.packs(order).amount), ("active", 0)
        )

    def test_grant_on_confirmation_does_not_wait_for_money(self):
        self.pack_product.support_grant_on = "confirmed"
        order = self.sell(self.pack_product)
        self.assertEqual(self.packs(order).state, "active")

    def test_hook_that_runs_twice_grants_once(self):
        order = self.sell(self.pack_product)
        invoice = self.invoice(order)
        self.pay(invoice)
        invoice._invoice_paid_hook()
        order.order_line._sync_support_packs()
        self.assertEqual(len(self.packs(order)), 1)
        self.assertEqual(self.packs(order).balance, 1800)
        self.assertEqual(len(self.packs(order).entry_ids), 1)

    def test_order_confirmed_again_makes_no_second_pack(self):
        order = self.sell(self.pack_product)
        order._action_cancel()
        order.action_draft()
        order.action_confirm()
        self.assertEqual(len(self.packs(order)), 1)

    def test_pack_keeps_the_terms_of_its_sale(self):
        order = self.sell(self.pack_product)
        self.pack_product.write(
            {"support_quantity": 60, "support_expiry_months": 1, "list_price": 1}
        )
        self.pay(self.invoice(order))
        pack = self.packs(order)
        self.assertEqual((pack.granted, pack.balance, pack.amount), (1800, 1800, 1800))
        self.assertEqual(pack.expiry_months, 12)

    def test_contact_of_the_company_buys_for_the_company(self):
        order = self.sell(self.pack_product, partner=self.contact)
        self.assertEqual(self.packs(order).account_id.partner_id, self.client)

    def test_second_sale_joins_the_same_account(self):
        first = self.sell(self.pack_product)
        second = self.sell(self.products[60], partner=self.contact)
        self.assertEqual(self.packs(first).account_id, self.packs(second).account_id)

    def test_sale_brings_an_archived_account_back(self):
        account = self.make_account()
        account.active = False
        order = self.sell(self.pack_product)
        self.assertEqual(self.packs(order).account_id, account)
        self.assertTrue(account.active)

    def test_pack_sold_after_the_work_pays_the_next_work(self):
        self.make_account()
        ticket = self.make_ticket()
        self.log(ticket, 70)
        order = self.sell(self.pack_product)
        self.pay(self.invoice(order))
        self.log(ticket, 30)
        self.assert_charge(ticket, covered=30, uncovered=70, state="to_invoice")

    def test_discounted_line_of_3_packs_is_shared_to_the_cent(self):
        order = self.sell(self.pack_product, 3, price_unit=100, discount=10.01)
        self.assertEqual(order.order_line.price_subtotal, 269.97)
        amounts = self.packs(order).mapped("amount")
        self.assertEqual(amounts, [89.99] * 3)
        order = self.sell(self.products[60], 3, price_unit=33.34, discount=0.03)
        self.assertEqual(order.order_line.price_subtotal, 99.99)
        self.assertEqual(sum(self.packs(order).mapped("amount")), 99.99)
        order = self.sell(self.products[60], 3, price_unit=100 / 3, discount=0.01)
        amounts = self.packs(order).mapped("amount")
        self.assertAlmostEqual(sum(amounts), order.order_line.price_subtotal, 2)
        self.assertLessEqual(max(amounts) - min(amounts), 0.011)

    def test_unit_price_is_what_was_paid_for_one_minute(self):
        order = self.sell(self.pack_product, price_unit=1350)
        self.assertEqual(self.packs(order).unit_price, 0.75)

    def test_line_added_to_a_confirmed_order_makes_its_pack(self):
        self.pack_product.support_grant_on = "confirmed"
        order = self.sell(self.products[60])
        order.order_line = [Command.create({"product_id": self.pack_product.id})]
        self.assertEqual(self.packs(order).mapped("granted"), [60, 1800])
        order.order_line[1].product_uom_qty = 2
        self.assertEqual(len(self.packs(order)), 3)

    def test_order_shows_its_packs(self):
        order = self.sell(self.pack_product, 2)
        self.assertEqual(order.support_pack_count, 2)
        self.assertEqual(order.support_pack_ids, self.packs(order))


@tagged("post_install", "-at_install")
class TestRefusedSales(SupportPacksCommon):
    """Each refusal names the field, and nothing is half done."""

    chart = False

    def assert_refused(self, order, field_name):
        with self.assertRaisesRegex(UserError, f"^{field_name}: "):
            order.action_confirm()
        self.assertEqual(order.state, "draft")
        self.assertFalse(order.order_line.support_pack_ids)

    def test_fraction_of_a_pack_is_refused(self):
        self.assert_refused(self.quote(self.pack_product, 1.5), "Quantity")
        self.assertFalse(self.client.support_account_ids)

    def test_negative_quantity_is_refused(self):
        self.assert_refused(self.quote(self.pack_product, -1), "Quantity")

    def test_one_bad_line_stops_the_whole_order(self):
        order = self.quote(self.pack_product)
        order.order_line = [
            Command.create({"product_id": self.products[60].id, "product_uom_qty": 0.5})
        ]
        self.assert_refused(order, "Quantity")
        self.assertFalse(self.client.support_account_ids)

    def test_fraction_added_to_a_confirmed_order_is_refused(self):
        order = self.sell(self.pack_product)
        with self.assertRaisesRegex(ValidationError, "Quantity: "):
            order.order_line.product_uom_qty = 1.5

    def test_another_unit_of_measure_is_refused(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        order = self.quote(self.pack_product, product_uom_id=dozen.id)
        self.assert_refused(order, "Unit")

    def test_pack_in_another_unit_than_the_account_is_refused(self):
        self.make_account()
        credits = make_policy(self.env, self.company, "Credits", unit="credit")
        product = make_product(self.env, credits, 60, 36)
        self.assert_refused(self.quote(product), "Pack unit")

    def test_two_units_in_one_order_of_a_new_client_are_refused(self):
        credits = make_policy(self.env, self.company, "Credits", unit="credit")
        product = make_product(self.env, credits, 60, 36)
        order = self.quote(self.pack_product)
        order.order_line = [Command.create({"product_id": product.id})]
        with self.assertRaisesRegex(UserError, "Pack unit: "), self.cr.savepoint():
            order.action_confirm()

    def test_product_without_policy_is_refused_for_a_client_without_account(self):
        self.pack_product.support_policy_id = False
        self.assert_refused(self.quote(self.pack_product), "Support policy")

    def test_product_without_policy_joins_the_account_that_there_is(self):
        account = self.make_account()
        self.pack_product.support_policy_id = False
        order = self.sell(self.pack_product)
        self.assertEqual(order.order_line.support_pack_ids.account_id, account)

    def test_policy_of_another_company_is_refused(self):
        other = self.env["res.company"].create({"name": "Other company"})
        policy = make_policy(self.env, other)
        with self.assertRaisesRegex(ValidationError, "^Support policy: "):
            self.pack_product.support_policy_id = policy
        self.pack_product.company_id = False
        self.pack_product.support_policy_id = policy
        self.assert_refused(self.quote(self.pack_product), "Support policy")

    def test_policy_whose_unit_changed_under_the_product_is_refused(self):
        policy = make_policy(self.env, self.company, "To be changed")
        product = make_product(self.env, policy)
        policy.unit = "credit"
        self.assert_refused(self.quote(product), "Pack unit")

    def test_product_says_which_of_its_fields_is_wrong(self):
        for values, field_name in (
            ({"support_quantity": 0}, "Pack content"),
            ({"support_quantity": -1}, "Pack content"),
            ({"support_unit": False}, "Pack unit"),
            ({"support_unit": "credit"}, "Pack unit"),
            ({"support_expiry_months": 0}, "Months of validity"),
            ({"type": "consu"}, "Product type"),
            ({"support_grant_on": False}, "Expires, Usable when"),
        ):
            with (
                self.subTest(**values),
                self.assertRaisesRegex(ValidationError, f"^{field_name}: "),
                self.cr.savepoint(),
            ):
                self.pack_product.write(values)

    def test_policy_keeps_the_unit_of_the_packs_sold(self):
        self.make_pack(60)
        with self.assertRaisesRegex(ValidationError, "^Unit: "):
            self.policy.unit = "credit"
