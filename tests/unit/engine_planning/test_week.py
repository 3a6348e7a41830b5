# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Weeks by the clock of a place, and the axis of minutes that really pass."""

from datetime import date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support_planning_engine.week import (
    UTC,
    monday_of,
    to_local,
    to_text,
    to_utc,
    week_of,
)

ZONES = st.sampled_from(
    [
        "Europe/Madrid",
        "America/Mexico_City",
        "America/Santiago",  # changes at midnight
        "Africa/Cairo",  # changes on Fridays, at midnight
        "Africa/Casablanca",  # changes twice around Ramadan
        "Asia/Amman",
        "Asia/Kathmandu",
        "Australia/Lord_Howe",  # moves by half an hour
        "Pacific/Apia",
        "UTC",
    ]
)
MONDAYS = st.dates(date(2010, 1, 1), date(2035, 12, 31)).map(monday_of)


@pytest.mark.parametrize(
    ("tz", "monday", "hours"),
    [
        ("Europe/Madrid", date(2026, 3, 9), 168),
        ("Europe/Madrid", date(2026, 3, 23), 167),
        ("Europe/Madrid", date(2026, 10, 19), 169),
        ("America/Mexico_City", date(2026, 4, 6), 168),  # no changes since 2022
        ("America/Mexico_City", date(2022, 3, 28), 167),
        ("Africa/Cairo", date(2026, 4, 20), 167),
        ("Africa/Cairo", date(2026, 10, 26), 169),
        ("Asia/Kolkata", date(2026, 3, 23), 168),
        ("Pacific/Apia", date(2011, 12, 26), 144),  # had no Friday
    ],
)
def test_length_of_a_week(tz, monday, hours):
    week = week_of(monday, tz)
    assert week.end - week.start == timedelta(hours=hours)
    assert week.days[-1] == hours * 60


def test_day_that_a_place_skipped_has_no_minutes():
    days = week_of(date(2011, 12, 26), "Pacific/Apia").days
    assert [b - a for a, b in zip(days, days[1:], strict=False)] == [
        *[1440] * 4,
        0,
        *[1440] * 2,
    ]


@given(MONDAYS, ZONES)
def test_weeks_follow_each_other_without_a_gap(monday, tz):
    week, following = week_of(monday, tz), week_of(monday + timedelta(days=7), tz)
    assert week.end == following.start
    assert list(week.days) == sorted(week.days)
    assert week.days[0] == 0


@given(MONDAYS, ZONES, st.integers(0, 6), st.integers(0, 1439))
def test_minute_of_a_local_time_lies_in_its_day(monday, tz, day, minute):
    """The axis goes there and back, and knows the local day."""
    week = week_of(monday, tz)
    local = datetime.combine(monday, datetime.min.time()) + timedelta(
        days=day, minutes=minute
    )
    moment = to_utc(local, tz)
    axis = week.minute_of(moment)
    assert week.moment_of(axis) <= moment < week.moment_of(axis + 1)
    if to_local(moment, tz) == local:
        assert week.days[day] <= axis < week.days[day + 1]


@given(MONDAYS, ZONES, st.integers(-90_000, 700_000), st.integers(0, 90_000))
def test_time_had_is_never_more_and_time_taken_never_less(monday, tz, second, length):
    week = week_of(monday, tz)
    start = week.start + timedelta(seconds=second)
    end = start + timedelta(seconds=length)
    own = max(timedelta(), min(end, week.end) - max(start, week.start))
    inside, around = week.inside(start, end), week.around(start, end)
    minute = timedelta(minutes=1)
    assert own - 2 * minute < (inside[1] - inside[0]) * minute <= own
    if own:
        assert own <= (around[1] - around[0]) * minute < own + 2 * minute
        assert around[0] <= inside[0] <= inside[1] <= around[1]
    for span in (inside, around):
        assert 0 <= span[0] <= span[1] <= week.days[-1]


# === LOCAL TIMES THAT ARE NO MOMENT, OR TWO === #


@pytest.mark.parametrize(
    ("tz", "local", "utc"),
    [
        # Twice: the first one.
        ("Europe/Madrid", "2026-10-25 02:30", "2026-10-25 00:30"),
        ("America/Mexico_City", "2021-10-31 01:30", "2021-10-31 06:30"),
        ("Africa/Cairo", "2026-10-29 23:30", "2026-10-29 20:30"),
        ("Australia/Lord_Howe", "2026-04-05 01:45", "2026-04-04 14:45"),
        # Skipped: the moment of the change.
        ("Europe/Madrid", "2026-03-29 02:00", "2026-03-29 01:00"),
        ("Europe/Madrid", "2026-03-29 02:59", "2026-03-29 01:00"),
        ("America/Mexico_City", "2022-04-03 02:30", "2022-04-03 08:00"),
        ("Africa/Cairo", "2026-04-24 00:30", "2026-04-23 22:00"),
        ("Asia/Amman", "2021-03-26 00:15", "2021-03-25 22:00"),
        ("Pacific/Apia", "2011-12-30 14:00", "2011-12-30 10:00"),
        # Beside a change.
        ("Europe/Madrid", "2026-03-29 01:59", "2026-03-29 00:59"),
        ("Europe/Madrid", "2026-03-29 03:00", "2026-03-29 01:00"),
        ("Africa/Cairo", "2026-04-24 01:00", "2026-04-23 22:00"),
    ],
)
def test_moment_of_a_local_time(tz, local, utc):
    moment = to_utc(datetime.fromisoformat(local), tz)
    assert to_text(moment) == f"{utc}:00"


@given(ZONES, st.datetimes(datetime(2010, 1, 1), datetime(2035, 1, 1)), st.data())
def test_later_local_time_is_never_an_earlier_moment(tz, local, data):
    later = local + timedelta(seconds=data.draw(st.integers(0, 200_000)))
    assert to_utc(local, tz) <= to_utc(later, tz)


@pytest.mark.parametrize("tz", ["Europe/Nowhere", "", "../etc/passwd", None])
def test_unknown_time_zone_is_refused(tz):
    with pytest.raises(ValueError, match="unknown time zone"):
        to_utc(datetime(2026, 3, 9), tz)


def test_moment_without_time_zone_is_refused():
    week = week_of(date(2026, 3, 9), "UTC")
    for call in (week.minute_of, to_text):
        with pytest.raises(ValueError, match="no time zone"):
            call(datetime(2026, 3, 9))


def test_moment_in_another_zone_is_the_same_minute():
    week = week_of(date(2026, 3, 9), "Europe/Madrid")
    there = timezone(timedelta(hours=-6))
    assert week.minute_of(datetime(2026, 3, 9, 2, tzinfo=there)) == 540
    assert to_text(datetime(2026, 3, 9, 2, tzinfo=there)) == "2026-03-09 08:00:00"
    assert week.minute_of(datetime(2026, 3, 9, 8, tzinfo=UTC)) == 540
