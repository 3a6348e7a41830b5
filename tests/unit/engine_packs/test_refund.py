# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Until when money is asked back, and how much it is, to the cent."""

from datetime import date, datetime, timedelta
from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support_packs_engine.expiry import local_date
from support_packs_engine.refund import (
    amount_due,
    last_day_to_ask,
    may_ask,
    pack_price,
)

CENT = D("0.01")
ROUNDINGS = st.sampled_from([D("0.01"), D("0.05"), D("1"), D("0.001")])
PRICES = st.integers(0, 1_000_000)


@pytest.mark.parametrize(
    ("ended_on", "days", "last"),
    [
        # Before 15 natural days after the end: until day 14.
        (date(2026, 3, 3), 15, date(2026, 3, 17)),
        (date(2026, 1, 31), 15, date(2026, 2, 14)),
        (date(2028, 2, 15), 15, date(2028, 2, 29)),
        (date(2026, 2, 15), 15, date(2026, 3, 1)),
        (date(2026, 12, 20), 15, date(2027, 1, 3)),
        # The clocks change on 29 March and on 25 October: days stay days.
        (date(2026, 3, 28), 2, date(2026, 3, 29)),
        (date(2026, 10, 24), 2, date(2026, 10, 25)),
        (date(2026, 3, 3), 1, date(2026, 3, 3)),
        (None, 15, None),
    ],
)
def test_last_day(ended_on, days, last):
    assert last_day_to_ask(ended_on, days) == last


@pytest.mark.parametrize(
    ("moment", "answer"),
    [
        # Ended on 15 March; the last day is 29 March, when Madrid springs forward.
        (datetime(2026, 3, 28, 23, 30), True),
        (datetime(2026, 3, 29, 21, 59), True),
        (datetime(2026, 3, 29, 22, 0), False),
        # It begins with the day of activation there: 10 March.
        (datetime(2026, 3, 9, 22, 59), False),
        (datetime(2026, 3, 9, 23, 0), True),
    ],
)
def test_window_is_of_local_days(moment, answer):
    today = local_date(moment, "Europe/Madrid")
    assert may_ask(today, date(2026, 3, 10), date(2026, 3, 15), 15) is answer


def test_no_refunds_means_none():
    assert not may_ask(date(2026, 3, 3), date(2026, 3, 3), None, 0)


def test_a_pack_that_never_began_is_not_refunded():
    assert not may_ask(date(2026, 3, 3), None, None, 15)


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(1, 400))
def test_window_after_the_end_has_so_many_days(ended_on, days):
    asked = [
        ended_on + timedelta(days=n)
        for n in range(days + 5)
        if may_ask(ended_on + timedelta(days=n), ended_on, ended_on, days)
    ]
    assert len(asked) == days
    assert asked[0] == ended_on


@pytest.mark.parametrize(
    ("price", "units", "granted", "amount"),
    [
        # 12 h at 540: half an hour lost by us, and three hours unused.
        ("540", 30, 720, "22.50"),
        ("540", 210, 720, "157.50"),
        ("200", 240, 240, "200.00"),
        ("200", 1, 240, "0.83"),
        ("200", 0, 240, "0.00"),
        ("0", 240, 240, "0.00"),
    ],
)
def test_amount(price, units, granted, amount):
    got = amount_due(D(price), units, granted, left=D(price), rounding=CENT)
    assert str(got.quantize(CENT)) == amount


@given(PRICES, st.lists(st.integers(0, 500), min_size=1, max_size=8), ROUNDINGS)
def test_refunds_of_a_pack_never_exceed_its_price(cents, parts, rounding):
    price = cents * rounding
    granted = sum(parts) or 1
    before, paid = 0, D(0)
    for units in parts:
        amount = amount_due(
            price, units, granted, before=before, left=price - paid, rounding=rounding
        )
        assert amount >= 0
        assert amount % rounding == 0
        before += units
        paid += amount
        assert paid <= price
    if before == granted:
        assert paid == price


@given(PRICES, st.integers(1, 5000), st.data())
def test_one_refund_is_within_half_a_cent_of_its_worth(cents, granted, data):
    price = cents * CENT
    units = data.draw(st.integers(0, granted))
    amount = amount_due(price, units, granted, left=price, rounding=CENT)
    assert abs(amount - price * units / granted) <= CENT / 2


@given(PRICES, st.integers(1, 500), st.data())
def test_never_more_than_the_invoice_has_left(cents, granted, data):
    price = cents * CENT
    left = data.draw(st.integers(0, cents)) * CENT
    units = data.draw(st.integers(0, granted))
    assert amount_due(price, units, granted, left=left, rounding=CENT) <= left


@given(PRICES, st.integers(1, 12), ROUNDINGS)
def test_packs_of_a_line_share_what_was_billed(cents, count, rounding):
    net = cents * rounding
    prices = [pack_price(net, D(count), n + 1, rounding) for n in range(count)]
    assert sum(prices) == net


def test_more_units_than_were_granted_are_refused():
    with pytest.raises(ValueError, match="more than 10"):
        amount_due(D(10), 6, 10, before=5, left=D(10), rounding=CENT)
    with pytest.raises(ValueError, match="negative"):
        amount_due(D(10), -1, 10, left=D(10), rounding=CENT)
    with pytest.raises(ValueError, match="index"):
        pack_price(D(10), D(1), 0, CENT)
    with pytest.raises(ValueError, match="days"):
        last_day_to_ask(date(2026, 1, 1), -1)
