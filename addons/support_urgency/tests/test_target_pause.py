"""Pauses: the clock stands while the client owes information."""

from odoo.tests import freeze_time, tagged

from .common_target import TargetCommon, at

MORNING = at("2026-07-01 10:00")


@tagged("post_install", "-at_install")
class TestTargetPause(TargetCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with freeze_time(MORNING):
            cls.ticket = cls.open_ticket()

    def setUp(self):
        super().setUp()
        self.resolution = self.resolution_of(self.ticket)

    def wait_from(self, moment):
        with freeze_time(at(moment)):
            self.ticket.stage_id = self.stage_waits

    def test_nothing_is_due_while_the_client_owes_information(self):
        self.wait_from("2026-07-01 10:05")
        self.assertEqual(self.ticket.support_pause_ids.kind, "client")
        self.assertFalse(self.resolution.due)
        self.assertFalse(self.ticket.support_due)
        with freeze_time(at("2026-07-20 10:00")):
            self.assertEqual(self.ticket.support_target_state, "paused")
            self.assertFalse(self.ticket.support_is_late)

    def test_the_message_of_the_client_ends_the_pause(self):
        self.wait_from("2026-07-01 11:00")
        with freeze_time(at("2026-07-01 15:30")):
            self.write_as_client(self.ticket)
            self.assertEqual(self.ticket.stage_id, self.stage_waits)
            pause = self.ticket.support_pause_ids
            self.assertEqual(pause.date_end, at("2026-07-01 15:30"))
            # Two hours before one, half an hour after three: 16:00 + 2.5 h.
            self.assertEqual(self.resolution.due, at("2026-07-02 09:30"))
            self.assertEqual(self.ticket.support_due, self.response_of(self.ticket).due)

    def test_leaving_the_stage_ends_the_pause(self):
        self.wait_from("2026-07-01 11:00")
        with freeze_time(at("2026-07-01 12:00")):
            self.ticket.stage_id = self.stage_new
        self.assertEqual(self.resolution.due, at("2026-07-01 17:00"))
        self.assertEqual(len(self.ticket.support_pause_ids), 1)

    def test_the_date_that_a_mail_says_does_not_count(self):
        self.wait_from("2026-07-01 11:00")
        with freeze_time(at("2026-07-01 12:00")):
            self.write_as_client(
                self.ticket, message_type="email", date="2020-01-01 00:00:00"
            )
        self.assertEqual(self.ticket.support_pause_ids.date_end, at("2026-07-01 12:00"))

    def test_what_does_not_end_the_pause(self):
        self.wait_from("2026-07-01 11:00")
        for what, values in (
            ("a note", {"subtype_xmlid": "mail.mt_note"}),
            ("a notification", {"message_type": "notification"}),
            ("an absence", {"message_type": "out_of_office"}),
        ):
            with self.subTest(what):
                self.write_as_client(self.ticket, **values)
                self.assertFalse(self.ticket.support_pause_ids.date_end)
        self.answer(self.ticket)
        self.assertFalse(self.ticket.support_pause_ids.date_end)

    def test_another_answer_than_a_message_ends_it_too(self):
        self.wait_from("2026-07-01 11:00")
        with freeze_time(at("2026-07-01 12:00")):
            self.ticket._on_support_client_answer(at("2026-07-01 10:59"))
            self.assertFalse(self.ticket.support_pause_ids.date_end)
            self.ticket._on_support_client_answer(at("2026-07-01 12:00"))
        self.assertEqual(self.ticket.support_pause_ids.date_end, at("2026-07-01 12:00"))
        self.assertEqual(self.resolution.due, at("2026-07-01 17:00"))

    def test_another_question_stops_the_clock_again(self):
        self.wait_from("2026-07-01 11:00")
        with freeze_time(at("2026-07-01 12:00")):
            self.write_as_client(self.ticket)
        with freeze_time(at("2026-07-01 12:30")):
            self.answer(self.ticket)
        self.assertEqual(
            self.ticket.support_pause_ids.mapped("date_end"),
            [at("2026-07-01 12:00"), False],
        )
        self.assertFalse(self.resolution.due)

    def test_what_was_late_before_stays_late(self):
        self.wait_from("2026-07-01 11:00")
        response = self.response_of(self.ticket)
        self.assertEqual(response.due, at("2026-07-01 10:10"))
        self.assertTrue(response.is_late)

    def test_an_answer_during_a_pause_is_in_time(self):
        self.wait_from("2026-07-01 10:05")
        with freeze_time(at("2026-07-03 10:00")):
            self.answer(self.ticket)
        response = self.response_of(self.ticket)
        self.assertEqual((response.state, response.spent_minutes), ("met", 5))
        self.assertEqual(response.due, at("2026-07-03 10:05"))

    def test_a_solution_during_a_pause_is_in_time(self):
        self.wait_from("2026-07-01 11:00")
        with freeze_time(at("2026-07-10 12:00")):
            self.solve(self.ticket)
        self.assertEqual(self.resolution.state, "met")
        self.assertEqual(self.resolution.spent_minutes, 60)
        self.assertTrue(self.ticket.support_pause_ids.date_end)

    def test_a_team_whose_stages_do_not_wait_moves_the_ticket_on(self):
        """Teams with stages of their own move the stage without writing it."""
        self.wait_from("2026-07-01 11:00")
        stage = self.stage_new.copy({"company_id": self.company.id})
        team = self.team.copy({"resource_calendar_id": self.calendar.id})
        stage.team_ids = team
        self.stage_waits.team_ids = self.team
        with freeze_time(at("2026-07-01 12:00")):
            self.ticket.team_id = team
            self.assertNotEqual(self.ticket.stage_id, self.stage_waits)
        self.assertTrue(self.ticket.support_pause_ids.date_end)
        self.assertEqual(self.resolution.due, at("2026-07-01 17:00"))

    def test_doing_it_again_changes_nothing(self):
        self.wait_from("2026-07-01 11:00")
        with freeze_time(at("2026-07-01 12:00")):
            self.write_as_client(self.ticket)
        fields = ["due", "reached_at", "stopped_at", "warn_at", "warned_percent"]
        before = self.ticket.support_target_ids.read(fields)
        pauses = len(self.ticket.support_pause_ids)
        with freeze_time(at("2026-07-01 17:00")):
            self.ticket._follow_support_targets(entered=False)
            self.ticket._set_support_targets()
        self.assertEqual(self.ticket.support_target_ids.read(fields), before)
        self.assertEqual(len(self.ticket.support_pause_ids), pauses)

    def test_a_new_ticket_may_wait_from_the_beginning(self):
        with freeze_time(MORNING):
            ticket = self.open_ticket(stage_id=self.stage_waits.id)
        self.assertEqual(ticket.support_target_state, "paused")
