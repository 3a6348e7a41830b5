# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The plan of a week, case by case: order, choice of technician, what does not fit."""

from dataclasses import replace

import pytest
from support_planning_engine.inputs import Experience, Technician
from support_planning_engine.reasons import because
from support_planning_engine.scheduler import propose

from .common import (
    CUTOFF,
    at,
    codes,
    lines_of,
    placed_minutes,
    technician,
    ticket,
    unplaced_of,
    week_of,
)

ANA, BEA, EVA = 1, 2, 3
FULL = range(5)


def plan(technicians, tickets, policy="split", **values):
    return propose(week_of(technicians, tickets, policy, **values))


def who(proposal):
    """Return the technician by ticket, for tickets that one person does."""
    return {line.ticket: line.technician for line in proposal.lines}


def why_not(proposal, id):
    return codes(unplaced_of(proposal, id).reasons)


# === ORDER === #


def test_tickets_enter_in_order_of_acceptance():
    found = [
        ticket(1, accepted="2026-03-05 10:00:00"),
        ticket(2, accepted="2026-03-04 10:00:00"),
        ticket(3, accepted="2026-03-05 09:59:59"),
    ]
    lines = plan([technician(ANA, 0)], found).lines
    assert [(line.ticket, line.place) for line in lines] == [(2, 1), (3, 2), (1, 3)]
    assert [line.start for line in lines] == [at(0, 9), at(0, 10), at(0, 11)]


def test_accepted_in_the_same_second_the_lower_id_goes_first():
    found = [ticket(id, accepted=CUTOFF) for id in (12, 3, 7)]
    assert [line.ticket for line in plan([technician(ANA, 0)], found).lines] == [
        3,
        7,
        12,
    ]


@pytest.mark.parametrize(
    ("accepted", "planned"),
    [("12:59:59", True), ("13:00:00", True), ("13:00:01", False)],
)
def test_accepted_at_or_before_the_cutoff(accepted, planned):
    """Friday 14:00 in Madrid, in winter."""
    result = plan([technician(ANA, 0)], [ticket(1, accepted=f"2026-03-06 {accepted}")])
    assert bool(result.lines) == planned
    if not planned:
        [reason] = unplaced_of(result, 1).reasons
        assert reason == because("after_cutoff", accepted_at=f"2026-03-06 {accepted}")


def test_unfinished_work_of_last_week_goes_first():
    found = [ticket(1), ticket(2, 90, carried=True)]
    lines = plan([technician(ANA, 0)], found).lines
    assert [line.ticket for line in lines] == [2, 1]
    assert [line.reasons[0].code for line in lines] == ["carried", "order"]


def test_work_runs_over_breaks_and_days():
    ana = Technician(
        ANA,
        (
            (at(0, 9), at(0, 13)),
            (at(0, 15), at(0, 18)),
            (at(1, 9), at(1, 13)),
        ),
        (420, 240, 0, 0, 0, 0, 0),
    )
    [line] = plan([ana], [ticket(1, 500)]).lines
    assert line.slots == (
        (at(0, 9), at(0, 13)),
        (at(0, 15), at(0, 18)),
        (at(1, 9), at(1, 10, 20)),
    )
    assert (line.minutes, line.start, line.end) == (500, at(0, 9), at(1, 10, 20))


def test_day_gets_no_more_than_may_be_planned_on_it():
    ana = replace(technician(ANA, 0, 1), daily=(100, 420, 0, 0, 0, 0, 0))
    [line] = plan([ana], [ticket(1, 150)]).lines
    assert line.slots == ((at(0, 9), at(0, 10, 40)), (at(1, 9), at(1, 9, 50)))


# === WHO DOES IT === #


def test_usual_technician_is_chosen_before_experience_and_room():
    team = [technician(ANA, *FULL), technician(BEA, *FULL), technician(EVA, 4)]
    known = [Experience(5, BEA, 40)]
    result = plan(team, [ticket(1, kind=5, usual=EVA)], experience=known)
    [line] = result.lines
    assert line.technician == EVA
    assert codes(line.reasons) == ["order", "usual"]


def test_who_began_goes_on_with_it():
    """Before the client's usual technician, for whom it does not wait any more."""
    team = [technician(ANA, *FULL), technician(BEA, 4), technician(EVA, back_day=7)]
    found = [ticket(1, usual=ANA, begun_by=BEA)]
    found.append(ticket(2, usual=EVA, begun_by=BEA, wait_days=9))
    result = plan(team, found)
    assert who(result) == {1: BEA, 2: BEA}
    assert codes(result.lines[0].reasons) == ["order", "began"]
    assert who(plan(team, [ticket(1, 600, begun_by=BEA)])) == {1: ANA}


def test_most_experience_with_this_kind_of_work_is_chosen_before_room():
    team = [technician(ANA, *FULL), technician(BEA, 3, 4), technician(EVA, 3)]
    known = [Experience(5, BEA, 4), Experience(5, EVA, 9), Experience(6, ANA, 99)]
    result = plan(team, [ticket(1, kind=5)], experience=known)
    [line] = result.lines
    assert line.technician == EVA
    assert line.reasons[1] == because("experience", count=9)


def test_experience_does_not_count_without_room_for_all_of_it():
    team = [technician(ANA, *FULL), technician(BEA, 3, 4), technician(EVA, 3)]
    known = [Experience(5, BEA, 4), Experience(5, EVA, 9)]
    result = plan(team, [ticket(1, 500, kind=5)], experience=known)
    assert result.lines[0].reasons[1] == because("experience", count=4)


def test_of_those_who_finish_soonest_the_one_with_most_room():
    team = [technician(ANA, 0), technician(BEA, 0, 1), technician(EVA, *range(1, 5))]
    [line] = plan(team, [ticket(1)]).lines
    assert line.technician == BEA
    assert line.reasons[1] == because("room", minutes=840, day=0)


def test_equal_technicians_take_turns_by_room_and_then_by_id():
    team = [technician(id, 0) for id in (EVA, ANA, BEA)]
    result = plan(team, [ticket(id) for id in range(1, 7)])
    assert list(who(result).values()) == [1, 2, 3, 1, 2, 3]


def test_usual_technician_without_room_is_named():
    team = [technician(ANA, 0), technician(BEA, *FULL)]
    result = plan(team, [ticket(1, 400, usual=ANA), ticket(2, 30, usual=ANA)])
    assert who(result) == {1: ANA, 2: BEA}
    assert because("usual_full", technician=ANA, room=20) in result.lines[1].reasons


def test_only_allowed_technicians_are_chosen():
    team = [technician(ANA, *FULL), technician(BEA, 4)]
    [line] = plan(team, [ticket(1, usual=ANA, allowed=(BEA, 99))]).lines
    assert line.technician == BEA


def test_ticket_is_shared_only_if_nobody_has_room_for_it_whole():
    team = [technician(ANA, 0), technician(BEA, 0)]
    result = plan(team, [ticket(1, 300), ticket(2, 300), ticket(3, 200)])
    assert [(line.ticket, line.technician, line.minutes) for line in result.lines] == [
        (1, ANA, 300),
        (2, BEA, 300),
        (3, ANA, 120),
        (3, BEA, 80),
    ]
    shared = because("shared", technicians=2)
    assert [shared in line.reasons for line in result.lines] == [
        False,
        False,
        True,
        True,
    ]


def test_shared_work_goes_to_as_few_as_possible():
    rooms = {ANA: 30, BEA: 100, EVA: 60, 4: 50}
    team = [
        replace(technician(id, 0), daily=(minutes, 0, 0, 0, 0, 0, 0))
        for id, minutes in rooms.items()
    ]
    result = plan(team, [ticket(1, 150)])
    assert [(line.technician, line.minutes) for line in result.lines] == [
        (BEA, 100),
        (EVA, 50),
    ]


# === LEAVE === #


def away(id, back_day, *days):
    return technician(id, *days, back_day=back_day)


def test_ticket_waits_for_the_usual_technician_on_leave():
    team = [away(ANA, 7), technician(BEA, *FULL)]
    result = plan(team, [ticket(1, usual=ANA, wait_days=7)])
    [reason] = unplaced_of(result, 1).reasons
    assert reason == because("waits_for_technician", technician=ANA, day=7)


@pytest.mark.parametrize(
    ("back_day", "values"),
    [
        (7, {"wait_days": 6}),
        (8, {"wait_days": 7}),
        (7, {"wait_days": 8, "waited_days": 2}),
        (-1, {"wait_days": 99}),
        (7, {}),
    ],
)
def test_ticket_does_not_wait_for_longer_than_it_may(back_day, values):
    team = [away(ANA, back_day), technician(BEA, *FULL)]
    [line] = plan(team, [ticket(1, usual=ANA, **values)]).lines
    assert line.technician == BEA
    missing = because("usual_away", technician=ANA, day=back_day)
    assert missing in line.reasons


@pytest.mark.parametrize(("wait_days", "chosen"), [(2, BEA), (3, ANA), (9, ANA)])
def test_usual_technician_back_within_the_week(wait_days, chosen):
    """Ana is back on Thursday, three days after the Monday."""
    team = [away(ANA, 3, 3, 4), technician(BEA, 0)]
    [line] = plan(team, [ticket(1, usual=ANA, wait_days=wait_days)]).lines
    assert line.technician == chosen
    if chosen == ANA:
        assert because("waited", technician=ANA, day=3) in line.reasons


def test_who_is_not_waited_for_does_it_if_nobody_else_can():
    team = [away(ANA, 3, 3, 4), technician(BEA, 0)]
    [line] = plan(team, [ticket(1, 600, usual=ANA)]).lines
    assert line.technician == ANA
    assert codes(line.reasons) == ["order", "room", "usual_away"]


def test_ticket_that_only_an_absent_technician_may_do_does_not_enter():
    team = [away(ANA, 7), technician(BEA, *FULL)]
    result = plan(team, [ticket(1, allowed=(ANA,)), ticket(2)], "stop")
    assert why_not(result, 1) == ["technician_absent"]
    assert who(result) == {2: BEA}


@pytest.mark.parametrize("policy", ["split", "stop", "skip"])
@pytest.mark.parametrize("team", [(), (away(ANA, 7),), (technician(ANA),)])
def test_team_with_nobody_plans_nothing(team, policy):
    result = plan(team, [ticket(1), ticket(2)], policy)
    assert not result.lines
    assert why_not(result, 1) == why_not(result, 2) == ["nobody"]


# === WHAT DOES NOT FIT === #

SMALL = [ticket(1, 300), ticket(2, 200), ticket(3, 100), ticket(4, 20)]


def test_split_the_rest_goes_to_the_following_week():
    result = plan([technician(ANA, 0)], SMALL, "split")
    assert dict(placed_minutes(result)) == {1: 300, 2: 120}
    assert unplaced_of(result, 2).reasons == (because("continued", minutes=80),)
    assert because("part", minutes=80) in lines_of(result, 2)[0].reasons
    assert unplaced_of(result, 3).reasons == (because("no_room", minutes=100, room=0),)


def test_stop_nobody_behind_it_enters():
    result = plan([technician(ANA, 0)], SMALL, "stop")
    assert dict(placed_minutes(result)) == {1: 300}
    assert unplaced_of(result, 2).reasons == (
        because("no_room", minutes=200, room=120),
    )
    for id in (3, 4):
        assert unplaced_of(result, id).reasons == (because("stopped", ticket=2),)


def test_skip_smaller_ones_fill_the_gap_and_say_so():
    result = plan([technician(ANA, 0)], SMALL, "skip")
    assert dict(placed_minutes(result)) == {1: 300, 3: 100, 4: 20}
    for id in (3, 4):
        assert because("fills_gap", ticket=2) in lines_of(result, id)[0].reasons
    assert "fills_gap" not in codes(lines_of(result, 1)[0].reasons)


@pytest.mark.parametrize("policy", ["stop", "skip"])
def test_what_is_longer_than_a_week_never_fits_and_stops_nobody(policy):
    result = plan([technician(ANA, *FULL)], [ticket(1, 2101), ticket(2)], policy)
    [reason] = unplaced_of(result, 1).reasons
    assert reason == because("longer_than_week", minutes=2101, week=2100)
    assert who(result) == {2: ANA}


def test_what_is_longer_than_a_short_week_waits_for_an_ordinary_one():
    """A week with a holiday: it will fit next week, so it holds its place."""
    ana = technician(ANA, *range(4), full_week=2100)
    result = plan([ana], [ticket(1, 2100), ticket(2)], "stop")
    assert why_not(result, 1) == ["no_room"]
    assert why_not(result, 2) == ["stopped"]


def test_what_is_longer_than_a_week_is_split():
    result = plan([technician(ANA, *FULL)], [ticket(1, 5000)], "split")
    assert dict(placed_minutes(result)) == {1: 2100}
    assert unplaced_of(result, 1).reasons == (because("continued", minutes=2900),)


def test_long_ticket_takes_all_who_are_there_before_the_next_week():
    team = [technician(ANA, *FULL), technician(BEA, *FULL)]
    result = plan(team, [ticket(1, 3000)], "split")
    assert [line.minutes for line in result.lines] == [2100, 900]
    assert not result.unplaced


@pytest.mark.parametrize("policy", ["stop", "skip"])
def test_ticket_for_a_full_technician_keeps_none_from_the_others(policy):
    team = [technician(ANA, 0), technician(BEA, 0)]
    found = [ticket(1, 400, allowed=(ANA,)), ticket(2, 60, allowed=(ANA,)), ticket(3)]
    result = plan(team, [*found, ticket(4, 20, allowed=(ANA,))], policy)
    assert why_not(result, 2) == ["no_room"]
    [line] = lines_of(result, 3)
    assert (line.technician, codes(line.reasons)) == (BEA, ["order", "room"])
    if policy == "stop":
        assert unplaced_of(result, 4).reasons == (because("stopped", ticket=2),)
    else:
        assert because("fills_gap", ticket=2) in lines_of(result, 4)[0].reasons
