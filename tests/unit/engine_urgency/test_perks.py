# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Perks of policies: on which day, which one, and what a line's discount comes to."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support_urgency_engine.perks import (
    Policy,
    add_discount,
    best_discount,
    month_of,
    take_discount_out,
    visits_a_month,
)

START, END = date(2026, 3, 3), date(2027, 3, 3)
INTERMEDIATE = Policy(1, "active", START, END, percent=15, visits=1)
DAYS = st.dates(date(2026, 1, 1), date(2028, 1, 1))
PERCENTS = st.integers(0, 99)
DISCOUNTS = st.decimals(0, 100, places=2)


@pytest.mark.parametrize(
    ("state", "in_force"),
    [
        ("pending", False),
        ("active", True),
        ("exhausted", True),
        ("expired", True),
        ("suspended", False),
        ("refunded", False),
        ("cancelled", False),
    ],
)
def test_by_state_within_its_days(state, in_force):
    policy = replace(INTERMEDIATE, state=state)
    assert policy.is_in_force(START) is in_force
    assert policy.is_in_force(END) is in_force
    assert not policy.is_in_force(START - timedelta(days=1))
    assert not policy.is_in_force(END + timedelta(days=1))


def test_without_an_end_it_ends_with_its_units():
    policy = replace(INTERMEDIATE, ends_on=None)
    assert policy.is_in_force(date(2040, 1, 1))
    assert not replace(policy, state="exhausted").is_in_force(START)
    assert not replace(policy, starts_on=None).is_in_force(START)


def test_the_day_after_expiry_there_is_nothing():
    """[004] golden: Intermediate in force 15 %, the day after expiry 0 %."""
    assert best_discount([INTERMEDIATE], END) == INTERMEDIATE
    assert best_discount([INTERMEDIATE], END + timedelta(days=1)) is None
    assert visits_a_month([INTERMEDIATE], END + timedelta(days=1)) == 0


@given(st.lists(st.tuples(DAYS, st.integers(0, 400), PERCENTS), max_size=5), DAYS)
def test_the_best_one_gives_as_much_as_any_in_force(rows, day):
    policies = [
        Policy(number, "active", start, start + timedelta(days=length), percent)
        for number, (start, length, percent) in enumerate(rows)
    ]
    best = best_discount(policies, day)
    expected = max((one.percent for one in policies if one.is_in_force(day)), default=0)
    assert (best.percent if best else 0) == expected
    assert best_discount(policies[::-1], day) == best


@given(DISCOUNTS, PERCENTS)
def test_added_and_taken_out_again(discount, percent):
    with_perk = add_discount(discount, percent)
    assert discount <= with_perk <= 100
    assert abs(take_discount_out(with_perk, percent) - discount) < Decimal("1e-9")


@given(DISCOUNTS, PERCENTS, st.integers(1, 1_000_000))
def test_shown_or_hidden_the_client_pays_the_same(discount, percent, price):
    """The price list's discount in the price, or beside it: one net price."""
    shown = price * (100 - add_discount(discount, percent)) / 100
    hidden = price * (100 - discount) / 100 * (100 - Decimal(percent)) / 100
    assert abs(shown - hidden) < Decimal("1e-9")


@given(DAYS)
def test_months_hold_their_day_and_do_not_overlap(day):
    first, last = month_of(day)
    assert first <= day <= last
    assert first.day == 1
    assert (last + timedelta(days=1)).day == 1
    assert (first.month, first.year) == (last.month, last.year)
