"""An Odoo server as a child process: start, wait until it answers, stop."""

import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from . import odoo, process
from .errors import StepFailed
from .layout import Layout

POLL_SECONDS = 0.2
START_SECONDS = 180
STOP_SECONDS = 15


class OdooServer:
    """A running server; `url` is its address, `log` its log file."""

    def __init__(self, layout: Layout, database: str, port: int, log: Path):
        self.layout = layout
        self.database = database
        self.port = port
        self.log = log
        self.url = f"http://127.0.0.1:{port}"
        self._child: subprocess.Popen | None = None

    def start(
        self, options: Sequence[str | Path] = (), script: Path | None = None
    ) -> None:
        """Start and return when the login page answers; raises StepFailed otherwise.

        `script` starts Odoo in place of Odoo's own command.
        """
        self.log.parent.mkdir(parents=True, exist_ok=True)
        filter_ = f"^{self.database}$"
        words = ["-d", self.database, "--db-filter", filter_, "--http-port", self.port]
        words += options
        command = (
            odoo.python(self.layout, [script], words)
            if script
            else odoo.command(self.layout, words)
        )
        with self.log.open("w") as sink:
            # A session of its own: Ctrl-C reaches us alone, and we stop it in order.
            self._child = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=subprocess.STDOUT,
                env=process.clean_environment(),
                start_new_session=True,
                preexec_fn=process.end_with_parent,
            )
        self._wait_until_ready()

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self._child.poll() is not None:
                break
            if answers(f"{self.url}/web/login"):
                return
            time.sleep(POLL_SECONDS)
        raise StepFailed(
            f"Odoo did not start; see {self.log}\n{process.tail(self.log)}"
        )

    def wait(self) -> int:
        """Return the exit code once the server ends by itself."""
        return self._child.wait()

    def stop(self) -> None:
        """End the server: politely, then by force."""
        if self._child is None or self._child.poll() is not None:
            return
        self._child.send_signal(signal.SIGINT)
        try:
            self._child.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()

    def read_log(self) -> str:
        """Return what the server has logged."""
        return self.log.read_text(encoding="utf-8", errors="replace")


@contextmanager
def running(
    server: OdooServer,
    options: Sequence[str | Path] = (),
    script: Path | None = None,
) -> Iterator[OdooServer]:
    """Yield `server` started, and stop it whatever happens."""
    try:
        server.start(options, script)
        yield server
    finally:
        server.stop()


def answers(url: str) -> bool:
    """Tell whether a page is served without error."""
    try:
        with urllib.request.urlopen(url, timeout=60) as response:
            return response.status == 200
    except (urllib.error.URLError, OSError):
        return False
