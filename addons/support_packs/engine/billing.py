# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What of a charge is still to invoice, after what was invoiced and credited.

A line that stands is never edited. When the work is corrected, the next line carries
the difference between what the whole costs and what the lines that stand say; so all
lines together come to exactly what the whole would have cost in one.

- *billed*: units on lines that stand, drafts included
- *credited*: of these, the units that a posted credit note took back for good
- *owed*: what no pack covers, less what was waived
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from .overage import overage
from .split import split
from .steps import check_integer

NOTHING = Decimal(0)


@dataclass(frozen=True)
class Bill:
    """Units and money of some lines: the work, and the surcharge of an urgency."""

    base_units: int = 0
    surcharge_units: int = 0
    base: Decimal = NOTHING
    surcharge: Decimal = NOTHING

    @property
    def units(self) -> int:
        """Both together.

        >>> Bill(60, 30).units
        90
        """
        return self.base_units + self.surcharge_units

    @property
    def total(self) -> Decimal:
        """The money of both, without taxes that are not in the price.

        >>> Bill(60, 30, Decimal("75.00"), Decimal("37.50")).total
        Decimal('112.50')
        """
        return self.base + self.surcharge

    def __add__(self, other: Bill) -> Bill:
        return Bill(
            self.base_units + other.base_units,
            self.surcharge_units + other.surcharge_units,
            self.base + other.base,
            self.surcharge + other.surcharge,
        )

    def __sub__(self, other: Bill) -> Bill:
        return Bill(
            self.base_units - other.base_units,
            self.surcharge_units - other.surcharge_units,
            self.base - other.base,
            self.surcharge - other.surcharge,
        )


def bill(
    owed: int,
    *,
    quantity: int,
    surcharge: int,
    price: Decimal,
    per: int,
    rounding: Decimal,
) -> Bill:
    """Return what ``owed`` units of a charge come to, as if nothing stood yet.

    The parameters are those of :func:`overage.overage`; the units of the two lines
    are whole, and add up too.

    >>> hour = dict(price=Decimal("75"), per=60, rounding=Decimal("0.01"))
    >>> bill(92, quantity=92, surcharge=31, **hour) == Bill(
    ...     61, 31, Decimal("76.25"), Decimal("38.75"))
    True
    >>> bill(60, quantity=90, surcharge=30, **hour) == Bill(
    ...     40, 20, Decimal("50.00"), Decimal("25.00"))
    True
    """
    money = overage(
        owed,
        quantity=quantity,
        surcharge=surcharge,
        price=price,
        per=per,
        rounding=rounding,
    )
    if not owed:
        return Bill(0, 0, money.base, money.surcharge)
    work, added = split(Decimal(owed), (quantity - surcharge, surcharge), Decimal(1))
    return Bill(int(work), int(added), money.base, money.surcharge)


def due_units(owed: int, billed: int, credited: int = 0) -> int:
    """Return the units to invoice; negative: to give back.

    More work than was billed is due; what was credited for good is not due again:

    >>> due_units(90, 0), due_units(110, 90), due_units(90, 90), due_units(90, 90, 90)
    (90, 20, 0, 0)

    Of less work, what is credited already is not given back a second time:

    >>> due_units(70, 90), due_units(70, 90, 90), due_units(50, 90, 30)
    (-20, 0, -10)
    """
    check_integer("owed", owed, least=0)
    check_integer("billed", billed)
    check_integer("credited", credited)
    if owed > billed:
        return owed - billed
    return min(owed - (billed - credited), 0)


def due(owed: Bill, billed: Bill, credited: Bill) -> Bill:
    """Return the next lines: the difference, in units and in money.

    20 minutes were invoiced as 25.00, and are 30 now, or 10:

    >>> def hour(units):
    ...     money = dict(price=Decimal("75"), per=60, rounding=Decimal("0.01"))
    ...     return bill(units, quantity=units, surcharge=0, **money)
    >>> due(hour(30), hour(20), Bill()).base
    Decimal('12.50')
    >>> due(hour(10), hour(20), Bill()).base
    Decimal('-12.50')
    >>> due(hour(20), hour(20), Bill()) == Bill()
    True
    """
    units = due_units(owed.units, billed.units, credited.units)
    if units > 0:
        return owed - billed
    if units < 0:
        return owed - (billed - credited)
    return Bill()
