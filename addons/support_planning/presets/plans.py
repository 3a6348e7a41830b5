"""How support models estimate work, and plan what was accepted [000] [002]."""

from dataclasses import dataclass

from odoo.addons.support_packs.presets.base import Text

FRIDAY = "4"
# Small requests are done at once; what is planned is estimated before.
PLANNED_TYPE = "planned"
PLANNED_NAME = Text("Planned work", "Trabajo planificado")


@dataclass(frozen=True)
class Planning:
    """What a team and its policy are set to; Friday at 14:00 by the company's clock.

    :param reserve_percent: kept for urgencies
    :param prefers_usual: whether work goes to the client's usual technician
    :param wait_days: for how many days it waits for that technician
    :param tolerance: of estimates, percent: at 110 % the client is asked again
    :param exceeded: what becomes of work then: ``stop`` or ``warn``
    :param estimate_days: for how many days an estimate can be accepted
    """

    reserve_percent: int
    overflow: str = "split"
    prefers_usual: bool = True
    wait_days: int = 0
    tolerance: int = 10
    exceeded: str = "stop"
    estimate_days: int = 15


PLANNING = {
    "hours_bono": Planning(reserve_percent=20, prefers_usual=False),
    "minutes_pack": Planning(reserve_percent=20, wait_days=3),
}
