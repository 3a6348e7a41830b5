# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""How long what is left will last, and what of it will expire unused.

The past says how fast: the units used in the last 90 days, or since the first use where
that is later. The packs say the rest: they are drawn in the order of
:func:`~.drawdown.draw_order`, each until it is empty or its last day is over. Days are
dates, quantities integers: nothing here knows of hours, time zones or their changes.

Use goes on from tomorrow: today's is in the ledger, or is not known. By day ``d`` from
today the account will have used ``used * d // days`` units, so that the fractions of a
day add up to whole units.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from .drawdown import PackState, draw_order
from .expiry import add_months

# The past that is asked for the pace, today included.
PACE_DAYS = 90
# What lies farther off is no forecast.
HORIZON_DAYS = 3650
SHORTEST_MONTH = 28


@dataclass(frozen=True)
class Pace:
    """So many units used (>= 0, returns taken off) in so many days (>= 1)."""

    used: int
    days: int

    def __post_init__(self):
        for name, least in (("used", 0), ("days", 1)):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int) or value < least:
                raise ValueError(
                    f"{name} must be an integer from {least}, not {value!r}"
                )

    def demand(self, day: int) -> int:
        """Return the units used from tomorrow through that day from today.

        >>> [Pace(100, 90).demand(day) for day in (0, 1, 9, 10, 90)]
        [0, 1, 10, 11, 100]
        """
        return self.used * day // self.days

    def first_day(self, demand: int) -> int:
        """Return the first day from today by which so many units (> 0) are used.

        ``ZeroDivisionError`` where nothing is ever used.

        >>> [Pace(100, 90).first_day(units) for units in (1, 10, 11, 100)]
        [1, 9, 10, 90]
        """
        return -(-demand * self.days // self.used)

    @property
    def longest_pause(self) -> int:
        """Days from one unit to the next, at most.

        >>> Pace(100, 90).longest_pause, Pace(2, 90).longest_pause
        (1, 45)
        """
        return -(-self.days // self.used)


@dataclass(frozen=True)
class RunwayPack:
    """A pack as the forecast sees it.

    :param restarts_months: a use of any pack that has this restarts its validity, to so
        many months; 0: its last day does not move
    """

    state: PackState
    restarts_months: int = 0

    @property
    def is_restarted(self) -> bool:
        """Whether using such packs moves its last day.

        >>> RunwayPack(PackState(1, 60, 60, date(2026, 1, 1))).is_restarted
        False
        """
        return bool(self.restarts_months and self.state.expires_on)


@dataclass(frozen=True)
class Unused:
    """So many units (> 0) that will be left in a pack after its last day."""

    pack_id: int
    quantity: int
    expires_on: date


@dataclass(frozen=True)
class Runway:
    """What is to be expected.

    :param pace: ``None``: the account was never used
    :param ends_on: the day on which the last unit is used, or the last day of the last
        pack; ``None`` where nothing ends: no use, nothing left, or not within ten years
    :param unused: soonest first; empty where there is no pace
    """

    pace: Pace | None
    ends_on: date | None
    unused: tuple[Unused, ...]


def get_pace(used: int, first_used_on: date | None, today: date) -> Pace | None:
    """Return the pace of the last 90 days, or since the first use; none before it.

    :param used: units used in the last 90 days less those that came back; what came
        back may be more than what was used, and counts as nothing used then
    :param first_used_on: day of the very first use; ``None``: never used

    >>> get_pace(900, date(2025, 3, 3), today=date(2026, 3, 3))
    Pace(used=900, days=90)
    >>> get_pace(100, date(2026, 2, 22), today=date(2026, 3, 3))
    Pace(used=100, days=10)
    >>> get_pace(-5, date(2026, 3, 3), today=date(2026, 3, 3))
    Pace(used=0, days=1)
    >>> get_pace(0, None, today=date(2026, 3, 3)) is None
    True
    """
    if first_used_on is None:
        return None
    days = (today - first_used_on).days + 1
    return Pace(max(used, 0), min(max(days, 1), PACE_DAYS))


def project(packs: Iterable[RunwayPack], pace: Pace | None, today: date) -> Runway:
    """Say when the balance ends at a pace, and what will expire unused.

    10 units a day: the first pack gives what is used until its last day, the second
    one the rest.

    >>> today = date(2026, 3, 3)
    >>> spring = PackState(1, 300, 600, date(2025, 3, 23), date(2026, 3, 23))
    >>> summer = PackState(2, 600, 600, date(2026, 3, 1), date(2027, 3, 1))
    >>> runway = project([RunwayPack(spring), RunwayPack(summer)], Pace(900, 90), today)
    >>> runway.ends_on
    datetime.date(2026, 5, 22)
    >>> runway.unused
    (Unused(pack_id=1, quantity=100, expires_on=datetime.date(2026, 3, 23)),)

    Who uses nothing any more loses what expires, and no day can be told:

    >>> runway = project([RunwayPack(spring)], Pace(0, 90), today)
    >>> runway.ends_on, [unused.quantity for unused in runway.unused]
    (None, [300])
    """
    left = [pack for pack in packs if pack.state.balance]
    if pace is None or not left:
        return Runway(pace, None, ())
    if not pace.used:
        return Runway(pace, None, _get_unused(left))
    forecast = _Forecast(left, pace, today)
    forecast.run()
    return Runway(pace, forecast.get_end(), tuple(forecast.unused))


def _get_unused(packs: Iterable[RunwayPack]) -> tuple[Unused, ...]:
    """Return what expires of these packs when they are not used at all."""
    states = sorted((pack.state for pack in packs), key=draw_order)
    return tuple(
        Unused(state.id, state.balance, state.expires_on)
        for state in states
        if state.expires_on
    )


class _Forecast:
    """The days to come. One step for each pack, not for each day.

    ``day`` is the next day from today on which packs are drawn, ``served`` the units
    that they gave so far, ``end`` the day on which the last of them was done with.
    """

    def __init__(self, packs: list[RunwayPack], pace: Pace, today: date):
        self.left = list(packs)
        self.pace = pace
        self.today = today
        self.day = 1
        self.served = 0
        self.end: int | None = None
        self.unused: list[Unused] = []

    def run(self):
        while self.left and self.day <= HORIZON_DAYS:
            first = min(self.left, key=lambda pack: draw_order(pack.state))
            last = self._get_last_day(first)
            if last is not None and last < self.day:
                self._expire(first, last)
            elif not first.is_restarted:
                self._draw_fixed(first, last)
            elif self.pace.first_day(self.served + 1) > last:
                self._expire(first, last)
            elif self._nothing_expires_before_use():
                self._draw_all_restarted()
            else:
                self._draw_restarted(first)

    def get_end(self) -> date | None:
        """Return the day on which nothing is left; none within the horizon."""
        if self.left or self.end is None or self.end > HORIZON_DAYS:
            return None
        return self.today + timedelta(days=self.end)

    def _get_last_day(self, pack: RunwayPack) -> int | None:
        end = pack.state.expires_on
        return None if end is None else (end - self.today).days

    def _draw_fixed(self, pack: RunwayPack, last: int | None):
        """Draw until the pack is empty, or its last day is over."""
        empty_on = self.pace.first_day(self.served + pack.state.balance)
        if last is None or empty_on <= last:
            self.served += pack.state.balance
            self._finish(pack, empty_on)
        else:
            taken = self.pace.demand(last) - self.served
            self.served += taken
            self._expire(self._take(pack, taken), last)

    def _draw_restarted(self, pack: RunwayPack):
        """Draw on one day, which moves the last day of all such packs."""
        day = max(self.day, self.pace.first_day(self.served + 1))
        taken = min(pack.state.balance, self.pace.demand(day) - self.served)
        self.served += taken
        self._take(pack, taken)
        on = self.today + timedelta(days=day)
        self.left = [self._restart(other, on) for other in self.left]
        if taken == pack.state.balance:
            self._finish(next(p for p in self.left if p.state.id == pack.state.id), day)
        else:
            self.day = day + 1

    def _nothing_expires_before_use(self) -> bool:
        """Whether the packs that use restarts have no rival, and no pause ends them."""
        return all(
            other.state.expires_on is None
            or SHORTEST_MONTH * other.restarts_months >= self.pace.longest_pause
            for other in self.left
        )

    def _draw_all_restarted(self):
        """Draw until they are empty: while they are used, they do not expire."""
        restarted = [pack for pack in self.left if pack.is_restarted]
        self.served += sum(pack.state.balance for pack in restarted)
        empty_on = self.pace.first_day(self.served)
        for pack in restarted:
            self._finish(pack, empty_on)

    def _restart(self, pack: RunwayPack, on: date) -> RunwayPack:
        if not pack.is_restarted:
            return pack
        end = max(pack.state.expires_on, add_months(on, pack.restarts_months))
        return replace(pack, state=replace(pack.state, expires_on=end))

    def _take(self, pack: RunwayPack, taken: int) -> RunwayPack:
        """Put the pack with so many units less in the place of the pack."""
        state = replace(pack.state, balance=pack.state.balance - taken)
        rest = replace(pack, state=state)
        self.left[self.left.index(pack)] = rest
        return rest

    def _expire(self, pack: RunwayPack, last: int):
        if pack.state.balance:
            end = pack.state.expires_on
            self.unused.append(Unused(pack.state.id, pack.state.balance, end))
        self._finish(pack, last)
        self.day = max(self.day, last + 1)

    def _finish(self, pack: RunwayPack, day: int):
        self.left.remove(pack)
        self.day = max(self.day, day)
        self.end = day if self.end is None else max(self.end, day)
