"""Read the machine's apt sources, in both of apt's formats, to find a Debian mirror.

The mirror that the machine already uses (a company's, a country's) is the one to ask:
no address of ours.
"""

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

APT = Path("/etc/apt")
_ONE_LINE = re.compile(
    r"^deb\s+(?:\[(?P<options>[^]]*)\]\s+)?(?P<uri>\S+)\s+(?P<rest>.+)$"
)
_DEBIAN_SUITE = re.compile(
    r"^(sid|unstable|testing|(old)*stable|bullseye|bookworm|trixie|forky|duke)"
    r"(-updates|-backports|-proposed-updates)?$"
)


@dataclass(frozen=True)
class Source:
    """One archive: `uri`, its `suites` and `components`."""

    uri: str
    suites: tuple[str, ...]
    components: tuple[str, ...]

    @property
    def is_debian(self) -> bool:
        """Whether this is Debian's own archive (not security, not a third party's)."""
        return (
            "main" in self.components
            and any(_DEBIAN_SUITE.match(suite) for suite in self.suites)
            and self.uri.startswith(("http://", "https://", "mirror+"))
        )


def parse_one_line(text: str) -> list[Source]:
    """Parse a `sources.list`.

    >>> parse_one_line("deb [arch=amd64] http://mirror.test/debian sid main # ours")
    [Source(uri='http://mirror.test/debian', suites=('sid',), components=('main',))]
    """
    found = []
    for line in text.splitlines():
        match = _ONE_LINE.match(line.split("#", 1)[0].strip())
        if match:
            suite, *components = match["rest"].split()
            found.append(Source(match["uri"], (suite,), tuple(components)))
    return found


def parse_deb822(text: str) -> list[Source]:
    """Parse a `*.sources` file: stanzas of `Field: value`, continued when indented.

    >>> parse_deb822("Types: deb\\nURIs: http://m.t\\nSuites: sid\\nComponents: main")
    [Source(uri='http://m.t', suites=('sid',), components=('main',))]
    """
    found = []
    for stanza in re.split(r"\n[ \t]*\n", _without_comments(text)):
        fields = _fields(stanza)
        if "deb" not in fields.get("types", ()) or fields.get("enabled") == ["no"]:
            continue
        for uri in fields.get("uris", ()):
            suites = tuple(fields.get("suites", ()))
            found.append(Source(uri, suites, tuple(fields.get("components", ()))))
    return found


def _without_comments(text: str) -> str:
    return "\n".join(line for line in text.splitlines() if not line.startswith("#"))


def _fields(stanza: str) -> dict[str, list[str]]:
    fields: dict[str, list[str]] = {}
    name = ""
    for line in stanza.splitlines():
        if line[:1].isspace() and name:
            fields[name] += line.split()
        elif ":" in line:
            name, _, value = line.partition(":")
            name = name.strip().lower()
            fields[name] = value.split()
    return fields


def read(folder: Path = APT) -> list[Source]:
    """Return every source of the machine, in apt's order."""
    found = []
    lists = [
        folder / "sources.list",
        *sorted((folder / "sources.list.d").glob("*.list")),
    ]
    for path in lists:
        if path.is_file():
            found += parse_one_line(path.read_text(errors="replace"))
    for path in sorted((folder / "sources.list.d").glob("*.sources")):
        found += parse_deb822(path.read_text(errors="replace"))
    return found


def debian_mirror(sources: Iterable[Source]) -> str | None:
    """Return the address of the first Debian archive, or None.

    The variable SUPPORT_DEBIAN_MIRROR wins (a machine that is not Debian has none).
    """
    named = os.environ.get("SUPPORT_DEBIAN_MIRROR")
    if named:
        return named.rstrip("/")
    return next(
        (source.uri.rstrip("/") for source in sources if source.is_debian), None
    )


def codename(os_release: Path = Path("/etc/os-release")) -> str | None:
    """Return Debian's codename of this machine (`bookworm`), or None elsewhere."""
    if not os_release.is_file():
        return None
    pairs = (line.partition("=") for line in os_release.read_text().splitlines())
    values = {name: value.strip('"') for name, _, value in pairs}
    return values.get("VERSION_CODENAME") if values.get("ID") == "debian" else None
