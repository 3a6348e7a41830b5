"""The client chooses a priority, reads what it costs, and sees what we made of it."""

from odoo.tests import tagged

from odoo.addons.support_packs.tests.portal_common import PortalCommon

from .common_quota import QuotaCommon

SUBMIT = "/submitted/ticket"


@tagged("post_install", "-at_install")
class TestPriorityPortal(QuotaCommon, PortalCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.p1.examples = "Nobody can work."
        cls.company.write(
            {
                "helpdesk_mgmt_portal_select_team": True,
                "helpdesk_mgmt_portal_team_id_required": True,
            }
        )
        cls.team.show_in_portal = True

    def form(self):
        return self.page("/new/ticket")

    def notes(self, page):
        """Return what the form says about each priority: ``{code: text}``."""
        found = {}
        for text in self.texts(page, "o_support_priority"):
            found[text[:2]] = text
        return found

    def submit(self, **values):
        return self.post(
            SUBMIT,
            **{
                "subject": "The shop is down",
                "description": "Since this morning",
                "team": self.team.id,
                **values,
            },
        )

    def newest(self):
        return self.env["helpdesk.ticket"].search([], order="id desc", limit=1)

    # === the form === #

    def test_the_form_says_what_each_priority_costs(self):
        self.make_quota_pack()
        for _number in range(5):
            self.admit(self.p1)
        self.login(self.anna)
        notes = self.notes(self.form())
        self.assertIn("Nobody can work.", notes["P1"])
        self.assertIn("used up", notes["P1"])
        self.assertIn("1,200.00", notes["P1"])
        self.assertIn("Included in your packs: 2 tickets left.", notes["P2"])
        self.assertIn("Not included in your packs", notes["P4"])
        self.assertIn("1,200.00", notes["P4"])

    def test_who_has_no_pack_reads_the_price(self):
        self.login(self.anna)
        notes = self.notes(self.form())
        self.assertEqual(len(notes), 4)
        for text in notes.values():
            self.assertIn("You have no pack that can be used. It is paid", text)

    def test_who_has_no_account_reads_the_priorities_of_the_teams(self):
        self.login(self.rita)
        self.assertEqual(len(self.notes(self.form())), 4)
        self.team.support_policy_id = False
        self.assertFalse(self.notes(self.form()))

    def test_the_choice_of_the_client_is_kept(self):
        self.login(self.anna)
        response = self.submit(support_priority=str(self.p1.id))
        ticket = self.newest()
        self.assert_redirects(response, f"/my/ticket/{ticket.id}")
        self.assertEqual(ticket.support_priority_id, self.p1)
        self.assertTrue(ticket.support_priority_by_client)
        self.assertEqual(ticket.priority, "3")
        self.assertFalse(ticket.support_charge_id, "Nothing is drawn yet")

    def test_a_client_without_account_chooses_too(self):
        self.login(self.rita)
        self.submit(support_priority=str(self.p2.id))
        ticket = self.newest()
        self.assertEqual(ticket.partner_id, self.rita.partner_id)
        self.assertEqual(ticket.support_priority_id, self.p2)

    def test_a_priority_that_is_not_offered_is_refused(self):
        self.login(self.anna)
        foreign = self.env["support.priority"].search(
            [("policy_id", "!=", self.policy.id)], limit=1
        )
        self.p4.active = False
        before = self.env["helpdesk.ticket"].search_count([])
        for value in ("", "0", "-1", "zzz", "9" * 40, str(foreign.id), str(self.p4.id)):
            response = self.submit(support_priority=value)
            self.assertEqual(response.status_code, 200, value)
            page = self.parse(response)
            self.assertIn("Priority: please choose", self.text(page))
            [subject] = page.xpath("//input[@name='subject']/@value")
            self.assertEqual(subject, "The shop is down")
        self.assertEqual(self.env["helpdesk.ticket"].search_count([]), before)

    def test_stars_are_not_a_choice_of_the_client(self):
        self.login(self.anna)
        self.submit(support_priority=str(self.p3.id), priority="3")
        self.assertEqual(self.newest().priority, self.p3.ticket_priority)

    # === the pages === #

    def test_the_ticket_says_its_priority_and_why_it_was_corrected(self):
        ticket = self.make_ticket(self.anna.partner_id, support_priority_id=self.p1.id)
        self.login(self.andy)
        page = self.page(f"/my/ticket/{ticket.id}")
        [text] = self.texts(page, "o_support_ticket_priority")
        self.assertEqual(text, "Priority: P1 · Priority 1")
        ticket._correct_support_priority(self.p2, "The shop works")
        page = self.page(f"/my/ticket/{ticket.id}")
        [text] = self.texts(page, "o_support_ticket_priority")
        self.assertIn("P2", text)
        self.assertIn("Corrected by us: The shop works", text)
        self.assertEqual(
            self.texts(self.page("/my/tickets"), "o_support_priority_code"), ["P2"]
        )

    def test_a_follower_of_another_company_sees_no_priority(self):
        ticket = self.make_ticket(self.anna.partner_id, support_priority_id=self.p1.id)
        ticket.message_subscribe(self.rita.partner_id.ids)
        self.login(self.rita)
        page = self.page(f"/my/ticket/{ticket.id}")
        self.assertFalse(self.texts(page, "o_support_ticket_priority"))
        codes = self.texts(self.page("/my/tickets"), "o_support_priority_code")
        self.assertFalse(any(codes))

    def test_the_client_area_has_the_matrix(self):
        self.make_quota_pack()
        self.admit(self.p1)
        self.login(self.anna)
        page = self.page("/my/support")
        self.assertEqual(
            self.texts(page, "o_support_quota"),
            ["P1 Priority 1 5 1 4", "P2 Priority 2 2 0 2", "P3 Priority 3 1 0 1"],
        )

    def test_packs_without_quotas_have_no_matrix(self):
        self.make_pack(3, account=self.account)
        self.login(self.anna)
        self.assertFalse(self.texts(self.page("/my/support"), "o_support_quotas"))

    def test_the_page_speaks_the_language_of_the_client(self):
        self.env["res.lang"]._activate_lang("es_ES")
        self.p1.with_context(lang="es_ES").examples = "Nadie puede trabajar."
        self.anna.partner_id.lang = "es_ES"
        self.login(self.anna)
        self.opener.cookies["frontend_lang"] = "es_ES"
        page = self.page("/es/new/ticket")
        self.assertIn("Nadie puede trabajar.", self.notes(page)["P1"])

    def test_offers_follow_the_company_of_the_client(self):
        """The policy of another company is not offered, whoever has it."""
        other = self.env["res.company"].create({"name": "Other company"})
        offers = self.env["support.priority"]._get_offers(
            self.anna.partner_id, other, self.team
        )
        self.assertEqual(offers, [])
