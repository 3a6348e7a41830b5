from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from odoo.addons.support_packs.models.support_case import take_row

STATES = [
    ("draft", "Draft"),
    ("confirmed", "Confirmed"),
    ("cancelled", "Cancelled"),
]
MANAGER = "helpdesk_mgmt.group_helpdesk_manager"
DAYS_OF_WEEK = 7


class SupportPlan(models.Model):
    """What a team does in a week, from Monday to Sunday by the team's clock [000].

    A draft is proposed from frozen facts, changed by hand, and confirmed. Until the
    week starts a confirmed plan can be undone; then it is what was promised.
    """

    _name = "support.plan"
    _description = "Support Plan"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "date_start desc, team_id, id desc"
    _check_company_auto = True
    _allow_sudo_commands = False

    # What a planner chooses; everything else is written by the verbs.
    _chosen = frozenset(
        {"team_id", "week_choice", "date_start", "line_ids", "capacity_ids"}
    )

    team_id = fields.Many2one(
        "helpdesk.ticket.team",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('support_plan_weekly', '=', True)]",
        default=lambda self: self._get_default_team(),
    )
    company_id = fields.Many2one(
        related="team_id.company_id", store=True, precompute=True, index=True
    )
    date_start = fields.Date(
        string="Week from",
        compute="_compute_date_start",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        help="The Monday of the week.",
    )
    date_end = fields.Date(string="Week until", compute="_compute_date_end")
    tz = fields.Char(
        string="Time zone",
        compute="_compute_tz",
        store=True,
        precompute=True,
        help="Whose clock the week follows; a plan keeps it.",
    )
    cutoff = fields.Datetime(
        string="Cut-off",
        compute="_compute_cutoff",
        store=True,
        precompute=True,
        help="What clients accepted at this moment or before may be in the plan.",
    )
    state = fields.Selection(
        STATES,
        required=True,
        readonly=True,
        copy=False,
        default="draft",
        index=True,
        tracking=True,
    )
    line_ids = fields.One2many("support.plan.line", "plan_id", string="Planned work")
    unplaced_ids = fields.One2many(
        "support.plan.unplaced", "plan_id", string="Not placed", readonly=True
    )
    capacity_ids = fields.One2many("support.plan.capacity", "plan_id")
    candidate_ids = fields.Many2many(
        "helpdesk.ticket", string="Candidates", compute="_compute_candidate_ids"
    )
    capacity_minutes = fields.Integer(
        string="Capacity (min)", compute="_compute_totals"
    )
    planned_minutes = fields.Integer(string="Planned (min)", compute="_compute_totals")
    left_minutes = fields.Integer(string="Room left (min)", compute="_compute_totals")
    unplaced_minutes = fields.Integer(
        string="Not placed (min)", compute="_compute_totals"
    )
    proposed_at = fields.Datetime(string="Proposed on", readonly=True, copy=False)
    confirmed_at = fields.Datetime(string="Confirmed on", readonly=True, copy=False)
    confirmed_by = fields.Many2one(
        "res.users", ondelete="set null", readonly=True, copy=False
    )
    is_automatic = fields.Boolean(
        string="By the clock",
        readonly=True,
        copy=False,
        help="Made by itself when the cut-off had passed.",
    )
    is_undoable = fields.Boolean(compute="_compute_is_undoable")

    _week_unique = models.UniqueIndex(
        "(team_id, date_start) WHERE state <> 'cancelled'",
        "This team has a plan for that week already.",
    )

    @api.model
    def _get_default_team(self):
        """Return the only team that plans, if there is only one."""
        teams = self.env["helpdesk.ticket.team"].search(
            [("support_plan_weekly", "=", True)], limit=2
        )
        return teams if len(teams) == 1 else teams.browse()

    @api.depends("team_id")
    def _compute_date_start(self):
        """The week after the last cut-off, or the next one if that has a plan."""
        for plan in self:
            if plan.team_id and not plan.date_start:
                plan.date_start = plan.team_id._get_week_to_plan()

    @api.depends("date_start")
    def _compute_date_end(self):
        for plan in self:
            plan.date_end = (
                fields.Date.add(plan.date_start, days=DAYS_OF_WEEK - 1)
                if plan.date_start
                else False
            )

    @api.depends("team_id")
    def _compute_tz(self):
        for plan in self:
            plan.tz = plan.team_id.sudo()._get_plan_tz() if plan.team_id else False

    @api.depends("team_id", "date_start")
    def _compute_cutoff(self):
        """Once it has a plan, a week keeps its cut-off: settings hold for later."""
        for plan in self:
            if plan.team_id and plan.date_start and plan.date_start.weekday() == 0:
                plan.cutoff = plan.team_id.sudo()._get_cutoff_before(plan.date_start)
            else:
                plan.cutoff = False

    @api.depends("team_id", "date_start")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for plan in self:
            plan.display_name = " · ".join(
                part for part in (plan.team_id.name, plan._format_week()) if part
            )

    @api.depends(
        "line_ids.minutes", "capacity_ids.available_minutes", "unplaced_ids.minutes"
    )
    def _compute_totals(self):
        for plan in self:
            plan.capacity_minutes = sum(plan.capacity_ids.mapped("available_minutes"))
            plan.planned_minutes = sum(plan.line_ids.mapped("minutes"))
            plan.left_minutes = plan.capacity_minutes - plan.planned_minutes
            plan.unplaced_minutes = sum(plan.unplaced_ids.mapped("minutes"))

    @api.depends("team_id")
    def _compute_candidate_ids(self):
        tickets = self.env["helpdesk.ticket"]
        for plan in self:
            queue = tickets._get_support_queue(plan.team_id)
            # Those that the reader may see, in their order.
            plan.candidate_ids = queue.sudo(self.env.su)._filtered_access("read")

    @api.depends("state", "date_start")
    def _compute_is_undoable(self):
        for plan in self:
            plan.is_undoable = plan.state == "confirmed" and not plan._has_started()

    @api.constrains("date_start")
    def _check_date_start(self):
        for plan in self:
            if plan.date_start.weekday():
                raise ValidationError(
                    self.env._("Week from: a week begins on a Monday.")
                )

    @api.constrains("team_id")
    def _check_team(self):
        for plan in self:
            if not plan.team_id.sudo().support_plan_weekly:
                raise ValidationError(
                    self.env._(
                        "Team: %s plans no accepted work. Its settings say whether.",
                        plan.team_id.name,
                    )
                )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_chosen(vals)
        teams = {vals.get("team_id") for vals in vals_list} - {None, False}
        for team in self.env["helpdesk.ticket.team"].browse(teams).sorted("id"):
            # Of two who plan a team at once, the second sees what the first did.
            take_row(team)
        for vals in vals_list:
            self._check_free(vals.get("team_id"), vals.get("date_start"))
        plans = super().create(vals_list)
        for plan in plans:
            plan.sudo()._refresh_capacity()
        return plans

    def write(self, vals):
        self._check_chosen(vals)
        if {"team_id", "date_start"} & vals.keys():
            for plan in self:
                plan._check_movable()
                plan._check_free(
                    vals.get("team_id", plan.team_id.id),
                    vals.get("date_start", plan.date_start),
                )
        vals, choices = self._take_out_choices(vals)
        res = super().write(vals)
        if choices:
            self.sudo()._choose(choices)
        if {"team_id", "date_start"} & vals.keys():
            for plan in self.sudo():
                plan._begin_again()
        return res

    @api.ondelete(at_uninstall=False)
    def _unlink_except_history(self):
        for plan in self:
            if plan.proposed_at:
                raise UserError(
                    self.env._(
                        "%s was proposed, and stays as a receipt. Cancel it instead.",
                        plan.display_name,
                    )
                )

    # === ACTION METHODS === #

    def action_propose(self):
        """Plan the queue again, from the facts as they are now.

        Pinned lines stay, and so do exclusions and changed capacities.
        """
        self._check_may_plan()
        for plan in self:
            plan._check_state("draft")
            # sudo: planners do not write what the verbs write.
            plan.sudo()._propose()
        return True

    def action_confirm(self):
        """Promise the plan: dates on tickets, work for technicians, and mails."""
        self._check_may_plan()
        for plan in self:
            if plan.state == "confirmed":
                continue
            plan._check_state("draft")
            plan.sudo()._confirm()
        return True

    def action_cancel(self):
        """Give a draft up, or undo a confirmed plan whose week has not started."""
        self._check_may_plan()
        for plan in self:
            if plan.state == "cancelled":
                continue
            if plan.state == "confirmed" and plan._has_started():
                raise UserError(
                    self.env._(
                        "%s: the week has started, and the plan cannot be undone any "
                        "more.",
                        plan.display_name,
                    )
                )
            plan.sudo()._cancel()
        return True

    def _check_may_plan(self):
        """Everybody may call what is public, so each verb asks."""
        if not self.env.su and not self.env.user.has_group(MANAGER):
            raise AccessError(self.env._("Only helpdesk managers plan."))
        self.check_access("write")

    def _check_state(self, state):
        self.ensure_one()
        take_row(self)
        self.invalidate_recordset(["state"])
        if self.state != state:
            labels = dict(self._fields["state"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "%(plan)s: the plan is not a draft any more, but: %(state)s.",
                    plan=self.display_name,
                    state=labels[self.state],
                )
            )

    # === BUSINESS METHODS === #

    def _has_started(self):
        self.ensure_one()
        return bool(self.date_start) and fields.Datetime.now() >= self._get_span()[0]

    def _format_week(self):
        """Return the week in words: ``week of 23 Nov 2026``."""
        self.ensure_one()
        if not self.date_start:
            return ""
        return self.env._(
            "week of %s", self.env["support.explanation"].format_day(self.date_start)
        )
