"""Displacement where things meet: who is away, what is urgent, what was done."""

from lxml import etree

from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from odoo.addons.support_packs.tests.common import make_company

from .common_plan import AFTER
from .test_plan_displacement import (
    ALL_MONDAY,
    ALL_WEEK,
    MONDAY_EARLY,
    DisplacementCommon,
)

WEEK = {"date_to": "2026-03-15"}
TUESDAY = {"date_from": "2026-03-10", "date_to": "2026-03-10"}
FRIDAY_13 = {"date_from": "2026-03-13", "date_to": "2026-03-13"}


@tagged("post_install", "-at_install")
@freeze_time(MONDAY_EARLY)
class TestDisplacementMore(DisplacementCommon):
    def get_all(self):
        return self.env["support.plan.displacement"].search([], order="id")

    # === WHO IS AWAY === #

    def test_who_is_away_gets_no_work_though_it_was_dismissed(self):
        self.accept(300)
        self.accept(300)
        plan = self.confirm()
        [own] = plan.line_ids.filtered(lambda line: line.user_id == self.ben)
        self.make_leave(self.ben, *ALL_WEEK)
        self.run_check()
        self.dismiss(self.get_all())
        found = self.make_room(plan, self.ana, **WEEK)
        self.assertEqual(list(self.said(found).values()), [([], 300)])
        found.action_apply()
        self.assertEqual(plan.line_ids, own, "What was dismissed moves nothing")

    def test_what_is_dismissed_is_what_was_shown(self):
        self.accept(300)
        plan = self.confirm()
        user = plan.line_ids.user_id
        colleague = (self.ana | self.ben) - user
        for one in (user, colleague):
            self.make_leave(one, *ALL_WEEK)
        self.run_check()
        self.assertNotIn(colleague.name, self.get_all().cause_text)
        self.dismiss(self.get_all())
        causes = plan._sort_causes(plan._find_causes(self.utc(MONDAY_EARLY)))
        self.assertEqual([one["technician"] for one in causes.news], [colleague.id])

    def test_work_over_the_midnight_of_the_team(self):
        """From 16:00 to 1:00 in Madrid."""
        self.team.resource_calendar_id = self.make_calendar(
            "Mexico", 9, 18, "America/Mexico_City"
        )
        self.alone()
        self.accept(540)
        plan = self.confirm()
        found = self.make_room(plan, self.ana, hour_to=18)
        found.with_user(self.planner).action_refresh()
        found.action_apply()
        self.assertEqual(str(plan.line_ids.date_start), "2026-03-09 17:00:00")

    # === WHAT BECAME URGENT === #

    def test_what_became_urgent_keeps_the_hours_it_was_planned_for(self):
        self.alone()
        urgent = self.accept(300, "2026-03-05 09:00:00")
        ticket = self.accept(300, "2026-03-05 10:00:00")
        plan = self.confirm()
        with self.urgent(urgent):
            found = self.make_room(plan, self.ana, **TUESDAY)
            self.assertEqual(found.move_ids.ticket_id, ticket)
            found.action_apply()
        slots = plan.line_ids.filtered(lambda one: one.ticket_id == ticket).slots
        self.assertEqual([slot[0] // 1440 for slot in slots], [2])

    # === WHAT WAS DONE === #

    def test_what_moved_because_it_was_not_done_moves_once(self):
        self.alone()
        ticket = self.accept(120)
        urgent = self.make_ticket()
        plan = self.confirm()
        with freeze_time("2026-03-09 10:00:00"):
            self.log(ticket, 90, date="2026-03-09 09:30:00", user_id=self.ana.id)
            self.make_room(
                plan, self.ana, "urgency", hour_to=12, ticket_id=urgent.id
            ).action_apply()
        self.assertEqual(str(plan.line_ids.date_end), "2026-03-09 11:30:00")
        with freeze_time("2026-03-09 12:00:00"):
            with self.assertRaisesRegex(UserError, "Nobody has to be moved"):
                self.make_room(plan, self.ana, **FRIDAY_13)

    # === WHAT A PLANNER SAW === #

    def test_what_is_applied_is_what_was_looked_at(self):
        self.alone()
        self.accept(300)
        plan = self.confirm()
        leave = self.make_leave(self.ana, *ALL_MONDAY)
        self.run_check()
        found = self.get_all().with_user(self.planner)
        seen = {"support_facts_hash": found.facts_hash}
        leave.date_to = "2026-03-10 22:59:59"
        self.run_check()
        with self.assertRaisesRegex(UserError, "look at it once more"):
            found.with_context(**seen).action_apply()
        seen = {"support_facts_hash": found.facts_hash}
        found.with_context(**seen).action_apply()
        self.assertEqual(str(plan.line_ids.date_end), "2026-03-11 13:00:00")
        arch = etree.fromstring(found.get_view(view_type="form")["arch"])
        [button] = arch.xpath("//button[@name='action_apply']")
        self.assertEqual(button.get("context"), "{'support_facts_hash': facts_hash}")
        self.assertTrue(arch.xpath("//field[@name='facts_hash']"))

    def test_the_check_leaves_what_a_planner_began(self):
        """Nothing of it moves any more: that is for the planner to see."""
        self.alone()
        ticket = self.accept(300)
        plan = self.confirm()
        found = self.make_room(plan, self.ana)
        self.solve(ticket)
        self.make_leave(self.ana, "2026-03-11 23:00:00", "2026-03-12 22:59:59")
        plan._displace_by_the_clock()
        self.assertEqual(self.get_all(), found)
        with self.assertRaisesRegex(UserError, "Nobody has to be moved"):
            found.action_refresh()

    def test_the_client_reads_a_reason_whatever_takes_the_time(self):
        self.alone()
        self.accept(300)
        plan = self.confirm()
        self.make_room(plan, self.ana, "other", words="A visit").action_apply()
        body = self.mails().body_html
        self.assertIn("Reason: the time is needed for something else.", body)
        self.assertNotIn("A visit", body)

    # === URGENT WORK === #

    def test_a_dismissed_urgency_stays_dismissed_while_it_is_worked_on(self):
        self.alone()
        self.accept(1500)
        urgent = self.accept(100, user_id=self.ana.id)
        with self.urgent(urgent):
            self.confirm()
            self.run_check()
            found = self.get_all()
            self.dismiss(found)
            with freeze_time("2026-03-09 08:40:00"):
                self.log(urgent, 30, date="2026-03-09 08:30:00", user_id=self.ana.id)
                self.run_check()
        self.assertEqual(self.get_all(), found)

    def test_what_a_planner_made_room_for_is_not_found_again(self):
        self.alone()
        self.accept(1500)
        urgent = self.accept(100, user_id=self.ana.id)
        with self.urgent(urgent):
            plan = self.confirm()
            found = self.make_room(
                plan, self.ana, "urgency", ticket_id=urgent.id, hour_to=11, **TUESDAY
            )
            self.run_check()
            self.assertEqual(len(found.causes), 1)
            found.action_apply()
            self.run_check()
        self.assertEqual(self.get_all(), found)

    def test_urgent_tickets_of_other_companies_are_not_named(self):
        self.alone()
        self.accept(1500)
        plan = self.confirm()
        other = make_company(self.env, "Other company", chart=False)
        urgent = self.env["helpdesk.ticket"].create(
            {"name": "Theirs", "description": "Theirs", "company_id": other.id}
        )
        with self.assertRaisesRegex(UserError, "Urgent ticket: .* another company"):
            self.make_room(plan, self.ana, "urgency", ticket_id=urgent.id)
        with self.urgent(urgent), freeze_time("2026-03-09 10:00:00"):
            self.log(urgent, 60, date="2026-03-09 09:00:00", user_id=self.ana.id)
            self.run_check()
        self.assertFalse(self.get_all())

    # === WHAT IS KEPT === #

    def test_a_ticket_that_was_displaced_cannot_be_deleted(self):
        self.alone()
        ticket = self.accept(60)
        plan = self.confirm()
        self.make_room(plan, self.ana, **WEEK).action_apply()
        plan.unplaced_ids.unlink()
        self.assertFalse(plan.line_ids)
        with self.assertRaisesRegex(UserError, "Archive it instead"):
            ticket.unlink()

    def test_each_row_of_planned_and_done_is_its_own(self):
        """Of one ticket in the plans of two teams, and who is in none of them."""
        self.alone()
        ticket = self.accept(1600)
        self.confirm()
        other = self.team.copy({"name": "Other", "support_plan_weekly": True})
        other.user_ids = self.ben
        ticket.team_id = other
        self.confirm(team=other)
        self.log(ticket, 30, date="2026-03-09 08:00:00", user_id=self.planner.id)
        self.env.flush_all()
        rows = self.env["support.plan.report"].search([("ticket_id", "=", ticket.id)])
        self.assertEqual(len(rows), 4)
        self.assertEqual(len(set(rows.ids)), 4)

    # === THE WEEK AFTER === #

    def test_the_rest_follows_later_where_next_week_is_promised(self):
        self.alone()
        self.accept(1500)
        plan = self.confirm()
        self.confirm(monday="2026-03-16")
        self.make_room(plan, self.ana, **FRIDAY_13).action_apply()
        self.assertIn(
            "It begins on Mon 9 Mar 2026; the rest follows in a later week.",
            self.mails().body_html,
        )
        self.assertIn("go first in the next plan", plan.unplaced_ids.explanation)

    def test_the_planner_reads_that_it_goes_back_to_the_queue(self):
        self.alone()
        self.accept(60)
        found = self.make_room(self.confirm(), self.ana, **WEEK)
        self.assertEqual(found.move_ids.client_text, "Mon 9 Mar\n→ back to the queue")

    def test_a_draft_that_does_not_know_of_it_is_proposed_again(self):
        self.alone()
        ticket = self.accept(60)
        plan = self.confirm()
        with freeze_time(AFTER):
            draft = self.propose(monday="2026-03-16")
        self.make_room(plan, self.ana, **WEEK).action_apply()
        draft = draft.with_user(self.planner)
        with self.assertRaisesRegex(UserError, f"{ticket.number}.* Propose again"):
            draft.action_confirm()
        draft.action_propose()
        draft.action_confirm()
        self.assertEqual(draft.line_ids.ticket_id, ticket)
