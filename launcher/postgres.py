"""Speak to a PostgreSQL server through psql: databases are made, copied, dropped."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

from . import process
from .errors import StepFailed

ROLE = "odoo"


@dataclass(frozen=True)
class Server:
    """How to reach PostgreSQL; `prefix` starts each database name of ours."""

    host: str
    port: str
    user: str
    password: str
    psql: Path
    prefix: str = ""

    def environment(self) -> dict[str, str]:
        """Return libpq's variables."""
        named = {"PGHOST": self.host, "PGPORT": self.port, "PGUSER": self.user}
        return named | ({"PGPASSWORD": self.password} if self.password else {})

    def query(self, sql: str, database: str = "postgres") -> str:
        """Run SQL statements and return their rows, fields separated by `|`."""
        command = [self.psql, "-XAtq", "-v", "ON_ERROR_STOP=1", "-d", database]
        done = subprocess.run(
            command,
            input=sql,
            text=True,
            capture_output=True,
            env=process.clean_environment(self.environment()),
            check=False,
        )
        if done.returncode:
            raise StepFailed(f"PostgreSQL: {done.stderr.strip()}")
        return done.stdout.strip()

    def exists(self, database: str) -> bool:
        """Tell whether the database is there."""
        found = self.query(
            f"SELECT 1 FROM pg_database WHERE datname = {literal(database)}"
        )
        return found == "1"

    def note(self, database: str) -> str:
        """Return the comment on a database (where its fingerprint is kept)."""
        return self.query(
            "SELECT coalesce(shobj_description(oid, 'pg_database'), '') "
            f"FROM pg_database WHERE datname = {literal(database)}"
        )

    def set_note(self, database: str, text: str) -> None:
        """Comment on a database."""
        self.query(f"COMMENT ON DATABASE {name(database)} IS {literal(text)}")

    def copy(self, template: str, target: str) -> None:
        """Create `target` as a copy of `template`."""
        self.disconnect(template)
        self.query(f"CREATE DATABASE {name(target)} TEMPLATE {name(template)}")

    def rename(self, old: str, new: str) -> None:
        """Rename a database."""
        self.disconnect(old)
        self.query(f"ALTER DATABASE {name(old)} RENAME TO {name(new)}")

    def drop(self, database: str) -> None:
        """Drop a database, connections or not; nothing happens when it is not there."""
        self.query(f"DROP DATABASE IF EXISTS {name(database)} WITH (FORCE)")

    def disconnect(self, database: str) -> None:
        """Close other connections to a database (an idle one blocks copying).

        Those of clients: PostgreSQL lets nobody else end its autovacuum, and ends that
        by itself where it is in the way.
        """
        self.query(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            f"WHERE datname = {literal(database)} AND pid <> pg_backend_pid() "
            "AND backend_type = 'client backend'"
        )


def literal(text: str) -> str:
    """Quote an SQL string.

    >>> literal("it's")
    "'it''s'"
    """
    return "'" + text.replace("'", "''") + "'"


def name(identifier: str) -> str:
    """Quote an SQL identifier."""
    return '"' + identifier.replace('"', '""') + '"'
