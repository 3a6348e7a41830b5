from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools.misc import format_datetime

MOST_MINUTES = 100_000


class SupportPlanLine(models.Model):
    """Work on a ticket by one technician in the week of a plan.

    Whoever changes a line of a draft makes a choice: it is remembered as such, and the
    week is proposed again around it.
    """

    _name = "support.plan.line"
    _description = "Planned Work"
    _order = "date_start, user_id, place, id"
    _rec_names_search = ["ticket_id"]
    _allow_sudo_commands = False

    # What a planner changes; the end follows, though calendars send it along.
    _chosen = frozenset({"user_id", "minutes", "date_start", "date_end", "is_pinned"})

    plan_id = fields.Many2one(
        "support.plan", required=True, index=True, ondelete="cascade", readonly=True
    )
    team_id = fields.Many2one(
        related="plan_id.team_id", store=True, precompute=True, index=True
    )
    company_id = fields.Many2one(
        related="plan_id.company_id", store=True, precompute=True, index=True
    )
    plan_state = fields.Selection(
        related="plan_id.state", string="State", store=True, precompute=True
    )
    week = fields.Date(
        related="plan_id.date_start", string="Week", store=True, precompute=True
    )
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
    user_id = fields.Many2one(
        "res.users",
        string="Technician",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('share', '=', False)]",
    )
    place = fields.Integer(readonly=True, aggregator=None)
    minutes = fields.Integer(string="Planned (min)", required=True)
    date_start = fields.Datetime(string="From", required=True)
    date_end = fields.Datetime(string="Until", required=True)
    # Each within one day: pairs of minutes from Monday 0:00 by the team's clock.
    slots = fields.Json(readonly=True)
    # Codes and their parameters: see engine/reasons.py.
    reasons = fields.Json(readonly=True)
    explanation = fields.Text(string="Why", compute="_compute_explanation")
    period = fields.Char(string="Local time", compute="_compute_period")
    rest_minutes = fields.Integer(
        string="Later (min)",
        readonly=True,
        help="What of the ticket does not fit into this week, and goes first in the "
        "following one.",
    )
    is_pinned = fields.Boolean(
        string="Pinned",
        help="Stays with this technician and does not begin earlier, when the week is "
        "proposed again.",
    )
    is_changed = fields.Boolean(
        string="Changed",
        compute="_compute_is_changed",
        help="Otherwise than it was proposed.",
    )
    proposed_text = fields.Char(string="Proposed", compute="_compute_is_changed")
    activity_id = fields.Many2one(
        "mail.activity", readonly=True, ondelete="set null", copy=False
    )
    has_assigned = fields.Boolean(
        readonly=True, help="The ticket was nobody's before the plan was confirmed."
    )

    has_subscribed = fields.Boolean(
        readonly=True,
        help="The technician did not follow the ticket before the plan was confirmed.",
    )

    _week_index = models.Index("(user_id, date_start)")

    @api.depends("ticket_id", "user_id")
    def _compute_display_name(self):
        for line in self:
            # sudo: who does the work reads what it is about.
            ticket = line.sudo().ticket_id
            line.display_name = " · ".join(
                part for part in (line.user_id.name, ticket.number, ticket.name) if part
            )

    @api.depends("reasons")
    @api.depends_context("lang")
    def _compute_explanation(self):
        words = self.env["support.explanation"]
        for line in self:
            # sudo: technicians read their lines, if not the plan.
            line.explanation = words.explain_plan(line.reasons, line.sudo().plan_id)

    @api.depends("date_start", "date_end", "plan_id.team_id")
    @api.depends_context("lang")
    def _compute_period(self):
        for line in self:
            line.period = line._format_period(line.date_start, line.date_end)

    @api.depends("user_id", "minutes", "date_start", "plan_id.first_proposal")
    def _compute_is_changed(self):
        # sudo: technicians read their lines, if not the plan.
        firsts = {plan: plan._get_first_lines() for plan in self.sudo().plan_id}
        for line, line_sudo in zip(self, self.sudo(), strict=True):
            first = firsts.get(line_sudo.plan_id, {})
            before = first.get(line.ticket_id.id)
            now = (line.user_id.id, line.minutes, line._format_start())
            line.is_changed = bool(first) and (not before or now not in before)
            line.proposed_text = (
                line._explain_proposed(before) if line.is_changed else ""
            )

    def _explain_proposed(self, before):
        """Say what was proposed for the ticket at first."""
        if not before:
            return self.env._("Not in the proposal")
        users = self.env["res.users"].sudo()
        return "; ".join(
            f"{users.browse(user).name} · {minutes} min · {start}"
            for user, minutes, start in before
        )

    @api.constrains("minutes")
    def _check_minutes(self):
        for line in self:
            line._check_number(line.minutes)

    @api.model
    def _check_number(self, minutes):
        if not 0 < minutes <= MOST_MINUTES:
            raise ValidationError(
                self.env._(
                    "Planned (min): a whole number from 1 to %(most)s. To leave the "
                    "ticket out, exclude it.",
                    most=MOST_MINUTES,
                )
            )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise AccessError(
                self.env._("Planned work is not entered by hand: propose the plan.")
            )
        return super().create(vals_list)

    def write(self, vals):
        if self.env.su:
            return super().write(vals)
        self._check_chosen(vals)
        self._choose(vals)
        return True

    def _check_chosen(self, vals):
        """Raise where somebody writes by hand what only the proposal writes."""
        self.check_access("write")
        sealed = sorted(vals.keys() - self._chosen)
        if sealed:
            raise AccessError(
                self.env._(
                    "%(field)s: it is not written by hand.",
                    field=self._fields[sealed[0]]._description_string(self.env),
                )
            )

    def unlink(self):
        if not self.env.su:
            raise AccessError(  # pylint: disable=no-raise-unlink
                self.env._("Planned work is not deleted: exclude it, with a reason.")
            )
        return super().unlink()

    # === ACTION METHODS === #

    def action_pin(self):
        """Keep technician and beginning when the week is proposed again, or let go."""
        self.ensure_one()
        self.check_access("write")
        self._choose({"is_pinned": not self.is_pinned})
        return True

    def action_change(self):
        """Open the wizard that moves, swaps or excludes."""
        self.ensure_one()
        return self.plan_id._open_change(self.ticket_id, self)

    def action_open_ticket(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "helpdesk.ticket",
            "res_id": self.ticket_id.id,
            "view_mode": "form",
        }

    # === BUSINESS METHODS === #

    def _choose(self, vals):
        """Remember what a planner wants of lines, and propose around it."""
        for plan, lines in self.grouped("plan_id").items():
            choices = [(line.ticket_id, line._prepare_choice(vals)) for line in lines]
            # sudo: planners do not write choices but through the plan.
            plan.sudo()._choose(choices)

    def _prepare_choice(self, vals):
        """Return what a planner's change of a line says about its ticket."""
        self.ensure_one()
        plan = self.plan_id
        plan._check_may_plan()
        if plan.state != "draft":
            raise UserError(self.env._("Only the lines of a draft can be changed."))
        self._check_not_shared()
        values = {}
        if "is_pinned" in vals and not vals["is_pinned"]:
            values = {"user_id": False, "date_start": False}
        elif {"user_id", "date_start", "is_pinned"} & vals.keys():
            values = {
                "user_id": vals.get("user_id") or self.user_id.id,
                "date_start": vals.get("date_start")
                or ("user_id" not in vals and self.date_start),
            }
        if "minutes" in vals:
            values["minutes"] = vals["minutes"]
            values["is_resized"] = True
        return values

    def _check_not_shared(self):
        """Raise where several people do the ticket: a choice is about all of it."""
        lines = self.plan_id.line_ids.filtered(
            lambda line: line.ticket_id == self.ticket_id
        )
        if len(lines) > 1:
            raise UserError(
                self.env._(
                    "%(ticket)s is shared by %(count)s technicians. One part of it "
                    "cannot be changed: “Move, swap or exclude” says who does all of "
                    "it.",
                    ticket=self.sudo().ticket_id.number,
                    count=len(lines),
                )
            )

    def _format_start(self):
        """Return the beginning by the team's clock: ``2026-11-23 09:00``."""
        self.ensure_one()
        if not self.date_start:
            return ""
        tz = self.sudo().plan_id.tz
        return format_datetime(
            self.env,
            self.date_start,
            tz=tz,
            dt_format="y-MM-dd HH:mm",
            lang_code="en_US",
        )

    def _format_period(self, start, end):
        """Return a span by the team's clock: ``Mon 23 Nov, 09:00 to 11:30``."""
        self.ensure_one()
        if not (start and end):
            return ""
        return self.env["support.explanation"].format_plan_span(
            start, end, self.sudo().plan_id.tz
        )
