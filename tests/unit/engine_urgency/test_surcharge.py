# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What an urgency adds: the seed's figures [000], and what holds for any."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support_packs_engine.steps import Step
from support_packs_engine.tariff import Facts, Rules, Supplement, quote
from support_urgency_engine.surcharge import Urgency

HOURS = Rules("minute", minimum=60)
LAST = replace(HOURS, minimum_after_multiplier=True)
UNITS = st.integers(0, 100_000)
PERCENTS = st.integers(0, 300)


class Adapter:
    """What the add-on puts between the tariff and the urgency."""

    def __init__(self, percent=50):
        self.urgency = Urgency(percent)

    def added(self, **units):
        values = self.urgency.describe(**units)
        return Step("surcharge", values) if values["added"] else None


def price(normal, urgent, rules=HOURS, percent=50):
    """Return the quantity of a ticket with so many minutes before and after."""
    facts = Facts(minutes=normal, urgent_minutes=urgent)
    return quote(facts, rules, Adapter(percent)).quantity


@pytest.mark.parametrize(
    ("normal", "urgent", "quantity"),
    [
        (0, 20, 90),
        (10, 20, 70),
        (60, 20, 90),
        (0, 61, 92),
        (0, 80, 120),
        (80, 0, 80),
        (0, 0, 0),
        # Half a minute more is a whole one.
        (60, 1, 62),
    ],
)
def test_the_minimum_comes_first(normal, urgent, quantity):
    assert price(normal, urgent) == quantity


@pytest.mark.parametrize(
    ("normal", "urgent", "quantity"),
    [(0, 20, 60), (0, 41, 62), (10, 20, 60), (60, 20, 90), (0, 61, 92)],
)
def test_the_minimum_comes_last_as_a_setting(normal, urgent, quantity):
    assert price(normal, urgent, LAST) == quantity


def test_blocks_and_supplements_carry_the_surcharge_of_a_ticket_that_is_all_urgent():
    rules = Rules("credit", minimum=15, block=15)
    facts = Facts(urgent_minutes=16, supplements=(Supplement("fixed", 10),))
    assert quote(facts, rules, Adapter()).quantity == 40 + 20


def test_blocks_carry_none_of_it_once_there_was_work_before():
    rules = Rules("credit", minimum=15, block=15)
    facts = Facts(minutes=10, urgent_minutes=6)
    assert quote(facts, rules, Adapter()).quantity == 30 + 3


def test_the_step_says_what_carried_it():
    steps = quote(Facts(minutes=60, urgent_minutes=20), HOURS, Adapter()).steps
    values = {"percent": 50, "units": 20, "partial": 1, "added": 10, "result": 90}
    assert steps[-1].as_json() == ["surcharge", values]


@pytest.mark.parametrize("percent", [-1, 1.5, True, "50", None])
def test_a_percentage_is_a_whole_number(percent):
    with pytest.raises(ValueError, match="percent"):
        Urgency(percent)


@pytest.mark.parametrize("name", ["base", "normal", "urgent"])
def test_units_are_whole_numbers(name):
    units = {"base": 1, "normal": 1, "urgent": 1, name: -1}
    with pytest.raises(ValueError, match=name):
        Urgency(50).units(**units)


@given(PERCENTS, UNITS, UNITS, UNITS)
def test_it_is_rounded_up_once(percent, base, normal, urgent):
    units = {"base": base, "normal": normal, "urgent": urgent}
    added = Urgency(percent).units(**units)
    exact = percent * (urgent if normal else base) if urgent else 0
    assert 0 <= added * 100 - exact < 100


@given(PERCENTS, UNITS, UNITS)
def test_without_urgent_work_nothing_is_added(percent, base, normal):
    assert not Urgency(percent).units(base=base, normal=normal, urgent=0)


@given(st.integers(0, 600), st.integers(0, 600), PERCENTS, st.booleans())
def test_more_work_never_costs_less(normal, urgent, percent, last):
    rules = LAST if last else HOURS
    now = price(normal, urgent, rules, percent)
    assert price(normal, urgent + 1, rules, percent) >= now


@given(st.integers(0, 600), st.integers(0, 600), PERCENTS, st.booleans())
def test_urgent_work_never_costs_less_than_the_same_work_without(
    normal, urgent, percent, last
):
    rules = LAST if last else HOURS
    assert price(normal, urgent, rules, percent) >= price(normal + urgent, 0, rules)


@given(st.integers(0, 600), PERCENTS, st.booleans())
def test_an_urgency_before_any_work_multiplies_all_of_it(urgent, percent, last):
    """Never both: the time is multiplied, and nothing else is there to multiply."""
    base = urgent if last or not urgent else max(urgent, 60)
    grown = base + -(-base * percent // 100)
    expected = max(grown, 60) if last and urgent else grown
    assert price(0, urgent, LAST if last else HOURS, percent) == expected


@given(st.integers(1, 600), st.integers(1, 600), st.integers(0, 100), PERCENTS)
def test_only_work_after_the_acceptance_carries_it(normal, urgent, earlier, percent):
    """The later it is accepted, the less it costs."""
    earlier = min(earlier, urgent)
    later = price(normal + earlier, urgent - earlier, HOURS, percent)
    assert later <= price(normal, urgent, HOURS, percent)
