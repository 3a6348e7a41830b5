"""The client asks for a refund on a page of their own; nobody else does."""

from odoo.tests import tagged

from .portal_common import PortalCommon


@tagged("post_install", "-at_install")
class TestRefundPortal(PortalCommon):
    chart = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy.refund_days = 15
        order = cls.sell(cls.pack_product)
        cls.pay(cls.invoice(order))
        cls.pack = order.order_line.support_pack_ids
        cls.manager = cls.make_user("lead", "helpdesk_mgmt.group_helpdesk_manager")
        cls.url = f"/my/support/pack/{cls.pack.id}/refund"

    def found(self):
        self.env.invalidate_all()
        return (
            self.env["support.refund"].sudo().search([("pack_id", "=", self.pack.id)])
        )

    def test_link_page_and_button(self):
        self.login(self.anna)
        self.assertEqual(
            len(self.texts(self.page("/my/support"), "o_support_refund_ask")), 1
        )
        page = self.page(self.url)
        self.assertIn("whole price", self.text(page))
        response = self.post(self.url, reason="We close the shop")
        self.assert_redirects(response, f"/my/support#pack_{self.pack.id}")
        refund = self.found()
        self.assertEqual(
            (refund.state, refund.reason), ("requested", "We close the shop")
        )
        self.assertEqual(refund.partner_id, self.anna.partner_id)
        page = self.page("/my/support")
        self.assertFalse(self.texts(page, "o_support_refund_ask"))
        self.assertEqual(
            self.texts(page, "o_support_refund_state"), ["Refund under review"]
        )
        refund.with_user(self.manager).sudo(False).action_approve()
        refund.credit_note_ids.action_post()
        self.env.flush_all()
        text = self.texts(self.page("/my/support"), "o_support_refund")[0]
        self.assertIn("1,800.00", text)
        self.assertIn(refund.credit_note_ids.name, text)

    def test_second_click_asks_once_and_says_so(self):
        self.login(self.anna)
        self.post(self.url)
        self.login(self.andy)
        response = self.post(self.url)
        self.assertEqual(response.status_code, 200)
        self.assertIn(
            "already", self.texts(self.parse(response), "o_support_problem")[0]
        )
        self.assertEqual(len(self.found()), 1)

    def test_refused_is_read_and_not_asked_for_again(self):
        self.login(self.anna)
        self.post(self.url)
        self.found().with_user(self.manager).sudo(False)._refuse("Too much was used")
        self.env.flush_all()
        page = self.page("/my/support")
        self.assertIn("Too much was used", self.text(page))
        self.assertFalse(self.texts(page, "o_support_refund_ask"))
        response = self.post(self.url)
        self.assertIn("refused", self.text(self.parse(response)))
        self.assertEqual(len(self.found()), 1)

    def test_huge_and_hostile_reasons(self):
        self.login(self.anna)
        for reason in ("x" * 2001, "x" * 100_000):
            response = self.post(self.url, reason=reason)
            self.assertEqual(response.status_code, 200)
            self.assertIn(
                "Reason", self.texts(self.parse(response), "o_support_problem")[0]
            )
        self.assertFalse(self.found())
        self.post(self.url, reason="\x00<script>", kind="settlement", amount="9")
        refund = self.found()
        self.assertEqual((refund.reason, refund.kind), ("<script>", "whole"))

    def test_other_numbers_are_not_found(self):
        rival = self.make_pack(60, account=self.make_account(self.rival))
        self.env.flush_all()
        self.login(self.anna)
        for number in (rival.id, 0, "9" * 30, "abc", "1e3", "-1"):
            address = f"/my/support/pack/{number}/refund"
            self.assertEqual(self.get(address).status_code, 404, number)
            self.assertEqual(self.post(address).status_code, 404, number)
        self.assertFalse(rival.sudo().refund_ids)

    def test_another_client_reaches_nothing(self):
        self.login(self.rita)
        self.assertEqual(self.get(self.url).status_code, 404)
        self.assertEqual(self.post(self.url).status_code, 404)
        self.assertFalse(self.found())

    def test_a_link_or_another_site_s_form_asks_for_nothing(self):
        self.login(self.anna)
        self.get(f"{self.url}?reason=x")
        self.assertEqual(self.post_without_token(self.url, reason="x").status_code, 400)
        self.login(None)
        self.assertIn("/web/login", self.get(self.url).headers["Location"])
        self.assertFalse(self.found())

    def test_where_there_are_no_refunds_there_is_no_link(self):
        self.policy.refund_days = 0
        self.env.flush_all()
        self.login(self.anna)
        self.assertFalse(self.texts(self.page("/my/support"), "o_support_refund_ask"))
        self.assertIn("cannot be asked", self.text(self.page(self.url)))
        self.post(self.url)
        self.assertFalse(self.found())

    def test_clients_reach_refunds_by_no_call(self):
        self.login(self.anna)
        self.post(self.url)
        ids = self.found().ids
        for user in (self.anna, self.rita):
            self.login(user)
            for method, args in (
                ("search", [[]]),
                ("read", [ids, ["state"]]),
                ("create", [[{"pack_id": self.pack.id}]]),
                ("write", [ids, {"state": "done"}]),
                ("action_approve", [ids]),
                ("action_refuse", [ids]),
                ("action_undo", [ids]),
                ("action_create_credit_note", [ids]),
                ("action_view_credit_notes", [ids]),
            ):
                self.assert_refused({"AccessError"}, "support.refund", method, *args)
            self.assert_refused(
                {"AccessError"}, "support.pack", "action_request_refund", self.pack.ids
            )
            self.assert_refused(
                {"AccessError"},
                "support.account",
                "action_resume_service",
                self.pack.account_id.ids,
            )
            for wizard in ("refusal", "request"):
                self.assert_refused(
                    {"AccessError"}, f"support.refund.{wizard}", "create", [{}]
                )
        self.assertEqual(self.found().state, "requested")
