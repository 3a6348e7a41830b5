"""The service ends: the disputed and the unused units are refunded, to the cent."""

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .test_refund import RefundCommon


class SettlementCommon(RefundCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # 12 h at 540: 0.75 a minute [002].
        cls.pack_product.write({"support_quantity": 720, "list_price": 540})

    def insist(self, work):
        """Return a dispute whose verdict the client does not accept."""
        client = work.with_user(self.portal_user).sudo()
        dispute = client._dispute("It was not so long")
        dispute.with_user(self.manager).sudo(False)._uphold("It was")
        dispute._insist("No")
        return dispute.with_user(1).sudo()

    def settle(self, dispute, **values):
        action = dispute.with_user(self.manager).sudo(False).action_settle()
        wizard = (
            self.env[action["res_model"]]
            .with_user(self.manager)
            .with_context(**action["context"])
            .create(values)
        )
        self.preview = wizard.preview
        wizard.action_apply()
        dispute.invalidate_recordset()
        return dispute.refund_ids


@tagged("post_install", "-at_install")
class TestSettlement(SettlementCommon):
    def test_disputed_plus_unused_at_the_price_of_a_unit(self):
        order, invoice = self.sell_paid()
        pack = self.packs(order)
        self.use(510)
        work = self.use(30)
        dispute = self.insist(work)
        refund = self.settle(dispute, verdict="We part as friends")
        self.assertIn("180 min unused, 30 min disputed", self.preview)
        self.assertIn("157.50", self.preview)
        self.assertEqual(
            (refund.units_unused, refund.units_disputed, refund.amount),
            (180, 30, 157.50),
        )
        self.assertEqual((dispute.state, dispute.returned), ("settled", 30))
        self.assertEqual(
            self.movements(pack),
            [("usage", -510), ("usage", -30), ("return", 30), ("refund", -210)],
        )
        self.assertIn("settled", pack.entry_ids[0].explanation)
        told = dispute._get_portal_values()["steps"][-1]
        self.assertIn("157.50", told["title"])
        self.assertIn("157.50", dispute._get_mail_text())
        self.assert_closed(pack)
        note = refund.credit_note_ids
        self.assertEqual((note.state, note.amount_untaxed), ("draft", 157.50))
        self.assertEqual(note.reversed_entry_id, invoice)
        self.assertIn("210 min of 720 min", note.invoice_line_ids.name)
        self.assert_quiet(order)
        note.action_post()
        self.assertEqual(refund.state, "done")
        self.assert_closed(pack)
        self.assert_quiet(order)
        self.assertEqual(order.invoice_status, "invoiced")

    def test_manager_may_choose_the_full_price(self):
        order, _invoice = self.sell_paid()
        work = self.use(100)
        self.use(500)
        refund = self.settle(self.insist(work), is_full=True)
        self.assertIn("540.00", self.preview)
        self.assertEqual(refund.amount, 540)
        self.assertEqual(refund.credit_note_ids.amount_untaxed, 540)
        refund.credit_note_ids.action_post()
        self.assert_quiet(order)

    def test_packs_without_price_are_closed_and_pay_nothing(self):
        order, _invoice = self.sell_paid()
        gift = self.make_pack(60)
        work = self.use(90)
        refunds = self.settle(self.insist(work))
        by_pack = {refund.pack_id: refund for refund in refunds}
        pack = self.packs(order)
        self.assertEqual(by_pack[pack].amount, 540)
        self.assertEqual(by_pack[gift].state, "done")
        self.assertEqual(by_pack[gift].amount, 0)
        self.assert_closed(pack)
        self.assert_closed(gift)

    def test_disputed_units_of_an_expired_pack_are_refunded_too(self):
        order, _invoice = self.sell_paid()
        pack = self.packs(order)
        work = self.use(30)
        dispute = self.insist(work)
        pack.date_end = fields.Date.subtract(fields.Date.today(), days=9)
        pack._expire()
        refund = self.settle(dispute)
        self.assertEqual((refund.units_disputed, refund.amount), (30, 22.50))
        self.assertEqual(
            self.movements(pack),
            [("usage", -30), ("expiry", -690), ("return", 30), ("refund", -30)],
        )
        self.assert_closed(pack)
        self.assert_quiet(order)

    def test_pack_that_paid_for_the_ticket_and_gets_nothing_back_stays(self):
        old, _invoice = self.sell_paid()
        new, _other = self.sell_paid()
        ticket = self.make_ticket(self.contact)
        self.log(ticket, 720)
        work = self.log(ticket, 60)
        first, second = self.packs(old), self.packs(new)
        self.assertEqual((first.balance, second.balance), (0, 660))
        refund = self.settle(self.insist(work))
        self.assertEqual(refund.pack_id, second)
        self.assertEqual((refund.units_unused, refund.units_disputed), (660, 60))
        self.assertEqual(first.state, "exhausted")
        self.assertFalse(first.refund_id)
        self.assert_closed(second)
        self.assert_quiet(old)

    def test_no_more_service_but_tickets_are_opened_and_read(self):
        order, _invoice = self.sell_paid()
        work = self.use(30)
        self.settle(self.insist(work))
        account = self.packs(order).account_id
        self.assertTrue(account.service_ended_at)
        ticket = self.make_ticket(self.contact)
        self.assertEqual(ticket.support_account_id, account)
        with self.assertRaisesRegex(UserError, "ended and settled"):
            ticket.action_support_start_work()
        with self.assertRaisesRegex(UserError, "resume"):
            self.sell(self.pack_product)
        with self.assertRaises(AccessError):
            account.with_user(self.technician).action_resume_service()
        account.with_user(self.manager).action_resume_service()
        self.assertEqual(self.states(self.sell(self.pack_product)), ["pending"])
        ticket.action_support_start_work()

    def test_nothing_is_settled_before_the_client_insists(self):
        self.sell_paid()
        work = self.use(30)
        dispute = work.with_user(self.portal_user).sudo()._dispute("No")
        manager = dispute.with_user(self.manager).sudo(False)
        for _step in range(2):
            with self.assertRaisesRegex(UserError, "still does not agree"):
                manager._settle()
            if dispute.state == "open":
                manager._uphold("It stands")
        dispute._insist("")
        manager._settle()
        with self.assertRaisesRegex(UserError, "decided already"):
            manager._settle()

    def test_an_open_request_is_decided_first(self):
        order, _invoice = self.sell_paid()
        dispute = self.insist(self.use(30))
        self.ask(self.packs(order))
        with self.assertRaisesRegex(UserError, "approve or refuse"):
            self.settle(dispute)
        self.assertEqual((dispute.state, self.states(order)), ("upheld", ["active"]))

    def test_not_invoiced_is_said_before_anything_happens(self):
        order = self.sell_on_confirmation()
        dispute = self.insist(self.use(30))
        with self.assertRaisesRegex(UserError, order.name):
            self.settle(dispute)
        self.assertFalse(dispute.refund_ids)

    def test_later_errors_of_ours_are_refunded_at_the_same_price(self):
        order, _invoice = self.sell_paid()
        pack = self.packs(order)
        other = self.use(100)
        client = other.with_user(self.portal_user).sudo()
        later = client._dispute("Neither was this")
        refund = self.settle(self.insist(self.use(30)))
        self.assertEqual(refund.amount, 465)
        later.with_user(self.manager).sudo(False)._accept(100)
        more = pack.refund_ids - refund
        self.assertEqual((more.units_disputed, more.amount), (100, 75))
        (refund.credit_note_ids | more.credit_note_ids).action_post()
        self.assert_closed(pack)
        self.assert_quiet(order)

    def test_one_of_two_packs_of_a_line(self):
        order, _invoice = self.sell_paid(2, price_unit=333.33)
        self.use(700)
        work = self.use(41)
        refunds = self.settle(self.insist(work)).sorted("id")
        self.assertEqual(sum(refunds.mapped("units_unused")), 1440 - 741)
        self.assertEqual(sum(refunds.mapped("units_disputed")), 41)
        for refund in refunds:
            units = refund.units_unused + refund.units_disputed
            self.assertAlmostEqual(refund.amount, 333.33 * units / 720, delta=0.005)
            refund.credit_note_ids.action_post()
        self.assertEqual(self.states(order), ["refunded"] * 2)
        self.assert_quiet(order)
