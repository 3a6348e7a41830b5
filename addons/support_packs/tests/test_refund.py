"""The money of a pack goes back: who asks, who decides, which credit note, how much."""

from datetime import date

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from .grant_common import GrantCommon


class RefundCommon(GrantCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_people()
        cls.policy.write({"refund_days": 15, "allow_disputes": True})
        cls.request_type.minimum = 0
        # Whatever language the database was loaded in.
        cls.client.write({"email": "client@example.com", "lang": "en_US"})

    def ask(self, pack, reason="", user=None):
        user = user or self.portal_user
        refund = pack.with_user(user).sudo()._request_refund(reason)
        return refund.with_user(1).sudo()

    def approve(self, refund):
        refund.with_user(self.manager).sudo(False).action_approve()
        refund.invalidate_recordset()
        return refund.credit_note_ids

    def refund(self, pack):
        refund = self.ask(pack)
        return refund, self.approve(refund)

    def assert_closed(self, pack):
        self.assertEqual((pack.state, pack.balance), ("refunded", 0))
        self.assert_sound(pack)
        self.env.flush_all()
        replay = self.env["support.replay"]
        self.assertFalse(replay._find_suspect_packs() & pack)
        self.assertFalse(replay._find_suspect_charges())


@tagged("post_install", "-at_install")
class TestRefund(RefundCommon):
    def test_whole_price_goes_back_whatever_was_used(self):
        order, invoice = self.sell_paid()
        pack = self.packs(order)
        self.use(100)
        refund = self.ask(pack, "We close the shop")
        self.assertEqual((refund.state, pack.state), ("requested", "active"))
        note = self.approve(refund)
        self.assertEqual((refund.state, refund.amount), ("approved", 1800))
        self.assertEqual(refund.decided_by, self.manager)
        self.assert_closed(pack)
        self.assertEqual(self.movements(pack), [("usage", -100), ("refund", -1700)])
        self.assertIn("refunded", pack.entry_ids[0].explanation)
        self.assertEqual((note.move_type, note.state), ("out_refund", "draft"))
        self.assertEqual(note.reversed_entry_id, invoice)
        self.assertEqual(note.amount_untaxed, 1800)
        self.assert_quiet(order)
        note.action_post()
        self.assertEqual(refund.state, "done")
        self.assert_closed(pack)
        self.assertEqual(len(pack.entry_ids), 3, "Nothing was voided twice")
        self.assert_quiet(order)
        self.assertEqual(order.invoice_status, "invoiced", "It is not billed again")

    def test_nothing_draws_between_approval_and_credit_note(self):
        order, _invoice = self.sell_paid()
        self.refund(self.packs(order))
        work = self.use(30)
        self.assert_charge(work.ticket_id, 0, uncovered=30, state="to_invoice")

    def test_credit_note_taken_back_is_approved_again_and_nothing_moves(self):
        order, _invoice = self.sell_paid()
        pack = self.packs(order)
        refund, note = self.refund(pack)
        entries = pack.entry_ids
        note.action_post()
        for button in ("button_draft", "action_post", "button_draft", "button_cancel"):
            getattr(note, button)()
            expected = "done" if button == "action_post" else "approved"
            self.assertEqual(refund.state, expected, button)
            self.assert_quiet(order)
        self.assertTrue(refund.needs_credit_note)
        self.assertEqual(pack.entry_ids, entries)
        self.assert_closed(pack)
        refund.with_user(self.accountant).sudo(False).action_create_credit_note()
        again = refund.credit_note_ids - note
        self.assertEqual(again.amount_untaxed, 1800)
        again.action_post()
        self.assertEqual(refund.state, "done")
        self.assert_quiet(order)

    def test_deleted_credit_note_is_drafted_again(self):
        order, _invoice = self.sell_paid()
        refund, note = self.refund(self.packs(order))
        self.assertFalse(refund.needs_credit_note)
        with self.assertRaises(UserError):
            refund.with_user(self.manager).sudo(False).action_create_credit_note()
        note.unlink()
        refund.invalidate_recordset()
        self.assertEqual((refund.state, refund.needs_credit_note), ("approved", True))
        refund.with_user(self.manager).sudo(False).action_create_credit_note()
        self.assertEqual(len(refund.credit_note_ids), 1)
        self.assert_quiet(order)

    def test_one_pack_of_two_is_its_exact_share_and_the_other_stays(self):
        order, _invoice = self.sell_paid(2)
        first, second = self.packs(order)
        refund, note = self.refund(first)
        self.assertEqual(note.amount_untaxed, 1800)
        for state in ("draft", "posted"):
            if state == "posted":
                note.action_post()
            self.assertEqual((first.state, second.state), ("refunded", "active"))
            self.assert_quiet(order)
        other, other_note = self.refund(second)
        other_note.action_post()
        self.assertEqual((refund.state, other.state), ("done", "done"))
        self.assert_closed(first)
        self.assert_closed(second)
        self.assert_quiet(order)

    def test_shares_of_three_add_up_to_what_was_paid(self):
        order, invoice = self.sell_paid(3, price_unit=10.05, discount=50)
        self.assertEqual(invoice.amount_untaxed, 15.08)
        notes = self.env["account.move"]
        for pack in self.packs(order):
            _refund, note = self.refund(pack)
            notes |= note
        self.assertEqual(sorted(notes.mapped("amount_untaxed")), [5.02, 5.03, 5.03])
        notes.action_post()
        self.assert_quiet(order)

    def test_taxes_go_back_as_they_came(self):
        for included in ("tax_excluded", "tax_included"):
            with self.subTest(included):
                tax = self.env["account.tax"].create(
                    {
                        "name": f"21 % {included}",
                        "amount": 21,
                        "price_include_override": included,
                    }
                )
                order, invoice = self.sell_paid(
                    3, price_unit=99.99, tax_ids=[Command.set(tax.ids)]
                )
                notes = self.env["account.move"]
                for pack in self.packs(order):
                    _refund, note = self.refund(pack)
                    self.assertEqual(note.invoice_line_ids.tax_ids, tax)
                    notes |= note
                notes.action_post()
                net = sum(notes.mapped("amount_untaxed"))
                self.assertAlmostEqual(net, invoice.amount_untaxed, 2)
                self.assertAlmostEqual(
                    sum(notes.mapped("amount_total")), invoice.amount_total, delta=0.02
                )

    def test_other_lines_of_the_invoice_are_not_credited(self):
        order = self.quote(self.pack_product)
        order.order_line = [
            Command.create({"product_id": self.products[60].id, "product_uom_qty": 2})
        ]
        order.action_confirm()
        invoice = self.invoice(order)
        self.pay(invoice)
        pack = order.order_line[0].support_pack_ids
        _refund, note = self.refund(pack)
        self.assertEqual(note.amount_untaxed, 1800)
        self.assertEqual(len(note.invoice_line_ids), 1)

    def test_what_was_taken_off_the_price_is_not_paid_back(self):
        order, invoice = self.sell_paid()
        self.credit(invoice, quantity=1, price=300)
        refund, note = self.refund(self.packs(order))
        self.assertEqual((refund.amount, note.amount_untaxed), (1500, 1500))
        note.action_post()
        self.assert_quiet(order)

    def test_credited_by_hand_meanwhile_is_not_credited_twice(self):
        order, invoice = self.sell_paid()
        refund, note = self.refund(self.packs(order))
        self.credit(invoice)
        with self.assertRaisesRegex(UserError, "left to credit"):
            note.action_post()
        self.assertEqual(refund.state, "approved")

    def test_what_the_accountant_changes_is_what_was_refunded(self):
        order, _invoice = self.sell_paid()
        refund, note = self.refund(self.packs(order))
        note.invoice_line_ids.price_unit = 1700
        note.action_post()
        self.assertEqual((refund.state, refund.amount), ("done", 1700))
        self.assert_closed(self.packs(order))
        self.assert_quiet(order)

    def test_half_void_pack_closed_by_a_refund_stays_closed(self):
        order, invoice = self.sell_paid()
        self.credit(invoice, quantity=0.5)
        pack = self.packs(order)
        self.assertEqual(pack.balance, 900)
        refund, note = self.refund(pack)
        self.assertEqual(refund.amount, 900)
        note.action_post()
        self.assert_closed(pack)
        self.assert_quiet(order)

    def test_unpaid_invoice_owes_nothing_after_the_credit_note(self):
        order = self.sell_on_confirmation()
        invoice = self.invoice(order)
        _refund, note = self.refund(self.packs(order))
        note.action_post()
        self.assertEqual(invoice.amount_residual, 0)
        self.assertEqual(self.states(order), ["refunded"])
        self.assert_quiet(order)

    def test_order_cancelled_after_the_refund_changes_nothing(self):
        order = self.sell_on_confirmation()
        self.invoice(order)
        _refund, note = self.refund(self.packs(order))
        note.action_post()
        order._action_cancel()
        self.assertEqual(self.states(order), ["refunded"])
        self.assert_quiet(order)

    def test_what_comes_back_after_the_refund_goes_out_again(self):
        order, _invoice = self.sell_paid()
        pack = self.packs(order)
        work = self.use(300)
        self.refund(pack)
        work.minutes = 100
        self.assertEqual(self.movements(pack)[-2:], [("return", 200), ("refund", -200)])
        self.assert_closed(pack)
        self.assert_quiet(order)

    def test_approval_taken_back_gives_the_pack_back(self):
        order, _invoice = self.sell_paid()
        pack = self.packs(order)
        work = self.use(300)
        refund, note = self.refund(pack)
        work.minutes = 100
        refund.with_user(self.manager).sudo(False).action_undo()
        self.assertFalse(note.exists())
        self.assertEqual((pack.state, pack.balance), ("active", 1700))
        self.assertEqual(refund.state, "requested")
        self.assert_sound(pack)
        self.assert_quiet(order)
        note = self.approve(refund)
        note.action_post()
        with self.assertRaisesRegex(UserError, "too far"):
            refund.with_user(self.manager).sudo(False).action_undo()
        self.assert_closed(pack)

    def test_used_up_pack_is_refunded_without_a_movement(self):
        order, _invoice = self.sell_paid()
        pack = self.packs(order)
        self.use(1800)
        refund, _note = self.refund(pack)
        self.assertEqual(refund.amount, 1800)
        self.assertEqual(self.movements(pack), [("usage", -1800)])
        self.assert_closed(pack)

    def test_fair_use_hold_forfeits_nothing(self):
        order, _invoice = self.sell_paid()
        pack = self.packs(order)
        self.env["support.hold"].create(
            {
                "account_id": pack.account_id.id,
                "kind": "fair_use",
                "reason": "Rude",
            }
        )
        refund, _note = self.refund(pack)
        self.assertEqual(refund.amount, 1800)

    def test_a_refund_is_asked_for_once(self):
        order, _invoice = self.sell_paid()
        pack = self.packs(order)
        refund = self.ask(pack)
        with self.assertRaisesRegex(UserError, "already"):
            self.ask(pack)
        self.approve(refund)
        with self.assertRaisesRegex(UserError, "decided already"):
            self.approve(refund)
        self.assertEqual(len(refund.credit_note_ids), 1)

    def test_refusal_says_why_and_staff_may_ask_again(self):
        order, _invoice = self.sell_paid()
        pack = self.packs(order)
        refund = self.ask(pack).with_user(self.manager).sudo(False)
        with self.assertRaisesRegex(UserError, "Reason"):
            refund._refuse("  ")
        refund._refuse("The site is finished")
        self.assertEqual((refund.state, pack.state), ("refused", "active"))
        self.assertIn("finished", refund.message_ids and refund._say())
        action = pack.with_user(self.technician).action_request_refund()
        wizard = (
            self.env[action["res_model"]]
            .with_user(self.technician)
            .with_context(**action["context"])
            .create({"reason": "He called again"})
        )
        again = self.env["support.refund"].browse(wizard.action_apply()["res_id"])
        self.assertEqual(again.state, "requested")


@tagged("post_install", "-at_install")
class TestRefundWindow(RefundCommon):
    def test_until_day_fourteen_after_the_pack_was_used_up(self):
        with freeze_time("2026-03-02 10:00:00"):
            order, _invoice = self.sell_paid()
            pack = self.packs(order)
            self.log(self.make_ticket(self.contact), 1800)
        self.assertEqual(pack._get_service_end(), date(2026, 3, 2))
        self.assertEqual(pack._get_refund_last_day(), date(2026, 3, 16))
        # 16 March ends at 23:00 UTC in Madrid.
        with freeze_time("2026-03-16 23:00:00"):
            with self.assertRaisesRegex(UserError, "16 Mar|Mar 16"):
                self.ask(pack)
        with freeze_time("2026-03-16 22:59:00"):
            self.assertEqual(self.ask(pack).state, "requested")

    def test_until_day_fourteen_after_the_expiry(self):
        with freeze_time("2025-02-20 10:00:00"):
            order, _invoice = self.sell_paid()
        pack = self.packs(order)
        end = pack.date_end
        self.assertEqual(end, date(2026, 2, 20))
        with freeze_time("2026-02-22 10:00:00"):
            self.assertEqual(pack._get_service_end(), end, "Over, if not posted yet")
        pack._expire()
        last = date(2026, 3, 6)
        self.assertEqual(pack._get_refund_last_day(), last)
        with freeze_time("2026-03-07 10:00:00"), self.assertRaises(UserError):
            self.ask(pack)
        with freeze_time("2026-03-06 10:00:00"):
            refund, note = self.refund(pack)
        self.assertEqual(refund.amount, 1800)
        note.action_post()
        self.assert_closed(pack)
        self.assertEqual(self.movements(pack), [("expiry", -1800)])
        self.assert_quiet(order)

    def test_what_cannot_be_refunded(self):
        self.assertIn("sold here", self.make_pack(60)._get_refund_problem())
        gift = self.packs(self.sell_free())
        self.assertIn("Nothing was paid", gift._get_refund_problem())
        order = self.sell_on_confirmation()
        self.assertIn("cancel the order", self.packs(order)._get_refund_problem())
        self.pack_product.support_grant_on = "paid"
        pending = self.packs(self.sell(self.pack_product))
        self.assertEqual(pending.state, "pending")
        self.assertIn("not in use", pending._get_refund_problem())
        self.policy.refund_days = 0
        order, _invoice = self.sell_paid()
        self.assertIn("no refunds", self.packs(order)._get_refund_problem())
        for pack in gift | pending | self.packs(order):
            with self.assertRaises(UserError):
                self.ask(pack)

    def sell_free(self):
        order = self.sell(self.pack_product, price_unit=0)
        self.invoice(order)
        return order

    def test_days_are_checked(self):
        for days in (-1, 3651):
            with self.assertRaisesRegex(UserError, "Days to ask"):
                self.policy.refund_days = days


@tagged("post_install", "-at_install")
class TestRefundPeople(RefundCommon):
    def test_only_managers_decide_and_nobody_edits(self):
        order, _invoice = self.sell_paid()
        refund = self.ask(self.packs(order))
        for user in (self.technician, self.accountant):
            one = refund.with_user(user).sudo(False)
            self.assertEqual(one.state, "requested")
            for verb in (one.action_approve, one.action_refuse, one.action_undo):
                with self.assertRaises(AccessError):
                    verb()
        for user in (self.salesperson, self.employee, self.portal_user):
            with self.assertRaises(AccessError):
                refund.with_user(user).sudo(False).read(["state"])
        for user in (self.manager, self.accountant):
            with self.assertRaises(AccessError):
                refund.with_user(user).sudo(False).write({"amount": 1})
        with self.assertRaises(AccessError):
            self.packs(order).with_user(self.salesperson).action_request_refund()

    def test_every_role_reads_all_that_it_may_see(self):
        order, _invoice = self.sell_paid()
        refund, _note = self.refund(self.packs(order))
        for user in (self.technician, self.manager, self.accountant):
            record = refund.with_user(user).sudo(False)
            self.env.invalidate_all()
            self.assertTrue(record.read(list(record.fields_get())))

    def test_accountant_posts_without_rights_of_the_helpdesk(self):
        order, _invoice = self.sell_paid()
        refund, note = self.refund(self.packs(order))
        self.assertTrue(note.activity_ids)
        note.with_user(self.accountant).action_post()
        self.assertEqual(refund.state, "done")
        note.with_user(self.accountant).button_draft()
        self.assertEqual(refund.state, "approved")
        self.assert_quiet(order)

    def test_everybody_is_told(self):
        order, _invoice = self.sell_paid()
        before = self.env["mail.mail"].sudo().search([])
        refund = self.ask(self.packs(order))
        self.assertTrue(refund.activity_ids)
        note = self.approve(refund)
        self.assertFalse(refund.activity_ids)
        note.action_post()
        note.button_draft()
        note.action_post()
        mails = self.env["mail.mail"].sudo().search([], order="id") - before
        ours = mails.filtered(
            lambda mail: self.contact.email in mail.mapped("recipient_ids.email")
        )
        self.assertEqual(len(ours), 3, "Asked, approved, done: once each")
        self.assertIn(note.name, ours[-1].body_html)

    def test_fields_of_the_sale_stay(self):
        order, _invoice = self.sell_paid()
        pack = self.packs(order)
        self.refund(pack)
        self.assertEqual((pack.amount, pack.void_units), (1800, 0))
        self.assertTrue(fields.Datetime.now() >= pack.refund_id.decided_at)
