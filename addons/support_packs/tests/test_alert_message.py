"""What the client is told when a ticket is solved: once, and what changes later."""

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from .alert_common import AlertCommon

WATCH = "odoo.addons.support_packs.models.support_balance_alert_watch"


@tagged("post_install", "-at_install")
class TestBalanceMessage(AlertCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.credits.write({"balance_message": True, "alert_thresholds": "20 %"})
        cls.pack = cls.make_pack(100, account=cls.account, months=0)

    def test_resolution_is_told_with_its_steps_and_what_is_left(self):
        ticket = self.use(16, self.contact)
        mail = self.run_cron()
        self.assertEqual(len(mail), 1)
        self.assertEqual(mail.recipient_ids, self.contact)
        self.assertEqual(
            mail.subject, f"{ticket.number}: 30 credits charged, 70 credits left"
        )
        for text in (
            "“The shop is slow” is solved. It cost 30 credits.",
            "blocks of 15",
            "Pack of 100",
            "70 credits",
            f"/my/ticket/{ticket.id}",
        ):
            self.assertIn(text, mail.body_html)
        self.assertFalse(self.run_cron())

    def test_it_is_not_in_the_conversation_that_other_companies_may_read(self):
        ticket = self.use(16, self.contact)
        mail = self.run_cron()
        self.assertEqual((mail.model, mail.res_id), ("helpdesk.ticket", ticket.id))
        stranger = self.make_client("Stranger")
        portal = self.make_user("stranger", "base.group_portal", partner_id=stranger.id)
        ticket.message_subscribe(stranger.ids)
        messages = self.env["mail.message"].with_user(portal)
        found = messages.search(
            [("model", "=", "helpdesk.ticket"), ("res_id", "=", ticket.id)]
        )
        self.assertTrue(ticket.with_user(portal).has_access("read"))
        self.assertNotIn(mail.mail_message_id.id, found.ids)
        with self.assertRaises(AccessError):
            messages.browse(mail.mail_message_id.id).read(["subject", "body"])

    def test_reopening_and_solving_again_tells_nothing_new(self):
        ticket = self.use(20)
        self.assertEqual(len(self.run_cron()), 1)
        ticket.stage_id = self.stage_new
        self.assertFalse(self.run_cron())
        self.solve(ticket)
        self.assertFalse(self.run_cron())

    def test_correction_says_what_changed(self):
        ticket = self.use(45)
        self.run_cron()
        ticket.support_work_ids.minutes = 10
        mail = self.run_cron()
        self.assertIn("has changed: 15 credits instead of 45", mail.body_html)
        self.assertIn("85 credits", mail.body_html)
        self.assertFalse(self.run_cron())

    def test_more_work_after_a_reopening_is_told_when_it_is_solved_again(self):
        ticket = self.use(20)
        self.run_cron()
        ticket.stage_id = self.stage_new
        self.log(ticket, 30)
        self.assertFalse(self.run_cron())
        self.solve(ticket)
        self.assertIn("60 credits instead of 30", self.run_cron().body_html)

    def test_cancelled_by_us_says_that_nothing_is_charged(self):
        ticket = self.use(20)
        self.run_cron()
        ticket.stage_id = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_cancelled")
        mail = self.run_cron()
        self.assertIn("0 credits instead of 30", mail.body_html)
        self.assertIn("cancelled by us", mail.body_html)

    def test_cancelled_by_the_client_after_work_was_done(self):
        ticket = self.make_ticket()
        self.log(ticket, 20)
        ticket.write(
            {
                "stage_id": self.env.ref(
                    "helpdesk_mgmt.helpdesk_ticket_stage_cancelled"
                ).id,
                "support_cancelled_by": "client",
            }
        )
        self.assertIn("is cancelled", self.run_cron().body_html)

    def test_ticket_that_cost_nothing_is_not_told(self):
        self.solve(self.make_ticket())
        self.assertFalse(self.run_cron())

    def test_threshold_goes_with_the_message_in_one_mail_to_both(self):
        ticket = self.use(80, self.contact)
        mail = self.run_cron()
        self.assertEqual(len(mail), 1)
        self.assertEqual(mail.recipient_ids, self.contact | self.client)
        self.assertIn("It cost 90 credits", mail.body_html)
        self.assertIn("20 % or less", mail.body_html)
        alert = self.account.balance_alert_ids
        self.assertEqual(alert.ticket_id, ticket)
        self.assertEqual(alert.email, "c@example.com, client@example.com")
        self.assertFalse(self.run_cron())

    def test_of_two_tickets_the_last_one_carries_the_alert(self):
        with freeze_time(fields.Datetime.add(fields.Datetime.now(), minutes=1)):
            first = self.use(45)
        with freeze_time(fields.Datetime.add(fields.Datetime.now(), minutes=2)):
            last = self.use(45)
        mails = self.run_cron()
        self.assertEqual(len(mails), 2)
        carrier = mails.filtered(lambda mail: "20 % or less" in mail.body_html)
        self.assertEqual(carrier.res_id, last.id)
        self.assertEqual((mails - carrier).res_id, first.id)
        self.assertEqual(self.account.balance_alert_ids.ticket_id, last)

    def test_what_no_pack_covers_is_said(self):
        self.use(120)
        mail = self.run_cron()
        self.assertIn("Not covered by your packs: 20 credits", mail.body_html)
        self.assertIn("Nothing is left of your support balance", mail.body_html)

    def test_contact_of_another_company_is_not_told(self):
        """The contact changed employer: the ticket stays with the client that pays."""
        ticket = self.use(20, self.contact)
        self.env.flush_all()
        stranger = self.make_client("New employer")
        self.env.cr.execute(
            "UPDATE helpdesk_ticket SET partner_id = %s WHERE id = %s",
            [stranger.id, ticket.id],
        )
        self.env.invalidate_all()
        self.assertEqual(self.run_cron().recipient_ids, self.client)

    def test_contact_without_address_is_told_through_the_client(self):
        self.contact.email = False
        self.use(20, self.contact)
        self.assertEqual(self.run_cron().recipient_ids, self.client)

    def test_nobody_with_an_address(self):
        (self.contact | self.client).email = False
        ticket = self.use(20, self.contact)
        self.assertFalse(self.run_cron())
        self.assertIn("no e-mail address", ticket.message_ids[0].body)
        self.assertFalse(self.run_cron())

    def test_client_reads_it_in_the_language_of_the_contact(self):
        self.env["res.lang"]._activate_lang("es_ES")
        self.contact.lang = "es_ES"
        template = self.env.ref("support_packs.mail_template_balance_message")
        body = template.with_context(lang="en_US").body_html
        template.with_context(lang="es_ES").body_html = body.replace("Hello", "Hola")
        self.use(20, self.contact)
        self.assertIn("Hola", self.run_cron().body_html)

    def test_broken_template_does_not_keep_the_ticket_from_being_solved(self):
        self.env.ref("support_packs.mail_template_balance_message").unlink()
        ticket = self.use(20)
        self.assertEqual(self.pack.balance, 70)
        with self.assertLogs(WATCH, "WARNING"):
            self.assertFalse(self.run_cron())
        self.assertIn("could not be made", ticket.message_ids[0].body)

    def test_template_may_be_tried_on_any_ticket_by_any_employee(self):
        """As Odoo does before it saves a template: on the first ticket there is."""
        ticket = self.make_ticket(self.contact)
        editor = self.make_user("editor", "base.group_user")
        solved = self.use(20)
        self.assertFalse(solved.with_user(editor)._get_balance_charge())
        self.assertEqual(ticket._get_balance_recipients(), str(self.contact.id))
        self.assertEqual(ticket._get_balance_lang(), "en_US")
        self.assertEqual(ticket._get_balance_subject(), ticket.number)
        self.assertFalse(ticket._render_balance_message())
        # Odoo's own check, on the first record of the model.
        for name in ("mail_template_balance_message", "mail_template_balance_alert"):
            self.assertTrue(self.env.ref(f"support_packs.{name}").copy())

    def test_switched_off(self):
        self.credits.balance_message = False
        self.use(20)
        self.assertFalse(self.run_cron())

    def test_switching_it_on_tells_nothing_of_what_was_solved_before(self):
        self.credits.balance_message = False
        self.use(20)
        with freeze_time(fields.Datetime.add(fields.Datetime.now(), minutes=5)):
            self.credits.balance_message = True
            self.credits.flush_recordset()
            self.assertFalse(self.run_cron())
            self.use(20)
            self.assertEqual(len(self.run_cron()), 1)

    def test_work_debited_as_it_is_written_is_told_at_the_resolution(self):
        self.policy.write({"balance_message": True, "alert_thresholds": False})
        client = self.make_client("Hours")
        self.make_pack(600, account=self.make_account(client))
        ticket = self.make_ticket(client)
        self.log(ticket, 20)
        self.assertFalse(self.run_cron())
        self.solve(ticket)
        mail = self.run_cron()
        self.assertIn("It cost 60 min.", mail.body_html)
        self.assertIn("540 min (9 h)", mail.body_html)

    def test_client_that_moved_to_another_account_is_told_anew(self):
        ticket = self.use(20)
        self.run_cron()
        other = self.make_client("Who pays")
        self.make_pack(60, account=self.make_account(other, self.credits), months=0)
        ticket.partner_id = other
        mail = self.run_cron()
        self.assertEqual(mail.recipient_ids, other)
        self.assertIn("It cost 30 credits", mail.body_html)

    def test_accounts_that_are_merged_keep_what_was_told(self):
        other = self.make_client("Merged")
        account = self.make_account(other, self.credits)
        self.make_pack(100, account=account, months=0)
        self.use(90)
        self.use(90, other)
        self.run_cron()
        account._merge_into(self.account)
        self.env.invalidate_all()
        self.assertEqual(
            self.account.balance_alert_ids.mapped("threshold"), ["20%"] * 2
        )
        self.assertFalse(self.run_cron())

    def test_staff_of_another_company_reads_no_message(self):
        self.use(20)
        self.run_cron()
        other = self.env["res.company"].create({"name": "Second"})
        manager = self.make_user("manager", "helpdesk_mgmt.group_helpdesk_manager")
        messages = self.env["support.balance.message"].with_user(manager)
        self.assertEqual(messages.search([]).mapped("quantity"), [30])
        manager.write({"company_ids": [Command.set(other.ids)], "company_id": other.id})
        messages = messages.with_context(allowed_company_ids=other.ids)
        self.assertFalse(messages.search([]))
