"""What a corrected priority may draw again: what was decided stays, and so does what
no pack of that day would have paid."""

from freezegun import freeze_time

from odoo import fields
from odoo.tests import tagged

from .common_quota import QuotaCommon, make_quota_product


@tagged("post_install", "-at_install")
class TestQuotaCorrection(QuotaCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.begin = fields.Datetime.now()

    def in_days(self, days):
        return freeze_time(fields.Datetime.add(self.begin, days=days))

    def decide(self, ticket, choice):
        charges = ticket.support_charge_id
        values = {"charge_ids": charges.ids, "choice": choice, "reason": "Agreed"}
        self.env["support.charge.decision"].create(values).action_apply()

    def override(self, ticket, quantity):
        values = {"ticket_id": ticket.id, "quantity": quantity, "reason": "Agreed"}
        self.env["support.charge.override"].create(values).action_apply()

    def admit_uncovered(self, quotas):
        """Return the pack, whose only P1 is used, and a P1 ticket without a slot."""
        pack = self.make_quota_pack({"P1": 1, **quotas})
        self.admit(self.p1)
        return pack, self.admit(self.p1)

    def assert_preview(self, ticket, priority, covered, uncovered):
        form = ticket.new({}, origin=ticket)
        form.support_priority_id = priority
        # Empty: nothing would change.
        values = form.sudo()._get_support_form_preview() or ticket.support_charge_id
        self.assertEqual((values["covered"], values["uncovered"]), (covered, uncovered))

    def test_what_a_manager_invoices_is_not_paid_by_a_pack_bought_later(self):
        pack, ticket = self.admit_uncovered({"P2": 2})
        charge = ticket.support_charge_id
        self.decide(ticket, "invoice")
        with self.in_days(9):
            later = self.make_quota_pack()
        with self.in_days(11):
            for priority in (self.p2, self.p1):
                self.assert_preview(ticket, priority, 0, 1)
                ticket.support_priority_id = priority
                self.assert_charge(ticket, covered=0, uncovered=1, state="to_invoice")
                self.assertEqual(charge.decision, "invoice")
                self.assertEqual(charge.priority_id, priority)
        self.assertEqual(charge._get_overage().total, 1200)
        self.assertFalse(charge.entry_ids)
        self.assertEqual(self.used(pack), {"P1": 1})
        self.assertFalse(self.used(later))

    def test_what_nobody_decided_is_paid_by_packs_of_that_day_alone(self):
        """There and back again leaves everything as it was."""
        pack, ticket = self.admit_uncovered({"P2": 1})
        with self.in_days(9):
            later = self.make_quota_pack()
        with self.in_days(11):
            for _time in range(2):
                self.assert_preview(ticket, self.p2, 1, 0)
                ticket.support_priority_id = self.p2
                self.assert_charge(ticket, covered=1)
                self.assertEqual(self.used(pack), {"P1": 1, "P2": 1})
                ticket.support_priority_id = self.p1
                self.assert_charge(ticket, covered=0, uncovered=1, state="to_invoice")
        self.assertFalse(self.used(later))
        self.assert_sound(pack)
        self.assert_quotas_sound()

    def test_a_slot_that_only_a_later_pack_has_is_not_drawn(self):
        _pack, ticket = self.admit_uncovered({})
        with self.in_days(9):
            later = self.make_quota_pack()
        with self.in_days(11):
            self.assert_preview(ticket, self.p2, 0, 1)
            ticket.support_priority_id = self.p2
        self.assert_charge(ticket, covered=0, uncovered=1, state="to_invoice")
        self.assertFalse(self.used(later))

    def test_what_the_next_pack_pays_is_paid_by_a_later_pack(self):
        _pack, ticket = self.admit_uncovered({})
        self.decide(ticket, "next_pack")
        with self.in_days(9):
            later = self.make_quota_pack({"P2": 1})
            self.assert_charge(ticket, covered=0, uncovered=1, state="waiting")
            ticket.support_priority_id = self.p2
        self.assert_charge(ticket, covered=1)
        self.assertEqual(self.used(later), {"P2": 1})

    def test_what_waits_by_the_policy_is_paid_by_a_later_pack(self):
        self.policy.uncovered_policy = "wait"
        _pack, ticket = self.admit_uncovered({})
        with self.in_days(9):
            later = self.make_quota_pack({"P2": 1})
            ticket.support_priority_id = self.p2
        self.assert_charge(ticket, covered=1)
        self.assertEqual(self.used(later), {"P2": 1})

    def test_what_waits_for_a_decision_is_not_paid_without_it(self):
        self.policy.uncovered_policy = "block"
        _pack, ticket = self.admit_uncovered({})
        with self.in_days(9):
            later = self.make_quota_pack({"P2": 1})
            ticket.support_priority_id = self.p2
        self.assert_charge(ticket, covered=0, uncovered=1, state="waiting")
        self.assertFalse(self.used(later))

    def test_a_pack_that_settled_serves_after_a_mistaken_correction(self):
        _pack, ticket = self.admit_uncovered({})
        with self.in_days(9):
            later = self.make_quota_pack({"P1": 1, "P2": 1})
            self.decide(ticket, "next_pack")
            self.assertEqual(self.used(later), {"P1": 1})
        with self.in_days(11):
            ticket.support_priority_id = self.p4
            self.assert_charge(ticket, covered=0, uncovered=1, state="to_invoice")
            ticket.support_priority_id = self.p1
        self.assert_charge(ticket, covered=1)
        self.assertEqual(self.used(later), {"P1": 1})

    def test_what_is_added_with_the_correction_draws_on_the_packs_of_now(self):
        self.policy.debit_on = "resolution"
        pack = self.make_quota_pack({"P1": 1, "P2": 1})
        ticket = self.admit(self.p1)
        self.solve(ticket)
        ticket.stage_id = self.stage_new
        ticket.support_priority_id = self.p2
        with self.in_days(9):
            later = self.make_quota_pack({"P2": 1})
            self.override(ticket, 2)
            self.solve(ticket)
        self.assert_charge(ticket, covered=2)
        for used in (pack, later):
            self.assertEqual(self.used(used), {"P2": 1})

    def test_another_client_s_packs_serve_from_the_day_of_the_change(self):
        self.make_quota_pack()
        ticket = self.admit(self.p1)
        rival = self.make_client("Rival")
        account = self.make_account(rival)
        with self.in_days(9):
            packs = [
                self.make_pack(1, account=account, product_id=product.id)
                for product in (
                    make_quota_product(self.env, self.policy, {code: 1})
                    for code in ("P1", "P2")
                )
            ]
            ticket.partner_id = rival
        with self.in_days(11):
            ticket.support_priority_id = self.p2
        self.assert_charge(ticket, covered=1)
        self.assertEqual([self.used(pack) for pack in packs], [{}, {"P2": 1}])

    def test_the_same_code_of_another_policy_is_the_same_priority(self):
        """Though a pack that ends sooner was written meanwhile."""
        pack = self.make_quota_pack()
        ticket = self.admit(self.p1)
        sooner = self.make_quota_pack(day=self.days_ago(30))
        other = self.policy.copy({"name": "New policy", "code": "new"})
        first, second = self.env["support.priority"].create(
            [
                {"policy_id": other.id, "code": code, "name": code, "sequence": place}
                for place, code in enumerate(("P1", "P2"), 1)
            ]
        )
        self.account.policy_id = other
        ticket.support_priority_id = first
        ticket.action_support_post_charge()
        charge = ticket.support_charge_id
        self.assertEqual(charge.priority_id, first)
        self.assertEqual(self.slots(charge), [("usage", -1, "P1")])
        self.assertFalse(self.used(sooner))
        ticket.support_priority_id = second
        self.assertEqual(charge.priority_id, second)
        self.assertEqual(self.used(pack | sooner), {"P2": 1})
        self.assert_quotas_sound()
