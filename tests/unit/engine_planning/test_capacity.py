# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The minutes of a technician's days: never more than there is, and they add up."""

from dataclasses import replace
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support_planning_engine.capacity import Figures, Person, capacity_of, spread
from support_planning_engine.inputs import Inputs
from support_planning_engine.spans import (
    by_day,
    intersect,
    length,
    merge,
    subtract,
    within,
)
from support_planning_engine.week import to_utc, week_of

from .common import CUTOFF, DAYS, MONDAY, at

# Nine to one and three to six, Monday to Friday.
WORK = tuple(
    span
    for day in range(5)
    for span in ((at(day, 9), at(day, 13)), (at(day, 15), at(day, 18)))
)
ANA = Person(1, WORK)


def minutes_of(person, reserve=0, **values):
    return [day.minutes for day in capacity_of(person, DAYS, reserve, **values).days]


# === CASE BY CASE === #


def test_ordinary_week():
    capacity = capacity_of(ANA, DAYS)
    assert capacity.technician.free == WORK
    assert capacity.technician.daily == (420,) * 5 + (0, 0)
    assert capacity.week == Figures(work=2100, minutes=2100)


@pytest.mark.parametrize(
    ("share", "reserve", "minutes"),
    [
        (100, 20, 336),
        (50, 0, 210),
        (50, 20, 168),
        (0, 0, 0),
        (100, 100, 0),
        (33, 7, 128),
    ],
)
def test_share_and_reserve_are_rounded_down_once(share, reserve, minutes):
    """33 % of 420, less 7 %, is 128.898."""
    assert minutes_of(replace(ANA, share=share), reserve)[0] == minutes


def test_leave_and_holidays_leave_nothing_of_their_day():
    """Public holidays are not in the working time at all."""
    leave = (at(1, 0), at(2, 0))
    without_wednesday = tuple(span for span in WORK if span[0] // 1440 != 2)
    capacity = capacity_of(replace(ANA, work=without_wednesday, leaves=(leave,)), DAYS)
    assert [day.minutes for day in capacity.days[:4]] == [420, 0, 0, 420]
    assert [day.leave for day in capacity.days[:4]] == [0, 420, 0, 0]


def test_leave_takes_from_the_share_and_other_teams_plans_from_the_rest():
    """Half of 420 is 210: an hour off takes half an hour of it."""
    hour = ((at(0, 9), at(0, 10)),)
    half = replace(ANA, share=50)
    assert minutes_of(replace(half, leaves=hour))[0] == 180
    assert minutes_of(replace(half, planned=hour))[0] == 210
    for person in (replace(half, leaves=hour), replace(half, planned=hour)):
        assert capacity_of(person, DAYS).technician.free[0] == (at(0, 10), at(0, 13))


def test_planned_beyond_the_other_share_leaves_what_is_free():
    planned = ((at(0, 9), at(0, 13)), (at(0, 15), at(0, 16)))
    capacity = capacity_of(replace(ANA, share=50, planned=planned), DAYS)
    assert [day.minutes for day in capacity.days[:2]] == [120, 210]
    assert capacity.days[0] == Figures(work=420, planned=300, minutes=120)


def test_two_teams_have_half_a_day_each():
    """With a reserve of 20 % each: 168 planned by one team leave 168 to the other."""
    half = replace(ANA, share=50, planned=((at(0, 9), at(0, 9) + 168),))
    day = capacity_of(half, DAYS, reserve=20).days[0]
    assert day == Figures(work=420, other=42, reserve=42, planned=168, minutes=168)


def test_no_plan_of_another_team_fills_the_reserve():
    """All of 420 for either team, 84 kept: what one plans the other has not."""
    busy = replace(ANA, planned=((at(0, 9), at(0, 13)), (at(0, 15), at(0, 16))))
    day = capacity_of(busy, DAYS, reserve=20).days[0]
    assert day == Figures(work=420, reserve=84, planned=300, minutes=36)
    full = replace(ANA, planned=((0, 10_080),))
    assert minutes_of(full, 20) == [0] * 7


def test_late_plan_does_not_use_the_time_that_is_over():
    """Made on Tuesday at noon."""
    assert minutes_of(ANA, since=at(1, 12))[:3] == [0, 240, 420]
    free = capacity_of(ANA, DAYS, since=at(1, 12)).technician.free
    assert free[0] == (at(1, 12), at(1, 13))


def test_manager_s_figure_stands_in_place_of_the_reckoned_one():
    capacity = capacity_of(replace(ANA, override=1000), DAYS, reserve=20)
    assert capacity.week.minutes == 1000
    assert capacity.technician.daily == (200,) * 5 + (0, 0)
    assert capacity.week.changed == 1000 - 1680


def test_manager_s_figure_makes_no_time_that_is_not_there():
    assert sum(minutes_of(replace(ANA, override=9999), reserve=20)) == 2100
    assert sum(minutes_of(replace(ANA, override=0))) == 0


def test_ordinary_week_is_what_may_be_planned_in_it():
    person = replace(ANA, share=50, full_week=2100, leaves=((0, 10080),))
    technician = capacity_of(person, DAYS, reserve=20).technician
    assert (technician.full_week, sum(technician.daily)) == (840, 0)


@pytest.mark.parametrize(
    ("leaves", "returns", "back_day"),
    [
        ((), 7, 0),
        (((at(0, 0), at(3, 0)),), 7, 3),
        (((at(0, 0), at(0, 12)),), 7, 0),  # back the same day
        (((at(2, 0), at(3, 0)),), 7, 0),  # is there on Monday
        (((0, 10080),), 9, 9),
        (((0, 10080),), -1, -1),
        (((at(0, 0), at(5, 0)),), 7, 7),  # back on Saturday, works on Monday
    ],
)
def test_day_of_return_from_leave(leaves, returns, back_day):
    person = replace(ANA, leaves=leaves, returns=returns)
    assert capacity_of(person, DAYS).technician.back_day == back_day


def test_who_has_other_working_days_is_not_away():
    thursday = tuple(span for span in WORK if span[0] // 1440 >= 3)
    assert capacity_of(replace(ANA, work=thursday), DAYS).technician.back_day == 0
    assert capacity_of(Person(1, ()), DAYS).technician.back_day == 0


@pytest.mark.parametrize(
    ("monday", "hours"), [(date(2026, 3, 23), 167), (date(2026, 10, 19), 169)]
)
def test_week_of_a_clock_change_has_its_working_hours_at_their_hour(monday, hours):
    """Nine to five on each day, the Sunday of the change included: eight hours, all."""
    week = week_of(monday, "Europe/Madrid")
    spans = [
        week.inside(
            *(
                to_utc(
                    datetime(monday.year, monday.month, monday.day + day, hour), week.tz
                )
                for hour in (9, 17)
            )
        )
        for day in range(7)
    ]
    capacity = capacity_of(Person(1, tuple(spans)), week.days)
    assert capacity.technician.daily == (480,) * 7
    assert week.days[-1] == hours * 60
    assert spans[5][0] % 1440 == 540
    assert spans[6][0] - week.days[6] == (540 - 60 if hours == 167 else 540 + 60)


@pytest.mark.parametrize(
    ("values", "reserve", "message"),
    [
        ({"share": 101}, 0, "share must be"),
        ({"share": -1}, 0, "share must be"),
        ({}, 101, "reserve must be"),
        ({}, -1, "reserve must be"),
    ],
)
def test_what_is_no_percentage_is_refused(values, reserve, message):
    with pytest.raises(ValueError, match=message):
        capacity_of(replace(ANA, **values), DAYS, reserve)


# === WHATEVER THE CALENDAR === #

SPANS = st.lists(
    st.tuples(st.integers(-500, 10_500), st.integers(0, 3000)).map(
        lambda pair: (pair[0], pair[0] + pair[1])
    ),
    max_size=5,
).map(tuple)
PEOPLE = st.builds(
    Person,
    st.just(1),
    SPANS,
    SPANS,
    SPANS,
    st.integers(0, 100),
    st.one_of(st.just(-1), st.integers(0, 5000)),
    st.sampled_from([-1, 7, 9]),
)


def minutes_in(spans):
    return {minute for start, end in spans for minute in range(start, end)}


@given(PEOPLE, st.integers(0, 100), st.integers(-100, 10_100))
def test_never_more_than_there_is(person, reserve, since):
    """Against a reckoning with sets of minutes."""
    capacity = capacity_of(person, DAYS, reserve, since)
    there = minutes_in(person.work) - minutes_in(person.leaves)
    there &= set(range(max(since, 0), 10_080))
    planned = minutes_in(person.planned) & set(range(max(since, 0), 10_080))
    free = there - planned
    assert minutes_in(capacity.technician.free) == free
    for day, figures in enumerate(capacity.days):
        of_day = set(range(day * 1440, day * 1440 + 1440))
        own, left = len(there & of_day), len(free & of_day)
        share = own * person.share * (100 - reserve) // 10_000
        kept = own * person.share // 100 - share
        assert figures.minutes <= left
        if person.override < 0:
            assert figures.minutes == max(min(share, left - kept), 0)
            assert figures.minutes + figures.other + figures.reserve == left
            assert figures.changed == 0
    if person.override >= 0:
        assert capacity.week.minutes == min(person.override, len(free))


@given(PEOPLE, st.integers(0, 100), st.integers(0, 10_100))
def test_figures_add_up_and_the_scheduler_takes_them(person, reserve, since):
    capacity = capacity_of(person, DAYS, reserve, since)
    assert Inputs(MONDAY, "UTC", DAYS, CUTOFF, "split", (capacity.technician,))
    for one in (*capacity.days, capacity.week):
        assert one.minutes == (
            one.work - one.leave - one.other - one.reserve - one.planned + one.changed
        )
        assert min(one.work, one.leave, one.other, one.reserve) >= 0


@given(st.integers(0, 3000), st.lists(st.integers(0, 480), min_size=1, max_size=7))
def test_spread_gives_all_and_no_day_more_than_it_has(total, rooms):
    shares = spread(total, rooms)
    assert sum(shares) == min(total, sum(rooms))
    for share, room in zip(shares, rooms, strict=True):
        assert 0 <= share <= room
        assert abs(share * sum(rooms) - min(total, sum(rooms)) * room) <= sum(rooms)


# === SPANS === #

SHORT = st.lists(
    st.tuples(st.integers(0, 60), st.integers(0, 20)).map(
        lambda pair: (pair[0], pair[0] + pair[1])
    ),
    max_size=6,
)


@given(SHORT, SHORT, st.integers(0, 80), st.integers(0, 80))
def test_spans_are_sets_of_minutes(ones, others, start, end):
    expected = {
        tuple(merge(ones)): minutes_in(ones),
        tuple(subtract(ones, others)): minutes_in(ones) - minutes_in(others),
        tuple(intersect(ones, others)): minutes_in(ones) & minutes_in(others),
        tuple(within(ones, start, end)): minutes_in(ones) & set(range(start, end)),
    }
    for spans, minutes in expected.items():
        assert minutes_in(spans) == minutes
        assert length(spans) == len(minutes)
        assert all(a[1] < b[0] for a, b in zip(spans, spans[1:], strict=False))
        assert all(a < b for a, b in spans)
    days = by_day(ones, [0, 30, 60, 90])
    assert [minutes_in(day) for day in days] == [
        minutes_in(ones) & set(range(first, first + 30)) for first in (0, 30, 60)
    ]
