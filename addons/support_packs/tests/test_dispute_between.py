"""Where disputes and refunds meet each other, holds, and tickets that changed."""

from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .test_dispute import DisputeCommon
from .test_dispute_settlement import SettlementCommon
from .test_hold_unpaid import UnpaidCommon
from .test_hold_work import AFTER, BEFORE, DURING, HoldWorkCommon
from .test_refund import RefundCommon

MAILER = "odoo.addons.support_packs.models.support_balance_alert_watch"
RENDERER = "odoo.addons.mail.models.mail_render_mixin"


@tagged("post_install", "-at_install")
class TestSettlementBetween(SettlementCommon):
    """Settlements while something else of the client is under way."""

    def dispute(self, work):
        """Return a dispute of an entry that nobody has read yet, as superuser."""
        client = work.with_user(self.portal_user).sudo()
        return client._dispute("Neither was this").with_user(1).sudo()

    def uphold_and_insist(self, dispute):
        dispute.with_user(self.manager).sudo(False)._uphold("It was")
        dispute.with_user(self.portal_user).sudo()._insist("No")
        dispute.invalidate_recordset()

    def assert_not_settled(self, dispute, pack, words):
        """Settling is refused with these words, and all is as it was."""
        before = (pack.state, pack.balance, self.movements(pack))
        with self.assertRaisesRegex(UserError, words):
            self.settle(dispute)
        self.env.invalidate_all()
        self.assertEqual((dispute.state, dispute.is_insisted), ("upheld", True))
        self.assertEqual((pack.state, pack.balance, self.movements(pack)), before)
        self.assertTrue(dispute.work_id.billable)
        self.assertFalse(dispute.refund_ids | pack.refund_ids)
        self.assertFalse(dispute.account_id.service_ended_at)

    def test_second_settlement_pays_what_comes_back_to_a_settled_pack(self):
        old, _invoice = self.sell_paid()
        order, _other = self.sell_paid()
        self.use(720)
        first, second = self.use(60), self.use(30)
        pack = self.packs(order)
        self.assertEqual((self.packs(old).state, pack.balance), ("exhausted", 630))
        later = self.dispute(second)
        refund = self.settle(self.insist(first))
        self.assertEqual((refund.pack_id, refund.amount), (pack, 517.50))
        note = refund.credit_note_ids
        note.action_post()
        self.uphold_and_insist(later)
        more = self.settle(later)
        self.assertIn("22.50", self.preview)
        self.assertEqual((later.state, later.returned), ("settled", 30))
        self.assertEqual(more.pack_id, pack)
        self.assertEqual(
            (more.units_unused, more.units_disputed, more.amount), (0, 30, 22.50)
        )
        another = more.credit_note_ids
        self.assertEqual((another.state, another.amount_untaxed), ("draft", 22.50))
        self.assertIn("22.50", later._get_mail_text())
        another.action_post()
        self.assertEqual(sum((note | another).mapped("amount_untaxed")), 540)
        self.assertEqual(pack.refund_ids, refund | more)
        self.assertEqual(self.movements(pack)[-2:], [("return", 30), ("refund", -30)])
        self.assert_closed(pack)
        self.assertEqual(self.packs(old).state, "exhausted")
        self.assert_quiet(order)

    def test_second_settlement_says_what_it_pays(self):
        """The whole price is not for packs that a settlement closed before."""
        order, _invoice = self.sell_paid()
        self.use(500)
        first, second = self.use(60), self.use(30)
        later = self.dispute(second)
        refund = self.settle(self.insist(first))
        self.assertEqual(refund.amount, 142.50)
        self.uphold_and_insist(later)
        more = self.settle(later, is_full=True)
        self.assertEqual(more.amount, 22.50)
        self.assertIn("0 min unused, 30 min disputed", self.preview)
        self.assertIn("22.50", self.preview)
        self.assert_closed(self.packs(order))

    def test_second_credit_note_of_a_pack_takes_no_other_pack_back(self):
        order, _invoice = self.sell_paid(2)
        first, second = self.packs(order)
        self.use(720)
        work, other = self.use(60), self.use(30)
        later = self.dispute(other)
        refund = self.settle(self.insist(work))
        self.assertEqual(refund.pack_id, second)
        refund.credit_note_ids.action_post()
        later.with_user(self.manager).sudo(False)._accept(30)
        more = second.refund_ids - refund
        self.assertEqual((more.units_disputed, more.amount), (30, 22.50))
        more.credit_note_ids.action_post()
        self.assertEqual((refund.state, more.state), ("done", "done"))
        for button in ("button_draft", "action_post"):
            # Whichever of them is posted, one pack is taken back.
            getattr(refund.credit_note_ids, button)()
            self.assertEqual((first.state, first.void_units), ("exhausted", 0))
            self.assertEqual(self.movements(first), [("usage", -720)])
            self.assert_quiet(order)
        self.assert_closed(second)
        self.assert_quiet(order)

    def test_not_settled_while_a_pack_waits_for_its_payment(self):
        order, _invoice = self.sell_paid()
        dispute = self.insist(self.use(30))
        pending = self.sell(self.pack_product)
        self.assertEqual(self.states(pending), ["pending"])
        self.assert_not_settled(
            dispute, self.packs(order), f"waits for its payment.*{pending.name}"
        )
        pending._action_cancel()
        self.settle(dispute)
        self.assert_closed(self.packs(order))

    def test_not_settled_while_other_work_waits_for_the_next_pack(self):
        self.policy.uncovered_policy = "wait"
        order, _invoice = self.sell_paid()
        self.use(690)
        dispute = self.insist(self.use(30))
        waiting = self.use(40).ticket_id
        self.assert_charge(waiting, 0, uncovered=40, state="waiting")
        self.assert_not_settled(
            dispute, self.packs(order), f"{waiting.number}.*waits for the next pack"
        )
        self.assert_charge(waiting, 0, uncovered=40, state="waiting")

    def test_not_settled_while_the_ticket_is_open_again(self):
        self.policy.debit_on = "resolution"
        order, _invoice = self.sell_paid()
        work = self.use(30)
        self.solve(work.ticket_id)
        dispute = self.insist(work)
        self.assert_charge(work.ticket_id, 30)
        work.ticket_id.stage_id = self.stage_new
        self.assert_not_settled(
            dispute, self.packs(order), "open again: solve it before you settle"
        )
        self.solve(work.ticket_id)
        refund = self.settle(dispute)
        self.assertEqual((refund.units_disputed, refund.amount), (30, 540))
        self.assert_closed(self.packs(order))


@tagged("post_install", "-at_install")
class TestRefundBetween(RefundCommon):
    """Refunds while something else becomes of the invoice or of the mail."""

    def test_undone_refund_of_a_credited_invoice_is_not_drawn(self):
        self.policy.uncovered_policy = "wait"
        order, invoice = self.sell_paid()
        pack = self.packs(order)
        refund, _note = self.refund(pack)
        work = self.use(30)
        self.assert_charge(work.ticket_id, 0, uncovered=30, state="waiting")
        self.credit(invoice)
        refund.with_user(self.manager).sudo(False).action_undo()
        self.assertEqual(refund.state, "requested")
        self.assertNotIn("usage", dict(self.movements(pack)))
        # Its sale took it back, not the refund any more.
        self.assertEqual((pack.state, pack.balance), ("refunded", 0))
        self.assertFalse(pack.refund_id)
        self.assert_charge(work.ticket_id, 0, uncovered=30, state="waiting")
        self.assert_quiet(order)

    def test_undone_refund_lets_waiting_work_draw(self):
        self.policy.uncovered_policy = "wait"
        order, _invoice = self.sell_paid()
        refund, _note = self.refund(self.packs(order))
        work = self.use(30)
        refund.with_user(self.manager).sudo(False).action_undo()
        self.assert_charge(work.ticket_id, 30)
        self.assertEqual(self.packs(order).balance, 1770)
        self.assert_quiet(order)

    def test_broken_mail_does_not_stop_a_credit_note(self):
        self.contact.lang = "en_US"
        order, _invoice = self.sell_paid()
        refund, note = self.refund(self.packs(order))
        template = self.env.ref("support_packs.mail_template_refund")
        # Only of what is done: templates that cannot be rendered are not saved.
        template.body_html = """<t t-out="1 // (object.state != 'done')"/>"""
        mails = self.env["mail.mail"].sudo().search([])
        with self.assertLogs(RENDERER), self.assertLogs(MAILER, "ERROR") as logs:
            note.with_user(self.accountant).action_post()
        self.assertIn("could not be made", logs.output[0])
        self.assertEqual((note.state, refund.state), ("posted", "done"))
        after = self.env["mail.mail"].sudo().search([]) - mails
        self.assertNotIn("support.refund", after.mapped("model"))
        self.assert_closed(self.packs(order))
        self.assert_quiet(order)


@tagged("post_install", "-at_install")
class TestHoldMailBetween(UnpaidCommon):
    def test_broken_mail_does_not_stop_a_payment(self):
        self.client.write({"email": "client@example.com", "lang": "en_US"})
        invoice = self.bill(1200)
        self.run_cron()
        hold = self.assert_held()
        template = self.env.ref("support_packs.mail_template_hold_lifted")
        # Only of what was lifted: templates that cannot be rendered are not saved.
        template.body_html = '<t t-out="1 // (not object.date_end)"/>'
        with self.assertLogs(RENDERER), self.assertLogs(MAILER, "ERROR") as logs:
            self.pay_at(invoice)
        self.assertIn("could not be made", logs.output[0])
        self.assertEqual(invoice.amount_residual, 0)
        self.assertTrue(hold.date_end)
        self.assert_free()


@tagged("post_install", "-at_install")
class TestDisputeOnHold(HoldWorkCommon):
    """Work during a hold counts when it is approved, and is nothing before."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy.allow_disputes = True
        cls.request_type.minimum = 0

    def dispute(self, work):
        client = work.with_user(self.portal_user).sudo()
        return client._dispute("No").with_user(1).sudo()

    def open_decision(self, dispute, choice):
        return (
            self.env["support.dispute.decision"]
            .with_user(self.manager)
            .create({"dispute_id": dispute.id, "choice": choice})
        )

    def test_what_waits_for_approval_is_not_disputed(self):
        work = self.work()
        self.assertEqual(work.approval_state, "waiting")
        with self.assertRaisesRegex(UserError, "This work is not charged"):
            self.dispute(work)
        self.decide(work)
        self.assertEqual(self.dispute(work).state, "open")

    def test_preview_of_a_dispute_whose_work_waits_since(self):
        work = self.work(45, at=BEFORE)
        self.assert_charge(self.ticket, 45)
        dispute = self.dispute(work)
        dispute.with_user(self.manager).sudo(False)._uphold("It was")
        dispute.with_user(self.portal_user).sudo()._insist("No")
        with freeze_time(AFTER):
            work.sudo().date = DURING
        self.assertEqual(work.approval_state, "waiting")
        self.assert_charge(self.ticket, 0)
        settled = self.open_decision(dispute, "settled")
        self.assertIn("0 min disputed", settled.preview)
        accepted = self.open_decision(dispute, "accepted")
        self.assertIn("Nothing goes back", accepted.preview)
        accepted.action_apply()
        dispute.invalidate_recordset()
        self.assertEqual((dispute.state, dispute.returned), ("accepted", 0))
        self.assertEqual(self.pack.balance, 1800)

    def test_fixed_price_is_due_once_the_work_is_approved(self):
        self.policy.debit_on = "resolution"
        self.request_type.flat_quantity = 60
        work = self.work(20)
        with freeze_time(AFTER):
            self.solve(self.ticket)
        self.assertFalse(self.ticket.support_charge_id.quantity)
        self.assertEqual((self.pack.balance, self.movements(self.pack)), (1800, []))
        self.decide(work)
        self.assert_charge(self.ticket, 60)
        self.assertEqual(self.pack.balance, 1740)

    def test_work_added_on_hold_takes_back_no_fixed_price(self):
        self.policy.debit_on = "resolution"
        self.request_type.flat_quantity = 60
        with freeze_time(BEFORE):
            self.solve(self.ticket)
        self.assert_work_on_hold_takes_nothing_back()

    def test_what_acceptance_debited_waits_for_no_work(self):
        self.policy.debit_on = "acceptance"
        self.request_type.flat_quantity = 60
        with freeze_time(BEFORE):
            self.ticket.action_support_admit()
        self.assert_work_on_hold_takes_nothing_back()

    def assert_work_on_hold_takes_nothing_back(self):
        """The price of 60 stays while work waits for approval, and when refused."""
        self.assert_charge(self.ticket, 60)
        work = self.work(20)
        self.assertEqual(work.approval_state, "waiting")
        self.assert_charge(self.ticket, 60)
        self.decide(work, "refused")
        self.assert_charge(self.ticket, 60)
        self.assertEqual(self.pack.balance, 1740)


@tagged("post_install", "-at_install")
class TestDisputeMoved(DisputeCommon):
    def test_ticket_of_another_client_keeps_the_dispute_from_them(self):
        self.make_pack(720)
        other = self.make_client("Other")
        other.email = "other@example.com"
        self.make_account(other)
        stranger = self.make_user(
            "stranger",
            "base.group_portal",
            partner_id=self.make_client("Their Contact").id,
        )
        stranger.partner_id.write({"parent_id": other.id, "is_company": False})
        ticket = self.make_ticket(self.contact)
        work = self.log(ticket, 45)
        dispute = self.dispute(work)
        page = ticket.with_user(self.portal_user)._get_support_portal_values()
        self.assertEqual([len(row["disputes"]) for row in page["works"]], [1])
        ticket.partner_id = stranger.partner_id
        page = ticket.with_user(stranger)._get_support_portal_values()
        self.assertEqual([row["work"].id for row in page["works"]], work.ids)
        self.assertEqual([row["disputes"] for row in page["works"]], [[]])
        self.assertIs(
            ticket.with_user(stranger)._insist_as_client(str(dispute.id), "No"), False
        )
        with self.assertRaisesRegex(UserError, "another client"):
            self.decide(dispute, "accepted")
        self.decide(dispute, "upheld", verdict="It stands")
        self.assertEqual((dispute.state, dispute.verdict), ("upheld", "It stands"))
        self.assertEqual(len(self.mails_to(self.contact.email)), 2)
        self.assertFalse(self.mails_to(other.email))
