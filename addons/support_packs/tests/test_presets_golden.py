"""The golden examples, on the support models as they are loaded and sold."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import SupportPacksCommon


@tagged("post_install", "-at_install")
class TestPresetsGolden(SupportPacksCommon):
    """Each pack is quoted, invoiced and paid; its company has loaded the model."""

    def begin(self, code):
        """Load a model into the company and take a new client."""
        self.records, _made = self.env["support.preset"]._load(code, self.company)
        # What sells, works and reads is not the superuser that loads.
        self.records = {key: one.sudo(False) for key, one in self.records.items()}
        self.policy = self.records["policy"]
        self.client = self.make_client(f"Client of {code}")

    def buy(self, code):
        """Sell a product of the model and return its pack, paid."""
        order = self.sell(self.records[f"product/{code}"], partner=self.client)
        self.pay(self.invoice(order))
        pack = order.order_line.support_pack_ids
        self.assertEqual(pack.state, "active")
        return pack

    def work(self, *minutes, kind=None):
        """Work on a new ticket of the model's team; solve it."""
        values = {"team_id": self.records["team"].id}
        if kind:
            values["support_request_type_id"] = self.records[f"type/{kind}"].id
        ticket = self.make_ticket(self.client, **values)
        for one in minutes:
            self.log(ticket, one)
        self.solve(ticket)
        return ticket

    def test_hours_bono(self):
        self.begin("hours_bono")
        pack = self.buy("bono_30")
        self.assertEqual((pack.balance, pack.unit_price * 60), (1800, 60))
        self.assert_charge(self.work(25, 12), covered=60)
        self.assert_charge(self.work(25, 12, 43), covered=80)
        self.assertEqual(pack.balance, 1800 - 140)
        self.assert_sound(pack)

    def test_hours_bono_70_left_in_an_old_bono_and_a_new_bono_50(self):
        self.begin("hours_bono")
        old = self.buy("bono_30")
        self.assert_charge(self.work(1730), covered=1730)
        new = self.buy("bono_50")
        self.assert_charge(self.work(100), covered=100)
        self.assertEqual((old.balance, new.balance), (0, 3000 - 30))

    def test_hours_bono_without_a_pack_is_invoiced_by_the_hour(self):
        self.begin("hours_bono")
        ticket = self.work(20)
        self.assert_charge(ticket, covered=0, uncovered=60, state="to_invoice")
        self.assertEqual(self.policy.overage_product_id.list_price, 75)

    def test_credits_recharge(self):
        self.begin("credits_recharge")
        pack = self.buy("recharge_480")
        self.assertFalse(pack.date_end, "Recharges do not expire")
        rows = [
            ("consultation", 7, 15),
            ("consultation", 16, 30),
            ("consultation", 45, 45),
            ("intervention", 20, 60),
            ("intervention", 60, 60),
            ("intervention", 70, 75),
            ("security_update", 180, 60),
        ]
        for kind, minutes, total in rows:
            with self.subTest(kind, minutes=minutes):
                self.assert_charge(self.work(minutes, kind=kind), covered=total)
        self.assertEqual(pack.balance, 480 - sum(row[2] for row in rows))

    def test_credits_something_special_forces_an_estimate(self):
        self.begin("credits_recharge")
        pack = self.buy("recharge_480")
        ticket = self.work(kind="security_update")
        ticket.support_check_ids = self.records["check/modified_core"]
        self.log(ticket, 180)
        self.solve(ticket)
        self.assert_charge(ticket, covered=180)
        self.assertEqual(pack.balance, 300)

    def test_credits_registration_pack_is_drawn_before_the_recharge(self):
        self.begin("credits_recharge")
        recharge = self.buy("recharge_60")
        registration = self.buy("registration")
        self.assertTrue(registration.date_end)
        self.assert_charge(self.work(40, kind="consultation"), covered=45)
        self.assertEqual((registration.balance, recharge.balance), (15, 60))
        self.assert_charge(self.work(45, kind="consultation"), covered=45)
        self.assertEqual((registration.balance, recharge.balance), (0, 60 - 30))

    def test_credits_by_telephone(self):
        self.begin("credits_recharge")
        self.buy("recharge_60")
        ticket = self.work(kind="consultation")
        self.log(ticket, 7, channel_id=self.records["channel/phone"].id)
        self.solve(ticket)
        self.assert_charge(ticket, covered=30)

    def test_minutes_pack(self):
        self.begin("minutes_pack")
        self.env["support.qualification"].create(
            {
                "partner_id": self.client.id,
                "policy_id": self.policy.id,
                "description": "A shop of ours",
            }
        ).action_approve()
        pack = self.buy("pack_4")
        self.assert_charge(self.work(1, 4, 10), covered=15)
        self.assertEqual(pack.balance, 240 - 15)
        larger = self.buy("pack_12")
        self.assertEqual(larger.unit_price, 0.75)

    def test_minutes_pack_begins_with_the_small_one(self):
        self.begin("minutes_pack")
        with self.assertRaisesRegex(UserError, "Client of minutes_pack"):
            self.buy("pack_4")

    def test_fair_use_costs_nothing(self):
        self.begin("fair_use")
        ticket = self.work(25)
        self.assertEqual(ticket.support_account_id.policy_id, self.policy)
        self.assertFalse(ticket.support_charge_id)
        self.assertEqual(
            ticket._explain_support_pending(), "This ticket costs you nothing."
        )

    def test_ticket_policy_uses_one_event_when_the_ticket_is_admitted(self):
        self.begin("ticket_policy")
        pack = self.buy("basic")
        self.assertEqual(pack.balance, 8)
        ticket = self.make_ticket(self.client, team_id=self.records["team"].id)
        self.assertEqual(pack.balance, 8)
        ticket.action_support_admit()
        self.assert_charge(ticket, covered=1)
        self.assertEqual(pack.balance, 7)
