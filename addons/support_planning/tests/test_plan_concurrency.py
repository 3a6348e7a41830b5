"""Two runs of the hourly job, or two confirmations, at once, on real connections."""

from odoo import fields
from odoo.exceptions import UserError
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


@tagged("post_install", "-at_install")
class TestConfirmConcurrency(test_concurrency.TestConcurrency):
    """Two teams plan the same person for the same hours."""

    def setUp(self):
        super().setUp()
        self.addCleanup(self.commit, self.delete_plans)
        self.commit(self.make_plans)
        self.refused = []

    def make_plans(self, env):
        company, user = env.ref("base.main_company"), env.ref("base.user_admin")
        teams = env["helpdesk.ticket.team"].create(
            [
                {
                    "name": name,
                    "company_id": company.id,
                    "user_ids": user.ids,
                    "resource_calendar_id": company.resource_calendar_id.id,
                    "support_plan_weekly": True,
                }
                for name in ("One team", "Another team")
            ]
        )
        self.ids["helpdesk.ticket.team"] = teams.ids
        self.make_ticket(env)
        for team, ticket in zip(teams, self.get(env, "helpdesk.ticket"), strict=True):
            ticket.write(
                {
                    "team_id": team.id,
                    "support_estimate_minutes": 60,
                    "support_accepted_at": fields.Datetime.subtract(
                        fields.Datetime.now(), days=30
                    ),
                }
            )
        plans = env["support.plan"].create(
            [
                {
                    "team_id": team.id,
                    "date_start": fields.Date.add(team._get_week_to_plan(), weeks=2),
                }
                for team in teams
            ]
        )
        plans.action_propose()
        self.ids["support.plan"] = plans.ids

    def delete_plans(self, env):
        plans = self.get(env, "support.plan")
        plans.proposed_at = False
        plans.unlink()
        self.get(env, "helpdesk.ticket.team").unlink()

    def confirm(self, number):
        def confirm(env):
            try:
                self.get(env, "support.plan")[number].action_confirm()
            except UserError as error:
                self.refused.append(str(error))

        return confirm

    def test_two_clicks_promise_once(self):
        self.assert_one_retried(self.run_at_once(self.confirm(0), self.confirm(0)))
        told = self.commit(lambda env: len(self.get(env, "support.plan")[0].notice_ids))
        self.assertEqual(told, 1)
        self.assertFalse(self.refused)

    def test_nobody_is_promised_twice(self):
        tries = self.run_at_once(self.confirm(0), self.confirm(1))
        self.assert_one_retried(tries)
        states = self.commit(lambda env: self.get(env, "support.plan").mapped("state"))
        self.assertEqual(sorted(states), ["confirmed", "draft"])
        self.assertEqual(len(self.refused), 1)
        self.assertIn("has no time any more", self.refused[0])
