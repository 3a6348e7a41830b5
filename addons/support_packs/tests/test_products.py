"""Packs as products: variants, units of other services, prices and their tables."""

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged

from .common import SupportPacksCommon, make_company, make_policy, make_product
from .upgrade import run_migration
from .view_specs import get_arch, get_specification

HOURS = {"30": 1800, "50": 3000, "80": 4800}
CREDITS = {15: 10, 30: 20, 60: 36, 120: 72, 240: 144, 480: 256}


def make_bono(env, policy, list_price=1800):
    """Return a product with three variants, priced as ``hours_bono`` [000]."""
    attribute = env["product.attribute"].create(
        {
            "name": "Hours",
            "value_ids": [
                Command.create({"name": name, "default_extra_price": extra})
                for name, extra in (("30", 0), ("50", 950), ("80", 2200))
            ],
        }
    )
    return env["product.template"].create(
        {
            "name": "Bono",
            "type": "service",
            "list_price": list_price,
            "invoice_policy": "order",
            "taxes_id": [Command.clear()],
            "company_id": policy.company_id.id,
            "support_is_pack": True,
            "support_unit": "minute",
            "support_policy_id": policy.id,
            "attribute_line_ids": [
                Command.create(
                    {
                        "attribute_id": attribute.id,
                        "value_ids": [Command.set(attribute.value_ids.ids)],
                    }
                )
            ],
        }
    )


def fill(bono):
    """Give each variant its content; return the variants by their hours."""
    variants = {
        variant.product_template_attribute_value_ids.name: variant
        for variant in bono.product_variant_ids
    }
    for name, quantity in HOURS.items():
        variants[name].support_quantity = quantity
    return variants


@tagged("post_install", "-at_install")
class TestVariants(SupportPacksCommon):
    chart = False

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bono = make_bono(cls.env, cls.policy)
        cls.variants = fill(cls.bono)

    def test_each_variant_sold_makes_packs_of_its_own_content_and_price(self):
        for name, price in (("30", 1800), ("50", 2750), ("80", 4000)):
            pack = self.sell(self.variants[name]).order_line.support_pack_ids
            self.assertEqual((pack.granted, pack.amount), (HOURS[name], price))

    def test_a_sold_pack_keeps_its_content_when_the_variant_changes(self):
        pack = self.sell(self.variants["50"]).order_line.support_pack_ids
        self.variants["50"].support_quantity = 60
        self.assertEqual(pack.granted, 3000)

    def test_a_template_with_one_variant_reads_and_writes_that_one(self):
        template = self.pack_product.product_tmpl_id
        self.assertEqual(template.support_quantity, 1800)
        template.write({"support_quantity": 60, "support_for_new_clients": True})
        self.assertEqual(self.pack_product.support_quantity, 60)
        self.assertTrue(self.pack_product.support_for_new_clients)
        self.pack_product.support_quantity = 90
        self.assertEqual(template.support_quantity, 90)
        found = template.search([("support_quantity", "=", 90)])
        self.assertIn(template, found)

    def test_a_template_is_created_with_its_content(self):
        values = {
            "name": "Pack",
            "type": "service",
            "support_is_pack": True,
            "support_unit": "minute",
            "support_quantity": 720,
            "support_for_new_clients": True,
        }
        template = self.env["product.template"].create(values)
        variant = template.product_variant_id
        self.assertEqual(
            (template.support_quantity, variant.support_quantity), (720,) * 2
        )
        self.assertTrue(variant.support_for_new_clients)

    def test_a_template_with_several_variants_says_nothing_of_its_own(self):
        self.assertEqual(self.bono.support_quantity, 0)
        self.bono.support_quantity = 60
        self.assertEqual(
            [variant.support_quantity for variant in self.variants.values()],
            list(HOURS.values()),
        )

    def test_the_texts_are_those_of_the_variant(self):
        self.assertEqual(self.variants["80"].support_quantity_text, "80 h")
        self.assertEqual(
            self.pack_product.product_tmpl_id.support_quantity_text, "30 h"
        )

    def test_a_variant_without_content_is_refused_when_it_is_sold(self):
        bono = make_bono(self.env, self.policy)
        order = self.quote(bono.product_variant_ids[0])
        with self.assertRaisesRegex(UserError, "^Pack content: “Bono "):
            order.action_confirm()
        self.assertEqual(order.state, "draft")

    def test_no_content_is_refused_where_there_is_one_variant(self):
        values = {
            "name": "Empty",
            "type": "service",
            "support_is_pack": True,
            "support_unit": "minute",
        }
        for model in ("product.template", "product.product"):
            with (
                self.subTest(model=model),
                self.assertRaisesRegex(ValidationError, "^Pack content: "),
                self.cr.savepoint(),
            ):
                self.env[model].create(values)
        product = self.env["product.product"].create(
            {**values, "support_is_pack": False}
        )
        with self.assertRaisesRegex(ValidationError, "^Pack content: "):
            product.support_is_pack = True

    def test_negative_content_is_refused_on_any_variant(self):
        with self.assertRaisesRegex(ValidationError, "^Pack content: "):
            self.variants["50"].support_quantity = -1

    def test_a_copy_holds_what_the_original_holds(self):
        # Core's create of a product leaves a context that makes no variants.
        template = self.pack_product.product_tmpl_id.with_env(self.env)
        template.support_for_new_clients = True
        copy = template.copy()
        self.assertEqual(copy.product_variant_id.support_quantity, 1800)
        self.assertTrue(copy.product_variant_id.support_for_new_clients)
        copy = self.bono.copy()
        self.assertEqual(
            {
                variant.product_template_attribute_value_ids.name: (
                    variant.support_quantity
                )
                for variant in copy.product_variant_ids
            },
            HOURS,
        )

    def test_the_form_edits_the_variants_and_shows_their_prices(self):
        with Form(self.bono) as form:
            with form.product_variant_ids.edit(0) as line:
                line.support_quantity = 1200
                self.assertEqual(line.support_quantity_text, "20 h")
        self.assertEqual(self.variants["30"].support_quantity, 1200)
        arch = get_arch(self.env["product.product"], "form")
        self.assertTrue(arch.xpath("//field[@name='support_quantity']"))


@tagged("post_install", "-at_install")
class TestMigration(SupportPacksCommon):
    chart = False

    def migrate(self):
        run_migration(self.env, "19.0.1.1.0/post-migration.py", "19.0.1.0.0")

    def test_variants_get_what_their_template_said(self):
        """Archived ones too; a template of several says nothing any more."""
        bono = make_bono(self.env, self.policy)
        archived = make_product(self.env, self.policy, 600, 500, active=False)
        products = self.pack_product | archived | bono.product_variant_ids
        self.env.flush_all()
        # The column stood on the template alone.
        self.cr.execute(
            "UPDATE product_product SET support_quantity = NULL WHERE id = ANY(%s)",
            [products.ids],
        )
        self.cr.execute(
            "UPDATE product_template SET support_quantity = 1500 WHERE id = %s",
            [bono.id],
        )
        self.env.invalidate_all()
        self.migrate()
        self.assertEqual(
            products.mapped("support_quantity"), [1800, 600, 1500, 1500, 1500]
        )
        self.assertEqual(self.pack_product.product_tmpl_id.support_quantity, 1800)
        self.assertEqual(bono.support_quantity, 0)

    def test_what_was_set_since_stays(self):
        bono = make_bono(self.env, self.policy)
        fill(bono)
        self.migrate()
        self.assertEqual(
            bono.product_variant_ids.mapped("support_quantity"), list(HOURS.values())
        )


@tagged("post_install", "-at_install")
class TestOverageUnits(SupportPacksCommon):
    """What a policy invoices has a price for a quantity of its own."""

    chart = False

    def make_service(self, **values):
        return self.env["product.product"].create(
            {"name": "Support", "type": "service", "list_price": 75, **values}
        )

    def test_an_ordinary_service_says_what_its_price_is_for(self):
        hour = self.make_service(support_unit="minute", support_quantity=60)
        self.policy.overage_product_id = hour
        self.assertFalse(hour.support_is_pack)
        self.assertEqual(hour.support_quantity_text, "1 h")
        self.assertEqual(hour.support_unit_price, 1.25)
        self.assertIn("75.00", hour.support_unit_price_text)
        # It is sold without making packs.
        self.assertFalse(self.sell(hour).order_line.support_pack_ids)

    def test_the_form_shows_both_fields_for_services(self):
        with Form(self.env["product.template"]) as form:
            form.name = "An hour of support"
            form.type = "service"
            form.support_unit = "minute"
            form.support_quantity = 60
        self.assertEqual(form.record.product_variant_id.support_quantity, 60)

    def test_units_that_do_not_fit_the_policy_are_refused(self):
        for values in (
            {},
            {"support_unit": "minute"},
            {"support_quantity": 60},
            {"support_unit": "credit", "support_quantity": 15},
        ):
            with (
                self.subTest(**values),
                self.assertRaisesRegex(ValidationError, "^Product to invoice: "),
                self.cr.savepoint(),
            ):
                self.policy.overage_product_id = self.make_service(**values)

    def test_a_pack_is_no_product_to_invoice(self):
        with self.assertRaisesRegex(ValidationError, "is a pack"):
            self.policy.overage_product_id = self.products[60]

    def test_a_policy_that_counts_nothing_takes_any_product(self):
        policy = make_policy(self.env, self.company, "Fair use", unit="none")
        policy.overage_product_id = self.make_service()

    def test_the_product_stays_what_the_policy_needs(self):
        hour = self.make_service(support_unit="minute", support_quantity=60)
        self.policy.overage_product_id = hour
        for record in (hour, hour.product_tmpl_id):
            for values in (
                {"support_quantity": 0},
                {"support_unit": "credit"},
                {"support_unit": False},
                {"support_is_pack": True},
            ):
                with (
                    self.subTest(record=record, **values),
                    self.assertRaisesRegex(ValidationError, "^Product to invoice: "),
                    self.cr.savepoint(),
                ):
                    record.write(values)
        hour.support_quantity = 30


class PricesCommon(SupportPacksCommon):
    chart = False

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.credits = make_policy(
            cls.env, cls.company, "Credits", unit="credit", sequence=20
        )
        cls.credit_products = cls.env["product.product"].concat(
            *[
                make_product(cls.env, cls.credits, quantity, price)
                for quantity, price in CREDITS.items()
            ]
        )
        cls.hour = cls.env["product.product"].create(
            {
                "name": "An hour",
                "type": "service",
                "list_price": 75,
                "company_id": cls.company.id,
                "support_unit": "minute",
                "support_quantity": 60,
            }
        )
        # Common's packs begin with one hour, which here is not a pack.
        cls.products[60].sale_ok = False
        cls.policy.overage_product_id = cls.hour
        cls.bonos = cls.env["product.product"].concat(
            *[cls.products[quantity] for quantity in (1800, 3000, 4800)]
        )
        cls.env.flush_all()
        cls.env.invalidate_all()


@tagged("post_install", "-at_install")
class TestUnitPrices(PricesCommon):
    def test_credits_against_the_smallest_pack(self):
        self.assertEqual(
            self.credit_products.mapped("support_discount"), [0, 0, 10, 10, 10, 20]
        )
        self.assertAlmostEqual(
            self.credit_products[0].support_unit_price, 0.6667, places=4
        )
        self.assertRegex(
            self.credit_products[2].support_unit_price_text, r"^\D*0\.60\D* per credit$"
        )

    def test_hours_against_the_hour_outside_of_packs(self):
        self.assertEqual(self.bonos.mapped("support_discount"), [20, 27, 33])
        self.assertIn("55.00", self.bonos[1].support_unit_price_text)
        self.assertIn("per hour", self.bonos[1].support_unit_price_text)

    def test_minutes_packs(self):
        policy = make_policy(self.env, self.company, "Minutes")
        small = make_product(self.env, policy, 240, 200)
        large = make_product(self.env, policy, 720, 540)
        self.assertEqual((small | large).mapped("support_discount"), [0, 10])

    def test_templates_say_the_same(self):
        templates = (self.bonos | self.credit_products).product_tmpl_id
        self.assertEqual(
            templates.mapped("support_discount"), [20, 27, 33, 0, 0, 10, 10, 10, 20]
        )

    def test_variants_have_prices_of_their_own_and_the_template_none(self):
        bono = make_bono(self.env, self.policy)
        variants = fill(bono)
        self.env.invalidate_all()
        self.assertEqual(
            [variants[name].support_discount for name in HOURS], [20, 27, 33]
        )
        self.assertFalse(bono.support_discount)
        self.assertFalse(bono.support_unit_price_text)

    def test_other_policies_and_companies_are_no_measure(self):
        other = make_company(self.env, "Other", chart=False)
        make_product(self.env, make_policy(self.env, other), 60, 6000)
        make_product(self.env, make_policy(self.env, self.company, "Others"), 60, 6000)
        self.assertEqual(self.bonos.mapped("support_discount"), [20, 27, 33])

    def test_what_is_not_sold_any_more_is_no_measure(self):
        self.credit_products[0].active = False
        self.credit_products[1].sale_ok = False
        self.env.invalidate_all()
        self.assertEqual(
            self.credit_products[2:].mapped("support_discount"), [0, 0, 0, 11]
        )

    def test_a_price_being_typed_is_compared_at_once(self):
        with Form(self.bonos[2].product_tmpl_id) as form:
            form.list_price = 3000
            self.assertEqual(form.support_discount, 50)

    def test_products_that_are_no_packs_have_no_unit_price(self):
        product = self.env["product.product"].create({"name": "Chair"})
        self.assertEqual(product.support_unit_price, 0)
        self.assertEqual(product.support_unit_price_text, "")

    def test_a_shared_product_is_compared_in_the_currency_of_the_policy(self):
        """Its list price is in the currency of the first company."""
        shared = make_product(self.env, self.policy, 6000, 5000, company_id=False)
        currency = shared.currency_id
        expected = currency._convert(5000, self.company.currency_id, self.company)
        self.assertAlmostEqual(shared.support_unit_price, expected / 6000, places=4)

    def test_any_number_of_products_costs_the_same_queries(self):
        for model in ("product.product", "product.template"):
            products = self.bonos | self.credit_products
            for quantity in range(600, 630):
                products |= make_product(self.env, self.policy, quantity, quantity)
            if model == "product.template":
                products = products.product_tmpl_id
            with self.subTest(model=model):
                few = self.count_queries(products[:4])
                many = self.count_queries(products)
                # Fewer rows may cost one more: the packs that they are compared with
                # are read apart.
                self.assertLessEqual(many, few)

    def count_queries(self, products):
        """Return the queries of reading these rows with their unit prices."""
        if products._name == "product.product":
            view = self.env.ref("support_packs.support_price_list_view_list")
            specification = get_specification(
                products.with_context(list_view_ref=view.xml_id), "list"
            )
            self.assertIn("support_discount", specification)
        else:
            specification = {"support_discount": {}, "support_unit_price_text": {}}
        domain = [("id", "in", products.ids)]
        products.web_search_read(domain, specification)
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        result = products.web_search_read(domain, specification)
        self.assertEqual(len(result["records"]), len(products))
        return self.env.cr.sql_log_count - before

    def test_the_price_list_goes_by_policy_and_quantity(self):
        action = self.env.ref("support_packs.support_price_list_action")
        arch = get_arch(
            self.env["product.product"].with_context(
                list_view_ref="support_packs.support_price_list_view_list"
            ),
            "list",
        )
        found = self.env["product.product"].search(
            [("support_is_pack", "=", True), ("company_id", "=", self.company.id)],
            order=arch.get("default_order"),
        )
        self.assertEqual(
            found.mapped("support_quantity"),
            [60, 1800, 3000, 4800, *CREDITS],
        )
        self.assertEqual(action.res_model, "product.product")


@tagged("post_install", "-at_install")
class TestPriceTable(PricesCommon):
    def table(self, pricelist=None, policies=None, company=None, partner=None):
        policies = self.credits if policies is None else policies
        return policies._get_support_price_table(
            pricelist or self.env["product.pricelist"],
            company or self.company,
            partner,
        )

    def columns(self, rows, *names):
        return [tuple(row[name] for name in names) for row in rows]

    def test_list_prices(self):
        rows = self.table()
        self.assertEqual(
            self.columns(rows, "quantity", "price", "discount"),
            list(zip(CREDITS, CREDITS.values(), [0, 0, 10, 10, 10, 20], strict=True)),
        )
        self.assertEqual(rows[0]["product"], self.credit_products[0])
        self.assertEqual(rows[0]["currency"], self.company.currency_id)
        self.assertEqual(rows[2]["quantity_text"], "60 credits")
        self.assertEqual(rows[2]["unit_price"], 0.6)

    def test_several_policies_one_after_the_other(self):
        rows = self.table(policies=self.credits | self.policy)
        self.assertEqual(
            self.columns(rows, "policy", "discount")[:4],
            [
                (self.policy, 20),
                (self.policy, 27),
                (self.policy, 33),
                (self.credits, 0),
            ],
        )

    def test_a_pricelist_in_another_currency(self):
        """1 EUR = 2 of them from the start; 60 credits have a price of their own."""
        dollar = self.env.ref("base.USD")
        dollar.active = True
        rates = self.env["res.currency.rate"]
        rates.create(
            [
                {
                    "currency_id": currency.id,
                    "company_id": self.company.id,
                    "name": "2020-01-01",
                    "rate": rate,
                }
                for currency, rate in ((self.env.ref("base.EUR"), 1), (dollar, 2))
            ]
        )
        pricelist = self.env["product.pricelist"].create(
            {
                "name": "Dollars",
                "currency_id": dollar.id,
                "company_id": self.company.id,
                "item_ids": [
                    Command.create(
                        {
                            "applied_on": "0_product_variant",
                            "product_id": self.credit_products[2].id,
                            "compute_price": "fixed",
                            "fixed_price": 60,
                        }
                    )
                ],
            }
        )
        rows = self.table(pricelist)
        self.assertEqual(
            self.columns(rows, "quantity", "price", "discount")[:4],
            # 60 = 60 is 1.00 for one, against 20/15.
            [(15, 20, 0), (30, 40, 0), (60, 60, 25), (120, 144, 10)],
        )
        self.assertEqual(rows[0]["currency"], dollar)
        self.assertIn("$", rows[0]["unit_price_text"])
        # What the order asks is what the table said.
        order = self.quote(self.credit_products[2])
        order.pricelist_id = pricelist
        order._recompute_prices()
        self.assertEqual(order.order_line.price_unit, 60)

    def test_the_base_follows_the_pricelist_too(self):
        pricelist = self.env["product.pricelist"].create(
            {
                "name": "The hour for 60",
                "currency_id": self.company.currency_id.id,
                "item_ids": [
                    Command.create(
                        {
                            "applied_on": "0_product_variant",
                            "product_id": self.hour.id,
                            "compute_price": "fixed",
                            "fixed_price": 60,
                        }
                    )
                ],
            }
        )
        rows = self.table(pricelist, self.policy)
        self.assertEqual(self.columns(rows, "discount"), [(0,), (8,), (17,)])

    def test_policies_of_another_company_have_no_rows(self):
        other = make_company(self.env, "Other", chart=False)
        self.assertEqual(self.table(company=other), [])

    def test_the_client_reads_the_table_without_rights_on_settings(self):
        self.make_people()
        rows = self.table(policies=self.credits.with_user(self.portal_user))
        self.assertEqual(len(rows), 6)

    def test_rows_say_what_a_client_cannot_buy(self):
        self.make_account()
        rows = self.table(partner=self.contact, policies=self.credits | self.policy)
        problems = self.columns(rows, "problem")
        self.assertEqual(problems[:3], [(None,)] * 3)
        self.assertRegex(problems[3][0], "^Pack unit: ")

    def test_the_table_costs_the_same_queries_for_any_number_of_rows(self):
        few = self.count_queries(self.policy)
        for quantity in range(600, 630):
            make_product(self.env, self.policy, quantity, quantity)
        self.assertEqual(self.count_queries(self.policy), few)

    def count_queries(self, policy):
        policy.limit_first_purchase = True
        self.products[1800].support_for_new_clients = True
        self.table(policies=policy, partner=self.contact)
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.table(policies=policy, partner=self.contact)
        return self.env.cr.sql_log_count - before


@tagged("post_install", "-at_install")
class TestMoney(SupportPacksCommon):
    """Pricelists, taxes, currencies and companies are Odoo's, and stay so."""

    chart = False

    def packs(self, order):
        return order.order_line.support_pack_ids.sorted("sale_line_index")

    def test_amount_is_the_net_share_of_a_discounted_line_with_included_tax(self):
        group = self.env["account.tax.group"].create({"name": "VAT"})
        tax = self.env["account.tax"].create(
            {
                "name": "21 % included",
                "amount": 21,
                "price_include_override": "tax_included",
                "company_id": self.company.id,
                "tax_group_id": group.id,
                "country_id": self.env.ref("base.es").id,
            }
        )
        self.pack_product.taxes_id = tax
        order = self.sell(self.pack_product, 2, price_unit=1210, discount=10)
        # 2 x 1210 x 0.9 = 2178 with tax, 1800 without.
        self.assertEqual(order.amount_total, 2178)
        self.assertEqual(self.packs(order).mapped("amount"), [900, 900])
        self.assertEqual(self.packs(order).currency_id, self.company.currency_id)

    def test_three_packs_for_ten_are_shared_to_the_cent(self):
        order = self.sell(self.pack_product, 3, price_unit=10 / 3)
        self.assertEqual(order.order_line.price_subtotal, 10)
        amounts = self.packs(order).mapped("amount")
        self.assertEqual(amounts, [3.33, 3.34, 3.33])

    def test_amount_is_in_the_currency_of_the_order(self):
        dollar = self.env.ref("base.USD")
        dollar.active = True
        pricelist = self.env["product.pricelist"].create(
            {
                "name": "Dollars",
                "currency_id": dollar.id,
                "item_ids": [
                    Command.create({"compute_price": "fixed", "fixed_price": 2000})
                ],
            }
        )
        order = self.quote(self.pack_product)
        order.pricelist_id = pricelist
        order._recompute_prices()
        order.action_confirm()
        pack = self.packs(order)
        self.assertEqual((pack.amount, pack.currency_id), (2000, dollar))

    def test_a_product_shared_by_companies_makes_packs_in_each(self):
        other = make_company(self.env, "Other", chart=False)
        self.make_account()
        shared = make_product(
            self.env, self.policy, 1800, company_id=False, support_policy_id=False
        )
        policy = make_policy(self.env, other)
        self.make_account(policy=policy)
        for company in (self.company, other):
            order = self.quote_in(company, shared)
            order.action_confirm()
            pack = order.order_line.support_pack_ids
            self.assertEqual(pack.company_id, company)
            self.assertEqual(pack.account_id.company_id, company)

    def test_a_policy_of_another_company_is_refused_to_who_cannot_even_see_it(self):
        other = make_company(self.env, "Other", chart=False)
        self.pack_product.company_id = False
        seller = self.make_user(
            "seller",
            "sales_team.group_sale_salesman_all_leads",
        )
        seller.write({"company_ids": [Command.set(other.ids)], "company_id": other.id})
        order = self.quote_in(other, self.pack_product)
        order = order.with_user(seller).with_company(other)
        self.assertRegex(order.support_problem, "^Support policy: ")
        with self.assertRaisesRegex(UserError, "^Support policy: "):
            order.action_confirm()
        self.assertFalse(order.sudo().order_line.support_pack_ids)

    def quote_in(self, company, product):
        return (
            self.env["sale.order"]
            .with_context(allowed_company_ids=company.ids)
            .create(
                {
                    "partner_id": self.client.id,
                    "company_id": company.id,
                    "order_line": [Command.create({"product_id": product.id})],
                }
            )
        )
