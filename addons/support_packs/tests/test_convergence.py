"""What a ticket costs is computed from its facts; the ledger is made to agree."""

from datetime import date, datetime

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import freeze_time, tagged

from .common import SupportPacksCommon, make_credits_policy, make_policy, make_type


@tagged("post_install", "-at_install")
class TestHourPacks(SupportPacksCommon):
    """Debited with each work entry, minimum 60 minutes, then real minutes [000]."""

    chart = False

    def test_two_entries_within_the_minimum_debit_it_once(self):
        pack = self.make_pack(1800)
        ticket = self.make_ticket()
        self.log(ticket, 25)
        self.log(ticket, 12)
        self.assertEqual(self.movements(pack), [("usage", -60)])
        self.assert_charge(ticket, covered=60)

    def test_entries_of_25_12_and_43_minutes_debit_60_0_and_20(self):
        pack = self.make_pack(1800)
        ticket = self.make_ticket()
        balances = []
        for minutes in (25, 12, 43):
            self.log(ticket, minutes)
            balances.append(pack.balance)
        self.assertEqual(balances, [1740, 1740, 1720])
        self.assertEqual(self.movements(pack), [("usage", -60), ("usage", -20)])
        self.assert_charge(ticket, covered=80)
        self.assert_sound(pack)

    def test_each_entry_tells_what_it_added(self):
        self.make_pack(1800)
        ticket = self.make_ticket()
        works = [self.log(ticket, minutes) for minutes in (25, 12, 43)]
        self.assertEqual([work.charged for work in works], [60, 0, 20])

    def test_the_explanation_says_why(self):
        pack = self.make_pack(1800, day=date(2026, 3, 3))
        ticket = self.make_ticket()
        self.log(ticket, 37, date=datetime(2026, 3, 4, 9))
        charge = ticket.support_charge_id
        self.assertEqual(charge.explanation, "37 min → minimum 60 min = 60 min")
        self.assertEqual(
            charge.entry_ids.explanation,
            f"37 min → minimum 60 min = 60 min, from {pack.name} (expires 3 Mar 2027)",
        )

    def test_minimum_is_for_the_ticket_so_two_tickets_pay_it_twice(self):
        pack = self.make_pack(1800)
        for _number in range(2):
            self.log(self.make_ticket(), 10)
        self.assertEqual(pack.balance, 1680)

    def test_works_created_together_are_priced_together(self):
        pack = self.make_pack(1800)
        first, second = self.make_ticket(), self.make_ticket()
        self.env["support.work"].create(
            [
                {"ticket_id": ticket.id, "minutes": minutes, "name": "Work"}
                for ticket, minutes in ((first, 50), (second, 70), (first, 40))
            ]
        )
        self.assert_charge(first, covered=90)
        self.assert_charge(second, covered=70)
        self.assertEqual(pack.balance, 1800 - 90 - 70)

    def test_longer_entry_debits_the_difference(self):
        pack = self.make_pack(1800)
        ticket = self.make_ticket()
        self.log(ticket, 80).minutes = 100
        self.assertEqual(self.movements(pack), [("usage", -80), ("usage", -20)])

    def test_shorter_entry_gives_the_difference_back(self):
        pack = self.make_pack(1800)
        ticket = self.make_ticket()
        self.log(ticket, 100).minutes = 20
        self.assertEqual(self.movements(pack), [("usage", -100), ("return", 40)])
        self.assert_charge(ticket, covered=60)
        self.assert_sound(pack)

    def test_deleted_work_goes_back_entirely(self):
        pack = self.make_pack(1800)
        ticket = self.make_ticket()
        self.log(ticket, 80).unlink()
        self.assertEqual(pack.balance, 1800)
        self.assertEqual(self.movements(pack), [("usage", -80), ("return", 80)])
        self.assert_charge(ticket, covered=0)

    def test_return_names_the_entry_that_it_returns(self):
        pack = self.make_pack(1800)
        self.log(self.make_ticket(), 80).unlink()
        usage, given_back = pack.entry_ids.sorted("sequence")[1:]
        self.assertEqual(given_back.returned_entry_id, usage)

    def test_work_that_is_not_billable_charges_nothing(self):
        pack = self.make_pack(1800)
        ticket = self.make_ticket()
        self.log(ticket, 90, billable=False)
        self.assertEqual(pack.balance, 1800)
        self.assertEqual(self.movements(pack), [])

    def test_work_that_ceases_to_be_billable_goes_back(self):
        pack = self.make_pack(1800)
        ticket = self.make_ticket()
        self.log(ticket, 90).billable = False
        self.assertEqual(pack.balance, 1800)
        self.assert_charge(ticket, covered=0)

    def test_moved_work_is_priced_on_the_other_ticket(self):
        pack = self.make_pack(1800)
        first, second = self.make_ticket(), self.make_ticket()
        self.log(first, 30)
        work = self.log(first, 50)
        work.ticket_id = second
        self.assert_charge(first, covered=60)
        self.assert_charge(second, covered=60)
        self.assertEqual(pack.balance, 1680)

    def test_posting_again_posts_nothing(self):
        pack = self.make_pack(1800)
        ticket = self.make_ticket()
        self.log(ticket, 37)
        revision = ticket.support_charge_id.revision
        ticket.action_support_post_charge()
        ticket.action_support_post_charge()
        self.assertEqual(self.movements(pack), [("usage", -60)])
        self.assertEqual(ticket.support_charge_id.revision, revision + 2)

    def test_typed_units_stand_in_place_of_the_work(self):
        pack = self.make_pack(1800)
        ticket = self.make_ticket()
        work = self.log(ticket, 37)
        ticket.support_typed_units = 150
        self.assert_charge(ticket, covered=150)
        self.assertEqual(work.charged, 0, "The work adds nothing to what is typed")
        ticket.support_typed_units = 0
        self.assert_charge(ticket, covered=60)
        self.assertEqual(pack.balance, 1740)

    def test_many_tickets_written_at_once_each_keep_their_price(self):
        self.make_pack(1800)
        tickets = self.make_ticket() + self.make_ticket()
        self.log(tickets[0], 70)
        self.log(tickets[1], 10)
        long_type = make_type(self.env, self.policy, "Long", minimum=120)
        tickets.write({"support_request_type_id": long_type.id})
        for ticket in tickets:
            self.assert_charge(ticket, covered=120)


@tagged("post_install", "-at_install")
class TestRules(SupportPacksCommon):
    """Sold is sold: a posted charge keeps the rules it was priced with."""

    chart = False

    def test_posted_charge_keeps_its_rules_after_the_type_is_edited(self):
        self.make_pack(1800)
        ticket = self.make_ticket()
        self.log(ticket, 25)
        self.request_type.minimum = 120
        self.log(ticket, 20)
        self.assert_charge(ticket, covered=60)

    def test_new_ticket_follows_the_edited_type(self):
        self.make_pack(1800)
        self.request_type.minimum = 120
        ticket = self.make_ticket()
        self.log(ticket, 25)
        self.assert_charge(ticket, covered=120)

    def test_other_type_is_another_price(self):
        pack = self.make_pack(1800)
        ticket = self.make_ticket()
        self.log(ticket, 25)
        ticket.support_request_type_id = make_type(
            self.env, self.policy, "Question", minimum=15, block=15
        )
        self.assert_charge(ticket, covered=30)
        self.assertEqual(self.movements(pack), [("usage", -60), ("return", 30)])

    def test_charge_keeps_the_rules_of_the_type_it_was_changed_to(self):
        self.make_pack(1800)
        ticket = self.make_ticket()
        self.log(ticket, 25)
        question = make_type(self.env, self.policy, "Question", minimum=15, block=15)
        ticket.support_request_type_id = question
        question.block = 60
        self.log(ticket, 5)
        self.assert_charge(ticket, covered=30)

    def test_type_of_another_policy_is_refused(self):
        ticket = self.make_ticket()
        self.make_account()
        ticket = self.make_ticket()
        other = make_policy(self.env, self.company, "Other")
        with self.assertRaisesRegex(ValidationError, "Request type"):
            ticket.support_request_type_id = other.request_type_ids

    def test_fixed_price_is_due_with_the_first_work_only(self):
        """No debit without its cause: under ``work`` that is a work entry."""
        pack = self.make_pack(1800)
        ticket = self.make_ticket()
        ticket.support_request_type_id = make_type(
            self.env, self.policy, "Update", flat_quantity=90
        )
        self.log(ticket, 10, billable=False)
        self.assertEqual(self.movements(pack), [])
        work = self.log(ticket, 10)
        self.assert_charge(ticket, covered=90)
        work.unlink()
        self.assert_charge(ticket, covered=0)

    def test_ticket_with_an_account_by_hand_is_priced_by_the_first_type(self):
        account = self.make_account()
        self.make_pack(1800)
        ticket = self.make_ticket(partner=self.make_client("Somebody else"))
        self.log(ticket, 25)
        self.assertFalse(ticket.support_charge_id)
        ticket.support_account_id = account
        self.assertEqual(ticket.support_request_type_id, self.request_type)
        self.assert_charge(ticket, covered=60)

    def test_account_chosen_on_creation_brings_the_first_type(self):
        account = self.make_account()
        ticket = self.make_ticket(support_account_id=account.id)
        self.assertEqual(ticket.support_request_type_id, self.request_type)

    def test_policy_that_counts_nothing_charges_nothing(self):
        policy = make_policy(
            self.env, self.company, "Fair use", unit="none", debit_on="none"
        )
        client = self.make_client("Fair")
        self.make_account(client, policy)
        ticket = self.make_ticket(client)
        self.log(ticket, 25)
        ticket.action_support_post_charge()
        ticket.action_support_admit()
        self.assertTrue(ticket.support_account_id)
        self.assertFalse(ticket.support_charge_id)
        self.assertEqual(ticket.get_support_charge_preview(30), {})

    def test_account_that_now_counts_nothing_keeps_what_was_charged(self):
        pack = self.make_pack(1800)
        ticket = self.make_ticket()
        self.log(ticket, 70)
        with self.assertRaisesRegex(ValidationError, "Policy"):
            pack.account_id.policy_id = make_policy(
                self.env, self.company, "Fair use", unit="none", debit_on="none"
            )

    def test_charge_without_packs_follows_the_unit_of_another_policy(self):
        account = self.make_account()
        ticket = self.make_ticket()
        self.log(ticket, 70)
        self.assert_charge(ticket, covered=0, uncovered=70, state="to_invoice")
        credits = make_policy(self.env, self.company, "Credits", unit="credit", block=5)
        account.policy_id = credits
        ticket.support_request_type_id = credits.request_type_ids
        self.assertEqual(ticket.support_charge_id.unit, "credit")
        self.assert_charge(ticket, covered=0, uncovered=70, state="to_invoice")


@tagged("post_install", "-at_install")
class TestDraw(SupportPacksCommon):
    """Which packs pay, and to which packs it goes back."""

    chart = False

    def test_ticket_of_100_takes_70_from_the_old_pack_and_30_from_the_new(self):
        new = self.make_pack(3000, day=date(2026, 9, 1))
        old = self.make_pack(1800, day=date(2026, 2, 1))
        self.log(self.make_ticket(), 1730, date=datetime(2026, 9, 2, 9))
        ticket = self.make_ticket()
        self.log(ticket, 100, date=datetime(2026, 9, 3, 9))
        entries = ticket.support_charge_id.entry_ids.sorted("id")
        self.assertEqual(entries.mapped("pack_id"), old + new)
        self.assertEqual(entries.mapped("quantity"), [-70, -30])
        self.assertIn("100 min, of which 70 min from", entries[0].explanation)
        self.assertIn("100 min, of which 30 min from", entries[1].explanation)
        self.assertEqual((old.balance, new.balance), (0, 2970))
        self.assertEqual((old.state, new.state), ("exhausted", "active"))

    def test_return_goes_to_the_pack_drawn_last(self):
        old = self.make_pack(70, day=date(2026, 2, 1))
        new = self.make_pack(1800, day=date(2026, 9, 1))
        work = self.log(self.make_ticket(), 100, date=datetime(2026, 9, 3, 9))
        expiries = (old.date_end, new.date_end)
        work.minutes = 80
        self.assertEqual((old.balance, new.balance), (0, 1790))
        work.unlink()
        self.assertEqual((old.balance, new.balance), (70, 1800))
        self.assertEqual((old.date_end, new.date_end), expiries)
        self.assertEqual(old.state, "active", "A pack that has units again is usable")
        self.assert_sound(old + new)

    def test_pack_without_end_is_drawn_last(self):
        endless = self.make_pack(600, day=date(2026, 1, 1), months=0)
        yearly = self.make_pack(60, day=date(2026, 9, 1))
        self.log(self.make_ticket(), 80, date=datetime(2026, 9, 3, 9))
        self.assertEqual((yearly.balance, endless.balance), (0, 580))

    @freeze_time("2026-06-01 10:00:00")
    def test_return_into_a_pack_that_expired_expires_again_at_once(self):
        pack = self.make_pack(600, day=date(2025, 3, 3))
        work = self.log(self.make_ticket(), 100, date=datetime(2026, 3, 2, 9))
        pack._expire()
        self.assertEqual((pack.state, pack.balance), ("expired", 0))
        work.minutes = 70
        self.assertEqual(
            self.movements(pack),
            [("usage", -100), ("expiry", -500), ("return", 30), ("expiry", -30)],
        )
        self.assertEqual((pack.state, pack.balance), ("expired", 0))
        self.assertEqual(pack.date_end, date(2026, 3, 3))
        returned, expired = pack.entry_ids.sorted("sequence")[-2:]
        self.assertLessEqual(returned.date, expired.date, "In the order it happened")

    def test_suspended_pack_is_not_drawn(self):
        self.make_pack(600)._set_state("suspended")
        ticket = self.make_ticket()
        self.log(ticket, 70)
        self.assert_charge(ticket, covered=0, uncovered=70, state="to_invoice")


@tagged("post_install", "-at_install")
class TestUncovered(SupportPacksCommon):
    """What the packs do not cover, and what the policy makes of it."""

    chart = False

    def test_pack_is_emptied_and_the_rest_is_to_be_invoiced(self):
        pack = self.make_pack(30)
        ticket = self.make_ticket()
        self.log(ticket, 20)
        self.assert_charge(ticket, covered=30, uncovered=30, state="to_invoice")
        self.assertEqual((pack.balance, pack.state), (0, "exhausted"))

    def test_correction_shrinks_what_is_uncovered_first(self):
        pack = self.make_pack(30)
        ticket = self.make_ticket()
        work = self.log(ticket, 100)
        work.minutes = 60
        self.assert_charge(ticket, covered=30, uncovered=30, state="to_invoice")
        work.unlink()
        self.assert_charge(ticket, covered=0)
        self.assertEqual(pack.balance, 30)

    def test_waiting_under_the_policies_wait_and_block(self):
        for uncovered_policy in ("wait", "block"):
            with self.subTest(uncovered_policy):
                self.policy.uncovered_policy = uncovered_policy
                client = self.make_client(f"Client who must {uncovered_policy}")
                self.make_account(client)
                ticket = self.make_ticket(client)
                self.log(ticket, 70)
                self.assert_charge(ticket, 0, uncovered=70, state="waiting")

    def test_decision_about_what_is_uncovered_stands_when_nothing_changes(self):
        self.make_account()
        ticket = self.make_ticket()
        self.log(ticket, 70)
        ticket.support_charge_id.state = "waived"
        ticket.action_support_post_charge()
        self.assertEqual(ticket.support_charge_id.state, "waived")
        self.log(ticket, 10)
        self.assertEqual(ticket.support_charge_id.state, "to_invoice")


@tagged("post_install", "-at_install")
class TestClient(SupportPacksCommon):
    """Who is charged: the account of the ticket's client, and what changes it."""

    chart = False

    def test_other_client_pays_and_the_first_one_gets_it_back(self):
        pack = self.make_pack(1800)
        client = self.make_client("Other client")
        other_pack = self.make_pack(600, account=self.make_account(client))
        ticket = self.make_ticket()
        self.log(ticket, 80)
        ticket.partner_id = client
        self.assertEqual((pack.balance, other_pack.balance), (1800, 520))
        self.assertEqual(ticket.support_charge_id.account_id, other_pack.account_id)
        self.assert_charge(ticket, covered=80)
        self.assert_sound(pack + other_pack)

    def test_client_without_account_pays_nothing_and_the_first_gets_it_back(self):
        pack = self.make_pack(1800)
        ticket = self.make_ticket()
        self.log(ticket, 80)
        ticket.partner_id = self.make_client("No account")
        self.assertFalse(ticket.support_account_id)
        self.assertEqual(pack.balance, 1800)
        self.assertEqual(ticket.support_charge_id.quantity, 0)

    def test_ticket_that_returns_to_its_client_is_charged_again(self):
        pack = self.make_pack(1800)
        ticket = self.make_ticket()
        self.log(ticket, 80)
        ticket.partner_id = self.make_client("No account")
        ticket.partner_id = self.contact
        self.assertEqual(pack.balance, 1720)
        self.assert_charge(ticket, covered=80)
        self.assert_sound(pack)

    def test_rules_of_the_other_client_hold_after_the_move(self):
        self.make_pack(1800)
        ticket = self.make_ticket()
        self.log(ticket, 80)
        client = self.make_client("Client with another policy")
        policy = make_policy(self.env, self.company, "Credits", unit="credit", block=15)
        pack = self.make_pack(600, account=self.make_account(client, policy))
        ticket.partner_id = client
        self.assertEqual(ticket.support_charge_id.unit, "credit")
        self.assert_charge(ticket, covered=90)
        self.assertEqual(pack.balance, 510)

    def test_colleague_of_the_client_changes_nothing(self):
        pack = self.make_pack(1800)
        ticket = self.make_ticket()
        self.log(ticket, 80)
        ticket.partner_id = self.contact
        self.assertEqual(self.movements(pack), [("usage", -80)])

    def test_contact_who_changes_employer_leaves_past_tickets_behind(self):
        pack = self.make_pack(1800)
        other = self.make_client("New employer")
        self.make_account(other)
        ticket = self.make_ticket(self.contact)
        self.log(ticket, 80)
        self.contact.parent_id = other
        team = self.env["helpdesk.ticket.team"].create(
            {"name": "Second line", "company_id": self.company.id}
        )
        ticket.team_id = team
        self.log(ticket, 10)
        self.assertEqual(ticket.support_account_id, pack.account_id)
        self.assertEqual(pack.balance, 1710)

    def test_account_of_another_company_is_refused(self):
        other = self.env["res.company"].create({"name": "Other company"})
        policy = make_policy(self.env, other)
        account = self.make_account(policy=policy)
        with self.assertRaisesRegex(UserError, "Support account"):
            self.make_ticket(support_account_id=account.id)

    def test_archived_account_charges_no_new_ticket(self):
        self.make_account().active = False
        ticket = self.make_ticket()
        self.log(ticket, 80)
        self.assertFalse(ticket.support_account_id)

    def test_copy_of_a_ticket_starts_without_charge(self):
        pack = self.make_pack(1800)
        ticket = self.make_ticket()
        self.log(ticket, 80)
        ticket.support_typed_units = 100
        copy = ticket.copy()
        self.assertEqual(copy.support_account_id, pack.account_id)
        self.assertFalse(copy.support_charge_id or copy.support_work_ids)
        self.assertEqual(copy.support_typed_units, 0)
        self.assertEqual(pack.balance, 1700)

    def test_ticket_with_work_is_archived_rather_than_deleted(self):
        self.make_pack(1800)
        ticket = self.make_ticket()
        self.log(ticket, 80)
        with self.assertRaisesRegex(UserError, ticket.number):
            ticket.unlink()
        self.make_ticket().unlink()

    def test_new_work_typed_in_the_form_of_the_ticket_adds_nothing_yet(self):
        self.make_pack(1800)
        ticket = self.make_ticket()
        self.log(ticket, 80)
        draft = ticket.new(origin=ticket)
        draft.support_work_ids = [
            Command.create({"minutes": 10, "name": "Draft", "date": False}),
            Command.create({"minutes": 5, "name": "Draft"}),
        ]
        charged = {work.minutes: work.charged for work in draft.support_work_ids}
        self.assertEqual(charged[80], 80)


@tagged("post_install", "-at_install")
class TestCredits(SupportPacksCommon):
    """Credits are debited when the ticket is resolved [001]."""

    chart = False

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy = make_credits_policy(cls.env, cls.company, uncovered_policy="block")
        cls.consultation = cls.policy.request_type_ids
        cls.intervention = make_type(
            cls.env, cls.policy, "Intervention", minimum=60, block=15
        )
        cls.update = make_type(cls.env, cls.policy, "Update", flat_quantity=60)
        cls.pack = cls.make_pack(240, months=0, account=cls.make_account())

    def assert_costs(self, request_type, minutes, expected):
        ticket = self.make_ticket(support_request_type_id=request_type.id)
        self.log(ticket, minutes)
        self.assertFalse(ticket.support_charge_id, "Nothing before the resolution")
        self.solve(ticket)
        self.assert_charge(ticket, covered=expected)

    def test_consultation_of_7_16_and_45_minutes_costs_15_30_and_45(self):
        for minutes, expected in ((7, 15), (16, 30), (45, 45)):
            self.assert_costs(self.consultation, minutes, expected)
        self.assertEqual(self.pack.balance, 240 - 15 - 30 - 45)

    def test_intervention_of_20_60_and_70_minutes_costs_60_60_and_75(self):
        for minutes, expected in ((20, 60), (60, 60), (70, 75)):
            self.assert_costs(self.intervention, minutes, expected)

    def test_security_update_of_3_hours_costs_60(self):
        self.assert_costs(self.update, 180, 60)

    def test_registration_pack_with_20_left_pays_before_the_recharge(self):
        recharge = self.make_pack(60, months=0)
        registration = self.make_pack(20, months=12)
        self.assert_costs(self.consultation, 45, 45)
        self.assertEqual((registration.balance, self.pack.balance), (0, 215))
        self.assertEqual(recharge.balance, 60)

    def test_reopening_posts_nothing_until_the_next_resolution(self):
        ticket = self.make_ticket()
        self.log(ticket, 7)
        self.solve(ticket)
        ticket.stage_id = self.stage_new
        self.log(ticket, 30)
        self.assert_charge(ticket, covered=15)
        self.solve(ticket)
        self.assert_charge(ticket, covered=45)

    def test_cancelled_ticket_is_no_resolution(self):
        ticket = self.make_ticket()
        self.log(ticket, 7)
        ticket.stage_id = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_cancelled")
        self.assertFalse(ticket.support_charge_id)

    def test_resolution_without_work_costs_nothing(self):
        ticket = self.make_ticket()
        self.solve(ticket)
        self.assertFalse(ticket.support_charge_id)

    def test_closed_date_goes_when_the_ticket_is_reopened(self):
        ticket = self.make_ticket()
        self.solve(ticket)
        self.assertTrue(ticket.closed_date)
        ticket.stage_id = self.stage_new
        self.assertFalse(ticket.closed_date)

    def test_four_minutes_a_credit_are_rounded_up_once(self):
        self.policy.minutes_per_credit = 4
        self.consultation.write({"minimum": 0, "block": 1})
        ticket = self.make_ticket()
        for _number in range(3):
            self.log(ticket, 3)
        self.solve(ticket)
        self.assert_charge(ticket, covered=3)


@tagged("post_install", "-at_install")
class TestEvents(SupportPacksCommon):
    """One ticket is one event, used when we admit the ticket [004]."""

    chart = False

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy = make_policy(
            cls.env,
            cls.company,
            "Tickets",
            minimum=0,
            unit="ticket",
            debit_on="acceptance",
        )
        cls.pack = cls.make_pack(8, account=cls.make_account())

    def test_admission_uses_one_event(self):
        ticket = self.make_ticket()
        self.log(ticket, 200)
        self.assertEqual(self.pack.balance, 8, "Work is not what is counted")
        ticket.action_support_admit()
        self.assert_charge(ticket, covered=1)
        self.assertEqual(self.pack.balance, 7)

    def test_admitting_or_reopening_again_uses_no_other_event(self):
        ticket = self.make_ticket()
        ticket.action_support_admit()
        admitted_at = ticket.support_admitted_at
        self.solve(ticket)
        ticket.stage_id = self.stage_new
        ticket.action_support_admit()
        self.assertEqual(self.pack.balance, 7)
        self.assertEqual(ticket.support_admitted_at, admitted_at)

    def test_ninth_ticket_is_not_covered(self):
        tickets = [self.make_ticket() for _number in range(9)]
        for ticket in tickets:
            ticket.action_support_admit()
        self.assert_charge(tickets[7], covered=1)
        self.assert_charge(tickets[8], covered=0, uncovered=1, state="to_invoice")


@tagged("post_install", "-at_install")
class TestPreview(SupportPacksCommon):
    """What so many minutes more would cost, without posting anything."""

    chart = False

    def test_preview_adds_to_what_is_charged_and_posts_nothing(self):
        pack = self.make_pack(1800)
        ticket = self.make_ticket()
        self.log(ticket, 50)
        preview = ticket.get_support_charge_preview(40)
        self.assertEqual(
            (preview["unit"], preview["quantity"], preview["covered"]),
            ("minute", 90, 90),
        )
        self.assertEqual(preview["uncovered"], 0)
        self.assertEqual(
            (preview["balance_before"], preview["balance_after"]), (1740, 1710)
        )
        self.assertEqual(preview["steps"], [["work", {"minutes": 90}]])
        self.assertEqual(self.movements(pack), [("usage", -60)])

    def test_preview_says_what_the_pack_does_not_cover(self):
        self.make_pack(30)
        preview = self.make_ticket().get_support_charge_preview(20)
        self.assertEqual((preview["covered"], preview["uncovered"]), (30, 30))
        self.assertEqual(preview["balance_after"], 0)

    @freeze_time("2026-03-05 10:00:00")
    def test_preview_does_not_count_on_a_pack_that_ended(self):
        """Until it expires only work dated within its validity may draw on it."""
        pack = self.make_pack(600, day=date(2025, 3, 3))
        self.assertEqual(pack.state, "active")
        preview = self.make_ticket().get_support_charge_preview(70)
        self.assertEqual((preview["covered"], preview["uncovered"]), (0, 70))

    def test_preview_refuses_what_is_no_number_of_minutes(self):
        self.make_account()
        ticket = self.make_ticket()
        for minutes in (-1, True, "10", 1.5, None, 10**9):
            with (
                self.subTest(minutes),
                self.assertRaisesRegex(ValidationError, "Minutes"),
            ):
                ticket.get_support_charge_preview(minutes)
