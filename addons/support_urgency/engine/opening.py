# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""When a team is there: opening hours in a time zone, less closures and pauses.

Moments are UTC, naive as Odoo stores them. Times of the day are minutes after local
midnight, so that they stay at their hour when the clocks change.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

DAY_MINUTES = 24 * 60
ONE_DAY = timedelta(days=1)
# Who has no opening in so many days never opens.
HORIZON = timedelta(days=3 * 366)

# From one moment until another one, the last not included.
Span = tuple[datetime, datetime]


@dataclass(frozen=True)
class Slot:
    """Open on a weekday (0: Monday) between two times of the day.

    :param start: minutes after local midnight
    :param end: minutes after local midnight, at most 1440
    :param week: 0 or 1 where two weeks alternate; ``None``: every week
    """

    weekday: int
    start: int
    end: int
    week: int | None = None


@dataclass(frozen=True)
class Hours:
    """The opening hours of a team.

    :param tz: name of the time zone in which the slots are
    :param slots: ``None``: always open
    :param closures: holidays: ``((start, end), …)`` in UTC, any order
    """

    tz: str
    slots: tuple[Slot, ...] | None = None
    closures: tuple[Span, ...] = ()


def weekly(*slots: tuple[int, int], days: Iterable[int] = range(5)) -> tuple[Slot, ...]:
    """Return the same slots on each of these days, in whole hours.

    >>> weekly((9, 13), (15, 18), days=[0])
    (Slot(weekday=0, start=540, end=780, week=None), \
Slot(weekday=0, start=900, end=1080, week=None))
    """
    return tuple(
        Slot(day, start * 60, end * 60) for day in days for start, end in slots
    )


def to_local(moment: datetime, tz: str) -> datetime:
    """Return a UTC moment as naive local time.

    >>> to_local(datetime(2026, 7, 1, 8), "Europe/Madrid")
    datetime.datetime(2026, 7, 1, 10, 0)
    """
    aware = moment.replace(tzinfo=timezone.utc).astimezone(ZoneInfo(tz))
    return aware.replace(tzinfo=None, fold=0)


def to_utc(local: datetime, tz: str) -> datetime:
    """Return a naive local time as a UTC moment.

    Of an hour that comes twice it is the first one; a time that the clocks skip is the
    moment of the change. So a later time is never an earlier moment.

    >>> to_utc(datetime(2026, 10, 25, 2, 30), "Europe/Madrid")
    datetime.datetime(2026, 10, 25, 0, 30)
    >>> to_utc(datetime(2026, 3, 29, 2, 30), "Europe/Madrid")
    datetime.datetime(2026, 3, 29, 1, 0)
    """
    zone = ZoneInfo(tz)
    moment = _shift(local.replace(tzinfo=zone, fold=0))
    if to_local(moment, tz) == local:
        return moment
    # Skipped: the change lies between the readings by the offsets before and after.
    low = int(
        (_shift(local.replace(tzinfo=zone, fold=1)) - datetime.min).total_seconds()
    )
    high = int((moment - datetime.min).total_seconds())
    while low < high:
        middle = (low + high) // 2
        if to_local(datetime.min + timedelta(seconds=middle), tz) > local:
            high = middle
        else:
            low = middle + 1
    return datetime.min + timedelta(seconds=high)


def _shift(aware: datetime) -> datetime:
    return aware.astimezone(timezone.utc).replace(tzinfo=None)


def at_minute(day: date, minutes: int, tz: str) -> datetime:
    """Return the moment at which a local day is so many minutes old by the clock.

    >>> at_minute(date(2026, 7, 1), 600, "Europe/Madrid")
    datetime.datetime(2026, 7, 1, 8, 0)
    >>> at_minute(date(2026, 7, 1), 1440, "Europe/Madrid")
    datetime.datetime(2026, 7, 1, 22, 0)
    """
    return to_utc(datetime.combine(day, time()) + timedelta(minutes=minutes), tz)


def subtract(spans: Iterable[Span], holes: Iterable[Span]) -> Iterator[Span]:
    """Yield what is left of spans without the holes; both in any order of holes.

    >>> day = datetime(2026, 3, 3)
    >>> hour = lambda n: day + timedelta(hours=n)
    >>> [(s.hour, e.hour) for s, e in subtract([(hour(9), hour(13))],
    ...                                        [(hour(10), hour(11))])]
    [(9, 10), (11, 13)]
    """
    holes = sorted(holes)
    for start, end in spans:
        for hole_start, hole_end in holes:
            if hole_end <= start:
                continue
            if hole_start >= end:
                break
            if hole_start > start:
                yield start, hole_start
            start = max(start, hole_end)
            if start >= end:
                break
        if start < end:
            yield start, end


def merge(spans: Iterable[Span]) -> list[Span]:
    """Return spans in their order, those that touch or overlap as one.

    >>> day = datetime(2026, 3, 3)
    >>> hour = lambda n: day + timedelta(hours=n)
    >>> [(s.hour, e.hour) for s, e in merge([(hour(3), hour(4)), (hour(1), hour(3))])]
    [(1, 4)]
    """
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        elif start < end:
            merged.append((start, end))
    return merged


def week_type(day: date) -> int:
    """Return which of two alternating weeks a day is in, as Odoo counts them.

    >>> week_type(date(2026, 3, 2)) != week_type(date(2026, 3, 9))
    True
    """
    return (day.toordinal() - 1) // 7 % 2


def day_spans(hours: Hours, day: date) -> list[Span]:
    """Return when a team is open on a local day, in order; empty: not at all.

    >>> office = Hours("Europe/Madrid", weekly((9, 13), (15, 18)))
    >>> [(s.hour, e.hour) for s, e in day_spans(office, date(2026, 7, 1))]
    [(7, 11), (13, 16)]
    >>> day_spans(office, date(2026, 7, 4))
    []
    """
    if hours.slots is None:
        slots = [Slot(day.weekday(), 0, DAY_MINUTES)]
    else:
        slots = [
            slot
            for slot in hours.slots
            if slot.weekday == day.weekday() and slot.week in (None, week_type(day))
        ]
    spans = merge(
        (at_minute(day, slot.start, hours.tz), at_minute(day, slot.end, hours.tz))
        for slot in slots
    )
    return list(subtract(spans, _near(hours.closures, spans)))


def _near(closures, spans):
    """Return the closures that may touch the spans of a day."""
    if not spans:
        return []
    return [one for one in closures if one[1] > spans[0][0] and one[0] < spans[-1][1]]


def open_days(hours: Hours, since: date) -> Iterator[tuple[date, list[Span]]]:
    """Yield the local days from ``since`` on which a team is open, with their spans.

    >>> office = Hours("Europe/Madrid", weekly((9, 13)))
    >>> next(open_days(office, date(2026, 7, 4)))[0]
    datetime.date(2026, 7, 6)
    """
    for number in range(HORIZON.days):
        day = since + number * ONE_DAY
        spans = day_spans(hours, day)
        if spans:
            yield day, spans


def open_spans(hours: Hours, since: datetime, until: datetime) -> Iterator[Span]:
    """Yield when a team is open between two moments, in order.

    >>> office = Hours("Europe/Madrid", weekly((9, 13)))
    >>> next(open_spans(office, datetime(2026, 7, 3, 10), datetime(2026, 7, 9)))
    (datetime.datetime(2026, 7, 3, 10, 0), datetime.datetime(2026, 7, 3, 11, 0))
    """
    for _day, spans in open_days(hours, to_local(since, hours.tz).date()):
        for start, end in spans:
            if start >= until:
                return
            if end > since:
                yield max(start, since), min(end, until)


def next_opening(hours: Hours, moment: datetime) -> datetime | None:
    """Return the first moment from this one on at which a team is open.

    >>> office = Hours("Europe/Madrid", weekly((10, 20)))
    >>> next_opening(office, datetime(2026, 7, 3, 18))
    datetime.datetime(2026, 7, 6, 8, 0)
    >>> next_opening(Hours("Europe/Madrid", ()), datetime(2026, 7, 3)) is None
    True
    """
    for start, _end in open_spans(hours, moment, moment + HORIZON):
        return start
    return None


def same_hour(hours: Hours, moment: datetime, days: int) -> datetime | None:
    """Return the same local time so many working days later.

    :param moment: on a working day
    :param days: >= 0

    >>> office = Hours("Europe/Madrid", weekly((9, 13), (15, 18)))
    >>> same_hour(office, datetime(2026, 3, 27, 10), 1)
    datetime.datetime(2026, 3, 30, 9, 0)
    """
    if not days:
        return moment
    local = to_local(moment, hours.tz)
    later = open_days(hours, local.date() + ONE_DAY)
    for number, (day, _spans) in enumerate(later, 1):
        if number == days:
            return to_utc(datetime.combine(day, local.time()), hours.tz)
    return None


def advance(spans: Iterable[Span], length: timedelta) -> datetime | None:
    """Return the moment at which spans come to a length; ``None``: they never do.

    >>> day = datetime(2026, 3, 3)
    >>> hour = lambda n: day + timedelta(hours=n)
    >>> advance([(hour(9), hour(13)), (hour(15), hour(18))], timedelta(hours=5)).hour
    16
    """
    for start, end in spans:
        if length <= end - start:
            return start + length
        length -= end - start
    return None


def total(spans: Iterable[Span]) -> timedelta:
    """Return how long spans are in all.

    >>> day = datetime(2026, 3, 3)
    >>> total([(day, day + timedelta(hours=1)), (day, day + timedelta(hours=2))])
    datetime.timedelta(seconds=10800)
    """
    return sum((end - start for start, end in spans), timedelta())
