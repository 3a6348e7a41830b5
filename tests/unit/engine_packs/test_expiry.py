# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The days on which a pack is good."""

from datetime import date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support_packs_engine.expiry import (
    add_months,
    end_of_day_utc,
    expiry_date,
    is_usable,
    local_date,
    start_of_day_utc,
)

MADRID, MEXICO, CAIRO = "Europe/Madrid", "America/Mexico_City", "Africa/Cairo"
ZONES = [MADRID, MEXICO, CAIRO, "UTC", "Asia/Kolkata", "Pacific/Auckland"]


@pytest.mark.parametrize(
    ("day", "months", "result"),
    [
        (date(2026, 3, 3), 12, date(2027, 3, 3)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
        (date(2026, 11, 30), 1, date(2026, 12, 30)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2026, 3, 31), 0, date(2026, 3, 31)),
    ],
)
def test_months_are_added_and_clamped(day, months, result):
    assert add_months(day, months) == result


@pytest.mark.parametrize(
    ("kind", "months", "last_used", "held", "result"),
    [
        ("none", 12, None, 0, None),
        ("none", 0, date(2026, 9, 1), 5, None),
        ("purchase", 12, None, 0, date(2027, 3, 3)),
        ("purchase", 12, date(2026, 9, 1), 0, date(2027, 3, 3)),
        ("purchase", 12, None, 10, date(2027, 3, 13)),
        ("last_use", 12, None, 0, date(2027, 3, 3)),
        ("last_use", 12, date(2026, 9, 1), 0, date(2027, 9, 1)),
        ("last_use", 12, date(2026, 9, 1), 30, date(2027, 10, 1)),
        ("last_use", 12, date(2026, 1, 1), 0, date(2027, 3, 3)),
    ],
)
def test_last_good_day(kind, months, last_used, held, result):
    assert expiry_date(kind, months, date(2026, 3, 3), last_used, held) == result


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        (("yearly", 12, date(2026, 3, 3)), "kind"),
        (("purchase", 0, date(2026, 3, 3)), "months"),
        (("last_use", -1, date(2026, 3, 3)), "months"),
        (("purchase", 1, date(2026, 3, 3), None, -1), "held_days"),
    ],
)
def test_bad_value_is_refused_by_its_name(arguments, name):
    with pytest.raises(ValueError, match=name):
        expiry_date(*arguments)


def test_bono_of_march_is_usable_through_its_last_day():
    expires = expiry_date("purchase", 12, date(2026, 3, 3))
    assert is_usable(expires, date(2027, 3, 3))
    assert not is_usable(expires, date(2027, 3, 4))


@pytest.mark.parametrize(
    ("moment", "zone", "day"),
    [
        # A UTC evening is the next day in Madrid, and the same in Mexico.
        (datetime(2027, 3, 3, 23, 30), MADRID, date(2027, 3, 4)),
        (datetime(2027, 3, 3, 23, 30), MEXICO, date(2027, 3, 3)),
        (datetime(2027, 3, 3, 22, 59), MADRID, date(2027, 3, 3)),
        (datetime(2027, 3, 4, 5, 59), MEXICO, date(2027, 3, 3)),
        # Madrid goes to summer time on 29 March 2026, back on 25 October.
        (datetime(2026, 3, 28, 22, 59), MADRID, date(2026, 3, 28)),
        (datetime(2026, 3, 29, 22, 0), MADRID, date(2026, 3, 30)),
        (datetime(2026, 10, 24, 22, 0), MADRID, date(2026, 10, 25)),
        (datetime(2026, 10, 25, 22, 59), MADRID, date(2026, 10, 25)),
        # Mexico had summer time until 2022.
        (datetime(2022, 7, 1, 5, 0), MEXICO, date(2022, 7, 1)),
        (datetime(2023, 7, 1, 5, 0), MEXICO, date(2023, 6, 30)),
        # A moment that knows its zone.
        (
            datetime(2027, 3, 3, 18, 0, tzinfo=timezone(timedelta(hours=-6))),
            MADRID,
            date(2027, 3, 4),
        ),
    ],
)
def test_local_day_of_a_moment(moment, zone, day):
    assert local_date(moment, zone) == day


@pytest.mark.parametrize(
    ("day", "zone", "hours"),
    [
        (date(2026, 3, 29), MADRID, 23),
        (date(2026, 10, 25), MADRID, 25),
        (date(2026, 7, 1), MADRID, 24),
        (date(2022, 4, 3), MEXICO, 23),
        (date(2022, 10, 30), MEXICO, 25),
        (date(2026, 4, 5), MEXICO, 24),
        # In Cairo the clock jumps over midnight itself.
        (date(2026, 4, 24), CAIRO, 23),
    ],
)
def test_day_has_as_many_hours_as_its_clock_says(day, zone, hours):
    start, end = start_of_day_utc(day, zone), end_of_day_utc(day, zone)
    assert end - start == timedelta(hours=hours, seconds=-1)


def test_moments_of_a_day_are_naive():
    assert start_of_day_utc(date(2026, 7, 1), MADRID).tzinfo is None


@pytest.mark.parametrize("zone", ["Europe/Atlantis", "", "../etc/passwd", None, False])
def test_unknown_time_zone_is_refused(zone):
    with pytest.raises(ValueError, match="time zone"):
        local_date(datetime(2026, 7, 1), zone)


@given(
    st.dates(date(1990, 1, 1), date(2100, 1, 1)), st.integers(0, 60), st.integers(0, 60)
)
def test_more_months_never_end_sooner(day, months, more):
    assert add_months(day, months) <= add_months(day, months + more)


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)), st.integers(0, 120))
def test_month_is_never_skipped(day, months):
    result = add_months(day, months)
    assert (result.year - day.year) * 12 + result.month - day.month == months
    assert result.day <= day.day


@given(st.dates(date(1990, 1, 1), date(2036, 1, 1)), st.sampled_from(ZONES))
def test_both_ends_of_a_day_are_in_it_and_their_neighbours_are_not(day, zone):
    second = timedelta(seconds=1)
    start, end = start_of_day_utc(day, zone), end_of_day_utc(day, zone)
    assert local_date(start, zone) == local_date(end, zone) == day
    assert local_date(start - second, zone) < day < local_date(end + second, zone)
