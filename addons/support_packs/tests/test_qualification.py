"""A prospect applies, a manager decides, and only then is the first pack sold."""

from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, JsonRpcException, tagged
from odoo.tools import mute_logger

from ..models.support_qualification import MAX_DESCRIPTION
from .common import SupportPacksCommon, make_policy
from .portal_common import PortalCommon
from .test_first_purchase import QuotationCommon

PAGE = "/my/support/apply"


def apply(env, contact, policy, text="We sell wine."):
    return env["support.qualification"]._apply(contact, policy, text)


@tagged("post_install", "-at_install")
class TestQualification(SupportPacksCommon):
    chart = False

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_people()
        cls.policy.needs_qualification = True

    def apply(self, text="We sell wine."):
        return apply(self.env, self.contact, self.policy, text)

    def test_the_application_is_the_company_s(self):
        application = self.apply("  We sell wine.\x00 ")
        self.assertEqual(application.partner_id, self.client)
        self.assertEqual(application.contact_id, self.contact)
        self.assertEqual(application.description, "We sell wine.")
        self.assertEqual(application.state, "requested")
        self.assertEqual(application.company_id, self.company)

    def test_those_who_decide_are_told_and_nobody_else(self):
        application = self.apply()
        told = self.env["mail.message"].search(
            [
                ("model", "=", application._name),
                ("res_id", "=", application.id),
                ("message_type", "=", "user_notification"),
            ]
        )
        self.assertEqual(told.subject, "Application of Client Company")
        self.assertIn("We sell wine.", told.body)
        self.assertIn(self.manager.partner_id, told.partner_ids)
        for user in (self.technician, self.salesperson, self.portal_user):
            self.assertNotIn(user.partner_id, told.partner_ids)

    def test_empty_and_endless_texts_are_refused(self):
        for text in ("", " \n\x00", "x" * (MAX_DESCRIPTION + 1)):
            with (
                self.subTest(length=len(text)),
                self.assertRaisesRegex(ValidationError, "^Description: "),
            ):
                self.apply(text)
        self.assertTrue(self.apply("x" * MAX_DESCRIPTION))

    def test_one_at_a_time(self):
        first = self.apply()
        with self.assertRaisesRegex(ValidationError, "We have received"):
            self.apply()
        values = {"partner_id": self.client.id, "policy_id": self.policy.id}
        with self.assertRaisesRegex(ValidationError, "^Client: "):
            self.env["support.qualification"].create(values)
        # A colleague is the same client; another policy is another application.
        colleague = self.env["res.partner"].create(
            {"name": "Colleague", "parent_id": self.client.id}
        )
        with self.assertRaises(ValidationError):
            apply(self.env, colleague, self.policy)
        other = make_policy(self.env, self.company, "Other", needs_qualification=True)
        self.assertTrue(apply(self.env, self.contact, other))
        first.reason = "Too far away"
        first.action_refuse()
        self.assertTrue(self.apply("And we have a shop"))

    def test_the_database_keeps_two_at_once_apart(self):
        first = self.apply()
        first.reason = "No"
        first.action_refuse()
        self.apply()
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.cr.savepoint(),
        ):
            self.cr.execute(
                "UPDATE support_qualification SET state = 'requested' WHERE id = %s",
                [first.id],
            )

    def test_a_manager_approves(self):
        application = self.apply()
        application.with_user(self.manager).action_approve()
        self.assertEqual(application.state, "approved")
        self.assertEqual(application.decided_by, self.manager)
        self.assertTrue(application.decided_at)

    def test_the_contact_is_told_the_decision_in_its_language(self):
        application = self.apply().with_context(tracking_disable=False)
        application.reason = "Too far away"
        application.with_user(self.manager).action_refuse()
        message = application.message_ids.filtered("partner_ids")
        self.assertEqual(message.partner_ids, self.contact)
        self.assertIn("is refused: Too far away", message.body)

    def test_a_refusal_needs_a_reason(self):
        application = self.apply().with_user(self.manager)
        for reason in (False, "  "):
            application.reason = reason
            with self.assertRaisesRegex(ValidationError, "^Reason: "):
                application.action_refuse()
        self.assertEqual(application.state, "requested")

    def test_a_decision_can_be_turned_round(self):
        application = self.apply().with_user(self.manager)
        application.action_approve()
        application.reason = "It did not pay elsewhere"
        application.action_refuse()
        self.assertEqual(application.state, "refused")
        application.action_approve()
        self.assertEqual((application.state, application.reason), ("approved", False))

    def test_deciding_twice_is_deciding_once(self):
        application = self.apply()
        application.with_user(self.manager).action_approve()
        messages = application.message_ids
        application.with_user(self.env.user).action_approve()
        self.assertEqual(application.decided_by, self.manager)
        self.assertEqual(application.message_ids, messages)

    def test_a_client_is_approved_by_hand_without_an_application(self):
        with Form(self.env["support.qualification"].with_user(self.manager)) as form:
            form.partner_id = self.client
            form.policy_id = self.policy
        form.record.action_approve()
        self.assertEqual(self.sell(self.pack_product).state, "sale")

    def test_others_decide_nothing(self):
        application = self.apply()
        for user in (
            self.technician,
            self.salesperson,
            self.employee,
            self.accountant,
            self.portal_user,
        ):
            for method in ("action_approve", "action_refuse"):
                with self.subTest(user=user.login), self.assertRaises(AccessError):
                    getattr(application.with_user(user), method)()
        self.assertEqual(application.state, "requested")

    def test_nobody_writes_a_state_past_the_buttons(self):
        application = self.apply()
        for user in (self.manager, self.portal_user):
            for values in (
                {"state": "approved"},
                {"decided_by": self.manager.id},
                {"decided_at": "2026-01-01 00:00:00"},
            ):
                with self.assertRaises(AccessError):
                    application.with_user(user).write(values)
        values = {
            "partner_id": self.make_client("Other").id,
            "policy_id": self.policy.id,
            "state": "approved",
        }
        created = (
            self.env["support.qualification"]
            .with_user(self.manager)
            .with_context(default_state="approved")
            .create(values)
        )
        self.assertEqual(created.state, "requested")

    def test_a_decided_application_stays_as_it_is(self):
        application = self.apply().with_user(self.manager)
        application.action_approve()
        with self.assertRaises(UserError):
            application.partner_id = self.make_client("Other")
        with self.assertRaises(UserError):
            application.unlink()

    def test_a_contact_is_no_client_of_its_own(self):
        with self.assertRaisesRegex(ValidationError, "^Client: "):
            self.env["support.qualification"].create(
                {"partner_id": self.contact.id, "policy_id": self.policy.id}
            )

    def test_the_sale_waits_for_the_approval(self):
        order = self.quote(self.pack_product)
        with self.assertRaisesRegex(UserError, "is for approved clients"):
            order.action_confirm()
        application = self.apply()
        with self.assertRaisesRegex(UserError, "waits for our answer"):
            order.action_confirm()
        application.reason = "No"
        application.action_refuse()
        with self.assertRaisesRegex(UserError, "is for approved clients"):
            order.action_confirm()
        application.action_approve()
        order.action_confirm()
        self.assertEqual(order.state, "sale")

    def test_who_had_a_pack_needs_no_approval(self):
        self.make_pack(60)
        self.assertEqual(self.sell(self.pack_product).state, "sale")
        with self.assertRaisesRegex(ValidationError, "client already"):
            self.apply()

    def test_an_account_of_another_policy_needs_no_approval(self):
        free = make_policy(self.env, self.company, "Free")
        self.make_account(policy=free)
        with self.assertRaisesRegex(ValidationError, "No application is needed"):
            self.apply()
        overview = self.env["support.qualification"]._get_overview(
            self.contact, self.company
        )
        self.assertFalse(overview["open_policies"])
        self.assertEqual(self.sell(self.pack_product).state, "sale")

    def test_the_approval_of_another_policy_or_client_is_none(self):
        other = make_policy(self.env, self.company, "Other", needs_qualification=True)
        apply(self.env, self.contact, other).action_approve()
        stranger = self.make_client("Stranger")
        apply(self.env, stranger, self.policy).action_approve()
        with self.assertRaisesRegex(UserError, "is for approved clients"):
            self.quote(self.pack_product).action_confirm()

    def test_a_line_added_later_needs_the_approval_too(self):
        free = make_policy(self.env, self.company, "Free")
        product = self.products[60]
        product.support_policy_id = free
        order = self.sell(product)
        self.assertEqual(order.state, "sale")
        self.client.support_account_ids.policy_id = self.policy
        with self.assertRaisesRegex(ValidationError, "^First purchase: "):
            order.order_line = [Command.create({"product_id": self.pack_product.id})]

    def test_both_rules_hold_together(self):
        self.policy.limit_first_purchase = True
        self.products[60].support_for_new_clients = True
        rows = self.policy._get_support_price_table(
            self.env["product.pricelist"], self.company, self.contact
        )
        self.assertTrue(all("approved clients" in row["problem"] for row in rows))
        self.apply().action_approve()
        rows = self.policy._get_support_price_table(
            self.env["product.pricelist"], self.company, self.contact
        )
        self.assertEqual(
            [bool(row["problem"]) for row in rows], [False, True, True, True]
        )

    def test_another_company_s_applications_are_not_seen(self):
        other = self.env["res.company"].create({"name": "Other"})
        policy = make_policy(self.env, other, needs_qualification=True)
        application = apply(self.env, self.contact, policy)
        self.assertFalse(application.with_user(self.manager).has_access("read"))


@tagged("post_install", "-at_install")
class TestApplyPage(PortalCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy.needs_qualification = True
        cls.applications = cls.env["support.qualification"]

    def send(self, text="We sell wine.", policy=None, **kw):
        return self.post(
            f"{PAGE}/send",
            description=text,
            policy=str((policy or self.policy).id),
            **kw,
        )

    def found(self, client=None):
        return self.applications.search(
            [("partner_id", "=", (client or self.client).id)]
        )

    def test_support_leads_to_the_form(self):
        self.login(self.anna)
        self.assertEqual(len(self.page("/my/support").xpath(f"//a[@href='{PAGE}']")), 1)

    def test_the_form_creates_the_application_and_then_shows_its_state(self):
        self.login(self.anna)
        page = self.page(PAGE)
        self.assertEqual(len(page.xpath("//textarea[@name='description']")), 1)
        self.assert_redirects(self.send(), PAGE)
        application = self.found()
        self.assertEqual(application.contact_id, self.anna.partner_id)
        page = self.page(PAGE)
        self.assertFalse(page.xpath("//textarea"))
        [shown] = self.texts(page, "o_support_application")
        self.assertIn("We have received your application", shown)
        application.action_approve()
        [shown] = self.texts(self.page(PAGE), "o_support_application")
        self.assertIn("is approved", shown)
        application.reason = "Too far away"
        application.action_refuse()
        page = self.page(PAGE)
        [shown] = self.texts(page, "o_support_application")
        self.assertIn("is refused: Too far away", shown)
        self.assertTrue(page.xpath("//textarea"), "One may try again")

    def test_wrong_texts_come_back_with_what_is_wrong(self):
        self.login(self.anna)
        for text in ("  ", "x" * (MAX_DESCRIPTION + 1)):
            response = self.send(text)
            self.assertEqual(response.status_code, 200)
            page = self.parse(response)
            [error] = self.texts(page, "o_support_error")
            self.assertTrue(error.startswith("Description: "))
            [area] = page.xpath("//textarea")
            self.assertEqual(area.text_content().strip(), text.strip())
        self.assertFalse(self.found())

    def test_a_second_one_is_refused(self):
        self.login(self.anna)
        self.send()
        self.login(self.andy)
        self.assertEqual(self.send("Again").status_code, 200)
        self.assertEqual(len(self.found()), 1)

    def test_another_site_s_form_creates_nothing(self):
        self.login(self.anna)
        response = self.post_without_token(
            f"{PAGE}/send", description="We sell wine.", policy=str(self.policy.id)
        )
        self.assertEqual(response.status_code, 400)
        self.assertFalse(self.found())

    def test_opening_the_address_of_the_form_creates_nothing(self):
        self.login(self.anna)
        with mute_logger("odoo.http"):
            response = self.get(f"{PAGE}/send?description=x&policy={self.policy.id}")
        self.assertEqual(response.status_code, 405)
        self.assertFalse(self.found())

    def test_a_visitor_is_asked_to_log_in(self):
        self.login(None)
        self.assertIn("/web/login", self.get(PAGE).headers["Location"])

    def test_other_policies_cannot_be_applied_for(self):
        self.login(self.anna)
        hidden = make_policy(self.env, self.company, "Hidden")
        self.assert_redirects(self.send(policy=hidden), PAGE)
        self.assert_redirects(self.post(f"{PAGE}/send", policy="x" * 99), PAGE)
        self.assertFalse(self.found())

    def test_html_of_a_client_is_text(self):
        self.login(self.anna)
        response = self.send(" " * 6000 + "<script>" + "x" * MAX_DESCRIPTION)
        self.assertNotIn("<script>x", response.text)

    def test_where_no_approval_is_needed_the_page_says_so(self):
        self.policy.needs_qualification = False
        self.login(self.anna)
        page = self.page(PAGE)
        self.assertFalse(page.xpath("//textarea"))
        [shown] = self.texts(page, "o_support_no_application")
        self.assertIn("No application is needed", shown)
        self.assertFalse(self.page("/my/support").xpath(f"//a[@href='{PAGE}']"))

    def test_a_client_with_packs_is_a_client(self):
        self.make_pack(60)
        self.login(self.anna)
        [shown] = self.texts(self.page(PAGE), "o_support_no_application")
        self.assertIn("client already", shown)
        self.assertFalse(self.page("/my/support").xpath(f"//a[@href='{PAGE}']"))

    def test_a_client_sees_its_own_and_writes_none(self):
        mine = apply(self.env, self.anna.partner_id, self.policy)
        theirs = apply(self.env, self.rita.partner_id, self.policy, "Secret plans")
        self.login(self.andy)
        model = "support.qualification"
        self.assertEqual(self.call(model, "search", []), mine.ids)
        self.assertTrue(self.call(model, "read", mine.ids, ["description", "state"]))
        self.assert_refused({"AccessError"}, model, "read", theirs.ids, ["state"])
        for method, args in (
            ("write", [mine.ids, {"state": "approved"}]),
            ("create", [[{"partner_id": self.client.id, "policy_id": 1}]]),
            ("unlink", [mine.ids]),
            ("action_approve", [mine.ids]),
            ("action_refuse", [mine.ids]),
        ):
            self.assert_refused({"AccessError"}, model, method, *args)
        self.assertNotIn("Secret plans", self.text(self.page(PAGE)))


@tagged("post_install", "-at_install")
class TestQualifiedQuotation(QuotationCommon):
    """The doors of the portal are closed until the approval."""

    def test_the_doors_open_with_the_approval(self):
        self.policy.write({"limit_first_purchase": False, "needs_qualification": True})
        order = self.refused
        self.login(self.anna)
        answer = self.accept(order)
        self.assertIn("is for approved clients", answer["error"])
        with mute_logger("odoo.http"), self.assertRaises(JsonRpcException):
            self.start_payment(order)
        self.assertFalse(order.transaction_ids)
        apply(self.env, self.anna.partner_id, self.policy).action_approve()
        self.assertIn("redirect_url", self.accept(order))
        self.assertEqual(order.state, "sale")
