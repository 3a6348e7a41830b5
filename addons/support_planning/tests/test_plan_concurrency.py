"""Two runs of the hourly job at once, on real connections."""

from odoo import fields
from odoo.tests import tagged

from odoo.addons.support_packs.tests import test_concurrency


# Of the base only the helpers: Odoo runs the tests of a class, not inherited ones.
@tagged("post_install", "-at_install")
class TestPlanConcurrency(test_concurrency.TestConcurrency):
    def setUp(self):
        super().setUp()
        self.addCleanup(self.commit, self.delete_team)
        self.commit(self.make_team)

    def make_team(self, env):
        team = env["helpdesk.ticket.team"].create(
            {
                "name": "Two at once",
                "company_id": env.ref("base.main_company").id,
                "support_plan_weekly": True,
                "support_plan_since": fields.Datetime.subtract(
                    fields.Datetime.now(), days=30
                ),
            }
        )
        self.ids["helpdesk.ticket.team"] = team.ids

    def delete_team(self, env):
        team = self.get(env, "helpdesk.ticket.team")
        plans = env["support.plan"].search([("team_id", "=", team.id)])
        plans.proposed_at = False
        plans.unlink()
        team.unlink()

    def plan(self, env):
        self.get(env, "helpdesk.ticket.team")._plan_by_the_clock()

    def count_plans(self):
        return self.commit(
            lambda env: env["support.plan"].search_count(
                [("team_id", "in", self.ids["helpdesk.ticket.team"])]
            )
        )

    def test_of_two_runs_one_makes_the_plan(self):
        tries = self.run_at_once(self.plan, self.plan)
        self.assert_one_retried(tries)
        self.assertEqual(self.count_plans(), 1)
