# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Ten times the tickets take at most eleven times as long.

Counted in calls of functions, which no other work on the machine can change; the clock
is only asked whether it agrees roughly, so that nothing slow hides inside one call.
"""

import functools
import random
import sys
import time

import pytest
from support_planning_engine.inputs import Experience
from support_planning_engine.receipt import dumps, dumps_proposal
from support_planning_engine.scheduler import propose

from .common import Candidate, technician, week_of

TECHNICIANS = 50
FEW, MANY = 1_000, 10_000
# Short ones fit all in; of long ones most find no room.
LENGTHS = {"short": (5, 15), "long": (30, 240)}


@functools.cache
def big_week(tickets, policy, lengths):
    """Return a week of 50 technicians and so many tickets, the same each time."""
    dice = random.Random(tickets)
    return week_of(
        [technician(id, *range(5)) for id in range(1, TECHNICIANS + 1)],
        [
            Candidate(
                id,
                dice.randint(*lengths),
                f"2026-03-0{dice.randint(1, 5)} {dice.randint(0, 23):02}:00:00",
                kind=dice.randint(1, 20),
                usual=dice.choice([0, dice.randint(1, TECHNICIANS)]),
            )
            for id in range(1, tickets + 1)
        ],
        policy,
        [
            Experience(kind, who, dice.randint(0, 30))
            for kind in range(1, 16)
            for who in range(1, TECHNICIANS + 1)
        ],
    )


def calls_of(function, *args):
    """Return how many functions are called, Python's own ones included."""
    count = 0

    def note(_frame, event, _arg):
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        function(*args)
    finally:
        sys.setprofile(before)
    return count


def seconds_of(function, *args):
    """Return the processor time of the quicker of two runs, in nanoseconds."""
    times = []
    for _run in range(2):
        begun = time.process_time_ns()
        function(*args)
        times.append(time.process_time_ns() - begun)
    return min(times)


@pytest.mark.parametrize(
    ("policy", "lengths", "few"),
    [("split", "short", FEW), ("stop", "long", 200), ("skip", "long", 200)],
)
def test_ten_times_the_tickets_take_at_most_eleven_times_the_steps(
    policy, lengths, few
):
    once, ten_times = (
        calls_of(propose, big_week(count, policy, LENGTHS[lengths]))
        for count in (few, 10 * few)
    )
    assert ten_times <= 11 * once


def test_ten_times_the_tickets_make_receipts_at_most_eleven_times_as_long():
    few, many = (big_week(count, "split", LENGTHS["short"]) for count in (100, FEW))
    assert len(dumps(many)) <= 11 * len(dumps(few))
    assert calls_of(dumps, many) <= 11 * calls_of(dumps, few)
    assert calls_of(dumps_proposal, propose(many)) <= 11 * calls_of(
        dumps_proposal, propose(few)
    )


def test_the_clock_agrees_roughly():
    """What grew with the square would take a hundred times as long."""
    few, many = (
        seconds_of(propose, big_week(count, "split", LENGTHS["short"]))
        for count in (FEW, MANY)
    )
    assert many <= 25 * few
