# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The entries of one pack, replayed: the ledger's own proof.

:func:`replay` reads the entries in the order they were posted and tells everything that
is wrong with them. Problem codes, with their values (integers):

========================= ============================== ===========================
code                      values                         what is wrong
========================= ============================== ===========================
``sequence``              ``expected, found``            a gap, or a wrong order
``first_not_grant``       (none)                         the first entry is no grant
``kind``                  (none)                         an unknown kind of entry
``sign``                  ``quantity``                   a sign that the kind forbids
``balance``               ``expected, found``            not the running sum
``negative``              ``balance``                    below zero
``above_granted``         ``balance, granted``           above what was sold
``returned_above_used``   ``returned, used``             more went back than was used
========================= ============================== ===========================
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

# Allowed signs of an entry's quantity; nothing is ever posted for zero units.
SIGNS = {
    "grant": (1,),
    "usage": (-1,),
    "return": (1,),
    "expiry": (-1,),
    "refund": (-1,),
    "adjustment": (1, -1),
}
KINDS = tuple(SIGNS)


@dataclass(frozen=True)
class Entry:
    """A ledger entry: signed units, and the pack's balance after it."""

    sequence: int
    kind: str
    quantity: int
    balance_after: int


@dataclass(frozen=True)
class Problem:
    """What is wrong at one entry (``sequence`` as the entry has it)."""

    sequence: int
    code: str
    values: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Replay:
    """The balance that the entries add up to, and what is wrong with them."""

    balance: int
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class _Totals:
    """Running sums before an entry; ``place`` is the next sequence."""

    place: int = 1
    balance: int = 0
    used: int = 0
    returned: int = 0

    def after(self, entry: Entry) -> _Totals:
        return _Totals(
            place=self.place + 1,
            balance=self.balance + entry.quantity,
            used=self.used - (entry.quantity if entry.kind == "usage" else 0),
            returned=self.returned + (entry.quantity if entry.kind == "return" else 0),
        )


def replay(entries: Iterable[Entry], granted: int) -> Replay:
    """Add up the entries of a pack, given in posting order, and check each.

    >>> good = [Entry(1, "grant", 1800, 1800), Entry(2, "usage", -90, 1710)]
    >>> replay(good, granted=1800)
    Replay(balance=1710, problems=())
    >>> replay([Entry(1, "grant", 60, 60), Entry(3, "usage", -90, -30)], granted=60)
    ... # doctest: +NORMALIZE_WHITESPACE
    Replay(balance=-30, problems=(Problem(sequence=3, code='sequence',
    values={'expected': 2, 'found': 3}), Problem(sequence=3, code='negative',
    values={'balance': -30})))
    """
    totals = _Totals()
    problems: list[Problem] = []
    for entry in entries:
        after = totals.after(entry)
        found = (*_check_form(entry, totals.place), *_check_sums(entry, after, granted))
        problems += [Problem(entry.sequence, code, values) for code, values in found]
        totals = after
    return Replay(totals.balance, tuple(problems))


def _check_form(entry: Entry, place: int) -> Iterator[tuple[str, dict]]:
    """Check what an entry is: its place, its kind, its sign."""
    if entry.sequence != place:
        yield "sequence", {"expected": place, "found": entry.sequence}
    if place == 1 and entry.kind != "grant":
        yield "first_not_grant", {}
    if entry.kind not in SIGNS:
        yield "kind", {}
    elif (entry.quantity > 0) - (entry.quantity < 0) not in SIGNS[entry.kind]:
        yield "sign", {"quantity": entry.quantity}


def _check_sums(entry: Entry, after: _Totals, granted: int):
    """Check what the entries add up to, this one included."""
    if entry.balance_after != after.balance:
        values = {"expected": after.balance, "found": entry.balance_after}
        yield "balance", values
    if after.balance < 0:
        yield "negative", {"balance": after.balance}
    if after.balance > granted:
        yield "above_granted", {"balance": after.balance, "granted": granted}
    if after.returned > after.used:
        values = {"returned": after.returned, "used": after.used}
        yield "returned_above_used", values
