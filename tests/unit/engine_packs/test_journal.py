# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The replay of a pack's entries finds everything that is wrong with them."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support_packs_engine.journal import KINDS, Entry, Problem, replay

SIGN = {"grant": "+", "usage": "-", "return": "+", "expiry": "-", "refund": "-"}


def _journal(*moves):
    """Return entries for (kind, signed quantity) pairs, numbered and summed."""
    balance, entries = 0, []
    for sequence, (kind, quantity) in enumerate(moves, start=1):
        balance += quantity
        entries.append(Entry(sequence, kind, quantity, balance))
    return entries


def _codes(entries, granted=1800):
    return [(item.sequence, item.code) for item in replay(entries, granted).problems]


GOOD = _journal(
    ("grant", 1800),
    ("usage", -120),
    ("return", 40),
    ("adjustment", -20),
    ("adjustment", 20),
    ("refund", -720),
    ("expiry", -1000),
)


def test_good_journal_has_no_problems():
    assert replay(GOOD, 1800).problems == ()


def test_balance_is_the_sum_of_the_entries():
    assert replay(GOOD[:3], 1800).balance == 1720


def test_pack_without_entries_has_nothing():
    assert replay([], 1800).balance == 0


def test_problem_tells_its_numbers():
    entries = [GOOD[0], replace(GOOD[1], balance_after=1700)]
    problem = Problem(2, "balance", {"expected": 1680, "found": 1700})
    assert replay(entries, 1800).problems == (problem,)


@pytest.mark.parametrize(
    ("entries", "problems"),
    [
        ([GOOD[0], replace(GOOD[1], sequence=3)], [(3, "sequence")]),
        ([replace(GOOD[0], sequence=0)], [(0, "sequence")]),
        ([GOOD[0], replace(GOOD[1], sequence=1)], [(1, "sequence")]),
        (_journal(("adjustment", 60)), [(1, "first_not_grant")]),
        (_journal(("grant", 60), ("gift", 60)), [(2, "kind")]),
        (_journal(("grant", 60), ("usage", 0)), [(2, "sign")]),
        (_journal(("grant", 60), ("adjustment", 0)), [(2, "sign")]),
        (_journal(("grant", 60), ("usage", -61)), [(2, "negative")]),
        (_journal(("grant", 1801)), [(1, "above_granted")]),
        (
            _journal(("grant", 60), ("usage", -10), ("return", 11)),
            [(3, "returned_above_used")],
        ),
        (
            _journal(("grant", 60), ("expiry", -10), ("return", 5)),
            [(3, "returned_above_used")],
        ),
        # One wrong balance is one problem: the replay goes on from the true sum.
        ([GOOD[0], replace(GOOD[1], balance_after=0), GOOD[2]], [(2, "balance")]),
    ],
)
def test_problem_is_found_where_it_is(entries, problems):
    assert _codes(entries) == problems


@pytest.mark.parametrize("kind", sorted(SIGN))
def test_wrong_sign_is_found(kind):
    wrong = -5 if SIGN[kind] == "+" else 5
    start = [("grant", 60), ("usage", -20)]
    assert (3, "sign") in _codes(_journal(*start, (kind, wrong)))


@pytest.mark.parametrize("kind", sorted(SIGN))
def test_right_sign_is_no_problem(kind):
    right = 5 if SIGN[kind] == "+" else -5
    start = [("grant", 60), ("usage", -20)]
    assert _codes(_journal(*start, (kind, right))) == []


MOVES = st.lists(
    st.tuples(st.sampled_from(KINDS), st.integers(-50, 50).filter(bool)), max_size=15
)


@given(MOVES)
def test_numbering_and_sums_made_by_the_rules_are_never_a_problem(moves):
    codes = {code for _sequence, code in _codes(_journal(*moves))}
    assert not codes & {"sequence", "balance", "kind"}


@given(MOVES.filter(bool), st.data())
def test_changed_entry_never_goes_unseen(moves, data):
    entries = _journal(*moves)
    index = data.draw(st.integers(0, len(entries) - 1))
    changed = entries[index]
    entries[index] = replace(changed, quantity=changed.quantity + 1)
    assert "balance" in {code for _sequence, code in _codes(entries)}


@given(MOVES.filter(lambda moves: len(moves) > 1), st.data())
def test_lost_entry_never_goes_unseen(moves, data):
    entries = _journal(*moves)
    del entries[data.draw(st.integers(0, len(entries) - 2))]
    assert "sequence" in {code for _sequence, code in _codes(entries)}
