"""What a review tried: names that tell, public methods, defaults of the caller."""

from odoo.exceptions import AccessError
from odoo.service.model import get_public_method
from odoo.tests import new_test_user, tagged

from odoo.addons.support_packs.tests.common import make_company

from .common import make_priorities
from .common_urgency import UrgencyCommon


@tagged("post_install", "-at_install")
class TestUrgencyGuards(UrgencyCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_people()
        cls.p1, cls.p2, cls.p3 = make_priorities(cls.env, cls.policy)
        cls.pack = cls.make_pack(1800)
        cls.ticket = cls.make_urgent_ticket()
        cls.message = cls.write_in(cls.ticket, cls.anna.partner_id, subject="Down")

    def test_a_name_tells_no_more_of_a_message_than_its_reader_may_read(self):
        secret = self.ticket.message_post(
            body="Their server has no backup", subtype_xmlid="mail.mt_note"
        )
        named = {"support_evidence": True}
        own = self.message.with_context(**named)
        own.parent_id = secret
        for reader in (self.anna, self.rita, self.employee):
            with self.subTest(reader.login):
                name = secret.with_user(reader).with_context(**named).sudo()
                self.assertNotIn("backup", name.display_name or "")
        name = secret.with_user(self.technician).with_context(**named).display_name
        self.assertIn("backup", name)

    def test_only_the_gateway_brings_mails(self):
        for name in ("message_new", "message_update"):
            with self.subTest(name), self.assertRaises(AccessError):
                get_public_method(self.ticket.with_user(self.rita), name)

    def test_defaults_of_the_caller_are_no_evidence(self):
        defaults = {
            "default_ip": "203.0.113.9",
            "default_state": "cancelled",
            "default_price_shown": "nothing",
        }
        ticket = self.ticket.with_user(self.technician).with_context(**defaults)
        consent = ticket._record_support_urgency(self.message, "email")
        self.assertFalse(consent.ip)
        self.assertEqual(consent.state, "accepted")
        self.assertEqual(self.ticket.support_consent_id, consent)

    def test_no_default_makes_a_ticket_urgent(self):
        self.env["ir.default"].set(
            "helpdesk.ticket", "support_is_urgent", True, user_id=self.technician.id
        )
        tickets = self.env["helpdesk.ticket"].with_user(self.technician)
        values = {"name": "Down", "description": "All", "team_id": self.team.id}
        for context in ({}, {"default_support_is_urgent": True}):
            with self.subTest(context):
                ticket = tickets.with_context(**context).create(values)
                self.assertFalse(ticket.support_is_urgent)

    def test_targets_begin_with_nothing_reached(self):
        self.p3.response_minutes = 60
        self.policy.default_priority_id = self.p3
        ticket = self.env["helpdesk.ticket"].with_context(
            default_reached_at="2020-01-01 00:00:00"
        )
        ticket = ticket.create(
            {
                "name": "Down",
                "description": "All",
                "team_id": self.team.id,
                "partner_id": self.client.id,
            }
        )
        self.assertTrue(ticket.support_target_ids)
        self.assertFalse(any(ticket.support_target_ids.mapped("reached_at")))

    def test_evidence_is_read_by_who_may_read_the_ticket(self):
        self.accept(self.ticket)
        personal = self.make_user("personal", "helpdesk_mgmt.group_helpdesk_user_own")
        self.ticket.user_id = self.technician
        consents = self.env["support.urgency.consent"]
        found = {
            user.login: consents.with_user(user).search_count([])
            for user in (personal, self.technician, self.accountant)
        }
        expected = {"personal": 0, "technician": 1, "accountant": 1}
        self.assertEqual(found, expected)

    def test_nobody_corrects_or_names_a_ticket_of_others(self):
        other = make_company(self.env, "Other", chart=False)
        foreign = new_test_user(
            self.env,
            login="foreign",
            groups="helpdesk_mgmt.group_helpdesk_user",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        wizards = self.env["support.priority.correction"].with_user(foreign)
        with self.assertRaises(AccessError):
            wizards.create({"ticket_id": self.ticket.id}).read(["effect", "policy_id"])
        self.ticket.support_priority_by_client = True
        for user in (foreign, self.rita):
            with self.subTest(user.login), self.assertRaises(AccessError) as error:
                ticket = self.ticket.with_user(user)
                ticket.write({"support_priority_id": self.p2.id})
            self.assertNotIn(self.ticket.number, str(error.exception))
