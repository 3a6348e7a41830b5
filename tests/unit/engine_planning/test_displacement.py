# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What moves out of a confirmed plan when time is taken from it, and what stays."""

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support_planning_engine import displaced
from support_planning_engine.displacement import Taken, displace
from support_planning_engine.inputs import place_order
from support_planning_engine.reasons import because
from support_planning_engine.scheduler import propose

from .common import at, inputs, teams, technician, ticket, week_of

ANA, BEA = 1, 2
URGENCY = because("urgency", ticket=99)
ABSENCE = because("absence", technician=ANA)


def moves_of(inputs, *taken, now=0):
    return displace(inputs, propose(inputs).lines, taken, now)


def takes(*spans, who=ANA, reason=ABSENCE):
    return Taken(who, spans, reason)


def said(moves):
    """Return by ticket: whom it is with now, for how long, and what is left."""
    return {
        move.ticket: (
            [(line.technician, line.minutes) for line in move.after],
            move.left,
        )
        for move in moves
    }


THREE = [ticket(1, 120), ticket(2, 180), ticket(3, 120)]  # all of Ana's seven hours


# === WHO MOVES === #


def test_latest_accepted_moves_first_and_to_a_colleague():
    given_inputs = week_of(
        [technician(ANA, 0), technician(BEA, 1)],
        [replace(one, usual=ANA) for one in THREE],
    )
    moves = moves_of(given_inputs, takes((at(0, 14), at(0, 16)), reason=URGENCY))
    assert said(moves) == {3: ([(BEA, 120)], 0)}
    [move] = moves
    assert (move.before.start, move.after[0].start) == (at(0, 14), at(1, 9))
    assert move.reason == URGENCY
    assert URGENCY in move.after[0].reasons


@pytest.mark.parametrize(
    ("policy", "left"), [("split", ([(ANA, 60)], 60)), ("stop", ([], 120))]
)
def test_without_a_colleague_it_goes_to_the_following_week(policy, left):
    """Under ``split`` only the minutes for which there is no room."""
    given_inputs = week_of([technician(ANA, 0)], THREE, policy)
    moves = moves_of(given_inputs, takes((at(0, 15), at(0, 16))))
    assert said(moves) == {3: left}


def test_time_at_the_beginning_shifts_the_others_and_drops_the_last():
    given_inputs = week_of([technician(ANA, 0)], THREE, "stop")
    moves = moves_of(given_inputs, takes((at(0, 9), at(0, 10))))
    assert said(moves) == {1: ([(ANA, 120)], 0), 3: ([], 120)}
    # The second one kept its hours; the first went where the third was.
    assert moves[0].after[0].slots == ((at(0, 10), at(0, 11)), (at(0, 14), at(0, 15)))


def test_unfinished_work_moves_after_the_rest_and_pinned_work_last():
    found = [
        ticket(1, 120),
        ticket(2, 120, carried=True),
        ticket(3, 120, pinned_technician=ANA),
    ]
    given_inputs = week_of([technician(ANA, 0, hours=(9, 15))], found, "stop")
    order = []
    for hours in (1, 3, 5):
        moves = moves_of(given_inputs, takes((at(0, 9), at(0, 9 + hours))))
        order.append({move.ticket for move in moves if move.left})
    assert order == [{1}, {1, 2}, {1, 2, 3}]


def test_pinned_work_is_not_given_to_a_colleague():
    given_inputs = week_of(
        [technician(ANA, 0), technician(BEA, 0)], [ticket(1, pinned_technician=ANA)]
    )
    assert said(moves_of(given_inputs, takes((0, at(6, 0))))) == {1: ([], 60)}


def test_only_who_may_do_it_takes_over():
    given_inputs = week_of(
        [technician(ANA, 0), technician(BEA, 0)],
        [ticket(1, 60, allowed=(ANA,)), ticket(2, 60, usual=ANA)],
    )
    moves = moves_of(given_inputs, takes((0, at(6, 0))))
    assert said(moves) == {1: ([], 60), 2: ([(BEA, 60)], 0)}


def test_earlier_accepted_gets_the_colleague_s_room():
    given_inputs = week_of(
        [technician(ANA, 0), technician(BEA, 0, hours=(9, 11))],
        [replace(one, usual=ANA) for one in THREE],
    )
    moves = moves_of(given_inputs, takes((0, at(6, 0))))
    assert said(moves) == {1: ([(BEA, 120)], 0), 2: ([], 180), 3: ([], 120)}


def test_colleague_does_it_after_the_own_work():
    given_inputs = week_of(
        [technician(ANA, 0), technician(BEA, 0)],
        [ticket(1, 300, usual=BEA), ticket(2, 100, usual=ANA)],
    )
    [move] = moves_of(given_inputs, takes((0, at(6, 0))))
    assert [line.slots for line in move.after] == [((at(0, 14), at(0, 15, 40)),)]


def test_day_of_a_colleague_is_full_of_what_is_done():
    """Of 200 minutes on Monday Ana has done 180 by noon, and has 20 to do."""
    ana = replace(technician(ANA, 0), daily=(200,) + (0,) * 6)
    given_inputs = week_of(
        [ana, technician(BEA, 0, hours=(13, 16))],
        [ticket(1, 200, usual=ANA), ticket(2, 100, usual=BEA)],
    )
    noon = at(0, 12)
    moves = moves_of(given_inputs, takes((noon, at(1, 0)), who=BEA), now=noon)
    assert said(moves) == {2: ([], 100)}


def test_pinned_work_stays_out_of_other_hands_wherever_its_line_is():
    """A line moved by hand, of a ticket that is pinned to somebody else."""
    given_inputs = week_of(
        [technician(ANA, 0), technician(BEA, 0)], [ticket(1, pinned_technician=BEA)]
    )
    [line] = propose(given_inputs).lines
    moved = replace(line, technician=ANA)
    moves = displace(given_inputs, [moved], [takes((0, at(6, 0)))])
    assert said(moves) == {1: ([], 60)}


# === WHAT STAYS === #


def test_urgency_within_the_reserve_moves_nothing():
    """Seven hours, two of them reserved: the plan has five."""
    ana = replace(
        technician(ANA, 0), daily=(300,) + (0,) * 6, reserve=(120,) + (0,) * 6
    )
    given_inputs = week_of([ana], [ticket(1, 180), ticket(2, 120)], "stop")
    evening = (at(0, 14), at(0, 16))
    assert moves_of(given_inputs, takes(evening, reason=URGENCY)) == ()
    longer = (at(0, 13, 50), at(0, 16))
    assert said(moves_of(given_inputs, takes(longer, reason=URGENCY))) == {2: ([], 120)}


def test_urgency_takes_from_the_share_for_support_not_from_other_work():
    """Seven hours, of which 200 minutes are for the plan and 40 are reserved."""
    ana = replace(technician(ANA, 0), daily=(200,) + (0,) * 6, reserve=(40,) + (0,) * 6)
    given_inputs = week_of([ana], [ticket(1, 140), ticket(2, 60)])
    late = takes((at(0, 14), at(0, 15, 40)), reason=URGENCY)
    assert said(moves_of(given_inputs, late)) == {2: ([], 60)}


def test_urgency_outside_of_the_working_hours_moves_nothing():
    given_inputs = week_of([technician(ANA, 0)], THREE)
    night = ((at(0, 20), at(0, 23)), (at(0, 3), at(0, 9)))
    assert moves_of(given_inputs, takes(*night, reason=URGENCY)) == ()


def test_what_is_done_stays_done():
    """Ana leaves on Monday at noon: an hour of the second ticket is done."""
    given_inputs = week_of(
        [technician(ANA, 0), technician(BEA, 1)],
        [replace(one, usual=ANA) for one in THREE],
    )
    noon = at(0, 12)
    moves = moves_of(given_inputs, takes((noon, at(7, 0))), now=noon)
    assert said(moves) == {2: ([(ANA, 60), (BEA, 120)], 0), 3: ([(BEA, 120)], 0)}


def test_colleague_is_not_given_time_that_is_over():
    given_inputs = week_of(
        [technician(ANA, 1), technician(BEA, 0)], [ticket(1, usual=ANA)]
    )
    taken = takes((at(1, 0), at(2, 0)))
    assert said(moves_of(given_inputs, taken)) == {1: ([(BEA, 60)], 0)}
    assert said(moves_of(given_inputs, taken, now=at(0, 16))) == {1: ([], 60)}


@pytest.mark.parametrize(
    ("change", "message"),
    [({"candidates": ()}, "ticket 1 is not"), ({"technicians": ()}, "technician 1 is")],
)
def test_line_that_the_inputs_do_not_know_is_refused(change, message):
    given_inputs = week_of([technician(ANA, 0)], [ticket(1)])
    lines = propose(given_inputs).lines
    with pytest.raises(ValueError, match=message):
        displace(replace(given_inputs, **change), lines, [])


# === WHATEVER IS TAKEN === #

# Somebody loses much of the week; there are colleagues, and there is room.
GIVEN = inputs(team=teams(least=2), longest=25)
TAKEN = st.lists(
    st.builds(
        lambda who, start, length, urgent: Taken(
            who, ((start, start + length),), URGENCY if urgent else ABSENCE
        ),
        st.integers(1, 3),
        st.integers(0, 200),
        st.integers(1, 200),
        st.booleans(),
    ),
    min_size=1,
    max_size=3,
)
NOW = st.just(0) | st.integers(0, 150)


def minutes_of(slots):
    return {minute for start, end in slots for minute in range(start, end)}


@given(GIVEN, TAKEN, NOW)
def test_every_minute_is_somewhere_and_nobody_has_too_many(given_inputs, taken, now):
    lines = propose(given_inputs).lines
    moves = displace(given_inputs, lines, taken, now)
    moved = {(move.ticket, move.before.technician) for move in moves}
    after = [line for line in lines if (line.ticket, line.technician) not in moved]
    for move in moves:
        assert (
            sum(line.minutes for line in move.after) + move.left == move.before.minutes
        )
        done = {minute for minute in minutes_of(move.before.slots) if minute < now}
        assert done <= {m for line in move.after for m in minutes_of(line.slots)}
        after += move.after
    for one in given_inputs.technicians:
        own = [line for line in after if line.technician == one.id]
        used = Counter(m for line in own for m in minutes_of(line.slots))
        assert all(count == 1 for count in used.values())
        assert set(used) <= minutes_of(one.free)
        lost = {
            minute
            for each in taken
            if each.technician == one.id
            for minute in minutes_of(each.spans)
        }
        assert not {minute for minute in used if minute >= now} & lost
        for day in range(7):
            assert sum(minute // 40 == day for minute in used) <= one.daily[day]


@given(GIVEN, TAKEN, NOW)
def test_least_order_moves_first_and_no_more_than_must(given_inputs, taken, now):
    """Of a technician's lines, whatever comes behind one that loses time loses all."""
    lines = propose(given_inputs).lines
    moves = displace(given_inputs, lines, taken, now)
    tickets = {one.id: one for one in given_inputs.candidates}
    concerned = {one.technician for one in taken}
    by_line = {(one.ticket, one.before.technician): one for one in moves}
    for who in {line.technician for line in lines}:
        own = [line for line in lines if line.technician == who]
        own.sort(
            key=lambda line: (
                not tickets[line.ticket].pinned_technician,
                place_order(tickets[line.ticket]),
            )
        )
        loser = False
        for line in own:
            move = by_line.get((line.ticket, who))
            assert who in concerned or move is None
            to_do = {minute for minute in minutes_of(line.slots) if minute >= now}
            stays = set(to_do)
            if move:
                stays = {
                    minute
                    for new in move.after
                    if new.technician == who
                    for minute in minutes_of(new.slots)
                    if minute >= now
                }
            if loser:
                assert not stays
            loser |= len(stays) < len(to_do)
            if given_inputs.policy != "split":
                assert len(stays) in (0, len(to_do))


@given(GIVEN, TAKEN, NOW, st.randoms(use_true_random=False))
def test_order_of_the_lines_does_not_matter_and_nothing_taken_moves_nothing(
    given_inputs, taken, now, random
):
    lines = list(propose(given_inputs).lines)
    moves = displace(given_inputs, lines, taken, now)
    random.shuffle(lines)
    assert displace(given_inputs, lines, taken, now) == moves
    nothing = [Taken(one.id, (), ABSENCE) for one in given_inputs.technicians]
    assert displace(given_inputs, lines, nothing, now) == ()
    assert displace(given_inputs, lines, [], now) == ()


# === WHAT WAS NOT DONE IN ITS TIME ===


def test_what_was_not_done_in_its_time_moves_like_the_rest():
    """An urgency that nobody announced took Monday from nine to eleven."""
    given_inputs = week_of([technician(ANA, 0)], THREE)
    urgency = takes((at(0, 9), at(0, 11)), reason=URGENCY)
    lines, noon = propose(given_inputs).lines, at(0, 12)
    assert displace(given_inputs, lines, [urgency], noon) == ()
    moves = displace(given_inputs, lines, [urgency], noon, {(1, ANA): 120})
    # An hour of the second ticket is done; four hours are left for six of work.
    assert said(moves) == {1: ([(ANA, 120)], 0), 3: ([], 120)}
    assert moves[0].after[0].slots == ((at(0, 14), at(0, 16)),)


def test_only_the_minutes_that_were_not_done_move():
    given_inputs = week_of([technician(ANA, 0)], [ticket(1, 120)])
    taken = [takes((at(0, 10), at(0, 11)))]
    lines, noon = propose(given_inputs).lines, at(0, 12)
    [move] = displace(given_inputs, lines, taken, noon, {(1, ANA): 30})
    slots = ((at(0, 9), at(0, 10, 30)), (at(0, 12), at(0, 12, 30)))
    assert move.after[0].slots == slots
    assert (move.after[0].minutes, move.left) == (120, 0)


def test_what_something_took_was_not_done_then():
    """What is done is rather what was planned beside it."""
    given_inputs = week_of([technician(ANA, 0)], [ticket(1, 120)])
    taken = [takes((at(0, 9), at(0, 10)), reason=URGENCY)]
    lines, noon = propose(given_inputs).lines, at(0, 12)
    [move] = displace(given_inputs, lines, taken, noon, {(1, ANA): 60})
    slots = ((at(0, 10), at(0, 11)), (at(0, 12), at(0, 13)))
    assert move.after[0].slots == slots


def test_shared_tickets_move_alike_whatever_the_order_of_their_lines():
    """Ana and Bea share a ticket; a third one has room for one of them."""
    given_inputs = week_of(
        [technician(ANA, 0), technician(BEA, 0), technician(3, 0, hours=(9, 11))],
        [ticket(1, 240)],
    )
    [line] = propose(given_inputs).lines
    slots = ((at(0, 9), at(0, 11)),)
    shared = [
        replace(
            line,
            technician=who,
            minutes=120,
            start=slots[0][0],
            end=slots[0][1],
            slots=slots,
        )
        for who in (ANA, BEA)
    ]
    taken = [takes((0, at(6, 0))), takes((0, at(6, 0)), who=BEA)]
    moves = displace(given_inputs, shared, taken)
    assert [(move.before.technician, move.left) for move in moves] == [
        (ANA, 0),
        (BEA, 120),
    ]
    assert displace(given_inputs, shared[::-1], taken) == moves
    text = displaced.dumps(given_inputs, shared[::-1], taken)
    assert displaced.repeat(text) == displaced.dumps_moves(moves)


@pytest.mark.parametrize("first", [0, 1])
def test_each_line_says_what_took_its_own_time(first):
    given_inputs = week_of(
        [technician(ANA, 0, 1)], [ticket(1, 420), ticket(2, 420)], "stop"
    )
    causes = [
        takes((at(0, 0), at(1, 0))),
        takes((at(1, 15), at(1, 16)), reason=URGENCY),
    ]
    moves = moves_of(given_inputs, causes[first], causes[1 - first])
    assert [move.reason for move in moves] == [ABSENCE, URGENCY]


@given(GIVEN, TAKEN, NOW, st.data())
def test_every_undone_minute_is_somewhere_too(given_inputs, taken, now, data):
    lines = propose(given_inputs).lines
    concerned = {one.technician for one in taken}
    undone = {
        (line.ticket, line.technician): data.draw(st.integers(1, 40))
        for line in lines
        if line.technician in concerned and line.start < now
    }
    moves = displace(given_inputs, lines, taken, now, undone)
    moved = {(move.ticket, move.before.technician) for move in moves}
    assert undone.keys() <= moved
    for move in moves:
        after = sum(line.minutes for line in move.after)
        assert after + move.left == move.before.minutes
        pair = (move.ticket, move.before.technician)
        over = {minute for minute in minutes_of(move.before.slots) if minute < now}
        own = {m for line in move.after for m in minutes_of(line.slots) if m < now}
        assert own <= over
        assert len(over) - len(own) == min(len(over), undone.get(pair, 0))
    text = displaced.dumps(given_inputs, lines, taken, now, undone)
    assert displaced.repeat(text) == displaced.dumps_moves(moves)
    assert displaced.dumps(given_inputs, lines[::-1], taken, now, undone) == text


def test_facts_of_something_else_are_refused():
    with pytest.raises(ValueError, match="not the facts"):
        displaced.repeat("{}")
