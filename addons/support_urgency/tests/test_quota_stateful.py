"""Random lives of a client whose packs count per priority, through the database.

Hypothesis chooses what people do: open, admit, re-prioritise, cancel, reopen, merge,
set a quantity, buy, expire, decide, settle. After every step the promises are checked.
What fails is shrunk to the shortest story that fails.
"""

import os
from collections import Counter
from datetime import timedelta

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from odoo.tests import tagged

from .common_quota import QuotaCommon

CI = bool(os.environ.get("CI"))
LIVES, STEPS = (80 if CI else 12), 20
SETTINGS = settings(
    max_examples=LIVES,
    stateful_step_count=STEPS,
    derandomize=True,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    database=None,
    phases=[Phase.generate, Phase.shrink],
)
PRIORITIES = st.integers(0, 3)
# Quotas of a pack, and its content; none: it serves any priority.
PACKS = st.sampled_from(
    [
        ({"P1": 1, "P2": 1, "P3": 1}, 3),
        ({"P1": 2, "P2": 2}, 3),
        ({"P2": 1}, 4),
        ({"P3": 2, "P4": 1}, 3),
        ({}, 2),
    ]
)
# Days from today on which a pack ends: over, open for late work only, or good.
ENDS = st.sampled_from([-6, -1, 0, 9, 300, 300])


class LifeOfSlots(RuleBasedStateMachine):
    tickets = Bundle("tickets")
    case = None
    steps = 0
    seen = Counter()

    def __init__(self):
        super().__init__()
        self.env = self.case.env
        self.savepoint = self.env.cr.savepoint()
        # What each ticket should cost, and for which priority it was drawn.
        self.facts = {}

    def teardown(self):
        self.seen.update(self.packs.entry_ids.mapped("entry_type"))
        self.seen.update(f"charge {state}" for state in self.charges.mapped("state"))
        self.savepoint.close(rollback=True)
        self.env.transaction.clear()
        self.env.registry.clear_cache()

    @initialize(
        target=tickets,
        pack=PACKS,
        days=ENDS,
        uncovered=st.sampled_from(["invoice", "wait"]),
        higher=st.booleans(),
        first=PRIORITIES,
        second=PRIORITIES,
    )
    def begin(self, pack, days, uncovered, higher, first, second):
        """A client with a pack, and perhaps an old one, opens two tickets."""
        self.case.policy.write(
            {"uncovered_policy": uncovered, "higher_serves_lower": higher}
        )
        self.buy(({"P1": 1, "P2": 2, "P3": 1}, 4), 300)
        self.buy(pack, days)
        return multiple(*(self.open(one, True) for one in (first, second)))

    # === packs === #

    @rule(pack=PACKS, days=ENDS)
    def buy(self, pack, days):
        quotas, quantity = pack
        end = self.case.company.support_local_date() + timedelta(days=days)
        values = {"day": end - timedelta(days=400), "months": 1}
        if quotas:
            bought = self.case.make_quota_pack(quotas, quantity, **values)
        else:
            bought = self.case.make_pack(quantity, account=self.case.account, **values)
        # Its own end, whatever the months come to.
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE support_pack SET date_end = %s, expiry_kind = 'purchase', "
            "expiry_months = 1 WHERE id = %s",
            [end, bought.id],
        )
        self.env.invalidate_all()

    @rule()
    def expire(self):
        self.packs.filtered(
            lambda pack: pack.state in ("active", "suspended") and pack._is_over()
        )._expire()

    @rule(higher=st.booleans())
    def borrow(self, higher):
        self.case.policy.higher_serves_lower = higher

    # === tickets === #

    @rule(
        target=tickets, place=PRIORITIES, admitted=st.sampled_from([True, True, False])
    )
    def open(self, place, admitted):
        priority = self.case.priorities[place]
        ticket = self.case.make_ticket(support_priority_id=priority.id)
        if admitted:
            ticket.action_support_admit()
        return ticket

    @rule(ticket=tickets)
    def admit(self, ticket):
        ticket.action_support_admit()

    @rule(ticket=tickets, place=PRIORITIES)
    def prioritise(self, ticket, place):
        charge = ticket.support_charge_id
        before, uncovered = charge.quantity, charge.uncovered
        is_invoiced = charge.decision == "invoice"
        ticket.support_priority_id = self.case.priorities[place]
        self.case.assertEqual(ticket.support_charge_id.quantity, before)
        if is_invoiced:
            self.case.assertGreaterEqual(charge.uncovered, uncovered)
            self.seen["prioritised as decided"] += 1
        self.seen["prioritised"] += bool(before)

    @rule(ticket=tickets, by=st.sampled_from(["us", "client"]))
    def cancel(self, ticket, by):
        stage = self.case.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_cancelled")
        ticket.write({"stage_id": stage.id, "support_cancelled_by": by})
        if by == "us":
            self.case.assertFalse(ticket.support_charge_id.covered)

    @rule(ticket=tickets, solve=st.booleans())
    def solve_or_reopen(self, ticket, solve):
        ticket.stage_id = self.case.stage_done if solve else self.case.stage_new

    @rule(ticket=tickets, main=tickets)
    def merge(self, ticket, main):
        if ticket != main and not ticket.duplicate_id and not main.duplicate_id:
            ticket.duplicate_id = main
            self.case.assertFalse(ticket.support_charge_id.covered)

    @rule(ticket=tickets, quantity=st.integers(0, 4))
    def set_quantity(self, ticket, quantity):
        values = {"ticket_id": ticket.id, "quantity": quantity, "reason": "Agreed"}
        self.env["support.charge.override"].create(values).action_apply()

    @rule(
        number=st.integers(0, 9),
        choice=st.sampled_from(["next_pack", "waive", "invoice"]),
    )
    def decide(self, number, choice):
        charges = self.charges.filtered(
            lambda charge: charge.state in ("waiting", "to_invoice")
        )
        if charges:
            charge = charges[number % len(charges)]
            values = {"charge_ids": charge.ids, "choice": choice, "reason": "Agreed"}
            self.env["support.charge.decision"].create(values).action_apply()

    @rule()
    def settle(self):
        self.case.account._settle_waiting_charges()

    # === what is always true === #

    @property
    def packs(self):
        return self.case.account.pack_ids

    @property
    def charges(self):
        return self.case.account.charge_ids

    @invariant()
    def start_afresh(self):
        type(self).steps += 1
        self.env.flush_all()
        self.env.invalidate_all()

    @invariant()
    def packs_and_quotas_are_sound(self):
        for pack in self.packs:
            self.case.assert_sound(pack)
            self.case.assertTrue(0 <= pack.balance <= pack.granted)
            if pack.state in ("active", "exhausted"):
                self.case.assertEqual(pack.state == "active", pack.balance > 0)
            for quota in pack.quota_ids:
                entries = pack.entry_ids.filtered(
                    lambda entry, quota=quota: entry.quota_id == quota
                )
                self.case.assertEqual(quota.used, -sum(entries.mapped("quantity")))
                self.case.assertTrue(0 <= quota.used <= quota.granted)
            if pack.quota_ids:
                # Whatever moved by a ticket moved in a slot.
                moved = pack.entry_ids.filtered("ticket_id")
                self.case.assertEqual(moved, moved.filtered("quota_id"))
        self.case.assertFalse(self.env["support.replay"]._find_suspect_quotas())

    @invariant()
    def charges_add_up(self):
        for charge in self.charges:
            self.case.assertEqual(charge.quantity, charge.covered + charge.uncovered)
            self.case.assertEqual(
                -sum(charge.entry_ids.mapped("quantity")), charge.covered
            )
            self.case.assertLessEqual(charge.waived, charge.uncovered)

    @invariant()
    def slots_serve_their_priority(self):
        """Or, where it was allowed at the time, a lower one; never a higher one."""
        order = [priority.code for priority in self.case.priorities]
        for charge in self.charges:
            for usage in charge._get_usages():
                entry = self.env["support.ledger.entry"].browse(usage.entry_id)
                if usage.quantity and entry.quota_id:
                    slot = order.index(entry.quota_id.priority_id.code)
                    own = order.index(charge.priority_id.code)
                    self.case.assertLessEqual(slot, own)
                    self.seen["borrowed"] += slot < own

    @invariant()
    def charges_follow_the_priority(self):
        for charge in self.charges.filtered("quantity"):
            ticket = charge.ticket_id
            if ticket.support_admitted_at:
                self.case.assertEqual(charge.priority_id, ticket.support_priority_id)
            self.case.assertEqual(
                ticket.priority, ticket.support_priority_id.ticket_priority
            )

    @invariant()
    def posting_again_posts_nothing(self):
        before = len(self.packs.entry_ids)
        for charge in self.charges:
            charge.ticket_id.action_support_post_charge()
        self.env.invalidate_all()
        self.case.assertEqual(len(self.packs.entry_ids), before)


@tagged("post_install", "-at_install")
class TestQuotaStateful(QuotaCommon):
    def test_promises_hold_whatever_people_do(self):
        LifeOfSlots.case = self
        LifeOfSlots.steps = 0
        LifeOfSlots.seen = seen = Counter()
        run_state_machine_as_test(LifeOfSlots, settings=SETTINGS)
        self.assertGreaterEqual(LifeOfSlots.steps, LIVES * STEPS * 6 // 10)
        happens = ["usage", "return", "prioritised", "borrowed"]
        for happened in happens + ["expiry"] * CI:
            self.assertGreater(seen[happened], 2, seen)
