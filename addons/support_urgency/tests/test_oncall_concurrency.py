"""Two who plan one team at once, on real connections."""

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from odoo.addons.support_packs.tests import test_concurrency


# Of the base only the helpers: Odoo runs the tests of a class, not inherited ones.
@tagged("post_install", "-at_install")
class TestOncallConcurrency(test_concurrency.TestConcurrency):
    def setUp(self):
        super().setUp()
        self.addCleanup(self.commit, self.delete_team)
        self.commit(self.make_team)

    def make_team(self, env):
        company = env.ref("base.main_company")
        team = env["helpdesk.ticket.team"].create(
            {"name": "Two at once", "company_id": company.id}
        )
        self.ids["helpdesk.ticket.team"] = team.ids

    def delete_team(self, env):
        self.get(env, "helpdesk.ticket.team").support_shift_ids.unlink()
        self.get(env, "helpdesk.ticket.team").unlink()

    def plan(self, start, end):
        """Return a function that makes a shift."""

        def plan(env):
            env["support.oncall.shift"].create(
                {
                    "team_id": self.get(env, "helpdesk.ticket.team").id,
                    "user_id": env.ref("base.user_admin").id,
                    "date_start": start,
                    "date_end": end,
                }
            )

        return plan

    def count_shifts(self):
        return self.commit(
            lambda env: len(self.get(env, "helpdesk.ticket.team").support_shift_ids)
        )

    def test_of_two_shifts_that_overlap_one_is_made(self):
        """Neither sees the other: without a row that both write, both would pass."""
        with self.assertRaises(ValidationError):
            self.run_at_once(
                self.plan("2026-03-02 08:00:00", "2026-03-02 18:00:00"),
                self.plan("2026-03-02 12:00:00", "2026-03-03 08:00:00"),
            )
        self.assertEqual(self.count_shifts(), 1)

    def test_two_shifts_that_do_not_overlap_are_both_made(self):
        tries = self.run_at_once(
            self.plan("2026-03-02 08:00:00", "2026-03-02 18:00:00"),
            self.plan("2026-03-02 18:00:00", "2026-03-03 08:00:00"),
        )
        self.assert_one_retried(tries)
        self.assertEqual(self.count_shifts(), 2)
