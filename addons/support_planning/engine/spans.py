# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Spans of minutes on the axis of a week: from one minute until another one.

A span holds its start and not its end. Lists of spans that functions return are tidy:
in order, apart, none empty.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from .inputs import Span


def merge(spans: Iterable[Span]) -> list[Span]:
    """Return what is in any of the spans; they come in any order and may overlap.

    >>> merge([(30, 40), (0, 20), (10, 30), (50, 50)])
    [(0, 40)]
    """
    merged: list[Span] = []
    for start, end in sorted(spans):
        if start >= end:
            continue
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def subtract(spans: Iterable[Span], holes: Iterable[Span]) -> list[Span]:
    """Return what is in some span and in no hole.

    >>> subtract([(0, 60), (100, 160)], [(20, 30), (50, 110)])
    [(0, 20), (30, 50), (110, 160)]
    """
    left, holes, first = [], merge(holes), 0
    for start, end in merge(spans):
        while first < len(holes) and holes[first][1] <= start:
            first += 1
        for hole_start, hole_end in holes[first:]:
            if hole_start >= end:
                break
            if hole_start > start:
                left.append((start, hole_start))
            start = max(start, hole_end)
        if start < end:
            left.append((start, end))
    return left


def intersect(spans: Iterable[Span], others: Iterable[Span]) -> list[Span]:
    """Return what is both in some span and in some other.

    >>> intersect([(0, 60), (100, 160)], [(50, 110)])
    [(50, 60), (100, 110)]
    """
    spans = merge(spans)
    return subtract(spans, subtract(spans, others))


def within(spans: Iterable[Span], start: int, end: int) -> list[Span]:
    """Return what of the spans is between two minutes.

    >>> within([(0, 60), (100, 160)], 50, 120)
    [(50, 60), (100, 120)]
    """
    return merge((max(a, start), min(b, end)) for a, b in spans)


def by_day(spans: Iterable[Span], days: Sequence[int]) -> list[list[Span]]:
    """Return what of the spans is on each of the days.

    :param days: the minutes at which the days begin, and the end of the last one

    >>> by_day([(10, 25)], [0, 20, 40])
    [[(10, 20)], [(20, 25)]]
    """
    spans = merge(spans)
    return [
        within(spans, start, end)
        for start, end in zip(days[:-1], days[1:], strict=True)
    ]


def length(spans: Iterable[Span]) -> int:
    """Return how many minutes spans are that are apart.

    >>> length([(0, 60), (100, 110)])
    70
    """
    return sum(end - start for start, end in spans)


def first(spans: Iterable[Span], minutes: int) -> list[Span]:
    """Return the first so many minutes of spans that are in order and apart.

    >>> first([(0, 60), (100, 160)], 70), first([(0, 60)], -5)
    ([(0, 60), (100, 110)], [])
    """
    found = []
    for start, end in spans:
        end = min(end, start + minutes)
        if start < end:
            found.append((start, end))
            minutes -= end - start
    return found
