# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What the planner may say about a plan, and what makes no sense as its inputs."""

import pytest
from support_planning_engine.inputs import Technician
from support_planning_engine.reasons import because
from support_planning_engine.scheduler import propose

from .common import (
    at,
    codes,
    lines_of,
    placed_minutes,
    technician,
    ticket,
    unplaced_of,
    week_of,
)

ANA, BEA = 1, 2


def plan(technicians, tickets, policy="split"):
    return propose(week_of(technicians, tickets, policy))


# === THE PLANNER'S HAND === #


def test_blocked_tickets_keep_their_reasons_and_nobody_waits_behind_them():
    why = (because("balance", missing=45), because("hold"))
    result = plan([technician(ANA, 0)], [ticket(1, 90, blocked=why), ticket(2)], "stop")
    assert unplaced_of(result, 1).reasons == why
    assert [line.ticket for line in result.lines] == [2]


def test_excluded_ticket_is_not_planned_even_if_it_is_pinned():
    out = ticket(1, excluded="the client is on holiday", pinned_technician=ANA)
    result = plan([technician(ANA, 0)], [out])
    [reason] = unplaced_of(result, 1).reasons
    assert reason == because("excluded", reason="the client is on holiday")


def test_postponed_ticket_waits_for_its_week_even_if_it_is_pinned():
    later = ticket(1, not_before="2026-03-16", postponed="the client is away")
    pinned = ticket(2, not_before="2026-03-16", pinned_technician=ANA)
    now = ticket(3, not_before="2026-03-09")
    result = plan([technician(ANA, 0)], [later, pinned, now], "stop")
    assert [line.ticket for line in result.lines] == [3]
    [reason] = unplaced_of(result, 1).reasons
    assert reason == because(
        "postponed", week="2026-03-16", reason="the client is away"
    )


@pytest.mark.parametrize("week", ["soon", "2026-3-16"])
def test_postponed_until_is_a_day(week):
    with pytest.raises(ValueError):
        plan([], [ticket(1, not_before=week)])


def test_pinned_ticket_goes_before_all_others():
    found = [ticket(1, 400), ticket(2, 60, pinned_technician=ANA)]
    result = plan([technician(ANA, 0)], found)
    assert [(line.ticket, line.start) for line in result.lines] == [
        (1, at(0, 10)),
        (2, at(0, 9)),
    ]
    assert codes(lines_of(result, 2)[0].reasons) == ["pinned", "pinned_technician"]
    assert unplaced_of(result, 1).minutes == 40


def test_pinned_start_is_kept_and_others_flow_around_it():
    pinned = ticket(2, 60, pinned_technician=ANA, pinned_start=at(0, 10))
    result = plan([technician(ANA, 0)], [ticket(1, 120), pinned])
    assert lines_of(result, 2)[0].slots == ((at(0, 10), at(0, 11)),)
    assert lines_of(result, 1)[0].slots == (
        (at(0, 9), at(0, 10)),
        (at(0, 11), at(0, 12)),
    )


def test_who_is_planned_before_a_pinned_hour_that_is_too_short_says_so():
    """Half an hour of the second one fits; the third takes the morning, the first not
    because of it."""
    pinned = ticket(2, 60, pinned_technician=ANA, pinned_start=at(0, 15, 30))
    result = plan([technician(ANA, 0)], [ticket(1), pinned, ticket(3)])
    gap = because("fills_gap", ticket=2)
    assert [gap in line.reasons for line in result.lines] == [False, False, True]
    assert unplaced_of(result, 2).reasons == (because("continued", minutes=30),)


def test_pinned_ticket_without_room_says_so():
    pinned = ticket(1, 60, pinned_technician=ANA, pinned_start=at(0, 15, 30))
    result = plan([technician(ANA, 0), technician(BEA, 0)], [pinned], "stop")
    assert unplaced_of(result, 1).reasons == (because("no_room", minutes=60, room=30),)


def test_pinned_to_somebody_who_is_not_in_the_team():
    result = plan([technician(ANA, 0)], [ticket(1, pinned_technician=99)])
    assert unplaced_of(result, 1).reasons == (
        because("technician_absent", technicians=1),
    )


@pytest.mark.parametrize(
    ("changed", "placed", "left"), [(90, 90, 0), (20, 20, 40), (0, 0, 60), (60, 60, 0)]
)
def test_changed_minutes_are_planned_and_the_rest_stays(changed, placed, left):
    result = plan([technician(ANA, 0)], [ticket(1, 60, changed_minutes=changed)])
    assert placed_minutes(result)[1] == placed
    rest = unplaced_of(result, 1)
    assert (rest.minutes if rest else 0) == left
    note = because("minutes_changed", was=60, now=changed)
    said = [
        reason for one in (*result.lines, *result.unplaced) for reason in one.reasons
    ]
    assert (note in said) == (changed != 60)


def test_loads_say_what_each_technician_has_and_what_is_planned():
    team = [technician(BEA, 0), technician(ANA, 0, 1)]
    result = plan(team, [ticket(1, 100), ticket(2, 50, usual=BEA)])
    assert [(one.technician, one.capacity, one.planned) for one in result.loads] == [
        (ANA, 840, 100),
        (BEA, 420, 50),
    ]


# === WHAT IS REFUSED === #


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"tickets": [ticket(1), ticket(1)]}, "Candidate 1 comes twice"),
        ({"tickets": [ticket(1, 0)]}, "minutes must be at least 1"),
        ({"tickets": [ticket(1, 60, "2026-03-05")]}, "accepted_at must be like"),
        ({"tickets": [ticket(1, 60, "2026-03-05 10:00:00.5")]}, "accepted_at must be"),
        ({"tickets": [ticket(1, changed_minutes=-2)]}, "must not be negative"),
        ({"tickets": [ticket(1, pinned_start=5)]}, "needs a pinned_technician"),
        ({"technicians": [technician(1)] * 2}, "Technician 1 comes twice"),
        ({"technicians": [Technician(1, ((5, 9), (8, 12)))]}, "free is out of order"),
        ({"technicians": [Technician(1, ((5, 99_999),))]}, "free is out of order"),
        ({"technicians": [Technician(1, ((1430, 1450),))]}, "over midnight"),
        ({"technicians": [Technician(1, (), (1, 2))]}, "daily must be seven"),
        ({"technicians": [Technician(1, reserve=(-1,) * 7)]}, "reserve must be seven"),
        ({"policy": "whatever"}, "policy must be one of"),
        ({"days": (0, 1440)}, "days must be eight"),
    ],
)
def test_what_makes_no_sense_is_refused(values, message):
    values = {"technicians": [], "tickets": []} | values
    with pytest.raises(ValueError, match=message):
        week_of(**values)
