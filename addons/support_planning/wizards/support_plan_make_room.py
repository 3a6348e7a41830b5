from datetime import datetime, time, timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..engine.reasons import because
from ..engine.spans import within
from ..engine.week import to_local, to_utc
from ..models.support_plan_causes import make_cause
from ..models.support_plan_week import aware

KINDS = [
    ("urgency", "An urgent ticket"),
    ("absence", "The technician is away"),
    ("other", "Something else"),
]
HOURS_A_DAY = 24


class SupportPlanMakeRoom(models.TransientModel):
    """Takes time of a technician from a confirmed plan, by the clock of the team."""

    _name = "support.plan.make.room"
    _description = "Make Room in a Plan"

    plan_id = fields.Many2one("support.plan", required=True, readonly=True)
    company_id = fields.Many2one(related="plan_id.company_id")
    tz = fields.Char(related="plan_id.tz")
    user_ids = fields.Many2many(
        "res.users", compute="_compute_user_ids", string="Who has time"
    )
    user_id = fields.Many2one(
        "res.users",
        string="Technician",
        required=True,
        domain="[('id', 'in', user_ids)]",
    )
    date_from = fields.Date(string="From", required=True)
    hour_from = fields.Float(string="From (hour)")
    date_to = fields.Date(string="Until", required=True)
    hour_to = fields.Float(string="Until (hour)", default=HOURS_A_DAY)
    kind = fields.Selection(KINDS, string="For what", required=True, default="urgency")
    ticket_id = fields.Many2one(
        "helpdesk.ticket",
        string="Urgent ticket",
        domain="[('company_id', '=', company_id), ('closed', '=', False)]",
    )
    words = fields.Char(string="What it is", help="Colleagues read it.")

    @api.depends("plan_id")
    def _compute_user_ids(self):
        for wizard in self:
            wizard.user_ids = wizard.plan_id.line_ids.user_id

    @api.model
    def default_get(self, fields):
        """Begin with today from now on, or with the Monday of a week to come."""
        values = super().default_get(fields)
        plan = self.env["support.plan"].browse(values.get("plan_id"))
        if plan:
            found = self._get_first_moment(plan)
            values.update({name: found[name] for name in found if name in fields})
            users = plan.line_ids.user_id
            if len(users) == 1:
                values.setdefault("user_id", users.id)
        return values

    @api.model
    def _get_first_moment(self, plan):
        now = to_local(aware(fields.Datetime.now()), plan.tz)
        if now.date() <= plan.date_start:
            return {"date_from": plan.date_start, "date_to": plan.date_start}
        hour = now.hour + (now.minute // 15) / 4
        return {"date_from": now.date(), "date_to": now.date(), "hour_from": hour}

    @api.onchange("date_from")
    def _onchange_date_from(self):
        if self.date_from and (not self.date_to or self.date_to < self.date_from):
            self.date_to = self.date_from

    # === ACTION METHODS === #

    def action_propose(self):
        """Propose who is moved, and show it."""
        self.ensure_one()
        plan = self.plan_id
        plan._check_may_plan()
        cause = self._prepare_cause()
        # sudo: planners do not write what the verbs write.
        found = plan.sudo()._propose_displacement([cause])
        return found._open_form()

    def _prepare_cause(self):
        """Return what takes the time, as a displacement keeps it: of the hours in which
        the technician can be planned."""
        span, reason = self._get_span(), self._get_reason()
        # sudo: of the receipt, the hours of a member of the plan.
        technicians = self.plan_id.sudo()._read_receipt().technicians
        free = [one.free for one in technicians if one.id == self.user_id.id]
        spans = within(free[0] if free else (), *span)
        if not spans:
            raise UserError(self.env._("The technician does not work at that time."))
        return make_cause(self.user_id.id, spans, reason, by_hand=True)

    def _get_span(self):
        """Return the minutes of the week that are taken."""
        plan = self.plan_id
        if self.user_id not in self.user_ids:
            raise UserError(
                self.env._(
                    "Technician: %s has nothing in this plan.", self.user_id.name
                )
            )
        start = self._get_moment("date_from", "hour_from")
        end = self._get_moment("date_to", "hour_to")
        if start >= end:
            raise UserError(self.env._("Until: it has to be later than from."))
        span = plan._get_week().around(start, end)
        if span[0] == span[1]:
            raise UserError(
                self.env._("From: it has to be in the %s.", plan._format_week())
            )
        return span

    def _get_moment(self, day, hour):
        """Return a moment by the clock of the team."""
        minutes = round(self[hour] * 60)
        if not 0 <= minutes <= HOURS_A_DAY * 60:
            raise UserError(
                self.env._(
                    "%(field)s: a time from 00:00 to 24:00.",
                    field=self._fields[hour]._description_string(self.env),
                )
            )
        days, minutes = divmod(minutes, HOURS_A_DAY * 60)
        local = datetime.combine(self[day] + timedelta(days=days), time())
        return to_utc(local + timedelta(minutes=minutes), self.plan_id.tz)

    def _get_reason(self):
        """Return the engine's reason."""
        if self.kind == "absence":
            return because("absence", technician=self.user_id.id)
        if self.kind == "urgency":
            if not self.ticket_id:
                raise UserError(self.env._("Urgent ticket: say which one it is."))
            if self.ticket_id.company_id != self.company_id:
                raise UserError(self.env._("Urgent ticket: it is of another company."))
            return because("urgency", ticket=self.ticket_id.id)
        words = (self.words or "").strip()
        if not words:
            raise UserError(self.env._("What it is: say what takes the time."))
        return because("made_room", reason=words)


class SupportPlanDismiss(models.TransientModel):
    """Says why nobody is moved, whatever takes the time."""

    _name = "support.plan.dismiss"
    _description = "Dismiss a Displacement"

    displacement_id = fields.Many2one(
        "support.plan.displacement", required=True, readonly=True
    )
    reason = fields.Char(help="Colleagues read it.")

    def action_dismiss(self):
        """Move nobody: the same causes do not come back."""
        self.ensure_one()
        displacement = self.displacement_id
        displacement._check_may_decide()
        reason = (self.reason or "").strip()
        if not reason:
            raise UserError(self.env._("Reason: say why nobody is moved."))
        # sudo: planners do not write what the verbs write.
        displacement.sudo()._dismiss(reason)
        return {"type": "ir.actions.act_window_close"}
