"""Checks of the ground we stand on: each failure is one line and exit code 2."""

import os
import shutil
import socket
from pathlib import Path

from .errors import GroundError

MB = 1024 * 1024
# Odoo 1.3 GB, packages 0.7 GB, downloads 0.3 GB, databases 0.5 GB.
COLD_MB = 3000
WARM_MB = 300
HOST = "127.0.0.1"


def port_is_free(port: int, host: str = HOST) -> bool:
    """Tell whether a server could listen on `port` now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((HOST, 0))
        return probe.getsockname()[1]


def require_port(port: int) -> None:
    """Raise GroundError naming the next free port when `port` is taken."""
    if not 1024 <= port <= 65535:
        raise GroundError(f"port {port} is out of range; choose 1024 to 65535")
    if port_is_free(port):
        return
    following = (number for number in range(port + 1, 65536) if port_is_free(number))
    free = next(following, None)
    hint = f"; try --port {free}" if free else ""
    raise GroundError(f"port {port} on {HOST} is taken{hint}")


def needed_mb(is_cold: bool) -> int:
    """Return the disk space to ask for, in MB; SUPPORT_MIN_FREE_MB overrides it."""
    return int(
        os.environ.get("SUPPORT_MIN_FREE_MB") or (COLD_MB if is_cold else WARM_MB)
    )


def require_disk(folder: Path, megabytes: int) -> None:
    """Raise GroundError when the disk of `folder` has less than `megabytes` free."""
    free = shutil.disk_usage(folder).free // MB
    if free < megabytes:
        raise GroundError(
            f"{folder} has {free} MB free, {megabytes} MB are needed; make room or "
            "clone onto a larger disk"
        )
