"""The link in a mail: for one address, once, for a time; opening it accepts nothing."""

import itertools
import re

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from odoo.addons.support_packs.models.support_link import digest

from .common_urgency import UrgencyCommon

NUMBERS = itertools.count()


@tagged("post_install", "-at_install")
class TestUrgencyLink(UrgencyCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pack = cls.make_pack(1800)
        cls.ticket = cls.make_urgent_ticket()
        cls.make_people()

    def send(self, partner=None):
        """Send a link; return its record and the path that the mail carries."""
        ticket = self.ticket.with_user(self.technician)
        if partner:
            ticket = self.ticket
            link = ticket.sudo()._send_support_urgency_link(partner)
        else:
            ticket.action_support_send_urgency_link()
            link = self.ticket.sudo().support_urgency_link_ids[:1]
        body = self.mails(link).body_html
        return link, re.search(r"/support/urgency/[\w-]+", body)[0]

    def open(self, path):
        """Open the page as nobody; return it parsed, and the stamp of its form."""
        page = self.page(path)
        return page, page.xpath("//input[@name='terms']")[0].get("value")

    def test_the_page_accepts_with_its_button_without_a_login(self):
        link, path = self.send()
        self.assertEqual(link.email, "anna@example.com")
        self.login(None)
        page, stamp = self.open(path)
        self.open(path)
        self.assertFalse(self.ticket.support_is_urgent, "Opening accepts nothing")
        self.assertIn("90 min", self.text(page))
        self.assertFalse(link.used_at)
        response = self.post(f"{path}/accept", terms=stamp)
        self.assertTrue(self.texts(self.parse(response), "o_support_urgent_done"))
        consent = self.ticket.support_consent_id
        self.assertEqual(consent.partner_id, self.anna.partner_id)
        self.assertEqual((consent.channel, consent.percent), ("email", 50))
        self.assertFalse(consent.user_id)
        self.assertIn("anna@example.com", consent.evidence)
        self.assertTrue(link.used_at)
        accepted = self.env["support.terms.acceptance"]._search_of(consent, "urgency")
        self.assertEqual(accepted.signed_name, "Anna")

    def test_it_is_used_once(self):
        link, path = self.send()
        self.login(None)
        stamp = self.open(path)[1]
        self.post(f"{path}/accept", terms=stamp)
        self.cancel(self.ticket)
        self.assertEqual(self.get(path).status_code, 404)
        response = self.post(f"{path}/accept", terms=self.stamp(self.ticket))
        self.assertEqual(response.status_code, 404)
        self.assertFalse(self.ticket.support_is_urgent)

    def test_what_is_stored_opens_nothing(self):
        link, path = self.send()
        token = path.rpartition("/")[2]
        self.assertEqual(link.token_hash, digest(token))
        self.assertGreaterEqual(len(token), 43)
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT count(*) FROM support_urgency_link l WHERE l::text LIKE %s",
            [f"%{token}%"],
        )
        self.assertEqual(self.env.cr.fetchone()[0], 0)
        self.assertFalse(self.env["support.urgency.link"]._find(link.token_hash))
        self.assertTrue(self.mails(link).auto_delete)
        texts = "".join(str(message.body) for message in self.ticket.message_ids)
        self.assertNotIn(token, texts)

    def test_the_mail_is_nobodys_to_read(self):
        link, _path = self.send()
        message = self.mails(link).mail_message_id
        for user in (self.technician, self.manager, self.andy, self.rita):
            self.assertFalse(message.with_user(user).has_access("read"), user.login)

    def test_it_does_not_work_any_more(self):
        for name, spoil in (
            ("late", lambda link: None),
            ("address", lambda link: link.partner_id.write({"email": "x@example.com"})),
            ("employer", lambda link: link.partner_id.write({"parent_id": False})),
            ("archived", lambda link: self.anna.write({"active": False})),
            ("ticket", lambda link: self.ticket.write({"partner_id": self.rival.id})),
        ):
            savepoint = self.cr.savepoint()
            with self.subTest(name):
                link, path = self.send(self.anna.partner_id)
                token = path.rpartition("/")[2]
                links = self.env["support.urgency.link"].with_user(
                    self.env.ref("base.public_user")
                )
                self.assertEqual(links._find(token), link)
                spoil(link)
                if name == "archived":
                    link.partner_id.active = False
                hours = 25 if name == "late" else 0
                later = fields.Datetime.add(fields.Datetime.now(), hours=hours)
                with freeze_time(later):
                    self.assertFalse(links._find(token))
            self.env.flush_all()
            savepoint.close(rollback=True)
            self.env.invalidate_all()

    def test_only_somebody_of_the_client_uses_it(self):
        _link, path = self.send()
        stamp = self.stamp(self.ticket)
        for user in (self.rita, self.technician):
            self.login(user)
            response = self.get(path)
            self.assertEqual(response.status_code, 404)
            self.assertNotIn(self.ticket.name, response.text)
            self.assertEqual(self.post(f"{path}/accept", terms=stamp).status_code, 404)
        self.assertFalse(self.ticket.support_is_urgent)
        self.login(self.andy)
        self.post(f"{path}/accept", terms=self.open(path)[1])
        consent = self.ticket.support_consent_id
        self.assertEqual(
            (consent.partner_id, consent.user_id), (self.andy.partner_id, self.andy)
        )

    def test_it_goes_to_a_contact_of_the_client_alone(self):
        for partner in (self.rita.partner_id, self.client):
            with self.assertRaisesRegex(UserError, "Contact: "):
                self.ticket.sudo()._send_support_urgency_link(partner)

    def test_the_page_is_kept_by_nobody(self):
        _link, path = self.send()
        self.login(None)
        headers = self.get(path).headers
        self.assertIn("no-store", headers["Cache-Control"])
        self.assertEqual(headers["Referrer-Policy"], "no-referrer")

    # === BY ITSELF === #

    def receive(self, sender, subject, to=None):
        """Hand an e-mail to the gateway; return the ticket."""
        mail = (
            f"From: {sender}\nTo: help@workshop.example\nSubject: {subject}\n"
            f"Message-Id: <{next(NUMBERS)}.{sender}>\n"
            + (f"In-Reply-To: {to}\n" if to else "")
            + "\nThe shop is down\n"
        )
        threads = self.env["mail.thread"].with_context(mail_create_nosubscribe=True)
        number = threads.message_process(
            "helpdesk.ticket",
            mail,
            custom_values={"team_id": self.team.id, "company_id": self.company.id},
        )
        return self.env["helpdesk.ticket"].browse(number)

    def test_a_word_in_the_subject_is_answered_with_a_link(self):
        self.policy.urgent_subject_words = "urgente, ya, , c++"
        for subject, links in (
            ("URGENTE: the shop is down", 1),
            ("The shop, ¡YA!", 1),
            ("Please (C++)", 1),
            ("The beach is a playa", 0),
            ("Urgentemente", 0),
            ("The shop is slow", 0),
        ):
            with self.subTest(subject):
                ticket = self.receive("anna@example.com", subject)
                self.assertEqual(ticket.support_account_id, self.account)
                self.assertEqual(len(ticket.sudo().support_urgency_link_ids), links)
                self.assertFalse(ticket.support_is_urgent)

    def test_without_words_nothing_is_sent(self):
        ticket = self.receive("anna@example.com", "URGENT")
        self.assertFalse(ticket.sudo().support_urgency_link_ids)

    def test_strangers_are_sent_nothing(self):
        self.policy.urgent_subject_words = "urgent"
        for sender in ("stranger@example.com", "rita@example.com"):
            ticket = self.receive(sender, "Urgent")
            self.assertFalse(ticket.sudo().support_urgency_link_ids)

    def test_one_link_at_a_time(self):
        self.policy.urgent_subject_words = "urgent"
        message = {
            "subject": "Urgent",
            "author_id": self.anna.partner_id.id,
            "from": "Anna <anna@example.com>",
        }
        for _mail in range(3):
            self.ticket._answer_urgent_subject(message)
        self.assertEqual(len(self.ticket.sudo().support_urgency_link_ids), 1)
