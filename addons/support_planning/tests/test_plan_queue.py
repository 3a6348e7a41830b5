"""The queue says why a ticket waits, whatever the room; staff and clients read it."""

from odoo.tests import freeze_time, tagged

from .common_plan import AFTER, PlanCommon


@tagged("post_install", "-at_install")
@freeze_time(AFTER)
class TestPlanQueue(PlanCommon):
    def reason(self, ticket):
        self.env.invalidate_all()
        return ticket.support_queue_reason

    def make_usual(self, user):
        """Have a technician be the one who works for the client."""
        ticket = self.make_ticket()
        self.log(ticket, 30, date="2026-03-02 10:00:00", user_id=user.id)

    def test_nothing_stands_against_an_ordinary_ticket(self):
        """Not even the room of the week, nor the cut-off: it has a week."""
        ticket = self.accept(9000)
        late = self.accept(60, AFTER)
        self.assertFalse(self.reason(ticket))
        self.assertFalse(ticket.support_queue_reason_text)
        self.assertFalse(self.reason(late))

    def test_waits_for_the_usual_technician_who_is_away(self):
        self.policy.wait_days = 14
        self.make_usual(self.ben)
        leave = self.make_leave(self.ben, "2026-03-08 23:00:00", "2026-03-15 22:59:59")
        ticket = self.accept(60)
        self.assertEqual(self.reason(ticket), "technician")
        self.assertIn("Ben", ticket.support_queue_reason_text)
        self.assertIn("Mon 16 Mar", ticket.support_queue_reason_text)
        page = " ".join(ticket.sudo()._prepare_support_portal_plan()["lines"])
        self.assertIn("technician who knows your systems best", page)
        self.assertNotIn("Ben", page)
        # Back within the week, it is planned for then: nothing keeps it out.
        leave.date_to = "2026-03-10 22:59:59"
        self.assertFalse(self.reason(ticket))

    def test_does_not_wait_longer_than_the_policy_says(self):
        self.policy.wait_days = 5
        self.make_usual(self.ben)
        self.make_leave(self.ben, "2026-03-08 23:00:00", "2026-03-15 22:59:59")
        ticket = self.accept(60)
        self.assertFalse(self.reason(ticket))
        self.policy.wait_days = 7
        self.assertEqual(self.reason(ticket), "technician")

    def test_everybody_is_away(self):
        for user in (self.ana, self.ben):
            self.make_leave(user, "2026-03-08 23:00:00", "2026-03-15 22:59:59")
        ticket = self.accept(60)
        self.assertFalse(self.reason(ticket), "The team has no time: nobody is missed")

    def test_who_may_do_it_is_away(self):
        """Nobody waits for the one who knows best."""
        self.make_leave(self.ben, "2026-03-08 23:00:00", "2026-03-15 22:59:59")
        ticket = self.accept(60)
        self.propose()._choose([(ticket, {"user_id": self.ben.id})])
        self.assertEqual(self.reason(ticket), "technician")
        page = " ".join(ticket.sudo()._prepare_support_portal_plan()["lines"])
        self.assertNotIn("knows your systems best", page)
        self.assertIn("until somebody who can do it is back", page)

    def test_balance_runs_down_in_the_order_of_acceptance(self):
        self.policy.uncovered_policy = "block"
        self.make_pack(130)
        first = self.accept(60, "2026-03-05 09:00:00")
        second = self.accept(90, "2026-03-05 10:00:00")
        third = self.accept(70, "2026-03-05 11:00:00")
        alone = self.accept(200, "2026-03-05 12:00:00")
        self.assertEqual(
            [self.reason(one) for one in (first, second, third, alone)],
            [False, "balance", False, "balance"],
        )
        self.assertFalse(second.support_queue_problem, "Alone it would be covered")
        self.assertEqual(
            second.support_queue_reason_text,
            "The client's balance does not cover it, with what was accepted before.",
        )
        self.assertEqual(
            alone.support_queue_reason_text, alone.support_queue_problem_text
        )
        page = second.sudo()._prepare_support_portal_plan()["lines"]
        self.assertIn("does not cover it", " ".join(page))

    def test_hold_and_client(self):
        stage = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_awaiting")
        stage.support_waits_for_client = True
        ticket = self.accept(60)
        ticket.stage_id = stage
        self.assertEqual(self.reason(ticket), "client")
        self.assertIn(stage.name, ticket.support_queue_reason_text)
        self.env["support.hold"].create(
            {
                "account_id": ticket.support_account_id.id,
                "reason": "Unpaid",
                "date_start": "2026-03-06 10:00:00",
            }
        )
        self.assertEqual(self.reason(ticket), "hold")
        self.assertIn("Unpaid", ticket.support_queue_reason_text)

    def test_what_the_planner_said(self):
        ticket, other = self.accept(60), self.accept(60)
        plan = self.propose()
        words = {"exclusion": "Not now"}
        plan._choose([(ticket, words), (other, {**words, "not_before": "2026-03-23"})])
        self.assertEqual(self.reason(ticket), "excluded")
        self.assertEqual(self.reason(other), "postponed")
        self.assertIn("Not now", other.support_queue_reason_text)
        page = " ".join(ticket.sudo()._prepare_support_portal_plan()["lines"])
        self.assertNotIn("Not now", page)

    def test_technicians_read_it(self):
        self.policy.uncovered_policy = "block"
        ticket = self.accept(60).with_user(self.ana)
        self.assertEqual(self.reason(ticket), "balance")
        self.assertTrue(ticket.support_queue_reason_text)

    # === THE TICKETS' LIST OF THE CLIENT === #

    def test_the_clients_list_says_when(self):
        queued = self.accept(60, "2026-03-05 09:00:00")
        planned = self.accept(60, "2026-03-05 08:00:00")
        plain = self.make_ticket(self.contact)
        plan = self.propose()
        plan._choose([(queued, {"exclusion": "Later"})])
        plan.action_confirm()
        self.team._look_ahead()
        self.env.invalidate_all()
        tickets = queued | planned | plain
        texts = tickets._get_support_list_plans()
        self.assertEqual(texts[queued.id], "No. 1 in the queue · week of 16 Mar 2026")
        self.assertEqual(texts[planned.id], "Monday 9 March")
        self.assertNotIn(plain.id, texts)

    # === HOW MUCH IT ASKS === #

    def count_queries(self, count):
        for number in range(count):
            client = self.make_client(f"Client {number}")
            self.make_pack(600, account=self.make_account(client))
            ticket = self.accept(30, partner=client)
            self.log(ticket, 5, date="2026-03-04 10:00:00", user_id=self.ana.id)
        domain = [("support_is_queued", "=", True), ("team_id", "=", self.team.id)]
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        rows = self.env["helpdesk.ticket"].search_read(
            domain,
            [
                "support_queue_place",
                "support_to_plan_minutes",
                "support_queue_reason",
                "support_queue_reason_text",
            ],
        )
        self.assertGreaterEqual(len(rows), count)
        return self.cr.sql_log_count - before

    def test_queries_do_not_grow_with_the_rows(self):
        self.policy.write({"uncovered_policy": "block", "wait_days": 14})
        few = self.count_queries(2)
        many = self.count_queries(20)
        self.assertLessEqual(many, few + 2)
