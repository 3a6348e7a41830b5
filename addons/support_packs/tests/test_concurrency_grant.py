"""Grants, expiries, voids, sweeps and debits at once, on real connections."""

from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged

from ..models.sale_order_line_sync import SaleOrderLine
from . import test_concurrency


# Of the base only the helpers: Odoo runs the tests of a class, not inherited ones.
@tagged("post_install", "-at_install")
class TestConcurrencyGrant(test_concurrency.TestConcurrency):
    def make_missed_order(self, env):
        """Confirm an order behind the back of every hook."""
        order = self.make_order(env, self.get(env, "res.partner"))
        env.flush_all()
        for table, column in (("sale_order", "id"), ("sale_order_line", "order_id")):
            env.cr.execute(
                f"UPDATE {table} SET state = 'sale' WHERE {column} = %s", [order.id]
            )
        env.invalidate_all()

    def make_sold_pack(self, env):
        """Sell a pack of 60, granted with the confirmation."""
        self.make_order(env, self.get(env, "res.partner")).action_confirm()

    def synchronise(self, env):
        self.get(env, "sale.order").order_line._sync_support_packs()

    def sweep(self, env):
        env["sale.order.line"]._cron_sync_support_packs()

    def only_these_lines(self):
        """Keep the sweep from the other orders of the database."""
        lines = self.commit(lambda env: self.get(env, "sale.order").order_line.ids)
        return patch.object(
            SaleOrderLine,
            "_get_support_sync_domain",
            lambda model: fields.Domain("id", "in", lines),
        )

    def cancel(self, env):
        self.get(env, "sale.order")._action_cancel()

    def read_packs(self):
        """Return ``(state, balance, movements)`` of each pack, the oldest first."""

        def read(env):
            packs = self.get(env, "support.account").pack_ids.sorted("id")
            result = []
            for pack in packs:
                entries = pack.entry_ids.sorted("sequence")
                self.assertEqual(pack.balance, sum(entries.mapped("quantity")))
                self.assertTrue(0 <= pack.balance <= pack.granted)
                numbers = list(range(1, len(entries) + 1))
                self.assertEqual(entries.mapped("sequence"), numbers)
                moved = [(e.entry_type, e.quantity) for e in entries]
                result.append((pack.state, pack.balance, moved))
            return result

        return self.commit(read)

    def test_debit_expiry_and_grant_at_once(self):
        """The old pack pays or expires, never both; the new one is granted once."""

        def make_old_pack(env):
            pack_id = self.make_pack(env, 60).id
            env["support.pack"].browse(pack_id).date_end = fields.Date.today()
            return pack_id

        pack_id = self.commit(make_old_pack)
        self.commit(self.make_missed_order)
        tries = self.run_at_once(
            self.log(40),
            lambda env: env["support.pack"].browse(pack_id)._expire(),
            self.synchronise,
        )
        self.assertGreater(sum(tries), 3, "Debit and expiry collided")
        old, new = self.read_packs()
        (charge,) = self.read_charges()
        self.assertEqual(charge[0], 60)
        grant = ("grant", 60)
        usage, expiry = ("usage", -60), ("expiry", -60)
        self.assertIn(
            (old[2], new[2], charge),
            [
                ([grant, usage], [grant], (60, 60, 0)),
                ([grant, expiry], [grant, usage], (60, 60, 0)),
                ([grant, expiry], [grant], (60, 0, 60)),
            ],
        )
        self.assertEqual(old[:2], ("expired", 0))

    def test_hook_and_sweep_at_once_grant_one_pack(self):
        self.commit(self.make_missed_order)
        with (
            self.only_these_lines(),
            self.assertNoLogs(SaleOrderLine.__module__, "ERROR"),
        ):
            self.run_at_once(self.synchronise, self.sweep)
        self.assertEqual(self.read_packs(), [("active", 60, [("grant", 60)])])

    def test_two_sweeps_at_once_grant_one_pack(self):
        self.commit(self.make_missed_order)
        with (
            self.only_these_lines(),
            self.assertNoLogs(SaleOrderLine.__module__, "ERROR"),
        ):
            self.run_at_once(self.sweep, self.sweep)
        self.assertEqual(self.read_packs(), [("active", 60, [("grant", 60)])])

    def test_pack_voided_while_a_debit_draws(self):
        """Either the work is covered and nothing goes out, or the other way round."""
        self.commit(self.make_sold_pack)
        tries = self.run_at_once(self.log(40), self.cancel)
        self.assert_one_retried(tries)
        ((state, balance, moved),) = self.read_packs()
        self.assertEqual((state, balance), ("cancelled", 0))
        (charge,) = self.read_charges()
        self.assertIn(
            (moved[1:], charge),
            [([("usage", -60)], (60, 60, 0)), ([("refund", -60)], (60, 0, 60))],
        )

    def test_pack_voided_while_work_gives_units_back(self):
        """Whichever is first, what comes back goes out: the sale is void."""
        self.commit(self.make_sold_pack)
        self.commit(self.log(40))

        def make_free(env):
            works = self.get(env, "helpdesk.ticket").support_work_ids
            works.write({"billable": False})

        tries = self.run_at_once(make_free, self.cancel)
        self.assert_one_retried(tries)
        ((state, balance, moved),) = self.read_packs()
        self.assertEqual((state, balance), ("cancelled", 0))
        self.assertEqual(sum(q for kind, q in moved if kind == "refund"), -60)
