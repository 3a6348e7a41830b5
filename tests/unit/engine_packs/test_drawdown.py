# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Which packs pay, to which it goes back, and what is posted for a difference."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support_packs_engine.drawdown import (
    Part,
    Return,
    Usage,
    available,
    converge,
    draw_down,
    draw_order,
    drawable,
    give_back,
)

from .common import TODAY, days, pack, packs, usages

YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)
NEXT_YEAR = date(2027, 3, 3)


def _parts(*pairs):
    return tuple(Part(*pair) for pair in pairs)


# === order === #


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (pack(9, expires=TOMORROW), pack(1, expires=NEXT_YEAR)),
        (pack(9, expires=NEXT_YEAR), pack(1)),
        (pack(9, expires=date.max), pack(1)),
        (pack(9, activated=YESTERDAY), pack(1)),
        (pack(1), pack(9)),
    ],
    ids=["sooner end", "end before none", "latest end", "older", "lower id"],
)
def test_first_to_be_drawn(first, second):
    assert sorted([second, first], key=draw_order) == [first, second]


def test_old_bono_is_emptied_before_the_new_one():
    old, new = pack(1, 70, 1800, expires=TOMORROW), pack(2, 3000, expires=NEXT_YEAR)
    assert draw_down([new, old], 100, TODAY).parts == _parts((1, 70), (2, 30))


def test_registration_pack_is_drawn_before_the_recharge():
    registration, recharge = pack(2, 20, 60, expires=NEXT_YEAR), pack(1, 60)
    draw = draw_down([recharge, registration], 45, TODAY)
    assert draw.parts == _parts((2, 20), (1, 25))


def test_urgent_ticket_takes_ninety_minutes_of_a_bono():
    draw = draw_down([pack(1, 1800)], 90, TODAY)
    assert (draw.parts, draw.covered, draw.uncovered) == (_parts((1, 90)), 90, 0)


def test_what_the_pack_lacks_is_uncovered():
    draw = draw_down([pack(1, 30, 1800)], 90, TODAY)
    assert (draw.covered, draw.uncovered) == (30, 60)


def test_nothing_to_draw_leaves_no_part():
    assert draw_down([pack()], 0, TODAY).parts == ()


# === validity === #


def test_last_day_of_a_pack_is_a_good_day():
    assert available([pack(1, 30, expires=TODAY)], TODAY) == 30


def test_day_after_the_last_is_not():
    assert draw_down([pack(1, 30, expires=YESTERDAY)], 10, TODAY).uncovered == 10


def test_late_work_draws_by_its_own_date():
    assert draw_down([pack(1, 30, expires=YESTERDAY)], 10, YESTERDAY).covered == 10


def test_work_from_before_the_purchase_may_draw():
    assert draw_down([pack(1, 30, activated=TOMORROW)], 10, TODAY).covered == 10


def test_empty_pack_is_not_drawable():
    assert drawable([pack(1, 0, 30)], TODAY) == ()


# === giving back === #


def test_last_drawn_goes_back_first():
    assert give_back(usages(70, 30), 40) == (Return(102, 2, 30), Return(101, 1, 10))


def test_recorded_order_wins_over_the_order_of_the_list():
    assert give_back(reversed(usages(70, 30)), 30) == (Return(102, 2, 30),)


def test_given_sequence_wins_over_entry_ids():
    drawn = [Usage(8, 1, 10, sequence=2), Usage(9, 2, 10, sequence=1)]
    assert give_back(drawn, 5) == (Return(8, 1, 5),)


def test_usage_already_returned_is_passed_over():
    assert give_back(usages(70, 0), 10) == (Return(101, 1, 10),)


def test_two_draws_on_one_pack_are_returned_apart():
    drawn = [Usage(1, 5, 60), Usage(2, 5, 20)]
    assert give_back(drawn, 40) == (Return(2, 5, 20), Return(1, 5, 20))


def test_more_than_is_outstanding_is_refused():
    with pytest.raises(ValueError, match="1 units more"):
        give_back(usages(70, 30), 101)


def test_ambiguous_order_is_refused():
    with pytest.raises(ValueError, match="sequence"):
        give_back([Usage(1, 1, 5, sequence=2), Usage(2, 2, 5, sequence=2)], 5)


# === converging === #


def _converge(target, packs=(), usages=(), uncovered=0, settle=0):
    return converge(
        target, packs=packs, usages=usages, uncovered=uncovered, on=TODAY, settle=settle
    )


def test_first_entry_draws_the_minimum():
    assert _converge(60, [pack()]).draws == _parts((1, 60))


def test_second_entry_within_the_minimum_posts_nothing():
    assert _converge(60, [pack()], usages(60)).posts_nothing


def test_third_entry_draws_the_difference():
    assert _converge(80, [pack()], usages(60)).draws == _parts((1, 20))


def test_cancelled_urgency_gives_forty_back():
    movement = _converge(80, [pack()], usages(120))
    assert (movement.returns, movement.covered) == ((Return(101, 1, 40),), 80)


def test_lost_dispute_returns_to_the_same_pack():
    movement = _converge(690, [pack(2)], usages(720))
    assert movement.returns == (Return(101, 1, 30),)


def test_decrease_shrinks_the_uncovered_first():
    movement = _converge(70, [], usages(30), uncovered=60)
    assert (movement.returns, movement.covered, movement.uncovered) == ((), 30, 40)


def test_decrease_beyond_the_uncovered_goes_back_to_the_pack():
    movement = _converge(20, [], usages(30), uncovered=60)
    assert (movement.covered, movement.uncovered) == (20, 0)


def test_increase_draws_only_the_increase():
    movement = _converge(100, [pack()], usages(30), uncovered=60)
    assert (movement.draws, movement.uncovered) == (_parts((1, 10)), 60)


def test_purchase_settles_what_waited():
    movement = _converge(90, [pack()], usages(30), uncovered=60, settle=60)
    assert (movement.draws, movement.uncovered) == (_parts((1, 60)), 0)


def test_small_purchase_settles_a_part():
    movement = _converge(90, [pack(1, 20)], uncovered=90, settle=90)
    assert (movement.covered, movement.uncovered) == (20, 70)


def test_what_was_invoiced_is_not_settled():
    movement = _converge(90, [pack()], uncovered=90, settle=30)
    assert (movement.covered, movement.uncovered) == (30, 60)


def test_a_decrease_takes_what_waits_before_what_was_invoiced():
    movement = _converge(70, [pack()], uncovered=90, settle=30)
    assert (movement.covered, movement.uncovered) == (10, 60)


def test_decrease_and_settlement_come_together():
    movement = _converge(70, [pack(1, 20)], uncovered=90, settle=90)
    assert (movement.covered, movement.uncovered) == (20, 50)


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: _converge(-1), "target"),
        (lambda: _converge(1, uncovered=-1), "uncovered"),
        (lambda: _converge(1.0), "target"),
        (lambda: draw_down([], -1, TODAY), "quantity"),
        (lambda: give_back([], -1), "quantity"),
        (lambda: Usage(1, 1, -1), "quantity of usage 1"),
        (lambda: pack(7, -1, 10), "balance of pack 7"),
        (lambda: pack(7, 11, 10), "balance of pack 7"),
    ],
)
def test_bad_value_is_refused_by_its_name(call, name):
    with pytest.raises(ValueError, match=name):
        call()


# === properties === #


@given(packs(), st.integers(0, 1000), days())
def test_parts_and_uncovered_make_the_quantity(packs, quantity, on):
    draw = draw_down(packs, quantity, on)
    assert sum(part.quantity for part in draw.parts) == draw.covered
    assert draw.covered + draw.uncovered == quantity


@given(packs(), st.integers(0, 1000), days())
def test_no_pack_gives_more_than_it_has(packs, quantity, on):
    balances = {pack.id: pack.balance for pack in packs}
    for part in draw_down(packs, quantity, on).parts:
        assert 0 < part.quantity <= balances[part.pack_id]


@given(packs(), st.integers(0, 1000), days())
def test_uncovered_means_that_nothing_is_left(packs, quantity, on):
    draw = draw_down(packs, quantity, on)
    assert draw.covered == min(quantity, available(packs, on))


@given(packs(), st.integers(0, 1000), days())
def test_every_part_but_the_last_empties_its_pack(packs, quantity, on):
    balances = {pack.id: pack.balance for pack in packs}
    for part in draw_down(packs, quantity, on).parts[:-1]:
        assert part.quantity == balances[part.pack_id]


@given(packs(), st.integers(0, 1000), days(), st.randoms())
def test_order_of_the_list_does_not_matter(packs, quantity, on, random):
    shuffled = random.sample(packs, len(packs))
    assert draw_down(shuffled, quantity, on) == draw_down(packs, quantity, on)


@given(packs(), st.integers(0, 1000), st.integers(0, 1000), days())
def test_drawing_twice_equals_drawing_once(packs, first, second, on):
    left, drawn = _apply(packs, draw_down(packs, first, on).parts)
    _, drawn = _apply(left, draw_down(left, second, on).parts, drawn)
    _, at_once = _apply(packs, draw_down(packs, first + second, on).parts)
    assert _by_pack(drawn) == _by_pack(at_once)


@given(packs(), st.integers(0, 1000), days())
def test_returning_all_restores_every_pack(packs, quantity, on):
    left, drawn = _apply(packs, draw_down(packs, quantity, on).parts)
    returns = give_back(drawn, sum(usage.quantity for usage in drawn))
    restored = {pack.id: pack.balance for pack in left}
    for item in returns:
        restored[item.pack_id] += item.quantity
    assert restored == {pack.id: pack.balance for pack in packs}


@given(packs(), st.integers(0, 500), st.integers(0, 500), days())
def test_returning_the_rest_leaves_what_a_smaller_draw_takes(packs, less, more, on):
    _, drawn = _apply(packs, draw_down(packs, less + more, on).parts)
    covered = sum(usage.quantity for usage in drawn)
    returns = give_back(drawn, max(covered - less, 0))
    kept = _by_pack(drawn)
    for item in returns:
        kept[item.pack_id] -= item.quantity
    smaller = {part.pack_id: part.quantity for part in draw_down(packs, less, on).parts}
    assert {id: units for id, units in kept.items() if units} == smaller


CHARGES = st.tuples(
    st.lists(st.integers(0, 100), max_size=4).map(lambda units: usages(*units)),
    st.integers(0, 300),
)


@given(st.integers(0, 900), packs(), CHARGES, days(), st.integers(0, 300))
def test_charge_converges_to_its_target(target, packs, charge, on, settle):
    drawn, uncovered = charge
    movement = converge(
        target, packs=packs, usages=drawn, uncovered=uncovered, on=on, settle=settle
    )
    assert movement.quantity == target
    assert movement.covered >= 0 and movement.uncovered >= 0
    assert not (movement.draws and movement.returns)


@given(st.integers(0, 900), packs(), CHARGES, days(), st.integers(0, 300))
def test_ledger_holds_what_the_charge_says_is_covered(
    target, packs, charge, on, settle
):
    drawn, uncovered = charge
    movement = converge(
        target, packs=packs, usages=drawn, uncovered=uncovered, on=on, settle=settle
    )
    _, after = _post(packs, drawn, movement)
    assert sum(usage.quantity for usage in after) == movement.covered


@given(st.integers(0, 900), packs(), CHARGES, days(), st.integers(0, 300))
def test_converging_twice_posts_nothing(target, packs, charge, on, settle):
    drawn, uncovered = charge
    once = converge(
        target, packs=packs, usages=drawn, uncovered=uncovered, on=on, settle=settle
    )
    packs, drawn = _post(packs, drawn, once)
    again = converge(
        target,
        packs=packs,
        usages=drawn,
        uncovered=once.uncovered,
        on=on,
        settle=max(once.uncovered - max(uncovered - settle, 0), 0),
    )
    assert again.posts_nothing
    assert (again.covered, again.uncovered) == (once.covered, once.uncovered)


@given(st.integers(0, 900), packs(), CHARGES, days())
def test_uncovered_rest_stays_uncovered_unless_it_is_settled(target, packs, charge, on):
    drawn, uncovered = charge
    covered = sum(usage.quantity for usage in drawn)
    movement = converge(target, packs=packs, usages=drawn, uncovered=uncovered, on=on)
    assert movement.uncovered >= min(uncovered, max(target - covered, 0))


def _apply(packs, parts, drawn=()):
    """Return the packs after a draw, and all usages so far."""
    taken = {part.pack_id: part.quantity for part in parts}
    left = [
        pack(
            item.id,
            item.balance - taken.get(item.id, 0),
            item.granted,
            item.activated_on,
            item.expires_on,
        )
        for item in packs
    ]
    after = list(drawn)
    for part in parts:
        after.append(Usage(500 + len(after), part.pack_id, part.quantity))
    return left, after


def _post(packs, drawn, movement):
    """Return packs and usages after a movement; packs of old usages are not known."""
    returned = {item.entry_id: item.quantity for item in movement.returns}
    kept = [
        Usage(
            usage.entry_id,
            usage.pack_id,
            usage.quantity - returned.get(usage.entry_id, 0),
        )
        for usage in drawn
    ]
    return _apply(packs, movement.draws, kept)


def _by_pack(drawn):
    units = {}
    for usage in drawn:
        units[usage.pack_id] = units.get(usage.pack_id, 0) + usage.quantity
    return units


def test_another_way_of_drawing_is_asked_for_what_is_wanted_only():
    """Add-ons whose packs hold more than a balance draw in their own way."""
    asked = []

    def draw(states, quantity, on):
        asked.append((quantity, on))
        return draw_down(states, min(quantity, 1), on)

    movement = converge(
        5, packs=[pack(1, 9)], usages=[], uncovered=2, on=TODAY, draw=draw
    )
    assert asked == [(3, TODAY)]
    assert (movement.covered, movement.uncovered) == (1, 4)
