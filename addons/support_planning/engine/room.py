# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The room of one technician in a week, and taking from it.

Two limits hold at once: work is only where the person is free, and no day gets more
minutes than may be planned on it. Taking goes from the earliest minute on, so that what
is taken first is done first.
"""

from __future__ import annotations

from collections.abc import Iterable

from .inputs import WEEK_DAYS, Span, Technician
from .spans import by_day, intersect, length, subtract, within


class Room:
    """What is left of a technician's week. Changes as minutes are taken.

    >>> ana = Technician(1, ((540, 780), (900, 1080)), (300, 0, 0, 0, 0, 0, 0))
    >>> room = Room(ana, range(0, 10081, 1440))
    >>> room.left
    300
    """

    def __init__(self, technician: Technician, days: Iterable[int]):
        days = tuple(days)
        self.id = technician.id
        self.back_day = technician.back_day
        self._days = days
        self._free = by_day(technician.free, days)
        self._left = [
            min(minutes, length(free))
            for minutes, free in zip(technician.daily, self._free, strict=True)
        ]
        self.left = sum(self._left)
        self.capacity = self.left
        self.full_week = max(technician.full_week, self.capacity)
        self._first = 0

    def left_since(self, minute: int) -> int:
        """Return how many minutes can be taken from a minute of the axis on.

        >>> ana = Technician(1, ((540, 780), (900, 1080)), (300, 0, 0, 0, 0, 0, 0))
        >>> Room(ana, range(0, 10081, 1440)).left_since(900)
        180
        """
        if minute <= self._days[self._first]:
            return self.left
        return sum(
            min(left, length(within(free, minute, self._days[-1])))
            for left, free in zip(self._left, self._free, strict=True)
        )

    def day_of(self, minutes: int) -> int:
        """Return the day on which so many minutes would be done; there must be room.

        >>> ana = Technician(1, ((540, 780), (1980, 2100)), (200, 90, 0, 0, 0, 0, 0))
        >>> room = Room(ana, range(0, 10081, 1440))
        >>> room.day_of(200), room.day_of(201)
        (0, 1)
        """
        day = self._first
        while self._left[day] < minutes:
            minutes -= self._left[day]
            day += 1
        return day

    def take(self, minutes: int, since: int = 0) -> tuple[Span, ...]:
        """Take so many minutes, the earliest first, as far as there are; return when.

        :param since: not before this minute of the axis

        >>> ana = Technician(1, ((540, 780), (900, 1080)), (300, 0, 0, 0, 0, 0, 0))
        >>> room = Room(ana, range(0, 10081, 1440))
        >>> room.take(270), room.take(90), room.left
        (((540, 780), (900, 930)), ((930, 960),), 0)
        """
        slots: list[Span] = []
        while self._first < WEEK_DAYS and not self._left[self._first]:
            self._first += 1
        for day in range(self._first, WEEK_DAYS):
            if not minutes:
                break
            if self._left[day] and self._days[day + 1] > since:
                taken = self._take_of_day(day, min(minutes, self._left[day]), since)
                minutes -= length(taken)
                slots += taken
        return tuple(slots)

    def keep(self, slots: Iterable[Span]) -> bool:
        """Take exactly these minutes, each slot within a day; ``False``: nothing taken.

        >>> ana = Technician(1, ((540, 780), (900, 1080)), (300, 0, 0, 0, 0, 0, 0))
        >>> room = Room(ana, range(0, 10081, 1440))
        >>> room.keep([(600, 660)]), room.keep([(630, 690)]), room.left
        (True, False, 240)
        """
        parts = by_day(slots, self._days)
        for day, part in enumerate(parts):
            if length(part) > self._left[day] or subtract(part, self._free[day]):
                return False
        for day, part in enumerate(parts):
            if part:
                self._free[day] = subtract(self._free[day], part)
                self._count(day, length(part))
        return True

    def block(self, slots: Iterable[Span]) -> None:
        """Take what is still there of these minutes; what is not there is no matter.

        >>> ana = Technician(1, ((540, 780), (900, 1080)), (300, 0, 0, 0, 0, 0, 0))
        >>> room = Room(ana, range(0, 10081, 1440))
        >>> room.block([(480, 600)]), room.left
        (None, 240)
        """
        for day, part in enumerate(by_day(slots, self._days)):
            gone = length(intersect(part, self._free[day]))
            self._free[day] = subtract(self._free[day], part)
            left = min(self._left[day] - gone, length(self._free[day]))
            self._count(day, self._left[day] - max(left, 0))

    def _take_of_day(self, day, minutes, since):
        """Take at most so many minutes of a day that may be planned on it."""
        taken, left, wanted = [], [], minutes
        for start, end in self._free[day]:
            first = max(start, since)
            last = min(end, first + wanted)
            if not wanted or first >= last:
                left.append((start, end))
                continue
            taken.append((first, last))
            wanted -= last - first
            left += [
                span for span in ((start, first), (last, end)) if span[0] < span[1]
            ]
        self._free[day] = left
        self._count(day, minutes - wanted)
        return taken

    def _count(self, day, minutes):
        self._left[day] -= minutes
        self.left -= minutes
