from odoo import api, fields, models
from odoo.exceptions import UserError

from ..engine.week import monday_of


class SupportPlanChange(models.TransientModel):
    """Changes what is planned of a ticket: who, when, how long, or not at all."""

    _name = "support.plan.change"
    _description = "Change Planned Work"

    plan_id = fields.Many2one("support.plan", required=True, readonly=True)
    ticket_id = fields.Many2one("helpdesk.ticket", required=True, readonly=True)
    line_id = fields.Many2one("support.plan.line", readonly=True)
    user_ids = fields.Many2many(
        "res.users", compute="_compute_user_ids", string="Who has time"
    )
    is_excluded = fields.Boolean(
        string="Leave it out of this week",
    )
    exclusion = fields.Char(
        string="Reason",
        help="Colleagues read it; it stays in the receipt.",
    )
    not_before = fields.Date(
        string="Not before the week of",
        help="Any day of that week. Its plan takes the ticket in the order of "
        "acceptance. Empty: the next plan takes it.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Technician",
        domain="[('id', 'in', user_ids)]",
        help="Empty: as the scheduler finds best.",
    )
    date_start = fields.Datetime(
        string="Not before",
        help="Empty: as early as there is room.",
    )
    minutes = fields.Integer(
        help="To be planned in this week. What is less stays in the queue.",
    )

    @api.depends("plan_id")
    def _compute_user_ids(self):
        for wizard in self:
            wizard.user_ids = wizard.plan_id.capacity_ids.user_id

    @api.model
    def default_get(self, fields):
        """Begin with what holds: what was chosen before, or what is proposed."""
        values = super().default_get(fields)
        plan = self.env["support.plan"].browse(values.get("plan_id"))
        ticket = self.env["helpdesk.ticket"].browse(values.get("ticket_id"))
        line = self.env["support.plan.line"].browse(values.get("line_id") or [])
        choice = plan.choice_ids.filtered(lambda one: one.ticket_id == ticket)
        postponed = self._get_postponed(plan, ticket)
        found = {
            "is_excluded": bool(choice.exclusion or postponed),
            "exclusion": choice.exclusion or postponed.get("postponed"),
            "not_before": postponed.get("not_before"),
            "user_id": (choice.user_id or line.user_id).id,
            "date_start": choice.date_start,
            "minutes": choice.minutes
            if choice.is_resized
            else ticket.support_to_plan_minutes,
        }
        return {**values, **{name: found[name] for name in found if name in fields}}

    @api.model
    def _get_postponed(self, plan, ticket):
        """Return until when the ticket waits, if it does in the week of the plan."""
        postponed = ticket._get_support_postponed(plan).get(ticket.id, {})
        waits = postponed and postponed["not_before"] > plan.date_start.isoformat()
        return postponed if waits else {}

    def _get_choice(self):
        """Return what was chosen about the ticket before."""
        return self.plan_id.choice_ids.filtered(
            lambda one: one.ticket_id == self.ticket_id
        )

    # === ACTION METHODS === #

    def action_change(self):
        """Remember the choice, and propose around it."""
        self.ensure_one()
        plan = self.plan_id
        plan._check_may_plan()
        if self.is_excluded:
            reason = (self.exclusion or "").strip()
            if not reason:
                raise UserError(self.env._("Reason: say why it is left out."))
            # sudo: planners write choices only so.
            plan.sudo()._choose([(self.ticket_id, self._prepare_exclusion(reason))])
            return True
        if self.minutes < 1:
            raise UserError(self.env._("Minutes: 1 or more. To leave it out, say so."))
        before = self._get_choice()
        resized = self.minutes != self.ticket_id.support_to_plan_minutes
        # Who it goes to is a choice only where it was changed, or where it is pinned.
        pinned = (
            self.user_id != self.line_id.user_id or self.date_start or before.user_id
        )
        choice = {
            "exclusion": False,
            "user_id": self.user_id.id if pinned else False,
            "date_start": self.user_id and self.date_start,
            "minutes": self.minutes if resized else 0,
            "is_resized": resized,
            "not_before": self._get_first_week(),
        }
        plan.sudo()._choose([(self.ticket_id, choice)])
        return True

    def _get_first_week(self):
        """Return this week where another plan would have it wait, else nothing."""
        plan, ticket = self.plan_id, self.ticket_id
        elsewhere = plan._get_postponed_elsewhere(ticket.ids).get(ticket.id, {})
        waits = elsewhere.get("not_before", "") > plan.date_start.isoformat()
        return plan.date_start if waits else False

    def _prepare_exclusion(self, reason):
        later = self.not_before and monday_of(self.not_before)
        if later and later <= self.plan_id.date_start:
            raise UserError(
                self.env._(
                    "Not before the week of: a week after that of the plan, or empty."
                )
            )
        return {
            "exclusion": reason,
            "not_before": later,
            "user_id": False,
            "date_start": False,
            "minutes": 0,
            "is_resized": False,
        }
