# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What a ticket costs, and why: ``quote(facts, rules)``.

The order of the steps is the one clients are told::

    work -> unit -> minimum -> blocks -> channel supplement -> surcharge -> quantity

``Rules.minimum_after_multiplier`` moves the minimum to the end. Typed units stand in
place of work and go through the rest. A flat quantity is the price of the ticket,
whatever the work, the channel or the urgency. An override replaces everything.

Catalogue of step codes. All values are integers; ``result`` is the running quantity
after the step. The opening step is always kept, a later one only if it changes the
number.

===================== ================================= =============================
code                  values                            read as
===================== ================================= =============================
``work``              ``minutes``                       opening: billable minutes, all
``typed``             ``units``                         opening: units typed by staff
``flat``              ``quantity``                      opening: fixed price in units
``events``            ``events``                        opening: tickets admitted
``override``          ``quantity, replaced``            opening: set by a manager;
                                                        ``replaced`` is what the rules
                                                        gave
``unit``              ``minutes_per_credit, result``    minutes to credits, round up
``minimum``           ``minimum, result``               raised to the minimum
``block``             ``block, result``                 rounded up to whole blocks
``supplement_fixed``  ``units, result``                 channel: so many units more
``supplement_factor`` ``percent, added, result``        channel: so many percent more
``surcharge``         ``added, result`` and whatever    urgency
                      the surcharge itself tells
===================== ================================= =============================

>>> rules = Rules(unit="minute", minimum=60)
>>> quote(Facts(minutes=37), rules).quantity
60
>>> steps_to_json(quote(Facts(minutes=37), rules).steps)
[['work', {'minutes': 37}], ['minimum', {'minimum': 60, 'result': 60}]]
>>> steps_to_json(quote(Facts(minutes=80), rules).steps)
[['work', {'minutes': 80}]]
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

UNITS = ("minute", "credit", "ticket", "none")
SUPPLEMENT_KINDS = ("fixed", "factor")
STEP_CODES = (
    "work",
    "typed",
    "flat",
    "events",
    "override",
    "unit",
    "minimum",
    "block",
    "supplement_fixed",
    "supplement_factor",
    "surcharge",
)


def _check_integer(name: str, value: Any, least: int | None = None) -> None:
    """Raise ``ValueError`` naming the field unless it is an integer >= ``least``."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError(f"{name} must be an integer, not {value!r}")
    if least is not None and value < least:
        raise ValueError(f"{name} must be at least {least}, not {value}")


def _ceil_div(dividend: int, divisor: int) -> int:
    return -(-dividend // divisor)


@dataclass(frozen=True)
class Step:
    """One step of a quote: a code of the catalogue and its integers."""

    code: str
    values: Mapping[str, int]

    def __post_init__(self):
        if not isinstance(self.code, str) or not self.code:
            raise ValueError(f"code must be a non-empty string, not {self.code!r}")
        if not isinstance(self.values, Mapping):
            raise ValueError(f"values must be a mapping, not {self.values!r}")
        for key, value in self.values.items():
            if not isinstance(key, str):
                raise ValueError(f"a key of values must be a string, not {key!r}")
            _check_integer(f"{self.code}.{key}", value)
        # A copy of our own: the caller's mapping may change after us.
        object.__setattr__(self, "values", dict(self.values))

    def as_json(self) -> list:
        """Return the step as a JSON value, for storage.

        >>> Step("work", {"minutes": 37}).as_json()
        ['work', {'minutes': 37}]
        """
        return [self.code, dict(self.values)]

    @classmethod
    def from_json(cls, data: Any) -> Step:
        """Read back what :meth:`as_json` wrote; ``ValueError`` on any other shape.

        >>> Step.from_json(["work", {"minutes": 37}])
        Step(code='work', values={'minutes': 37})
        """
        if not isinstance(data, (list, tuple)) or len(data) != 2:
            raise ValueError(f"a step must be a pair [code, values], not {data!r}")
        return cls(*data)


def steps_to_json(steps: Iterable[Step]) -> list[list]:
    """Return steps as a JSON value.

    >>> steps_to_json([Step("flat", {"quantity": 60})])
    [['flat', {'quantity': 60}]]
    """
    return [step.as_json() for step in steps]


def steps_from_json(data: Iterable | None) -> tuple[Step, ...]:
    """Read back what :func:`steps_to_json` wrote; an empty value gives no steps.

    >>> steps_from_json([["flat", {"quantity": 60}]])
    (Step(code='flat', values={'quantity': 60}),)
    >>> steps_from_json(None)
    ()
    """
    return tuple(Step.from_json(item) for item in data or ())


@dataclass(frozen=True)
class Supplement:
    """What a channel (telephone, video) costs on top.

    ``kind`` is ``fixed`` (``value`` units more) or ``factor`` (``value`` percent more,
    rounded up) [001].
    """

    kind: str
    value: int

    def __post_init__(self):
        if self.kind not in SUPPLEMENT_KINDS:
            raise ValueError(f"kind must be one of {SUPPLEMENT_KINDS}: {self.kind!r}")
        _check_integer("value", self.value, least=0)

    def apply(self, base: int) -> Step:
        """Return the step that adds this supplement to ``base`` units.

        >>> Supplement("fixed", 10).apply(15)
        Step(code='supplement_fixed', values={'units': 10, 'result': 25})
        >>> Supplement("factor", 50).apply(15).as_json()
        ['supplement_factor', {'percent': 50, 'added': 8, 'result': 23}]
        """
        if self.kind == "fixed":
            values = {"units": self.value, "result": base + self.value}
            return Step("supplement_fixed", values)
        added = _ceil_div(base * self.value, 100)
        return Step(
            "supplement_factor",
            {"percent": self.value, "added": added, "result": base + added},
        )


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
        _check_integer("minimum", self.minimum, least=0)
        _check_integer("block", self.block, least=1)
        _check_integer("flat_quantity", self.flat_quantity, least=0)
        _check_integer("minutes_per_credit", self.minutes_per_credit, least=1)


@dataclass(frozen=True)
class Facts:
    """What happened on a ticket, as far as its price depends on it.

    :param minutes: billable minutes that are not urgent
    :param urgent_minutes: billable minutes done after an urgency was accepted
    :param typed_units: units typed by staff in place of work; 0 and ``None`` both say
        that nothing was typed (to charge nothing, override with 0)
    :param override: quantity set by a manager; 0 charges nothing, ``None`` is no
        override
    :param supplement: of the channel
    :param events: tickets admitted (unit ``ticket``)
    :param typed_urgent: typed units of a ticket without any minutes are all urgent.
        Where there are minutes, typed units divide as the minutes do.
    """

    minutes: int = 0
    urgent_minutes: int = 0
    typed_units: int | None = None
    override: int | None = None
    supplement: Supplement | None = None
    events: int = 0
    typed_urgent: bool = False

    def __post_init__(self):
        for name in ("minutes", "urgent_minutes", "events"):
            _check_integer(name, getattr(self, name), least=0)
        for name in ("typed_units", "override"):
            if getattr(self, name) is not None:
                _check_integer(name, getattr(self, name), least=0)

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
    if rules.flat_quantity:
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
    if facts.supplement is not None:
        chain.add(facts.supplement.apply(chain.quantity))
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
        if not facts.total_minutes:
            urgent = facts.typed_units if facts.typed_urgent else 0
            return facts.typed_units - urgent, urgent
        total = facts.typed_units
        normal = _ceil_div(total * facts.minutes, facts.total_minutes)
        return normal, total - normal
    per_unit = rules.minutes_per_credit if rules.unit == "credit" else 1
    total = _ceil_div(facts.total_minutes, per_unit)
    normal = _ceil_div(facts.minutes, per_unit)
    return normal, total - normal


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
        _check_integer("surcharge.added", added, least=0)
        result = self.quantity + added
        self.add(Step("surcharge", {**step.values, "result": result}))
        return added
