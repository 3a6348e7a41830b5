"""Everything that must stand before Odoo can run, in order."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from . import database_server, environment, ground, locks, odoo, source
from .databases import Databases
from .layout import Layout
from .postgres import Server
from .source import OdooSource


@dataclass(frozen=True)
class Session:
    """What a verb works with."""

    layout: Layout
    source: OdooSource
    server: Server
    databases: Databases


def is_cold(layout: Layout) -> bool:
    """Tell whether the large downloads are still to come."""
    return not (source.is_present(layout) and environment.is_present(layout))


def prepare(layout: Layout, with_tests: bool = False) -> OdooSource:
    """Bring Odoo and the Python packages; does nothing when they are there."""
    layout.prepare()
    ground.require_disk(layout.state, ground.needed_mb(is_cold(layout)))
    with locks.exclusive(layout.state / "prepare.lock", "preparing"):
        odoo_source = source.ensure(layout)
        environment.ensure(layout, odoo_source, with_tests)
    return odoo_source


@contextmanager
def open_session(layout: Layout, with_tests: bool = False) -> Iterator[Session]:
    """Yield a session with PostgreSQL running; what was started is stopped."""
    odoo_source = prepare(layout, with_tests)
    with database_server.open_server(layout) as server:
        odoo.write_config(layout, odoo_source, server)
        yield Session(
            layout, odoo_source, server, Databases(layout, server, odoo_source)
        )
