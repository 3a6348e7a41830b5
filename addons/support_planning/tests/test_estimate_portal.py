"""The client's pages of an estimate: what they show, and what they refuse."""

import re

from odoo.tests import tagged

from odoo.addons.support_packs.models.support_case import MOST_TEXT
from odoo.addons.support_packs.tests.test_every_route import HOSTILE, RouteCommon

from .common_estimate import EstimateCommon


@tagged("post_install", "-at_install")
class TestEstimatePortal(EstimateCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.url = f"/my/ticket/{cls.ticket.id}/support/estimate"
        cls.sent = cls.estimate(cls.ticket, 120, note="A new <i>payment</i> method")

    def read_stamp(self, page):
        return page.xpath("//input[@name='terms']")[0].get("value")

    def row(self, page, name):
        return self.texts(page, f"o_support_row_{name}")

    def test_from_the_ticket_to_the_estimate_to_the_acceptance(self):
        self.login(self.anna)
        page = self.page(f"/my/ticket/{self.ticket.id}")
        self.assertIn("120 min (2 h)", self.texts(page, "o_support_estimate_sent")[0])
        self.assertTrue(page.xpath(f"//a[@href='{self.url}']"))
        page = self.page(self.url)
        self.assertEqual(self.texts(page, "o_support_time"), ["120 min (2 h)"])
        note = self.texts(page, "o_support_estimate_note")
        self.assertEqual(note, ["A new <i>payment</i> method"])
        self.assertEqual(self.row(page, "charged"), ["The ticket costs in all 120 min"])
        self.assertIn("Pack of 1800", self.row(page, "pack")[0])
        self.assertIn("1,680 min", self.row(page, "balance")[0])
        self.assertIn("At 132 min", self.texts(page, "o_support_tolerance")[0])
        self.assertIn("What is charged is the work", self.text(page))
        self.assertEqual(self.sent.state, "sent", "Reading accepts nothing")
        response = self.post(f"{self.url}/accept", terms=self.read_stamp(page))
        self.assert_redirects(response, f"/my/ticket/{self.ticket.id}#support")
        self.assertEqual(self.sent.state, "accepted")
        self.assertEqual(self.sent.ip, "127.0.0.1")
        page = self.page(f"/my/ticket/{self.ticket.id}")
        self.assertIn("by Anna", self.texts(page, "o_support_estimate_held")[0])
        self.assertFalse(self.texts(page, "o_support_estimate_sent"))
        self.assert_redirects(
            self.get(self.url), f"/my/ticket/{self.ticket.id}#support"
        )

    def test_money_where_no_pack_covers_it(self):
        self.make_hour(75)
        self.pack.sudo()._move_balance(-1740)
        self.login(self.anna)
        page = self.page(self.url)
        self.assertIn("60 min", self.row(page, "uncovered")[0])
        self.assertIn("75.00 €", self.row(page, "money")[0])

    def test_what_waits_for_a_pack_is_said(self):
        self.pack.sudo()._move_balance(-1740)
        self.login(self.anna)
        for kind, words in (("wait", "next pack"), ("block", "starts when")):
            self.policy.uncovered_policy = kind
            page = self.page(self.url)
            self.assertIn(words, self.texts(page, "o_support_consequence")[0])

    def test_a_price_that_changed_is_shown_again(self):
        self.login(self.anna)
        stamp = self.read_stamp(self.page(self.url))
        self.log(self.ticket, 30)
        response = self.post(f"{self.url}/accept", terms=stamp)
        self.assertEqual(response.status_code, 200)
        page = self.parse(response)
        self.assertIn("not the ones", self.texts(page, "o_support_problem")[0])
        self.assertEqual(self.sent.state, "sent")
        self.post(f"{self.url}/accept", terms=self.read_stamp(page))
        self.assertEqual(self.sent.state, "accepted")

    def test_a_double_click_accepts_once(self):
        self.login(self.anna)
        stamp = self.read_stamp(self.page(self.url))
        for _click in range(2):
            response = self.post(f"{self.url}/accept", terms=stamp)
            self.assertEqual(response.status_code, 302)
        accepted = self.env["support.terms.acceptance"]._search_of(
            self.sent, "estimate"
        )
        self.assertEqual(len(accepted), 1)

    def test_the_client_rejects_with_a_reason(self):
        self.login(self.andy)
        page = self.parse(self.post(f"{self.url}/reject", reason=""))
        self.assertIn("Reason: ", self.texts(page, "o_support_problem")[0])
        response = self.post(f"{self.url}/reject", reason="Too long")
        self.assert_redirects(response, f"/my/ticket/{self.ticket.id}#support")
        self.assertEqual(self.sent.rejected_by, self.andy.partner_id)
        page = self.page(f"/my/ticket/{self.ticket.id}")
        self.assertIn("Too long", self.texts(page, "o_support_estimate_past")[0])

    def test_a_get_changes_nothing(self):
        self.login(self.anna)
        stamp = self.stamp(self.sent)
        for address in (
            f"{self.url}?terms={stamp}",
            f"{self.url}/accept?terms={stamp}",
            f"{self.url}/reject?reason=x",
        ):
            self.assertLess(self.get(address).status_code, 500)
        self.assertEqual(self.sent.state, "sent")

    def test_another_site_accepts_nothing(self):
        self.login(self.anna)
        for address in (f"{self.url}/accept", f"{self.url}/reject"):
            response = self.post_without_token(
                address, terms=self.stamp(self.sent), reason="x"
            )
            self.assertEqual(response.status_code, 400)
        self.assertEqual(self.sent.state, "sent")

    def test_another_client_sees_nothing_not_even_as_a_follower(self):
        stamp = self.stamp(self.sent)
        self.login(self.rita)
        self.assertEqual(self.get(self.url).status_code, 404)
        self.ticket.message_subscribe(self.rita.partner_id.ids)
        for response in (
            self.get(self.url),
            self.post(f"{self.url}/accept", terms=stamp),
            self.post(f"{self.url}/reject", reason="x"),
        ):
            self.assert_redirects(response, f"/my/ticket/{self.ticket.id}#support")
        page = self.page(f"/my/ticket/{self.ticket.id}")
        self.assertNotIn("estimate", self.text(page).casefold())
        self.assertNotIn("120 min", self.text(page))
        self.assertEqual(self.sent.state, "sent")

    def test_an_employee_accepts_for_no_client(self):
        self.technician.partner_id.parent_id = self.client
        self.login(self.technician)
        response = self.post(f"{self.url}/accept", terms=self.stamp(self.sent))
        self.assert_redirects(response, f"/my/ticket/{self.ticket.id}#support")
        self.assertEqual(self.sent.state, "sent")

    def test_a_draft_is_not_shown(self):
        self.sent.with_user(self.technician).action_reject("A slip")
        self.estimate(self.ticket, 7777, send=False)
        self.login(self.anna)
        page = self.page(f"/my/ticket/{self.ticket.id}")
        self.assertNotIn("7,777", self.text(page))
        self.assertFalse(self.texts(page, "o_support_estimate_sent"))
        self.assertIn("taken back", self.texts(page, "o_support_estimate_past")[0])

    def test_on_a_closed_ticket_nothing_waits_for_the_client(self):
        self.solve(self.ticket)
        self.login(self.anna)
        page = self.page(f"/my/ticket/{self.ticket.id}")
        self.assertFalse(self.texts(page, "o_support_estimate_sent"))
        past = self.texts(page, "o_support_estimate_past")[0]
        self.assertIn("the ticket is closed", past)
        self.ticket.stage_id = self.stage_new
        page = self.page(f"/my/ticket/{self.ticket.id}")
        self.assertTrue(self.texts(page, "o_support_estimate_sent"))

    def test_when_it_is_used_up_the_page_says_so(self):
        self.accept(self.sent)
        self.log(self.ticket, 140)
        self.login(self.anna)
        page = self.page(f"/my/ticket/{self.ticket.id}")
        self.assertIn("used up. We ask", self.texts(page, "o_support_estimate_held")[0])
        self.solve(self.ticket)
        page = self.page(f"/my/ticket/{self.ticket.id}")
        held = self.texts(page, "o_support_estimate_held")[0]
        self.assertIn("used up.", held)
        self.assertNotIn("We ask", held)

    def test_in_spanish(self):
        self.env["res.lang"]._activate_lang("es_ES")
        self.anna.lang = "es_ES"
        self.login(self.anna)
        self.opener.cookies["frontend_lang"] = "es_ES"
        response = self.url_open(self.url)
        stamp = self.read_stamp(self.parse(response))
        self.post(f"{response.url}/accept", terms=stamp)
        self.assertEqual(self.sent.lang, "es_ES")

    def test_clients_read_no_rows_and_call_none_of_the_staffs_verbs(self):
        ids = self.sent.ids
        for user in (self.anna, self.rita):
            self.login(user)
            for model in (
                "support.estimate",
                "support.estimate.link",
                "support.estimate.report",
            ):
                self.assert_refused({"AccessError"}, model, "search_read", [])
            for method in ("action_send", "action_record", "action_take_back"):
                self.assert_refused({"AccessError"}, "support.estimate", method, ids)
            for method in ("action_support_estimate", "action_view_support_estimates"):
                self.assert_refused(
                    {"AccessError"}, "helpdesk.ticket", method, self.ticket.ids
                )
            self.assert_refused(
                {"AccessError"}, "support.estimate", "write", ids, {"minutes": 1}
            )
            for model in ("support.estimate.evidence", "support.estimate.withdraw"):
                self.assert_refused(
                    {"AccessError"}, model, "create", [{"estimate_id": ids[0]}]
                )
            self.assert_refused(
                {"AccessError"},
                "helpdesk.ticket",
                "read",
                self.ticket.ids,
                ["support_estimate_ids", "support_accepted_at"],
            )
        self.assert_refused({"AccessError"}, "support.estimate", "action_accept", ids)
        self.assertEqual(self.sent.state, "sent")


@tagged("post_install", "-at_install")
class TestEstimateRoutes(EstimateCommon, RouteCommon):
    """Whatever is asked, nothing fails, and nothing is accepted."""

    def test_hostile_values(self):
        self.estimate(self.ticket)
        page = f"/my/ticket/{self.ticket.id}/support/estimate"
        for user in (self.anna, None):
            self.login(user)
            before = self.take_stock()
            for value in HOSTILE:
                with self.subTest(user=user and user.login, value=value[:40]):
                    response = self.post(f"{page}/accept", terms=value)
                    self.assertLess(response.status_code, 500)
                    if not value or "/" in value or "\x00" in value:
                        continue
                    for response in (
                        self.get(f"/support/estimate/{value}"),
                        self.post(f"/support/estimate/{value}/accept", terms=value),
                        self.post(f"/support/estimate/{value}/reject", reason=value),
                    ):
                        self.assertEqual(response.status_code, 404)
            self.assertEqual(self.take_stock(), before)

    def test_hostile_forms_of_a_link_that_opens(self):
        """Neither a stamp that nobody was shown nor a reason that is none decides."""
        estimate = self.estimate(self.ticket)
        body = self.mails(estimate.sudo().link_ids[:1]).body_html
        link = re.search(r"/support/estimate/[\w-]+", body)[0]
        own = f"/my/ticket/{self.ticket.id}/support/estimate"
        for user, path in ((None, link), (self.anna, link), (self.anna, own)):
            self.login(user)
            self.assertEqual(self.get(path).status_code, 200)
            for value in HOSTILE:
                with self.subTest(path=path, value=value[:40]):
                    response = self.post(f"{path}/accept", terms=value)
                    self.assertEqual(response.status_code, 200)
            for reason in ("", " \n", "\x00", "x" * (MOST_TEXT + 1)):
                with self.subTest(path=path, reason=reason[:40]):
                    response = self.post(f"{path}/reject", reason=reason)
                    self.assertEqual(response.status_code, 200)
            self.assertEqual(estimate.state, "sent")
