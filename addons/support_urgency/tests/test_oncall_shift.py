"""Shifts: none overlaps, who may see and change them, and swapping two of them."""

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, new_test_user, tagged

from odoo.addons.support_packs.tests.common import make_company

from .common_oncall import OncallCommon, utc

MORNING = "2026-03-02 08:00:00"
NOON = "2026-03-02 12:00:00"
EVENING = "2026-03-02 18:00:00"
NIGHT = "2026-03-03 08:00:00"


class ShiftCommon(OncallCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls.make_user("manager", "helpdesk_mgmt.group_helpdesk_manager")
        cls.shift = cls.make_shift(cls.ana, MORNING, EVENING)


@tagged("post_install", "-at_install")
class TestOncallShift(ShiftCommon):
    def test_shifts_of_a_team_never_overlap(self):
        for start, end in (
            (NOON, NIGHT),
            ("2026-03-02 07:00:00", "2026-03-02 08:00:01"),
            ("2026-03-02 07:00:00", NIGHT),
            ("2026-03-02 09:00:00", "2026-03-02 10:00:00"),
            (MORNING, EVENING),
        ):
            message = "Ana is on duty for Support already, Mon 2 Mar 2026, 09:00 to"
            with self.subTest(start), self.assert_refused(ValidationError, message):
                self.make_shift(self.ben, start, end)

    def test_one_may_begin_when_the_other_ends(self):
        after = self.make_shift(self.ben, EVENING, NIGHT)
        find = self.env["support.oncall.shift"]._find_on_duty
        self.assertEqual(find(self.team, utc(EVENING)), after)
        self.assertEqual(find(self.team, utc("2026-03-02 17:59:59")), self.shift)
        self.assertFalse(find(self.team, utc(NIGHT)))

    def test_moving_one_into_another_is_refused(self):
        after = self.make_shift(self.ben, EVENING, NIGHT)
        with self.assertRaises(ValidationError):
            after.date_start = utc(NOON)

    def test_another_team_has_its_own(self):
        other = self.env["helpdesk.ticket.team"].create(
            {"name": "Other", "company_id": self.company.id}
        )
        shift = self.make_shift(self.ana, MORNING, EVENING, team=other)
        with self.assertRaises(ValidationError):
            shift.team_id = self.team

    def test_end_is_after_the_beginning(self):
        for end in (MORNING, "2026-03-01 08:00:00"):
            with self.subTest(end), self.assert_refused(ValidationError, "Until"):
                self.make_shift(self.ben, MORNING, end)

    def test_client_is_never_on_duty(self):
        client = self.make_user(
            "portal_shift", "base.group_portal", partner_id=self.contact.id
        )
        with self.assert_refused(ValidationError, "not an employee"):
            self.make_shift(client, EVENING, NIGHT)

    @freeze_time(NOON)
    def test_who_is_on_duty_now(self):
        after = self.make_shift(self.ben, EVENING, NIGHT)
        shifts = self.env["support.oncall.shift"]
        mine = [("team_id", "=", self.team.id)]
        self.assertEqual(shifts.search([*mine, ("is_current", "=", True)]), self.shift)
        self.assertEqual(shifts.search([*mine, ("is_current", "=", False)]), after)
        self.assertEqual(self.team.support_oncall_user_id, self.ana)
        self.assertEqual((self.shift | after).mapped("is_current"), [True, False])

    def test_leave_shows_on_the_shift(self):
        after = self.make_shift(self.ana, EVENING, NIGHT)
        self.make_leave(self.ana, "2026-03-02 17:59:00", EVENING)
        self.assertTrue(self.shift.is_away)
        self.assertFalse(after.is_away)

    def test_lists_ask_the_same_whatever_their_length(self):
        for day in range(10, 20):
            self.make_shift(self.ben, f"2026-03-{day} 08:00", f"2026-03-{day} 09:00")
        shifts = self.env["support.oncall.shift"].search(
            [("team_id", "=", self.team.id)]
        )
        names = ["user_id", "team_id", "period", "is_current", "is_away"]

        def count(records):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            records.read(names)
            return self.env.cr.sql_log_count - before

        count(shifts)
        self.assertEqual(count(shifts[:2]), count(shifts))


@tagged("post_install", "-at_install")
class TestOncallRights(ShiftCommon):
    def test_technicians_read_and_managers_change(self):
        self.assertEqual(self.shift.with_user(self.ben).user_id, self.ana)
        with self.assertRaises(AccessError):
            self.shift.with_user(self.ben).user_id = self.ben
        with self.assertRaises(AccessError):
            self.shift.with_user(self.ben).unlink()
        with self.assertRaises(AccessError):
            self.env["support.oncall.rotation"].with_user(self.ben).create({})
        with self.assertRaises(AccessError):
            self.shift.with_user(self.ben).action_swap()
        self.shift.with_user(self.manager).user_id = self.carla
        self.assertEqual(self.shift.user_id, self.carla)

    def test_clients_and_other_employees_see_no_shifts(self):
        client = self.make_user(
            "portal_shift", "base.group_portal", partner_id=self.contact.id
        )
        employee = self.make_user("employee", "base.group_user")
        ticket = self.make_ticket(self.contact)
        for user in (client, employee):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.shift.with_user(user).read(["user_id"])
        with self.assertRaises(AccessError):
            ticket.with_user(client).read(["support_called_user_id"])
        with self.assertRaises(AccessError):
            self.team.with_user(client).read(["support_oncall_user_id"])

    def test_no_company_sees_another_one_s(self):
        other = make_company(self.env, "Other Workshop", chart=False)
        stranger = new_test_user(
            self.env,
            login="stranger",
            groups="helpdesk_mgmt.group_helpdesk_manager",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        shifts = self.env["support.oncall.shift"].with_user(stranger)
        shifts = shifts.with_context(allowed_company_ids=other.ids)
        self.assertFalse(shifts.search([]) & self.shift)
        with self.assertRaises(AccessError):
            shifts.browse(self.shift.id).read(["user_id"])
        with self.assert_refused(ValidationError, "does not work for Support"):
            self.make_shift(stranger, EVENING, NIGHT)

    @freeze_time(NOON)
    def test_urgency_calls_its_own_company_s_people(self):
        """Another company's team, shifts and manager, on the same day."""
        other = make_company(self.env, "Other Workshop", chart=False)
        other.support_tz = "America/Mexico_City"
        values = {"company_id": other.id, "company_ids": [Command.set(other.ids)]}
        boss = new_test_user(
            self.env, "boss", "helpdesk_mgmt.group_helpdesk_manager", **values
        )
        ticket = self.make_ticket(self.contact)
        self.shift.unlink()
        team = self.env["helpdesk.ticket.team"].create(
            {"name": "Other", "company_id": other.id, "user_id": boss.id}
        )
        shift = self.make_shift(boss, MORNING, EVENING, team=team)
        self.assertEqual(
            shift.with_company(other).period,
            "Mon 2 Mar 2026, 02:00 to Mon 2 Mar 2026, 12:00",
        )
        self.accept(ticket)
        self.assertEqual(ticket.user_id, self.leader)


@tagged("post_install", "-at_install")
class TestOncallSwap(ShiftCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.make_shift(cls.ben, EVENING, NIGHT)

    def swap(self, first, second, user=None):
        model = self.env["support.oncall.swap"].with_user(user or self.manager)
        return model.create({"shift_id": first.id, "other_id": second.id})

    @freeze_time(MORNING)
    def test_two_people_take_each_other_s_shift_and_are_told(self):
        action = (self.shift | self.other).with_user(self.manager).action_swap()
        wizard = self.env[action["res_model"]].with_user(self.manager)
        wizard.with_context(**action["context"]).create({}).action_apply()
        self.assertEqual((self.shift.user_id, self.other.user_id), (self.ben, self.ana))
        self.assertEqual(self.shift.date_start, utc(MORNING))
        for user, when in ((self.ana, "19:00 to Tue"), (self.ben, "09:00 to Mon")):
            told = self.env["mail.message"].search(
                [("partner_ids", "in", user.partner_id.ids)], order="id desc", limit=1
            )
            self.assertIn(when, told.subject)

    @freeze_time(NIGHT)
    def test_what_is_over_stays(self):
        with self.assert_refused(UserError, "is over"):
            self.swap(self.shift, self.other).action_apply()
        self.assertEqual(self.shift.user_id, self.ana)

    @freeze_time(MORNING)
    def test_shifts_of_one_person_or_of_two_teams_are_not_swapped(self):
        mine = self.make_shift(self.ana, NIGHT, "2026-03-04 08:00:00")
        team = self.team.copy({"name": "Other"})
        theirs = self.make_shift(self.ben, MORNING, EVENING, team=team)
        with self.assert_refused(UserError, "in both"):
            self.swap(self.shift, mine).action_apply()
        with self.assert_refused(UserError, "same team"):
            self.swap(self.shift, theirs).action_apply()

    @freeze_time(MORNING)
    def test_three_are_too_many(self):
        third = self.make_shift(self.carla, NIGHT, "2026-03-04 08:00:00")
        with self.assert_refused(UserError, "two shifts"):
            (self.shift | self.other | third).action_swap()

    @freeze_time(MORNING)
    def test_leave_is_warned_of(self):
        self.assertFalse(self.swap(self.shift, self.other).warning)
        self.make_leave(self.ana, EVENING, NIGHT)
        self.assertIn("Ana", self.swap(self.shift, self.other).warning)


@tagged("post_install", "-at_install")
class TestOncallLeave(ShiftCommon):
    def note(self, user, who):
        values = {"support_user_id": who.id, "date_from": NOON, "date_to": EVENING}
        return self.env["resource.calendar.leaves"].with_user(user).create(values)

    @freeze_time("2026-03-02 13:00:00")
    def test_manager_notes_leave_of_somebody_without_any_resource(self):
        self.assertFalse(self.ana.resource_ids)
        leave = self.note(self.manager, self.ana)
        self.assertTrue(self.shift.is_away)
        self.assertFalse(self.shift._is_there())
        leave.date_to = "2026-03-02 12:30:00"
        self.assertTrue(self.shift._is_there())
        leave.support_user_id = self.ben
        self.env.invalidate_all()
        self.assertFalse(self.shift.is_away)
        self.assertEqual(leave.resource_id.user_id, self.ben)

    def test_leave_of_one_person_is_of_one_resource(self):
        first = self.note(self.manager, self.ana)
        second = self.note(self.manager, self.ana)
        self.assertEqual(first.resource_id, second.resource_id)

    def test_technicians_note_their_own_leave_only(self):
        self.assertTrue(self.note(self.ana, self.ana))
        with self.assertRaises(AccessError):
            self.note(self.ana, self.ben)

    def test_manager_reads_no_leave_that_was_not_noted_here(self):
        """Why somebody is absent is not told to who plans shifts."""
        private = self.make_leave(self.ana, NOON, EVENING)
        self.assertTrue(self.shift.with_user(self.manager).is_away)
        with self.assertRaises(AccessError):
            private.with_user(self.manager).read(["name"])
