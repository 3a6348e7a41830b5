# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Slots of priorities: what serves a ticket, and that nothing is served twice."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support_urgency_engine.quotas import (
    NO_QUOTA,
    Pack,
    Part,
    Quota,
    available,
    draw_down,
    is_same,
    serving,
)

CODES = ("P1", "P2", "P3", "P4")


def basic(pack_id=1, balance=8, used=(0, 0, 0), granted=(5, 2, 1)):
    """The basic policy of the seed: P1 5, P2 2, P3 1 [004]."""
    return Pack(
        pack_id,
        balance,
        tuple(
            Quota(pack_id * 10 + number, f"P{number}", grant, gone)
            for number, (grant, gone) in enumerate(
                zip(granted, used, strict=True), start=1
            )
        ),
    )


# === order === #


@pytest.mark.parametrize(
    ("own", "higher", "expected"),
    [
        ("P3", False, ("P3",)),
        ("P3", True, ("P3", "P2", "P1")),
        ("P1", True, ("P1",)),
        ("gone", True, ("gone",)),
    ],
)
def test_codes_that_serve_a_priority(own, higher, expected):
    assert serving(CODES, own, higher) == expected


# === drawing === #


def test_the_sixth_ticket_of_five_is_not_covered():
    pack = basic()
    for _number in range(5):
        (part,) = draw_down([pack], 1, ["P1"])
        assert part == Part(1, 1, 11)
        pack = pack.move(part.quota_id, part.quantity)
    assert pack.balance == 3
    assert draw_down([pack], 1, ["P1"]) == ()


def test_what_is_not_included_is_not_covered():
    assert draw_down([basic()], 1, ["P4"]) == ()


def test_a_pack_without_quotas_serves_any_priority():
    assert draw_down([Pack(7, 3)], 2, ["P4"]) == (Part(7, 2, NO_QUOTA),)


def test_no_code_draws_nothing():
    assert draw_down([basic(), Pack(7, 3)], 1, []) == ()


def test_the_own_priority_in_all_packs_comes_before_a_higher_one():
    first, second = basic(1, used=(0, 2, 0), balance=6), basic(2)
    parts = draw_down([first, second], 3, ["P2", "P1"])
    assert parts == (Part(2, 2, 22), Part(1, 1, 11))


def test_a_pack_without_quotas_comes_before_a_higher_slot():
    first, second = basic(1, used=(0, 2, 0), balance=6), Pack(2, 1)
    parts = draw_down([first, second], 2, ["P2", "P1"])
    assert parts == (Part(2, 1, NO_QUOTA), Part(1, 1, 11))


def test_the_balance_is_a_maximum_too():
    """Fourteen are sold, and the quotas come to fifteen [004]."""
    pack = basic(balance=2, granted=(6, 5, 4))
    assert draw_down([pack], 5, ["P1"]) == (Part(1, 2, 11),)
    assert draw_down([pack], 5, ["P2", "P1"]) == (Part(1, 2, 12),)


def test_a_balance_above_the_quotas_serves_no_priority():
    pack = basic(balance=8, used=(5, 2, 0), granted=(5, 2, 1))
    assert available([pack], ["P1"]) == 0
    assert available([pack], ["P3"]) == 1


@pytest.mark.parametrize("quantity", [-1, True, 1.0, "1"])
def test_a_quantity_that_is_none_is_refused(quantity):
    with pytest.raises(ValueError, match="quantity"):
        draw_down([basic()], quantity, ["P1"])


@pytest.mark.parametrize("used", [-1, 6])
def test_a_quota_cannot_be_outside_of_its_limits(used):
    with pytest.raises(ValueError, match="used of quota 3"):
        Quota(3, "P1", 5, used)


def test_a_pack_cannot_be_negative():
    with pytest.raises(ValueError, match="balance of pack 1"):
        Pack(1, -1)


@pytest.mark.parametrize(
    ("drawn", "returned", "same"),
    [
        ([], [], True),
        ([Part(1, 1, 11)], [], False),
        ([Part(1, 1, 11)], [Part(2, 1, 11)], False),
        ([Part(1, 1, 11), Part(1, 2, 12)], [Part(1, 2, 12), Part(1, 1, 11)], True),
    ],
)
def test_what_only_goes_out_and_in_again(drawn, returned, same):
    assert is_same(drawn, returned) is same


# === properties === #


@st.composite
def worlds(draw):
    """Packs in their order, with and without quotas; a quantity; codes that serve."""
    packs = []
    for pack_id in range(1, draw(st.integers(1, 4)) + 1):
        quotas = ()
        if draw(st.booleans()):
            chosen = draw(st.sets(st.sampled_from(CODES), max_size=4))
            quotas = tuple(
                Quota(pack_id * 10 + CODES.index(code), code, granted, used)
                for code in sorted(chosen)
                for granted in [draw(st.integers(0, 5))]
                for used in [draw(st.integers(0, granted))]
            )
        packs.append(Pack(pack_id, draw(st.integers(0, 12)), quotas))
    own = draw(st.sampled_from(CODES))
    codes = serving(CODES, own, draw(st.booleans()))
    return packs, draw(st.integers(0, 30)), codes


def one_by_one(packs, quantity, codes):
    """The slowest way to say it: for each unit, look for the first slot there is."""
    state = {pack.id: [pack.balance, {}] for pack in packs}
    found = []
    for _unit in range(quantity):
        slot = next(_open_slots(packs, state, codes), None)
        if slot is None:
            break
        pack_id, quota_id = slot
        state[pack_id][0] -= 1
        used = state[pack_id][1]
        used[quota_id] = used.get(quota_id, 0) + 1
        found.append(slot)
    return found


def _open_slots(packs, state, codes):
    for place, code in enumerate(codes):
        for pack in packs:
            balance, used = state[pack.id]
            if not balance:
                continue
            if not pack.quotas and not place:
                yield pack.id, NO_QUOTA
            for quota in pack.quotas:
                if quota.code == code and quota.left > used.get(quota.id, 0):
                    yield pack.id, quota.id


@given(worlds())
def test_every_unit_comes_from_the_first_slot_there_is(world):
    packs, quantity, codes = world
    units = [
        (part.pack_id, part.quota_id)
        for part in draw_down(packs, quantity, codes)
        for _unit in range(part.quantity)
    ]
    assert units == one_by_one(packs, quantity, codes)


@given(worlds())
def test_no_maximum_is_exceeded_and_nothing_is_borrowed(world):
    packs, quantity, codes = world
    parts = draw_down(packs, quantity, codes)
    assert sum(part.quantity for part in parts) <= quantity
    assert all(part.quantity > 0 for part in parts)
    for pack in packs:
        own = [part for part in parts if part.pack_id == pack.id]
        assert sum(part.quantity for part in own) <= pack.balance
        for quota in pack.quotas:
            taken = sum(part.quantity for part in own if part.quota_id == quota.id)
            assert taken <= quota.left
            assert not taken or quota.code in codes
        if pack.quotas:
            assert NO_QUOTA not in [part.quota_id for part in own]


@given(worlds())
def test_what_went_out_and_comes_back_leaves_all_as_it_was(world):
    packs, quantity, codes = world
    state = {pack.id: pack for pack in packs}
    parts = draw_down(packs, quantity, codes)
    for part in parts:
        state[part.pack_id] = state[part.pack_id].move(part.quota_id, part.quantity)
    for part in reversed(parts):
        state[part.pack_id] = state[part.pack_id].move(part.quota_id, -part.quantity)
    assert list(state.values()) == packs
    again = draw_down(state.values(), quantity, codes)
    assert is_same(again, parts)


@given(worlds())
def test_available_is_what_a_draw_of_everything_gives(world):
    packs, quantity, codes = world
    drawn = sum(part.quantity for part in draw_down(packs, quantity, codes))
    assert drawn == min(quantity, available(packs, codes))
