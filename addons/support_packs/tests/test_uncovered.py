"""What becomes of units that no pack covers: they wait, are invoiced, or waived."""

from odoo.exceptions import AccessError, UserError
from odoo.fields import Datetime
from odoo.tests import tagged

from .common import SupportPacksCommon


class UncoveredCommon(SupportPacksCommon):
    chart = False

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.request_type.minimum = 0
        cls.account = cls.make_account()
        cls.make_people()

    def make_debt(self, minutes, **values):
        """Return a ticket whose work no pack covers."""
        ticket = self.make_ticket()
        self.log(ticket, minutes, **values)
        return ticket

    def decide(self, tickets, choice, reason=None, user=None):
        wizards = self.env["support.charge.decision"].with_user(user or self.manager)
        wizards.create(
            {
                "charge_ids": tickets.support_charge_ids.ids,
                "choice": choice,
                "reason": reason,
            }
        ).action_apply()


@tagged("post_install", "-at_install")
class TestWaiting(UncoveredCommon):
    """The next pack settles what waits, by itself, the oldest first."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy.uncovered_policy = "wait"

    def test_the_next_pack_pays_what_waited(self):
        ticket = self.make_debt(70)
        pack = self.make_pack(100)
        self.assert_charge(ticket, covered=70)
        self.assertEqual(pack.balance, 30)
        entry = ticket.support_charge_id.entry_ids
        self.assertIn("70 min that waited, from Pack of 100", entry.explanation)
        self.assert_sound(pack)

    def test_oldest_first_and_only_as_far_as_it_goes(self):
        first, second, third = (self.make_debt(40) for _number in range(3))
        self.make_pack(60)
        self.assert_charge(first, covered=40)
        self.assert_charge(second, covered=20, uncovered=20, state="waiting")
        self.assert_charge(third, covered=0, uncovered=40, state="waiting")
        self.make_pack(60)
        self.assert_charge(second, covered=40)
        self.assert_charge(third, covered=40)

    def test_settling_is_dated_when_the_pack_was_there(self):
        long_ago = Datetime.subtract(Datetime.now(), days=40)
        ticket = self.make_debt(40, date=long_ago)
        self.make_pack(60)
        entry = ticket.support_charge_id.entry_ids
        self.assertGreater(entry.date, Datetime.subtract(Datetime.now(), days=1))

    def test_a_pack_of_another_client_pays_nothing(self):
        ticket = self.make_debt(40)
        other = self.make_account(self.make_client("Other"))
        self.make_pack(60, account=other)
        self.assert_charge(ticket, covered=0, uncovered=40, state="waiting")

    def test_work_that_is_corrected_while_it_waits(self):
        ticket = self.make_ticket()
        work = self.log(ticket, 70)
        work.minutes = 50
        self.make_pack(100)
        self.assert_charge(ticket, covered=50)
        work.unlink()
        self.assert_charge(ticket, covered=0)

    def test_settling_again_posts_nothing(self):
        ticket = self.make_debt(40)
        pack = self.make_pack(60)
        self.account._settle_waiting_charges()
        self.assert_charge(ticket, covered=40)
        self.assertEqual(self.movements(pack), [("usage", -40)])


@tagged("post_install", "-at_install")
class TestDecisions(UncoveredCommon):
    """Under ``block`` what was done anyway waits for somebody's decision."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy.uncovered_policy = "block"

    def test_a_new_pack_alone_does_not_settle_it(self):
        ticket = self.make_debt(40)
        self.make_pack(60)
        self.assert_charge(ticket, covered=0, uncovered=40, state="waiting")

    def test_next_pack_pays_at_once_if_it_is_there(self):
        ticket = self.make_debt(40)
        pack = self.make_pack(60)
        self.decide(ticket, "next_pack")
        self.assert_charge(ticket, covered=40)
        self.assertEqual(pack.balance, 20)

    def test_next_pack_waits_for_it_otherwise(self):
        ticket = self.make_debt(40)
        self.decide(ticket, "next_pack")
        self.assert_charge(ticket, covered=0, uncovered=40, state="waiting")
        self.make_pack(60)
        self.assert_charge(ticket, covered=40)

    def test_invoice(self):
        ticket = self.make_debt(40)
        self.decide(ticket, "invoice")
        self.assert_charge(ticket, covered=0, uncovered=40, state="to_invoice")
        self.make_pack(60)
        self.assert_charge(ticket, covered=0, uncovered=40, state="to_invoice")

    def test_waived_units_are_never_drawn_and_more_work_is_decided_anew(self):
        ticket = self.make_debt(40)
        self.decide(ticket, "waive", "Our mistake")
        self.assert_charge(ticket, covered=0, uncovered=40, state="waived")
        charge = ticket.support_charge_id
        self.assertEqual(charge.decided_by_id, self.manager)
        self.log(ticket, 5)
        self.assert_charge(ticket, covered=0, uncovered=45, state="waiting")
        self.assertEqual(charge._get_open_units(), 5)
        self.make_pack(60)
        self.decide(ticket, "next_pack")
        self.assert_charge(ticket, covered=5, uncovered=40, state="waived")

    def test_less_work_takes_from_what_was_waived(self):
        ticket = self.make_ticket()
        work = self.log(ticket, 40)
        self.decide(ticket, "waive", "Our mistake")
        work.minutes = 10
        self.assert_charge(ticket, covered=0, uncovered=10, state="waived")
        work.minutes = 30
        self.assertEqual(ticket.support_charge_id._get_open_units(), 20)

    def test_the_client_reads_the_reason(self):
        ticket = self.make_debt(40)
        self.decide(ticket, "waive", "Our mistake")
        values = ticket.with_user(self.portal_user)._get_support_portal_values()
        self.assertIn("Nothing to pay: Our mistake", values["uncovered"])

    def test_to_waive_takes_a_reason(self):
        ticket = self.make_debt(40)
        with self.assertRaisesRegex(UserError, "Reason"):
            self.decide(ticket, "waive", " ")
        self.assert_charge(ticket, covered=0, uncovered=40, state="waiting")

    def test_nothing_is_decided_twice(self):
        ticket = self.make_debt(40)
        self.decide(ticket, "waive", "Our mistake")
        with self.assertRaisesRegex(UserError, "nothing left to decide"):
            self.decide(ticket, "invoice")

    def test_many_at_once_are_all_decided_or_none(self):
        decided, open_one = self.make_debt(40), self.make_debt(30)
        self.decide(decided, "waive", "Our mistake")
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self.decide(open_one | decided, "invoice")
        self.assert_charge(open_one, covered=0, uncovered=30, state="waiting")

    def test_only_a_manager_decides(self):
        ticket = self.make_debt(40)
        for user in (self.technician, self.accountant, self.portal_user):
            with self.assertRaises(AccessError):
                self.decide(ticket, "invoice", user=user)
            with self.assertRaises(AccessError):
                ticket.support_charge_id.with_user(user).action_decide()
            with self.assertRaises(AccessError):
                ticket.support_charge_id.with_user(user)._decide("invoice")
        self.assert_charge(ticket, covered=0, uncovered=40, state="waiting")


@tagged("post_install", "-at_install")
class TestOverageAmounts(UncoveredCommon):
    """What is not covered, in money: 1 hour at 75 EUR is 60 units [000]."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.hour = cls.env["product.product"].create(
            {
                "name": "1 hour",
                "type": "service",
                "list_price": 75,
                "company_id": cls.company.id,
                "support_unit": "minute",
                "support_quantity": 60,
            }
        )
        cls.policy.overage_product_id = cls.hour

    def assert_amount(self, ticket, base, surcharge=0):
        amounts = ticket.support_charge_id._get_overage()
        self.assertEqual(
            (float(amounts.base), float(amounts.surcharge)), (base, surcharge)
        )

    def test_20_minutes_are_25_euros_exactly(self):
        self.assert_amount(self.make_debt(20), 25.00)

    def test_only_what_packs_do_not_cover(self):
        self.make_pack(30)
        ticket = self.make_debt(90)
        self.assert_amount(ticket, 75.00)
        self.assertIn("75.00", ticket.support_charge_id.overage_text)

    def test_the_client_s_price_list_and_its_currency(self):
        dollar = self.env.ref("base.USD")
        dollar.active = True
        self.env["res.currency.rate"].create(
            {
                "currency_id": dollar.id,
                "company_id": self.company.id,
                "rate": 2.0,
                "name": "2020-01-01",
            }
        )
        self.client.property_product_pricelist = self.env["product.pricelist"].create(
            {"name": "In dollars", "currency_id": dollar.id}
        )
        ticket = self.make_debt(20)
        self.assertEqual(ticket.support_charge_id._get_overage_currency(), dollar)
        self.assert_amount(ticket, 50.00)

    def test_without_a_product_there_is_no_amount(self):
        self.policy.overage_product_id = False
        charge = self.make_debt(20).support_charge_id
        self.assertIsNone(charge._get_overage())
        self.assertFalse(charge.overage_text)
