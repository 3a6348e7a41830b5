"""Loading support models: what it makes, what it leaves alone, and who may."""

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from ..models.support_preset import Part
from ..presets import PRESETS
from .common import SupportPacksCommon, make_company

CODES = [preset.code for preset in PRESETS]
COUNTED = [
    "support.policy",
    "support.request.type",
    "support.request.check",
    "support.channel.supplement",
    "support.preset.part",
    "support.terms",
    "product.product",
    "helpdesk.ticket.team",
    "helpdesk.ticket.stage",
    "helpdesk.ticket.channel",
    "res.partner",
]


class PresetCommon(SupportPacksCommon):
    """An empty company: it has a chart of accounts, and no support model."""

    chart = False

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("es_ES")
        shop = cls.make_shop("Empty Workshop")
        cls.env = cls.env(context={**cls.env.context, "allowed_company_ids": shop.ids})
        cls.shop = cls.company = shop.with_env(cls.env)
        cls.presets = cls.env["support.preset"]

    @classmethod
    def make_shop(cls, name, currency="EUR"):
        shop = make_company(cls.env, name, chart=False)
        shop.currency_id = cls.env.ref(f"base.{currency}")
        # What counts for presets; loading a real chart takes seconds.
        shop.sudo().chart_template = "generic_coa"
        return shop

    @classmethod
    def load(cls, code, company=None, prices=None):
        """Load a model and return its records by key, and what was made."""
        company = company or cls.shop
        presets = cls.env["support.preset"].with_context(
            allowed_company_ids=company.ids
        )
        return presets._load(code, company, prices)

    def count(self):
        return {
            model: self.env[model].with_context(active_test=False).search_count([])
            for model in COUNTED
        }


@tagged("post_install", "-at_install")
class TestPresetLoading(PresetCommon):
    def test_every_model_is_made_as_its_preview_said(self):
        for code in CODES:
            with self.subTest(code):
                shop = self.make_shop(f"Shop {code}")
                shop.currency_id = self.env.ref("base.EUR")
                parts = self.presets._get_parts(code, shop)
                new = [part.key for part in parts if not part.record]
                before = self.count()
                records, made = self.load(code, shop)
                self.assertEqual(made, new)
                self.assertEqual(list(records), [part.key for part in parts])
                self.assertEqual(records["policy"].code, code)
                self.assertEqual(records["policy"].company_id, shop)
                self.assertEqual(
                    self.count()["res.partner"], before["res.partner"], "No clients"
                )
                for part in parts:
                    record = records[part.key]
                    if (
                        not part.record
                        and part.key != "portal"
                        and "name" in record._fields
                    ):
                        name = record.with_context(lang=self.env.lang).name
                        self.assertEqual(name, part.name)

    def test_figures_arrive_in_the_records(self):
        for preset in PRESETS:
            with self.subTest(preset.code):
                shop = self.make_shop(f"Figures {preset.code}")
                records, _made = self.load(preset.code, shop)
                policy = records["policy"]
                for name, value in preset.settings.items():
                    self.assertEqual(policy[name], value, name)
                self.assertEqual(policy.unit, preset.unit)
                # Add-ons may append types of their own, never before these.
                codes = [one.code for one in preset.types]
                self.assertEqual(
                    policy.request_type_ids.mapped("code")[: len(codes)], codes
                )
                for one in preset.types:
                    record = records[f"type/{one.code}"]
                    self.assertEqual(
                        (record.minimum, record.block, record.flat_quantity),
                        (one.minimum, one.block, one.flat),
                    )
                for one in preset.products:
                    self.assert_product(records[f"product/{one.code}"], one, policy)
                self.assertEqual(
                    policy.overage_product_id,
                    records.get(f"product/{preset.overage}", policy.overage_product_id),
                )
                self.assertEqual(policy.terms_id, records["terms"])
                self.assertEqual(records["team"].support_policy_id, policy)
                self.assertTrue(shop.helpdesk_mgmt_portal_select_team)

    def assert_product(self, product, data, policy):
        self.assertEqual(
            (product.list_price, product.support_quantity, product.support_unit),
            (float(data.price), data.quantity, policy.unit),
        )
        self.assertEqual(product.support_is_pack, data.is_pack)
        self.assertEqual(product.company_id, policy.company_id)
        if data.is_pack:
            self.assertEqual(
                (product.support_expiry, product.support_expiry_months),
                (data.expiry, data.months),
            )
            self.assertEqual(product.support_grant_on, "paid")
            self.assertEqual(product.support_policy_id, policy)
            self.assertEqual(product.support_for_new_clients, data.for_new_clients)

    def test_the_discounts_of_the_credits_are_shown(self):
        records, _made = self.load("credits_recharge")
        found = {
            code: records[f"product/recharge_{code}"].support_discount
            for code in (15, 30, 60, 120, 240, 480)
        }
        self.assertEqual(found, {15: 0, 30: 0, 60: 10, 120: 10, 240: 10, 480: 20})

    def test_names_are_in_both_languages_whoever_loads(self):
        spanish = self.presets.with_context(lang="es_ES")
        records, _made = spanish._load("credits_recharge", self.shop)
        for lang, product, policy, word in (
            ("en_US", "Recharge 60 credits", "Credits", "What you buy"),
            ("es_ES", "Recarga 60 créditos", "Créditos", "Qué se contrata"),
        ):
            with self.subTest(lang):
                read = {
                    key: record.with_context(lang=lang)
                    for key, record in records.items()
                }
                self.assertEqual(read["product/recharge_60"].name, product)
                self.assertEqual(read["policy"].name, policy)
                self.assertIn(word, read["terms"].body)
                self.assertNotIn(
                    "Qué se contrata" if lang == "en_US" else "What you buy",
                    read["terms"].body,
                )

    def test_terms_are_in_force_from_today(self):
        records, _made = self.load("hours_bono")
        self.assertEqual(records["policy"]._get_terms(), records["terms"])

    # === NOTHING IS OVERWRITTEN === #

    def test_loading_twice_makes_nothing(self):
        for code in CODES:
            with self.subTest(code):
                shop = self.make_shop(f"Twice {code}")
                first, _made = self.load(code, shop)
                before = self.count()
                again, made = self.load(code, shop)
                self.assertEqual(made, [])
                self.assertEqual(self.count(), before)
                self.assertEqual(again, first)

    def test_what_the_user_changed_stays(self):
        records, _made = self.load("hours_bono")
        records["policy"].write({"name": "Ours", "uncovered_policy": "wait"})
        records["type/support"].write({"minimum": 30, "code": False})
        records["product/bono_30"].write(
            {"list_price": 1700, "support_quantity": 1900, "active": False}
        )
        records["team"].support_policy_id = False
        self.shop.helpdesk_mgmt_portal_select_team = False
        parts = self.presets._get_parts("hours_bono", self.shop)
        self.assertEqual([part.key for part in parts if not part.record], [])
        _records, made = self.load("hours_bono")
        self.assertEqual(made, [])
        self.assertEqual(records["policy"].name, "Ours")
        self.assertEqual(records["policy"].uncovered_policy, "wait")
        self.assertEqual(records["type/support"].minimum, 30)
        self.assertEqual(records["product/bono_30"].list_price, 1700)
        self.assertFalse(records["product/bono_30"].active)
        self.assertFalse(self.shop.helpdesk_mgmt_portal_select_team)

    def test_what_was_deleted_is_made_again_and_nothing_else(self):
        records, _made = self.load("credits_recharge")
        records["product/recharge_30"].product_tmpl_id.unlink()
        records["check/old_version"].unlink()
        _records, made = self.load("credits_recharge")
        self.assertEqual(made, ["check/old_version", "product/recharge_30"])

    def test_a_policy_made_by_hand_with_the_code_is_completed(self):
        policy = self.env["support.policy"].create(
            {"name": "By hand", "code": "hours_bono", "company_id": self.shop.id}
        )
        request_type = self.env["support.request.type"].create(
            {"policy_id": policy.id, "name": "Mine", "code": "support", "minimum": 15}
        )
        records, made = self.load("hours_bono")
        self.assertEqual(records["policy"], policy)
        self.assertEqual(records["type/support"], request_type)
        self.assertEqual(policy.name, "By hand")
        self.assertEqual(request_type.minimum, 15)
        self.assertNotIn("policy", made)
        self.assertEqual(policy.overage_product_id, records["product/hour"])
        self.assertEqual(policy.terms_id, records["terms"])

    def test_a_policy_of_another_unit_with_the_code_is_an_error(self):
        self.env["support.policy"].create(
            {
                "name": "Other",
                "code": "hours_bono",
                "unit": "credit",
                "company_id": self.shop.id,
            }
        )
        before = self.count()
        with self.assertRaisesRegex(UserError, "“Other” has the code hours_bono"):
            self.load("hours_bono")
        self.assertEqual(self.count(), before)

    def test_companies_are_apart(self):
        ours, _made = self.load("hours_bono")
        other = self.make_shop("Another one")
        theirs, made = self.load("hours_bono", other)
        self.assertEqual(
            made,
            [key for key in theirs if not key.startswith(("stage/", "portal"))]
            + ["portal"],
        )
        self.assertFalse(ours["policy"] & theirs["policy"])
        self.assertEqual(theirs["product/bono_30"].company_id, other)

    def test_two_models_in_one_company(self):
        self.load("hours_bono")
        records, made = self.load("minutes_pack")
        self.assertNotIn("portal", made)
        self.assertIn("team", made)
        self.assertEqual(records["product/hour"].list_price, 50)

    # === STAGES === #

    def test_a_missing_outcome_gets_a_stage_of_the_company(self):
        stages = self.env["helpdesk.ticket.stage"].sudo()
        stages.search([("support_outcome", "=", "solved")]).support_outcome = False
        records, made = self.load("hours_bono")
        self.assertIn("stage/solved", made)
        self.assertNotIn("stage/cancelled", made)
        stage = records["stage/solved"]
        self.assertEqual(stage.company_id, self.shop)
        self.assertTrue(stage.closed)
        self.assertIn(stage, records["team"]._get_applicable_stages())

    # === MADE FOR OTHERS === #

    def test_another_add_on_adds_a_builder_and_data(self):
        model = self.env.registry["support.preset"]
        plans = []

        def build(presets, plan):
            plans.append(plan.preset.extras["test"])

            def make(records):
                tags = presets.env["helpdesk.ticket.tag"]
                return tags.create({"name": f"For {records['policy'].code}"})

            found = plan.found.get("tag")
            return [Part("tag", "Tag", "Further", make, record=found)]

        extended = tuple(preset.with_extra("test", 42) for preset in PRESETS)
        builders = self.presets._get_builders()
        self.patch(model, "_get_presets", lambda self: extended)
        self.patch(model, "_get_builders", lambda self: [*builders, "tag"])
        model._build_tag = build
        self.addCleanup(delattr, model, "_build_tag")
        records, made = self.load("fair_use")
        self.assertEqual(plans, [42])
        self.assertIn("tag", made)
        self.assertEqual(records["tag"].name, "For fair_use")
        _records, made = self.load("fair_use")
        self.assertEqual(made, [])

    # === BAD INPUT AND RIGHTS === #

    def test_without_a_chart_of_accounts_nothing_is_sold(self):
        bare = make_company(self.env, "Bare", chart=False)
        presets = self.presets.with_context(allowed_company_ids=bare.ids)
        before = self.count()
        with self.assertRaisesRegex(UserError, "Bare has no chart of accounts yet"):
            presets._load("hours_bono", bare)
        self.assertEqual(self.count(), before)
        _records, made = presets._load("fair_use", bare)
        self.assertIn("policy", made)

    def test_an_inactive_currency_is_said(self):
        self.env.cr.execute(
            "UPDATE res_currency SET active = false WHERE id = %s",
            [self.shop.currency_id.id],
        )
        self.shop.currency_id.invalidate_recordset()
        with self.assertRaisesRegex(UserError, "EUR, is not active"):
            self.load("hours_bono")

    def test_unknown_models_and_prices_are_refused(self):
        for code in ("nonsense", "", None, "hours_bono' --"):
            with self.assertRaisesRegex(UserError, "Support model: choose"):
                self.load(code)
        for price in (-1, float("nan"), float("inf"), 1e12):
            with self.assertRaisesRegex(UserError, "Price: a number from 0"):
                self.load("hours_bono", prices={"product/bono_30": price})
        self.assertFalse(
            self.env["support.policy"].search([("company_id", "=", self.shop.id)])
        )

    def test_only_managers_load_and_only_in_their_companies(self):
        self.make_people()
        for user in (
            self.technician,
            self.salesperson,
            self.accountant,
            self.employee,
            self.portal_user,
        ):
            with self.subTest(user.login):
                wizards = self.env["support.preset.wizard"].with_user(user)
                with self.assertRaises(AccessError):
                    wizards.create({"preset": "fair_use"})
                with self.assertRaises(AccessError):
                    wizards.new({"preset": "fair_use"}).action_load()
                with self.assertRaises(AccessError):
                    self.presets.with_user(user)._load("fair_use", self.shop)
        other = make_company(self.env, "Not theirs", chart=False)
        manager = self.manager
        with self.assertRaisesRegex(AccessError, "Company: choose one"):
            self.presets.with_user(manager)._load("fair_use", other)
        _records, made = self.presets.with_user(manager)._load("fair_use", self.shop)
        self.assertIn("policy", made)


@tagged("post_install", "-at_install")
class TestPresetWizard(PresetCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_people()

    def wizard(self, **values):
        wizards = self.env["support.preset.wizard"].with_user(self.manager)
        return wizards.create({"company_id": self.shop.id, **values})

    def test_a_manager_reads_and_loads(self):
        form = Form(self.env["support.preset.wizard"].with_user(self.manager))
        form.preset = "credits_recharge"
        self.assertIn("recharge credits", form.summary)
        self.assertIn("security update", form.terms_html.lower())
        self.assertFalse(form.problem)
        self.assertFalse(form.currency_warning)
        with form.line_ids.edit(
            [line["key"] for line in form.line_ids._records].index(
                "product/recharge_480"
            )
        ) as line:
            self.assertEqual(line.price, 256)
            line.price = 250
        wizard = form.save()
        action = wizard.action_load()
        policy = self.env["support.policy"].search([("company_id", "=", self.shop.id)])
        self.assertEqual(action["params"]["next"]["res_id"], policy.id)
        largest = self.env["product.product"].search(
            [("support_policy_id", "=", policy.id), ("support_quantity", "=", 480)]
        )
        self.assertEqual(largest.list_price, 250)
        team = self.env["helpdesk.ticket.team"].search(
            [("support_policy_id", "=", policy.id)]
        )
        self.assertEqual(team.user_ids, self.manager)

    def test_the_preview_says_what_exists(self):
        self.load("minutes_pack")
        wizard = self.wizard(preset="minutes_pack")
        self.assertEqual(set(wizard.line_ids.mapped("state")), {"exists"})
        self.assertEqual(wizard.new_count, 0)
        before = self.count()
        action = wizard.action_load()
        self.assertIn("nothing was made", action["params"]["message"])
        self.assertEqual(self.count(), before)

    def test_the_preview_says_every_setting_of_the_policy(self):
        said = {
            "hours_bono": ["Urgent surcharge (%): 50", "Hold for unpaid invoices"],
            "credits_recharge": ["Message at each resolution", "alerts: 20 %, 60"],
            "minutes_pack": [
                "Limit the first purchase",
                "Approve new clients",
                "Days to ask for a refund: 15",
                "Clients may dispute work",
            ],
        }
        for code, texts in said.items():
            wizard = self.wizard(preset=code)
            [line] = wizard.line_ids.filtered(lambda line: line.key == "policy")
            for text in [*texts, "Notices of expiry: 60, 30, 7"]:
                self.assertIn(text, line.details)

    def test_examples_are_marked(self):
        wizard = self.wizard(preset="minutes_pack")
        remarks = {line.key: line.remark for line in wizard.line_ids if line.has_price}
        self.assertEqual(set(remarks.values()), {"Example price: check it."})
        wizard = self.wizard(preset="hours_bono")
        self.assertFalse(any(wizard.line_ids.mapped("remark")))

    def test_another_currency_asks_first(self):
        self.shop.currency_id = self.env.ref("base.MXN")
        wizard = self.wizard(preset="hours_bono")
        self.assertIn("not converted", wizard.currency_warning)
        with self.assertRaisesRegex(UserError, "I have checked the prices"):
            wizard.action_load()
        self.assertFalse(
            self.env["support.policy"].search([("company_id", "=", self.shop.id)])
        )
        wizard.prices_checked = True
        wizard.action_load()
        product = self.env["product.product"].search(
            [("company_id", "=", self.shop.id), ("support_quantity", "=", 1800)]
        )
        self.assertEqual(product.list_price, 1800)
        self.assertEqual(product.currency_id, self.env.ref("base.MXN"))

    def test_lines_sent_by_hand_change_prices_and_nothing_else(self):
        wizard = self.wizard(preset="hours_bono")
        line = {"name": "<b>x</b>", "has_price": True, "state": "exists"}
        wizard.line_ids = [
            Command.clear(),
            Command.create({**line, "key": "product/bono_30", "price": 1}),
            Command.create({**line, "key": "policy", "price": 5}),
            Command.create({**line, "key": "nonsense", "price": 5}),
        ]
        wizard.action_load()
        names = self.env["product.product"].search(
            [("company_id", "=", self.shop.id), ("support_is_pack", "=", True)]
        )
        self.assertEqual(
            {product.support_quantity: product.list_price for product in names},
            {1800: 1, 3000: 2750, 4800: 4000},
        )

    def test_a_manager_may_not_look_into_other_companies(self):
        other = make_company(self.env, "Not theirs", chart=False)
        for read in ("summary", "problem", "line_ids"):
            with self.subTest(read), self.assertRaises(AccessError):
                self.wizard(company_id=other.id, preset="fair_use")[read]
