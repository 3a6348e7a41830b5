"""Two connections: what the clock finds at once, with itself or with a debit."""

from odoo import SUPERUSER_ID, api
from odoo.tests import tagged

from . import test_concurrency


@tagged("post_install", "-at_install")
class TestAlertConcurrency(test_concurrency.TestConcurrency):
    """As two cron workers, or somebody who starts the action by hand meanwhile."""

    # Odoo's loader runs inherited tests once, in the class that defines them.

    def create_all(self, env):
        res = super().create_all(env)
        self.get(env, "support.policy").write(
            {"alert_thresholds": "50 %, 20 %", "balance_message": True}
        )
        self.get(env, "res.partner").email = "client@example.com"
        return res

    def delete_all(self):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            self.get_mails(env).unlink()
        return super().delete_all()

    def get_mails(self, env):
        """Return the mails to the client of the test."""
        client = self.get(env, "res.partner")[0]
        return env["mail.mail"].search([("recipient_ids", "in", client.ids)])

    def tell(self, env):
        self.get(env, "support.account")._tell_balance()

    def solve(self, env):
        done = env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done")
        # Without the mail of helpdesk_mgmt's own stage.
        self.get(env, "helpdesk.ticket").with_context(
            tracking_disable=True
        ).stage_id = done

    def count(self):
        """Return how many mails, alerts and messages there are."""

        def count(env):
            account = self.get(env, "support.account")
            return (
                len(self.get_mails(env)),
                len(account.balance_alert_ids),
                env["support.balance.message"].search_count(
                    [("account_id", "=", account.id)]
                ),
            )

        return self.commit(count)

    def test_two_that_find_the_same_threshold_tell_it_once(self):
        self.commit(lambda env: self.make_pack(env, 100).id)
        self.commit(self.log(90))
        tries = self.run_at_once(self.tell, self.tell)
        self.assert_one_retried(tries)
        self.assertEqual(self.count(), (1, 2, 0))

    def test_two_that_find_the_same_solved_ticket_tell_it_once(self):
        self.commit(lambda env: self.make_pack(env, 100).id)
        self.commit(self.log(70))
        self.commit(self.solve)
        tries = self.run_at_once(self.tell, self.tell)
        self.assert_one_retried(tries)
        self.assertEqual(self.count(), (1, 1, 1))

    def test_two_that_find_the_same_correction_tell_it_once(self):
        self.commit(lambda env: self.make_pack(env, 600).id)
        self.commit(self.log(70))
        self.commit(self.solve)
        self.commit(self.tell)
        self.commit(self.log(30))
        tries = self.run_at_once(self.tell, self.tell)
        self.assert_one_retried(tries)
        self.assertEqual(self.count(), (2, 0, 1))

    def test_debit_at_the_same_moment_is_neither_held_up_nor_missed(self):
        self.commit(lambda env: self.make_pack(env, 600).id)
        self.commit(self.log(70))
        tries = self.run_at_once(self.log(500, 0), self.tell)
        self.assertEqual(tries, [1, 1], "They write no row in common")
        moved = self.commit(
            lambda env: self.get(env, "support.account") in self.moved(env)
        )
        self.assertTrue(moved)
        self.commit(self.tell)
        self.assertEqual(self.count(), (1, 2, 0))
        self.assertNotIn(
            self.ids["support.account"][0],
            self.commit(lambda env: self.moved(env).ids),
        )

    def moved(self, env):
        return env["support.account"]._search_moved()
