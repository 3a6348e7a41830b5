# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The steps by which a number came about: codes with integers, read in any language.

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
``cancelled``         (none)                            opening: cancelled by us, so
                                                        that nothing is due
``merged``            (none)                            opening: goes on elsewhere
``unit``              ``minutes_per_credit, result``    minutes to credits, round up
``minimum``           ``minimum, result``               raised to the minimum
``block``             ``block, result``                 rounded up to whole blocks
``supplement_fixed``  ``units, channel, result``        channel: so many units more
``supplement_factor`` ``percent, added, channel,        channel: so many percent more;
                      result``                          ``channel`` only where known
``surcharge``         ``added, result`` and whatever    urgency
                      the surcharge itself tells
``used_before``       ``units``                         of a pack that was imported:
                                                        used before the import
===================== ================================= =============================

Codes of movements that no ticket causes; ``units`` is how many are void in the pack.

===================== ================================= =============================
code                  values                            read as
===================== ================================= =============================
``credit``            ``units``                         voided by a credit note
``credit_undone``     ``units``                         the credit note does not hold
``order``             ``units``                         order cancelled
``order_undone``      ``units``                         order confirmed again
``sold_less``         ``units``                         the order sells fewer packs
``sold_less_undone``  ``units``                         the order sells it again
``closed``            ``units``                         the pack is closed
``refund``            ``units``                         refunded, whole price
``refund_undone``     ``units``                         that was taken back
``settlement``        ``units``                         service ended and settled
``extended``          ``year, month, day``              adjustment of a pack whose
                                                        validity was extended to then
===================== ================================= =============================
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

STEP_CODES = (
    "work",
    "typed",
    "flat",
    "events",
    "override",
    "cancelled",
    "merged",
    "unit",
    "minimum",
    "block",
    "supplement_fixed",
    "supplement_factor",
    "surcharge",
    "used_before",
    "credit",
    "credit_undone",
    "order",
    "order_undone",
    "sold_less",
    "sold_less_undone",
    "closed",
    "refund",
    "refund_undone",
    "settlement",
    "extended",
)


def check_integer(name: str, value: Any, least: int | None = None) -> None:
    """Raise ``ValueError`` naming the field unless it is an integer >= ``least``.

    >>> check_integer("minimum", 60, least=0)
    >>> check_integer("minimum", -1, least=0)
    Traceback (most recent call last):
    ValueError: minimum must be at least 0, not -1
    """
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError(f"{name} must be an integer, not {value!r}")
    if least is not None and value < least:
        raise ValueError(f"{name} must be at least {least}, not {value}")


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
            check_integer(f"{self.code}.{key}", value)
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
