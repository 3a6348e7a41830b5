# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Shares of money, to the cent."""

from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support_packs_engine.split import share, split

CENT = D("0.01")
ROUNDINGS = st.sampled_from([D("0.01"), D("0.05"), D("1"), D("0.001")])
MONEY = st.decimals(-1_000_000, 1_000_000, places=2)
WEIGHTS = st.lists(st.integers(0, 5000), min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("total", "part", "whole", "rounding", "result"),
    [
        # The price of uncovered minutes: 75 for 60.
        ("75", 90, 60, "0.01", "112.50"),
        ("75", 92, 60, "0.01", "115.00"),
        ("75", 60, 60, "0.01", "75.00"),
        # 720 minutes at 0.75: half an hour of them.
        ("540", 30, 720, "0.01", "22.50"),
        ("10", 1, 3, "0.01", "3.33"),
        ("20", 1, 3, "0.01", "6.67"),
        ("0.05", 1, 2, "0.01", "0.03"),
        ("-0.05", 1, 2, "0.01", "-0.03"),
        ("1", 1, 8, "0.05", "0.15"),
        ("10000", 85, 100, "1", "8500"),
        ("75", 0, 60, "0.01", "0.00"),
    ],
)
def test_share_is_rounded_once_half_away_from_zero(
    total, part, whole, rounding, result
):
    assert str(share(D(total), part, whole, D(rounding))) == result


@pytest.mark.parametrize(
    ("total", "weights", "result"),
    [
        # Base and surcharge of urgent work without a pack, or with a part of one.
        ("112.50", (60, 30), ["75.00", "37.50"]),
        ("115.00", (61, 31), ["76.25", "38.75"]),
        ("75.00", (60, 30), ["50.00", "25.00"]),
        ("100", (1, 1, 1), ["33.33", "33.34", "33.33"]),
        ("-100", (1, 1, 1), ["-33.33", "-33.34", "-33.33"]),
        ("0.01", (1, 1), ["0.01", "0.00"]),
        ("10", (0, 5, 0), ["0.00", "10.00", "0.00"]),
        ("10", (0, 0), ["5.00", "5.00"]),
        ("10.005", (1,), ["10.01"]),
        ("0", (3, 4), ["0.00", "0.00"]),
    ],
)
def test_total_is_split(total, weights, result):
    assert [str(part) for part in split(D(total), weights, CENT)] == result


def test_nothing_is_split_among_nobody():
    assert split(D(0), (), CENT) == ()


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: share(D(1), 1, 0, CENT), "whole"),
        (lambda: share(D(1), -1, 1, CENT), "part"),
        (lambda: share(D(1), 1, 1, D(0)), "rounding"),
        (lambda: split(D(1), (1, -1), CENT), "weights"),
        (lambda: split(D(1), (), CENT), "weights"),
        (lambda: split(D(1), (1,), D("-0.01")), "rounding"),
    ],
)
def test_bad_value_is_refused_by_its_name(call, name):
    with pytest.raises(ValueError, match=name):
        call()


@given(MONEY, WEIGHTS, ROUNDINGS)
def test_shares_sum_to_the_rounded_total(total, weights, rounding):
    assert sum(split(total, weights, rounding)) == share(total, 1, 1, rounding)


@given(MONEY, WEIGHTS, ROUNDINGS)
def test_share_is_less_than_one_rounding_off(total, weights, rounding):
    weights = weights if any(weights) else [1] * len(weights)
    for part, weight in zip(split(total, weights, rounding), weights, strict=True):
        # In whole numbers, so that nothing is rounded on the way.
        error = abs(int(part * 1000) * sum(weights) - int(total * 1000) * weight)
        assert error < int(rounding * 1000) * sum(weights)


@given(MONEY, WEIGHTS, ROUNDINGS)
def test_no_share_has_the_other_sign(total, weights, rounding):
    assert all(part * total >= 0 for part in split(total, weights, rounding))


@given(MONEY, WEIGHTS.filter(any), ROUNDINGS)
def test_weight_of_zero_gets_nothing(total, weights, rounding):
    parts = split(total, weights, rounding)
    assert all(
        not part for part, weight in zip(parts, weights, strict=True) if not weight
    )


@given(MONEY, WEIGHTS, ROUNDINGS)
def test_credit_note_mirrors_its_invoice(total, weights, rounding):
    mirrored = tuple(-part for part in split(total, weights, rounding))
    assert split(-total, weights, rounding) == mirrored


@given(MONEY, st.integers(0, 5000), st.integers(1, 5000), ROUNDINGS)
def test_share_is_the_nearest_there_is(total, part, whole, rounding):
    exact = int(total * 1000) * part
    found = int(share(total, part, whole, rounding) * 1000) * whole
    assert 2 * abs(found - exact) <= int(rounding * 1000) * whole
