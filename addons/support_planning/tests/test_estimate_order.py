"""Where money is due the client signs or pays a quotation; the work is charged."""

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from odoo.addons.support_packs.tests.invoicing_common import InvoicingCommon

from .common_estimate import EstimateMixin

# A drawing of one point.
SIGNATURE = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAA"
    "AABJRU5ErkJggg=="
)


class OrderMixin(EstimateMixin):
    """The acts of a client on a quotation, as the pages of core do them."""

    @classmethod
    def quote(cls, minutes=300, ticket=None, **values):
        """Return an estimate that was sent, and its quotation."""
        ticket = ticket or cls.make_ticket(cls.contact)
        estimate = cls.estimate(ticket, minutes, **values)
        return estimate, estimate.order_id

    @classmethod
    def sign(cls, order, name="Anna"):
        """Sign it as core does when its page is signed."""
        order = order.sudo()
        order.write(
            {
                "signed_by": name,
                "signed_on": fields.Datetime.now(),
                "signature": SIGNATURE,
            }
        )
        order.action_confirm()

    def make_down_payment(self, order, percent):
        """Invoice a part of an order in advance, as a salesperson does; post it."""
        wizard = self.env["sale.advance.payment.inv"].create(
            {
                "sale_order_ids": order.ids,
                "advance_payment_method": "percentage",
                "amount": percent,
            }
        )
        return self.post(wizard._create_invoices(order))

    def lines(self, moves):
        """Return quantity and price of the lines that are no sections."""
        lines = moves.invoice_line_ids.filtered(
            lambda one: one.display_type == "product"
        )
        return [
            (line.quantity, line.price_unit)
            for line in lines.sorted(lambda line: (line.move_id.id, line.sequence))
        ]

    def deny(self, user, method, text, error=UserError):
        with self.assertRaisesRegex(error, text):
            method(user)


@tagged("post_install", "-at_install")
class TestEstimateOrder(OrderMixin, InvoicingCommon):
    """1 hour at 75 EUR is 60 units, plus 21 %; there is no pack."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write(
            {"portal_confirmation_sign": True, "portal_confirmation_pay": False}
        )
        cls.contact.write({"name": "Anna", "lang": "en_US"})

    # === THE QUOTATION === #

    def test_what_no_pack_covers_is_quoted(self):
        estimate, order = self.quote(note="A new till")
        self.assertEqual(order.state, "sent")
        self.assertEqual((order.amount_untaxed, order.amount_total), (375, 453.75))
        line, note = order.order_line
        self.assertEqual((line.product_id, line.product_uom_qty), (self.hour, 5))
        self.assertEqual((line.price_unit, line.tax_ids), (75, self.tax))
        self.assertIn("A new till", line.name)
        self.assertIn("300 min (5 h), at 75.00", line.name)
        self.assertEqual(note.display_type, "line_note")
        self.assertIn("the work that is done, not the estimate", note.name)
        self.assertEqual(order.partner_id, self.contact)
        self.assertEqual(order.partner_invoice_id, self.client)
        self.assertEqual(order.validity_date, estimate.valid_until)
        self.assertTrue(order.require_signature)
        self.assertEqual(estimate.ticket_id.sale_order_ids, order)
        self.assertIn(f"Quotation {order.name}", estimate.shown)
        self.assertIn("453.75", estimate.shown)
        self.assertFalse(order.user_id)

    def test_only_what_is_invoiced_is_quoted(self):
        self.make_pack(240)
        _estimate, order = self.quote(200)
        self.assertFalse(order)
        _estimate, order = self.quote(300)
        self.assertEqual(
            (order.amount_untaxed, order.order_line[0].product_uom_qty), (75, 1)
        )
        self.policy.uncovered_policy = "wait"
        _estimate, order = self.quote(1000)
        self.assertFalse(order)

    def test_the_money_is_exact_where_hours_are_not(self):
        self.request_type.minimum = 1
        estimate, order = self.quote(20)
        self.assertEqual(float(estimate.sudo()._get_offer().money), 25)
        self.assertEqual(order.amount_untaxed, 25)
        self.assertEqual(order.order_line[0].product_uom_qty, 0.33)
        self.sign(order)
        self.log(estimate.ticket_id, 20)
        moves = self.draft(estimate.ticket_id)
        self.assert_lines(moves, 25)
        self.assertEqual(order.order_line[0].qty_delivered, 0.33)
        self.assertEqual(order.order_line[0].qty_invoiced, 0.33)
        self.assertEqual(order.order_line[0].invoice_status, "invoiced")

    def test_a_signature_is_asked_for_where_nothing_is_set(self):
        self.company.write(
            {"portal_confirmation_sign": False, "portal_confirmation_pay": False}
        )
        self.assertTrue(self.quote()[1].require_signature)
        self.company.portal_confirmation_pay = True
        self.company.prepayment_percent = 0.4
        order = self.quote()[1]
        self.assertFalse(order.require_signature)
        self.assertEqual(order._get_prepayment_required_amount(), 181.5)

    # === ACCEPTING === #

    def test_signing_accepts_and_the_button_does_not(self):
        estimate, order = self.quote()
        client = estimate.with_user(self.portal_user)
        problem = client._accept_as_client(self.stamp(estimate))
        self.assertIn(order.name, problem)
        with self.assertRaisesRegex(UserError, "review the quotation"):
            client.action_accept()
        self.assertEqual(estimate.state, "sent")
        self.sign(order)
        self.assertEqual((estimate.state, order.state), ("accepted", "sale"))
        self.assertEqual(
            (estimate.channel, estimate.accepted_by), ("quotation", self.contact)
        )
        self.assertIn(f"Quotation {order.name} signed as “Anna”", estimate.evidence)
        self.assertEqual(estimate.ticket_id.support_accepted_at, estimate.accepted_at)
        self.assertEqual(estimate.ticket_id.support_estimate_minutes, 300)

    def test_money_that_became_due_is_quoted_before_it_is_accepted(self):
        self.make_pack(300)
        estimate, order = self.quote()
        self.assertFalse(order)
        self.log(self.make_ticket(self.contact), 60)
        client = estimate.with_user(self.portal_user)
        problem = client._accept_as_client(self.stamp(estimate))
        self.assertIn(estimate.order_id.name, problem)
        self.assertEqual(estimate.order_id.amount_untaxed, 75)
        self.assertEqual(estimate.state, "sent")

    def test_packs_that_suffice_by_now_need_no_signature(self):
        estimate, order = self.quote()
        self.make_pack(300)
        self.assertFalse(estimate._prepare_page("")["quotation"])
        client = estimate.with_user(self.portal_user)
        self.assertIsNone(client._accept_as_client(self.stamp(estimate)))
        self.assertEqual((estimate.state, order.state), ("accepted", "cancel"))
        self.assertEqual(estimate.channel, "portal")
        self.assertFalse(estimate.order_id)

    def test_staff_confirms_nothing_for_the_client(self):
        estimate, order = self.quote()
        self.deny(
            self.salesperson,
            lambda user: order.with_user(user).action_confirm(),
            "record its message",
        )
        self.deny(
            self.salesperson,
            lambda user: order.with_user(user).write({"signature": SIGNATURE}),
            "only the client",
            AccessError,
        )
        self.assertEqual((estimate.state, order.state), ("sent", "sent"))

    def test_written_words_confirm_the_quotation(self):
        estimate, order = self.quote()
        message = self.write_in(estimate.ticket_id, self.contact)
        estimate.with_user(self.technician)._record_acceptance(message)
        self.assertEqual((estimate.state, order.state), ("accepted", "sale"))
        self.assertEqual(estimate.channel, "written")

    def test_the_late_record_of_timely_words_confirms_it_too(self):
        estimate, order = self.quote()
        message = self.write_in(estimate.ticket_id, self.contact)
        estimate._end()
        self.assertEqual(order.state, "cancel")
        estimate.with_user(self.technician)._record_acceptance(message)
        self.assertEqual((estimate.state, order.state), ("accepted", "sale"))

    def test_what_was_quoted_is_not_changed(self):
        _estimate, order = self.quote()
        line = order.order_line[0].with_user(self.salesperson)
        rival = self.make_client("Rival")
        for method in (
            lambda user: line.write({"price_unit": 60}),
            lambda user: line.write({"product_uom_qty": 1}),
            lambda user: line.unlink(),
            lambda user: order.with_user(user).write({"partner_id": rival.id}),
            lambda user: order.with_user(user).write(
                {"order_line": [Command.create({"product_id": self.hour.id})]}
            ),
        ):
            self.deny(self.salesperson, method, "estimate")
        order.with_user(self.salesperson).action_update_prices()
        self.assertEqual(line.price_unit, 75)
        orders = self.env["sale.order"].with_user(self.salesperson)
        with self.assertRaises(AccessError):
            orders.create({"partner_id": rival.id, "support_estimate_id": _estimate.id})
        copied = order.with_user(self.salesperson).copy()
        self.assertFalse(copied.support_estimate_id)

    # === ENDING === #

    def test_what_cannot_be_accepted_cannot_be_signed(self):
        for name, end in (
            ("rejected", lambda estimate: estimate._reject("Too much", self.contact)),
            ("expired", lambda estimate: self.expire(estimate)),
            ("replaced", lambda estimate: self.quote(360, estimate.ticket_id)),
        ):
            with self.subTest(name):
                estimate, order = self.quote()
                end(estimate)
                self.assertEqual(order.state, "cancel")
                self.assertNotEqual(estimate.state, "sent")
                order.action_draft()
                with self.assertRaises(UserError):
                    self.sign(order)
                self.assertNotEqual(estimate.state, "accepted")

    def expire(self, estimate):
        estimate._store({"valid_until": "2020-01-01"})
        estimate.sudo()._expire()

    def test_cancelling_the_quotation_takes_the_estimate_back(self):
        estimate, order = self.quote()
        order.with_user(self.salesperson).action_cancel()
        self.assertEqual((estimate.state, order.state), ("rejected", "cancel"))
        self.assertFalse(estimate.rejected_by)
        self.assertIn(order.name, estimate.reject_reason)

    def test_cancelling_the_order_ends_the_estimate(self):
        estimate, order = self.quote()
        self.sign(order)
        order.with_user(self.salesperson).action_cancel()
        self.assertEqual(estimate.state, "expired")
        self.assertFalse(estimate.ticket_id.support_accepted_at)
        self.hour.list_price = 90
        self.log(estimate.ticket_id, 60)
        self.assert_lines(self.draft(estimate.ticket_id), 90)

    def test_declining_rejects(self):
        estimate, order = self.quote()
        order = order.with_user(self.portal_user).sudo()
        self.assertIsNone(order._decline_support_estimate("Too <b>much</b>"))
        self.assertEqual((estimate.state, order.state), ("rejected", "cancel"))
        self.assertEqual(estimate.reject_reason, "Too <b>much</b>")
        self.assertEqual(estimate.rejected_by, self.contact)
        self.assertEqual(order._decline_support_estimate("Again"), None)

    # === WHAT IS CHARGED === #

    def test_the_work_is_charged_at_the_price_that_was_signed(self):
        estimate, order = self.quote(tolerance_percent=25)
        self.sign(order)
        self.hour.list_price = 90
        line, ticket = order.order_line[0], estimate.ticket_id
        self.assertEqual((line.qty_delivered, line.qty_to_invoice), (0, 0))
        self.log(ticket, 360)
        self.assertEqual((line.qty_delivered, line.qty_invoiced), (6, 0))
        self.assertEqual((line.qty_to_invoice, line.invoice_status), (0, "no"))
        self.assertEqual(line.untaxed_amount_to_invoice, 450)
        moves = self.draft(ticket)
        self.assert_lines(moves, 450)
        self.assertEqual(moves.invoice_line_ids.sale_line_ids, line)
        self.assertEqual((line.qty_delivered, line.qty_invoiced), (6, 6))
        self.assertEqual(order.invoice_status, "invoiced")
        self.assertEqual(order.invoice_ids, moves)
        moves.unlink()
        self.assertEqual((line.qty_delivered, line.qty_invoiced), (6, 0))
        self.assert_lines(self.draft(ticket), 450)

    def test_what_was_waived_or_covered_is_not_delivered(self):
        estimate, order = self.quote()
        self.sign(order)
        line, ticket = order.order_line[0], estimate.ticket_id
        self.log(ticket, 240)
        ticket.support_charge_id.with_user(self.manager)._decide("waive", "A favour")
        self.assertEqual(line.qty_delivered, 0)
        self.make_pack(60)
        self.log(ticket, 120)
        self.assertEqual(line.qty_delivered, 1)

    def test_a_prepayment_is_deducted(self):
        estimate, order = self.quote()
        self.sign(order)
        advance = self.make_down_payment(order, 40)
        self.assertEqual(advance.amount_untaxed, 150)
        self.log(estimate.ticket_id, 240)
        moves = self.draft(estimate.ticket_id)
        self.assertEqual(self.lines(moves), [(1, 300), (-1, 150)])
        self.assertEqual((moves.amount_untaxed, moves.amount_total), (150, 181.5))
        self.post(moves)
        prepaid = order.order_line.filtered(
            lambda one: one.is_downpayment and not one.display_type
        )
        self.assertEqual((prepaid.price_unit, prepaid._get_support_prepaid()), (150, 0))
        self.assertEqual(order.order_line[0].qty_invoiced, 4)
        # More work, and all of the prepayment is used.
        self.log(estimate.ticket_id, 60)
        self.assertEqual(self.lines(self.draft(estimate.ticket_id)), [(1, 75)])

    def test_a_prepayment_is_deducted_up_to_the_work(self):
        estimate, order = self.quote()
        self.sign(order)
        self.make_down_payment(order, 40)
        self.log(estimate.ticket_id, 60)
        moves = self.draft(estimate.ticket_id)
        self.assertEqual(self.lines(moves), [(1, 75), (-1, 75)])
        self.assertEqual((moves.move_type, moves.amount_total), ("out_invoice", 0))
        prepaid = order.order_line.filtered(
            lambda one: one.is_downpayment and not one.display_type
        )
        self.assertEqual(prepaid._get_support_prepaid(), 75)
        moves.unlink()
        self.assertEqual(prepaid._get_support_prepaid(), 150)
        moves = self.post(self.draft(estimate.ticket_id))
        self.log(estimate.ticket_id, 20)
        self.assertEqual(
            self.lines(self.draft(estimate.ticket_id)), [(1, 25), (-1, 25)]
        )
        # What is left is credited, when no more work is to come.
        with self.assertRaisesRegex(UserError, "invoiced from the ticket"):
            order._create_invoices(final=True)
        estimate.ticket_id.stage_id = self.stage_done
        refund = order._create_invoices(final=True)
        self.assertEqual((refund.move_type, refund.amount_untaxed), ("out_refund", 50))
        with self.assertRaisesRegex(UserError, "invoiced from the ticket"):
            order._create_invoices(final=True)

    def test_a_price_that_includes_taxes_stays_what_was_signed(self):
        self.hour.taxes_id = self.make_tax(21, included=True)
        estimate, order = self.quote()
        self.assertEqual(order.amount_total, 375)
        self.sign(order)
        advance = self.make_down_payment(order, 40)
        self.assertEqual(advance.amount_total, 150)
        self.log(estimate.ticket_id, 240)
        moves = self.post(self.draft(estimate.ticket_id))
        self.assertEqual(moves.amount_total, 150)
        self.assertEqual(order.order_line[0].qty_invoiced, 4)

    def test_the_surcharge_of_an_urgency_is_on_the_same_line(self):
        self.make_urgent()
        estimate, order = self.quote(60)
        self.assertEqual(order.amount_untaxed, 112.5)
        self.sign(order)
        self.log(estimate.ticket_id, 60)
        line = order.order_line[0]
        self.assertEqual((line.product_uom_qty, line.qty_delivered), (1.5, 1.5))
        moves = self.draft(estimate.ticket_id)
        self.assert_lines(moves, 75, 37.5)
        self.assertEqual(moves.invoice_line_ids.sale_line_ids, line)
        self.assertEqual(line.qty_invoiced, 1.5)

    def test_a_locked_order_is_charged_all_the_same(self):
        estimate, order = self.quote()
        self.sign(order)
        self.make_down_payment(order, 40)
        order.action_lock()
        self.log(estimate.ticket_id, 240)
        moves = self.post(self.draft(estimate.ticket_id))
        self.assertEqual(self.lines(moves), [(1, 300), (-1, 150)])
        self.assertEqual(order.order_line[0].qty_delivered, 4)

    def test_the_drafts_of_two_tickets_are_one_invoice(self):
        estimate, order = self.quote()
        self.sign(order)
        self.make_down_payment(order, 40)
        other = self.make_debt(60, self.contact)
        self.log(estimate.ticket_id, 60)
        moves = self.draft(estimate.ticket_id | other)
        self.assertEqual(
            self.lines(moves), [(1, 75), (1, 75), (-1, 75)], "Only of its own ticket"
        )
        self.assertFalse(other.support_charge_id.invoice_line_ids.sale_line_ids)

    def test_what_is_credited_is_deducted_again(self):
        estimate, order = self.quote()
        self.sign(order)
        self.make_down_payment(order, 40)
        self.log(estimate.ticket_id, 240)
        moves = self.post(self.draft(estimate.ticket_id))
        self.credit(moves, again=True)
        self.assertEqual(order.order_line[0].qty_invoiced, 0)
        again = self.draft(estimate.ticket_id)
        self.assertEqual(self.lines(again), [(1, 300), (-1, 150)])

    def test_a_credited_prepayment_is_not_deducted(self):
        estimate, order = self.quote()
        self.sign(order)
        self.credit(self.make_down_payment(order, 40))
        self.log(estimate.ticket_id, 240)
        self.assertEqual(self.lines(self.draft(estimate.ticket_id)), [(1, 300)])

    def test_create_invoice_of_the_order_bills_no_work(self):
        estimate, order = self.quote()
        self.sign(order)
        self.log(estimate.ticket_id, 240)
        for final in (False, True):
            with self.assertRaisesRegex(UserError, "invoiced from the ticket"):
                order._create_invoices(final=final)
        self.post(self.draft(estimate.ticket_id))
        with self.assertRaisesRegex(UserError, "invoiced from the ticket"):
            order._create_invoices(final=True)
        self.assertEqual(order.amount_invoiced, 363)

    def test_a_second_version_is_a_second_quotation(self):
        estimate, order = self.quote()
        self.sign(order)
        ticket = estimate.ticket_id
        self.make_down_payment(order, 40)
        self.log(ticket, 60)
        first = self.post(self.draft(ticket))
        second, quotation = self.quote(480, ticket)
        self.assertEqual(quotation.amount_untaxed, 525, "8 h less 1 h invoiced")
        self.assertEqual((estimate.state, order.state), ("accepted", "sale"))
        self.sign(quotation)
        self.assertEqual((estimate.state, order.state), ("expired", "sale"))
        self.log(ticket, 240)
        self.assertEqual(quotation.order_line[0].qty_delivered, 4)
        self.assertEqual(order.order_line[0].qty_delivered, 1)
        moves = self.post(self.draft(ticket))
        self.assertEqual(self.lines(moves), [(1, 300), (-1, 75)])
        self.assertEqual(quotation.order_line[0].qty_invoiced, 4)
        prepaid = order.order_line.filtered("is_downpayment")[-1]
        self.assertEqual((prepaid.price_unit, prepaid._get_support_prepaid()), (150, 0))
        self.assert_whole(ticket, 375)
        self.assertEqual(first.amount_untaxed, 0)

    def test_another_client_pays_nothing_of_it(self):
        estimate, order = self.quote()
        self.sign(order)
        self.make_down_payment(order, 40)
        rival = self.make_client("Rival")
        self.make_account(rival)
        ticket = estimate.ticket_id
        ticket.partner_id = rival
        self.assertEqual((estimate.state, order.state), ("expired", "sale"))
        self.hour.list_price = 90
        self.log(ticket, 60)
        moves = self.draft(ticket)
        self.assertEqual(self.lines(moves), [(1, 90)])
        self.assertFalse(moves.invoice_line_ids.sale_line_ids)
        self.assertEqual(order.order_line[0].qty_delivered, 0)
        refund = order._create_invoices(final=True)
        self.assertEqual((refund.move_type, refund.amount_untaxed), ("out_refund", 150))

    # === RIGHTS === #

    def test_who_reads_the_quotation(self):
        estimate, order = self.quote(send=False)
        estimate.with_user(self.technician).action_send()
        order = estimate.sudo().order_id
        technician = estimate.with_user(self.technician)
        self.assertIn(order.name, technician.order_text)
        with self.assertRaises(AccessError):
            technician.action_view_order()
        with Form(technician) as form:
            self.assertTrue(form.order_text)
        rival = self.make_client("Rival")
        stranger = self.make_user("stranger", "base.group_portal", partner_id=rival.id)
        self.assertTrue(order.with_user(self.portal_user).has_access("read"))
        self.assertFalse(order.with_user(stranger).has_access("read"))

    def test_two_companies_and_currencies(self):
        dollar = self.env.ref("base.USD")
        dollar.active = True
        prices = self.env["product.pricelist"].create(
            {
                "name": "Dollars",
                "currency_id": dollar.id,
                "company_id": self.company.id,
                "item_ids": [
                    Command.create({"compute_price": "fixed", "fixed_price": 80})
                ],
            }
        )
        self.client.with_company(self.company).property_product_pricelist = prices
        other = self.env["res.company"].create({"name": "Other"})
        ticket = self.make_ticket(self.contact)
        estimate = self.estimate(ticket, 300, send=False)
        both = [other.id, self.company.id]
        user = self.technician
        user.company_ids = [Command.link(other.id)]
        estimate.with_user(user).with_context(allowed_company_ids=both).action_send()
        order = estimate.order_id
        self.assertEqual((order.company_id, order.currency_id), (self.company, dollar))
        self.assertEqual(order.amount_untaxed, 400)
        self.sign(order)
        self.make_down_payment(order, 40)
        self.log(ticket, 240)
        moves = self.draft(ticket)
        self.assertEqual((moves.currency_id, moves.company_id), (dollar, self.company))
        self.assertEqual(self.lines(moves), [(1, 320), (-1, 160)])
