from datetime import date, datetime

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from .common import SupportPacksCommon

REPORT = "support_packs.report_support_statement"


@tagged("post_install", "-at_install")
class TestStatement(SupportPacksCommon):
    """Opening balance, movements and closing balance agree, whatever the period."""

    chart = False

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account = cls.make_account()
        cls.early = cls.make_pack(60, day=date(2026, 1, 10))
        cls.late = cls.make_pack(1800, day=date(2026, 3, 1))
        cls.ticket = cls.make_ticket()
        cls.log(cls.ticket, 25, datetime(2026, 3, 5, 9))
        cls.log(cls.ticket, 12, datetime(2026, 3, 6, 9))
        cls.log(cls.ticket, 43, datetime(2026, 4, 1, 9))

    def movements_of(self, statement):
        return [(line["quantity"], line["balance"]) for line in statement["lines"]]

    def test_the_whole_history_runs_from_nothing_to_the_balance(self):
        statement = self.account._get_statement()
        self.assertEqual(statement["opening"], {"minute": 0})
        self.assertEqual(
            self.movements_of(statement),
            [(60, 60), (1800, 1860), (-60, 1800), (-20, 1780)],
        )
        self.assertEqual(statement["closing"], {"minute": 1780})
        self.assertEqual(self.account.balance_minutes, 1780)

    def test_a_period_opens_with_what_was_there_before(self):
        statement = self.account._get_statement(date(2026, 3, 1), date(2026, 3, 31))
        self.assertEqual(statement["opening"], {"minute": 60})
        self.assertEqual(self.movements_of(statement), [(1800, 1860), (-60, 1800)])
        self.assertEqual(statement["added"], {"minute": 1800})
        self.assertEqual(statement["taken"], {"minute": 60})
        self.assertEqual(statement["closing"], {"minute": 1800})

    def test_one_period_closes_with_what_the_next_one_opens_with(self):
        for day in (date(2026, 1, 9), date(2026, 3, 5), date(2026, 4, 1)):
            before = self.account._get_statement(None, day)
            after = self.account._get_statement(
                date.fromordinal(day.toordinal() + 1), None
            )
            self.assertEqual(before["closing"], after["opening"])
            self.assertEqual(after["closing"], {"minute": 1780})

    def test_a_period_without_movements_keeps_the_balance(self):
        statement = self.account._get_statement(date(2026, 2, 1), date(2026, 2, 28))
        self.assertFalse(statement["lines"])
        self.assertEqual(statement["opening"], {"minute": 60})
        self.assertEqual(statement["closing"], {"minute": 60})

    def test_the_packs_add_up_to_the_closing_balance(self):
        for day in (date(2026, 2, 1), date(2026, 3, 5), date(2026, 12, 31)):
            statement = self.account._get_statement(None, day)
            left = sum(values["balance"] for values in statement["packs"])
            self.assertEqual({"minute": left}, statement["closing"])

    def test_a_pack_that_was_empty_all_the_time_is_left_out(self):
        statement = self.account._get_statement(date(2026, 4, 1), None)
        packs = [values["pack"] for values in statement["packs"]]
        self.assertEqual(packs, [self.late])

    def test_days_are_those_of_the_company_not_of_the_reader(self):
        """22:30 UTC on 9 May is already 10 May in Madrid, wherever one reads it."""
        self.log(self.ticket, 5, datetime(2026, 5, 9, 22, 30))
        reader = self.account.with_context(tz="America/Los_Angeles")
        day_before = reader._get_statement(date(2026, 5, 9), date(2026, 5, 9))
        same_day = reader._get_statement(date(2026, 5, 10), date(2026, 5, 10))
        self.assertEqual(self.movements_of(day_before), [])
        self.assertEqual(self.movements_of(same_day), [(-5, 1775)])

    def test_entries_of_one_moment_keep_the_order_in_which_they_were_written(self):
        other = self.make_client("Two Packs")
        account = self.make_account(other)
        packs = [self.make_pack(60, day=date(2026, 1, 1), account=account)]
        packs.append(self.make_pack(60, day=date(2026, 1, 1), account=account))
        ticket = self.make_ticket(other)
        self.log(ticket, 100, datetime(2026, 1, 2, 9))
        statement = account._get_statement()
        self.assertEqual(
            self.movements_of(statement), [(60, 60), (60, 120), (-60, 60), (-40, 20)]
        )

    def test_what_expires_is_taken(self):
        self.env["support.pack"].browse(self.late.id)._expire()
        statement = self.account._get_statement()
        self.assertEqual(statement["closing"], {"minute": 0})
        self.assertEqual(statement["lines"][-1]["entry"].entry_type, "expiry")

    def test_a_long_history_takes_no_more_queries(self):
        for _index in range(40):
            self.log(self.ticket, 1, datetime(2026, 4, 2, 9))
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(8):
            statement = self.account._get_statement()
        self.assertEqual(len(statement["lines"]), 44)

    # === THE PERIOD === #

    def test_a_period_is_read_from_text(self):
        parse = self.account._parse_statement_period
        self.assertEqual(
            parse("2026-03-01", "2026-03-31"), (date(2026, 3, 1), date(2026, 3, 31))
        )
        self.assertEqual(parse("", None), (None, None))

    def test_what_is_no_date_is_refused_by_name(self):
        parse = self.account._parse_statement_period
        for garbage in (
            "yesterday",
            "2026-02-30",
            "0001-01-01",
            "9999-12-31",
            ["x"],
            7,
        ):
            with self.assertRaisesRegex(ValidationError, "^From: "):
                parse(garbage, None)
            with self.assertRaisesRegex(ValidationError, "^To: "):
                parse(None, garbage)

    def test_a_period_that_ends_before_it_begins_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "^From, To: "):
            self.account._parse_statement_period("2026-03-02", "2026-03-01")

    # === THE DOCUMENT === #

    def render(self, account, user=None, **data):
        report = self.env["ir.actions.report"]
        if user:
            report = report.with_user(user)
        return report._render_qweb_html(REPORT, account.ids, data=data)[0].decode()

    def test_the_document_shows_the_numbers_of_the_statement(self):
        document = self.render(
            self.account, date_from="2026-03-01", date_to="2026-03-31"
        )
        for text in (
            "from 1 Mar 2026 to 31 Mar 2026",
            "1,800 min (30 h)",
            "25 min → minimum 60 min = 60 min, from Pack of 60",
            self.ticket.number,
        ):
            self.assertIn(text, document)
        self.assertNotIn("1,780", document)

    def test_the_document_names_company_and_client(self):
        document = self.render(self.account)
        self.assertIn(self.company.name, document)
        self.assertIn(self.client.name, document)
        self.assertIn("from the beginning to today", document)

    def test_a_client_prints_the_own_statement_only(self):
        client = self.make_user("anna", "base.group_portal", partner_id=self.contact.id)
        rival = self.make_account(self.make_client("Rival"))
        self.assertIn("1,780", self.render(self.account, client))
        with self.assertRaises(AccessError):
            self.render(rival, client)

    def test_an_employee_without_a_part_in_support_prints_none(self):
        technician = self.make_user("technician", "helpdesk_mgmt.group_helpdesk_user")
        employee = self.make_user("employee", "base.group_user")
        self.assertIn("1,780", self.render(self.account, technician))
        with self.assertRaises(AccessError):
            self.render(self.account, employee)

    def test_a_ticket_that_the_reader_may_not_open_is_not_named(self):
        technician = self.make_user("technician", "helpdesk_mgmt.group_helpdesk_user")
        self.ticket.name = "Very secret project"
        reader = self.make_user("own_only", "helpdesk_mgmt.group_helpdesk_user_own")
        self.ticket.user_id = technician
        self.assertIn("Very secret project", self.render(self.account, technician))
        self.assertNotIn("Very secret project", self.render(self.account, reader))
