# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What a support policy brings besides its units: a discount, visits [004].

A policy of the client is a pack. It is in force from its activation to its last day,
both included, as long as it was not undone: a day after that there is no discount.
Using all its units up does not end it. Percentages are integers; a discount is a
Decimal in percent, as on the line of an order.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

WHOLE = Decimal(100)
# An expired one was in force once, and an order may be of that time.
FORCE_STATES = frozenset({"active", "exhausted", "expired"})


@dataclass(frozen=True)
class Policy:
    """One pack, as far as its perks go.

    :param state: the state of the pack
    :param starts_on: its first day; None: it was never active
    :param ends_on: its last day; None: it has no end
    :param percent: discount on catalogue services
    :param visits: visits on the client's premises in a month
    """

    id: int
    state: str
    starts_on: date | None
    ends_on: date | None = None
    percent: int = 0
    visits: int = 0

    def is_in_force(self, on: date) -> bool:
        """Return whether it is in force on a day, both ends included.

        >>> policy = Policy(1, "active", date(2026, 3, 3), date(2027, 3, 3), 15)
        >>> policy.is_in_force(date(2027, 3, 3)), policy.is_in_force(date(2027, 3, 4))
        (True, False)
        >>> policy.is_in_force(date(2026, 3, 2))
        False

        Used up is not over, unless there is no other end:

        >>> Policy(1, "exhausted", date(2026, 3, 3), date(2027, 3, 3)).is_in_force(
        ...     date(2026, 4, 1))
        True
        >>> Policy(1, "exhausted", date(2026, 3, 3)).is_in_force(date(2026, 4, 1))
        False

        Its payment was undone, or it was refunded:

        >>> Policy(1, "suspended", date(2026, 3, 3)).is_in_force(date(2026, 4, 1))
        False
        """
        if self.state not in FORCE_STATES or self.starts_on is None:
            return False
        if self.ends_on is None:
            return self.state == "active" and self.starts_on <= on
        return self.starts_on <= on <= self.ends_on


def best_discount(policies: Iterable[Policy], on: date) -> Policy | None:
    """Return the policy that gives the most on a day; of equal ones the last to end.

    >>> day = date(2026, 5, 1)
    >>> basic = Policy(1, "active", day, date(2027, 5, 1), percent=10)
    >>> advanced = Policy(2, "active", day, date(2026, 6, 1), percent=15)
    >>> best_discount([basic, advanced], day).percent
    15
    >>> best_discount([basic, advanced], date(2026, 6, 2)).percent
    10
    >>> best_discount([basic], date(2026, 4, 30)) is None
    True
    """
    giving = [one for one in policies if one.percent > 0 and one.is_in_force(on)]
    return max(
        giving,
        key=lambda one: (one.percent, one.ends_on or date.max, one.id),
        default=None,
    )


def visits_a_month(policies: Iterable[Policy], on: date) -> int:
    """Return how many visits a month the client has: those of the best policy.

    Two policies with one visit each are still "at most one a month" [004].

    >>> day = date(2026, 5, 1)
    >>> visits_a_month([Policy(n, "active", day, visits=1) for n in (1, 2)], day)
    1
    >>> visits_a_month([], day)
    0
    """
    return max((one.visits for one in policies if one.is_in_force(on)), default=0)


def month_of(day: date) -> tuple[date, date]:
    """Return the first and the last day of the month of a day.

    >>> month_of(date(2028, 2, 10))
    (datetime.date(2028, 2, 1), datetime.date(2028, 2, 29))
    >>> month_of(date(2026, 12, 31))[1]
    datetime.date(2026, 12, 31)
    """
    first = day.replace(day=1)
    return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def add_discount(discount: Decimal, percent: int) -> Decimal:
    """Return a line's discount with a perk on top of what the price list gives.

    The perk is taken off what the client would pay. So it comes to the same whether
    the price list shows its own discount or hides it in the price:

    >>> add_discount(Decimal(0), 15), add_discount(Decimal(10), 15)
    (Decimal('15'), Decimal('23.5'))

    A discount below 0 makes a negative price larger: it is left alone.

    >>> add_discount(Decimal(-5), 15)
    Decimal('-5')
    """
    if discount < 0 or not percent:
        return discount
    return WHOLE - (WHOLE - discount) * (100 - percent) / WHOLE


def take_discount_out(discount: Decimal, percent: int) -> Decimal:
    """Return what the discount was before the perk: the reverse of adding it.

    >>> take_discount_out(Decimal("23.5"), 15) == 10
    True
    >>> take_discount_out(Decimal(15), 15) == 0
    True

    What was free says nothing about the price list:

    >>> take_discount_out(Decimal(100), 100)
    Decimal('0')
    """
    if discount < 0 or not percent:
        return discount
    if percent >= 100:
        return Decimal(0)
    return WHOLE - (WHOLE - discount) * WHOLE / (100 - percent)
