# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Holds, extensions and notices: what moves the last day, and when it is announced."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support_packs_engine.expiry import (
    due_threshold,
    held_days,
    hold_span,
    last_day,
    parse_thresholds,
    push_back,
)

START, END = date(2026, 3, 3), date(2027, 3, 3)
DAYS = st.dates(date(2026, 1, 1), date(2028, 12, 31))


@st.composite
def holds(draw):
    first = draw(DAYS)
    length = draw(st.none() | st.integers(0, 90))
    return first, None if length is None else first + timedelta(days=length)


def push_day_by_day(end, spans, since, today):
    """Walk the days: each held one within the validity adds one."""
    day = since
    while day <= min(end, today):
        if any(a <= day <= (b or today) for a, b in spans):
            end += timedelta(days=1)
        day += timedelta(days=1)
    return end


@given(st.lists(holds(), max_size=5), DAYS, DAYS)
def test_held_days_are_the_days_that_a_hold_covers(spans, since, until):
    days = [since + timedelta(days=n) for n in range((until - since).days + 1)]
    covered = [d for d in days if any(a <= d <= (b or until) for a, b in spans)]
    assert held_days(spans, since, until) == len(covered)


@given(st.lists(holds(), max_size=5), DAYS)
def test_each_held_day_within_the_validity_adds_one(spans, today):
    expected = push_day_by_day(END, spans, START, today)
    assert push_back(END, spans, START, today) == expected


def test_hold_that_ends_before_it_begins_is_refused():
    with pytest.raises(ValueError, match="before it begins"):
        held_days([(END, START)], START, END)


@pytest.mark.parametrize(
    ("start", "end", "zone", "span"),
    [
        # Lifted at midnight: the day that begins then is not held.
        (
            datetime(2026, 7, 1, 8),
            datetime(2026, 7, 1, 22),
            "Europe/Madrid",
            (date(2026, 7, 1), date(2026, 7, 1)),
        ),
        # Lifted in the same second.
        (
            datetime(2026, 6, 30, 22),
            datetime(2026, 6, 30, 22),
            "Europe/Madrid",
            (date(2026, 7, 1), date(2026, 7, 1)),
        ),
        (
            datetime(2026, 7, 1, 12),
            datetime(2026, 7, 2, 12),
            "Pacific/Auckland",
            (date(2026, 7, 2), date(2026, 7, 2)),
        ),
        (
            datetime(2026, 7, 1, 5),
            datetime(2026, 7, 1, 7),
            "America/Mexico_City",
            (date(2026, 6, 30), date(2026, 7, 1)),
        ),
    ],
)
def test_hold_is_of_local_days(start, end, zone, span):
    assert hold_span(start, end, zone) == span


def test_end_is_the_later_of_computed_and_extended():
    extended = [(date(2027, 6, 30), date(2026, 5, 1)), (date(2027, 4, 1), END)]
    common = {"today": date(2026, 12, 1), "extensions": extended}
    assert last_day("purchase", 12, START, **common) == date(2027, 6, 30)
    used = date(2026, 9, 1)
    assert last_day("last_use", 12, START, last_used_on=used, **common) == date(
        2027, 9, 1
    )
    assert last_day("none", 0, START, **common) is None


def test_extension_is_moved_by_the_holds_after_it():
    common = {
        "today": date(2026, 12, 1),
        "holds": [(date(2026, 4, 25), date(2026, 5, 3))],
    }
    extended = [(date(2027, 6, 30), date(2026, 5, 1))]
    assert last_day("purchase", 12, START, extensions=extended, **common) == date(
        2027, 7, 2
    )


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("60, 30, 7", (60, 30, 7)),
        ("7;30 ; 60,,7", (60, 30, 7)),
        ("0", (0,)),
        (None, ()),
        ("", ()),
    ],
)
def test_thresholds_are_read(text, days):
    assert parse_thresholds(text) == days


@pytest.mark.parametrize("text", ["x", "-1", "1.5", "9999", "30 7"])
def test_what_is_no_threshold_is_refused(text):
    with pytest.raises(ValueError):
        parse_thresholds(text)


@pytest.mark.parametrize(
    ("days_left", "due"),
    [(61, None), (60, 60), (31, 60), (30, 30), (8, 30), (7, 7), (0, 7), (-1, None)],
)
def test_nearest_threshold_is_due(days_left, due):
    assert due_threshold((60, 30, 7), days_left, 365) == due
