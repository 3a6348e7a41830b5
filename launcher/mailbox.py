"""A mail server that delivers nothing: each message becomes a file to read.

Demo and browser tests must never send mail to anybody.
"""

import itertools
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_ANSWERS = {
    "EHLO": b"250 mailbox\r\n",
    "HELO": b"250 mailbox\r\n",
    "DATA": b"354 go on\r\n",
    "QUIT": b"221 bye\r\n",
}


class _Conversation(socketserver.StreamRequestHandler):
    """One SMTP session, as much of RFC 5321 as Python's smtplib speaks."""

    def handle(self) -> None:
        self.wfile.write(b"220 mailbox\r\n")
        for line in self.rfile:
            verb = line.decode("ascii", "replace").strip().upper()[:4]
            self.wfile.write(_ANSWERS.get(verb, b"250 ok\r\n"))
            if verb == "DATA":
                self.server.keep(b"".join(self._message()))
                self.wfile.write(b"250 kept\r\n")
            if verb == "QUIT":
                return

    def _message(self) -> Iterator[bytes]:
        for line in self.rfile:
            if line.rstrip(b"\r\n") == b".":
                return
            yield line[1:] if line.startswith(b"..") else line


class Mailbox(socketserver.ThreadingTCPServer):
    """Listens on a free port of 127.0.0.1 and writes `.eml` files into a folder."""

    daemon_threads = True

    def __init__(self, folder: Path):
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._numbers = itertools.count(len(list(folder.glob("*.eml"))) + 1)

    @property
    def port(self) -> int:
        """The port that it listens on."""
        return self.server_address[1]

    def keep(self, message: bytes) -> None:
        """Write one message."""
        (self.folder / f"{next(self._numbers):05d}.eml").write_bytes(message)


@contextmanager
def open_mailbox(folder: Path) -> Iterator[Mailbox]:
    """Yield a mailbox that listens, and close it."""
    with Mailbox(folder) as box:
        thread = threading.Thread(target=box.serve_forever, daemon=True)
        thread.start()
        try:
            yield box
        finally:
            box.shutdown()
            thread.join()
