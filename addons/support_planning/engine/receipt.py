# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The receipt of a plan: its inputs as one text, and the SHA-256 of that text.

The text is canonical JSON: keys sorted, no spaces, ASCII, integers and texts only, what
has its default value left out. Equal inputs have the same text, whatever order they
were built in; from the text the same inputs are read, and so the same plan, byte for
byte. A receipt says by which version of the rules it was made.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import fields, is_dataclass
from functools import cache

from .inputs import Candidate, Experience, Inputs, Proposal, Technician
from .reasons import Reason
from .scheduler import propose

# To be raised when the scheduler would make another plan from the same inputs, or reads
# them otherwise: a receipt of another version is refused, never misread.
VERSION = 1
FORMAT = "support_planning"


def dumps(inputs: Inputs) -> str:
    """Return the text of inputs. ``ValueError`` on what is no integer or text.

    >>> dumps(Inputs("2026-03-09", "UTC", tuple(range(0, 10081, 1440)),
    ...              "2026-03-06 13:00:00"))  # doctest: +NORMALIZE_WHITESPACE
    '{"format":"support_planning","inputs":{"cutoff":"2026-03-06 13:00:00","days":[0,1440,2880,4320,5760,7200,8640,10080],"monday":"2026-03-09","tz":"UTC"},"version":1}'
    """  # noqa: E501
    return canonical({"format": FORMAT, "version": VERSION, "inputs": plain(inputs)})


def loads(text: str) -> Inputs:
    """Return the inputs of a text. ``ValueError`` if it is no receipt of this version.

    >>> inputs = Inputs("2026-03-09", "UTC", tuple(range(0, 10081, 1440)),
    ...                 "2026-03-06 13:00:00")
    >>> loads(dumps(inputs)) == inputs
    True
    >>> loads(dumps(inputs).replace(":1}", ":7}"))
    Traceback (most recent call last):
    ValueError: a receipt of version 7, not 1
    """
    try:
        data = json.loads(text)
        kind, version, values = data["format"], data["version"], data["inputs"]
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError("this is no receipt of a plan") from error
    if kind != FORMAT:
        raise ValueError("this is no receipt of a plan")
    if version != VERSION:
        raise ValueError(f"a receipt of version {version}, not {VERSION}")
    try:
        inputs = read_inputs(values)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("the receipt is damaged") from error
    if dumps(inputs) != text:
        raise ValueError("the receipt is not in its canonical form")
    return inputs


def is_receipt(text: str) -> bool:
    """Whether a text is a receipt of this version.

    >>> is_receipt("")
    False
    """
    try:
        loads(text or "")
    except ValueError:
        return False
    return True


def digest(text: str) -> str:
    """Return the SHA-256 of a text in UTF-8, as 64 hexadecimal digits.

    >>> digest("abc")[:16]
    'ba7816bf8f01cfea'
    """
    return hashlib.sha256(text.encode()).hexdigest()


def dumps_proposal(proposal: Proposal) -> str:
    """Return the text of a proposal, as canonical as that of the inputs.

    >>> dumps_proposal(Proposal((), (), ()))
    '{"format":"support_planning","proposal":{"lines":[],"loads":[],"unplaced":[]},\
"version":1}'
    """
    return canonical(
        {"format": FORMAT, "version": VERSION, "proposal": plain(proposal)}
    )


def repeat(text: str) -> str:
    """Return the text of the proposal that a receipt gives, again.

    >>> inputs = Inputs("2026-03-09", "UTC", tuple(range(0, 10081, 1440)),
    ...                 "2026-03-06 13:00:00")
    >>> repeat(dumps(inputs)) == dumps_proposal(propose(inputs))
    True
    """
    return dumps_proposal(propose(loads(text)))


def canonical(data) -> str:
    """Return plain values as the one text that they have.

    >>> canonical({"b": [1], "a": "x"})
    '{"a":"x","b":[1]}'
    """
    return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def plain(value):
    """Return a value as JSON has it: dictionaries, lists, integers and texts.

    >>> plain((1, "a", True))
    [1, 'a', 1]
    """
    kind = type(value)
    if kind is int or kind is str:
        return value
    if kind is bool:
        return int(value)
    if kind is tuple:
        return [plain(one) for one in value]
    if kind is Reason:
        return [value.code, {name: plain(one) for name, one in value.params}]
    if is_dataclass(kind):
        defaults = _defaults(kind)
        return {
            name: plain(one)
            for name, one in vars(value).items()
            if one != defaults[name]
        }
    raise ValueError(f"{value!r} is no integer and no text")


@cache
def _defaults(kind):
    """Return the defaults of a dataclass by field; ``MISSING`` where there is none."""
    return {field.name: field.default for field in fields(kind)}


def read_inputs(values) -> Inputs:
    """Return the inputs of plain values.

    >>> week = Inputs("2026-03-09", "UTC", tuple(range(0, 10081, 1440)),
    ...               "2026-03-06 13:00:00")
    >>> read_inputs(plain(week)) == week
    True
    """
    values = dict(values)
    return Inputs(
        technicians=tuple(_technician(one) for one in values.pop("technicians", ())),
        candidates=tuple(_candidate(one) for one in values.pop("candidates", ())),
        experience=tuple(Experience(**one) for one in values.pop("experience", ())),
        days=tuple(values.pop("days")),
        **values,
    )


def _technician(values):
    return Technician(
        **{
            name: tuple(map(tuple, one)) if name == "free" else _frozen(one)
            for name, one in values.items()
        }
    )


def _candidate(values):
    values = dict(values)
    blocked = read_reasons(values.pop("blocked", ()))
    return Candidate(
        carried=bool(values.pop("carried", 0)),
        blocked=blocked,
        **{name: _frozen(one) for name, one in values.items()},
    )


def read_reasons(values) -> tuple[Reason, ...]:
    """Return the reasons of plain values: lists of a code and its parameters.

    >>> read_reasons([["no_room", {"minutes": 90, "room": 30}]])
    (Reason(code='no_room', params=(('minutes', 90), ('room', 30))),)
    """
    return tuple(Reason(code, tuple(sorted(params.items()))) for code, params in values)


def _frozen(value):
    return tuple(value) if isinstance(value, list) else value
