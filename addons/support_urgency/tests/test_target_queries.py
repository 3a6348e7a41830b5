"""What targets cost in queries: a new ticket, an answer, closing, lists."""

from odoo.tests import tagged

from odoo.addons.support_packs.tests.test_query_counts import QueryCountCommon
from odoo.addons.support_packs.tests.view_specs import get_specification

from .common_target import TargetCommon

FEW, MANY = 5, 30
# On top of what a ticket without targets costs, from empty caches.
MOST_FOR_CREATION = 1
MOST_FOR_ANSWER = 5
MOST_FOR_CLOSING = 5


@tagged("post_install", "-at_install")
class TestTargetQueries(TargetCommon, QueryCountCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # As in the web client: with the history of the ticket, and without our rights.
        cls.technician_env = cls.env(
            user=cls.technician,
            context={"lang": "en_US", "allowed_company_ids": cls.company.ids},
        )

    def count(self, action, make):
        """Return the queries of an action on a ticket with targets, and on one without,
        by a server that has done such things before."""
        for priority in (self.p3, self.p1):
            ticket = make(priority)
            self.env.flush_all()
            self.env.invalidate_all()
            action(ticket)
        numbers = []
        for priority in (self.p3, self.p1):
            ticket = make(priority)
            with self.counted() as queries:
                action(ticket)
            numbers.append(queries.number)
        return numbers

    def test_a_new_ticket(self):
        def create(priority):
            self.env["helpdesk.ticket"].with_env(self.technician_env).create(
                {
                    "name": "Down",
                    "description": "All of it",
                    "partner_id": self.contact.id,
                    "team_id": self.team.id,
                    "support_priority_id": priority.id,
                }
            )

        plain, with_targets = self.count(create, lambda priority: priority)
        self.assertLessEqual(with_targets - plain, MOST_FOR_CREATION)

    def test_an_answer(self):
        def answer(ticket):
            ticket.with_env(self.technician_env).message_post(
                body="Words", message_type="comment", subtype_xmlid="mail.mt_comment"
            )

        plain, with_targets = self.count(answer, self.open_ticket)
        self.assertLessEqual(with_targets - plain, MOST_FOR_ANSWER)

    def test_a_further_answer(self):
        """Only whether the stage waits for the client is looked at."""

        def answer(ticket):
            ticket.with_env(self.technician_env).message_post(
                body="Words", message_type="comment", subtype_xmlid="mail.mt_comment"
            )

        def make(priority):
            ticket = self.open_ticket(priority)
            answer(ticket)
            return ticket

        plain, with_targets = self.count(answer, make)
        self.assertLessEqual(with_targets - plain, 1)

    def test_closing(self):
        def close(ticket):
            ticket.with_env(self.technician_env).stage_id = self.stage_done

        plain, with_targets = self.count(close, self.open_ticket)
        self.assertLessEqual(with_targets - plain, MOST_FOR_CLOSING)

    def test_work_that_debits_costs_nothing_more(self):
        self.make_pack(100_000)

        def log(ticket):
            self.env["support.work"].with_env(self.technician_env).create(
                {"ticket_id": ticket.id, "minutes": 70, "name": "Work"}
            )

        plain, with_targets = self.count(log, self.open_ticket)
        self.assertLessEqual(with_targets, plain)

    def test_lists_do_not_grow_with_their_rows(self):
        tickets = self.env["helpdesk.ticket"]
        for _number in range(MANY):
            tickets |= self.open_ticket()
        for name, ids in (
            ("helpdesk.ticket", tickets.ids),
            ("support.target", tickets.support_target_ids.ids[:MANY]),
            ("support.target.report", tickets.support_target_ids.ids[:MANY]),
        ):
            records = self.env[name].with_user(self.technician)
            specification = get_specification(records)
            numbers = []
            # Rules are read once in a server's life, but not for what is in the cache.
            self.env.invalidate_all()
            records.web_search_read([("id", "in", ids)], specification)
            for shown in (ids[:FEW], ids):
                domain = [("id", "in", shown)]
                records.web_search_read(domain, specification)
                with self.counted() as queries:
                    found = records.web_search_read(domain, specification)
                self.assertEqual(len(found["records"]), len(shown))
                numbers.append(queries.number)
            with self.subTest(name):
                self.assertEqual(numbers[0], numbers[1])
