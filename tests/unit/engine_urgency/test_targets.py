# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""When an answer or a solution is due, in local times of Madrid unless said."""

from datetime import datetime, timedelta

import pytest
from support_urgency_engine.opening import Hours, next_opening, to_local, to_utc, weekly
from support_urgency_engine.targets import (
    begin,
    due,
    moment_at,
    next_percent,
    parse_percents,
    spent,
)

MADRID = "Europe/Madrid"
SPLIT = Hours(MADRID, weekly((9, 13), (15, 18)))
LONG = Hours(MADRID, weekly((10, 20)))
ALWAYS = Hours(MADRID)
LIMIT = 19 * 60 + 30


def at(text):
    """Return a local time of Madrid, ``YYYY-MM-DD HH:MM[:SS]``, as a UTC moment."""
    return to_utc(datetime.fromisoformat(text), MADRID)


def say(moment):
    """Return a UTC moment as local time of Madrid, with its weekday."""
    return f"{to_local(moment, MADRID):%a %Y-%m-%d %H:%M}"


def due_of(hours, minutes, reading, received, *pauses, limit=None):
    """Return until when a request received then is to be served, as people say it."""
    start = begin(hours, at(received), reading, limit)
    spans = [(at(since), until and at(until)) for since, until in pauses]
    return say(due(hours, minutes, reading, start, spans))


def closed_on(hours, day):
    """Return the hours with a holiday on a local day."""
    closure = (at(f"{day} 00:00"), at(f"{day} 00:00") + timedelta(hours=24))
    return Hours(hours.tz, hours.slots, (*hours.closures, closure))


# --- Opening hours: split days, nights, weekends, holidays ---


@pytest.mark.parametrize(
    ("received", "minutes", "result"),
    [
        ("2026-07-01 09:00", 10, "Wed 2026-07-01 09:10"),
        ("2026-07-01 12:55", 10, "Wed 2026-07-01 15:05"),
        ("2026-07-01 13:30", 10, "Wed 2026-07-01 15:10"),
        ("2026-07-01 17:55", 10, "Thu 2026-07-02 09:05"),
        ("2026-07-01 20:00", 10, "Thu 2026-07-02 09:10"),
        ("2026-07-03 17:55", 10, "Mon 2026-07-06 09:05"),
        ("2026-07-04 12:00", 10, "Mon 2026-07-06 09:10"),
        ("2026-07-01 09:00", 240, "Wed 2026-07-01 13:00"),
        ("2026-07-01 09:00", 420, "Wed 2026-07-01 18:00"),
        ("2026-07-01 09:00", 421, "Thu 2026-07-02 09:01"),
        ("2026-07-01 09:00", 24 * 60, "Mon 2026-07-06 12:00"),
    ],
)
def test_hours_of_a_split_day(received, minutes, result):
    assert due_of(SPLIT, minutes, "hours", received) == result


@pytest.mark.parametrize("reading", ["hours", "days"])
def test_a_holiday_delays(reading):
    hours = closed_on(SPLIT, "2026-10-12")  # a Monday
    assert due_of(hours, 60, "hours", "2026-10-09 17:30") == "Tue 2026-10-13 09:30"
    assert due_of(hours, 1440, "days", "2026-10-09 17:30") == "Tue 2026-10-13 17:30"
    assert begin(hours, at("2026-10-12 11:00"), reading) == at("2026-10-13 09:00")


def test_the_clock_does_not_know_holidays():
    hours = closed_on(SPLIT, "2026-10-12")
    assert due_of(hours, 60, "clock", "2026-10-12 03:00") == "Mon 2026-10-12 04:00"


def test_half_a_holiday():
    closure = (at("2026-12-24 13:00"), at("2026-12-25 00:00"))
    hours = closed_on(Hours(MADRID, SPLIT.slots, (closure,)), "2026-12-25")
    assert due_of(hours, 120, "hours", "2026-12-24 12:00") == "Mon 2026-12-28 10:00"


# --- Both changes of the clocks, and a leap day ---


@pytest.mark.parametrize(
    ("received", "minutes", "reading", "result"),
    [
        # The clocks go forward in the night to Sunday, 29 March 2026.
        ("2026-03-27 17:30", 60, "hours", "Mon 2026-03-30 09:30"),
        ("2026-03-27 17:30", 1440, "days", "Mon 2026-03-30 17:30"),
        ("2026-03-28 12:00", 1440, "clock", "Sun 2026-03-29 13:00"),
        # And back in the night to Sunday, 25 October 2026.
        ("2026-10-23 17:30", 60, "hours", "Mon 2026-10-26 09:30"),
        ("2026-10-23 17:30", 1440, "days", "Mon 2026-10-26 17:30"),
        ("2026-10-24 12:00", 1440, "clock", "Sun 2026-10-25 11:00"),
        # The 29th of February 2028 is a Tuesday, of 2024 a Thursday.
        ("2028-02-28 17:30", 60, "hours", "Tue 2028-02-29 09:30"),
        ("2028-02-28 17:30", 1440, "days", "Tue 2028-02-29 17:30"),
        ("2028-02-29 17:30", 1440, "days", "Wed 2028-03-01 17:30"),
        ("2024-02-29 12:00", 1440, "clock", "Fri 2024-03-01 12:00"),
    ],
)
def test_clock_changes_and_leap_days(received, minutes, reading, result):
    assert due_of(SPLIT, minutes, reading, received) == result


@pytest.mark.parametrize(
    ("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-07-01", 24)]
)
def test_who_is_always_there_has_days_of_as_many_hours_as_they_have(day, hours):
    start = at(f"{day} 00:00")
    midnight = due(ALWAYS, hours * 60, "hours", start)
    assert to_local(midnight, MADRID).time() == datetime.min.time()
    # Under ``days`` it is the same hour all the same.
    assert due(ALWAYS, 1440, "days", start) == midnight


@pytest.mark.parametrize(
    ("day", "utc"), [("2026-03-28", 8), ("2026-03-30", 7), ("2026-10-26", 8)]
)
def test_openings_keep_their_hour_when_the_clocks_change(day, utc):
    hours = Hours(MADRID, weekly((9, 13), days=range(7)))
    opening = next_opening(hours, at(f"{day} 00:00"))
    assert opening == datetime.fromisoformat(day) + timedelta(hours=utc)


@pytest.mark.parametrize(
    ("local", "tz", "utc"),
    [
        # Skipped: the moment of the change. Twice: the first one.
        ("2026-03-29 02:00", MADRID, "2026-03-29 01:00"),
        ("2026-03-29 02:30", MADRID, "2026-03-29 01:00"),
        ("2026-03-29 03:00", MADRID, "2026-03-29 01:00"),
        ("2026-10-25 02:30", MADRID, "2026-10-25 00:30"),
        ("2026-10-04 02:10", "Australia/Lord_Howe", "2026-10-03 15:30"),
        ("2026-04-05 01:40", "Australia/Lord_Howe", "2026-04-04 14:40"),
    ],
)
def test_local_times_around_the_changes(local, tz, utc):
    moment = to_utc(datetime.fromisoformat(local), tz)
    assert moment == datetime.fromisoformat(utc)


@pytest.mark.parametrize(
    ("slot", "day", "minutes"),
    [
        ((0, 6), "2026-03-29", 5 * 60),
        ((0, 6), "2026-10-25", 7 * 60),
        ((2, 3), "2026-03-29", 0),
    ],
)
def test_a_night_shift_over_the_change(slot, day, minutes):
    hours = Hours(MADRID, weekly(slot, days=[6]))
    start = at(f"{day} 00:00")
    length = spent(hours, "hours", start, start + timedelta(hours=12))
    assert length == timedelta(minutes=minutes)


def test_a_zone_whose_clocks_change_at_midnight():
    """In Beirut the day of the change has no midnight: it begins at one."""
    hours = Hours("Asia/Beirut")
    before = to_utc(datetime(2026, 3, 28, 23, 30), "Asia/Beirut")
    start = begin(hours, before, "hours", LIMIT)
    assert to_local(start, "Asia/Beirut") == datetime(2026, 3, 29, 1, 0)


# --- Working days ---


@pytest.mark.parametrize(
    ("received", "minutes", "result"),
    [
        ("2026-07-01 10:20", 1440, "Thu 2026-07-02 10:20"),
        ("2026-07-03 10:20", 1440, "Mon 2026-07-06 10:20"),
        ("2026-07-03 10:20", 3 * 1440, "Wed 2026-07-08 10:20"),
        # A break does not matter; before opening, after closing, weekends do.
        ("2026-07-01 14:00", 1440, "Thu 2026-07-02 14:00"),
        ("2026-07-01 07:00", 1440, "Thu 2026-07-02 09:00"),
        ("2026-07-01 20:00", 1440, "Fri 2026-07-03 09:00"),
        ("2026-07-04 12:00", 1440, "Tue 2026-07-07 09:00"),
        # Less than a day counts in opening hours, never more than one more day.
        ("2026-07-01 17:55", 10, "Thu 2026-07-02 09:05"),
        ("2026-07-01 10:20", 1440 + 60, "Thu 2026-07-02 11:20"),
        ("2026-07-01 10:20", 1439, "Thu 2026-07-02 10:20"),
    ],
)
def test_working_days(received, minutes, result):
    assert due_of(SPLIT, minutes, "days", received) == result


# --- The daily limit ---


@pytest.mark.parametrize(
    ("received", "result"),
    [
        ("2026-07-01 19:30:00", "Wed 2026-07-01 19:40"),
        ("2026-07-01 19:30:01", "Thu 2026-07-02 10:10"),
        ("2026-07-01 19:45", "Thu 2026-07-02 10:10"),
        ("2026-07-03 19:45", "Mon 2026-07-06 10:10"),
        ("2026-07-01 00:10", "Wed 2026-07-01 10:10"),
    ],
)
def test_after_the_limit_it_starts_at_the_next_opening(received, result):
    assert due_of(LONG, 10, "hours", received, limit=LIMIT) == result


@pytest.mark.parametrize("reading", ["hours", "days", "clock"])
def test_the_limit_holds_for_every_reading(reading):
    late = at("2026-07-03 19:45")
    assert begin(LONG, late, reading, LIMIT) == at("2026-07-06 10:00")
    assert begin(LONG, late, reading) == late


def test_the_limit_before_a_holiday():
    hours = closed_on(LONG, "2026-10-12")
    assert begin(hours, at("2026-10-09 20:00"), "clock", LIMIT) == at(
        "2026-10-13 10:00"
    )


# --- Pauses ---


@pytest.mark.parametrize(
    ("reading", "minutes", "pause", "result"),
    [
        # Without a pause: 15:45, 13:45 by the clock, 09:45 the next day.
        ("hours", 240, ("10:00", "11:00"), "Wed 2026-07-01 16:45"),
        ("clock", 240, ("10:00", "11:00"), "Wed 2026-07-01 14:45"),
        ("days", 1440, ("10:00", "11:00"), "Thu 2026-07-02 10:45"),
        ("days", 1440, ("12:00", "16:00"), "Thu 2026-07-02 11:45"),
        # Nothing is lost while nobody is there.
        ("hours", 240, ("13:00", "15:00"), "Wed 2026-07-01 15:45"),
        ("days", 1440, ("13:00", "15:00"), "Thu 2026-07-02 09:45"),
        # What comes after the end changes nothing.
        ("clock", 60, ("11:00", "12:00"), "Wed 2026-07-01 10:45"),
    ],
)
def test_a_pause_delays_by_what_it_took(reading, minutes, pause, result):
    since, until = (f"2026-07-01 {hour}" for hour in pause)
    received = "2026-07-01 09:45"
    assert due_of(SPLIT, minutes, reading, received, (since, until)) == result


@pytest.mark.parametrize("reading", ["hours", "days", "clock"])
def test_overlapping_pauses_count_once(reading):
    one = [("2026-07-01 10:00", "2026-07-01 12:00")]
    two = [
        ("2026-07-01 11:00", "2026-07-01 12:00"),
        ("2026-07-01 10:00", "2026-07-01 11:30"),
        ("2026-07-01 10:30", "2026-07-01 11:00"),
    ]
    received = "2026-07-01 09:30"
    assert due_of(SPLIT, 1440, reading, received, *one) == due_of(
        SPLIT, 1440, reading, received, *two
    )


@pytest.mark.parametrize("reading", ["hours", "days", "clock"])
def test_while_a_pause_lasts_nothing_is_due(reading):
    start = at("2026-07-01 09:30")
    lasting = [(at("2026-07-01 10:00"), None)]
    assert due(SPLIT, 1440, reading, start, lasting) is None
    # What was due before it began stays so.
    assert due(SPLIT, 30, reading, start, lasting) == at("2026-07-01 10:00")


# --- Without an opening ---


@pytest.mark.parametrize("reading", ["hours", "days"])
def test_who_never_opens_promises_nothing(reading):
    never = Hours(MADRID, ())
    assert begin(never, at("2026-07-01 10:00"), reading) is None
    assert due(never, 60, "hours", at("2026-07-01 10:00")) is None


def test_two_weeks_that_alternate():
    slots = tuple(
        slot.__class__(slot.weekday, slot.start, slot.end, week=0)
        for slot in weekly((9, 13))
    )
    hours = Hours(MADRID, slots)
    openings = [
        next_opening(hours, at(f"2026-07-{day:02} 00:00")).date() for day in (6, 13, 20)
    ]
    assert len(set(openings)) == 2
    assert all(
        (one - openings[0]).days % 14 == 0 for one in openings if one.weekday() == 0
    )


# --- How much was spent, warnings ---


def test_what_was_spent_is_open_time():
    start = at("2026-07-03 17:00")
    assert spent(SPLIT, "hours", start, at("2026-07-06 10:00")) == timedelta(hours=2)
    assert spent(SPLIT, "days", start, at("2026-07-06 10:00")) == timedelta(hours=2)
    assert spent(SPLIT, "clock", start, at("2026-07-06 10:00")) == timedelta(hours=65)
    assert spent(SPLIT, "hours", start, at("2026-07-01 10:00")) == timedelta()


@pytest.mark.parametrize(
    ("percent", "result"),
    [
        (50, "Wed 2026-07-01 11:00"),
        (75, "Wed 2026-07-01 12:00"),
        (90, "Wed 2026-07-01 12:36"),
    ],
)
def test_warnings_come_at_their_share_of_the_time(percent, result):
    start, end = at("2026-07-01 09:00"), at("2026-07-01 13:00")
    assert say(moment_at(SPLIT, "hours", start, end, percent)) == result


def test_what_people_type():
    assert parse_percents("50, 75, 90") == (50, 75, 90)
    assert parse_percents("90 % 50%") == (50, 90)
    assert parse_percents("") == ()
    for text in ("100", "0", "x", "-5", "7.5", "½"):
        with pytest.raises(ValueError, match=".+"):
            parse_percents(text)


def test_each_warning_once():
    assert [next_percent((50, 75, 90), told) for told in (0, 50, 60, 75, 90, 95)] == [
        50,
        75,
        75,
        90,
        None,
        None,
    ]


@pytest.mark.parametrize(
    "call",
    [
        lambda: due(SPLIT, 0, "hours", at("2026-07-01 09:00")),
        lambda: due(SPLIT, 10, "weeks", at("2026-07-01 09:00")),
        lambda: begin(SPLIT, at("2026-07-01 09:00"), ""),
        lambda: moment_at(
            SPLIT, "hours", at("2026-07-01 09:00"), at("2026-07-01 10:00"), 0
        ),
    ],
)
def test_what_makes_no_sense_is_refused(call):
    with pytest.raises(ValueError, match="must be"):
        call()
