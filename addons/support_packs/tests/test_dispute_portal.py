"""The client disputes on the page of the ticket, and nobody else does."""

from odoo.tests import tagged

from .portal_common import PortalCommon


@tagged("post_install", "-at_install")
class TestDisputePortal(PortalCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy.allow_disputes = True
        cls.request_type.minimum = 0
        cls.pack = cls.make_pack(720)
        cls.ticket = cls.make_ticket(cls.anna.partner_id)
        cls.work = cls.log(cls.ticket, 45)
        cls.free = cls.log(cls.ticket, 5, billable=False)
        cls.manager = cls.make_user("lead", "helpdesk_mgmt.group_helpdesk_manager")
        cls.url = f"/my/ticket/{cls.ticket.id}"
        cls.address = f"{cls.url}/support/dispute"
        cls.insisting = f"{cls.url}/support/insist"
        cls.disputes = cls.env["support.dispute"].sudo()

    def setUp(self):
        super().setUp()
        self.before = self.disputes.search([])

    def found(self):
        self.env.invalidate_all()
        return self.disputes.search([]) - self.before

    def send(self, reason="It took five minutes", **values):
        return self.post(
            self.address, **{"work_id": self.work.id, "reason": reason, **values}
        )

    def uphold(self):
        self.found().with_user(self.manager).sudo(False)._uphold("We read the log")
        self.env.flush_all()

    def test_button_dispute_answer_and_insistence_are_on_the_page(self):
        self.login(self.anna)
        page = self.page(self.url)
        [form] = self.texts(page, "o_support_form_dispute")
        self.assertIn("I do not agree", form)
        self.assert_redirects(self.send(), f"{self.url}#support")
        dispute = self.found()
        self.assertEqual(dispute.partner_id, self.anna.partner_id)
        self.assertEqual(
            (dispute.reason, dispute.minutes), ("It took five minutes", 45)
        )
        page = self.page(self.url)
        self.assertFalse(self.texts(page, "o_support_form_dispute"))
        self.assertFalse(self.texts(page, "o_support_form_insist"))
        self.assertEqual(self.texts(page, "o_support_dispute_state"), ["Under review"])
        self.uphold()
        page = self.page(self.url)
        self.assertEqual(
            self.texts(page, "o_support_dispute_state"), ["The time stands"]
        )
        self.assertIn("We read the log", self.texts(page, "o_support_step_text"))
        [form] = self.texts(page, "o_support_form_insist")
        self.assertIn("I still do not agree", form)
        response = self.post(self.insisting, dispute_id=dispute.id, reason="No")
        self.assert_redirects(response, f"{self.url}#support")
        page = self.page(self.url)
        self.assertEqual(
            self.texts(page, "o_support_dispute_state"), ["Under review again"]
        )
        self.assertFalse(self.texts(page, "o_support_form_insist"))
        self.assertEqual(len(self.texts(page, "o_support_step")), 3)
        self.assertTrue(self.found().is_insisted)

    def test_accepted_says_what_went_back(self):
        self.login(self.anna)
        self.send()
        self.found().with_user(self.manager).sudo(False)._accept(30, "Sorry")
        self.env.flush_all()
        text = self.text(self.page(self.url))
        self.assertIn("30 min back to your packs", text)
        self.assertIn("Sorry", text)

    def test_colleague_reads_it_and_may_insist(self):
        self.login(self.anna)
        self.send()
        self.uphold()
        self.login(self.andy)
        self.assertEqual(len(self.texts(self.page(self.url), "o_support_dispute")), 1)
        self.post(self.insisting, dispute_id=self.found().id)
        self.assertTrue(self.found().insisted_at)

    def test_second_click_opens_no_second_dispute_and_says_why(self):
        self.login(self.anna)
        self.send()
        self.send("Again")
        self.assertEqual(len(self.found()), 1)
        page = self.page(self.url)
        self.assertIn("already", self.texts(page, "o_support_problem")[0])
        # It is said once.
        self.assertFalse(self.texts(self.page(self.url), "o_support_problem"))

    def test_bad_reasons_are_named_and_change_nothing(self):
        self.login(self.anna)
        for reason in ("", "   ", "\x00", "x" * 2001, "x" * 100_000):
            self.assertEqual(self.send(reason).status_code, 302)
            page = self.page(self.url)
            self.assertIn("Reason", self.texts(page, "o_support_problem")[0])
        self.assertFalse(self.found())

    def test_markup_is_shown_as_text(self):
        self.login(self.anna)
        self.send("<script>alert(1)</script>")
        page = self.page(self.url)
        self.assertFalse(page.xpath("//section[@id='support']//script"))
        self.assertIn("<script>alert(1)</script>", self.text(page))

    def test_hostile_values_give_404_and_change_nothing(self):
        self.login(self.anna)
        for number in (
            "",
            "0",
            "-1",
            "abc",
            "9" * 30,
            "1e3",
            "\x00",
            self.work.id + 999,
        ):
            self.assertEqual(self.send(work_id=number).status_code, 404, number)
            response = self.post(self.insisting, dispute_id=number)
            self.assertEqual(response.status_code, 404, number)
        self.assertEqual(self.post(self.address, reason="x").status_code, 404)
        self.assertEqual(self.post(self.insisting).status_code, 404)
        for number in ("0", "9" * 30, "abc"):
            response = self.post(f"/my/ticket/{number}/support/dispute", reason="x")
            self.assertEqual(response.status_code, 404)
        self.assertFalse(self.found())

    def test_what_is_not_charged_has_no_button_and_is_refused(self):
        self.login(self.anna)
        self.assertEqual(self.send(work_id=self.free.id).status_code, 302)
        self.assertIn("not charged", self.text(self.page(self.url)))
        self.policy.allow_disputes = False
        self.env.flush_all()
        self.assertFalse(self.texts(self.page(self.url), "o_support_form_dispute"))
        self.send()
        self.assertFalse(self.found())

    def test_another_client_reaches_nothing(self):
        self.login(self.anna)
        self.send()
        self.uphold()
        dispute = self.found()
        self.login(self.rita)
        self.assertEqual(self.send().status_code, 404)
        response = self.post(self.insisting, dispute_id=dispute.id)
        self.assertEqual(response.status_code, 404)
        # By a ticket of her own neither.
        self.make_account(self.rival)
        own = self.make_ticket(self.rita.partner_id)
        self.env.flush_all()
        address = f"/my/ticket/{own.id}/support"
        response = self.post(f"{address}/dispute", work_id=self.work.id, reason="x")
        self.assertEqual(response.status_code, 404)
        response = self.post(f"{address}/insist", dispute_id=dispute.id)
        self.assertEqual(response.status_code, 404)
        self.assertFalse(self.found().insisted_at)
        self.assertEqual(len(self.found()), 1)

    def test_follower_of_another_company_reads_and_disputes_nothing(self):
        self.login(self.anna)
        self.send("Secret reason")
        self.ticket.message_subscribe(self.rita.partner_id.ids)
        self.env.flush_all()
        self.login(self.rita)
        self.assertNotIn("Secret reason", self.text(self.page(self.url)))
        self.assertEqual(self.send().status_code, 404)
        self.assertEqual(len(self.found()), 1)

    def test_nobody_disputes_by_a_link_or_another_site_s_form(self):
        self.login(self.anna)
        for address in (self.address, self.insisting):
            self.assertIn(self.get(address).status_code, (404, 405))
            response = self.post_without_token(
                address, work_id=self.work.id, reason="x"
            )
            self.assertEqual(response.status_code, 400)
        self.login(None)
        response = self.post(self.address, work_id=self.work.id, reason="x")
        self.assertIn("/web/login", response.headers["Location"])
        self.assertFalse(self.found())

    def test_clients_reach_disputes_by_no_call(self):
        self.login(self.anna)
        self.send()
        ids = self.found().ids
        for user in (self.anna, self.rita):
            self.login(user)
            for model, numbers in (
                ("support.dispute", ids),
                ("support.dispute.step", self.found().step_ids.ids),
            ):
                for method, args in (
                    ("search", [[]]),
                    ("read", [numbers, ["id"]]),
                    ("web_search_read", [[], {"id": {}}]),
                    ("create", [[{}]]),
                    ("write", [numbers, {"state": "accepted"}]),
                    ("unlink", [numbers]),
                ):
                    self.assert_refused({"AccessError"}, model, method, *args)
            for method in ("action_accept", "action_uphold", "action_settle"):
                self.assert_refused({"AccessError"}, "support.dispute", method, ids)
            wizard = {"dispute_id": ids[0], "choice": "accepted", "minutes": 5}
            self.assert_refused(
                {"AccessError"}, "support.dispute.decision", "create", [wizard]
            )
        # Still Rita. Who got a mail may answer it: that is core's, and does nothing.
        self.assert_refused(
            {"AccessError"}, "support.dispute", "message_post", ids, body="x"
        )
        self.login(self.anna)
        [row] = self.call("support.work", "read", self.work.ids, ["disputed"])
        self.assertTrue(row["disputed"])
        self.assert_refused(
            {"AccessError"}, "support.work", "read", self.work.ids, ["dispute_ids"]
        )
