from datetime import date

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools.misc import format_date

from ..engine.spans import length
from .support_plan_week import naive

STATES = [
    ("proposed", "Proposed"),
    ("applied", "Applied"),
    ("dismissed", "Dismissed"),
]


class SupportPlanDisplacement(models.Model):
    """Who would be moved out of a confirmed plan, and why: until a planner applies it.

    What takes the time are causes; from them, and the plan as it stands, the engine
    reckons the moves. Causes that were dismissed do not come back.
    """

    _name = "support.plan.displacement"
    _description = "Displacement"
    _order = "id desc"
    _allow_sudo_commands = False

    # What a planner writes; everything else is written by the verbs.
    _chosen = frozenset({"client_reason"})

    plan_id = fields.Many2one(
        "support.plan", required=True, index=True, ondelete="cascade", readonly=True
    )
    team_id = fields.Many2one(related="plan_id.team_id", store=True, precompute=True)
    company_id = fields.Many2one(
        related="plan_id.company_id", store=True, precompute=True, index=True
    )
    week = fields.Date(
        related="plan_id.date_start", string="Week", store=True, precompute=True
    )
    state = fields.Selection(
        STATES, required=True, readonly=True, default="proposed", index=True
    )
    is_automatic = fields.Boolean(
        string="Found by itself",
        readonly=True,
        help="By the hourly check of the calendars and of urgent work.",
    )
    # Dicts: key, technician (id), reason ([code, {parameter: value}]), spans (pairs of
    # minutes from Monday 0:00 by the team's clock), by_hand.
    causes = fields.Json(readonly=True)
    cause_text = fields.Text(
        string="What takes the time", compute="_compute_cause_text"
    )
    move_ids = fields.One2many(
        "support.plan.displacement.move",
        "displacement_id",
        string="Who is moved",
        readonly=True,
    )
    move_count = fields.Integer(string="Moved", compute="_compute_totals")
    left_minutes = fields.Integer(
        string="Back to the queue (min)",
        compute="_compute_totals",
        help="They go first in the next plan.",
    )
    client_reason = fields.Char(
        string="Reason for clients",
        help="Instead of the ordinary sentence, as you write it here.",
    )
    reckoned_at = fields.Datetime(string="Reckoned on", readonly=True)
    facts = fields.Text(
        readonly=True, help="All that the moves depended on, as it was then."
    )
    facts_hash = fields.Char(string="SHA-256 of the facts", readonly=True)
    decided_at = fields.Datetime(string="Decided on", readonly=True)
    decided_by = fields.Many2one("res.users", ondelete="set null", readonly=True)
    dismissal = fields.Char(string="Dismissed because", readonly=True)
    activity_id = fields.Many2one("mail.activity", readonly=True, ondelete="set null")

    _open_unique = models.UniqueIndex(
        "(plan_id) WHERE state = 'proposed'",
        "This plan has a proposal already of who would be moved.",
    )

    @api.depends("plan_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for displacement in self:
            # sudo: as the plan is called, whoever reads it.
            displacement.display_name = displacement.sudo().plan_id.display_name

    @api.depends("causes", "move_ids.user_id")
    @api.depends_context("lang")
    def _compute_cause_text(self):
        for displacement in self:
            # Of others who lose time that nothing was planned in, nothing is said.
            concerned = displacement.move_ids.user_id.ids
            displacement.cause_text = "\n".join(
                displacement._explain_cause(cause)
                for cause in displacement.causes or []
                if cause["technician"] in concerned
            )

    @api.depends("move_ids.left_minutes")
    def _compute_totals(self):
        for displacement in self:
            displacement.move_count = len(displacement.move_ids)
            displacement.left_minutes = sum(
                displacement.move_ids.mapped("left_minutes")
            )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise AccessError(
                self.env._("Who is moved is not entered by hand: make room in a plan.")
            )
        return super().create(vals_list)

    def write(self, vals):
        if self.env.su:
            return super().write(vals)
        sealed = sorted(vals.keys() - self._chosen)
        if sealed:
            raise AccessError(
                self.env._(
                    "%(field)s: it is not written by hand.",
                    field=self._fields[sealed[0]]._description_string(self.env),
                )
            )
        for displacement in self:
            displacement._check_open()
        return super().write(vals)

    # === ACTION METHODS === #

    def action_apply(self):
        """Move the lines, tell technicians and clients."""
        self._check_may_decide()
        for displacement in self:
            # sudo: planners do not write what the verbs write.
            displacement.sudo()._apply()
        return True

    def action_refresh(self):
        """Reckon again, from the plan and the facts as they are now."""
        self.ensure_one()
        self._check_may_decide()
        self._check_open()
        found = self.plan_id.sudo()._propose_displacement(again=True)
        if not found:
            return self.plan_id._open_form()
        return True

    def action_dismiss(self):
        """Ask why nobody is to be moved."""
        self.ensure_one()
        self._check_may_decide()
        self._check_open()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "support_planning.support_plan_dismiss_action"
        )
        action["context"] = {"default_displacement_id": self.id}
        return action

    def action_open_plan(self):
        """Open the plan that somebody is moved out of."""
        self.ensure_one()
        return self.plan_id._open_form()

    def _check_may_decide(self):
        """Everybody may call what is public, so each verb asks."""
        for plan in self.plan_id:
            plan._check_may_plan()
        self.check_access("write")

    def _check_open(self):
        """Raise where somebody has decided already."""
        self.ensure_one()
        if self.state != "proposed":
            labels = dict(self._fields["state"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "%(plan)s: who is moved was decided already (%(state)s, %(user)s).",
                    plan=self.display_name,
                    state=labels[self.state],
                    user=self.sudo().decided_by.name or "?",
                )
            )

    # === BUSINESS METHODS === #

    def _decide(self, state, dismissal=False):
        """Note who decided, and how; nobody is asked any more."""
        self.activity_id.unlink()
        self.write(
            {
                "state": state,
                "dismissal": dismissal,
                "decided_at": fields.Datetime.now(),
                "decided_by": self.env.user.id,
            }
        )

    def _get_key_set(self):
        return {cause["key"] for cause in self.causes or []}

    def _get_shown_keys(self):
        """Return the keys of what a planner could see: of who has nothing that moves,
        nothing was said, and nothing was decided."""
        shown = self.move_ids.user_id.ids
        return {one["key"] for one in self.causes or [] if one["technician"] in shown}

    def _explain_cause(self, cause):
        """Return what takes time, from when until when."""
        self.ensure_one()
        words = self.env["support.explanation"]
        plan = self.sudo().plan_id
        week = plan._get_week()
        spans = cause["spans"]
        start, end = (naive(week.moment_of(one)) for one in (spans[0][0], spans[-1][1]))
        parts = [
            words.format_plan_span(start, end, plan.tz),
            words.format_hours(length(spans)),
            words.explain_plan([cause["reason"]], plan),
        ]
        if cause["reason"][0] != "absence":
            parts.insert(2, words._get_plan_user(cause["technician"]))
        return " · ".join(part for part in parts if part)


class SupportPlanDisplacementMove(models.Model):
    """A line that would move: from whom and when, to whom and when, and why."""

    _name = "support.plan.displacement.move"
    _description = "Moved Work"
    _order = "place, id"
    _rec_name = "ticket_id"
    _allow_sudo_commands = False

    displacement_id = fields.Many2one(
        "support.plan.displacement",
        required=True,
        index=True,
        ondelete="cascade",
        readonly=True,
    )
    company_id = fields.Many2one(
        related="displacement_id.company_id", store=True, precompute=True
    )
    week = fields.Date(related="displacement_id.week", store=True, precompute=True)
    ticket_id = fields.Many2one(
        "helpdesk.ticket",
        required=True,
        index=True,
        ondelete="restrict",
        readonly=True,
    )
    ticket_name = fields.Char(related="ticket_id.name", string="Subject")
    partner_id = fields.Many2one(
        related="ticket_id.commercial_partner_id", string="Client"
    )
    place = fields.Integer(readonly=True, aggregator=None)
    user_id = fields.Many2one(
        "res.users", string="Technician", ondelete="restrict", readonly=True
    )
    minutes = fields.Integer(string="Planned (min)", readonly=True)
    date_start = fields.Datetime(string="From", readonly=True)
    date_end = fields.Datetime(string="Until", readonly=True)
    # Dicts: technician (id), minutes, start, end (naive UTC texts).
    after = fields.Json(readonly=True)
    left_minutes = fields.Integer(
        string="To the queue (min)",
        readonly=True,
        help="There is no room for them in this week: they go first in the next plan.",
    )
    reasons = fields.Json(readonly=True)
    # Of the whole ticket, as the client reads them: old_start, old_end, start, end
    # (ISO dates or None), minutes.
    dates = fields.Json(readonly=True)
    before_text = fields.Text(string="Before", compute="_compute_texts")
    after_text = fields.Text(string="Afterwards", compute="_compute_texts")
    client_text = fields.Text(
        string="The client is told",
        compute="_compute_texts",
        help="Who keeps the days that were promised gets no e-mail.",
    )
    explanation = fields.Text(string="Why", compute="_compute_texts")

    @api.depends("after", "left_minutes", "reasons", "dates", "user_id", "date_start")
    @api.depends_context("lang")
    def _compute_texts(self):
        words = self.env["support.explanation"]
        for move in self:
            plan = move.sudo().displacement_id.plan_id
            move.before_text = move._explain_place(
                move.user_id.id, move.minutes, move.date_start, move.date_end
            )
            move.after_text = "\n".join(move._explain_after())
            move.client_text = move._explain_dates()
            move.explanation = words.explain_plan(move.reasons, plan)

    def _explain_place(self, user_id, minutes, start, end):
        """Say who does it, when and for how long."""
        words = self.env["support.explanation"]
        plan = self.sudo().displacement_id.plan_id
        if not (start and end):
            return ""
        time = words.format_hours(minutes)
        return "\n".join(
            [
                " · ".join([words._get_plan_user(user_id), time]),
                words.format_plan_span(start, end, plan.tz),
            ]
        )

    def _explain_after(self):
        """Return where the minutes are afterwards, as parts of a sentence."""
        self.ensure_one()
        parts = [
            self._explain_place(
                one["technician"],
                one["minutes"],
                *map(fields.Datetime.to_datetime, (one["start"], one["end"])),
            )
            for one in self.after or []
        ]
        if self.left_minutes:
            left = self.env["support.explanation"].format_hours(self.left_minutes)
            parts.append(self.env._("%s: back to the queue", left))
        return parts

    def _is_told(self):
        """Whether the days change that the client was promised."""
        self.ensure_one()
        return is_changed(self.dates or {})

    def _explain_dates(self):
        """Say which days the client had, and which it is told now."""
        self.ensure_one()
        if not self._is_told():
            return self.env._("Nothing: the days stay")
        dates = self.dates
        return self.env._(
            "%(old)s\n→ %(new)s",
            old=self._explain_days(dates["old_start"], dates["old_end"]),
            new=self._explain_days(dates["start"], dates["end"]),
        )

    def _explain_days(self, start, end):
        if not start:
            return self.env._("back to the queue")
        days = [
            format_date(self.env, date.fromisoformat(day), date_format="EEE d MMM")
            for day in (start, end)
            if day
        ]
        if not end:
            return self.env._("%s and later", days[0])
        if start == end:
            return days[0]
        return self.env._("%(start)s to %(end)s", start=days[0], end=days[1])


def is_changed(dates):
    """Whether the days that a client was promised are other ones now.

    :param dates: as support.plan.displacement.move has them
    """
    old = dates.get("old_start"), dates.get("old_end")
    return old != (dates.get("start"), dates.get("end"))
