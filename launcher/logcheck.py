"""Judge a server log: what must make a run fail, decided by a pure function."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_HEADER = re.compile(
    r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} \d+ "
    r"(?P<level>DEBUG|INFO|WARNING|ERROR|CRITICAL) (?P<database>\S+) (?P<logger>\S+?): "
    r"(?P<message>.*)$"
)
_OURS = re.compile(r"\bsupport_\w+|\bsupport\.\w+")
_MISSING_ASSET = re.compile(
    r"Unallowed to fetch files|Could not get content for|[Cc]ould not find asset|"
    r"asset .* not found|IncludeCycle|Style error|"
    r"\"GET /web/assets/\S+ \S+\" (?:4|5)\d\d|\"GET /\w+/static/\S+ \S+\" 404"
)
# PostgreSQL refused a concurrent change: Odoo logs the query, then tries again. When
# it gives up, an error of its own follows.
_RETRIED = re.compile(r"could not serialize access|deadlock detected")
_EXCEPTION = re.compile(r"^[\w.]+(Error|Exception|Warning|Failure)\b")
WIDTH = 300


@dataclass(frozen=True)
class Entry:
    """One entry of Odoo's log; `text` includes the lines that follow the first."""

    level: str
    logger: str
    text: str


def entries(log: str) -> Iterator[Entry]:
    """Split a log into entries; lines before the first entry are level NONE."""
    level, logger, lines = "NONE", "", []
    for line in log.splitlines():
        header = _HEADER.match(line)
        if header:
            if lines:
                yield Entry(level, logger, "\n".join(lines))
            level, logger = header["level"], header["logger"]
            lines = [header["message"]]
        else:
            lines.append(line)
    if lines:
        yield Entry(level, logger, "\n".join(lines))


def judge(log: str) -> list[str]:
    """Return a line for each problem: nothing when the log is clean.

    Problems are errors, warnings that our add-ons raise or that name them, and assets
    that are missing. What docutils prints about other add-ons' descriptions carries no
    header of the log and counts for nothing.

    >>> judge("2026-01-05 10:00:00,000 7 ERROR db odoo.http: broken")
    ['ERROR odoo.http: broken']
    >>> judge("(ERROR/3) Unexpected indentation.")
    []
    """
    return [
        f"{entry.level} {entry.logger}: {_shortened(entry)}"
        for entry in entries(log)
        if _is_problem(entry)
    ]


def _is_problem(entry: Entry) -> bool:
    if entry.level in ("ERROR", "CRITICAL"):
        return not (entry.logger == "odoo.sql_db" and _RETRIED.search(entry.text))
    if entry.level == "WARNING":
        ours = entry.logger.startswith("odoo.addons.support_") or _OURS.search(
            entry.text
        )
        return bool(ours or _MISSING_ASSET.search(entry.text))
    if entry.level == "NONE":
        return "Traceback (most recent call last)" in entry.text
    return bool(_MISSING_ASSET.search(entry.text))


def _shortened(entry: Entry) -> str:
    lines = entry.text.strip().splitlines() or [""]
    telling = [line for line in lines[1:] if _EXCEPTION.match(line)] or lines[-1:]
    last = f" ... {telling[-1].strip()}" if len(lines) > 1 else ""
    return (lines[0] + last)[:WIDTH]
