"""The golden rows of urgency [000], on charges, ledger and invoices."""

from dataclasses import replace

from odoo import Command
from odoo.tests import new_test_user, tagged

from odoo.addons.support_packs.tests.common import SupportPacksCommon, make_type
from odoo.addons.support_packs.tests.invoicing_common import InvoicingCommon

from .common_urgency import UrgencyMixin


def make_anna(cls):
    cls.anna = new_test_user(
        cls.env,
        login="anna",
        groups="base.group_portal",
        partner_id=cls.contact.id,
        company_id=cls.company.id,
        company_ids=[Command.set(cls.company.ids)],
    )


@tagged("post_install", "-at_install")
class TestUrgencyGolden(UrgencyMixin, SupportPacksCommon):
    chart = False

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        make_anna(cls)
        cls.make_urgency()
        cls.pack = cls.make_pack(1800)

    def test_20_urgent_minutes_are_90_of_the_pack(self):
        ticket = self.make_ticket()
        self.accept_between(ticket, (), (20,))
        self.assert_charge(ticket, covered=90)
        self.assertEqual(self.pack.balance, 1710)
        self.assertEqual(
            ticket.support_charge_id.explanation,
            "20 min → minimum 60 min → urgent +50 % = 90 min",
        )

    def test_before_and_after_the_acceptance(self):
        rows = [
            ((60,), (20,), 90),
            ((10,), (20,), 70),
            ((25, 12), (), 60),
            ((25, 12, 43), (), 80),
            ((), (20,), 90),
            ((), (10, 10), 90),
            ((), (61,), 92),
        ]
        for before, after, total in rows:
            with self.subTest(before=before, after=after):
                ticket, balance = self.make_ticket(), self.pack.balance
                self.accept_between(ticket, before, after)
                self.assert_charge(ticket, covered=total)
                self.assertEqual(self.pack.balance, balance - total)
        self.assert_sound(self.pack)

    def test_cancelling_80_urgent_minutes_gives_40_back(self):
        ticket = self.make_ticket()
        self.accept_between(ticket, (), (80,))
        self.assert_charge(ticket, covered=120)
        self.cancel(ticket)
        self.assert_charge(ticket, covered=80)
        charge = ticket.support_charge_id
        self.assertEqual(self.movements(charge), [("usage", -120), ("return", 40)])
        self.assertEqual(self.pack.balance, 1720)
        self.assertEqual(charge.explanation, "80 min")
        ticket.action_support_post_charge()
        self.assertEqual(len(self.movements(charge)), 2, "Twice posts nothing")
        self.assert_sound(self.pack)

    def test_what_each_entry_added_adds_up(self):
        ticket = self.make_ticket()
        self.accept_between(ticket, (10,), (20, 45))
        works = ticket.support_work_ids._sorted_as_done()
        self.assertEqual(works.mapped("charged"), [60, 10, 38])
        self.assert_charge(ticket, covered=108)

    def test_the_step_says_of_what_it_is_a_part(self):
        ticket = self.make_ticket()
        self.accept_between(ticket, (60,), (20,))
        self.assertEqual(
            ticket.support_charge_id.explanation,
            "80 min → urgent +50 % of 20 min = 90 min",
        )

    def test_the_minimum_after_the_multiplier(self):
        self.policy.minimum_after_multiplier = True
        ticket = self.make_ticket()
        self.accept_between(ticket, (), (20,))
        self.assert_charge(ticket, covered=60)
        self.log(ticket, 41)
        self.assert_charge(ticket, covered=92)

    def test_work_that_is_not_billable_makes_no_ticket_begun(self):
        ticket = self.make_ticket()
        self.log(ticket, 30, date="2026-03-03 10:00:00", billable=False)
        self.accept_between(ticket, (), (20,))
        self.assert_charge(ticket, covered=90)

    def test_moving_work_before_the_acceptance_takes_its_surcharge_off(self):
        ticket = self.make_ticket()
        self.accept_between(ticket, (), (80,))
        work = ticket.support_work_ids
        work.date = work.date.replace(year=work.date.year - 1)
        self.assert_charge(ticket, covered=80)

    def test_a_fixed_price_takes_no_surcharge(self):
        flat = make_type(self.env, self.policy, "Update", flat_quantity=60)
        ticket = self.make_ticket(support_request_type_id=flat.id)
        self.accept_between(ticket, (), (200,))
        self.assert_charge(ticket, covered=60)

    def test_the_percentage_is_the_one_that_was_accepted(self):
        ticket = self.make_ticket()
        self.accept_between(ticket, (), (20,))
        self.policy.urgent_percent = 100
        self.log(ticket, 60)
        self.assert_charge(ticket, covered=120)
        other = self.make_ticket()
        self.accept_between(other, (), (20,))
        self.assert_charge(other, covered=120)

    def test_typed_units_carry_it_but_for_those_typed_before(self):
        rows = [(0, 20, 90), (20, 20, 60), (60, 80, 90)]
        for before, after, total in rows:
            with self.subTest(before=before, after=after):
                ticket = self.make_ticket(support_typed_units=before)
                self.accept(ticket)
                ticket.support_typed_units = after
                ticket.action_support_post_charge()
                self.assert_charge(ticket, covered=total)

    def test_minutes_make_nothing_urgent_that_was_typed_before(self):
        ticket = self.make_ticket(support_typed_units=120)
        offer = ticket.sudo()._get_support_urgency_offer()
        self.assertEqual((offer.normal.quantity, offer.urgent.quantity), (120, 120))
        texts = ticket.sudo()._explain_support_urgency_offer(offer)
        self.assertIn("+50 %", texts["lead"])
        self.assertIn("120 min", texts["least"])
        self.assertFalse(texts["rows"])
        self.accept(ticket)
        self.log(ticket, 10)
        ticket.action_support_post_charge()
        self.assert_charge(ticket, covered=120)
        ticket.support_typed_units = 140
        ticket.action_support_post_charge()
        self.assert_charge(ticket, covered=150)

    def test_credits_at_the_resolution(self):
        self.policy.write({"debit_on": "resolution", "minutes_per_credit": 2})
        ticket = self.make_ticket()
        self.accept_between(ticket, (30,), (110,))
        self.assertFalse(ticket.support_charge_id)
        self.solve(ticket)
        self.assert_charge(ticket, covered=30 + 110 + 55)

    def test_a_managers_override_stands(self):
        ticket = self.make_ticket()
        self.accept_between(ticket, (), (20,))
        ticket.support_charge_id._override(30, "Agreed by telephone")
        self.assert_charge(ticket, covered=30)
        self.cancel(ticket)
        self.assert_charge(ticket, covered=30)

    def test_a_dispute_frees_minutes_of_the_kind_of_its_entry(self):
        self.policy.allow_disputes = True
        rows = [((60,), (20,), 1, 30), ((80,), (20,), 0, 40), ((), (80,), 0, 30)]
        for before, after, number, back in rows:
            with self.subTest(before=before, after=after):
                ticket = self.make_ticket(self.contact)
                self.accept_between(ticket, before, after)
                work = ticket.support_work_ids._sorted_as_done()[number]
                dispute = work.with_user(self.anna)._dispute("Not so long")
                minutes = min(work.minutes, 60)
                preview = dispute.sudo()._preview_returns(minutes)
                self.assertEqual(sum(preview.values()), back)
                charged = ticket.support_charge_id.quantity
                dispute.sudo()._free_work(minutes)
                self.assertEqual(ticket.support_charge_id.quantity, charged - back)

    def test_the_preview_tells_what_an_urgency_would_cost(self):
        ticket = self.make_ticket(self.contact)
        calm = ticket.get_support_charge_preview(minutes=20)
        urgent = ticket.get_support_charge_preview(minutes=20, urgent=True)
        self.assertEqual((calm["quantity"], calm["balance_after"]), (60, 1740))
        self.assertEqual((urgent["quantity"], urgent["balance_after"]), (90, 1710))
        self.assertEqual(self.pack.balance, 1800)
        self.accept(ticket)
        accepted = ticket.get_support_charge_preview(minutes=20)
        self.assertEqual(accepted["quantity"], 90)
        calm = ticket.get_support_charge_preview(minutes=20, urgent=False)
        self.assertEqual(calm["quantity"], 60)


@tagged("post_install", "-at_install")
class TestUrgencyInvoices(UrgencyMixin, InvoicingCommon):
    """The same figures in money, without taxes and with them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.anna = cls.portal_user
        cls.make_urgency()

    def make_urgent_debt(self, minutes):
        ticket = self.make_ticket()
        self.accept_between(ticket, (), (minutes,))
        return ticket

    def test_20_urgent_minutes_without_a_pack(self):
        ticket = self.make_urgent_debt(20)
        invoice = self.draft(ticket)
        self.assert_lines(invoice, 75.00, 37.50)
        self.assertEqual(invoice.amount_untaxed, 112.50)
        self.assertEqual(invoice.amount_tax, 23.63)
        self.assert_charge(ticket, covered=0, uncovered=90, state="invoiced")

    def test_61_urgent_minutes_without_a_pack(self):
        ticket = self.make_urgent_debt(61)
        invoice = self.draft(ticket)
        self.assert_lines(invoice, 76.25, 38.75)
        self.assertEqual(invoice.amount_untaxed, 115.00)
        self.assertEqual(ticket.support_charge_id.quantity, 92)

    def test_20_urgent_minutes_with_30_left_in_the_pack(self):
        pack = self.make_pack(30)
        ticket = self.make_urgent_debt(20)
        self.assert_charge(ticket, covered=30, uncovered=60, state="to_invoice")
        self.assert_lines(self.draft(ticket), 50.00, 25.00)
        self.assertEqual(pack.balance, 0)

    def test_cancelling_takes_the_surcharge_off_the_draft_and_off_the_posted(self):
        draft = self.make_urgent_debt(80)
        self.assert_lines(self.draft(draft), 100.00, 50.00)
        posted = self.make_urgent_debt(80)
        self.post(self.draft(posted))
        for ticket in (draft, posted):
            self.cancel(ticket)
            self.assertEqual(ticket.support_charge_id.quantity, 80)
        self.draft(posted | draft)
        for ticket in (draft, posted):
            self.assert_whole(ticket, 100.00, 0.00)

    def test_the_page_shows_the_price_that_is_invoiced(self):
        ticket = self.make_ticket()
        offer = ticket._get_support_urgency_offer()
        self.assertEqual((offer.normal.money, offer.urgent.money), ("75.00", "112.50"))
        rows = ticket._explain_support_urgency_offer(offer)["rows"]
        money = {row["name"]: (row["normal"], row["urgent"]) for row in rows}["money"]
        self.assertEqual(money, ("75.00\xa0€", "112.50\xa0€"))
        self.accept_between(ticket, (), (60,))
        self.assertEqual(self.draft(ticket).amount_untaxed, 112.50)

    def test_the_page_counts_what_the_pack_covers(self):
        self.make_pack(30)
        offer = self.make_ticket()._get_support_urgency_offer()
        self.assertEqual((offer.normal.money, offer.urgent.money), ("37.50", "75.00"))
        self.assertEqual(replace(offer.urgent, money=None).uncovered, 60)
