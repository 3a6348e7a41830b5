# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Factories and strategies shared by the tests of the planning engine.

Strategies use a small week, of seven days of forty minutes, so that a naive reckoning
minute by minute is quick.
"""

import math
from collections import defaultdict

from hypothesis import strategies as st
from support_planning_engine.inputs import (
    POLICIES,
    Candidate,
    Experience,
    Inputs,
    Technician,
)
from support_planning_engine.reasons import because

DAYS = tuple(range(0, 7 * 1440 + 1, 1440))
SMALL_DAYS = tuple(range(0, 7 * 40 + 1, 40))
MONDAY = "2026-03-09"
CUTOFF = "2026-03-06 13:00:00"
MORNING = (540, 780)
AFTERNOON = (900, 1080)


def at(day, hour, minute=0):
    """Return a minute of the axis of a week without clock changes."""
    return day * 1440 + hour * 60 + minute


def technician(id, *days, hours=(9, 16), **values):
    """Return somebody who works on these days (0: Monday), seven hours each."""
    free = tuple((at(day, hours[0]), at(day, hours[1])) for day in days)
    minutes = (hours[1] - hours[0]) * 60
    daily = tuple(minutes if day in days else 0 for day in range(7))
    return Technician(id, free, daily, **values)


def ticket(id, minutes=60, accepted=None, **values):
    """Return a ticket; a higher id was accepted later unless said otherwise."""
    accepted = accepted or f"2026-03-0{1 + id // 60 % 5} 09:{id % 60:02}:00"
    return Candidate(id, minutes, accepted, **values)


def week_of(technicians, tickets, policy="split", experience=(), **values):
    """Return the inputs of an ordinary week."""
    return Inputs(
        MONDAY,
        "Europe/Madrid",
        values.pop("days", DAYS),
        CUTOFF,
        policy,
        tuple(technicians),
        tuple(tickets),
        tuple(experience),
        **values,
    )


def codes(reasons):
    return [reason.code for reason in reasons]


def placed_minutes(proposal):
    """Return the planned minutes by ticket; 0 for who has none."""
    found = defaultdict(int)
    for line in proposal.lines:
        found[line.ticket] += line.minutes
    return found


def unplaced_of(proposal, id):
    """Return what is not planned of a ticket; ``None``: nothing."""
    return next((one for one in proposal.unplaced if one.ticket == id), None)


def lines_of(proposal, id):
    return [line for line in proposal.lines if line.ticket == id]


# === STRATEGIES === #
# Few draws for each thing, of numbers that are read as digits: many small draws would
# take most of the time of a test.

DAY_FREE = [(), ((0, 40),), ((5, 20), (22, 37)), ((30, 33),), ((0, 1), (10, 39))]
DAY_MINUTES = [0, 1, 17, 30, 45]
BACK_DAYS = [0, 0, 0, 0, 2, 7, 9, -1]
MOMENTS = [f"2026-03-0{day} 0{hour}:00:00" for day in range(1, 6) for hour in range(3)]


PRIME = 6_700_417


def digits(number, *bases):
    """Return digits, each in its base, that vary with a number: also with small ones,
    which are drawn most."""
    found, number = [], number * PRIME % math.prod(bases)
    for base in bases:
        number, digit = divmod(number, base)
        found.append(digit)
    return found


WEEKS_OF_DAYS = 5**7
SALTS = 16
MORE_OF_A_PERSON = len(BACK_DAYS) * 2 * 3 * SALTS


def person(id, pattern, more):
    """Return somebody with odd hours, read from numbers."""
    salt, back, with_reserve, full = digits(more, SALTS, len(BACK_DAYS), 2, 3)
    back_day = BACK_DAYS[back]
    free = [
        (day * 40 + start, day * 40 + end)
        for day, kind in enumerate(digits(pattern, *[5] * 7))
        for start, end in DAY_FREE[kind]
        if 0 <= back_day <= day
    ]
    minutes = digits((pattern * 7919 + salt * 4447) % WEEKS_OF_DAYS, *[5] * 7)
    return Technician(
        id,
        tuple(free),
        tuple(DAY_MINUTES[one] for one in minutes),
        (3, 7, 0, 0, 20, 1, 0) if with_reserve else (),
        back_day,
        full * 50,
    )


def teams(away=True, least=0, most=4):
    one = st.tuples(
        st.integers(0, WEEKS_OF_DAYS - 1),
        st.integers(0, (MORE_OF_A_PERSON if away else SALTS) - 1),
    )
    return st.lists(one, min_size=least, max_size=most).map(
        lambda found: tuple(person(id, *one) for id, one in enumerate(found, 1))
    )


# What keeps a ticket from some technicians, or out of the plan.
LIMITS = [
    *[{}] * 8,
    {"blocked": (because("hold"), because("balance", missing=30))},
    {"excluded": "the client asked for it"},
    {"not_before": "2026-03-16", "postponed": "the client is away"},
    {"not_before": MONDAY},
    {"accepted_at": "2026-03-06 13:00:01"},
    {"accepted_at": CUTOFF},
    *[
        {"pinned_technician": who, "pinned_start": start}
        for who, start in [(1, -1), (1, 60), (2, 0), (2, 200), (3, 130), (5, -1)]
    ],
    *[{"allowed": who} for who in [(1,), (2, 1), (3, 5), (5,), (4, 3, 2)]],
    *[{"changed_minutes": minutes} for minutes in (0, 5, 50, 200)],
    *[{"wait_days": days} for days in (1, 2, 5, 7, 9)],
    {"wait_days": 9, "waited_days": 3},
    {"wait_days": 9, "begun_by": 1},
    {"carried": True, "begun_by": 2},
    {"wait_days": 4, "waited_days": 2, "allowed": (1, 2)},
]


def odd_ticket(id, number, fixed, longest):
    """Return a ticket with anything in it, read from a number."""
    bases = longest, len(LIMITS) if fixed else 1, len(MOMENTS), 6, 4, 5
    minutes, limit, moment, usual, kind, carried = digits(number, *bases)
    values = {
        "accepted_at": MOMENTS[moment],
        "usual": usual,
        "kind": kind,
        "carried": carried == 4,
        "begun_by": 3 if carried == 3 else 0,
    }
    return Candidate(id, minutes + 1, **(values | LIMITS[limit]))


def tickets(fixed=True, longest=120, most=12):
    top = longest * (len(LIMITS) if fixed else 1) * len(MOMENTS) * 6 * 4 * 5
    return st.lists(st.integers(0, top - 1), min_size=2, max_size=most).map(
        lambda found: tuple(
            odd_ticket(id, one, fixed, longest) for id, one in enumerate(found, 1)
        )
    )


EXPERIENCE = st.lists(
    st.integers(0, 4 * 5 * 5 - 1), min_size=3, max_size=9, unique=True
).map(
    lambda found: tuple(
        {
            (kind, who): Experience(kind, who + 1, count)
            for count, who, kind in (digits(one, 5, 5, 4) for one in found)
        }.values()
    )
)


def inputs(fixed=True, policies=POLICIES, team=None, **values):
    """Inputs of a small week, with anything in them; ``fixed``: also with what keeps
    tickets from some technicians."""
    return st.builds(
        lambda people, found, policy, experience: week_of(
            people, found, policy, experience, days=SMALL_DAYS
        ),
        teams(away=fixed, least=1) if team is None else team,
        tickets(fixed, **values),
        st.sampled_from(policies),
        EXPERIENCE,
    )
