"""The support models bring their way of estimating and of planning."""

from odoo.tests import tagged

from odoo.addons.support_packs.tests.common import make_company

from ..presets.plans import PLANNED_TYPE
from .common import SupportPlanningCommon

PARTS = {"estimates", f"type/{PLANNED_TYPE}", "planning"}


@tagged("post_install", "-at_install")
class TestPlanPreset(SupportPlanningCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.shop = make_company(cls.env, "Workshop without a model", chart=False)
        # What counts for presets; loading a real chart takes seconds.
        cls.shop.sudo().chart_template = "generic_coa"
        cls.presets = cls.env["support.preset"].with_context(
            allowed_company_ids=cls.shop.ids
        )

    def load(self, code):
        """Load a model into the workshop; return policy, team, and what was made."""
        records, made = self.presets._load(code, self.shop)
        return records["policy"], records["team"], set(made)

    def get_types(self, policy):
        types = policy.request_type_ids
        return {one.code: one.needs_estimate for one in types}

    def test_hours_are_planned_on_fridays(self):
        policy, team, made = self.load("hours_bono")
        self.assertLessEqual(PARTS, made)
        self.assertTrue(team.support_plan_weekly)
        self.assertEqual((team.support_cutoff_day, team.support_cutoff_hour), ("4", 14))
        self.assertEqual(team.support_plan_mode, "propose")
        self.assertEqual(team.support_overflow, "split")
        self.assertEqual(team.support_reserve_percent, 20)
        self.assertFalse(policy.prefers_usual_technician)
        self.assertFalse(policy.wait_days)

    def test_minutes_prefer_the_usual_technician_and_wait(self):
        policy, team, _made = self.load("minutes_pack")
        self.assertTrue(team.support_plan_weekly)
        self.assertTrue(policy.prefers_usual_technician)
        self.assertEqual(policy.wait_days, 3)

    def test_at_110_percent_the_client_is_asked_again(self):
        for code in ("hours_bono", "minutes_pack"):
            with self.subTest(code):
                policy, _team, _made = self.load(code)
                self.assertEqual(policy.estimate_tolerance, 10)
                self.assertEqual(policy.estimate_exceeded, "stop")
                self.assertEqual(policy.estimate_days, 15)

    def test_what_is_planned_needs_an_estimate_and_costs_the_same(self):
        for code in ("hours_bono", "minutes_pack"):
            with self.subTest(code):
                policy, _team, _made = self.load(code)
                self.assertEqual(
                    self.get_types(policy), {"support": False, PLANNED_TYPE: True}
                )
                support, planned = policy.request_type_ids
                self.assertEqual(
                    (planned.minimum, planned.block), (support.minimum, support.block)
                )

    def test_others_plan_nothing(self):
        for code in ("ticket_policy", "fair_use", "credits_recharge"):
            with self.subTest(code):
                policy, team, made = self.load(code)
                self.assertFalse(PARTS & made)
                self.assertFalse(team.support_plan_weekly)
                self.assertNotIn(PLANNED_TYPE, self.get_types(policy))

    # === A COMPANY THAT LOADED THE MODEL BEFORE === #

    def forget_planning(self, code):
        """Leave the company as it was before this add-on knew anything of it."""
        policy, team, _made = self.load(code)
        parts = self.env["support.preset.part"].sudo()
        parts.search(
            [("company_id", "=", self.shop.id), ("key", "in", list(PARTS))]
        ).unlink()
        policy.request_type_ids.filtered(lambda one: one.code == PLANNED_TYPE).unlink()
        team.support_plan_weekly = False
        policy.write({"wait_days": 0, "prefers_usual_technician": True})
        return policy, team

    def test_loading_again_brings_the_parts(self):
        policy, team = self.forget_planning("minutes_pack")
        again, same_team, made = self.load("minutes_pack")
        self.assertEqual((again, same_team), (policy, team))
        self.assertEqual(made, PARTS)
        self.assertTrue(team.support_plan_weekly)
        self.assertEqual(policy.wait_days, 3)
        self.assertIn(PLANNED_TYPE, self.get_types(policy))
        self.assertFalse(self.load("minutes_pack")[2], "Once")

    def test_what_somebody_set_stays(self):
        policy, team = self.forget_planning("hours_bono")
        policy.estimate_exceeded = "warn"
        team.write({"support_plan_weekly": True, "support_cutoff_day": "2"})
        _policy, _team, made = self.load("hours_bono")
        self.assertEqual(made, {f"type/{PLANNED_TYPE}"})
        self.assertEqual(policy.estimate_exceeded, "warn")
        self.assertEqual(team.support_cutoff_day, "2")

    def test_the_preview_says_it_in_words(self):
        parts = {
            part.key: part
            for part in self.presets._get_parts("minutes_pack", self.shop)
        }
        told = " ".join(parts["estimates"].details)
        self.assertIn("10 %", told)
        self.assertIn("110 %", told)
        self.assertIn("waits for up to 3 days", " ".join(parts["planning"].details))
        self.assertIn("estimate", " ".join(parts[f"type/{PLANNED_TYPE}"].details))
