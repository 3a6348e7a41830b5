"""Two connections want the same slot: one gets it, the other one is told."""

from odoo import fields
from odoo.tests import tagged
from odoo.tools import SQL

from odoo.addons.support_packs.models.support_ledger_entry import MAINTENANCE_SETTING
from odoo.addons.support_packs.tests import test_concurrency

from .common import make_policy, make_priorities


@tagged("post_install", "-at_install")
class TestQuotaConcurrency(test_concurrency.TestConcurrency):
    def create_all(self, env):
        """Commit a client, a policy by tickets with P1 and P2, and two tickets."""
        company = env.ref("base.main_company")
        policy = make_policy(
            env,
            company,
            "Tickets of two connections",
            minimum=0,
            unit="ticket",
            debit_on="acceptance",
        )
        priorities = make_priorities(env, policy, count=2)
        client = env["res.partner"].create({"name": "Client", "is_company": True})
        account = env["support.account"]._find_or_open(client, company, policy)
        for record in (policy, priorities, client, account):
            self.ids[record._name] = record.ids
        self.ids["product.product"] = []
        for _number in range(2):
            ticket = self.make_ticket(env)
            ticket.support_priority_id = priorities[0]

    def delete_all(self):
        with self.registry.cursor() as cr:
            env = test_concurrency.api.Environment(
                cr, test_concurrency.SUPERUSER_ID, {}
            )
            cr.execute(f"SET LOCAL {MAINTENANCE_SETTING} = 'on'")
            account = tuple(self.ids["support.account"])
            for query in (
                "DELETE FROM support_ledger_entry WHERE pack_id IN "
                "(SELECT id FROM support_pack WHERE account_id IN %s)",
                "DELETE FROM support_charge WHERE account_id IN %s",
                "DELETE FROM support_pack_quota WHERE account_id IN %s",
                "DELETE FROM support_pack WHERE account_id IN %s",
            ):
                cr.execute(SQL(query, account))
            env.invalidate_all()
            self.get(env, "helpdesk.ticket").unlink()
            self.get(env, "support.account").unlink()
            self.get(env, "support.policy").request_type_ids.unlink()
            self.get(env, "support.policy").unlink()
            self.get(env, "res.partner").unlink()

    def make_quota_pack(self, env, granted=(1, 2)):
        """Commit a pack with slots of P1 and P2; more units than one priority has."""
        account = self.get(env, "support.account")
        pack = env["support.pack"].create(
            {
                "name": "Basic",
                "account_id": account.id,
                "company_id": account.company_id.id,
                "unit": "ticket",
                "granted": sum(granted),
                "quota_ids": [
                    fields.Command.create({"priority_id": priority, "granted": number})
                    for priority, number in zip(
                        self.ids["support.priority"], granted, strict=True
                    )
                ],
            }
        )
        pack._activate()
        return pack.id

    def admit(self, number):
        return lambda env: self.get(env, "helpdesk.ticket")[
            number
        ].action_support_admit()

    def prioritise(self, number, place):
        def write(env):
            ticket = self.get(env, "helpdesk.ticket")[number]
            ticket.support_priority_id = self.ids["support.priority"][place]

        return write

    def read_used(self):
        """Return what was used of P1 and P2, which the ledger has to say too."""

        def read(env):
            self.assertFalse(env["support.replay"]._find_suspect_quotas())
            quotas = self.get(env, "support.account").pack_ids.quota_ids
            return quotas.mapped("used")

        return self.commit(read)

    def test_two_tickets_want_the_last_slot(self):
        """The pack has enough for both: it is the slot that one of them misses."""
        self.commit(self.make_quota_pack)
        tries = self.run_at_once(self.admit(0), self.admit(1))
        self.assert_one_retried(tries)
        self.assertEqual(sorted(self.read_charges()), [(1, 0, 1), (1, 1, 0)])
        self.assertEqual(self.read_used(), [1, 0])

    def test_a_slot_that_moves_while_another_ticket_wants_it(self):
        """One ticket gives P1 back while the other one asks for it: it gets it, or it
        came too early; but nothing is served twice."""
        self.commit(self.make_quota_pack)
        self.commit(self.admit(0))
        self.run_at_once(self.prioritise(0, 1), self.admit(1))
        used = self.read_used()
        charges = self.read_charges()
        covered = sum(charge[1] for charge in charges)
        self.assertEqual(sum(used), covered)
        self.assertIn(used, ([1, 1], [0, 1]))

    def test_one_ticket_changes_its_priority_twice_at_once(self):
        self.commit(lambda env: self.make_quota_pack(env, granted=(2, 2)))
        self.commit(self.admit(0))
        tries = self.run_at_once(self.prioritise(0, 1), self.prioritise(0, 1))
        self.assert_one_retried(tries)
        self.assertEqual(self.read_used(), [0, 1])

    def test_admitted_while_the_priority_changes(self):
        """Before there is a charge, both write the ticket."""
        self.commit(lambda env: self.make_quota_pack(env, granted=(2, 2)))
        tries = self.run_at_once(self.prioritise(0, 1), self.admit(0))
        self.assert_one_retried(tries)
        self.assertEqual(self.read_used(), [0, 1])
