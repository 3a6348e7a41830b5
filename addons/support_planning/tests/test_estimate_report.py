"""How near estimates came, and what reading them costs."""

from odoo.tests import tagged

from odoo.addons.support_packs.tests.common import make_type
from odoo.addons.support_packs.tests.test_query_counts import QueryCountCommon

from .common_estimate import EstimateMixin

FEW, MANY = 5, 20


@tagged("post_install", "-at_install")
class TestEstimateReport(EstimateMixin, QueryCountCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_people()
        cls.anna = cls.portal_user
        cls.make_pack(100_000)

    def close(self, minutes, done, user, **values):
        """Return a closed ticket with an estimate and the work that it took."""
        ticket = self.make_ticket(self.contact, user_id=user.id, **values)
        self.accept(self.estimate(ticket, minutes))
        if done:
            self.log(ticket, done)
        self.log(ticket, 500, billable=False)
        self.solve(ticket)
        return ticket

    def test_by_technician_and_request_type(self):
        other = make_type(self.env, self.policy, "Upgrade", minimum=0)
        self.close(100, 120, self.technician)
        self.close(100, 60, self.technician)
        self.close(50, 50, self.technician, support_request_type_id=other.id)
        self.close(60, 0, self.colleague)
        still_open = self.make_ticket(self.contact, user_id=self.technician.id)
        self.accept(self.estimate(still_open, 60))
        rejected = self.make_ticket(self.contact, user_id=self.technician.id)
        estimate = self.estimate(rejected, 60)
        estimate.with_user(self.anna).action_reject("No")
        self.solve(rejected)
        cancelled = self.make_ticket(self.contact, user_id=self.colleague.id)
        self.accept(self.estimate(cancelled, 60))
        cancelled.stage_id = self.env.ref(
            "helpdesk_mgmt.helpdesk_ticket_stage_cancelled"
        )
        self.assertTrue(cancelled.closed)
        reports = self.env["support.estimate.report"].with_user(self.manager)
        rows = reports._read_group(
            [("company_id", "=", self.company.id)],
            ["user_id", "request_type_id"],
            [
                "ticket_count:sum",
                "minutes:sum",
                "done_minutes:sum",
                "difference:sum",
                "percent:avg",
                "off_percent:avg",
                "exceeded:sum",
            ],
        )
        found = {(user, kind): rest for user, kind, *rest in rows}
        standard = self.request_type
        self.assertEqual(
            found,
            {
                (self.technician, standard): [2, 200, 180, -20, 90.0, 30.0, 1],
                (self.technician, other): [1, 50, 50, 0, 100.0, 0.0, 0],
                (self.colleague, standard): [1, 60, 0, -60, 0.0, 100.0, 0],
            },
        )

    def test_only_the_version_that_holds_counts(self):
        ticket = self.make_ticket(self.contact)
        self.accept(self.estimate(ticket, 60))
        last = self.accept(self.estimate(ticket, 90))
        self.log(ticket, 80)
        self.solve(ticket)
        row = self.env["support.estimate.report"].search(
            [("ticket_id", "=", ticket.id)]
        )
        self.assertEqual((row.estimate_id, row.versions), (last, 2))
        self.assertEqual((row.minutes, row.done_minutes), (90, 80))

    # === QUERIES === #

    def make_rows(self):
        tickets = self.env["helpdesk.ticket"]
        for number in range(MANY):
            ticket = self.make_ticket(self.contact)
            if number % 2:
                self.accept(self.estimate(ticket, 60))
                self.log(ticket, 70)
            else:
                self.estimate(ticket, 60)
            tickets |= ticket
        return tickets

    def count(self, records, names):
        numbers = []
        specification = {name: {} for name in names}
        # As a list finds them: what leads to them is not in the cache.
        for found in (records[:FEW], records.browse(records.ids)):
            found.web_read(specification)
            with self.counted() as queries:
                found.web_read(specification)
            numbers.append(queries.number)
        return numbers

    def test_lists_cost_the_same_however_long(self):
        tickets = self.make_rows().with_user(self.technician)
        names = [
            "support_estimate_text",
            "support_estimate_state",
            "support_estimate_count",
            "support_accepted_at",
            "support_needs_estimate",
        ]
        self.assertEqual(*self.count(tickets, names))
        estimates = tickets.support_estimate_ids
        names = ["display_name", "minutes", "state", "account_id", "accepted_by"]
        self.assertEqual(*self.count(estimates, names))

    def test_work_costs_nothing_more_without_an_estimate(self):
        plain = self.make_ticket(self.contact)
        self.log(plain, 10)
        accepted = self.make_ticket(self.contact)
        self.accept(self.estimate(accepted, 600))
        self.log(accepted, 10)
        numbers = []
        for ticket in (plain, accepted):
            with self.counted() as queries:
                self.log(ticket, 70)
            numbers.append(queries.number)
        self.assertLessEqual(numbers[1], numbers[0] + 3)
