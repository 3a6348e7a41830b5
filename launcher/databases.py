"""Template databases: installed once, copied in seconds, rebuilt when sources change."""

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
from .postgres import Server
from .progress import step
from .source import OdooSource

IGNORED_FOLDERS = {"__pycache__", "tests", "readme", "description"}
IGNORED_SUFFIXES = {".pyc", ".pot", ".md", ".rst", ".png", ".svg", ".jpg"}
PREPARE = Path(__file__).parent / "inside" / "prepare.py"
_LOADING = re.compile(r"Loading module (?P<name>\w+) \((?P<done>\d+)/(?P<total>\d+)\)")


@dataclass(frozen=True)
class Template:
    """A database to copy: which add-ons beside the suite, and which options."""

    name: str
    title: str
    extra: tuple[str, ...]
    options: tuple[str, ...]


# The community's SLA add-on is there for its own tests, until the suite depends on it.
TEST = Template("tpl_test", "test database", ("helpdesk_mgmt_sla",), ())
DEMO = Template("tpl_demo", "demo database", (), ("--with-demo", "--load-language=es_ES"))


def source_files(layout: Layout) -> Iterator[Path]:
    """Yield the files that a database is made from, sorted."""
    yield from sorted(layout.requirements.glob("*.lock"))
    for path in sorted(layout.addons.rglob("*")):
        parts = path.relative_to(layout.addons).parts
        if path.is_file() and not IGNORED_FOLDERS.intersection(parts):
            if path.suffix not in IGNORED_SUFFIXES:
                yield path


def fingerprint(layout: Layout, odoo_version: str, options: Iterable[str] = ()) -> str:
    """Return a SHA-256 over names and contents of what a database is made from."""
    total = hashlib.sha256(repr([odoo_version, *options]).encode())
    for path in source_files(layout):
        total.update(f"\0{path.relative_to(layout.root)}\0".encode())
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


class Databases:
    """Databases of one clone, each with its filestore."""

    def __init__(self, layout: Layout, server: Server, source: OdooSource):
        self.layout = layout
        self.server = server
        self.source = source

    def full(self, name: str) -> str:
        """Return a database's name on this server."""
        return self.server.prefix + name

    def current(self, template: Template) -> str:
        """Return the fingerprint that `template` must have now."""
        options = (*template.options, *template.extra, PREPARE.read_text())
        return fingerprint(self.layout, self.source.version, options)

    def ensure(self, template: Template) -> str:
        """Return the template's full name; build it when it is missing or out of date."""
        name = self.full(template.name)
        lock = self.layout.state / f"{template.name}.lock"
        with locks.exclusive(lock, f"building the {template.title}"):
            wanted = self.current(template)
            if not self.server.exists(name) or self.server.note(name) != wanted:
                self._build(template, name, wanted)
        return name

    def _build(self, template: Template, name: str, stamp: str) -> None:
        partial = f"{name}_partial"
        self.drop(partial)
        modules = [*odoo.suite(self.layout), *template.extra]
        self.install(partial, modules, template.title, template.options)
        self._prepare(partial, template.title)
        self.drop(name)
        self.server.rename(partial, name)
        stores = self.layout.filestores
        if (stores / partial).is_dir():
            (stores / partial).rename(stores / name)
        self.server.set_note(name, stamp)

    def install(
        self, database: str, modules: list[str], title: str, options: Iterable[str]
    ) -> None:
        """Create `database` with `modules`; the log must be clean."""
        words = ["-d", database, "-i", ",".join(modules), *options]
        self._run_odoo(words, f"{title}, install", f"install-{database}")

    def upgrade(self, database: str, title: str) -> None:
        """Bring an existing database to the present add-ons, its data kept."""
        modules = ",".join(odoo.suite(self.layout))
        words = ["-d", database, "-u", modules, "-i", modules]
        self._run_odoo(words, f"{title}, upgrade", f"upgrade-{database}")

    def _run_odoo(self, words: list[str], title: str, log_name: str) -> None:
        log = self.layout.logs / f"{log_name}.log"
        log.unlink(missing_ok=True)
        with step(title) as running:

            def show(line: str) -> None:
                found = _LOADING.search(line)
                if found:
                    done, total = int(found["done"]), int(found["total"])
                    running.update(done, total, "modules", found["name"])

            words = [*words, "--stop-after-init", "--no-http"]
            code = process.run(odoo.command(self.layout, words), log, show)
        self._judge(title, code, log)

    def _prepare(self, database: str, title: str) -> None:
        """Build the web client's files once, so that no copy has to."""
        log = self.layout.logs / f"prepare-{database}.log"
        command = odoo.python(self.layout, PREPARE, ["-d", database])
        with step(f"{title}, web client files"):
            code = process.run(command, log)
        self._judge(f"{title}, web client files", code, log)

    def _judge(self, title: str, code: int, log: Path) -> None:
        problems = logcheck.judge(log.read_text(errors="replace"))
        if code or problems:
            lines = "\n".join("    " + problem for problem in problems) or process.tail(log)
            raise StepFailed(f"{title} failed (exit {code}); see {log}\n{lines}")

    def copy(self, template: Template, target: str) -> str:
        """Make a fresh copy of a template and return its full name."""
        origin, name = self.full(template.name), self.full(target)
        self.drop(name)
        self.server.copy(origin, name)
        if (self.layout.filestores / origin).is_dir():
            link_tree(self.layout.filestores / origin, self.layout.filestores / name)
        return name

    def drop(self, name: str) -> None:
        """Drop a database and its filestore."""
        self.server.drop(name)
        shutil.rmtree(self.layout.filestores / name, ignore_errors=True)


def link_tree(origin: Path, target: Path) -> None:
    """Copy a filestore by hard links: Odoo never changes a stored file, it only adds."""

    def link(source: str, destination: str) -> None:
        try:
            os.link(source, destination)
        except OSError:
            shutil.copy2(source, destination)

    shutil.copytree(origin, target, copy_function=link)
