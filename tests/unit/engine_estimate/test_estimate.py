# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""How much may be worked on an accepted estimate, whatever the numbers."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support_planning_engine.estimate import Use, credits_of, limit

MINUTES = st.integers(1, 100_000)
TOLERANCE = st.integers(0, 100)


@pytest.mark.parametrize(
    ("minutes", "tolerance", "asks_at"),
    [(60, 10, 66), (100, 10, 110), (55, 10, 61), (1, 10, 2), (60, 0, 60), (7, 100, 14)],
)
def test_where_the_ticket_asks(minutes, tolerance, asks_at):
    assert limit(minutes, tolerance) == asks_at
    assert not Use(minutes, tolerance, asks_at - 1).reached
    assert Use(minutes, tolerance, asks_at).reached


@pytest.mark.parametrize(("minutes", "tolerance"), [(-1, 10), (60, -1)])
def test_numbers_below_zero_are_refused(minutes, tolerance):
    with pytest.raises(ValueError):
        limit(minutes, tolerance)


def test_nothing_accepted_is_never_used_up():
    assert not Use(0, 10, 500).reached


@given(MINUTES, TOLERANCE, st.integers(0, 300_000))
def test_it_asks_exactly_from_the_estimate_and_its_tolerance_on(minutes, percent, done):
    exact = Fraction(minutes * (100 + percent), 100)
    assert Use(minutes, percent, done).reached == (done >= exact)


@given(MINUTES, TOLERANCE, TOLERANCE)
def test_more_tolerance_never_asks_earlier(minutes, one, other):
    assert limit(minutes, min(one, other)) <= limit(minutes, max(one, other))


@given(st.integers(0, 100_000), st.integers(1, 240))
def test_credits_hold_the_minutes_and_not_one_credit_more(minutes, per_credit):
    credits = credits_of(minutes, per_credit)
    assert credits * per_credit >= minutes > (credits - 1) * per_credit
