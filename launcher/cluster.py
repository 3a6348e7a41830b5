"""The embedded PostgreSQL of one clone: made, started and stopped here.

Its programs come with the Python packages. It listens on a socket only, and runs as
another user when we are root, since PostgreSQL refuses root.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path

from . import process
from .environment import site_packages
from .errors import GroundError, StepFailed
from .layout import Layout
from .postgres import ROLE, Server, literal
from .progress import say, step

SYSTEM_USER = "embedded_postgres"
# The kernel's limit for a socket's path is 107; PostgreSQL's file name takes its share.
SOCKET_FOLDER_LIMIT = 107 - len("/.s.PGSQL.5432")


def binaries(layout: Layout) -> Path:
    """Return the folder of the embedded server's programs."""
    return site_packages(layout) / "embedded_postgres" / "pginstall" / "bin"


class Cluster:
    """The embedded server of one clone."""

    def __init__(self, layout: Layout):
        self.layout = layout
        self.data = layout.postgres / "data"
        self.log = layout.postgres / "log"
        self.bin = binaries(layout)
        self.is_root = os.geteuid() == 0

    def start(self) -> Server:
        """Start the server unless it runs already, and return how to reach it."""
        if self.is_root:
            self._prepare_for_root()
        self._require_same_version()
        if not (self.data / "PG_VERSION").is_file():
            self._create()
        self._forget_dead_server()
        running = self._pg("pg_ctl", "status", "-D", self.data).returncode == 0
        if not running:
            self._configure()
            self._launch()
        server = self._server()
        self._ensure_role(server)
        return server

    def stop(self) -> None:
        """Stop the server and wait for it."""
        self._pg("pg_ctl", "stop", "-D", self.data, "-m", "fast", "-w")

    def destroy(self) -> None:
        """Remove all databases of the cluster."""
        shutil.rmtree(self.data, ignore_errors=True)

    def _server(self) -> Server:
        return Server(
            host=self._socket_folder().as_posix(),
            port="5432",
            user=ROLE,
            password="",
            psql=self.bin / "psql",
        )

    def _require_same_version(self) -> None:
        made_by = self.data / "PG_VERSION"
        if not made_by.is_file():
            return
        answer = self._pg("postgres", "--version").stdout
        major = answer.split()[-1].split(".")[0]
        old = made_by.read_text().strip()
        if old != major:
            raise GroundError(
                f"{self.data} was made by PostgreSQL {old}, this is {major}: remove "
                "that folder to start over"
            )

    def _create(self) -> None:
        with step("database server, first set-up"):
            partial = self.data.with_name("data.partial")
            shutil.rmtree(partial, ignore_errors=True)
            self._own(partial)
            words = ["--auth=trust", "--encoding=UTF8", "--no-locale", "-U", "postgres"]
            self._check("initdb", "-D", partial, *words)
            with (partial / "postgresql.conf").open("a") as conf:
                conf.write("include_if_exists = 'support.conf'\n")
            partial.rename(self.data)

    def _configure(self) -> None:
        """Write our settings: a socket only, and quick rather than crash-proof commits.

        `synchronous_commit = off` may lose the last half second of a demo when the
        machine loses power; it never corrupts.
        """
        settings = {
            "listen_addresses": "",
            "port": "5432",
            "unix_socket_directories": self._socket_folder().as_posix(),
            "unix_socket_permissions": "0700",
            "synchronous_commit": "off",
            "shared_buffers": "256MB",
            "max_wal_size": "512MB",
            "max_connections": "100",
        }
        lines = (f"{key} = {literal(value)}\n" for key, value in settings.items())
        (self.data / "support.conf").write_text("".join(lines))
        self._give(self.data / "support.conf")

    def _launch(self) -> None:
        self._give_parent_log()
        self._check(
            "pg_ctl", "start", "-D", self.data, "-l", self.log, "-w", "-t", "60", "-s"
        )

    def _ensure_role(self, server: Server) -> None:
        admin = Server(server.host, server.port, "postgres", "", server.psql)
        if admin.query(f"SELECT 1 FROM pg_roles WHERE rolname = '{ROLE}'") != "1":
            admin.query(f"CREATE ROLE {ROLE} LOGIN CREATEDB")

    def _socket_folder(self) -> Path:
        """Return a folder for the socket whose path is short enough."""
        near = self.layout.postgres / "run"
        if len(str(near)) <= SOCKET_FOLDER_LIMIT:
            if not near.is_dir():
                self._own(near)
            return near
        record = self.layout.postgres / "socket-folder"
        if record.is_file() and Path(record.read_text()).is_dir():
            return Path(record.read_text())
        far = Path(tempfile.mkdtemp(prefix="support-pg-", dir="/tmp"))
        self._give(far)
        record.write_text(str(far))
        return far

    def _forget_dead_server(self) -> None:
        """Remove the pid file of a server that was killed.

        PostgreSQL believes the file when any process of its user has that number now.
        """
        path = self.data / "postmaster.pid"
        if not path.is_file():
            return
        lines = path.read_text().splitlines()
        pid = lines[0].strip() if lines else ""
        if not _is_postgres(pid, self.data):
            path.unlink()

    def _prepare_for_root(self) -> None:
        """PostgreSQL refuses to run as root: give it a user and a way to its folder."""
        _ensure_system_user()
        opened = open_way(self.layout.postgres) + open_way(self.bin)
        for folder in opened:
            say(
                f"  note: other users may now pass through (not read) {folder}: "
                "PostgreSQL runs as one"
            )

    def _own(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True)
        self._give(folder)

    def _give(self, path: Path) -> None:
        if self.is_root:
            shutil.chown(path, SYSTEM_USER, SYSTEM_USER)

    def _give_parent_log(self) -> None:
        self.log.touch()
        self._give(self.log)

    def _pg(self, program: str, *words) -> subprocess.CompletedProcess:
        """Run one of PostgreSQL's programs as the user it may run as.

        Output goes to a file: a server started by pg_ctl would keep a pipe open.
        """
        options = {}
        if self.is_root:
            options = {"user": SYSTEM_USER, "group": SYSTEM_USER, "extra_groups": []}
        with tempfile.TemporaryFile("w+") as output:
            done = subprocess.run(
                [str(self.bin / program), *map(str, words)],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=process.clean_environment({"LC_ALL": "C"}),
                cwd="/",
                check=False,
                **options,
            )
            output.seek(0)
            return subprocess.CompletedProcess(
                done.args, done.returncode, output.read()
            )

    def _check(self, program: str, *words) -> None:
        done = self._pg(program, *words)
        if done.returncode:
            raise StepFailed(
                f"{program} failed: {done.stdout.strip()}\n{process.tail(self.log)}"
            )


def _is_postgres(pid: str, data: Path) -> bool:
    try:
        command = Path(f"/proc/{int(pid)}/cmdline").read_bytes().split(b"\0")
    except (OSError, ValueError):
        return False
    return b"postgres" in command[0] and str(data).encode() in command


def _ensure_system_user() -> None:
    try:
        pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        command = [
            "useradd",
            "--system",
            "--user-group",
            "--no-create-home",
            SYSTEM_USER,
        ]
        subprocess.run(command, check=True, capture_output=True)


def open_way(path: Path) -> list[Path]:
    """Let other users pass through the folders above `path` (execute bit only).

    Returns the folders that were changed.
    """
    changed = []
    for folder in [path, *path.parents]:
        mode = folder.stat().st_mode
        if not mode & 0o001:
            folder.chmod(mode | 0o001)
            changed.append(folder)
    return changed
