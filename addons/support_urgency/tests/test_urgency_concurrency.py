"""Accepting, cancelling and logging work at once, on real connections."""

from odoo.tests import tagged
from odoo.tools import SQL

from odoo.addons.support_packs.tests import test_concurrency

LONG_AGO = "2026-03-03 10:00:00"


# Of the base only the helpers: Odoo runs the tests of a class, not inherited ones.
@tagged("post_install", "-at_install")
class TestUrgencyConcurrency(test_concurrency.TestConcurrency):
    def setUp(self):
        super().setUp()
        self.commit(self.offer)

    def offer(self, env):
        self.get(env, "support.policy").urgent_percent = 50
        self.make_pack(env, 1800)

    def delete_all(self):  # pylint: disable=missing-return
        with self.registry.cursor() as cr:
            for table in ("support_urgency_consent", "support_urgency_link"):
                cr.execute(
                    SQL(
                        "DELETE FROM %s WHERE ticket_id IN %s",
                        SQL.identifier(table),
                        tuple(self.ids["helpdesk.ticket"]),
                    )
                )
        super().delete_all()

    def accept(self, env):
        """Accept as of long ago: whatever is logged meanwhile is urgent."""
        self.get(env, "helpdesk.ticket")._accept_support_urgency(
            {
                "partner_id": self.get(env, "res.partner").id,
                "channel": "portal",
                "evidence": "Two at once",
                "percent": 50,
                "accepted_at": LONG_AGO,
            }
        )

    def cancel(self, env):
        ticket = self.get(env, "helpdesk.ticket")
        ticket._cancel_support_urgency("not_main", "It works", env.user)

    def count_consents(self, env):
        return len(self.get(env, "helpdesk.ticket").support_consent_ids)

    def test_two_clicks_make_one_consent(self):
        self.assert_one_retried(self.run_at_once(self.accept, self.accept))
        self.assertEqual(self.commit(self.count_consents), 1)

    def test_the_first_work_while_the_client_accepts(self):
        self.assert_one_retried(self.run_at_once(self.accept, self.log(20)))
        self.assertEqual(self.read_charges(), [(90, 90, 0)])

    def test_further_work_while_the_client_accepts(self):
        self.commit(self.log(10))
        self.assert_one_retried(self.run_at_once(self.log(10), self.accept))
        self.assertEqual(self.read_charges(), [(90, 90, 0)])

    def test_work_while_staff_cancels(self):
        self.commit(self.accept)
        self.commit(self.log(80))
        self.assert_one_retried(self.run_at_once(self.log(10), self.cancel))
        self.assertEqual(self.read_charges(), [(90, 90, 0)])

    def test_the_client_takes_it_back_while_work_is_logged(self):
        """Whoever comes second sees the other: never free work, never a surcharge."""
        self.commit(self.accept)
        self.assert_one_retried(self.run_at_once(self.cancel, self.log(20)))
        self.assertEqual(self.read_charges(), [(60, 60, 0)])
