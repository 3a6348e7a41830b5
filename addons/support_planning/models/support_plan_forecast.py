from datetime import date

from odoo import api, fields, models

from ..engine.forecast import WeekAhead, forecast
from ..engine.inputs import Inputs
from ..engine.week import ONE_WEEK, week_of

WEEKS_AHEAD = 8
CRON = "support_planning.cron_forecast"


class SupportPlanLoad(models.Model):
    """How full a coming week of a team is, by confirmed plans and by the queue."""

    _name = "support.plan.load"
    _description = "Load of a Coming Week"
    _order = "team_id, date_start"
    _rec_name = "date_start"
    _allow_sudo_commands = False

    team_id = fields.Many2one(
        "helpdesk.ticket.team", required=True, ondelete="cascade", readonly=True
    )
    company_id = fields.Many2one(
        related="team_id.company_id", store=True, precompute=True
    )
    date_start = fields.Date(string="Week", required=True, readonly=True)
    kind = fields.Selection(
        [
            ("planned", "In confirmed plans"),
            ("queued", "Expected from the queue"),
            ("room", "Room left"),
        ],
        required=True,
        readonly=True,
    )
    minutes = fields.Integer(readonly=True)
    hours = fields.Float(compute="_compute_hours", store=True)

    _team_index = models.Index("(team_id, date_start)")

    @api.depends("minutes")
    def _compute_hours(self):
        for load in self:
            load.hours = load.minutes / 60


class SupportPlan(models.Model):
    _inherit = "support.plan"

    @api.model
    def _cron_forecast(self):
        """Look ahead for each team that plans: one that fails does not stop others.

        First for those of which it is longest ago: where there is no time for all of
        them, the next run goes on with the rest.
        """
        teams = self.env["helpdesk.ticket.team"].search(
            [("support_plan_weekly", "=", True), ("company_id", "!=", False)],
            order="support_looked_ahead_at NULLS FIRST, id",
        )
        runner = self.env["support.cron"]
        runner._begin(len(teams))
        runner._run_each(teams, "_look_ahead")

    def _on_confirmed(self):
        res = super()._on_confirmed()
        self.env.ref(CRON)._trigger()
        return res

    def _cancel(self):
        res = super()._cancel()
        self.env.ref(CRON)._trigger()
        return res


class HelpdeskTicketTeam(models.Model):
    _inherit = "helpdesk.ticket.team"

    support_looked_ahead_at = fields.Datetime(
        string="Looked ahead on",
        readonly=True,
        copy=False,
        groups="base.group_user",
        help="When the weeks in which accepted work is expected were reckoned last.",
    )

    def _look_ahead(self):
        """Write in which week each queued ticket is expected, and the load of the
        coming weeks."""
        self.ensure_one()
        plans = self._get_confirmed_ahead()
        found = self._get_forecast(plans)
        self._write_expected(found.expected)
        self._write_loads(plans, found.weeks)
        self.support_looked_ahead_at = fields.Datetime.now()

    def _get_recent_plans(self):
        """Return the domain of the team's plans of this week and later: whose week has
        begun somewhere on earth, and is not over everywhere."""
        day = fields.Date.subtract(fields.Date.today(), days=8)
        return [("team_id", "=", self.id), ("date_start", ">=", day)]

    def _get_confirmed_ahead(self):
        """Return the confirmed plans from this week on: ``{Monday: plan}``."""
        now = fields.Datetime.now()
        plans = self.env["support.plan"].search(
            [*self._get_recent_plans(), ("state", "=", "confirmed")]
        )
        ahead = plans.filtered(lambda plan: plan._get_span()[1] > now)
        return {plan.date_start: plan for plan in ahead}

    def _get_forecast(self, plans):
        """Return the engine's forecast of the weeks that are still to be planned.

        The draft of the first one, if there is one, with what the planner chose in it.
        """
        tz = self._get_plan_tz()
        weeks = [week_of(monday, tz) for monday in self._get_weeks_to_plan(plans)]
        monday = weeks[0].monday
        draft = self._get_draft(monday)
        inputs = Inputs(
            monday=monday.isoformat(),
            tz=tz,
            days=weeks[0].days,
            cutoff=str(self._get_cutoff_before(monday)),
            policy=self.support_overflow,
            candidates=draft._get_candidates(weeks[0]),
            experience=self._get_plan_experience(),
        )
        capacities = self._get_capacities(weeks)
        typed = draft._get_typed_capacities()
        if typed:
            capacities |= self._get_capacities(weeks[:1], typed)
        return forecast(
            inputs,
            [
                WeekAhead(
                    week.monday.isoformat(),
                    week.days,
                    tuple(one.technician for one in capacities[week.monday]),
                )
                for week in weeks
            ],
        )

    def _get_draft(self, monday):
        """Return the draft of a week, or one that is nowhere but here."""
        plans = self.env["support.plan"]
        found = plans.search(
            [
                ("team_id", "=", self.id),
                ("date_start", "=", monday),
                ("state", "=", "draft"),
            ]
        )
        return found or plans.new({"team_id": self.id, "date_start": monday})

    def _get_weeks_to_plan(self, plans):
        """Return the Mondays of the coming weeks that will have a plan.

        Not of those that have one; nor of those whose plan was cancelled, or whose
        cut-off passed before the team began to plan: the clock makes none, unless
        somebody began one.
        """
        others = self.env["support.plan"].search(
            [*self._get_recent_plans(), ("state", "!=", "confirmed")]
        )
        drafts = others.filtered(lambda plan: plan.state == "draft")
        cancelled = set(others.mapped("date_start")) - set(drafts.mapped("date_start"))
        monday, weeks = self._get_week_after_cutoff(), []
        if monday not in drafts.mapped("date_start") and not self._is_plan_due():
            monday += ONE_WEEK
        while len(weeks) < WEEKS_AHEAD:
            if monday not in plans and monday not in cancelled:
                weeks.append(monday)
            monday += ONE_WEEK
        return weeks

    def _write_expected(self, expected):
        """Write the weeks into the tickets, and take them out of those that left."""
        tickets = self.env["helpdesk.ticket"].sudo()
        weeks = {
            one.ticket: date.fromisoformat(one.first) if one.first else False
            for one in expected
        }
        gone = tickets.search(
            [
                ("team_id", "=", self.id),
                ("support_expected_week", "!=", False),
                ("id", "not in", list(weeks)),
            ]
        )
        gone.support_expected_week = False
        by_week = {}
        for ticket in tickets.browse(weeks):
            if ticket.support_expected_week != weeks[ticket.id]:
                by_week.setdefault(weeks[ticket.id], []).append(ticket.id)
        for week, ids in by_week.items():
            tickets.browse(ids).support_expected_week = week

    def _write_loads(self, plans, weeks):
        """Replace the load of the coming weeks."""
        loads = self.env["support.plan.load"].sudo()
        loads.search([("team_id", "=", self.id)]).unlink()
        rows = [
            (monday.isoformat(), plan.planned_minutes, 0, plan.capacity_minutes)
            for monday, plan in plans.items()
        ]
        rows += [(week.monday, 0, week.queued, week.capacity) for week in weeks]
        rows.sort()
        loads.create(
            [
                {
                    "team_id": self.id,
                    "date_start": monday,
                    "kind": kind,
                    "minutes": minutes,
                }
                for monday, planned, queued, capacity in rows[:WEEKS_AHEAD]
                for kind, minutes in (
                    ("planned", planned),
                    ("queued", queued),
                    ("room", max(capacity - planned - queued, 0)),
                )
            ]
        )


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    def _on_support_estimate_accepted(self, estimate):
        """The queue is longer by one: it is looked ahead anew, as soon as possible."""
        res = super()._on_support_estimate_accepted(estimate)
        # sudo: clients accept, and the clock reckons.
        cron = self.env.ref(CRON).sudo()
        if self.sudo().team_id.support_plan_weekly:
            cron._trigger()
        return res
