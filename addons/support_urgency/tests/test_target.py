"""Targets of tickets: what is promised, when it is due, what becomes of it."""

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import freeze_time, tagged

from .common_target import TargetCommon, at

# A Wednesday in summer; Madrid is two hours ahead of UTC.
MORNING = at("2026-07-01 10:00")


@tagged("post_install", "-at_install")
class TestTarget(TargetCommon):
    """What is promised, and when it is due."""

    @freeze_time(MORNING)
    def test_a_ticket_gets_the_targets_of_its_priority(self):
        ticket = self.open_ticket()
        self.assertEqual(self.response_of(ticket).due, at("2026-07-01 10:10"))
        self.assertEqual(self.resolution_of(ticket).due, at("2026-07-01 16:00"))
        self.assertEqual(ticket.support_due, at("2026-07-01 10:10"))
        self.assertEqual(ticket.support_target_state, "running")
        self.assertFalse(ticket.support_is_late)

    @freeze_time(MORNING)
    def test_nothing_is_promised_without_targets(self):
        ticket = self.open_ticket(self.p3)
        self.assertFalse(ticket.support_target_ids)
        self.assertFalse(ticket.support_target_state)
        self.assertFalse(ticket.support_is_late)

    @freeze_time(MORNING)
    def test_a_policy_without_priorities_promises_itself(self):
        self.priorities.unlink()
        self.policy.write({"response_minutes": 30, "resolution_hours": 0})
        ticket = self.make_ticket()
        self.assertEqual(ticket.support_target_ids.mapped("kind"), ["response"])
        self.assertEqual(self.response_of(ticket).due, at("2026-07-01 10:30"))

    @freeze_time(MORNING)
    def test_without_account_the_policy_of_the_team_promises(self):
        self.policy.response_minutes = 30
        ticket = self.make_ticket(partner_id=False)
        self.assertFalse(ticket.support_account_id)
        self.assertEqual(self.response_of(ticket).due, at("2026-07-01 10:30"))

    @freeze_time(MORNING)
    def test_a_type_may_be_answered_sooner(self):
        self.request_type.response_minutes = 5
        ticket = self.open_ticket()
        self.assertEqual(self.response_of(ticket).due, at("2026-07-01 10:05"))
        ticket.support_request_type_id = False
        self.assertEqual(self.response_of(ticket).due, at("2026-07-01 10:10"))

    def test_the_three_readings_over_a_holiday_and_the_change_of_clocks(self):
        """Friday 17:30; on Sunday the clocks go back, Monday is a holiday."""
        self.close_on("2026-10-26")
        for reading, response, resolution in (
            ("hours", "2026-10-27 09:30", "2026-10-30 11:30"),
            ("days", "2026-10-27 09:30", "2026-10-27 17:30"),
            ("clock", "2026-10-23 18:30", "2026-10-24 17:30"),
        ):
            with self.subTest(reading), freeze_time(at("2026-10-23 17:30")):
                self.policy.target_reading = reading
                ticket = self.open_ticket(self.p2)
                self.assertEqual(self.response_of(ticket).due, at(response))
                self.assertEqual(self.resolution_of(ticket).due, at(resolution))

    def test_spring_change_of_clocks(self):
        with freeze_time(at("2026-03-27 17:30")):
            ticket = self.open_ticket(self.p2)
        self.assertEqual(self.response_of(ticket).due, at("2026-03-30 09:30"))

    def test_after_the_daily_limit_it_starts_at_the_next_opening(self):
        self.team.resource_calendar_id = self.make_calendar(((10, 20),))
        self.policy.target_intake_limit = 19.5
        for received, due in (
            ("2026-07-01 19:30", "2026-07-01 19:40"),
            ("2026-07-01 19:31", "2026-07-02 10:10"),
            ("2026-07-03 19:45", "2026-07-06 10:10"),
        ):
            with self.subTest(received), freeze_time(at(received)):
                self.assertEqual(self.response_of(self.open_ticket()).due, at(due))

    def test_a_holiday_entered_later_counts_from_the_next_planning(self):
        with freeze_time(at("2026-07-01 17:55")):
            ticket = self.open_ticket()
            self.assertEqual(self.response_of(ticket).due, at("2026-07-02 09:05"))
            self.close_on("2026-07-02")
            self.assertEqual(
                self.response_of(self.open_ticket()).due, at("2026-07-03 09:05")
            )
            self.run_cron("cron_plan_targets")
        self.assertEqual(self.response_of(ticket).due, at("2026-07-03 09:05"))
        self.assertEqual(ticket.support_due, at("2026-07-03 09:05"))

    def test_a_holiday_of_who_is_there_all_day_is_no_working_day(self):
        """It ends at 23:59:59, as people enter it."""
        self.team.resource_calendar_id = self.make_calendar(((0, 24),))
        self.close_on("2026-10-12", self.team.resource_calendar_id)
        self.policy.target_reading = "days"
        with freeze_time(at("2026-10-09 10:00")):
            ticket = self.open_ticket(self.p2)
        self.assertEqual(self.resolution_of(ticket).due, at("2026-10-13 10:00"))

    def test_absences_of_one_person_close_nobody(self):
        leave = self.close_on("2026-07-02")
        leave.resource_id = self.env["resource.resource"].create(
            {"name": "Somebody", "calendar_id": self.calendar.id}
        )
        with freeze_time(at("2026-07-01 17:55")):
            ticket = self.open_ticket()
        self.assertEqual(self.response_of(ticket).due, at("2026-07-02 09:05"))

    @freeze_time("2026-07-04 03:00:00")
    def test_a_team_without_calendar_is_always_there(self):
        self.team.resource_calendar_id = False
        ticket = self.open_ticket()
        self.assertEqual(str(self.response_of(ticket).due), "2026-07-04 03:10:00")

    @freeze_time(MORNING)
    def test_no_team_and_odd_calendars_crash_nothing(self):
        self.assertTrue(self.open_ticket(team_id=False).support_target_ids)
        self.calendar.attendance_ids.unlink()
        self.assertTrue(self.open_ticket().support_due)
        self.close_on("2026-07-01")
        leave = self.close_on("2026-07-01")
        leave.date_to = at("2036-07-01 10:00")
        self.team.resource_calendar_id = self.make_calendar(((9, 13),))
        leave.calendar_id = self.team.resource_calendar_id
        ticket = self.open_ticket()
        self.assertTrue(ticket.support_target_ids)
        self.assertFalse(ticket.support_due)
        self.answer(ticket)
        self.solve(ticket)
        self.assertEqual(ticket.support_target_state, "met")

    @freeze_time(MORNING)
    def test_tickets_from_before_the_installation_get_none(self):
        ticket = self.open_ticket(self.p3)
        ticket.support_received_at = False
        ticket.support_priority_id = self.p1
        self.assertFalse(ticket.support_target_ids)

    # === WHAT BECOMES OF IT === #

    def test_an_answer_in_time_and_a_solution_too_late(self):
        with freeze_time(MORNING):
            ticket = self.open_ticket()
        with freeze_time(at("2026-07-01 10:08")):
            self.answer(ticket)
            self.assertEqual(ticket.support_due, at("2026-07-01 16:00"))
        response = self.response_of(ticket)
        self.assertEqual(response.reached_at, at("2026-07-01 10:08"))
        self.assertEqual((response.state, response.spent_minutes), ("met", 8))
        with freeze_time(at("2026-07-02 09:30")):
            self.assertEqual(ticket.support_target_state, "late")
            self.solve(ticket)
            resolution = self.resolution_of(ticket)
            self.assertEqual((resolution.state, resolution.is_late), ("missed", True))
            self.assertEqual(resolution.spent_minutes, (3 + 3) * 60 + 30)
            self.assertFalse(ticket.support_due)

    def test_due_to_the_second(self):
        with freeze_time(MORNING):
            ticket = self.open_ticket()
        response = self.response_of(ticket)
        for moment, state in (
            ("2026-07-01 08:10:00", "running"),
            ("2026-07-01 08:10:01", "late"),
        ):
            with freeze_time(moment):
                response.invalidate_recordset()
                self.assertEqual(response.state, state)
                found = self.env["support.target"].search(
                    [("is_late", "=", True), ("ticket_id", "=", ticket.id)]
                )
                self.assertEqual(bool(found), state == "late")

    def test_late_is_found(self):
        Ticket = self.env["helpdesk.ticket"]
        with freeze_time(MORNING):
            late, kept, waiting = (self.open_ticket() for _number in range(3))
            nothing = self.open_ticket(self.p3)
            every = late | kept | waiting | nothing
            self.answer(kept)
            self.solve(kept)
            self.answer(waiting)
            waiting.stage_id = self.stage_waits
        with freeze_time(at("2026-07-03 10:00")):
            for value, found in ((True, late), (False, kept | waiting | nothing)):
                tickets = Ticket.search(
                    [("support_is_late", "=", value), ("id", "in", every.ids)]
                )
                self.assertEqual(tickets, found)
                targets = self.env["support.target"].search(
                    [("is_late", "=", value), ("ticket_id", "in", every.ids)]
                )
                expected = every.support_target_ids.filtered(
                    lambda one, v=value: one.is_late == v
                )
                self.assertEqual(set(targets), set(expected))
                self.assertEqual(
                    every.filtered(lambda one, v=value: one.support_is_late == v), found
                )

    def test_rejected_is_no_solution(self):
        with freeze_time(MORNING):
            ticket = self.open_ticket()
        with freeze_time(at("2026-07-01 10:05")):
            ticket.stage_id = self.stage_rejected
        for target in ticket.support_target_ids:
            self.assertEqual(target.state, "stopped")
            self.assertFalse(target.reached_at)
        with freeze_time(at("2026-07-01 10:06")):
            self.solve(ticket)
        self.assertEqual(self.resolution_of(ticket).state, "met")
        self.assertEqual(self.response_of(ticket).state, "stopped")

    def test_rejected_too_late_was_missed(self):
        with freeze_time(MORNING):
            ticket = self.open_ticket()
        with freeze_time(at("2026-07-01 12:00")):
            ticket.stage_id = self.stage_rejected
        self.assertEqual(self.response_of(ticket).state, "missed")
        self.assertEqual(self.resolution_of(ticket).state, "stopped")

    @freeze_time(MORNING)
    def test_merged_and_archived_tickets_are_not_pursued(self):
        main, merged, archived = (self.open_ticket() for _number in range(3))
        merged.duplicate_id = main
        archived.active = False
        for ticket in (merged, archived):
            self.assertEqual(
                set(ticket.support_target_ids.mapped("state")), {"stopped"}
            )
            self.assertFalse(ticket.support_due)
        archived.active = True
        self.assertEqual(archived.support_target_state, "running")

    def test_reopened_tickets_go_on_where_they_stopped(self):
        with freeze_time(MORNING):
            ticket = self.open_ticket()
            self.answer(ticket)
        with freeze_time(at("2026-07-01 11:00")):
            self.solve(ticket)
        with freeze_time(at("2026-07-02 12:00")):
            ticket.stage_id = self.stage_new
            resolution = self.resolution_of(ticket)
            self.assertFalse(resolution.reached_at)
            # One hour of four was used: three are left.
            self.assertEqual(resolution.due, at("2026-07-02 17:00"))
            self.assertEqual(self.response_of(ticket).state, "met")
        with freeze_time(at("2026-07-02 16:00")):
            self.solve(ticket)
        self.assertEqual(resolution.state, "met")
        self.assertEqual(resolution.spent_minutes, 180)

    # === CHANGES === #

    def test_another_priority_promises_something_else_from_the_beginning(self):
        with freeze_time(MORNING):
            ticket = self.open_ticket(self.p2)
        with freeze_time(at("2026-07-01 10:30")):
            ticket.support_priority_id = self.p1
            self.assertEqual(self.response_of(ticket).due, at("2026-07-01 10:10"))
            self.assertEqual(self.resolution_of(ticket).due, at("2026-07-01 16:00"))
            ticket.support_priority_id = self.p3
            self.assertFalse(ticket.support_target_ids)
            self.assertFalse(ticket.support_due)
            ticket.support_priority_id = self.p2
            self.assertEqual(self.response_of(ticket).due, at("2026-07-01 11:00"))

    def test_what_was_reached_keeps_its_terms(self):
        with freeze_time(MORNING):
            ticket = self.open_ticket(self.p2)
        with freeze_time(at("2026-07-01 10:30")):
            self.answer(ticket)
            ticket.support_priority_id = self.p1
        self.assertEqual(self.response_of(ticket).minutes, 60)
        self.assertEqual(self.response_of(ticket).state, "met")
        self.assertEqual(self.resolution_of(ticket).minutes, 240)

    def test_a_target_that_comes_after_the_answer_is_measured_by_it(self):
        with freeze_time(MORNING):
            ticket = self.open_ticket(self.p3)
        with freeze_time(at("2026-07-01 10:08")):
            self.answer(ticket)
        with freeze_time(at("2026-07-01 12:00")):
            ticket.support_priority_id = self.p1
        self.assertEqual(self.response_of(ticket).state, "met")
        self.assertEqual(self.response_of(ticket).spent_minutes, 8)

    @freeze_time(MORNING)
    def test_terms_that_change_hold_for_later_tickets(self):
        ticket = self.open_ticket()
        self.p1.response_minutes = 30
        self.assertEqual(self.response_of(ticket).minutes, 10)
        self.assertEqual(self.response_of(self.open_ticket()).minutes, 30)

    @freeze_time(at("2026-07-01 12:55"))
    def test_another_team_has_other_hours(self):
        ticket = self.open_ticket()
        self.assertEqual(self.response_of(ticket).due, at("2026-07-01 15:05"))
        ticket.team_id = self.team.copy(
            {"resource_calendar_id": self.make_calendar(((8, 20),)).id}
        )
        self.assertEqual(self.response_of(ticket).due, at("2026-07-01 13:05"))

    # === RIGHTS === #

    @freeze_time(MORNING)
    def test_facts_are_not_edited(self):
        target = self.response_of(self.open_ticket())
        for user in (self.technician, self.leader):
            self.assertTrue(target.with_user(user).has_access("read"))
            for operation in ("write", "create", "unlink"):
                self.assertFalse(target.with_user(user).has_access(operation))
            with self.assertRaises(AccessError):
                target.with_user(user).due = False

    @freeze_time(MORNING)
    def test_who_may_not_open_a_ticket_does_not_read_its_targets(self):
        group = "helpdesk_mgmt.group_helpdesk_user_own"
        own = self.make_user("own", group)
        ticket = self.open_ticket()
        mine = self.open_ticket()
        self.team.user_ids += own
        ticket.user_id, mine.user_id = self.technician, own
        found = self.env["support.target"].with_user(own).search([])
        self.assertEqual(found.ticket_id, mine)
        employee = self.make_user("plain", "base.group_user")
        with self.assertRaises(AccessError):
            self.env["support.target"].with_user(employee).search([])

    @freeze_time(MORNING)
    def test_clients_read_no_targets_and_no_fields(self):
        client = self.make_user(
            "portal_contact", "base.group_portal", partner_id=self.contact.id
        )
        ticket = self.open_ticket().with_user(client)
        self.assertTrue(ticket.has_access("read"))
        for name in (
            "support.target",
            "support.target.pause",
            "support.target.report",
            "support.response.report",
        ):
            with self.subTest(name), self.assertRaises(AccessError):
                self.env[name].with_user(client).search([])
        shown = ticket.fields_get()
        for name in ("support_due", "support_target_ids", "support_is_late"):
            self.assertNotIn(name, shown)

    @freeze_time(MORNING)
    def test_a_client_who_opens_a_ticket_gets_its_targets(self):
        client = self.make_user(
            "portal_contact", "base.group_portal", partner_id=self.contact.id
        )
        self.policy.default_priority_id = self.p1
        ticket = (
            self.env["helpdesk.ticket"]
            .with_user(client)
            .sudo()
            .create(
                {
                    "name": "Down",
                    "description": "All of it",
                    "partner_id": self.contact.id,
                    "team_id": self.team.id,
                }
            )
        )
        self.assertEqual(ticket.support_due, at("2026-07-01 10:10"))

    @freeze_time(MORNING)
    def test_no_company_sees_another_ones(self):
        other = self.env["res.company"].create({"name": "Other"})
        foreign = self.make_user("foreign", "helpdesk_mgmt.group_helpdesk_user")
        foreign.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        self.open_ticket()
        for name in ("support.target", "support.target.report"):
            model = self.env[name].with_user(foreign).with_company(other)
            model = model.with_context(allowed_company_ids=other.ids)
            self.assertFalse(model.search([]))

    # === SETTINGS === #

    def test_values_that_make_no_sense_are_refused(self):
        for record, values, words in (
            (self.p1, {"response_minutes": -1}, "First answer"),
            (self.p1, {"resolution_hours": 10_000_000}, "Solution"),
            (self.policy, {"response_minutes": -1}, "First answer"),
            (self.policy, {"target_intake_limit": 24}, "Daily limit"),
            (self.policy, {"target_intake_limit": -0.5}, "Daily limit"),
            (self.policy, {"target_warnings": "50, x"}, "Warn at"),
            (self.policy, {"target_warnings": "100"}, "Warn at"),
            (self.request_type, {"response_minutes": -1}, "First answer"),
        ):
            with (
                self.subTest(**values),
                self.assertRaisesRegex(ValidationError, words),
                self.env.cr.savepoint(),
            ):
                record.write(values)

    def test_a_calendar_in_another_zone_is_pointed_out(self):
        self.assertFalse(self.team.support_hours_warning)
        self.calendar.tz = "UTC"
        self.assertIn("UTC", self.team.support_hours_warning)
