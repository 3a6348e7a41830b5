# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The prices of one unit, and the discounts that price tables show."""

from decimal import Decimal as D
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support_packs_engine.pricing import Offer, base_offer, discount_percent

OFFERS = st.builds(
    Offer, st.integers(1, 10_000), st.decimals("0.01", 100_000, places=2)
)


def offers(*pairs):
    return [Offer(quantity, D(price)) for quantity, price in pairs]


@pytest.mark.parametrize(
    ("packs", "single", "percents"),
    [
        # Credits [001], against 15 for 10.
        (
            [(15, 10), (30, 20), (60, 36), (120, 72), (240, 144), (480, 256)],
            None,
            [0, 0, 10, 10, 10, 20],
        ),
        # Hours [000], against one hour at 75 outside of packs.
        ([(1800, 1800), (3000, 2750), (4800, 4000)], (60, 75), [20, 27, 33]),
        # Minutes [002].
        ([(240, 200), (720, 540)], None, [0, 10]),
        # The single one is no base unless it holds fewer units.
        ([(60, 60), (120, 90)], (60, 75), [0, 25]),
        ([(60, 60), (120, 90)], (90, 900), [0, 25]),
        # Dearer by the unit is not a discount.
        ([(10, 10), (20, 30)], None, [0, 0]),
        # What is given away is a pack, but never the measure.
        ([(10, 0), (20, 20), (40, 30)], None, [100, 0, 25]),
        # Of two smallest ones, the cheaper.
        ([(60, 60), (60, 36), (120, 60)], None, [0, 0, 17]),
    ],
)
def test_discounts_of_a_price_table(packs, single, percents):
    packs = offers(*packs)
    base = base_offer(packs, Offer(single[0], D(single[1])) if single else None)
    assert [discount_percent(offer, base) for offer in packs] == percents


@pytest.mark.parametrize(
    ("price", "percent"), [("0.995", 1), ("0.9951", 0), ("0.985", 2), ("0.9949", 1)]
)
def test_percents_are_rounded_half_up(price, percent):
    assert discount_percent(Offer(1, D(price)), Offer(1, D(1))) == percent


def test_without_prices_there_is_no_base_and_no_discount():
    assert base_offer([]) is None
    assert base_offer(offers((10, 0)), Offer(1, D(0))) is None
    assert discount_percent(Offer(10, D(10)), None) == 0
    assert discount_percent(Offer(10, D(10)), Offer(1, D(0))) == 0


def test_single_is_the_base_where_packs_cost_nothing():
    assert base_offer(offers((10, 0)), Offer(60, D(75))) == Offer(60, D(75))


def test_offer_of_nothing_is_refused():
    with pytest.raises(ValueError, match="positive"):
        Offer(0, D(10))


@given(st.lists(OFFERS, min_size=1), st.none() | OFFERS)
def test_discount_is_what_is_saved_to_half_a_percent(packs, single):
    base = base_offer(packs, single)
    assert all(base.quantity <= offer.quantity for offer in packs)
    for offer in packs:
        percent = discount_percent(offer, base)
        saved = (1 - offer.unit_price / base.unit_price) * 100
        assert 0 <= percent <= 100
        assert percent == 0 or abs(percent - saved) <= Fraction(1, 2)
    assert discount_percent(base, base) == 0
