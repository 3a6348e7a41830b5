"""A plan from the proposal to the confirmation, and back."""

import json
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged

from odoo.addons.support_packs.tests.common import make_company

from ..engine.reasons import REASONS
from ..engine.receipt import digest
from .common_plan import AFTER, MONDAY, PlanCommon


@tagged("post_install", "-at_install")
@freeze_time(AFTER)
class TestPlan(PlanCommon):
    # === PROPOSING === #

    def test_the_queue_is_planned_in_the_order_of_acceptance(self):
        second = self.accept(120, "2026-03-05 11:00:00")
        first = self.accept(60, "2026-03-05 10:00:00")
        plan = self.propose()
        self.assertEqual(
            [ticket for ticket, _user, _minutes in self.placed(plan)], [first, second]
        )
        self.assertFalse(plan.unplaced_ids)
        self.assertEqual(plan.planned_minutes, 180)

    def test_capacity_comes_from_the_calendar(self):
        plan = self.make_plan()
        self.assertEqual(plan.capacity_ids.user_id, self.ana | self.ben)
        self.assertEqual(plan.capacity_ids.mapped("available_minutes"), [1500, 1500])
        self.assertEqual(plan.capacity_minutes, 3000)

    def test_reserve_and_share_come_off(self):
        self.team.support_reserve_percent = 20
        self.env["support.plan.member"].create(
            {"team_id": self.team.id, "user_id": self.ben.id, "share_percent": 50}
        )
        plan = self.make_plan()
        self.assertEqual(plan.capacity_ids.mapped("available_minutes"), [1200, 600])

    def test_public_holidays_and_leave_come_off(self):
        self.make_leave(False, "2026-03-08 23:00:00", "2026-03-09 22:59:59")
        self.make_leave(self.ben, "2026-03-09 23:00:00", "2026-03-11 22:59:59")
        plan = self.make_plan()
        self.assertEqual(plan.capacity_ids.mapped("available_minutes"), [1200, 600])
        self.assertEqual(plan.capacity_ids.mapped("leave_minutes"), [0, 600])

    def test_holidays_of_another_company_do_not_come_off(self):
        holiday = self.make_leave(False, "2026-03-08 23:00:00", "2026-03-09 22:59:59")
        holiday.company_id = make_company(self.env, "Other company", chart=False)
        plan = self.make_plan()
        self.assertEqual(plan.capacity_ids.mapped("available_minutes"), [1500, 1500])
        holiday.company_id = self.company
        plan.action_propose()
        self.assertEqual(plan.capacity_ids.mapped("available_minutes"), [1200, 1200])

    def test_who_has_no_hours_of_their_own_works_those_of_the_team(self):
        leave = self.make_leave(self.ben, "2026-03-09 23:00:00", "2026-03-10 22:59:59")
        leave.resource_id.calendar_id = False
        leave.calendar_id = False
        plan = self.make_plan()
        self.assertEqual(plan.capacity_ids.mapped("available_minutes"), [1500, 1200])
        self.assertEqual(plan.capacity_ids.mapped("leave_minutes"), [0, 300])

    def test_nobody_without_a_calendar_works_day_and_night(self):
        self.team.resource_calendar_id = False
        self.company.resource_calendar_id = False
        plan = self.make_plan()
        self.assertEqual(plan.capacity_minutes, 0)

    def test_a_team_with_nobody_plans_nothing_and_says_so(self):
        self.team.user_ids = False
        ticket = self.accept(60)
        plan = self.propose()
        self.assertFalse(plan.line_ids)
        self.assertEqual(self.reasons(plan), {ticket: "nobody"})
        self.assertIn("no time at all", plan.unplaced_ids.explanation)

    def test_the_usual_technician_does_it(self):
        self.log(
            self.make_ticket(), 30, date="2026-03-02 10:00:00", user_id=self.ben.id
        )
        ticket = self.accept(60)
        plan = self.propose()
        self.assertEqual(self.placed(plan), [(ticket, self.ben, 60)])
        self.assertIn("usual technician", plan.line_ids.explanation)

    def test_without_the_preference_nobody_is_usual(self):
        self.policy.prefers_usual_technician = False
        self.log(
            self.make_ticket(), 30, date="2026-03-02 10:00:00", user_id=self.ben.id
        )
        self.accept(60)
        plan = self.propose()
        codes = [code for code, _values in plan.line_ids.reasons]
        self.assertNotIn("usual", codes)

    def test_a_client_waits_for_the_usual_technician(self):
        self.policy.wait_days = 14
        self.log(
            self.make_ticket(), 30, date="2026-03-02 10:00:00", user_id=self.ben.id
        )
        self.make_leave(self.ben, "2026-03-08 23:00:00", "2026-03-15 22:59:59")
        ticket = self.accept(60)
        plan = self.propose()
        self.assertEqual(self.reasons(plan), {ticket: "waits_for_technician"})
        self.assertIn("Mon 16 Mar", plan.unplaced_ids.explanation)
        plan.action_confirm()
        self.assertEqual(plan.notice_ids.kind, "waiting")

    def test_the_client_is_told_of_a_wait_within_the_week(self):
        self.policy.wait_days = 3
        self.log(
            self.make_ticket(), 30, date="2026-03-02 10:00:00", user_id=self.ben.id
        )
        self.make_leave(self.ben, "2026-03-08 23:00:00", "2026-03-10 22:59:59")
        ticket = self.accept(60)
        client = self.make_client("Other Client")
        client.write({"email": "other@example.com", "lang": "en_US"})
        self.make_account(client)
        self.accept(60, partner=client)
        plan = self.propose()
        waiting = plan.line_ids.filtered(lambda line: line.ticket_id == ticket)
        self.assertEqual(waiting.user_id, self.ben)
        plan.action_confirm()
        for mail in self.mails():
            told = "waits until then for the technician" in mail.body_html
            self.assertEqual(told, self.contact in mail.recipient_ids)
        self.assertEqual(len(self.mails()), 2)

    def test_a_ticket_longer_than_a_week_is_split(self):
        ticket = self.accept(4000)
        plan = self.propose()
        self.assertEqual(plan.planned_minutes, 3000)
        self.assertEqual(self.reasons(plan), {ticket: "continued"})
        plan.action_confirm()
        self.assertTrue(ticket.support_planned_date)
        self.assertFalse(ticket.support_delivery_date, "Some of it comes later")
        self.assertTrue(ticket.support_is_queued)
        self.assertEqual(ticket.support_to_plan_minutes, 1000)

    def test_the_rest_goes_first_in_the_week_after(self):
        long = self.accept(4000)
        self.propose().action_confirm()
        self.accept(60, "2026-03-04 10:00:00")
        plan = self.propose(monday="2026-03-16")
        self.assertEqual(plan.line_ids.sorted("place")[:1].ticket_id, long)
        self.assertIn("carried", [code for code, _v in plan.line_ids[0].reasons])

    def test_who_began_it_goes_on_with_it(self):
        """Rather than the usual technician; what was done before is no beginning."""
        self.log(
            self.make_ticket(), 30, date="2026-03-02 10:00:00", user_id=self.ana.id
        )
        begun, untouched = self.accept(120), self.accept(60)
        self.log(begun, 15, date="2026-03-05 12:00:00", user_id=self.ben.id)
        self.log(untouched, 15, date="2026-03-04 12:00:00", user_id=self.ben.id)
        plan = self.propose()
        self.assertEqual(
            [user for _ticket, user, _minutes in self.placed(plan)],
            [self.ben, self.ana],
        )
        line = plan.line_ids.filtered(lambda one: one.user_id == self.ben)
        self.assertIn("Began it", line.explanation)

    def test_every_reason_has_a_sentence(self):
        words = self.env["support.explanation"]
        self.accept(60)
        plan = self.propose()
        samples = {
            **dict.fromkeys(("reason", "week", "accepted_at"), "2026-03-16 10:00:00"),
            "technician": self.ben.id,
            "ticket": plan.line_ids.ticket_id.id,
        }
        for code, names in REASONS.items():
            values = {name: samples.get(name, 7) for name in names}
            if code == "longer_than_week":
                # Of this one it is no Monday, but how many minutes a week has.
                values["week"] = 2100
            with self.subTest(code):
                text = words.explain_plan([[code, values]], plan)
                self.assertTrue(text)
                self.assertNotEqual(text, code)

    def test_fractions_of_a_second_stop_no_plan(self):
        """Whatever wrote the moment: Odoo keeps what it is given."""
        ticket = self.accept(60, self.utc("2026-03-05 10:00:00").replace(microsecond=7))
        ticket.flush_recordset()
        ticket.invalidate_recordset()
        self.assertEqual(self.propose().line_ids.ticket_id, ticket)

    def test_stop_and_skip(self):
        self.ben.active = False
        first = self.accept(900, "2026-03-05 09:00:00")
        long = self.accept(700, "2026-03-05 10:00:00")
        short = self.accept(60, "2026-03-05 11:00:00")
        self.team.support_overflow = "stop"
        plan = self.propose()
        self.assertEqual(plan.line_ids.ticket_id, first)
        self.assertEqual(self.reasons(plan), {long: "no_room", short: "stopped"})
        plan.action_cancel()
        self.team.support_overflow = "skip"
        plan = self.propose()
        self.assertEqual(plan.line_ids.ticket_id, first | short)
        gap = plan.line_ids.filtered(lambda line: line.ticket_id == short)
        self.assertIn(long.number, gap.explanation)

    def test_what_was_worked_is_not_planned(self):
        ticket = self.accept(120)
        self.log(ticket, 50, date="2026-03-05 12:00:00", user_id=self.ana.id)
        self.assertEqual(ticket.support_to_plan_minutes, 70)
        self.log(ticket, 30, date="2026-03-05 13:00:00", billable=False)
        ticket.invalidate_recordset()
        self.assertEqual(ticket.support_to_plan_minutes, 70, "Nobody accepted that")
        plan = self.propose()
        self.assertEqual(plan.planned_minutes, 70)

    def test_another_teams_plan_takes_the_same_time(self):
        self.accept(600)
        plan = self.propose()
        plan.action_confirm()
        user = plan.line_ids.user_id
        other = self.team.copy({"name": "Other", "user_ids": [(6, 0, user.ids)]})
        other.support_plan_weekly = True
        plan = self.make_plan(team=other)
        self.assertEqual(plan.capacity_ids.elsewhere_minutes, 600)
        self.assertEqual(plan.capacity_ids.available_minutes, 900)

    # === WHO MAY NOT ENTER === #

    def test_a_client_on_hold_does_not_enter(self):
        ticket = self.accept(60)
        self.env["support.hold"].create(
            {
                "account_id": ticket.support_account_id.id,
                "reason": "Unpaid",
                "date_start": "2026-03-06 10:00:00",
            }
        )
        self.assertEqual(ticket.support_queue_problem, "hold")
        self.assertIn("Unpaid", ticket.support_queue_problem_text)
        plan = self.propose()
        self.assertEqual(self.reasons(plan), {ticket: "hold"})

    def test_without_balance_nothing_enters_where_it_is_refused(self):
        self.policy.uncovered_policy = "block"
        ticket = self.accept(90)
        self.assertEqual(self.reasons(self.propose()), {ticket: "balance"})
        self.policy.uncovered_policy = "invoice"
        ticket.invalidate_recordset()
        self.assertFalse(ticket.support_queue_problem)

    def test_one_balance_does_not_cover_everything(self):
        """Each alone is covered; together, only what was accepted first is."""
        self.policy.uncovered_policy = "block"
        self.make_pack(130)
        first = self.accept(60, "2026-03-05 09:00:00")
        second = self.accept(90, "2026-03-05 10:00:00")
        third = self.accept(70, "2026-03-05 11:00:00")
        self.assertFalse(second.support_queue_problem)
        plan = self.propose()
        self.assertEqual(plan.line_ids.ticket_id, first | third)
        self.assertEqual(self.reasons(plan), {second: "balance"})
        plan.action_confirm()
        other = self.team.copy({"name": "Other", "support_plan_weekly": True})
        fourth = self.accept(60, "2026-03-05 12:00:00", team_id=other.id)
        plan = self.propose(team=other)
        self.assertEqual(
            self.reasons(plan), {fourth: "balance"}, "What is planned will be drawn"
        )
        self.make_pack(600)
        self.env.invalidate_all()
        plan.action_propose()
        self.assertEqual(plan.line_ids.ticket_id, fourth)

    def test_who_owes_an_answer_does_not_enter(self):
        stage = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_awaiting")
        stage.support_waits_for_client = True
        ticket = self.accept(60)
        ticket.stage_id = stage
        self.assertEqual(self.reasons(self.propose()), {ticket: "client"})

    def test_what_was_merged_or_archived_is_in_no_queue(self):
        main, merged, archived = self.accept(60), self.accept(60), self.accept(60)
        plan = self.propose()
        merged.duplicate_id = main
        archived.active = False
        for ticket in merged | archived:
            self.assertFalse(ticket.support_is_queued)
            self.assertEqual(ticket.support_to_plan_minutes, 0)
        with self.assertRaisesRegex(UserError, "not in the queue"):
            plan.action_confirm()
        tickets = self.env["helpdesk.ticket"].with_context(active_test=False)
        self.assertEqual(tickets._get_support_queue(self.team), main)

    def test_what_is_done_at_once_is_in_no_queue(self):
        ticket, other = self.accept(60), self.accept(60)
        plan = self.propose()
        answer = "_is_support_outside_plan"
        with patch.object(type(ticket), answer, lambda one: one == ticket):
            self.env.invalidate_all()
            self.assertFalse(ticket.support_is_queued)
            self.assertEqual(ticket.support_to_plan_minutes, 0)
            with self.assertRaisesRegex(UserError, "not in the queue"):
                plan.action_confirm()
            plan.action_propose()
            self.assertEqual(plan.line_ids.ticket_id, other)

    # === WHAT THE PLANNER CHANGES === #

    def test_swap_pin_and_minutes(self):
        ticket = self.accept(120)
        plan = self.propose().with_user(self.planner)
        before = plan.line_ids.user_id
        other = (self.ana | self.ben) - before
        plan.line_ids.user_id = other
        self.assertEqual(self.placed(plan), [(ticket, other, 120)])
        self.assertTrue(plan.line_ids.is_pinned)
        self.assertTrue(plan.line_ids.is_changed)
        self.assertIn(before.name, plan.line_ids.proposed_text)
        plan.line_ids.minutes = 45
        self.assertEqual(self.placed(plan), [(ticket, other, 45)])
        self.assertTrue(plan._repeats_itself())
        plan.action_reset()
        self.assertEqual(self.placed(plan), [(ticket, before, 120)])
        self.assertFalse(plan.line_ids.is_changed)

    def test_a_part_of_a_shared_ticket_is_not_changed(self):
        ticket = self.accept(2000)
        plan = self.propose().with_user(self.planner)
        before = self.placed(plan)
        self.assertEqual(len(before), 2)
        line = plan.line_ids[0]
        for change in (
            lambda: line.action_pin(),
            lambda: line.write({"minutes": 60}),
            lambda: plan.write({"line_ids": [Command.update(line.id, {"minutes": 5})]}),
        ):
            with self.assertRaisesRegex(UserError, "shared by 2 technicians"):
                change()
        self.assertEqual(self.placed(plan), before)
        context = line.action_change()["context"]
        wizard = self.env["support.plan.change"].with_user(self.planner)
        wizard = wizard.with_context(**context).create({"user_id": self.ana.id})
        wizard.write({"minutes": 1200, "date_start": "2026-03-10 08:00:00"})
        wizard.action_change()
        self.assertEqual(self.placed(plan), [(ticket, self.ana, 1200)])

    def test_several_lines_are_changed_at_once(self):
        """As the list saves them: of the first change, the second line is no more."""
        self.ben.active = False
        first, second = self.accept(900), self.accept(600)
        plan = self.propose().with_user(self.planner)
        lines = {line.ticket_id: line for line in plan.line_ids}
        plan.write(
            {
                "line_ids": [
                    Command.update(lines[first].id, {"minutes": 1500}),
                    Command.update(lines[second].id, {"minutes": 300}),
                ]
            }
        )
        self.assertEqual(
            self.placed(plan), [(first, self.ana, 1500)], "No room for the second"
        )
        choices = {one.ticket_id: one.minutes for one in plan.sudo().choice_ids}
        self.assertEqual(choices, {first: 1500, second: 300})

    def test_minutes_are_a_sensible_number(self):
        self.accept(120)
        plan = self.propose().with_user(self.planner)
        context = plan.line_ids.action_change()["context"]
        wizard = self.env["support.plan.change"].with_user(self.planner)
        for minutes in (0, -30, 100_001):
            with self.assertRaisesRegex(ValidationError, "from 1 to 100000"):
                plan.line_ids.minutes = minutes
        with self.assertRaisesRegex(ValidationError, "from 1 to 100000"):
            wizard.with_context(**context).create({"minutes": 100_001}).action_change()
        self.assertEqual(plan.planned_minutes, 120)
        self.assertFalse(plan.sudo().choice_ids)

    def test_move_to_another_day(self):
        self.accept(120)
        plan = self.propose().with_user(self.planner)
        plan.line_ids.date_start = "2026-03-11 09:00:00"
        self.assertEqual(str(plan.line_ids.date_start), "2026-03-11 09:00:00")
        self.assertEqual(str(plan.line_ids.date_end), "2026-03-11 11:00:00")

    def test_exclude_with_a_reason_and_take_in_again(self):
        ticket = self.accept(120)
        plan = self.propose().with_user(self.planner)
        wizard = self.env["support.plan.change"].with_user(self.planner)
        context = plan.line_ids.action_change()["context"]
        wizard = wizard.with_context(**context)
        with self.assertRaisesRegex(UserError, "Reason"):
            wizard.create({"is_excluded": True}).action_change()
        wizard.create(
            {"is_excluded": True, "exclusion": "The client asked"}
        ).action_change()
        self.assertEqual(self.reasons(plan), {ticket: "excluded"})
        self.assertIn("The client asked", plan.unplaced_ids.explanation)
        self.assertIn(ticket.number, plan.dropped_text)
        context = plan.unplaced_ids.action_change()["context"]
        wizard.with_context(**context).create({"is_excluded": False}).action_change()
        self.assertEqual(plan.line_ids.ticket_id, ticket)

    def test_another_capacity_takes_a_reason(self):
        self.accept(1000)
        plan = self.propose().with_user(self.planner)
        row = plan.capacity_ids[0]
        with self.assertRaisesRegex(ValidationError, "Reason"):
            row.available_minutes = 60
        row.write({"available_minutes": 60, "reason": "Training"})
        self.assertEqual(plan.capacity_minutes, 1560)
        self.assertTrue(row.is_typed)
        plan.action_propose()
        self.assertEqual(row.available_minutes, 60, "What was typed holds")
        with self.assertRaisesRegex(ValidationError, "1500"):
            row.write({"available_minutes": 1501, "reason": "Overtime"})

    # === THE RECEIPT === #

    def test_the_receipt_gives_the_same_plan(self):
        tickets = [
            self.accept(60 * number + 30, f"2026-03-05 1{number}:00:00")
            for number in range(5)
        ]
        self.hold_another_client()
        plan = self.propose()
        plan._choose([(tickets[1], {"exclusion": "On holiday"})])
        plan.action_propose()
        self.assertTrue(plan._repeats_itself())
        self.assertEqual(len(plan.inputs_hash), 64)
        before = (plan.receipt, plan.result, plan.inputs_hash)
        self.propose_elsewhere(plan)
        self.assertEqual(
            (plan.receipt, plan.result, plan.inputs_hash),
            before,
            "Read in Spanish, by somebody else",
        )
        # What happens afterwards is not in it.
        self.make_leave(self.ana, "2026-03-09 00:00:00", "2026-03-10 00:00:00")
        self.solve(tickets[0])
        self.env.invalidate_all()
        self.assertEqual((plan.receipt, plan.result, plan.inputs_hash), before)
        self.assertTrue(plan._repeats_itself())

    def test_a_receipt_that_gives_another_plan_is_found_out(self):
        self.accept(60)
        plan = self.propose()
        data = json.loads(plan.receipt)
        data["inputs"]["candidates"][0]["minutes"] += 1
        plan.receipt = json.dumps(data, sort_keys=True, separators=(",", ":"))
        self.assertFalse(plan._repeats_itself(), "Its hash is of another text")
        plan.inputs_hash = digest(plan.receipt)
        self.assertFalse(plan._repeats_itself(), "It gives another plan")

    def hold_another_client(self):
        client = self.make_client("Held Client")
        account = self.make_account(client)
        self.accept(60, partner=client)
        self.env["support.hold"].create(
            {"account_id": account.id, "kind": "manual", "reason": "Unpaid"}
        )

    def propose_elsewhere(self, plan):
        self.env["res.lang"]._activate_lang("es_ES")
        other = plan.with_user(self.planner).with_context(lang="es_ES", tz="Asia/Tokyo")
        other.action_propose()

    # === CONFIRMING AND UNDOING === #

    def test_confirming_promises(self):
        ticket = self.accept(120)
        plan = self.propose()
        plan.with_user(self.planner).action_confirm()
        self.assertEqual(plan.state, "confirmed")
        self.assertEqual(plan.confirmed_by, self.planner)
        line = plan.line_ids
        self.assertEqual(ticket.support_planned_date, line.date_start)
        self.assertEqual(str(line.date_start), "2026-03-09 08:00:00")
        self.assertEqual(ticket.support_delivery_date, line.date_end)
        self.assertEqual(ticket.activity_ids.user_id, line.user_id)
        self.assertEqual(ticket.user_id, line.user_id)
        self.assertFalse(ticket.support_is_queued)

    def test_what_was_promised_is_not_planned_again(self):
        ticket = self.accept(120)
        plan = self.propose().with_user(self.planner)
        plan.action_confirm()
        plan.action_confirm()
        self.assertEqual((len(self.mails()), len(ticket.activity_ids)), (1, 1))
        before, line = self.placed(plan), plan.line_ids
        for change in (
            plan.action_propose,
            plan.action_reset,
            line.action_pin,
            lambda: line.write({"minutes": 60}),
        ):
            with self.assertRaisesRegex(UserError, "draft"):
                change()
        self.assertEqual(self.placed(plan), before)

    def test_one_mail_for_each_client_with_its_tickets(self):
        first = self.accept(60, name="The menu")
        second = self.accept(60, name="The footer")
        client = self.make_client("Other Client")
        client.write({"email": "other@example.com", "lang": "en_US"})
        self.make_account(client)
        self.accept(60, partner=client)
        self.propose().action_confirm()
        mails = self.mails()
        self.assertEqual(mails.mapped("recipient_ids"), self.contact | client)
        self.assertEqual(len(mails), 2)
        body = mails.filtered(lambda m: self.contact in m.recipient_ids).body_html
        for text in (first.number, "The menu", second.number, "Mon 9 Mar 2026"):
            self.assertIn(text, body)

    def test_undoing_restores(self):
        ticket = self.accept(120)
        facts = [
            "user_id",
            "support_planned_date",
            "support_delivery_date",
            "support_is_queued",
            "support_to_plan_minutes",
        ]
        before = ticket.read(facts)
        plan = self.propose()
        plan.action_confirm()
        self.assertNotEqual(ticket.read(facts), before)
        plan.with_user(self.planner).action_cancel()
        self.assertEqual(ticket.read(facts), before)
        self.assertFalse(ticket.activity_ids)
        again = self.propose()
        self.assertEqual(self.placed(again), self.placed(plan))

    def test_technicians_get_no_mail_for_each_ticket(self):
        """And follow no longer what the plan had them follow."""
        tickets = self.accept(60) | self.accept(60) | self.accept(60)
        followed = tickets[0]
        self.team.user_ids = self.ana
        partner = self.ana.partner_id
        followed.message_subscribe(partner.ids)
        plan = self.propose().with_context(tracking_disable=False)
        plan.action_confirm()
        self.assertEqual(tickets.user_id, self.ana)
        for ticket in tickets:
            self.assertIn(partner, ticket.message_partner_ids)
        notices = self.env["mail.notification"].search(
            [("res_partner_id", "=", partner.id)]
        )
        self.assertFalse(notices)
        plan.action_cancel()
        self.env.invalidate_all()
        following = tickets.filtered(lambda one: partner in one.message_partner_ids)
        self.assertEqual(following, followed)

    def test_a_mail_that_has_not_left_does_not_leave(self):
        self.accept(60)
        plan = self.propose()
        plan.action_confirm()
        plan.action_cancel()
        self.assertEqual(self.mails().mapped("state"), ["cancel"])

    def test_who_was_told_is_told_of_the_undoing(self):
        self.accept(60)
        plan = self.propose()
        plan.action_confirm()
        self.mails().state = "sent"
        plan.action_cancel()
        kinds = set(plan.notice_ids.mapped("kind"))
        self.assertEqual(kinds, {"planned", "withdrawn"})
        self.assertIn("withdrawn", self.mails()[-1].subject)

    def test_it_cannot_be_undone_when_the_week_has_started(self):
        self.accept(60)
        plan = self.propose()
        plan.action_confirm()
        with freeze_time("2026-03-08 22:59:59"):
            plan.invalidate_recordset()
            self.assertTrue(plan.is_undoable)
        with freeze_time("2026-03-08 23:00:00"):
            plan.invalidate_recordset()
            self.assertFalse(plan.is_undoable)
            with self.assertRaisesRegex(UserError, "has started"):
                plan.action_cancel()

    def test_what_changed_since_is_not_promised(self):
        ticket = self.accept(60)
        plan = self.propose()
        self.solve(ticket)
        with self.assertRaisesRegex(UserError, "closed"):
            plan.action_confirm()
        self.assertEqual(plan.state, "draft")

    def test_nobody_is_planned_twice_at_the_same_hours(self):
        """Two teams propose before one of them confirms."""
        other = self.team.copy({"name": "Other", "support_plan_weekly": True})
        (self.team | other).user_ids = self.ana
        self.accept(300)
        self.accept(300, team_id=other.id)
        first, second = self.propose(), self.propose(team=other)
        self.assertEqual(first.line_ids.slots, second.line_ids.slots)
        first.action_confirm()
        with self.assertRaisesRegex(UserError, "Ana has no time any more"):
            second.action_confirm()
        second.action_propose()
        second.action_confirm()
        self.assertGreaterEqual(second.line_ids.date_start, first.line_ids.date_end)

    def test_a_plan_made_late_can_be_confirmed(self):
        """What is left of the week shrinks while the planner reads."""
        self.team.support_reserve_percent = 20
        self.accept(9000)
        with freeze_time("2026-03-11 09:59:00"):
            plan = self.propose()
        with freeze_time("2026-03-11 10:20:00"):
            plan.action_confirm()
        self.assertEqual(plan.state, "confirmed")

    def test_what_should_have_begun_is_not_promised(self):
        self.accept(60)
        plan = self.propose()
        with freeze_time("2026-03-10 10:00:00"):
            with self.assertRaisesRegex(UserError, "should have begun"):
                plan.action_confirm()
            plan.action_propose()
            plan.action_confirm()
        self.assertEqual(str(plan.line_ids.date_start), "2026-03-10 10:00:00")

    def test_no_more_is_promised_than_is_left(self):
        ticket = self.accept(120)
        plan = self.propose()
        self.log(ticket, 50, date="2026-03-06 13:30:00")
        self.env.invalidate_all()
        with self.assertRaisesRegex(UserError, "takes 120 min, and 70 min are left"):
            plan.action_confirm()
        plan.action_propose()
        plan.line_ids.with_user(self.planner).minutes = 200
        plan.action_confirm()
        self.assertEqual(plan.planned_minutes, 200, "As the planner chose")

    def test_what_went_to_another_team_is_not_promised(self):
        ticket = self.accept(120)
        plan = self.propose()
        ticket.team_id = self.team.copy({"name": "Other", "support_plan_weekly": True})
        with self.assertRaisesRegex(UserError, "went to another team"):
            plan.action_confirm()

    def test_what_was_accepted_again_after_the_cutoff_is_not_promised(self):
        ticket = self.accept(120)
        plan = self.propose()
        ticket.support_accepted_at = "2026-03-06 13:00:01"
        with self.assertRaisesRegex(UserError, "after the cut-off"):
            plan.action_confirm()

    def test_planned_and_done(self):
        ticket = self.accept(120)
        plan = self.propose()
        plan.action_confirm()
        user = plan.line_ids.user_id
        with freeze_time("2026-03-12 12:00:00"):
            self.log(ticket, 45, date="2026-03-10 09:00:00", user_id=user.id)
            self.log(ticket, 15, date="2026-03-06 09:00:00", user_id=user.id)
            plan.invalidate_recordset()
            self.assertEqual(plan.done_minutes, 45, "In the week")
            self.assertEqual(plan.line_ids.done_minutes, 45)

    def test_unfinished_work_goes_first_next_week(self):
        ticket = self.accept(120)
        self.propose().action_confirm()
        with freeze_time("2026-03-13 13:30:00"):
            self.log(ticket, 45, date="2026-03-10 09:00:00")
            ticket.invalidate_recordset()
            self.assertEqual(ticket.support_to_plan_minutes, 75)
            self.accept(60, "2026-03-04 09:00:00")
            plan = self.propose(monday="2026-03-16")
            first = plan.line_ids.sorted("place")[0]
            self.assertEqual((first.ticket_id, first.minutes), (ticket, 75))

    def test_a_new_acceptance_has_a_place_of_its_own(self):
        """What was planned of an estimate before does not go first for ever."""
        again = self.accept(120)
        self.propose().action_confirm()
        with freeze_time("2026-03-12 10:00:00"):
            self.log(again, 120, date="2026-03-10 09:00:00")
            again.write(
                {
                    "support_estimate_minutes": 240,
                    "support_accepted_at": "2026-03-12 09:00:00",
                }
            )
            sooner = self.accept(60, "2026-03-12 08:00:00")
            plan = self.propose(monday="2026-03-16")
        self.assertEqual(
            [ticket for ticket, _user, _minutes in self.placed(plan)], [sooner, again]
        )

    def test_days_waited_before_a_new_acceptance_do_not_count(self):
        self.policy.wait_days = 14
        self.log(
            self.make_ticket(), 30, date="2026-03-02 10:00:00", user_id=self.ben.id
        )
        self.make_leave(self.ben, "2026-03-08 23:00:00", "2026-03-22 22:59:59")
        ticket = self.accept(60)
        self.propose().action_confirm()
        waits = self.team._get_waited_days(ticket, self.utc("2026-03-16").date())
        self.assertEqual(waits, {ticket.id: 7})
        ticket.support_accepted_at = "2026-03-12 09:00:00"
        waits = self.team._get_waited_days(ticket, self.utc("2026-03-16").date())
        self.assertFalse(waits)

    # === RULES === #

    def test_a_week_has_one_plan_in_force(self):
        plan = self.make_plan()
        with self.assertRaisesRegex(ValidationError, "already"):
            self.make_plan()
        plan.action_cancel()
        self.assertTrue(self.make_plan())

    def test_a_proposed_plan_stays_in_its_week(self):
        self.accept(60)
        plan = self.make_plan().with_user(self.planner)
        plan.date_start = "2026-03-16"
        plan.action_propose()
        before = self.placed(plan)
        with self.assertRaisesRegex(UserError, "receipt"):
            plan.date_start = "2026-03-23"
        with self.assertRaisesRegex(UserError, "receipt"):
            plan.team_id = self.team.copy({"support_plan_weekly": True})
        self.assertEqual(self.placed(plan), before)

    def test_a_week_begins_on_a_monday(self):
        with self.assertRaisesRegex(ValidationError, "Monday"):
            self.make_plan(monday="2026-03-10")

    def test_the_next_free_week_is_offered(self):
        self.make_plan()
        plan = self.env["support.plan"].create({"team_id": self.team.id})
        self.assertEqual(str(plan.date_start), "2026-03-16")

    def test_what_the_verbs_write_is_not_written_by_hand(self):
        self.accept(60)
        plan = self.propose().with_user(self.planner)
        for record, name, value in (
            (plan, "state", "confirmed"),
            (plan, "inputs_hash", "0"),
            (plan, "receipt", "{}"),
            (plan.line_ids, "ticket_id", False),
            (plan.line_ids, "reasons", []),
            (plan.capacity_ids[:1], "computed_minutes", 9999),
        ):
            with self.assertRaises(AccessError):
                record.write({name: value})
        with self.assertRaises(AccessError):
            plan.line_ids.unlink()
        self.assertEqual(MONDAY, str(plan.date_start))
