from odoo import fields, models

from .support_plan import DAYS_OF_WEEK


class SupportPlan(models.Model):
    """What a plan opens."""

    _inherit = "support.plan"

    def action_view_lines(self):
        """Open the calendar of the plan, at its week."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "support_planning.support_plan_line_action"
        )
        action["domain"] = [("plan_id", "=", self.id)]
        start = fields.Datetime.to_string(self._get_span()[0])
        action["context"] = {"initial_date": start}
        return action

    def action_view_queue(self):
        """Open the queue of the team."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "support_planning.support_queue_action"
        )
        action["context"] = {
            "search_default_queued": 1,
            "search_default_team_id": self.team_id.id,
        }
        return action


class HelpdeskTicketTeam(models.Model):
    """The weeks of a team, by its own clock."""

    _inherit = "helpdesk.ticket.team"

    def _get_week_to_plan(self):
        """Return the Monday of the first week, from the one after the last cut-off on,
        that has no plan in force."""
        self.ensure_one()
        plans = self.env["support.plan"].sudo()
        taken = set(
            plans.search(
                [("team_id", "=", self._origin.id), ("state", "!=", "cancelled")]
            ).mapped("date_start")
        )
        monday = self._get_week_after_cutoff()
        while monday in taken:
            monday = fields.Date.add(monday, days=DAYS_OF_WEEK)
        return monday
