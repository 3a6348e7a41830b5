from odoo import Command, http
from odoo.tests import tagged

from odoo.addons.helpdesk_mgmt.controllers.main import HelpdeskTicketController

from .common import SupportPacksCommon
from .portal_common import PortalCommon

MAIL = """Return-Path: <{sender}>
To: {to}
From: {sender}
Message-ID: <{sender}-1>
Date: Tue, 03 Mar 2026 10:15:00 +0100
MIME-Version: 1.0
Subject: The shop is down
Content-Type: text/plain; charset=UTF-8

Nothing works since this morning.
"""


@tagged("post_install", "-at_install")
class TestClosing(PortalCommon):
    """``/ticket/close`` closed anybody's ticket, by following a link."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ticket = cls.make_ticket(cls.anna.partner_id)
        cls.stage_cancelled = cls.env.ref(
            "helpdesk_mgmt.helpdesk_ticket_stage_cancelled"
        )

    def close(self, ticket=None, stage=None, **values):
        values.setdefault("ticket_id", (ticket or self.ticket).id)
        values.setdefault("stage_id", (stage or self.stage_done).id)
        return self.post("/ticket/close", **values)

    def test_the_client_closes_its_ticket(self):
        self.login(self.anna)
        self.assert_redirects(self.close(), f"/my/ticket/{self.ticket.id}")
        self.assertEqual(self.ticket.stage_id, self.stage_done)
        self.assertTrue(self.ticket.closed_date)

    def test_a_colleague_closes_it_too(self):
        self.login(self.andy)
        self.close()
        self.assertEqual(self.ticket.stage_id, self.stage_done)

    def test_a_stranger_does_not(self):
        self.login(self.rita)
        self.assert_redirects(self.close(), "/my")
        self.assertEqual(self.ticket.stage_id, self.stage_new)

    def test_a_follower_of_another_company_does_not(self):
        """Closing may take units from the packs of a client that is not theirs."""
        self.ticket.message_subscribe(self.rita.partner_id.ids)
        self.login(self.rita)
        self.assert_redirects(self.close(), f"/my/ticket/{self.ticket.id}")
        self.assertEqual(self.ticket.stage_id, self.stage_new)
        page = self.page(f"/my/ticket/{self.ticket.id}")
        self.assertFalse(page.xpath("//form[@action='/ticket/close']"))

    def test_a_visitor_does_not(self):
        self.login(None)
        token = self.ticket._portal_ensure_token()
        page = self.page(f"/my/ticket/{self.ticket.id}/{token}")
        self.assertFalse(page.xpath("//form[@action='/ticket/close']"))
        self.assertIn("/web/login", self.close().headers["Location"])
        self.assertEqual(self.ticket.stage_id, self.stage_new)

    def test_a_link_closes_nothing(self):
        self.login(self.anna)
        query = f"ticket_id={self.ticket.id}&stage_id={self.stage_done.id}"
        self.assertEqual(self.get(f"/ticket/close?{query}").status_code, 405)
        self.assertEqual(self.ticket.stage_id, self.stage_new)

    def test_a_form_of_another_site_closes_nothing(self):
        self.login(self.anna)
        response = self.post_without_token(
            "/ticket/close", ticket_id=self.ticket.id, stage_id=self.stage_done.id
        )
        self.assertEqual(response.status_code, 400)
        self.assertEqual(self.ticket.stage_id, self.stage_new)

    def test_the_page_offers_forms_that_work(self):
        self.login(self.anna)
        page = self.page(f"/my/ticket/{self.ticket.id}")
        forms = page.xpath("//form[@action='/ticket/close']")
        self.assertGreaterEqual(len(forms), 2)
        for form in forms:
            self.assertEqual(form.method, "POST")
            self.assertTrue(form.fields["csrf_token"])
        values = dict(forms[0].fields)
        self.url_open("/ticket/close", data=values, allow_redirects=False)
        self.assertTrue(self.ticket.closed)

    def test_the_sidebar_of_the_page_is_there(self):
        """Odoo 19 hands it nothing when its call has a further attribute."""
        self.ticket.user_id = self.env.user
        self.login(self.anna)
        page = self.page(f"/my/ticket/{self.ticket.id}")
        [sidebar] = self.texts(page, "o_portal_sidebar_content")
        self.assertIn(self.ticket.number, sidebar)
        self.assertIn(self.env.user.name, sidebar)

    def test_only_stages_that_the_page_offers(self):
        other_team = self.team.copy({"name": "Other team"})
        branch = self.env["res.company"].create({"name": "Second Workshop"})
        stages = self.env["helpdesk.ticket.stage"]
        values = {"closed": True, "close_from_portal": True}
        of_team = {"team_ids": [Command.set(other_team.ids)], "company_id": False}
        refused = [
            self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_awaiting"),
            stages.create({"name": "Other team", **values, **of_team}),
            stages.create({"name": "Branch", **values, "company_id": branch.id}),
        ]
        self.login(self.anna)
        for stage in refused:
            self.close(stage=stage)
            self.assertEqual(self.ticket.stage_id, self.stage_new, stage.name)

    def test_a_closed_ticket_is_not_closed_again_another_way(self):
        self.solve(self.ticket)
        self.login(self.anna)
        self.close(stage=self.stage_cancelled)
        self.assertEqual(self.ticket.stage_id, self.stage_done)

    def test_garbage_closes_nothing_and_never_fails(self):
        self.login(self.anna)
        for garbage in (
            "",
            "x",
            "-1",
            "0",
            "1.5",
            "9" * 20,
            "9" * 5000,
            "٣",
            "'",
            "[1]",
        ):
            self.assert_redirects(self.close(ticket_id=garbage), "/my")
            response = self.close(stage_id=garbage)
            self.assert_redirects(response, f"/my/ticket/{self.ticket.id}")
        self.assert_redirects(self.post("/ticket/close"), "/my")
        self.assert_redirects(self.post("/ticket/close", user_id="x"), "/my")
        self.assertEqual(self.ticket.stage_id, self.stage_new)


@tagged("post_install", "-at_install")
class TestOpening(PortalCommon):
    """``/submitted/ticket`` took a GET, any value, and whatever else was sent."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write(
            {
                "helpdesk_mgmt_portal_select_team": True,
                "helpdesk_mgmt_portal_select_category": True,
                "helpdesk_mgmt_portal_team_id_required": False,
                "helpdesk_mgmt_portal_category_id_required": False,
            }
        )
        categories = cls.env["helpdesk.ticket.category"]
        cls.category = categories.create(
            {"name": "Shop", "company_id": cls.company.id, "show_in_portal": True}
        )
        cls.hidden = categories.create(
            {"name": "Hidden", "company_id": cls.company.id, "show_in_portal": False}
        )
        cls.branch = cls.env["res.company"].create({"name": "Second Workshop"})
        cls.of_branch = categories.create(
            {"name": "Branch", "company_id": cls.branch.id, "show_in_portal": True}
        )
        cls.anna.company_ids |= cls.branch

    def submit(self, **values):
        values = {"subject": "Slow shop", "description": "It takes 12 s", **values}
        return self.post("/submitted/ticket", **values)

    def tickets(self):
        domain = [("partner_id", "=", self.anna.partner_id.id)]
        return self.env["helpdesk.ticket"].search(domain, order="id desc")

    def assert_refused_with(self, response, field):
        """The form is there again, and says what is wrong with the field."""
        self.assertEqual(response.status_code, 200)
        self.assertFalse(self.tickets())
        page = self.parse(response)
        [alert] = self.texts(page, "alert-danger")
        self.assertIn(f"{field}: ", alert)
        return page

    def test_a_client_opens_a_ticket(self):
        self.login(self.anna)
        response = self.submit(category=self.category.id, team=self.team.id)
        ticket = self.tickets()
        self.assert_redirects(response, f"/my/ticket/{ticket.id}")
        self.assertEqual(ticket.name, "Slow shop")
        self.assertEqual(ticket.category_id, self.category)
        self.assertEqual(ticket.team_id, self.team)
        self.assertEqual(ticket.company_id, self.company)

    def test_a_link_opens_nothing(self):
        self.login(self.anna)
        response = self.get("/submitted/ticket?subject=a&description=b")
        self.assertEqual(response.status_code, 405)
        self.assertFalse(self.tickets())

    def test_a_form_of_another_site_opens_nothing(self):
        self.login(self.anna)
        response = self.post_without_token(
            "/submitted/ticket", subject="s", description="d"
        )
        self.assertEqual(response.status_code, 400)
        self.assertFalse(self.tickets())

    def test_missing_blank_and_huge_texts_are_refused_by_name(self):
        self.login(self.anna)
        for field, label in (("subject", "Subject"), ("description", "Description")):
            for value in ("", "   \n ", "\x00", "x" * 100_000):
                self.assert_refused_with(self.submit(**{field: value}), label)
        page = self.assert_refused_with(self.post("/submitted/ticket"), "Subject")
        self.assertIn("Description: ", self.texts(page, "alert-danger")[0])

    def test_what_was_typed_is_kept_as_text(self):
        self.login(self.anna)
        typed = '"><script>alert(1)</script>\nsecond line'
        response = self.submit(subject="", description=typed, category=self.category.id)
        page = self.assert_refused_with(response, "Subject")
        [area] = page.xpath("//textarea[@name='description']")
        self.assertEqual(area.text.replace("\r\n", "\n"), typed)
        self.assertNotIn("<script>alert(1)", response.text)
        [chosen] = page.xpath("//select[@name='category']/option[@selected]/@value")
        self.assertEqual(chosen, str(self.category.id))
        self.assertIn("is-invalid", page.xpath("//input[@name='subject']/@class")[0])
        page = self.assert_refused_with(
            self.submit(subject='a "quoted" one', description=""), "Description"
        )
        self.assertEqual(
            page.xpath("//input[@name='subject']/@value"), ['a "quoted" one']
        )

    def test_a_category_or_team_that_is_not_offered_is_refused(self):
        self.login(self.anna)
        team_hidden = self.team.copy({"show_in_portal": False})
        team_branch = self.team.copy({"company_id": self.branch.id})
        for value in (
            self.hidden.id,
            self.of_branch.id,
            0,
            -1,
            "x",
            "9" * 50,
            "1 OR 1",
        ):
            page = self.assert_refused_with(self.submit(category=value), "Category")
            self.assertFalse(page.xpath("//select[@name='team']/option[. = 'Branch']"))
        for value in (team_hidden.id, team_branch.id, 0, "x", "٣", "9" * 5000):
            self.assert_refused_with(self.submit(team=value), "Team")

    def test_a_choice_that_the_company_demands_has_to_be_made(self):
        self.login(self.anna)
        self.company.helpdesk_mgmt_portal_category_id_required = True
        self.assert_refused_with(self.submit(), "Category")
        self.company.helpdesk_mgmt_portal_team_id_required = True
        self.assert_refused_with(self.submit(category=self.category.id), "Team")

    def test_a_choice_that_is_not_offered_at_all_is_ignored(self):
        self.company.helpdesk_mgmt_portal_select_category = False
        self.login(self.anna)
        self.submit(category="x")
        self.assertFalse(self.tickets().category_id)

    def test_what_the_form_does_not_ask_for_is_ignored(self):
        """Even where another add-on would take it over, as some do."""
        prepare = HelpdeskTicketController._prepare_submit_ticket_vals

        def trust(controller, **kw):
            vals = prepare(controller, **kw)
            vals.update((key, kw[key]) for key in ("priority", "number") if key in kw)
            return vals

        self.patch(HelpdeskTicketController, "_prepare_submit_ticket_vals", trust)
        self.login(self.anna)
        self.submit(
            priority="3",
            user_id=self.env.uid,
            partner_id=self.rival.id,
            stage_id=self.stage_done.id,
            support_account_id=1,
            number="HACK",
            attachment="not a file",
        )
        ticket = self.tickets()
        self.assertEqual(len(ticket), 1)
        self.assertEqual(ticket.priority, "1")
        self.assertFalse(ticket.user_id)
        self.assertEqual(ticket.stage_id, self.stage_new)
        self.assertNotEqual(ticket.number, "HACK")

    def test_a_file_in_place_of_a_text_is_refused(self):
        self.login(self.anna)
        token = http.Request.csrf_token(self)
        response = self.url_open(
            "/submitted/ticket",
            data={"csrf_token": token, "description": "d"},
            files={"subject": ("x.txt", b"x")},
        )
        self.assert_refused_with(response, "Subject")

    def test_files_are_attached(self):
        self.login(self.anna)
        token = http.Request.csrf_token(self)
        self.url_open(
            "/submitted/ticket",
            data={"csrf_token": token, "subject": "s", "description": "d"},
            files={"attachment": ("log.txt", b"hello")},
        )
        self.assertEqual(self.tickets().attachment_ids.mapped("name"), ["log.txt"])


@tagged("post_install", "-at_install")
class TestTicketList(PortalCommon):
    """``/my/tickets`` failed on words that it does not know."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ticket = cls.make_ticket(cls.anna.partner_id)

    def test_unknown_words_count_as_not_said(self):
        self.login(self.anna)
        for query in (
            "sortby=zzz",
            "groupby=zzz",
            "filterby=zzz",
            "search_in=zzz&search=shop",
            "search=%00",
            "date_begin=zzz&date_end=zzz",
            "date_begin=2026-13-01&date_end=2026-01-01",
            "date_begin=2026-01-01",
            "sortby=&groupby=&filterby=&search_in=&search=",
        ):
            page = self.page(f"/my/tickets?{query}")
            if query != "search=%00":
                self.assertIn(self.ticket.name, self.text(page), query)

    def test_known_words_still_count(self):
        self.login(self.anna)
        for query, shown in (
            ("sortby=name&groupby=stage", True),
            ("search_in=name&search=slow", True),
            ("search_in=number&search=slow", False),
            ("date_begin=2020-01-01&date_end=2020-12-31", False),
            ("date_begin=2020-01-01&date_end=2120-12-31", True),
            (f"filterby={self.stage_done.id}", False),
        ):
            text = self.text(self.page(f"/my/tickets?{query}"))
            self.assertEqual(self.ticket.name in text, shown, query)


@tagged("post_install", "-at_install")
class TestReopening(SupportPacksCommon):
    """A ticket that is open again kept the date on which it had been closed."""

    chart = False

    def test_reopening_clears_the_date(self):
        ticket = self.make_ticket()
        self.solve(ticket)
        self.assertTrue(ticket.closed_date)
        ticket.stage_id = self.stage_new
        self.assertFalse(ticket.closed_date)

    def test_closing_another_way_keeps_a_date(self):
        ticket = self.make_ticket()
        self.solve(ticket)
        ticket.stage_id = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_cancelled")
        self.assertTrue(ticket.closed_date)

    def test_a_change_of_team_that_reopens_clears_it_too(self):
        """The new team has no such stage: the stage changes by itself."""
        finished = self.env["helpdesk.ticket.stage"].create(
            {
                "name": "Finished",
                "closed": True,
                "company_id": self.company.id,
                "team_ids": [Command.set(self.team.ids)],
            }
        )
        other_team = self.team.copy({"name": "Other team"})
        ticket = self.make_ticket()
        ticket.stage_id = finished
        self.assertTrue(ticket.closed_date)
        ticket.team_id = other_team
        self.assertNotEqual(ticket.stage_id, finished)
        self.assertFalse(ticket.closed_date)

    def test_a_change_of_team_that_leaves_it_closed_keeps_it(self):
        ticket = self.make_ticket()
        self.solve(ticket)
        ticket.team_id = self.team.copy({"name": "Other team"})
        self.assertTrue(ticket.closed_date)


@tagged("post_install", "-at_install")
class TestMailTickets(SupportPacksCommon):
    """The mail gateway works as the sender, and helpdesk_mgmt assigned to the user."""

    chart = False

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.anna = cls.make_user(
            "anna",
            "base.group_portal",
            partner_id=cls.contact.id,
            email="a@example.com",
        )

    def receive(self, user):
        self.company.helpdesk_mgmt_ticket_auto_assign = True
        mail = MAIL.format(sender=user.email, to="help@workshop.example")
        threads = self.env["mail.thread"].with_context(fetchmail_cron_running=True)
        ticket_id = threads.message_process("helpdesk.ticket", mail)
        return self.env["helpdesk.ticket"].browse(ticket_id)

    def test_a_ticket_by_mail_is_not_assigned_to_the_client(self):
        ticket = self.receive(self.anna)
        self.assertEqual(ticket.create_uid, self.anna)
        self.assertEqual(ticket.partner_id, self.contact)
        self.assertFalse(ticket.user_id)

    def test_a_ticket_by_mail_of_an_employee_is_still_theirs(self):
        technician = self.make_user(
            "technician",
            "helpdesk_mgmt.group_helpdesk_user",
            email="t@workshop.example",
        )
        self.assertEqual(self.receive(technician).user_id, technician)

    def test_a_ticket_by_mail_belongs_to_the_clients_account(self):
        pack = self.make_pack(1800)
        ticket = self.receive(self.anna)
        self.assertEqual(ticket.support_account_id, pack.account_id)
