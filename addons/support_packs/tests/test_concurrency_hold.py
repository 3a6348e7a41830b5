"""The clock holds, the clock again, and a payment: at once, on real connections."""

from odoo import Command
from odoo.tests import tagged

from . import test_concurrency


# Of the base only the helpers: Odoo runs the tests of a class, not inherited ones.
@tagged("post_install", "-at_install")
class TestConcurrencyHold(test_concurrency.TestConcurrency):
    def setUp(self):
        super().setUp()
        self.addCleanup(self.commit, self.delete_debt)
        self.commit(self.make_debt)

    def make_debt(self, env):
        """Commit what the client owes since long ago."""
        company = env.ref("base.main_company")
        self.get(env, "support.policy").hold_unpaid = True
        for code, kind in (("HOLD1", "asset_receivable"), ("HOLD2", "income")):
            account = env["account.account"].create(
                {
                    "name": code,
                    "code": code,
                    "account_type": kind,
                    "reconcile": kind == "asset_receivable",
                    "company_ids": [Command.set(company.ids)],
                }
            )
            self.ids.setdefault("account.account", []).append(account.id)
        journal = env["account.journal"].create(
            {
                "name": "Holds",
                "code": "HOLDS",
                "type": "general",
                "company_id": company.id,
            }
        )
        self.ids["account.journal"] = journal.ids
        debt, payment = (self.make_entry(env, sign) for sign in (1, -1))
        self.ids["account.move"] = (debt + payment).ids

    def make_entry(self, env, sign):
        receivable, other = self.get(env, "account.account")
        partner = self.get(env, "res.partner")
        move = env["account.move"].create(
            {
                "journal_id": self.ids["account.journal"][0],
                "date": "2026-01-01",
                "line_ids": [
                    Command.create(
                        {
                            "account_id": account.id,
                            "partner_id": partner.id,
                            "balance": amount,
                            "date_maturity": "2026-01-01",
                        }
                    )
                    for account, amount in ((receivable, sign), (other, -sign))
                ],
            }
        )
        move.action_post()
        return move

    def delete_debt(self, env):
        accounts = tuple(self.ids["support.account"])
        env.cr.execute(
            "DELETE FROM support_hold WHERE account_id IN %s",
            [accounts],
        )
        env.invalidate_all()
        moves = self.get(env, "account.move")
        moves.line_ids.remove_move_reconcile()
        moves.button_draft()
        moves.with_context(force_delete=True).unlink()
        self.get(env, "account.journal").unlink()
        self.get(env, "account.account").unlink()

    def follow(self, env):
        self.get(env, "support.account")._follow_unpaid()

    def pay(self, env):
        lines = self.get(env, "account.move").line_ids
        lines.filtered("account_id.reconcile").reconcile()

    def read_holds(self):
        """Return whether each hold of the client is open."""
        return self.commit(
            lambda env: [
                not hold.date_end for hold in self.get(env, "support.account").hold_ids
            ]
        )

    def test_two_runs_of_the_clock_hold_once(self):
        tries = self.run_at_once(self.follow, self.follow)
        self.assert_one_retried(tries)
        self.assertEqual(self.read_holds(), [True])

    def test_payment_while_the_hold_begins_leaves_nobody_held(self):
        tries = self.run_at_once(self.follow, self.pay)
        self.assert_one_retried(tries)
        self.assertIn(self.read_holds(), ([], [False]))

    def test_the_index_keeps_a_second_open_hold_out(self):
        """Whoever gets past the rows that are taken."""
        self.commit(self.follow)

        def insert(env):
            env.cr.execute(
                "INSERT INTO support_hold (account_id, kind, date_start, reason) "
                "SELECT account_id, kind, date_start, reason FROM support_hold "
                "WHERE account_id IN %s ON CONFLICT DO NOTHING",
                [tuple(self.ids["support.account"])],
            )
            return env.cr.rowcount

        self.assertEqual(self.commit(insert), 0)
