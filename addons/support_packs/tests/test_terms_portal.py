"""The page of the terms, and who accepts what by signing or paying a quotation."""

from lxml import html

from odoo.tests import JsonRpcException, tagged
from odoo.tools import mute_logger

from .common import make_company, make_policy
from .portal_common import PortalCommon
from .test_first_purchase import SIGNATURE, QuotationCommon
from .test_terms import make_terms

PAGE = "/my/support/terms"


@tagged("post_install", "-at_install")
class TestTermsPage(PortalCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.terms = make_terms(cls.env, cls.company, "<p>Be kind to Anna.</p>")
        cls.policy.terms_id = cls.terms
        cls.make_account()

    def test_the_client_reads_the_terms_of_its_account(self):
        self.login(self.anna)
        [shown] = self.texts(self.page(PAGE), "o_support_terms")
        for text in ("Conditions", "Version 1", "01/01/2026", "Be kind to Anna."):
            self.assertIn(text, shown)

    def test_they_are_linked_where_the_client_is(self):
        ticket = self.make_ticket(self.anna.partner_id)
        self.login(self.anna)
        for page in ("/my/support", f"/my/ticket/{ticket.id}"):
            self.assertTrue(self.page(page).xpath(f"//a[@href='{PAGE}']"), page)

    def test_another_client_reads_nothing_of_them(self):
        self.login(self.rita)
        page = self.page(PAGE)
        self.assertFalse(self.texts(page, "o_support_terms"))
        self.assertTrue(self.texts(page, "o_support_no_terms"))

    def test_prospects_read_what_is_offered_to_them(self):
        self.policy.portal_sale = True
        self.login(self.rita)
        [shown] = self.texts(self.page(PAGE), "o_support_terms")
        self.assertIn("Be kind to Anna.", shown)

    def test_a_visitor_logs_in_or_has_the_link_of_a_mail(self):
        self.login(None)
        self.assertIn("/web/login", self.get(PAGE).headers["Location"])
        link = f"{PAGE}?version={self.terms._get_stamp()}"
        [shown] = self.texts(self.page(link), "o_support_terms")
        self.assertIn("Be kind to Anna.", shown)
        self.assertFalse(self.texts(self.page(link), "o_support_acceptances"))

    def test_hostile_addresses_show_nothing(self):
        secret = make_terms(self.env, make_company(self.env, "Other", chart=False))
        self.login(None)
        for wrong in (
            f"{secret.id}-",
            f"{secret.id}-{'0' * 20}",
            "1",
            "9" * 5000,
            "-1-x",
            "%00",
            "' OR 1=1--",
            "%F0%9F%98%80-a",
            "." * 2000,
        ):
            response = self.get(f"{PAGE}?version={wrong}")
            self.assertIn("/web/login", response.headers.get("Location", ""), wrong)

    def test_what_was_accepted_is_listed_for_the_client_alone(self):
        acceptances = self.env["support.terms.acceptance"].with_user(self.anna)
        acceptances._accept(self.terms, self.client, "other")
        action = self.terms.action_new_version()
        newer = self.env["support.terms"].browse(action["res_id"])
        newer.body = "<p>Be kinder.</p>"
        newer.action_put_in_force()
        for user in (self.anna, self.andy):
            self.login(user)
            page = self.page(PAGE)
            [shown] = self.texts(page, "o_support_terms")
            self.assertIn("Be kinder.", shown)
            [accepted] = self.texts(page, "o_support_acceptance")
            self.assertIn("Conditions, version 1", accepted)
        [link] = page.xpath("//li//a/@href[contains(., 'version=')]")
        old = self.texts(self.page(link), "o_support_terms")[0]
        self.assertIn("Be kind to Anna.", old)
        self.assertIn("No longer in force", old)
        self.login(self.rita)
        self.assertFalse(self.texts(self.page(PAGE), "o_support_acceptance"))

    def test_clients_neither_read_nor_write_them_by_rpc(self):
        self.login(self.anna)
        ids = self.terms.ids
        for method, args in (
            ("read", [ids]),
            ("search_read", [[]]),
            ("write", [ids, {"body": "<p>Free.</p>"}]),
            ("create", [{"name": "Mine"}]),
            ("unlink", [ids]),
            ("action_new_version", [ids]),
            ("action_put_in_force", [ids]),
            ("action_view_acceptances", [ids]),
            ("_get_current", [ids]),
        ):
            self.assert_refused({"AccessError"}, "support.terms", method, *args)
        values = {
            "terms_id": self.terms.id,
            "partner_id": self.rita.partner_id.id,
            "client_id": self.rival.id,
            "signed_name": "Rita",
            "context": "purchase",
            "date": "2026-01-01 00:00:00",
        }
        for method, args in (
            ("create", [values]),
            ("web_save", [[], values, {}]),
            ("search_read", [[]]),
            ("_accept", [self.terms.id, self.rival.id, "purchase"]),
        ):
            self.assert_refused(
                {"AccessError", "UserError"}, "support.terms.acceptance", method, *args
            )
        self.assertFalse(self.env["support.terms.acceptance"].search([]))
        self.assertIn("Be kind to Anna.", self.terms.body)

    def test_queries_do_not_grow_with_the_acceptances(self):
        acceptances = self.env["support.terms.acceptance"].with_user(self.anna)

        terms = self.env["support.terms"]

        def queries():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            overview = terms._get_overview(self.anna, self.company, terms)
            for acceptance in overview["acceptances"]:
                acceptance.mapped("terms_id.display_name")
            return self.env.cr.sql_log_count - before

        acceptances._accept(self.terms, self.client, "other")
        queries()
        few = queries()
        for _number in range(10):
            acceptances._accept(self.terms, self.client, "other")
        self.assertEqual(queries(), few)


@tagged("post_install", "-at_install")
class TestTermsOnQuotation(QuotationCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.terms = make_terms(cls.env, cls.company, "<p>Be kind to Anna.</p>")
        cls.policy.terms_id = cls.terms
        cls.order = cls.allowed

    def acceptances(self):
        return self.env["support.terms.acceptance"].search([])

    def sign(self, stamps, name="Anna", order=None):
        """Sign as the page does, which says the versions that it showed."""
        order = order or self.order
        return self.make_jsonrpc_request(
            f"/my/orders/{order.id}/accept?access_token={order.access_token}"
            f"&support_terms={stamps}",
            {"name": name, "signature": SIGNATURE},
        )

    def pay(self, stamps):
        order = self.order
        return self.make_jsonrpc_request(
            f"/my/orders/{order.id}/transaction?support_terms={stamps}",
            {
                "access_token": order.access_token,
                "provider_id": self.provider.id,
                "payment_method_id": self.method.id,
                "token_id": None,
                "amount": order.amount_total,
                "flow": "direct",
                "tokenization_requested": False,
                "landing_route": "/my",
            },
        )

    def test_the_page_shows_them_and_its_buttons_carry_the_version(self):
        stamp = self.terms._get_stamp()
        for user in (self.anna, None):
            self.login(user)
            self.order.require_payment = False
            page = self.page(self.order.get_portal_url())
            [shown] = self.texts(page, "o_support_order_terms")
            self.assertIn(
                "By signing or paying you accept: Conditions, version 1", shown
            )
            self.assertIn("Be kind to Anna.", shown)
            self.assertIn(
                f"support_terms={stamp}", html.tostring(page, encoding="unicode")
            )
        self.assertFalse(self.acceptances(), "Opening a page accepts nothing")

    def test_signing_stores_who_when_where_and_which(self):
        self.login(self.anna)
        self.assertIn("redirect_url", self.sign(self.terms._get_stamp(), "Anna Owner"))
        acceptance = self.acceptances()
        self.assertEqual(len(acceptance), 1)
        self.assertEqual(acceptance.user_id, self.anna)
        self.assertEqual(acceptance.partner_id, self.anna.partner_id)
        self.assertEqual(acceptance.client_id, self.client)
        self.assertEqual(acceptance.signed_name, "Anna Owner")
        self.assertEqual(acceptance.terms_id, self.terms)
        self.assertEqual(acceptance.ip, "127.0.0.1")
        self.assertEqual(acceptance.context, "purchase")
        self.assertEqual(
            (acceptance.res_model, acceptance.res_id), ("sale.order", self.order.id)
        )
        self.assertEqual(acceptance.reference, self.order.name)
        page = self.page(self.order.get_portal_url())
        [line] = self.texts(page, "o_support_accepted")
        self.assertIn("accepted by Anna Owner on", line)

    def test_somebody_not_logged_in_signs_for_the_order_s_contact(self):
        self.login(None)
        self.assertIn("redirect_url", self.sign(self.terms._get_stamp(), "Pat Owner"))
        acceptance = self.acceptances()
        self.assertFalse(acceptance.user_id)
        self.assertEqual(acceptance.partner_id, self.order.partner_id)
        self.assertEqual(acceptance.signed_name, "Pat Owner")

    def test_a_colleague_accepts_in_the_own_name(self):
        self.login(self.andy)
        self.sign(self.terms._get_stamp(), "Andy")
        self.assertEqual(self.acceptances().partner_id, self.andy.partner_id)
        self.assertEqual(self.acceptances().client_id, self.client)

    def test_what_changed_since_is_asked_again(self):
        self.login(self.anna)
        seen = self.terms._get_stamp()
        self.terms.body = "<p>Pay twice.</p>"
        for stamps in (seen, "", "x", "9" * 3000, "%00"):
            answer = self.sign(stamps)
            self.assertIn("have changed since you opened this page", answer["error"])
        self.assertEqual(self.order.state, "sent")
        self.assertFalse(self.order.signature)
        self.assertFalse(self.acceptances())
        self.assertIn("redirect_url", self.sign(self.terms._get_stamp()))

    def test_a_new_version_since_is_asked_again(self):
        self.login(self.anna)
        seen = self.terms._get_stamp()
        action = self.terms.action_new_version()
        newer = self.env["support.terms"].browse(action["res_id"])
        newer.action_put_in_force()
        self.assertIn("error", self.sign(seen))
        self.assertIn("redirect_url", self.sign(newer._get_stamp()))
        self.assertEqual(self.acceptances().terms_id, newer)

    def test_a_signature_that_fails_accepts_nothing(self):
        self.login(self.anna)
        order = self.order
        url = f"/my/orders/{order.id}/accept?support_terms={self.terms._get_stamp()}"
        token = order.access_token
        for params in (
            {"access_token": token, "name": "Anna"},
            {"access_token": "wrong", "name": "Rita", "signature": SIGNATURE},
        ):
            if params["access_token"] == "wrong":
                self.login(self.rita)
            self.assertIn("error", self.make_jsonrpc_request(url, params))
        self.assertFalse(self.acceptances())

    def test_paying_accepts_too(self):
        self.order.write({"require_signature": False, "require_payment": True})
        self.login(None)
        page = self.page(self.order.get_portal_url())
        stamp = self.terms._get_stamp()
        [route] = page.xpath("//@data-transaction-route")
        self.assertIn(f"support_terms={stamp}", route)
        for stamps in ("", "x"):
            with (
                mute_logger("odoo.http"),
                self.assertRaises(JsonRpcException) as caught,
            ):
                self.pay(stamps)
            self.assertIn("ValidationError", str(caught.exception))
        self.assertFalse(self.order.transaction_ids)
        self.pay(stamp)
        self.assertTrue(self.order.transaction_ids)
        acceptance = self.acceptances()
        self.assertEqual(acceptance.terms_id, self.terms)
        self.assertEqual(acceptance.signed_name, self.anna.name)

    def test_who_signed_is_not_asked_again_when_paying(self):
        self.order.write({"require_payment": True})
        self.login(self.anna)
        self.sign(self.terms._get_stamp())
        self.assertEqual(self.order.state, "sent")
        self.pay("")
        self.assertEqual(len(self.acceptances()), 1)

    def test_staff_who_open_the_client_s_page_accept_nothing(self):
        self.make_people()
        self.authenticate(self.salesperson.login, self.salesperson.login)
        self.assertIn("redirect_url", self.sign("", "Sally"))
        self.assertEqual(self.order.state, "sale")
        self.assertFalse(self.acceptances())
        self.assertEqual(self.order.support_terms_status, "missing")

    def test_what_staff_confirmed_the_client_accepts_afterwards(self):
        self.order.action_confirm()
        url = f"/my/orders/{self.order.id}/support_terms"
        self.login(self.rita)
        self.post(url, support_terms=self.terms._get_stamp(), access_token="x")
        self.login(self.anna)
        self.assertTrue(
            self.texts(self.page(f"/my/orders/{self.order.id}"), "o_support_accept")
        )
        self.assertEqual(
            self.post_without_token(url, support_terms="x").status_code, 400
        )
        self.post(url, support_terms="x")
        self.assertIn(self.get(url).status_code, (404, 405))
        self.assertFalse(self.acceptances())
        self.post(url, support_terms=self.terms._get_stamp())
        self.assertEqual(self.acceptances().user_id, self.anna)

    def test_a_quotation_not_confirmed_is_not_accepted_by_that_button(self):
        self.login(self.anna)
        url = f"/my/orders/{self.order.id}/support_terms"
        self.post(url, support_terms=self.terms._get_stamp())
        self.assertFalse(self.acceptances())

    def test_other_orders_are_signed_as_ever(self):
        self.policy.terms_id = False
        self.login(self.anna)
        page = self.page(self.order.get_portal_url())
        self.assertFalse(self.texts(page, "o_support_order_terms"))
        self.assertIn("redirect_url", self.sign(""))
        self.assertFalse(self.acceptances())

    def test_a_policy_of_another_company_has_no_say(self):
        other = make_company(self.env, "Other", chart=False)
        policy = make_policy(self.env, other)
        policy.terms_id = make_terms(self.env, other)
        self.products[60].write({"company_id": False, "support_policy_id": policy.id})
        self.assertFalse(self.order._get_support_terms())
