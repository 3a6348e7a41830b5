"""Run add-ons' Odoo tests with every add-on loaded (run inside Odoo).

Odoo runs `at_install` tests while an add-on loads, that is before ours, which depend on
it: tests of the community's add-ons would say nothing about the suite. Here the whole
registry is loaded first; then tests of both positions run through Odoo's own loader.

Usage: suites.py REPORT CLAIMS MODULES TAGS ODOO_OPTIONS...; REPORT gets the counts as
JSON. Several of these may share the tests, each on a database of its own: whoever first
makes a test class's file in the folder CLAIMS runs it.
"""

import itertools
import json
import sys
import threading
from pathlib import Path

import odoo.http
import odoo.init  # noqa: F401  Odoo's own set-up comes first
from odoo.modules.registry import Registry
from odoo.service import server
from odoo.tools import config


def main(
    report: Path, claims: Path, modules: list[str], tags: str, words: list[str]
) -> None:
    """Load, run, report; the caller reads the report and the log."""
    config.parse_config(words, setup_logging=True)
    registry = _serve_and_load()
    config["test_enable"] = True
    config["test_tags"] = tags or "".join(f",/{name}" for name in modules)[1:]
    report.write_text(json.dumps(_run(registry, claims, modules)))
    server.server.stop()


def _serve_and_load() -> Registry:
    """Start the HTTP server that browser tests use, and load the database."""
    server.load_server_wide_modules()
    # As Odoo's own runner does: what asks for the map of addresses needs it.
    threading.current_thread().dbname = config["db_name"][0]
    server.server = server.ThreadedServer(odoo.http.root)
    with Registry._lock:
        server.server.start()
        return Registry(config["db_name"][0])


def _run(registry: Registry, claims: Path, modules: list[str]) -> dict[str, int]:
    from odoo.tests import loader
    from odoo.tests.suite import OdooSuite

    counts = {"found": 0, "run": 0, "failed": 0, "skipped": 0}
    installed = [name for name in modules if name in registry._init_modules]
    for position in ("at_install", "post_install"):
        tests = list(loader.make_suite(installed, position))
        counts["found"] += len(tests)
        for test_class, own in itertools.groupby(tests, key=type):
            if not _claim(claims, f"{position}.{test_class.__module__}", test_class):
                continue
            result = loader.run_suite(OdooSuite(own))
            counts["run"] += result.testsRun
            counts["failed"] += result.failures_count + result.errors_count
            counts["skipped"] += result.skipped
    return counts


def _claim(claims: Path, prefix: str, test_class: type) -> bool:
    """Return whether the class is ours to run: whether nobody took it before."""
    try:
        (claims / f"{prefix}.{test_class.__name__}").touch(exist_ok=False)
    except FileExistsError:
        return False
    return True


if __name__ == "__main__":
    main(
        Path(sys.argv[1]),
        Path(sys.argv[2]),
        sys.argv[3].split(","),
        sys.argv[4],
        sys.argv[5:],
    )
