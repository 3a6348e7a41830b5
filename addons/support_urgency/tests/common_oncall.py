"""People on duty, their leave, and clients with urgencies."""

from contextlib import contextmanager

from odoo import Command, fields
from odoo.tools import html2plaintext

from .common import SupportUrgencyCommon

MAIL_QUEUE = "mail.ir_cron_mail_scheduler_action"


def utc(text):
    return fields.Datetime.to_datetime(text) if isinstance(text, str) else text


class OncallCommon(SupportUrgencyCommon):
    """A team of three, led by a fourth, who takes no turns."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write({"support_tz": "Europe/Madrid", "email": "help@example.com"})
        # What is noted where there is nobody to tell is in the company's language.
        cls.company.partner_id.lang = "en_US"
        cls.policy.urgent_percent = 50
        cls.ana, cls.ben, cls.carla, cls.leader = (
            cls.make_duty_user(name) for name in ("ana", "ben", "carla", "leader")
        )
        cls.team.write(
            {
                "user_id": cls.leader.id,
                "user_ids": [Command.set((cls.ana | cls.ben | cls.carla).ids)],
                "support_escalate_minutes": 30,
            }
        )
        cls.make_pack(1800)

    @classmethod
    def make_duty_user(cls, name, **values):
        return cls.make_user(
            f"oncall_{name}",
            "helpdesk_mgmt.group_helpdesk_user",
            **{
                "name": name.capitalize(),
                "email": f"{name}@example.com",
                "lang": "en_US",
                **values,
            },
        )

    @classmethod
    def make_shift(cls, user, start, end, team=None):
        return cls.env["support.oncall.shift"].create(
            {
                "user_id": user.id,
                "team_id": (team or cls.team).id,
                "date_start": utc(start),
                "date_end": utc(end),
            }
        )

    @classmethod
    def make_leave(cls, user, start, end, **values):
        """Put somebody on leave as Odoo's own absences do: by their resource."""
        resource = cls.env["resource.resource"].create(
            {
                "name": user.name,
                "user_id": user.id,
                "company_id": cls.company.id,
                "tz": "Europe/Madrid",
            }
        )
        return cls.env["resource.calendar.leaves"].create(
            {
                "name": "Holidays",
                "resource_id": resource.id,
                "calendar_id": False,
                "date_from": utc(start),
                "date_to": utc(end),
                **values,
            }
        )

    def accept(self, ticket, user=None):
        """The client accepts the urgency of a ticket, as the portal's button does."""
        ticket = ticket.with_user(user or self.env.user)
        return ticket._accept_support_urgency(
            {
                "partner_id": self.contact.id,
                "channel": "portal",
                "evidence": "Pressed the button",
                "percent": 50,
            }
        )

    @contextmanager
    def assert_refused(self, exception, message):
        """Like ``assertRaisesRegex``, and what was half done is rolled back."""
        with self.assertRaises(exception) as caught:
            yield
        self.assertIn(message, str(caught.exception))

    def notes(self, ticket):
        """Return the texts of the notes of calls, oldest first."""
        texts = [html2plaintext(one.body) for one in self.note_messages(ticket)]
        return [text for text in texts if text.startswith("Urgent:")]

    def note_messages(self, ticket):
        note = self.env.ref("mail.mt_note")
        messages = ticket.message_ids.filtered(
            lambda message: (
                message.subtype_id == note and message.message_type == "notification"
            )
        )
        return messages.sorted("id")

    def mails_to(self, user):
        return (
            self.env["mail.mail"]
            .search([])
            .filtered(lambda mail: user.partner_id in mail.recipient_ids)
        )

    def urgent_activities(self, ticket):
        kind = self.env.ref("support_urgency.mail_activity_type_urgent")
        return ticket.activity_ids.filtered(lambda one: one.activity_type_id == kind)

    def run_cron(self):
        with self.enter_registry_test_mode():
            self.env.ref("support_urgency.cron_oncall").method_direct_trigger()
        self.env.invalidate_all()
