"""Holds for unpaid invoices: they begin with the clock and end with the payment."""

from datetime import date, timedelta
from unittest.mock import patch

from odoo import Command, fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import freeze_time, tagged

from .common import SupportPacksCommon, make_company, make_policy

TODAY = date(2026, 6, 10)
NOON = "2026-06-10 12:00:00"


class UnpaidCommon(SupportPacksCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy.hold_unpaid = True
        cls.company.partner_id.lang = "en_US"
        cls.account = cls.make_account()

    def bill(self, amount=100, days=1, client=None, company=None, **values):
        """Return a posted invoice that is due some days before today."""
        company = company or self.company
        with freeze_time(NOON):
            invoice = (
                self.env["account.move"]
                .with_company(company)
                .create(
                    {
                        "move_type": "out_invoice",
                        "partner_id": (client or self.client).id,
                        "company_id": company.id,
                        "invoice_date": TODAY - timedelta(days=90),
                        "invoice_date_due": TODAY - timedelta(days=days),
                        "invoice_line_ids": [
                            Command.create(
                                {"name": "Work", "price_unit": amount, "tax_ids": []}
                            )
                        ],
                        **values,
                    }
                )
            )
            invoice.action_post()
        return invoice

    def run_cron(self, moment=NOON):
        with freeze_time(moment), self.enter_registry_test_mode():
            self.env.ref("support_packs.cron_hold_unpaid").method_direct_trigger()
        self.env.invalidate_all()

    def pay_at(self, invoice, amount=None, moment=NOON):
        with freeze_time(moment):
            return self.pay(invoice, amount)

    def holds(self, account=None):
        return (account or self.account).hold_ids

    def assert_held(self, account=None):
        [hold] = self.holds(account).filtered(lambda hold: not hold.date_end)
        self.assertEqual((hold.kind, hold.is_automatic), ("unpaid", True))
        return hold

    def assert_free(self, account=None):
        account = account or self.account
        self.assertFalse(account.hold_ids.filtered(lambda hold: not hold.date_end))
        self.assertFalse(account.is_on_hold)


@tagged("post_install", "-at_install")
class TestHoldUnpaid(UnpaidCommon):
    """Who is held, and when."""

    def test_overdue_is_held_with_the_invoice_and_its_amount_named(self):
        invoice = self.bill(1200)
        self.run_cron()
        hold = self.assert_held()
        self.assertTrue(self.account.is_on_hold)
        self.assertIn(invoice.name, hold.reason)
        self.assertIn("1,200.00", hold.reason)
        self.assertIn("9 Jun 2026", hold.reason)
        self.assertIn(invoice.name, self.account.overdue_text)
        [problem] = self.account._get_start_problems()
        self.assertIn(invoice.name, problem)

    def test_posting_holds_nobody_before_the_next_run(self):
        self.bill()
        self.assert_free()

    def test_due_today_is_not_overdue(self):
        self.bill(days=0)
        self.run_cron()
        self.assert_free()
        # Next day in Madrid, the evening before in UTC.
        self.run_cron("2026-06-10 22:30:00")
        self.assert_held()

    def test_days_of_grace(self):
        self.company.support_hold_grace_days = 3
        self.bill(days=3)
        self.run_cron()
        self.assert_free()
        self.run_cron("2026-06-11 12:00:00")
        self.assert_held()

    def test_days_of_grace_are_a_sensible_number(self):
        for days in (-1, 10_000):
            with self.assertRaisesRegex(ValidationError, "Days of grace"):
                self.company.support_hold_grace_days = days

    def test_policy_that_does_not_hold(self):
        self.policy.hold_unpaid = False
        self.bill()
        self.run_cron()
        self.assert_free()

    def test_policy_that_holds_no_longer_releases(self):
        self.bill()
        self.run_cron()
        self.policy.hold_unpaid = False
        self.run_cron()
        self.assert_free()

    def test_instalment_that_is_due_before_the_invoice_is(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "Half now",
                "company_id": self.company.id,
                "line_ids": [
                    Command.create({"value": "percent", "value_amount": 50}),
                    Command.create(
                        {"value": "percent", "value_amount": 50, "nb_days": 120}
                    ),
                ],
            }
        )
        invoice = self.bill(100, invoice_payment_term_id=term.id)
        self.assertGreater(invoice.invoice_date_due, TODAY)
        self.run_cron()
        hold = self.assert_held()
        self.assertIn("50.00", hold.reason)
        # What is due is paid; the rest of the invoice is not due.
        self.pay_at(invoice, 50)
        self.assert_free()

    def test_blocked_draft_and_cancelled_invoices_hold_nobody(self):
        self.bill().action_toggle_block_payment()
        self.bill().button_draft()
        cancelled = self.bill()
        cancelled.button_draft()
        cancelled.button_cancel()
        self.run_cron()
        self.assert_free()

    def test_open_credit_note_is_no_debt(self):
        self.bill(move_type="out_refund")
        self.run_cron()
        self.assert_free()

    def test_money_that_we_paid_out_is_no_debt(self):
        payment = self.env["account.payment"].create(
            {
                "payment_type": "outbound",
                "partner_type": "customer",
                "partner_id": self.client.id,
                "amount": 50,
                "date": TODAY - timedelta(days=30),
            }
        )
        payment.action_post()
        self.run_cron()
        self.assert_free()

    def test_invoice_of_a_contact_holds_the_company(self):
        self.bill(client=self.contact)
        self.run_cron()
        self.assert_held()

    def test_other_clients_go_on(self):
        other = self.make_account(self.make_client("Another"))
        self.bill()
        self.run_cron()
        self.assert_held()
        self.assert_free(other)

    def test_other_company_goes_on(self):
        branch = make_company(self.env, "Second Workshop")
        policy = make_policy(self.env, branch, hold_unpaid=True)
        account = self.make_account(policy=policy)
        self.bill()
        self.run_cron()
        self.assert_held()
        self.assert_free(account)
        invoice = self.bill(company=branch)
        self.run_cron()
        self.assert_held(account)
        self.pay_at(invoice.with_company(branch))
        self.assert_free(account)
        self.assert_held()

    def test_run_twice_holds_once(self):
        self.bill()
        self.run_cron()
        self.run_cron()
        self.bill()
        self.run_cron()
        self.assertEqual(len(self.holds()), 1)

    def test_archived_account_is_not_held(self):
        self.account.active = False
        self.bill()
        self.run_cron()
        self.assert_free()

    def test_amounts_are_in_the_currency_of_the_invoice(self):
        dollars = self.env.ref("base.USD")
        dollars.active = True
        self.env["res.currency.rate"].create(
            {
                "currency_id": dollars.id,
                "company_id": self.company.id,
                "rate": 2,
                "name": "2026-01-01",
            }
        )
        self.bill(500, currency_id=dollars.id)
        self.bill(70)
        self.run_cron()
        hold = self.assert_held()
        self.assertIn("$ 500.00".replace(" ", "\u00a0"), hold.reason)
        self.assertIn("70.00", hold.reason)

    def test_searching_costs_the_same_for_many(self):
        numbers = []
        for count in (2, 2, 12):
            for _number in range(count):
                client = self.make_client("Debtor")
                self.make_account(client)
                self.bill(client=client)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            with freeze_time(NOON):
                accounts = self.env["support.account"]._search_to_hold()
                accounts._get_overdue()
                self.env["support.account"]._search_to_release()
            numbers.append(self.cr.sql_log_count - before)
        self.assertGreaterEqual(len(accounts), 16)
        self.assertEqual(numbers[1], numbers[2])


@tagged("post_install", "-at_install")
class TestHoldPaid(UnpaidCommon):
    """What ends a hold, at once and by nobody's hand."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_people()

    def setUp(self):
        super().setUp()
        self.invoice = self.bill()
        self.run_cron()
        self.hold = self.assert_held()

    @freeze_time(NOON)
    def hold_by_hand(self, reason, user):
        holds = self.env["support.hold"].with_user(user)
        return holds.create(
            {"account_id": self.account.id, "kind": "unpaid", "reason": reason}
        )

    def assert_lifted_by_nobody(self):
        self.assert_free()
        self.assertTrue(self.hold.date_end)
        self.assertFalse(self.hold.lifted_by)

    def test_payment_lifts_at_once(self):
        self.pay_at(self.invoice)
        self.assert_lifted_by_nobody()
        self.assertEqual(self.account._get_start_problems(), [])
        note = self.account.message_ids[0]
        self.assertIn("lifted", note.body)
        self.assertEqual(note.author_id, self.env.ref("base.partner_root"))

    def test_accountant_who_may_lift_nothing_registers_the_payment(self):
        wizards = self.env["account.payment.register"].with_user(self.accountant)
        with freeze_time(NOON):
            wizards.with_context(
                active_model="account.move", active_ids=self.invoice.ids
            ).create({})._create_payments()
        self.assert_lifted_by_nobody()

    def test_part_of_it_is_not_enough(self):
        self.pay_at(self.invoice, 40)
        self.assert_held()
        self.assertIn("60.00", self.account.overdue_text)
        self.env["res.lang"]._activate_lang("es_ES")
        spanish = self.account.with_context(lang="es_ES")
        with freeze_time(NOON):
            self.assertIn("60,00", spanish._get_start_problems()[0])
        self.pay_at(self.invoice)
        self.assert_lifted_by_nobody()

    def test_all_that_is_overdue_must_be_paid(self):
        other = self.bill(30)
        not_due = self.bill(30, days=-5)
        self.pay_at(self.invoice)
        self.assert_held()
        self.pay_at(other)
        self.assert_lifted_by_nobody()
        self.assertEqual(not_due.payment_state, "not_paid")

    def test_credit_note(self):
        wizards = self.env["account.move.reversal"].with_context(
            active_model="account.move", active_ids=self.invoice.ids
        )
        with freeze_time(NOON):
            wizard = wizards.create({"journal_id": self.invoice.journal_id.id})
            wizard.refund_moves()
            self.assert_held()
            wizard.new_move_ids.action_post()
        self.assert_lifted_by_nobody()

    def test_blocked(self):
        with freeze_time(NOON):
            self.invoice.action_toggle_block_payment()
        self.assert_lifted_by_nobody()
        with freeze_time(NOON):
            self.invoice.action_toggle_block_payment()
        self.assert_free()
        self.run_cron()
        self.assert_held()

    def test_another_due_date(self):
        with freeze_time(NOON):
            self.invoice.invoice_date_due = TODAY + timedelta(days=10)
        self.assert_lifted_by_nobody()

    def test_back_to_draft(self):
        with freeze_time(NOON):
            self.invoice.button_draft()
        self.assert_lifted_by_nobody()

    def test_payment_without_journal_entry(self):
        """With in_payment enabled core reconciles nothing and calls no hook."""
        with patch.object(
            type(self.env["account.move"]),
            "_get_invoice_in_payment_state",
            lambda move: "in_payment",
        ):
            payment = self.pay_at(self.invoice)
            self.assertFalse(payment.move_id)
            self.assertEqual(self.invoice.payment_state, "in_payment")
            self.assert_lifted_by_nobody()
            self.run_cron()
            self.assert_free()
            payment.action_cancel()
            self.run_cron()
            self.assert_held()

    def test_the_clock_finds_what_no_hook_saw(self):
        self.cr.execute(
            "UPDATE account_move_line SET date_maturity = '2027-01-01' "
            "WHERE move_id = %s",
            [self.invoice.id],
        )
        self.env.invalidate_all()
        self.assert_held()
        self.run_cron()
        self.assert_lifted_by_nobody()

    def test_payment_undone_holds_again_with_the_next_run(self):
        self.pay_at(self.invoice)
        self.assert_free()
        with freeze_time(NOON):
            self.invoice.line_ids.remove_move_reconcile()
        self.assert_free()
        self.run_cron()
        self.assert_held()
        self.assertEqual(len(self.holds()), 2)

    def test_what_a_manager_lets_go_holds_no_more(self):
        """Else the next run would undo what the manager did."""
        self.hold.with_user(self.manager).action_lift()
        self.assertEqual(self.hold.lifted_by, self.manager)
        self.run_cron()
        self.assert_free()
        self.assertIn(self.invoice.name, self.account.overdue_text)
        other = self.bill(30)
        self.run_cron()
        self.assert_held()
        self.pay_at(other)
        self.assert_free()

    def test_a_hold_begun_by_hand_ends_with_the_debt_too(self):
        self.hold.with_user(self.manager).action_lift()
        invoice = self.bill(80)
        hold = self.hold_by_hand("Again", self.manager)
        self.assertFalse(hold.is_automatic)
        self.run_cron()
        self.assertFalse(hold.date_end)
        self.pay_at(invoice)
        self.assertTrue(hold.date_end)

    def test_a_hold_begun_by_hand_is_not_ended_by_the_clock(self):
        self.pay_at(self.invoice)
        hold = self.hold_by_hand("They owe us from before", self.manager)
        self.run_cron()
        self.assertFalse(hold.date_end)

    def test_second_open_hold_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "open hold for unpaid"):
            self.env["support.hold"].create(
                {"account_id": self.account.id, "kind": "unpaid", "reason": "Twice"}
            )

    def test_nobody_says_that_a_hold_is_the_system_s(self):
        for values in ({"is_automatic": True}, {"overdue_line_ids": []}):
            with self.assertRaisesRegex(UserError, "only the system"):
                self.env["support.hold"].with_user(self.manager).create(
                    {"account_id": self.account.id, "reason": "Mine", **values}
                )

    def test_packs_expire_during_the_hold(self):
        pack = self.make_pack(60, day=TODAY)
        self.pay_at(self.invoice)
        self.assertEqual(pack.date_end, fields.Date.add(TODAY, years=1))

    def test_where_nobody_is_held_a_payment_costs_one_query(self):
        self.pay_at(self.invoice)
        partners = self.client
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(1):
            self.env["support.account"]._release_paid(partners)
