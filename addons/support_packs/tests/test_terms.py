"""Terms in versions: what was accepted stays, and only clients accept."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import SupportPacksCommon, make_company, make_policy


def make_terms(env, company, text="<p>Be kind.</p>", **values):
    """Return terms that are in force today."""
    return env["support.terms"].create(
        {
            "name": "Conditions",
            "body": text,
            "company_id": company.id,
            "date": fields.Date.to_date("2026-01-01"),
            **values,
        }
    )


@tagged("post_install", "-at_install")
class TestTerms(SupportPacksCommon):
    chart = False

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_people()
        cls.terms = make_terms(cls.env, cls.company)
        cls.policy.terms_id = cls.terms
        cls.name = cls.contact.name

    def accept(self, user=None, terms=None, **values):
        return (
            self.env["support.terms.acceptance"]
            .with_user(user or self.portal_user)
            ._accept(terms or self.terms, self.client, "other", **values)
        )

    def make_next(self, day=None, terms=None):
        """Return the next version, in force from a day on."""
        action = (terms or self.terms).action_new_version()
        draft = self.env["support.terms"].browse(action["res_id"])
        draft.date = day
        return draft

    def test_a_text_can_be_changed_until_it_is_accepted(self):
        terms = self.terms.with_user(self.manager)
        terms.body = "<p>Be very kind.</p>"
        self.accept()
        self.assertTrue(terms.is_accepted)
        for values in (
            {"body": "<p>Pay twice.</p>"},
            {"name": "Other"},
            {"date": "2026-02-01"},
            {"version": 7},
            {"company_id": self.env.company.id},
        ):
            with self.subTest(values), self.assertRaisesRegex(UserError, "accepted"):
                terms.write(values)
            with self.subTest(values), self.assertRaisesRegex(UserError, "accepted"):
                self.terms.sudo().write(values)
        self.assertIn("Be very kind.", terms.body)

    def test_a_translation_is_text_too(self):
        self.env["res.lang"]._activate_lang("es_ES")
        self.terms.update_field_translations(
            "body", {"es_ES": {"Be kind.": "Sea amable."}}
        )
        self.accept()
        with self.assertRaisesRegex(UserError, "accepted"):
            self.terms.update_field_translations(
                "body", {"es_ES": {"Be kind.": "Pague dos veces."}}
            )
        # In Spanish words, where they are loaded.
        with self.assertRaises(UserError):
            self.terms.with_context(lang="es_ES").body = "<p>Pague.</p>"

    def test_scripts_are_no_terms(self):
        terms = make_terms(
            self.env,
            self.company,
            '<p>Hi<script>alert(1)</script></p><a href="x">y</a>',
        )
        self.assertNotIn("script", terms.body)

    def test_a_new_version_takes_the_place_of_the_old_one_on_its_day(self):
        self.accept()
        tomorrow = self.company.support_local_date() + timedelta(days=1)
        draft = self.make_next()
        self.assertEqual((draft.version, draft.body), (2, self.terms.body))
        self.assertEqual(
            self.policy._get_terms(), self.terms, "A draft changes nothing"
        )
        draft.date = tomorrow
        self.assertEqual(self.policy._get_terms(), self.terms)
        draft.date = tomorrow - timedelta(days=1)
        self.assertEqual(self.policy._get_terms(), draft)
        self.assertFalse(self.terms.is_current)
        self.assertTrue(draft.is_current)

    def test_there_is_one_draft_at_a_time(self):
        first = self.terms.action_new_version()["res_id"]
        self.assertEqual(self.terms.action_new_version()["res_id"], first)
        draft = self.env["support.terms"].browse(first)
        draft.with_user(self.manager).action_put_in_force()
        self.assertEqual(draft.date, self.company.support_local_date())
        self.assertEqual(self.make_next().version, 3)

    def test_versions_come_into_force_in_their_order(self):
        with self.assertRaisesRegex(ValidationError, "^In force since: "):
            self.make_next(day=fields.Date.to_date("2025-12-31"))

    def test_terms_that_are_not_in_force_are_no_terms(self):
        later = make_terms(self.env, self.company, date=False)
        self.policy.terms_id = later
        self.assertFalse(self.policy._get_terms())

    def test_nothing_that_is_needed_is_deleted(self):
        newer = self.make_next()
        with self.assertRaisesRegex(UserError, "later version"):
            self.terms.unlink()
        newer.unlink()
        self.accept()
        with self.assertRaisesRegex(UserError, "accepted"):
            self.terms.unlink()

    def test_terms_of_another_company_are_not_chosen(self):
        other = make_company(self.env, "Other", chart=False)
        with self.assertRaises(UserError):
            self.policy.terms_id = make_terms(self.env, other)

    def test_the_stamp_stands_for_the_text_in_all_languages(self):
        self.env["res.lang"]._activate_lang("es_ES")
        stamp = self.terms._get_stamp()
        spanish = self.terms.with_context(lang="es_ES")
        self.assertEqual(spanish._get_stamp(), stamp)
        spanish.body = "<p>Sea amable.</p>"
        self.assertNotEqual(self.terms._get_stamp(), stamp)
        found = self.env["support.terms"]._find_by_stamps
        self.assertEqual(found(spanish._get_stamp()), self.terms)
        for wrong in (
            stamp,
            "",
            None,
            7,
            "x",
            "9" * 40 + "-a",
            "²-a",
            f"{self.terms.id}",
        ):
            self.assertFalse(found(wrong), wrong)

    # === ACCEPTANCES === #

    def test_an_acceptance_says_who_what_and_when(self):
        acceptance = self.accept()
        self.assertEqual(acceptance.partner_id, self.contact)
        self.assertEqual(acceptance.client_id, self.client)
        self.assertEqual(acceptance.user_id, self.portal_user)
        self.assertEqual(acceptance.signed_name, self.name)
        self.assertEqual(acceptance.terms_id, self.terms)
        self.assertEqual(acceptance.version, 1)
        self.assertEqual(acceptance.company_id, self.company)

    def test_nobody_not_logged_in_signs_with_a_name(self):
        public = self.env.ref("base.public_user")
        acceptance = self.accept(public, name="  Ann\x00 Owner " + "x" * 300)
        self.assertFalse(acceptance.user_id)
        self.assertEqual(acceptance.partner_id, self.client)
        self.assertTrue(acceptance.signed_name.startswith("Ann Owner xxx"))
        self.assertEqual(len(acceptance.signed_name), 200)

    def test_acceptances_are_written_once(self):
        acceptance = self.accept()
        for user in (self.env.user, self.manager, self.portal_user):
            records = acceptance.with_user(user)
            with self.assertRaises(UserError):
                records.signed_name = "Somebody else"
            with self.assertRaises(UserError):
                records.unlink()
            with self.assertRaises(UserError):
                records.create({"terms_id": self.terms.id})
            with self.assertRaises(UserError):
                records.copy()
        with self.assertRaises(UserError):
            acceptance.sudo().ip = "192.0.2.1"

    def test_who_reads_acceptances(self):
        acceptance = self.accept()
        for user in (
            self.technician,
            self.manager,
            self.salesperson,
            self.accountant,
        ):
            self.assertTrue(acceptance.with_user(user).has_access("read"), user.login)
        for user in (self.employee, self.portal_user):
            self.assertFalse(acceptance.with_user(user).has_access("read"), user.login)

    def test_another_company_s_staff_see_neither(self):
        acceptance = self.accept()
        other = make_company(self.env, "Other", chart=False)
        stranger = self.make_user("stranger", "helpdesk_mgmt.group_helpdesk_manager")
        stranger.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        for record in (acceptance, self.terms):
            records = record.with_user(stranger).with_context(
                allowed_company_ids=other.ids
            )
            self.assertFalse(records.has_access("read"))
            self.assertNotIn(record, records.search([]))

    def test_only_managers_write_terms(self):
        self.assertTrue(self.terms.with_user(self.manager).has_access("write"))
        for user in (self.technician, self.salesperson, self.employee):
            terms = self.terms.with_user(user)
            self.assertTrue(terms.has_access("read"))
            self.assertFalse(terms.has_access("write"))
            with self.assertRaises(AccessError):
                terms.action_new_version()
        self.assertFalse(self.terms.with_user(self.portal_user).has_access("read"))

    def test_the_contact_can_change_employer_and_be_merged(self):
        acceptance = self.accept()
        other = self.make_client("Other")
        self.contact.parent_id = other
        self.assertEqual(acceptance.client_id, self.client)
        twin = self.env["res.partner"].create(
            {"name": "Contact", "parent_id": other.id}
        )
        self.env["base.partner.merge.automatic.wizard"]._merge(
            (self.contact + twin).ids, twin
        )
        self.assertEqual(acceptance.partner_id, twin)

    def test_a_portal_user_who_accepted_can_be_deleted(self):
        acceptance = self.accept()
        self.portal_user.unlink()
        self.assertTrue(acceptance.exists())
        self.assertFalse(acceptance.user_id)
        self.assertEqual(acceptance.signed_name, self.name)

    def test_a_version_is_given_by_the_button_alone(self):
        terms = (
            self.env["support.terms"]
            .with_user(self.manager)
            .create({"name": "X", "version": 9, "origin_id": self.terms.id})
        )
        self.assertEqual((terms.version, terms.origin_id), (1, terms))


@tagged("post_install", "-at_install")
class TestTermsOnOrders(SupportPacksCommon):
    chart = False

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_people()
        cls.terms = make_terms(cls.env, cls.company)
        cls.policy.terms_id = cls.terms

    def test_staff_who_confirm_accept_nothing(self):
        order = self.quote(self.pack_product)
        self.assertEqual(order.support_terms_status, "missing")
        order.with_user(self.salesperson).action_confirm()
        self.assertEqual(order.state, "sale")
        self.assertFalse(order._get_support_acceptances())
        self.assertEqual(
            order.support_terms_text, "Conditions, version 1: not accepted yet"
        )
        self.assertFalse(order.with_user(self.manager)._accept_support_terms())

    def test_what_the_client_accepted_is_on_the_order(self):
        order = self.quote(self.pack_product)
        own = order.with_user(self.portal_user).sudo()
        acceptance = own._accept_support_terms(name="Ann")
        self.assertEqual(acceptance.reference, order.name)
        self.assertFalse(own._accept_support_terms(), "Once is enough")
        order.invalidate_recordset()
        self.assertEqual(order.support_terms_status, "accepted")
        self.assertRegex(
            order.support_terms_text, "^Conditions, version 1: accepted by Ann on "
        )
        action = order.action_view_support_acceptances()
        found = self.env["support.terms.acceptance"].search(action["domain"])
        self.assertEqual(found, acceptance)

    def test_orders_without_packs_have_no_terms(self):
        service = self.env["product.product"].create({"name": "X", "type": "service"})
        order = self.quote(service)
        self.assertEqual(order.support_terms_status, "none")
        self.assertFalse(order.support_terms_text)

    def test_the_account_s_policy_says_which_terms(self):
        other = make_policy(self.env, self.company, "Other")
        other.terms_id = make_terms(self.env, self.company, name="Others")
        self.make_account(policy=other)
        order = self.quote(self.pack_product)
        self.assertEqual(order._get_support_terms(), other.terms_id)

    def test_a_version_that_came_later_is_not_asked_for_again(self):
        order = self.quote(self.pack_product)
        order.with_user(self.portal_user).sudo()._accept_support_terms()
        action = self.terms.action_new_version()
        self.env["support.terms"].browse(action["res_id"]).action_put_in_force()
        self.assertFalse(order._get_support_terms_to_accept())
        self.assertTrue(self.quote(self.pack_product)._get_support_terms_to_accept())


@tagged("post_install", "-at_install")
class TestTermsInMails(SupportPacksCommon):
    chart = False

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_people()
        cls.terms = make_terms(cls.env, cls.company)
        cls.policy.terms_id = cls.terms
        cls.client.email = "client@example.com"
        cls.link = "/my/support/terms?version=" + cls.terms._get_stamp()

    def sent(self, record):
        """Return the bodies of the mails about a record that go to the client."""
        mails = self.env["mail.mail"].search(
            [("model", "=", record._name), ("res_id", "=", record.id)]
        )
        return [mail.body_html for mail in mails]

    def write_to_client(self, record, **values):
        record.message_post(
            body="Hello",
            partner_ids=self.client.ids,
            subtype_xmlid="mail.mt_comment",
            mail_auto_delete=False,
            force_send=False,
            **values,
        )
        return self.sent(record)

    def test_mails_about_tickets_have_the_link(self):
        self.make_account()
        ticket = self.make_ticket()
        self.assertTrue(ticket.support_account_id)
        bodies = self.write_to_client(ticket)
        self.assertTrue(bodies)
        for body in bodies:
            self.assertEqual(body.count(self.link), 1)

    def test_the_light_layout_has_it_too(self):
        self.make_account()
        bodies = self.write_to_client(
            self.make_ticket(), email_layout_xmlid="mail.mail_notification_light"
        )
        self.assertTrue(bodies)
        for body in bodies:
            self.assertEqual(body.count(self.link), 1)

    def test_mails_of_the_suite_have_it(self):
        account = self.make_account()
        self.make_pack(day=fields.Date.today() - timedelta(days=360))
        account._notify_expiry()
        order = self.quote(self.pack_product)
        self.write_to_client(order)
        for record in (account, order):
            bodies = self.sent(record)
            self.assertTrue(bodies, record._name)
            self.assertIn(self.link, bodies[0])

    def test_mails_about_other_things_have_not(self):
        service = self.env["product.product"].create({"name": "X", "type": "service"})
        bodies = self.write_to_client(self.quote(service))
        bodies += self.write_to_client(self.client)
        bodies += self.write_to_client(self.make_ticket(self.make_client("Stranger")))
        self.assertEqual(len(bodies), 3)
        for body in bodies:
            self.assertNotIn("/my/support/terms", body)

    def test_without_terms_there_is_no_link(self):
        self.policy.terms_id = False
        self.make_account()
        for body in self.write_to_client(self.make_ticket()):
            self.assertNotIn("/my/support/terms", body)
