"""Before work starts, and when the accepted time is used up."""

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .common_estimate import EstimateCommon


@tagged("post_install", "-at_install")
class TestEstimateWork(EstimateCommon):
    def start(self):
        return self.ticket.with_user(self.technician).action_support_start_work()

    def assert_cannot_start(self, words):
        with self.assertRaisesRegex(UserError, words):
            self.start()

    # === NEEDED === #

    def test_a_type_that_needs_one_waits_for_the_clients_acceptance(self):
        self.request_type.needs_estimate = True
        self.assertTrue(self.ticket.support_needs_estimate)
        self.assert_cannot_start("Accepted estimate.*Send one")
        estimate = self.estimate(self.ticket, 60)
        self.assert_cannot_start("It was sent on")
        estimate.with_user(self.anna).action_reject("Too long")
        self.assert_cannot_start("rejected it: Too long")
        self.accept(self.estimate(self.ticket, 45))
        self.start()
        self.assertTrue(self.ticket.support_timer_ids)

    def test_what_was_done_is_recordable_without_one(self):
        self.request_type.needs_estimate = True
        self.log(self.ticket, 30)
        self.assertEqual(self.ticket.support_work_minutes, 30)

    # === ANSWERED === #

    def wait(self, moment):
        """Have the ticket wait for the client from a moment on; its team plans."""
        self.team.write(
            {"support_plan_weekly": True, "support_plan_since": "2026-01-01"}
        )
        stage = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_awaiting")
        stage.support_waits_for_client = True
        with freeze_time(moment):
            self.ticket.stage_id = self.stage_new
            self.ticket.stage_id = stage

    def test_who_accepts_is_waited_for_no_more(self):
        with freeze_time("2026-07-01 09:00:00"):
            estimate = self.estimate(self.ticket, 60)
        self.wait("2026-07-01 10:00:00")
        with freeze_time("2026-07-01 11:00:00"):
            self.accept(estimate)
            self.assertTrue(self.ticket.support_is_queued)
            self.assertFalse(self.ticket.support_queue_problem)
        self.wait("2026-07-01 12:00:00")
        self.assertEqual(self.ticket.support_queue_problem, "client")
        with freeze_time("2026-07-01 13:00:00"):
            self.write_in(self.ticket, self.anna.partner_id, "Here it is")
        self.assertFalse(self.ticket.support_queue_problem)

    # === USED UP === #

    def test_at_110_percent_the_ticket_asks(self):
        estimate = self.accept(self.estimate(self.ticket, 60))
        self.log(self.ticket, 60)
        self.log(self.ticket, 5)
        self.assertEqual(estimate.state, "accepted")
        self.assertFalse(self.ticket.with_user(self.technician).support_start_level)
        self.log(self.ticket, 1)
        self.assertEqual(estimate.state, "exceeded")
        self.assertTrue(estimate.exceeded_at)
        self.assert_cannot_start("66 min were worked, of 60 min")
        self.assertEqual(self.ticket.support_start_level, "blocked")

    def test_the_client_is_told_once_and_a_colleague_asks_again(self):
        self.ticket.user_id = self.technician
        estimate = self.accept(self.estimate(self.ticket, 60))
        for _work in range(3):
            self.log(self.ticket, 40)
        told = self.mails(estimate)[1:]
        self.assertEqual(len(told), 1)
        self.assertIn("used up", told.subject)
        self.assertIn("80 min", told.body_html)
        self.assertEqual(told.recipient_ids, self.anna.partner_id)
        self.assertEqual(self.ticket.activity_ids.user_id, self.technician)
        self.assertIn("used up", estimate.sudo()._explain_state())
        new = self.estimate(self.ticket, 200, send=False)
        self.assertTrue(self.ticket.activity_ids)
        new.with_user(self.colleague).action_send()
        self.assertFalse(self.ticket.activity_ids, "Done, whoever did it")

    def test_more_is_recordable_and_charged(self):
        self.accept(self.estimate(self.ticket, 60))
        self.log(self.ticket, 90)
        self.log(self.ticket, 30)
        self.assert_charge(self.ticket, 120)

    def test_a_policy_may_only_warn(self):
        self.policy.estimate_exceeded = "warn"
        self.accept(self.estimate(self.ticket, 60))
        self.log(self.ticket, 70)
        ticket = self.ticket.with_user(self.technician)
        self.assertEqual(ticket.support_start_level, "warning")
        self.assertIn("70 min were worked", ticket.support_start_warning)
        self.start()

    def test_a_new_acceptance_lets_work_go_on(self):
        first = self.accept(self.estimate(self.ticket, 60))
        self.log(self.ticket, 70)
        second = self.estimate(self.ticket, 120)
        self.assert_cannot_start("70 min were worked")
        self.accept(second)
        self.assertEqual((first.state, second.state), ("expired", "accepted"))
        self.start()

    def test_an_estimate_below_what_was_done_since_is_used_up_at_once(self):
        estimate = self.estimate(self.ticket, 60)
        self.log(self.ticket, 100)
        self.assertEqual(self.accept(estimate).state, "exceeded")

    def test_no_estimate_of_less_than_what_was_done_is_sent(self):
        self.log(self.ticket, 100)
        self.log(self.ticket, 500, billable=False)
        draft = self.estimate(self.ticket, 60, send=False)
        for minutes in (60, 100):
            draft.minutes = minutes
            with self.assertRaisesRegex(UserError, "Minutes: 100 min"):
                draft.action_send()
        draft.minutes = 101
        draft.action_send()
        self.assertEqual(draft.state, "sent")

    def test_a_correction_of_the_work_takes_it_back(self):
        self.ticket.user_id = self.technician
        estimate = self.accept(self.estimate(self.ticket, 60))
        work = self.log(self.ticket, 600)
        self.assertEqual(estimate.state, "exceeded")
        self.ticket.activity_schedule(
            "mail.mail_activity_data_todo", user_id=self.technician.id, summary="Mine"
        )
        self.assertEqual(len(self.ticket.activity_ids), 2)
        work.minutes = 60
        self.assertEqual((estimate.state, estimate.exceeded_at), ("accepted", False))
        self.assertEqual(self.ticket.activity_ids.summary, "Mine")
        work.minutes = 66
        self.assertEqual(estimate.state, "exceeded")
        work.billable = False
        self.assertEqual(estimate.state, "accepted")
        other = self.log(self.ticket, 70)
        self.assertEqual(estimate.state, "exceeded")
        other.unlink()
        self.assertEqual(estimate.state, "accepted")

    def test_for_another_client_nobody_asks_again(self):
        self.make_account(self.rival)
        self.ticket.user_id = self.technician
        self.accept(self.estimate(self.ticket, 60))
        self.log(self.ticket, 70)
        self.assertTrue(self.ticket.activity_ids)
        self.ticket.partner_id = self.rita.partner_id
        self.assertFalse(self.ticket.activity_ids)

    def test_work_that_moves_counts_where_it_is(self):
        estimate = self.accept(self.estimate(self.ticket, 60))
        other = self.make_ticket(self.anna.partner_id)
        work = self.log(other, 70)
        work.ticket_id = self.ticket
        self.assertEqual(estimate.state, "exceeded")
        work.ticket_id = other
        self.assertEqual(estimate.state, "accepted")

    def test_on_a_closed_ticket_nobody_is_asked(self):
        estimate = self.accept(self.estimate(self.ticket, 60))
        self.solve(self.ticket)
        self.log(self.ticket, 70)
        self.assert_told_and_not_asked(estimate)

    def test_the_work_that_closes_the_ticket_may_use_it_up(self):
        estimate = self.accept(self.estimate(self.ticket, 60))
        work = {"minutes": 70, "name": "The last of it"}
        self.ticket.with_user(self.technician).write(
            {
                "stage_id": self.stage_done.id,
                "support_work_ids": [Command.create(work)],
            }
        )
        self.assert_told_and_not_asked(estimate)

    def assert_told_and_not_asked(self, estimate):
        """The client is told that it took longer; nothing more is asked for."""
        self.assertEqual(estimate.state, "exceeded")
        _accepted, told = self.mails(estimate)
        self.assertIn("70 min", told.body_html)
        self.assertIn("The ticket is closed", told.body_html)
        self.assertNotIn("new estimate", told.body_html)
        self.assertNotIn("new acceptance", self.notes(self.ticket))
        self.assertFalse(self.ticket.activity_ids)

    def test_the_balance_must_cover_what_is_left_of_it(self):
        self.policy.uncovered_policy = "block"
        self.pack.sudo()._move_balance(-1700)
        self.accept(self.estimate(self.ticket, 150))
        self.assert_cannot_start("estimate of 150 min takes 150 min. Missing: 50 min")
