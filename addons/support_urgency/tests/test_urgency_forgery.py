"""Nobody of ours accepts for a client: not with its words, nor with its link."""

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from ..models.helpdesk_ticket_sealed import SEALED
from .common_urgency import UrgencyCommon


@tagged("post_install", "-at_install")
class TestUrgencyForgery(UrgencyCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_people()
        cls.make_pack(1800)
        cls.ticket = cls.make_urgent_ticket()
        cls.of_staff = cls.ticket.with_user(cls.technician)
        cls.message = cls.write_in(cls.ticket, cls.anna.partner_id)

    def assert_no_evidence(self, message):
        with self.assertRaisesRegex(UserError, "Message: "):
            self.of_staff._record_support_urgency(message, "email")
        self.assertNotIn(message, self.of_staff._get_support_urgency_messages())

    # === WORDS === #

    def test_what_a_colleague_wrote_in_the_clients_name_is_no_evidence(self):
        for author in (self.anna.partner_id, self.client):
            message = self.of_staff.message_post(
                body="It is urgent",
                author_id=author.id,
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
            )
            self.assertEqual(message.author_id, author)
            self.assert_no_evidence(message)

    def test_what_a_colleague_rewrote_is_no_evidence(self):
        message = self.message.with_user(self.technician)
        message.body = "It is urgent, and three times the price is fine"
        self.assert_no_evidence(self.message)
        message.write({"support_no_evidence": False})
        self.assert_no_evidence(self.message)

    def test_an_email_that_a_colleague_handed_in_is_no_evidence(self):
        mail = (
            "From: anna@example.com\nTo: help@workshop.example\nSubject: Urgent\n"
            f"Message-Id: <forged@example.com>\nIn-Reply-To: {self.message.message_id}"
            "\n\nIt is urgent\n"
        )
        for user, good in ((self.technician, False), (self.env.user, True)):
            threads = self.env["mail.thread"].with_user(user)
            text = mail.replace("forged", user.login)
            threads.message_process("helpdesk.ticket", text)
            message = self.ticket.message_ids.sorted("id")[-1]
            self.assertEqual(message.author_id, self.anna.partner_id)
            found = message in self.of_staff._get_support_urgency_messages()
            self.assertEqual(found, good)

    def test_an_email_from_a_colleagues_address_is_no_evidence(self):
        contact = self.make_colleagues_contact()
        self.assert_no_evidence(self.write_in(self.ticket, contact))

    def test_a_star_changes_nothing(self):
        message = self.message.with_user(self.technician)
        message.toggle_message_starred()
        message.set_message_done()
        consent = self.of_staff._record_support_urgency(message, "email")
        self.assertEqual(consent.message_id, self.message)

    def test_what_the_client_wrote_in_the_client_area_is_evidence(self):
        message = (
            self.ticket.with_user(self.andy)
            .sudo()
            .message_post(
                body="It is urgent",
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
            )
        )
        consent = self.of_staff._record_support_urgency(message, "email")
        self.assertEqual(consent.partner_id, self.andy.partner_id)

    def test_the_record_says_when_the_price_was_told(self):
        consent = self.of_staff._record_support_urgency(self.message, "email")
        self.assertEqual(consent.price_told, "after")
        self.assertIn("Conditions of urgency", self.mails(consent).body_html)
        self.assertIn("withdraw", self.mails(consent).body_html)
        other = self.make_urgent_ticket()
        self.assertEqual(self.accept(other).price_told, "before")

    # === LINKS === #

    def make_colleagues_contact(self, email=None):
        """Return a contact of the client with an address of a colleague."""
        self.technician.partner_id.email = "Tech.One@example.com"
        return self.env["res.partner"].create(
            {
                "name": "Nobody",
                "parent_id": self.client.id,
                "email": email or "tech.one@EXAMPLE.com",
            }
        )

    def test_a_link_goes_to_no_colleague(self):
        self.manager.login = "boss_1@example.com"
        for email in (None, "Boss_1@example.com"):
            self.ticket.partner_id = self.make_colleagues_contact(email)
            with self.assertRaisesRegex(UserError, "colleague"):
                self.of_staff.action_support_send_urgency_link()
        self.assertFalse(self.ticket.sudo().support_urgency_link_ids)
        self.ticket.partner_id.email = "bossy1@example.com"
        self.of_staff.action_support_send_urgency_link()

    def test_a_colleagues_subject_is_answered_with_no_link(self):
        self.policy.urgent_subject_words = "urgent"
        contact = self.make_colleagues_contact()
        self.ticket._answer_urgent_subject(
            {"subject": "Urgent", "author_id": contact.id, "from": contact.email}
        )
        self.assertFalse(self.ticket.sudo().support_urgency_link_ids)

    def test_the_client_itself_is_told_too(self):
        self.client.write({"email": "office@client.example", "lang": "en_US"})
        consent = self.accept(self.ticket)
        told = self.mails(consent)
        self.assertEqual(
            [mail.recipient_ids for mail in told], [self.anna.partner_id, self.client]
        )
        for mail, who in zip(told, ("You", "Anna"), strict=True):
            self.assertIn(f"{who} made", mail.body_html)
        self.cancel(self.ticket)
        self.assertEqual(len(self.mails(consent)), 3)

    # === AGAIN AND AGAIN === #

    def test_what_was_withdrawn_is_not_accepted_again_within_the_hour(self):
        token = self.send_link()
        self.accept(self.ticket)
        reader = self.ticket.with_user(self.anna)
        self.assertIsNone(reader._withdraw_support_urgency_as_client("Oh"))
        stamp = self.stamp(self.ticket)
        public = self.env.ref("base.public_user")
        link = self.env["support.urgency.link"].with_user(public)._find(token)
        for problem in (
            reader._accept_support_urgency_as_client(stamp),
            link._accept(stamp),
            reader._prepare_support_urgency_page()["problem"],
        ):
            self.assertIn("withdrawn a short while ago", problem or "")
        self.assertFalse(self.ticket.support_is_urgent)
        self.assertFalse(link.used_at)
        later = fields.Datetime.add(fields.Datetime.now(), minutes=61)
        with freeze_time(later):
            self.accept(self.ticket)

    def test_what_we_cancelled_is_accepted_again_at_once(self):
        self.accept(self.ticket)
        self.cancel(self.ticket)
        self.accept(self.ticket)

    def send_link(self):
        """Send Anna a link; return its token."""
        link = self.ticket.sudo()._send_support_urgency_link(self.anna.partner_id)
        body = str(self.mails(link).body_html)
        return body.partition("/support/urgency/")[2].partition('"')[0]

    # === FACTS === #

    def test_facts_are_written_by_nobody(self):
        tickets = self.env["helpdesk.ticket"].with_user(self.technician)
        values = {"name": "X", "description": "X", "team_id": self.team.id}
        tickets.create(values)
        for name in sorted(SEALED):
            fact = {name: self.ticket.sudo()[name]}
            with self.subTest(name):
                self.assertIn(name, tickets._fields)
                with self.assertRaises(AccessError):
                    self.of_staff.write(fact)
                with self.assertRaises(AccessError):
                    tickets.create({**values, **fact})

    def test_facts_come_with_no_context(self):
        moment = fields.Datetime.to_datetime("2020-01-01 10:00:00")
        tickets = self.env["helpdesk.ticket"].with_user(self.technician)
        ticket = tickets.with_context(default_support_responded_at=moment).create(
            {"name": "X", "description": "X", "team_id": self.team.id}
        )
        self.assertFalse(ticket.support_responded_at)
