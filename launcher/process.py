"""Run commands: output into a log, progress from its lines, a short tail on failure."""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from .errors import StepFailed

TAIL_LINES = 15
_PR_SET_PDEATHSIG = 1
_LIVE: set[subprocess.Popen] = set()
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None
# Variables of the caller's shell that would change what our commands do.
FOREIGN = ("PYTHONPATH", "PYTHONHOME", "ODOO_RC", "OPENERP_SERVER", "VIRTUAL_ENV")


def clean_environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the environment without what would redirect Python, Odoo or libpq."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in FOREIGN and not name.startswith("PG")
    }
    kept["PYTHONUNBUFFERED"] = "1"
    kept.update(extra or {})
    return kept


def run(
    command: Iterable[str | Path],
    log: Path,
    on_line: Callable[[str], None] | None = None,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
) -> int:
    """Run `command`, write its output to `log`, and return its exit code.

    `on_line` gets each line as it comes. `env` is added to the clean environment.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    words = [str(word) for word in command]
    with (
        log.open("w", encoding="utf-8", buffering=1) as sink,
        popen(
            words,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            env=clean_environment(env),
            cwd=cwd,
        ) as child,
    ):
        for line in child.stdout:
            sink.write(line)
            if on_line:
                on_line(line.rstrip("\n"))
    return child.returncode


@contextmanager
def popen(words: Iterable[str | Path], **options) -> Iterator[subprocess.Popen]:
    """Yield a child process that does not outlive us when we are interrupted."""
    with subprocess.Popen(words, preexec_fn=end_with_parent, **options) as child:
        _LIVE.add(child)
        try:
            yield child
        except BaseException:
            child.terminate()
            child.wait()
            raise
        finally:
            _LIVE.discard(child)


def stop_children() -> None:
    """Ask every child of `popen`, of any thread, to end."""
    for child in list(_LIVE):
        child.terminate()


def check(what: str, command: Iterable[str | Path], log: Path, **options) -> None:
    """Like `run`, but a non-zero exit raises StepFailed with the log's last lines."""
    code = run(command, log, **options)
    if code:
        raise StepFailed(f"{what} failed (exit {code}); see {log}\n{tail(log)}")


def end_with_parent() -> None:
    """Ask the kernel, in a new child, to end it when the launcher is killed outright.

    Without it a killed launcher would leave a server on its port, or a pip that writes
    into an environment which the next launcher makes anew.
    """
    if _LIBC is not None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def tail(log: Path, lines: int = TAIL_LINES) -> str:
    """Return the last lines of a log, indented."""
    if not log.exists():
        return ""
    text = log.read_text(encoding="utf-8", errors="replace").splitlines()
    return "\n".join("    " + line for line in text[-lines:])
