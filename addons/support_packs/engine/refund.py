# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Money back: until which day it may be asked for, and how much it is.

Days are dates in the support time zone and include the last one. Money is without
taxes, in multiples of the currency's ``rounding``.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import ROUND_FLOOR, Decimal

from .split import share, split

ZERO = Decimal(0)
# Quantities of invoices have at most so many decimals.
MICRO = 1_000_000


def last_day_to_ask(ended_on: date | None, days: int) -> date | None:
    """Return the last day on which a refund may be asked for.

    ``None`` while the service has no end. 15 days are: until day 14 after it [002].
    ``ValueError`` on a negative number of days; the day before the end where there are
    no refunds at all (0).

    :param ended_on: the day on which the pack was used up, or its last good day

    >>> last_day_to_ask(date(2026, 3, 3), 15)
    datetime.date(2026, 3, 17)
    >>> last_day_to_ask(date(2028, 2, 20), 15)
    datetime.date(2028, 3, 5)
    >>> last_day_to_ask(None, 15)
    """
    if days < 0:
        raise ValueError(f"days must not be negative: {days}")
    return ended_on and ended_on + timedelta(days=days - 1)


def may_ask(
    today: date, activated_on: date | None, ended_on: date | None, days: int
) -> bool:
    """Whether a refund may be asked for today: from activation until the last day.

    >>> may_ask(date(2026, 3, 17), date(2026, 1, 1), date(2026, 3, 3), 15)
    True
    >>> may_ask(date(2026, 3, 18), date(2026, 1, 1), date(2026, 3, 3), 15)
    False
    >>> may_ask(date(2026, 3, 3), date(2026, 1, 1), None, 0)
    False
    """
    if not days or activated_on is None or today < activated_on:
        return False
    last = last_day_to_ask(ended_on, days)
    return last is None or today <= last


def pack_price(net: Decimal, billed: Decimal, index: int, rounding: Decimal) -> Decimal:
    """Return what one of the packs of an order line cost, by its invoices.

    The packs share what was billed to the cent, as they share the price of their line.

    :param net: billed for the line, less what was taken off the price since
    :param billed: packs that were billed; may be a fraction
    :param index: the pack's place in the line, from 1

    >>> [pack_price(Decimal(100), Decimal(3), n, Decimal("0.01")) for n in (1, 2, 3)]
    [Decimal('33.33'), Decimal('33.34'), Decimal('33.33')]
    >>> pack_price(Decimal("50.00"), Decimal("0.5"), 1, Decimal("0.01"))
    Decimal('100.00')
    >>> pack_price(Decimal(0), Decimal(0), 1, Decimal("0.01"))
    Decimal('0')
    """
    if index < 1:
        raise ValueError(f"index must be at least 1, not {index}")
    if billed <= 0 or net <= 0:
        return ZERO
    whole = int(billed.to_integral_value(ROUND_FLOOR))
    if whole == billed:
        return split(net, [1] * whole, rounding)[min(index, whole) - 1]
    return share(net, MICRO, int(billed * MICRO), rounding)


def amount_due(
    price: Decimal,
    units: int,
    granted: int,
    *,
    before: int = 0,
    left: Decimal,
    rounding: Decimal,
) -> Decimal:
    """Return what so many units of a pack are worth: price x units / granted.

    Refunds of one pack that follow each other are the steps between rounded running
    totals, so that together they are worth what all their units are: never more than
    the price, and no cent less.

    :param units: units to refund now, >= 0; all of them: the whole price
    :param before: units of the pack that were refunded before
    :param left: what its invoices bill that nothing has credited yet: the most
    :raise ValueError: if more units are refunded than the pack granted

    720 minutes at 0.75, of them 180 unused and 30 disputed:

    >>> cent = Decimal("0.01")
    >>> amount_due(Decimal(540), 210, 720, left=Decimal(540), rounding=cent)
    Decimal('157.50')

    Three thirds of ten are ten:

    >>> [amount_due(Decimal(10), 1, 3, before=n, left=Decimal(10), rounding=cent)
    ...  for n in range(3)]
    [Decimal('3.33'), Decimal('3.34'), Decimal('3.33')]
    """
    if units < 0 or before < 0:
        raise ValueError(f"units must not be negative: {units}, {before}")
    if before + units > granted:
        raise ValueError(f"{before} and {units} units are more than {granted}")
    worth = share(price, before + units, granted, rounding) - share(
        price, before, granted, rounding
    )
    return max(min(worth, left), ZERO)
