"""Accepting, replacing and logging work at once, on real connections."""

from odoo.tests import tagged
from odoo.tools import SQL

from odoo.addons.support_packs.tests import test_concurrency


# Of the base only the helpers: Odoo runs the tests of a class, not inherited ones.
@tagged("post_install", "-at_install")
class TestEstimateConcurrency(test_concurrency.TestConcurrency):
    def setUp(self):
        super().setUp()
        self.ids["support.estimate"] = [self.commit(self.send(60))]

    def delete_all(self):  # pylint: disable=missing-return
        with self.registry.cursor() as cr:
            for table in ("support_terms_acceptance", "support_estimate"):
                column = "ticket_id" if table == "support_estimate" else "client_id"
                model = "helpdesk.ticket" if column == "ticket_id" else "res.partner"
                cr.execute(
                    SQL(
                        "DELETE FROM %s WHERE %s IN %s",
                        SQL.identifier(table),
                        SQL.identifier(column),
                        tuple(self.ids[model]),
                    )
                )
        super().delete_all()

    def send(self, minutes):
        def send(env):
            estimate = env["support.estimate"].create(
                {"ticket_id": self.ids["helpdesk.ticket"][0], "minutes": minutes}
            )
            estimate.action_send()
            return estimate.id

        return send

    def accept(self, env):
        """Accept as the page does; whatever is wrong is told, nothing fails."""
        estimate = self.get(env, "support.estimate")[0]
        estimate._accept_offer(
            estimate._get_offer().stamp,
            self.get(env, "res.partner")[0],
            "portal",
            "Two at once",
        )

    def reject(self, env):
        estimate = self.get(env, "support.estimate")[0]
        estimate._reject("Two at once", self.get(env, "res.partner")[0])

    def read_all(self):
        """Return ``[(minutes, state)]`` of the estimates, and what the ticket holds."""

        def read(env):
            ticket = self.get(env, "helpdesk.ticket")[0]
            estimates = ticket.support_estimate_ids.sorted("version")
            mails = env["mail.mail"].search_count(
                [("model", "=", "support.estimate"), ("res_id", "in", estimates.ids)]
            )
            return (
                [(one.minutes, one.state) for one in estimates],
                ticket.support_estimate_minutes,
                mails,
            )

        return self.commit(read)

    def test_two_clicks_accept_once(self):
        self.assert_one_retried(self.run_at_once(self.accept, self.accept))
        self.assertEqual(self.read_all()[:2], ([(60, "accepted")], 60))

    def test_accepting_while_it_is_replaced(self):
        """Whoever is second sees the other: what holds is what was accepted."""
        self.assert_one_retried(self.run_at_once(self.accept, self.send(90)))
        states, minutes, _mails = self.read_all()
        self.assertIn(
            (states, minutes),
            (
                ([(60, "accepted"), (90, "sent")], 60),
                ([(60, "expired"), (90, "sent")], 0),
            ),
        )

    def test_accepting_while_it_is_rejected(self):
        self.assert_one_retried(self.run_at_once(self.accept, self.reject))
        states, minutes, _mails = self.read_all()
        self.assertIn(
            (states, minutes), (([(60, "accepted")], 60), ([(60, "rejected")], 0))
        )

    def test_two_versions_at_once(self):
        self.assert_one_retried(self.run_at_once(self.send(70), self.send(80)))
        states = self.read_all()[0]
        self.assertEqual([state for _minutes, state in states].count("sent"), 1)
        self.assertEqual(len(states), 3)

    def test_two_works_that_use_it_up_together(self):
        self.commit(self.accept)
        self.assert_one_retried(self.run_at_once(self.log(40), self.log(40)))
        self.assertEqual(self.read_all()[0], [(60, "exceeded")])

    def test_two_works_where_nothing_is_counted(self):
        """No row of a charge, nor anybody else, says that the other is there."""
        self.commit(
            lambda env: env.cr.execute(
                "UPDATE support_policy SET unit = 'none' WHERE id = ANY(%s)",
                [self.ids["support.policy"]],
            )
        )
        self.commit(self.accept)
        self.assert_one_retried(self.run_at_once(self.log(40), self.log(40)))
        self.assertEqual(self.read_all()[0], [(60, "exceeded")])
