from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..engine.week import ONE_WEEK, monday_of, to_local
from .support_plan_week import aware

ANOTHER = "other"
WEEKS = [
    ("0", "This week, what is left of it"),
    ("1", "Next week"),
    ("2", "In two weeks"),
    ("3", "In three weeks"),
    (ANOTHER, "Another week"),
]


class SupportPlan(models.Model):
    """Which week a planner makes a plan of: this one, the next one, or a later one."""

    _inherit = "support.plan"

    week_choice = fields.Selection(
        WEEKS,
        string="Which week",
        compute="_compute_week_choice",
        readonly=False,
        help="By the clock of the team.",
    )
    standing_plan_id = fields.Many2one(
        "support.plan", string="There already", compute="_compute_standing_plan_id"
    )

    @api.depends("team_id", "date_start")
    def _compute_week_choice(self):
        for plan in self:
            if not (plan.team_id and plan.date_start):
                plan.week_choice = False
                continue
            week = monday_of(plan.date_start)
            ahead = (week - plan.team_id._get_this_monday()) // ONE_WEEK
            known = str(ahead) in dict(WEEKS)
            plan.week_choice = str(ahead) if known else ANOTHER

    @api.onchange("week_choice")
    def _onchange_week_choice(self):
        if self.team_id and self.week_choice and self.week_choice != ANOTHER:
            ahead = int(self.week_choice) * ONE_WEEK
            self.date_start = self.team_id._get_this_monday() + ahead

    @api.onchange("date_start")
    def _onchange_date_start(self):
        """Any day of a week stands for it."""
        if self.date_start:
            self.date_start = monday_of(self.date_start)

    @api.depends("team_id", "date_start", "state")
    def _compute_standing_plan_id(self):
        for plan in self:
            plan.standing_plan_id = self._find_standing(
                plan.team_id.id, plan.date_start, plan._origin.ids
            )

    def _check_free(self, team_id, date_start):
        """Nor is a week planned by hand that is over."""
        res = super()._check_free(team_id, date_start)
        day = fields.Date.to_date(date_start)
        if day and team_id and not self.env.su:
            team = self.env["helpdesk.ticket.team"].browse(team_id)
            if day < team._get_this_monday():
                raise ValidationError(
                    self.env._(
                        "Week from: the week of %s is over.",
                        self.env["support.explanation"].format_day(day),
                    )
                )
        return res


class HelpdeskTicketTeam(models.Model):
    _inherit = "helpdesk.ticket.team"

    def _get_this_monday(self):
        """Return the Monday of the week that runs, by the clock of the team."""
        self.ensure_one()
        now = aware(fields.Datetime.now())
        return monday_of(to_local(now, self.sudo()._get_plan_tz()).date())
