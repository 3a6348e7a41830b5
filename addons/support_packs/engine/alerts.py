# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""When a client is told that its balance comes to an end.

A depletion begins with each purchase. Within it every threshold alerts once, at the
first use that brings the balance down to it; several may be jumped by one use. What
goes back does not arm a threshold again; the next purchase does.

All integers, in the unit of the account.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

MOST_PERCENT = 99
MOST_UNITS = 1_000_000


@dataclass(frozen=True)
class Threshold:
    """So many units, or so many percent of the balance after the last purchase."""

    value: int
    percent: bool = False

    @property
    def key(self) -> str:
        """How the threshold is told from others, and kept.

        >>> Threshold(20, percent=True).key, Threshold(60).key
        ('20%', '60')
        """
        return f"{self.value}%" if self.percent else str(self.value)

    def level(self, base: int) -> int:
        """Return the largest balance at which the threshold is reached.

        :param base: the balance after the last purchase, in units

        >>> Threshold(20, percent=True).level(36)
        7
        >>> Threshold(60).level(36)
        60
        """
        return base * self.value // 100 if self.percent else self.value


EXHAUSTION = Threshold(0)


@dataclass(frozen=True)
class Depletion:
    """How far the units went that a client had after its last purchase.

    What was taken back (a credit note, a suspended pack) was not used up: it lowers
    the balance and what it is measured by.

    :param balance: units that are left, >= 0
    :param used: units that work and expiry took since the purchase, less what they
        gave back; below 0 when more went back, of what was used before it
    """

    balance: int
    used: int

    @property
    def base(self) -> int:
        """The balance after the purchase, in units.

        >>> Depletion(balance=30, used=70).base
        100
        """
        return self.balance + self.used


def parse_thresholds(text: str | None) -> tuple[Threshold, ...]:
    """Read thresholds as people type them; exhaustion is always one of them.

    ``ValueError`` with the word that is neither a percentage from 0 to 99 nor a whole
    number of units from 0 to 1 000 000.

    >>> [threshold.key for threshold in parse_thresholds("50 %, 60; 20%, 50%")]
    ['50%', '20%', '60', '0']
    >>> [threshold.key for threshold in parse_thresholds("0")]
    ['0']
    >>> parse_thresholds(" ")
    ()
    >>> parse_thresholds("20 %, soon")
    Traceback (most recent call last):
    ValueError: soon
    """
    found = set()
    for word in (text or "").replace(";", ",").split(","):
        if word.strip():
            found.add(_parse_threshold(word.strip()))
    if not found:
        return ()
    found.add(EXHAUSTION)
    return tuple(sorted(found, key=lambda one: (not one.percent, -one.value)))


def _parse_threshold(word: str) -> Threshold:
    number = word.removesuffix("%").strip()
    most = MOST_PERCENT if word.endswith("%") else MOST_UNITS
    # isdecimal alone takes digits of other scripts, too: int() reads them.
    if not number.isdecimal() or len(number) > 7 or int(number) > most:
        raise ValueError(word)
    value = int(number)
    return Threshold(value, percent=word.endswith("%") and value > 0)


def reached(
    thresholds: Iterable[Threshold], depletion: Depletion
) -> tuple[Threshold, ...]:
    """Return the thresholds at or below which the balance is, the lowest last.

    One that was reached by the purchase itself is left out: a pack of 60 units does
    not alert at 60.

    >>> all_of_them = parse_thresholds("50 %, 20 %, 30")
    >>> [one.key for one in reached(all_of_them, Depletion(balance=30, used=70))]
    ['50%', '30']
    >>> [one.key for one in reached(all_of_them, Depletion(balance=0, used=100))]
    ['50%', '30', '20%', '0']
    >>> reached(all_of_them, Depletion(balance=30, used=0))
    ()
    """
    base = depletion.base
    levels = {threshold: threshold.level(base) for threshold in thresholds}
    return tuple(
        sorted(
            (one for one, level in levels.items() if depletion.balance <= level < base),
            # Of two at the same level the emptier word comes last.
            key=lambda one: (-levels[one], one == EXHAUSTION, one.key),
        )
    )


def due(
    thresholds: Iterable[Threshold],
    depletion: Depletion,
    told: Collection[str],
    drawn: bool,
) -> tuple[Threshold, ...]:
    """Return the thresholds to alert of now, the lowest last.

    :param told: keys of those that alerted in this depletion
    :param drawn: whether it was a use (or an expiry) that last took units out; what
        a sale takes back alerts nobody

    >>> both = parse_thresholds("50 %, 20 %")
    >>> [one.key for one in due(both, Depletion(10, used=90), (), drawn=True)]
    ['50%', '20%']
    >>> [one.key for one in due(both, Depletion(0, used=100), {"50%", "20%"}, True)]
    ['0']
    >>> due(both, Depletion(10, used=90), (), drawn=False)
    ()
    """
    if not drawn:
        return ()
    return tuple(one for one in reached(thresholds, depletion) if one.key not in told)


def is_low(thresholds: Iterable[Threshold], depletion: Depletion) -> bool:
    """Whether the balance is at or below the lowest threshold before exhaustion.

    >>> both = parse_thresholds("50 %, 20 %")
    >>> is_low(both, Depletion(50, used=50)), is_low(both, Depletion(20, used=80))
    (False, True)
    >>> is_low(parse_thresholds("0"), Depletion(1, used=99))
    False
    >>> is_low(parse_thresholds("0"), Depletion(0, used=100))
    True
    """
    base = depletion.base
    levels = [one.level(base) for one in thresholds if one != EXHAUSTION]
    lowest = min((level for level in levels if level < base), default=0)
    return depletion.balance <= lowest and depletion.used > 0
