"""The golden table of the five businesses: its rows for packs, credits and minutes.

What urgency and quotas add has its rows in support_urgency.
"""

from odoo.fields import Date
from odoo.tests import tagged

from .common import (
    SupportPacksCommon,
    make_credits_policy,
    make_policy,
    make_type,
)


@tagged("post_install", "-at_install")
class TestGolden(SupportPacksCommon):
    chart = False

    def assert_total(self, ticket, minutes, total):
        for one in minutes:
            self.log(ticket, one)
        if self.policy.debit_on == "resolution":
            self.solve(ticket)
        self.assert_charge(ticket, covered=total)

    def test_hours_bono_entries_on_one_ticket(self):
        pack = self.make_pack(1800)
        for minutes, total in (((25, 12), 60), ((25, 12, 43), 80)):
            before = pack.balance
            self.assert_total(self.make_ticket(), minutes, total)
            self.assertEqual(pack.balance, before - total)
        self.assert_sound(pack)

    def test_hours_bono_each_entry_adds_60_0_and_20(self):
        self.make_pack(1800)
        ticket = self.make_ticket()
        added = [self.log(ticket, minutes).charged for minutes in (25, 12, 43)]
        self.assertEqual(added, [60, 0, 20])

    def test_hours_bono_70_left_in_an_old_bono_and_a_new_one(self):
        today = Date.context_today(self.env.user)
        old = self.make_pack(70, day=Date.subtract(today, months=2))
        new = self.make_pack(3000)
        self.assert_total(self.make_ticket(), (100,), 100)
        self.assertEqual((old.balance, new.balance), (0, 3000 - 30))
        self.assert_sound(old | new)

    def make_credits(self):
        """Have the client count credits as the seed does [001]."""
        self.policy = make_credits_policy(self.env, self.company)
        self.account = self.make_account(self.make_client("Credits"), self.policy)

    def make_credit_ticket(self, request_type):
        return self.make_ticket(
            self.account.partner_id, support_request_type_id=request_type.id
        )

    def test_credits_by_type(self):
        self.make_credits()
        pack = self.make_pack(480, months=0, account=self.account)
        consultation = self.policy.request_type_ids
        intervention = make_type(
            self.env, self.policy, "Intervention", minimum=60, block=15
        )
        update = make_type(self.env, self.policy, "Update", flat_quantity=60)
        rows = [
            (consultation, 7, 15),
            (consultation, 16, 30),
            (consultation, 45, 45),
            (intervention, 20, 60),
            (intervention, 60, 60),
            (intervention, 70, 75),
            (update, 180, 60),
        ]
        for request_type, minutes, total in rows:
            with self.subTest(type=request_type.name, minutes=minutes):
                ticket = self.make_credit_ticket(request_type)
                self.assert_total(ticket, (minutes,), total)
        self.assertEqual(pack.balance, 480 - sum(row[2] for row in rows))
        self.assert_sound(pack)

    def test_credits_registration_pack_is_drawn_before_the_recharge(self):
        self.make_credits()
        recharge = self.make_pack(60, months=0, account=self.account)
        registration = self.make_pack(20, months=12, account=self.account)
        ticket = self.make_credit_ticket(self.policy.request_type_ids)
        self.assert_total(ticket, (45,), 45)
        self.assertEqual((registration.balance, recharge.balance), (0, 60 - 25))

    def make_minutes(self):
        """Have the client count plain minutes [002]."""
        self.policy = make_policy(self.env, self.company, "Minutes", minimum=0)
        self.account = self.make_account(self.make_client("Minutes"), self.policy)
        return self.make_pack(
            720, account=self.account, kind="last_use", amount=540, months=12
        )

    def test_minutes_entries_of_1_4_and_10(self):
        pack = self.make_minutes()
        ticket = self.make_ticket(self.account.partner_id)
        self.assert_total(ticket, (1, 4, 10), 15)
        self.assertEqual(pack.balance, 720 - 15)

    def test_minutes_30_of_720_used_go_back_to_the_same_pack(self):
        pack = self.make_minutes()
        self.assertEqual(pack.unit_price, 0.75)
        ticket = self.make_ticket(self.account.partner_id)
        self.assert_total(ticket, (690,), 690)
        disputed = self.log(ticket, 30)
        self.assertEqual((pack.balance, pack.state), (0, "exhausted"))
        later = self.make_pack(240, account=self.account, kind="last_use")
        disputed.billable = False
        self.assert_charge(ticket, covered=690)
        self.assertEqual((pack.balance, pack.state), (30, "active"))
        self.assertEqual(later.balance, 240)
        self.assert_sound(pack | later)
