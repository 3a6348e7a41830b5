"""Two planners apply the same displacement at once, on real connections."""

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.support_packs.tests import test_concurrency

from ..engine.reasons import because
from ..models.support_plan_causes import make_cause


# Of the base only the helpers: Odoo runs the tests of a class, not inherited ones.
@tagged("post_install", "-at_install")
class TestDisplacementConcurrency(test_concurrency.TestConcurrency):
    def setUp(self):
        super().setUp()
        self.addCleanup(self.commit, self.delete_plan)
        self.commit(self.make_plan)
        self.refused = []

    def make_plan(self, env):
        company, user = env.ref("base.main_company"), env.ref("base.user_admin")
        team = env["helpdesk.ticket.team"].create(
            {
                "name": "Moved at once",
                "company_id": company.id,
                "user_ids": user.ids,
                "resource_calendar_id": company.resource_calendar_id.id,
                "support_plan_weekly": True,
            }
        )
        self.ids["helpdesk.ticket.team"] = team.ids
        self.get(env, "helpdesk.ticket").write(
            {
                "team_id": team.id,
                "support_estimate_minutes": 60,
                "support_accepted_at": fields.Datetime.subtract(
                    fields.Datetime.now(), days=30
                ),
            }
        )
        plan = env["support.plan"].create(
            {
                "team_id": team.id,
                "date_start": fields.Date.add(team._get_week_to_plan(), weeks=2),
            }
        )
        plan.action_propose()
        plan.action_confirm()
        away = because("absence", technician=user.id)
        cause = make_cause(user.id, [(0, 7 * 1440)], away, by_hand=True)
        plan._propose_displacement([cause])
        self.ids["support.plan"] = plan.ids

    def delete_plan(self, env):
        plans = self.get(env, "support.plan")
        plans.action_cancel()
        plans.notice_ids.unlink()
        plans.proposed_at = False
        plans.unlink()
        self.get(env, "helpdesk.ticket.team").unlink()

    def apply(self, env):
        try:
            self.get(env, "support.plan").displacement_ids.action_apply()
        except UserError as error:
            self.refused.append(str(error))

    def test_of_two_planners_one_is_told(self):
        tries = self.run_at_once(self.apply, self.apply)
        self.assert_one_retried(tries)
        self.assertEqual(len(self.refused), 1)
        self.assertIn("decided already", self.refused[0])
        found = self.commit(
            lambda env: (
                self.get(env, "support.plan").displacement_ids.state,
                len(self.get(env, "support.plan").line_ids),
                self.get(env, "support.plan").unplaced_ids.mapped("minutes"),
            )
        )
        self.assertEqual(found, ("applied", 0, [60]))
