"""Who is moved when an urgency or an absence takes time from a confirmed plan."""

import json
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from odoo.addons.support_packs.tests.common import make_company

from ..engine import displaced
from ..engine.receipt import digest
from .common_plan import AFTER, PlanCommon

# Monday 9 March, nine in Madrid: the week has begun, and nothing of it is done.
MONDAY_EARLY = "2026-03-09 08:00:00"
ALL_MONDAY = ("2026-03-08 23:00:00", "2026-03-09 22:59:59")
ALL_WEEK = ("2026-03-08 23:00:00", "2026-03-15 22:59:59")
URGENT = "_is_support_outside_plan"


class DisplacementCommon(PlanCommon):
    """The plans of the tests are confirmed at :data:`AFTER`."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_client = cls.make_client("Other Client")
        cls.other_client.write({"email": "other@example.com", "lang": "en_US"})
        cls.make_account(cls.other_client)
        (cls.ana | cls.ben | cls.planner).lang = "en_US"

    def confirm(self, **values):
        with freeze_time(AFTER):
            plan = self.propose(**values)
            plan.with_user(self.planner).action_confirm()
        self.mails().unlink()
        return plan

    def alone(self, user=None):
        """Have one technician only."""
        self.team.user_ids = user or self.ana

    def make_room(self, plan, user, kind="absence", **values):
        wizard = self.env["support.plan.make.room"].with_user(self.planner)
        wizard = wizard.create(
            {
                "plan_id": plan.id,
                "user_id": user.id,
                "date_from": "2026-03-09",
                "date_to": "2026-03-09",
                "kind": kind,
                **values,
            }
        )
        action = wizard.action_propose()
        found = self.env[action["res_model"]].browse(action["res_id"])
        self.assert_repeats(found)
        return found

    def said(self, displacement):
        """Return ``{ticket: ([(technician, minutes)], minutes to the queue)}``."""
        return {
            move.ticket_id: (
                [
                    (self.env["res.users"].browse(one["technician"]), one["minutes"])
                    for one in move.after or []
                ],
                move.left_minutes,
            )
            for move in displacement.move_ids
        }

    def assert_repeats(self, displacements):
        """The facts that are kept give the moves that are kept, again."""
        for displacement in displacements:
            moves = json.loads(displaced.repeat(displacement.facts))["moves"]
            self.assertEqual(
                [
                    (
                        move["ticket"],
                        move["before"]["technician"],
                        move["before"]["minutes"],
                        [
                            (one["technician"], one["minutes"])
                            for one in move.get("after", [])
                        ],
                        move.get("left", 0),
                        [move["reason"]],
                    )
                    for move in moves
                ],
                [
                    (
                        move.ticket_id.id,
                        move.user_id.id,
                        move.minutes,
                        [
                            (one["technician"], one["minutes"])
                            for one in move.after or []
                        ],
                        move.left_minutes,
                        move.reasons,
                    )
                    for move in displacement.move_ids.sorted("id")
                ],
            )

    def run_check(self):
        with self.enter_registry_test_mode():
            self.env.ref("support_planning.cron_displace").method_direct_trigger()
        self.env.invalidate_all()
        self.assert_repeats(
            self.env["support.plan.displacement"].search([("state", "=", "proposed")])
        )

    def dismiss(self, displacement, reason="He comes all the same"):
        self.env["support.plan.dismiss"].with_user(self.planner).create(
            {"displacement_id": displacement.id, "reason": reason}
        ).action_dismiss()

    def urgent(self, *tickets):
        """Return a patch: these tickets are done at once."""
        ids = [ticket.id for ticket in tickets]
        model = type(self.env["helpdesk.ticket"])
        return patch.object(model, URGENT, lambda one: one.id in ids)


@tagged("post_install", "-at_install")
@freeze_time(MONDAY_EARLY)
class TestDisplacementByHand(DisplacementCommon):
    def test_nothing_moves_until_it_is_applied(self):
        ticket = self.accept(600)
        plan = self.confirm()
        before = self.placed(plan)
        user = plan.line_ids.user_id
        found = self.make_room(plan, user)
        self.assertEqual(found.state, "proposed")
        self.assertEqual(self.placed(plan), before)
        self.assertFalse(self.mails())
        # All of what is left of Monday goes to the days behind it.
        self.assertEqual(self.said(found), {ticket: ([(user, 600)], 0)})
        self.assertIn(user.name, found.cause_text)
        self.assertIn("Mon 9 Mar, 09:00 to 14:00 · 5 h", found.cause_text)
        self.assertEqual(plan.open_displacement_id, found)
        self.assertEqual(digest(found.facts), found.facts_hash)

    def test_an_urgency_shifts_what_was_planned(self):
        self.alone()
        ticket = self.accept(300, name="The menu")
        urgent = self.make_ticket(name="Burning")
        plan = self.confirm()
        found = self.make_room(
            plan, self.ana, "urgency", hour_from=10, hour_to=12, ticket_id=urgent.id
        )
        move = found.move_ids
        self.assertEqual(move.ticket_id, ticket)
        self.assertIn(urgent.number, move.explanation)
        self.assertIn("Mon 9 Mar, 09:00 to 14:00", move.before_text)
        self.assertIn("09:00 to Tue 10 Mar, 11:00", move.after_text)
        self.assertEqual(move.client_text, "Mon 9 Mar\n→ Mon 9 Mar to Tue 10 Mar")

    def test_the_reserve_is_used_first(self):
        self.alone()
        self.team.support_reserve_percent = 40
        self.accept(180)
        urgent = self.make_ticket()
        plan = self.confirm()
        with self.assertRaisesRegex(UserError, "Nobody has to be moved"):
            self.make_room(plan, self.ana, "urgency", hour_from=12, ticket_id=urgent.id)
        longer = self.make_room(plan, self.ana, hour_from=11)
        self.assertTrue(longer.move_ids, "An absence has no reserve")

    def test_applying_moves_lines_tickets_and_activities(self):
        first = self.accept(60, "2026-03-05 10:00:00")
        plan = self.confirm()
        line = plan.line_ids
        user = line.user_id
        colleague = (self.ana | self.ben) - user
        found = self.make_room(plan, user, date_to="2026-03-15")
        self.assertEqual(self.said(found), {first: ([(colleague, 60)], 0)})
        self.assertEqual(first.user_id, user)
        found.with_user(self.planner).action_apply()
        self.assertEqual(found.state, "applied")
        self.assertEqual(found.decided_by, self.planner)
        self.assertEqual(self.placed(plan), [(first, colleague, 60)])
        self.assertEqual(first.user_id, colleague)
        self.assertEqual(first.activity_ids.user_id, colleague)
        self.assertIn("is away", plan.line_ids.explanation)
        self.assertEqual(first.support_planned_date, plan.line_ids.date_start)
        self.assertEqual(first.support_delivery_date, plan.line_ids.date_end)
        self.assertFalse(first.support_is_queued)
        self.assertTrue(plan._repeats_itself(), "The receipt is of what was confirmed")

    def test_a_ticket_of_somebody_stays_theirs(self):
        ticket = self.accept(60, user_id=self.planner.id)
        plan = self.confirm()
        found = self.make_room(plan, plan.line_ids.user_id, date_to="2026-03-15")
        found.action_apply()
        self.assertEqual(ticket.user_id, self.planner)

    def test_what_shifts_keeps_its_line_and_activity(self):
        self.alone()
        ticket = self.accept(300)
        plan = self.confirm()
        line, activity = plan.line_ids, plan.line_ids.activity_id
        self.make_room(plan, self.ana).action_apply()
        self.assertEqual(plan.line_ids, line)
        self.assertEqual(line.activity_id, activity)
        self.assertEqual(str(line.date_start), "2026-03-10 08:00:00")
        self.assertEqual(str(line.date_end), "2026-03-10 13:00:00")
        self.assertEqual(str(activity.date_deadline), "2026-03-10")
        self.assertIn("Tue 10 Mar", activity.summary)
        self.assertEqual(ticket.support_delivery_date, line.date_end)

    def test_what_has_no_room_goes_first_next_week(self):
        self.alone()
        staying = self.accept(1200, "2026-03-05 09:00:00")
        leaving = self.accept(300, "2026-03-05 10:00:00")
        plan = self.confirm()
        found = self.make_room(
            plan, self.ana, date_from="2026-03-10", date_to="2026-03-10"
        )
        self.assertEqual(self.said(found)[leaving], ([], 300))
        self.assertEqual(found.left_minutes, 300)
        found.action_apply()
        self.assertEqual(self.placed(plan), [(staying, self.ana, 1200)])
        self.assertEqual(self.reasons(plan), {leaving: "absence"})
        self.assertIn("go first in the next plan", plan.unplaced_ids.explanation)
        self.assertTrue(leaving.support_is_queued)
        self.assertFalse(leaving.support_planned_date)
        self.assertFalse(leaving.user_id or leaving.activity_ids)
        with freeze_time("2026-03-13 13:30:00"):
            self.solve(staying)
            self.env.invalidate_all()
            self.accept(60, "2026-03-04 09:00:00")
            following = self.propose(monday="2026-03-16")
        first = following.line_ids.sorted("place")[0]
        self.assertEqual((first.ticket_id, first.minutes), (leaving, 300))
        self.assertIn("carried", [code for code, _values in first.reasons])

    def test_a_part_goes_back_and_has_no_delivery_date(self):
        self.alone()
        ticket = self.accept(1500)
        plan = self.confirm()
        self.make_room(
            plan, self.ana, date_from="2026-03-13", date_to="2026-03-13"
        ).action_apply()
        self.assertEqual(self.placed(plan), [(ticket, self.ana, 1200)])
        self.assertEqual(plan.line_ids.rest_minutes, 300)
        self.assertFalse(ticket.support_delivery_date)
        self.assertEqual(ticket.support_to_plan_minutes, 300)
        # A second time: what is left adds up.
        self.make_room(
            plan, self.ana, date_from="2026-03-12", date_to="2026-03-12"
        ).action_apply()
        self.assertEqual(self.placed(plan), [(ticket, self.ana, 900)])
        self.assertEqual(plan.line_ids.rest_minutes, 600)
        self.assertEqual(ticket.support_to_plan_minutes, 600)

    def test_what_was_made_room_for_stays_free(self):
        """The second displacement does not fill what the first one emptied."""
        self.alone()
        self.accept(300)
        plan = self.confirm()
        tuesday = {"date_from": "2026-03-10", "date_to": "2026-03-10"}
        with self.assertRaisesRegex(UserError, "Nobody has to be moved"):
            self.make_room(plan, self.ana, **tuesday)
        self.make_room(plan, self.ana, date_to="2026-03-10").action_apply()
        self.assertEqual(str(plan.line_ids.date_end), "2026-03-11 13:00:00")
        wednesday = {"date_from": "2026-03-11", "date_to": "2026-03-11"}
        self.make_room(plan, self.ana, **wednesday).action_apply()
        self.assertEqual(str(plan.line_ids.date_end), "2026-03-12 13:00:00")
        starts = [slot[0] // 1440 for slot in plan.line_ids.slots]
        self.assertEqual(starts, [3])

    def test_what_was_not_done_because_of_it_moves_too(self):
        """At eleven, an urgency that has taken all of the morning."""
        self.alone()
        ticket = self.accept(120)
        urgent = self.make_ticket()
        plan = self.confirm()
        with freeze_time("2026-03-09 10:00:00"):
            found = self.make_room(
                plan, self.ana, "urgency", hour_to=12, ticket_id=urgent.id
            )
            self.assertEqual(self.said(found), {ticket: ([(self.ana, 120)], 0)})
            self.assertIn("Mon 9 Mar, 12:00 to 14:00", found.move_ids.after_text)
            self.dismiss(found)
            self.log(ticket, 90, date="2026-03-09 09:30:00", user_id=self.ana.id)
            found = self.make_room(
                plan, self.ana, "urgency", hour_to=12, ticket_id=urgent.id
            )
            self.assertEqual(str(plan.line_ids.date_end), "2026-03-09 10:00:00")
            self.assertIn("09:00 to 12:30", found.move_ids.after_text, "Half an hour")

    def test_closed_tickets_do_not_move(self):
        self.alone()
        ticket = self.accept(600)
        plan = self.confirm()
        self.solve(ticket)
        with self.assertRaisesRegex(UserError, "Nobody has to be moved"):
            self.make_room(plan, self.ana, date_to="2026-03-15")

    # === WHAT THE CLIENT IS TOLD === #

    def test_each_client_is_told_old_date_new_date_and_reason(self):
        self.alone()
        ticket = self.accept(150, "2026-03-05 09:00:00", name="The menu")
        self.accept(150, "2026-03-05 10:00:00", partner=self.other_client)
        plan = self.confirm()
        with freeze_time(AFTER):
            found = self.make_room(plan, self.ana)
            found.with_user(self.planner).action_apply()
        self.assertEqual(len(self.mails()), 2)
        mail = self.mails().filtered(lambda one: self.contact in one.recipient_ids)
        self.assertEqual(mail.subject, "New dates for your work")
        for text in (
            "The menu",
            "Planned before: Mon 9 Mar 2026.",
            "It is done on Tue 10 Mar 2026.",
            "Reason: the technician who was to do it is not available.",
        ):
            self.assertIn(text, mail.body_html)
        self.assertNotIn(self.ana.name, mail.body_html)
        self.assertEqual(str(ticket.support_planned_date), "2026-03-10 08:00:00")

    def test_in_their_language_and_in_our_words(self):
        self.env["res.lang"]._activate_lang("es_ES")
        self.contact.lang = "es_ES"
        self.alone()
        self.accept(300)
        plan = self.confirm()
        with freeze_time(AFTER):
            found = self.make_room(plan, self.ana)
            found.with_user(self.planner).client_reason = "Ana tiene gripe"
            found.action_apply()
        self.assertIn("lun 9 mar 2026", self.mails().body_html)
        self.assertIn("mar 10 mar 2026", self.mails().body_html)
        self.assertIn("Ana tiene gripe", self.mails().body_html)

    def test_who_keeps_the_days_is_not_told(self):
        self.alone()
        self.accept(60)
        plan = self.confirm()
        with freeze_time(AFTER):
            found = self.make_room(plan, self.ana, hour_to=10)
            self.assertEqual(found.move_ids.client_text, "Nothing: the days stay")
            found.action_apply()
        self.assertEqual(str(plan.line_ids.date_start), "2026-03-09 09:00:00")
        self.assertFalse(self.mails())

    def test_the_client_does_not_read_whose_urgency_it_is(self):
        self.alone()
        self.accept(1500)
        urgent = self.make_ticket(name="Burning")
        plan = self.confirm()
        found = self.make_room(plan, self.ana, "urgency", ticket_id=urgent.id)
        found.action_apply()
        body = self.mails().body_html
        self.assertIn("Planned before: from Mon 9 Mar 2026 to Fri 13 Mar 2026.", body)
        self.assertIn("It begins on Tue 10 Mar 2026; the rest follows", body)
        self.assertIn("Reason: an urgent case needs the time.", body)
        self.assertNotIn(urgent.number, body)

    def test_what_goes_to_the_queue_is_told_so(self):
        self.alone()
        ticket = self.accept(60)
        plan = self.confirm()
        with freeze_time(AFTER):
            self.make_room(plan, self.ana, date_to="2026-03-15").action_apply()
        self.assertIn("It goes back to the queue", self.mails().body_html)
        self.assertIn("Mon 9 Mar 2026", self.mails().body_html)
        self.assertFalse(ticket.support_planned_date)

    # === WHEN IT CANNOT BE === #

    def test_what_changed_since_is_not_applied(self):
        self.alone()
        first, second = self.accept(60), self.accept(60)
        plan = self.confirm()
        found = self.make_room(plan, self.ana, hour_to=11, date_to="2026-03-09")
        self.solve(first)
        with self.assertRaisesRegex(UserError, "Reckon again"):
            found.action_apply()
        self.assertEqual(found.state, "proposed")
        found.with_user(self.planner).action_refresh()
        self.assertEqual(found.move_ids.ticket_id, second)
        found.action_apply()
        self.assertEqual(found.state, "applied")

    def test_hours_that_are_over_are_not_given_away(self):
        self.alone()
        self.accept(60)
        plan = self.confirm()
        found = self.make_room(plan, self.ana, hour_to=11)
        with freeze_time("2026-03-09 10:20:00"):
            # It would have begun at eleven: twenty minutes ago.
            self.assertTrue(found._get_moves_in_force())
        with freeze_time("2026-03-09 11:00:00"):
            with self.assertRaisesRegex(UserError, "Reckon again"):
                found.action_apply()
            found.action_refresh()
            self.assertEqual(found.move_ids.after[0]["end"], "2026-03-09 12:00:00")
            found.action_apply()

    def test_a_second_planner_is_told(self):
        self.alone()
        self.accept(60)
        plan = self.confirm()
        found = self.make_room(plan, self.ana)
        found.with_user(self.planner).action_apply()
        for verb in (found.action_apply, found.action_dismiss, found.action_refresh):
            with self.assertRaisesRegex(UserError, "decided already.*planner"):
                verb()
        with self.assertRaisesRegex(UserError, "decided already"):
            found.with_user(self.planner).client_reason = "Something else"

    def test_one_proposal_at_a_time_holds_all_causes(self):
        self.accept(600)
        self.accept(600)
        plan = self.confirm()
        first = self.make_room(plan, self.ana)
        second = self.make_room(plan, self.ben)
        self.assertEqual(first, second)
        self.assertEqual(first.move_ids.user_id, self.ana | self.ben)
        self.assertEqual(len(first.cause_text.split("\n")), 2)

    def test_nobody_is_given_hours_of_another_plan(self):
        other = self.team.copy({"name": "Other", "support_plan_weekly": True})
        other.user_ids = self.ben
        self.team.user_ids = self.ana
        ticket = self.accept(300)
        self.team.user_ids = self.ana | self.ben
        self.accept(1500, "2026-03-05 11:00:00", team_id=other.id)
        self.log(
            self.make_ticket(), 30, date="2026-03-02 10:00:00", user_id=self.ana.id
        )
        plan = self.confirm()
        self.assertEqual(plan.line_ids.user_id, self.ana)
        self.confirm(team=other)
        found = self.make_room(plan, self.ana, date_to="2026-03-15")
        self.assertEqual(self.said(found)[ticket][1], 300)

    def test_undoing_the_plan_dismisses_and_restores(self):
        self.alone()
        ticket = self.accept(60)
        facts = ["user_id", "support_planned_date", "support_is_queued"]
        before = ticket.read(facts)
        plan = self.confirm()
        with freeze_time(AFTER):
            self.make_room(plan, self.ana, hour_to=12).action_apply()
            found = self.make_room(plan, self.ana, hour_from=12)
            plan.with_user(self.planner).action_cancel()
            self.assertEqual(found.state, "dismissed")
            self.assertEqual(ticket.read(facts), before)
            self.assertFalse(ticket.activity_ids)
            again = self.propose()
        self.assertEqual(str(again.line_ids.date_start), "2026-03-09 08:00:00")

    def test_after_an_undoing_nothing_goes_first(self):
        self.alone()
        ticket = self.accept(60)
        plan = self.confirm()
        with freeze_time(AFTER):
            self.make_room(plan, self.ana, date_to="2026-03-15").action_apply()
            monday = self.utc("2026-03-16").date()
            self.assertEqual(
                self.team._get_carried(ticket, monday), {ticket.id: self.ana.id}
            )
            plan.action_cancel()
            self.assertFalse(self.team._get_carried(ticket, monday))

    def test_only_confirmed_plans_of_now_are_displaced(self):
        self.accept(60)
        draft = self.propose()
        with self.assertRaisesRegex(UserError, "not confirmed"):
            draft.action_make_room()
        with freeze_time(AFTER):
            draft.action_propose()
            draft.action_confirm()
        with freeze_time("2026-03-16 08:00:00"):
            with self.assertRaisesRegex(UserError, "the week is over"):
                draft.action_make_room()

    def test_the_wizard_asks_for_what_it_needs(self):
        self.alone()
        self.accept(60)
        plan = self.confirm()
        for message, values in {
            "later than from": {"hour_from": 12, "hour_to": 12},
            "a time from": {"hour_to": 25},
            "has to be in the week of 9 Mar 2026": {
                "date_from": "2026-03-16",
                "date_to": "2026-03-17",
            },
            "does not work at that time": {"hour_to": 9},
            "which one it is": {"kind": "urgency"},
            "what takes the time": {"kind": "other", "words": "  "},
        }.items():
            with self.assertRaisesRegex(UserError, message):
                self.make_room(plan, self.ana, **values)
        with self.assertRaisesRegex(UserError, "has nothing in this plan"):
            self.make_room(plan, self.ben)
        found = self.make_room(plan, self.ana, "other", words="A visit")
        self.assertIn("The planner takes the time: A visit", found.cause_text)

    def test_the_wizard_begins_with_what_is_likely(self):
        self.alone()
        self.accept(60)
        plan = self.confirm()
        wizards = self.env["support.plan.make.room"]
        names = ["plan_id", "user_id", "date_from", "hour_from", "date_to", "hour_to"]
        context = plan.action_make_room()["context"]
        values = wizards.with_context(**context).default_get(names)
        self.assertEqual(values["user_id"], self.ana.id)
        with freeze_time("2026-03-11 10:50:00"):
            values = wizards.with_context(**context).default_get(names)
            self.assertEqual(str(values["date_from"]), "2026-03-11")
            self.assertEqual((values["hour_from"], values["hour_to"]), (11.75, 24))

    def test_by_the_clock_of_the_team(self):
        self.team.support_cutoff_tz = "America/Los_Angeles"
        self.team.resource_calendar_id = self.make_calendar(
            "Late", 17, 22, "America/Los_Angeles"
        )
        self.alone()
        self.accept(300)
        with freeze_time("2026-03-06 22:30:00"):
            plan = self.propose()
            plan.action_confirm()
            found = self.make_room(plan, self.ana, hour_from=17, hour_to=24)
            self.assertIn("Mon 9 Mar, 17:00 to 22:00", found.cause_text)
            self.assertEqual(found.move_ids.client_text, "Mon 9 Mar\n→ Tue 10 Mar")
            found.action_apply()
        # The clocks of Los Angeles went forward the day before.
        self.assertEqual(str(plan.line_ids.date_start), "2026-03-11 00:00:00")

    # === RIGHTS === #

    def test_only_planners_decide(self):
        self.alone()
        self.accept(60)
        plan = self.confirm()
        found = self.make_room(plan, self.ana)
        mine = found.with_user(self.ana)
        self.assertTrue(mine.read(["cause_text", "display_name"]))
        self.assertTrue(mine.move_ids.read(["before_text", "after_text"]))
        for verb in ("action_apply", "action_dismiss", "action_refresh"):
            with self.assertRaises(AccessError, msg=verb):
                getattr(mine, verb)()
        with self.assertRaises(AccessError):
            plan.with_user(self.ana).action_make_room()
        with self.assertRaises(AccessError):
            mine.client_reason = "Mine"
        self.make_people()
        for user in (self.portal_user, self.employee, self.salesperson):
            for model in (found, found.move_ids):
                with self.assertRaises(AccessError):
                    model.with_user(user).search([])
            with self.assertRaises(AccessError):
                found.with_user(user).action_apply()
        self.assertEqual(found.state, "proposed")

    def test_planners_write_the_words_and_nothing_else(self):
        self.alone()
        self.accept(60)
        found = self.make_room(self.confirm(), self.ana).with_user(self.planner)
        found.client_reason = "We are sorry"
        for name, value in (("state", "applied"), ("causes", []), ("facts", "{}")):
            with self.assertRaises(AccessError, msg=name):
                found[name] = value
        with self.assertRaises(AccessError):
            found.create({"plan_id": found.plan_id.id})
        with self.assertRaises(AccessError):
            found.move_ids.left_minutes = 5
        with self.assertRaises(AccessError):
            found.unlink()

    def test_no_company_sees_anothers(self):
        self.alone()
        self.accept(60)
        found = self.make_room(self.confirm(), self.ana)
        other = make_company(self.env, "Other company", chart=False)
        stranger = self.make_user("stranger", "helpdesk_mgmt.group_helpdesk_manager")
        stranger.write(
            {"company_ids": [Command.set(other.ids)], "company_id": other.id}
        )
        env = self.env(user=stranger, context={"allowed_company_ids": other.ids})
        for model in (found, found.move_ids):
            self.assertFalse(env[model._name].search([]))
        with self.assertRaises(AccessError):
            found.with_env(env).action_apply()
