# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What a ticket costs, and why: ``quote(facts, rules)``.

The order of the steps is the one clients are told::

    work -> unit -> minimum -> blocks -> channel supplement -> surcharge -> quantity

``Rules.minimum_after_multiplier`` moves the minimum to the end. Typed units stand in
place of work and go through the rest. A flat quantity is the price of the ticket,
whatever the work, the channel or the urgency. An override replaces everything.

What the step codes mean is listed in :mod:`steps`.

>>> rules = Rules(unit="minute", minimum=60)
>>> quote(Facts(minutes=37), rules).quantity
60
>>> [step.as_json() for step in quote(Facts(minutes=37), rules).steps]
[['work', {'minutes': 37}], ['minimum', {'minimum': 60, 'result': 60}]]
>>> [step.as_json() for step in quote(Facts(minutes=80), rules).steps]
[['work', {'minutes': 80}]]
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from .steps import Step, check_integer

UNITS = ("minute", "credit", "ticket", "none")
SUPPLEMENT_KINDS = ("fixed", "factor")


def _ceil_div(dividend: int, divisor: int) -> int:
    return -(-dividend // divisor)


@dataclass(frozen=True)
class Supplement:
    """What a channel (telephone, video) costs on top.

    ``kind`` is ``fixed`` (``value`` units more) or ``factor`` (``value`` percent more,
    rounded up) [001]. ``channel`` is the caller's number of the channel, so that the
    step can name it; 0: not told.
    """

    kind: str
    value: int
    channel: int = 0

    def __post_init__(self):
        if self.kind not in SUPPLEMENT_KINDS:
            raise ValueError(f"kind must be one of {SUPPLEMENT_KINDS}: {self.kind!r}")
        check_integer("value", self.value, least=0)
        check_integer("channel", self.channel, least=0)

    def apply(self, base: int) -> Step:
        """Return the step that adds this supplement to ``base`` units.

        >>> Supplement("fixed", 10).apply(15)
        Step(code='supplement_fixed', values={'units': 10, 'result': 25})
        >>> Supplement("factor", 50).apply(15).as_json()
        ['supplement_factor', {'percent': 50, 'added': 8, 'result': 23}]
        """
        channel = {"channel": self.channel} if self.channel else {}
        if self.kind == "fixed":
            values = {"units": self.value, **channel, "result": base + self.value}
            return Step("supplement_fixed", values)
        added = _ceil_div(base * self.value, 100)
        values = {"percent": self.value, "added": added, **channel}
        return Step("supplement_factor", {**values, "result": base + added})


@dataclass(frozen=True)
class Rules:
    """How a policy and a request type price work, in the policy's unit.

    :param unit: ``minute``, ``credit``, ``ticket`` (only ``Facts.events`` count) or
        ``none`` (nothing is ever charged)
    :param minimum: least quantity of a ticket on which something was done
    :param block: above the minimum, whole blocks of so many units
    :param flat_quantity: fixed price of the ticket; 0: priced by its work
    :param minutes_per_credit: minutes of work that make one credit (unit ``credit``)
    :param minimum_after_multiplier: apply the minimum last, after the surcharge
    """

    unit: str
    minimum: int = 0
    block: int = 1
    flat_quantity: int = 0
    minutes_per_credit: int = 1
    minimum_after_multiplier: bool = False

    def __post_init__(self):
        if self.unit not in UNITS:
            raise ValueError(f"unit must be one of {UNITS}, not {self.unit!r}")
        check_integer("minimum", self.minimum, least=0)
        check_integer("block", self.block, least=1)
        check_integer("flat_quantity", self.flat_quantity, least=0)
        check_integer("minutes_per_credit", self.minutes_per_credit, least=1)


@dataclass(frozen=True)
class Facts:
    """What happened on a ticket, as far as its price depends on it.

    :param minutes: billable minutes that are not urgent
    :param urgent_minutes: billable minutes done after an urgency was accepted
    :param typed_units: units typed by staff in place of work; 0 and ``None`` both say
        that nothing was typed (to charge nothing, override with 0)
    :param override: quantity set by a manager; 0 charges nothing, ``None`` is no
        override
    :param supplements: of the channels that were used; only the dearest counts
    :param events: tickets admitted (unit ``ticket``)
    :param special: something was found that forces a custom quote: a fixed price does
        not hold, and the work (or the typed units) is charged [001]
    :param typed_urgent: typed units of a ticket without any minutes are urgent, but
        for those typed before. Where there are minutes, typed units divide as the
        minutes do, but those typed before stay normal.
    :param typed_before: of the typed units, those typed before the urgency
    """

    minutes: int = 0
    urgent_minutes: int = 0
    typed_units: int | None = None
    override: int | None = None
    supplements: tuple[Supplement, ...] = ()
    events: int = 0
    special: bool = False
    typed_urgent: bool = False
    typed_before: int = 0

    def __post_init__(self):
        for name in ("minutes", "urgent_minutes", "events", "typed_before"):
            check_integer(name, getattr(self, name), least=0)
        for name in ("typed_units", "override"):
            if getattr(self, name) is not None:
                check_integer(name, getattr(self, name), least=0)

    @property
    def total_minutes(self) -> int:
        """All billable minutes.

        >>> Facts(minutes=60, urgent_minutes=20).total_minutes
        80
        """
        return self.minutes + self.urgent_minutes

    @property
    def has_work(self) -> bool:
        """Whether something was done that a minimum may be charged for.

        >>> Facts().has_work, Facts(minutes=1).has_work, Facts(typed_units=5).has_work
        (False, True, True)
        """
        return bool(self.typed_units or self.total_minutes)


def dearest(supplements: Iterable[Supplement], base: int) -> Step:
    """Return the step of the supplement that adds most to ``base`` units.

    A ticket that was dealt with by telephone and by video pays one of them, once.

    >>> phone, video = Supplement("fixed", 10, 1), Supplement("factor", 50, 2)
    >>> dearest([phone, video], 15).values["channel"]
    1
    >>> dearest([phone, video], 60).values["channel"]
    2
    """
    steps = [supplement.apply(base) for supplement in supplements]
    return max(steps, key=lambda step: step.values["result"])


class Surcharge(Protocol):
    """The seam for urgency: who implements it knows the formula, the tariff does not.

    It is asked only when there are urgent units.
    """

    def added(self, *, base: int, normal: int, urgent: int) -> Step | None:
        """Return a ``surcharge`` step with at least ``added`` (units, >= 0), or None.

        :param base: units so far: after minimum, blocks and supplement, or, with
            ``minimum_after_multiplier``, after blocks and supplement
        :param normal: units of work before the urgency
        :param urgent: units of work after it; ``normal + urgent`` is all the work
        """


@dataclass(frozen=True)
class Quote:
    """What a ticket costs: ``quantity == base + surcharge`` units, and the steps.

    ``surcharge`` is the ``added`` of the surcharge step; ``base`` is all the rest,
    a minimum that comes last included.
    """

    quantity: int
    steps: tuple[Step, ...]
    base: int
    surcharge: int = 0


def quote(facts: Facts, rules: Rules, surcharge: Surcharge | None = None) -> Quote:
    """Price the facts of a ticket by the rules.

    Without work, typed units or a flat price nothing is due: the minimum is charged
    only when something was done.

    >>> quote(Facts(), Rules("minute", minimum=60))
    Quote(quantity=0, steps=(), base=0, surcharge=0)
    >>> quote(Facts(minutes=16), Rules("credit", minimum=15, block=15)).quantity
    30
    >>> quote(Facts(minutes=180), Rules("credit", flat_quantity=60)).quantity
    60
    >>> quote(Facts(minutes=20, events=1), Rules("ticket")).quantity
    1
    >>> quote(Facts(minutes=37, override=10), Rules("minute", minimum=60)).steps
    (Step(code='override', values={'quantity': 10, 'replaced': 60}),)
    >>> quote(Facts(minutes=37, override=10), Rules("none")).quantity
    0
    """
    if rules.unit == "none":
        return Quote(0, (), 0)
    by_rules = _quote_by_rules(facts, rules, surcharge)
    if facts.override is None:
        return by_rules
    values = {"quantity": facts.override, "replaced": by_rules.quantity}
    return _plain_quote(facts.override, Step("override", values))


def _plain_quote(quantity: int, *steps: Step) -> Quote:
    return Quote(quantity, steps, base=quantity)


def _quote_by_rules(facts: Facts, rules: Rules, surcharge: Surcharge | None) -> Quote:
    """Price the facts as if nobody had overridden them."""
    if rules.unit == "ticket":
        if not facts.events:
            return _plain_quote(0)
        return _plain_quote(facts.events, Step("events", {"events": facts.events}))
    if rules.flat_quantity and not facts.special:
        step = Step("flat", {"quantity": rules.flat_quantity})
        return _plain_quote(rules.flat_quantity, step)
    if not facts.has_work:
        return _plain_quote(0)
    return _quote_work(facts, rules, surcharge)


def _quote_work(facts: Facts, rules: Rules, surcharge: Surcharge | None) -> Quote:
    """Take work, or typed units in its place, through all the steps."""
    normal, urgent = _units_of_work(facts, rules)
    chain = _open_chain(facts, rules, normal + urgent)
    if not rules.minimum_after_multiplier:
        chain.raise_to_minimum(rules.minimum)
    chain.fill_blocks(rules.block)
    if facts.supplements:
        chain.add(dearest(facts.supplements, chain.quantity))
    added = 0
    if surcharge is not None and urgent:
        added = chain.surcharge(
            surcharge.added(base=chain.quantity, normal=normal, urgent=urgent)
        )
    if rules.minimum_after_multiplier:
        chain.raise_to_minimum(rules.minimum)
    base = chain.quantity - added
    return Quote(chain.quantity, tuple(chain.steps), base, added)


def _units_of_work(facts: Facts, rules: Rules) -> tuple[int, int]:
    """Return the units of work before and after the urgency.

    The total is rounded up once, and what rounding adds is normal: nobody pays a
    surcharge on it.
    """
    if facts.typed_units:
        normal = _normal_typed_units(facts)
        return normal, facts.typed_units - normal
    per_unit = rules.minutes_per_credit if rules.unit == "credit" else 1
    total = _ceil_div(facts.total_minutes, per_unit)
    normal = _ceil_div(facts.minutes, per_unit)
    return normal, total - normal


def _normal_typed_units(facts: Facts) -> int:
    """Return how many of the typed units are not urgent.

    >>> typed = {"typed_units": 30, "typed_urgent": True}
    >>> _normal_typed_units(Facts(**typed, typed_before=30))
    30
    >>> _normal_typed_units(Facts(**typed, typed_before=30, urgent_minutes=10))
    30
    >>> _normal_typed_units(Facts(**typed, urgent_minutes=10))
    0
    """
    total = facts.typed_units
    before = min(facts.typed_before, total) if facts.typed_urgent else 0
    if facts.total_minutes:
        by_minutes = _ceil_div(total * facts.minutes, facts.total_minutes)
        return max(by_minutes, before)
    return before if facts.typed_urgent else total


def _open_chain(facts: Facts, rules: Rules, units: int) -> _Chain:
    if facts.typed_units:
        return _Chain(Step("typed", {"units": units}), units)
    minutes = facts.total_minutes
    chain = _Chain(Step("work", {"minutes": minutes}), minutes)
    chain.add(
        Step("unit", {"minutes_per_credit": rules.minutes_per_credit, "result": units})
    )
    return chain


class _Chain:
    """A running quantity and the steps that changed it."""

    def __init__(self, opening: Step, quantity: int):
        self.steps = [opening]
        self.quantity = quantity

    def add(self, step: Step) -> None:
        """Take a step with its ``result``; one that changes nothing is not kept."""
        if step.values["result"] != self.quantity:
            self.steps.append(step)
            self.quantity = step.values["result"]

    def raise_to_minimum(self, minimum: int) -> None:
        result = max(self.quantity, minimum)
        self.add(Step("minimum", {"minimum": minimum, "result": result}))

    def fill_blocks(self, block: int) -> None:
        result = _ceil_div(self.quantity, block) * block
        self.add(Step("block", {"block": block, "result": result}))

    def surcharge(self, step: Step | None) -> int:
        """Add a surcharge given by somebody else; return the units it added."""
        if step is None:
            return 0
        if step.code != "surcharge":
            raise ValueError(f"a surcharge's code must be surcharge: {step.code!r}")
        added = step.values.get("added")
        check_integer("surcharge.added", added, least=0)
        result = self.quantity + added
        self.add(Step("surcharge", {**step.values, "result": result}))
        return added
