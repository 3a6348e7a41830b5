"""The link in a mail: for one address, once, for a time; opening it accepts nothing."""

import re

from odoo.tests import freeze_time, tagged

from odoo.addons.support_packs.models.support_link import digest

from .common_estimate import EstimateCommon


@tagged("post_install", "-at_install")
class TestEstimateLink(EstimateCommon):
    def send(self):
        """Send an estimate; return it, its link and the path that the mail carries."""
        estimate = self.estimate(self.ticket, send=False)
        estimate.with_user(self.technician).action_send()
        link = estimate.sudo().link_ids[:1]
        body = self.mails(link).body_html
        return estimate, link, re.search(r"/support/estimate/[\w-]+", body)[0]

    def open(self, path):
        """Open the page; return it parsed, and the stamp of its form."""
        page = self.page(path)
        return page, page.xpath("//input[@name='terms']")[0].get("value")

    def test_the_page_accepts_with_its_button_without_a_login(self):
        self.client.email = "office@example.com"
        estimate, link, path = self.send()
        self.assertEqual(link.email, "anna@example.com")
        self.login(None)
        page, stamp = self.open(path)
        self.open(path)
        self.assertEqual(estimate.state, "sent", "Opening accepts nothing")
        self.assertIn("120 min", self.text(page))
        response = self.post(f"{path}/accept", terms=stamp)
        self.assertTrue(self.texts(self.parse(response), "o_support_estimate_done"))
        self.assertEqual((estimate.state, estimate.channel), ("accepted", "link"))
        self.assertEqual(estimate.accepted_by, self.anna.partner_id)
        self.assertFalse(estimate.accepted_user_id)
        self.assertIn("anna@example.com", estimate.evidence)
        self.assertEqual(estimate.ip, "127.0.0.1")
        accepted = self.env["support.terms.acceptance"]._search_of(estimate, "estimate")
        self.assertEqual(accepted.signed_name, "Anna")
        told = self.mails(estimate).recipient_ids
        self.assertEqual(told, self.anna.partner_id | self.client)
        self.assertEqual(self.get(path).status_code, 404, "It is used once")

    def test_it_rejects_with_a_reason(self):
        estimate, link, path = self.send()
        self.login(None)
        self.open(path)
        response = self.post(f"{path}/reject", reason=" ")
        page = self.parse(response)
        self.assertIn("Reason: ", self.texts(page, "o_support_problem")[0])
        self.assertFalse(link.used_at)
        self.post(f"{path}/reject", reason="Too <b>much</b>")
        self.assertEqual(estimate.state, "rejected")
        self.assertEqual(estimate.rejected_by, self.anna.partner_id)
        self.assertTrue(link.used_at)
        self.login(self.andy)
        page = self.page(f"/my/ticket/{self.ticket.id}")
        past = self.texts(page, "o_support_estimate_past")[0]
        self.assertIn("Too <b>much</b>", past)

    def test_what_is_stored_opens_nothing(self):
        _estimate, link, path = self.send()
        token = path.rpartition("/")[2]
        self.assertEqual(link.token_hash, digest(token))
        self.assertGreaterEqual(len(token), 43)
        self.assertFalse(self.env["support.estimate.link"]._find(link.token_hash))
        self.assertTrue(self.mails(link).auto_delete)
        texts = "".join(str(message.body) for message in self.ticket.message_ids)
        self.assertNotIn(token, texts)

    def test_the_mail_is_nobodys_to_read(self):
        _estimate, link, _path = self.send()
        message = self.mails(link).mail_message_id
        for user in (self.technician, self.manager, self.andy, self.rita):
            self.assertFalse(message.with_user(user).has_access("read"), user.login)

    def test_it_does_not_work_any_more(self):
        public = self.env.ref("base.public_user")
        for name, spoil in (
            ("late", lambda link: None),
            ("address", lambda link: link.partner_id.write({"email": "x@example.com"})),
            ("employer", lambda link: link.partner_id.write({"parent_id": False})),
            ("ticket", lambda link: self.ticket.write({"partner_id": self.rival.id})),
        ):
            savepoint = self.cr.savepoint()
            with self.subTest(name):
                _estimate, link, path = self.send()
                token = path.rpartition("/")[2]
                links = self.env["support.estimate.link"].with_user(public)
                self.assertEqual(links._find(token), link)
                spoil(link)
                with freeze_time(link.expires_at if name == "late" else None):
                    self.assertFalse(links._find(token))
            self.env.flush_all()
            savepoint.close(rollback=True)
            self.env.invalidate_all()

    def test_of_a_version_that_was_replaced_it_says_so(self):
        estimate, _link, path = self.send()
        stamp = self.stamp(estimate)
        self.estimate(self.ticket, 200)
        self.login(None)
        response = self.post(f"{path}/accept", terms=stamp)
        page = self.parse(response)
        self.assertIn("newer version", self.texts(page, "o_support_problem")[0])
        self.assertFalse(page.xpath("//input[@name='terms']"))
        self.assertEqual(estimate.state, "expired")

    def test_only_somebody_of_the_client_uses_it(self):
        estimate, _link, path = self.send()
        stamp = self.stamp(estimate)
        for user in (self.rita, self.technician):
            self.login(user)
            response = self.get(path)
            self.assertEqual(response.status_code, 404)
            self.assertNotIn(self.ticket.name, response.text)
            self.assertEqual(self.post(f"{path}/accept", terms=stamp).status_code, 404)
        self.assertEqual(estimate.state, "sent")
        self.login(self.andy)
        self.post(f"{path}/accept", terms=self.open(path)[1])
        self.assertEqual(estimate.accepted_by, self.andy.partner_id)
        self.assertEqual(estimate.accepted_user_id, self.andy)

    def test_it_goes_to_no_colleague(self):
        self.technician.partner_id.email = "tech.one@example.com"
        self.anna.partner_id.email = "Tech.One@example.com"
        estimate = self.estimate(self.ticket)
        self.assertFalse(estimate.sudo().link_ids)

    def test_the_page_is_kept_by_nobody(self):
        _estimate, _link, path = self.send()
        self.login(None)
        headers = self.get(path).headers
        self.assertIn("no-store", headers["Cache-Control"])
        self.assertEqual(headers["Referrer-Policy"], "no-referrer")
