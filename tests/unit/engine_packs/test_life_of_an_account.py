# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""An account lives: packs are sold, end and are refunded; tickets come and change.

The machine does what the add-on does with the engine: it keeps a ledger per pack,
quotes the facts of a ticket, and posts what ``converge`` says. Beside it, a model of
its own holds every single unit as a thing with an owner, and moves them one by one.
After every step both must agree, and the journal of every pack must replay cleanly.
"""

from dataclasses import dataclass, field
from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
)
from support_packs_engine.drawdown import PackState, Usage, converge
from support_packs_engine.expiry import expiry_date
from support_packs_engine.journal import Entry, replay
from support_packs_engine.tariff import Facts, Rules, quote

from .common import TODAY, HalfMore

RULES = Rules("minute", minimum=60, block=5)
GRACE = timedelta(days=3)
QUANTITIES = st.integers(1, 200)
MONTHS = st.sampled_from([None, 1, 2, 12])
MINUTES = st.integers(1, 150)


@dataclass
class Pack:
    """A pack with its ledger. ``units`` is the model: how many are in it."""

    id: int
    granted: int
    activated_on: object
    expires_on: object
    entries: list = field(default_factory=list)
    closed_by: str | None = None
    units: int = 0

    @property
    def balance(self):
        return self.entries[-1].balance_after if self.entries else 0

    def post(self, kind, quantity):
        after = self.balance + quantity
        self.entries.append(Entry(len(self.entries) + 1, kind, quantity, after))

    def state(self):
        return PackState(
            self.id, self.balance, self.granted, self.activated_on, self.expires_on
        )


@dataclass
class Ticket:
    """A ticket with its work and what the ledger holds for it.

    The model is ``drawn``, the packs of its units in order, and ``waiting``, how many
    no pack has paid.
    """

    id: int
    work: list = field(default_factory=list)
    urgent: bool = False
    usages: list = field(default_factory=list)
    uncovered: int = 0
    drawn: list = field(default_factory=list)
    waiting: int = 0

    def facts(self):
        normal = sum(minutes for minutes, urgent in self.work if not urgent)
        urgent = sum(minutes for minutes, urgent in self.work if urgent)
        return Facts(minutes=normal, urgent_minutes=urgent)

    def expected(self):
        """The price by the seed's own words, without the engine."""
        normal = sum(minutes for minutes, urgent in self.work if not urgent)
        urgent = sum(minutes for minutes, urgent in self.work if urgent)
        if not normal + urgent:
            return 0
        base = max(normal + urgent, 60)
        base += -base % 5
        surcharged = 0 if not urgent else urgent if normal else base
        return base + (surcharged + 1) // 2

    @property
    def covered(self):
        return sum(usage.quantity for usage in self.usages)


class LifeOfAnAccount(RuleBasedStateMachine):
    packs = Bundle("packs")
    tickets = Bundle("tickets")

    def __init__(self):
        super().__init__()
        self.today = TODAY
        self.all_packs = {}
        self.all_tickets = []
        self.entry_id = 0

    # === what people do === #

    @initialize(target=packs, quantity=QUANTITIES)
    def first_purchase(self, quantity):
        return self.sell(quantity, months=12, settle=False)

    @initialize(target=tickets)
    def first_ticket(self):
        return self.open_ticket(urgent=False)

    @rule(target=packs, quantity=QUANTITIES, months=MONTHS, settle=st.booleans())
    def sell(self, quantity, months, settle):
        kind = "purchase" if months else "none"
        ends = expiry_date(kind, months or 0, self.today)
        pack = Pack(len(self.all_packs) + 1, quantity, self.today, ends)
        pack.post("grant", quantity)
        pack.units = quantity
        self.all_packs[pack.id] = pack
        if settle:
            self.settle()
        return pack

    @rule(target=tickets, urgent=st.booleans())
    def open_ticket(self, urgent):
        ticket = Ticket(len(self.all_tickets) + 1, urgent=urgent)
        self.all_tickets.append(ticket)
        return ticket

    @rule(ticket=tickets, minutes=MINUTES)
    def work(self, ticket, minutes):
        ticket.work.append((minutes, ticket.urgent))
        self._converge(ticket)

    @rule(ticket=tickets, minutes=MINUTES, days_ago=st.integers(1, 40))
    def record_late_work(self, ticket, minutes, days_ago):
        ticket.work.append((minutes, ticket.urgent))
        self._converge(ticket, on=self.today - timedelta(days=days_ago))

    @rule(ticket=tickets, data=st.data())
    def edit_down(self, ticket, data):
        if not ticket.work:
            return
        index = data.draw(st.integers(0, len(ticket.work) - 1))
        minutes, urgent = ticket.work[index]
        ticket.work[index] = (data.draw(st.integers(0, minutes)), urgent)
        self._converge(ticket)

    @rule(ticket=tickets, data=st.data())
    def delete_work(self, ticket, data):
        if not ticket.work:
            return
        del ticket.work[data.draw(st.integers(0, len(ticket.work) - 1))]
        self._converge(ticket)

    @rule(ticket=tickets)
    def accept_urgency(self, ticket):
        ticket.urgent = True
        assert self._converge(ticket).posts_nothing

    @rule(ticket=tickets)
    def cancel_urgency(self, ticket):
        ticket.urgent = False
        ticket.work = [(minutes, False) for minutes, _urgent in ticket.work]
        assert not self._converge(ticket).draws

    @rule(ticket=tickets)
    def reopen_and_resolve(self, ticket):
        assert self._converge(ticket).posts_nothing

    @rule()
    def settle(self):
        for ticket in self.all_tickets:
            self._converge(ticket, settle=True)

    @rule(days=st.integers(1, 20))
    def time_passes(self, days):
        self.today += timedelta(days=days)
        for pack in self.all_packs.values():
            if pack.expires_on and pack.expires_on + GRACE < self.today:
                self._close(pack, "expiry")

    @rule(pack=packs)
    def refund(self, pack):
        self._close(pack, "refund")

    # === what the add-on does === #

    def _converge(self, ticket, on=None, settle=False):
        on = on or self.today
        target = quote(ticket.facts(), RULES, HalfMore()).quantity
        self._model_converge(ticket, on, settle)
        movement = converge(
            target,
            packs=[
                pack.state() for pack in self.all_packs.values() if not pack.closed_by
            ],
            usages=ticket.usages,
            uncovered=ticket.uncovered,
            on=on,
            settle=ticket.uncovered if settle else 0,
        )
        self._post(ticket, movement)
        return movement

    def _post(self, ticket, movement):
        for part in movement.draws:
            self.all_packs[part.pack_id].post("usage", -part.quantity)
            self.entry_id += 1
            ticket.usages.append(Usage(self.entry_id, part.pack_id, part.quantity))
        for item in movement.returns:
            pack = self.all_packs[item.pack_id]
            pack.post("return", item.quantity)
            self._take_back(ticket, item)
            if pack.closed_by:
                pack.post(pack.closed_by, -item.quantity)
        ticket.uncovered = movement.uncovered

    def _take_back(self, ticket, item):
        ticket.usages = [
            Usage(usage.entry_id, usage.pack_id, usage.quantity - item.quantity)
            if usage.entry_id == item.entry_id
            else usage
            for usage in ticket.usages
        ]

    def _close(self, pack, kind):
        if pack.balance:
            pack.post(kind, -pack.balance)
        pack.closed_by = pack.closed_by or kind
        pack.units = 0

    # === what a patient clerk would do, one unit at a time === #

    def _model_converge(self, ticket, on, settle):
        surplus = len(ticket.drawn) + ticket.waiting - ticket.expected()
        for _unit in range(surplus):
            if ticket.waiting:
                ticket.waiting -= 1
            else:
                pack = ticket.drawn.pop()
                pack.units += 0 if pack.closed_by else 1
        to_draw = max(-surplus, 0) + (ticket.waiting if settle else 0)
        ticket.waiting += max(-surplus, 0)
        for _unit in range(to_draw):
            pack = self._model_next_pack(on)
            if pack is not None:
                pack.units -= 1
                ticket.waiting -= 1
                ticket.drawn.append(pack)

    def _model_next_pack(self, on):
        best = None
        for pack in self.all_packs.values():
            late = pack.expires_on is not None and pack.expires_on < on
            if pack.closed_by or late or not pack.units:
                continue
            if best is None or self._model_sooner(pack, best):
                best = pack
        return best

    @staticmethod
    def _model_sooner(pack, other):
        if pack.expires_on != other.expires_on:
            if pack.expires_on is None or other.expires_on is None:
                return other.expires_on is None
            return pack.expires_on < other.expires_on
        if pack.activated_on != other.activated_on:
            return pack.activated_on < other.activated_on
        return pack.id < other.id

    # === what is always true === #

    @invariant()
    def journals_replay(self):
        for pack in self.all_packs.values():
            result = replay(pack.entries, pack.granted)
            assert result.problems == ()
            assert result.balance == pack.balance

    @invariant()
    def packs_hold_the_units_of_the_model(self):
        for pack in self.all_packs.values():
            assert pack.balance == pack.units

    @invariant()
    def tickets_hold_the_units_of_the_model(self):
        for ticket in self.all_tickets:
            drawn = [
                usage.pack_id for usage in ticket.usages for _ in range(usage.quantity)
            ]
            assert drawn == [pack.id for pack in ticket.drawn]

    @invariant()
    def charges_cost_what_the_facts_say(self):
        for ticket in self.all_tickets:
            assert ticket.uncovered == ticket.waiting >= 0
            assert ticket.covered + ticket.uncovered == ticket.expected()

    @invariant()
    def no_unit_is_made_or_lost(self):
        for pack in self.all_packs.values():
            gone = -sum(
                entry.quantity
                for entry in pack.entries
                if entry.kind in ("expiry", "refund")
            )
            used = sum(
                usage.quantity
                for ticket in self.all_tickets
                for usage in ticket.usages
                if usage.pack_id == pack.id
            )
            assert pack.granted == pack.balance + used + gone

    @invariant()
    def converging_again_posts_nothing(self):
        packs = [p.state() for p in self.all_packs.values() if not p.closed_by]
        for ticket in self.all_tickets:
            again = converge(
                ticket.expected(),
                packs=packs,
                usages=ticket.usages,
                uncovered=ticket.uncovered,
                on=self.today,
            )
            assert again.posts_nothing


TestLifeOfAnAccount = LifeOfAnAccount.TestCase
# Fifty lives of fifty steps by default, five hundred of sixty in the deep profile.
TestLifeOfAnAccount.settings = settings(max_examples=settings().max_examples // 2)
