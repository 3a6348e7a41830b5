# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A week of a place, Monday 00:00 to Monday 00:00 by its clock, and its axis.

Moments come in and go out as aware datetimes in UTC. Two rules for a local time that is
not one moment: of a time that comes twice it is the first one; a time that the clocks
skip is the moment of the change. So a later local time is never an earlier moment.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from .inputs import WEEK_DAYS, Span

UTC = timezone.utc
ONE_DAY = timedelta(days=1)
ONE_WEEK = timedelta(days=WEEK_DAYS)
MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class Week:
    """A week of a time zone, made by :func:`week_of`.

    :param monday: its first local day
    :param starts: eight moments: where its seven local days begin, and its end
    """

    monday: date
    tz: str
    starts: tuple[datetime, ...]

    @property
    def start(self) -> datetime:
        """The moment at which the week begins.

        >>> week_of(date(2026, 3, 23), "Europe/Madrid").start.isoformat()
        '2026-03-22T23:00:00+00:00'
        """
        return self.starts[0]

    @property
    def end(self) -> datetime:
        """The moment at which the week is over.

        >>> week_of(date(2026, 3, 23), "Europe/Madrid").end.isoformat()
        '2026-03-29T22:00:00+00:00'
        """
        return self.starts[-1]

    @property
    def days(self) -> tuple[int, ...]:
        """Eight minutes of the axis: where the local days begin, and the end.

        >>> week_of(date(2026, 3, 23), "Europe/Madrid").days[-2:]
        (8640, 10020)
        """
        return tuple(self.minute_of(moment) for moment in self.starts)

    def minute_of(self, moment: datetime) -> int:
        """Return the minute of the axis that a moment is in; before the week: negative.

        >>> week = week_of(date(2026, 3, 9), "Europe/Madrid")
        >>> week.minute_of(datetime(2026, 3, 9, 8, 0, 59, tzinfo=UTC))
        540
        """
        return (_aware(moment) - self.start) // MINUTE

    def moment_of(self, minute: int) -> datetime:
        """Return the moment at which a minute of the axis begins.

        >>> week = week_of(date(2026, 3, 9), "Europe/Madrid")
        >>> week.moment_of(540).isoformat()
        '2026-03-09T08:00:00+00:00'
        """
        return self.start + minute * MINUTE

    def inside(self, start: datetime, end: datetime) -> Span:
        """Return the whole minutes of the week between two moments, maybe none.

        For time that somebody has: never more than there is.

        >>> week = week_of(date(2026, 3, 9), "UTC")
        >>> week.inside(datetime(2026, 3, 9, 8, 0, 1, tzinfo=UTC),
        ...             datetime(2026, 3, 9, 9, 0, 59, tzinfo=UTC))
        (481, 540)
        """
        first = -((self.start - _aware(start)) // MINUTE)
        return self._clip(first, self.minute_of(end))

    def around(self, start: datetime, end: datetime) -> Span:
        """Return the minutes of the week that two moments touch, maybe none.

        For time that is taken: never less than is taken.

        >>> week = week_of(date(2026, 3, 9), "UTC")
        >>> week.around(datetime(2026, 3, 9, 8, 0, 1, tzinfo=UTC),
        ...             datetime(2026, 3, 9, 9, 0, 59, tzinfo=UTC))
        (480, 541)
        """
        last = -((self.start - _aware(end)) // MINUTE)
        return self._clip(self.minute_of(start), last)

    def _clip(self, first, last):
        top = self.minute_of(self.end)
        first = min(max(first, 0), top)
        return first, min(max(last, first), top)


def week_of(monday: date, tz: str) -> Week:
    """Return the week that begins on a Monday. ``ValueError`` on another day.

    >>> week = week_of(date(2026, 10, 19), "Europe/Madrid")
    >>> (week.end - week.start) // timedelta(hours=1)
    169
    >>> week_of(date(2026, 10, 20), "Europe/Madrid")
    Traceback (most recent call last):
    ValueError: 2026-10-20 is no Monday
    """
    if monday.weekday():
        raise ValueError(f"{monday} is no Monday")
    days = (monday + number * ONE_DAY for number in range(WEEK_DAYS + 1))
    return Week(
        monday, tz, tuple(to_utc(datetime.combine(one, time()), tz) for one in days)
    )


def monday_of(day: date) -> date:
    """Return the Monday of the week that a day is in.

    >>> monday_of(date(2026, 3, 8))
    datetime.date(2026, 3, 2)
    """
    return day - day.weekday() * ONE_DAY


def to_utc(local: datetime, tz: str) -> datetime:
    """Return the moment of a naive local time. ``ValueError`` on an unknown time zone.

    >>> to_utc(datetime(2026, 10, 25, 2, 30), "Europe/Madrid").isoformat()
    '2026-10-25T00:30:00+00:00'
    >>> to_utc(datetime(2026, 3, 29, 2, 30), "Europe/Madrid").isoformat()
    '2026-03-29T01:00:00+00:00'
    """
    zone = _zone(tz)
    moment = local.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if to_local(moment, tz) == local:
        return moment
    # Skipped: the change lies between the readings by the offsets after and before it.
    low = local.replace(tzinfo=zone, fold=1).astimezone(UTC)
    high = moment
    while high - low > SECOND:
        middle = low + (high - low) // SECOND // 2 * SECOND
        if to_local(middle, tz) > local:
            high = middle
        else:
            low = middle
    return high


def to_local(moment: datetime, tz: str) -> datetime:
    """Return a moment as the naive time that the clocks show.

    >>> to_local(datetime(2026, 7, 1, 22, 30, tzinfo=UTC), "Europe/Madrid")
    datetime.datetime(2026, 7, 2, 0, 30)
    """
    return _aware(moment).astimezone(_zone(tz)).replace(tzinfo=None, fold=0)


def to_text(moment: datetime) -> str:
    """Return a moment as the UTC text that :class:`inputs.Inputs` takes.

    What is less than a second is dropped, as Odoo drops it.

    >>> to_text(datetime(2026, 3, 6, 13, 0, 0, 999, tzinfo=UTC))
    '2026-03-06 13:00:00'
    """
    return str(_aware(moment).astimezone(UTC).replace(tzinfo=None, microsecond=0))


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError(f"{moment} has no time zone")
    return moment


def _zone(tz: str) -> ZoneInfo:
    try:
        return ZoneInfo(tz)
    except (ZoneInfoNotFoundError, ValueError, TypeError, OSError) as error:
        raise ValueError(f"unknown time zone: {tz!r}") from error
