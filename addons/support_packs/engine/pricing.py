# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What one unit of a pack costs, and how much less that is than in the smallest pack.

Prices compared are in one currency. Percentages are integers, rounded half up.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction


@dataclass(frozen=True)
class Offer:
    """So many units (a positive integer) for a price."""

    quantity: int
    price: Decimal

    def __post_init__(self) -> None:
        if self.quantity <= 0:
            raise ValueError(f"quantity must be positive, not {self.quantity}")

    @property
    def unit_price(self) -> Fraction:
        """The price of one unit, exactly.

        >>> Offer(15, Decimal("10")).unit_price
        Fraction(2, 3)
        """
        return Fraction(self.price) / self.quantity


def base_offer(packs: Iterable[Offer], single: Offer | None = None) -> Offer | None:
    """Return the offer against which discounts are counted: that of the fewest units.

    :param packs: what is sold in advance
    :param single: what is sold without a pack; the base if it holds fewer units than
        every pack
    :return: ``None`` if nothing has a price. Of two of the same size the cheaper one,
        so that no discount is promised that is not there.

    >>> hour = Offer(60, Decimal("75"))
    >>> bonos = [Offer(3000, Decimal("2750")), Offer(1800, Decimal("1800"))]
    >>> base_offer(bonos, hour) == hour
    True
    >>> base_offer(bonos)
    Offer(quantity=1800, price=Decimal('1800'))
    """
    offers = [offer for offer in packs if offer.price > 0]
    smallest = min((offer.quantity for offer in offers), default=None)
    if single and single.price > 0 and (not smallest or single.quantity < smallest):
        return single
    return min(offers, key=lambda offer: (offer.quantity, offer.price), default=None)


def discount_percent(offer: Offer, base: Offer | None) -> int:
    """Return by how much less a unit costs than in the base, 0 if it does not.

    >>> discount_percent(Offer(480, Decimal("256")), Offer(15, Decimal("10")))
    20
    >>> discount_percent(Offer(3000, Decimal("2750")), Offer(60, Decimal("75")))
    27
    >>> discount_percent(Offer(30, Decimal("20")), None)
    0
    """
    if not base or base.price <= 0:
        return 0
    saved = 1 - offer.unit_price / base.unit_price
    return max(int(saved * 100 + Fraction(1, 2)), 0)
