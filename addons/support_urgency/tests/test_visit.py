"""Visits on site: N a month, for local clients; others by quotation [004]."""

from ast import literal_eval
from datetime import date, timedelta
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged

from .common_perk import DAY_AFTER, END, START, PerkCommon

MAY, JUNE = date(2026, 5, 31), date(2026, 6, 1)
# Work of today draws on it, whenever the tests run.
ALWAYS = {"date_start": date(2020, 1, 1), "date_end": date(2099, 1, 1)}


class VisitCommon(PerkCommon):
    """A local client with a policy in force that includes one visit a month."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pack = cls.make_policy_pack(15)
        cls.client.support_is_local = True

    @classmethod
    def visit(cls, day=MAY, partner=None, **values):
        ticket = cls.make_ticket(partner)
        ticket.write({"support_on_site": True, "support_visit_date": day, **values})
        return ticket

    def assert_refused(self, message, day=MAY, partner=None, **values):
        """The visit is refused, says why and what to do, and nothing is half done."""
        ticket = self.make_ticket(partner)
        with self.assertRaises(ValidationError) as caught, self.cr.savepoint():
            ticket.write({"support_on_site": True, "support_visit_date": day, **values})
        self.assertRegex(str(caught.exception), f"^On site: .*{message}")
        self.assertIn("needs a quotation", str(caught.exception))
        ticket.invalidate_recordset()
        self.assertFalse(ticket.support_on_site)
        return ticket


@tagged("post_install", "-at_install")
class TestVisit(VisitCommon):
    def test_one_a_month(self):
        first = self.visit(MAY)
        self.assertFalse(first.support_visit_quoted)
        self.assertIn("policy includes", first.support_visit_text)
        self.assert_refused(f"includes 1 a month.*{first.number}")
        self.assert_refused("includes 1 a month", MAY.replace(day=1))
        self.visit(JUNE)
        self.visit(MAY - timedelta(days=31))
        with self.assertRaisesRegex(ValidationError, "includes 1 a month"):
            first.support_visit_date = JUNE

    def test_colleagues_share_it(self):
        self.visit(MAY, self.contact)
        self.assert_refused("includes 1 a month", partner=self.client)

    def test_as_many_as_the_pack_was_sold_with(self):
        self.make_policy_pack(10)
        self.visit(MAY)
        self.assert_refused("includes 1 a month")
        self.pack.visits_per_month = 3
        self.visit(MAY)
        self.visit(MAY)
        self.assert_refused("includes 3 a month")

    def test_only_while_a_policy_is_in_force(self):
        self.visit(START)
        self.visit(END - timedelta(days=31))
        self.assert_refused("no support policy with visits in force", DAY_AFTER)
        self.pack.state = "suspended"
        self.assert_refused("no support policy with visits in force", JUNE)

    def test_only_local_clients(self):
        self.client.support_is_local = False
        ticket = self.assert_refused("is not marked as a local client")
        self.client.support_is_local = True
        ticket.support_on_site = True

    def test_local_for_one_of_our_companies_is_not_for_another(self):
        other = self.env["res.company"].create({"name": "Far away"})
        client = self.client.with_company(other)
        self.assertFalse(client.support_is_local)
        client.support_is_local = True
        self.client.with_company(self.company).support_is_local = False
        self.assertTrue(client.support_is_local)
        self.assert_refused("is not marked as a local client")

    def test_clients_without_a_policy_need_a_quotation(self):
        rival = self.make_client("Rival")
        rival.support_is_local = True
        ticket = self.assert_refused("no support policy", partner=rival)
        order = self.quote(self.service, partner=rival)
        ticket.sale_order_ids = [Command.link(order.id)]
        with (
            self.assertRaisesRegex(ValidationError, "needs a quotation"),
            self.cr.savepoint(),
        ):
            ticket.support_on_site = True
        ticket.invalidate_recordset()
        order.action_confirm()
        ticket.support_on_site = True
        self.assertTrue(ticket.support_visit_quoted)
        self.assertEqual(ticket.support_visit_text, "By quotation")

    def test_the_quotation_is_the_clients_own(self):
        order = self.sell(self.service, partner=self.make_client("Rival"))
        self.visit(MAY)
        ticket = self.make_ticket(sale_order_ids=[Command.link(order.id)])
        with self.assertRaisesRegex(ValidationError, "needs a quotation"):
            ticket.write({"support_on_site": True, "support_visit_date": MAY})

    def test_a_visit_by_quotation_is_not_one_of_the_month(self):
        order = self.sell(self.service)
        first = self.visit(MAY)
        quoted = self.make_ticket(sale_order_ids=[Command.link(order.id)])
        quoted.write({"support_on_site": True, "support_visit_date": MAY})
        self.assertTrue(quoted.support_visit_quoted)
        moved = self.make_ticket(sale_order_ids=[Command.link(order.id)])
        moved.write({"support_on_site": True, "support_visit_date": JUNE})
        self.assertFalse(moved.support_visit_quoted)
        first.support_on_site = False
        self.assertFalse(self.visit(MAY).support_visit_quoted)

    def test_what_was_found_in_order_stays(self):
        ticket = self.visit(MAY)
        self.client.support_is_local = False
        self.pack.state = "refunded"
        ticket.write({"name": "Renamed", "support_on_site": True})
        self.assertTrue(ticket.support_on_site)

    def test_another_client_is_asked_anew(self):
        ticket = self.visit(MAY)
        rival = self.make_client("Rival")
        with self.assertRaisesRegex(ValidationError, "On site: Rival has no support"):
            ticket.partner_id = rival

    def test_cancelled_and_merged_tickets_give_it_back(self):
        ticket = self.visit(MAY)
        stage = self.env["helpdesk.ticket.stage"].search(
            [("support_outcome", "=", "cancelled")], limit=1
        )
        ticket.stage_id = stage
        second = self.visit(MAY)
        self.assert_refused("includes 1 a month")
        second.duplicate_id = self.make_ticket()
        self.visit(MAY)

    def test_a_reopened_visit_is_asked_anew(self):
        cancelled = self.env["helpdesk.ticket.stage"].search(
            [("support_outcome", "=", "cancelled")], limit=1
        )
        first = self.visit(MAY)
        open_stage = first.stage_id
        first.stage_id = cancelled
        second = self.visit(MAY)
        with (
            self.assertRaisesRegex(ValidationError, f"1 a month.*{second.number}"),
            self.cr.savepoint(),
        ):
            first.stage_id = open_stage
        first.invalidate_recordset()
        self.assertEqual(first.stage_id, cancelled)
        second.duplicate_id = self.make_ticket()
        first.stage_id = open_stage
        with self.assertRaisesRegex(ValidationError, f"1 a month.*{first.number}"):
            second.duplicate_id = False

    def test_reopening_asks_nothing_of_a_visit_by_quotation(self):
        order = self.sell(self.service)
        self.visit(MAY)
        quoted = self.make_ticket(sale_order_ids=[Command.link(order.id)])
        quoted.write({"support_on_site": True, "support_visit_date": MAY})
        self.assert_reopens(quoted)
        self.assertTrue(quoted.support_visit_quoted)

    def test_cancelling_asks_nothing(self):
        ticket = self.visit(MAY)
        self.pack.state = "refunded"
        ticket.stage_id = self.env["helpdesk.ticket.stage"].search(
            [("support_outcome", "=", "cancelled")], limit=1
        )
        self.assertTrue(ticket.support_on_site)

    def assert_reopens(self, ticket):
        before = ticket.stage_id
        ticket.stage_id = self.env["helpdesk.ticket.stage"].search(
            [("support_outcome", "=", "cancelled")], limit=1
        )
        ticket.stage_id = before
        self.assertEqual(ticket.stage_id, before)

    def test_today_in_the_support_time_zone_by_default(self):
        ticket = self.make_ticket(support_on_site=False)
        self.pack.write({"date_start": date(2020, 1, 1), "date_end": False})
        with patch.object(
            type(self.company), "support_local_date", lambda *args: date(2026, 7, 8)
        ):
            ticket.support_on_site = True
        self.assertEqual(ticket.support_visit_date, date(2026, 7, 8))
        ticket.support_on_site = False
        self.assertFalse(ticket.support_visit_date)

    def test_a_new_ticket_on_site(self):
        first = self.make_ticket(support_on_site=True, support_visit_date=MAY)
        self.assertTrue(first.support_on_site)
        with self.assertRaisesRegex(ValidationError, "includes 1 a month"):
            self.make_ticket(support_on_site=True, support_visit_date=MAY)

    def test_where_the_policy_does_not_limit_visits(self):
        self.policy.limit_visits = False
        self.client.support_is_local = False
        self.visit(MAY)
        self.visit(MAY)

    def test_a_technician_does_it_in_the_form(self):
        self.make_people()
        ticket = self.make_ticket(user_id=self.technician.id)
        with Form(ticket.with_user(self.technician)) as form:
            form.support_on_site = True
            form.support_visit_date = MAY
        self.assertIn("policy includes", ticket.support_visit_text)

    # === EXPENSES === #

    def test_expenses_are_of_visits(self):
        ticket = self.make_ticket()
        with self.assertRaisesRegex(ValidationError, "Travel expenses: only"):
            ticket.support_travel_amount = 100
        with self.assertRaisesRegex(ValidationError, "Travel expenses: 0 or more"):
            self.visit(MAY, support_travel_amount=-1)
        self.policy.limit_visits = False
        rival = self.make_ticket(self.make_client("Rival"))
        order = self.sell(self.service, partner=rival.partner_id)
        rival.sale_order_ids = [Command.link(order.id)]
        rival.support_on_site = True
        with self.assertRaisesRegex(ValidationError, "nobody is charged"):
            rival.support_travel_amount = 100

    def test_expenses_wait_to_be_invoiced_though_the_policy_covers_the_event(self):
        ticket = self.visit(JUNE, support_travel_amount=350.5)
        self.pack.write(ALWAYS)
        ticket.action_support_admit()
        charge = ticket.support_charge_id
        self.assert_charge(ticket, covered=1, state="to_invoice")
        self.assertEqual((charge.travel_due, charge.due), (350.5, 0))
        ticket.support_travel_amount = 0
        self.assert_charge(ticket, covered=1)
        self.assertEqual(self.pack.balance, 14)

    def test_without_expenses_no_charge_is_opened(self):
        ticket = self.visit(MAY, support_travel_amount=0)
        self.assertFalse(ticket.support_charge_id)


@tagged("post_install", "-at_install")
class TestVisitInvoice(VisitCommon):
    """Travel expenses on the charges to invoice, as lines of Odoo's own invoices."""

    chart = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_people()
        cls.accountant.group_ids = cls.env.ref("account.group_account_invoice")
        cls.tax = cls.env["account.tax"].create(
            {
                "name": "16 %",
                "amount": 16,
                "type_tax_use": "sale",
                "company_id": cls.company.id,
                "price_include_override": "tax_excluded",
            }
        )
        taxes = {"taxes_id": [Command.set(cls.tax.ids)]}
        cls.event = cls.make_service(
            "Event", 1200, support_unit="ticket", support_quantity=1, **taxes
        )
        cls.travel = cls.make_service(
            "Travel expenses", 500, support_catalogue_service=False, **taxes
        )
        cls.policy.write(
            {
                "overage_product_id": cls.event.id,
                "travel_product_id": cls.travel.id,
            }
        )
        cls.pack.write(ALWAYS)

    def admit(self, ticket):
        ticket.action_support_admit()
        return ticket

    def draft(self, tickets):
        """Draft as an accountant does, by the wizard; return wizard and invoices."""
        charges = tickets.support_charge_ids.with_user(self.accountant)
        action = charges.action_invoice()
        wizard = self.env["support.charge.invoice"].with_user(self.accountant)
        wizard = wizard.browse(action["res_id"])
        action = wizard.action_apply()
        return wizard, self.env["account.move"].search(action["domain"], order="id")

    def assert_lines(self, moves, *expected):
        found = [
            (line.product_id, line.quantity * line.price_unit)
            for line in moves.invoice_line_ids
        ]
        self.assertEqual(found, list(expected))

    def test_alone_and_together_with_an_event_that_nothing_covers(self):
        ticket = self.admit(self.visit(JUNE, support_travel_amount=350.5))
        wizard, invoice = self.draft(ticket)
        self.assertEqual(wizard.line_ids.amount, 350.5)
        self.assertIn("travel expenses", wizard.line_ids.quantity_text)
        self.assertNotIn("ticket", wizard.line_ids.quantity_text)
        self.assert_lines(invoice, (self.travel, 350.5))
        self.assertEqual(invoice.amount_total, 406.58)
        self.assertIn(ticket.number, invoice.invoice_line_ids.name)
        charge = ticket.support_charge_id
        self.assertEqual((charge.state, charge.travel_due), ("invoiced", 0))
        with self.assertRaisesRegex(UserError, "nothing left to invoice"):
            charge.with_user(self.accountant).action_invoice()
        self.pack._post(-self.pack.balance, "usage", date=ticket.create_date)
        paid = self.admit(self.visit(MAY, support_travel_amount=80))
        self.assert_charge(paid, covered=0, uncovered=1, state="to_invoice")
        wizard, invoice = self.draft(paid)
        self.assertEqual(wizard.line_ids.amount, 1280)
        self.assert_lines(invoice, (self.event, 1200), (self.travel, 80))
        self.assertEqual(paid.support_charge_id.state, "invoiced")

    def test_a_draft_that_goes_frees_them(self):
        ticket = self.admit(self.visit(JUNE, support_travel_amount=100))
        charge = ticket.support_charge_id
        _wizard, invoice = self.draft(ticket)
        invoice.unlink()
        self.assertEqual((charge.state, charge.travel_due), ("to_invoice", 100))
        _wizard, invoice = self.draft(ticket)
        invoice.button_cancel()
        self.assertEqual((charge.state, charge.travel_due), ("to_invoice", 100))

    def test_corrections_are_differences(self):
        ticket = self.admit(self.visit(JUNE, support_travel_amount=100))
        charge = ticket.support_charge_id
        self.draft(ticket)
        ticket.support_travel_amount = 130
        self.assertEqual((charge.state, charge.travel_due), ("to_invoice", 30))
        _wizard, more = self.draft(ticket)
        self.assert_lines(more, (self.travel, 30))
        ticket.support_travel_amount = 90
        _wizard, back = self.draft(ticket)
        self.assertEqual(back.move_type, "out_refund")
        self.assert_lines(back, (self.travel, 40))
        self.assertEqual((charge.state, charge.travel_due), ("invoiced", 0))

    def credit(self, invoice, again=False):
        """Post an invoice and credit it in full; return the posted credit note."""
        invoice.invoice_date = date(2026, 6, 1)
        invoice.action_post()
        wizard = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create({"journal_id": invoice.journal_id.id, "support_again": again})
        )
        wizard.refund_moves()
        wizard.new_move_ids.action_post()
        return wizard.new_move_ids

    def test_what_was_credited_for_good_is_not_given_back_again(self):
        ticket = self.admit(self.visit(JUNE, support_travel_amount=100))
        charge = ticket.support_charge_id
        _wizard, invoice = self.draft(ticket)
        self.credit(invoice)
        self.assertEqual((charge.state, charge.travel_due), ("credited", 0))
        for amount in (0, 60):
            ticket.support_travel_amount = amount
            self.assertEqual((charge.state, charge.travel_due), ("credited", 0))
        ticket.support_travel_amount = 130
        self.assertEqual((charge.state, charge.travel_due), ("to_invoice", 30))
        self.draft(ticket)
        ticket.support_travel_amount = 20
        self.assertEqual((charge.state, charge.travel_due), ("to_invoice", -10))
        _wizard, back = self.draft(ticket)
        self.assert_lines(back, (self.travel, 10))
        self.assertEqual((charge.state, charge.travel_due), ("invoiced", 0))

    def test_what_gave_back_and_is_taken_back_is_given_back_again(self):
        first = self.admit(self.visit(MAY, support_travel_amount=100))
        self.draft(first)
        first.support_travel_amount = 60
        second = self.admit(self.visit(JUNE, support_travel_amount=500))
        _wizard, invoice = self.draft(first + second)
        self.assert_lines(invoice, (self.travel, -40), (self.travel, 500))
        charges = first.support_charge_id + second.support_charge_id
        self.assertEqual(charges.mapped("travel_due"), [0, 0])
        self.credit(invoice)
        self.assertEqual(charges.mapped("travel_due"), [-40, 0])
        self.assertEqual(charges.mapped("state"), ["to_invoice", "credited"])

    # === WHAT WAITS === #

    def wait(self, **values):
        """Return a ticket whose event waits for a pack: only travel is to invoice."""
        self.policy.uncovered_policy = "wait"
        self.pack._post(-self.pack.balance, "usage", date=self.pack.create_date)
        ticket = self.admit(self.visit(JUNE, support_travel_amount=350, **values))
        self.assert_charge(ticket, covered=0, uncovered=1, state="waiting")
        return ticket

    def search_to_invoice(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "support_packs.support_charge_to_invoice_action"
        )
        domain = literal_eval(action["domain"])
        return self.env["support.charge"].with_user(self.accountant).search(domain)

    def test_expenses_do_not_wait_with_the_units(self):
        ticket = self.wait()
        charge = ticket.support_charge_id
        self.assertIn(charge, self.search_to_invoice())
        wizard, invoice = self.draft(ticket)
        self.assertEqual(wizard.line_ids.amount, 350)
        self.assertNotIn("ticket", wizard.line_ids.quantity_text)
        self.assert_lines(invoice, (self.travel, 350))
        self.assert_charge(ticket, covered=0, uncovered=1, state="waiting")
        self.assertEqual((charge.travel_due, charge.billed), (0, 0))
        self.assertNotIn(charge, self.search_to_invoice())
        with self.assertRaisesRegex(UserError, "nothing left to invoice"):
            self.draft(ticket)
        charge._decide("invoice")
        self.assertIn(charge, self.search_to_invoice())
        _wizard, invoice = self.draft(ticket)
        self.assert_lines(invoice, (self.event, 1200))
        self.assertEqual(charge.state, "invoiced")

    def test_nor_with_those_that_the_next_pack_pays(self):
        self.pack._post(-self.pack.balance, "usage", date=self.pack.create_date)
        ticket = self.admit(self.visit(JUNE, support_travel_amount=350))
        charge = ticket.support_charge_id
        charge._decide("next_pack")
        self.assertEqual(charge.state, "waiting")
        _wizard, invoice = self.draft(ticket)
        self.assert_lines(invoice, (self.travel, 350))
        self.make_policy_pack(15).write(ALWAYS)
        charge._settle()
        self.assert_charge(ticket, covered=1, state="invoiced")

    def test_without_a_product_for_units_expenses_are_invoiced(self):
        covered = self.admit(self.visit(MAY, support_travel_amount=100))
        waiting = self.wait()
        self.policy.overage_product_id = False
        for ticket, amount in ((covered, 100), (waiting, 350)):
            _wizard, invoice = self.draft(ticket)
            self.assert_lines(invoice, (self.travel, amount))
            self.assertEqual(invoice.currency_id, self.company.currency_id)
            self.assertFalse(ticket.support_charge_id.billing_terms)

    # === TAXES === #

    def test_the_amount_is_without_taxes_though_the_price_includes_them(self):
        included, reduced = self.tax.create(
            [
                {
                    "name": f"{amount} % included",
                    "amount": amount,
                    "type_tax_use": "sale",
                    "company_id": self.company.id,
                    "price_include_override": "tax_included",
                }
                for amount in (21, 10)
            ]
        )
        self.travel.taxes_id = included
        ticket = self.admit(self.visit(JUNE, support_travel_amount=50))
        _wizard, invoice = self.draft(ticket)
        self.assertEqual((invoice.amount_untaxed, invoice.amount_total), (50, 60.5))
        position = self.env["account.fiscal.position"].create(
            {"name": "Islands", "company_id": self.company.id}
        )
        reduced.write(
            {
                "fiscal_position_ids": [Command.link(position.id)],
                "original_tax_ids": [Command.link(included.id)],
            }
        )
        self.client.property_account_position_id = position
        ticket.support_travel_amount = 83.33
        _wizard, invoice = self.draft(ticket)
        self.assertEqual(invoice.invoice_line_ids.tax_ids, reduced)
        self.assertEqual(invoice.amount_untaxed, 33.33)
        ticket.support_travel_amount = 0
        _wizard, back = self.draft(ticket)
        self.assertEqual(back.move_type, "out_refund")
        self.assertEqual(back.amount_untaxed, 83.33)

    def test_a_credit_note_closes_them_or_has_them_invoiced_again(self):
        for again in (False, True):
            with self.subTest(again=again):
                ticket = self.admit(
                    self.visit(JUNE if again else MAY, support_travel_amount=100)
                )
                charge = ticket.support_charge_id
                _wizard, invoice = self.draft(ticket)
                self.credit(invoice, again)
                self.assertEqual(charge.travel_due, 100 if again else 0)
                self.assertEqual(charge.state, "to_invoice" if again else "credited")

    def test_in_the_currency_of_the_clients_price_list(self):
        dollar = self.env.ref("base.USD")
        dollar.active = True
        self.env["res.currency.rate"].create(
            {
                "currency_id": dollar.id,
                "company_id": self.company.id,
                "name": date(2020, 1, 1),
                "rate": 2,
            }
        )
        self.client.specific_property_product_pricelist = self.env[
            "product.pricelist"
        ].create({"name": "USD", "currency_id": dollar.id})
        ticket = self.admit(self.visit(JUNE, support_travel_amount=100))
        _wizard, invoice = self.draft(ticket)
        self.assertEqual(invoice.currency_id, dollar)
        self.assert_lines(invoice, (self.travel, 200))
        self.assertEqual(ticket.support_charge_id.travel_due, 0)

    def test_without_a_travel_product_it_is_said(self):
        self.policy.travel_product_id = False
        ticket = self.admit(self.visit(JUNE, support_travel_amount=100))
        with self.assertRaisesRegex(UserError, "Travel product: .* has none"):
            self.draft(ticket)
        self.policy.travel_product_id = self.travel
        self.travel.active = False
        with self.assertRaisesRegex(UserError, "Travel product: .* is archived"):
            self.draft(ticket)

    def test_many_cost_the_preview_as_many_queries_as_few(self):
        self.policy.limit_visits = False
        # One product for all: work that no pack covers would be checked, too.
        self.make_policy_pack(tickets=100).write(ALWAYS)
        numbers = []
        for count in (3, 3, 12):
            tickets = self.env["helpdesk.ticket"]
            for _number in range(count):
                tickets += self.admit(self.visit(JUNE, support_travel_amount=10))
            charges = self.env["support.charge"].browse(tickets.support_charge_ids.ids)
            charges = charges.with_user(self.accountant)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            charges.action_invoice()
            numbers.append(self.env.cr.sql_log_count - before)
            self.draft(tickets)
            self.assertEqual(set(charges.mapped("travel_due")), {0})
        self.assertEqual(numbers[1], numbers[2])

    def test_who_was_invoiced_stays_the_client(self):
        ticket = self.admit(self.visit(JUNE, support_travel_amount=100))
        self.draft(ticket)
        rival = self.make_client("Rival")
        rival.support_is_local = True
        self.make_policy_pack(15, partner=rival)
        with self.assertRaisesRegex(UserError, "was invoiced to Client Company"):
            ticket.partner_id = rival
