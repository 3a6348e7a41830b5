"""Run add-ons' Odoo tests with every add-on loaded (run inside Odoo).

Odoo runs `at_install` tests while an add-on loads, that is before ours, which depend on
it: tests of the community's add-ons would say nothing about the suite. Here the whole
registry is loaded first; then tests of both positions run through Odoo's own loader.

Usage: suites.py REPORT MODULES TAGS ODOO_OPTIONS...; REPORT gets the counts as JSON.
"""

import json
import sys
from pathlib import Path

import odoo.http
import odoo.init  # noqa: F401  Odoo's own set-up comes first
from odoo.modules.registry import Registry
from odoo.service import server
from odoo.tools import config


def main(report: Path, modules: list[str], tags: str, words: list[str]) -> None:
    """Load, run, report; the caller reads the report and the log."""
    config.parse_config(words, setup_logging=True)
    registry = _serve_and_load()
    config["test_enable"] = True
    config["test_tags"] = tags or "".join(f",/{name}" for name in modules)[1:]
    report.write_text(json.dumps(_run(registry, modules)))
    server.server.stop()


def _serve_and_load() -> Registry:
    """Start the HTTP server that browser tests use, and load the database."""
    server.load_server_wide_modules()
    server.server = server.ThreadedServer(odoo.http.root)
    with Registry._lock:
        server.server.start()
        return Registry(config["db_name"][0])


def _run(registry: Registry, modules: list[str]) -> dict[str, int]:
    from odoo.tests import loader

    counts = {"run": 0, "failed": 0, "skipped": 0}
    installed = [name for name in modules if name in registry._init_modules]
    for position in ("at_install", "post_install"):
        result = loader.run_suite(loader.make_suite(installed, position))
        counts["run"] += result.testsRun
        counts["failed"] += result.failures_count + result.errors_count
        counts["skipped"] += result.skipped
    return counts


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2].split(","), sys.argv[3], sys.argv[4:])
