"""Money for what no pack covers: exact, rounded once, in two shares that add up."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support_packs_engine.overage import Overage, overage

CENT = Decimal("0.01")


def _hour(uncovered, quantity, surcharge=0, price="75", rounding=CENT):
    return overage(
        uncovered,
        quantity=quantity,
        surcharge=surcharge,
        price=Decimal(price),
        per=60,
        rounding=rounding,
    )


def _amounts(base, surcharge="0"):
    return Overage(Decimal(base), Decimal(surcharge))


@pytest.mark.parametrize(
    ("uncovered", "quantity", "surcharge", "amounts"),
    [
        (90, 90, 30, _amounts("75.00", "37.50")),
        (92, 92, 31, _amounts("76.25", "38.75")),
        (60, 90, 30, _amounts("50.00", "25.00")),
        (20, 20, 0, _amounts("25.00")),
        (0, 0, 0, _amounts("0")),
    ],
)
def test_golden(uncovered, quantity, surcharge, amounts):
    assert _hour(uncovered, quantity, surcharge) == amounts


def test_a_currency_without_cents():
    assert _hour(20, 20, price="1000", rounding=Decimal("1")).total == 333


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: _hour(-1, 10), "uncovered"),
        (lambda: _hour(11, 10), "quantity"),
        (lambda: _hour(1, 10, -1), "surcharge"),
        (lambda: _hour(1, 10, 11), "surcharge"),
        (lambda: _hour(1, 10, rounding=Decimal(0)), "rounding"),
    ],
)
def test_wrong_values_are_named(call, name):
    with pytest.raises(ValueError, match=name):
        call()


@given(
    st.integers(0, 5000),
    st.integers(0, 5000),
    st.integers(0, 5000),
    st.decimals(0, 500, places=2),
)
def test_shares_add_up_and_the_total_is_rounded_once(covered, rest, added, price):
    quantity = covered + rest
    added = min(added, quantity)
    result = _hour(rest, quantity, added, price=price)
    exact = price * rest / 60
    assert abs(result.total - exact) <= CENT / 2
    assert result.base >= 0 and result.surcharge >= 0
