"""The verbs of `./support`."""

import argparse
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from . import environment, odoo, process, session
from .errors import EXIT_INTERRUPTED, LauncherError
from .layout import Layout

EPILOG = """\
Everything generated lives in .support/ of this clone; delete it to start over.

Variables:
  SUPPORT_ODOO_SOURCE     use this Odoo 19 checkout instead of Debian's package
  SUPPORT_PGHOST          use this PostgreSQL (13 or newer) instead of the embedded one;
                          with SUPPORT_PGPORT, SUPPORT_PGUSER, SUPPORT_PGPASSWORD and
                          SUPPORT_DB_PREFIX (start of our databases' names)
  SUPPORT_DEBIAN_MIRROR   a Debian mirror, for a machine whose apt sources have none
  SUPPORT_MIN_FREE_MB     disk space to ask for, in MB

Exit codes: 0 good, 1 something failed, 2 the machine lacks something (in one line).
"""


def main(argv: Sequence[str]) -> int:
    """Run one verb and return its exit code."""
    options = build_parser().parse_args(argv)
    os.umask(0o022)
    # SIGINT too: a shell starts background jobs with it ignored.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    try:
        return options.run(Layout(), options)
    except LauncherError as problem:
        print(f"support: {problem}", file=sys.stderr)
        return problem.exit_code
    except KeyboardInterrupt:
        print("support: stopped", file=sys.stderr)
        return EXIT_INTERRUPTED


def _interrupt(number, frame):
    """Let a polite kill stop what we started, like Ctrl-C."""
    raise KeyboardInterrupt


def build_parser() -> argparse.ArgumentParser:
    """Describe the command line."""
    parser = argparse.ArgumentParser(
        prog="./support",
        description="Odoo 19 with the support suite: start it, test it, work on it.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    verbs = parser.add_subparsers(title="verbs", required=True, metavar="VERB")
    _add_main_verbs(verbs)
    _add_developer_verbs(verbs)
    return parser


def _add_main_verbs(verbs) -> None:
    demo = verbs.add_parser("demo", help="start Odoo with the suite and its demo data")
    demo.add_argument("--reset", action="store_true", help="start over with fresh data")
    demo.add_argument("--port", type=int, default=8069, help="port (default 8069)")
    demo.add_argument(
        "--stop-after-start",
        action="store_true",
        help="stop once it answers (for tests)",
    )
    demo.set_defaults(run=_demo)
    test = verbs.add_parser("test", help="run the tests: all of them, or some parts")
    test.add_argument("parts", nargs="*", metavar="PART", help="see `test --list`")
    test.add_argument("--list", action="store_true", help="print the parts and stop")
    test.add_argument(
        "--tags", default="", help="Odoo test tags, for parts run by Odoo"
    )
    test.add_argument("-k", default="", metavar="EXPRESSION", help="pytest's -k")
    test.set_defaults(run=_test)


def _add_developer_verbs(verbs) -> None:
    setup = verbs.add_parser("setup", help="bring Odoo and all packages, then stop")
    setup.set_defaults(run=_setup)
    lock = verbs.add_parser("lock", help="resolve requirements/*.in into *.lock anew")
    lock.set_defaults(run=_lock)
    shell = verbs.add_parser("shell", help="Odoo's Python shell on a database")
    shell.add_argument("database", nargs="?", default="demo")
    shell.set_defaults(run=_shell)
    psql = verbs.add_parser("psql", help="PostgreSQL's shell on a database")
    psql.add_argument("database", nargs="?", default="demo")
    psql.set_defaults(run=_psql)
    _add_translate(verbs)
    raw = verbs.add_parser("odoo", help="Odoo itself: ./support odoo -- OPTIONS")
    raw.add_argument("words", nargs=argparse.REMAINDER, metavar="OPTIONS")
    raw.set_defaults(run=_odoo)


def _add_translate(verbs) -> None:
    translate = verbs.add_parser(
        "translate", help="renew translation files, list what is not translated"
    )
    translate.add_argument("addons", nargs="*", metavar="ADDON", help="default: all")
    translate.add_argument(
        "--fill",
        action="append",
        default=[],
        type=Path,
        metavar="FILE.json",
        help='fill missing terms from {"English": "translation"}; may be repeated',
    )
    translate.add_argument(
        "--language", default="es", help="of --fill, made when new (default es)"
    )
    translate.set_defaults(run=_translate)


def _demo(layout: Layout, options) -> int:
    from . import demo

    return demo.run(layout, options.port, options.reset, options.stop_after_start)


def _test(layout: Layout, options) -> int:
    from . import testing

    if options.list:
        print("\n".join(testing.part_names(layout)))
        return 0
    return testing.run(layout, options.parts, options.tags, options.k)


def _translate(layout: Layout, options) -> int:
    from . import translate

    return translate.run(layout, options.addons, options.language, options.fill)


def _setup(layout: Layout, options) -> int:
    session.prepare(layout, with_tests=True)
    return 0


def _lock(layout: Layout, options) -> int:
    session.prepare(layout, with_tests=True)
    environment.write_locks(layout)
    return 0


def _shell(layout: Layout, options) -> int:
    with session.open_session(layout) as opened:
        name = opened.databases.full(options.database)
        return _foreground(odoo.command(layout, ["shell", "-d", name, "--no-http"]))


def _psql(layout: Layout, options) -> int:
    with session.open_session(layout) as opened:
        server = opened.server
        name = opened.databases.full(options.database)
        return _foreground([str(server.psql), "-d", name], server.environment())


def _odoo(layout: Layout, options) -> int:
    words = options.words[1:] if options.words[:1] == ["--"] else options.words
    with session.open_session(layout, with_tests=True):
        return _foreground(odoo.command(layout, words))


def _foreground(command: Sequence[str], env: dict[str, str] | None = None) -> int:
    """Hand the terminal to `command`; Ctrl-C is its business, not ours."""
    with subprocess.Popen(command, env=process.clean_environment(env)) as child:
        previous = signal.signal(signal.SIGINT, signal.SIG_IGN)
        try:
            return child.wait()
        finally:
            signal.signal(signal.SIGINT, previous)
