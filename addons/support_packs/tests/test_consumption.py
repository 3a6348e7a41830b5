from datetime import date, datetime

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import SupportPacksCommon, make_credits_policy


@tagged("post_install", "-at_install")
class TestConsumption(SupportPacksCommon):
    """The analysis adds up to the ledger, however it is cut."""

    chart = False

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_people()
        cls.account = cls.make_account()
        cls.pack = cls.make_pack(
            300, day=date(2026, 1, 1), product_id=cls.pack_product.id
        )
        cls.ticket = cls.make_ticket(user_id=cls.manager.id)
        for user, minutes, day in (
            (cls.technician, 25, 5),
            (cls.colleague, 12, 6),
            (cls.technician, 43, 7),
        ):
            cls.log(cls.ticket, minutes, datetime(2026, 3, day, 9), user_id=user.id)
        cls.log(
            cls.ticket,
            30,
            datetime(2026, 3, 8, 9),
            user_id=cls.colleague.id,
            billable=False,
        )

    def report(self, user=None):
        return self.env["support.consumption.report"].with_user(user or self.env.user)

    def sums(self, groupby, measure="charged", user=None, **domain):
        domain = [(name, "=", value) for name, value in domain.items()]
        domain.append(("company_id", "=", self.company.id))
        rows = self.report(user)._read_group(domain, [groupby], [f"{measure}:sum"])
        return {key: value for key, value in rows if value}

    def assert_adds_up(self):
        """The analysis holds what the ledger and the charges hold, to the unit."""
        entries = self.env["support.ledger.entry"].search(
            [
                ("company_id", "=", self.company.id),
                ("entry_type", "in", ("usage", "return")),
            ]
        )
        charges = self.env["support.charge"].search(
            [("company_id", "=", self.company.id)]
        )
        for unit in ("minute", "credit", "ticket"):
            of_unit = [("company_id", "=", self.company.id), ("unit", "=", unit)]
            rows = self.report().search(of_unit)
            posted = -sum(
                entries.filtered(lambda e, u=unit: e.unit == u).mapped("quantity")
            )
            counted = charges.filtered(lambda c, u=unit: c.unit == u)
            self.assertEqual(sum(rows.mapped("covered")), posted)
            self.assertEqual(
                sum(rows.mapped("covered")), sum(counted.mapped("covered"))
            )
            self.assertEqual(
                sum(rows.mapped("uncovered")), sum(counted.mapped("uncovered"))
            )
            self.assertEqual(
                sum(rows.mapped("charged")), sum(counted.mapped("quantity"))
            )
        works = self.env["support.work"].search(
            [("company_id", "=", self.company.id), ("account_id", "!=", False)]
        )
        mine = [("company_id", "=", self.company.id)]
        rows = self.report().search(mine)
        self.assertEqual(sum(rows.mapped("minutes")), sum(works.mapped("minutes")))
        self.assertEqual(len(set(rows.ids)), len(rows), "ids are not unique")

    def test_units_are_shared_by_the_billable_minutes(self):
        """80 units; 68 of 80 minutes are the technician's, 12 the colleague's."""
        by_user = self.sums("user_id")
        self.assertEqual(by_user, {self.technician: 68, self.colleague: 12})
        self.assert_adds_up()

    def test_shares_of_odd_numbers_add_up(self):
        ticket = self.make_ticket()
        for user in (self.technician, self.colleague, self.manager):
            self.log(ticket, 7, datetime(2026, 4, 1, 9), user_id=user.id)
        of_ticket = self.sums("user_id", ticket_id=ticket.id)
        self.assertEqual(sum(of_ticket.values()), 60)
        self.assertEqual(set(of_ticket.values()), {20})
        self.log(ticket, 41, datetime(2026, 4, 2, 9), user_id=self.manager.id)
        self.assertEqual(sum(self.sums("user_id", ticket_id=ticket.id).values()), 62)
        self.assert_adds_up()

    def test_without_billable_work_the_assignee_has_it(self):
        ticket = self.make_ticket(user_id=self.colleague.id)
        ticket.support_typed_units = 75
        ticket.action_support_post_charge()
        self.assertEqual(
            self.sums("user_id", ticket_id=ticket.id), {self.colleague: 75}
        )
        self.assert_adds_up()

    def test_corrections_are_taken_off(self):
        self.ticket.support_work_ids.filtered("billable")[:1].unlink()
        self.assertEqual(sum(self.sums("user_id").values()), 60)
        self.assert_adds_up()

    def test_what_no_pack_covers_is_told_apart(self):
        ticket = self.make_ticket()
        self.log(ticket, 250, datetime(2026, 5, 2, 9), user_id=self.technician.id)
        self.assertEqual(self.sums("unit", "covered"), {"minute": 300})
        self.assertEqual(self.sums("unit", "uncovered"), {"minute": 30})
        self.assertEqual(self.sums("product_id", "covered"), {self.pack_product: 300})
        self.assert_adds_up()

    def test_work_is_counted_as_it_was_done(self):
        self.assertEqual(
            self.sums("user_id", "minutes"), {self.technician: 68, self.colleague: 42}
        )
        self.assertEqual(
            self.sums("user_id", "billable_minutes"),
            {self.technician: 68, self.colleague: 12},
        )

    def test_client_type_team_and_month_say_the_same(self):
        self.ticket.support_request_type_id = self.request_type
        for groupby, key in (
            ("partner_id", self.client),
            ("request_type_id", self.request_type),
            ("team_id", self.team),
            ("company_id", self.company),
            ("policy_id", self.policy),
            ("account_id", self.account),
            ("date:month", date(2026, 3, 1)),
        ):
            with self.subTest(groupby=groupby):
                self.assertEqual(self.sums(groupby), {key: 80})

    def test_months_are_those_of_the_company_whoever_reads(self):
        """22:30 UTC on 30 April is already May in Madrid."""
        self.log(self.make_ticket(), 70, datetime(2026, 4, 30, 22, 30))
        reader = self.report().with_context(tz="America/Los_Angeles")
        rows = reader._read_group(
            [("company_id", "=", self.company.id)], ["date:month"], ["charged:sum"]
        )
        self.assertIn((date(2026, 5, 1), 70), rows)

    def test_units_of_two_kinds_have_no_sum(self):
        policy = make_credits_policy(self.env, self.company, debit_on="work")
        other = self.make_client("Credits")
        self.make_pack(60, account=self.make_account(other, policy))
        self.log(self.make_ticket(other), 10)
        self.assertEqual(self.sums("unit"), {"minute": 80, "credit": 15})
        self.assertEqual(self.sums("partner_id"), {self.client: 80, other: 15})
        self.assertFalse(self.sums("company_id"))
        # Minutes of work are minutes, whatever they are charged in.
        self.assertEqual(self.sums("company_id", "minutes"), {self.company: 120})
        self.assert_adds_up()

    # === RIGHTS === #

    def test_technicians_see_as_much_as_of_the_tickets(self):
        own = self.make_user("own", "helpdesk_mgmt.group_helpdesk_user_own")
        self.log(self.make_ticket(), 70, user_id=own.id)
        self.assertEqual(self.sums("user_id", user=own), {own: 70})
        for user in (self.technician, self.manager, self.accountant):
            self.assertEqual(sum(self.sums("user_id", user=user).values()), 150)

    def test_team_members_see_their_team(self):
        member = self.make_user("member", "helpdesk_mgmt.group_helpdesk_user_team")
        other_team = self.env["helpdesk.ticket.team"].create(
            {"name": "Other", "company_id": self.company.id}
        )
        self.log(self.make_ticket(team_id=other_team.id), 70)
        self.assertFalse(self.sums("user_id", user=member))
        self.team.user_ids |= member
        self.assertEqual(sum(self.sums("user_id", user=member).values()), 80)

    def test_the_rest_sees_nothing(self):
        for user in (self.salesperson, self.employee, self.portal_user):
            with self.assertRaises(AccessError):
                self.sums("user_id", user=user)
        # Titles of tickets are for those who may open all of them.
        with self.assertRaises(AccessError):
            self.sums("ticket_id", user=self.accountant)

    def test_no_company_sees_another_one(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        policy = self.policy.copy({"company_id": other.id, "request_type_ids": []})
        stranger = self.make_client("Stranger")
        self.make_pack(60, account=self.make_account(stranger, policy))
        team = self.team.copy({"company_id": other.id})
        self.log(self.make_ticket(stranger, team_id=team.id), 70)
        rows = self.report(self.technician).search([])
        self.assertEqual(rows.company_id, self.company)

    def test_nobody_writes_it(self):
        with self.assertRaises(AccessError):
            self.report(self.manager).create({"charged": 1})

    def test_an_upgrade_has_nothing_to_rebuild(self):
        """No view stands on the ledger's columns, so none is in the way of a change."""
        self.env.cr.execute(
            "SELECT count(*) FROM pg_class WHERE relname = 'support_consumption_report'"
        )
        self.assertEqual(self.env.cr.fetchone()[0], 0)
