"""The client signs and declines the quotation of an estimate on its real pages."""

import re

from odoo.tests import new_test_user, tagged

from .common_estimate import EstimateCommon
from .test_estimate_order import SIGNATURE


@tagged("post_install", "-at_install")
class TestEstimateOrderPortal(EstimateCommon):
    """The pack holds 30 hours; the estimate is of 35."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_hour()
        cls.sent = cls.estimate(cls.ticket, 2100)
        cls.order = cls.sent.order_id

    def ask(self, verb, order=None, **params):
        order = order or self.order
        params["access_token"] = order._portal_ensure_token()
        query = f"?support_terms={self.terms._get_stamps()}"
        return self.make_jsonrpc_request(f"/my/orders/{order.id}/{verb}{query}", params)

    def sign(self):
        return self.ask("accept", name="Anna Roca", signature=SIGNATURE)

    def see(self, path):
        """Return the page of the estimate, and where its button leads."""
        page = self.page(path)
        self.assertFalse(page.xpath("//button[contains(@class, 'accept_estimate')]"))
        [button] = page.xpath("//a[contains(@class, 'o_support_see_quotation')]")
        return page, button

    def test_the_page_leads_to_the_quotation_which_accepts_when_signed(self):
        self.login(self.anna)
        page, button = self.see(f"/my/ticket/{self.ticket.id}/support/estimate")
        [box] = self.texts(page, "o_support_quotation")
        self.assertIn(f"Quotation {self.order.name}", box)
        self.assertIn("375.00", box)
        self.assertIn("Review and sign the quotation", button.text_content())
        order_page = self.page(button.get("href"))
        self.assertIn("What is charged is the work.", self.text(order_page))
        self.assertEqual((self.sent.state, self.order.state), ("sent", "sent"))
        self.assertTrue(self.sign().get("force_refresh"))
        self.assertEqual((self.sent.state, self.order.state), ("accepted", "sale"))
        self.assertEqual(self.sent.channel, "quotation")
        self.assertEqual(self.sent.accepted_by, self.anna.partner_id)
        self.assertEqual(self.sent.accepted_user_id, self.anna)
        self.assertEqual((self.sent.terms_id, self.sent.ip), (self.terms, "127.0.0.1"))
        self.assertIn("Anna Roca", self.sent.evidence)
        self.assertTrue(self.order._get_support_acceptances())
        self.assertTrue(self.mails(self.sent))
        page = self.page(f"/my/ticket/{self.ticket.id}")
        self.assertTrue(self.texts(page, "o_support_estimate_held"))

    def test_the_link_of_the_mail_leads_there_without_a_login(self):
        body = self.mails(self.sent.sudo().link_ids[:1]).body_html
        self.assertIn(f"Quotation {self.order.name}", body)
        path = re.search(r"/support/estimate/[\w-]+", body)[0]
        self.login(None)
        _page, button = self.see(path)
        self.page(button.get("href"))
        self.assertEqual(self.sent.state, "sent", "Opening accepts nothing")
        self.assertTrue(self.sign().get("force_refresh"))
        self.assertEqual(self.sent.state, "accepted")
        self.assertEqual(self.sent.accepted_by, self.anna.partner_id)
        self.assertFalse(self.sent.accepted_user_id)

    def test_the_button_of_old_does_not_accept(self):
        self.login(self.anna)
        path = f"/my/ticket/{self.ticket.id}/support/estimate"
        self.page(path)
        page = self.parse(self.post(f"{path}/accept", terms=self.stamp(self.sent)))
        [problem] = self.texts(page, "o_support_problem")
        self.assertIn(self.order.name, problem)
        self.assertEqual(self.sent.state, "sent")

    def test_declining_rejects_with_the_reason(self):
        self.login(self.andy)
        path = self.order.get_portal_url(suffix="/decline")
        self.page(self.order.get_portal_url())
        self.post(path, decline_message=" ")
        self.assertEqual(self.sent.state, "sent")
        self.post(path, decline_message="Too <b>much</b>")
        self.assertEqual((self.sent.state, self.order.state), ("rejected", "cancel"))
        self.assertEqual(self.sent.reject_reason, "Too <b>much</b>")
        self.assertEqual(self.sent.rejected_by, self.andy.partner_id)
        page = self.page(f"/my/ticket/{self.ticket.id}")
        self.assertIn("Too <b>much</b>", self.texts(page, "o_support_estimate_past")[0])

    def test_staff_signs_nothing_on_the_client_s_page(self):
        staff = new_test_user(
            self.env,
            login="seller",
            groups="sales_team.group_sale_salesman_all_leads",
            company_id=self.company.id,
            company_ids=self.company.ids,
        )
        self.login(staff)
        self.assertIn("only the client accepts", self.sign()["error"])
        self.post(
            self.order.get_portal_url(suffix="/decline"), decline_message="For you"
        )
        self.assertEqual((self.sent.state, self.order.state), ("sent", "sent"))

    def test_what_is_over_is_not_signed(self):
        self.sent._store({"valid_until": "2020-01-01"})
        self.login(self.anna)
        self.assertIn("The time to accept this estimate is over", self.sign()["error"])
        page = self.page(self.order.get_portal_url())
        self.assertFalse(page.xpath("//*[@data-bs-target='#modalaccept']"))
        self.assertEqual(self.sent.state, "sent")
