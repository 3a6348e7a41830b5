"""The targets of the support models, and the opening hours of their teams."""

from odoo.tests import freeze_time, tagged

from odoo.addons.support_packs.tests.common import SupportPacksCommon, make_company

from .common_target import at


@tagged("post_install", "-at_install")
class TestTargetPreset(SupportPacksCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.preset = cls.env["support.preset"]
        cls.desk = make_company(cls.env, "Service desk")
        cls.desk.support_tz = "Europe/Madrid"
        cls.env = cls.env(
            context={**cls.env.context, "allowed_company_ids": cls.desk.ids}
        )
        cls.preset = cls.env["support.preset"]

    def load(self, code):
        records, made = self.preset._load(code, self.desk)
        return records["policy"], records["team"], made

    def open_ticket(self, team, **values):
        values = {"name": "Down", "description": "All of it", **values}
        return self.env["helpdesk.ticket"].create(
            {"partner_id": self.client.id, "team_id": team.id, **values}
        )

    def test_minutes_pack_answers_within_four_opening_hours(self):
        policy, team, made = self.load("minutes_pack")
        self.assertIn("targets", made)
        for received, due in (
            ("2026-07-01 15:00", "2026-07-01 19:00"),
            ("2026-07-01 18:00", "2026-07-02 12:00"),
            ("2026-07-01 19:30", "2026-07-02 13:30"),
            ("2026-07-01 19:31", "2026-07-02 14:00"),
            ("2026-07-03 19:45", "2026-07-06 14:00"),
        ):
            with self.subTest(received), freeze_time(at(received)):
                ticket = self.open_ticket(team)
                self.assertEqual(ticket.support_target_ids.kind, "response")
                self.assertEqual(ticket.support_due, at(due))

    def test_ticket_policy_solves_within_a_working_day_and_answers_questions(self):
        policy, team, _made = self.load("ticket_policy")
        question = policy.request_type_ids.filtered(lambda one: one.code == "question")
        with freeze_time(at("2026-07-03 17:30")):
            ticket = self.open_ticket(team)
            self.assertEqual(
                set(ticket.support_target_ids.mapped("due")), {at("2026-07-06 17:30")}
            )
            ticket.support_request_type_id = question
            self.assertEqual(ticket.support_due, at("2026-07-03 17:40"))

    def test_priorities_without_targets_get_those_of_the_model(self):
        policy, _team, _made = self.load("ticket_policy")
        policy.priority_ids.write({"response_minutes": 0, "resolution_hours": 0})
        first, second = policy.priority_ids[:2]
        second.response_minutes = 5
        policy.write({"response_minutes": 0, "resolution_hours": 0})
        self.env["support.preset.part"].search([("key", "=", "targets")]).unlink()
        self.load("ticket_policy")
        self.assertEqual((first.response_minutes, first.resolution_hours), (1440, 24))
        self.assertEqual((second.response_minutes, second.resolution_hours), (5, 0))

    def test_loading_again_makes_nothing_and_keeps_what_was_changed(self):
        policy, team, _made = self.load("minutes_pack")
        calendar = team.resource_calendar_id
        policy.response_minutes = 120
        *_records, made = self.load("minutes_pack")
        self.assertFalse(made)
        self.assertEqual(policy.response_minutes, 120)
        self.assertEqual(team.resource_calendar_id, calendar)

    def test_hours_that_somebody_chose_stay(self):
        policy, team, _made = self.load("minutes_pack")
        mine = team.resource_calendar_id.copy({"name": "Ours"})
        team.resource_calendar_id.unlink()
        team.resource_calendar_id = mine
        *_records, made = self.load("minutes_pack")
        self.assertEqual(made, [])
        self.assertEqual(team.resource_calendar_id, mine)

    def test_the_other_models_promise_nothing(self):
        for code in ("hours_bono", "fair_use", "credits_recharge"):
            policy, _team, made = self.load(code)
            self.assertFalse({"targets", "opening"} & set(made))
            self.assertFalse(policy.response_minutes)
