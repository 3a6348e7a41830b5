# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Expected weeks and the load of the weeks ahead."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st
from support_planning_engine.forecast import WeekAhead, WeekLoad, forecast
from support_planning_engine.inputs import place_order, to_plan
from support_planning_engine.reasons import because
from support_planning_engine.scheduler import propose

from .common import (
    DAYS,
    SMALL_DAYS,
    at,
    codes,
    inputs,
    placed_minutes,
    teams,
    technician,
    ticket,
    week_of,
)

ANA, BEA = 1, 2


def mondays(count):
    return [str(date(2026, 3, 9) + timedelta(days=7 * week)) for week in range(count)]


def weeks(*teams, days=DAYS):
    return [
        WeekAhead(monday, days, tuple(team))
        for monday, team in zip(mondays(len(teams)), teams, strict=True)
    ]


def expected(inputs, ahead):
    return {
        one.ticket: (one.first[5:], one.last[5:])
        for one in forecast(inputs, ahead).expected
    }


def test_queue_flows_over_the_weeks_in_its_order():
    found = [ticket(1, 300), ticket(2, 300), ticket(3, 300), ticket(4, 500)]
    ahead = weeks(*[[technician(ANA, 0)]] * 3)
    assert expected(week_of([], found), ahead) == {
        1: ("03-09", "03-09"),
        2: ("03-09", "03-16"),
        3: ("03-16", "03-23"),
        4: ("03-23", ""),
    }


def test_who_began_in_one_week_goes_on_in_the_next():
    """Ana did most of it; Bea has more room in the second week, and gets the other."""
    first = [technician(ANA, 0, 1), technician(BEA, 0)]
    second = [technician(ANA, 0), technician(BEA, *range(5))]
    found = [ticket(1, 1300), ticket(2, 420, allowed=(ANA,)), ticket(3, 100)]
    seen = expected(week_of([], found), weeks(first, second, first))
    assert seen == {
        1: ("03-09", "03-16"),
        2: ("03-16", "03-23"),
        3: ("03-16", "03-16"),
    }


def test_begun_work_goes_before_what_was_accepted_earlier():
    """The first ticket waits for Bea for a week; meanwhile the second one is begun."""
    found = [ticket(1, 420, usual=BEA, wait_days=7), ticket(2, 600)]
    away = [technician(ANA, 0), technician(BEA, back_day=7)]
    seen = expected(week_of([], found), weeks(away, *[[technician(ANA, 0)]] * 2))
    assert seen == {1: ("03-16", "03-23"), 2: ("03-09", "03-16")}


def test_load_chart_of_eight_weeks():
    """Of 1000 minutes two weeks take what they have, the third has nobody."""
    team = [technician(ANA, 0)]
    ahead = list(weeks(*[team] * 8))
    ahead[2] = replace(ahead[2], technicians=())
    chart = forecast(week_of([], [ticket(1, 1000)]), ahead).weeks
    assert [one.monday for one in chart] == mondays(8)
    assert [(one.capacity, one.queued) for one in chart] == [
        (420, 420),
        (420, 420),
        (0, 0),
        (420, 160),
        *[(420, 0)] * 4,
    ]
    assert chart[7] == WeekLoad("2026-04-27", 420, 0)


def test_ticket_that_waits_is_expected_when_the_technician_is_back():
    """Away for two weeks, waited for 14 days; the waiting of both weeks counts."""
    away = [technician(ANA, back_day=14), technician(BEA, 0)]
    back = [technician(ANA, back_day=7), technician(BEA, 0)]
    there = [technician(ANA, 0), technician(BEA, 0)]
    waits = week_of([], [ticket(1, usual=ANA, wait_days=14)])
    assert expected(waits, weeks(away, back, there)) == {1: ("03-23", "03-23")}
    # The leave is made longer meanwhile: 7 days of waiting are over, 14 more too many.
    assert expected(waits, weeks(away, away, there)) == {1: ("03-16", "03-16")}


def test_left_out_of_a_week_is_expected_in_the_next_one():
    ahead = weeks(*[[technician(ANA, 0)]] * 3)
    out = week_of([], [ticket(1, excluded="no")])
    assert expected(out, ahead) == {1: ("03-16", "03-16")}


def test_postponed_is_expected_in_its_week():
    """In the order of acceptance among those of that week."""
    found = [ticket(1, 420, not_before="2026-03-23"), ticket(2, 840), ticket(3, 420)]
    ahead = weeks(*[[technician(ANA, 0)]] * 4)
    assert expected(week_of([], found), ahead) == {
        1: ("03-23", "03-23"),
        2: ("03-09", "03-16"),
        3: ("03-30", "03-30"),
    }


def test_what_may_not_enter_is_expected_in_no_week():
    found = [
        ticket(1, blocked=(because("hold"),)),
        ticket(2, allowed=(98,)),
        ticket(3, allowed=(99,)),
        ticket(4),
    ]
    seen = forecast(week_of([], found), weeks(*[[technician(ANA, 0)]] * 2)).expected
    assert [one.last for one in seen] == ["", "", "", "2026-03-09"]
    assert [codes(one.reasons) for one in seen] == [
        ["hold"],
        ["technician_absent"],
        ["technician_absent"],
        [],
    ]


def test_accepted_after_the_cutoff_is_for_the_week_after():
    late = ticket(1, accepted="2026-03-06 13:00:01")
    ahead = weeks(*[[technician(ANA, 0)]] * 2)
    assert expected(week_of([], [late]), ahead) == {1: ("03-16", "03-16")}


def test_pinned_hour_and_changed_minutes_are_of_the_first_week_only():
    """From 15:20 on there are 40 minutes on the Monday; the next one has all day."""
    late = {"pinned_technician": ANA, "pinned_start": at(0, 15, 20)}
    found = [ticket(1, 100, changed_minutes=40, **late)]
    ahead = weeks(*[[technician(ANA, 0), technician(BEA, 0)]] * 2)
    seen = forecast(week_of([], found), ahead)
    assert [one.queued for one in seen.weeks] == [40, 60]
    assert seen.expected[0].last == "2026-03-16"


def test_no_weeks_no_expectation():
    [one] = forecast(week_of([], [ticket(1)]), []).expected
    assert (one.first, one.last, codes(one.reasons)) == ("", "", [])


@given(inputs(), st.lists(teams(), max_size=4))
def test_first_week_is_what_the_scheduler_proposes(given_inputs, later):
    ahead = weeks(given_inputs.technicians, *later, days=SMALL_DAYS)
    seen = forecast(given_inputs, ahead)
    proposal = propose(given_inputs)
    begun = {one.ticket for one in seen.expected if one.first == mondays(1)[0]}
    assert begun == set(placed_minutes(proposal))
    assert [one.ticket for one in seen.expected] == [
        one.id for one in sorted(given_inputs.candidates, key=place_order)
    ]


@given(inputs(), st.lists(teams(), min_size=1, max_size=5))
def test_weeks_have_all_minutes_of_what_is_finished_and_no_more(given_inputs, found):
    seen = forecast(given_inputs, weeks(*found, days=SMALL_DAYS))
    tickets = {one.id: one for one in given_inputs.candidates}
    whole = {id: max(one.minutes, to_plan(one)) for id, one in tickets.items()}
    queued = sum(one.queued for one in seen.weeks)
    finished = sum(whole[one.ticket] for one in seen.expected if one.last)
    begun = sum(whole[one.ticket] for one in seen.expected if one.first)
    assert finished <= queued <= begun
    for one in seen.expected:
        assert bool(one.last) != bool(one.reasons)
        assert not one.last or one.first <= one.last
    for one in seen.weeks:
        assert 0 <= one.queued <= one.capacity


@given(inputs(fixed=False, policies=("split",)), st.integers(1, 5))
def test_expected_week_is_where_the_sums_reach(given_inputs, count):
    """An independent way: the queue as one long ribbon, cut by the weeks' capacity."""
    team = given_inputs.technicians
    ahead = weeks(*[team] * count, days=SMALL_DAYS)
    capacity = sum(one.capacity for one in propose(given_inputs).loads)
    reached = 0
    for one, ticket_ in zip(
        forecast(given_inputs, ahead).expected,
        sorted(given_inputs.candidates, key=place_order),
        strict=True,
    ):
        reached += ticket_.minutes
        week = -(-reached // capacity) if capacity else count + 1
        assert one.last == (mondays(count)[week - 1] if week <= count else "")
