import logging

from odoo import api, models

from odoo.addons.support_packs.models.support_case import take_row

from .support_plan_week import naive

_logger = logging.getLogger(__name__)


class SupportPlan(models.Model):
    """Plans by the clock: every team whose cut-off has passed."""

    _inherit = "support.plan"

    @api.model
    def _cron_plan(self):
        """Plan the next week of each team whose cut-off has passed and that has no plan
        at all for it; a cancelled one counts.

        It asks what is there, and not what time it is: a run that comes late, twice, or
        in the hour when the clocks change, does the same.
        """
        teams = self.env["helpdesk.ticket.team"].search(
            [("support_plan_weekly", "=", True), ("company_id", "!=", False)],
            order="id",
        )
        runner = self.env["support.cron"]
        runner._begin(len(teams))
        runner._run_each(teams, "_plan_by_the_clock")

    def _ask_planner(self):
        """Leave an activity for who confirms the plan."""
        self.ensure_one()
        user = self.team_id._get_planner()
        if not user:
            _logger.info("%s: nobody leads the team; nobody is asked", self)
            return
        plan = self.with_context(lang=user.lang or self.env.lang)
        plan.activity_schedule(
            "mail.mail_activity_data_todo",
            summary=plan.env._("Confirm the plan of the %s", plan._format_week()),
            user_id=user.id,
        )


class HelpdeskTicketTeam(models.Model):
    _inherit = "helpdesk.ticket.team"

    def _is_plan_due(self):
        """Whether a cut-off has passed whose week has no plan at all.

        Not one from before the team began to plan: it did not count for anybody.
        """
        self.ensure_one()
        passed = self._get_last_cutoff()
        if self.support_plan_since and naive(passed.moment) < self.support_plan_since:
            return False
        return not self.env["support.plan"].search_count(
            [("team_id", "=", self.id), ("date_start", "=", passed.monday)], limit=1
        )

    def _plan_by_the_clock(self):
        """Propose the week after the last cut-off, or confirm it, as the team says.

        Of two at once the second one cannot write the team's row: it is run again,
        and finds the plan of the first.
        """
        self.ensure_one()
        if not self._is_plan_due():
            return
        take_row(self)
        company = self.company_id
        team = self.with_company(company).with_context(
            allowed_company_ids=company.ids, lang=company.partner_id.lang
        )
        plan = team.env["support.plan"].create(
            {
                "team_id": team.id,
                "date_start": team._get_week_after_cutoff(),
                "is_automatic": True,
            }
        )
        plan._propose()
        if team.support_plan_mode == "confirm":
            plan._confirm()
        else:
            plan._ask_planner()

    def _get_planner(self):
        """Return who is asked to confirm: the leader of this team or of one above."""
        self.ensure_one()
        team = self
        while team and not team.user_id.active:
            team = team.parent_id
        return team.user_id
