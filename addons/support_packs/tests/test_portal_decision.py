"""The client decides about work that no pack covers, on the ticket's page."""

from odoo.tests import tagged

from .portal_common import PortalCommon


@tagged("post_install", "-at_install")
class TestClientDecides(PortalCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy.uncovered_policy = "block"
        cls.policy.overage_product_id = cls.env["product.product"].create(
            {
                "name": "1 hour",
                "type": "service",
                "list_price": 75,
                "company_id": cls.company.id,
                "support_unit": "minute",
                "support_quantity": 60,
            }
        )
        cls.make_account()
        cls.ticket = cls.make_ticket(cls.anna.partner_id)
        cls.log(cls.ticket, 20)
        cls.charge = cls.ticket.support_charge_id
        cls.url = f"/my/ticket/{cls.ticket.id}"
        cls.address = f"{cls.url}/support/decide"

    def decide(self, **values):
        return self.post(self.address, **values)

    def assert_undecided(self):
        self.charge.invalidate_recordset()
        self.assertEqual((self.charge.state, self.charge.decision), ("waiting", False))

    def test_the_page_offers_both_ways_with_the_price(self):
        self.login(self.anna)
        [choices] = self.texts(self.page(self.url), "o_support_choices")
        self.assertIn("My next pack pays it", choices)
        self.assertIn("75.00", choices)

    def test_invoice(self):
        self.login(self.andy)
        self.assert_redirects(self.decide(choice="invoice"), f"{self.url}#support")
        self.assert_charge(self.ticket, 0, uncovered=60, state="to_invoice")
        self.assertEqual(self.charge.decided_by_id, self.andy)
        self.assertFalse(self.texts(self.page(self.url), "o_support_choices"))
        self.assertEqual(self.ticket.message_ids[0].author_id, self.andy.partner_id)

    def test_next_pack(self):
        self.login(self.anna)
        self.decide(choice="next_pack")
        self.assert_charge(self.ticket, 0, uncovered=60, state="waiting")
        self.assertIn("It waits for your next pack", self.text(self.page(self.url)))
        self.make_pack(100)
        self.assert_charge(self.ticket, 60)

    def test_a_second_click_changes_nothing(self):
        self.login(self.anna)
        self.decide(choice="invoice")
        self.decide(choice="next_pack")
        self.assert_charge(self.ticket, 0, uncovered=60, state="to_invoice")

    def test_hostile_values_change_nothing(self):
        self.login(self.anna)
        for values in (
            {},
            {"choice": "waive"},
            {"choice": "x" * 5000},
            {"choice": "invoice\x00"},
            {"decision": "invoice"},
        ):
            self.assertEqual(self.decide(**values).status_code, 302, values)
            self.assert_undecided()

    def test_neither_a_link_nor_another_site_s_form_decides(self):
        self.login(self.anna)
        self.assertIn(
            self.get(f"{self.address}?choice=invoice").status_code, (404, 405)
        )
        response = self.post_without_token(self.address, choice="invoice")
        self.assertEqual(response.status_code, 400)
        self.assert_undecided()

    def test_who_only_follows_the_ticket_decides_nothing(self):
        self.ticket.message_subscribe(self.rita.partner_id.ids)
        self.login(self.rita)
        self.decide(choice="invoice")
        self.assert_undecided()

    def test_other_tickets_are_out_of_reach(self):
        self.login(self.rita)
        for number in (self.ticket.id, 0, "9" * 30, "abc"):
            response = self.post(
                f"/my/ticket/{number}/support/decide", choice="invoice"
            )
            self.assert_redirects(response, "/my")
        self.assert_undecided()

    def test_where_the_policy_decides_the_client_is_not_asked(self):
        self.policy.uncovered_policy = "wait"
        self.login(self.anna)
        self.assertFalse(self.texts(self.page(self.url), "o_support_choices"))
        self.decide(choice="invoice")
        self.assert_undecided()
