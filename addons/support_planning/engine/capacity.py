# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""How many minutes of each day a technician has for the plan.

Working time, less leave: of that the person's share for the team, less the team's
reserve for urgencies. Minutes are rounded down, each day for itself: never more than
there is.

What other teams planned comes off the whole day, in full, and not off the share, which
is this team's: who gives each of two teams half a day has half a day for one when the
other half is planned. Nor does it come off the reserve, which no plan fills.

A figure of the week typed by the manager stands in place of the reckoning, but never
makes more time than the person has.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

from .inputs import WEEK_DAYS, Span, Technician
from .spans import by_day, length, subtract, within

MOST_PERCENT = 100


@dataclass(frozen=True)
class Person:
    """What a technician's week is reckoned from; spans in any order, on the axis.

    :param work: by the working calendar, public holidays taken out
    :param leaves: personal leave
    :param planned: support work that other teams planned already
    :param share: percent of the working time that is for support, 0 to 100
    :param override: minutes of the week as the manager typed them; -1: as reckoned
    :param returns: the local day on which a leave that lasts all week is over, in days
        from the Monday (7: the Monday after); -1: not known
    :param full_week: minutes of the calendar in an ordinary week; 0: not known
    """

    id: int
    work: tuple[Span, ...]
    leaves: tuple[Span, ...] = ()
    planned: tuple[Span, ...] = ()
    share: int = MOST_PERCENT
    override: int = -1
    returns: int = -1
    full_week: int = 0


@dataclass(frozen=True)
class Figures:
    """How the minutes of a day, or of a week, came about, for people to read.

    ``work - leave - other - reserve - planned + changed = minutes``

    :param other: what the share leaves for other work, and other teams left of it
    :param reserve: what is kept for urgencies, as far as it is there
    :param changed: by the manager's figure
    """

    work: int = 0
    leave: int = 0
    other: int = 0
    reserve: int = 0
    planned: int = 0
    changed: int = 0
    minutes: int = 0


@dataclass(frozen=True)
class Capacity:
    """A technician's week for the scheduler, and how its minutes came about by day."""

    technician: Technician
    days: tuple[Figures, ...]

    @property
    def week(self) -> Figures:
        """The figures of the whole week.

        >>> ana = Person(1, ((540, 1020), (1980, 2460)), share=50)
        >>> capacity_of(ana, tuple(range(0, 10081, 1440))).week.minutes
        480
        """
        names = [field.name for field in fields(Figures)]
        return Figures(
            *(sum(getattr(day, name) for day in self.days) for name in names)
        )


def capacity_of(
    person: Person, days: Sequence[int], reserve: int = 0, since: int = 0
) -> Capacity:
    """Return the time that a person has for the plan of a week.

    :param days: eight minutes of the axis, as :attr:`week.Week.days`
    :param reserve: percent kept for urgencies, 0 to 100
    :param since: minute of the axis before which nothing is planned any more: of a plan
        made late, now

    Monday 9:00-17:00 with an hour off, half of it for support, 20 % reserve:

    >>> ana = Person(1, ((540, 1020),), leaves=((600, 660),), share=50)
    >>> monday = capacity_of(ana, tuple(range(0, 10081, 1440)), reserve=20).days[0]
    >>> monday.other, monday.reserve, monday.minutes
    (210, 42, 168)
    """
    _check(person, reserve)
    top = days[-1]
    work = within(person.work, max(since, 0), top)
    there = subtract(work, person.leaves)
    free = subtract(there, person.planned)
    parts = [by_day(spans, days) for spans in (work, there, free)]
    figures = tuple(
        _day(person, reserve, *map(length, spans)) for spans in zip(*parts, strict=True)
    )
    room = [length(spans) for spans in parts[-1]]
    if person.override >= 0:
        figures = _overridden(figures, room, person.override)
    technician = Technician(
        person.id,
        tuple(span for spans in parts[-1] for span in spans),
        tuple(day.minutes for day in figures),
        tuple(day.reserve for day in figures),
        _back_day(person, work, there, days),
        _of_support(person.full_week, person.share, reserve),
    )
    return Capacity(technician, figures)


def spread(total: int, rooms: Sequence[int]) -> list[int]:
    """Share minutes out in proportion to the room of each day, to the minute.

    What the rounding leaves goes to the first days. More than the room there is not.

    >>> spread(100, [480, 480, 0, 240])
    [40, 40, 0, 20]
    >>> spread(10, [1, 1, 1])
    [1, 1, 1]
    >>> spread(2, [1, 1, 1])
    [1, 1, 0]
    """
    whole = sum(rooms)
    total = min(total, whole)
    shares = [total * room // whole if whole else 0 for room in rooms]
    left = total - sum(shares)
    for index, room in enumerate(rooms):
        if left and shares[index] < room:
            shares[index] += 1
            left -= 1
    return shares


def _day(person, reserve, work, there, free):
    """Return the figures of one day from its minutes."""
    support = there * person.share // MOST_PERCENT
    plannable = _of_support(there, person.share, reserve)
    kept = min(support - plannable, free)
    minutes = min(plannable, free - kept)
    return Figures(
        work=work,
        leave=work - there,
        other=free - kept - minutes,
        reserve=kept,
        planned=there - free,
        minutes=minutes,
    )


def _of_support(minutes, share, reserve):
    """Return what of minutes may be planned: the share, less the reserve."""
    return minutes * share * (MOST_PERCENT - reserve) // MOST_PERCENT**2


def _overridden(figures, room, override):
    """Return the figures with the manager's minutes in place of the reckoned ones."""
    shares = spread(override, room)
    return tuple(
        replace(day, changed=day.changed + minutes - day.minutes, minutes=minutes)
        for day, minutes in zip(figures, shares, strict=True)
    )


def _back_day(person, work, there, days):
    """Return on which day of the week the person is back from leave; 0: is not away."""
    if not work:
        return 0
    if not there:
        return person.returns
    first, back = (_day_of(spans[0][0], days) for spans in (work, there))
    return back if back > first else 0


def _day_of(minute, days):
    return next(day for day in range(WEEK_DAYS) if minute < days[day + 1])


def _check(person, reserve):
    if not 0 <= reserve <= MOST_PERCENT:
        raise ValueError(f"reserve must be from 0 to {MOST_PERCENT}, not {reserve}")
    if not 0 <= person.share <= MOST_PERCENT:
        raise ValueError(
            f"technician {person.id}: share must be from 0 to {MOST_PERCENT},"
            f" not {person.share}"
        )
