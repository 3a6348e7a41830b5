# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Who does what in the planned week: the accepted work, in order, with its reasons.

**Order.** What the planner pinned, then unfinished work of last week, then acceptance;
who accepted in the same second goes by the ticket's id.

**What enters.** The hours of all who may do a ticket are one pool: it enters as long as
they have room for it together [000]. So where nobody is fixed, whether a ticket is
in depends on the sum of the minutes alone, and more capacity delays nobody's week.

**Who does it.** One technician, if anyone has room for the whole of it: who began it,
else the client's usual one, else the one who did most work of this kind, else the one
with most room of those who finish it on the soonest day; the lower id where they are
equal. Only where nobody has room for the whole of it, but all together have, it is
shared by as few as possible. The technician's earliest free minutes are taken.

**What does not fit.** See :attr:`inputs.Inputs.policy`. It concerns the technicians to
whom the ticket could have gone, no others: a ticket that only Ana may do, who is
full, does not keep tickets from the others. What is longer than any full week waits for
the planner, and stops nobody.
"""

from __future__ import annotations

from .choice import Chooser
from .inputs import (
    Candidate,
    Inputs,
    Line,
    Load,
    Proposal,
    Unplaced,
    place_order,
    to_plan,
)
from .reasons import Reason, because
from .room import Room
from .spans import length


def propose(inputs: Inputs) -> Proposal:
    """Return the plan of a week. The same inputs give the same plan.

    Ana has five hours on Monday; the second ticket does not fit and is split:

    >>> from .inputs import Technician
    >>> ana = Technician(1, ((540, 840),), (300, 0, 0, 0, 0, 0, 0))
    >>> tickets = (Candidate(7, 200, "2026-03-05 10:00:00"),
    ...            Candidate(8, 180, "2026-03-05 11:00:00"))
    >>> plan = propose(Inputs("2026-03-09", "UTC", tuple(range(0, 10081, 1440)),
    ...                       "2026-03-06 13:00:00", "split", (ana,), tickets))
    >>> for line in plan.lines:
    ...     print(line.ticket, line.slots, [one.code for one in line.reasons])
    7 ((540, 740),) ['order', 'room']
    8 ((740, 840),) ['order', 'room', 'part']
    >>> [(one.ticket, one.minutes, one.reasons[0].code) for one in plan.unplaced]
    [(8, 80, 'continued')]
    """
    return _Planning(inputs).run()


def bars(candidate: Candidate, cutoff: str, monday: str) -> tuple[Reason, ...]:
    """Return why a ticket may not enter the plan, whatever the room; empty: it may.

    :param monday: of the planned week

    >>> late = Candidate(7, 60, "2026-03-06 13:00:01")
    >>> bars(late, "2026-03-06 13:00:00", "2026-03-09")
    (Reason(code='after_cutoff', params=(('accepted_at', '2026-03-06 13:00:01'),)),)
    """
    reasons = list(candidate.blocked)
    if monday < candidate.not_before:
        week, words = candidate.not_before, candidate.postponed
        reasons.insert(0, because("postponed", week=week, reason=words))
    if candidate.excluded:
        reasons.insert(0, because("excluded", reason=candidate.excluded))
    if candidate.accepted_at > cutoff:
        reasons.append(because("after_cutoff", accepted_at=candidate.accepted_at))
    return tuple(reasons)


class _Planning:
    """The plan of one week while it is made."""

    def __init__(self, inputs: Inputs):
        self.cutoff, self.monday = inputs.cutoff, inputs.monday
        self.policy = inputs.policy
        self.ordered = list(enumerate(sorted(inputs.candidates, key=place_order), 1))
        self.rooms = {one.id: Room(one, inputs.days) for one in inputs.technicians}
        self.chooser = Chooser(self.rooms, inputs.experience)
        self.lines: list[Line] = []
        self.unplaced: list[Unplaced] = []
        # By technician, the first ticket that found no room there: its place and id.
        self.refused: dict[int, tuple[int, int]] = {}
        # The same of pinned ones of which not all fits behind their hour.
        self.parted: dict[int, tuple[int, int]] = {}

    def run(self):
        """Plan all tickets; return the proposal."""
        left = [one for one in self.ordered if not self._pin(*one)]
        for place, candidate in left:
            self._plan(place, candidate)
        self.lines.sort(key=lambda line: (line.place, line.start, line.technician))
        self.unplaced.sort(key=lambda one: one.place)
        loads = (
            Load(room.id, room.capacity, room.capacity - room.left)
            for room in self.rooms.values()
        )
        return Proposal(tuple(self.lines), tuple(self.unplaced), tuple(loads))

    def _bars(self, candidate):
        return bars(candidate, self.cutoff, self.monday)

    def _pin(self, place, candidate):
        """Plan what the planner pinned before all others, if there is room for it."""
        room = self.rooms.get(candidate.pinned_technician)
        need = to_plan(candidate)
        if not room or not need or self._bars(candidate):
            return False
        there = room.left_since(max(candidate.pinned_start, 0))
        if there < need and not (there and self.policy == "split"):
            return False
        self._place(place, candidate, {room.id: room}, need)
        if there < need:
            self.parted.setdefault(room.id, (place, candidate.id))
        return True

    def _plan(self, place, candidate):
        """Plan a ticket at its turn, or say why it is not planned."""
        need = to_plan(candidate)
        reasons = self._bars(candidate)
        able = still = self.chooser.able(candidate)
        if need and not reasons:
            reasons = self.chooser.absence(candidate, able)
        if need and not reasons:
            still, reasons = self._still_open(able)
        if reasons or not need:
            self._leave(place, candidate, 0, reasons)
            return
        if candidate.pinned_start > 0:
            there = sum(
                room.left_since(candidate.pinned_start) for room in still.values()
            )
        else:
            there = sum([room.left for room in still.values()])
        if there >= need or (there and self.policy == "split"):
            self._place(place, candidate, still, need)
        else:
            self._refuse(place, candidate, able, there)

    def _still_open(self, able):
        """Return those whom no ticket has stopped, or why there is nobody."""
        if self.policy != "stop" or not self.refused:
            return able, ()
        still = {one: able[one] for one in able if one not in self.refused}
        if still:
            return still, ()
        _place, ticket = min(self.refused[one] for one in able)
        return still, (because("stopped", ticket=ticket),)

    def _refuse(self, place, candidate, able, there):
        """Leave out a ticket that does not fit, and see what that means for others."""
        need = to_plan(candidate)
        week = sum([room.full_week for room in able.values()])
        if need > week and self.policy != "split":
            why = because("longer_than_week", minutes=need, week=week)
        else:
            why = because("no_room", minutes=need, room=there)
            for technician in able.keys() - self.refused.keys():
                self.refused[technician] = (place, candidate.id)
        self._leave(place, candidate, 0, (why,))

    def _place(self, place, candidate, able, need):
        """Make the lines of a ticket, and leave what does not fit to the next week."""
        shares = self.chooser.choose(candidate, able, need)
        placed = sum(share.minutes for share in shares)
        notes = []
        if len(shares) > 1:
            notes.append(because("shared", technicians=len(shares)))
        if placed < need:
            notes.append(because("part", minutes=need - placed))
        for share in shares:
            self._add_line(place, candidate, share, notes)
        rest = because("continued", minutes=need - placed)
        self._leave(place, candidate, placed, (rest,) if placed < need else ())

    def _add_line(self, place, candidate, share, notes):
        reasons = [_why_in(place, candidate), *share.reasons, *notes]
        gaps = [
            gaps[share.room.id]
            for gaps in (self.refused, self.parted)
            if share.room.id in gaps and gaps[share.room.id][0] < place
        ]
        if gaps:
            reasons.append(because("fills_gap", ticket=min(gaps)[1]))
        slots = share.room.take(share.minutes, max(candidate.pinned_start, 0))
        self.lines.append(
            Line(
                candidate.id,
                share.room.id,
                place,
                length(slots),
                slots[0][0],
                slots[-1][1],
                slots,
                (*reasons, *_changed(candidate)),
            )
        )

    def _leave(self, place, candidate, placed, reasons):
        """Say what of a ticket is not planned, and why; nothing if all of it is."""
        left = max(candidate.minutes, candidate.changed_minutes) - placed
        if left:
            why = (*reasons, *_changed(candidate))
            self.unplaced.append(Unplaced(candidate.id, place, left, why))


def _why_in(place, candidate):
    if candidate.pinned_technician:
        return because("pinned")
    return because("carried" if candidate.carried else "order", place=place)


def _changed(candidate):
    """Return that the planner changed the minutes, if so."""
    was, now = candidate.minutes, to_plan(candidate)
    return () if was == now else (because("minutes_changed", was=was, now=now),)
