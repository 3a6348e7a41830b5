# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""With no technician fixed, more capacity never delays anybody.

Nobody is fixed where no ticket is pinned, bound to some technicians or waits for one.
The client's usual technician and experience are preferences: they may be there.

The delay is in weeks: the plan is one of weeks, and so is what the client is told while
in the queue. Within a week it cannot hold as well, unless every ticket were shared
among all: see ``test_within_the_week_a_new_colleague_can_mean_a_later_day``.
"""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from support_planning_engine.forecast import WeekAhead, forecast
from support_planning_engine.inputs import place_order
from support_planning_engine.scheduler import propose
from support_planning_engine.spans import length, merge, within

from .common import (
    SMALL_DAYS,
    codes,
    inputs,
    lines_of,
    person,
    placed_minutes,
    teams,
    technician,
    ticket,
    tickets,
    unplaced_of,
    week_of,
)

# What each week gets in addition: longer hours for those there, and new people.
MORE = st.tuples(
    st.lists(st.tuples(st.integers(0, 5**7 - 1), st.integers(0, 15)), max_size=4),
    teams(away=False, most=2),
)
LONG_WEEK = 100_000


def extended(team, more):
    """Return a team with longer hours, and with new people."""
    extra, new = more
    found = []
    for index, one in enumerate(team):
        if index < len(extra):
            other = person(one.id, *extra[index])
            free = (
                span
                for day in range(7)
                for span in merge(
                    within(
                        (*one.free, *other.free), SMALL_DAYS[day], SMALL_DAYS[day + 1]
                    )
                )
            )
            daily = (a + b for a, b in zip(one.daily, other.daily, strict=True))
            one = replace(one, free=tuple(free), daily=tuple(daily))
        found.append(one)
    return (*found, *(replace(one, id=one.id + 100) for one in new))


def capacity_of(team):
    """Return the minutes of a team, reckoned apart from the engine."""
    return sum(
        min(one.daily[day], length(within(one.free, day * 40, day * 40 + 40)))
        for one in team
        for day in range(7)
    )


def free_inputs(*policies, longest=120):
    return inputs(fixed=False, policies=policies, longest=longest)


@given(free_inputs("split", "stop", "skip"))
def test_how_much_of_each_ticket_is_planned_is_a_matter_of_sums(given_inputs):
    """Without looking at technicians: one number for the team, one for each ticket."""
    left = capacity_of(given_inputs.technicians)
    week, stopped, expected = left, False, {}
    for one in sorted(given_inputs.candidates, key=place_order):
        part = min(one.minutes, left)
        if given_inputs.policy != "split" and (part < one.minutes or stopped):
            # Longer than the week: stops nobody.
            full = sum(
                max(t.full_week, capacity_of([t])) for t in given_inputs.technicians
            )
            stopped |= given_inputs.policy == "stop" and one.minutes <= max(full, week)
            part = 0
        left -= part
        expected[one.id] = part
    placed = placed_minutes(propose(given_inputs))
    assert {id: placed[id] for id in expected} == expected


@given(free_inputs("split"), MORE)
def test_more_capacity_never_takes_a_minute_from_anybody(given_inputs, more):
    before = placed_minutes(propose(given_inputs))
    team = extended(given_inputs.technicians, more)
    after = placed_minutes(propose(replace(given_inputs, technicians=team)))
    assert all(after[id] >= minutes for id, minutes in before.items())


@given(free_inputs("stop", longest=60), MORE)
def test_more_capacity_stops_nobody_who_was_in(given_inputs, more):
    team = tuple(replace(one, full_week=60) for one in given_inputs.technicians)
    before = placed_minutes(propose(replace(given_inputs, technicians=team)))
    after = placed_minutes(
        propose(replace(given_inputs, technicians=extended(team, more)))
    )
    assert all(after[id] >= minutes for id, minutes in before.items())


@given(free_inputs("skip"), MORE)
def test_only_who_filled_a_gap_can_lose_it(given_inputs, more):
    team = tuple(replace(one, full_week=LONG_WEEK) for one in given_inputs.technicians)
    before = propose(replace(given_inputs, technicians=team))
    after = placed_minutes(
        propose(replace(given_inputs, technicians=extended(team, more)))
    )
    for line in before.lines:
        if "fills_gap" not in codes(line.reasons):
            assert after[line.ticket] >= placed_minutes(before)[line.ticket]


WEEKS = st.lists(st.tuples(teams(away=False, most=3), MORE), min_size=1, max_size=5)


@given(
    WEEKS,
    tickets(fixed=False, longest=90),
    st.sampled_from(["split", "stop"]),
    st.data(),
)
def test_more_capacity_in_any_week_makes_no_expected_week_later(
    weeks, found, policy, data
):
    """Begun no later and finished no later, for every ticket of the queue."""
    fewer, ahead = [], []
    for number, (team, more) in enumerate(weeks):
        # Under ``stop`` nothing may be longer than an ordinary week.
        team = tuple(replace(one, full_week=LONG_WEEK) for one in team)
        monday = f"2026-05-{4 + number * 5:02}"
        fewer.append(WeekAhead(monday, SMALL_DAYS, team))
        if data.draw(st.booleans()):
            team = extended(team, more)
        ahead.append(WeekAhead(monday, SMALL_DAYS, team))
    given_inputs = week_of((), found, policy, days=SMALL_DAYS)
    before = forecast(given_inputs, fewer).expected
    after = forecast(given_inputs, ahead).expected
    for old, new in zip(before, after, strict=True):
        assert new.ticket == old.ticket
        assert not old.first or "" < new.first <= old.first
        assert not old.last or "" < new.last <= old.last


@given(
    inputs(fixed=False, policies=("split",), team=teams(away=False, least=1, most=1)),
    st.lists(
        st.tuples(st.integers(0, 5**7 - 1), st.integers(0, 15)),
        min_size=1,
        max_size=1,
    ),
)
def test_alone_more_hours_make_no_minute_later(given_inputs, hours):
    """Who works alone begins and ends every ticket no later, to the minute."""
    team = extended(given_inputs.technicians, (hours, ()))
    before = propose(given_inputs)
    after = propose(replace(given_inputs, technicians=team))
    for old in before.lines:
        [new] = lines_of(after, old.ticket)
        assert new.start <= old.start
        if unplaced_of(before, old.ticket) is None:
            assert new.end <= old.end


# === WHERE IT CANNOT HOLD === #


def test_who_fills_a_gap_loses_it_when_the_gap_is_wide_enough():
    """That is what filling a gap means, and its reason says so beforehand."""
    found = [ticket(1, 400), ticket(2, 300), ticket(3, 400)]
    team = [technician(1, 0, 1)]  # 840 minutes: 1 and 2, or 1 and 3
    plan = propose(week_of(team, [*found[:1], ticket(2, 500), found[2]], "skip"))
    assert [line.ticket for line in plan.lines] == [1, 3]
    assert codes(lines_of(plan, 3)[0].reasons)[-1] == "fills_gap"
    wider = [technician(1, 0, 1, 2)]
    plan = propose(week_of(wider, [*found[:1], ticket(2, 500), found[2]], "skip"))
    assert [line.ticket for line in plan.lines] == [1, 2]


def test_within_the_week_longer_hours_can_mean_a_later_day():
    """Both are in all the same. With an hour more Ana finishes the first ticket sooner
    than Bea, and the second one has to take Bea's Tuesday. It could keep its Monday
    only if the first were shared by Ana and Bea, or stayed later than it needs."""
    found = [ticket(1, 240), ticket(2, 180)]
    bea = technician(2, 1, hours=(9, 13))
    shorter = propose(week_of([technician(1, 0, 2, hours=(9, 12)), bea], found))
    longer = propose(week_of([technician(1, 0, 2, hours=(9, 13)), bea], found))
    assert [line.start // 1440 for line in shorter.lines] == [1, 0]
    assert [line.start // 1440 for line in longer.lines] == [0, 1]


def test_new_colleague_who_comes_on_friday_only_delays_nobody():
    """She has most room, but does not finish it soonest."""
    ana = technician(1, 0, hours=(9, 12))
    bea = technician(2, 4)
    alone = propose(week_of([ana], [ticket(1, 60)]))
    both = propose(week_of([ana, bea], [ticket(1, 60)]))
    assert alone.lines == both.lines


@given(free_inputs("split", "stop", "skip"), MORE)
def test_first_in_the_queue_is_never_done_on_a_later_day(given_inputs, more):
    first = [
        replace(one, usual=0, kind=9)
        for one in sorted(given_inputs.candidates, key=place_order)[:1]
    ]
    team = given_inputs.technicians
    before = propose(replace(given_inputs, candidates=first))
    after = propose(
        replace(given_inputs, candidates=first, technicians=extended(team, more))
    )
    if first and len(before.lines) == 1 and not before.unplaced:
        [line] = after.lines
        assert (line.end - 1) // 40 <= (before.lines[0].end - 1) // 40
