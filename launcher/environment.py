"""The virtual environment: exactly the packages of the lock files, hashes checked."""

import hashlib
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

from . import process, system
from .errors import GroundError, StepFailed
from .layout import Layout
from .progress import step
from .source import OdooSource

RUN = "run"
TEST = "test"
_PIN = re.compile(r"^[A-Za-z0-9][\w.-]*==", re.M)
_NETWORK = re.compile(
    r"NewConnectionError|Temporary failure|Connection refused|Network is unreachable|"
    r"ConnectTimeoutError|Name or service not known|No matching distribution"
)
SETTLED = ".settled"


def is_present(layout: Layout) -> bool:
    """Tell whether the environment was made (it may still be out of date)."""
    return (layout.venv / SETTLED).is_file()


def ensure(layout: Layout, source: OdooSource, with_tests: bool = False) -> None:
    """Make the environment hold what the locks say, and find Odoo.

    Does nothing when the stamps agree. An environment in which pip was interrupted is
    thrown away: pip cannot tell a half-copied package from a whole one.
    """
    if layout.venv.exists() and not _is_usable(layout):
        shutil.rmtree(layout.venv)
    if not layout.venv.exists():
        _create(layout)
    for name in (RUN, TEST) if with_tests else (RUN,):
        _install(layout, name)
    _name_odoo(layout, source)


def site_packages(layout: Layout) -> Path:
    """Return the folder that pip installs into."""
    return next((layout.venv / "lib").glob("python3.*/site-packages"))


def _is_usable(layout: Layout) -> bool:
    if not (layout.venv / SETTLED).is_file():
        return False
    probe = [layout.python, "-c", "import pip"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    try:
        return subprocess.run(probe, check=False, **quiet).returncode == 0
    except OSError:
        return False


def _create(layout: Layout) -> None:
    system.venv_module(layout.logs / "apt-venv.log")
    with step(f"virtual environment (Python {sys.version.split()[0]})"):
        process.check(
            "python -m venv",
            [sys.executable, "-m", "venv", layout.venv],
            layout.logs / "venv.log",
        )
        (layout.venv / SETTLED).touch()


def fingerprint(lock: Path) -> str:
    """Return the SHA-256 of a lock file's text."""
    return hashlib.sha256(lock.read_bytes()).hexdigest()


def _stamps(layout: Layout) -> dict[str, str]:
    text = (layout.venv / SETTLED).read_text()
    return json.loads(text) if text else {}


def _install(layout: Layout, name: str) -> None:
    lock = layout.requirements / f"{name}.lock"
    stamps = _stamps(layout)
    wanted = fingerprint(lock)
    if stamps.get(name) == wanted:
        return
    (layout.venv / SETTLED).unlink()
    _pip(layout, name, lock)
    (layout.venv / SETTLED).write_text(json.dumps({**stamps, name: wanted}))


def _pip(layout: Layout, name: str, lock: Path) -> None:
    total = len(_PIN.findall(lock.read_text()))
    log = layout.logs / f"pip-{name}.log"
    with step(f"Python packages of {name}.lock") as running:
        seen = 0

        def show(line: str) -> None:
            nonlocal seen
            seen += line.startswith(
                ("Collecting", "Processing", "Requirement already", "Ignoring")
            )
            running.update(min(seen, total), total, "packages", line.strip()[:40])

        words = ["-m", "pip", "install", "--no-deps", "--require-hashes", "-r", lock]
        options = ["--no-input", "--disable-pip-version-check", "--progress-bar", "off"]
        cache = {"PIP_CACHE_DIR": str(layout.cache / "pip")}
        code = process.run([layout.python, *words, *options], log, show, cache)
    if code:
        _explain(log)


def _explain(log: Path) -> None:
    text = log.read_text(errors="replace")
    if _NETWORK.search(text):
        raise GroundError(
            f"no network, or the Python package index does not answer; see {log}"
        )
    raise StepFailed(f"pip failed; see {log}\n{process.tail(log)}")


def _name_odoo(layout: Layout, source: OdooSource) -> None:
    path = site_packages(layout) / "odoo-source.pth"
    line = f"{source.folder}\n"
    if not path.exists() or path.read_text() != line:
        path.write_text(line)


def write_locks(layout: Layout) -> None:
    """Resolve requirements/*.in anew and write the lock files (`./support lock`)."""
    uv = layout.venv / "bin" / "uv"
    for name in (RUN, TEST):
        target = Path("requirements") / f"{name}.lock"
        with step(f"{target}"):
            process.check(
                "uv pip compile",
                [
                    *(uv, "pip", "compile", "--universal", "--python-version", "3.10"),
                    *("--generate-hashes", "--upgrade"),
                    *("-o", target, target.with_suffix(".in")),
                ],
                layout.logs / f"lock-{name}.log",
                env={"UV_CACHE_DIR": str(layout.cache / "uv")},
                cwd=layout.root,
            )
