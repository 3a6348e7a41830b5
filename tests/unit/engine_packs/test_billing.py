"""What is still to invoice: whatever happens to the work, all lines add up."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from support_packs_engine.billing import Bill, bill, due, due_units

CENT = Decimal("0.01")


def _hour(owed, quantity=None, surcharge=0, price="75", rounding=CENT):
    return bill(
        owed,
        quantity=owed if quantity is None else quantity,
        surcharge=surcharge,
        price=Decimal(price),
        per=60,
        rounding=rounding,
    )


def _bill(base_units, surcharge_units, base, surcharge="0"):
    return Bill(base_units, surcharge_units, Decimal(base), Decimal(surcharge))


@pytest.mark.parametrize(
    ("owed", "quantity", "surcharge", "expected"),
    [
        (90, 90, 30, _bill(60, 30, "75.00", "37.50")),
        (92, 92, 31, _bill(61, 31, "76.25", "38.75")),
        (60, 90, 30, _bill(40, 20, "50.00", "25.00")),
        (20, 20, 0, _bill(20, 0, "25.00")),
        (0, 0, 0, Bill()),
        (0, 90, 30, Bill()),
    ],
)
def test_golden(owed, quantity, surcharge, expected):
    assert _hour(owed, quantity, surcharge) == expected


def test_the_urgency_is_cancelled_after_invoicing():
    """120 = 80 + 40 were invoiced; 80 stay: only the surcharge goes back."""
    assert due(_hour(80), _hour(120, 120, 40), Bill()) == _bill(0, -40, "0", "-50")


def test_what_became_urgent_at_the_same_quantity_is_not_invoiced_again():
    assert due(_hour(90, 90, 30), _hour(90), Bill()) == Bill()


@pytest.mark.parametrize(
    ("owed", "billed", "credited", "expected"),
    [
        (90, 0, 0, 90),
        (90, 90, 0, 0),
        (110, 90, 0, 20),
        (70, 90, 0, -20),
        (0, 90, 0, -90),
        # Credited for good: neither due again nor given back twice.
        (90, 90, 90, 0),
        (70, 90, 90, 0),
        (110, 90, 90, 20),
        # The surcharge alone was credited, and then the urgency was cancelled.
        (60, 90, 30, 0),
        (50, 90, 30, -10),
        # Only a complement to give back stands: its invoice was cancelled.
        (70, -20, 0, 90),
    ],
)
def test_units_that_are_due(owed, billed, credited, expected):
    assert due_units(owed, billed, credited) == expected


def test_wrong_values_are_named():
    with pytest.raises(ValueError, match="owed"):
        due_units(-1, 0)
    with pytest.raises(ValueError, match="billed"):
        due_units(1, 0.5)


@given(
    st.integers(0, 500),
    st.integers(0, 500),
    st.integers(0, 500),
    st.decimals(0, 500, places=2),
    st.sampled_from(["0.01", "0.05", "1", "0.001"]),
)
def test_units_are_whole_and_add_up(owed, rest, added, price, rounding):
    quantity = owed + rest
    result = _hour(owed, quantity, min(added, quantity), str(price), Decimal(rounding))
    assert result.units == owed
    assert result.base_units >= 0 and result.surcharge_units >= 0


class _Charge(RuleBasedStateMachine):
    """One charge: work comes and goes; lines are made, freed and credited."""

    def __init__(self):
        super().__init__()
        self.owed = self.surcharge = 0
        self.lines = []  # [bill, credited]: what stands
        # A line alone, of two that shared a cent, is away: totals may differ by it.
        self.is_torn = False

    def target(self):
        return _hour(self.owed, self.owed, self.surcharge, price="10.01")

    def sums(self):
        billed = sum((line for line, _credited in self.lines), Bill())
        gone = sum((line for line, credited in self.lines if credited), Bill())
        return billed, gone

    @rule(owed=st.integers(0, 200), percent=st.sampled_from([0, 0, 33, 50]))
    def work(self, owed, percent):
        self.owed, self.surcharge = owed, owed * percent // 100

    @rule()
    def invoice(self):
        billed, credited = self.sums()
        line = due(self.target(), billed, credited)
        work = Bill(base_units=line.base_units, base=line.base)
        for part in (work, line - work):
            if part != Bill():
                self.lines.append([part, False])

    @rule(number=st.integers(0, 9))
    def free(self, number):
        if self.lines:
            self.lines.pop(number % len(self.lines))
            self.is_torn = True

    @rule(number=st.integers(0, 9))
    def credit(self, number):
        if not self.lines:
            return
        line = self.lines[number % len(self.lines)]
        if line[0].units < 0:
            # What gave back and is taken back is to be given back again.
            self.lines.remove(line)
            self.is_torn = True
        else:
            line[1] = True

    @invariant()
    def once_invoiced_nothing_is_due(self):
        billed, credited = self.sums()
        line = due(self.target(), billed, credited)
        assert due(self.target(), billed + line, credited) == Bill()

    @invariant()
    def without_credit_all_lines_come_to_what_the_whole_costs(self):
        billed, credited = self.sums()
        if credited != Bill():
            return
        line = due(self.target(), billed, credited)
        if line != Bill():
            assert billed + line == self.target()
        else:
            assert billed.units == self.owed
            away = abs(billed.total - self.target().total)
            assert away <= (Decimal("0.01") if self.is_torn else 0)


TestCharge = _Charge.TestCase
