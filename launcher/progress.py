"""Say what a long step does, how far it is and how long it took.

On a terminal the line of a running step is rewritten; elsewhere (a CI log) progress is
printed as separate lines, at most one every few seconds.
"""

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

LINE_INTERVAL = 5.0
TERMINAL_INTERVAL = 0.1
_thread = threading.local()


class Step:
    """One long step, made by `step()`."""

    def __init__(self, title: str, stream=None, clock=time.monotonic):
        self.title = title
        self.stream = stream or sys.stdout
        self.clock = clock
        self.rewrites = self.stream.isatty() and not _prefix()
        self.began = clock()
        self._last = self.began
        self._interval = TERMINAL_INTERVAL if self.rewrites else LINE_INTERVAL

    @property
    def seconds(self) -> float:
        """Seconds since the step began."""
        return self.clock() - self.began

    def update(self, done: float, total: float, unit: str = "", note: str = "") -> None:
        """Show progress: `done` of `total` (0: nobody knows) in whole units."""
        if self.clock() - self._last < self._interval:
            return
        self._last = self.clock()
        percent = f" ({100 * done / total:.0f}%)" if total else ""
        amount = f"{done:.0f}/{total:.0f}" if total else f"{done:.0f}"
        amount += f" {unit}" if unit else ""
        self._show(f"{amount}{percent}" + (f" {note}" if note else ""))

    def _show(self, text: str) -> None:
        line = f"  {self.title}: {text} [{self.seconds:.0f} s]"
        if self.rewrites:
            self._write(f"\r\x1b[K{line[:110]}", flush=True)
        else:
            self._write(f"{_prefix()}{line}\n", flush=True)

    def finish(self, word: str = "done") -> None:
        """Close the step with its time."""
        start = "\r\x1b[K" if self.rewrites else _prefix()
        self._write(f"{start}  {self.title}: {word} in {self.seconds:.1f} s\n", True)

    def _write(self, text: str, flush: bool = False) -> None:
        self.stream.write(text)
        if flush:
            self.stream.flush()


def say(text: str = "") -> None:
    """Print lines at once, also into a pipe."""
    prefix = _prefix()
    lines = text.splitlines() or [""]
    # One write: lines of other threads do not get in between.
    sys.stdout.write("".join(f"{prefix}{line}\n" for line in lines))
    sys.stdout.flush()


@contextmanager
def labelled(label: str) -> Iterator[None]:
    """Start each line that this thread prints with `label`."""
    before = _prefix()
    _thread.prefix = f"{label:9}|" if label else ""
    try:
        yield
    finally:
        _thread.prefix = before


def _prefix() -> str:
    return getattr(_thread, "prefix", "")


@contextmanager
def step(title: str) -> Iterator[Step]:
    """Announce `title`, yield its `Step`, and close it with its time."""
    running = Step(title)
    if running.rewrites:
        running._show("...")
    else:
        say(f"  {title} ...")
    try:
        yield running
    except BaseException:
        running.finish("stopped")
        raise
    running.finish()
