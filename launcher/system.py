"""Programs that only the system's package manager brings."""

import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from . import process
from .errors import GroundError
from .progress import say, step

BROWSERS = ("google-chrome", "chromium", "chromium-browser", "google-chrome-stable")
BROWSER_PACKAGES = ("chromium", "fonts-liberation")
PDF_PROGRAM = "wkhtmltopdf"


def can_install() -> bool:
    """Whether packages can be installed without asking anybody."""
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def install(packages: Sequence[str], log: Path) -> bool:
    """Install Debian packages as root; tells whether it worked."""
    env = {"DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"}
    command = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
    with step(f"system packages {' '.join(packages)}"):
        process.run(["apt-get", "update"], log.with_suffix(".update.log"), env=env)
        return process.run(command, log, env=env) == 0


def remedy(packages: Sequence[str]) -> str:
    """Return the command that a person would run."""
    return f"apt-get install --no-install-recommends {' '.join(packages)}"


def ensure(programs: Sequence[str], packages: Sequence[str], log: Path) -> str:
    """Return the path of the first of `programs`, installing `packages` if need be.

    Raises GroundError with the command to run when that is not possible.
    """
    found = which(programs)
    if not found and can_install():
        install(packages, log)
        found = which(programs)
    if not found:
        raise GroundError(f"{programs[-1]} is missing: as root, {remedy(packages)}")
    return found


def which(programs: Sequence[str]) -> str | None:
    """Return the path of the first program that is on PATH."""
    return next((path for name in programs if (path := shutil.which(name))), None)


def browser(log: Path) -> str:
    """Return the path of a Chromium."""
    names = (*BROWSERS[:1], *BROWSERS[2:], BROWSERS[1])
    return ensure(names, BROWSER_PACKAGES, log)


def pdf_program(log: Path, required: bool) -> None:
    """Bring wkhtmltopdf; where it is only wished for, warn instead of failing."""
    try:
        ensure((PDF_PROGRAM,), (PDF_PROGRAM,), log)
    except GroundError as problem:
        if required:
            raise
        say(f"  warning: PDF statements will not work: {problem}")


def venv_module(log: Path) -> None:
    """Make sure that `python -m venv` can make a pip (Debian splits that off)."""
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
        if can_install() and install([package], log):
            return
        raise GroundError(
            f"Python's venv is missing: as root, {remedy([package])}"
        ) from None
