"""An accepted urgency goes to whoever is on duty, and then to the manager."""

from unittest.mock import patch

from odoo import fields
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .common_oncall import MAIL_QUEUE, OncallCommon

NOW = "2026-03-02 10:00:00"
LATE = "2026-03-02 10:30:00"
TICKET_LOGGER = "odoo.addons.support_urgency.models.helpdesk_ticket_oncall"


@tagged("post_install", "-at_install")
class TestOncallCall(OncallCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_shift(cls.ana, "2026-03-02 08:00:00", "2026-03-02 10:00:00")
        cls.make_shift(cls.ben, "2026-03-02 10:00:00", "2026-03-03 08:00:00")
        cls.portal_user = cls.make_user(
            "urgent_contact", "base.group_portal", partner_id=cls.contact.id
        )
        cls.ticket = cls.make_ticket(cls.contact)

    @freeze_time(NOW)
    def test_urgent_ticket_goes_to_who_is_on_duty_at_that_instant(self):
        """At ten Ana's shift is over, and Ben's has begun."""
        self.accept(self.ticket, self.portal_user)
        self.assertEqual(self.ticket.user_id, self.ben)
        self.assertEqual(self.ticket.support_called_as, "duty")
        self.assertEqual(self.ticket.support_called_user_id, self.ben)

    @freeze_time("2026-03-02 09:59:59")
    def test_a_second_before_it_is_the_one_before(self):
        self.accept(self.ticket)
        self.assertEqual(self.ticket.user_id, self.ana)

    @freeze_time(NOW)
    def test_ticket_that_is_not_urgent_calls_nobody(self):
        ticket = self.make_ticket(self.contact, priority="3", user_id=False)
        ticket.support_priority_id = self.p1
        self.run_cron()
        self.assertFalse(ticket.user_id)
        self.assertFalse(ticket.support_called_at)

    @freeze_time(NOW)
    def test_who_had_the_ticket_makes_place(self):
        self.ticket.user_id = self.carla
        self.accept(self.ticket)
        self.assertEqual(self.ticket.user_id, self.ben)

    @freeze_time("2026-03-04 10:00:00")
    def test_nobody_on_duty_is_the_manager_at_once(self):
        self.accept(self.ticket, self.portal_user)
        self.assertEqual(self.ticket.user_id, self.leader)
        self.assertEqual(self.ticket.support_called_as, "nobody")
        self.assertIn("nobody is on duty. Leader gets", self.notes(self.ticket)[-1])
        self.assertEqual(len(self.mails_to(self.leader)), 1)

    @freeze_time(NOW)
    def test_on_duty_but_on_leave_is_the_manager_at_once(self):
        self.make_leave(self.ben, "2026-03-02 10:00:00", "2026-03-02 12:00:00")
        self.accept(self.ticket)
        self.assertEqual(self.ticket.user_id, self.leader)
        self.assertEqual(self.ticket.support_called_as, "away")
        self.assertIn("Ben is on duty, but on leave", self.notes(self.ticket)[-1])
        self.assertFalse(self.mails_to(self.ben))

    @freeze_time(NOW)
    def test_leave_that_is_over_or_no_leave_does_not_count(self):
        self.make_leave(self.ben, "2026-03-01 10:00:00", NOW)
        self.make_leave(
            self.ben, "2026-03-02 09:00:00", "2026-03-02 18:00:00", time_type="other"
        )
        self.accept(self.ticket)
        self.assertEqual(self.ticket.user_id, self.ben)

    @freeze_time(NOW)
    def test_who_left_the_company_is_not_called(self):
        self.ben.active = False
        self.accept(self.ticket)
        self.assertEqual(self.ticket.user_id, self.leader)

    @freeze_time("2026-03-04 10:00:00")
    def test_manager_on_leave_is_the_next_one(self):
        second = self.make_user("second", "helpdesk_mgmt.group_helpdesk_manager")
        self.make_leave(self.leader, "2026-03-04 00:00:00", "2026-03-05 00:00:00")
        self.accept(self.ticket)
        self.assertEqual(self.ticket.user_id, second)

    @freeze_time("2026-03-04 10:00:00")
    def test_without_anybody_the_ticket_says_so_and_is_urgent_all_the_same(self):
        self.team.user_id = self.ticket.user_id = False
        group = self.env.ref("helpdesk_mgmt.group_helpdesk_manager")
        group.all_user_ids.company_ids -= self.company
        self.accept(self.ticket)
        self.assertTrue(self.ticket.support_is_urgent)
        self.assertFalse(self.ticket.user_id)
        self.assertIn("nobody was told", self.notes(self.ticket)[-1])

    @freeze_time(NOW)
    def test_ticket_without_team_is_a_manager_s(self):
        second = self.make_user("second", "helpdesk_mgmt.group_helpdesk_manager")
        ticket = self.make_ticket(self.contact, team_id=False)
        self.accept(ticket)
        self.assertEqual(ticket.user_id, second)


@tagged("post_install", "-at_install")
class TestOncallNews(OncallCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("es_ES")
        cls.make_shift(cls.ben, "2026-03-02 08:00:00", "2026-03-03 08:00:00")
        cls.portal_user = cls.make_user(
            "urgent_contact", "base.group_portal", partner_id=cls.contact.id
        )
        cls.ticket = cls.make_ticket(cls.contact)

    @freeze_time(NOW)
    def test_one_mail_at_once(self):
        """One, not also Odoo's for the assignment and for the activity."""
        queue = self.env.ref(MAIL_QUEUE)
        before = self.env["ir.cron.trigger"].search_count([("cron_id", "=", queue.id)])
        self.accept(self.ticket, self.portal_user)
        [mail] = self.mails_to(self.ben)
        self.assertEqual(mail.state, "outgoing")
        self.assertIn(self.ticket.number, mail.subject)
        self.assertIn(f"res_id={self.ticket.id}", mail.body_html)
        self.assertIn("2 Mar 2026, 11:30", mail.body_html, "Of Madrid, not UTC")
        after = self.env["ir.cron.trigger"].search_count([("cron_id", "=", queue.id)])
        self.assertGreater(after, before)

    @freeze_time(NOW)
    def test_in_the_application(self):
        self.accept(self.ticket, self.portal_user)
        activity = self.urgent_activities(self.ticket)
        self.assertEqual(activity.user_id, self.ben)
        self.assertEqual(activity.date_deadline, fields.Date.to_date("2026-03-02"))
        self.env.cr.precommit.run()
        sent = self.env["bus.bus"].sudo().search([], order="id desc", limit=20)
        partner = f'"res.partner",{self.ben.partner_id.id}'
        shown = sent.filtered(
            lambda one: (
                "simple_notification" in one.message
                and partner in one.channel.replace(" ", "")
            )
        )
        self.assertEqual(len(shown), 1)

    @freeze_time(NOW)
    def test_text_message_where_odoo_has_them(self):
        self.ben.partner_id.phone = "+34 600 123 456"
        self.accept(self.ticket)
        note = self.notes(self.ticket)[-1]
        if "sms.sms" in self.env:
            sms = self.env["sms.sms"].search([], order="id desc", limit=1)
            self.assertEqual(sms.partner_id, self.ben.partner_id)
            self.assertIn(self.ticket.number, sms.body)
            self.assertIn("+34600123456", note)
        else:
            self.assertNotIn("text message", note)

    @freeze_time(NOW)
    def test_in_the_language_of_who_is_called(self):
        """And not in the client's, who accepts it."""
        self.contact.lang = "en_US"
        self.ben.lang = "es_ES"
        with patch.object(
            type(self.ticket),
            "_get_oncall_subject",
            lambda ticket: f"In {ticket.env.lang}",
        ):
            self.accept(self.ticket, self.portal_user)
        self.assertEqual(self.mails_to(self.ben).subject, "In es_ES")

    @freeze_time(NOW)
    def test_everything_is_noted_for_staff_and_nothing_for_the_client(self):
        before = self.ticket.message_ids
        self.accept(self.ticket, self.portal_user)
        note = self.notes(self.ticket)[-1]
        for part in (
            "Ben is on duty, Mon 2 Mar 2026, 09:00 to Tue 3 Mar 2026, 09:00",
            "in the application, by e-mail to ben@example.com",
            "until 2 Mar 2026, 11:30, the manager",
        ):
            self.assertIn(part, note)
        for message in self.ticket.message_ids - before:
            if "Ben" in message.body:
                client = message.with_user(self.portal_user)
                self.assertFalse(client.has_access("read"))
                self.assertEqual(message.author_id, self.env.ref("base.partner_root"))

    @freeze_time(NOW)
    def test_without_an_address_the_rest_is_told_and_that_is_noted(self):
        self.ben.email = False
        self.accept(self.ticket)
        self.assertEqual(self.urgent_activities(self.ticket).user_id, self.ben)
        self.assertIn("no e-mail address of Ben", self.notes(self.ticket)[-1])

    @freeze_time(NOW)
    def test_mail_that_fails_stops_nothing(self):
        def fail(ticket):
            raise ValueError("no way")

        with (
            patch.object(type(self.ticket), "_get_oncall_lang", fail),
            self.assertLogs(TICKET_LOGGER, "ERROR"),
            mute_logger("odoo.addons.mail.models.mail_render_mixin"),
        ):
            self.accept(self.ticket, self.portal_user)
        self.assertTrue(self.ticket.support_is_urgent)
        self.assertEqual(self.ticket.user_id, self.ben)
        self.assertEqual(self.urgent_activities(self.ticket).user_id, self.ben)
        self.assertIn("could not be sent", self.notes(self.ticket)[-1])

    @freeze_time(NOW)
    def test_call_that_fails_stops_nothing_and_the_clock_makes_up_for_it(self):
        def fail(ticket, user):
            raise ValueError("no way")

        with (
            patch.object(type(self.ticket), "_assign_oncall", fail),
            self.assertLogs(TICKET_LOGGER, "ERROR"),
        ):
            self.accept(self.ticket, self.portal_user)
        self.assertTrue(self.ticket.support_is_urgent)
        self.assertFalse(self.ticket.support_called_at)
        self.assertFalse(self.mails_to(self.ben))
        self.run_cron()
        self.assertEqual(self.ticket.user_id, self.ben)
        self.assertEqual(len(self.mails_to(self.ben)), 1)
        self.run_cron()
        self.assertEqual(len(self.mails_to(self.ben)), 1)


@tagged("post_install", "-at_install")
class TestOncallEscalation(OncallCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_shift(cls.ben, "2026-03-02 08:00:00", "2026-03-03 08:00:00")
        cls.portal_user = cls.make_user(
            "urgent_contact", "base.group_portal", partner_id=cls.contact.id
        )
        cls.ticket = cls.make_ticket(cls.contact)

    def accept_at(self, moment):
        with freeze_time(moment):
            self.accept(self.ticket, self.portal_user)

    def run_at(self, moment):
        with freeze_time(moment):
            self.run_cron()

    def answer(self, moment, **values):
        with freeze_time(moment):
            return self.ticket.with_user(self.carla).message_post(
                body="We look at it",
                message_type="comment",
                subtype_xmlid=values.get("subtype", "mail.mt_comment"),
            )

    def test_without_an_answer_the_manager_takes_over_once(self):
        self.accept_at(NOW)
        self.run_at("2026-03-02 10:29:59")
        self.assertEqual(self.ticket.user_id, self.ben)
        self.run_at(LATE)
        self.assertEqual(self.ticket.user_id, self.leader)
        self.assertEqual(self.ticket.support_escalated_user_id, self.leader)
        self.assertIn("no answer 30 min after", self.notes(self.ticket)[-1])
        self.assertEqual(len(self.mails_to(self.leader)), 1)
        noted = self.notes(self.ticket)
        self.run_at("2026-03-02 10:31:00")
        self.assertEqual(self.notes(self.ticket), noted)
        self.assertEqual(len(self.mails_to(self.leader)), 1)

    def test_answer_to_the_client_ends_the_wait(self):
        self.accept_at(NOW)
        message = self.answer("2026-03-02 10:29:00")
        self.answer("2026-03-02 10:29:30")
        self.assertEqual(self.ticket.support_call_answered_at, message.date)
        self.assertFalse(self.urgent_activities(self.ticket))
        self.run_at(LATE)
        self.assertEqual(self.ticket.user_id, self.ben)
        self.assertFalse(self.mails_to(self.leader))

    def test_internal_note_is_no_answer(self):
        self.accept_at(NOW)
        self.answer("2026-03-02 10:29:00", subtype="mail.mt_note")
        self.run_at(LATE)
        self.assertEqual(self.ticket.user_id, self.leader)

    def test_what_the_client_writes_is_no_answer(self):
        self.accept_at(NOW)
        with freeze_time("2026-03-02 10:10:00"):
            self.ticket.with_user(self.portal_user).message_post(
                body="Hurry", message_type="comment", subtype_xmlid="mail.mt_comment"
            )
        self.run_at(LATE)
        self.assertEqual(self.ticket.user_id, self.leader)

    def test_answer_from_before_the_urgency_is_none_to_it(self):
        self.answer("2026-03-02 09:00:00")
        self.accept_at(NOW)
        self.run_at(LATE)
        self.assertEqual(self.ticket.user_id, self.leader)

    def test_cancelled_urgency_escalates_no_more(self):
        self.accept_at(NOW)
        with freeze_time("2026-03-02 10:10:00"):
            self.ticket._cancel_support_urgency("mistake", "Not urgent")
        self.assertFalse(self.urgent_activities(self.ticket))
        self.run_at(LATE)
        self.assertEqual(self.ticket.user_id, self.ben)

    def test_accepted_again_calls_again(self):
        self.accept_at(NOW)
        with freeze_time("2026-03-02 10:10:00"):
            self.ticket._cancel_support_urgency("mistake", "Not urgent")
        self.accept_at("2026-03-03 09:00:00")
        self.assertEqual(self.ticket.support_called_as, "nobody")
        self.assertEqual(self.ticket.user_id, self.leader)

    def test_closed_ticket_escalates_no_more(self):
        self.accept_at(NOW)
        self.solve(self.ticket)
        self.run_at(LATE)
        self.assertEqual(self.ticket.user_id, self.ben)
        self.assertFalse(self.urgent_activities(self.ticket))

    def test_team_that_never_escalates(self):
        self.team.support_escalate_minutes = 0
        self.accept_at(NOW)
        self.run_at("2026-03-05 10:00:00")
        self.assertEqual(self.ticket.user_id, self.ben)

    def test_manager_who_was_called_first_is_followed_by_another_or_nobody(self):
        """Somebody else is called; where there is nobody else, that is noted."""
        second = self.make_user("second", "helpdesk_mgmt.group_helpdesk_manager")
        self.accept_at("2026-03-04 10:00:00")
        self.assertEqual(self.ticket.user_id, self.leader)
        self.run_at("2026-03-04 10:30:00")
        self.assertEqual(self.ticket.user_id, second)
        self.run_at("2026-03-04 12:00:00")
        self.assertEqual(self.ticket.user_id, second)

    def test_urgent_ticket_that_changes_team_goes_to_who_is_on_duty_there(self):
        other = self.team.copy({"name": "Other", "user_ids": [(6, 0, self.ana.ids)]})
        self.make_shift(
            self.ana, "2026-03-02 08:00:00", "2026-03-03 08:00:00", team=other
        )
        self.accept_at(NOW)
        with freeze_time("2026-03-02 10:10:00"):
            self.ticket.team_id = other
        self.assertTrue(self.ticket.support_is_urgent)
        self.assertEqual(self.ticket.user_id, self.ana)
        [activity] = self.urgent_activities(self.ticket)
        self.assertEqual(activity.user_id, self.ana)


@tagged("post_install", "-at_install")
class TestOncallReopened(OncallCommon):
    """The urgency outlives the closing: its price goes on, and so does the call."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_shift(cls.ben, "2026-03-02 08:00:00", "2026-03-03 08:00:00")
        cls.make_shift(cls.ana, "2026-03-03 08:00:00", "2026-03-04 08:00:00")
        cls.ticket = cls.make_ticket(cls.contact)

    def setUp(self):
        super().setUp()
        with freeze_time(NOW):
            self.accept(self.ticket)
            self.solve(self.ticket)

    def reopen(self, moment="2026-03-03 10:00:00", **values):
        with freeze_time(moment):
            self.ticket.write({"stage_id": self.stage_new.id, **values})

    def test_reopened_goes_to_who_is_on_duty_then_once(self):
        noted = len(self.notes(self.ticket))
        self.reopen()
        self.assertEqual(self.ticket.user_id, self.ana)
        self.assertEqual(self.ticket.support_called_user_id, self.ana)
        self.assertEqual(self.urgent_activities(self.ticket).user_id, self.ana)
        [note] = self.notes(self.ticket)[noted:]
        self.assertIn("Ana is on duty", note)
        with freeze_time("2026-03-03 10:10:00"):
            self.ticket.stage_id = self.env.ref(
                "helpdesk_mgmt.helpdesk_ticket_stage_in_progress"
            )
            self.run_cron()
        self.assertEqual(len(self.mails_to(self.ana)), 1)
        with freeze_time("2026-03-03 10:30:00"):
            self.run_cron()
        self.assertEqual(self.ticket.user_id, self.leader, "The client waits again")

    def test_in_another_team_too_calls_once(self):
        other = self.team.copy({"name": "Other", "user_ids": [(6, 0, self.ana.ids)]})
        self.make_shift(
            self.carla, "2026-03-03 08:00:00", "2026-03-04 08:00:00", team=other
        )
        self.reopen(team_id=other.id)
        self.assertEqual(self.ticket.user_id, self.carla)
        self.assertEqual(len(self.mails_to(self.carla)), 1)

    def test_who_reopens_it_for_somebody_calls_nobody_else(self):
        self.reopen(user_id=self.carla.id)
        self.assertEqual(self.ticket.user_id, self.carla)
        self.assertFalse(self.mails_to(self.ana))

    def test_withdrawn_urgency_calls_nobody(self):
        self.reopen(NOW)
        before = len(self.mails_to(self.ben))
        self.ticket._cancel_support_urgency("mistake", "Not urgent")
        self.solve(self.ticket)
        self.reopen()
        self.assertFalse(self.ticket.support_called_at)
        self.assertFalse(self.mails_to(self.ana))
        self.assertEqual(len(self.mails_to(self.ben)), before)

    def test_call_that_fails_is_made_up_for_by_the_clock(self):
        def fail(ticket, user):
            raise ValueError("no way")

        with (
            patch.object(type(self.ticket), "_assign_oncall", fail),
            self.assertLogs(TICKET_LOGGER, "ERROR"),
        ):
            self.reopen()
        self.assertFalse(self.ticket.closed)
        self.assertFalse(self.mails_to(self.ana))
        for _time in range(2):
            with freeze_time("2026-03-03 10:05:00"):
                self.run_cron()
            self.assertEqual(self.ticket.user_id, self.ana)
            self.assertEqual(len(self.mails_to(self.ana)), 1)
