from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError


class SupportPlanCapacity(models.Model):
    """The time of one technician for a plan, and how it came about.

    Working time, less leave, less what is for other work than support, less the
    reserve for urgencies, less what other plans took. A planner may say otherwise for
    the week, with a reason.
    """

    _name = "support.plan.capacity"
    _description = "Capacity of a Technician in a Week"
    _order = "plan_id, user_id, id"
    _rec_name = "user_id"
    _allow_sudo_commands = False

    _chosen = frozenset({"available_minutes", "reason"})

    plan_id = fields.Many2one(
        "support.plan", required=True, index=True, ondelete="cascade", readonly=True
    )
    company_id = fields.Many2one(
        related="plan_id.company_id", store=True, precompute=True
    )
    plan_state = fields.Selection(related="plan_id.state", string="State")
    user_id = fields.Many2one(
        "res.users",
        string="Technician",
        required=True,
        ondelete="restrict",
        readonly=True,
    )
    work_minutes = fields.Integer(
        string="Hours (min)",
        readonly=True,
        help="Of the working calendar, public holidays taken out.",
    )
    leave_minutes = fields.Integer(string="Leave (min)", readonly=True)
    other_minutes = fields.Integer(
        string="Other work (min)",
        readonly=True,
        help="What the person's share leaves for other work than support.",
    )
    reserve_minutes = fields.Integer(
        string="Reserve (min)", readonly=True, help="Kept for urgencies."
    )
    elsewhere_minutes = fields.Integer(
        string="Planned elsewhere (min)",
        readonly=True,
        help="By confirmed plans of other teams.",
    )
    computed_minutes = fields.Integer(
        string="Reckoned (min)",
        readonly=True,
        help="What the working calendar and the settings of the team come to.",
    )
    available_minutes = fields.Integer(
        string="Capacity (min)",
        help="For the plan of this week. Changing it takes a reason.",
    )
    is_typed = fields.Boolean(string="Changed", readonly=True)
    reason = fields.Char(help="Why the capacity of this week is another one.")
    planned_minutes = fields.Integer(
        string="Planned (min)", compute="_compute_planned_minutes"
    )
    left_minutes = fields.Integer(
        string="Room left (min)", compute="_compute_planned_minutes"
    )

    _user_unique = models.UniqueIndex(
        "(plan_id, user_id)", "Each technician has one capacity in a plan."
    )

    @api.depends(
        "available_minutes",
        "plan_id.line_ids.minutes",
        "plan_id.line_ids.user_id",
    )
    def _compute_planned_minutes(self):
        for row in self:
            lines = row.plan_id.line_ids.filtered(
                lambda line, user=row.user_id: line.user_id == user
            )
            row.planned_minutes = sum(lines.mapped("minutes"))
            row.left_minutes = row.available_minutes - row.planned_minutes

    def write(self, vals):
        if self.env.su:
            return super().write(vals)
        self.check_access("write")
        sealed = sorted(vals.keys() - self._chosen)
        if sealed:
            raise AccessError(
                self.env._(
                    "%(field)s: it is not written by hand.",
                    field=self._fields[sealed[0]]._description_string(self.env),
                )
            )
        for row in self:
            row._type(vals)
        return True

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise AccessError(
                self.env._("Capacities are reckoned: change the members of the team.")
            )
        return super().create(vals_list)

    def unlink(self):
        if not self.env.su:
            raise AccessError(  # pylint: disable=no-raise-unlink
                self.env._("Capacities are reckoned: change the members of the team.")
            )
        return super().unlink()

    def _type(self, vals):
        """Have another capacity hold for the week, and propose with it."""
        self.ensure_one()
        plan = self.plan_id
        plan._check_may_plan()
        if plan.state != "draft":
            raise UserError(
                self.env._("Only the capacities of a draft can be changed.")
            )
        minutes = vals.get("available_minutes", self.available_minutes)
        reason = (vals.get("reason", self.reason) or "").strip()
        most = self.work_minutes - self.leave_minutes - self.elsewhere_minutes
        if not 0 <= minutes <= max(most, 0):
            raise ValidationError(
                self.env._(
                    "Capacity (min): %(user)s works for %(most)s min in this week. To "
                    "plan more, change the working hours.",
                    user=self.user_id.name,
                    most=max(most, 0),
                )
            )
        is_typed = minutes != self.computed_minutes
        if is_typed and not reason:
            raise ValidationError(
                self.env._(
                    "Reason: say why %s has another capacity in this week.",
                    self.user_id.name,
                )
            )
        # sudo: planners write the rest only so.
        row = self.sudo()
        row.write(
            {
                "available_minutes": minutes,
                "is_typed": is_typed,
                "reason": reason if is_typed else False,
            }
        )
        if plan.proposed_at:
            plan.sudo()._propose()


class SupportPlan(models.Model):
    _inherit = "support.plan"

    def _refresh_capacity(self, now=None):
        """Reckon the time of the team's members again; what was typed holds."""
        self.ensure_one()
        rows = {row.user_id.id: row for row in self.capacity_ids}
        typed = {
            id_: row.available_minutes for id_, row in rows.items() if row.is_typed
        }
        week = self._get_week()
        team = self.team_id.sudo()
        found = team._get_capacities([week], now=now)[week.monday]
        new = []
        for capacity in found:
            user_id = capacity.technician.id
            vals = self._prepare_capacity(capacity)
            if user_id not in typed:
                vals["available_minutes"] = vals["computed_minutes"]
            if user_id in rows:
                rows.pop(user_id).write(vals)
            else:
                new.append({"plan_id": self.id, "user_id": user_id, **vals})
        # Who is no member any more has no time for it.
        self.env["support.plan.capacity"].union(*rows.values()).unlink()
        self.env["support.plan.capacity"].create(new)

    def _prepare_capacity(self, capacity):
        figures = capacity.week
        return {
            "work_minutes": figures.work,
            "leave_minutes": figures.leave,
            "other_minutes": figures.other,
            "reserve_minutes": figures.reserve,
            "elsewhere_minutes": figures.planned,
            "computed_minutes": figures.minutes,
        }

    def _get_typed_capacities(self):
        """Return the capacities that a planner typed: ``{user id: minutes}``."""
        self.ensure_one()
        typed = self.capacity_ids.filtered("is_typed")
        return {row.user_id.id: row.available_minutes for row in typed}
