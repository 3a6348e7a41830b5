"""Bring Odoo 19: an existing checkout, or Debian's package unpacked below .support/.

Debian's package is not installed: its files and those of the web libraries that it
links to are unpacked into one folder, which appears only when it is complete.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from . import aptsources
from .apt import KEYRING, Package, PrivateApt
from .errors import GroundError, StepFailed
from .layout import Layout
from .progress import Step, step

VARIABLE = "SUPPORT_ODOO_SOURCE"
# The archive moves on: unstable today, a backport or a release tomorrow.
ODOO_SUITES = (
    "sid",
    "forky",
    "testing",
    "stable-backports",
    "trixie-backports",
    "stable",
)
ODOO_PACKAGES = (
    "odoo-19",
    "libjs-jquery",
    "libjs-jquery-form",
    "libjs-underscore",
    "fonts-roboto-unhinted",
    "fonts-montserrat",
    "fonts-inconsolata",
    "fonts-ocr-b",
    "fonts-glyphicons-halflings",
)
# Odoo's web client uses the file names of Font Awesome 4; newer suites carry 7.
ICON_SUITES = ("bookworm", "trixie", "oldstable", "stable")
ICON_PACKAGE = "fonts-font-awesome"
ICON_VERSION = "4.7"
# Debian leaves out this file (blurred video calls); pages ask for it all the same.
STRIPPED = "mail/static/lib/selfie_segmentation/selfie_segmentation.js"
VERSION_FILE = "VERSION"
MB = 1024 * 1024


@dataclass(frozen=True)
class OdooSource:
    """An Odoo 19: `folder` is what Python imports from, `version` names the build."""

    folder: Path
    version: str

    @property
    def addons(self) -> list[Path]:
        """Odoo's own add-on folders."""
        core = self.folder / "odoo" / "addons"
        if (core / "web").is_dir():
            return [core]
        return [core, self.folder / "addons"]


def release_of(folder: Path) -> str | None:
    """Return the version that `odoo/release.py` declares (`19.0`), or None."""
    release = folder / "odoo" / "release.py"
    if not release.is_file():
        return None
    found = re.search(r"version_info = \((\d+), (\d+)", release.read_text())
    return f"{found[1]}.{found[2]}" if found else None


def unpacked_folder(layout: Layout) -> Path:
    """Return where Debian's package keeps the importable code."""
    return layout.odoo / "usr" / "lib" / "python3" / "dist-packages"


def is_present(layout: Layout) -> bool:
    """Tell whether nothing has to be fetched."""
    return bool(os.environ.get(VARIABLE)) or (layout.odoo / VERSION_FILE).is_file()


def ensure(layout: Layout) -> OdooSource:
    """Return Odoo 19, fetching and unpacking it the first time."""
    named = os.environ.get(VARIABLE)
    if named:
        return _existing(Path(named).expanduser().resolve())
    if not (layout.odoo / VERSION_FILE).is_file():
        _fetch(layout)
    version = (layout.odoo / VERSION_FILE).read_text().strip()
    return OdooSource(unpacked_folder(layout), version)


def _existing(folder: Path) -> OdooSource:
    version = release_of(folder)
    if version != "19.0":
        seen = f"Odoo {version}" if version else "no Odoo"
        raise GroundError(
            f"{VARIABLE}={folder} holds {seen}; it must be an Odoo 19.0 checkout"
        )
    return OdooSource(folder, f"{version} at {folder}")


def _fetch(layout: Layout) -> None:
    if not shutil.which("apt-get") or not shutil.which("dpkg-deb"):
        raise GroundError(
            f"this is not a Debian machine: name an Odoo 19 checkout in {VARIABLE}"
        )
    mirror = aptsources.debian_mirror(aptsources.read())
    if not mirror:
        raise GroundError(
            "no Debian archive among this machine's apt sources: name a mirror in "
            f"SUPPORT_DEBIAN_MIRROR or an Odoo 19 checkout in {VARIABLE}"
        )
    if not KEYRING.is_file():
        raise GroundError("install the package debian-archive-keyring first")
    apt_state = layout.state / "apt"
    with step("Debian's package index") as running:
        open_suite = _suite_opener(apt_state, mirror, running)
        suite, packages = choose(open_suite, ODOO_SUITES, ODOO_PACKAGES)
        icon_suites = icon_order(aptsources.codename())
        icon_suite, icons = choose(
            open_suite, icon_suites, (ICON_PACKAGE,), _has_old_icons
        )
    _download(layout, [(suite, packages), (icon_suite, icons)])
    unpack(layout, [*packages, *icons])
    shutil.rmtree(apt_state, ignore_errors=True)


def icon_order(codename: str | None) -> tuple[str, ...]:
    """Return the suites to ask for the icons, this machine's release first."""
    return tuple(dict.fromkeys([*([codename] if codename else []), *ICON_SUITES]))


def _has_old_icons(packages: Sequence[Package]) -> bool:
    return ICON_VERSION in packages[0].name


def _suite_opener(folder: Path, mirror: str, running: Step) -> Callable:
    opened: dict[str, PrivateApt | None] = {}

    def open_suite(suite: str) -> PrivateApt | None:
        if suite not in opened:
            running.update(len(opened), 2, "suites", suite)
            apt = PrivateApt(folder, mirror, suite)
            opened[suite] = apt if apt.update() else None
        return opened[suite]

    return open_suite


def choose(
    open_suite: Callable[[str], PrivateApt | None],
    suites: Iterable[str],
    names: Sequence[str],
    accept: Callable[[Sequence[Package]], bool] = lambda packages: True,
) -> tuple[PrivateApt, list[Package]]:
    """Return the first suite that carries all `names` as `accept` wants them.

    Raises GroundError when no suite does: the package has gone from the archive.
    """
    tried = []
    for suite in suites:
        tried.append(suite)
        apt = open_suite(suite)
        packages = apt.find(names) if apt else []
        if len(packages) == len(names) and accept(packages):
            return apt, packages
    raise GroundError(
        f"the Debian archive no longer has {names[0]} (asked {', '.join(tried)}); name "
        f"an Odoo 19 checkout in {VARIABLE}"
    )


def _download(
    layout: Layout, wanted: Sequence[tuple[PrivateApt, Sequence[Package]]]
) -> None:
    layout.debs.mkdir(parents=True, exist_ok=True)
    everything = [package for _, packages in wanted for package in packages]
    total = sum(package.size for package in everything)
    with step("Odoo 19 and its web libraries, download") as running:

        def show() -> None:
            paths = [layout.debs / package.name for package in everything]
            arrived = sum(path.stat().st_size for path in paths if path.exists())
            running.update(arrived / MB, total / MB, "MB")

        for apt, packages in wanted:
            missing = [one.package for one in packages if not one.is_in(layout.debs)]
            if missing:
                apt.download(missing, layout.debs, show)
        for package in everything:
            if not package.is_in(layout.debs):
                (layout.debs / package.name).unlink(missing_ok=True)
                raise StepFailed(f"{package.name} arrived damaged; run it again")


def unpack(layout: Layout, packages: Sequence[Package]) -> None:
    """Unpack into `odoo.partial` and rename: a half-built folder is never used."""
    partial = layout.odoo.with_name("odoo.partial")
    shutil.rmtree(partial, ignore_errors=True)
    with step("Odoo 19, unpack") as running:
        partial.mkdir(parents=True)
        for number, package in enumerate(packages):
            running.update(number, len(packages), "packages", package.package)
            subprocess.run(
                ["dpkg-deb", "-x", layout.debs / package.name, partial], check=True
            )
        code = partial / "usr" / "lib" / "python3" / "dist-packages"
        if release_of(code) != "19.0":
            raise StepFailed("Debian's package does not hold Odoo 19.0")
        add_stripped_file(code)
        names = sorted(package.name for package in packages)
        (partial / VERSION_FILE).write_text("\n".join(names) + "\n")
        shutil.rmtree(layout.odoo, ignore_errors=True)
        partial.rename(layout.odoo)


def add_stripped_file(code: Path) -> None:
    """Put an empty file where Debian removed one that the pages load."""
    path = code / "odoo" / "addons" / STRIPPED
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")
