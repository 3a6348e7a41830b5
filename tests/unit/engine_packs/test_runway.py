# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""How long what is left will last, against a walk through every single day."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support_packs_engine.drawdown import PackState, draw_order
from support_packs_engine.expiry import add_months
from support_packs_engine.runway import (
    HORIZON_DAYS,
    Pace,
    RunwayPack,
    Unused,
    get_pace,
    project,
)

TODAY = date(2026, 3, 3)
LONG_AGO = date(2026, 1, 1)
WALK = 800


def day(number):
    return TODAY + timedelta(days=number)


def pack(number, balance, end=None, months=0):
    state = PackState(number, balance, max(balance, 1), LONG_AGO, end)
    return RunwayPack(state, months)


def walk(packs, pace):
    """Return the end and what expires, by living through the days one by one."""
    left = [[p, p.state] for p in packs if p.state.balance]
    unused, end = [], None
    for number in range(1, WALK):
        for item in [i for i in left if i[1].expires_on]:
            if item[1].expires_on < day(number):
                state = item[1]
                left.remove(item)
                unused.append(Unused(state.id, state.balance, state.expires_on))
                gone = (state.expires_on - TODAY).days
                end = gone if end is None else max(end, gone)
        wanted = pace.demand(number) - pace.demand(number - 1)
        while wanted and left:
            item = min(left, key=lambda i: draw_order(i[1]))
            taken = min(wanted, item[1].balance)
            wanted -= taken
            item[1] = replace(item[1], balance=item[1].balance - taken)
            if item[0].is_restarted:
                restart(left, day(number))
            if not item[1].balance:
                left.remove(item)
                end = number if end is None else max(end, number)
        if not left:
            break
    return (None if left or end is None else day(end)), unused


def restart(left, on):
    for item in left:
        if item[0].is_restarted:
            later = add_months(on, item[0].restarts_months)
            item[1] = replace(item[1], expires_on=max(item[1].expires_on, later))


@st.composite
def some_packs(draw):
    packs = []
    for number in range(1, draw(st.integers(0, 4)) + 1):
        end = draw(st.none() | st.integers(-5, 300).map(day))
        months = draw(st.sampled_from([0, 0, 1, 2, 6])) if end else 0
        packs.append(pack(number, draw(st.integers(0, 400)), end, months))
    return packs


PACES = st.builds(Pace, used=st.integers(1, 400), days=st.integers(1, 90))


@given(some_packs(), PACES)
def test_steps_of_packs_give_what_the_days_give(packs, pace):
    end, unused = walk(packs, pace)
    runway = project(packs, pace, TODAY)
    if end is None and runway.ends_on:
        # The walk is shorter than the forecast.
        assert runway.ends_on >= day(WALK - 1)
        return
    assert runway.ends_on == end
    assert sorted(runway.unused, key=lambda u: u.pack_id) == sorted(
        unused, key=lambda u: u.pack_id
    )


@given(some_packs(), PACES)
def test_what_expires_unused_was_there(packs, pace):
    balances = {p.state.id: p.state.balance for p in packs}
    runway = project(packs, pace, TODAY)
    for unused in runway.unused:
        assert 0 < unused.quantity <= balances[unused.pack_id]
    assert len({unused.pack_id for unused in runway.unused}) == len(runway.unused)


@given(some_packs(), PACES)
def test_the_order_in_which_the_packs_are_named_does_not_matter(packs, pace):
    assert project(packs, pace, TODAY) == project(packs[::-1], pace, TODAY)


@given(some_packs(), PACES)
def test_who_uses_more_does_not_lose_more(packs, pace):
    fixed = [replace(p, restarts_months=0) for p in packs]
    faster = Pace(pace.used * 2, pace.days)

    def lost(pace):
        return sum(unused.quantity for unused in project(fixed, pace, TODAY).unused)

    assert lost(faster) <= lost(pace)


@pytest.mark.parametrize(
    ("packs", "used", "end", "unused"),
    [
        # 10 a day: 1 800 units last 180 days, and the pack 364.
        ([pack(1, 1800, day(364))], 900, day(180), []),
        # 1 a day: 364 are used, the rest expires with the pack.
        ([pack(1, 1800, day(364))], 90, day(364), [Unused(1, 1436, day(364))]),
        # No end: the balance lasts until it is used.
        ([pack(1, 100)], 90, day(100), []),
        # The soonest is drawn first, whichever was bought first.
        (
            [pack(1, 100, day(100)), pack(2, 100, day(20))],
            90,
            day(100),
            [Unused(2, 80, day(20)), Unused(1, 20, day(100))],
        ),
        # The last day is a good day; the day after is not.
        ([pack(1, 10, day(10))], 90, day(10), []),
        ([pack(1, 10, day(9))], 90, day(9), [Unused(1, 1, day(9))]),
        # Ends today: nothing more will be used of it.
        ([pack(1, 10, TODAY)], 90, TODAY, [Unused(1, 10, TODAY)]),
        # What is used restarts its validity: it lasts.
        ([pack(1, 400, day(30), months=12)], 90, day(400), []),
        # But not if the next use comes too late.
        ([pack(1, 5, day(30), months=12)], 2, day(30), [Unused(1, 5, day(30))]),
        # A pack with a fixed end is drawn before the one that was restarted.
        (
            [pack(1, 50, day(5), months=12), pack(2, 20, day(60))],
            90,
            day(70),
            [],
        ),
        ([], 90, None, []),
        ([pack(1, 0, day(5))], 90, None, []),
    ],
)
def test_figures(packs, used, end, unused):
    runway = project(packs, Pace(used, 90), TODAY)
    assert (runway.ends_on, list(runway.unused)) == (end, unused)


def test_what_is_too_far_off_is_no_date():
    runway = project([pack(1, HORIZON_DAYS + 1)], Pace(90, 90), TODAY)
    assert runway.ends_on is None
    assert project([pack(1, HORIZON_DAYS)], Pace(90, 90), TODAY).ends_on
    assert project([pack(1, 10**12)], Pace(1, 90), TODAY).ends_on is None


def test_never_used_says_nothing():
    runway = project([pack(1, 10, day(5))], None, TODAY)
    assert (runway.ends_on, runway.unused) == (None, ())


def test_not_used_any_more_loses_what_expires():
    packs = [pack(1, 10), pack(2, 20, day(5)), pack(3, 30, day(2), months=12)]
    runway = project(packs, Pace(0, 90), TODAY)
    assert runway.ends_on is None
    assert runway.unused == (Unused(3, 30, day(2)), Unused(2, 20, day(5)))


@pytest.mark.parametrize(
    ("first", "days"),
    [(TODAY, 1), (day(-9), 10), (day(-89), 90), (day(-90), 90), (day(-900), 90)],
)
def test_the_pace_of_a_young_account_is_that_since_its_first_use(first, days):
    assert get_pace(100, first, TODAY) == Pace(100, days)


@pytest.mark.parametrize(
    ("arguments", "name"), [((-1, 1), "used"), ((1, 0), "days"), ((True, 1), "used")]
)
def test_a_pace_is_made_of_counts(arguments, name):
    with pytest.raises(ValueError, match=f"^{name} must be"):
        Pace(*arguments)
