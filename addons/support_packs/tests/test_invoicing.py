"""Charges to invoice: exact amounts, as Odoo invoices a sale."""

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import make_company, make_policy
from .invoicing_common import InvoicingCommon


@tagged("post_install", "-at_install")
class TestInvoicingAmounts(InvoicingCommon):
    """The figures of the agency [000], to the cent."""

    def test_20_urgent_minutes_without_a_pack(self):
        self.make_urgent()
        ticket = self.make_debt(20)
        invoice = self.draft(ticket)
        self.assert_lines(invoice, 75.00, 37.50)
        self.assertEqual(invoice.amount_untaxed, 112.50)
        self.assertEqual(invoice.amount_tax, 23.63)
        self.assertEqual(invoice.invoice_line_ids.mapped("support_units"), [60, 30])
        self.assert_state(ticket, "invoiced")

    def test_61_urgent_minutes_without_a_pack(self):
        self.make_urgent()
        invoice = self.draft(self.make_debt(61))
        self.assert_lines(invoice, 76.25, 38.75)
        self.assertEqual(invoice.amount_untaxed, 115.00)

    def test_20_urgent_minutes_with_30_in_the_pack(self):
        self.make_urgent()
        self.make_pack(30)
        ticket = self.make_debt(20)
        invoice = self.draft(ticket)
        self.assert_lines(invoice, 50.00, 25.00)
        self.assert_charge(ticket, covered=30, uncovered=60, state="invoiced")

    def test_20_minutes_are_25_00_although_quantities_have_two_decimals(self):
        self.request_type.minimum = 0
        invoice = self.draft(self.make_debt(20))
        self.assertEqual(invoice.invoice_line_ids.quantity, 1)
        self.assertEqual(invoice.invoice_line_ids.price_unit, 25.00)
        self.assertEqual(invoice.amount_total, 30.25)

    def test_prices_that_include_taxes(self):
        self.hour.taxes_id = self.make_tax(21, included=True)
        invoice = self.draft(self.make_debt(60))
        self.assertEqual(invoice.amount_total, 75.00)
        self.assertEqual(invoice.amount_untaxed, 61.98)

    def test_a_fiscal_position_changes_taxes_and_prices_that_include_them(self):
        included = self.make_tax(21, included=True)
        self.hour.taxes_id = included
        free = self.make_tax(0, name="Export")
        position = self.env["account.fiscal.position"].create(
            {"name": "Export", "company_id": self.company.id}
        )
        free.write(
            {
                "fiscal_position_ids": [Command.link(position.id)],
                "original_tax_ids": [Command.link(included.id)],
            }
        )
        self.client.with_company(self.company).property_account_position_id = position
        invoice = self.draft(self.make_debt(60))
        self.assertEqual(invoice.fiscal_position_id, position)
        self.assertEqual(invoice.invoice_line_ids.tax_ids, free)
        self.assertEqual(invoice.amount_total, 61.98)

    def test_a_product_without_taxes_gets_none(self):
        self.hour.taxes_id = False
        invoice = self.draft(self.make_debt(60))
        self.assertFalse(invoice.invoice_line_ids.tax_ids)
        self.assertEqual(invoice.amount_total, 75.00)

    def test_a_price_list_in_another_currency(self):
        dollar = self.env.ref("base.USD")
        dollar.active = True
        self.env["res.currency.rate"].create(
            {
                "currency_id": dollar.id,
                "company_id": self.company.id,
                "rate": 2.0,
                "name": "2020-01-01",
            }
        )
        self.client.property_product_pricelist = self.env["product.pricelist"].create(
            {"name": "In dollars", "currency_id": dollar.id}
        )
        invoice = self.draft(self.make_debt(20))
        self.assertEqual(invoice.currency_id, dollar)
        self.assertEqual(invoice.amount_untaxed, 150.00)

    def test_a_currency_without_cents(self):
        yen = self.env.ref("base.JPY")
        yen.active = True
        self.request_type.minimum = 0
        self.client.property_product_pricelist = self.env["product.pricelist"].create(
            {
                "name": "In yen",
                "currency_id": yen.id,
                "item_ids": [
                    Command.create(
                        {
                            "compute_price": "fixed",
                            "fixed_price": 10000,
                            "applied_on": "0_product_variant",
                            "product_id": self.hour.id,
                        }
                    )
                ],
            }
        )
        ticket = self.make_debt(20)
        self.assert_lines(self.draft(ticket), 3333)
        self.log(ticket, 20)
        self.log(ticket, 20)
        self.assert_lines(self.draft(ticket), 6667)
        self.assert_whole(ticket, 10000)

    def test_as_odoo_does_for_a_sale(self):
        terms = self.env["account.payment.term"].create({"name": "60 days"})
        address = self.env["res.partner"].create(
            {"name": "Accounts", "type": "invoice", "parent_id": self.client.id}
        )
        self.client.write(
            {
                "property_payment_term_id": terms.id,
                "user_id": self.salesperson.id,
            }
        )
        invoice = self.draft(self.make_debt(60))
        order = self.sell(self.hour)
        expected = order._create_invoices()
        for name in (
            *("partner_id", "partner_shipping_id", "fiscal_position_id"),
            *("currency_id", "invoice_payment_term_id", "invoice_user_id"),
            *("journal_id", "amount_untaxed", "amount_total"),
        ):
            self.assertEqual(invoice[name], expected[name], name)
        line, other = invoice.invoice_line_ids, expected.invoice_line_ids
        for name in ("account_id", "tax_ids", "product_id", "product_uom_id"):
            self.assertEqual(line[name], other[name], name)
        self.assertEqual(invoice.partner_id, address)
        self.assertEqual(invoice.invoice_user_id, self.salesperson)

    def test_ticket_and_arithmetic_in_the_client_s_language(self):
        self.env["res.lang"]._activate_lang("es_ES")
        self.client.lang = "es_ES"
        self.make_pack(30)
        ticket = self.make_debt(20)
        text = self.draft(ticket).invoice_line_ids.name
        self.assertIn(f"{ticket.number} The shop is slow", text)
        self.assertIn("20 min → mínimo de 60 min = 60 min", text)
        self.assertIn("30 min", text)
        self.assertIn("75,00 € por hora", text.replace("\xa0", " "))

    def test_what_is_invoiced_grants_no_pack(self):
        invoice = self.post(self.draft(self.make_debt(60)))
        self.pay(invoice)
        self.assertEqual(invoice.payment_state, "paid")
        self.assertFalse(invoice.support_paid)
        self.assertFalse(self.account.pack_ids)
        self.credit(invoice)
        self.assertFalse(self.account.pack_ids)


@tagged("post_install", "-at_install")
class TestInvoicingAction(InvoicingCommon):
    """One draft for each client, company and currency; with nothing half done."""

    def test_one_draft_for_each_client(self):
        other = self.make_client("Other client")
        self.make_account(other)
        mine = self.make_debt(60) | self.make_debt(120)
        theirs = self.make_debt(60, other)
        moves = self.draft(mine | theirs)
        self.assertEqual(moves.mapped("partner_id"), self.client | other)
        self.assertEqual(moves.mapped("amount_untaxed"), [225.00, 75.00])
        self.assertEqual(set(moves.mapped("state")), {"draft"})
        self.assertEqual(
            moves[0].invoice_line_ids.support_charge_id, mine.support_charge_ids
        )
        for ticket in mine | theirs:
            self.assert_state(ticket, "invoiced")

    def test_nothing_is_invoiced_twice(self):
        ticket = self.make_debt(60)
        charges = ticket.support_charge_ids.with_user(self.accountant)
        charges.action_invoice()
        wizard = self.env["support.charge.invoice"].search([], order="id desc", limit=1)
        self.draft(ticket)
        with self.assertRaisesRegex(UserError, "nothing left to invoice"):
            wizard.with_user(self.accountant).action_apply()
        with self.assertRaisesRegex(UserError, "nothing left to invoice"):
            charges.action_invoice()
        self.assertEqual(len(ticket.support_charge_id.invoice_line_ids), 1)

    def test_the_preview_says_what_will_be_and_what_cannot_be(self):
        poor = make_policy(self.env, self.company, "Without a product")
        stranger = self.make_client("Stranger")
        self.make_account(stranger, poor)
        good, bad = self.make_debt(60), self.make_debt(60, stranger)
        charges = (good | bad).support_charge_ids.with_user(self.accountant)
        action = charges.action_invoice()
        wizard = self.env["support.charge.invoice"].browse(action["res_id"])
        wizard = wizard.with_user(self.accountant)
        ready, problem = wizard.line_ids
        self.assertEqual((ready.partner_id, ready.amount), (self.client, 75.00))
        self.assertEqual(ready.kind, "out_invoice")
        self.assertEqual((wizard.draft_count, wizard.problem_count), (1, 1))
        self.assertRegex(problem.problem, "Product to invoice: .*Without a product")
        wizard.action_apply()
        self.assert_state(good, "invoiced")
        self.assert_state(bad, "to_invoice", due=60)

    def assert_refused(self, ticket, words):
        charges = ticket.support_charge_ids.with_user(self.accountant)
        before = self.env["account.move"].search_count([])
        with self.assertRaisesRegex(UserError, words), self.env.cr.savepoint():
            charges._make_invoices()
        action = charges.action_invoice()
        wizard = self.env["support.charge.invoice"].browse(action["res_id"])
        with self.assertRaisesRegex(UserError, words), self.env.cr.savepoint():
            wizard.with_user(self.accountant).action_apply()
        self.assertEqual(self.env["account.move"].search_count([]), before)
        self.assert_state(ticket, "to_invoice", due=60)

    def test_an_archived_client(self):
        ticket = self.make_debt(60)
        self.portal_user.active = False
        (self.client | self.contact).active = False
        self.assert_refused(ticket, "Client: Client Company is archived")

    def test_an_archived_product(self):
        ticket = self.make_debt(60)
        self.hour.active = False
        self.assert_refused(ticket, "Product to invoice: .*archived")

    def test_a_product_that_counts_something_else(self):
        ticket = self.make_debt(60)
        self.policy.overage_product_id = False
        self.hour.support_unit = "credit"
        self.env.cr.execute(
            "UPDATE support_policy SET overage_product_id = %s WHERE id = %s",
            [self.hour.id, self.policy.id],
        )
        self.policy.invalidate_recordset()
        self.assert_refused(ticket, "Pack unit: “1 hour” counts another unit")

    def test_a_product_without_income_account(self):
        ticket = self.make_debt(60)
        self.company.income_account_id = False
        self.hour.categ_id.property_account_income_categ_id = False
        journals = self.env["account.journal"].search(
            [("type", "=", "sale"), ("company_id", "=", self.company.id)]
        )
        journals.default_account_id = False
        self.assert_refused(ticket, "Income account: “1 hour” has none")

    def test_a_currency_that_was_archived_since(self):
        """A correction is in the currency of what was invoiced."""
        pound = self.env.ref("base.GBP")
        pound.active = True
        self.client.property_product_pricelist = self.env["product.pricelist"].create(
            {"name": "In pounds", "currency_id": pound.id}
        )
        ticket = self.make_debt(60)
        self.post(self.draft(ticket))
        self.log(ticket, 60)
        pound.active = False
        self.assert_refused(ticket, "Currency: GBP")

    def test_companies_are_invoiced_apart(self):
        company = make_company(self.env, "Second workshop")
        env = self.env(
            context={
                **self.env.context,
                "allowed_company_ids": (self.company | company).ids,
            }
        )
        policy = make_policy(env, company, "Second")
        policy.overage_product_id = self.make_hour(
            policy, 90, self.tax.browse(), company_id=company.id
        )
        env["support.account"]._find_or_open(self.client, company, policy)
        team = env["helpdesk.ticket.team"].create(
            {"name": "Second", "company_id": company.id}
        )
        first = self.make_debt(60)
        second = env["helpdesk.ticket"].create(
            {
                "name": "In the second company",
                "description": "Slow",
                "partner_id": self.client.id,
                "team_id": team.id,
                "company_id": company.id,
            }
        )
        env["support.work"].create(
            {"ticket_id": second.id, "minutes": 60, "name": "Work"}
        )
        self.accountant.company_ids |= company
        charges = (first | second).support_charge_ids.with_env(env)
        moves = charges.with_user(self.accountant)._make_invoices()
        self.assertEqual(moves.mapped("company_id"), self.company | company)
        self.assertEqual(moves.mapped("amount_untaxed"), [75.00, 90.00])
        self.assertEqual(moves.journal_id.company_id, self.company | company)
        self.accountant.company_ids = self.company
        with self.assertRaises(AccessError):
            second.support_charge_id.with_user(self.accountant)._make_invoices()


@tagged("post_install", "-at_install")
class TestInvoicingRights(InvoicingCommon):
    def test_only_an_accountant_invoices(self):
        ticket = self.make_debt(60)
        charge = ticket.support_charge_id
        for user in (self.technician, self.manager, self.portal_user, self.employee):
            with self.subTest(user=user.login):
                mine = charge.with_user(user)
                for method in ("action_invoice", "_make_invoices"):
                    with self.assertRaises(AccessError):
                        getattr(mine, method)()
                wizards = self.env["support.charge.invoice"].with_user(user)
                with self.assertRaises(AccessError):
                    wizards.create({"charge_ids": [Command.set(charge.ids)]})
        self.assert_state(ticket, "to_invoice", due=60)
        self.draft(ticket)

    def test_a_wizard_is_its_maker_s(self):
        ticket = self.make_debt(60)
        action = ticket.support_charge_ids.with_user(self.accountant).action_invoice()
        other = self.make_user("accountant2", "account.group_account_invoice")
        wizards = self.env["support.charge.invoice"].with_user(other)
        with self.assertRaises(AccessError):
            wizards.browse(action["res_id"]).action_apply()

    def test_an_accountant_writes_no_charge(self):
        charge = self.make_debt(60).support_charge_id.with_user(self.accountant)
        for values in ({"billed": 60}, {"state": "invoiced"}, {"waived": 60}):
            with self.assertRaises(AccessError):
                charge.write(values)

    def test_readers_see_where_it_was_invoiced(self):
        ticket = self.make_debt(60)
        invoice = self.post(self.draft(ticket))
        mine = ticket.with_user(self.technician)
        self.assertEqual(mine.support_invoice_text, invoice.name)
        self.assertNotIn(
            "invoice_line_ids",
            self.env["support.charge"].with_user(self.technician).fields_get(),
        )
        charge = ticket.support_charge_id.with_user(self.accountant)
        self.assertEqual(charge.action_view_invoices()["res_id"], invoice.id)
        self.assertEqual(charge.invoice_count, 1)
        action = invoice.with_user(self.accountant).action_view_support_charges()
        self.assertEqual(
            self.env["support.charge"].search(action["domain"]),
            ticket.support_charge_id,
        )
        self.assertEqual(invoice.with_user(self.accountant).support_charge_count, 1)

    def test_the_client_reads_the_invoice_on_the_ticket(self):
        ticket = self.make_debt(60, self.contact)

        def read():
            return ticket.with_user(self.portal_user)._get_support_portal_values()

        self.assertIn("To be invoiced", read()["uncovered"])
        self.assertEqual(read()["invoices"], [])
        invoice = self.draft(ticket)
        self.assertIn("being prepared", read()["uncovered"])
        self.assertEqual(read()["invoices"], [])
        self.post(invoice)
        self.assertIn("Invoiced", read()["uncovered"])
        [link] = read()["invoices"]
        self.assertEqual(
            (link["name"], link["url"]), (invoice.name, f"/my/invoices/{invoice.id}")
        )

    def test_an_invoice_that_is_not_the_reader_s_has_no_link(self):
        billing = self.make_client("Pays for others")
        ticket = self.make_debt(60, self.contact)
        invoice = self.draft(ticket)
        invoice.partner_id = billing
        self.post(invoice)
        values = ticket.with_user(self.portal_user)._get_support_portal_values()
        [link] = values["invoices"]
        self.assertEqual((link["name"], link["url"]), (invoice.name, ""))


@tagged("post_install", "-at_install")
class TestInvoicingReplay(InvoicingCommon):
    def run_check(self):
        self.env.flush_all()
        with (
            self.assertNoLogs("odoo.addons.support_packs", "WARNING"),
            self.enter_registry_test_mode(),
        ):
            self.env.ref("support_packs.cron_replay_ledger").method_direct_trigger()
        self.env.invalidate_all()

    def test_the_nightly_check_stays_silent(self):
        self.make_pack(30)
        ticket = self.make_debt(90)
        invoice = self.post(self.draft(ticket))
        self.run_check()
        self.credit(invoice, again=True)
        self.log(ticket, 10)
        self.run_check()
        self.assert_charge(ticket, covered=30, uncovered=70, state="to_invoice")

    def test_a_date_of_work_changes_nothing(self):
        ticket = self.make_debt(60)
        self.draft(ticket)
        ticket.support_work_ids.date = fields.Datetime.subtract(
            fields.Datetime.now(), days=2
        )
        self.assert_state(ticket, "invoiced")
