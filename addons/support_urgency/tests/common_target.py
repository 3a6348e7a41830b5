"""Factories for tests of targets: a team in Madrid that is there 9–13 and 15–18."""

from odoo import Command, fields

from ..engine.opening import to_utc
from .common import SupportUrgencyCommon

MADRID = "Europe/Madrid"
SPLIT = ((9, 13), (15, 18))


def at(text):
    """Return a local time of Madrid, ``YYYY-MM-DD HH:MM``, as Odoo stores it."""
    return to_utc(fields.Datetime.to_datetime(f"{text}:00"), MADRID)


class TargetCommon(SupportUrgencyCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.support_tz = MADRID
        cls.calendar = cls.make_calendar(SPLIT)
        cls.team.resource_calendar_id = cls.calendar
        cls.team.support_policy_id = cls.policy
        cls.stage_waits = cls.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_awaiting")
        cls.stage_waits.support_waits_for_client = True
        cls.stage_rejected = cls.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_rejected")
        # P1: 10 minutes and 4 hours; P2: an hour and a day; P3: nothing.
        cls.p1.write({"response_minutes": 10, "resolution_hours": 4})
        cls.p2.write({"response_minutes": 60, "resolution_hours": 24})
        cls.technician = cls.make_user(
            "technician", "helpdesk_mgmt.group_helpdesk_user"
        )
        cls.leader = cls.make_user("leader", "helpdesk_mgmt.group_helpdesk_manager")
        cls.team.write(
            {
                "user_ids": [Command.set((cls.technician | cls.leader).ids)],
                "user_id": cls.leader.id,
            }
        )

    @classmethod
    def make_calendar(cls, slots, tz=MADRID, company=None):
        """Return a calendar from Monday to Friday."""
        return cls.env["resource.calendar"].create(
            {
                "name": "Opening hours",
                "company_id": (company or cls.company).id,
                "tz": tz,
                "attendance_ids": [Command.clear()]
                + [
                    Command.create(
                        {
                            "name": "Open",
                            "dayofweek": str(day),
                            "hour_from": start,
                            "hour_to": end,
                            "day_period": period,
                        }
                    )
                    for day in range(5)
                    for period, (start, end) in zip(
                        ("morning", "afternoon"), slots, strict=False
                    )
                ],
            }
        )

    @classmethod
    def close_on(cls, day, calendar=None):
        """Enter a public holiday, as people do: to the last second of the day."""
        return cls.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday",
                "calendar_id": (calendar or cls.calendar).id,
                "company_id": cls.company.id,
                "date_from": at(f"{day} 00:00"),
                "date_to": fields.Datetime.add(at(f"{day} 23:59"), seconds=59),
            }
        )

    @classmethod
    def open_ticket(cls, priority=None, **values):
        """Return a ticket of a client's contact, of P1 unless said."""
        priority = cls.p1 if priority is None else priority
        return cls.make_ticket(
            cls.contact, support_priority_id=priority.id, user_id=False, **values
        )

    def run_cron(self, name="cron_warn_targets"):
        """Run scheduled work of this add-on as the clock does."""
        with self.enter_registry_test_mode():
            self.env.ref(f"support_urgency.{name}").method_direct_trigger()
        self.env.invalidate_all()

    def response_of(self, ticket):
        return ticket.support_target_ids.filtered(lambda one: one.kind == "response")

    def resolution_of(self, ticket):
        return ticket.support_target_ids.filtered(lambda one: one.kind == "resolution")

    def answer(self, ticket, user=None):
        """Have an employee write to the client."""
        return ticket.message_post(
            body="Words",
            author_id=(user or self.technician).partner_id.id,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )

    def write_as_client(self, ticket, **values):
        return ticket.message_post(
            body="Here it is",
            author_id=self.contact.id,
            **{
                "message_type": "comment",
                "subtype_xmlid": "mail.mt_comment",
                **values,
            },
        )
