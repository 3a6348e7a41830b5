"""The discount of a policy in force on catalogue services [004]."""

from datetime import date, datetime, timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, tagged

from odoo.addons.support_packs.tests.common import make_company

from .common_perk import DAY_AFTER, END, START, WORDS, PerkCommon, at_noon

LAST_OF_MADRID = datetime(2027, 3, 3, 22, 59, 59)
LAST_OF_MEXICO = datetime(2027, 3, 4, 5, 59, 59)
SECOND = timedelta(seconds=1)
# In force today, whenever the tests run.
ALWAYS = {"date_start": date(2020, 1, 1), "date_end": date(2099, 1, 1)}


@tagged("post_install", "-at_install")
class TestPerk(PerkCommon):
    """When there is a discount, for whom, and on what."""

    def test_golden_intermediate_in_force_and_the_day_after(self):
        pack = self.make_policy_pack(15)
        self.assertEqual(pack.date_end, END)
        self.assert_discount(self.quote_on(START), 15, 8500)
        self.assert_discount(self.quote_on(END), 15, 8500)
        self.assert_discount(self.quote_on(DAY_AFTER), 0, 10000)
        self.assert_discount(self.quote_on(START - timedelta(days=1)), 0, 10000)

    def test_days_are_those_of_the_support_time_zone(self):
        self.make_policy_pack(15)
        for zone, last in (
            ("Europe/Madrid", LAST_OF_MADRID),
            ("America/Mexico_City", LAST_OF_MEXICO),
        ):
            with self.subTest(zone):
                self.company.support_tz = zone
                self.assert_discount(self.quote_on(last), 15)
                self.assert_discount(self.quote_on(last + SECOND), 0)

    def test_by_state(self):
        pack = self.make_policy_pack(15)
        for state, percent in (
            ("active", 15),
            ("exhausted", 15),
            ("expired", 15),
            ("suspended", 0),
            ("refunded", 0),
            ("cancelled", 0),
            ("pending", 0),
        ):
            with self.subTest(state):
                pack.state = state
                self.assert_discount(self.quote_on(END), percent)
                self.assert_discount(self.quote_on(DAY_AFTER), 0)

    def test_used_up_it_is_still_in_force(self):
        pack = self.make_policy_pack(15, tickets=1)
        pack._post(-1, "usage", date=fields.Datetime.now())
        self.assertEqual(pack.state, "exhausted")
        self.assert_discount(self.quote_on(END), 15)

    def test_the_whole_company_has_it_and_nobody_else(self):
        self.make_policy_pack(15)
        branch = self.env["res.partner"].create(
            {"name": "Workshop", "parent_id": self.contact.id}
        )
        for partner in (self.client, self.contact, branch):
            self.assert_discount(self.quote_on(END, partner=partner), 15)
        subsidiary = self.env["res.partner"].create(
            {"name": "Subsidiary", "parent_id": self.client.id, "is_company": True}
        )
        for partner in (subsidiary, self.make_client("Rival")):
            self.assert_discount(self.quote_on(END, partner=partner), 0)

    def test_only_catalogue_services_and_never_packs(self):
        self.make_policy_pack(15)
        self.assert_discount(self.quote_on(END, self.other), 0)
        self.assert_discount(self.quote_on(END, self.basic), 0, 6000)
        # Databases may hold it from a time before the check.
        self.env.cr.execute(
            "UPDATE product_template SET support_catalogue_service = true "
            "WHERE id = %s",
            [self.basic.product_tmpl_id.id],
        )
        self.env.invalidate_all()
        self.assert_discount(self.quote_on(END, self.basic), 0, 6000)
        with self.assertRaisesRegex(ValidationError, "Catalogue service: .* pack"):
            self.basic.product_tmpl_id.copy({"support_catalogue_service": True})

    def test_the_best_of_several(self):
        self.make_policy_pack(15, day=date(2026, 1, 1))
        best = self.make_policy_pack(30, day=date(2026, 5, 1))
        for day, percent in (
            (date(2026, 4, 30), 15),
            (date(2026, 5, 1), 30),
            (date(2027, 1, 2), 30),
        ):
            self.assert_discount(self.quote_on(day), percent)
        self.assertEqual(self.quote_on(date(2026, 5, 1)).support_perk_pack_id, best)

    def test_companies_are_apart(self):
        other = make_company(self.env, "Another agency", chart=False)
        self.make_policy_pack(15)
        orders = (
            self.env["sale.order"]
            .with_company(other)
            .with_context(allowed_company_ids=[other.id, self.company.id])
        )
        self.service.company_id = False
        order = orders.create(
            {
                "partner_id": self.client.id,
                "company_id": other.id,
                "date_order": at_noon(END),
                "order_line": [Command.create({"product_id": self.service.id})],
            }
        )
        self.assert_discount(order.order_line, 0)

    def test_numbers_that_make_no_sense_are_refused(self):
        for values, message in (
            ({"support_service_discount": 101}, "Discount on catalogue services"),
            ({"support_service_discount": -1}, "Discount on catalogue services"),
            ({"support_visits_per_month": -1}, "Visits a month: from 0 to 31"),
            ({"support_visits_per_month": 32}, "Visits a month: from 0 to 31"),
        ):
            with self.subTest(values), self.assertRaisesRegex(ValidationError, message):
                self.basic.product_tmpl_id.copy(values)

    # === SOLD IS SOLD === #

    def test_the_percentage_of_the_sale_holds(self):
        order = self.sell(self.intermediate)
        pack = order.order_line.support_pack_ids
        self.assertEqual((pack.service_discount, pack.visits_per_month), (15, 1))
        self.intermediate.write(
            {
                "support_service_discount": 40,
                "support_visits_per_month": 3,
                "support_perks": "Nothing else",
            }
        )
        today = fields.Datetime.now()
        self.assert_discount(self.quote_on(today), 15)
        self.assertIn("Learning material", pack.perks_text)
        self.assertEqual(pack.visits_per_month, 1)
        later = self.sell(self.intermediate).order_line.support_pack_ids
        self.assertEqual(later.service_discount, 40)
        self.assert_discount(self.quote_on(today), 40)

    def test_prepaid_means_paid(self):
        self.intermediate.support_grant_on = "paid"
        self.sell(self.intermediate)
        self.assert_discount(self.quote_on(fields.Datetime.now()), 0)

    def test_a_cancelled_order_ends_it(self):
        order = self.sell(self.intermediate)
        line = self.quote_on(fields.Datetime.now())
        self.assert_discount(line, 15)
        order._action_cancel()
        self.assert_discount(self.quote_on(fields.Datetime.now()), 0)
        self.assert_discount(line, 15)
        self.assertIn("is not in force today", line.order_id.support_perk_warning)

    def test_words_are_kept_in_all_languages(self):
        self.env["res.lang"]._activate_lang("es_ES")
        template = self.intermediate.product_tmpl_id
        template.with_context(lang="es_ES").support_perks = "Material de aprendizaje"
        pack = self.sell(self.intermediate).order_line.support_pack_ids
        template.support_perks = "Changed"
        self.assertEqual(
            pack._get_perk_lines(),
            [
                "15 % off other services of our catalogue, while the policy is in "
                "force",
                "1 visit a month on your premises, for local clients",
                "Learning material",
                "Advice on projects",
            ],
        )
        spanish = pack.with_context(lang="es_ES")
        self.assertEqual(spanish._get_perk_lines()[-1], "Material de aprendizaje")

    def test_an_imported_policy_brings_what_its_product_brings(self):
        opening = self.env["support.opening.balance"].create(
            {
                "reference": "P-1",
                "partner_id": self.client.id,
                "product_id": self.intermediate.id,
                "granted": 15,
                "remaining": 10,
                "date_start": START,
            }
        )
        self.assertEqual(opening.pack_id.service_discount, 15)
        self.assertEqual(opening.pack_id.perks, {"en_US": WORDS})


@tagged("post_install", "-at_install")
class TestPerkOnQuotations(PerkCommon):
    """The discount is Odoo's own: with price lists, typed ones, other clients."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pack = cls.make_policy_pack(15)
        cls.rival = cls.make_client("Rival")
        # Whatever the database was set to.
        cls.employees = cls.env.ref("base.group_user")
        cls.discounts = cls.env.ref("sale.group_discount_per_so_line")
        cls.employees.implied_ids = [Command.unlink(cls.discounts.id)]

    def show_discounts(self):
        """Switch on the setting “Discounts” of Sales."""
        self.employees.implied_ids = [Command.link(self.discounts.id)]

    def make_pricelist(self, percent, kind="percentage", **values):
        """Return a price list and have the client buy by it."""
        rule = {"compute_price": kind, "applied_on": "3_global", "base": "list_price"}
        name = "percent_price" if kind == "percentage" else "price_discount"
        pricelist = self.env["product.pricelist"].create(
            {
                "name": f"{percent} % off",
                "company_id": self.company.id,
                "currency_id": self.company.currency_id.id,
                "item_ids": [Command.create({**rule, name: percent, **values})],
            }
        )
        self.client.specific_property_product_pricelist = pricelist
        return pricelist

    def test_on_top_of_the_price_list_shown_or_hidden(self):
        self.make_pricelist(10)
        hidden = self.quote_on(END)
        self.assertEqual((hidden.price_unit, hidden.discount), (9000, 15))
        self.show_discounts()
        shown = self.quote_on(END)
        self.assertEqual((shown.price_unit, shown.discount), (10000, 23.5))
        self.make_pricelist(10, "formula")
        formula = self.quote_on(END)
        self.assertEqual((formula.price_unit, formula.discount), (9000, 15))
        for line in (hidden, shown, formula):
            self.assertEqual(line.price_subtotal, 7650)

    def test_it_follows_the_quantity_as_prices_do(self):
        self.make_pricelist(10, min_quantity=10)
        for show in (False, True):
            with self.subTest(show=show):
                if show:
                    self.show_discounts()
                line = self.quote_on(END)
                self.assert_discount(line, 15, 8500)
                line.product_uom_qty = 10
                self.assert_discount(line, 23.5 if show else 15, 76500)
                line.product_uom_qty = 2
                self.assert_discount(line, 15, 17000)
                line.product_id = self.other
                self.assert_discount(line, 0, 20000)

    def test_what_a_salesperson_typed_stays(self):
        for show in (False, True):
            with self.subTest(show=show):
                if show:
                    self.show_discounts()
                for typed in (0, 20):
                    line = self.quote_on(END)
                    line.discount = typed
                    line.product_uom_qty = 3
                    self.assert_discount(line, typed)
                    line.order_id.date_order = at_noon(DAY_AFTER)
                    self.assert_discount(line, typed)
                    given = self.quote_on(END, discount=typed)
                    given.order_id.date_order = at_noon(START)
                    self.assert_discount(given, typed)

    def test_update_prices_begins_anew(self):
        self.show_discounts()
        line = self.quote_on(END, discount=20)
        line.order_id.action_update_prices()
        self.assert_discount(line, 15)
        self.pack.state = "suspended"
        line.order_id.action_update_prices()
        self.assert_discount(line, 0)

    def test_another_client_or_day(self):
        for show in (False, True):
            with self.subTest(show=show):
                if show:
                    self.show_discounts()
                line = self.quote_on(END)
                line.order_id.partner_id = self.rival
                self.assert_discount(line, 0, 10000)
                line.order_id.partner_id = self.contact
                self.assert_discount(line, 15, 8500)
                line.order_id.date_order = at_noon(DAY_AFTER)
                self.assert_discount(line, 0, 10000)

    def test_only_the_part_of_the_perk_is_exchanged(self):
        self.show_discounts()
        self.make_pricelist(10)
        line = self.quote_on(END)
        line.order_id.date_order = at_noon(DAY_AFTER)
        self.assertEqual((line.price_unit, line.discount), (10000, 10))

    def test_a_duplicate_is_of_its_own_day_and_client(self):
        line = self.quote_on(END)
        duplicate = line.order_id.copy({"date_order": at_noon(DAY_AFTER)})
        self.assert_discount(duplicate.order_line, 0, 10000)
        duplicate = line.order_id.copy(
            {"date_order": at_noon(END), "partner_id": self.rival.id}
        )
        self.assert_discount(duplicate.order_line, 0)
        duplicate = duplicate.copy(
            {"date_order": at_noon(END), "partner_id": self.client.id}
        )
        self.assert_discount(duplicate.order_line, 15)
        line.discount = 20
        duplicate = line.order_id.copy({"date_order": at_noon(DAY_AFTER)})
        self.assert_discount(duplicate.order_line, 20)

    def test_in_the_form(self):
        self.pack.write(ALWAYS)
        for show in (False, True):
            with self.subTest(show=show):
                if show:
                    self.show_discounts()
                form = Form(self.env["sale.order"])
                self.assertFalse(form.support_perk_text)
                form.partner_id = self.client
                with form.order_line.new() as row:
                    row.product_id = self.service
                self.assertIn("15 % off catalogue", form.support_perk_text)
                self.assertIn(self.pack.name, form.support_perk_text)
                order = form.save()
                self.assert_discount(order.order_line, 15)
                with Form(order) as form:
                    form.partner_id = self.rival
                self.assert_discount(order.order_line, 0)
                with Form(order) as form:
                    form.partner_id = self.client
                    with form.order_line.edit(0) as row:
                        row.product_uom_qty = 2
                self.assert_discount(order.order_line, 15, 17000)
                if show:
                    with Form(order) as form, form.order_line.edit(0) as row:
                        row.discount = 12
                    order.date_order = datetime(2100, 1, 1)
                    self.assert_discount(order.order_line, 12)

    def test_confirmed_orders_are_left_alone(self):
        line = self.quote_on(END)
        line.order_id.action_confirm()
        self.assert_discount(line, 15, 8500)
        self.assertNotEqual(
            self.company.support_local_date(line.order_id.date_order), END
        )
        self.pack.state = "refunded"
        line.product_uom_qty = 2
        self.assert_discount(line, 15, 17000)
        line.order_id.write({"date_order": at_noon(DAY_AFTER)})
        self.assert_discount(line, 15, 17000)

    def test_a_line_added_to_a_confirmed_order_is_of_its_date(self):
        line = self.quote_on(END, self.other)
        line.order_id.action_confirm()
        line.order_id.date_order = at_noon(START)
        added = self.env["sale.order.line"].create(
            {"order_id": line.order_id.id, "product_id": self.service.id}
        )
        self.assert_discount(added, 15)
        line.order_id.date_order = at_noon(DAY_AFTER)
        added = self.env["sale.order.line"].create(
            {"order_id": line.order_id.id, "product_id": self.service.id}
        )
        self.assert_discount(added, 0)

    def test_a_combo_of_the_catalogue(self):
        part = self.make_service("Part", 10000, support_catalogue_service=False)
        combo = self.env["product.combo"].create(
            {
                "name": "Choice",
                "company_id": self.company.id,
                "combo_item_ids": [Command.create({"product_id": part.id})],
            }
        )
        whole = self.make_service(
            "Whole", 10000, type="combo", combo_ids=[Command.set(combo.ids)]
        )
        for show in (False, True):
            with self.subTest(show=show):
                if show:
                    self.show_discounts()
                    self.make_pricelist(10)
                line = self.quote_on(END, whole)
                piece = self.env["sale.order.line"].create(
                    {
                        "order_id": line.order_id.id,
                        "product_id": part.id,
                        "linked_line_id": line.id,
                        "combo_item_id": combo.combo_item_ids.id,
                    }
                )
                self.assert_discount(piece, 23.5 if show else 15)

    def test_a_salesperson_quotes_and_reads_why(self):
        self.make_people()
        orders = self.env["sale.order"].with_user(self.salesperson)
        order = orders.create(
            {
                "partner_id": self.client.id,
                "date_order": at_noon(END),
                "order_line": [Command.create({"product_id": self.service.id})],
            }
        )
        self.assert_discount(order.order_line, 15)
        self.assertEqual(order.order_line.support_perk_pack_id.name, self.pack.name)
        self.assertIn(self.pack.name, order.support_perk_text)
        with self.assertRaises(AccessError):
            self.pack.with_user(self.salesperson).service_discount = 90

    def test_50_lines_ask_once_which_policy_is_in_force(self):
        """50 lines of catalogue services cost what 50 other lines cost, plus one."""
        counts = {}
        for product in (self.other, self.service):
            values = {
                "partner_id": self.client.id,
                "date_order": at_noon(END),
                "order_line": [
                    Command.create({"product_id": product.id, "name": str(number)})
                    for number in range(50)
                ],
            }
            self.env["sale.order"].create(dict(values))
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            order = self.env["sale.order"].create(dict(values))
            self.env.flush_all()
            counts[product] = self.env.cr.sql_log_count - before
            self.assertEqual(len(order.order_line), 50)
        self.assertEqual(set(order.order_line.mapped("discount")), {15})
        more = counts[self.service] - counts[self.other]
        self.assertLessEqual(more, 3, "Which policy is in force is asked once")
