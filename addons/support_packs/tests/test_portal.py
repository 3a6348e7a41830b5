from datetime import date, datetime, timedelta

from odoo.tests import tagged
from odoo.tools import mute_logger

from .portal_common import PortalCommon


@tagged("post_install", "-at_install")
class TestOverview(PortalCommon):
    """``/my`` and ``/my/support``."""

    def test_the_home_page_leads_to_support(self):
        self.login(self.anna)
        cards = self.page("/my").xpath("//a[@href='/my/support']")
        self.assertEqual(len(cards), 1)

    def test_a_visitor_is_asked_to_log_in(self):
        self.login(None)
        for path in ("/my/support", "/my/support/ledger", "/my/support/ledger/pdf"):
            self.assertIn("/web/login", self.get(path).headers["Location"])

    def test_balance_packs_and_movements_are_shown(self):
        pack = self.make_pack(1800, name="Bono 30 h #12")
        ticket = self.make_ticket(self.anna.partner_id)
        self.log(ticket, 25)
        self.login(self.anna)
        page = self.page("/my/support")
        self.assertEqual(self.texts(page, "o_support_balance_number"), ["1,740 min"])
        [shown] = self.texts(page, "o_support_pack")
        for text in (pack.name, "Active", "1,740 min left of 1,800 min", "expires on"):
            self.assertIn(text, shown)
        self.assertIn("25 min → minimum 60 min = 60 min", self.text(page))
        self.assertEqual(page.xpath("//@aria-valuenow"), ["96"])

    def test_a_colleague_sees_the_same(self):
        self.make_pack(60)
        for user in (self.anna, self.andy):
            self.login(user)
            page = self.page("/my/support")
            self.assertEqual(self.texts(page, "o_support_balance_number"), ["60 min"])

    def test_another_client_sees_nothing_of_it(self):
        self.make_pack(60, name="Pack of Anna")
        self.login(self.rita)
        page = self.page("/my/support")
        self.assertNotIn("Pack of Anna", self.text(page))
        self.assertFalse(self.texts(page, "o_support_balance_number"))

    def test_a_client_without_account_is_told_what_to_do(self):
        self.login(self.rita)
        [box] = self.texts(self.page("/my/support"), "o_support_nothing")
        self.assertIn("You have no support packs yet", box)
        self.assertIn(self.company.email, box)

    def test_a_client_whose_packs_are_over_is_told_what_to_do(self):
        pack = self.make_pack(60)
        pack._expire()
        self.login(self.anna)
        page = self.page("/my/support")
        [box] = self.texts(page, "o_support_nothing")
        self.assertIn("used up or have expired", box)
        [finished] = self.texts(page, "o_support_finished")
        self.assertIn(pack.name, finished)

    def test_a_pack_that_expires_soon_is_marked(self):
        today = self.company.support_local_date()
        soon = self.make_pack(60, day=today - timedelta(days=340), name="Soon")
        later = self.make_pack(60, day=today, name="Later")
        self.login(self.anna)
        page = self.page("/my/support")
        [marked] = self.texts(page, "o_support_expiry_soon")
        days = (soon.date_end - today).days
        self.assertIn(f"in {days} days", marked)
        self.assertNotIn(later.name, marked)

    def test_what_is_suspended_is_told_apart_from_the_balance(self):
        self.make_pack(60)
        self.make_pack(45)._set_state("suspended")
        self.login(self.anna)
        page = self.page("/my/support")
        self.assertEqual(self.texts(page, "o_support_balance_number"), ["60 min"])
        self.assertEqual(
            self.texts(page, "o_support_not_usable"),
            ["Besides, 45 min that cannot be used for now."],
        )

    def test_an_unpaid_pack_says_what_it_waits_for(self):
        self.sell(self.pack_product)
        self.login(self.anna)
        [shown] = self.texts(self.page("/my/support"), "o_support_pack")
        self.assertIn("Waiting for payment", shown)
        self.assertIn("as soon as its invoice is paid", shown)

    def test_no_price_is_shown(self):
        euro = self.company.currency_id
        self.make_pack(1800, amount=1234.5, currency_id=euro.id)
        self.login(self.anna)
        text = self.text(self.page("/my/support"))
        self.assertIn("1,800 min", text)
        self.assertNotIn("1,234.5", text)
        self.assertNotIn(euro.symbol, text)

    def test_several_accounts_are_told_apart_by_the_company(self):
        branch = self.env["res.company"].create({"name": "Second Workshop"})
        self.anna.company_ids |= branch
        policy = self.policy.copy({"company_id": branch.id, "request_type_ids": []})
        self.make_pack(60)
        self.make_pack(45, account=self.make_account(policy=policy))
        self.login(self.anna)
        first, second = self.texts(self.page("/my/support"), "o_support_account")
        for expected in (self.company.name, "60 min"):
            self.assertIn(expected, first)
        for expected in (branch.name, "45 min"):
            self.assertIn(expected, second)

    def test_an_employee_sees_no_account_of_a_client_here(self):
        self.make_pack(60, name="Pack of Anna")
        for group in ("helpdesk_mgmt.group_helpdesk_user", "base.group_user"):
            self.login(self.make_user(group, group))
            self.assertNotIn("Pack of Anna", self.text(self.page("/my/support")))


@tagged("post_install", "-at_install")
class TestLedgerPage(PortalCommon):
    """``/my/support/ledger`` and the PDF."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account = cls.make_account()
        cls.make_pack(1800, day=date(2026, 1, 10))
        cls.ticket = cls.make_ticket(cls.anna.partner_id)
        cls.log(cls.ticket, 25, datetime(2026, 3, 5, 9))
        cls.log(cls.ticket, 80, datetime(2026, 4, 1, 9))

    def rows(self, page):
        """Return the movements as ``[(date, movement, balance)]``."""
        return list(
            zip(
                self.texts(page, "o_support_date"),
                self.texts(page, "o_support_quantity"),
                [
                    t.removeprefix("Balance: ")
                    for t in self.texts(page, "o_support_after")
                ],
                strict=True,
            )
        )

    def test_movements_come_newest_first_with_the_running_balance(self):
        self.login(self.anna)
        page = self.page("/my/support/ledger")
        self.assertEqual(
            self.rows(page),
            [
                ("1 Apr 2026", "-45 min", "1,695 min"),
                ("5 Mar 2026", "-60 min", "1,740 min"),
                ("10 Jan 2026", "+1,800 min", "1,800 min"),
            ],
        )

    def test_a_period_shows_its_balances(self):
        self.login(self.anna)
        page = self.page("/my/support/ledger?date_from=2026-03-01&date_to=2026-03-31")
        self.assertEqual(self.texts(page, "o_support_opening"), ["1,800 min"])
        self.assertEqual(self.texts(page, "o_support_closing"), ["1,740 min (29 h)"])
        self.assertEqual(self.rows(page), [("5 Mar 2026", "-60 min", "1,740 min")])

    def test_dates_are_those_of_the_company_whoever_reads(self):
        self.company.support_tz = "Pacific/Auckland"
        self.anna.tz = "America/Los_Angeles"
        self.log(self.ticket, 5, datetime(2026, 5, 9, 13))
        self.login(self.anna)
        self.assertEqual(
            self.rows(self.page("/my/support/ledger"))[0][0], "10 May 2026"
        )

    def test_a_movement_leads_to_its_ticket(self):
        self.login(self.andy)
        links = self.page("/my/support/ledger").xpath(
            f"//a[@href='/my/ticket/{self.ticket.id}']"
        )
        self.assertEqual(len(links), 2)

    def test_a_ticket_that_the_reader_may_not_open_is_not_named(self):
        """The ticket went to another contact meanwhile; the movements stay."""
        self.ticket.message_unsubscribe(self.ticket.message_partner_ids.ids)
        self.env.cr.execute(
            "UPDATE helpdesk_ticket SET partner_id = %s WHERE id = %s",
            [self.rival.id, self.ticket.id],
        )
        self.env.invalidate_all()
        self.login(self.anna)
        page = self.page("/my/support/ledger")
        self.assertEqual(len(self.rows(page)), 3)
        self.assertNotIn(self.ticket.name, self.text(page))
        self.assertNotIn(self.ticket.number, self.text(page))

    def test_wrong_dates_give_a_message_and_no_failure(self):
        self.login(self.anna)
        for query, message in (
            ("date_from=yesterday", "From: “yesterday” is not a date."),
            ("date_to=2026-02-30", "To: “2026-02-30” is not a date."),
            ("date_from=9999-12-31", "From: “9999-12-31” is not a date."),
            ("date_from=%00%27%3Cb%3E", "is not a date."),
            ("date_from=2026-02-02&date_to=2026-02-01", "ends before it begins"),
        ):
            page = self.page(f"/my/support/ledger?{query}")
            [alert] = self.texts(page, "alert-danger")
            self.assertIn(message, alert)
            self.assertFalse(page.xpath("//b[contains(text(), 'is not')]"))
            response = self.get(f"/my/support/ledger/pdf?{query}")
            self.assertEqual(response.status_code, 303)
            self.assertIn("/my/support/ledger?", response.headers["Location"])

    def test_long_histories_come_in_pages(self):
        for _index in range(20):
            self.log(self.ticket, 1, datetime(2026, 4, 2, 9))
        self.login(self.anna)
        self.assertEqual(len(self.rows(self.page("/my/support/ledger"))), 20)
        last = self.page("/my/support/ledger/page/2")
        self.assertEqual(len(self.rows(last)), 3)
        self.assertEqual(self.rows(last)[-1][2], "1,800 min")
        self.assertEqual(
            self.rows(self.page("/my/support/ledger/page/999")), self.rows(last)
        )

    def test_an_account_of_somebody_else_is_not_shown(self):
        self.login(self.rita)
        for account in (self.account.id, 0, -1, 10**12, "x", "%00", "1e3"):
            for path in ("/my/support/ledger", "/my/support/ledger/pdf"):
                response = self.get(f"{path}?account={account}")
                self.assert_redirects(response, "/my/support")

    def test_a_client_without_account_is_sent_to_the_overview(self):
        self.login(self.rita)
        self.assert_redirects(self.get("/my/support/ledger"), "/my/support")
        self.assert_redirects(self.get("/my/support/ledger/pdf"), "/my/support")

    def test_the_statement_holds_what_the_page_shows(self):
        self.login(self.andy)
        query = "date_from=2026-03-01&date_to=2026-03-31"
        page = self.page(f"/my/support/ledger?{query}")
        [link] = page.xpath("//a[contains(@class, 'o_support_download')]/@href")
        response = self.get(link)
        self.assertEqual(response.status_code, 200)
        self.assertEqual(response.headers["Content-Type"], "application/pdf")
        self.assertIn("attachment", response.headers["Content-Disposition"])
        # Odoo does not run the printing program in tests: this is what it would print.
        document = self.text(self.parse(response))
        for text in (
            "from 1 Mar 2026 to 31 Mar 2026",
            *self.texts(page, "o_support_opening"),
            *self.texts(page, "o_support_closing"),
            *self.texts(page, "o_support_quantity"),
        ):
            self.assertIn(text, document)
        self.assertNotIn("1,695", document)

    def test_the_report_of_another_client_is_refused_by_address(self):
        url = f"/report/html/support_packs.report_support_statement/{self.account.id}"
        self.login(self.anna)
        self.assertIn("1,695 min", self.get(url).text)
        self.login(self.rita)
        with mute_logger("odoo.http"):
            response = self.get(url)
        self.assertEqual(response.status_code, 403)
        self.assertNotIn("1,695", response.text)
        options = '{"date_from": {"a": [1]}, "date_to": "x"}'
        self.login(self.anna)
        with mute_logger("odoo.http"):
            response = self.get(url, params={"options": options})
        self.assertEqual(response.status_code, 422)


@tagged("post_install", "-at_install")
class TestTicketPage(PortalCommon):
    """The block “Support” on ``/my/ticket/<id>``."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pack = cls.make_pack(1800, name="Bono 30 h #12")
        cls.ticket = cls.make_ticket(cls.anna.partner_id)
        cls.url = f"/my/ticket/{cls.ticket.id}"

    def work(self):
        for day, minutes in ((1, 25), (2, 12), (3, 43)):
            moment = datetime.now().replace(microsecond=0) - timedelta(days=4 - day)
            self.log(self.ticket, minutes, moment)

    def test_the_client_reads_what_was_done_and_what_it_cost(self):
        self.work()
        self.login(self.anna)
        page = self.page(self.url)
        works = self.texts(page, "o_support_work")
        self.assertEqual(len(works), 3)
        for shown, minutes, added in zip(
            works,
            ("25 min", "12 min", "43 min"),
            ("+60 min", "0 min", "+20 min"),
            strict=True,
        ):
            self.assertIn(f"{minutes}s"[:-1], shown)
            self.assertTrue(shown.endswith(added), shown)
            self.assertIn(self.env.user.name, shown)
        self.assertEqual(self.texts(page, "o_support_charged"), ["80 min"])
        [source] = self.texts(page, "o_support_source")
        self.assertIn(f"From: {self.pack.name} (expires ", source)
        text = self.text(page)
        self.assertIn("Charged: 80 min", text)
        self.assertIn("Balance: 1,720 min (28 h 40 min)", text)
        self.assertIn(self.ticket.stage_id.name, text)

    def test_a_colleague_reads_it_too(self):
        self.work()
        self.login(self.andy)
        self.assertEqual(
            self.texts(self.page(self.url), "o_support_charged"), ["80 min"]
        )

    def test_a_follower_of_another_company_reads_the_ticket_but_not_the_charge(self):
        self.work()
        self.ticket.message_subscribe(self.rita.partner_id.ids)
        self.login(self.rita)
        page = self.page(self.url)
        self.assertIn(self.ticket.name, self.text(page))
        self.assert_nothing_of_ours(page)

    def test_a_visitor_with_the_link_reads_the_ticket_but_not_the_charge(self):
        self.work()
        token = self.ticket._portal_ensure_token()
        for user in (None, self.rita):
            self.login(user)
            page = self.page(f"{self.url}/{token}")
            self.assertIn(self.ticket.name, self.text(page))
            self.assert_nothing_of_ours(page)

    def test_an_employee_who_follows_reads_no_charge_here(self):
        self.work()
        employee = self.make_user("employee", "base.group_user")
        self.ticket.message_subscribe(employee.partner_id.ids)
        self.login(employee)
        self.assert_nothing_of_ours(self.page(self.url))

    def assert_nothing_of_ours(self, page):
        for secret in ("25 minutes of work", "80 min", "1,720", "Bono"):
            self.assertNotIn(secret, self.text(page))
        self.assertFalse(page.xpath("//*[@id='support']"))

    def test_the_page_of_a_stranger_leads_away(self):
        self.login(self.rita)
        self.assert_redirects(self.get(self.url), "/my")
        self.assert_redirects(self.get("/my/ticket/999999999999"), "/my")

    def test_what_no_pack_covers_is_explained(self):
        self.log(self.ticket, 1900)
        self.login(self.anna)
        page = self.page(self.url)
        self.assertEqual(
            self.texts(page, "o_support_uncovered"),
            ["Not covered by your packs: 100 min. To be invoiced."],
        )
        self.assertTrue(self.texts(page, "o_support_source")[0].endswith("1,800 min"))

    def test_free_work_is_shown_as_free(self):
        self.log(self.ticket, 30, billable=False)
        self.login(self.anna)
        [shown] = self.texts(self.page(self.url), "o_support_work")
        self.assertTrue(shown.endswith("not charged"), shown)

    def test_units_typed_by_the_technician_are_nobodys_share(self):
        """Then the entries do not add up to the charge, and no entry claims a part."""
        self.work()
        self.ticket.support_typed_units = 90
        self.login(self.anna)
        page = self.page(self.url)
        self.assertEqual(self.texts(page, "o_support_charged"), ["90 min"])
        for shown in self.texts(page, "o_support_work"):
            self.assertRegex(shown, r" · \d+ min$")

    def test_before_the_debit_the_page_says_when_it_comes(self):
        self.policy.debit_on = "resolution"
        self.work()
        self.login(self.anna)
        text = self.text(self.page(self.url))
        self.assertIn("So far 80 min", text)
        self.solve(self.ticket)
        page = self.page(self.url)
        self.assertEqual(self.texts(page, "o_support_charged"), ["80 min"])

    def test_a_ticket_that_nobody_pays_has_no_block(self):
        self.ticket.support_account_id = False
        self.login(self.anna)
        self.assertFalse(self.page(self.url).xpath("//*[@id='support']"))
