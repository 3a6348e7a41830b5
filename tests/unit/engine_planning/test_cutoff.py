# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The weekly cut-off: to the second, across clock changes, however late it is run."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support_planning_engine.cutoff import Cutoff, cutoff_for, last_passed
from support_planning_engine.inputs import Candidate
from support_planning_engine.scheduler import bars
from support_planning_engine.week import UTC, monday_of, to_local, to_text, to_utc

TWO = 14 * 60
MADRID = Cutoff(4, TWO, "Europe/Madrid")
ZONES = [
    "Europe/Madrid",
    "America/Mexico_City",
    "America/New_York",
    "America/Santiago",
    "Africa/Cairo",
    "Africa/Casablanca",
    "Asia/Gaza",
    "Asia/Tokyo",
    "Australia/Lord_Howe",
    "Pacific/Kiritimati",
]


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def is_late(accepted, cutoff):
    """Whether the scheduler refuses what was accepted at a moment."""
    candidate = Candidate(1, 60, to_text(accepted))
    codes = [one.code for one in bars(candidate, to_text(cutoff), "2000-01-03")]
    return "after_cutoff" in codes


# Fridays at 14:00 on both sides of both changes, in each zone.
FRIDAYS = [
    ("Europe/Madrid", "2026-03-27", "13:00"),
    ("Europe/Madrid", "2026-04-03", "12:00"),
    ("Europe/Madrid", "2026-10-23", "12:00"),
    ("Europe/Madrid", "2026-10-30", "13:00"),
    ("America/Mexico_City", "2022-04-01", "20:00"),
    ("America/Mexico_City", "2022-04-08", "19:00"),
    ("America/Mexico_City", "2022-10-28", "19:00"),
    ("America/Mexico_City", "2022-11-04", "20:00"),
    ("America/Mexico_City", "2026-04-03", "20:00"),
    ("Africa/Cairo", "2026-04-17", "12:00"),
    ("Africa/Cairo", "2026-04-24", "11:00"),  # the day of the change
    ("Africa/Cairo", "2026-10-23", "11:00"),
    ("Africa/Cairo", "2026-10-30", "12:00"),  # the night before it
    ("Asia/Amman", "2021-03-26", "11:00"),
    ("Asia/Amman", "2021-10-29", "12:00"),
    ("Asia/Kolkata", "2026-03-27", "08:30"),
]


@pytest.mark.parametrize(("tz", "friday", "hour"), FRIDAYS)
def test_friday_at_two_by_the_clock_of_the_team(tz, friday, hour):
    monday = date.fromisoformat(friday) + timedelta(days=3)
    moment = cutoff_for(Cutoff(4, TWO, tz), monday)
    assert to_text(moment) == f"{friday} {hour}:00"


@pytest.mark.parametrize(("tz", "friday", "hour"), FRIDAYS)
def test_second_by_second_around_each_friday(tz, friday, hour):
    """The second of the cut-off still belongs to the clients, also in its fractions."""
    cutoff, two = Cutoff(4, TWO, tz), utc(f"{friday} {hour}")
    coming = date.fromisoformat(friday) + timedelta(days=3)
    before = coming - timedelta(days=7)
    second, almost = timedelta(seconds=1), timedelta(microseconds=999_999)
    planned = {
        two - second: before,
        two: before,
        two + almost: before,
        two + second: coming,
    }
    for now, monday in planned.items():
        assert last_passed(cutoff, now).monday == monday
    accepted = [two - second, two, two + almost, two + second]
    assert [is_late(one, two) for one in accepted] == [False, False, False, True]


@given(
    st.builds(Cutoff, st.integers(0, 6), st.integers(0, 1439), st.sampled_from(ZONES)),
    st.datetimes(datetime(2015, 1, 1), datetime(2030, 12, 31)),
)
def test_last_cutoff_is_over_and_the_next_one_is_not(cutoff, now):
    now = now.replace(tzinfo=UTC)
    last = last_passed(cutoff, now)
    coming = cutoff_for(cutoff, last.monday + timedelta(days=7))
    assert last.moment < now.replace(microsecond=0) <= coming
    assert last.monday.weekday() == 0


@given(
    st.builds(Cutoff, st.integers(0, 6), st.integers(0, 1439), st.sampled_from(ZONES)),
    st.dates(date(2015, 1, 1), date(2030, 12, 31)).map(monday_of),
)
def test_cutoff_lies_in_the_week_before(cutoff, monday):
    """By the local clock, except where the clocks skip it."""
    moment = cutoff_for(cutoff, monday)
    local = to_local(moment, cutoff.tz)
    stored = datetime.combine(monday, datetime.min.time()) + timedelta(
        days=cutoff.weekday - 7, minutes=cutoff.minute
    )
    assert local == stored or local > stored and to_utc(stored, cutoff.tz) == moment
    start = to_utc(datetime.combine(monday, datetime.min.time()), cutoff.tz)
    assert start - timedelta(days=8) < moment <= start


def test_no_acceptance_that_counts_comes_after_a_run():
    """Whatever moment a run takes place at, what is accepted from then on is late."""
    two = cutoff_for(MADRID, date(2026, 3, 9))
    moments = [
        two + timedelta(microseconds=micro)
        for micro in range(-2_000_000, 3_000_000, 250_000)
    ]
    runs = [one for one in moments if last_passed(MADRID, one).moment == two]
    assert len(runs) == 8
    assert all(is_late(one, two) for one in runs)


@pytest.mark.parametrize("days", [0, 1, 3, 6])
def test_late_run_takes_the_same_cutoff(days):
    late = utc("2026-03-27 13:00:01") + timedelta(days=days)
    passed = last_passed(MADRID, late)
    assert passed.monday == date(2026, 3, 30)
    assert to_text(passed.moment) == "2026-03-27 13:00:00"


def test_after_weeks_without_a_run_only_the_last_cutoff_is_left():
    assert last_passed(MADRID, utc("2026-04-20 08:00")).monday == date(2026, 4, 20)


def test_ten_teams_in_ten_zones_each_pass_at_their_own_hour():
    """At one moment some have passed their Friday 14:00 and some have not."""
    now = utc("2026-03-27 12:30")
    passed = {
        tz: last_passed(Cutoff(4, TWO, tz), now).monday == date(2026, 3, 30)
        for tz in ZONES
    }
    assert passed == {
        "Europe/Madrid": False,
        "America/Mexico_City": False,
        "America/New_York": False,
        "America/Santiago": False,
        "Africa/Cairo": True,
        "Africa/Casablanca": False,
        "Asia/Gaza": True,
        "Asia/Tokyo": True,
        "Australia/Lord_Howe": True,
        "Pacific/Kiritimati": True,
    }


@pytest.mark.parametrize(
    ("cutoff", "monday", "moment"),
    [
        # On Sunday night, and in the hours that the clocks skip or show twice.
        (Cutoff(6, 1439, "Europe/Madrid"), "2026-03-30", "2026-03-29 21:59:00"),
        (Cutoff(6, 150, "Europe/Madrid"), "2026-03-30", "2026-03-29 01:00:00"),
        (Cutoff(6, 150, "Europe/Madrid"), "2026-10-26", "2026-10-25 00:30:00"),
        (Cutoff(4, 30, "Africa/Cairo"), "2026-04-27", "2026-04-23 22:00:00"),
        (Cutoff(3, 1410, "Africa/Cairo"), "2026-11-02", "2026-10-29 20:30:00"),
        # On the Friday that Samoa never had.
        (Cutoff(4, TWO, "Pacific/Apia"), "2012-01-02", "2011-12-30 10:00:00"),
        (Cutoff(0, 0, "UTC"), "2026-03-09", "2026-03-02 00:00:00"),
    ],
)
def test_cutoff_at_an_odd_hour(cutoff, monday, moment):
    assert to_text(cutoff_for(cutoff, date.fromisoformat(monday))) == moment


@pytest.mark.parametrize(("weekday", "minute"), [(-1, 0), (7, 0), (0, -1), (0, 1440)])
def test_what_is_no_time_of_the_week_is_refused(weekday, minute):
    with pytest.raises(ValueError, match="must be from 0"):
        Cutoff(weekday, minute, "UTC")
