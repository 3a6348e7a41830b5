# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The weeks ahead: in which one each queued ticket is expected, and how full they are.

It is the scheduler itself, week after week: what one week leaves is a candidate for the
next. What may not enter for a reason that no week changes is expected in none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from .inputs import (
    LATER,
    WEEK_DAYS,
    Candidate,
    Inputs,
    Proposal,
    Technician,
    Unplaced,
    place_order,
)
from .reasons import Reason
from .scheduler import propose


@dataclass(frozen=True)
class WeekAhead:
    """The capacity of a coming week.

    :param monday: ``YYYY-MM-DD``
    :param days: as :attr:`inputs.Inputs.days`
    :param technicians: with what confirmed plans take from them taken off
    """

    monday: str
    days: tuple[int, ...]
    technicians: tuple[Technician, ...]


@dataclass(frozen=True)
class Expected:
    """When a queued ticket is expected.

    :param first: Monday of the week in which it is begun; empty: in none of them
    :param last: Monday of the week in which it is finished; empty: in none of them
    :param reasons: of what is not planned in any of the weeks
    """

    ticket: int
    first: str
    last: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class WeekLoad:
    """A bar of the load chart, in minutes; ``queued <= capacity``.

    :param capacity: all that can be planned
    :param queued: what of it is expected to go to tickets of the queue
    """

    monday: str
    capacity: int
    queued: int


@dataclass(frozen=True)
class Forecast:
    """Expected weeks by place in the queue, and the load by week."""

    expected: tuple[Expected, ...]
    weeks: tuple[WeekLoad, ...]


def forecast(inputs: Inputs, weeks: Sequence[WeekAhead]) -> Forecast:
    """Return the expected week of each candidate and the load of each week.

    :param inputs: of the first week; its Monday, days and technicians are not used but
        those of ``weeks``
    :param weeks: in order, the first one first; eight of them for the load chart

    Five hours a week, and two tickets of four hours:

    >>> ana = Technician(1, ((540, 840),), (300, 0, 0, 0, 0, 0, 0))
    >>> days = tuple(range(0, 10081, 1440))
    >>> weeks = [WeekAhead(one, days, (ana,)) for one in ("2026-03-09", "2026-03-16")]
    >>> tickets = (Candidate(7, 240, "2026-03-05 10:00:00"),
    ...            Candidate(8, 240, "2026-03-05 11:00:00"))
    >>> inputs = Inputs("2026-03-09", "UTC", days, "2026-03-06 13:00:00", "split",
    ...                 candidates=tickets)
    >>> seen = forecast(inputs, weeks)
    >>> [(one.ticket, one.first, one.last) for one in seen.expected]
    [(7, '2026-03-09', '2026-03-09'), (8, '2026-03-09', '2026-03-16')]
    >>> [(one.capacity, one.queued) for one in seen.weeks]
    [(300, 300), (300, 180)]
    """
    found = _Found(inputs)
    loads = []
    for week in weeks:
        inputs = replace(
            inputs, monday=week.monday, days=week.days, technicians=week.technicians
        )
        proposal = propose(inputs)
        room = sum(load.capacity for load in proposal.loads)
        queued = sum(load.planned for load in proposal.loads)
        loads.append(WeekLoad(week.monday, room, queued))
        found.note(week.monday, proposal)
        inputs = replace(inputs, cutoff=LATER, candidates=_left(inputs, proposal))
    return Forecast(found.expected(), tuple(loads))


class _Found:
    """What is known of the tickets after the weeks looked at so far."""

    def __init__(self, inputs):
        self.tickets = [one.id for one in sorted(inputs.candidates, key=place_order)]
        self.first: dict[int, str] = {}
        self.last: dict[int, str] = {}
        self.reasons: dict[int, tuple[Reason, ...]] = {}

    def note(self, monday, proposal):
        for line in proposal.lines:
            self.first.setdefault(line.ticket, monday)
            self.last[line.ticket] = monday
            self.reasons[line.ticket] = ()
        for one in proposal.unplaced:
            self.reasons[one.ticket] = one.reasons
            self.last.pop(one.ticket, None)

    def expected(self):
        return tuple(
            Expected(
                ticket,
                self.first.get(ticket, ""),
                self.last.get(ticket, ""),
                self.reasons.get(ticket, ()),
            )
            for ticket in self.tickets
        )


def _left(inputs: Inputs, proposal: Proposal) -> tuple[Candidate, ...]:
    """Return the candidates of the week after, from what a week left."""
    known = {one.id: one for one in inputs.candidates}
    # Whoever has most of a ticket this week goes on with it in the next one.
    by_minutes = sorted(proposal.lines, key=lambda line: line.minutes)
    begun_by = {line.ticket: line.technician for line in by_minutes}
    return tuple(
        _next_week(known[one.ticket], one, begun_by.get(one.ticket, 0))
        for one in proposal.unplaced
    )


def _next_week(candidate: Candidate, rest: Unplaced, begun_by: int) -> Candidate:
    """Return a ticket as it is a candidate one week later."""
    codes = {reason.code for reason in rest.reasons}
    waited = WEEK_DAYS if "waits_for_technician" in codes else 0
    return replace(
        candidate,
        minutes=rest.minutes,
        carried=candidate.carried or "continued" in codes,
        begun_by=begun_by or candidate.begun_by,
        waited_days=candidate.waited_days + waited,
        excluded="",  # is of one week
        pinned_start=-1,
        changed_minutes=-1,
    )
