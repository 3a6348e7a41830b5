"""Estimates: how much may be worked on what a client accepted.

Minutes are whole, percents too. An estimate is indicative: about so much, give or take
the tolerance (about 10 % [002]).
"""

from dataclasses import dataclass


def limit(minutes: int, tolerance: int) -> int:
    """Return the minute at which the ticket asks for a new acceptance.

    The first whole minute that comes to the estimate and its tolerance, so rounded up:
    of 55 minutes and 10 % that is 61 (60.5 is not reached by 60).

    >>> limit(60, 10), limit(55, 10), limit(60, 0), limit(0, 10)
    (66, 61, 60, 0)
    """
    if minutes < 0 or tolerance < 0:
        raise ValueError("minutes and tolerance: 0 or more")
    return -(-minutes * (100 + tolerance) // 100)


@dataclass(frozen=True)
class Use:
    """How much of an accepted estimate is used.

    :param minutes: that were accepted, more than 0
    :param tolerance: percent
    :param done: minutes that were worked
    """

    minutes: int
    tolerance: int
    done: int = 0

    @property
    def limit(self) -> int:
        """Minutes at which the ticket asks: the estimate and its tolerance.

        >>> Use(60, 10).limit
        66
        """
        return limit(self.minutes, self.tolerance)

    @property
    def reached(self) -> bool:
        """Whether the ticket asks for a new acceptance before work goes on.

        >>> Use(60, 10, 65).reached, Use(60, 10, 66).reached
        (False, True)
        """
        return self.minutes > 0 and self.done >= self.limit


def credits_of(minutes: int, per_credit: int) -> int:
    """Return the credits of so many minutes, parts rounded up.

    >>> credits_of(60, 1), credits_of(61, 2)
    (60, 31)
    """
    return -(-minutes // per_credit)
