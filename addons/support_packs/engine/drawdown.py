# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Which packs pay, and to which packs it goes back.

One comparator decides the order: :func:`draw_order`. What goes back follows the order
that was recorded, not the order of today: last drawn, first returned.

A charge is always ``quantity == covered + uncovered``: covered is what the ledger holds
for the ticket (its usage less its returns), uncovered is what no pack paid.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from .expiry import is_usable


@dataclass(frozen=True)
class PackState:
    """A pack as the draw sees it, in units of its account.

    ``expires_on`` is the last day on which work may draw on it; ``None``: no end.
    ``ValueError`` unless ``0 <= balance <= granted``.
    """

    id: int
    balance: int
    granted: int
    activated_on: date
    expires_on: date | None = None

    def __post_init__(self):
        if not 0 <= self.balance <= self.granted:
            raise ValueError(
                f"balance of pack {self.id} must be between 0 and {self.granted}, "
                f"not {self.balance}"
            )


@dataclass(frozen=True)
class Part:
    """So many units (> 0) from one pack."""

    pack_id: int
    quantity: int


@dataclass(frozen=True)
class Draw:
    """What the packs give: ``covered`` is the sum of the parts."""

    parts: tuple[Part, ...]
    covered: int
    uncovered: int


@dataclass(frozen=True)
class Usage:
    """A usage entry of the ledger, with what is still outstanding on it.

    :param entry_id: the ledger entry
    :param quantity: units drawn less units returned since, >= 0
    :param sequence: place in the order of posting *over all packs* of the ticket, so
        not the sequence inside one pack; ``None``: the order of the entry ids
    """

    entry_id: int
    pack_id: int
    quantity: int
    sequence: int | None = None

    def __post_init__(self):
        _check_quantity(f"quantity of usage {self.entry_id}", self.quantity)

    @property
    def order(self) -> int:
        """Place in the order of posting.

        >>> Usage(entry_id=7, pack_id=1, quantity=5).order
        7
        """
        return self.entry_id if self.sequence is None else self.sequence


@dataclass(frozen=True)
class Return:
    """So many units (> 0) back to the pack that one usage entry drew them from."""

    entry_id: int
    pack_id: int
    quantity: int


@dataclass(frozen=True)
class Movement:
    """What to post for a charge, and how the charge stands after it.

    Draws and returns never come together.
    """

    draws: tuple[Part, ...]
    returns: tuple[Return, ...]
    covered: int
    uncovered: int

    @property
    def quantity(self) -> int:
        """Units of the charge after the movement.

        >>> Movement((), (), covered=30, uncovered=60).quantity
        90
        """
        return self.covered + self.uncovered

    @property
    def posts_nothing(self) -> bool:
        """Whether the ledger stays as it is.

        >>> Movement((), (), covered=30, uncovered=60).posts_nothing
        True
        """
        return not self.draws and not self.returns


def draw_order(pack: PackState) -> tuple:
    """Sort key: soonest expiry (no end last), then oldest activation, then id.

    >>> endless = PackState(1, 60, 60, date(2026, 1, 1))
    >>> yearly = PackState(2, 20, 60, date(2026, 2, 1), date(2027, 2, 1))
    >>> [pack.id for pack in sorted([endless, yearly], key=draw_order)]
    [2, 1]
    """
    return (
        pack.expires_on is None,
        pack.expires_on or date.max,
        pack.activated_on,
        pack.id,
    )


def drawable(packs: Iterable[PackState], on: date) -> tuple[PackState, ...]:
    """Return the packs that work dated ``on`` may draw on, first to be drawn first.

    The last day of a pack is a good day. The day of activation does not matter: work
    done before a purchase may be settled by it.

    >>> yearly = PackState(2, 20, 60, date(2026, 2, 1), date(2027, 2, 1))
    >>> drawable([yearly], date(2027, 2, 1)) == (yearly,)
    True
    >>> drawable([yearly], date(2027, 2, 2))
    ()
    """
    good = (
        pack for pack in packs if pack.balance > 0 and is_usable(pack.expires_on, on)
    )
    return tuple(sorted(good, key=draw_order))


def available(packs: Iterable[PackState], on: date) -> int:
    """Return the units that work dated ``on`` could draw.

    >>> available([PackState(1, 20, 60, date(2026, 1, 1))], date(2026, 3, 3))
    20
    """
    return sum(pack.balance for pack in drawable(packs, on))


def draw_down(packs: Iterable[PackState], quantity: int, on: date) -> Draw:
    """Take ``quantity`` units from the packs, for work dated ``on``.

    ``ValueError`` on a negative quantity.

    >>> old = PackState(1, 70, 1800, date(2025, 6, 1), date(2026, 6, 1))
    >>> new = PackState(2, 3000, 3000, date(2026, 3, 3), date(2027, 3, 3))
    >>> draw = draw_down([new, old], 100, on=date(2026, 3, 3))
    >>> draw.parts
    (Part(pack_id=1, quantity=70), Part(pack_id=2, quantity=30))
    >>> draw_down([old], 100, on=date(2026, 3, 3)).uncovered
    30
    """
    _check_quantity("quantity", quantity)
    parts = []
    missing = quantity
    for pack in drawable(packs, on):
        if not missing:
            break
        taken = min(pack.balance, missing)
        parts.append(Part(pack.id, taken))
        missing -= taken
    return Draw(tuple(parts), covered=quantity - missing, uncovered=missing)


def give_back(usages: Iterable[Usage], quantity: int) -> tuple[Return, ...]:
    """Return ``quantity`` units to where they came from, last drawn first.

    ``ValueError`` on a negative quantity, if more is to go back than is outstanding,
    or if two usages claim the same place in the order of posting.

    >>> usages = [Usage(11, pack_id=1, quantity=70), Usage(12, pack_id=2, quantity=30)]
    >>> give_back(usages, 40)
    (Return(entry_id=12, pack_id=2, quantity=30), Return(entry_id=11, pack_id=1, \
quantity=10))
    """
    _check_quantity("quantity", quantity)
    usages = sorted(usages, key=lambda usage: usage.order, reverse=True)
    if len({usage.order for usage in usages}) < len(usages):
        raise ValueError("two usages have the same sequence")
    returns = []
    missing = quantity
    for usage in usages:
        given = min(usage.quantity, missing)
        if given:
            returns.append(Return(usage.entry_id, usage.pack_id, given))
            missing -= given
    if missing:
        raise ValueError(f"{missing} units more to give back than are outstanding")
    return tuple(returns)


def converge(
    target: int,
    *,
    packs: Iterable[PackState],
    usages: Iterable[Usage],
    uncovered: int,
    on: date,
    settle: int = 0,
    draw: Callable[..., Draw] = draw_down,
) -> Movement:
    """Say what to post so that a charge of ``covered + uncovered`` becomes ``target``.

    :param target: units the ticket should cost by its facts
    :param packs: the account's packs of the charge's unit, as they are now
    :param usages: the ticket's usage entries, with what is outstanding on each; their
        sum is what is covered
    :param uncovered: units of the charge that no pack has paid so far
    :param on: date of the work (its own, however late it is recorded)
    :param settle: units of what was uncovered before that the packs may pay now (a
        charge that waited for the next purchase); what was invoiced or waived is not
        among them
    :param draw: who takes units from the packs, called as :func:`draw_down` is: add-ons
        whose packs hold more than a balance bring their own

    The additional part draws; what was uncovered before stays so:

    >>> pack = PackState(1, 100, 1800, date(2026, 3, 3))
    >>> today = date(2026, 3, 4)
    >>> converge(90, packs=[pack], usages=[], uncovered=60, on=today)
    Movement(draws=(Part(pack_id=1, quantity=30),), returns=(), covered=30, \
uncovered=60)

    Unless it is to be settled:

    >>> converge(90, packs=[pack], usages=[], uncovered=60, on=today, settle=60)
    Movement(draws=(Part(pack_id=1, quantity=90),), returns=(), covered=90, uncovered=0)

    A decrease shrinks the uncovered first, then goes back to the packs:

    >>> used = [Usage(11, pack_id=1, quantity=30)]
    >>> converge(20, packs=[pack], usages=used, uncovered=60, on=today)
    Movement(draws=(), returns=(Return(entry_id=11, pack_id=1, quantity=10),), \
covered=20, uncovered=0)

    Once it has converged there is nothing to post:

    >>> converge(90, packs=[pack], usages=used, uncovered=60, on=today).posts_nothing
    True
    """
    _check_quantity("target", target)
    _check_quantity("uncovered", uncovered)
    _check_quantity("settle", settle)
    usages = tuple(usages)
    covered = sum(usage.quantity for usage in usages)
    kept = max(uncovered - settle, 0)
    excess = max(covered + uncovered - target, 0)
    forgiven = min(uncovered, excess)
    returns = give_back(usages, excess - forgiven)
    covered -= excess - forgiven
    uncovered -= forgiven
    wanted = target - covered - min(kept, uncovered)
    drawn = draw(packs, wanted, on)
    covered += drawn.covered
    return Movement(drawn.parts, returns, covered, target - covered)


def _check_quantity(name: str, quantity: int) -> None:
    """Raise ``ValueError`` naming the value unless it is an integer >= 0."""
    if isinstance(quantity, bool) or not isinstance(quantity, int):
        raise ValueError(f"{name} must be an integer, not {quantity!r}")
    if quantity < 0:
        raise ValueError(f"{name} must not be negative: {quantity}")
