"""Planned and done: what became of a confirmed plan, by week, team and technician."""

from odoo import Command
from odoo.tests import freeze_time, tagged

from .common_plan import AFTER, PlanCommon

IN_THE_WEEK = "2026-03-10 09:00:00"


@tagged("post_install", "-at_install")
@freeze_time(AFTER)
class TestPlanDone(PlanCommon):
    def confirm(self, **values):
        plan = self.propose(**values)
        plan.action_confirm()
        return plan

    def work(self, ticket, minutes, user, date=IN_THE_WEEK, **values):
        with freeze_time("2026-04-10 10:00:00"):
            return self.log(ticket, minutes, date=date, user_id=user.id, **values)

    def rows(self, plan):
        """Return what the report says: ``{(ticket, technician): (planned, done)}``."""
        self.env.invalidate_all()
        rows = self.env["support.plan.report"].search([("plan_id", "=", plan.id)])
        return {
            (row.ticket_id, row.user_id): (row.planned_minutes, row.done_minutes)
            for row in rows
        }

    def test_planned_done_and_by_whom(self):
        self.team.user_ids = self.ana
        ticket, other = self.accept(120), self.accept(60)
        plan = self.confirm()
        self.team.user_ids |= self.ben
        self.work(ticket, 45, self.ana)
        self.work(ticket, 10, self.ana, billable=False)
        self.work(ticket, 30, self.ben)
        self.assertEqual(
            self.rows(plan),
            {
                (ticket, self.ana): (120, 55),
                (ticket, self.ben): (0, 30),
                (other, self.ana): (60, 0),
            },
        )
        line = plan.line_ids.filtered(lambda one: one.ticket_id == ticket)
        self.assertEqual((line.done_minutes, line.ticket_done_minutes), (55, 85))
        self.assertFalse(line.is_done)
        self.assertEqual(plan.done_minutes, 85, "By anybody, counted once")
        self.assertEqual(plan.done_text, "0 of 2")

    def test_ready_when_the_time_was_worked_or_the_ticket_closed(self):
        worked, closed, late, rest = (self.accept(60) for _number in range(4))
        plan = self.confirm()
        self.work(worked, 20, self.ana)
        self.work(worked, 40, self.ben)
        self.work(rest, 59, self.ana)
        with freeze_time("2026-03-12 10:00:00"):
            self.solve(closed)
        with freeze_time("2026-03-15 23:00:00"):  # Monday 0:00 in Madrid
            self.solve(late)
        self.env.invalidate_all()
        done = {line.ticket_id: line.is_done for line in plan.line_ids}
        self.assertEqual(done, {worked: True, closed: True, late: False, rest: False})
        self.assertEqual(plan.done_text, "2 of 4")
        rows = self.env["support.plan.report"].search([("plan_id", "=", plan.id)])
        self.assertEqual(sum(rows.mapped("open_count")), 2)

    def test_the_week_is_that_of_the_team(self):
        """The clocks of Madrid go forward in the night to Sunday 29 March."""
        with freeze_time("2026-03-20 14:00:00"):
            ticket = self.accept(600, "2026-03-19 10:00:00")
            plan = self.confirm(monday="2026-03-23")
        user = plan.line_ids.user_id
        for date, done in (
            ("2026-03-22 22:59:59", 0),
            ("2026-03-22 23:00:00", 1),
            ("2026-03-29 21:59:59", 2),
            ("2026-03-29 22:00:00", 2),
        ):
            self.work(ticket, 1, user, date)
            self.assertEqual(self.rows(plan)[ticket, user], (600, done), date)

    def test_a_team_elsewhere_has_weeks_of_its_own(self):
        self.team.support_cutoff_tz = "Pacific/Auckland"
        ticket = self.accept(60, "2026-03-05 00:00:00")
        plan = self.confirm()
        user = plan.line_ids.user_id
        self.work(ticket, 5, user, "2026-03-08 10:59:59")
        self.work(ticket, 7, user, "2026-03-08 11:00:00")
        self.assertEqual(self.rows(plan)[ticket, user], (60, 7))

    def test_drafts_and_withdrawn_plans_promise_nothing(self):
        ticket = self.accept(60)
        plan = self.propose()
        self.work(ticket, 30, self.ana)
        self.assertFalse(self.rows(plan))
        self.assertEqual(plan.done_minutes, 0)
        plan.action_propose()
        plan.action_confirm()
        plan.action_cancel()
        self.assertFalse(self.rows(plan))

    def test_sums_by_week_team_and_technician(self):
        self.accept(1200, "2026-03-05 09:00:00")
        ticket = self.accept(1200, "2026-03-05 10:00:00")
        plan = self.confirm()
        first, second = plan.line_ids.user_id
        self.work(ticket, 100, first)
        self.work(ticket, 50, second)
        self.env.invalidate_all()
        report = self.env["support.plan.report"]
        sums = report._read_group(
            [("team_id", "=", self.team.id)],
            ["week:week", "team_id"],
            ["planned_minutes:sum", "done_minutes:sum"],
        )
        self.assertEqual([one[2:] for one in sums], [(plan.planned_minutes, 150)])
        by_user = report._read_group(
            [("plan_id", "=", plan.id)], ["user_id"], ["done_minutes:sum"]
        )
        self.assertEqual(dict(by_user), {first: 100, second: 50})

    def test_technicians_read_their_own(self):
        self.accept(60)
        self.accept(60)
        plan = self.confirm()
        own = self.make_user("plan_own", "helpdesk_mgmt.group_helpdesk_user_own")
        report = self.env["support.plan.report"]
        self.assertTrue(report.with_user(self.ana).search([("plan_id", "=", plan.id)]))
        self.assertFalse(report.with_user(own).search([("plan_id", "=", plan.id)]))

    def count_queries(self, count):
        plans = self.env["support.plan"]
        for number in range(count):
            user = self.make_technician(f"t{count}_{number}")
            team = self.team.copy(
                {
                    "name": f"Team {number}",
                    "user_ids": [Command.set(user.ids)],
                    "support_plan_weekly": True,
                }
            )
            tickets = [self.accept(30, team_id=team.id) for _number in range(3)]
            plans |= self.confirm(team=team)
            self.work(tickets[0], 10, user)
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        plans.read(["done_minutes", "done_text"])
        plans.line_ids.read(["done_minutes", "ticket_done_minutes", "is_done"])
        self.assertEqual(sum(plans.mapped("done_minutes")), 10 * count)
        return self.cr.sql_log_count - before

    def test_queries_do_not_grow_with_the_plans(self):
        few = self.count_queries(1)
        many = self.count_queries(6)
        self.assertLessEqual(many, few + 1)
