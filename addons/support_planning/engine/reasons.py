# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Why a ticket is in the plan, whom it goes to, or why not: codes with parameters.

The engine says no sentences. A reason is a code and its integers (or texts), so that it
is read in the reader's language; :data:`REASONS` says which parameters each code has.
"""

from __future__ import annotations

from dataclasses import dataclass

# Parameters: ``ticket``, ``technician`` are ids; ``minutes``, ``room`` are minutes;
# ``day`` counts days from the Monday of the planned week (7 is the Monday after), -1 is
# not known; ``place`` counts from 1.
REASONS: dict[str, tuple[str, ...]] = {
    # Why it is in: every line has one of these first.
    "order": ("place",),  # by its acceptance; the place among all candidates
    "carried": ("place",),  # unfinished work of last week goes first
    "pinned": (),  # the planner said so; before all others
    # Whom it goes to: every line has one of these second.
    "pinned_technician": (),  # the planner said so
    "began": (),  # began it, and goes on with it
    "usual": (),  # the client's usual technician
    "experience": ("count",),  # did most work of this kind, of those with room for it
    "room": ("minutes", "day"),  # most room of those who finish it soonest, on that day
    # What else is to be known of a line.
    "usual_away": ("technician", "day"),  # the usual one is away longer than is waited
    "usual_full": ("technician", "room"),  # the usual one has not enough room left
    "waited": ("technician", "day"),  # starts late in the week: the usual one is back
    "shared": ("technicians",),  # nobody has room for all of it: so many people do it
    "fills_gap": ("ticket",),  # smaller than an earlier one that found no room
    "part": ("minutes",),  # these minutes are left for the following week
    "minutes_changed": ("was", "now"),  # the planner changed the minutes
    # Why it is not in, or not all of it. (Codes of :attr:`Candidate.blocked` are the
    # caller's: ``hold``, ``balance``, ``client``, … with any parameters.)
    "excluded": ("reason",),  # by the planner; his words
    "after_cutoff": ("accepted_at",),  # accepted later than the cut-off
    "postponed": ("reason", "week"),  # by the planner, to that Monday; his words
    "waits_for_technician": ("technician", "day"),  # the usual one is away; we wait
    "technician_absent": ("technicians",),  # all who may do it are away; how many
    "nobody": (),  # the team has no time at all this week
    "no_room": ("minutes", "room"),  # needs so many, there are so many for it
    "longer_than_week": ("minutes", "week"),  # never fits as a whole; minutes of a week
    "stopped": ("ticket",),  # behind one that found no room
    "continued": ("minutes",),  # the rest goes first in the following week
    # Why a line of a confirmed plan moves.
    "urgency": ("ticket",),
    "absence": ("technician",),
    "made_room": ("reason",),  # the planner took the time; his words
    "displaced": ("minutes",),  # of it go first in the next plan
}

_NAMES = {code: sorted(names) for code, names in REASONS.items()}

Params = tuple[tuple[str, "int | str"], ...]


@dataclass(frozen=True, order=True)
class Reason:
    """A code and its parameters, sorted by their names. Made by :func:`because`."""

    code: str
    params: Params = ()

    def get(self, name: str) -> int | str | None:
        """Return a parameter; ``None`` if the reason has none of this name.

        >>> because("no_room", minutes=90, room=30).get("room")
        30
        """
        return dict(self.params).get(name)


def because(code: str, **params: int | str) -> Reason:
    """Return a reason. A code of :data:`REASONS` takes exactly its parameters.

    >>> because("no_room", room=30, minutes=90)
    Reason(code='no_room', params=(('minutes', 90), ('room', 30)))
    >>> because("balance", missing=45)
    Reason(code='balance', params=(('missing', 45),))
    >>> because("no_room", room=30)
    Traceback (most recent call last):
    ValueError: no_room takes ('minutes', 'room'), not ['room']
    """
    names = sorted(params)
    if _NAMES.get(code, names) != names:
        raise ValueError(f"{code} takes {REASONS[code]}, not {names}")
    return Reason(code, tuple((name, params[name]) for name in names))
