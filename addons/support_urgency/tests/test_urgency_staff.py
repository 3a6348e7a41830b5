"""What staff does: records what the client wrote, and cancels, with a reason."""

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common_urgency import UrgencyCommon


@tagged("post_install", "-at_install")
class TestUrgencyStaff(UrgencyCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_people()
        cls.pack = cls.make_pack(1800)
        cls.ticket = cls.make_urgent_ticket()
        cls.message = cls.write_in(cls.ticket, cls.anna.partner_id, subject="Down")

    def record(self, message=None, channel="email", user=None):
        ticket = self.ticket.with_user(user or self.technician)
        return ticket._record_support_urgency(message or self.message, channel)

    def test_the_clients_words_are_the_evidence(self):
        consent = self.record()
        self.assertEqual(consent.message_id, self.message)
        self.assertEqual(consent.partner_id, self.anna.partner_id)
        self.assertEqual(consent.user_id, self.technician)
        self.assertEqual(consent.channel, "email")
        for text in ("It is urgent, +50 % is fine", "Down", "anna@example.com"):
            self.assertIn(text, consent.evidence)
        self.assertIn("60 min → 90 min", consent.price_shown)
        self.assertEqual(consent.terms_id, self.terms)
        self.assertTrue(self.terms.is_accepted)
        mail = self.mails(consent)
        self.assertIn("As you asked in writing", mail.body_html)
        self.log(self.ticket, 20)
        self.assert_charge(self.ticket, covered=90)

    def test_what_is_urgent_waits_for_no_plan(self):
        self.assertFalse(self.ticket.support_is_outside_plan)
        self.record()
        self.assertTrue(self.ticket.support_is_outside_plan)
        self.cancel(self.ticket)
        self.assertFalse(self.ticket.support_is_outside_plan)

    def test_it_holds_from_when_the_message_reached_us(self):
        """Not from the date that its sender wrote into it."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE mail_message SET create_date = %s, date = %s WHERE id = %s",
            ["2026-03-03 10:00:00.9", "2026-03-01 10:00:00", self.message.id],
        )
        self.env.invalidate_all()
        self.log(self.ticket, 60, date="2026-03-03 09:59:59")
        self.log(self.ticket, 20, date="2026-03-03 10:00:00")
        self.assert_charge(self.ticket, covered=80)
        consent = self.record()
        self.assertEqual(
            consent.accepted_at, fields.Datetime.to_datetime("2026-03-03 10:00:00")
        )
        self.assert_charge(self.ticket, covered=90)

    def date_message(self, date):
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE mail_message SET create_date = %s WHERE id = %s",
            [date, self.message.id],
        )
        self.env.invalidate_all()

    def test_the_client_is_told_what_the_work_since_the_message_costs(self):
        now = fields.Datetime.now()
        self.date_message(fields.Datetime.subtract(now, hours=3))
        self.log(self.ticket, 120, date=fields.Datetime.subtract(now, hours=2))
        action = self.ticket.with_user(self.technician).action_support_record_urgency()
        wizards = self.env["support.urgency.evidence"].with_user(self.technician)
        form = Form(wizards.with_context(**action["context"]))
        self.assertIn("180 min instead of 120 min", form.price)
        self.assertIn("180 min → 270 min", form.price)
        self.assertIn("60 min more", form.warning)
        self.assertNotIn("hours", form.warning)
        form.save().action_apply()
        consent = self.ticket.support_consent_id
        for text in ("since your message of", "180 min → 270 min", "instead of 120"):
            self.assertIn(text, consent.price_shown)
        self.assertIn("180 min → 270 min", self.mails(consent).body_html)
        self.assert_charge(self.ticket, covered=180)
        self.log(self.ticket, 60)
        self.assert_charge(self.ticket, covered=270)

    def test_an_old_message_is_warned_of(self):
        hours = self.policy.urgent_link_hours + 1
        now = fields.Datetime.now()
        self.date_message(fields.Datetime.subtract(now, hours=hours))
        action = self.ticket.with_user(self.technician).action_support_record_urgency()
        wizards = self.env["support.urgency.evidence"].with_user(self.technician)
        form = Form(wizards.with_context(**action["context"]))
        self.assertIn("The message is older", form.warning)
        self.assertNotIn("logged", form.warning)
        form.message_id = self.write_in(self.ticket, self.anna.partner_id)
        self.assertFalse(form.warning)
        form.message_id = self.env["mail.message"]
        self.assertFalse(form.text)
        self.assertFalse(form.warning)

    def test_other_messages_are_no_evidence(self):
        other = self.make_urgent_ticket()
        ours = self.ticket.message_post(
            body="It is urgent",
            author_id=self.technician.partner_id.id,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        note = self.ticket.message_post(
            body="Urgent",
            author_id=self.anna.partner_id.id,
            message_type="comment",
            subtype_xmlid="mail.mt_note",
        )
        for message in (
            self.write_in(other, self.anna.partner_id),
            self.write_in(self.ticket, self.rita.partner_id),
            ours,
            note,
            self.env["mail.message"],
        ):
            with self.assertRaisesRegex(UserError, "Message: "):
                self.ticket.with_user(self.technician)._record_support_urgency(
                    message, "email"
                )
        for channel in ("portal", "whatsapp", "", None):
            with self.assertRaisesRegex(UserError, "Channel: "):
                self.record(channel=channel)
        self.assertFalse(self.ticket.support_is_urgent)

    def test_a_message_is_evidence_once(self):
        self.record()
        self.cancel(self.ticket, "mistake", "Wrong ticket")
        with self.assertRaisesRegex(UserError, "Message: "):
            self.record()
        self.assertFalse(self.ticket._get_support_urgency_messages())

    def test_what_was_written_before_the_end_asks_for_nothing_new(self):
        earlier = self.write_in(self.ticket, self.andy.partner_id)
        self.record()
        self.cancel(self.ticket)
        with self.assertRaisesRegex(UserError, "Message: "):
            self.record(earlier)

    def test_it_is_urgent_already(self):
        self.accept(self.ticket)
        with self.assertRaisesRegex(UserError, "urgent already"):
            self.record()

    def test_the_wizard_offers_what_the_client_wrote(self):
        action = self.ticket.with_user(self.technician).action_support_record_urgency()
        wizards = self.env["support.urgency.evidence"].with_user(self.technician)
        form = Form(wizards.with_context(**action["context"]))
        self.assertEqual(form.message_id, self.message)
        self.assertIn("+50 % is fine", form.text)
        self.assertIn("60 min → 90 min", form.price)
        names = self.message.with_context(support_evidence=True)
        self.assertIn("Anna", names.display_name)
        form.channel = "phone_written"
        form.save().action_apply()
        consent = self.ticket.support_consent_id
        self.assertEqual(
            (consent.channel, consent.message_id), ("phone_written", self.message)
        )

    def test_cancelling_says_why_and_tells_the_client(self):
        consent = self.accept_between(self.ticket, (), (80,))
        action = self.ticket.with_user(self.technician).action_support_cancel_urgency()
        wizards = self.env["support.urgency.cancel"].with_user(self.technician)
        form = Form(wizards.with_context(**action["context"]))
        self.assertIn("40 min", form.preview)
        form.ground = "graver"
        form.reason = "Another client's shop is down"
        form.save().action_apply()
        self.assertEqual(consent.cancelled_by_id, self.technician)
        self.assertEqual(consent.cancel_reason, "Another client's shop is down")
        self.assertTrue(consent.cancelled_at)
        self.assert_charge(self.ticket, covered=80)
        mail = self.mails(consent)[-1:]
        self.assertIn("graver urgencies have to go first", mail.body_html)
        self.assertIn("what was charged for it goes back", mail.body_html)
        self.assertIn(self.anna.partner_id, mail.recipient_ids)

    def close_pack(self):
        """As a refund leaves it: with nothing in it."""
        self.pack._post(
            -self.pack.balance,
            "refund",
            date=fields.Datetime.now(),
            steps=[["closed", {"units": self.pack.balance}]],
        )
        self.pack._set_state("refunded")

    def test_what_goes_back_to_a_closed_pack_is_not_promised(self):
        consent = self.accept_between(self.ticket, (), (80,))
        self.close_pack()
        action = self.ticket.with_user(self.technician).action_support_cancel_urgency()
        wizards = self.env["support.urgency.cancel"].with_user(self.technician)
        form = Form(wizards.with_context(**action["context"]))
        self.assertIn("40 min of it had come from a pack that is closed", form.preview)
        form.ground, form.reason = "graver", "Another client's shop is down"
        form.save().action_apply()
        self.assertEqual((consent.lost_units, self.pack.balance), (40, 0))
        body = self.mails(consent)[-1:].body_html
        self.assertIn("40 min of what was charged for it had come from", body)
        self.assertNotIn("what was charged for it goes back", body)
        activity = self.ticket.activity_ids.filtered(
            lambda one: "is money owed" in (one.summary or "")
        )
        self.assertIn(
            activity.user_id, self.team._get_oncall_managers(self.ticket.company_id)
        )
        self.assertIn("40 min", activity.note)

    def test_only_what_came_from_the_closed_pack_is_lost(self):
        consent = self.accept_between(self.ticket, (), (80,))
        self.close_pack()
        other = self.make_pack(1800)
        self.log(self.ticket, 20)
        self.cancel(self.ticket)
        self.assertEqual((consent.lost_units, other.balance), (20, 1800))
        self.assertEqual(self.pack.balance, 0)

    def test_cancelling_needs_a_ground_and_a_reason(self):
        self.accept(self.ticket)
        ticket = self.ticket.with_user(self.technician)
        for ground, reason, field in (
            ("not_main", " ", "Reason: "),
            ("not_main", "x" * 2001, "Reason: "),
            ("moved", "Because", "Ground: "),
            (None, "Because", "Ground: "),
        ):
            with self.assertRaisesRegex(UserError, field):
                ticket._cancel_support_urgency_as_staff(ground, reason)
        self.assertTrue(self.ticket.support_is_urgent)
        self.cancel(ticket)
        with self.assertRaisesRegex(UserError, "not urgent any more"):
            self.cancel(ticket)

    def test_who_may_not_work_on_tickets_does_none_of_it(self):
        self.accept(self.ticket)
        for user in (self.accountant, self.salesperson, self.employee):
            ticket = self.ticket.with_user(user)
            for act in (
                ticket.action_support_send_urgency_link,
                ticket.action_support_record_urgency,
                ticket.action_support_cancel_urgency,
                lambda ticket=ticket: self.cancel(ticket),
            ):
                with self.assertRaises(AccessError):
                    act()
        self.assertTrue(self.ticket.support_is_urgent)

    def test_the_form_says_what_can_be_done(self):
        ticket = self.ticket.with_user(self.technician)
        self.assertTrue(ticket.support_may_be_urgent)
        self.assertFalse(ticket.support_urgency_text)
        self.assertFalse(ticket.support_urgent_label)
        self.accept(self.ticket)
        self.assertFalse(ticket.support_may_be_urgent)
        self.assertIn("accepted by", ticket.support_urgency_text.lower())
        self.assertEqual(ticket.support_urgent_label, "Urgent")
        found = self.env["helpdesk.ticket"].search([("support_is_urgent", "=", True)])
        self.assertIn(self.ticket, found)

    def test_the_language_is_the_clients(self):
        self.env["res.lang"]._activate_lang("es_ES")
        self.anna.partner_id.lang = "es_ES"
        self.assertEqual(self.record().lang, "es_ES")
