"""A plan of another week than the next, and tickets that a planner moves to one."""

import json

from lxml import etree

from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, freeze_time, tagged

from .common_plan import AFTER, PlanCommon


@tagged("post_install", "-at_install")
@freeze_time(AFTER)
class TestPlanWeeks(PlanCommon):
    # === WHICH WEEK === #

    def new_plan(self):
        form = Form(self.env["support.plan"].with_user(self.planner))
        form.team_id = self.team
        return form

    def test_the_next_week_is_offered(self):
        form = self.new_plan()
        self.assertEqual(form.week_choice, "1")
        self.assertEqual(str(form.date_start), "2026-03-09")
        self.assertEqual(form.save().capacity_minutes, 3000)

    def test_this_week_has_what_is_left_of_it(self):
        self.accept(600, "2026-02-26 10:00:00")
        with freeze_time("2026-03-05 09:00:00"):  # Thursday, 10:00 in Madrid
            form = self.new_plan()
            form.week_choice = "0"
            self.assertEqual(str(form.date_start), "2026-03-02")
            plan = form.save()
            # Four hours of today and five of tomorrow, of each of both.
            self.assertEqual(plan.capacity_minutes, 1080)
            plan.action_propose()
        self.assertGreaterEqual(
            str(min(plan.line_ids.mapped("date_start"))), "2026-03-05 09:00:00"
        )

    def test_one_of_the_following_weeks(self):
        form = self.new_plan()
        for choice, monday in (("2", "2026-03-16"), ("3", "2026-03-23")):
            form.week_choice = choice
            self.assertEqual(str(form.date_start), monday)
        form.date_start = "2026-04-09"  # A Thursday
        self.assertEqual(str(form.date_start), "2026-04-06")
        self.assertEqual(form.week_choice, "other")
        ticket = self.accept(60)
        plan = form.save()
        plan.action_propose()
        self.assertEqual(plan.line_ids.ticket_id, ticket)
        self.assertEqual(str(plan.line_ids.date_start), "2026-04-06 07:00:00")

    def test_which_week_it_is_says_the_clock_of_the_team(self):
        """Sunday noon in Madrid is Monday in Auckland."""
        self.team.support_cutoff_tz = "Pacific/Auckland"
        with freeze_time("2026-03-08 12:00:00"):
            self.assertEqual(str(self.team._get_this_monday()), "2026-03-09")
            self.team.support_cutoff_tz = "Europe/Madrid"
            self.assertEqual(str(self.team._get_this_monday()), "2026-03-02")

    def test_a_week_that_is_over_is_not_planned(self):
        with self.assertRaisesRegex(ValidationError, "is over"):
            self.env["support.plan"].with_user(self.planner).create(
                {"team_id": self.team.id, "date_start": "2026-02-23"}
            )

    def test_a_week_that_has_a_plan_says_so_before_it_is_saved(self):
        plan = self.make_plan()
        form = self.new_plan()
        self.assertEqual(str(form.date_start), "2026-03-16")
        self.assertFalse(form.standing_plan_id)
        form.week_choice = "1"
        self.assertEqual(form.standing_plan_id, plan)
        plan.action_cancel()
        form.week_choice = "2"
        form.week_choice = "1"
        self.assertFalse(form.standing_plan_id)

    # === A TICKET IN ANOTHER WEEK === #

    def change(self, plan, ticket, **values):
        """Fill in the wizard of the pencil as the planner; return it."""
        context = plan._open_change(ticket)["context"]
        wizard = self.env["support.plan.change"].with_user(self.planner)
        wizard = wizard.with_context(**context).create(values)
        wizard.action_change()
        return wizard

    def postpone(self, plan, ticket, week="2026-03-23", why="The client is away"):
        plan = plan.with_user(self.planner)
        return self.change(
            plan, ticket, is_excluded=True, exclusion=why, not_before=week
        )

    def test_a_ticket_is_moved_to_another_week(self):
        ticket = self.accept(120)
        other = self.accept(60, "2026-03-05 11:00:00")
        plan = self.propose()
        # Any day of the week stands for it.
        self.postpone(plan, ticket, "2026-03-26")
        self.assertEqual(self.reasons(plan), {ticket: "postponed"})
        words = plan.unplaced_ids.explanation
        self.assertIn("23 Mar 2026", words)
        self.assertIn("The client is away", words)
        self.assertEqual(plan.line_ids.ticket_id, other)
        self.assertIn(ticket.number, plan.dropped_text, "It was proposed")
        self.assertTrue(plan._repeats_itself())
        plan.action_confirm()
        with freeze_time("2026-03-13 13:30:00"):
            plan = self.propose(monday="2026-03-16")
            self.assertEqual(self.reasons(plan), {ticket: "postponed"})
            self.assertFalse(plan.dropped_text, "The proposal knew it")
            plan.action_confirm()
            self.log(other, 60, date="2026-03-10 10:00:00")
        with freeze_time("2026-03-20 13:30:00"):
            # Its week takes it in the order of acceptance.
            self.accept(60, "2026-03-12 10:00:00")
            plan = self.propose(monday="2026-03-23")
            first = plan.line_ids.sorted("place")[0]
            self.assertEqual((first.ticket_id, first.minutes), (ticket, 120))

    def test_the_look_ahead_and_the_client_are_told(self):
        ticket = self.accept(120)
        plan = self.propose()
        self.postpone(plan, ticket)
        told = "week of 23 March 2026 or later"
        page = ticket.sudo()._prepare_support_portal_plan()
        self.assertNotIn(told, " ".join(page["lines"]), "It is a draft")
        plan.action_confirm()
        page = ticket.sudo()._prepare_support_portal_plan()
        self.assertIn(told, " ".join(page["lines"]))
        self.team._look_ahead()
        self.assertEqual(str(ticket.support_expected_week), "2026-03-23")
        page = ticket.sudo()._prepare_support_portal_plan()
        self.assertIn("week of 23 March 2026", " ".join(page["lines"]))
        self.assertNotIn("away", " ".join(page["lines"]), "Why is for colleagues")

    def test_only_this_week_is_expected_in_the_next(self):
        ticket = self.accept(120)
        plan = self.propose()
        self.postpone(plan, ticket, week=False)
        self.assertEqual(self.reasons(plan), {ticket: "excluded"})
        self.team._look_ahead()
        self.assertEqual(str(ticket.support_expected_week), "2026-03-16")

    def test_another_plan_takes_it_after_all(self):
        ticket = self.accept(120)
        self.postpone(self.propose(), ticket)
        plan = self.propose(monday="2026-03-16").with_user(self.planner)
        wizard = self.change(plan, ticket)
        self.assertTrue(wizard.is_excluded, "The wizard begins with what holds")
        self.assertEqual(str(wizard.not_before), "2026-03-23")
        self.assertEqual(self.reasons(plan), {ticket: "postponed"})
        self.change(plan, ticket, is_excluded=False)
        self.assertEqual(plan.line_ids.ticket_id, ticket)
        self.assertEqual(plan.line_ids.minutes, 120)
        plan.action_propose()
        self.assertEqual(plan.line_ids.ticket_id, ticket)

    def test_back_to_the_proposal_forgets_it(self):
        ticket = self.accept(120)
        plan = self.propose()
        self.postpone(plan, ticket)
        plan.action_reset()
        self.assertEqual(plan.line_ids.ticket_id, ticket)
        self.assertFalse(ticket._get_support_postponed())

    def test_the_word_of_a_cancelled_plan_does_not_hold(self):
        ticket = self.accept(120)
        plan = self.propose()
        self.postpone(plan, ticket)
        plan.action_cancel()
        self.assertEqual(self.propose().line_ids.ticket_id, ticket)

    def test_a_new_acceptance_is_of_a_new_time(self):
        ticket = self.accept(120)
        self.postpone(self.propose(), ticket)
        with freeze_time("2026-03-13 13:30:00"):
            ticket.support_accepted_at = "2026-03-12 10:00:00"
            plan = self.propose(monday="2026-03-16")
            self.assertEqual(plan.line_ids.ticket_id, ticket)

    def test_a_later_week_is_later(self):
        ticket = self.accept(120)
        plan = self.propose()
        for week in ("2026-03-09", "2026-03-15", "2026-03-02"):
            with self.assertRaisesRegex(UserError, "Not before the week of"):
                self.postpone(plan, ticket, week)
        with self.assertRaisesRegex(UserError, "Reason"):
            self.postpone(plan, ticket, why=" ")
        self.assertEqual(plan.line_ids.ticket_id, ticket)

    # === VIEWS === #

    def test_the_cards_can_be_drawn(self):
        arch = self.env["support.plan.line"].get_view(view_type="kanban")["arch"]
        [bar] = etree.fromstring(arch).iter("progressbar")
        self.assertEqual(set(json.loads(bar.get("colors"))), {"draft", "confirmed"})

    def test_the_receipt_can_be_printed(self):
        """With the moments by the clock of the team, wherever the reader is."""
        ticket, late = self.accept(120), self.accept(60, AFTER)
        plan = self.propose()
        self.env.user.tz = "Asia/Tokyo"
        report = self.env["ir.actions.report"]
        name = "support_planning.report_support_plan"
        page = report._render_qweb_html(name, plan.ids)[0].decode()
        for text in (ticket.number, late.number, plan.inputs_hash, "Europe/Madrid"):
            self.assertIn(text, page)
        self.assertIn("03/06/2026 02:00 PM", page)
        self.assertIn("03/06/2026 02:30:00 PM", page)
