"""The first pack of a client: which ones it may buy, at every door."""

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, JsonRpcException, tagged
from odoo.tools import mute_logger

from .common import SupportPacksCommon, make_policy, make_product
from .portal_common import PortalCommon

SIGNATURE = "R0lGODlhAQABAIAAAP///wAAACwAAAAAAQABAAACAkQBADs="
REFUSED = "^First purchase: "


def limit(policy, product):
    """Let new clients of a policy begin with one product only."""
    policy.limit_first_purchase = True
    product.support_for_new_clients = True


@tagged("post_install", "-at_install")
class TestFirstPurchase(SupportPacksCommon):
    """[002]: the pack of 4 hours first; once it has been had, that of 12."""

    chart = False

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.small = make_product(cls.env, cls.policy, 240, 200, name="Pack of 4 h")
        cls.large = make_product(cls.env, cls.policy, 720, 540, name="Pack of 12 h")
        limit(cls.policy, cls.small)

    def assert_refused(self, order):
        with self.assertRaisesRegex(UserError, REFUSED):
            order.action_confirm()
        self.assertEqual(order.state, "draft")
        self.assertFalse(order.order_line.support_pack_ids)

    def test_a_new_client_buys_what_is_for_new_clients(self):
        order = self.sell(self.small)
        self.assertEqual(order.order_line.support_pack_ids.granted, 240)

    def test_a_new_client_buys_nothing_else_and_is_told_what_to_begin_with(self):
        order = self.quote(self.large)
        self.assert_refused(order)
        self.assertIn("Client Company", order.support_problem)
        self.assertIn("“Pack of 12 h”", order.support_problem)
        self.assertIn("begin with: Pack of 4 h.", order.support_problem)

    def test_both_at_once_are_refused(self):
        order = self.quote(self.small)
        order.order_line = [Command.create({"product_id": self.large.id})]
        self.assert_refused(order)

    def test_a_contact_is_its_company(self):
        self.assert_refused(self.quote(self.large, partner=self.contact))
        self.make_pack(240)
        order = self.sell(self.large, partner=self.contact)
        self.assertEqual(order.state, "sale")

    def test_an_account_without_packs_is_new(self):
        self.make_account()
        self.assert_refused(self.quote(self.large))

    def test_a_pack_that_waits_for_payment_does_not_count(self):
        pack = self.sell(self.small).order_line.support_pack_ids
        self.assertEqual(pack.state, "pending")
        self.assert_refused(self.quote(self.large))
        pack._activate()
        self.assertEqual(self.sell(self.large).state, "sale")

    def test_a_pack_that_is_used_up_or_over_counts(self):
        self.make_pack(240)._expire()
        self.assertEqual(self.sell(self.large).state, "sale")

    def test_a_pack_of_another_company_does_not_count(self):
        other = self.env["res.company"].create({"name": "Other"})
        account = self.make_account(policy=make_policy(self.env, other))
        self.make_pack(60, account=account)
        self.assert_refused(self.quote(self.large))

    def test_other_policies_are_open_from_the_start(self):
        policy = make_policy(self.env, self.company, "Open")
        order = self.sell(make_product(self.env, policy, 60, 75))
        self.assertEqual(order.state, "sale")

    def test_the_policy_of_the_account_is_the_one_that_counts(self):
        self.make_account(policy=make_policy(self.env, self.company, "Open"))
        self.assertEqual(self.sell(self.large).state, "sale")
        client = self.make_client("Limited")
        self.make_account(client)
        self.large.support_policy_id = False
        self.assert_refused(self.quote(self.large, partner=client))

    def test_variants_are_marked_one_by_one(self):
        attribute = self.env["product.attribute"].create(
            {
                "name": "Hours",
                "value_ids": [Command.create({"name": n}) for n in ("4", "12")],
            }
        )
        line = {
            "attribute_id": attribute.id,
            "value_ids": [Command.set(attribute.value_ids.ids)],
        }
        template = self.large.product_tmpl_id.with_env(self.env)
        template.attribute_line_ids = [Command.create(line)]
        small, large = template.product_variant_ids
        small.write({"support_quantity": 240, "support_for_new_clients": True})
        large.support_quantity = 720
        self.assert_refused(self.quote(large))
        self.assertEqual(self.sell(small).state, "sale")

    def test_without_any_product_for_new_clients_the_message_says_so(self):
        self.small.support_for_new_clients = False
        with self.assertRaisesRegex(UserError, "Mark one on its product"):
            self.quote(self.small).action_confirm()

    def test_a_line_added_to_a_confirmed_order_is_refused(self):
        order = self.sell(self.small)
        with self.assertRaisesRegex(ValidationError, REFUSED), self.cr.savepoint():
            order.order_line = [Command.create({"product_id": self.large.id})]
        with self.assertRaisesRegex(ValidationError, REFUSED), self.cr.savepoint():
            order.order_line.product_id = self.large
        self.assertEqual(order.order_line.product_id, self.small)

    def test_what_was_sold_before_the_limit_can_still_become_less(self):
        self.policy.limit_first_purchase = False
        order = self.sell(self.large, 2)
        self.policy.limit_first_purchase = True
        with self.assertRaisesRegex(ValidationError, REFUSED), self.cr.savepoint():
            order.order_line.product_uom_qty = 3
        order.order_line.product_uom_qty = 1
        self.assertEqual(order.order_line.product_uom_qty, 1)

    def test_nobody_confirms_it_whatever_the_rights(self):
        self.make_people()
        order = self.quote(self.large, partner=self.contact)
        order.message_subscribe(self.contact.ids)
        for user in (self.salesperson, self.manager, self.portal_user):
            with (
                self.subTest(user=user.login),
                # AccessError is one.
                self.assertRaises(UserError),
                self.cr.savepoint(),
            ):
                order.with_user(user).action_confirm()
        self.assertEqual(order.state, "draft")

    def test_the_form_warns_while_the_quotation_is_written(self):
        seller = self.make_user(
            "seller", "sales_team.group_sale_salesman_all_leads,base.group_user"
        )
        with Form(self.env["sale.order"].with_user(seller)) as form:
            self.assertFalse(form.support_problem)
            form.partner_id = self.client
            self.assertFalse(form.support_problem)
            with form.order_line.new() as line:
                line.product_id = self.large
            self.assertRegex(form.support_problem, REFUSED)
            form.order_line.remove(0)
            self.assertFalse(form.support_problem)

    def test_a_confirmed_order_warns_of_nothing(self):
        order = self.sell(self.small)
        self.small.support_for_new_clients = False
        order.invalidate_recordset()
        self.assertFalse(order.support_problem)


class QuotationCommon(PortalCommon):
    """A quotation that Anna cannot accept, and one that she can."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        limit(cls.policy, cls.products[60])
        cls.refused = cls.make_quotation(cls.pack_product)
        cls.allowed = cls.make_quotation(cls.products[60])
        cls.method = cls.env["payment.method"].create(
            {"name": "Test", "code": "support_test"}
        )
        cls.provider = cls.env["payment.provider"].create(
            {
                "name": "Test",
                "code": "none",
                "state": "test",
                "is_published": True,
                "company_id": cls.company.id,
                "payment_method_ids": [Command.set(cls.method.ids)],
            }
        )
        cls.method.active = True

    @classmethod
    def make_quotation(cls, product):
        order = cls.quote(product, partner=cls.anna.partner_id)
        order.write({"state": "sent", "require_signature": True})
        order.write({"require_payment": False})
        order._portal_ensure_token()
        return order

    def ask(self, order, verb, **params):
        """POST to a JSON route of an order, and return what it answers."""
        params["access_token"] = order.access_token
        return self.make_jsonrpc_request(f"/my/orders/{order.id}/{verb}", params)

    def accept(self, order):
        return self.ask(order, "accept", name="Anna", signature=SIGNATURE)

    def start_payment(self, order):
        return self.ask(
            order,
            "transaction",
            provider_id=self.provider.id,
            payment_method_id=self.method.id,
            token_id=None,
            amount=order.amount_total,
            flow="direct",
            tokenization_requested=False,
            landing_route="/my",
        )


@tagged("post_install", "-at_install")
class TestQuotationPage(QuotationCommon):
    def buttons(self, order, **query):
        page = self.page(order.get_portal_url(query_string=query.get("query")))
        return page, page.xpath("//*[@data-bs-target='#modalaccept']")

    def test_the_page_says_why_and_has_no_buttons(self):
        self.login(self.anna)
        for values in ({"require_payment": False}, {"require_payment": True}):
            self.refused.write(values)
            page, buttons = self.buttons(self.refused)
            [box] = self.texts(page, "o_support_problem")
            self.assertIn("First purchase: Client Company", box)
            self.assertFalse(buttons)

    def test_a_link_to_pay_has_no_button_either(self):
        self.login(self.anna)
        _page, buttons = self.buttons(self.refused, query="&payment_amount=10")
        self.assertFalse(buttons)
        _page, buttons = self.buttons(self.allowed, query="&payment_amount=10")
        self.assertTrue(buttons)

    def test_the_page_of_another_quotation_has_its_buttons(self):
        self.login(self.anna)
        page, buttons = self.buttons(self.allowed)
        self.assertFalse(self.texts(page, "o_support_problem"))
        self.assertTrue(buttons)

    def test_accepting_is_refused_with_the_same_words(self):
        for user in (self.anna, None):
            self.login(user)
            answer = self.accept(self.refused)
            self.assertEqual(answer, {"error": self.refused.support_problem})
        self.assertFalse(self.refused.signature)
        self.assertEqual(self.refused.state, "sent")

    def test_accepting_what_one_may_buy_confirms_it(self):
        self.login(self.anna)
        answer = self.accept(self.allowed)
        self.assertIn("redirect_url", answer)
        self.assertEqual(self.allowed.state, "sale")
        self.assertTrue(self.allowed.order_line.support_pack_ids)

    def test_the_client_may_read_the_reason_as_data(self):
        self.login(self.anna)
        [found] = self.call("sale.order", "read", self.refused.ids, ["support_problem"])
        self.assertRegex(found["support_problem"], REFUSED)

    def test_core_answers_to_who_may_not_see_the_quotation(self):
        self.login(self.rita)
        answer = self.make_jsonrpc_request(
            f"/my/orders/{self.refused.id}/accept",
            {"access_token": "wrong", "name": "Rita", "signature": SIGNATURE},
        )
        self.assertEqual(answer, {"error": "Invalid order."})

    def test_paying_is_refused_before_any_transaction(self):
        self.login(self.anna)
        with mute_logger("odoo.http"), self.assertRaises(JsonRpcException) as caught:
            self.start_payment(self.refused)
        self.assertIn("ValidationError", str(caught.exception))
        self.assertFalse(self.refused.transaction_ids)

    def test_paying_for_what_one_may_buy_begins_a_transaction(self):
        self.login(self.anna)
        self.start_payment(self.allowed)
        transaction = self.allowed.transaction_ids
        self.assertEqual(transaction.amount, self.allowed.amount_total)

    def test_no_transaction_is_made_by_another_way(self):
        values = {
            "provider_id": self.provider.id,
            "payment_method_id": self.method.id,
            "amount": 10,
            "currency_id": self.company.currency_id.id,
            "partner_id": self.anna.partner_id.id,
            "reference": "elsewhere",
            "sale_order_ids": [Command.set(self.refused.ids)],
        }
        transactions = self.env["payment.transaction"]
        with self.assertRaisesRegex(ValidationError, REFUSED), self.cr.savepoint():
            transactions.create(values)
        # A refund goes back whatever may be sold now.
        source = transactions.create({**values, "sale_order_ids": False})
        child = transactions.create(
            {**values, "reference": "back", "source_transaction_id": source.id}
        )
        self.assertTrue(child)
