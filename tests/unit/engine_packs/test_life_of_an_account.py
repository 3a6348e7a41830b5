# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""An account lives: packs are sold, paid, suspended, end and are refunded; tickets
come and change.

The machine does what the add-on does with the engine: it keeps a ledger per pack,
quotes the facts of a ticket, and posts what ``converge`` says. Beside it, a model of
its own holds every single unit as a thing with an owner, and moves them one by one, as
a patient clerk would. After every step both must agree, and the journal of every pack
must replay cleanly.
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
    precondition,
    rule,
)
from support_packs_engine.drawdown import PackState, Usage, converge
from support_packs_engine.expiry import expiry_date
from support_packs_engine.journal import Entry, replay
from support_packs_engine.tariff import Facts, Rules, quote

from .common import TODAY, HalfMore

TYPES = (
    Rules("minute", minimum=60, block=5),
    Rules("minute", minimum=15, block=15),
    Rules("minute"),
    Rules("minute", flat_quantity=40),
)
GRACE = timedelta(days=3)
QUANTITIES = st.integers(1, 150)
MONTHS = st.sampled_from([None, None, 1, 1, 12])
MINUTES = st.integers(1, 90)


@dataclass
class Pack:
    """A pack with its ledger. ``units`` is the model: how many are in it."""

    id: int
    granted: int
    months: int | None
    activated_on: object = None
    expires_on: object = None
    entries: list = field(default_factory=list)
    closed_by: str | None = None
    suspended: bool = False
    units: int = 0

    @property
    def balance(self):
        return self.entries[-1].balance_after if self.entries else 0

    @property
    def is_usable(self):
        return bool(self.entries) and not self.closed_by and not self.suspended

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

    The model is ``drawn``, the packs of its units in order, ``waiting``, how many no
    pack has paid, and ``waived``, how many nobody will pay.
    """

    id: int
    rules: Rules = TYPES[0]
    work: list = field(default_factory=list)
    urgent: bool = False
    free: bool = False
    override: int | None = None
    usages: list = field(default_factory=list)
    uncovered: int = 0
    kept: int = 0
    drawn: list = field(default_factory=list)
    waiting: int = 0
    waived: int = 0

    def minutes(self, urgent):
        return sum(minutes for minutes, is_urgent in self.work if is_urgent == urgent)

    def target(self):
        """The price as the add-on asks the engine for it."""
        # No debit without its cause; the engine's fixed price does not ask for one.
        if self.free or not self.work:
            return 0
        facts = Facts(
            minutes=self.minutes(False),
            urgent_minutes=self.minutes(True),
            override=self.override,
        )
        return quote(facts, self.rules, HalfMore()).quantity

    def expected(self):
        """The price by the seed's own words, without the engine."""
        normal, urgent = self.minutes(False), self.minutes(True)
        if self.free or not self.work:
            return 0
        if self.override is not None:
            return self.override
        if self.rules.flat_quantity:
            return self.rules.flat_quantity
        if not normal + urgent:
            return 0
        base = max(normal + urgent, self.rules.minimum)
        base += -base % self.rules.block
        surcharged = 0 if not urgent else urgent if normal else base
        return base + (surcharged + 1) // 2

    @property
    def covered(self):
        return sum(usage.quantity for usage in self.usages)


class LifeOfAnAccount(RuleBasedStateMachine):
    packs = Bundle("packs")
    tickets = Bundle("tickets")

    # Taken by all lives of a test together.
    steps = 0

    def __init__(self):
        super().__init__()
        self.today = TODAY
        self.all_packs = {}
        self.all_tickets = []
        self.entry_id = 0

    # === packs === #

    @initialize(target=packs, quantity=QUANTITIES)
    def first_purchase(self, quantity):
        pack = self.sell(quantity, months=12)
        self.pay(pack, settle=False)
        return pack

    @initialize(target=tickets)
    def first_ticket(self):
        return self.open_ticket(urgent=False)

    @rule(target=packs, quantity=QUANTITIES, months=MONTHS)
    def sell(self, quantity, months):
        pack = Pack(len(self.all_packs) + 1, quantity, months)
        self.all_packs[pack.id] = pack
        return pack

    @rule(pack=packs, settle=st.booleans())
    def pay(self, pack, settle):
        """The payment activates a pack, or ends its suspension."""
        if pack.closed_by:
            return
        pack.suspended = False
        if not pack.entries:
            kind = "purchase" if pack.months else "none"
            pack.activated_on = self.today
            pack.expires_on = expiry_date(kind, pack.months or 0, self.today)
            pack.post("grant", pack.granted)
            pack.units = pack.granted
        if settle:
            self.settle()

    @rule(target=packs, quantity=QUANTITIES, months=MONTHS, settle=st.booleans())
    def sell_and_pay(self, quantity, months, settle):
        pack = self.sell(quantity, months)
        self.pay(pack, settle)
        return pack

    @rule(pack=packs)
    def undo_the_payment(self, pack):
        pack.suspended = bool(pack.entries) and not pack.closed_by

    @rule(pack=packs)
    def credit(self, pack):
        """A credit note voids what is left; what was never granted, never will be."""
        self._close(pack, "refund")

    @rule(pack=packs, days=st.integers(0, 4))
    def the_end_of_a_pack_comes(self, pack, days):
        """Its last day, or one of those on which late work may be recorded."""
        end = pack.expires_on
        if end and self.today <= end < self.today + timedelta(days=40):
            self.time_passes((end - self.today).days + days)

    @rule(days=st.integers(1, 20))
    def time_passes(self, days):
        self.today += timedelta(days=days)
        for pack in self.all_packs.values():
            if pack.expires_on and pack.expires_on + GRACE < self.today:
                self._close(pack, "expiry")

    # === tickets === #

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
    def edit(self, ticket, data):
        if not ticket.work:
            return
        index = data.draw(st.integers(0, len(ticket.work) - 1))
        minutes, urgent = ticket.work[index]
        ticket.work[index] = (data.draw(st.integers(0, minutes + 20)), urgent)
        self._converge(ticket)

    @rule(ticket=tickets, data=st.data())
    def delete_work(self, ticket, data):
        if not ticket.work:
            return
        del ticket.work[data.draw(st.integers(0, len(ticket.work) - 1))]
        self._converge(ticket)

    @rule(ticket=tickets, rules=st.sampled_from(TYPES))
    def change_type(self, ticket, rules):
        ticket.rules = rules
        self._converge(ticket)

    @rule(ticket=tickets, quantity=st.none() | st.integers(0, 120))
    def override(self, ticket, quantity):
        ticket.override = quantity
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
    def cancel_by_us(self, ticket):
        ticket.free = True
        assert not self._converge(ticket).draws
        assert not ticket.covered + ticket.uncovered

    @rule(ticket=tickets)
    def reopen(self, ticket):
        """What we had cancelled is due again; what had been solved stands."""
        was_free, ticket.free = ticket.free, False
        assert self._converge(ticket).posts_nothing or was_free

    @precondition(lambda self: len(self.all_tickets) > 1)
    @rule(ticket=tickets, main=tickets)
    def merge(self, ticket, main):
        if ticket is main:
            return
        main.work += ticket.work
        ticket.work = []
        self._converge(ticket)
        self._converge(main)
        assert not ticket.covered + ticket.uncovered

    @rule(ticket=tickets)
    def waive(self, ticket):
        ticket.kept = ticket.uncovered
        ticket.waived += ticket.waiting
        ticket.waiting = 0

    @rule()
    def settle(self):
        for ticket in self.all_tickets:
            self._converge(ticket, settle=True)

    # === what the add-on does === #

    def _converge(self, ticket, on=None, settle=False):
        on = on or self.today
        self._model_converge(ticket, on, settle)
        movement = converge(
            ticket.target(),
            packs=self._usable_packs(),
            usages=ticket.usages,
            uncovered=ticket.uncovered,
            on=on,
            settle=ticket.uncovered - ticket.kept if settle else 0,
        )
        self._post(ticket, movement)
        return movement

    def _usable_packs(self):
        return [pack.state() for pack in self.all_packs.values() if pack.is_usable]

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
        ticket.kept = min(ticket.kept, ticket.uncovered)

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
        due = ticket.expected()
        held = len(ticket.drawn) + ticket.waiting + ticket.waived
        for _unit in range(held - due):
            self._model_take_off(ticket)
        to_draw = max(due - held, 0) + (ticket.waiting if settle else 0)
        ticket.waiting += max(due - held, 0)
        for _unit in range(to_draw):
            pack = self._model_next_pack(on)
            if pack is None:
                break
            pack.units -= 1
            ticket.waiting -= 1
            ticket.drawn.append(pack)

    def _model_take_off(self, ticket):
        """Take one unit off the charge: what nobody has paid first."""
        if ticket.waiting:
            ticket.waiting -= 1
        elif ticket.waived:
            ticket.waived -= 1
        else:
            pack = ticket.drawn.pop()
            pack.units += 0 if pack.closed_by else 1

    def _model_next_pack(self, on):
        best = None
        for pack in self.all_packs.values():
            late = pack.expires_on is not None and pack.expires_on < on
            if late or not pack.units or pack.suspended:
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
    def one_step_more(self):
        type(self).steps += 1

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
            assert 0 <= pack.balance <= pack.granted

    @invariant()
    def tickets_hold_the_units_of_the_model(self):
        """What returned, returned to where it came from, last drawn first."""
        for ticket in self.all_tickets:
            drawn = [
                usage.pack_id for usage in ticket.usages for _ in range(usage.quantity)
            ]
            assert drawn == [pack.id for pack in ticket.drawn]

    @invariant()
    def charges_cost_what_the_facts_say(self):
        for ticket in self.all_tickets:
            assert ticket.uncovered == ticket.waiting + ticket.waived >= 0
            assert ticket.kept == ticket.waived
            assert ticket.covered + ticket.uncovered == ticket.expected()

    @invariant()
    def no_unit_is_made_or_lost(self):
        used = dict.fromkeys(self.all_packs, 0)
        for ticket in self.all_tickets:
            for usage in ticket.usages:
                used[usage.pack_id] += usage.quantity
        for pack in self.all_packs.values():
            if pack.entries:
                gone = -sum(
                    entry.quantity
                    for entry in pack.entries
                    if entry.kind in ("expiry", "refund")
                )
                assert pack.granted == pack.balance + used[pack.id] + gone

    @invariant()
    def converging_again_posts_nothing(self):
        packs = self._usable_packs()
        for ticket in self.all_tickets:
            again = converge(
                ticket.expected(),
                packs=packs,
                usages=ticket.usages,
                uncovered=ticket.uncovered,
                on=self.today,
            )
            assert again.posts_nothing


class TestLifeOfAnAccount(LifeOfAnAccount.TestCase):
    """As many lives as the profile says, of as many steps: 20 000 before a merge.

    Some lives are cut short; if much were, less would be tried than one believes.
    """

    def runTest(self):
        LifeOfAnAccount.steps = 0
        super().runTest()
        planned = settings().max_examples * settings().stateful_step_count
        assert LifeOfAnAccount.steps >= planned * 7 // 10
