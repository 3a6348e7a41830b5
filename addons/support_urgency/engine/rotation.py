# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Who is on duty when: people who take turns, by the clock of one place.

A turn begins at the same local time on both sides of a clock change: from 9:00 to 9:00
is 23, 24 or 25 hours. The next turn begins where the last one ends, so no change of the
clock leaves a gap or an overlap.

Moments are UTC, naive as Odoo stores them; a span holds its start and not its end.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

UNITS = ("hour", "day", "week")
# As many turns as somebody may want to look through before they are made.
MOST_TURNS = 400

Span = tuple[datetime, datetime]


@dataclass(frozen=True)
class Absence:
    """A person is on leave from ``start`` until ``end``."""

    person: int
    start: datetime
    end: datetime


@dataclass(frozen=True)
class Turn:
    """A person is on duty from ``start`` until ``end``; ``None``: nobody can be.

    ``skipped`` are those whose turn it was, and who are on leave, in order.
    """

    start: datetime
    end: datetime
    person: int | None
    skipped: tuple[int, ...] = ()


def to_utc(local: datetime, tz_name: str) -> datetime:
    """Return a local time as UTC, both naive. ``ValueError`` on an unknown time zone.

    A time that comes twice is its first; one that the clock jumps over is as long
    after the jump as it would have been after its start.

    >>> to_utc(datetime(2026, 3, 28, 9), "Europe/Madrid")
    datetime.datetime(2026, 3, 28, 8, 0)
    >>> to_utc(datetime(2026, 3, 29, 9), "Europe/Madrid")
    datetime.datetime(2026, 3, 29, 7, 0)
    >>> to_utc(datetime(2026, 3, 29, 2, 30), "Europe/Madrid")
    datetime.datetime(2026, 3, 29, 1, 30)
    >>> to_utc(datetime(2026, 10, 25, 2, 30), "Europe/Madrid")
    datetime.datetime(2026, 10, 25, 0, 30)
    """
    moment = local.replace(tzinfo=_zone(tz_name), fold=0).astimezone(timezone.utc)
    return moment.replace(tzinfo=None)


def to_local(moment: datetime, tz_name: str) -> datetime:
    """Return UTC as the local time, both naive. ``ValueError`` as :func:`to_utc`.

    >>> to_local(datetime(2026, 7, 1, 22, 30), "Europe/Madrid")
    datetime.datetime(2026, 7, 2, 0, 30)
    """
    aware = moment.replace(tzinfo=timezone.utc).astimezone(_zone(tz_name))
    return aware.replace(tzinfo=None, fold=0)


def cut(
    first: datetime, until: datetime, count: int, unit: str, tz_name: str
) -> list[Span]:
    """Cut the time from ``first`` until ``until``, both local, into spans, in order.

    Each begins where the last one ends; the last one may be shorter. ``ValueError`` if
    there would be none, or more than :data:`MOST_TURNS`.

    :param count: length of a turn in units, >= 1
    :param unit: one of :data:`UNITS`, by the local clock

    The night in which the clock goes forward is an hour shorter:

    >>> first, until = datetime(2026, 3, 28, 9), datetime(2026, 3, 30, 9)
    >>> for start, end in cut(first, until, 1, "day", "Europe/Madrid"):
    ...     print(start, end, end - start)
    2026-03-28 08:00:00 2026-03-29 07:00:00 23:00:00
    2026-03-29 07:00:00 2026-03-30 07:00:00 1 day, 0:00:00

    >>> cut(until, first, 1, "day", "Europe/Madrid")
    Traceback (most recent call last):
    ValueError: nothing between 2026-03-30 09:00:00 and 2026-03-28 09:00:00
    """
    if unit not in UNITS:
        raise ValueError(f"unit must be one of {UNITS}, not {unit!r}")
    if count < 1:
        raise ValueError(f"count must be at least 1, not {count}")
    if not first < until:
        raise ValueError(f"nothing between {first} and {until}")
    step = timedelta(**{f"{unit}s": count})
    # What is added to the last start could pass the last day of the calendar.
    number = -(-(until - first) // step)
    if number > MOST_TURNS:
        raise ValueError(f"{number} turns, at most {MOST_TURNS}")
    bounds = [to_utc(first + step * index, tz_name) for index in range(number)]
    bounds.append(to_utc(until, tz_name))
    # Where the clock jumps over a whole turn, nothing is left of it.
    return [(a, b) for a, b in zip(bounds, bounds[1:], strict=False) if a < b]


def free_parts(span: Span, taken: Iterable[Span]) -> list[Span]:
    """Return what is left of a span without the taken ones, in order.

    >>> day = (datetime(2026, 3, 2, 8), datetime(2026, 3, 3, 8))
    >>> evening = (datetime(2026, 3, 2, 18), datetime(2026, 3, 2, 22))
    >>> for start, end in free_parts(day, [evening]):
    ...     print(start, end)
    2026-03-02 08:00:00 2026-03-02 18:00:00
    2026-03-02 22:00:00 2026-03-03 08:00:00
    >>> free_parts(day, [day])
    []
    """
    reached, end = span
    parts = []
    for start, stop in sorted(taken):
        if stop <= reached:
            continue
        if start >= end:
            break
        if start > reached:
            parts.append((reached, start))
        reached = stop
    if reached < end:
        parts.append((reached, end))
    return parts


def rotate(
    people: Sequence[int],
    spans: Iterable[Span],
    absences: Iterable[Absence] = (),
    taken: Iterable[Span] = (),
) -> list[Turn]:
    """Give each span to the next person in the order who is there for all of it.

    Who is on leave is skipped and stays the next one, so that a short leave moves a
    turn and loses none. A span of which some is taken is given for the rest.

    :param people: their ids in the order of the rotation, each once
    :param taken: spans in which somebody is on duty already

    >>> days = cut(datetime(2026, 3, 2, 9), datetime(2026, 3, 6, 9), 1, "day", "UTC")
    >>> [turn.person for turn in rotate([1, 2, 3], days)]
    [1, 2, 3, 1]

    Person 2 is on leave on the second day, and takes the third one:

    >>> leave = Absence(2, datetime(2026, 3, 3, 12), datetime(2026, 3, 3, 20))
    >>> [(turn.person, turn.skipped) for turn in rotate([1, 2, 3], days, [leave])]
    [(1, ()), (3, (2,)), (2, ()), (1, ())]
    """
    if len(set(people)) != len(people):
        raise ValueError("a person is in the order twice")
    queue, taken, turns = list(people), sorted(taken), []
    away = _by_person(absences)
    for span in spans:
        parts = free_parts(span, taken)
        if not parts:
            continue
        person = next((one for one in queue if _is_there(away, one, parts)), None)
        skipped = queue if person is None else queue[: queue.index(person)]
        turns += [Turn(*part, person, tuple(skipped)) for part in parts]
        if person is not None:
            queue.remove(person)
            queue.append(person)
    return turns


def is_away(person: int, span: Span, absences: Iterable[Absence]) -> bool:
    """Whether a person is on leave in some of a span.

    >>> leave = Absence(1, datetime(2026, 3, 2, 8), datetime(2026, 3, 2, 12))
    >>> is_away(1, (datetime(2026, 3, 2, 11), datetime(2026, 3, 2, 20)), [leave])
    True
    >>> is_away(1, (datetime(2026, 3, 2, 12), datetime(2026, 3, 2, 20)), [leave])
    False
    """
    return not _is_there(_by_person(absences), person, [span])


def _by_person(absences: Iterable[Absence]) -> dict[int, list[Absence]]:
    found: dict[int, list[Absence]] = {}
    for absence in absences:
        found.setdefault(absence.person, []).append(absence)
    return found


def _is_there(
    away: dict[int, list[Absence]], person: int, parts: Iterable[Span]
) -> bool:
    """Whether a person is on leave in no part."""
    return not any(
        absence.start < end and start < absence.end
        for absence in away.get(person, ())
        for start, end in parts
    )


def _zone(tz_name: str) -> ZoneInfo:
    try:
        return ZoneInfo(tz_name)
    except (ZoneInfoNotFoundError, ValueError, TypeError, OSError) as error:
        raise ValueError(f"unknown time zone: {tz_name!r}") from error
