"""What urgency adds to what things cost in queries."""

from odoo import fields
from odoo.tests import tagged

from odoo.addons.support_packs.tests.test_query_counts import QueryCountCommon

from .common_urgency import UrgencyMixin
from .test_urgency_golden import make_anna

FEW, MANY = 5, 20


@tagged("post_install", "-at_install")
class TestUrgencyQueries(UrgencyMixin, QueryCountCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        make_anna(cls)
        cls.make_urgency()
        cls.make_pack(100_000)

    def count_work(self, ticket, minutes):
        with self.counted() as queries:
            self.log(ticket, minutes, date=fields.Datetime.now())
        return queries.number

    def test_a_debit_costs_one_query_more_when_it_is_urgent(self):
        tickets = [self.make_ticket() for _number in range(4)]
        for ticket in tickets[::2]:
            self.accept(ticket)
        for ticket in tickets[:2]:
            self.log(ticket, 10)
        urgent, calm = tickets[2:]
        for minutes in (70, 20):
            numbers = [self.count_work(ticket, minutes) for ticket in (urgent, calm)]
            self.assertLessEqual(numbers[0], numbers[1] + 1)

    def test_a_list_of_urgent_tickets_costs_the_same(self):
        tickets = self.env["helpdesk.ticket"]
        for _number in range(MANY):
            ticket = self.make_ticket()
            self.accept(ticket)
            tickets |= ticket
        specification = {
            "support_is_urgent": {},
            "support_urgent_label": {},
            "support_consent_id": {"fields": {"percent": {}}},
        }
        numbers = []
        for found in (tickets[:FEW], tickets):
            found.web_read(specification)
            with self.counted() as queries:
                found.web_read(specification)
            numbers.append(queries.number)
        self.assertEqual(*numbers)

    def test_the_page_of_an_urgent_ticket_costs_little_more(self):
        ticket = self.make_ticket(self.contact)
        reader = ticket.with_user(self.anna)
        with self.counted() as before:
            reader._get_support_portal_values()
        self.accept(ticket)
        with self.counted() as after:
            reader._get_support_portal_values()
        self.assertLessEqual(after.number, before.number + 4)
