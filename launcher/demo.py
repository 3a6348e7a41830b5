"""`./support demo`: Odoo with the suite, its demo data, and people to log in as."""

from collections.abc import Sequence
from dataclasses import dataclass

from . import databases, ground, locks, mailbox, system
from .errors import LauncherError
from .layout import Layout
from .progress import say, step
from .server import OdooServer
from .session import Session, open_session

DATABASE = "demo"
LOG = "demo.log"


@dataclass(frozen=True)
class Login:
    """A person of the demo data; the password equals the login."""

    login: str
    role: str


LOGINS = (
    Login("tecnica", "technician"),
    Login("responsable", "support manager"),
    Login("contable", "accountant"),
    Login("cliente", "client with a pack of hours (portal)"),
    Login("cliente_creditos", "client with credits (portal)"),
    Login("cliente_minutos", "client with minutes (portal)"),
    Login("cliente_justo", "client under fair use (portal)"),
    Login("cliente_poliza", "client with a policy of tickets (portal)"),
    Login("cliente_cupos", "client with tickets by priority (portal)"),
    Login("cliente_urgente", "client with an urgent ticket (portal)"),
    Login("cliente_cola", "client with planned work (portal)"),
    Login("admin", "administrator"),
)


def run(layout: Layout, port: int, reset: bool, stop_after_start: bool) -> int:
    """Bring everything up, print the way in, and serve until Ctrl-C."""
    ground.require_port(port)
    say("support demo")
    with open_session(layout) as session:
        system.pdf_program(layout.logs / "apt-wkhtmltopdf.log", required=False)
        name = ensure_database(session, reset)
        with mailbox.open_mailbox(layout.mail) as box:
            server = OdooServer(layout, name, port, layout.logs / LOG)
            options = ["--max-cron-threads=1", f"--smtp-port={box.port}"]
            return _serve(session, server, options, stop_after_start)


def ensure_database(session: Session, reset: bool) -> str:
    """Return the demo database's full name; its data are kept unless `reset`."""
    bases = session.databases
    name = bases.full(DATABASE)
    with locks.exclusive(session.layout.state / "demo.lock", "setting up the demo"):
        stamp = bases.stamp(databases.DEMO)
        if reset or not session.server.exists(name) or not session.server.note(name):
            bases.ensure(databases.DEMO)
            with step("demo database, fresh copy"):
                bases.copy(databases.DEMO, DATABASE)
        elif session.server.note(name) != stamp:
            bases.upgrade(name, "demo database")
        session.server.set_note(name, stamp)
    return name


def _serve(
    session: Session, server: OdooServer, options: Sequence[str], stop_after_start: bool
) -> int:
    session.databases.set_report_address(server.database, server.url)
    with step("Odoo, start") as started:
        try:
            server.start(options)
        except BaseException:
            server.stop()
            raise
    say(welcome(server.url, known_logins(session, server.database)))
    say(f"Log: {server.log}\nOutgoing mail, kept here: {session.layout.mail}")
    try:
        if stop_after_start:
            return 0
        say("Ctrl-C stops everything.")
        code = server.wait()
        raise LauncherError(f"Odoo ended by itself (exit {code}); see {server.log}")
    except KeyboardInterrupt:
        say("\nstopping ...")
        return 0
    finally:
        server.stop()
        say(f"stopped after {started.seconds:.0f} s; the data are kept")


def known_logins(session: Session, database: str) -> list[Login]:
    """Return those of LOGINS that the database has."""
    rows = session.server.query("SELECT login FROM res_users WHERE active", database)
    present = set(rows.splitlines())
    return [login for login in LOGINS if login.login in present]


def welcome(url: str, logins: Sequence[Login]) -> str:
    """Return the way in, for people.

    >>> print(welcome("http://127.0.0.1:8069", [Login("ana", "client")]))
    <BLANKLINE>
    Open http://127.0.0.1:8069
      ana              / ana              client
    <BLANKLINE>
    """
    rows = [f"  {one.login:16} / {one.login:16} {one.role}" for one in logins]
    return "\n".join(["", f"Open {url}", *rows, ""])
