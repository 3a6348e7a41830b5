"""Priorities: the policy's, with stars that follow and corrections with a reason."""

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .common import SupportUrgencyCommon, make_policy, make_priorities


@tagged("post_install", "-at_install")
class TestPriority(SupportUrgencyCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account = cls.make_account()
        cls.technician = cls.make_user(
            "technician", "helpdesk_mgmt.group_helpdesk_user"
        )
        cls.contact.lang = "en_US"

    # === the priority of a new ticket === #

    def test_a_ticket_gets_the_priority_that_the_policy_names(self):
        self.policy.default_priority_id = self.p2
        ticket = self.make_ticket()
        self.assertEqual(ticket.support_priority_id, self.p2)
        self.assertEqual(ticket.priority, self.p2.ticket_priority)
        self.assertFalse(ticket.support_priority_by_client)

    def test_without_a_default_it_is_the_least_grave_one_in_use(self):
        self.assertEqual(self.make_ticket().support_priority_id, self.p3)
        self.p3.active = False
        self.assertEqual(self.make_ticket().support_priority_id, self.p2)

    def test_without_priorities_there_is_none(self):
        self.priorities.active = False
        self.assertFalse(self.make_ticket().support_priority_id)
        stranger = self.make_ticket(self.make_client("Stranger"))
        self.assertFalse(stranger.support_priority_id)

    def test_a_priority_that_is_taken_away_is_replaced_by_the_default(self):
        ticket = self.make_ticket(support_priority_id=self.p1.id)
        ticket.support_priority_id = False
        self.assertEqual(ticket.support_priority_id, self.p3)

    def test_a_priority_is_one_of_the_policy(self):
        other = make_priorities(
            self.env, make_policy(self.env, self.company, "Other policy")
        )
        ticket = self.make_ticket()
        with self.assertRaisesRegex(ValidationError, "Support priority: “P1"):
            ticket.support_priority_id = other[0]

    def test_another_policy_gives_the_priority_with_the_same_code(self):
        other = make_priorities(
            self.env, make_policy(self.env, self.company, "Other policy"), count=2
        )
        client = self.make_client("Other client")
        self.make_account(client, other.policy_id)
        for priority, expected in ((self.p1, other[0]), (self.p3, other[1])):
            ticket = self.make_ticket(support_priority_id=priority.id)
            ticket.partner_id = client
            self.assertEqual(ticket.support_priority_id, expected)
            self.assertEqual(ticket.priority, expected.ticket_priority)

    # === stars === #

    def test_stars_follow_the_priority_and_never_lead(self):
        ticket = self.make_ticket(support_priority_id=self.p1.id, priority="0")
        self.assertEqual(ticket.priority, "3")
        ticket.support_priority_id = self.p3
        self.assertEqual(ticket.priority, "1")
        ticket.priority = "3"
        self.assertEqual((ticket.priority, ticket.support_priority_id), ("1", self.p3))

    def test_stars_are_free_where_there_is_no_priority(self):
        ticket = self.make_ticket(self.make_client("Stranger"))
        ticket.priority = "3"
        self.assertEqual(ticket.priority, "3")

    # === corrections === #

    def make_chosen(self, priority=None):
        """Return a ticket whose priority the client chose."""
        return self.make_ticket(
            self.contact,
            support_priority_id=(priority or self.p1).id,
            support_priority_by_client=True,
        )

    def test_what_the_client_chose_is_corrected_with_a_reason(self):
        ticket = self.make_chosen().with_user(self.technician)
        with self.assertRaisesRegex(ValidationError, "Reason of the correction"):
            ticket.support_priority_id = self.p2
        with self.assertRaisesRegex(ValidationError, "Reason of the correction"):
            ticket._correct_support_priority(self.p2, " ")
        ticket._correct_support_priority(self.p2, "The site works")
        self.assertEqual(ticket.support_priority_id, self.p2)
        self.assertEqual(ticket.priority, self.p2.ticket_priority)

    def test_the_client_is_told_what_changed_and_why(self):
        self.contact.email = "contact@example.com"
        follower = self.env["res.partner"].create(
            {"name": "Of another company", "email": "other@example.com"}
        )
        ticket = self.make_chosen()
        ticket.message_subscribe((self.contact | follower).ids)
        wizard = (
            self.env["support.priority.correction"]
            .with_user(self.technician)
            .create(
                {
                    "ticket_id": ticket.id,
                    "priority_id": self.p2.id,
                    "reason": "The site works",
                }
            )
        )
        wizard.action_apply()
        note = ticket.message_ids.filtered(lambda one: "The site works" in one.body)
        note = note.filtered(lambda one: one.message_type == "notification")
        self.assertEqual(note.subtype_id, self.env.ref("mail.mt_note"))
        self.assertEqual(note.author_id, self.technician.partner_id)
        self.assertIn("from P1 · Priority 1 to P2 · Priority 2", note.body)
        self.assertFalse(note.notified_partner_ids)
        mail = self.mails_about(ticket)
        self.assertEqual(mail.recipient_ids, self.contact)
        self.assertIn("from P1 · Priority 1 to P2 · Priority 2", mail.body_html)
        self.assertIn("The site works", mail.body_html)
        self.assertIn(ticket.number, mail.subject)
        self.assertEqual(ticket.support_priority_reason, "The site works")

    def mails_about(self, ticket):
        return (
            self.env["mail.mail"]
            .search([("model", "=", ticket._name), ("res_id", "=", ticket.id)])
            .filtered(lambda mail: "priority" in (mail.subject or "").lower())
        )

    def test_a_correction_is_no_answer(self):
        ticket = self.make_chosen()
        ticket.with_user(self.technician)._correct_support_priority(self.p2, "Works")
        self.assertFalse(ticket.support_responded_at)

    def test_a_client_without_an_address_is_told_nothing_and_we_read_so(self):
        self.contact.email = False
        ticket = self.make_chosen()
        ticket.with_user(self.technician)._correct_support_priority(self.p2, "Works")
        self.assertFalse(self.mails_about(ticket))
        self.assertTrue(
            any("has no e-mail address" in one.body for one in ticket.message_ids)
        )

    def test_the_mail_is_in_the_language_of_the_client(self):
        self.env["res.lang"]._activate_lang("es_ES")
        self.contact.write({"email": "contact@example.com", "lang": "es_ES"})
        ticket = self.make_chosen()
        ticket.with_user(self.technician)._correct_support_priority(self.p2, "Works")
        partners = ticket.sudo()._get_priority_mail_partner()
        self.assertEqual((partners, partners.lang), (self.contact, "es_ES"))

    def test_a_correction_needs_a_priority_and_a_reason(self):
        wizard = (
            self.env["support.priority.correction"]
            .with_user(self.technician)
            .create({"ticket_id": self.make_chosen().id, "reason": "Wrong"})
        )
        with self.assertRaisesRegex(UserError, "New priority"):
            wizard.action_apply()
        wizard.write({"priority_id": self.p2.id, "reason": " "})
        with self.assertRaisesRegex(ValidationError, "Reason of the correction"):
            wizard.action_apply()

    def test_what_staff_chose_needs_no_reason(self):
        ticket = self.make_ticket().with_user(self.technician)
        ticket.support_priority_id = self.p1
        self.assertEqual(ticket.support_priority_id, self.p1)
        self.assertFalse(ticket.support_priority_reason)

    def test_the_same_priority_again_needs_no_reason(self):
        ticket = self.make_chosen().with_user(self.technician)
        ticket.support_priority_id = self.p1
        self.assertEqual(ticket.support_priority_id, self.p1)

    # === settings === #

    def test_a_default_is_one_of_the_policy(self):
        other = make_priorities(
            self.env, make_policy(self.env, self.company, "Other policy")
        )
        with self.assertRaisesRegex(ValidationError, "Default priority"):
            self.policy.default_priority_id = other[0]

    def test_a_priority_of_tickets_is_archived_not_deleted(self):
        self.make_ticket(support_priority_id=self.p1.id)
        with self.assertRaisesRegex(UserError, "Archive it"):
            self.p1.unlink()
        self.p2.unlink()

    def test_a_changed_priority_counts_at_once(self):
        """What is remembered of priorities is forgotten when they change."""
        self.make_ticket()
        self.p3.ticket_priority = "0"
        self.assertEqual(self.make_ticket().priority, "0")
        new = self.env["support.priority"].create(
            {
                "policy_id": self.policy.id,
                "code": "P9",
                "name": "Least",
                "sequence": 99,
            }
        )
        self.assertEqual(self.make_ticket().support_priority_id, new)
