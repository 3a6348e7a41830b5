"""The support model of hours brings its conditions of urgency, in both languages."""

from odoo.tests import tagged
from odoo.tools import html2plaintext

from odoo.addons.support_packs.tests.test_presets import PresetCommon


@tagged("post_install", "-at_install")
class TestUrgencyPreset(PresetCommon):
    def test_hours_bono(self):
        records, made = self.load("hours_bono")
        policy, terms = records["policy"], records["urgent_terms"]
        self.assertIn("urgent_terms", made)
        self.assertTrue(policy.urgent_offered)
        self.assertEqual((policy.urgent_percent, policy.urgent_terms_id), (50, terms))
        self.assertEqual(policy._get_urgent_terms(), terms)
        for lang, words in (("en_US", "112.50 EUR"), ("es_ES", "112,50 EUR")):
            body = html2plaintext(terms.with_context(lang=lang).body)
            self.assertIn(words, body)
        self.assertFalse(self.load("hours_bono")[1], "Loading again makes nothing")

    def test_a_policys_own_conditions_stay(self):
        records, _made = self.load("hours_bono")
        own = self.env["support.terms"].create(
            {"name": "Own", "body": "<p>Own</p>", "company_id": self.shop.id}
        )
        records["policy"].urgent_terms_id = own
        records, made = self.load("hours_bono")
        self.assertFalse(made)
        self.assertEqual(records["policy"].urgent_terms_id, own)

    def test_the_others_have_none(self):
        for code in ("credits_recharge", "minutes_pack", "fair_use", "ticket_policy"):
            records, _made = self.load(code)
            self.assertNotIn("urgent_terms", records)
            self.assertFalse(records["policy"].urgent_offered)
