"""Template databases: installed once, copied in seconds, rebuilt after changes."""

import hashlib
import os
import re
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from . import locks, logcheck, odoo, process
from .errors import StepFailed
from .layout import Layout
from .postgres import Server, literal
from .progress import step
from .source import OdooSource

IGNORED_FOLDERS = {"__pycache__", "tests", "readme", "description"}
IGNORED_SUFFIXES = {".pyc", ".pot", ".md", ".rst", ".png", ".svg", ".jpg"}
PREPARE = Path(__file__).parent / "inside" / "prepare.py"
# What pages load; building all of Odoo's bundles would take three times as long.
SCRIPTS = ("web.assets_web", "web.assets_frontend_minimal", "web.assets_frontend_lazy")
STYLES = (
    "web.assets_web",
    "web.assets_web_print",
    "web.assets_frontend",
    "web.report_assets_common",
    "web.report_assets_pdf",
)
TEST_SCRIPTS = ("web.assets_unit_tests_setup", "web.assets_unit_tests")
_LOADING = re.compile(r"Loading module (?P<name>\w+) \((?P<done>\d+)/(?P<total>\d+)\)")


@dataclass(frozen=True)
class Template:
    """A database to copy: which add-ons beside the suite, and which options."""

    name: str
    title: str
    extra: tuple[str, ...]
    options: tuple[str, ...]
    scripts: tuple[str, ...] = SCRIPTS


# The community's SLA add-on is there for its own tests, until the suite depends on it.
TEST = Template(
    "tpl_test", "test database", ("helpdesk_mgmt_sla",), (), SCRIPTS + TEST_SCRIPTS
)
# Spanish accounts and VAT, because the demo's agency is Spanish; and a payment provider
# that takes no money, so that clients of the demo can pay online.
DEMO = Template(
    "tpl_demo",
    "demo database",
    ("l10n_es", "payment_demo"),
    ("--with-demo", "--load-language=en_US,es_ES"),
)


def source_files(layout: Layout) -> Iterator[Path]:
    """Yield the files of ours that a database is made from, sorted."""
    for path in sorted(layout.addons.rglob("*")):
        parts = path.relative_to(layout.addons).parts
        if path.is_file() and not IGNORED_FOLDERS.intersection(parts):
            if path.suffix not in IGNORED_SUFFIXES:
                yield path


def fingerprint(words: Iterable[str], files: Iterable[Path], root: Path) -> str:
    """Return a SHA-256 over words, and over names and contents of files."""
    total = hashlib.sha256(repr(list(words)).encode())
    for path in files:
        total.update(f"\0{path.relative_to(root)}\0".encode())
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


class Databases:
    """Databases of one clone, each with its filestore.

    A template is made in two stages, so that a change of ours does not install the
    whole of Odoo again: first what the suite stands on, then the suite.
    """

    def __init__(self, layout: Layout, server: Server, source: OdooSource):
        self.layout = layout
        self.server = server
        self.source = source

    def full(self, name: str) -> str:
        """Return a database's name on this server."""
        return self.server.prefix + name

    def stamp(self, template: Template) -> str:
        """Return the fingerprint that `template` must have now."""
        words = [self._base_stamp(template), *odoo.suite(self.layout)]
        return fingerprint(words, source_files(self.layout), self.layout.root)

    def _base_stamp(self, template: Template) -> str:
        words = [self.source.version, *self._base_modules(template), *template.options]
        lock = self.layout.requirements / "run.lock"
        words += [*template.scripts, *STYLES, PREPARE.read_text()]
        return fingerprint(words, [lock], self.layout.root)

    def _base_modules(self, template: Template) -> list[str]:
        return sorted({*odoo.foundation(self.layout), *template.extra})

    def ensure(self, template: Template) -> str:
        """Return the template's full name; build it when missing or out of date."""
        name = self.full(template.name)
        lock = self.layout.state / f"{template.name}.lock"
        with locks.exclusive(lock, f"building the {template.title}"):
            wanted = self.stamp(template)
            if not self._is_current(name, wanted):
                self._build_base(template)
                self._build(template, wanted)
        return name

    def _is_current(self, name: str, stamp: str) -> bool:
        return self.server.exists(name) and self.server.note(name) == stamp

    def _build_base(self, template: Template) -> None:
        name = self.full(f"{template.name}_base")
        stamp = self._base_stamp(template)
        if self._is_current(name, stamp):
            return
        partial = f"{name}_partial"
        self.drop(partial)
        title = f"{template.title}, Odoo"
        self._install(partial, self._base_modules(template), title, template.options)
        self._prepare(template, partial, title)
        self._settle(partial, name, stamp)

    def _build(self, template: Template, stamp: str) -> None:
        partial = self._copy(f"{template.name}_base", f"{template.name}_partial")
        title = f"{template.title}, suite"
        self._install(partial, odoo.suite(self.layout), title, template.options)
        self._prepare(template, partial, title)
        self._settle(partial, self.full(template.name), stamp)

    def _settle(self, partial: str, name: str, stamp: str) -> None:
        """Give a finished database its name; the note comes last and makes it valid."""
        self.drop(name)
        self.server.rename(partial, name)
        stores = self.layout.filestores
        if (stores / partial).is_dir():
            (stores / partial).rename(stores / name)
        self.server.set_note(name, stamp)

    def _install(
        self, database: str, modules: list[str], title: str, options: Iterable[str]
    ) -> None:
        words = ["-d", database, "-i", ",".join(modules), *options]
        self._run_odoo(words, f"{title}, install", f"install-{database}")

    def install(self, database: str, title: str) -> None:
        """Install our add-ons in an existing database, without their demo data."""
        self._install(database, odoo.suite(self.layout), title, ())

    def upgrade(self, database: str, title: str) -> None:
        """Bring an existing database to the present add-ons, its data kept."""
        modules = ",".join(odoo.suite(self.layout))
        words = ["-d", database, "-u", modules, "-i", modules]
        self._run_odoo(words, f"{title}, upgrade", f"upgrade-{database}")

    def _run_odoo(self, words: list[str], title: str, log_name: str) -> None:
        log = self.layout.logs / f"{log_name}.log"
        with step(title) as running:

            def show(line: str) -> None:
                found = _LOADING.search(line)
                if found:
                    done, total = int(found["done"]), int(found["total"])
                    running.update(done, total, "modules", found["name"])

            words = [*words, "--stop-after-init", "--no-http"]
            code = process.run(odoo.command(self.layout, words), log, show)
        require_success(title, code, log)

    def _prepare(self, template: Template, database: str, title: str) -> None:
        """Build the web client's files once, so that no copy has to."""
        title = f"{title}, web client files"
        log = self.layout.logs / f"prepare-{database}.log"
        with step(title):
            bundles = [",".join(template.scripts), ",".join(STYLES)]
            words = ["-d", database]
            command = odoo.python(self.layout, [PREPARE, *bundles], words)
            code = process.run(command, log)
        require_success(title, code, log)

    def copy(self, template: Template, target: str) -> str:
        """Make a fresh copy of a template and return its full name."""
        return self._copy(template.name, target)

    def copy_base(self, template: Template, target: str) -> str:
        """Make a fresh copy of what a template is built on: all but our add-ons."""
        self.ensure(template)
        return self._copy(f"{template.name}_base", target)

    def _copy(self, origin_name: str, target: str) -> str:
        origin, name = self.full(origin_name), self.full(target)
        self.drop(name)
        self.server.copy(origin, name)
        if (self.layout.filestores / origin).is_dir():
            link_tree(self.layout.filestores / origin, self.layout.filestores / name)
        return name

    def set_report_address(self, database: str, url: str) -> None:
        """Have PDFs fetch their styles from the server that prints them.

        Without it they ask at the address of the last login by a browser, which may
        be another port, and come out bare.
        """
        self.server.query(
            "INSERT INTO ir_config_parameter (key, value) "
            f"VALUES ('report.url', {literal(url)}) "
            "ON CONFLICT (key) DO UPDATE SET value = EXCLUDED.value",
            database,
        )

    def drop(self, name: str) -> None:
        """Drop a database and its filestore."""
        self.server.drop(name)
        shutil.rmtree(self.layout.filestores / name, ignore_errors=True)


def require_success(title: str, code: int, log: Path) -> None:
    """Raise StepFailed when a run of Odoo failed or its log has problems."""
    problems = logcheck.judge(log.read_text(errors="replace"))
    if code or problems:
        lines = "\n".join("    " + problem for problem in problems)
        raise StepFailed(
            f"{title} failed (exit {code}); see {log}\n{lines or process.tail(log)}"
        )


def link_tree(origin: Path, target: Path) -> None:
    """Copy a filestore by hard links: Odoo adds files, it never changes one."""

    def link(source: str, destination: str) -> None:
        try:
            os.link(source, destination)
        except OSError:
            shutil.copy2(source, destination)

    shutil.copytree(origin, target, copy_function=link)
