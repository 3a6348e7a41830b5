# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Whom a ticket goes to: who may do it, whether it waits for one, who is chosen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from .inputs import WEEK_DAYS, Candidate, Experience
from .reasons import Reason, because
from .room import Room

Rooms = Mapping[int, Room]


@dataclass(frozen=True)
class Share:
    """Minutes of a ticket for one technician, and why this one."""

    room: Room
    minutes: int
    reasons: tuple[Reason, ...]


class Chooser:
    """Chooses among the technicians of a team by what is left of their week.

    :param rooms: all of them, by id
    :param experience: in order of kind and technician
    """

    def __init__(self, rooms: Rooms, experience: Iterable[Experience]):
        self.rooms = rooms
        self._capacity = sum(room.capacity for room in rooms.values())
        self._experience: dict[int, dict[int, int]] = {}
        for one in experience:
            if one.count > 0:
                known = self._experience.setdefault(one.kind, {})
                known[one.technician] = one.count

    def able(self, candidate: Candidate) -> Rooms:
        """Return the rooms of those who may do a ticket.

        >>> from .inputs import Technician
        >>> rooms = {one: Room(Technician(one), range(8)) for one in (1, 2, 3)}
        >>> ticket = Candidate(7, 60, "2026-03-05 10:00:00", allowed=(3, 9))
        >>> list(Chooser(rooms, ()).able(ticket))
        [3]
        """
        wanted = candidate.allowed
        if candidate.pinned_technician:
            wanted = (candidate.pinned_technician,)
        if not wanted:
            return self.rooms
        return {one: self.rooms[one] for one in wanted if one in self.rooms}

    def absence(self, candidate: Candidate, able: Rooms) -> tuple[Reason, ...]:
        """Return why nobody of those who may do a ticket is there for it this week.

        >>> from .inputs import Technician
        >>> ana = Room(Technician(1, back_day=7), range(8))
        >>> ticket = Candidate(7, 60, "2026-03-05 10:00:00", usual=1, wait_days=7)
        >>> [one.code for one in Chooser({1: ana}, ()).absence(ticket, {1: ana})]
        ['waits_for_technician']
        """
        usual = self._usual(candidate, able)
        if (
            usual
            and usual.back_day >= WEEK_DAYS
            and _is_waited_for(usual, candidate)
            and not self._began(candidate, able)
        ):
            day = usual.back_day
            return (because("waits_for_technician", technician=usual.id, day=day),)
        if not self._capacity:
            return (because("nobody"),)
        if all(room.back_day and not room.capacity for room in able.values()):
            count = 1 if candidate.pinned_technician else len(candidate.allowed)
            return (because("technician_absent", technicians=count),)
        return ()

    def choose(self, candidate: Candidate, able: Rooms, minutes: int) -> list[Share]:
        """Return who does how many of the minutes, as far as there is room.

        >>> from .inputs import Technician
        >>> spans, days = ((0, 60),), range(0, 10081, 1440)
        >>> week = (60, 0, 0, 0, 0, 0, 0)
        >>> rooms = {one: Room(Technician(one, spans, week), days) for one in (1, 2)}
        >>> chooser = Chooser(rooms, [Experience(5, 2, 12)])
        >>> ticket = Candidate(7, 60, "2026-03-05 10:00:00", kind=5)
        >>> [share] = chooser.choose(ticket, rooms, 60)
        >>> share.room.id, share.reasons
        (2, (Reason(code='experience', params=(('count', 12),)),))
        >>> [(one.room.id, one.minutes) for one in chooser.choose(ticket, rooms, 90)]
        [(1, 60), (2, 30)]
        """
        if candidate.pinned_technician:
            [room] = able.values()
            there = room.left_since(max(candidate.pinned_start, 0))
            why = because("pinned_technician")
            return [Share(room, min(minutes, there), (why,))]
        beginner = self._began(candidate, able)
        if beginner and beginner.left >= minutes:
            return [Share(beginner, minutes, (because("began"),))]
        usual, notes = self._usual(candidate, able), ()
        if usual and not _is_waited_for(usual, candidate):
            notes = (because("usual_away", technician=usual.id, day=usual.back_day),)
        elif usual and usual.left >= minutes:
            return [Share(usual, minutes, _why_usual(usual))]
        elif usual:
            notes = (because("usual_full", technician=usual.id, room=usual.left),)
            usual = None  # is a colleague like all others now
        fitting = [room for room in able.values() if room.left >= minutes]
        # Who is away for longer than the ticket waits does it only if nobody else can.
        fitting = [room for room in fitting if room is not usual] or fitting
        if not fitting:
            return _shared(able, minutes, notes)
        room, why = self._best(candidate.kind, fitting, minutes)
        return [Share(room, minutes, (why, *notes))]

    def _best(self, kind, fitting, minutes):
        """Return who of those with enough room is chosen, and why."""
        counts = self._experience.get(kind, {})
        known = [room for room in fitting if room.id in counts]
        if known:
            room = min(known, key=lambda one: (-counts[one.id], -one.left, one.id))
            return room, because("experience", count=counts[room.id])
        days = [room.day_of(minutes) for room in fitting]
        soonest = min(days)
        soon = [room for room, day in zip(fitting, days, strict=True) if day == soonest]
        room = min(soon, key=lambda one: (-one.left, one.id))
        return room, because("room", minutes=room.left, day=soonest)

    def _began(self, candidate, able):
        """Return the room of who began a ticket; ``None``: has no time this week."""
        room = able.get(candidate.begun_by)
        return room if room and room.capacity else None

    def _usual(self, candidate, able):
        """Return the room of the client's usual technician; ``None``: not to be had."""
        return None if candidate.pinned_technician else able.get(candidate.usual)


def _is_waited_for(room, candidate):
    """Whether a ticket waits until a technician is back from leave, if it must."""
    if room.back_day < 0:
        return False
    if not room.back_day:
        return True
    return candidate.waited_days + room.back_day <= candidate.wait_days


def _why_usual(room):
    if room.back_day:
        waited = because("waited", technician=room.id, day=room.back_day)
        return (because("usual"), waited)
    return (because("usual"),)


def _shared(able, minutes, notes):
    """Share minutes among as few as can do them together: who has most room first."""
    shares = []
    for room in sorted(able.values(), key=lambda one: (-one.left, one.id)):
        part = min(minutes, room.left)
        if part:
            why = because("room", minutes=room.left, day=room.day_of(part))
            shares.append(Share(room, part, (why, *notes)))
            minutes -= part
    return shares
