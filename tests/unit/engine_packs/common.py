# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Factories and strategies shared by the tests of the packs engine."""

from dataclasses import dataclass
from datetime import date, timedelta

from hypothesis import strategies as st
from support_packs_engine.drawdown import PackState, Usage
from support_packs_engine.tariff import Facts, Rules, Step, Supplement

TODAY = date(2026, 3, 3)


@dataclass(frozen=True)
class HalfMore:
    """The seed's urgency: so many percent of the urgent work.

    Of all that is due so far if there was no work before the urgency [000].
    """

    percent: int = 50

    def added(self, *, base, normal, urgent):
        on = urgent if normal else base
        added = -(-on * self.percent // 100)
        return Step("surcharge", {"percent": self.percent, "on": on, "added": added})


def pack(id=1, balance=1800, granted=None, activated=TODAY, expires=None):
    """Return a pack of 30 hours without end, bought today."""
    return PackState(id, balance, granted or balance, activated, expires)


def usages(*quantities):
    """Return usages of so many units, each of its own pack, in posting order."""
    return [
        Usage(entry_id=100 + index, pack_id=index, quantity=quantity)
        for index, quantity in enumerate(quantities, start=1)
    ]


def days(least=-400, most=400):
    """Days around today."""
    return st.integers(least, most).map(lambda count: TODAY + timedelta(days=count))


@st.composite
def packs(draw, max_size=6):
    """Lists of packs with all kinds of balances, ages and ends, in any order."""
    result = []
    for id in draw(st.permutations(range(1, draw(st.integers(0, max_size)) + 1))):
        granted = draw(st.integers(1, 300))
        result.append(
            PackState(
                id=id,
                balance=draw(st.integers(0, granted)),
                granted=granted,
                activated_on=draw(days()),
                expires_on=draw(st.none() | days()),
            )
        )
    return result


WORK_RULES = st.builds(
    Rules,
    unit=st.sampled_from(["minute", "credit"]),
    minimum=st.integers(0, 120),
    block=st.integers(1, 60),
    minutes_per_credit=st.integers(1, 15),
    minimum_after_multiplier=st.booleans(),
)
SUPPLEMENTS = st.lists(
    st.builds(
        Supplement,
        kind=st.sampled_from(["fixed", "factor"]),
        value=st.integers(0, 200),
        channel=st.integers(0, 3),
    ),
    max_size=3,
).map(tuple)
FACTS = st.builds(
    Facts,
    minutes=st.integers(0, 600),
    urgent_minutes=st.integers(0, 600),
    typed_units=st.none() | st.integers(0, 300),
    supplements=SUPPLEMENTS,
    typed_urgent=st.booleans(),
    typed_before=st.integers(0, 300),
)
