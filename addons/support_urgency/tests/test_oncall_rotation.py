"""The rotation wizard: what it proposes, shows and makes, by the company's clock."""

from datetime import date, datetime

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, freeze_time, tagged

from odoo.addons.support_packs.tests.common import make_company

from .common_oncall import OncallCommon

TODAY = "2026-03-02 10:00:00"


@tagged("post_install", "-at_install")
class TestOncallRotation(OncallCommon):
    def plan(self, *people, **values):
        """Return a wizard: daily from 9:00, a week from 10 March, unless told."""
        return self.env["support.oncall.rotation"].create(
            {
                "team_id": self.team.id,
                "date_from": date(2026, 3, 10),
                "date_to": date(2026, 3, 16),
                "hour": 9.0,
                "person_ids": [
                    Command.create({"user_id": user.id, "sequence": index})
                    for index, user in enumerate(people or (self.ana, self.ben))
                ],
                **values,
            }
        )

    def shifts(self, team=None):
        return self.env["support.oncall.shift"].search(
            [("team_id", "=", (team or self.team).id)]
        )

    def test_nothing_is_made_before_the_button(self):
        wizard = self.plan()
        self.assertEqual(len(wizard.line_ids), 7)
        self.assertEqual(wizard.summary, "Ana 4, Ben 3")
        self.assertFalse(self.shifts())
        wizard.action_make()
        self.assertEqual(self.shifts().mapped("user_id.name"), ["Ana", "Ben"])
        self.assertEqual(len(self.shifts()), 7)

    def test_people_take_turns_in_the_order_given(self):
        wizard = self.plan(self.carla, self.ana, self.ben)
        names = [line.user_id.name for line in wizard.line_ids]
        self.assertEqual(names[:4], ["Carla", "Ana", "Ben", "Carla"])

    def test_nine_o_clock_stays_nine_over_both_changes(self):
        for first, last, hours in (
            (date(2026, 3, 28), date(2026, 3, 29), [23, 24]),
            (date(2026, 10, 24), date(2026, 10, 25), [25, 24]),
        ):
            with self.subTest(first):
                self.plan(date_from=first, date_to=last).action_make()
                made = self.shifts()[-2:]
                lengths = [(s.date_end - s.date_start).total_seconds() for s in made]
                self.assertEqual(lengths, [hour * 3600 for hour in hours])
                self.assertEqual(made[0].date_end, made[1].date_start)
                self.assertEqual(
                    [text.split(" to ")[0][-5:] for text in made.mapped("period")],
                    ["09:00", "09:00"],
                )

    def test_each_company_has_its_own_clock(self):
        other = make_company(self.env, "Mexico Workshop", chart=False)
        other.support_tz = "America/Mexico_City"
        self.ana.company_ids |= other
        team = self.env["helpdesk.ticket.team"].create(
            {"name": "Mexico", "company_id": other.id}
        )
        env_team = {"team_id": team.id, "date_to": date(2026, 3, 10)}
        self.plan(self.ana, **env_team).action_make()
        self.plan(self.ana, date_to=date(2026, 3, 10)).action_make()
        self.assertEqual(self.shifts().date_start, datetime(2026, 3, 10, 8))
        shift = self.shifts(team)
        self.assertEqual(shift.date_start, datetime(2026, 3, 10, 15))
        self.assertEqual(shift.company_id, other)

    def test_who_is_on_leave_is_skipped_and_comes_next(self):
        self.make_leave(self.ben, "2026-03-11 10:00:00", "2026-03-11 12:00:00")
        wizard = self.plan(self.ana, self.ben, self.carla)
        names = [line.user_id.name for line in wizard.line_ids]
        self.assertEqual(names[:4], ["Ana", "Carla", "Ben", "Ana"])
        self.assertEqual(wizard.line_ids[1].skipped, "Ben")
        wizard.line_ids[1].user_id = self.ben
        self.assertTrue(wizard.line_ids[1].is_away)

    def test_turn_that_nobody_can_take_is_shown_and_not_made(self):
        self.make_leave(self.ana, "2026-03-12 00:00:00", "2026-03-13 00:00:00")
        wizard = self.plan(self.ana)
        self.assertEqual(wizard.nobody_count, 2)
        wizard.action_make()
        self.assertEqual(len(self.shifts()), 5)

    def test_shifts_that_are_there_stay(self):
        """A shift from noon to midnight, by the clock of Madrid."""
        kept = self.make_shift(self.carla, "2026-03-10 11:00:00", "2026-03-10 23:00:00")
        wizard = self.plan(date_to=date(2026, 3, 10))
        self.assertEqual(wizard.kept_count, 1)
        wizard.action_make()
        spans = [(s.date_start.hour, s.date_end.hour) for s in self.shifts()]
        self.assertEqual(spans, [(8, 11), (11, 23), (23, 8)])
        self.assertEqual(self.shifts()[1], kept)
        self.assertEqual((self.shifts() - kept).user_id, self.ana)

    def test_made_twice_makes_nothing_more(self):
        wizard = self.plan()
        wizard.action_make()
        with self.assert_refused(ValidationError, "on duty for Support already"):
            wizard.action_make()
        with self.assert_refused(UserError, "no shift to make"):
            self.plan().action_make()
        self.assertEqual(len(self.shifts()), 7)

    def test_weeks_and_hours(self):
        weeks = self.plan(duration_unit="week", date_to=date(2026, 3, 30))
        self.assertEqual(len(weeks.line_ids), 3)
        hours = self.plan(duration=12, duration_unit="hour", date_to=date(2026, 3, 10))
        starts = [line.date_start.hour for line in hours.line_ids]
        self.assertEqual(starts, [8, 20])

    def test_what_makes_no_sense_is_said_and_makes_nothing(self):
        for message, values in (
            ("Last day: it is before", {"date_to": date(2026, 3, 9)}),
            ("Handover", {"hour": 24.0}),
            ("Each shift lasts", {"duration": 0}),
            ("more than 400", {"duration_unit": "hour", "date_to": date(2026, 4, 1)}),
            ("two years", {"date_to": date(2036, 3, 10)}),
            ("first and the last day", {"date_to": False}),
            ("choose who", {"person_ids": []}),
        ):
            with self.subTest(message):
                wizard = self.plan(**values)
                self.assertIn(message, wizard.problem)
                self.assertFalse(wizard.line_ids)
                with self.assert_refused(UserError, message):
                    wizard.action_make()
        wizard = self.plan(self.ana, self.ben, self.ana)
        self.assertIn("each of them once", wizard.problem)

    @freeze_time(TODAY)
    def test_form_shows_the_shifts_and_lets_people_be_changed(self):
        with Form(self.env["support.oncall.rotation"]) as form:
            form.team_id = self.team
            self.assertEqual(form.date_from, date(2026, 3, 3))
            self.assertEqual(form.date_to, date(2026, 3, 30))
            self.assertEqual(form.hour, 9.0)
            self.assertEqual(len(form.person_ids), 3)
            self.assertEqual(len(form.line_ids), 28)
            form.date_to = date(2026, 3, 4)
            self.assertEqual(len(form.line_ids), 2)
            with form.line_ids.edit(1) as line:
                line.user_id = self.carla
        form.record.action_make()
        self.assertEqual(self.shifts().mapped("user_id.name"), ["Ana", "Carla"])
        self.assertEqual(self.shifts()[0].date_start, datetime(2026, 3, 3, 8))

    @freeze_time(TODAY)
    def test_next_rotation_goes_on_where_the_last_one_ended(self):
        """Last on duty are Ana, then Ben: Carla begins, at the hour of the handover."""
        self.make_shift(self.ana, "2026-03-09 17:00:00", "2026-03-10 17:00:00")
        self.make_shift(self.ben, "2026-03-10 17:00:00", "2026-03-11 17:30:00")
        form = Form(self.env["support.oncall.rotation"])
        form.team_id = self.team
        self.assertEqual(form.date_from, date(2026, 3, 11))
        self.assertEqual(form.hour, 18.5)
        record = form.save()
        self.assertEqual(
            record.person_ids.mapped("user_id.name"), ["Carla", "Ana", "Ben"]
        )
        record.action_make()
        self.assertEqual(self.shifts()[2].date_start, self.shifts()[1].date_end)
