"""Locks between launchers of one clone; the kernel drops them when a process dies."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from .progress import say


@contextmanager
def exclusive(path: Path, doing: str) -> Iterator[None]:
    """Hold `path` alone; while another launcher holds it, say so and wait."""
    with _opened(path) as handle:
        if not _try(handle, fcntl.LOCK_EX):
            holder = path.read_text().strip() or "unknown"
            say(f"  another ./support (process {holder}) is {doing}; waiting for it")
            fcntl.flock(handle, fcntl.LOCK_EX)
        path.write_text(f"{os.getpid()}\n")
        yield


@contextmanager
def shared(path: Path) -> Iterator[TextIO]:
    """Hold `path` together with others; yields the handle for `is_last`."""
    with _opened(path) as handle:
        fcntl.flock(handle, fcntl.LOCK_SH)
        yield handle


def is_last(handle: TextIO) -> bool:
    """Tell whether nobody else holds the shared lock (which is then held alone)."""
    return _try(handle, fcntl.LOCK_EX)


def _opened(path: Path) -> TextIO:
    path.parent.mkdir(parents=True, exist_ok=True)
    return path.open("a+", encoding="utf-8")


def _try(handle: TextIO, kind: int) -> bool:
    try:
        fcntl.flock(handle, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
