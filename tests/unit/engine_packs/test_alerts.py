"""Alerts of the balance: never twice, never missed when jumped, armed by purchases."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support_packs_engine import alerts
from support_packs_engine.alerts import Depletion, Threshold, parse_thresholds

BOTH = parse_thresholds("50 %, 20 %")


def _keys(thresholds):
    return [threshold.key for threshold in thresholds]


def _due(text, balance, used, told=(), drawn=True):
    found = alerts.due(parse_thresholds(text), Depletion(balance, used), told, drawn)
    return _keys(found)


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("50 %, 20 %, 60", ["50%", "20%", "60", "0"]),
        ("60;20%,,20 %", ["20%", "60", "0"]),
        ("0 %", ["0"]),
        ("00", ["0"]),
        ("99%, 1000000", ["99%", "1000000", "0"]),
        (None, []),
        (" , ", []),
    ],
)
def test_what_people_type(text, keys):
    assert _keys(parse_thresholds(text)) == keys


@pytest.mark.parametrize(
    "word", ["100 %", "1000001", "-1", "1.5", "x", "%", "20%%", "1 0", "²"]
)
def test_what_is_no_threshold_is_named(word):
    with pytest.raises(ValueError) as error:
        parse_thresholds(f"20 %, {word}")
    assert str(error.value) == word


@pytest.mark.parametrize(
    ("balance", "used", "keys"),
    [
        (51, 49, []),
        (50, 50, ["50%"]),
        (21, 79, ["50%"]),
        (20, 80, ["50%", "20%"]),
        (0, 100, ["50%", "20%", "0"]),
        # The last unit of one is used: all at once, the emptiest word last.
        (0, 1, ["20%", "50%", "0"]),
        # Nothing was there, or more went back than was used.
        (0, 0, []),
        (130, -30, []),
    ],
)
def test_levels_are_parts_of_the_balance_after_the_purchase(balance, used, keys):
    assert _due("50 %, 20 %", balance, used) == keys


def test_units_as_large_as_the_purchase_were_never_above():
    assert _due("60", 30, 30) == []
    assert _due("60", 60, 0) == []
    assert _due("60", 60, 1) == ["60"]


def test_the_lowest_comes_last_whatever_it_is_counted_in():
    assert _due("50 %, 60, 10 %", 9, 91) == ["60", "50%", "10%"]


def test_what_a_sale_takes_back_alerts_nobody():
    assert _due("50 %", 10, 90, drawn=False) == []


def test_nothing_is_low_without_thresholds():
    assert not alerts.is_low((), Depletion(0, 100))


@given(st.integers(0, 200), st.integers(0, 200))
def test_low_means_at_or_below_the_lowest(balance, used):
    low = alerts.is_low(BOTH, Depletion(balance, used))
    assert low == (used > 0 and balance <= (balance + used) // 5)


class _Account:
    """A client whose balance is looked at now and then; a model of the real thing."""

    def __init__(self, thresholds):
        self.thresholds = thresholds
        self.balance = self.used = self.grants = 0
        self.drawn = False
        self.told = []

    def buy(self, units):
        self.balance += units
        self.used = 0
        self.drawn = False
        self.grants += 1

    def use(self, units):
        units = min(units, self.balance)
        if units:
            self.balance -= units
            self.used += units
            self.drawn = True

    def give_back(self, units):
        self.balance += units
        self.used -= units

    def look(self):
        depletion = Depletion(self.balance, self.used)
        told = {key for grants, key in self.told if grants == self.grants}
        found = alerts.due(self.thresholds, depletion, told, self.drawn)
        self.told += [(self.grants, threshold.key) for threshold in found]
        return _keys(found)


_THRESHOLDS = st.sets(
    st.one_of(
        st.builds(Threshold, st.integers(1, 99), st.just(True)),
        st.builds(Threshold, st.integers(1, 120)),
    ),
    min_size=1,
    max_size=5,
).map(lambda found: (*found, alerts.EXHAUSTION))
_MOVES = st.lists(
    st.tuples(
        st.sampled_from(["buy", "use", "use", "use", "give_back"]),
        st.integers(1, 90),
        st.booleans(),
    ),
    max_size=40,
)


def _play(thresholds, moves):
    """Yield ``(move, balance before, account, what it alerted)`` for each look."""
    account = _Account(thresholds)
    account.buy(100)
    account.look()
    for move, units, looks in moves:
        getattr(account, move)(units)
        yield account, move, account.look() if looks else []


@given(_THRESHOLDS, _MOVES)
def test_never_twice_in_one_depletion(thresholds, moves):
    for account, _move, _found in _play(thresholds, moves):
        assert len(account.told) == len(set(account.told))


@given(_THRESHOLDS, _MOVES)
def test_purchases_and_returns_alert_nobody_that_was_looked_at(thresholds, moves):
    moves = [(move, units, True) for move, units, _looks in moves]
    for _account, move, found in _play(thresholds, moves):
        if move != "use":
            assert found == []


@given(_THRESHOLDS, _MOVES)
def test_what_was_jumped_is_not_missed_by_the_next_look(thresholds, moves):
    *_before, (account, _move, _found) = _play(thresholds, [("use", 1, False), *moves])
    if account.drawn:
        account.look()
        told = {key for grants, key in account.told if grants == account.grants}
        base = account.balance + account.used
        for threshold in thresholds:
            level = threshold.level(base)
            if account.balance <= level < base:
                assert threshold.key in told


@given(_THRESHOLDS, st.integers(1, 100))
def test_a_purchase_arms_all_again(thresholds, units):
    account = _Account(thresholds)
    for _time in range(2):
        account.buy(100)
        account.use(100 if account.grants == 1 else units)
        first = account.look()
    assert set(first) == set(
        _keys(alerts.reached(thresholds, Depletion(100 - units, units)))
    )
