# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What holds for every target, whatever the calendar, the request and the pauses."""

from datetime import datetime, timedelta

from hypothesis import assume, given
from hypothesis import strategies as st
from support_urgency_engine.opening import (
    Hours,
    Slot,
    day_spans,
    open_spans,
    to_local,
    to_utc,
)
from support_urgency_engine.targets import READINGS, begin, due, moment_at, spent

ZONES = ["Europe/Madrid", "America/Mexico_City", "Asia/Kolkata", "Australia/Lord_Howe"]
MINUTE = timedelta(minutes=1)
# Around both changes of the clocks in Madrid, a leap day and the turn of a year.
ANCHORS = [
    datetime(2026, 3, 27),
    datetime(2026, 10, 23),
    datetime(2028, 2, 28),
    datetime(2026, 12, 30),
]

readings = st.sampled_from(READINGS)
promises = st.integers(1, 2 * 1440)


@st.composite
def slots(draw):
    """One to three slots on some weekdays: split days, short days, night shifts."""
    found = []
    for weekday in draw(st.sets(st.integers(0, 6), min_size=1)):
        times = draw(
            st.lists(st.integers(0, 96), min_size=2, max_size=6, unique=True).map(
                sorted
            )
        )
        found += [
            Slot(weekday, start * 15, end * 15)
            for start, end in zip(times[::2], times[1::2], strict=False)
        ]
    # A few minutes a week would keep no promise within years.
    assume(sum(slot.end - slot.start for slot in found) >= 8 * 60)
    return tuple(found)


@st.composite
def moments(draw, days=8):
    anchor = draw(st.sampled_from(ANCHORS))
    return anchor + MINUTE * draw(st.integers(0, days * 1440))


@st.composite
def spans(draw, lengths):
    start = draw(moments())
    return start, start + MINUTE * draw(lengths)


@st.composite
def hours(draw):
    closures = draw(st.lists(spans(st.integers(1, 3 * 1440)), max_size=3))
    return Hours(draw(st.sampled_from(ZONES)), draw(slots()), tuple(closures))


pauses = st.lists(spans(st.integers(1, 2 * 1440)), max_size=3)


def due_of(opened, minutes, reading, received, stops=()):
    return due(opened, minutes, reading, begin(opened, received, reading), stops)


@given(hours(), promises, moments(), pauses)
def test_never_due_while_the_team_is_not_there(opened, minutes, received, stops):
    moment = due_of(opened, minutes, "hours", received, stops)
    day = to_local(moment - timedelta(microseconds=1), opened.tz).date()
    assert any(start < moment <= end for start, end in day_spans(opened, day))


@given(hours(), promises, moments(), pauses, st.sampled_from(["hours", "clock"]))
def test_exactly_what_was_promised_is_spent(opened, minutes, received, stops, reading):
    start = begin(opened, received, reading)
    moment = due(opened, minutes, reading, start, stops)
    length = spent(opened, reading, start, moment, stops)
    assert length == timedelta(minutes=minutes)


@given(hours(), st.integers(1, 300), moments(), pauses)
def test_counted_minute_by_minute_it_is_the_same(opened, minutes, received, stops):
    """An independent way: minute after minute, looking at the clock on the wall."""
    moment, left = received, minutes
    while left:
        left -= _is_open(opened, moment) and not _is_within(moment, stops)
        moment += MINUTE
    assert due_of(opened, minutes, "hours", received, stops) == moment


def _is_open(opened, moment):
    local = to_local(moment, opened.tz)
    minute = local.hour * 60 + local.minute
    on_slot = any(
        slot.weekday == local.weekday() and slot.start <= minute < slot.end
        for slot in opened.slots
    )
    return on_slot and not _is_within(moment, opened.closures)


def _is_within(moment, found):
    return any(start <= moment < end for start, end in found)


@given(hours(), readings, promises, st.integers(0, 1440), moments(), pauses)
def test_more_time_is_never_due_sooner(opened, reading, minutes, more, received, stops):
    sooner = due_of(opened, minutes, reading, received, stops)
    assert sooner <= due_of(opened, minutes + more, reading, received, stops)


@given(hours(), readings, promises, moments(), st.integers(0, 3000))
def test_who_asks_later_is_not_served_sooner(opened, reading, minutes, received, wait):
    sooner = due_of(opened, minutes, reading, received)
    assert sooner <= due_of(opened, minutes, reading, received + MINUTE * wait)


@given(hours(), readings, promises, moments(), pauses, pauses)
def test_pauses_only_delay(opened, reading, minutes, received, few, more):
    without = due_of(opened, minutes, reading, received)
    some = due_of(opened, minutes, reading, received, few)
    assert without <= some <= due_of(opened, minutes, reading, received, few + more)


@given(hours(), readings, promises, moments(), st.sampled_from([0, 600, 1170, 1439]))
def test_the_daily_limit_only_delays(opened, reading, minutes, received, limit):
    start = begin(opened, received, reading)
    limited = begin(opened, received, reading, limit)
    assert received <= start <= limited
    assert begin(opened, start, reading) == start


@given(hours(), readings, promises, moments(), pauses)
def test_warnings_come_in_order_and_before_the_end(
    opened, reading, minutes, received, stops
):
    start = begin(opened, received, reading)
    end = due(opened, minutes, reading, start, stops)
    told = [
        moment_at(opened, reading, start, end, percent, stops)
        for percent in (1, 50, 75, 90, 99)
    ]
    assert told == sorted(told)
    assert start <= told[0]
    assert told[-1] <= end


@given(st.sampled_from(ZONES), moments(), st.integers(0, 200))
def test_a_later_local_time_is_never_an_earlier_moment(tz, local, more):
    assert to_utc(local, tz) <= to_utc(local + MINUTE * more, tz)


@given(st.sampled_from(ZONES), moments(days=700))
def test_a_moment_is_found_again_by_its_local_time(tz, moment):
    """Except in the hour that comes twice: then it is the first one."""
    back = to_utc(to_local(moment, tz), tz)
    assert back == moment or to_local(back, tz) == to_local(moment, tz)
    assert back <= moment


@given(hours(), moments())
def test_spans_are_in_order_and_apart(opened, since):
    found = list(open_spans(opened, since, since + timedelta(days=9)))
    ends = [moment for span in found for moment in span]
    assert ends == sorted(ends)
    assert all(start < end for start, end in found)
