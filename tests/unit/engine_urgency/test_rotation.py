# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Turns on duty: by the local clock, without gap or overlap, fair, never on leave."""

from collections import Counter
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support_urgency_engine.rotation import (
    MOST_TURNS,
    Absence,
    cut,
    free_parts,
    is_away,
    rotate,
    to_local,
    to_utc,
)

MADRID = "Europe/Madrid"
# Mexico has no clock changes any more; Lord Howe moves by half an hour; Santiago and
# Sydney change when it is winter in Europe.
ZONES = st.sampled_from(
    [
        MADRID,
        "America/Mexico_City",
        "America/New_York",
        "America/Santiago",
        "Australia/Lord_Howe",
        "Australia/Sydney",
        "UTC",
    ]
)
STARTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)).map(
    lambda moment: moment.replace(second=0, microsecond=0)
)


def step_of(count, unit):
    return timedelta(**{f"{unit}s": count})


@st.composite
def rotations(draw):
    """Arguments of ``cut`` that give a few dozen turns at most."""
    unit = draw(st.sampled_from(["hour", "day", "week"]))
    count = draw(st.integers(1, 48 if unit == "hour" else 9))
    first = draw(STARTS)
    turns = draw(st.integers(1, 60))
    rest = timedelta(minutes=draw(st.integers(0, 59)))
    return first, first + step_of(count, unit) * turns + rest, count, unit, draw(ZONES)


@st.composite
def spans(draw):
    start = draw(STARTS)
    return start, start + timedelta(minutes=draw(st.integers(1, 20_000)))


def absences(people):
    return st.lists(
        st.builds(
            lambda person, span: Absence(person, *span),
            st.sampled_from(people),
            spans(),
        ),
        max_size=12,
    )


# === THE CLOCK === #


@given(rotations())
def test_turns_leave_no_gap_and_no_overlap(rotation):
    first, until, _count, _unit, zone = rotation
    turns = cut(*rotation)
    assert turns[0][0] == to_utc(first, zone)
    assert turns[-1][1] == to_utc(until, zone)
    assert all(a[1] == b[0] for a, b in zip(turns, turns[1:], strict=False))
    assert all(start < end for start, end in turns)


@given(rotations())
def test_turns_begin_at_the_same_local_time(rotation):
    """Unless the clock jumps over that time: then as much later as it jumped."""
    first, _until, count, unit, zone = rotation
    expected = {first + step_of(count, unit) * n for n in range(61)}
    for start, _end in cut(*rotation):
        local = to_local(start, zone)
        jumped = {local - timedelta(minutes=m) for m in (30, 60)}
        assert local in expected or (to_utc(local, zone) == start and jumped & expected)


@pytest.mark.parametrize(
    ("day", "hours"),
    [((2026, 3, 28), [23, 24]), ((2026, 10, 24), [25, 24]), ((2026, 7, 1), [24, 24])],
)
def test_nine_to_nine_over_a_change_of_the_clock(day, hours):
    first = datetime(*day, 9)
    turns = cut(first, first + timedelta(days=2), 1, "day", MADRID)
    assert [(end - start) // timedelta(hours=1) for start, end in turns] == hours
    assert [to_local(start, MADRID).hour for start, _end in turns] == [9, 9]


def test_week_over_the_change_in_spring_is_an_hour_shorter():
    first = datetime(2026, 3, 23, 9)
    [(start, end)] = cut(first, first + timedelta(weeks=1), 1, "week", MADRID)
    assert end - start == timedelta(days=7, hours=-1)


def test_hour_that_does_not_exist_is_nobodys_turn():
    first = datetime(2026, 3, 29, 1)
    turns = cut(first, first + timedelta(hours=3), 1, "hour", MADRID)
    assert [to_local(start, MADRID).hour for start, _end in turns] == [1, 3]


def test_hour_that_comes_twice_is_one_turn_of_two_hours():
    first = datetime(2026, 10, 25, 1)
    turns = cut(first, first + timedelta(hours=3), 1, "hour", MADRID)
    assert [(end - start) // timedelta(hours=1) for start, end in turns] == [1, 2, 1]


def test_last_turn_ends_where_it_was_asked_to():
    first = datetime(2026, 3, 2, 9)
    turns = cut(first, first + timedelta(days=10), 1, "week", "UTC")
    assert [(end - start).days for start, end in turns] == [7, 3]


@pytest.mark.parametrize(
    ("days", "count", "unit", "zone", "message"),
    [
        (1, 0, "day", MADRID, "at least 1"),
        (1, 1, "month", MADRID, "unit must be"),
        (0, 1, "day", MADRID, "nothing between"),
        (1, 1, "day", "Europe/Nowhere", "unknown time zone"),
        (MOST_TURNS + 1, 1, "day", MADRID, "at most"),
    ],
)
def test_what_makes_no_sense_is_refused(days, count, unit, zone, message):
    first = datetime(2026, 3, 2, 9)
    with pytest.raises(ValueError, match=message):
        cut(first, first + timedelta(days=days), count, unit, zone)


# === WHAT IS TAKEN === #


@given(spans(), st.lists(spans(), max_size=6))
def test_free_parts_are_what_nothing_else_covers(span, taken):
    """Minute by minute where the spans begin and end."""
    edges = {span[0]} | {edge for pair in taken for edge in pair}
    parts = free_parts(span, taken)
    for moment in (edge for edge in edges if span[0] <= edge < span[1]):
        covered = any(start <= moment < end for start, end in taken)
        assert any(start <= moment < end for start, end in parts) != covered
    assert all(a[1] < b[0] for a, b in zip(parts, parts[1:], strict=False))


def test_taken_spans_that_touch_leave_nothing_between_them():
    hours = [datetime(2026, 3, 2, hour) for hour in (8, 10, 12, 14)]
    taken = [(hours[0], hours[1]), (hours[1], hours[2])]
    assert free_parts((hours[0], hours[3]), taken) == [(hours[2], hours[3])]


@given(rotations(), st.lists(spans(), max_size=6))
def test_turns_never_overlap_what_is_taken(rotation, taken):
    turns = rotate([1, 2, 3], cut(*rotation), taken=taken)
    for turn in turns:
        assert all(end <= turn.start or turn.end <= start for start, end in taken)


# === WHO === #


@given(rotations(), absences([1, 2, 3]))
def test_nobody_is_on_duty_while_on_leave(rotation, leaves):
    for turn in rotate([1, 2, 3], cut(*rotation), leaves):
        span = (turn.start, turn.end)
        if turn.person is None:
            assert all(is_away(person, span, leaves) for person in (1, 2, 3))
        else:
            assert not is_away(turn.person, span, leaves)


def test_leave_that_touches_a_turn_skips_nobody():
    """It ends when the turn begins, or begins when the turn ends."""
    first, until = datetime(2026, 3, 2, 9), datetime(2026, 3, 3, 9)
    leaves = [
        Absence(1, datetime(2026, 3, 1, 9), first),
        Absence(1, until, datetime(2026, 3, 4, 9)),
    ]
    [turn] = rotate([1, 2], cut(first, until, 1, "day", "UTC"), leaves)
    assert turn.person == 1


@given(rotations(), absences([1, 2, 3]))
def test_leave_moves_turns_and_makes_none_longer(rotation, leaves):
    slots = cut(*rotation)
    turns = rotate([1, 2, 3], slots, leaves)
    assert [(turn.start, turn.end) for turn in turns] == slots


@given(rotations(), st.permutations([1, 2, 3, 4]))
def test_without_leave_people_follow_the_order(rotation, people):
    turns = rotate(people, cut(*rotation))
    assert [turn.person for turn in turns] == [
        people[index % 4] for index in range(len(turns))
    ]
    counts = Counter(turn.person for turn in turns)
    assert max(counts.values()) - min(counts.get(one, 0) for one in people) <= 1


@given(rotations(), absences([1]))
def test_who_comes_back_is_the_next_one(rotation, leaves):
    """The first turn after those that person 1 was skipped for is person 1's."""
    turns = rotate([1, 2, 3], cut(*rotation), leaves)
    for before, after in zip(turns, turns[1:], strict=False):
        if 1 in before.skipped and not is_away(1, (after.start, after.end), leaves):
            assert after.person == 1


def test_order_names_nobody_twice():
    with pytest.raises(ValueError, match="twice"):
        rotate([1, 2, 1], [])


def test_without_people_every_turn_is_nobodys():
    turns = rotate([], cut(datetime(2026, 3, 2), datetime(2026, 3, 4), 1, "day", "UTC"))
    assert [(turn.person, turn.skipped) for turn in turns] == [(None, ())] * 2
