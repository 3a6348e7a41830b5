# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Who does what in the planned week."""

from __future__ import annotations

from .inputs import (
    Inputs,
    Load,
    Proposal,
    Unplaced,
    place_order,
)
from .reasons import because


def propose(inputs: Inputs) -> Proposal:
    """Return the plan of a week; so far nothing finds room.

    >>> propose(Inputs("2026-03-09", "UTC", tuple(range(0, 10081, 1440)),
    ...                "2026-03-06 13:00:00"))
    Proposal(lines=(), unplaced=(), loads=())
    """
    ordered = sorted(inputs.candidates, key=place_order)
    return Proposal(
        (),
        tuple(
            Unplaced(one.id, place, one.minutes, (because("nobody"),))
            for place, one in enumerate(ordered, 1)
        ),
        tuple(Load(one.id, 0, 0) for one in inputs.technicians),
    )
