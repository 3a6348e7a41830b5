# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The days on which a pack is good, in the support time zone of its company.

Days are dates and include the last one: 12 months from 3 March 2026 is usable through
3 March 2027 [000]. Moments are UTC, naive as Odoo stores them.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

EXPIRY_KINDS = ("none", "purchase", "last_use")
ONE_DAY = timedelta(days=1)
MOST_NOTICE_DAYS = 3650

# The first and the last day of a hold, both held; no last day while it is open.
Hold = tuple[date, "date | None"]


def add_months(day: date, months: int) -> date:
    """Return the same day of the month so many months later, or the month's last day.

    >>> add_months(date(2026, 1, 31), 1)
    datetime.date(2026, 2, 28)
    >>> add_months(date(2024, 2, 29), 12)
    datetime.date(2025, 2, 28)
    """
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    last_day = calendar.monthrange(year, month)[1]
    return date(year, month, min(day.day, last_day))


def expiry_date(
    kind: str,
    months: int,
    activated_on: date,
    last_used_on: date | None = None,
    held_days: int = 0,
) -> date | None:
    """Return the last day on which a pack is good, or ``None`` if it has no end.

    :param kind: ``none``; ``purchase``: from activation; ``last_use``: from the last
        debit on any such pack of the account, but never from before activation
    :param months: length of the validity, >= 1 (``none`` ignores it)
    :param held_days: days during which a manual hold of ours stopped the clock

    >>> expiry_date("purchase", 12, date(2026, 3, 3))
    datetime.date(2027, 3, 3)
    >>> expiry_date("last_use", 12, date(2026, 3, 3), last_used_on=date(2026, 9, 1))
    datetime.date(2027, 9, 1)
    >>> expiry_date("purchase", 12, date(2026, 3, 3), held_days=10)
    datetime.date(2027, 3, 13)
    >>> expiry_date("none", 0, date(2026, 3, 3)) is None
    True
    """
    if kind not in EXPIRY_KINDS:
        raise ValueError(f"kind must be one of {EXPIRY_KINDS}, not {kind!r}")
    if kind == "none":
        return None
    if months < 1:
        raise ValueError(f"months must be at least 1, not {months}")
    if held_days < 0:
        raise ValueError(f"held_days must not be negative: {held_days}")
    start = activated_on
    if kind == "last_use" and last_used_on is not None:
        # A debit from before this purchase does not shorten what was bought.
        start = max(activated_on, last_used_on)
    return add_months(start, months) + timedelta(days=held_days)


def hold_span(start: datetime, end: datetime | None, tz_name: str) -> Hold:
    """Return the local days on which a hold was in force, at least one.

    The moment of the end does not count: a hold lifted at midnight does not hold the
    day that begins then.

    :param start: when it began (naive: UTC)
    :param end: when it ended; ``None`` while it is open

    >>> hold_span(datetime(2026, 7, 1, 8), datetime(2026, 7, 2, 22), "Europe/Madrid")
    (datetime.date(2026, 7, 1), datetime.date(2026, 7, 2))
    >>> hold_span(datetime(2026, 7, 1, 22, 30), None, "Europe/Madrid")
    (datetime.date(2026, 7, 2), None)
    """
    first = local_date(start, tz_name)
    if end is None:
        return first, None
    last = local_date(end - timedelta(microseconds=1), tz_name)
    return first, max(first, last)


def held_days(holds: Iterable[Hold], since: date, until: date) -> int:
    """Return on how many days from ``since`` to ``until``, both included, a hold was
    in force. Holds that overlap count once; an open one counts through ``until``.

    ``ValueError`` on a hold that ends before it begins.

    >>> august = (date(2026, 8, 1), date(2026, 8, 31))
    >>> held_days([august], date(2026, 1, 1), date(2026, 12, 31))
    31
    >>> open_hold = (date(2026, 8, 25), None)
    >>> held_days([august, open_hold], date(2026, 1, 1), date(2026, 9, 2))
    33
    >>> held_days([august], date(2026, 8, 31), date(2026, 12, 31))
    1
    >>> held_days([august], date(2026, 9, 1), date(2026, 12, 31))
    0
    """
    return sum(
        (last - first).days + 1 for first, last in _merge_holds(holds, since, until)
    )


def push_back(end: date, holds: Iterable[Hold], since: date, today: date) -> date:
    """Return the last day of a validity after its holds: each held day adds one.

    A hold that begins within the validity stops its clock on all its days, so what
    was left when it began is left when it ends. One that begins later adds nothing.

    :param end: the last day, had there been no hold
    :param since: first day of the validity
    :param today: an open hold counts through today

    >>> spring = date(2027, 3, 3)
    >>> push_back(spring, [(date(2026, 8, 1), date(2026, 8, 10))], date(2026, 3, 3),
    ...     today=date(2026, 12, 1))
    datetime.date(2027, 3, 13)

    Two days were left on 2 March; two are left after the hold:

    >>> push_back(spring, [(date(2027, 3, 2), None)], date(2026, 3, 3),
    ...     today=date(2027, 4, 10))
    datetime.date(2027, 4, 12)
    >>> push_back(spring, [(date(2027, 3, 4), None)], date(2026, 3, 3),
    ...     today=date(2027, 4, 10))
    datetime.date(2027, 3, 3)
    """
    for first, last in _merge_holds(holds, since, today):
        if first > end:
            break
        end += (last - first) + ONE_DAY
    return end


def _merge_holds(
    holds: Iterable[Hold], since: date, until: date
) -> Iterator[tuple[date, date]]:
    """Yield the held stretches from ``since`` to ``until``, in order, none twice."""
    spans = []
    for first, last in holds:
        if last is not None and last < first:
            raise ValueError(f"a hold ends on {last}, before it begins on {first}")
        spans.append((max(first, since), until if last is None else min(last, until)))
    reached = since - ONE_DAY
    for first, last in sorted(spans):
        first = max(first, reached + ONE_DAY)
        if first <= last:
            yield first, last
            reached = last


def last_day(
    kind: str,
    months: int,
    activated_on: date,
    *,
    today: date,
    last_used_on: date | None = None,
    holds: Iterable[Hold] = (),
    extensions: Iterable[tuple[date, date]] = (),
) -> date | None:
    """Return the last day on which a pack is good, all things considered.

    The later of what its terms give and what it was extended to, each moved by the
    holds: the terms' by those since its clock last started, an extension's by those
    of the days after it was made (who made it knew the earlier ones).

    :param extensions: pairs: the day extended to, the day on which that was done

    >>> last_day("last_use", 12, date(2026, 3, 3), today=date(2026, 9, 20),
    ...     last_used_on=date(2026, 9, 1),
    ...     holds=[(date(2026, 9, 10), date(2026, 9, 11))])
    datetime.date(2027, 9, 3)
    >>> last_day("purchase", 12, date(2026, 3, 3), today=date(2027, 2, 20),
    ...     extensions=[(date(2027, 6, 30), date(2027, 2, 1))])
    datetime.date(2027, 6, 30)
    """
    end = expiry_date(kind, months, activated_on, last_used_on)
    if end is None:
        return None
    holds = tuple(holds)
    since = activated_on
    if kind == "last_use" and last_used_on is not None:
        since = max(activated_on, last_used_on)
    ends = [push_back(end, holds, since, today)]
    for extended_to, done_on in extensions:
        ends.append(push_back(extended_to, holds, done_on + ONE_DAY, today))
    return max(ends)


def parse_thresholds(text: str | None) -> tuple[int, ...]:
    """Read days before the end, as people type them: largest first, each once.

    ``ValueError`` with the word that is no whole number from 0 to 3650.

    >>> parse_thresholds("7, 60, 30, 7")
    (60, 30, 7)
    >>> parse_thresholds(" ")
    ()
    >>> parse_thresholds("30, soon")
    Traceback (most recent call last):
    ValueError: soon
    """
    days = set()
    for word in (text or "").replace(";", ",").split(","):
        word = word.strip()
        if not word:
            continue
        # isdecimal alone takes digits of other scripts, too: int() reads them.
        if not word.isdecimal() or len(word) > 4 or int(word) > MOST_NOTICE_DAYS:
            raise ValueError(word)
        days.add(int(word))
    return tuple(sorted(days, reverse=True))


def due_threshold(
    thresholds: Iterable[int], days_left: int, validity_days: int
) -> int | None:
    """Return which notice is due: the nearest threshold that was reached.

    One that is not shorter than the whole validity was never before the purchase:
    it is left out.

    :param days_left: 0 on the last day; when it is over, nothing is due any more
    :param validity_days: length of the validity as it was sold

    >>> due_threshold((60, 30, 7), days_left=30, validity_days=365)
    30
    >>> due_threshold((60, 30, 7), days_left=20, validity_days=365)
    30
    >>> due_threshold((60, 30, 7), days_left=61, validity_days=365)
    >>> due_threshold((60, 7), days_left=31, validity_days=31)
    """
    if days_left < 0:
        return None
    reached = [days for days in thresholds if days_left <= days < validity_days]
    return min(reached, default=None)


def is_usable(expires_on: date | None, on: date) -> bool:
    """Whether work dated ``on`` falls within a validity; the last day does.

    >>> is_usable(date(2027, 3, 3), date(2027, 3, 3))
    True
    >>> is_usable(date(2027, 3, 3), date(2027, 3, 4))
    False
    >>> is_usable(None, date(2999, 1, 1))
    True
    """
    return expires_on is None or on <= expires_on


def local_date(moment: datetime, tz_name: str) -> date:
    """Return the day it was in a time zone at a moment (naive: UTC).

    ``ValueError`` on an unknown time zone.

    >>> local_date(datetime(2026, 7, 1, 22, 30), "Europe/Madrid")
    datetime.date(2026, 7, 2)
    >>> local_date(datetime(2026, 7, 1, 22, 30), "America/Mexico_City")
    datetime.date(2026, 7, 1)
    """
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=timezone.utc)
    return moment.astimezone(_zone(tz_name)).date()


def start_of_day_utc(day: date, tz_name: str) -> datetime:
    """Return the first moment of a local day, as naive UTC.

    >>> start_of_day_utc(date(2026, 7, 2), "Europe/Madrid")
    datetime.datetime(2026, 7, 1, 22, 0)
    """
    # Where midnight does not exist (the clock jumps over it), the offset before the
    # jump gives the jump itself, which is when the day begins.
    local = datetime(day.year, day.month, day.day, tzinfo=_zone(tz_name))
    return local.astimezone(timezone.utc).replace(tzinfo=None)


def end_of_day_utc(day: date, tz_name: str) -> datetime:
    """Return the last second of a local day, as naive UTC.

    >>> end_of_day_utc(date(2026, 7, 2), "Europe/Madrid")
    datetime.datetime(2026, 7, 2, 21, 59, 59)
    """
    next_day = day + ONE_DAY
    return start_of_day_utc(next_day, tz_name) - timedelta(seconds=1)


def _zone(tz_name: str) -> ZoneInfo:
    try:
        return ZoneInfo(tz_name)
    except (ZoneInfoNotFoundError, ValueError, TypeError, OSError) as error:
        raise ValueError(f"unknown time zone: {tz_name!r}") from error
