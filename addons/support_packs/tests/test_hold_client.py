"""What the client reads of a hold: mails, the client area, and nothing of others."""

from odoo.tests import freeze_time, tagged

from .portal_common import PortalCommon
from .test_hold_unpaid import NOON, UnpaidCommon


@tagged("post_install", "-at_install")
class TestHoldMail(UnpaidCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("es_ES")
        cls.make_people()
        cls.company.email = "help@workshop.example"
        cls.client.write({"email": "client@example.com", "lang": "en_US"})
        cls.everything = cls.env["mail.mail"].search([])

    def mails(self):
        """Return the mails queued so far, the oldest first."""
        found = self.env["mail.mail"].search([], order="id") - self.everything
        return found.filtered(lambda mail: mail.model == "support.hold")

    def test_one_mail_when_it_begins_and_one_when_it_ends(self):
        invoice = self.bill(1200)
        self.run_cron()
        self.run_cron()
        [begins] = self.mails()
        self.assertEqual(begins.state, "outgoing")
        self.assertEqual(begins.recipient_ids, self.client)
        self.assertIn("help@workshop.example", begins.email_from)
        self.assertEqual(
            begins.subject, "Your support waits for the payment of overdue invoices"
        )
        for text in (invoice.name, "1,200.00", "9 Jun 2026", invoice.access_token):
            self.assertIn(text, begins.body_html)
        self.pay_at(invoice)
        ends = self.mails() - begins
        self.assertEqual(ends.subject, "Your support goes on")
        self.assertEqual(ends.state, "outgoing")
        self.assertIn("Nothing is overdue any more", ends.body_html)

    def test_in_the_language_of_the_client(self):
        template = self.env.ref("support_packs.mail_template_hold_begins")
        template.with_context(lang="es_ES").subject = "Su soporte espera"
        self.client.lang = "es_ES"
        self.bill(1200)
        self.run_cron()
        [mail] = self.mails()
        self.assertEqual(mail.subject, "Su soporte espera")
        self.assertIn("1.200,00", mail.body_html)
        self.assertIn("9 jun 2026", mail.body_html)

    def test_to_the_address_for_invoices(self):
        address = self.env["res.partner"].create(
            {
                "name": "Accounts payable",
                "type": "invoice",
                "parent_id": self.client.id,
                "email": "payable@example.com",
            }
        )
        self.bill()
        self.run_cron()
        self.assertEqual(self.mails().recipient_ids, address)

    def test_without_an_address_the_hold_begins_all_the_same(self):
        self.client.email = False
        self.bill()
        self.run_cron()
        self.assert_held()
        self.assertFalse(self.mails())

    def test_other_holds_are_told_by_people(self):
        for kind in ("manual", "fair_use"):
            self.env["support.hold"].create(
                {"account_id": self.account.id, "kind": kind, "reason": "Internal"}
            )
        self.assertFalse(self.mails())

    def test_who_lifts_it_does_not_say_that_it_was_paid(self):
        self.bill()
        self.run_cron()
        hold = self.assert_held()
        with freeze_time(NOON):
            hold.with_user(self.manager).action_lift()
        self.assertNotIn("Nothing is overdue", self.mails()[-1].body_html)


@tagged("post_install", "-at_install")
class TestHoldPages(UnpaidCommon, PortalCommon):
    chart = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account = cls.make_account()
        cls.ticket = cls.make_ticket(cls.anna.partner_id)
        cls.ticket_url = f"/my/ticket/{cls.ticket.id}"

    def run_cron(self, moment=NOON):
        """Requests are served in test mode already: without the job around it."""
        with freeze_time(moment):
            for account in self.env["support.account"]._search_to_hold():
                account._follow_unpaid()
        self.env.flush_all()
        self.env.invalidate_all()

    def begin(self, kind, client_reason=False):
        return self.env["support.hold"].create(
            {
                "account_id": self.account.id,
                "kind": kind,
                "reason": "INTERNAL: they shout",
                "client_reason": client_reason,
            }
        )

    def notices(self, url):
        return self.texts(self.page(url), "o_support_hold")

    def test_unpaid_lists_the_invoices_with_links(self):
        first, second = self.bill(1200, days=20), self.bill(50)
        self.bill(70, days=-400)
        self.run_cron()
        for user in (self.anna, self.andy):
            self.login(user)
            for url in ("/my/support", self.ticket_url):
                with self.subTest(user=user.login, url=url):
                    page = self.page(url)
                    [notice] = self.texts(page, "o_support_hold_unpaid")
                    self.assertIn("New work waits for your payment", notice)
                    rows = self.texts(page, "o_support_overdue_invoice")
                    self.assertEqual(len(rows), 2)
                    self.assertIn(first.name, rows[0])
                    self.assertIn("1,200.00", rows[0])
                    self.assertIn("21 May 2026", rows[0])
                    for invoice in (first, second):
                        address = f"/my/invoices/{invoice.id}"
                        self.assertTrue(page.xpath(f"//a[@href='{address}']"))
                        self.assertEqual(self.get(address).status_code, 200)
        self.pay(first + second)
        self.assertEqual(self.notices("/my/support"), [])
        self.assertEqual(self.notices(self.ticket_url), [])

    def test_another_company_reads_nothing(self):
        self.bill()
        self.run_cron()
        self.make_account(self.rival)
        self.ticket.message_subscribe(self.rita.partner_id.ids)
        self.login(self.rita)
        for url in ("/my/support", self.ticket_url):
            self.assertEqual(self.notices(url), [])

    def test_our_own_words_for_the_client_and_never_the_internal_ones(self):
        self.begin("fair_use", "Please write once a day at most.")
        self.begin("manual")
        self.login(self.anna)
        for url in ("/my/support", self.ticket_url):
            page = self.page(url)
            fair, manual = self.texts(page, "o_support_hold")
            self.assertIn("Your support is suspended", fair)
            self.assertIn("once a day", fair)
            self.assertIn("your packs do not expire meanwhile", manual)
            self.assertNotIn("INTERNAL", self.text(page))

    def test_a_hostile_reason_is_only_text(self):
        self.begin("manual", "<script>alert(1)</script>")
        self.login(self.anna)
        page = self.page("/my/support")
        [reason] = self.texts(page, "o_support_hold_reason")
        self.assertEqual(reason, "<script>alert(1)</script>")

    def test_where_work_goes_on_the_client_reads_it(self):
        self.begin("manual")
        self.account._override_holds("They are kind", self.ticket)
        self.login(self.anna)
        self.assertIn("We go on", self.notices(self.ticket_url)[0])
        self.assertNotIn("We go on", self.notices("/my/support")[0])

    def test_a_closed_ticket_says_nothing_of_it(self):
        self.begin("manual")
        self.solve(self.ticket)
        self.login(self.anna)
        self.assertEqual(self.notices(self.ticket_url), [])

    def test_tickets_are_opened_and_written_under_every_hold(self):
        for kind in ("unpaid", "fair_use", "manual"):
            self.begin(kind)
        self.login(self.anna)
        before = self.env["helpdesk.ticket"].search([])
        response = self.post(
            "/submitted/ticket",
            subject="Still here",
            description="And we need help",
            team=str(self.team.id),
        )
        self.assertIn(response.status_code, (302, 303))
        ticket = self.env["helpdesk.ticket"].search([]) - before
        self.assertEqual(ticket.support_account_id, self.account)
        ticket.with_user(self.anna).message_post(body="More about it")
        ticket.write({"name": "Corrected"})

    def test_pages_cost_the_same_for_many_invoices(self):
        numbers = []
        self.login(self.anna)
        for count in (2, 10):
            for _number in range(count):
                self.bill()
            self.run_cron()
            self.page("/my/support")
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            rows = self.texts(self.page("/my/support"), "o_support_overdue_invoice")
            numbers.append(self.cr.sql_log_count - before)
        self.assertEqual(len(rows), 12)
        self.assertEqual(numbers[0], numbers[1])
