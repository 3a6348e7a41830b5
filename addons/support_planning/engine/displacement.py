# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What moves when an urgency or an absence takes time from a confirmed plan.

As little as possible moves. Urgencies first use up the time kept for them. What still
has room stays with its technician, and where it can at its hour. What has not goes in
the reverse order of the plan: who was accepted last moves first, unfinished work of
last week after them, pinned work last. Under ``split`` only the minutes move for which
there is no room. They go to a colleague who may do the ticket, in this week, and
otherwise into the following week; pinned work only there.

What was planned before now is done, but for the minutes that the caller knows were not
(``undone``): an urgency that nobody announced took their time. They move like others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from .choice import Chooser
from .inputs import Candidate, Inputs, Line, Span, place_order
from .reasons import Reason
from .room import Room
from .spans import by_day, first, intersect, length, merge, subtract, within


@dataclass(frozen=True)
class Taken:
    """Time of a technician that something takes from the plan.

    :param spans: on the axis, in any order
    :param reason: why: ``urgency`` uses the reserve first, any other does not
    """

    technician: int
    spans: tuple[Span, ...]
    reason: Reason


@dataclass(frozen=True)
class Move:
    """A line that moves: from where, to where, why.

    :param after: where its minutes are now, by start; a part may be with a colleague
    :param left: minutes that go to the following week
    """

    ticket: int
    before: Line
    after: tuple[Line, ...]
    left: int
    reason: Reason


def displace(
    inputs: Inputs,
    lines: Sequence[Line],
    taken: Sequence[Taken],
    now: int = 0,
    undone: Mapping[tuple[int, int], int] | None = None,
) -> tuple[Move, ...]:
    """Return which lines of a confirmed plan move, by their place.

    :param inputs: of the plan: technicians as they were, and all tickets of the lines;
        ``ValueError`` if one of the lines is missing there
    :param lines: of the plan as it is now
    :param now: minute of the axis; what is planned before it is done and stays
    :param undone: but for these minutes: ``{(ticket, technician): minutes}``; only of
        technicians whose time is taken

    Ana has five hours on Monday, all planned; an urgency takes the first one:

    >>> from .inputs import Technician
    >>> from .reasons import because
    >>> from .scheduler import propose
    >>> ana = Technician(1, ((540, 840),), (300, 0, 0, 0, 0, 0, 0))
    >>> tickets = (Candidate(7, 200, "2026-03-05 10:00:00"),
    ...            Candidate(8, 100, "2026-03-05 11:00:00"))
    >>> inputs = Inputs("2026-03-09", "UTC", tuple(range(0, 10081, 1440)),
    ...                 "2026-03-06 13:00:00", "split", (ana,), tickets)
    >>> urgency = Taken(1, ((540, 600),), because("urgency", ticket=99))
    >>> for move in displace(inputs, propose(inputs).lines, [urgency]):
    ...     print(move.ticket, [line.slots for line in move.after], move.left)
    7 [((600, 800),)] 0
    8 [((800, 840),)] 60
    """
    return _Displacing(inputs, lines, taken, now, undone or {}).run()


@dataclass
class _Open:
    """A line: what of it is done, what is to be done, what stays where it is.

    :param undone: minutes that are to be done and whose time is over
    """

    line: Line
    candidate: Candidate
    done: list[Span]
    slots: list[Span]
    undone: int
    kept: int
    stays: list[Span] = field(default_factory=list)

    @property
    def order(self):
        """What stays first: pinned work, then by the order of the plan."""
        return not self.candidate.pinned_technician, place_order(self.candidate)

    @property
    def rest(self):
        """Minutes that there is no room for any more."""
        return length(self.slots) + self.undone - self.kept

    @property
    def moves(self):
        """Whether any of it is elsewhere than it was."""
        return self.undone > 0 or self.stays != self.slots


class _Displacing:
    """The plan of one week while time is taken from it."""

    def __init__(self, inputs, lines, taken, now, undone):
        self.now, self.days, self.undone = now, inputs.days, undone
        self.splits = inputs.policy == "split"
        self.tickets = {one.id: one for one in inputs.candidates}
        # In their one order: of a ticket that is shared, the lines have the same place.
        self.lines = sorted(
            lines, key=lambda one: (one.ticket, one.technician, one.slots)
        )
        self.taken = {}
        for one in taken:
            self.taken.setdefault(one.technician, []).append(one)
        self.rooms = {
            one.id: Room(self._what_is_left(one), inputs.days)
            for one in inputs.technicians
        }
        self.chooser = Chooser(self.rooms, inputs.experience)

    def run(self):
        """Find room for what has lost its own; return the moves."""
        opened = sorted(map(self._open, self.lines), key=lambda one: one.order)
        concerned = []
        for one in opened:
            if one.line.technician in self.taken:
                concerned.append(one)
            else:
                self.rooms[one.line.technician].block(one.slots)
        for technician in self.taken.keys() & self.rooms.keys():
            own = [one for one in concerned if one.line.technician == technician]
            self._keep(self.rooms[technician], own)
        concerned.sort(key=lambda one: place_order(one.candidate))
        moves = [self._move(one) for one in concerned if one.moves]
        return tuple(
            sorted(
                moves,
                key=lambda one: (
                    one.before.place,
                    one.before.start,
                    one.before.technician,
                ),
            )
        )

    def _what_is_left(self, technician):
        """Return a technician without the time that is over or taken."""
        own = self.taken.get(technician.id, ())
        spans = self._spans_taken(technician.id)
        urgent = [
            span for one in own if one.reason.code == "urgency" for span in one.spans
        ]
        to_come = within(technician.free, self.now, self.days[-1])
        done = [
            slot
            for line in self.lines
            if line.technician == technician.id
            for slot in self._done(line)
        ]
        daily = (
            max(0, minutes - length(gone) - max(0, length(urgency) - reserve))
            for minutes, reserve, gone, urgency in zip(
                technician.daily,
                technician.reserve or (0,) * len(technician.daily),
                by_day(done, self.days),
                by_day(subtract(intersect(urgent, technician.free), done), self.days),
                strict=True,
            )
        )
        free = tuple(subtract(to_come, spans))
        return replace(technician, free=free, daily=tuple(daily))

    def _open(self, line):
        """Return a line as it stands now."""
        if line.ticket not in self.tickets:
            raise ValueError(f"ticket {line.ticket} is not in the inputs")
        if line.technician not in self.rooms:
            raise ValueError(f"technician {line.technician} is not in the inputs")
        slots = within(line.slots, self.now, self.days[-1])
        done = self._done(line)
        undone = length(within(line.slots, 0, self.now)) - length(done)
        kept = length(slots) + undone
        return _Open(line, self.tickets[line.ticket], done, slots, undone, kept)

    def _done(self, line):
        """Return what of a line is done, of what is over: first what nothing took, then
        the first minutes of the rest."""
        past = within(line.slots, 0, self.now)
        missing = self.undone.get((line.ticket, line.technician), 0)
        done = length(past) - missing
        beside = first(subtract(past, self._spans_taken(line.technician)), done)
        more = first(subtract(past, beside), done - length(beside))
        return merge([*beside, *more])

    def _spans_taken(self, technician):
        return [span for one in self.taken.get(technician, ()) for span in one.spans]

    def _why(self, one):
        """Return why a line moves: what took its time, else an urgency that used up
        one of its days, else what is said first."""
        own = self.taken[one.line.technician]
        slots = subtract(one.line.slots, one.done)
        for cause in own:
            if intersect(slots, cause.spans):
                return cause.reason
        days = {day for day, part in enumerate(by_day(slots, self.days)) if part}
        for cause in own:
            parts = enumerate(by_day(cause.spans, self.days))
            if cause.reason.code == "urgency" and days & {d for d, p in parts if p}:
                return cause.reason
        return own[0].reason

    def _keep(self, room, own):
        """Keep with a technician what there is room for, at its hour where possible.

        :param own: the technician's open lines, what stays first in front
        """
        missing = sum(one.kept for one in own) - room.left
        for one in reversed(own):
            if missing > 0:
                lost = min(one.kept, missing) if self.splits else one.kept
                one.kept -= lost
                missing -= lost
        shifted = []
        for one in own:
            if not one.undone and one.rest == 0 and room.keep(one.slots):
                one.stays = one.slots
            else:
                shifted.append(one)
        for one in shifted:
            one.stays = list(room.take(one.kept))

    def _move(self, one):
        """Return where a line goes of which not all could stay as it was."""
        line, why = one.line, self._why(one)
        after = []
        own = tuple(merge([*one.done, *one.stays]))
        if own:
            after.append(_line_at(line, line.technician, own, line.reasons))
        others = {
            technician: room
            for technician, room in self.chooser.able(one.candidate).items()
            if technician != line.technician and not one.candidate.pinned_technician
        }
        left = one.rest
        if left and sum(room.left for room in others.values()) >= left:
            for share in self.chooser.choose(one.candidate, others, left):
                slots = share.room.take(share.minutes)
                reasons = (line.reasons[0], *share.reasons, why)
                after.append(_line_at(line, share.room.id, slots, reasons))
            left = 0
        return Move(line.ticket, line, tuple(after), left, why)


def _line_at(line, technician, slots, reasons):
    """Return a line of the same ticket elsewhere."""
    return replace(
        line,
        technician=technician,
        minutes=length(slots),
        start=slots[0][0],
        end=slots[-1][1],
        slots=slots,
        reasons=reasons,
    )
