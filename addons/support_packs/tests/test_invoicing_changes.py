"""After invoicing: drafts that go, credit notes, and work that is corrected."""

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .invoicing_common import InvoicingCommon


class ChangesCommon(InvoicingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.request_type.minimum = 0


@tagged("post_install", "-at_install")
class TestInvoicingFreed(ChangesCommon):
    """A draft claims the charge; who takes it away frees the charge."""

    def test_deleting_the_draft(self):
        ticket = self.make_debt(20)
        self.draft(ticket).with_user(self.accountant).unlink()
        self.assert_state(ticket, "to_invoice", due=20)
        self.assert_lines(self.draft(ticket), 25.00)

    def test_cancelling_the_draft_and_taking_it_back(self):
        ticket = self.make_debt(20)
        invoice = self.draft(ticket).with_user(self.accountant)
        invoice.button_cancel()
        self.assert_state(ticket, "to_invoice", due=20)
        invoice.button_draft()
        self.assert_state(ticket, "invoiced")

    def test_deleting_one_line(self):
        first, second = self.make_debt(20), self.make_debt(40)
        invoice = self.draft(first | second).with_user(self.accountant)
        line = invoice.invoice_line_ids.filtered(
            lambda one: one.support_charge_id == first.support_charge_id
        )
        invoice.invoice_line_ids = [Command.delete(line.id)]
        self.assert_state(first, "to_invoice", due=20)
        self.assert_state(second, "invoiced")
        self.assertEqual(invoice.amount_untaxed, 50.00)

    def test_deleting_the_surcharge_alone(self):
        self.make_urgent()
        ticket = self.make_debt(20)
        invoice = self.draft(ticket)
        invoice.invoice_line_ids = [Command.delete(invoice.invoice_line_ids[1].id)]
        self.assert_state(ticket, "to_invoice", due=10)
        self.assert_lines(self.draft(ticket), 12.50)
        self.assert_whole(ticket, 25.00, 12.50)

    def test_a_posted_invoice_that_is_cancelled(self):
        ticket = self.make_debt(20)
        invoice = self.post(self.draft(ticket))
        invoice.button_draft()
        self.assert_state(ticket, "invoiced")
        invoice.button_cancel()
        self.assert_state(ticket, "to_invoice", due=20)

    def test_both_the_cancelled_and_the_new_one_stand(self):
        """Whoever takes back a cancelled invoice billed it twice: it is given back."""
        ticket = self.make_debt(20)
        old = self.draft(ticket)
        old.button_cancel()
        self.draft(ticket)
        old.button_draft()
        self.assert_state(ticket, "to_invoice", due=-20)
        note = self.draft(ticket)
        self.assertEqual(note.move_type, "out_refund")
        self.assert_whole(ticket, 25.00)

    def test_a_duplicate_of_the_invoice_bills_nothing(self):
        ticket = self.make_debt(20)
        invoice = self.draft(ticket)
        copy = invoice.copy()
        self.assertFalse(copy.invoice_line_ids.support_charge_id)
        copy.unlink()
        self.assert_state(ticket, "invoiced")

    def test_a_changed_price_on_the_draft_is_the_accountant_s(self):
        ticket = self.make_debt(20)
        invoice = self.draft(ticket)
        invoice.invoice_line_ids.price_unit = 10
        self.log(ticket, 10)
        self.assert_lines(self.draft(ticket), 12.50)

    def test_waiving_takes_what_is_not_invoiced(self):
        ticket = self.make_debt(20)
        invoice = self.draft(ticket)
        charge = ticket.support_charge_id.with_user(self.manager)
        with self.assertRaisesRegex(UserError, "nothing left to decide"):
            charge._decide("waive", "Goodwill")
        self.log(ticket, 10)
        charge._decide("waive", "Goodwill")
        self.assert_state(ticket, "invoiced")
        self.assertEqual(charge.waived, 10)
        invoice.unlink()
        self.assert_state(ticket, "to_invoice", due=20)
        charge._decide("waive", "Goodwill")
        self.assert_state(ticket, "waived")

    def test_packs_do_not_pay_what_is_invoiced(self):
        ticket = self.make_debt(20)
        self.draft(ticket)
        pack = self.make_pack(60)
        self.policy.uncovered_policy = "wait"
        self.account._settle_waiting_charges()
        self.assertEqual(pack.balance, 60)
        self.log(ticket, 10)
        self.assert_charge(ticket, covered=10, uncovered=20, state="invoiced")

    def test_another_client_does_not_get_an_invoiced_ticket(self):
        ticket = self.make_debt(20)
        invoice = self.draft(ticket)
        other = self.make_client("Other client")
        self.make_account(other)
        with self.assertRaisesRegex(UserError, "Contact: .*invoiced"):
            ticket.partner_id = other
        self.env.invalidate_all()
        self.assertEqual(ticket.support_charge_id.account_id, self.account)
        invoice.unlink()
        ticket.partner_id = other
        self.assertEqual(ticket.support_charge_id.account_id.partner_id, other)


@tagged("post_install", "-at_install")
class TestInvoicingCorrections(ChangesCommon):
    """The difference, never an edit: all lines come to what the whole would cost."""

    def test_more_work(self):
        ticket = self.make_debt(20)
        first = self.post(self.draft(ticket))
        self.log(ticket, 10)
        self.assert_state(ticket, "to_invoice", due=10)
        second = self.draft(ticket)
        self.assert_lines(first, 25.00)
        self.assert_lines(second, 12.50)
        self.assert_whole(ticket, 37.50)
        self.assertIn("+10 min", second.invoice_line_ids.name)
        self.assertIn("20 min", second.invoice_line_ids.name)

    def test_cents_do_not_get_lost(self):
        """At 10.01 an hour each of 3 x 7 minutes is 1.17, but 21 minutes are 3.50."""
        self.hour.list_price = 10.01
        ticket = self.make_ticket()
        for _number in range(3):
            self.log(ticket, 7)
            self.draft(ticket)
        self.assert_whole(ticket, 3.50)
        lines = ticket.support_charge_id.invoice_line_ids
        self.assertEqual(sorted(lines.mapped("price_unit")), [1.16, 1.17, 1.17])

    def test_less_work_is_credited_if_nothing_else_is_due(self):
        ticket = self.make_debt(20)
        self.post(self.draft(ticket))
        ticket.support_work_ids.minutes = 12
        self.assert_state(ticket, "to_invoice", due=-8)
        note = self.draft(ticket)
        self.assertEqual((note.move_type, note.state), ("out_refund", "draft"))
        self.assertEqual(note.amount_untaxed, 10.00)
        self.assert_state(ticket, "invoiced")
        self.assert_whole(ticket, 15.00)
        note.unlink()
        self.assert_state(ticket, "to_invoice", due=-8)

    def test_less_work_goes_with_the_next_invoice(self):
        ticket = self.make_debt(20)
        self.post(self.draft(ticket))
        ticket.support_work_ids.minutes = 12
        other = self.make_debt(40)
        invoice = self.draft(other)
        self.assertEqual(invoice.move_type, "out_invoice")
        self.assert_lines(invoice, -10.00, 50.00)
        self.assertEqual(invoice.amount_untaxed, 40.00)
        self.assertEqual(invoice.amount_tax, 8.40)
        self.assert_state(ticket, "invoiced")

    def test_more_is_given_back_than_is_due(self):
        ticket = self.make_debt(40)
        self.post(self.draft(ticket))
        ticket.support_work_ids.unlink()
        self.assert_state(ticket, "to_invoice", due=-40)
        note = self.draft(self.make_debt(20))
        self.assertEqual(note.move_type, "out_refund")
        self.assertEqual(note.amount_untaxed, 25.00)
        self.assert_whole(ticket, 0.00)

    def test_the_urgency_is_cancelled(self):
        cancel = self.make_urgent()
        ticket = self.make_debt(80)
        self.post(self.draft(ticket))
        cancel()
        ticket.action_support_post_charge()
        self.assert_state(ticket, "to_invoice", due=-40)
        note = self.draft(ticket)
        self.assertEqual(note.move_type, "out_refund")
        self.assertEqual(note.invoice_line_ids.mapped("support_part"), ["surcharge"])
        self.assertEqual(note.amount_untaxed, 50.00)
        self.assert_whole(ticket, 100.00, 0.00)

    def test_less_and_then_more_again_is_not_paid_by_packs(self):
        ticket = self.make_debt(60)
        self.post(self.draft(ticket))
        pack = self.make_pack(60)
        ticket.support_work_ids.minutes = 20
        self.assert_charge(ticket, covered=0, uncovered=20, state="to_invoice")
        ticket.support_work_ids.minutes = 60
        self.assert_charge(ticket, covered=0, uncovered=60, state="invoiced")
        ticket.support_work_ids.minutes = 70
        self.assert_charge(ticket, covered=10, uncovered=60, state="invoiced")
        self.assertEqual(pack.balance, 50)

    def test_the_preview_knows_it_too(self):
        ticket = self.make_debt(60)
        self.draft(ticket)
        self.make_pack(60)
        ticket.support_work_ids.minutes = 20
        preview = ticket.get_support_charge_preview(minutes=50)
        self.assertEqual((preview["covered"], preview["uncovered"]), (10, 60))

    def test_sold_is_sold_the_price_of_a_correction_is_the_first_one(self):
        ticket = self.make_debt(20)
        invoice = self.post(self.draft(ticket))
        self.hour.list_price = 90
        self.log(ticket, 10)
        self.assert_lines(self.draft(ticket), 12.50)
        # Nothing stands any more: today's price.
        ticket.support_charge_id.invoice_line_ids.move_id.filtered(
            lambda move: move.state == "draft"
        ).unlink()
        self.credit(invoice, again=True)
        self.assert_lines(self.draft(ticket), 45.00)

    def test_corrections_of_prices_that_include_taxes(self):
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
        self.client.property_account_position_id = position
        ticket = self.make_ticket()
        for _number in range(3):
            self.log(ticket, 7)
            self.draft(ticket)
        # 21 minutes are 26.25 with taxes, 21.69 without.
        self.assert_whole(ticket, 21.69)


@tagged("post_install", "-at_install")
class TestInvoicingCredit(ChangesCommon):
    """A posted credit note closes the charge, or has it invoiced again."""

    def setUp(self):
        super().setUp()
        self.ticket = self.make_debt(20)
        self.bill = self.post(self.draft(self.ticket))

    def test_a_credit_note_closes_the_charge(self):
        note = self.credit(self.bill, post=False)
        self.assert_state(self.ticket, "invoiced")
        note.action_post()
        self.assert_state(self.ticket, "credited")
        charge = self.ticket.support_charge_id
        self.assertEqual((charge.billed, charge.credited), (20, 20))
        self.assertEqual(charge._get_open_units(), 0)
        values = self.ticket.with_user(self.portal_user)._get_support_portal_values()
        self.assertIn("Invoiced and credited", values["uncovered"])
        self.assertEqual(
            [link["name"] for link in values["invoices"]], [self.bill.name, note.name]
        )

    def test_undone_it_goes_back(self):
        note = self.credit(self.bill)
        note.button_draft()
        self.assert_state(self.ticket, "invoiced")
        note.action_post()
        self.assert_state(self.ticket, "credited")
        note.button_draft()
        note.button_cancel()
        self.assert_state(self.ticket, "invoiced")

    def test_to_be_invoiced_again(self):
        note = self.credit(self.bill, again=True)
        self.assert_state(self.ticket, "to_invoice", due=20)
        second = self.draft(self.ticket)
        self.assert_lines(second, 25.00)
        self.assert_state(self.ticket, "invoiced")
        # The credit note is undone: now it was invoiced twice.
        note.button_draft()
        self.assert_state(self.ticket, "to_invoice", due=-20)

    def test_the_accountant_changes_their_mind_on_the_draft(self):
        note = self.credit(self.bill, post=False)
        note.support_again = True
        note.action_post()
        self.assert_state(self.ticket, "to_invoice", due=20)

    def test_reverse_and_create_invoice(self):
        wizard = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=self.bill.ids)
            .create({"journal_id": self.bill.journal_id.id})
        )
        wizard.modify_moves()
        new = wizard.new_move_ids
        self.assertEqual((new.move_type, new.state), ("out_invoice", "draft"))
        self.assert_state(self.ticket, "invoiced")
        self.assertEqual(self.ticket.support_charge_id.billed, 20)
        self.assert_whole(self.ticket, 25.00)
        new.unlink()
        self.assert_state(self.ticket, "to_invoice", due=20)

    def test_a_credit_note_of_another_price_reduces_the_price_alone(self):
        note = self.credit(self.bill, post=False)
        note.invoice_line_ids.price_unit = 5
        note.action_post()
        self.assert_state(self.ticket, "invoiced")

    def test_half_a_line_credits_nothing_of_the_work(self):
        note = self.credit(self.bill, again=True, post=False)
        note.invoice_line_ids.quantity = 0.5
        note.action_post()
        self.assert_state(self.ticket, "invoiced")

    def test_one_of_two_tickets_is_credited(self):
        other = self.make_debt(40)
        both = self.post(self.draft(other | self.make_debt(60)))
        note = self.credit(both, post=False)
        note.invoice_line_ids.filtered(
            lambda line: line.support_charge_id != other.support_charge_id
        ).unlink()
        note.action_post()
        self.assert_state(other, "credited")
        self.assertEqual(
            set(both.invoice_line_ids.support_charge_id.mapped("state")),
            {"credited", "invoiced"},
        )

    def test_credited_twice_is_credited_once(self):
        self.credit(self.bill)
        self.credit(self.bill)
        charge = self.ticket.support_charge_id
        self.assertEqual((charge.billed, charge.credited), (20, 20))

    def test_more_work_on_a_credited_ticket_is_due(self):
        self.credit(self.bill)
        self.log(self.ticket, 10)
        self.assert_state(self.ticket, "to_invoice", due=10)
        self.assert_lines(self.draft(self.ticket), 12.50)

    def test_less_work_on_a_credited_ticket_is_not_given_back_twice(self):
        self.credit(self.bill)
        self.ticket.support_work_ids.minutes = 5
        self.assert_state(self.ticket, "credited")

    def test_packs_do_not_pay_what_was_credited(self):
        self.credit(self.bill)
        pack = self.make_pack(60)
        self.ticket.action_support_post_charge()
        self.assertEqual(pack.balance, 60)
        self.assert_charge(self.ticket, covered=0, uncovered=20, state="credited")

    def test_the_surcharge_alone_is_credited(self):
        self.make_urgent()
        ticket = self.make_debt(20)
        bill = self.post(self.draft(ticket))
        note = self.credit(bill, post=False)
        note.invoice_line_ids[0].unlink()
        note.action_post()
        self.assert_state(ticket, "invoiced")
        charge = ticket.support_charge_id
        self.assertEqual((charge.billed, charge.credited), (30, 10))
