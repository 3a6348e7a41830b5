"""The hourly check: absences and urgent work that plans did not know."""

from odoo.tests import freeze_time, tagged

from .common_plan import AFTER
from .test_plan_displacement import (
    ALL_MONDAY,
    ALL_WEEK,
    MONDAY_EARLY,
    DisplacementCommon,
)


@tagged("post_install", "-at_install")
@freeze_time(MONDAY_EARLY)
class TestDisplacementCheck(DisplacementCommon):
    def get_all(self):
        return self.env["support.plan.displacement"].search([], order="id")

    def test_where_nothing_happened_nobody_is_moved(self):
        self.accept(1600)
        self.confirm()
        self.run_check()
        self.assertFalse(self.get_all())

    def test_a_new_leave_is_found_once(self):
        self.alone()
        ticket = self.accept(300)
        plan = self.confirm()
        self.make_leave(self.ana, *ALL_WEEK)
        self.run_check()
        found = self.get_all()
        self.assertEqual(self.said(found), {ticket: ([], 300)})
        self.assertTrue(found.is_automatic)
        self.assertEqual(plan.activity_ids.user_id, self.planner)
        self.assertIn("week of 9 Mar 2026", plan.activity_ids.summary)
        first = found.facts
        with freeze_time("2026-03-09 09:30:00"):
            self.run_check()
        self.assertEqual(self.get_all(), found)
        self.assertEqual(found.facts, first)
        self.assertEqual(len(plan.activity_ids), 1)

    def test_what_was_decided_does_not_come_back(self):
        self.alone()
        self.accept(300)
        plan = self.confirm()
        leave = self.make_leave(self.ana, *ALL_MONDAY)
        self.run_check()
        found = self.get_all()
        self.dismiss(found)
        self.assertEqual(found.dismissal, "He comes all the same")
        self.assertFalse(plan.activity_ids)
        self.run_check()
        self.assertEqual(self.get_all(), found)
        # More of it is news; and this time it is applied.
        leave.date_to = "2026-03-10 22:59:59"
        self.run_check()
        second = self.get_all() - found
        self.assertEqual(len(second), 1)
        second.with_user(self.planner).action_apply()
        self.assertEqual(str(plan.line_ids.date_end), "2026-03-11 13:00:00")
        self.assertFalse(plan.activity_ids)
        self.run_check()
        self.assertEqual(self.get_all(), found | second)

    def test_a_leave_that_is_withdrawn_leaves_nothing(self):
        self.alone()
        self.accept(300)
        plan = self.confirm()
        leave = self.make_leave(self.ana, *ALL_MONDAY)
        self.run_check()
        found = self.get_all()
        leave.unlink()
        with self.assertRaisesRegex(Exception, "Reckon again"):
            found.action_apply()
        self.run_check()
        self.assertFalse(self.get_all())
        self.assertFalse(plan.activity_ids)

    def test_public_holidays_and_who_left(self):
        self.accept(600)
        self.accept(600)
        plan = self.confirm()
        self.make_leave(False, "2026-03-09 23:00:00", "2026-03-10 22:59:59")
        self.run_check()
        self.assertEqual(self.get_all().move_ids.user_id, plan.line_ids.user_id)
        self.dismiss(self.get_all())
        self.ben.active = False
        self.run_check()
        second = self.get_all()[-1]
        self.assertEqual(second.move_ids.user_id, self.ben)
        self.assertEqual(
            {one["technician"] for move in second.move_ids for one in move.after},
            {self.ana.id},
        )

    def test_leave_at_a_time_without_work_moves_nobody(self):
        self.alone()
        self.accept(60)
        self.confirm()
        self.make_leave(self.ana, "2026-03-11 23:00:00", "2026-03-12 22:59:59")
        self.run_check()
        self.assertFalse(self.get_all())

    def test_nobody_who_is_away_gets_the_work(self):
        self.accept(300)
        plan = self.confirm()
        user = plan.line_ids.user_id
        colleague = (self.ana | self.ben) - user
        self.make_leave(user, *ALL_WEEK)
        self.make_leave(colleague, *ALL_WEEK)
        self.run_check()
        self.assertEqual(self.get_all().left_minutes, 300)

    # === URGENT WORK === #

    def test_urgent_work_beyond_the_reserve(self):
        """From ten on, two hours on an urgent ticket; one of them is kept for that."""
        self.alone()
        self.team.support_reserve_percent = 20
        ticket = self.accept(240)
        urgent = self.make_ticket(name="Burning")
        plan = self.confirm()
        with self.urgent(urgent), freeze_time("2026-03-09 12:00:00"):
            self.log(ticket, 60, date="2026-03-09 09:00:00", user_id=self.ana.id)
            self.log(urgent, 120, user_id=self.ana.id, date="2026-03-09 11:00:00")
            self.run_check()
            found = self.get_all()
            self.assertEqual(found.plan_id, plan)
            self.assertIn(urgent.number, found.move_ids.explanation)
            [move] = found.move_ids
            # Ten to one was planned: two hours of it were not done; the last hour of
            # Monday takes one of them.
            self.assertEqual(move.left_minutes, 0)
            self.assertEqual(
                [one["end"] for one in move.after], ["2026-03-10 09:00:00"]
            )
            found.action_apply()
            self.run_check()
            self.assertEqual(self.get_all(), found)

    def test_urgent_work_within_the_reserve(self):
        """It is done in the first hours; what was planned for them, later that day."""
        self.alone()
        self.team.support_reserve_percent = 40
        self.accept(180)
        urgent = self.accept(100, user_id=self.ana.id)
        with self.urgent(urgent):
            plan = self.confirm()
            self.run_check()
            self.assertFalse(self.get_all(), "No day changes")
            urgent.support_estimate_minutes = 150
            self.run_check()
        self.assertEqual(self.get_all().plan_id, plan, "Half an hour too much")

    def test_what_is_left_of_an_urgent_ticket_takes_the_next_hours(self):
        self.alone()
        ticket = self.accept(1500)
        urgent = self.accept(100, user_id=self.ana.id)
        with self.urgent(urgent):
            plan = self.confirm()
            self.assertEqual(plan.line_ids.ticket_id, ticket)
            self.run_check()
            found = self.get_all()
            self.assertEqual(self.said(found), {ticket: ([(self.ana, 1400)], 100)})
            with freeze_time("2026-03-09 09:30:00"):
                self.run_check()
            self.assertEqual(self.get_all(), found)
            with freeze_time("2026-03-09 08:40:00"):
                found.action_apply()
                self.run_check()
            self.assertEqual(self.get_all(), found)

    def test_urgent_work_of_the_week_before_takes_nothing(self):
        self.alone()
        self.accept(1500)
        urgent = self.accept(100, user_id=self.ana.id)
        with self.urgent(urgent):
            self.confirm()
            with freeze_time(AFTER):
                self.run_check()
        self.assertFalse(self.get_all())

    # === THE JOB === #

    def test_the_next_week_is_looked_at_too(self):
        self.alone()
        self.accept(60)
        plan = self.confirm()
        self.make_leave(self.ana, *ALL_WEEK)
        with freeze_time(AFTER):
            self.run_check()
        self.assertEqual(self.get_all().plan_id, plan)

    def test_past_weeks_drafts_and_undone_plans_are_not(self):
        self.alone()
        self.accept(60)
        plan = self.confirm()
        leave = self.make_leave(self.ana, *ALL_WEEK)
        away = {"date_from": leave.date_from, "date_to": leave.date_to}
        with freeze_time("2026-03-15 23:00:00"):
            self.run_check()
        self.assertFalse(self.get_all())
        with freeze_time(AFTER):
            plan.action_cancel()
            leave.write(
                {"date_from": "2026-06-01 08:00:00", "date_to": "2026-06-01 09:00:00"}
            )
            self.assertTrue(self.propose().line_ids)
            leave.write(away)
            self.run_check()
        self.assertFalse(self.get_all())

    def test_a_receipt_of_other_rules_is_left_alone(self):
        self.alone()
        self.accept(60)
        plan = self.confirm()
        plan.receipt = plan.receipt.replace('"version":1}', '"version":0}')
        self.make_leave(self.ana, *ALL_WEEK)
        self.run_check()
        self.assertFalse(self.get_all())
        with self.assertRaisesRegex(Exception, "cannot be read any more"):
            self.make_room(plan, self.ana)

    def test_who_confirmed_is_asked_or_else_the_leader(self):
        self.alone()
        self.accept(60)
        plan = self.confirm()
        plan.confirmed_by = self.ana
        self.make_leave(self.ana, *ALL_WEEK)
        self.run_check()
        self.assertEqual(plan.activity_ids.user_id, self.team.user_id)

    def test_queries_do_not_grow_with_the_tickets(self):
        counts = []
        self.alone()
        self.make_leave(self.ana, "2026-03-20 08:00:00", "2026-03-20 12:00:00")
        for number in (3, 15):
            for _ in range(number):
                self.accept(60 // number)
            plan = self.confirm()
            self.make_room(plan, self.ana, hour_to=10).action_refresh()
            self.env.invalidate_all()
            self.env.flush_all()
            before = self.cr.sql_log_count
            plan._propose_displacement(again=True)
            self.env.flush_all()
            counts.append(self.cr.sql_log_count - before)
            self.assertEqual(len(plan.open_displacement_id.move_ids), number)
            with freeze_time(AFTER):
                plan.action_cancel()
            plan.line_ids.ticket_id.write({"active": False})
        self.assertEqual(counts[0], counts[1])
