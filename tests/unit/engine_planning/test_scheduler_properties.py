# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What holds for every plan, whatever the team, the tickets and the policy."""

from collections import Counter, defaultdict
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from support_planning_engine.inputs import Inputs, place_order, to_plan
from support_planning_engine.reasons import REASONS
from support_planning_engine.receipt import dumps, dumps_proposal, loads, repeat
from support_planning_engine.scheduler import propose

from .common import codes, inputs, lines_of, placed_minutes, unplaced_of
from .oracle import naive_plan

# Reasons of a ticket that is not planned for which others may pass it.
MAY_NOT_ENTER = {
    "hold",
    "balance",
    "excluded",
    "postponed",
    "after_cutoff",
    "waits_for_technician",
    "technician_absent",
    "longer_than_week",
}


@given(inputs())
def test_minute_by_minute_it_is_the_same(given_inputs):
    """An independent way: sets of minutes, without any of the engine's code."""
    planned = {
        (line.ticket, line.technician): [
            minute for start, end in line.slots for minute in range(start, end)
        ]
        for line in propose(given_inputs).lines
    }
    assert planned == naive_plan(given_inputs)


@given(inputs())
def test_nobody_is_given_more_than_there_is(given_inputs):
    """Per technician: free minutes only, each once, and per day what may be planned."""
    proposal = propose(given_inputs)
    used = defaultdict(Counter)
    for line in proposal.lines:
        for start, end in line.slots:
            used[line.technician].update(range(start, end))
    for one in given_inputs.technicians:
        minutes = used.pop(one.id, Counter())
        free = {m for start, end in one.free for m in range(start, end)}
        assert set(minutes) <= free
        assert all(count == 1 for count in minutes.values())
        days = Counter(minute // 40 for minute in minutes)
        assert all(days[day] <= one.daily[day] for day in range(7))
    assert not used


@given(inputs())
def test_every_accepted_minute_is_planned_or_has_a_reason_why_not(given_inputs):
    proposal = propose(given_inputs)
    placed = placed_minutes(proposal)
    left = {one.ticket: one for one in proposal.unplaced}
    assert len(left) == len(proposal.unplaced)
    for ticket in given_inputs.candidates:
        rest = left.pop(ticket.id, None)
        minutes = rest.minutes if rest else 0
        assert placed[ticket.id] + minutes == max(ticket.minutes, to_plan(ticket))
        assert rest is None or (rest.minutes > 0 and rest.reasons)
    assert not left


@given(inputs())
def test_order_of_acceptance_is_never_violated_without_a_stated_reason(given_inputs):
    """Who has a line by a technician although somebody before it, who could have gone
    there, is not planned in full: one of the two says why."""
    proposal = propose(given_inputs)
    ordered = sorted(given_inputs.candidates, key=place_order)
    for index, earlier in enumerate(ordered):
        rest = unplaced_of(proposal, earlier.id)
        if rest is None or set(codes(rest.reasons)) & MAY_NOT_ENTER:
            continue
        if placed_minutes(proposal)[earlier.id] >= to_plan(earlier):
            continue  # the planner wanted less
        for later in ordered[index + 1 :]:
            for line in lines_of(proposal, later.id):
                if could_go_to(earlier, line.technician):
                    said = set(codes(line.reasons))
                    assert said & {"pinned", "fills_gap"}, (earlier, line)


def could_go_to(ticket, technician):
    if ticket.pinned_technician:
        return ticket.pinned_technician == technician
    return not ticket.allowed or technician in ticket.allowed


@given(inputs())
def test_gap_is_filled_only_under_skip_or_before_a_pinned_hour(given_inputs):
    for line in propose(given_inputs).lines:
        for reason in line.reasons:
            if reason.code == "fills_gap":
                tickets = {one.id: one for one in given_inputs.candidates}
                gap = tickets[reason.get("ticket")]
                assert place_order(gap) < place_order(tickets[line.ticket])
                assert given_inputs.policy == "skip" or gap.pinned_start > 0


@given(inputs(), st.randoms(use_true_random=False))
def test_order_of_the_inputs_does_not_matter(given_inputs, random):
    def shuffled(values):
        values = list(values)
        random.shuffle(values)
        return tuple(values)

    tickets = [
        replace(one, allowed=shuffled(one.allowed), blocked=shuffled(one.blocked))
        for one in given_inputs.candidates
    ]
    again = replace(
        given_inputs,
        technicians=shuffled(given_inputs.technicians),
        candidates=shuffled(tickets),
        experience=shuffled(given_inputs.experience),
    )
    assert again == given_inputs
    assert dumps(again) == dumps(given_inputs)
    assert dumps_proposal(propose(again)) == dumps_proposal(propose(given_inputs))


@given(inputs())
def test_receipt_gives_the_same_inputs_and_the_same_plan(given_inputs):
    text = dumps(given_inputs)
    read = loads(text)
    assert isinstance(read, Inputs)
    assert read == given_inputs
    assert dumps(read) == text
    assert repeat(text) == dumps_proposal(propose(given_inputs))


@given(inputs())
def test_barred_work_is_never_planned_and_pinned_work_stays(given_inputs):
    proposal = propose(given_inputs)
    for ticket in given_inputs.candidates:
        lines, rest = lines_of(proposal, ticket.id), unplaced_of(proposal, ticket.id)
        if ticket.excluded:
            assert rest.reasons[0].get("reason") == ticket.excluded
        postponed = ticket.not_before > given_inputs.monday
        if postponed:
            assert "postponed" in codes(rest.reasons)
        if ticket.blocked:
            assert set(ticket.blocked) <= set(rest.reasons)
        if ticket.accepted_at > given_inputs.cutoff:
            assert "after_cutoff" in codes(rest.reasons)
        if (
            ticket.excluded
            or ticket.blocked
            or postponed
            or ticket.accepted_at > given_inputs.cutoff
        ):
            assert not lines
        for line in lines:
            if ticket.pinned_technician:
                assert line.technician == ticket.pinned_technician
                assert line.start >= ticket.pinned_start
                assert codes(line.reasons)[:2] == ["pinned", "pinned_technician"]
            elif ticket.allowed:
                assert line.technician in ticket.allowed


@given(inputs())
def test_who_pins_the_whole_plan_gets_it_again(given_inputs):
    """Undisturbed by what was not pinned: technician and minutes stay."""
    proposal = propose(given_inputs)
    single = {
        line.ticket: line
        for line in proposal.lines
        if "shared" not in codes(line.reasons)
    }
    pinned = tuple(
        replace(
            one,
            pinned_technician=single[one.id].technician,
            pinned_start=single[one.id].start,
            changed_minutes=single[one.id].minutes,
        )
        if one.id in single
        else replace(one, excluded="no")
        for one in given_inputs.candidates
    )
    again = propose(replace(given_inputs, candidates=pinned))
    assert {(line.ticket, line.technician, line.minutes) for line in again.lines} == {
        (line.ticket, line.technician, line.minutes) for line in single.values()
    }


@given(inputs())
def test_what_lines_and_loads_say_is_consistent(given_inputs):
    proposal = propose(given_inputs)
    places = {
        one.id: place
        for place, one in enumerate(sorted(given_inputs.candidates, key=place_order), 1)
    }
    by_person = Counter()
    for line in proposal.lines:
        assert line.place == places[line.ticket]
        assert line.minutes == sum(end - start for start, end in line.slots) > 0
        assert (line.start, line.end) == (line.slots[0][0], line.slots[-1][1])
        assert list(line.slots) == sorted(line.slots)
        by_person[line.technician] += line.minutes
    assert [one.place for one in proposal.unplaced] == sorted(
        places[one.ticket] for one in proposal.unplaced
    )
    assert [line.place for line in proposal.lines] == sorted(
        line.place for line in proposal.lines
    )
    for load in proposal.loads:
        assert load.planned == by_person[load.technician] <= load.capacity
    assert len(proposal.loads) == len(given_inputs.technicians)
    # Who does a ticket alone, and who shares it, is said.
    for ticket in given_inputs.candidates:
        lines = lines_of(proposal, ticket.id)
        assert len({line.technician for line in lines}) == len(lines)
        for line in lines:
            assert ("shared" in codes(line.reasons)) == (len(lines) > 1)
    # Every reason is known with its parameters, so that it can be said in words.
    for one in (*proposal.lines, *proposal.unplaced):
        for reason in one.reasons:
            if reason.code not in ("hold", "balance"):
                assert [name for name, _value in reason.params] == sorted(
                    REASONS[reason.code]
                )
    for line in proposal.lines:
        assert line.reasons[0].code in ("order", "carried", "pinned")
        assert line.reasons[1].code in (
            "pinned_technician",
            "began",
            "usual",
            "experience",
            "room",
        )
