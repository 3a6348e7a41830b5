"""Which PostgreSQL to use: the server that the environment names, or the embedded one.

The embedded one runs while at least one launcher of this clone uses it.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from . import locks
from .cluster import Cluster, binaries
from .errors import GroundError, StepFailed
from .layout import Layout
from .postgres import ROLE, Server

MINIMUM = 13
VARIABLES = {
    "host": "SUPPORT_PGHOST",
    "port": "SUPPORT_PGPORT",
    "user": "SUPPORT_PGUSER",
    "password": "SUPPORT_PGPASSWORD",
}


@contextmanager
def open_server(layout: Layout) -> Iterator[Server]:
    """Yield a server that is ready; the embedded one is started and stopped here."""
    if os.environ.get(VARIABLES["host"]):
        yield existing_server(layout)
        return
    cluster = Cluster(layout)
    layout.postgres.mkdir(parents=True, exist_ok=True)
    with locks.shared(layout.postgres / "users.lock") as users:
        try:
            with locks.exclusive(layout.postgres / "start.lock", "starting PostgreSQL"):
                server = cluster.start()
            yield server
        finally:
            with locks.exclusive(layout.postgres / "start.lock", "stopping PostgreSQL"):
                if locks.is_last(users):
                    cluster.stop()


def existing_server(layout: Layout) -> Server:
    """Return the server that SUPPORT_PGHOST and its siblings name, checked."""
    value = {key: os.environ.get(variable, "") for key, variable in VARIABLES.items()}
    server = Server(
        host=value["host"],
        port=value["port"] or "5432",
        user=value["user"] or ROLE,
        password=value["password"],
        psql=binaries(layout) / "psql",
        prefix=os.environ.get("SUPPORT_DB_PREFIX", "support_"),
    )
    try:
        number = server.query("SHOW server_version_num")
        may = server.query(
            "SELECT rolcreatedb FROM pg_roles WHERE rolname = current_user"
        )
    except StepFailed as problem:
        reason = str(problem).splitlines()[0]
        raise GroundError(f"{VARIABLES['host']}={server.host}: {reason}") from None
    require_version(int(number))
    if server.user == "postgres":
        raise GroundError(
            "Odoo refuses the database user postgres: name another in "
            f"{VARIABLES['user']}"
        )
    if may != "t":
        raise GroundError(
            f"the database user {server.user} may not create databases: ALTER ROLE "
            f"{server.user} CREATEDB"
        )
    return server


def require_version(number: int) -> None:
    """Raise GroundError when `server_version_num` is below Odoo 19's minimum."""
    if number < MINIMUM * 10000:
        raise GroundError(
            f"PostgreSQL {number // 10000} is too old: Odoo 19 needs {MINIMUM} or newer"
        )
