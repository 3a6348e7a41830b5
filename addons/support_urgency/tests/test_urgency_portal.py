"""The client's pages of an urgency: what they show, and what they refuse."""

from odoo.tests import tagged

from odoo.addons.support_packs.tests.test_every_route import HOSTILE, RouteCommon

from .common_urgency import UrgencyCommon


@tagged("post_install", "-at_install")
class TestUrgencyPortal(UrgencyCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pack = cls.make_pack(1800)
        cls.ticket = cls.make_urgent_ticket()
        cls.url = f"/my/ticket/{cls.ticket.id}/support/urgent"

    def cell(self, page, name, column):
        return self.text(page.xpath(f"//tr[contains(@class, 'row_{name}')]/td")[column])

    def read_stamp(self, page):
        return page.xpath("//input[@name='terms']")[0].get("value")

    def test_from_the_ticket_to_the_price_to_the_acceptance(self):
        self.login(self.anna)
        page = self.page(f"/my/ticket/{self.ticket.id}")
        self.assertEqual(
            page.xpath(f"//a[@href='{self.url}']/text()")[-1].strip(), "This is urgent"
        )
        page = self.page(self.url)
        self.assertEqual(
            self.texts(page, "o_support_lead"),
            ["+50 % on the work done from your acceptance on."],
        )
        self.assertEqual(
            self.texts(page, "o_support_least"),
            ["An urgent request costs 90 min at least."],
        )
        self.assertEqual(
            self.texts(page, "o_support_now"), ["Your balance now: 1,800 min (30 h)."]
        )
        self.assertEqual(self.cell(page, "charged", 1), "60 min")
        self.assertEqual(self.cell(page, "charged", 2), "90 min")
        self.assertEqual(self.cell(page, "balance", 1), "1,740 min (29 h)")
        self.assertEqual(self.cell(page, "balance", 2), "1,710 min (28 h 30 min)")
        self.assertIn("Urgent work costs half", self.text(page))
        self.assertFalse(self.ticket.support_is_urgent, "Reading accepts nothing")
        response = self.post(f"{self.url}/accept", terms=self.read_stamp(page))
        self.assert_redirects(response, f"/my/ticket/{self.ticket.id}#support")
        self.assertTrue(self.ticket.support_is_urgent)
        self.assertEqual(self.ticket.support_consent_id.ip, "127.0.0.1")
        page = self.page(f"/my/ticket/{self.ticket.id}")
        self.assertIn("accepted by Anna", self.texts(page, "o_support_urgent")[0])
        self.assertFalse(self.texts(page, "o_support_urgency_offer"))
        self.assertIn("urgent already", self.text(self.page(self.url)))

    def test_money_where_no_pack_covers_it(self):
        self.make_hour()
        self.pack.sudo()._move_balance(-1770)
        self.login(self.anna)
        page = self.page(self.url)
        self.assertEqual(self.cell(page, "money", 1), "37.50 €")
        self.assertEqual(self.cell(page, "money", 2), "75.00 €")
        self.assertEqual(self.cell(page, "balance", 2), "0 min")

    def test_what_waits_for_a_pack_is_said(self):
        self.pack.sudo()._move_balance(-1770)
        self.login(self.anna)
        for kind, words in (("wait", "waits for your next"), ("block", "starts when")):
            self.policy.uncovered_policy = kind
            page = self.page(self.url)
            self.assertIn(words, self.texts(page, "o_support_consequence")[0])

    def test_a_price_that_changed_is_shown_again(self):
        self.login(self.anna)
        stamp = self.read_stamp(self.page(self.url))
        self.policy.urgent_percent = 80
        response = self.post(f"{self.url}/accept", terms=stamp)
        self.assertEqual(response.status_code, 200)
        page = self.parse(response)
        self.assertIn("not the ones", self.texts(page, "o_support_problem")[0])
        self.assertEqual(self.cell(page, "charged", 2), "108 min")
        self.assertFalse(self.ticket.support_is_urgent)
        self.post(f"{self.url}/accept", terms=self.read_stamp(page))
        self.assertEqual(self.ticket.support_consent_id.percent, 80)

    def test_a_double_click_accepts_once(self):
        self.login(self.anna)
        stamp = self.read_stamp(self.page(self.url))
        for _click in range(2):
            response = self.post(f"{self.url}/accept", terms=stamp)
            self.assertEqual(response.status_code, 302)
        self.assertEqual(len(self.ticket.support_consent_ids), 1)

    def test_a_get_changes_nothing(self):
        self.login(self.anna)
        stamp = self.stamp(self.ticket)
        for address in (
            f"{self.url}?terms={stamp}",
            f"{self.url}/accept?terms={stamp}",
            f"{self.url}/withdraw",
        ):
            self.assertLess(self.get(address).status_code, 500)
        self.assertFalse(self.ticket.support_consent_ids)

    def test_another_site_accepts_nothing(self):
        self.login(self.anna)
        response = self.post_without_token(
            f"{self.url}/accept", terms=self.stamp(self.ticket)
        )
        self.assertEqual(response.status_code, 400)
        self.assertFalse(self.ticket.support_consent_ids)

    def test_another_client_accepts_nothing_not_even_as_a_follower(self):
        stamp = self.stamp(self.ticket)
        self.login(self.rita)
        for follows in (False, True):
            if follows:
                self.ticket.message_subscribe(self.rita.partner_id.ids)
            for response in (
                self.get(self.url),
                self.post(f"{self.url}/accept", terms=stamp),
                self.post(f"{self.url}/withdraw", reason="x"),
            ):
                self.assertEqual(response.status_code, 404)
        page = self.page(f"/my/ticket/{self.ticket.id}")
        self.assertNotIn("urgent", self.text(page).casefold())
        self.assertFalse(self.ticket.support_consent_ids)

    def test_an_employee_accepts_for_no_client(self):
        self.make_people()
        self.technician.partner_id.parent_id = self.client
        self.login(self.technician)
        self.assertEqual(self.get(self.url).status_code, 404)

    def test_the_client_takes_it_back(self):
        self.accept(self.ticket)
        self.login(self.andy)
        page = self.page(f"/my/ticket/{self.ticket.id}")
        self.assertTrue(self.texts(page, "o_support_withdraw"))
        self.post(f"{self.url}/withdraw", reason="It works again")
        self.assertFalse(self.ticket.support_is_urgent)
        page = self.page(f"/my/ticket/{self.ticket.id}")
        self.assertIn("withdrawn", self.texts(page, "o_support_urgency_ended")[0])
        self.assertTrue(self.texts(page, "o_support_urgency_offer"))

    def test_once_work_was_done_the_page_says_why_not(self):
        self.accept_between(self.ticket, (), (20,))
        self.login(self.anna)
        page = self.page(f"/my/ticket/{self.ticket.id}")
        self.assertFalse(self.texts(page, "o_support_withdraw"))
        self.post(f"{self.url}/withdraw", reason="x")
        page = self.page(f"/my/ticket/{self.ticket.id}")
        self.assertIn("has begun", self.texts(page, "o_support_problem")[0])
        self.assertIn("urgent +50 %", self.texts(page, "o_support_why")[0])

    def test_the_reason_of_a_cancellation_is_read_as_text(self):
        self.accept_between(self.ticket, (), (80,))
        reason = "The <b>cart</b> works, the banner can wait"
        self.cancel(self.ticket, "graver", reason)
        self.login(self.anna)
        page = self.page(f"/my/ticket/{self.ticket.id}")
        ended = self.texts(page, "o_support_urgency_ended")[0]
        self.assertIn("graver urgencies have to go first", ended)
        self.assertIn(reason, ended)
        self.assertEqual(self.texts(page, "o_support_charged"), ["80 min"])

    def test_in_spanish(self):
        self.env["res.lang"]._activate_lang("es_ES")
        self.anna.lang = "es_ES"
        self.login(self.anna)
        self.opener.cookies["frontend_lang"] = "es_ES"
        response = self.url_open(self.url)
        stamp = self.read_stamp(self.parse(response))
        self.post(f"{response.url}/accept", terms=stamp)
        self.assertEqual(self.ticket.support_consent_id.lang, "es_ES")

    def test_clients_call_none_of_the_staffs_verbs(self):
        self.accept(self.ticket)
        for user in (self.anna, self.rita):
            self.login(user)
            for method in (
                "action_support_send_urgency_link",
                "action_support_record_urgency",
                "action_support_cancel_urgency",
            ):
                self.assert_refused(
                    {"AccessError"}, "helpdesk.ticket", method, self.ticket.ids
                )
            for model in ("support.urgency.evidence", "support.urgency.cancel"):
                self.assert_refused(
                    {"AccessError"}, model, "create", [{"ticket_id": self.ticket.id}]
                )
            for model in ("support.urgency.consent", "support.urgency.link"):
                self.assert_refused({"AccessError"}, model, "search_read", [])
            self.assert_refused(
                {"AccessError"},
                "helpdesk.ticket",
                "write",
                self.ticket.ids,
                {"support_is_urgent": False},
            )
            self.assert_refused(
                {"AccessError"},
                "helpdesk.ticket",
                "read",
                self.ticket.ids,
                ["support_is_urgent", "support_consent_ids"],
            )
        self.assertTrue(self.ticket.support_is_urgent)


@tagged("post_install", "-at_install")
class TestUrgencyRoutes(UrgencyCommon, RouteCommon):
    """Whatever is asked, nothing fails, and nothing is accepted."""

    def test_hostile_values(self):
        ticket = self.make_urgent_ticket()
        ticket.sudo()._send_support_urgency_link(self.anna.partner_id)
        page = f"/my/ticket/{ticket.id}/support/urgent"
        for user in (self.anna, None):
            self.login(user)
            before = self.take_stock()
            for value in HOSTILE:
                with self.subTest(user=user and user.login, value=value[:40]):
                    for address in (f"{page}/accept", f"{page}/withdraw"):
                        if user and address.endswith("withdraw"):
                            continue
                        response = self.post(address, terms=value, reason=value)
                        self.assertLess(response.status_code, 500)
                    if not value or "/" in value or "\x00" in value:
                        continue
                    for response in (
                        self.get(f"/support/urgency/{value}"),
                        self.post(f"/support/urgency/{value}/accept", terms=value),
                    ):
                        self.assertEqual(response.status_code, 404)
            self.assertEqual(self.take_stock(), before)
