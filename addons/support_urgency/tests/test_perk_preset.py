"""Perks in the support model ``ticket_policy``: what it brings, in both languages."""

from odoo.tests import tagged

from odoo.addons.support_packs.tests.test_presets import PresetCommon

from ..presets.perks import PERKS

PARTS = ["perks/basic", "perks/intermediate", "perks/advanced"]
PARTS += ["service/catalogue", "service/travel"]


@tagged("post_install", "-at_install")
class TestPerkPreset(PresetCommon):
    def test_percentages_visits_and_words(self):
        records, made = self.load("ticket_policy")
        self.assertEqual([key for key in made if key in PARTS], PARTS)
        found = {
            code: (product.support_service_discount, product.support_visits_per_month)
            for code in ("basic", "intermediate", "advanced")
            for product in records[f"product/{code}"]
        }
        self.assertEqual(
            found, {"basic": (10, 1), "intermediate": (15, 1), "advanced": (15, 1)}
        )
        template = records["product/intermediate"].product_tmpl_id
        self.assertIn("Learning material", template.support_perks)
        spanish = template.with_context(lang="es_ES")
        self.assertIn("Material de aprendizaje", spanish.support_perks)
        self.assertFalse(records["product/basic"].support_perks)
        self.assertTrue(records["service/catalogue"].support_catalogue_service)
        self.assertEqual(records["policy"].travel_product_id, records["service/travel"])

    def test_examples_are_marked(self):
        parts = {
            part.key: part
            for part in self.presets._get_parts("ticket_policy", self.shop)
        }
        for key in ("service/catalogue", "service/travel"):
            self.assertEqual(parts[key].remark, "Example price: check it.")
            self.assertIn("example", parts[key].name)

    def test_a_company_that_loaded_it_before_gets_the_perks(self):
        records, _made = self.load("ticket_policy")
        parts = self.env["support.preset.part"].search(
            [("company_id", "=", self.shop.id), ("key", "in", PARTS)]
        )
        parts.unlink()
        records["product/basic"].support_service_discount = 12
        packs = records["product/intermediate"] + records["product/advanced"]
        packs.write(
            {
                "support_service_discount": 0,
                "support_visits_per_month": 0,
                "support_perks": False,
            }
        )
        records["policy"].travel_product_id = False
        records, made = self.load("ticket_policy")
        self.assertEqual(made, PARTS[1:])
        self.assertEqual(records["product/basic"].support_service_discount, 12)
        self.assertEqual(packs.mapped("support_service_discount"), [15, 15])
        self.assertEqual(self.load("ticket_policy")[1], [])

    def test_every_pack_of_the_data_is_one_of_its_model(self):
        for preset in self.presets._get_presets():
            perks = preset.extras.get("perks")
            self.assertEqual(bool(perks), preset.code in PERKS)
            if perks:
                codes = {one.code for one in preset.products if one.is_pack}
                self.assertEqual(set(perks.packs), codes)
