from odoo import Command, api, models
from odoo.exceptions import AccessError, UserError, ValidationError


class SupportPlan(models.Model):
    """What a planner may write into a plan, and until when."""

    _inherit = "support.plan"

    def _take_out_choices(self, vals):
        """Return values without the changes of lines, and these as choices.

        Each line for itself would have the week proposed anew, and the lines behind it
        may not be there any more.
        """
        commands = [] if self.env.su else vals.get("line_ids") or []
        changes = [one for one in commands if one[0] == Command.UPDATE]
        if not changes:
            return vals, []
        self.ensure_one()
        lines = self.env["support.plan.line"]
        choices = []
        for _command, line_id, values in changes:
            line = lines.browse(line_id) & self.line_ids
            line._check_chosen(values)
            choices.append((line.ticket_id, line._prepare_choice(values)))
        rest = [one for one in commands if one[0] != Command.UPDATE]
        return {**vals, "line_ids": rest}, choices

    def _check_free(self, team_id, date_start):
        """Raise where a week has a plan in force already, before the index does, which
        would be an error in the log. Without a week, the next free one is taken."""
        other = self._find_standing(team_id, date_start, self.ids)
        if other:
            raise ValidationError(
                self.env._(
                    "Week from: there is a plan already, %s.", other.display_name
                )
            )

    @api.model
    def _find_standing(self, team_id, date_start, but=()):
        """Return the plan in force of a week (sudo), or none.

        :param but: ids of plans that are not meant
        """
        # sudo: a plan that the reader may not see is in the way all the same.
        return self.sudo().search(
            [
                ("team_id", "=", team_id),
                ("date_start", "=", date_start),
                ("state", "!=", "cancelled"),
                ("id", "not in", but),
            ],
            limit=1,
        )

    @api.model
    def _check_chosen(self, vals):
        """Raise where somebody writes by hand what only the verbs write."""
        sealed = sorted(
            name
            for name in vals.keys() - self._chosen
            if name in self._fields and not name.startswith("message_")
        )
        if sealed and not self.env.su:
            raise AccessError(
                self.env._(
                    "%(field)s: it is not written by hand.",
                    field=self._fields[sealed[0]]._description_string(self.env),
                )
            )

    @api.model
    def default_get(self, fields):
        """What only the verbs write has no default but its own."""
        values = super().default_get(fields)
        if self.env.su:
            return values
        for name in (values.keys() & self._fields.keys()) - self._chosen:
            own = self._fields[name].default
            if own:
                values[name] = own(self)
            else:
                values.pop(name)
        return values

    def _check_movable(self):
        """Raise where team and week are what a receipt is about."""
        self.ensure_one()
        if self.state != "draft":
            raise UserError(self.env._("Only the team and week of a draft can change."))
        if self.proposed_at:
            raise UserError(
                self.env._(
                    "%s was proposed, and its receipt says of which team and week it "
                    "is. Cancel it, and plan the other one.",
                    self.display_name,
                )
            )

    def _begin_again(self):
        """Another team or week: nothing of what stands here holds."""
        self.ensure_one()
        self.line_ids.unlink()
        self.unplaced_ids.unlink()
        self.capacity_ids.unlink()
        self._refresh_capacity()
