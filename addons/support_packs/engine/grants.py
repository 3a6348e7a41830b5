# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What the packs of one order line should be, by what was sold, paid and credited.

Quantities of invoices are ``Decimal`` in packs (an invoice may bill half a pack); a
pack itself is whole. Prepaid means paid [000]: a pack is live when an invoice that is
paid in full bills it, or from the confirmation of the order where it was sold so.

The rules, in the order in which they take precedence:

1. What a credit note reverses of an invoice that was paid once is void. Of an invoice
   that was never paid it neither grants nor voids.
2. What is billed by invoices that are paid now, less what is void, is live.
3. A pack that was live once and is neither is suspended: its payment was undone. One
   that the confirmation granted is cancelled instead: its sale was.
4. What was sold beyond that waits for its payment.

Where a void quantity is not whole, the fraction is taken out of one pack, which stays
live with the rest. What was billed again after a credit note is not void any more.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal

LIVE_STATES = ("active", "exhausted", "expired")
DEAD_STATES = ("refunded", "cancelled")
ZERO = Decimal(0)


@dataclass(frozen=True)
class Invoice:
    """What one invoice bills of the line, and what its credit notes reverse of it.

    :param paid: nothing of it is left to pay, now
    :param was_paid: it was so once, though it may not be now
    """

    billed: Decimal
    credited: Decimal = ZERO
    paid: bool = False
    was_paid: bool = False


@dataclass(frozen=True)
class Sale:
    """The facts of one order line.

    :param sold: packs that the confirmed order sells; 0 if it is not confirmed
    :param credited_apart: reversed by credit notes that name no invoice
    :param on_confirmation: packs are granted with the order, not with its payment
    """

    sold: int
    invoices: tuple[Invoice, ...] = ()
    credited_apart: Decimal = ZERO
    on_confirmation: bool = False


@dataclass(frozen=True)
class Target:
    """How many packs should be live and void; of one more, ``part`` (< 1) is void."""

    live: int
    void: int
    part: Decimal = ZERO


@dataclass(frozen=True)
class Pack:
    """A pack of the line as it is.

    :param index: its place in the line, from 1
    :param granted, used: units it was sold with; units that work has used
    :param has_history: it was granted once: the ledger knows it
    :param void: units that are void in it by this sale
    :param fits: it is what the line sells now: same product, same client
    :param closed: refunded or cancelled by another act than this sale's
    """

    id: int
    index: int
    state: str
    granted: int
    used: int = 0
    has_history: bool = False
    void: int = 0
    fits: bool = True
    closed: bool = False

    @property
    def is_dead(self) -> bool:
        """Whether it is refunded or cancelled.

        >>> Pack(1, 1, "refunded", 1800, has_history=True).is_dead
        True
        """
        return self.state in DEAD_STATES


@dataclass(frozen=True)
class Aim:
    """What a pack should be: ``pending``, ``live``, ``suspended``, ``void`` or
    ``cancelled``; and how many of its units are void."""

    kind: str
    void: int = 0


@dataclass(frozen=True)
class Plan:
    """An aim for each pack by its id, and how many packs are missing."""

    aims: dict[int, Aim] = field(default_factory=dict)
    missing: int = 0


def target(sale: Sale, slots: int) -> Target:
    """Return how many of ``slots`` packs should be live and void.

    Paid in full, and one of three credited:

    >>> one_of_three = Invoice(Decimal(3), Decimal(1), paid=True, was_paid=True)
    >>> target(Sale(3, (one_of_three,)), slots=3)
    Target(live=2, void=1, part=Decimal('0'))

    An invoice that was never paid, and its credit note, count nothing:

    >>> target(Sale(1, (Invoice(Decimal(1), Decimal(1)),)), slots=1)
    Target(live=0, void=0, part=Decimal('0'))
    """
    bills = [
        bill
        for bill in sale.invoices
        if sale.on_confirmation or bill.paid or bill.was_paid
    ]
    billed = sum((bill.billed for bill in bills), ZERO)
    paid = sum(
        (max(bill.billed - bill.credited, ZERO) for bill in bills if bill.paid), ZERO
    )
    void = sum((min(bill.credited, bill.billed) for bill in bills), ZERO)
    total = max(billed, Decimal(sale.sold)) if sale.on_confirmation else billed
    apart = min(sale.credited_apart, total - void)
    paid = max(paid - apart, ZERO)
    # What was billed beyond the packs that there are bills what was void again.
    beyond = total - min(_floor(total), slots)
    void = min(max(void + apart - beyond, ZERO), Decimal(slots))
    whole = _floor(void)
    part = void - whole
    live = _floor(paid + part)
    if sale.on_confirmation:
        live = max(live, sale.sold)
    return Target(min(live, slots - whole), whole, part)


def plan(sale: Sale, packs: Iterable[Pack]) -> Plan:
    """Return what each pack of the line should be, and how many are missing.

    Which pack is void: the least used first, then the highest index.

    >>> paid = Invoice(Decimal(2), Decimal(1), paid=True, was_paid=True)
    >>> packs = [Pack(7, 1, "active", 60, 0, True), Pack(8, 2, "active", 60, 9, True)]
    >>> plan(Sale(2, (paid,)), packs).aims
    {7: Aim(kind='void', void=60), 8: Aim(kind='live', void=0)}
    >>> plan(Sale(2, (paid,)), []).missing
    2
    """
    packs = list(packs)
    unfit = [p for p in packs if _is_unfit(p, sale)]
    held = [p for p in packs if p.has_history and p not in unfit]
    goal = target(sale, max(sale.sold, len(held)))
    void = sorted(held, key=_out_order)[: goal.void]
    kept, aims = _plan_fresh(packs, wanted=max(sale.sold - len(held), 0))
    aims |= {pack.id: Aim("cancelled", pack.granted) for pack in unfit}
    missing = max(sale.sold - len(held) - len(kept), 0)
    candidates = [p for p in held if p not in void] + kept
    live = sorted(candidates, key=_keep_order)[: goal.live]
    idle = "cancelled" if sale.on_confirmation else "suspended"
    for pack in held:
        kind = "live" if pack in live else "void" if pack in void else idle
        gone = pack.granted if kind in ("void", "cancelled") else 0
        aims[pack.id] = Aim(kind, gone)
    for pack in live:
        aims[pack.id] = Aim("live")
    if goal.part:
        _plan_part(goal.part, held, aims)
    for pack in packs:
        if pack.closed:
            # It takes its place, but what became of it is not this sale's to say.
            aims.pop(pack.id, None)
    return Plan(dict(sorted(aims.items())), missing)


def _is_unfit(pack: Pack, sale: Sale) -> bool:
    """Whether a granted pack has no place in the line, which sells something else now.

    Core changes the product of a line only before it is invoiced: what was paid fits.
    """
    changed = pack.has_history and not pack.fits
    return changed and (sale.on_confirmation or pack.state == "cancelled")


def _plan_fresh(packs: list[Pack], wanted: int) -> tuple[list[Pack], dict[int, Aim]]:
    """Keep so many packs that were never granted; the rest was not sold."""
    fresh = [pack for pack in packs if not pack.has_history]
    kept = sorted(
        (pack for pack in fresh if pack.fits),
        key=lambda pack: (pack.state != "pending", pack.index),
    )[:wanted]
    aims = {p.id: Aim("pending" if p in kept else "cancelled") for p in fresh}
    return kept, aims


def _plan_part(part: Decimal, held: list[Pack], aims: dict[int, Aim]) -> None:
    """Take a fraction of a pack out of one that is not void anyway."""
    whole = [
        pack
        for pack in held
        if not pack.closed and aims[pack.id].kind in ("live", "suspended")
    ]
    if whole:
        # Once it is taken out of one pack, it stays that one.
        pack = min(whole, key=lambda p: (not 0 < p.void < p.granted, _out_order(p)))
        units = (part * pack.granted).to_integral_value(ROUND_HALF_UP)
        aims[pack.id] = Aim(aims[pack.id].kind, int(units))


def _out_order(pack: Pack) -> tuple:
    """Sort key: the pack that is void first. What is out already stays out."""
    return (
        not pack.closed,
        not pack.is_dead,
        pack.state != "suspended",
        pack.state == "expired",
        pack.used,
        -pack.index,
    )


def _keep_order(pack: Pack) -> tuple:
    """Sort key: the pack that is live first. What is live already stays so."""
    if pack.closed or pack.state in LIVE_STATES:
        rank = 0
    elif pack.state == "suspended":
        rank = 1
    elif pack.has_history:
        rank = 2
    else:
        rank = 3
    # Of two live ones, the one that is void last.
    return (rank, -pack.used if rank == 0 else 0, pack.index)


def _floor(quantity: Decimal) -> int:
    return int(quantity.to_integral_value(ROUND_FLOOR))
