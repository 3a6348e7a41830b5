"""The hourly job: cut-offs to the second, both changes of the clocks, late runs."""

from unittest.mock import patch

from odoo import Command
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .common_plan import PlanCommon

# Monday of the planned week: the second of its cut-off in UTC, by team's zone.
DST_FRIDAYS = {
    # The clocks of Madrid go forward on Sunday 29 March and back on 25 October 2026.
    "2026-03-23": "2026-03-20 13:00:00",
    "2026-03-30": "2026-03-27 13:00:00",
    "2026-04-06": "2026-04-03 12:00:00",
    "2026-10-26": "2026-10-23 12:00:00",
    "2026-11-02": "2026-10-30 13:00:00",
}
TEN_ZONES = [
    "Pacific/Auckland",
    "Asia/Tokyo",
    "Asia/Kolkata",
    "Europe/Moscow",
    "Europe/Madrid",
    "Europe/London",
    "America/Sao_Paulo",
    "America/New_York",
    "America/Mexico_City",
    "Pacific/Honolulu",
]


@tagged("post_install", "-at_install")
class TestPlanCron(PlanCommon):
    def run_at(self, moment):
        with freeze_time(moment):
            self.run_cron()

    def get_weeks(self, team=None):
        return [str(plan.date_start) for plan in self.get_plans(team)]

    def since(self, moment, team=None):
        (team or self.team).support_plan_since = moment

    # === THE SECOND OF THE CUT-OFF === #

    def test_the_second_of_the_cutoff_is_the_clients(self):
        self.since("2026-03-02")
        self.run_at("2026-03-06 12:59:59")
        self.assertFalse(self.get_weeks())
        self.run_at("2026-03-06 13:00:00")
        self.assertFalse(self.get_weeks(), "Something may be accepted in this second")
        self.run_at("2026-03-06 13:00:01")
        self.assertEqual(self.get_weeks(), ["2026-03-09"])

    def test_what_was_accepted_until_the_cutoff_is_planned(self):
        self.since("2026-03-02")
        early = self.accept(60, "2026-03-06 12:59:59")
        exact = self.accept(60, "2026-03-06 13:00:00")
        late = self.accept(60, "2026-03-06 13:00:01")
        self.run_at("2026-03-06 15:00:00")
        plan = self.get_plans()
        self.assertEqual(plan.line_ids.ticket_id, early | exact)
        self.assertEqual(self.reasons(plan), {late: "after_cutoff"})

    def test_around_both_changes_of_the_clocks(self):
        for monday, cutoff in DST_FRIDAYS.items():
            with self.subTest(monday):
                self.get_plans().unlink()
                with freeze_time(cutoff) as frozen:
                    self.since(self.utc(cutoff).replace(hour=0))
                    self.run_cron()
                    self.assertFalse(self.get_weeks(), "Not yet")
                    frozen.tick(1)
                    self.run_cron()
                    self.assertEqual(self.get_weeks(), [monday])
                    self.assertEqual(str(self.get_plans().cutoff), cutoff)
                    self.get_plans().sudo().proposed_at = False

    def test_the_week_of_a_change_of_the_clocks_has_its_hours(self):
        with freeze_time("2026-03-20 14:00:00"):
            ticket = self.accept(1500, "2026-03-19 10:00:00")
            self.team.user_ids = self.ana
            plan = self.propose(monday="2026-03-23")
            self.assertEqual(plan.planned_minutes, 1500)
            span = tuple(map(str, plan._get_span()))
            self.assertEqual(span, ("2026-03-22 23:00:00", "2026-03-29 22:00:00"))
            self.assertEqual(str(plan.line_ids.date_start), "2026-03-23 08:00:00")
            plan.action_confirm()
            self.assertEqual(str(ticket.support_delivery_date), "2026-03-27 13:00:00")

    # === LATE, TWICE, NEVER AGAIN === #

    def test_running_twice_makes_one_plan(self):
        self.since("2026-03-02")
        self.run_at("2026-03-06 13:30:00")
        self.run_at("2026-03-06 14:30:00")
        self.run_at("2026-03-08 14:30:00")
        self.assertEqual(self.get_weeks(), ["2026-03-09"])

    def test_a_late_run_plans_what_is_left_of_the_week(self):
        self.since("2026-03-02")
        ticket = self.accept(60, "2026-03-06 12:00:00")
        late = self.accept(60, "2026-03-08 12:00:00")
        self.run_at("2026-03-11 10:00:00")  # Wednesday, 11:00 in Madrid
        plan = self.get_plans()
        self.assertEqual(str(plan.date_start), "2026-03-09")
        self.assertEqual(plan.line_ids.ticket_id, ticket)
        self.assertEqual(self.reasons(plan), {late: "after_cutoff"})
        self.assertGreaterEqual(str(plan.line_ids.date_start), "2026-03-11 10:00:00")
        self.assertEqual(plan.capacity_ids.mapped("available_minutes"), [780, 780])

    def test_a_cancelled_plan_counts(self):
        self.since("2026-03-02")
        self.run_at("2026-03-06 13:30:00")
        with freeze_time("2026-03-06 14:00:00"):
            self.get_plans().action_cancel()
        self.run_at("2026-03-06 14:30:00")
        self.assertEqual(len(self.get_plans()), 1)

    def test_a_plan_made_by_hand_counts(self):
        self.since("2026-03-02")
        with freeze_time("2026-03-04 14:00:00"):
            self.make_plan()
        self.run_at("2026-03-06 13:30:00")
        self.assertFalse(self.get_plans().proposed_at)

    def test_cutoffs_from_before_planning_are_not_caught_up_with(self):
        self.since("2026-03-07")
        self.run_at("2026-03-08 13:30:00")
        self.assertFalse(self.get_weeks())

    def test_a_team_that_does_not_plan_is_left_alone(self):
        self.team.support_plan_weekly = False
        self.run_at("2026-03-06 13:30:00")
        self.assertFalse(self.get_weeks())

    def test_beginning_to_plan_is_noted(self):
        self.team.support_plan_weekly = False
        with freeze_time("2026-05-05 10:00:00"):
            self.team.support_plan_weekly = True
        self.assertEqual(str(self.team.support_plan_since), "2026-05-05 10:00:00")

    # === AS THE TEAM SAYS === #

    def test_the_leader_is_asked_to_confirm(self):
        self.since("2026-03-02")
        self.run_at("2026-03-06 13:30:00")
        plan = self.get_plans()
        self.assertEqual(plan.state, "draft")
        self.assertTrue(plan.is_automatic)
        self.assertEqual(plan.activity_ids.user_id, self.planner)

    def test_or_it_is_confirmed_by_itself(self):
        self.since("2026-03-02")
        self.team.support_plan_mode = "confirm"
        ticket = self.accept(60)
        self.run_at("2026-03-06 13:30:00")
        self.assertEqual(self.get_plans().state, "confirmed")
        self.assertTrue(ticket.support_planned_date)

    def test_ten_teams_in_different_zones(self):
        self.team.support_plan_weekly = False
        teams = self.env["helpdesk.ticket.team"].create(
            [
                {
                    "name": zone,
                    "company_id": self.company.id,
                    "user_ids": [Command.set(self.ana.ids)],
                    "resource_calendar_id": self.calendar.id,
                    "support_plan_weekly": True,
                    "support_plan_since": "2026-03-02",
                    "support_cutoff_tz": zone,
                }
                for zone in TEN_ZONES
            ]
        )
        # At 13:00:01 UTC it is after two o'clock from Madrid eastwards.
        self.run_at("2026-03-06 13:00:01")
        due = [team.name for team in teams if self.get_weeks(team)]
        self.assertEqual(due, TEN_ZONES[:5])
        self.run_at("2026-03-07 00:00:01")
        for team in teams:
            self.assertEqual(self.get_weeks(team), ["2026-03-09"], team.name)
        cutoffs = {team.name: str(self.get_plans(team).cutoff) for team in teams}
        self.assertEqual(cutoffs["Pacific/Auckland"], "2026-03-06 01:00:00")
        self.assertEqual(cutoffs["Pacific/Honolulu"], "2026-03-07 00:00:00")

    def test_one_team_that_fails_does_not_stop_the_others(self):
        self.since("2026-03-02")
        bad = self.team.copy({"name": "Bad", "support_plan_since": "2026-03-02"})
        (self.team | bad).support_plan_weekly = True
        self.since("2026-03-02", bad)
        model = type(self.env["support.plan"])
        propose = model._propose

        def fail(plan):
            if plan.team_id == bad:
                raise ValueError("Broken on purpose")
            return propose(plan)

        logger = "odoo.addons.support_packs.models.support_cron"
        with patch.object(model, "_propose", fail), mute_logger(logger):
            self.run_at("2026-03-06 13:30:00")
        self.assertFalse(self.get_weeks(bad), "Nothing half done")
        self.assertEqual(self.get_weeks(), ["2026-03-09"])
        self.run_at("2026-03-06 14:30:00")
        self.assertEqual(self.get_weeks(bad), ["2026-03-09"], "The next run finds it")
