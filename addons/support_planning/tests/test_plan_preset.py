"""The support models bring their way of planning."""

from odoo.tests import tagged

from .common import SupportPlanningCommon


@tagged("post_install", "-at_install")
class TestPlanPreset(SupportPlanningCommon):
    def load(self, code):
        """Make the planning part of a model, for a team and a policy of the test."""
        presets = self.env["support.preset"]
        plan = presets._prepare_plan(presets._get_preset(code), self.company, {})
        parts = presets._build_planning(plan)
        for part in parts:
            part.make({"policy": self.policy, "team": self.team})
        return parts

    def test_hours_are_planned_on_fridays(self):
        self.load("hours_bono")
        team = self.team
        self.assertTrue(team.support_plan_weekly)
        self.assertEqual((team.support_cutoff_day, team.support_cutoff_hour), ("4", 14))
        self.assertEqual(team.support_overflow, "split")
        self.assertFalse(self.policy.wait_days)

    def test_minutes_prefer_the_usual_technician_and_wait(self):
        self.load("minutes_pack")
        self.assertTrue(self.policy.prefers_usual_technician)
        self.assertEqual(self.policy.wait_days, 3)

    def test_others_plan_nothing(self):
        self.assertFalse(self.load("ticket_policy"))
        self.assertFalse(self.team.support_plan_weekly)

    def test_the_part_comes_after_the_team(self):
        builders = self.env["support.preset"]._get_builders()
        self.assertLess(builders.index("team"), builders.index("planning"))
