# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What the scheduler is given and what it gives back: frozen, integers and texts.

**The axis.** Time is in whole minutes that really pass, counted from Monday 00:00 of
the planned week in the team's time zone: a week has 10 080 of them, and 10 020 or
10 140 where the clocks change. Local days begin at :attr:`Inputs.days`. ``week.Week``
turns moments into minutes of the axis and back.

**Ids** are positive integers of the caller; 0 stands for nobody. Of anything that may
be missing the value is 0, -1 or empty, as its field says, never ``None``.

**Order.** Technicians, candidates and experience are sorted as they come in: an
``Inputs`` is the same whatever order it was built in, and so is its receipt.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import pairwise

from .reasons import Reason

WEEK_DAYS = 7
POLICIES = ("split", "stop", "skip")
# A cut-off by which all that is a candidate now has been accepted.
LATER = "9999-12-31 23:59:59"

# From one minute of the axis until another one, the last not included.
Span = tuple[int, int]


@dataclass(frozen=True)
class Technician:
    """The time that one person has for the plan of this week.

    :param free: when the person can work on tickets: on the axis, in order, apart, each
        within one local day (``capacity`` cuts them); reserve and share not taken off
    :param daily: minutes that may be planned on each of the seven days; of a day never
        more is planned than ``free`` has on it
    :param reserve: minutes of each day kept for urgencies, not part of ``daily``; only
        displacement reads them. Empty: none
    :param back_day: 0: not away; else the person is on leave when the work of the week
        begins, and this is the local day on which the leave is over, counted in days
        from the Monday (4: Friday; 7: the Monday after). -1: away, return not known
    :param full_week: minutes in an ordinary week, without holidays and leave: what is
        longer than all technicians who may do it have together never fits as a whole.
        0: as this week
    """

    id: int
    free: tuple[Span, ...] = ()
    daily: tuple[int, ...] = (0,) * WEEK_DAYS
    reserve: tuple[int, ...] = ()
    back_day: int = 0
    full_week: int = 0


@dataclass(frozen=True)
class Experience:
    """``count`` tickets of a kind were done by a technician; kinds are ids."""

    kind: int
    technician: int
    count: int


@dataclass(frozen=True)
class Candidate:
    """A ticket that a client has accepted and that has work left.

    :param minutes: left to be done, >= 1
    :param accepted_at: UTC, ``YYYY-MM-DD HH:MM:SS``, as Odoo writes it
    :param carried: unfinished work of last week's plan: goes first
    :param kind: kind of work (request type), looked up in the experience; 0: none
    :param usual: the client's usual technician; 0: none
    :param not_before: Monday of the week, ``YYYY-MM-DD``, before which the planner does
        not want it planned; empty: any week
    :param postponed: the planner's words for that
    :param begun_by: the technician who began it, and goes on with it if there is room;
        0: nobody
    :param allowed: technicians who may do it, any order; empty: all
    :param wait_days: for how many days it waits for the usual technician on leave
    :param waited_days: of these, how many it has waited before this week
    :param blocked: why it may not enter; empty: it may
    :param excluded: the planner's words for leaving it out; empty: not excluded
    :param pinned_technician: by the planner; 0: not pinned
    :param pinned_start: by the planner: not before this minute of the axis, with
        ``pinned_technician``; -1: not pinned
    :param changed_minutes: to be planned instead of ``minutes``, by the planner; what
        is less stays in the queue. -1: not changed
    """

    id: int
    minutes: int
    accepted_at: str
    carried: bool = False
    kind: int = 0
    usual: int = 0
    allowed: tuple[int, ...] = ()
    wait_days: int = 0
    waited_days: int = 0
    blocked: tuple[Reason, ...] = ()
    excluded: str = ""
    pinned_technician: int = 0
    pinned_start: int = -1
    changed_minutes: int = -1
    begun_by: int = 0
    not_before: str = ""
    postponed: str = ""


@dataclass(frozen=True)
class Inputs:
    """All that a proposal depends on. ``ValueError``, naming what is wrong.

    :param monday: of the planned week, ``YYYY-MM-DD``
    :param tz: name of the team's time zone; said for the reader, not used
    :param days: eight minutes of the axis: where the seven local days begin; the end
    :param cutoff: UTC, ``YYYY-MM-DD HH:MM:SS``: what was accepted later is not planned
    :param policy: what becomes of the ticket that finds no room: ``split``: what fits
        is planned, the rest goes first in the following week; ``stop``: nobody behind
        it enters; ``skip``: smaller ones behind it fill the gap, and say so
    """

    monday: str
    tz: str
    days: tuple[int, ...]
    cutoff: str
    policy: str = "split"
    technicians: tuple[Technician, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    experience: tuple[Experience, ...] = ()

    def __post_init__(self):
        _set(self, "technicians", _sorted(self.technicians, lambda one: one.id))
        candidates = map(_tidy, self.candidates)
        _set(self, "candidates", _sorted(candidates, lambda one: one.id))
        _set(
            self,
            "experience",
            _sorted(self.experience, lambda one: (one.kind, one.technician)),
        )
        _check(self)


@dataclass(frozen=True)
class Line:
    """Work on one ticket by one technician in the planned week.

    :param place: the ticket's place among all candidates, from 1; lines come in it
    :param minutes: of work: what the slots have together, not from ``start`` to ``end``
    :param start: minute of the axis at which the first slot begins
    :param end: minute of the axis at which the last slot ends
    :param slots: when, in order; each within one day
    :param reasons: why it is in, whom it goes to and why, and what else is to be said
    """

    ticket: int
    technician: int
    place: int
    minutes: int
    start: int
    end: int
    slots: tuple[Span, ...]
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Unplaced:
    """Minutes of a ticket that are not planned this week, and why; at least one reason.

    A ticket that is split has lines and an ``Unplaced`` for the rest (``continued``).
    """

    ticket: int
    place: int
    minutes: int
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Load:
    """What a technician has this week and what of it is planned, in minutes."""

    technician: int
    capacity: int
    planned: int


@dataclass(frozen=True)
class Proposal:
    """The plan: lines, and what is not planned, by place; loads by technician's id."""

    lines: tuple[Line, ...]
    unplaced: tuple[Unplaced, ...]
    loads: tuple[Load, ...]


def place_order(candidate: Candidate) -> tuple[bool, str, int]:
    """Return what candidates are sorted by: carried over first, then acceptance, id.

    >>> late = Candidate(1, 60, "2026-03-06 12:00:00", carried=True)
    >>> soon = Candidate(2, 60, "2026-03-05 09:00:00")
    >>> [one.id for one in sorted([soon, late], key=place_order)]
    [1, 2]
    """
    return (not candidate.carried, candidate.accepted_at, candidate.id)


def to_plan(candidate: Candidate) -> int:
    """Return the minutes that the plan is to find room for.

    >>> to_plan(Candidate(1, 60, "2026-03-06 12:00:00", changed_minutes=45))
    45
    """
    if candidate.changed_minutes >= 0:
        return candidate.changed_minutes
    return candidate.minutes


def _tidy(candidate: Candidate) -> Candidate:
    """Return a candidate with what has no order in its one order."""
    if len(candidate.allowed) < 2 and len(candidate.blocked) < 2:
        return candidate
    return replace(
        candidate,
        allowed=tuple(sorted(set(candidate.allowed))),
        blocked=tuple(sorted(candidate.blocked)),
    )


def _set(frozen, name, value):
    object.__setattr__(frozen, name, value)


def _sorted(values: Iterable, key) -> tuple:
    """Return values in their one order. ``ValueError`` if one comes twice."""
    ordered = tuple(sorted(values, key=key))
    for before, after in pairwise(ordered):
        if key(before) == key(after):
            raise ValueError(f"{type(after).__name__} {key(after)} comes twice")
    return ordered


def _check(inputs: Inputs):
    date.fromisoformat(inputs.monday)
    _check_moment(inputs.cutoff, "cutoff")
    if inputs.policy not in POLICIES:
        raise ValueError(f"policy must be one of {POLICIES}, not {inputs.policy!r}")
    days = inputs.days
    if len(days) != WEEK_DAYS + 1 or days[0] != 0 or list(days) != sorted(days):
        raise ValueError(f"days must be eight rising minutes from 0, not {days}")
    for technician in inputs.technicians:
        _check_technician(technician, days)
    for candidate in inputs.candidates:
        _check_candidate(candidate)


def _check_technician(technician: Technician, days: tuple[int, ...]):
    who = f"technician {technician.id}"
    for name, minutes in (("daily", technician.daily), ("reserve", technician.reserve)):
        if name == "reserve" and not minutes:
            continue
        if len(minutes) != WEEK_DAYS or min(minutes) < 0:
            raise ValueError(f"{who}: {name} must be seven minutes >= 0, not {minutes}")
    reached, day = 0, 0
    for start, end in technician.free:
        if not reached <= start < end <= days[-1]:
            raise ValueError(f"{who}: free is out of order at {(start, end)}")
        while days[day + 1] <= start:
            day += 1
        if end > days[day + 1]:
            raise ValueError(f"{who}: free goes over midnight at {(start, end)}")
        reached = end


def _check_candidate(candidate: Candidate):
    who = f"ticket {candidate.id}"
    if candidate.minutes < 1:
        raise ValueError(f"{who}: minutes must be at least 1, not {candidate.minutes}")
    if candidate.changed_minutes < -1:
        raise ValueError(f"{who}: changed_minutes must not be negative")
    if candidate.pinned_start >= 0 and not candidate.pinned_technician:
        raise ValueError(f"{who}: pinned_start needs a pinned_technician")
    if candidate.not_before:
        date.fromisoformat(candidate.not_before)
    _check_moment(candidate.accepted_at, f"{who}: accepted_at")


def _check_moment(text: str, name: str):
    """``YYYY-MM-DD HH:MM:SS`` and nothing else: such texts sort as the moments do."""
    try:
        right = str(datetime.fromisoformat(text)) == text and len(text) == 19
    except ValueError:
        right = False
    if not right:
        raise ValueError(f"{name} must be like 2026-03-06 13:00:00, not {text!r}")
