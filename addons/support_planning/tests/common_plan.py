"""A team in Madrid that plans on Fridays at two, and clients who accepted."""

from odoo import Command, fields

from .common import SupportPlanningCommon

# Monday 9 March 2026; the cut-off is on Friday 6 March at 14:00, 13:00 UTC.
MONDAY = "2026-03-09"
FRIDAY = "2026-03-06 13:00:00"
# When plans are made in most tests: half an hour later.
AFTER = "2026-03-06 13:30:00"


class PlanCommon(SupportPlanningCommon):
    """Ana and Ben work from 9 to 14 from Monday to Friday: 25 hours a week each."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write({"support_tz": "Europe/Madrid", "email": "help@example.com"})
        cls.company.partner_id.lang = "en_US"
        cls.calendar = cls.make_calendar("Mornings")
        cls.ana, cls.ben = cls.make_technician("ana"), cls.make_technician("ben")
        cls.planner = cls.make_user(
            "planner", "helpdesk_mgmt.group_helpdesk_manager", email="p@example.com"
        )
        cls.team.write(
            {
                "user_ids": [Command.set((cls.ana | cls.ben).ids)],
                "user_id": cls.planner.id,
                "resource_calendar_id": cls.calendar.id,
                "support_plan_weekly": True,
                "support_plan_since": "2026-01-01",
            }
        )
        cls.policy.prefers_usual_technician = True
        cls.make_account()
        cls.contact.lang = "en_US"

    @classmethod
    def make_calendar(cls, name, start=9, end=14, tz="Europe/Madrid"):
        return cls.env["resource.calendar"].create(
            {
                "name": name,
                "company_id": cls.company.id,
                "tz": tz,
                "attendance_ids": [
                    Command.create(
                        {
                            "name": str(day),
                            "dayofweek": str(day),
                            "hour_from": start,
                            "hour_to": end,
                            "day_period": "morning",
                        }
                    )
                    for day in range(5)
                ],
            }
        )

    @classmethod
    def make_technician(cls, name, **values):
        return cls.make_user(
            f"plan_{name}",
            "helpdesk_mgmt.group_helpdesk_user",
            **{"name": name.capitalize(), "email": f"{name}@example.com", **values},
        )

    @classmethod
    def make_leave(cls, user, start, end):
        """Put somebody on leave; without a user, everybody: a public holiday."""
        resource = cls.env["resource.resource"]
        if user:
            resource = resource.create(
                {
                    "name": user.name,
                    "user_id": user.id,
                    "company_id": cls.company.id,
                    "calendar_id": cls.calendar.id,
                    "tz": "Europe/Madrid",
                }
            )
        return cls.env["resource.calendar.leaves"].create(
            {
                "name": "Away",
                "resource_id": resource.id,
                "calendar_id": cls.calendar.id if user else False,
                "company_id": cls.company.id,
                "date_from": start,
                "date_to": end,
            }
        )

    @classmethod
    def accept(cls, minutes, at="2026-03-05 10:00:00", **values):
        """Return a ticket whose estimate the client accepted at a moment (UTC)."""
        values = {"partner": cls.contact, "user_id": False, **values}
        ticket = cls.make_ticket(**values)
        ticket.write({"support_estimate_minutes": minutes, "support_accepted_at": at})
        return ticket

    @classmethod
    def make_plan(cls, team=None, monday=MONDAY, **values):
        return cls.env["support.plan"].create(
            {"team_id": (team or cls.team).id, "date_start": monday, **values}
        )

    @classmethod
    def propose(cls, **values):
        plan = cls.make_plan(**values)
        plan.action_propose()
        return plan

    def placed(self, plan):
        """Return what a plan holds: ``[(ticket, technician, minutes)]`` by place."""
        return [
            (line.ticket_id, line.user_id, line.minutes)
            for line in plan.line_ids.sorted(lambda one: (one.place, one.date_start))
        ]

    def reasons(self, plan):
        """Return why tickets are not placed: ``{ticket: code}``."""
        return {row.ticket_id: row.reason for row in plan.unplaced_ids}

    def run_cron(self):
        with self.enter_registry_test_mode():
            self.env.ref("support_planning.cron_plan").method_direct_trigger()
        self.env.invalidate_all()

    def get_plans(self, team=None):
        return self.env["support.plan"].search(
            [("team_id", "=", (team or self.team).id)], order="date_start"
        )

    def mails(self, notice=None):
        domain = [("model", "=", "support.plan.notice")]
        return self.env["mail.mail"].search(domain, order="id")

    @staticmethod
    def utc(text):
        return fields.Datetime.to_datetime(text)
