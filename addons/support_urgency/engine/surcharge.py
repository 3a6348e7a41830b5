# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What an accepted urgency adds to what a ticket costs [000].

Only work from the acceptance on carries the surcharge. What a minimum or a supplement
adds carries it only if no work came before: then the whole ticket is urgent.

    surcharge = ceil(percent of (urgent if normal > 0 else base))

With +50 % and a minimum of 60: 60 minutes before the acceptance and 20 after it are
80 + 10, and 20 after it alone are 60 + 30.

>>> half = Urgency(50)
>>> half.units(base=80, normal=60, urgent=20)
10
>>> half.units(base=60, normal=0, urgent=20)
30
"""

from __future__ import annotations

from dataclasses import dataclass


def _check(name: str, value: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ValueError(f"{name} must be an integer >= 0, not {value!r}")


@dataclass(frozen=True)
class Urgency:
    """An urgency as its client accepted it.

    :param percent: what urgent units cost more; 0: an urgency without a surcharge
    """

    percent: int

    def __post_init__(self):
        _check("percent", self.percent)

    def units(self, *, base: int, normal: int, urgent: int) -> int:
        """Return how many units the urgency adds, rounded up once.

        :param base: units so far, with what a minimum and a supplement added
        :param normal: units of work before the acceptance
        :param urgent: units of work from the acceptance on; none: nothing is added

        >>> Urgency(50).units(base=61, normal=0, urgent=61)
        31
        >>> Urgency(50).units(base=60, normal=10, urgent=20)
        10
        >>> Urgency(50).units(base=60, normal=60, urgent=0)
        0
        """
        for name, value in (("base", base), ("normal", normal), ("urgent", urgent)):
            _check(name, value)
        if not urgent:
            return 0
        return -(
            -self.carrier(base=base, normal=normal, urgent=urgent) * self.percent // 100
        )

    def carrier(self, *, base: int, normal: int, urgent: int) -> int:
        """Return the units that carry the surcharge.

        >>> Urgency(50).carrier(base=60, normal=0, urgent=20)
        60
        >>> Urgency(50).carrier(base=80, normal=60, urgent=20)
        20
        """
        return urgent if normal else base

    def describe(self, *, base: int, normal: int, urgent: int) -> dict[str, int]:
        """Return the integers of the step ``surcharge``, for storage.

        ``units`` is what carries the surcharge, ``partial`` whether that is less than
        the whole ticket.

        >>> Urgency(50).describe(base=80, normal=60, urgent=20)
        {'percent': 50, 'units': 20, 'partial': 1, 'added': 10}
        """
        return {
            "percent": self.percent,
            "units": self.carrier(base=base, normal=normal, urgent=urgent),
            "partial": int(bool(normal)),
            "added": self.units(base=base, normal=normal, urgent=urgent),
        }
