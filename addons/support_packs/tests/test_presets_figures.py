"""Every figure of the five support models, against the table of the specification."""

import re
from decimal import Decimal

from odoo.tests import BaseCase, tagged

from ..models.support_preset import _terms
from ..presets import PRESETS
from ..presets.base import Text

# preset: (currency, unit, debited on, without enough balance, first purchase limited,
# new clients approved, days to ask for a refund, disputes, hold, urgent %, message)
RULES = {
    "hours_bono": ("EUR", "minute", "work", "invoice", 0, 0, 0, 0, 1, 50, 0),
    "credits_recharge": ("EUR", "credit", "resolution", "block", 0, 0, 0, 0, 0, 0, 1),
    "minutes_pack": ("EUR", "minute", "work", "block", 1, 1, 15, 1, 0, 0, 0),
    "fair_use": ("EUR", "none", "none", None, 0, 0, 0, 0, 0, 0, 0),
    "ticket_policy": ("MXN", "ticket", "acceptance", "invoice", 0, 0, 0, 0, 0, 0, 0),
}
# preset: {type: (minimum, block, fixed quantity)}
TYPES = {
    "hours_bono": {"support": (60, 1, 0)},
    "credits_recharge": {
        "consultation": (15, 15, 0),
        "intervention": (60, 15, 0),
        "security_update": (60, 15, 60),
    },
    "minutes_pack": {"support": (0, 1, 0)},
    "fair_use": {},
    "ticket_policy": {"event": (0, 1, 0)},
}
# preset: {product in Spanish: (price, content, expiry, months, new clients, example)}
YEAR, USE, NEVER = ("purchase", 12), ("last_use", 12), ("none", 0)
PACKS = {
    "hours_bono": {
        "Bono 30 h": (1800, 1800, *YEAR, False, False),
        "Bono 50 h": (2750, 3000, *YEAR, False, False),
        "Bono 80 h": (4000, 4800, *YEAR, False, False),
    },
    "credits_recharge": {
        "Registro 60 créditos": (36, 60, *YEAR, True, True),
        "Recarga 15 créditos": (10, 15, *NEVER, False, False),
        "Recarga 30 créditos": (20, 30, *NEVER, False, False),
        "Recarga 60 créditos": (36, 60, *NEVER, False, False),
        "Recarga 120 créditos": (72, 120, *NEVER, False, False),
        "Recarga 240 créditos": (144, 240, *NEVER, False, False),
        "Recarga 480 créditos": (256, 480, *NEVER, False, False),
    },
    "minutes_pack": {
        "Pack 4 h": (200, 240, *USE, True, True),
        "Pack 12 h": (540, 720, *USE, False, True),
    },
    "fair_use": {},
    "ticket_policy": {
        "Póliza Básica": (6000, 8, *YEAR, False, True),
        "Póliza Intermedia": (10000, 15, *YEAR, False, True),
        "Póliza Avanzada": (14000, 20, *YEAR, False, True),
    },
}
# preset: (product, price, quantity that the price is for)
UNCOVERED = {
    "hours_bono": ("Hora de soporte", 75, 60),
    "credits_recharge": ("Asistencia, 15 créditos", 10, 15),
    "minutes_pack": ("Hora de soporte", 50, 60),
    "ticket_policy": ("Evento de soporte", 1200, 1),
}
# What the conditions must say, in both languages; thousands without separators.
SAID = {
    "hours_bono": "30 60 1800 50 55 2750 80 50 4000 75 12 60 14:00 50 90 112.50",
    "credits_recharge": "15 10 30 20 60 36 120 72 240 144 10 480 256 20 15 60 15 60",
    "minutes_pack": "4 12 240 200 720 540 10:00 20:00 15 4 19:30 10 110 15",
    "fair_use": "40 20",
    "ticket_policy": "12 8 6000 5 2 1 15 10000 6 5 4 20 14000 10 5 5 1200 10 15 15 1 "
    "9:00 13:00 15:00 18:00 10 24 24",
}


@tagged("post_install", "-at_install")
class TestPresetFigures(BaseCase):
    def preset(self, code):
        [preset] = [preset for preset in PRESETS if preset.code == code]
        return preset

    def test_the_five_of_the_specification(self):
        self.assertEqual([preset.code for preset in PRESETS], list(RULES))

    def test_rules(self):
        names = (
            *("debit_on", "uncovered_policy", "limit_first_purchase"),
            *("needs_qualification", "refund_days", "allow_disputes", "hold_unpaid"),
            *("urgent_percent", "balance_message"),
        )
        for code, (currency, unit, *rules) in RULES.items():
            with self.subTest(code):
                preset = self.preset(code)
                self.assertEqual((preset.currency, preset.unit), (currency, unit))
                for name, value in zip(names, rules, strict=True):
                    self.assertEqual(preset.settings.get(name) or 0, value or 0, name)

    def test_request_types(self):
        for code, types in TYPES.items():
            with self.subTest(code):
                found = {
                    one.code: (one.minimum, one.block, one.flat)
                    for one in self.preset(code).types
                }
                self.assertEqual(found, types)
                self.assertEqual(list(found), list(types), "The first is the default")

    def test_packs(self):
        for code, packs in PACKS.items():
            with self.subTest(code):
                found = {
                    one.name.es: (
                        *(one.price, one.quantity, one.expiry, one.months),
                        *(one.for_new_clients, one.is_example),
                    )
                    for one in self.preset(code).products
                    if one.is_pack
                }
                self.assertEqual(found, packs)

    def test_price_of_what_no_pack_covers(self):
        for code, (name, price, quantity) in UNCOVERED.items():
            with self.subTest(code):
                preset = self.preset(code)
                [product] = [p for p in preset.products if not p.is_pack]
                self.assertEqual(product.code, preset.overage)
                self.assertEqual(
                    (product.name.es, product.price, product.quantity),
                    (name, Decimal(price), quantity),
                )
        self.assertFalse(self.preset("fair_use").overage)

    def test_checklist_and_supplements_of_credits(self):
        preset = self.preset("credits_recharge")
        self.assertEqual(
            [(check.type_code, check.name.es) for check in preset.checks],
            [
                ("security_update", "Módulos externos"),
                ("security_update", "Código de la plataforma modificado"),
                ("security_update", "Versión muy antigua"),
            ],
        )
        self.assertEqual(
            [(one.channel, one.kind, one.value) for one in preset.supplements],
            [("phone", "fixed", 15), ("video", "fixed", 15)],
        )
        self.assertEqual(preset.settings["minutes_per_credit"], 1)

    def test_conditions_state_the_figures_in_both_languages(self):
        number = re.compile(r"\d+(?::\d\d|[.,]\d+)?")
        for code, said in SAID.items():
            terms = self.preset(code).read_terms()
            for language, text in (("en", terms.en), ("es", terms.es)):
                with self.subTest(code, language=language):
                    plain = re.sub(r"(\d)[.,](\d{3})\b", r"\1\2", text)
                    plain = plain.replace("112,50", "112.50")
                    found = number.findall(plain)
                    for figure in said.split():
                        self.assertIn(figure, found)

    def test_conditions_say_the_same_in_both_languages(self):
        """Odoo translates term by term: each paragraph has its counterpart."""
        for preset in PRESETS:
            with self.subTest(preset.code):
                terms = preset.read_terms()
                counts = [len(_terms(terms.en)), len(_terms(terms.es))]
                self.assertGreater(counts[0], 10)
                self.assertEqual(*counts)

    def test_every_text_is_there_in_both_languages(self):
        for preset in PRESETS:
            texts = [preset.name, preset.summary, preset.team, preset.terms]
            for group in (preset.types, preset.checks, preset.products):
                texts += [one.name for one in group]
            for text in texts:
                self.assertIsInstance(text, Text)
                self.assertTrue(text.en and text.es)
