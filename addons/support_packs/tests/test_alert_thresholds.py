"""Thresholds of the balance: each once per depletion, in one mail, after posting."""

from odoo import Command, fields
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .alert_common import AlertCommon
from .common import make_credits_policy

WATCH = "odoo.addons.support_packs.models.support_balance_alert_watch"


@tagged("post_install", "-at_install")
class TestAlertThresholds(AlertCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pack = cls.make_pack(100, account=cls.account, months=0)

    def test_each_threshold_once(self):
        self.use(45)
        self.assertFalse(self.run_cron())
        for credits, told in (
            (15, "50%"),
            (15, "50%"),
            (15, "50% 20% 15"),
            (15, "50% 20% 15 0"),
        ):
            with self.subTest(told=told, credits=credits):
                before = len(self.account.balance_alert_ids)
                self.use(credits)
                mails = self.run_cron()
                self.assert_told(told)
                news = len(self.account.balance_alert_ids) - before
                self.assertEqual(len(mails), min(news, 1))
                self.assertFalse(self.run_cron(), "Nothing happened since")

    def test_all_that_were_jumped_are_in_one_mail_that_names_the_lowest(self):
        self.use(90)
        mail = self.run_cron()
        self.assert_told("50% 20% 15")
        self.assertEqual(len(mail), 1)
        self.assertEqual(mail.state, "outgoing")
        self.assertIn("10 credits (alert at 15 credits)", mail.body_html)
        self.assertNotIn("20 %", mail.body_html)
        self.assertEqual(set(self.account.balance_alert_ids.mapped("balance")), {10})

    def test_exhaustion_is_told_without_being_asked_for(self):
        self.credits.alert_thresholds = "20 %"
        self.use(100)
        mail = self.run_cron()
        self.assert_told("20% 0")
        self.assertEqual(mail.subject, "Your support balance is used up")
        self.assertIn("Nothing is left of your support balance.", mail.body_html)
        self.assertIn("invoiced at the list price", mail.body_html)

    def test_exhaustion_alone(self):
        self.credits.alert_thresholds = "0"
        self.use(90)
        self.assertFalse(self.run_cron())
        self.use(15)
        self.assertEqual(len(self.run_cron()), 1)
        self.assert_told("0")

    def test_no_thresholds_no_alert(self):
        self.credits.alert_thresholds = False
        self.use(100)
        self.assertFalse(self.run_cron())
        self.assert_told("")

    def test_correction_does_not_arm_it_again(self):
        ticket = self.use(55)
        self.assertEqual(len(self.run_cron()), 1)
        ticket.support_work_ids.minutes = 30
        self.assertEqual(self.pack.balance, 70)
        self.assertFalse(self.run_cron())
        ticket.support_work_ids.minutes = 60
        self.assertEqual(self.pack.balance, 40)
        self.assertFalse(self.run_cron())
        self.assert_told("50%")

    def test_new_pack_arms_all_again_and_is_measured_anew(self):
        self.use(90)
        self.run_cron()
        self.make_pack(200, account=self.account, months=0)
        self.assertFalse(self.run_cron(), "A purchase alerts nobody")
        self.use(90)
        self.assertFalse(self.run_cron(), "120 of 210 is more than a half")
        self.use(15)
        self.assertEqual(len(self.run_cron()), 1)
        self.assert_told("50% 20% 15 50%")

    def test_pack_smaller_than_a_threshold_does_not_alert_at_once(self):
        other = self.make_account(self.make_client("Small"), self.credits)
        self.make_pack(15, account=other, months=0)
        self.assertFalse(self.run_cron())
        self.assertFalse(other.is_low_balance)

    def test_opening_balance_is_what_is_left_and_alerts_nobody(self):
        newcomer = self.make_client("Imported")
        self.env["support.opening.balance"].create(
            {
                "reference": "OLD-1",
                "partner_id": newcomer.id,
                "policy_id": self.credits.id,
                "company_id": self.company.id,
                "granted": 100,
                "remaining": 40,
                "date_start": fields.Date.today(),
            }
        )
        self.assertFalse(self.run_cron())
        self.use(15, newcomer)
        self.assertFalse(self.run_cron(), "25 of the 40 that there were")
        self.use(15, newcomer)
        self.assertEqual(len(self.run_cron()), 1)
        self.assert_told("50% 15", newcomer.support_account_ids)

    def test_what_the_sale_takes_back_alerts_nobody(self):
        self.use(30)
        self.run_cron()
        self.pack._post(-70, "refund", date=fields.Datetime.now())
        self.assertFalse(self.run_cron())
        self.assert_told("")

    def test_suspended_pack_alerts_nobody(self):
        self.pack._suspend()
        self.assertFalse(self.run_cron())

    def test_expiry_alerts_like_a_use(self):
        self.use(45)
        self.assertFalse(self.run_cron())
        self.pack._expire(date=fields.Datetime.now())
        mail = self.run_cron()
        self.assertEqual(mail.subject, "Your support balance is used up")
        self.assertIn("Expired", mail.body_html)
        self.assertIn("-55 credits", mail.body_html)

    def test_changed_thresholds_write_to_nobody_until_something_is_used(self):
        self.credits.alert_thresholds = False
        self.use(90)
        self.run_cron()
        self.credits.alert_thresholds = "50 %, 20 %"
        # All of a test is one moment for the database: the change came a second later.
        self.credits.alert_since = fields.Datetime.add(self.env.cr.now(), seconds=1)
        self.assertFalse(self.run_cron())
        self.credits.alert_since = self.env.cr.now()
        self.use(15)
        self.assertEqual(len(self.run_cron()), 1)

    def test_thresholds_that_are_none_are_refused_by_the_name_of_the_field(self):
        for text in ("soon", "20 %, x", "-1", "100 %", "1.5", "9999999", "%"):
            with (
                self.subTest(text),
                self.assertRaisesRegex(ValidationError, "Low balance alerts"),
            ):
                self.credits.alert_thresholds = text

    def test_low_accounts_are_found(self):
        other = self.make_account(self.make_client("Rich"), self.credits)
        self.make_pack(100, account=other)
        search = self.env["support.account"].with_user(self.seller).search
        low = [("is_low_balance", "=", True), ("company_id", "=", self.company.id)]
        self.use(50)
        self.assertFalse(search(low), "A half is not low")
        self.use(35)
        self.assertEqual(search(low), self.account)
        self.assertTrue(self.account.is_low_balance)
        high = search([("is_low_balance", "=", False), ("id", "in", low_ids(self))])
        self.assertEqual(high, other)
        self.credits.alert_thresholds = False
        self.assertFalse(search(low))
        self.assertFalse(self.account.is_low_balance)

    def test_searching_and_finding_costs_the_same_however_many_there_are(self):
        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.env["support.account"].search([("is_low_balance", "=", True)])
            accounts = self.env["support.account"]._search_moved()
            self.assertGreaterEqual(len(accounts), 1)
            accounts._find_due()
            accounts._mark_watched()
            return self.env.cr.sql_log_count - before

        count()
        self.use(15)
        few = count()
        for number in range(10):
            client = self.make_client(f"Client {number}")
            account = self.make_account(client, self.credits)
            self.make_pack(100, account=account)
            self.use(15, client)
        self.assertEqual(count(), few)


def low_ids(test):
    """Return the ids of the accounts of the test's company."""
    accounts = test.env["support.account"]
    return accounts.search([("company_id", "=", test.company.id)]).ids


@tagged("post_install", "-at_install")
class TestAlertMail(AlertCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pack = cls.make_pack(105, account=cls.account, months=0)

    def alert(self, credits=90, **values):
        self.use(credits, **values)
        return self.run_cron()

    def test_mail_is_from_the_company_to_the_client(self):
        mail = self.alert()
        self.assertIn("support@workshop.example.com", mail.email_from)
        self.assertEqual(mail.recipient_ids, self.client)
        self.assertEqual(mail.subject, "Your support balance: 15 credits left")
        for text in (
            "The shop is slow",
            "-90 credits",
            "Pack of 105",
            "does not expire",
            "Recharge",
            "36.00",
            f"/my/support?account={self.account.id}",
        ):
            self.assertIn(text, mail.body_html)

    def test_queue_is_woken(self):
        queue = self.env.ref("mail.ir_cron_mail_scheduler_action")
        triggers = self.env["ir.cron.trigger"]
        before = triggers.search_count([("cron_id", "=", queue.id)])
        self.run_cron()
        self.assertEqual(triggers.search_count([("cron_id", "=", queue.id)]), before)
        self.alert()
        self.assertGreater(triggers.search_count([("cron_id", "=", queue.id)]), before)

    def test_salesperson_is_told_in_a_note_of_its_language(self):
        self.alert()
        note = self.account.message_ids.filtered(
            lambda m: self.seller.partner_id in m.notified_partner_ids
        )
        self.assertEqual(len(note), 1)
        self.assertTrue(note.subtype_id.internal)
        self.assertIn("Low balance (50 %, 20 %, 15 credits): 15 credits", note.body)
        self.assertIn("client@example.com", note.body)

    def test_client_without_address_is_for_the_salesperson(self):
        self.client.email = False
        self.assertFalse(self.alert())
        self.assert_told("50% 20% 15")
        self.assertFalse(any(self.account.balance_alert_ids.mapped("email")))
        self.assertIn("no e-mail address", self.account.message_ids[0].body)
        self.assertFalse(self.run_cron())

    def test_broken_template_is_told_once_and_keeps_no_other(self):
        other = self.make_client("Another")
        self.make_pack(105, account=self.make_account(other, self.credits))
        template = self.env.ref("support_packs.mail_template_balance_alert")
        template.subject = f"{{{{ 1 // (object.id - {self.account.id}) }}}}"
        self.use(90, other)
        with (
            self.assertLogs("odoo.addons.mail.models.mail_render_mixin"),
            self.assertLogs(WATCH, "ERROR"),
        ):
            mails = self.alert()
        self.assertEqual(mails.recipient_ids, other)
        self.assertEqual(self.pack.balance, 15)
        self.assert_told("50% 20% 15")
        self.assertIn("could not be made", self.account.message_ids[0].body)
        self.assertFalse(self.run_cron())

    def test_missing_template_is_told_to_the_salesperson(self):
        self.env.ref("support_packs.mail_template_balance_alert").unlink()
        with self.assertLogs(WATCH, "WARNING"):
            self.assertFalse(self.alert())
        self.assert_told("50% 20% 15")
        self.assertIn("could not be made", self.account.message_ids[0].body)

    def test_hostile_names_are_text(self):
        mail = self.alert(name="<script>alert(1)</script> {{ 7 * 7 }}")
        self.assertNotIn("<script>", mail.body_html)
        self.assertIn("{{ 7 * 7 }}", mail.body_html)

    def make_expiring_pack(self):
        """Put another pack in place of the endless one; it ends within 30 days."""
        self.pack._set_state("suspended")
        day = fields.Date.subtract(self.company.support_local_date(), days=340)
        return self.make_pack(105, account=self.account, day=day)

    def test_expiry_that_is_due_is_told_with_it_and_not_again(self):
        soon = self.make_expiring_pack()
        mail = self.alert()
        self.assertIn("expires on", mail.body_html)
        self.assertEqual(soon.notice_ids.mapped("email"), ["client@example.com"])
        self.account._notify_expiry()
        self.assertEqual(len(soon.notice_ids), 1)

    def test_notice_of_expiry_waits_for_an_alert_that_is_due(self):
        self.make_expiring_pack()
        self.use(90)
        before = self.env["mail.mail"].search([])
        self.account._notify_expiry()
        mails = self.env["mail.mail"].search([]) - before
        to_client = mails.filtered(lambda mail: self.client in mail.recipient_ids)
        self.assertEqual(len(to_client), 1)
        self.assert_told("50% 20% 15")

    def test_each_company_writes_under_its_own_name_in_the_language_of_the_client(self):
        self.env["res.lang"]._activate_lang("es_ES")
        other = self.env["res.company"].create(
            {"name": "Second", "email": "second@example.com"}
        )
        self.env.user.company_ids |= other
        policy = make_credits_policy(self.env, other, alert_thresholds="50 %")
        account = self.make_account(policy=policy)
        self.make_pack(100, account=account)
        team = self.env["helpdesk.ticket.team"].create(
            {"name": "Second", "company_id": other.id}
        )
        self.client.lang = "es_ES"
        self.use(60, team_id=team.id, company_id=other.id)
        mail = self.run_cron()
        self.assertEqual(len(mail), 1)
        self.assertIn("second@example.com", mail.email_from)
        self.assertEqual(account.balance_alert_ids.company_id, other)
        self.assertFalse(self.account.balance_alert_ids)

    def test_portal_users_read_no_alerts_and_no_messages(self):
        self.alert()
        portal = self.make_user(
            "portal", "base.group_portal", partner_id=self.contact.id
        )
        for model in ("support.balance.alert", "support.balance.message"):
            self.assertFalse(self.env[model].with_user(portal).has_access("read"))
        account = self.account.with_user(portal)
        self.assertTrue(account.has_access("read"))
        self.assertNotIn("balance_alert_ids", account.fields_get())

    def test_no_company_sees_the_alerts_of_another(self):
        self.alert()
        other = self.env["res.company"].create({"name": "Second"})
        stranger = self.make_user("stranger", "helpdesk_mgmt.group_helpdesk_manager")
        alerts = self.env["support.balance.alert"].with_user(stranger)
        self.assertEqual(len(alerts.search([])), 3)
        stranger.write(
            {"company_id": other.id, "company_ids": [Command.set(other.ids)]}
        )
        alerts = self.env["support.balance.alert"].with_user(stranger)
        self.assertFalse(alerts.with_context(allowed_company_ids=other.ids).search([]))
