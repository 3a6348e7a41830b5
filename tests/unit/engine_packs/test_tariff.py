# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""From the facts of a ticket to its price in units, with the reasons."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support_packs_engine.steps import (
    STEP_CODES,
    Step,
    steps_from_json,
    steps_to_json,
)
from support_packs_engine.tariff import Facts, Rules, Supplement, quote

from .common import FACTS, SUPPLEMENTS, WORK_RULES, HalfMore

HOURS = Rules("minute", minimum=60)
HOURS_MINIMUM_LAST = Rules("minute", minimum=60, minimum_after_multiplier=True)
CONSULTATION = Rules("credit", minimum=15, block=15)
INTERVENTION = Rules("credit", minimum=60, block=15)
SECURITY_UPDATE = Rules("credit", flat_quantity=60)
MINUTES = Rules("minute")
EVENTS = Rules("ticket")
FAIR_USE = Rules("none", minimum=60)
PHONE = Supplement("fixed", 10)
VIDEO = Supplement("factor", 50)

GOLDEN = [
    # [000] minimum per ticket, not per entry
    (HOURS, Facts(minutes=25), 60),
    (HOURS, Facts(minutes=25 + 12), 60),
    (HOURS, Facts(minutes=25 + 12 + 43), 80),
    # [000] the urgency carries half more, from its acceptance on
    (HOURS, Facts(urgent_minutes=20), 90),
    (HOURS, Facts(urgent_minutes=80), 120),
    (HOURS, Facts(minutes=80), 80),
    (HOURS, Facts(minutes=60, urgent_minutes=20), 90),
    (HOURS, Facts(minutes=10, urgent_minutes=20), 70),
    (HOURS, Facts(urgent_minutes=61), 92),
    (HOURS_MINIMUM_LAST, Facts(urgent_minutes=20), 60),
    (HOURS_MINIMUM_LAST, Facts(urgent_minutes=61), 92),
    # [001] credits: minimum, then blocks of 15
    (CONSULTATION, Facts(minutes=7), 15),
    (CONSULTATION, Facts(minutes=16), 30),
    (CONSULTATION, Facts(minutes=45), 45),
    (INTERVENTION, Facts(minutes=20), 60),
    (INTERVENTION, Facts(minutes=60), 60),
    (INTERVENTION, Facts(minutes=70), 75),
    (SECURITY_UPDATE, Facts(minutes=180), 60),
    (CONSULTATION, Facts(minutes=7, typed_units=20), 30),
    (CONSULTATION, Facts(minutes=7, supplements=(PHONE,)), 25),
    (CONSULTATION, Facts(minutes=7, supplements=(VIDEO,)), 23),
    # [002] one minute is one minute
    (MINUTES, Facts(minutes=1 + 4 + 10), 15),
    # [003] nothing is charged
    (FAIR_USE, Facts(minutes=500, events=1), 0),
    (FAIR_USE, Facts(minutes=500, override=30), 0),
    # [004] an admitted ticket is one event, whatever the work
    (EVENTS, Facts(minutes=500, events=1), 1),
    (EVENTS, Facts(minutes=500), 0),
]


@pytest.mark.parametrize(("rules", "facts", "quantity"), GOLDEN)
def test_golden_quantity(rules, facts, quantity):
    assert quote(facts, rules, HalfMore()).quantity == quantity


STEPS = [
    (HOURS, Facts(minutes=80), [["work", {"minutes": 80}]]),
    (
        HOURS,
        Facts(minutes=37),
        [["work", {"minutes": 37}], ["minimum", {"minimum": 60, "result": 60}]],
    ),
    (
        HOURS,
        Facts(urgent_minutes=37),
        [
            ["work", {"minutes": 37}],
            ["minimum", {"minimum": 60, "result": 60}],
            ["surcharge", {"percent": 50, "on": 60, "added": 30, "result": 90}],
        ],
    ),
    (
        HOURS_MINIMUM_LAST,
        Facts(urgent_minutes=20),
        [
            ["work", {"minutes": 20}],
            ["surcharge", {"percent": 50, "on": 20, "added": 10, "result": 30}],
            ["minimum", {"minimum": 60, "result": 60}],
        ],
    ),
    (
        Rules("credit", minimum=3, block=2, minutes_per_credit=15),
        Facts(minutes=16, supplements=(VIDEO,)),
        [
            ["work", {"minutes": 16}],
            ["unit", {"minutes_per_credit": 15, "result": 2}],
            ["minimum", {"minimum": 3, "result": 3}],
            ["block", {"block": 2, "result": 4}],
            ["supplement_factor", {"percent": 50, "added": 2, "result": 6}],
        ],
    ),
    (
        CONSULTATION,
        Facts(minutes=45, typed_units=30, supplements=(PHONE,)),
        [
            ["typed", {"units": 30}],
            ["supplement_fixed", {"units": 10, "result": 40}],
        ],
    ),
    (SECURITY_UPDATE, Facts(), [["flat", {"quantity": 60}]]),
    (EVENTS, Facts(events=1), [["events", {"events": 1}]]),
    (
        HOURS,
        Facts(minutes=20, override=0),
        [["override", {"quantity": 0, "replaced": 60}]],
    ),
    (HOURS, Facts(), []),
    (EVENTS, Facts(minutes=20), []),
    (FAIR_USE, Facts(minutes=20), []),
]


@pytest.mark.parametrize(("rules", "facts", "steps"), STEPS)
def test_steps_tell_what_changed_the_number(rules, facts, steps):
    assert steps_to_json(quote(facts, rules, HalfMore()).steps) == steps


def test_nothing_done_costs_nothing_in_spite_of_the_minimum():
    assert quote(Facts(supplements=(PHONE,)), HOURS, HalfMore()).quantity == 0


def test_zero_typed_units_say_that_nothing_was_typed():
    assert quote(Facts(minutes=20, typed_units=0), HOURS).quantity == 60


def test_flat_price_takes_neither_supplement_nor_surcharge():
    facts = Facts(urgent_minutes=20, supplements=(PHONE,))
    assert quote(facts, SECURITY_UPDATE, HalfMore()).quantity == 60


def test_typed_units_divide_as_the_minutes_do():
    facts = Facts(minutes=10, urgent_minutes=20, typed_units=30)
    assert quote(facts, Rules("credit"), HalfMore()).surcharge == 10


def test_typed_units_without_minutes_carry_the_surcharge_if_urgent():
    facts = Facts(typed_units=30, typed_urgent=True)
    assert quote(facts, Rules("credit"), HalfMore()).surcharge == 15


def test_units_typed_before_the_urgency_carry_none_of_it():
    facts = Facts(typed_units=30, typed_urgent=True, typed_before=20)
    assert quote(facts, Rules("credit"), HalfMore()).surcharge == 5


def test_fewer_units_than_were_typed_before_carry_nothing():
    facts = Facts(typed_units=10, typed_urgent=True, typed_before=20)
    assert quote(facts, Rules("credit"), HalfMore()).surcharge == 0


@pytest.mark.parametrize(
    ("facts", "added"),
    [
        (Facts(typed_units=30, typed_before=30, urgent_minutes=10), 0),
        (Facts(typed_units=40, typed_before=30, urgent_minutes=10), 5),
        (Facts(typed_units=20, typed_before=30, urgent_minutes=10), 0),
        (Facts(typed_units=40, typed_before=10, minutes=30, urgent_minutes=10), 5),
        (Facts(typed_units=40, typed_before=0, urgent_minutes=10), 20),
    ],
)
def test_minutes_make_no_units_urgent_that_were_typed_before(facts, added):
    facts = replace(facts, typed_urgent=True)
    assert quote(facts, Rules("credit"), HalfMore()).surcharge == added


def test_typed_units_without_minutes_carry_no_surcharge_if_not_urgent():
    assert quote(Facts(typed_units=30), Rules("credit"), HalfMore()).surcharge == 0


def test_rounding_up_to_credits_is_not_urgent():
    facts = Facts(minutes=1, urgent_minutes=15)
    result = quote(facts, Rules("credit", minutes_per_credit=15), HalfMore())
    assert (result.base, result.surcharge) == (2, 1)


def test_minutes_per_credit_does_not_touch_a_policy_of_minutes():
    assert quote(Facts(minutes=16), Rules("minute", minutes_per_credit=15)).base == 16


def test_base_and_surcharge_are_told_apart():
    result = quote(Facts(urgent_minutes=61), HOURS, HalfMore())
    assert (result.base, result.surcharge) == (61, 31)


def test_surcharge_applies_to_the_supplement_too():
    facts = Facts(urgent_minutes=60, supplements=(PHONE,))
    assert quote(facts, HOURS, HalfMore()).quantity == 60 + 10 + 35


def test_override_hides_the_surcharge():
    result = quote(Facts(urgent_minutes=61, override=40), HOURS, HalfMore())
    assert (result.base, result.surcharge) == (40, 0)


# === the seam of the surcharge === #


class _Recorder:
    def __init__(self, step=None):
        self.step, self.calls = step, []

    def added(self, **units):
        self.calls.append(units)
        return self.step


def test_surcharge_is_told_base_normal_and_urgent_units():
    recorder = _Recorder()
    quote(Facts(minutes=10, urgent_minutes=20), HOURS, recorder)
    assert recorder.calls == [{"base": 60, "normal": 10, "urgent": 20}]


def test_surcharge_is_not_asked_without_urgent_work():
    recorder = _Recorder()
    quote(Facts(minutes=10), HOURS, recorder)
    assert recorder.calls == []


def test_surcharge_may_add_nothing():
    assert quote(Facts(urgent_minutes=20), HOURS, _Recorder()).quantity == 60


def test_surcharge_of_zero_leaves_no_step():
    result = quote(Facts(urgent_minutes=20), HOURS, HalfMore(percent=0))
    assert [step.code for step in result.steps] == ["work", "minimum"]


@pytest.mark.parametrize(
    "step",
    [
        Step("surcharge", {"added": -1}),
        Step("surcharge", {"percent": 50}),
        Step("minimum", {"added": 1}),
    ],
)
def test_surcharge_that_breaks_its_promise_is_refused(step):
    with pytest.raises(ValueError, match="surcharge"):
        quote(Facts(urgent_minutes=20), HOURS, _Recorder(step))


# === bad input === #

BAD_FIELDS = [
    (Rules, {"unit": "hour"}, "unit"),
    (Rules, {"unit": "minute", "minimum": -1}, "minimum"),
    (Rules, {"unit": "minute", "block": 0}, "block"),
    (Rules, {"unit": "minute", "flat_quantity": -60}, "flat_quantity"),
    (Rules, {"unit": "credit", "minutes_per_credit": 0}, "minutes_per_credit"),
    (Rules, {"unit": "minute", "minimum": 1.5}, "minimum"),
    (Rules, {"unit": "minute", "block": True}, "block"),
    (Facts, {"minutes": -1}, "minutes"),
    (Facts, {"urgent_minutes": -1}, "urgent_minutes"),
    (Facts, {"minutes": 0.5}, "minutes"),
    (Facts, {"typed_units": -1}, "typed_units"),
    (Facts, {"override": -1}, "override"),
    (Facts, {"events": -1}, "events"),
    (Supplement, {"kind": "percent", "value": 1}, "kind"),
    (Supplement, {"kind": "fixed", "value": -1}, "value"),
    (Step, {"code": "", "values": {}}, "code"),
    (Step, {"code": "work", "values": {"minutes": 1.0}}, "work.minutes"),
    (Step, {"code": "work", "values": {"minutes": True}}, "work.minutes"),
    (Step, {"code": "work", "values": {1: 1}}, "key of values"),
    (Step, {"code": "work", "values": 1}, "values"),
]


@pytest.mark.parametrize(("cls", "values", "field"), BAD_FIELDS)
def test_bad_value_is_refused_by_its_name(cls, values, field):
    with pytest.raises(ValueError, match=field):
        cls(**values)


@pytest.mark.parametrize("data", ["work", ["work"], ["work", {}, 1], 7, [7, {}]])
def test_stored_step_of_another_shape_is_refused(data):
    with pytest.raises(ValueError):
        Step.from_json(data)


def test_step_keeps_its_own_copy_of_the_values():
    values = {"minutes": 37}
    step = Step("work", values)
    values["minutes"] = step.as_json()[1]["minutes"] = 99
    assert step.values == {"minutes": 37}


# === properties === #


@given(FACTS, WORK_RULES)
def test_base_and_surcharge_make_the_quantity(facts, rules):
    result = quote(facts, rules, HalfMore())
    assert result.base >= 0 and result.surcharge >= 0
    assert result.base + result.surcharge == result.quantity


@given(FACTS, WORK_RULES)
def test_last_step_tells_the_quantity(facts, rules):
    result = quote(facts, rules, HalfMore())
    running = [0, *(list(step.values.values())[-1] for step in result.steps)]
    assert running[-1] == result.quantity


@given(FACTS, WORK_RULES)
def test_every_step_after_the_first_changes_the_number(facts, rules):
    steps = quote(facts, rules, HalfMore()).steps
    running = [list(step.values.values())[-1] for step in steps]
    assert all(
        before != after for before, after in zip(running, running[1:], strict=False)
    )


@given(FACTS, WORK_RULES)
def test_steps_are_of_the_catalogue_and_survive_storage(facts, rules):
    steps = quote(facts, rules, HalfMore()).steps
    assert {step.code for step in steps} <= set(STEP_CODES)
    assert steps_from_json(steps_to_json(steps)) == steps


@given(st.integers(0, 600), st.integers(0, 60), SUPPLEMENTS, WORK_RULES)
def test_more_work_never_costs_less(minutes, more, supplements, rules):
    less = quote(Facts(minutes=minutes, supplements=supplements), rules)
    much = quote(Facts(minutes=minutes + more, supplements=supplements), rules)
    assert less.quantity <= much.quantity


@given(FACTS, WORK_RULES)
def test_urgency_never_costs_less_than_none(facts, rules):
    calm = replace(facts, minutes=facts.total_minutes, urgent_minutes=0)
    calm = replace(calm, typed_urgent=False)
    surcharged = quote(facts, rules, HalfMore()).quantity
    assert surcharged >= quote(calm, rules, HalfMore()).quantity


@given(FACTS, WORK_RULES)
def test_cancelled_urgency_costs_what_calm_work_does(facts, rules):
    calm = replace(facts, minutes=facts.total_minutes, urgent_minutes=0)
    assert quote(facts, rules, None).quantity == quote(calm, rules).quantity


@given(FACTS.filter(lambda facts: facts.has_work), WORK_RULES)
def test_anything_done_costs_at_least_the_minimum(facts, rules):
    assert quote(facts, rules, HalfMore()).quantity >= max(rules.minimum, 1)


@given(st.integers(0, 300), st.integers(1, 300), WORK_RULES)
def test_urgent_figures_follow_the_published_formula(normal, urgent, rules):
    rules = Rules("minute", minimum=rules.minimum, block=rules.block)
    base = max(normal + urgent, rules.minimum)
    while base % rules.block:
        base += 1
    surcharge = ((urgent if normal else base) + 1) // 2
    result = quote(Facts(normal, urgent), rules, HalfMore())
    assert (result.base, result.surcharge) == (base, surcharge)
