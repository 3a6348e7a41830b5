"""How the teams of the support models plan accepted work [000] [002]."""

from dataclasses import dataclass

FRIDAY = "4"


@dataclass(frozen=True)
class Planning:
    """What a team and its policy are set to; Friday at 14:00 by the company's clock.

    :param reserve_percent: kept for urgencies
    :param prefers_usual: whether work goes to the client's usual technician
    :param wait_days: for how many days it waits for that technician
    """

    reserve_percent: int
    overflow: str = "split"
    prefers_usual: bool = True
    wait_days: int = 0


PLANNING = {
    "hours_bono": Planning(reserve_percent=20, prefers_usual=False),
    "minutes_pack": Planning(reserve_percent=20, wait_days=3),
}
