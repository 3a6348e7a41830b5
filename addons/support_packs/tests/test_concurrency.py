"""Two real connections at once, each with committed data and Odoo's own retries.

Every test makes both transactions take their snapshot before either of them writes:
neither sees what the other does. What must not happen is decided by rows that both
write, so that PostgreSQL refuses the second one and Odoo runs it again.
"""

import threading
from unittest.mock import patch

from odoo import SUPERUSER_ID, Command, api
from odoo.modules.registry import DummyRLock, Registry
from odoo.service.model import retrying
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import SQL, mute_logger

from ..models.support_ledger_entry import MAINTENANCE_SETTING
from .common import make_policy, make_product

PATIENCE = 60  # seconds, then a thread that hangs fails the test


@tagged("post_install", "-at_install")
class TestConcurrency(BaseCase):
    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        self.addCleanup(self.delete_all)
        self.ids = {}
        with self.registry.cursor() as cr:
            self.create_all(api.Environment(cr, SUPERUSER_ID, {}))

    # === DATA === #

    def create_all(self, env):
        """Commit a client with an account, a policy and a ticket."""
        company = env.ref("base.main_company")
        policy = make_policy(env, company, "Hour packs of two connections")
        client = env["res.partner"].create({"name": "Client", "is_company": True})
        product = make_product(env, policy, 60, 75, support_grant_on="confirmed")
        account = env["support.account"]._find_or_open(client, company, policy)
        for name, record in (
            ("support.policy", policy),
            ("res.partner", client),
            ("product.product", product),
            ("support.account", account),
        ):
            self.ids[name] = record.ids
        self.make_ticket(env)

    def get(self, env, model):
        """Return the records of the test, as committed, in this transaction."""
        return env[model].browse(self.ids[model])

    def make_ticket(self, env):
        ticket = env["helpdesk.ticket"].create(
            {
                "name": "Ticket",
                "description": "Two at once",
                "partner_id": self.get(env, "res.partner")[0].id,
                "company_id": env.ref("base.main_company").id,
            }
        )
        self.ids.setdefault("helpdesk.ticket", []).append(ticket.id)
        return ticket

    def make_pack(self, env, quantity):
        account = self.get(env, "support.account")
        pack = env["support.pack"].create(
            {
                "name": f"Pack of {quantity}",
                "account_id": account.id,
                "company_id": account.company_id.id,
                "unit": account.unit,
                "granted": quantity,
            }
        )
        pack._activate()
        return pack

    def make_order(self, env, partner):
        order = env["sale.order"].create(
            {
                "partner_id": partner.id,
                "company_id": env.ref("base.main_company").id,
                "order_line": [
                    Command.create({"product_id": self.get(env, "product.product").id})
                ],
            }
        )
        self.ids.setdefault("sale.order", []).append(order.id)
        return order

    def delete_all(self):
        """Leave the database as it was, the ledger included."""
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            cr.execute(f"SET LOCAL {MAINTENANCE_SETTING} = 'on'")
            accounts = env["support.account"].search(
                [("policy_id", "in", self.ids["support.policy"])]
            )
            for query in (
                "DELETE FROM support_ledger_entry WHERE pack_id IN "
                "(SELECT id FROM support_pack WHERE account_id IN %s)",
                "DELETE FROM support_work WHERE account_id IN %s",
                "DELETE FROM support_charge WHERE account_id IN %s",
                "DELETE FROM support_pack WHERE account_id IN %s",
            ):
                cr.execute(SQL(query, tuple(accounts.ids)))
            env.invalidate_all()
            self.get(env, "helpdesk.ticket").unlink()
            orders = env["sale.order"].browse(self.ids.get("sale.order"))
            orders._action_cancel()
            orders.unlink()
            accounts.unlink()
            self.get(env, "product.product").product_tmpl_id.unlink()
            self.get(env, "support.policy").request_type_ids.unlink()
            self.get(env, "support.policy").unlink()
            self.get(env, "res.partner").unlink()

    def commit(self, function):
        """Run a function in a transaction of its own and return its result."""
        with self.registry.cursor() as cr:
            return function(api.Environment(cr, SUPERUSER_ID, {}))

    # === TWO AT ONCE === #

    def run_at_once(self, *functions):
        """Run each function in a thread and a transaction of its own.

        All have their snapshot before one of them begins.

        :return: how often each of them was tried
        """
        barrier = threading.Barrier(len(functions), timeout=PATIENCE)
        tries = [0] * len(functions)
        failures = []

        def run(number, function):
            def attempt():
                env.cr.execute("SELECT count(*) FROM support_charge")
                tries[number] += 1
                if tries[number] == 1:
                    barrier.wait()
                return function(env)

            try:
                with self.registry.cursor() as cr:
                    env = api.Environment(cr, SUPERUSER_ID, {})
                    retrying(attempt, env)
            except Exception as error:
                barrier.abort()
                failures.append(error)

        threads = [
            threading.Thread(target=run, args=arguments, daemon=True)
            for arguments in enumerate(functions)
        ]
        with (
            # This thread holds the registry's lock while tests run.
            patch.object(Registry, "_lock", DummyRLock()),
            mute_logger("odoo.sql_db", "odoo.service.model"),
        ):
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(PATIENCE)
        if failures:
            raise failures[0]
        self.assertFalse(any(t.is_alive() for t in threads), "A thread hangs")
        return tries

    def log(self, minutes, ticket_number=0):
        """Return a function that logs work on one of the committed tickets."""

        def log(env):
            env["support.work"].create(
                {
                    "ticket_id": self.ids["helpdesk.ticket"][ticket_number],
                    "minutes": minutes,
                    "name": f"{minutes} minutes",
                }
            )

        return log

    def assert_one_retried(self, tries):
        self.assertEqual(sorted(tries), [1, 2], "One passes, the other is run again")

    def read_charges(self):
        """Return ``(quantity, covered, uncovered)`` of the charges, by ticket."""
        return self.commit(
            lambda env: [
                (charge.quantity, charge.covered, charge.uncovered)
                for charge in self.get(env, "helpdesk.ticket").support_charge_ids
            ]
        )

    # === TESTS === #

    def test_two_debits_of_60_on_one_pack_of_60_are_covered_once(self):
        pack_id = self.commit(lambda env: self.make_pack(env, 60).id)
        self.commit(lambda env: self.make_ticket(env).id)
        tries = self.run_at_once(self.log(60), self.log(60, ticket_number=1))
        self.assert_one_retried(tries)
        self.assertEqual(sorted(self.read_charges()), [(60, 0, 60), (60, 60, 0)])

        def check(env):
            pack = env["support.pack"].browse(pack_id)
            self.assertEqual((pack.balance, pack.state), (0, "exhausted"))
            self.assertEqual(sum(pack.entry_ids.mapped("quantity")), 0)
            self.assertEqual(sorted(pack.entry_ids.mapped("sequence")), [1, 2])

        self.commit(check)

    def test_two_works_that_the_minimum_absorbs_are_both_charged(self):
        """Each alone finds 60 charged and nothing due; together they are 65."""
        self.commit(lambda env: self.make_pack(env, 600).id)
        self.commit(self.log(5))
        tries = self.run_at_once(self.log(20), self.log(40))
        self.assert_one_retried(tries)
        self.assertEqual(self.read_charges(), [(65, 65, 0)])
        revision = self.commit(
            lambda env: self.get(env, "helpdesk.ticket").support_charge_id.revision
        )
        self.assertEqual(revision, 3, "Each took the row, even with nothing due")

    def test_two_first_works_make_one_charge(self):
        self.commit(lambda env: self.make_pack(env, 600).id)
        tries = self.run_at_once(self.log(25), self.log(40))
        self.assert_one_retried(tries)
        self.assertEqual(self.read_charges(), [(65, 65, 0)])

    def test_work_logged_while_another_resolves_is_charged(self):
        """Before the resolution there is no charge whose row both could write."""
        self.commit(lambda env: self.make_pack(env, 600).id)
        self.commit(
            lambda env: self.get(env, "support.policy").write(
                {"debit_on": "resolution"}
            )
        )
        self.commit(self.log(70))

        def solve(env):
            done = env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done")
            self.get(env, "helpdesk.ticket").stage_id = done

        tries = self.run_at_once(self.log(30), solve)
        self.assert_one_retried(tries)
        self.assertEqual(self.read_charges(), [(100, 100, 0)])

    def test_same_work_given_back_twice_returns_once(self):
        pack_id = self.commit(lambda env: self.make_pack(env, 600).id)
        self.commit(self.log(90))

        def make_free(env):
            works = self.get(env, "helpdesk.ticket").support_work_ids
            works.write({"billable": False})

        tries = self.run_at_once(make_free, make_free)
        self.assert_one_retried(tries)
        balance = self.commit(lambda env: env["support.pack"].browse(pack_id).balance)
        self.assertEqual(balance, 600)

    def test_two_payments_at_once_make_and_grant_one_pack(self):
        def make_unsynchronised_order(env):
            order = self.make_order(env, self.get(env, "res.partner"))
            env.flush_all()
            env.cr.execute(
                "UPDATE sale_order SET state = 'sale' WHERE id = %s", [order.id]
            )
            env.cr.execute(
                "UPDATE sale_order_line SET state = 'sale' WHERE order_id = %s",
                [order.id],
            )

        self.commit(make_unsynchronised_order)

        def synchronise(env):
            self.get(env, "sale.order").order_line._sync_support_packs()

        tries = self.run_at_once(synchronise, synchronise)
        self.assert_one_retried(tries)

        def check(env):
            packs = self.get(env, "sale.order").order_line.support_pack_ids
            self.assertEqual(packs.mapped("balance"), [60])
            self.assertEqual(packs.entry_ids.mapped("entry_type"), ["grant"])

        self.commit(check)

    def test_two_orders_of_a_new_client_open_one_account(self):
        def make_orders(env):
            client = env["res.partner"].create({"name": "New", "is_company": True})
            self.ids["res.partner"] += client.ids
            self.make_order(env, client)
            self.make_order(env, client)

        self.commit(make_orders)

        def confirm(number):
            return lambda env: self.get(env, "sale.order")[number].action_confirm()

        self.run_at_once(confirm(0), confirm(1))

        def check(env):
            packs = self.get(env, "sale.order").order_line.support_pack_ids
            self.assertEqual(packs.mapped("balance"), [60, 60])
            self.assertEqual(len(packs.account_id), 1)
            client = self.get(env, "res.partner")[-1]
            self.assertEqual(packs.account_id, client.support_account_ids)

        self.commit(check)

    def test_two_starts_of_one_timer_start_it_once(self):
        def start(env):
            self.get(env, "helpdesk.ticket").action_support_start_work()

        tries = self.run_at_once(start, start)
        self.assert_one_retried(tries)
        timers = self.commit(
            lambda env: len(self.get(env, "helpdesk.ticket").support_timer_ids)
        )
        self.assertEqual(timers, 1)

    def test_two_stops_of_one_timer_log_it_once(self):
        self.commit(
            lambda env: self.get(env, "helpdesk.ticket").action_support_start_work()
        )

        def make_wizard(env):
            timer = self.get(env, "helpdesk.ticket").support_timer_ids
            values = {"timer_id": timer.id, "minutes": 5, "name": "Work"}
            return env["support.timer.stop"].create(values).id

        wizards = [self.commit(make_wizard) for _number in range(2)]

        def stop(number):
            def log(env):
                env["support.timer.stop"].browse(wizards[number]).action_log()

            return log

        tries = self.run_at_once(stop(0), stop(1))
        self.assert_one_retried(tries)
        minutes = self.commit(
            lambda env: self.get(env, "helpdesk.ticket").support_work_ids.mapped(
                "minutes"
            )
        )
        self.assertEqual(minutes, [5])

    def test_a_client_is_asked_once_by_two_clicks_at_once(self):
        self.commit(
            lambda env: self.get(env, "product.product").write(
                {"support_grant_on": "paid"}
            )
        )

        def ask(env):
            self.get(env, "helpdesk.ticket").action_support_ask_to_buy()

        def count(env):
            bodies = self.get(env, "helpdesk.ticket").message_ids.mapped("body")
            return sum("Pack of 60" in body for body in bodies)

        tries = self.run_at_once(ask, ask)
        self.assert_one_retried(tries)
        self.assertEqual(self.commit(count), 1)
