"""Who reads and writes plans, and what clients see."""

from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, freeze_time, tagged

from odoo.addons.support_packs.tests.common import make_company

from .common_plan import AFTER, PlanCommon

MODELS = [
    "support.plan",
    "support.plan.line",
    "support.plan.unplaced",
    "support.plan.capacity",
    "support.plan.choice",
    "support.plan.notice",
    "support.plan.load",
]
# What technicians see none or not yet of.
OTHERS = ["support.plan.report", "support.plan.member"]
VERBS = ["action_propose", "action_confirm", "action_cancel", "action_reset"]


@tagged("post_install", "-at_install")
@freeze_time(AFTER)
class TestPlanAccess(PlanCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_people()
        cls.accept(60)
        cls.accept(9000)
        cls.plan = cls.propose()
        ticket = cls.plan.line_ids[0].ticket_id
        cls.plan._choose([(ticket, {"user_id": cls.ana.id})])
        cls.team._look_ahead()

    def get_all(self, user, model):
        return self.env[model].with_user(user).search([])

    def test_technicians_read_and_do_not_plan(self):
        for model in MODELS:
            if model != "support.plan.notice":
                self.assertTrue(self.get_all(self.ana, model), model)
        plan = self.plan.with_user(self.ana)
        for verb in VERBS:
            with self.assertRaises(AccessError, msg=verb):
                getattr(plan, verb)()
        with self.assertRaises(AccessError):
            plan.line_ids[0].minutes = 5
        with self.assertRaises(AccessError):
            plan.line_ids[0].action_pin()
        with self.assertRaises(AccessError):
            self.env["support.plan"].with_user(self.ana).create(
                {"team_id": self.team.id, "date_start": "2026-03-16"}
            )

    def test_who_has_personal_tickets_reads_own_lines(self):
        own = self.make_user("own", "helpdesk_mgmt.group_helpdesk_user_own")
        self.assertFalse(self.get_all(own, "support.plan.line"))
        self.plan.line_ids[0].user_id = own
        lines = self.get_all(own, "support.plan.line")
        self.assertEqual(lines, self.plan.line_ids[0].with_user(own))
        self.assertTrue(lines.explanation)
        self.assertTrue(lines.period)
        self.assertTrue(lines.read(["is_changed", "done_minutes", "display_name"]))

    def test_nobody_writes_dates_into_tickets(self):
        ticket = self.plan.line_ids[0].ticket_id
        dates = {
            "support_planned_date": "2026-03-09 08:00:00",
            "support_delivery_date": "2026-03-09 09:00:00",
            "support_expected_week": "2026-03-23",
        }
        for name, value in dates.items():
            for user in (self.ana, self.manager):
                with self.assertRaisesRegex(AccessError, "follows from the plans"):
                    ticket.with_user(user).write({name: value})
                with self.assertRaisesRegex(AccessError, "follows from the plans"):
                    self.make_as(user, **{name: value})
                context = {f"default_{name}": value}
                made = self.make_as(user, context)
                self.assertFalse(made.sudo()[name], name)

    def make_as(self, user, context=None, **values):
        tickets = self.env["helpdesk.ticket"].with_user(user)
        return tickets.with_context(**context or {}).create(
            {"name": "New", "description": "New", "team_id": self.team.id, **values}
        )

    def test_no_plan_begins_as_confirmed(self):
        defaults = {
            "default_state": "confirmed",
            "default_confirmed_at": "2026-03-01 10:00:00",
            "default_is_automatic": True,
            "default_receipt": "{}",
            "default_team_id": self.team.id,
        }
        plans = self.env["support.plan"].with_user(self.manager)
        plan = plans.with_context(**defaults).create({"date_start": "2026-03-16"})
        self.assertEqual(plan.team_id, self.team, "What a planner chooses has defaults")
        self.assertEqual(plan.state, "draft")
        self.assertFalse(plan.confirmed_at or plan.is_automatic or plan.receipt)

    def test_managers_plan(self):
        plan = self.plan.with_user(self.manager)
        plan.action_propose()
        plan.action_confirm()
        self.assertEqual(plan.state, "confirmed")
        plan.action_cancel()
        self.assertEqual(plan.state, "cancelled")

    def test_others_and_clients_have_no_access(self):
        for user in (self.employee, self.salesperson, self.portal_user):
            for model in MODELS:
                with self.assertRaises(AccessError, msg=f"{user.login} {model}"):
                    self.get_all(user, model)
            for verb in VERBS:
                with self.assertRaises(AccessError, msg=f"{user.login} {verb}"):
                    getattr(self.plan.with_user(user), verb)()
        tickets = self.env["helpdesk.ticket"].with_user(self.portal_user)
        for name in ("support_planned_date", "support_expected_week"):
            with self.assertRaises(AccessError):
                tickets.search_read([], [name])

    def test_no_company_sees_anothers_plans(self):
        other = make_company(self.env, "Other company", chart=False)
        stranger = self.make_user("stranger", "helpdesk_mgmt.group_helpdesk_manager")
        stranger.write(
            {"company_ids": [Command.set(other.ids)], "company_id": other.id}
        )
        self.plan.action_confirm()
        self.env["support.plan.member"].create(
            {"team_id": self.team.id, "user_id": self.ana.id, "share_percent": 50}
        )
        self.env.flush_all()
        for model in (*MODELS, *OTHERS):
            self.assertTrue(self.get_all(self.planner, model), model)
        env = self.env(user=stranger, context={"allowed_company_ids": other.ids})
        for model in (*MODELS, *OTHERS):
            self.assertFalse(env[model].search([]), model)
        with self.assertRaises(AccessError):
            self.plan.with_env(env).action_cancel()


@tagged("post_install", "-at_install")
@freeze_time(AFTER)
class TestPlanPortal(PlanCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_people()

    def read_page(self, ticket, user=None):
        return ticket.with_user(user or self.portal_user)._get_support_portal_values()

    def test_the_client_sees_place_and_expected_week(self):
        self.accept(2900, "2026-03-05 09:00:00")
        ticket = self.accept(300, "2026-03-05 10:00:00")
        self.team._look_ahead()
        self.assertEqual(str(ticket.support_expected_week), "2026-03-09")
        plan = self.read_page(ticket)["plan"]
        self.assertEqual(plan["title"], "In the queue")
        self.assertIn("number 2 in our queue", plan["lines"][0])
        self.assertIn("week of 9 March 2026", plan["lines"][0])

    def test_the_page_says_it(self):
        ticket = self.accept(300)
        self.team._look_ahead()
        self.authenticate("portal_contact", "portal_contact")
        page = self.url_open(f"/my/ticket/{ticket.id}").text
        self.assertIn("number 1 in our queue", page)

    def test_the_list_says_it(self):
        self.accept(300)
        self.team._look_ahead()
        self.authenticate("portal_contact", "portal_contact")
        page = self.url_open("/my/tickets").text
        self.assertIn("No. 1 in the queue · week of 9 Mar 2026", page)

    def test_the_client_sees_the_dates(self):
        ticket = self.accept(600)
        self.propose().action_confirm()
        plan = self.read_page(ticket)["plan"]
        self.assertEqual(plan["title"], "Planned")
        self.assertIn("Monday 9 March", plan["lines"][0])
        self.assertIn("Tuesday 10 March", plan["lines"][0])

    def test_days_that_are_over_are_not_promised(self):
        ticket = self.accept(60)
        self.propose().action_confirm()
        with freeze_time("2026-03-12 10:00:00"):
            self.env.invalidate_all()
            plan = self.read_page(ticket)["plan"]
        self.assertEqual(plan["title"], "In the queue")
        self.assertEqual(len(plan["lines"]), 1)
        self.assertNotIn("9 March", plan["lines"][0])

    def test_what_was_worked_is_not_announced_any_more(self):
        """Its days are over, all of the time was worked, and nobody closed it yet."""
        ticket = self.accept(60)
        self.propose().action_confirm()
        with freeze_time("2026-03-12 10:00:00"):
            self.log(ticket, 60, date="2026-03-09 09:00:00")
            self.env.invalidate_all()
            self.assertFalse(ticket.support_is_queued)
            self.assertFalse(self.read_page(ticket)["plan"])
            self.assertFalse(ticket._get_support_list_plans())

    def test_the_page_has_the_days_of_the_mail(self):
        """By the clock of the team, wherever the company is."""
        self.company.support_tz = "Asia/Tokyo"
        self.team.support_cutoff_tz = "America/Los_Angeles"
        self.team.resource_calendar_id = self.make_calendar(
            "Late", 17, 22, "America/Los_Angeles"
        )
        ticket = self.accept(60)
        self.propose().action_confirm()
        self.assertIn("Mon 9 Mar 2026", self.mails().body_html)
        self.assertIn("Monday 9 March", self.read_page(ticket)["plan"]["lines"][0])

    def test_a_follower_of_another_company_sees_nothing(self):
        ticket = self.accept(60)
        other = self.make_client("Another")
        stranger = self.env["res.partner"].create(
            {"name": "Stranger", "parent_id": other.id}
        )
        user = self.make_user("stranger", "base.group_portal", partner_id=stranger.id)
        ticket.message_subscribe(stranger.ids)
        self.assertEqual(self.read_page(ticket, user), {})
        self.assertEqual(ticket.with_user(user)._get_support_list_plans(), {})
        of_client = ticket.with_user(self.portal_user)
        self.assertEqual(list(of_client._get_support_list_plans()), ticket.ids)

    def test_the_client_is_not_told_why_it_is_held(self):
        ticket = self.accept(60)
        self.env["support.hold"].create(
            {
                "account_id": ticket.support_account_id.id,
                "reason": "Rude on the telephone",
                "date_start": "2026-03-06 10:00:00",
            }
        )
        lines = " ".join(self.read_page(ticket)["plan"]["lines"])
        self.assertIn("on hold", lines)
        self.assertNotIn("Rude", lines)


@tagged("post_install", "-at_install")
@freeze_time(AFTER)
class TestPlanForecast(PlanCommon):
    def get_loads(self):
        loads = self.env["support.plan.load"].search([("team_id", "=", self.team.id)])
        weeks = {}
        for load in loads:
            weeks.setdefault(str(load.date_start), {})[load.kind] = load.minutes
        return weeks

    def test_the_queue_over_the_coming_weeks(self):
        first = self.accept(2900, "2026-03-05 09:00:00")
        second = self.accept(3000, "2026-03-05 10:00:00")
        third = self.accept(600, "2026-03-05 11:00:00")
        self.team._look_ahead()
        weeks = [str(one.support_expected_week) for one in first | second | third]
        self.assertEqual(weeks, ["2026-03-09", "2026-03-09", "2026-03-16"])
        loads = self.get_loads()
        self.assertEqual(len(loads), 8)
        self.assertEqual(loads["2026-03-09"], {"planned": 0, "queued": 3000, "room": 0})

    def test_confirmed_weeks_are_in_the_chart(self):
        ticket = self.accept(600)
        self.team._look_ahead()
        self.assertTrue(ticket.support_expected_week)
        self.propose().action_confirm()
        self.team._look_ahead()
        self.assertFalse(ticket.support_expected_week, "It has a date now")
        loads = self.get_loads()
        self.assertEqual(
            loads["2026-03-09"], {"planned": 600, "queued": 0, "room": 2400}
        )
        self.assertEqual(len(loads), 8)

    def test_a_typed_capacity_is_looked_ahead_with(self):
        ticket = self.accept(3000)
        late = self.accept(60, "2026-03-05 11:00:00")
        plan = self.propose()
        plan.with_user(self.planner).capacity_ids[0].write(
            {"available_minutes": 0, "reason": "Training"}
        )
        self.team._look_ahead()
        loads = self.get_loads()
        self.assertEqual(sum(loads["2026-03-09"].values()), 1500)
        self.assertEqual(sum(loads["2026-03-16"].values()), 3000, "Of that week only")
        self.assertEqual(str(ticket.support_expected_week), "2026-03-09")
        self.assertEqual(str(late.support_expected_week), "2026-03-16")

    def test_each_week_is_in_the_chart_once(self):
        """The second week is confirmed, the first one is not."""
        self.accept(600)
        self.propose(monday="2026-03-16").action_confirm()
        self.accept(300)
        self.team._look_ahead()
        domain = [("team_id", "=", self.team.id), ("kind", "=", "planned")]
        rows = self.env["support.plan.load"].search(domain, order="date_start")
        weeks = [str(row.date_start) for row in rows]
        self.assertEqual(len(weeks), 8)
        self.assertEqual(weeks, sorted(set(weeks)))
        self.assertEqual(weeks[:2], ["2026-03-09", "2026-03-16"])
        self.assertEqual(rows.mapped("minutes")[:2], [0, 600])

    def test_a_cancelled_week_is_promised_to_nobody(self):
        ticket = self.accept(600)
        plan = self.propose()
        self.team._look_ahead()
        self.assertEqual(str(ticket.support_expected_week), "2026-03-09")
        plan.action_cancel()
        self.team._look_ahead()
        self.assertEqual(str(ticket.support_expected_week), "2026-03-16")
        self.assertNotIn("2026-03-09", self.get_loads())
        self.make_plan()
        self.team._look_ahead()
        self.assertEqual(str(ticket.support_expected_week), "2026-03-09")

    def test_a_holiday_makes_a_week_shorter(self):
        self.make_leave(False, "2026-03-15 23:00:00", "2026-03-16 22:59:59")
        self.team._look_ahead()
        self.assertEqual(self.get_loads()["2026-03-16"]["room"], 2400)

    def test_what_may_not_enter_is_expected_in_no_week(self):
        self.policy.uncovered_policy = "block"
        ticket = self.accept(60)
        self.team._look_ahead()
        self.assertFalse(ticket.support_expected_week)

    def test_a_run_goes_on_with_the_teams_that_had_no_turn(self):
        second = self.team.copy({"name": "Second", "support_plan_weekly": True})
        third = self.team.copy({"name": "Third", "support_plan_weekly": True})
        teams = self.team | second | third
        self.team.support_looked_ahead_at = "2026-03-06 10:00:00"
        third.support_looked_ahead_at = "2026-03-06 09:00:00"
        seen = []
        model = type(self.team)
        look = model._look_ahead

        def note(team):
            if team in teams:
                seen.append(team)
            return look(team)

        with patch.object(model, "_look_ahead", note), self.enter_registry_test_mode():
            self.env.ref("support_planning.cron_forecast").method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(seen, [second, third, self.team])
        for team in teams:
            self.assertEqual(str(team.support_looked_ahead_at), AFTER)

    def count_queries(self, count):
        """Return how many queries a proposal takes with so many tickets."""
        for number in range(count):
            client = self.make_client(f"Client {number}")
            self.make_pack(600, account=self.make_account(client))
            ticket = self.accept(30, partner=client)
            self.log(ticket, 5, date="2026-03-04 10:00:00", user_id=self.ana.id)
        self.env.flush_all()
        self.env.invalidate_all()
        plan = self.make_plan()
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        plan.action_propose()
        self.env.flush_all()
        after = self.cr.sql_log_count
        self.assertGreaterEqual(len(plan.line_ids), count)
        plan.action_cancel()
        return after - before

    def test_queries_do_not_grow_with_the_tickets(self):
        self.policy.uncovered_policy = "block"
        few = self.count_queries(2)
        many = self.count_queries(20)
        self.assertLessEqual(many, few + 2)
