"""Two clicks at once, on two connections: one dispute, one request, one decision."""

from odoo import SUPERUSER_ID, api
from odoo.exceptions import UserError
from odoo.tests import tagged

from . import test_concurrency


# Of the base only the helpers: Odoo runs the tests of a class, not inherited ones.
@tagged("post_install", "-at_install")
class TestDisputeConcurrency(test_concurrency.TestConcurrency):
    def setUp(self):
        super().setUp()
        self.commit(self.prepare)

    def prepare(self, env):
        env["support.policy"].browse(self.ids["support.policy"]).write(
            {"refund_days": 15, "allow_disputes": True}
        )
        env["support.request.type"].search(
            [("policy_id", "in", self.ids["support.policy"])]
        ).minimum = 0
        self.get(env, "product.product").support_grant_on = "confirmed"
        order = self.make_order(env, self.get(env, "res.partner"))
        order.action_confirm()
        ticket = self.get(env, "helpdesk.ticket")
        work = env["support.work"].create(
            {"ticket_id": ticket.id, "minutes": 20, "name": "Work"}
        )
        self.ids["support.work"] = work.ids
        self.ids["support.pack"] = order.order_line.support_pack_ids.ids

    def delete_all(self):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            works = env["support.work"].browse(self.ids.get("support.work", []))
            env["support.dispute"].search([("work_id", "in", works.ids)]).unlink()
            packs = env["support.pack"].browse(self.ids.get("support.pack", []))
            packs.refund_id = False
            env["support.refund"].search([("pack_id", "in", packs.ids)]).unlink()
        return super().delete_all()

    def attempt(self, verb, problems):
        """Return a function for a transaction that keeps what it is told."""

        def run(env):
            try:
                verb(env)
            except UserError as problem:
                problems.append(str(problem))

        return run

    def test_two_clicks_open_one_dispute(self):
        problems = []

        def dispute(env):
            self.get(env, "support.work")._dispute("It was five minutes")

        click = self.attempt(dispute, problems)
        tries = self.run_at_once(click, click)
        self.assert_one_retried(tries)
        self.assertEqual(len(problems), 1)
        count = self.commit(lambda env: len(self.get(env, "support.work").dispute_ids))
        self.assertEqual(count, 1)

    def test_two_managers_give_the_minutes_back_once(self):
        self.commit(
            lambda env: self.get(env, "support.work")._dispute("Too long") and None
        )
        problems = []

        def accept(env):
            self.get(env, "support.work").dispute_ids._accept(5)

        click = self.attempt(accept, problems)
        tries = self.run_at_once(click, click)
        self.assert_one_retried(tries)
        self.assertEqual(len(problems), 1)
        pack = self.commit(lambda env: self.get(env, "support.pack").balance)
        self.assertEqual(pack, 45)

    def test_two_clicks_ask_for_one_refund_and_two_managers_approve_it_once(self):
        def invoice(env):
            invoice = self.get(env, "sale.order")._create_invoices()
            invoice.action_post()
            self.ids["account.move"] = invoice.ids

        self.commit(invoice)
        problems = []

        def ask(env):
            self.get(env, "support.pack")._request_refund("")

        click = self.attempt(ask, problems)
        tries = self.run_at_once(click, click)
        self.assert_one_retried(tries)
        self.assertEqual(len(problems), 1)

        def approve(env):
            self.get(env, "support.pack").refund_ids.action_approve()

        click = self.attempt(approve, problems)
        tries = self.run_at_once(click, click)
        self.assert_one_retried(tries)
        self.assertEqual(len(problems), 2)

        def check(env):
            pack = self.get(env, "support.pack")
            [refund] = pack.refund_ids
            self.assertEqual(len(refund.credit_note_ids), 1)
            self.assertEqual((pack.state, pack.balance), ("refunded", 0))
            refund.credit_note_ids.unlink()
            moves = env["account.move"].browse(self.ids["account.move"])
            moves.button_draft()
            moves.unlink()

        self.commit(check)
