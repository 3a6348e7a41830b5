# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The weekly cut-off of a team: when it was, and which week it plans.

A cut-off is stored as a weekday, a time of the day and a time zone, so that it stays at
Friday 14:00 when the clocks change [000]. What was accepted at or before it is planned
for the next week, Monday to Sunday.

The second of the cut-off itself still belongs to the clients: a cut-off has passed when
that second is over. So no acceptance that counts can come after a plan was proposed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from .week import ONE_WEEK, monday_of, to_local, to_utc

DAY_MINUTES = 24 * 60


@dataclass(frozen=True)
class Cutoff:
    """A time of the week, by the clock of one place.

    :param weekday: 0 (Monday) to 6
    :param minute: minutes after local midnight by the clock, 0 to 1439
    :param tz: name of the time zone
    """

    weekday: int
    minute: int
    tz: str

    def __post_init__(self):
        if not 0 <= self.weekday <= 6:
            raise ValueError(f"weekday must be from 0 to 6, not {self.weekday}")
        if not 0 <= self.minute < DAY_MINUTES:
            raise ValueError(f"minute must be from 0 to 1439, not {self.minute}")


@dataclass(frozen=True)
class Passed:
    """A cut-off that has passed: its moment in UTC, and the Monday that it plans."""

    moment: datetime
    monday: date


def cutoff_for(cutoff: Cutoff, monday: date) -> datetime:
    """Return the moment until which acceptances count for the week of a Monday.

    >>> friday = Cutoff(4, 14 * 60, "Europe/Madrid")
    >>> cutoff_for(friday, date(2026, 3, 30)).isoformat()  # the clocks change between
    '2026-03-27T13:00:00+00:00'
    >>> cutoff_for(friday, date(2026, 4, 6)).isoformat()
    '2026-04-03T12:00:00+00:00'
    """
    day = monday - ONE_WEEK + timedelta(days=cutoff.weekday)
    local = datetime.combine(day, time()) + timedelta(minutes=cutoff.minute)
    return to_utc(local, cutoff.tz)


def last_passed(cutoff: Cutoff, now: datetime) -> Passed:
    """Return the last cut-off that has passed, however long ago.

    :param now: any moment, with its time zone

    >>> from datetime import timezone
    >>> friday = Cutoff(4, 14 * 60, "Europe/Madrid")
    >>> for second in (59, 60, 61):
    ...     now = datetime(2026, 3, 6, 12, 59, tzinfo=timezone.utc)
    ...     print(last_passed(friday, now + timedelta(seconds=second)).monday)
    2026-03-02
    2026-03-02
    2026-03-09
    """
    # From the week after this one: its cut-off is the latest that can have passed.
    monday = monday_of(to_local(now, cutoff.tz).date()) + 2 * ONE_WEEK
    while not _is_over(cutoff_for(cutoff, monday), now):
        monday -= ONE_WEEK
    return Passed(cutoff_for(cutoff, monday), monday)


def _is_over(moment: datetime, now: datetime) -> bool:
    return now.replace(microsecond=0) > moment
