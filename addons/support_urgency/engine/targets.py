# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""When an answer or a solution is due.

Three readings of a promise of so many minutes:

- ``hours``: of the opening hours of the team. Never due outside of them.
- ``days``: 24 hours are one working day: due at the same hour of the next one. What is
  over counts in opening hours, but never lasts longer than one more working day.
- ``clock``: by the clock, nights and holidays included.

The clock stands during pauses: while the client owes information, while a ticket that
was reopened had been solved. Pauses can only delay. Moments are UTC, naive.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from .opening import (
    DAY_MINUTES,
    HORIZON,
    ONE_DAY,
    Hours,
    Span,
    advance,
    at_minute,
    day_spans,
    next_opening,
    open_spans,
    same_hour,
    subtract,
    to_local,
    total,
)

READINGS = ("hours", "days", "clock")
MOST_PERCENT = 100

# From when until when; ``None`` while it lasts.
Pause = tuple[datetime, "datetime | None"]


def begin(
    hours: Hours, received: datetime, reading: str, intake_limit: int | None = None
) -> datetime | None:
    """Return when the clock of a request starts; ``None``: the team never opens.

    By the clock: at once. Else: within the opening hours, or at the next opening; under
    ``days`` a break within the day does not matter.

    :param intake_limit: minutes after local midnight; what comes later in the day
        starts at the next opening of another day. ``None``: no limit

    >>> from .opening import weekly
    >>> office = Hours("Europe/Madrid", weekly((10, 20)))
    >>> begin(office, datetime(2026, 7, 1, 17, 30), "hours", 19 * 60 + 30)
    datetime.datetime(2026, 7, 1, 17, 30)
    >>> begin(office, datetime(2026, 7, 1, 17, 31), "hours", 19 * 60 + 30)
    datetime.datetime(2026, 7, 2, 8, 0)
    """
    _check_reading(reading)
    local = to_local(received, hours.tz)
    if intake_limit is not None and _time_of_day(local) > timedelta(
        minutes=intake_limit
    ):
        tomorrow = at_minute(local.date() + ONE_DAY, 0, hours.tz)
        return next_opening(hours, tomorrow)
    if reading == "clock":
        return received
    spans = day_spans(hours, local.date())
    if reading == "days" and spans and spans[0][0] <= received < spans[-1][1]:
        return received
    return next_opening(hours, received)


def _time_of_day(local):
    return local - local.replace(hour=0, minute=0, second=0, microsecond=0)


def _check_reading(reading):
    if reading not in READINGS:
        raise ValueError(f"reading must be one of {READINGS}, not {reading!r}")


def due(
    hours: Hours,
    minutes: int,
    reading: str,
    start: datetime,
    pauses: Iterable[Pause] = (),
) -> datetime | None:
    """Return until when a promise is kept: that moment itself is in time.

    :param minutes: what is promised, >= 1; under ``days`` 1440 are a working day
    :param start: when the clock started (:func:`begin`)
    :param pauses: in any order
    :return: ``None`` while a pause lasts that comes first, or when the team never opens

    >>> from .opening import weekly
    >>> office = Hours("Europe/Madrid", weekly((9, 13), (15, 18)))
    >>> friday = datetime(2026, 3, 27, 16)  # 17:00 in Madrid, before the clocks change
    >>> due(office, 120, "hours", friday)  # Monday 10:00
    datetime.datetime(2026, 3, 30, 8, 0)
    >>> due(office, 1440, "days", friday)  # Monday 17:00
    datetime.datetime(2026, 3, 30, 15, 0)
    >>> due(office, 1440, "clock", friday)
    datetime.datetime(2026, 3, 28, 16, 0)
    """
    _check_reading(reading)
    if minutes < 1:
        raise ValueError(f"minutes must be at least 1, not {minutes}")
    clock = _Clock(hours, reading, pauses)
    if reading != "days":
        return clock.after(start, timedelta(minutes=minutes))
    days, rest = divmod(minutes, DAY_MINUTES)
    base = clock.days_after(start, days)
    if base is None or not rest:
        return base
    sooner = clock.after(base, timedelta(minutes=rest))
    later = clock.days_after(base, 1)
    return min((one for one in (sooner, later) if one is not None), default=None)


def spent(
    hours: Hours,
    reading: str,
    start: datetime,
    until: datetime,
    pauses: Iterable[Pause] = (),
) -> timedelta:
    """Return how long the clock ran between two moments: open, and not in a pause.

    >>> from .opening import weekly
    >>> office = Hours("Europe/Madrid", weekly((9, 13), (15, 18)))
    >>> friday = datetime(2026, 3, 27, 16)
    >>> spent(office, "hours", friday, datetime(2026, 3, 30, 8))
    datetime.timedelta(seconds=7200)
    """
    _check_reading(reading)
    if until <= start:
        return timedelta()
    return total(_Clock(hours, reading, pauses).spans(start, until))


def moment_at(
    hours: Hours,
    reading: str,
    start: datetime,
    end: datetime,
    percent: int,
    pauses: Iterable[Pause] = (),
) -> datetime:
    """Return when so many percent of the time until a target were over.

    :param start: when the clock started
    :param end: when the target is due
    :param percent: 1 to 100

    >>> from .opening import weekly
    >>> office = Hours("Europe/Madrid", weekly((9, 13), (15, 18)))
    >>> friday, monday = datetime(2026, 3, 27, 16), datetime(2026, 3, 30, 15)
    >>> moment_at(office, "days", friday, monday, 50)  # 1 h + 2.5 h of 7 h
    datetime.datetime(2026, 3, 30, 9, 30)
    """
    if not 1 <= percent <= MOST_PERCENT:
        raise ValueError(f"percent must be from 1 to {MOST_PERCENT}, not {percent}")
    clock = _Clock(hours, reading, pauses)
    length = spent(hours, reading, start, end, pauses)
    if not length:
        return end
    seconds = int(length.total_seconds()) * percent // MOST_PERCENT
    reached = clock.after(start, timedelta(seconds=seconds))
    return end if reached is None else min(reached, end)


def parse_percents(text: str | None) -> tuple[int, ...]:
    """Read percentages as people type them, the smallest first.

    ``ValueError`` with the word that is no whole number from 1 to 99.

    >>> parse_percents("90 %, 50,75")
    (50, 75, 90)
    >>> parse_percents(None)
    ()
    """
    found = set()
    for word in (text or "").replace("%", " ").replace(",", " ").split():
        if not (word.isascii() and word.isdigit() and 1 <= int(word) < MOST_PERCENT):
            raise ValueError(word)
        found.add(int(word))
    return tuple(sorted(found))


def next_percent(percents: Sequence[int], told: int) -> int | None:
    """Return the next percentage of which nobody was told; ``None``: all were.

    >>> next_percent((50, 75, 90), 50), next_percent((50, 75, 90), 90)
    (75, None)
    """
    return next((one for one in percents if one > told), None)


class _Clock:
    """The running time of a request: open under its reading, and in no pause."""

    def __init__(self, hours: Hours, reading: str, pauses: Iterable[Pause]):
        self.hours = hours
        self.reading = reading
        pauses = list(pauses)
        self.pauses: list[Span] = [
            (start, end) for start, end in pauses if end is not None
        ]
        lasting = [start for start, end in pauses if end is None]
        self.stands_from = min(lasting, default=None)

    def spans(self, since, until):
        """Yield when the clock runs between two moments."""
        if self.stands_from is not None:
            until = min(until, self.stands_from)
        if until <= since:
            return iter(())
        if self.reading == "clock":
            running = [(since, until)]
        else:
            running = open_spans(self.hours, since, until)
        return subtract(running, self.pauses)

    def after(self, start, length):
        """Return the moment at which the clock ran so long; ``None``: never."""
        return advance(self.spans(start, start + HORIZON), length)

    def days_after(self, start, days):
        """Return the same hour so many working days later, delayed by the pauses."""
        moment = same_hour(self.hours, start, days)
        if moment is None or not days:
            return moment
        lost = self._lost(start, moment)
        if lost is None:
            return None
        return self.after(moment, lost) if lost else moment

    def _lost(self, start, until):
        """Return how much of the opening hours went into pauses; ``None``: a pause
        that lasts began before the end."""
        if self.stands_from is not None and self.stands_from < until:
            return None
        opened = total(open_spans(self.hours, start, until))
        return opened - total(self.spans(start, until))
