# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Which packs an order line should have, by what was sold, paid and credited."""

from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support_packs_engine.grants import Invoice, Pack, Sale, plan, target


def bill(billed, credited=0, paid=True, was_paid=None):
    was_paid = paid if was_paid is None else was_paid
    return Invoice(D(str(billed)), D(str(credited)), paid, was_paid)


def unpaid(billed, credited=0, was_paid=False):
    return bill(billed, credited, paid=False, was_paid=was_paid)


@pytest.mark.parametrize(
    ("invoices", "apart", "slots", "expected"),
    [
        ([], 0, 1, (0, 0, "0")),
        ([unpaid(2)], 0, 2, (0, 0, "0")),
        ([bill(2)], 0, 2, (2, 0, "0")),
        # Half a pack that is paid is none.
        ([bill("1.5")], 0, 2, (1, 0, "0")),
        ([bill("0.5"), bill("0.5")], 0, 1, (1, 0, "0")),
        # Credits: of a paid invoice, of one never paid, of one that was paid.
        ([bill(3, 1)], 0, 3, (2, 1, "0")),
        ([bill(1), unpaid(1, 1)], 0, 2, (1, 0, "0")),
        ([unpaid(1, was_paid=True), unpaid(1, 1)], 0, 2, (0, 0, "0")),
        ([unpaid(1, 1, was_paid=True)], 0, 1, (0, 1, "0")),
        ([bill(3)], 1, 3, (2, 1, "0")),
        ([unpaid(3)], 1, 3, (0, 0, "0")),
        # Fractions: one pack stays live with the rest.
        ([bill(1, "0.5")], 0, 1, (1, 0, "0.5")),
        ([bill(3, "1.5")], 0, 3, (2, 1, "0.5")),
        ([bill("1.5", "0.5")], 0, 2, (1, 0, "0")),
        # Billed again after the credit note, and paid: nothing is void.
        ([unpaid(1, 1, was_paid=True), bill(1)], 0, 1, (1, 0, "0")),
        ([unpaid(1, 1, was_paid=True), unpaid(1)], 0, 1, (0, 1, "0")),
        # Credited more than was billed.
        ([bill(1, 3)], 0, 1, (0, 1, "0")),
    ],
)
def test_what_is_paid_and_what_is_void(invoices, apart, slots, expected):
    goal = target(Sale(slots, tuple(invoices), D(str(apart))), slots)
    assert (goal.live, goal.void, goal.part) == (*expected[:2], D(expected[2]))


@pytest.mark.parametrize(
    ("sold", "invoices", "slots", "live", "void"),
    [
        (2, [], 2, 2, 0),
        (2, [unpaid(2)], 2, 2, 0),
        (2, [unpaid(2, 1)], 2, 1, 1),
        # Sold less, and the invoice not yet credited: paid ones stay.
        (1, [unpaid(2)], 2, 1, 0),
        (1, [bill(2)], 2, 2, 0),
        (1, [bill(2, 1)], 2, 1, 1),
        # The order was cancelled.
        (0, [unpaid(1)], 1, 0, 0),
        (0, [bill(1)], 1, 1, 0),
        # Credited and billed again.
        (1, [unpaid(1, 1), unpaid(1)], 1, 1, 0),
    ],
)
def test_packs_granted_on_confirmation(sold, invoices, slots, live, void):
    goal = target(Sale(sold, tuple(invoices), on_confirmation=True), slots)
    assert (goal.live, goal.void) == (live, void)


def kinds(sale, packs):
    return [aim.kind for aim in plan(sale, packs).aims.values()]


def active(number, used=0, state="active", **values):
    return Pack(number, number, state, 60, used, has_history=True, **values)


def test_the_void_pack_is_the_least_used_then_the_one_of_highest_index():
    packs = [active(1), active(2, used=5), active(3)]
    assert kinds(Sale(3, (bill(3, 1),)), packs) == ["live", "live", "void"]
    assert kinds(Sale(3, (bill(3, 2),)), packs) == ["void", "live", "void"]


def test_a_void_pack_stays_the_void_one_when_others_are_used_less():
    packs = [active(1), active(2, used=60, state="refunded", void=60)]
    assert kinds(Sale(2, (bill(2, 1),)), packs) == ["live", "void"]


def test_surplus_pending_packs_are_cancelled_highest_index_first():
    packs = [Pack(n, n, "pending", 60) for n in (1, 2, 3)]
    assert kinds(Sale(2), packs) == ["pending", "pending", "cancelled"]


def test_credited_before_it_was_paid_voids_no_granted_pack():
    packs = [active(1), Pack(2, 2, "pending", 60)]
    assert kinds(Sale(2, (bill(2, 1),)), packs) == ["live", "pending"]


def test_pack_closed_by_another_act_keeps_its_place_and_gets_no_aim():
    packs = [active(1, state="refunded", closed=True), active(2)]
    result = plan(Sale(2, (bill(2),)), packs)
    assert list(result.aims) == [2]
    assert result.missing == 0


QUANTITIES = st.integers(0, 8).map(lambda half: D(half) / 2)
INVOICES = st.lists(
    st.builds(Invoice, QUANTITIES, QUANTITIES, st.booleans(), st.booleans()),
    max_size=4,
).map(tuple)
SALES = st.builds(Sale, st.integers(0, 4), INVOICES, QUANTITIES, st.booleans())
STATES = {"live": "active", "void": "refunded"}


@given(SALES, st.integers(0, 5))
def test_target_never_exceeds_the_places(sale, slots):
    slots = max(slots, sale.sold)
    goal = target(sale, slots)
    assert goal.live >= 0 and goal.void >= 0 and 0 <= goal.part < 1
    assert goal.live + goal.void <= slots


@given(SALES, st.lists(SALES, max_size=3))
def test_a_plan_that_was_followed_is_followed_for_good(first, others):
    """Whatever happened before, following the same facts settles in a few rounds."""
    packs = []
    for sale in [*others, first]:
        for _round in range(3):
            packs = follow(sale, packs)
        assert follow(sale, packs) == packs


def follow(sale, packs):
    """Return the packs after a plan, as the ORM makes them."""
    result = plan(sale, packs)
    after = []
    for pack in packs:
        aim = result.aims.get(pack.id)
        if aim is None:
            after.append(pack)
            continue
        state = STATES.get(aim.kind, aim.kind)
        if aim.kind in ("void", "cancelled") and pack.has_history and pack.is_dead:
            state = pack.state
        history = pack.has_history or aim.kind == "live"
        after.append(Pack(pack.id, pack.index, state, 60, pack.used, history, aim.void))
    last = len(packs)
    fresh = [Pack(n, n, "pending", 60) for n in range(last + 1, last + 9)]
    return after + fresh[: result.missing]
