"""What the client reads of perks: on the overview, when buying, on the ticket."""

from odoo import fields
from odoo.tests import tagged

from odoo.addons.support_packs.tests.portal_common import PortalCommon

from .common_perk import WORDS, PerkCommon

DISCOUNT = "15 % off other services of our catalogue, while the policy is in force"


@tagged("post_install", "-at_install")
class TestPerkPortal(PerkCommon, PortalCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pack = cls.sell(cls.intermediate).order_line.support_pack_ids

    def test_the_overview_says_what_the_policy_brings(self):
        self.login(self.anna)
        page = self.page("/my/support")
        [policy] = self.texts(page, "o_support_policy")
        for text in (self.pack.name, DISCOUNT, "1 visit a month", "Learning material"):
            self.assertIn(text, policy)
        self.pack._post(-self.pack.balance, "usage", date=fields.Datetime.now())
        self.assertEqual(self.pack.state, "exhausted")
        self.assertTrue(self.texts(self.page("/my/support"), "o_support_policy"))
        self.pack.state = "suspended"
        self.assertFalse(self.texts(self.page("/my/support"), "o_support_policy"))

    def test_nobody_else_reads_it(self):
        self.login(self.rita)
        self.assertNotIn(self.pack.name, self.text(self.page("/my/support")))

    def test_the_page_to_buy_says_it_before(self):
        self.login(self.anna)
        page = self.page("/my/support/buy")
        texts = self.texts(page, "o_support_offer_perks")
        self.assertEqual(len(texts), 2)
        self.assertIn("10 % off", texts[0])
        self.assertIn(DISCOUNT, texts[1])
        self.assertIn("Advice on projects", texts[1])

    def test_in_spanish(self):
        self.env["res.lang"]._activate_lang("es_ES")
        self.intermediate.product_tmpl_id.with_context(lang="es_ES").write(
            {"support_perks": "Material de aprendizaje"}
        )
        pack = self.sell(self.intermediate).order_line.support_pack_ids
        self.assertEqual(
            pack.perks, {"en_US": WORDS, "es_ES": "Material de aprendizaje"}
        )
        self.anna.lang = "es_ES"
        self.login(self.anna)
        text = self.text(self.page("/es/my/support"))
        self.assertIn("Material de aprendizaje", text)

    def test_the_ticket_says_when_we_come(self):
        self.client.support_is_local = True
        ticket = self.make_ticket(self.anna.partner_id)
        url = f"/my/ticket/{ticket.id}"
        self.login(self.anna)
        self.assertFalse(self.texts(self.page(url), "o_support_visit"))
        ticket.support_on_site = True
        [text] = self.texts(self.page(url), "o_support_visit")
        self.assertIn("Visit on your premises:", text)
        self.assertFalse(self.texts(self.page(url), "o_support_travel"))
        ticket.support_travel_amount = 350.5
        [text] = self.texts(self.page(url), "o_support_travel")
        self.assertIn("350.50", text)
        ticket.message_subscribe(partner_ids=self.rita.partner_id.ids)
        self.login(self.rita)
        self.assertFalse(self.texts(self.page(url), "o_support_visit"))
