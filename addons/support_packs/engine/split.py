# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Exact shares of money: rounded once, at the end, and never a cent lost.

Calculation is in fractions; only results are rounded, half away from zero, to a
multiple of ``rounding`` (the currency's: ``0.01``, ``0.05``, ``1``).
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import accumulate


def share(total: Decimal, part: int, whole: int, rounding: Decimal) -> Decimal:
    """Return ``total * part / whole``, rounded once.

    ``part`` may exceed ``whole``: the price of 90 minutes at 75 for 60. ``ValueError``
    unless ``whole`` and ``rounding`` are positive and ``part`` is not negative.

    >>> share(Decimal("75.00"), 90, 60, Decimal("0.01"))
    Decimal('112.50')
    >>> share(Decimal("-0.05"), 1, 2, Decimal("0.01"))
    Decimal('-0.03')
    """
    if whole <= 0:
        raise ValueError(f"whole must be positive, not {whole}")
    if part < 0:
        raise ValueError(f"part must not be negative: {part}")
    return _round(Fraction(total) * part / whole, rounding)


def split(
    total: Decimal, weights: Sequence[int], rounding: Decimal
) -> tuple[Decimal, ...]:
    """Share a total by integer weights; the shares sum to the rounded total exactly.

    A share is the step between two rounded running totals, so it is less than one
    ``rounding`` away from its exact value and never has the other sign; a weight of
    zero gets nothing. Weights that are all zero share equally. ``ValueError`` on a
    negative weight, a rounding that is not positive, or money and nobody to take it.

    >>> split(Decimal("75.00"), (60, 30), Decimal("0.01"))
    (Decimal('50.00'), Decimal('25.00'))
    >>> split(Decimal("100.00"), (1, 1, 1), Decimal("0.01"))
    (Decimal('33.33'), Decimal('33.34'), Decimal('33.33'))
    >>> split(Decimal("10.00"), (0, 0), Decimal("0.01"))
    (Decimal('5.00'), Decimal('5.00'))
    """
    if any(weight < 0 for weight in weights):
        raise ValueError(f"weights must not be negative: {tuple(weights)}")
    if not weights:
        if _round(Fraction(total), rounding):
            raise ValueError("weights must not be empty")
        return ()
    if not any(weights):
        weights = (1,) * len(weights)
    whole = sum(weights)
    shares = []
    before = Decimal(0)
    for running in accumulate(weights):
        after = share(total, running, whole, rounding)
        shares.append(after - before)
        before = after
    return tuple(shares)


def _round(amount: Fraction, rounding: Decimal) -> Decimal:
    """Return the multiple of ``rounding`` nearest to an amount, half away from zero."""
    if rounding <= 0:
        raise ValueError(f"rounding must be positive, not {rounding}")
    steps = int(abs(amount) / Fraction(rounding) + Fraction(1, 2))
    return Decimal(-steps if amount < 0 else steps) * rounding
