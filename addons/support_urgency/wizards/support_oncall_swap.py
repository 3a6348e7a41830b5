from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.support_packs.models.support_case import take_row

from ..engine import rotation


class SupportOncallSwap(models.TransientModel):
    """Two people of a team take each other's shift."""

    _name = "support.oncall.swap"
    _description = "Swap On-call Shifts"

    shift_id = fields.Many2one("support.oncall.shift", required=True)
    team_id = fields.Many2one(related="shift_id.team_id")
    user_id = fields.Many2one(related="shift_id.user_id", string="On duty")
    period = fields.Char(related="shift_id.period")
    other_id = fields.Many2one(
        "support.oncall.shift",
        string="Swap with",
        required=True,
        domain="[('team_id', '=', team_id), ('user_id', '!=', user_id), "
        "('date_end', '>', 'now')]",
    )
    other_user_id = fields.Many2one(
        related="other_id.user_id", string="On duty in the other"
    )
    other_period = fields.Char(
        related="other_id.period", string="Local time of the other"
    )
    warning = fields.Char(compute="_compute_warning")

    @api.depends("shift_id", "other_id")
    def _compute_warning(self):
        """Say who would be on leave; the manager decides all the same."""
        for wizard in self:
            first, second = wizard.shift_id, wizard.other_id
            away = [
                user.name
                for user, shift in ((first.user_id, second), (second.user_id, first))
                if user and shift and wizard._is_away(user, shift)
            ]
            wizard.warning = bool(away) and self.env._(
                "On leave in the shift that they would take: %s.", ", ".join(away)
            )

    def _is_away(self, user, shift):
        span = (shift.date_start, shift.date_end)
        return rotation.is_away(user.id, span, user._get_oncall_absences(*span))

    def action_apply(self):
        """Swap them, and tell both people."""
        self.ensure_one()
        first, second = self.shift_id, self.other_id
        (first | second).check_access("write")
        take_row(first.team_id)
        (first | second).invalidate_recordset(["user_id", "date_end", "team_id"])
        self._check_swap(first, second)
        first.user_id, second.user_id = second.user_id, first.user_id
        for shift in first | second:
            shift._tell_swapped()
        return {"type": "ir.actions.act_window_close"}

    def _check_swap(self, first, second):
        if first.team_id != second.team_id:
            raise UserError(self.env._("Swap with: a shift of the same team."))
        if first.user_id == second.user_id:
            raise UserError(
                self.env._("Swap with: %s is on duty in both.", first.user_id.name)
            )
        now = fields.Datetime.now()
        for shift in first | second:
            if shift.date_end <= now:
                raise UserError(
                    self.env._(
                        "Swap with: the shift of %(user)s, %(period)s, is over.",
                        user=shift.user_id.name,
                        period=shift.period,
                    )
                )
