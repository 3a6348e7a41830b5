# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The days on which a pack is good, in the support time zone of its company.

Days are dates and include the last one: 12 months from 3 March 2026 is usable through
3 March 2027 [000]. Moments are UTC, naive as Odoo stores them.
"""

from __future__ import annotations

import calendar
from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

EXPIRY_KINDS = ("none", "purchase", "last_use")


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
    next_day = day + timedelta(days=1)
    return start_of_day_utc(next_day, tz_name) - timedelta(seconds=1)


def _zone(tz_name: str) -> ZoneInfo:
    try:
        return ZoneInfo(tz_name)
    except (ZoneInfoNotFoundError, ValueError, TypeError, OSError) as error:
        raise ValueError(f"unknown time zone: {tz_name!r}") from error
