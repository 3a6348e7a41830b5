from odoo import api, fields, models


class SupportPlanUnplaced(models.Model):
    """Minutes of a candidate that are not in the plan, and why."""

    _name = "support.plan.unplaced"
    _description = "Work That Is Not Placed"
    _order = "place, id"
    _rec_name = "ticket_id"
    _allow_sudo_commands = False

    plan_id = fields.Many2one(
        "support.plan", required=True, index=True, ondelete="cascade", readonly=True
    )
    company_id = fields.Many2one(
        related="plan_id.company_id", store=True, precompute=True
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
    place = fields.Integer(readonly=True, aggregator=None)
    minutes = fields.Integer(readonly=True)
    # The code of the first reason: see engine/reasons.py.
    reason = fields.Char(string="Code", readonly=True)
    reasons = fields.Json(readonly=True)
    explanation = fields.Text(string="Why not", compute="_compute_explanation")
    is_excluded = fields.Boolean(compute="_compute_is_excluded")

    @api.depends("reasons")
    @api.depends_context("lang")
    def _compute_explanation(self):
        words = self.env["support.explanation"]
        for row in self:
            row.explanation = words.explain_plan(row.reasons, row.plan_id)

    @api.depends("reason")
    def _compute_is_excluded(self):
        for row in self:
            row.is_excluded = row.reason == "excluded"

    def action_change(self):
        """Open the wizard that places the ticket by hand, or takes it in again."""
        self.ensure_one()
        return self.plan_id._open_change(self.ticket_id)


class SupportPlanChoice(models.Model):
    """What a planner decided about a ticket in a plan: the proposal goes around it."""

    _name = "support.plan.choice"
    _description = "Choice of a Planner"
    _order = "id"
    _rec_name = "ticket_id"
    _allow_sudo_commands = False

    plan_id = fields.Many2one(
        "support.plan", required=True, index=True, ondelete="cascade", readonly=True
    )
    company_id = fields.Many2one(
        related="plan_id.company_id", store=True, precompute=True
    )
    ticket_id = fields.Many2one(
        "helpdesk.ticket", required=True, ondelete="restrict", readonly=True
    )
    user_id = fields.Many2one(
        "res.users", string="Technician", ondelete="restrict", readonly=True
    )
    date_start = fields.Datetime(string="Not before", readonly=True)
    minutes = fields.Integer(readonly=True)
    is_resized = fields.Boolean(string="Other minutes", readonly=True)
    exclusion = fields.Char(string="Left out because", readonly=True)
    not_before = fields.Date(
        string="Not before the week of",
        readonly=True,
        help="A Monday. That of the plan itself: from this week on after all.",
    )
    chosen_by = fields.Many2one("res.users", ondelete="set null", readonly=True)

    _ticket_unique = models.UniqueIndex(
        "(plan_id, ticket_id)", "There is one choice for each ticket of a plan."
    )

    def _is_empty(self):
        self.ensure_one()
        return not (
            self.user_id or self.is_resized or self.exclusion or self.not_before
        )
