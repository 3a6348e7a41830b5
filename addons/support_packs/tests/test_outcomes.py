"""Solved, cancelled by us, cancelled by the client, merged: what each costs."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import SupportPacksCommon, make_policy


class OutcomeCommon(SupportPacksCommon):
    chart = False
    debit_on = "work"
    unit = "minute"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stage_cancelled = cls.env.ref(
            "helpdesk_mgmt.helpdesk_ticket_stage_cancelled"
        )
        cls.policy = make_policy(
            cls.env,
            cls.company,
            "Policy of the outcome",
            minimum=60 if cls.unit == "minute" else 0,
            unit=cls.unit,
            debit_on=cls.debit_on,
        )
        cls.pack = cls.make_pack(
            1800 if cls.unit == "minute" else 8, account=cls.make_account()
        )
        cls.make_people()

    def cancel(self, ticket, by="us"):
        ticket.stage_id = self.stage_cancelled
        if by != "us":
            ticket.support_cancelled_by = by

    def merge(self, duplicate, main):
        wizard = self.env["helpdesk.ticket.duplicate.wizard"].create(
            {"ticket_id": duplicate.id, "duplicate_of_id": main.id}
        )
        wizard.action_confirm()


@tagged("post_install", "-at_install")
class TestOutcomesByWork(OutcomeCommon):
    def test_logged_work_stays_whoever_cancels(self):
        for by in ("us", "client"):
            ticket = self.make_ticket()
            self.log(ticket, 80)
            self.cancel(ticket, by)
            self.assert_charge(ticket, covered=80)

    def test_reopening_posts_nothing(self):
        ticket = self.make_ticket()
        self.log(ticket, 80)
        entries = len(ticket.support_charge_id.entry_ids)
        self.solve(ticket)
        ticket.stage_id = self.stage_new
        self.solve(ticket)
        self.assertEqual(len(ticket.support_charge_id.entry_ids), entries)

    def test_merged_work_is_charged_once_with_one_minimum(self):
        main, duplicate = self.make_ticket(), self.make_ticket()
        self.log(main, 20)
        self.log(duplicate, 10)
        self.assertEqual(self.pack.balance, 1800 - 120)
        self.merge(duplicate, main)
        self.assert_charge(main, covered=60)
        self.assert_charge(duplicate, covered=0)
        self.assertEqual(self.pack.balance, 1800 - 60)
        self.assertEqual(main.support_work_minutes, 30)
        self.assert_sound(self.pack)
        self.assertIn("goes on as another ticket", duplicate.support_charge_explanation)

    def test_late_work_on_a_merged_ticket_charges_nothing_there(self):
        main, duplicate = self.make_ticket(), self.make_ticket()
        self.merge(duplicate, main)
        self.log(duplicate, 10)
        self.assertFalse(duplicate.support_charge_id.quantity)

    def test_a_duplicate_of_another_client_keeps_its_own_charge(self):
        main, duplicate = (
            self.make_ticket(self.make_client("Other")),
            (self.make_ticket()),
        )
        self.log(duplicate, 10)
        self.merge(duplicate, main)
        self.assert_charge(duplicate, covered=60)
        self.assertFalse(main.support_work_ids)

    def test_typed_units_of_a_duplicate_are_settled_by_hand(self):
        main, duplicate = self.make_ticket(), self.make_ticket()
        duplicate.support_typed_units = 30
        with self.assertRaisesRegex(UserError, "Typed units"):
            self.merge(duplicate, main)


@tagged("post_install", "-at_install")
class TestOutcomesByResolution(OutcomeCommon):
    debit_on = "resolution"

    def test_cancelled_by_us_costs_nothing(self):
        ticket = self.make_ticket()
        self.log(ticket, 80)
        self.cancel(ticket)
        self.assertEqual(ticket.support_cancelled_by, "us")
        self.assertFalse(ticket.support_charge_id)

    def test_cancelled_by_the_client_after_work_is_charged_like_a_solution(self):
        ticket = self.make_ticket()
        self.log(ticket, 80)
        self.cancel(ticket, by="client")
        self.assert_charge(ticket, covered=80)

    def test_cancelled_by_the_client_before_any_work_costs_nothing(self):
        ticket = self.make_ticket()
        self.request_type_flat(ticket)
        self.cancel(ticket, by="client")
        self.assertFalse(ticket.support_charge_id)

    def request_type_flat(self, ticket):
        ticket.support_request_type_id.flat_quantity = 60

    def test_what_the_client_cancels_in_the_portal_is_the_client_s(self):
        ticket = self.make_ticket()
        self.log(ticket, 80)
        # As the portal's controller does it: for the client, with more rights.
        ticket.with_user(self.portal_user).sudo().stage_id = self.stage_cancelled
        self.assertEqual(ticket.support_cancelled_by, "client")
        self.assert_charge(ticket, covered=80)

    def test_reopened_and_cancelled_by_us_goes_back(self):
        ticket = self.make_ticket()
        self.log(ticket, 80)
        self.solve(ticket)
        self.assert_charge(ticket, covered=80)
        ticket.stage_id = self.stage_new
        self.assertFalse(ticket.support_cancelled_by)
        self.assert_charge(ticket, covered=80)
        self.cancel(ticket)
        self.assert_charge(ticket, covered=0)
        self.assertEqual(
            ticket.support_charge_explanation, "cancelled by us: nothing is charged"
        )
        self.assertEqual(self.movements(self.pack), [("usage", -80), ("return", 80)])

    def test_saying_later_that_it_was_the_client_charges_it(self):
        ticket = self.make_ticket()
        self.log(ticket, 80)
        self.cancel(ticket)
        ticket.support_cancelled_by = "client"
        self.assert_charge(ticket, covered=80)
        ticket.support_cancelled_by = "us"
        self.assert_charge(ticket, covered=0)


@tagged("post_install", "-at_install")
class TestOutcomesByAdmission(OutcomeCommon):
    debit_on = "acceptance"
    unit = "ticket"

    def test_a_ticket_that_we_cancel_gives_its_slot_back(self):
        ticket = self.make_ticket()
        ticket.action_support_admit()
        self.assert_charge(ticket, covered=1)
        self.cancel(ticket)
        self.assert_charge(ticket, covered=0)
        self.assertEqual(self.pack.balance, 8)

    def test_a_ticket_that_the_client_cancels_keeps_it(self):
        ticket = self.make_ticket()
        ticket.action_support_admit()
        self.cancel(ticket, by="client")
        self.assert_charge(ticket, covered=1)

    def test_reopening_never_uses_another(self):
        ticket = self.make_ticket()
        ticket.action_support_admit()
        self.solve(ticket)
        ticket.stage_id = self.stage_new
        ticket.action_support_admit()
        self.solve(ticket)
        self.assertEqual(self.pack.balance, 7)

    def test_cancelled_by_us_and_reopened_uses_its_slot_again(self):
        ticket = self.make_ticket()
        ticket.action_support_admit()
        self.cancel(ticket)
        ticket.stage_id = self.stage_new
        self.assert_charge(ticket, covered=1)
        self.assertEqual(self.pack.balance, 7)

    def test_merging_gives_the_second_slot_back(self):
        main, duplicate = self.make_ticket(), self.make_ticket()
        (main | duplicate).action_support_admit()
        self.assertEqual(self.pack.balance, 6)
        self.merge(duplicate, main)
        self.assert_charge(main, covered=1)
        self.assert_charge(duplicate, covered=0)
        self.assertEqual(self.pack.balance, 7)
