"""Notices some days before the end of a pack: to the client and its salesperson."""

from datetime import date

from odoo.exceptions import ValidationError
from odoo.tests import freeze_time, tagged

from .common import SupportPacksCommon

DAY = date(2026, 3, 3)


@tagged("post_install", "-at_install")
class TestExpiryNotice(SupportPacksCommon):
    chart = False

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("es_ES")
        cls.seller = cls.make_user(
            "salesperson", "sales_team.group_sale_salesman_all_leads"
        )
        cls.seller.lang = "en_US"
        cls.company.email = "support@workshop.example.com"
        cls.client.write(
            {
                "email": "client@example.com",
                "user_id": cls.seller.id,
                "lang": "en_US",
            }
        )
        cls.account = cls.make_account()
        cls.pack = cls.make_pack(1800, day=DAY)

    def run_at(self, moment):
        """Run the scheduled action and return the mails that it queued."""
        before = self.env["mail.mail"].search([])
        with freeze_time(moment), self.enter_registry_test_mode():
            self.env.ref("support_packs.cron_notify_expiry").method_direct_trigger()
        self.env.invalidate_all()
        mails = self.env["mail.mail"].search([]) - before
        return mails.filtered(lambda mail: self.client in mail.recipient_ids)

    def test_each_threshold_once(self):
        self.assertFalse(self.run_at("2027-01-01 08:00:00"))
        for moment, days in (
            ("2027-01-02 08:00:00", 60),
            ("2027-02-01 08:00:00", 30),
            ("2027-02-24 08:00:00", 7),
        ):
            with self.subTest(days):
                mail = self.run_at(moment)
                self.assertEqual(len(mail), 1)
                self.assertEqual(mail.state, "outgoing")
                self.assertEqual(self.pack.notice_ids[0].days, days)
                self.assertFalse(self.run_at(moment))

    def test_thresholds_that_were_jumped_give_one_mail_with_the_nearest(self):
        self.assertEqual(len(self.run_at("2027-02-20 08:00:00")), 1)
        self.assertEqual(self.pack.notice_ids.days, 30)
        self.assertFalse(self.run_at("2027-02-21 08:00:00"))

    def test_mail_is_from_the_company_to_the_client(self):
        mail = self.run_at("2027-02-01 08:00:00")
        self.assertIn("support@workshop.example.com", mail.email_from)
        self.assertEqual(mail.recipient_ids, self.client)
        self.assertEqual(mail.subject, "Your prepaid support expires on 3 Mar 2027")
        self.assertIn("1,800 min (30 h)", mail.body_html)
        self.assertIn("expires on 3 Mar 2027, in 30 days", mail.body_html)
        self.assertIn(f"/my/support?account={self.account.id}", mail.body_html)

    def test_client_reads_it_in_its_language(self):
        template = self.env.ref("support_packs.mail_template_expiry_notice")
        english = template.with_context(lang="en_US").body_html
        template.with_context(lang="es_ES").write(
            {
                "subject": "Su soporte caduca el {{ object._get_notice_day() }}",
                "body_html": english.replace("Hello,", "Hola:"),
            }
        )
        self.client.lang = "es_ES"
        mail = self.run_at("2027-02-01 08:00:00")
        self.assertEqual(mail.subject, "Su soporte caduca el 3 mar 2027")
        self.assertIn("Hola:", mail.body_html)
        self.assertNotIn("Hello", mail.body_html)
        self.assertIn("1.800 min (30 h)", mail.body_html)
        self.assertIn("caduca el 3 mar 2027", mail.body_html)

    def test_salesperson_is_told_in_a_note(self):
        self.run_at("2027-02-01 08:00:00")
        note = self.account.message_ids.filtered(
            lambda m: (
                m.subtype_id == self.env.ref("mail.mt_note")
                and self.seller.partner_id in m.notified_partner_ids
            )
        )
        self.assertEqual(len(note), 1)
        self.assertTrue(note.subtype_id.internal)
        self.assertIn("1,800 min", note.body)
        self.assertIn("client@example.com", note.body)

    def test_client_without_address_is_for_the_salesperson(self):
        self.client.email = False
        self.assertFalse(self.run_at("2027-02-01 08:00:00"))
        self.assertEqual(len(self.pack.notice_ids), 1)
        self.assertIn("no e-mail address", self.account.message_ids[0].body)

    def test_packs_of_one_client_are_in_one_mail(self):
        self.make_pack(60, day=DAY)
        mail = self.run_at("2027-02-01 08:00:00")
        self.assertEqual(len(mail), 1)
        self.assertIn("Pack of 1800", mail.body_html)
        self.assertIn("Pack of 60", mail.body_html)

    def test_only_active_packs_with_something_left(self):
        with freeze_time("2026-06-01"):
            self.log(self.make_ticket(), 1800)
        suspended, endless = self.make_pack(60, day=DAY), self.make_pack(60, months=0)
        suspended._set_state("suspended")
        self.assertFalse(self.run_at("2027-02-01 08:00:00"))
        self.assertFalse((self.pack | suspended | endless).notice_ids)

    def test_nothing_once_it_is_over(self):
        self.assertEqual(len(self.run_at("2027-03-03 08:00:00")), 1)
        self.pack.notice_ids.unlink()
        self.assertFalse(self.run_at("2027-03-04 08:00:00"))

    def test_last_day_is_that_of_the_company(self):
        self.policy.expiry_notice_days = "0"
        self.company.support_tz = "Pacific/Auckland"
        self.assertFalse(self.run_at("2027-03-02 10:30:00"))
        self.assertEqual(len(self.run_at("2027-03-02 11:30:00")), 1)

    def test_extension_begins_again(self):
        self.assertEqual(len(self.run_at("2027-02-24 08:00:00")), 1)
        with freeze_time("2027-02-25 08:00:00"):
            self.pack._extend(date(2027, 6, 30), "Illness")
        self.assertFalse(self.run_at("2027-02-25 09:00:00"))
        self.assertEqual(len(self.run_at("2027-06-23 08:00:00")), 1)

    def test_hold_of_ours_is_silent(self):
        with freeze_time("2027-01-20 08:00:00"):
            self.env["support.hold"].create(
                {"account_id": self.account.id, "reason": "Moving"}
            )
        self.assertFalse(self.run_at("2027-02-24 08:00:00"))

    def test_threshold_as_long_as_the_validity_is_left_out(self):
        self.make_pack(60, day=date(2026, 3, 3), months=1)
        self.pack._set_state("suspended")
        self.policy.expiry_notice_days = "60, 31"
        self.assertFalse(self.run_at("2026-03-03 12:00:00"))

    def test_policy_without_days_sends_nothing(self):
        self.policy.expiry_notice_days = False
        self.assertFalse(self.run_at("2027-02-24 08:00:00"))

    def test_days_that_are_no_days_are_refused_by_the_name_of_the_field(self):
        for text in ("soon", "30, x", "-1", "9999", "1.5"):
            with (
                self.subTest(text),
                self.assertRaisesRegex(ValidationError, "Notices of expiry"),
            ):
                self.policy.expiry_notice_days = text

    def test_client_whose_mail_fails_keeps_no_other(self):
        other = self.make_client("Another")
        other.email = "other@example.com"
        self.make_pack(60, day=DAY, account=self.make_account(other))
        # The subject reads the soonest end; a broken name breaks this client's alone.
        template = self.env.ref("support_packs.mail_template_expiry_notice")
        template.subject = f"{{{{ 1 // (object.id - {self.account.id}) }}}}"
        with self.assertLogs("odoo.addons.support_packs.models.support_cron", "ERROR"):
            self.run_at("2027-02-01 08:00:00")
        notices = self.env["support.expiry.notice"].search([])
        self.assertEqual(notices.pack_id.account_id.partner_id, other)
