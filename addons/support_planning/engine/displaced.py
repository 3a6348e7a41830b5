# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The receipt of a displacement: what it was reckoned from, as one text.

As canonical as that of a plan (``receipt``), so that the same facts have one text, one
SHA-256 and the same moves, byte for byte.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from .displacement import Move, Taken, displace
from .inputs import Inputs, Line
from .receipt import VERSION, canonical, plain, read_inputs, read_reasons

FORMAT = "support_planning.displacement"


def dumps(
    inputs: Inputs,
    lines: Sequence[Line],
    taken: Sequence[Taken],
    now: int = 0,
    undone: Mapping[tuple[int, int], int] | None = None,
) -> str:
    """Return the text of what :func:`displacement.displace` takes.

    Lines and undone minutes in their one order; what is taken in the given order: of
    several reasons that a technician's line could have, the first one is said.

    >>> week = Inputs("2026-03-09", "UTC", tuple(range(0, 10081, 1440)),
    ...               "2026-03-06 13:00:00")
    >>> dumps(week, (), ()) == dumps(week, (), (), 0, {})
    True
    """
    lines = sorted(lines, key=lambda one: (one.ticket, one.technician, one.slots))
    missing = [[*pair, minutes] for pair, minutes in sorted((undone or {}).items())]
    return canonical(
        {
            "format": FORMAT,
            "version": VERSION,
            "inputs": plain(inputs),
            "lines": plain(tuple(lines)),
            "taken": plain(tuple(taken)),
            "now": now,
            "undone": missing,
        }
    )


def dumps_moves(moves: Sequence[Move]) -> str:
    """Return the text of moves.

    >>> dumps_moves(())
    '{"format":"support_planning.displacement","moves":[],"version":1}'
    """
    return canonical(
        {"format": FORMAT, "version": VERSION, "moves": plain(tuple(moves))}
    )


def repeat(text: str) -> str:
    """Return the text of the moves that these facts give, again. ``ValueError``: not
    the facts of a displacement, or of another version of the rules.

    >>> week = Inputs("2026-03-09", "UTC", tuple(range(0, 10081, 1440)),
    ...               "2026-03-06 13:00:00")
    >>> repeat(dumps(week, (), ())) == dumps_moves(displace(week, (), ()))
    True
    """
    data = json.loads(text)
    if data.get("format") != FORMAT or data.get("version") != VERSION:
        raise ValueError(f"these are not the facts of a displacement {VERSION}")
    moves = displace(
        read_inputs(data["inputs"]),
        tuple(map(_line, data["lines"])),
        tuple(map(_taken, data["taken"])),
        data["now"],
        {(ticket, who): minutes for ticket, who, minutes in data["undone"]},
    )
    return dumps_moves(moves)


def _line(values):
    return Line(
        **{
            **values,
            "slots": tuple(map(tuple, values["slots"])),
            "reasons": read_reasons(values["reasons"]),
        }
    )


def _taken(values):
    [reason] = read_reasons([values["reason"]])
    return Taken(values["technician"], tuple(map(tuple, values["spans"])), reason)
