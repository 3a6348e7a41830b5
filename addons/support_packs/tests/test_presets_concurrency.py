"""Two managers load the same support model at once, on real connections."""

from odoo.tests import tagged

from . import test_concurrency

CODE = "fair_use"


# Of the base only the helpers: Odoo runs the tests of a class, not inherited ones.
@tagged("post_install", "-at_install")
class TestPresetConcurrency(test_concurrency.TestConcurrency):
    def create_all(self, env):
        company = env.ref("base.main_company")
        self.asks_for_team = company.helpdesk_mgmt_portal_select_team
        company.helpdesk_mgmt_portal_select_team = False
        self.assertFalse(self.get_parts(env))

    def delete_all(self):
        def delete(env):
            parts = self.get_parts(env)
            made = {part.key: env[part.res_model].browse(part.res_id) for part in parts}
            made["team"].unlink()
            made["policy"].unlink()
            made["terms"].unlink()
            parts.unlink()
            company = env.ref("base.main_company")
            company.helpdesk_mgmt_portal_select_team = self.asks_for_team

        self.commit(delete)

    def get_parts(self, env):
        company = env.ref("base.main_company")
        return env["support.preset.part"].search(
            [("company_id", "=", company.id), ("preset", "=", CODE)]
        )

    def load(self, env):
        self.made.append(
            env["support.preset"]._load(CODE, env.ref("base.main_company"))[1]
        )

    def test_two_at_once_make_one(self):
        self.made = []
        tries = self.run_at_once(self.load, self.load)
        self.assertGreater(sum(tries), 2, "They met on the row of the company")

        def count(env):
            company = env.ref("base.main_company")
            of_company = [("company_id", "=", company.id)]
            policies = env["support.policy"].search([*of_company, ("code", "=", CODE)])
            teams = env["helpdesk.ticket.team"].search(
                [("support_policy_id", "in", policies.ids)]
            )
            return len(policies), len(teams), self.get_parts(env).mapped("key")

        policies, teams, keys = self.commit(count)
        self.assertEqual((policies, teams), (1, 1))
        # Add-ons make more of it, but nothing twice.
        self.assertEqual(len(keys), len(set(keys)))
        self.assertLessEqual({"policy", "portal", "team", "terms"}, set(keys))
        self.assertIn([], self.made, "The second one found everything made")
