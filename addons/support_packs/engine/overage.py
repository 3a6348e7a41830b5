# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What the units cost that no pack covers, in money.

The product that is invoiced has a price for its own quantity: 1 hour is 60 units, a
recharge 15 credits, an event 1 ticket. The amount is rounded once and then shared
between the work and the surcharge of an urgency, which stand on lines of their own.
Urgent units are multiplied already; the price never is [000].
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from .split import share, split
from .steps import check_integer


@dataclass(frozen=True)
class Overage:
    """Money for uncovered units: ``total == base + surcharge``, without taxes."""

    base: Decimal
    surcharge: Decimal

    @property
    def total(self) -> Decimal:
        """Both together.

        >>> Overage(Decimal("50.00"), Decimal("25.00")).total
        Decimal('75.00')
        """
        return self.base + self.surcharge


def overage(
    uncovered: int,
    *,
    quantity: int,
    surcharge: int,
    price: Decimal,
    per: int,
    rounding: Decimal,
) -> Overage:
    """Return what ``uncovered`` units of a charge cost.

    :param uncovered: units to pay, at most ``quantity``
    :param quantity: all units of the charge, of which ``surcharge`` are its surcharge;
        what is uncovered has the same shares of both
    :param price: of the product, for ``per`` units
    :param rounding: smallest amount of the currency

    ``ValueError`` on negative units, on more uncovered or surcharge than there is, and
    if ``per`` or ``rounding`` is not positive.

    20 urgent minutes at 75 an hour with no pack, and with 30 left in a pack [000]:

    >>> hour = dict(price=Decimal("75"), per=60, rounding=Decimal("0.01"))
    >>> overage(90, quantity=90, surcharge=30, **hour)
    Overage(base=Decimal('75.00'), surcharge=Decimal('37.50'))
    >>> overage(60, quantity=90, surcharge=30, **hour)
    Overage(base=Decimal('50.00'), surcharge=Decimal('25.00'))
    """
    check_integer("uncovered", uncovered, least=0)
    check_integer("quantity", quantity, least=uncovered)
    check_integer("surcharge", surcharge, least=0)
    if surcharge > quantity:
        raise ValueError(f"surcharge must be at most {quantity}, not {surcharge}")
    total = share(price, uncovered, per, rounding)
    if not quantity:
        return Overage(total, total * 0)
    base, added = split(total, (quantity - surcharge, surcharge), rounding)
    return Overage(base, added)
