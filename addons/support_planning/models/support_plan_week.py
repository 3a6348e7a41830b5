from collections import defaultdict
from datetime import timezone

from odoo import fields, models

from ..engine import cutoff
from ..engine.capacity import Person, capacity_of
from ..engine.week import ONE_WEEK, to_local, week_of

# So far ahead it is asked when somebody on leave is back.
WEEKS_TO_RETURN = 8


def aware(moment):
    """Return a naive UTC datetime, as Odoo stores it, with its time zone."""
    return moment.replace(tzinfo=timezone.utc)


def naive(moment):
    """Return a moment as Odoo stores it: naive, in UTC."""
    return moment.astimezone(timezone.utc).replace(tzinfo=None)


class HelpdeskTicketTeam(models.Model):
    """The weeks of a team by its own clock, and the time that its members have."""

    _inherit = "helpdesk.ticket.team"

    def _get_cutoff(self):
        """Return the engine's cut-off of the team."""
        self.ensure_one()
        return cutoff.Cutoff(
            int(self.support_cutoff_day), self._get_cutoff_minute(), self._get_plan_tz()
        )

    def _get_last_cutoff(self):
        """Return the last cut-off that has passed: the engine's, with its Monday."""
        self.ensure_one()
        return cutoff.last_passed(self._get_cutoff(), aware(fields.Datetime.now()))

    def _get_week_after_cutoff(self):
        """Return the Monday of the week that the last cut-off is for."""
        return self.sudo()._get_last_cutoff().monday

    def _get_cutoff_before(self, monday):
        """Return the cut-off of a week, as Odoo stores moments."""
        return naive(cutoff.cutoff_for(self._get_cutoff(), monday))

    # === THE TIME THAT MEMBERS HAVE === #

    def _get_capacities(self, weeks, overrides=None, now=None):
        """Return the engine's capacity of each member in each week.

        With as many queries for ten members and eight weeks as for one of each.

        :param weeks: the engine's weeks, in order
        :param overrides: minutes that a planner typed: ``{user id: minutes}``
        :param now: naive UTC datetime before which nothing is planned any more
        :return: ``{Monday: [Capacity]}``, by the members' ids
        """
        self.ensure_one()
        now = aware(now or fields.Datetime.now())
        people = self._get_people(weeks, overrides or {})
        return {
            week.monday: [
                capacity_of(
                    person,
                    week.days,
                    self.support_reserve_percent,
                    max(week.minute_of(now), 0),
                )
                for person in people[week.monday]
            ]
            for week in weeks
        }

    def _get_people(self, weeks, overrides):
        """Return what the engine reckons capacities from: ``{Monday: [Person]}``."""
        users, shares = self._get_plan_users(), self._get_plan_shares()
        span = (weeks[0].start, weeks[-1].end + WEEKS_TO_RETURN * ONE_WEEK)
        hours = self._get_working_hours(users, *span)
        planned = self._get_planned_elsewhere(users, weeks[0].start, weeks[-1].end)
        people = {}
        for week in weeks:
            people[week.monday] = [
                self._get_person(
                    user.id,
                    week,
                    hours[user.id],
                    planned[user.id],
                    share=shares[user.id],
                    override=overrides.get(user.id, -1),
                )
                for user in users
            ]
        return people

    def _get_person(self, user_id, week, hours, planned, **values):
        """Return the engine's person in a week.

        :param hours: (working time with holidays, without, leave): lists of moments
        :param planned: pairs of moments
        """
        plain, work, leaves = hours
        ordinary = _cut(week, plain)
        return Person(
            user_id,
            work=tuple(_cut(week, work)),
            leaves=tuple(_cut(week, leaves, around=True)),
            planned=tuple(_cut(week, planned, around=True)),
            returns=_get_return(week, work, leaves),
            full_week=sum(end - start for start, end in ordinary),
            **values,
        )

    def _get_working_hours(self, users, start, end):
        """Return when people work and when they are on leave.

        :return: ``{user id: (working time, the same without public holidays, leave)}``,
            each a list of pairs of moments
        """
        found = {user.id: ([], [], []) for user in users}
        for calendar, of_calendar in self._get_plan_calendars(users).items():
            resources = calendar.env["resource.resource"].union(
                *(resource for resource in of_calendar.values() if resource)
            )
            # Who has no hours of their own is there around the clock to Odoo, and at
            # those of the team to us.
            fixed = resources.filtered("calendar_id")
            hours = calendar._work_intervals_batch(
                start, end, resources=fixed, compute_leaves=False
            )
            leaves = calendar._leave_intervals_batch(
                start, end, resources, self._get_leave_domain()
            )
            for user_id, resource in of_calendar.items():
                plain = hours[resource.id if resource in fixed else False]
                found[user_id] = (
                    _pairs(plain),
                    _pairs(plain - leaves[False]),
                    _pairs(leaves[resource.id]),
                )
        return found

    def _get_leave_domain(self):
        """Return which leave counts: anybody's own, and public holidays of the company.

        Those of another company are of calendars that may be shared, or of none.
        """
        companies = [self.sudo().company_id.id, False]
        return [
            ("time_type", "=", "leave"),
            "|",
            ("resource_id", "!=", False),
            ("company_id", "in", companies),
        ]

    def _get_plan_calendars(self, users):
        """Return by whose hours people work: ``{calendar: {user id: resource}}``.

        Their own, else the team's, else the company's. Who has none of them has no
        working time, rather than day and night.
        """
        # sudo: planners may not read the resources of people, nor their leave.
        company = self.sudo().company_id
        resources = company.env["resource.resource"].search(
            [
                ("user_id", "in", users.ids),
                ("company_id", "in", (company.id, False)),
            ],
            order="id desc",
        )
        of_user = {resource.user_id.id: resource for resource in resources}
        default = self.sudo().resource_calendar_id or company.resource_calendar_id
        calendars = defaultdict(dict)
        for user in users:
            resource = of_user.get(user.id, resources.browse())
            calendar = resource.calendar_id or default
            if calendar:
                calendars[calendar][user.id] = resource
        return calendars

    def _get_planned_elsewhere(self, users, start, end, but=None):
        """Return the time that confirmed plans have taken: ``{user id: [pair]}``.

        :param but: support.plan whose own lines do not count
        """
        # sudo: another team's plan takes the same time, whoever may read it.
        lines = (
            self.env["support.plan.line"]
            .sudo()
            .search(
                [
                    ("user_id", "in", users.ids),
                    ("plan_state", "=", "confirmed"),
                    ("date_start", "<", naive(end)),
                    ("date_end", ">", naive(start)),
                    ("plan_id", "not in", but.ids if but else []),
                ]
            )
        )
        taken = defaultdict(list)
        for line in lines:
            week = line.plan_id._get_week()
            taken[line.user_id.id] += [
                (week.moment_of(first), week.moment_of(last))
                for first, last in line.slots
            ]
        return taken


class SupportPlan(models.Model):
    _inherit = "support.plan"

    def _get_week(self):
        """Return the engine's week of the plan."""
        self.ensure_one()
        return week_of(self.date_start, self.tz)

    def _get_span(self):
        """Return the week as Odoo stores moments: from Monday 0:00 until the next one
        by the clock of the team."""
        week = self._get_week()
        return naive(week.start), naive(week.end)


def _pairs(intervals):
    return [(start, end) for start, end, _records in intervals]


def _cut(week, pairs, around=False):
    """Return pairs of moments as spans of the week's axis, those that are in it."""
    cut = week.around if around else week.inside
    spans = (cut(start, end) for start, end in pairs)
    return [span for span in spans if span[0] < span[1]]


def _get_return(week, work, leaves):
    """Return in how many days from the Monday who is away all week works again, -1:
    not known."""
    for start, end in work:
        if end <= week.end:
            continue
        for first, last in leaves:
            if first <= start and end <= last:
                break
        else:
            return (to_local(start, week.tz).date() - week.monday).days
    return -1
