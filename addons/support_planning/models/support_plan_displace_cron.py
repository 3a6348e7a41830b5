from odoo import api, fields, models

from ..engine import receipt
from .support_plan import MANAGER


class SupportPlan(models.Model):
    """Looks every hour for time that confirmed plans have lost."""

    _inherit = "support.plan"

    @api.model
    def _cron_displace(self):
        """Look at the confirmed plans of this week and the next one: is there time that
        somebody has lost since?"""
        today = fields.Date.today()
        plans = self.search(
            [
                ("state", "=", "confirmed"),
                # The week of a team may begin and end a day off ours.
                ("date_start", ">=", fields.Date.subtract(today, days=8)),
                ("date_start", "<=", fields.Date.add(today, days=8)),
            ],
            order="id",
        )
        runner = self.env["support.cron"]
        runner._begin(len(plans))
        runner._run_each(plans, "_displace_by_the_clock")

    def _displace_by_the_clock(self):
        """Propose who is moved, if somebody has to be; ask a planner once."""
        self.ensure_one()
        if self.state != "confirmed" or fields.Datetime.now() >= self._get_span()[1]:
            return
        if not receipt.is_receipt(self.receipt):
            # Of an earlier version of the rules: a planner sees it.
            return
        company = self.company_id
        plan = self.with_company(company).with_context(
            allowed_company_ids=company.ids, lang=company.partner_id.lang
        )
        asked = plan.open_displacement_id
        found = plan._propose_displacement()
        if found and not asked:
            found._ask_planner()


class SupportPlanDisplacement(models.Model):
    _inherit = "support.plan.displacement"

    def _ask_planner(self):
        """Leave an activity for who confirmed the plan, or else who leads the team."""
        self.ensure_one()
        plan = self.plan_id
        user = plan.confirmed_by
        may_plan = user.active and not user.share and user.has_group(MANAGER)
        if not may_plan or user == self.env.ref("base.user_root"):
            user = plan.team_id._get_planner()
        if not user:
            return
        plan = plan.with_context(lang=user.lang or self.env.lang)
        self.activity_id = plan.activity_schedule(
            "mail.mail_activity_data_todo",
            summary=plan.env._(
                "Somebody has to be moved in the %s", plan._format_week()
            ),
            user_id=user.id,
        )
