# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Which slots of which packs serve a ticket of a priority [004].

A pack may promise so many tickets of each priority: its quotas. Each is a maximum, and
so is the balance of the pack. A pack without quotas serves any priority. Nothing is
borrowed between priorities, unless a policy says that a slot of a higher priority may
serve a lower one; then the own priority comes first, in all packs, and after it the
next higher one.

Priorities are named by their codes, so that packs that were sold under one policy serve
the tickets of the next one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

# A pack without quotas: no slot of any priority is used.
NO_QUOTA = 0


@dataclass(frozen=True)
class Quota:
    """So many tickets of one priority in one pack.

    ``ValueError`` unless ``0 <= used <= granted``.
    """

    id: int
    code: str
    granted: int
    used: int = 0

    def __post_init__(self):
        if not 0 <= self.used <= self.granted:
            raise ValueError(
                f"used of quota {self.id} must be between 0 and {self.granted}, "
                f"not {self.used}"
            )

    @property
    def left(self) -> int:
        """Slots that the quota still has, whatever is left of its pack.

        >>> Quota(1, "P1", granted=5, used=2).left
        3
        """
        return self.granted - self.used


@dataclass(frozen=True)
class Pack:
    """A pack that may be drawn on: its balance, and the quotas within it."""

    id: int
    balance: int
    quotas: tuple[Quota, ...] = ()

    def __post_init__(self):
        if self.balance < 0:
            raise ValueError(f"balance of pack {self.id} must not be {self.balance}")

    def get_slots(self, code: str, is_own: bool) -> tuple[int, int]:
        """Return (quota id, units) with which the pack serves a priority.

        :param is_own: whether it is the priority of the ticket itself

        >>> Pack(1, 8, (Quota(11, "P1", 5),)).get_slots("P1", is_own=True)
        (11, 5)
        >>> Pack(2, 8).get_slots("P1", is_own=True)
        (0, 8)
        >>> Pack(2, 8).get_slots("P1", is_own=False)
        (0, 0)
        """
        if not self.quotas:
            return NO_QUOTA, self.balance if is_own else 0
        for quota in self.quotas:
            if quota.code == code:
                return quota.id, min(quota.left, self.balance)
        return NO_QUOTA, 0

    def move(self, quota_id: int, quantity: int) -> Pack:
        """Return the pack after so many units went out (> 0) or came back (< 0).

        >>> Pack(1, 8, (Quota(11, "P1", 5),)).move(11, 2)
        Pack(id=1, balance=6, quotas=(Quota(id=11, code='P1', granted=5, used=2),))
        """
        return replace(
            self,
            balance=self.balance - quantity,
            quotas=tuple(
                replace(quota, used=quota.used + quantity)
                if quota.id == quota_id
                else quota
                for quota in self.quotas
            ),
        )


@dataclass(frozen=True)
class Part:
    """So many units (> 0) from one pack, of one quota of it (0: it has none)."""

    pack_id: int
    quantity: int
    quota_id: int = NO_QUOTA


def serving(codes: Sequence[str], own: str, higher: bool = False) -> tuple[str, ...]:
    """Return the codes whose slots serve a ticket, the first to be drawn first.

    :param codes: of the policy's priorities, the gravest one first
    :param own: the ticket's priority
    :param higher: whether slots of higher priorities serve lower ones

    >>> serving(["P1", "P2", "P3"], "P3")
    ('P3',)
    >>> serving(["P1", "P2", "P3"], "P3", higher=True)
    ('P3', 'P2', 'P1')
    >>> serving(["P1", "P2", "P3"], "P1", higher=True)
    ('P1',)
    """
    if not higher or own not in codes:
        return (own,)
    return (own, *reversed(codes[: codes.index(own)]))


def draw_down(
    packs: Iterable[Pack], quantity: int, codes: Iterable[str]
) -> tuple[Part, ...]:
    """Take up to ``quantity`` units from the packs; what is missing is not covered.

    ``ValueError`` on a negative quantity.

    :param packs: that may be drawn on, in the order of the draw
    :param codes: see :func:`serving`

    >>> basic = Pack(1, 8, (Quota(11, "P1", 5, used=5), Quota(12, "P2", 2)))
    >>> draw_down([basic], 1, ["P1"])
    ()
    >>> draw_down([basic], 1, ["P2"])
    (Part(pack_id=1, quantity=1, quota_id=12),)

    The own priority in all packs first, then the next higher one:

    >>> other = Pack(2, 9, (Quota(21, "P1", 1), Quota(22, "P2", 1)))
    >>> [part.quota_id for part in draw_down([basic, other], 4, ["P2", "P1"])]
    [12, 22, 21]
    """
    if isinstance(quantity, bool) or not isinstance(quantity, int) or quantity < 0:
        raise ValueError(f"quantity must be an integer of at least 0: {quantity!r}")
    state = {pack.id: pack for pack in packs}
    parts = []
    missing = quantity
    for place, code in enumerate(codes):
        for pack in tuple(state.values()):
            quota_id, slots = pack.get_slots(code, is_own=not place)
            taken = min(slots, missing)
            if taken:
                parts.append(Part(pack.id, taken, quota_id))
                state[pack.id] = pack.move(quota_id, taken)
                missing -= taken
    return tuple(parts)


def available(packs: Iterable[Pack], codes: Iterable[str]) -> int:
    """Return the units that tickets of a priority could draw.

    >>> basic = Pack(1, 8, (Quota(11, "P1", 5, used=3), Quota(12, "P2", 2)))
    >>> available([basic], ["P1"]), available([basic], ["P2", "P1"])
    (2, 4)
    """
    packs = tuple(packs)
    total = sum(pack.balance for pack in packs)
    return sum(part.quantity for part in draw_down(packs, total, codes))


def is_same(drawn: Iterable[Part], returned: Iterable[Part]) -> bool:
    """Whether what is drawn again is just what goes back: then nothing moves.

    >>> is_same([Part(1, 2, 11)], [Part(1, 1, 11), Part(1, 1, 11)])
    True
    >>> is_same([Part(1, 1, 11)], [Part(1, 1, 12)])
    False
    """
    return _sum_up(drawn) == _sum_up(returned)


def _sum_up(parts: Iterable[Part]) -> dict[tuple[int, int], int]:
    sums: dict[tuple[int, int], int] = {}
    for part in parts:
        key = (part.pack_id, part.quota_id)
        sums[key] = sums.get(key, 0) + part.quantity
    return sums
