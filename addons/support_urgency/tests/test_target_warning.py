"""Warnings before a target is missed: once each, whatever happens in between."""

from unittest.mock import patch

from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .common_target import TargetCommon, at

MORNING = at("2026-07-01 09:00")


@tagged("post_install", "-at_install")
class TestTargetWarning(TargetCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.p1.write({"response_minutes": 0, "resolution_hours": 4})
        with freeze_time(MORNING):
            cls.ticket = cls.open_ticket()
            cls.ticket.user_id = cls.technician

    def setUp(self):
        super().setUp()
        self.target = self.resolution_of(self.ticket)
        self.known = self.ticket.message_ids

    def run_at(self, moment):
        """Run the scheduled work; return what it wrote on the ticket."""
        with freeze_time(at(moment)):
            self.run_cron()
        new = self.ticket.message_ids - self.known
        self.known |= new
        return new

    def test_each_share_of_the_time_warns_once(self):
        for moment, percent in (
            ("2026-07-01 10:59", 0),
            ("2026-07-01 11:00", 50),
            ("2026-07-01 11:05", 0),
            ("2026-07-01 12:00", 75),
            ("2026-07-01 12:36", 90),
            ("2026-07-01 13:30", 0),
        ):
            with self.subTest(moment):
                new = self.run_at(moment)
                self.assertEqual(len(new), bool(percent))
                if percent:
                    self.assertEqual(self.target.warned_percent, percent)
                    self.assertIn(f"{percent} %", new.body)
        self.assertFalse(self.target.warn_at)

    def test_of_several_that_went_by_the_last_one_warns(self):
        new = self.run_at("2026-07-01 12:10")
        self.assertEqual(len(new), 1)
        self.assertEqual(self.target.warned_percent, 75)
        self.assertFalse(self.run_at("2026-07-01 12:15"))

    def test_the_assignee_is_told_and_near_the_end_the_leader_too(self):
        new = self.run_at("2026-07-01 11:00")
        self.assertEqual(new.partner_ids, self.technician.partner_id)
        new = self.run_at("2026-07-01 12:36")
        self.assertEqual(
            new.partner_ids, self.technician.partner_id | self.leader.partner_id
        )

    def test_without_assignee_the_leader_is_told(self):
        self.ticket.user_id = False
        self.assertEqual(
            self.run_at("2026-07-01 11:00").partner_ids, self.leader.partner_id
        )

    def test_clients_do_not_read_warnings(self):
        new = self.run_at("2026-07-01 11:00")
        self.assertTrue(new.subtype_id.internal)
        client = self.make_user(
            "portal_contact", "base.group_portal", partner_id=self.contact.id
        )
        self.assertTrue(self.ticket.with_user(client).has_access("read"))
        self.assertFalse(new.with_user(client).has_access("read"))

    def test_in_the_language_of_who_is_told(self):
        self.env["res.lang"]._activate_lang("es_ES")
        self.technician.lang = "es_ES"
        new = self.run_at("2026-07-01 11:00")
        self.assertIn("1 jul 2026", new.body)

    def test_what_is_over_waiting_or_closed_does_not_warn(self):
        for what, values in (
            ("waiting", {"stage_id": self.stage_waits.id}),
            ("solved", {"stage_id": self.stage_done.id}),
            ("rejected", {"stage_id": self.stage_rejected.id}),
            ("archived", {"active": False}),
        ):
            with self.subTest(what), freeze_time(MORNING):
                ticket = self.open_ticket()
                ticket.write(values)
                self.assertFalse(self.resolution_of(ticket).warn_at)

    def test_a_pause_puts_the_warning_off(self):
        with freeze_time(at("2026-07-01 10:00")):
            self.ticket.stage_id = self.stage_waits
        with freeze_time(at("2026-07-01 12:00")):
            self.ticket.stage_id = self.stage_new
        self.assertEqual(self.target.warn_at, at("2026-07-01 13:00"))

    def test_another_promise_warns_from_the_beginning(self):
        self.run_at("2026-07-01 11:00")
        with freeze_time(at("2026-07-01 11:10")):
            self.ticket.support_priority_id = self.p2
        self.assertEqual(self.target.warned_percent, 0)
        self.assertTrue(self.target.warn_at)

    def test_a_policy_may_warn_otherwise_or_never(self):
        self.policy.target_warnings = "80"
        with freeze_time(MORNING):
            ticket = self.open_ticket()
            self.assertEqual(self.resolution_of(ticket).warn_at, at("2026-07-01 12:12"))
            self.policy.target_warnings = False
            self.assertFalse(self.resolution_of(self.open_ticket()).warn_at)

    def test_one_that_fails_stops_no_other_and_is_tried_again(self):
        with freeze_time(MORNING):
            other = self.open_ticket()
            other.user_id = self.technician
        target = self.env.registry["support.target"]
        post = target._post_warning
        failing = self.target

        def fail(record):
            if record == failing:
                raise ValueError("The mail server is on fire")
            return post(record)

        with (
            patch.object(target, "_post_warning", fail),
            mute_logger("odoo.addons.support_packs.models.support_cron"),
        ):
            self.assertFalse(self.run_at("2026-07-01 11:00"))
        self.assertEqual(self.resolution_of(other).warned_percent, 50)
        self.assertEqual(self.target.warned_percent, 0)
        self.assertEqual(len(self.run_at("2026-07-01 11:05")), 1)
