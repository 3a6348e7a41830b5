"""The client chooses a pack, gets one quotation, and pays for a pack it can use."""

from odoo import Command, fields, http
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from ..models import sale_order_buy
from . import test_concurrency
from .common import SupportPacksCommon, make_company, make_policy, make_product
from .paying_common import PayingMixin
from .portal_common import PortalCommon
from .test_terms import make_terms

PAGE = "/my/support/buy"
SEND = "/my/support/buy/continue"


class BuyCommon(PortalCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write({"portal_confirmation_sign": True})
        cls.make_account()
        cls.seller = cls.make_user("seller", "sales_team.group_sale_salesman")
        cls.client.user_id = cls.seller

    def orders(self, client=None):
        domain = [("partner_id", "child_of", (client or self.client).id)]
        return self.env["sale.order"].search(domain)

    def offered(self, page):
        """Return the ids of the products that can be chosen on a page."""
        found = page.xpath("//input[@name='product'][not(@disabled)]/@value")
        return {int(value) for value in found}

    def buy(self, product=None, quantity="1", **values):
        product = self.pack_product if product is None else product
        product_id = getattr(product, "id", product)
        return self.post(SEND, product=product_id, quantity=quantity, **values)


@tagged("post_install", "-at_install")
class TestBuyPage(BuyCommon):
    def test_the_price_table_of_the_account_s_policy(self):
        self.login(self.anna)
        page = self.page(PAGE)
        self.assertEqual(self.offered(page), {p.id for p in self.products.values()})
        rows = self.texts(page, "o_support_offer_row")
        self.assertEqual(len(rows), 4)
        self.assertRegex(rows[0], r"Pack of 60 .*75\.00 € per hour 75\.00 €")
        self.assertRegex(rows[1], r"Pack of 1800 .*60\.00 € per hour -20 % 1,800\.00 €")
        self.assertFalse(page.xpath("//input[@name='accept']"), "No terms, no box")

    def test_it_is_linked_where_the_client_looks_for_it(self):
        self.login(self.anna)
        page = self.page("/my/support")
        self.assertEqual(len(self.texts(page, "o_support_buy")), 1)
        self.assertEqual(len(self.texts(page, "o_support_buy_first")), 1)

    def test_the_message_of_a_ticket_leads_there(self):
        self.policy.uncovered_policy = "block"
        ticket = self.make_ticket(self.anna.partner_id, support_estimate_minutes=90)
        ticket.action_support_ask_to_buy()
        self.assertIn(PAGE, ticket.message_ids[0].body)
        self.policy.pack_product_ids.support_portal_sale = False
        self.assertFalse(ticket._prepare_buy_link())

    def test_taxes_are_shown_beside_the_price(self):
        tax = self.env["account.tax"].create(
            {
                "name": "21 %",
                "amount": 21,
                "company_id": self.company.id,
                "country_id": self.env.ref("base.es").id,
                "tax_group_id": self.env["account.tax.group"]
                .create(
                    {
                        "name": "VAT",
                        "company_id": self.company.id,
                        "country_id": self.env.ref("base.es").id,
                    }
                )
                .id,
            }
        )
        self.pack_product.taxes_id = tax
        self.login(self.anna)
        rows = self.texts(self.page(PAGE), "o_support_offer_row")
        self.assertRegex(rows[1], r"1,800\.00.*2,178\.00.* with taxes")
        self.assertNotIn("with taxes", rows[0])

    def test_prices_are_those_of_the_client_s_pricelist(self):
        dollar = self.env.ref("base.USD")
        dollar.active = True
        pricelist = self.env["product.pricelist"].create(
            {
                "name": "Dollars",
                "currency_id": dollar.id,
                "company_id": self.company.id,
                "item_ids": [
                    Command.create(
                        {
                            "applied_on": "0_product_variant",
                            "product_id": self.pack_product.id,
                            "compute_price": "fixed",
                            "fixed_price": 1999,
                        }
                    )
                ],
            }
        )
        partner = self.anna.partner_id.with_company(self.company)
        self.client.with_company(self.company).property_product_pricelist = pricelist
        partner.property_product_pricelist = pricelist
        self.login(self.anna)
        rows = self.texts(self.page(PAGE), "o_support_offer_row")
        self.assertIn("1,999.00", rows[1])
        self.assertIn("$", rows[1])
        self.buy()
        order = self.orders()
        self.assertEqual((order.currency_id, order.amount_total), (dollar, 1999))

    def test_what_is_not_offered_is_not_there(self):
        hidden = self.products[60]
        hidden.support_portal_sale = False
        archived, unsold = self.products[3000], self.products[4800]
        archived.active = False
        unsold.sale_ok = False
        other = make_policy(self.env, self.company, "Other")
        foreign = make_product(self.env, other, 60, 10)
        service = self.env["product.product"].create({"name": "X", "type": "service"})
        self.login(self.anna)
        self.assertEqual(self.offered(self.page(PAGE)), {self.pack_product.id})
        for product in (hidden, archived, unsold, foreign, service):
            response = self.buy(product)
            self.assertEqual(response.status_code, 200)
            [error] = self.texts(self.parse(response), "o_support_error")
            self.assertIn("Pack: choose one", error)
        self.assertFalse(self.orders())

    def test_another_company_s_packs_are_refused(self):
        company = make_company(self.env, "Other", chart=False)
        policy = make_policy(self.env, company, portal_sale=True)
        product = make_product(self.env, policy, 60, 10)
        self.make_account(self.rival, policy)
        for user in (self.anna, self.rita):
            self.login(user)
            self.assertNotIn(product.id, self.offered(self.page(PAGE)))
            self.assertTrue(
                self.texts(self.parse(self.buy(product)), "o_support_error")
            )
        self.assertFalse(self.orders() + self.orders(self.rival))

    def test_prospects_see_what_is_offered_to_new_clients(self):
        self.login(self.rita)
        page = self.page(PAGE)
        self.assertFalse(self.offered(page))
        self.assertTrue(self.texts(page, "o_support_nothing_to_buy"))
        self.assertTrue(self.texts(self.parse(self.buy()), "o_support_error"))
        self.policy.portal_sale = True
        self.assertIn(self.pack_product.id, self.offered(self.page(PAGE)))
        self.buy()
        self.assertEqual(len(self.orders(self.rival)), 1)

    def test_a_first_purchase_says_why_not_the_others(self):
        self.policy.limit_first_purchase = True
        self.products[60].support_for_new_clients = True
        self.login(self.anna)
        page = self.page(PAGE)
        self.assertEqual(self.offered(page), {self.products[60].id})
        self.assertEqual(len(self.texts(page, "o_support_offer_problem")), 3)
        [error] = self.texts(self.parse(self.buy()), "o_support_error")
        self.assertIn("First purchase: Client Company", error)
        self.assertFalse(self.orders())

    def test_who_is_not_approved_finds_the_application(self):
        self.policy.needs_qualification = True
        self.login(self.rita)
        page = self.page(PAGE)
        self.assertFalse(self.offered(page))
        self.assertTrue(page.xpath("//a[@href='/my/support/apply']"))
        self.buy()
        self.assertFalse(self.orders(self.rival))
        applications = self.env["support.qualification"]
        applications._apply(self.rita.partner_id, self.policy, "Wine").action_approve()
        self.assertEqual(len(self.offered(self.page(PAGE))), 4)

    def test_policies_that_count_nothing_sell_nothing(self):
        self.policy.portal_sale = True
        free = make_policy(self.env, self.company, "Free", unit="none", debit_on="none")
        self.make_account(self.rival, free)
        self.login(self.rita)
        self.assertTrue(self.texts(self.page(PAGE), "o_support_nothing_to_buy"))

    def test_queries_do_not_grow_with_the_packs(self):
        def queries():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            policies = self.env["support.policy"]._get_client_policies(
                self.anna, self.company
            )
            policies._get_portal_offers(self.anna.partner_id)
            return self.env.cr.sql_log_count - before

        queries()
        few = queries()
        for number in range(1, 9):
            make_product(self.env, self.policy, 600 + number, 500)
        # The first one fills what creating products emptied.
        queries()
        self.assertEqual(queries(), few)


@tagged("post_install", "-at_install")
class TestBuying(BuyCommon):
    def test_the_quotation_is_as_a_salesperson_makes_it(self):
        self.company.quotation_validity_days = 7
        self.login(self.anna)
        response = self.buy(quantity="2")
        order = self.orders()
        self.assert_redirects(response, order.get_portal_url())
        self.assertEqual(order.state, "sent")
        self.assertEqual(order.partner_id, self.anna.partner_id)
        self.assertEqual(order.company_id, self.company)
        self.assertEqual(order.user_id, self.seller)
        self.assertEqual(order.order_line.product_id, self.pack_product)
        self.assertEqual(order.order_line.product_uom_qty, 2)
        self.assertEqual(order.amount_total, 3600)
        self.assertEqual(order.origin, "Client area")
        self.assertTrue(order.require_signature)
        self.assertEqual(order.require_payment, self.company.portal_confirmation_pay)
        self.assertEqual((order.validity_date - fields.Date.today()).days, 7)
        self.assertTrue(order.support_portal_sale)
        page = self.page(order.get_portal_url())
        self.assertTrue(page.xpath("//*[@data-bs-target='#modalaccept']"))

    def test_the_salesperson_is_told_once(self):
        self.login(self.anna)
        self.buy()
        self.buy()
        notes = self.orders().message_ids.filtered(
            lambda note: self.seller.partner_id in note.notified_partner_ids
        )
        self.assertEqual(len(notes), 1)
        self.assertIn("made this quotation in the client area: 1 × Pack", notes.body)
        self.assertTrue(notes.subtype_id.internal)

    def test_a_second_click_finds_the_quotation_of_the_first(self):
        self.login(self.anna)
        first = self.buy()
        self.assertEqual(self.buy().headers["Location"], first.headers["Location"])
        self.assertEqual(len(self.orders()), 1)
        # Something else is another quotation, and so is somebody else's.
        self.buy(quantity="2")
        self.buy(self.products[60])
        self.login(self.andy)
        self.buy()
        self.assertEqual(len(self.orders()), 4)

    def test_what_is_decided_or_old_is_not_found_again(self):
        self.login(self.anna)
        self.buy()
        first = self.orders()
        first._action_cancel()
        self.buy()
        second = self.orders() - first
        self.assertEqual(len(second), 1)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE sale_order SET create_date = create_date - interval '31 minutes' "
            "WHERE id = %s",
            second.ids,
        )
        self.env.invalidate_all()
        self.buy()
        self.assertEqual(len(self.orders()), 3)

    def test_a_colleague_sees_and_accepts_it_and_others_do_not(self):
        self.login(self.anna)
        self.buy()
        order = self.orders()
        self.login(self.andy)
        self.assertEqual(self.get(f"/my/orders/{order.id}").status_code, 200)
        self.login(self.rita)
        self.assert_redirects(self.get(f"/my/orders/{order.id}"), "/my")
        for method in ("read", "write", "unlink", "action_confirm"):
            args = [order.ids, {"origin": "x"}] if method == "write" else [order.ids]
            self.assert_refused({"AccessError"}, "sale.order", method, *args)

    def test_an_unpaid_hold_does_not_keep_from_buying(self):
        account = self.make_account()
        self.env["support.hold"].create(
            {"account_id": account.id, "kind": "manual", "reason": "Unpaid"}
        )
        self.login(self.anna)
        self.buy()
        self.assertEqual(len(self.orders()), 1)

    def test_hostile_forms_change_nothing(self):
        self.login(self.anna)
        good = str(self.pack_product.id)
        for values in (
            {},
            {"product": good},
            {"quantity": "1"},
            {"product": good, "quantity": ""},
            *(
                {"product": good, "quantity": q}
                for q in (
                    "0",
                    "-1",
                    "1.5",
                    "21",
                    "1e3",
                    "99999999999999999999",
                    "one",
                    "٣",
                    "1\x00",
                    "NaN",
                    "x" * 100000,
                    "1 OR 1=1",
                )
            ),
            *(
                {"product": p, "quantity": "1"}
                for p in (
                    "0",
                    "-1",
                    "x",
                    good + ".0",
                    "9" * 5000,
                    "\x00",
                    "[1]",
                    good + " ",
                )
            ),
        ):
            with self.subTest(str(values)[:80]):
                response = self.post(SEND, **values)
                self.assertEqual(response.status_code, 200)
                self.assertTrue(self.texts(self.parse(response), "o_support_error"))
        response = self.url_open(
            SEND,
            data={"csrf_token": http.Request.csrf_token(self), "quantity": "1"},
            files={"product": ("x.txt", b"x")},
            allow_redirects=False,
        )
        self.assertEqual(response.status_code, 200)
        self.assertFalse(self.orders())

    def test_other_values_of_the_form_are_ignored(self):
        self.login(self.anna)
        self.buy(
            price_unit="1", partner_id=str(self.rival.id), company_id="1", discount="99"
        )
        self.assertEqual(self.orders().amount_total, 1800)

    def test_what_was_typed_is_shown_again(self):
        self.login(self.anna)
        page = self.parse(self.buy(quantity="0"))
        self.assertEqual(
            page.xpath("//input[@name='product'][@checked]/@value"),
            [str(self.pack_product.id)],
        )
        self.assertEqual(page.xpath("//input[@name='quantity']/@value"), ["0"])

    def test_only_a_form_of_ours_buys(self):
        self.login(self.anna)
        values = {"product": self.pack_product.id, "quantity": "1"}
        self.assertEqual(self.post_without_token(SEND, **values).status_code, 400)
        self.assertIn(
            self.get(f"{SEND}?product={self.pack_product.id}&quantity=1").status_code,
            (404, 405),
        )
        self.login(None)
        self.assertIn("/web/login", self.get(PAGE).headers["Location"])
        self.post(SEND, **values)
        self.assertFalse(self.orders())

    def test_scripts_do_not_make_heaps(self):
        self.login(self.anna)
        for number in range(sale_order_buy.MOST_OPEN):
            self.buy(quantity=str(number + 1))
        [error] = self.texts(self.parse(self.buy(quantity="20")), "o_support_error")
        self.assertIn("open quotations already", error)
        self.login(self.andy)
        self.assertEqual(
            self.buy(quantity="20").status_code, 200, "One client, one limit"
        )
        self.assertEqual(len(self.orders()), sale_order_buy.MOST_OPEN)
        self.login(self.rita)
        self.policy.portal_sale = True
        self.buy()
        self.assertEqual(len(self.orders(self.rival)), 1)

    def test_neither_do_scripts_that_reject_what_they_made(self):
        made = self.env["sale.order"]
        user = self.anna
        for _number in range(sale_order_buy.MOST_A_DAY):
            made |= made._find_or_make_support_quotation(
                user.partner_id, self.company, self.pack_product, 1
            )
            made._action_cancel()
        self.assertEqual(len(made), sale_order_buy.MOST_A_DAY)
        with self.assertRaisesRegex(ValidationError, "many quotations today"):
            made._find_or_make_support_quotation(
                user.partner_id, self.company, self.pack_product, 1
            )


@tagged("post_install", "-at_install")
class TestBuyingUnderTerms(BuyCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.terms = make_terms(cls.env, cls.company, "<p>Be kind to Anna.</p>")
        cls.policy.terms_id = cls.terms

    def acceptances(self):
        return self.env["support.terms.acceptance"].search([])

    def test_the_page_has_the_text_and_the_box(self):
        self.login(self.anna)
        page = self.page(PAGE)
        [text] = self.texts(page, "o_support_terms_body")
        self.assertEqual(text, "Be kind to Anna.")
        self.assertEqual(
            page.xpath("//input[@name='terms']/@value"), [self.terms._get_stamp()]
        )
        self.assertFalse(page.xpath("//input[@name='accept']/@checked"))

    def test_continuing_accepts_and_the_quotation_does_not_ask_again(self):
        self.login(self.anna)
        values = {"terms": self.terms._get_stamp(), "accept": "on"}
        self.buy(**values)
        self.buy(**values)
        order = self.orders()
        acceptance = self.acceptances()
        self.assertEqual(len(acceptance), 1)
        self.assertEqual(acceptance.user_id, self.anna)
        self.assertEqual(acceptance.partner_id, self.anna.partner_id)
        self.assertEqual(acceptance.res_id, order.id)
        page = self.page(order.get_portal_url())
        self.assertTrue(self.texts(page, "o_support_accepted"))
        self.assertFalse(self.texts(page, "o_support_to_accept"))

    def test_without_the_box_or_the_version_nothing_happens(self):
        self.login(self.anna)
        stamp = self.terms._get_stamp()
        for values in (
            {},
            {"terms": stamp},
            {"accept": "on"},
            {"terms": "x", "accept": "on"},
            {"terms": stamp, "accept": "off"},
        ):
            [error] = self.texts(self.parse(self.buy(**values)), "o_support_error")
            self.assertIn("Terms: ", error)
        self.terms.body = "<p>Pay twice.</p>"
        response = self.buy(terms=stamp, accept="on")
        [error] = self.texts(self.parse(response), "o_support_error")
        self.assertIn("have changed since you opened this page", error)
        self.assertFalse(self.orders())
        self.assertFalse(self.acceptances())


@tagged("post_install", "-at_install")
class TestPaidOnline(PayingMixin, SupportPacksCommon):
    """An order that is paid in full online is invoiced, so that its pack is usable."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_provider()

    def pay_online(self, order, amount=None):
        order.write({"require_payment": True, "state": "sent"})
        transaction = self.begin_payment(order, amount or order.amount_total)
        self.finish_payment(transaction)
        return transaction

    def states(self, order):
        return order.order_line.support_pack_ids.mapped("state")

    def test_paid_in_full_is_invoiced_and_usable(self):
        order = self.quote(self.pack_product, 2)
        transaction = self.pay_online(order)
        self.assertEqual(order.state, "sale")
        self.assertEqual(transaction.invoice_ids.state, "posted")
        self.assertEqual(transaction.invoice_ids.payment_state, "paid")
        self.assertEqual(self.states(order), ["active"] * 2)
        balance = self.env["support.account"]._find(self.client, self.company)
        self.assertEqual(balance.balance_minutes, 3600)

    def test_processing_it_again_invoices_nothing_more(self):
        order = self.quote(self.pack_product)
        transaction = self.pay_online(order)
        transaction._post_process()
        self.assertEqual(len(order.invoice_ids), 1)
        self.assertEqual(self.states(order), ["active"])

    def test_the_company_may_want_to_invoice_by_hand(self):
        self.company.support_invoice_paid_orders = False
        order = self.quote(self.pack_product)
        self.pay_online(order)
        self.assertFalse(order.invoice_ids)
        self.assertEqual(self.states(order), ["pending"])

    def test_a_part_is_not_invoiced_and_grants_nothing(self):
        order = self.quote(self.pack_product)
        self.company.prepayment_percent = 0.5
        self.pay_online(order, amount=900)
        self.assertEqual(order.state, "sale")
        self.assertFalse(order.invoice_ids)
        self.assertEqual(self.states(order), ["pending"])

    def test_orders_without_packs_are_left_to_the_setting_of_sales(self):
        service = self.env["product.product"].create(
            {"name": "X", "type": "service", "list_price": 10, "taxes_id": False}
        )
        order = self.quote(service)
        self.pay_online(order)
        self.assertEqual(order.state, "sale")
        self.assertFalse(order.invoice_ids)

    def test_with_the_setting_of_sales_there_is_one_invoice(self):
        parameters = self.env["ir.config_parameter"].sudo()
        parameters.set_param("sale.automatic_invoice", "True")
        order = self.quote(self.pack_product)
        self.pay_online(order)
        self.assertEqual(len(order.invoice_ids), 1)
        self.assertEqual(self.states(order), ["active"])


# Of the base only the helpers: Odoo runs the tests of a class, not inherited ones.
@tagged("post_install", "-at_install")
class TestConcurrencyBuy(test_concurrency.TestConcurrency):
    def buy(self, env):
        order = env["sale.order"]._find_or_make_support_quotation(
            self.get(env, "res.partner"),
            env.ref("base.main_company"),
            self.get(env, "product.product"),
            1,
        )
        self.ids.setdefault("sale.order", []).append(order.id)

    def test_two_clicks_at_once_make_one_quotation(self):
        self.run_at_once(self.buy, self.buy)

        def count(env):
            client = self.get(env, "res.partner")
            return env["sale.order"].search([("partner_id", "=", client.id)]).ids

        found = self.commit(count)
        self.ids["sale.order"] = found
        self.assertEqual(len(found), 1)
