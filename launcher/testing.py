"""`./support test`: the parts, in order, each judged; one line of totals at the end."""

import json
import os
import re
import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from . import databases, ground, lanes, logcheck, odoo, outcome, process, system
from .errors import LauncherError, StepFailed
from .layout import Layout
from .outcome import Outcome
from .progress import labelled, say, step
from .session import Session, open_session

SUITES = Path(__file__).parent / "inside" / "suites.py"
COMMUNITY = ("helpdesk_mgmt", "helpdesk_mgmt_sale", "helpdesk_mgmt_sla")
UNIT_FOLDERS = ("tests/unit", "tests/launcher", "tests/architecture")
SHORT_PARTS = ("lint", "unit", "helpdesk", "lifecycle")
SHOWN_PROBLEMS = 20
# An Odoo test keeps one processor busy, its database a third of another.
ODOO_WORKERS = min(2, os.cpu_count() or 1)
_STARTING = re.compile(r": Starting (?P<test>\S+) \.\.\.\s*$")


@dataclass(frozen=True)
class Run:
    """What a part may know: the session, and the caller's filters."""

    session: Session
    tags: str = ""
    expression: str = ""

    @property
    def layout(self) -> Layout:
        """The clone's paths."""
        return self.session.layout


def parts(layout: Layout) -> dict[str, Callable[[Run], Outcome]]:
    """Return the parts in their order: quick ones first."""
    found: dict[str, Callable[[Run], Outcome]] = {"lint": lint, "unit": unit}
    for name in odoo.suite(layout):
        part = name.removeprefix("support_")
        found[part] = _addon_part(part, (name,), ODOO_WORKERS)
    found["helpdesk"] = _addon_part("helpdesk", COMMUNITY)
    found["lifecycle"] = lifecycle
    found["e2e"] = e2e
    return found


def part_names(layout: Layout) -> list[str]:
    """Return the names of the parts."""
    return list(parts(layout))


def run(layout: Layout, names: Sequence[str], tags: str, expression: str) -> int:
    """Run the named parts, or all; return the exit code."""
    began = time.monotonic()
    known = parts(layout)
    unknown = [name for name in names if name not in known]
    if unknown:
        raise LauncherError(f"no part {unknown[0]}; there are: {', '.join(known)}")
    chosen = [name for name in known if not names or name in names]
    say(f"support test: {', '.join(chosen)}")
    with open_session(layout, with_tests=True) as session:
        _require_programs(layout, chosen)
        context = Run(session, tags, expression)
        outcomes = _run_parts(known, lanes_of(chosen, os.cpu_count() or 1), context)
    outcomes.sort(key=lambda one: chosen.index(one.part))
    say("\n" + "\n".join(one.line() for one in outcomes))
    say(f"wall time: {time.monotonic() - began:.0f} s")
    say(outcome.total(outcomes))
    return outcome.exit_code(outcomes)


def lanes_of(chosen: Sequence[str], processors: int) -> list[list[str]]:
    """Share the parts out so that two processors are busy until the end.

    Our tests in Odoo keep both busy, so that add-ons go one after the other; a browser
    waits more than it computes, so its tests and the short parts run beside them.

    >>> lanes_of(["lint", "unit", "packs", "urgency", "helpdesk", "e2e"], 2)
    [['lint', 'unit', 'helpdesk'], ['packs', 'urgency'], ['e2e']]
    >>> lanes_of(["lint", "packs"], 1)
    [['lint', 'packs']]
    """
    if processors == 1:
        return [list(chosen)]
    short = [name for name in chosen if name in SHORT_PARTS]
    addons = [name for name in chosen if name not in (*SHORT_PARTS, "e2e")]
    browser = [name for name in chosen if name == "e2e"]
    return [lane for lane in (short, addons, browser) if lane]


def _run_parts(
    known: dict[str, Callable[[Run], Outcome]],
    named: Sequence[Sequence[str]],
    context: Run,
) -> list[Outcome]:
    many = len(named) > 1

    def task(name: str) -> Callable[[], Outcome]:
        def run_labelled() -> Outcome:
            with labelled(name if many else ""):
                return _one(name, known[name], context)

        return run_labelled

    return lanes.run([[task(name) for name in lane] for lane in named])


def _require_programs(layout: Layout, chosen: Sequence[str]) -> None:
    if set(chosen) <= {"lint", "unit"}:
        return
    system.browser(layout.logs / "apt-browser.log")
    system.pdf_program(layout.logs / "apt-wkhtmltopdf.log", required=True)


def _one(name: str, part: Callable[[Run], Outcome], context: Run) -> Outcome:
    say(name)
    began = time.monotonic()
    try:
        result = part(context)
    except StepFailed as problem:
        result = Outcome(name, problems=[str(problem)])
    result.seconds = time.monotonic() - began
    for problem in result.problems[:SHOWN_PROBLEMS]:
        say(f"  ! {problem}")
    say(f"  {result.line()}")
    return result


def lint(context: Run) -> Outcome:
    """Run the pre-commit hooks with the programs of the virtual environment."""
    layout = context.layout
    if not (layout.root / ".pre-commit-config.yaml").is_file():
        return Outcome("lint", problems=["no .pre-commit-config.yaml"])
    log = layout.logs / "lint.log"
    path = f"{layout.python.parent}:{os.environ.get('PATH', os.defpath)}"
    env = {"PATH": path, "PRE_COMMIT_HOME": str(layout.cache / "pre-commit")}
    command = [layout.python, "-m", "pre_commit", "run", "--all-files", "--color=never"]
    code = process.run(command, log, env=env, cwd=layout.root)
    output = log.read_text(errors="replace")
    if code:
        say(output.rstrip())
    return outcome.from_hooks("lint", output, code)


def unit(context: Run) -> Outcome:
    """Run what needs no database: engines, launcher, architecture."""
    folders = [name for name in UNIT_FOLDERS if (context.layout.root / name).is_dir()]
    return _pytest(context, "unit", folders)


def lifecycle(context: Run) -> Outcome:
    """Install, upgrade and uninstall the suite in a database that has work in it."""
    context.session.databases.ensure(databases.TEST)
    return _pytest(context, "lifecycle", ["tests/lifecycle"])


def e2e(context: Run) -> Outcome:
    """Run the browser tests against a real server."""
    context.session.databases.ensure(databases.DEMO)
    if not list((context.layout.root / "tests" / "e2e").glob("test_*.py")):
        return Outcome("e2e", problems=["no browser test in tests/e2e"])
    return _pytest(context, "e2e", ["tests/e2e"])


def _pytest(context: Run, part: str, folders: Sequence[str]) -> Outcome:
    layout = context.layout
    report = layout.results / f"{part}.xml"
    report.unlink(missing_ok=True)
    options = [
        *("-q", f"--junitxml={report}"),
        *(("-k", context.expression) if context.expression else ()),
    ]
    env = {
        "HYPOTHESIS_STORAGE_DIRECTORY": str(layout.cache / "hypothesis"),
        "PYTHONPATH": str(layout.root),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    command = [layout.python, "-m", "pytest", *options, *folders]
    log = layout.logs / f"{part}.log"
    code = process.run(command, log, _show_pytest, env, layout.root)
    return outcome.from_junit(part, report, code)


def _show_pytest(line: str) -> None:
    say(f"  {line}")


def _addon_part(
    part: str, modules: Sequence[str], workers: int = 1
) -> Callable[[Run], Outcome]:
    def run_part(context: Run) -> Outcome:
        return _odoo_tests(context, part, modules, workers)

    return run_part


def _odoo_tests(
    context: Run, part: str, modules: Sequence[str], workers: int
) -> Outcome:
    """Run add-ons' Odoo tests on copies of the test template, and judge the logs.

    Workers share the test classes: whoever is free takes the next one.
    """
    context.session.databases.ensure(databases.TEST)
    results = context.layout.results
    claims = results / f"{part}-claims"
    shutil.rmtree(claims, ignore_errors=True)
    claims.mkdir(parents=True)
    with step(f"Odoo tests of {', '.join(modules)}") as running:
        follow = _TestCounter(running)
        names = [part] if workers == 1 else [f"{part}_{n + 1}" for n in range(workers)]
        tasks = [
            partial(_odoo_worker, context, name, claims, modules, follow)
            for name in names
        ]
        done = lanes.run([[task] for task in tasks])
    return outcome.from_odoo(part, done)


def _odoo_worker(
    context: Run, name: str, claims: Path, modules: Sequence[str], follow: Callable
) -> outcome.Worker:
    """Run the classes that this worker takes, on a database of its own."""
    with labelled(name):
        return _run_worker(context, name, claims, modules, follow)


def _run_worker(
    context: Run, name: str, claims: Path, modules: Sequence[str], follow: Callable
) -> outcome.Worker:
    layout, bases = context.layout, context.session.databases
    database = bases.copy(databases.TEST, f"test_{name}")
    report, log = layout.results / f"{name}.json", layout.logs / f"test-{name}.log"
    report.unlink(missing_ok=True)
    script = [SUITES, report, claims, ",".join(modules), context.tags]
    words = ["-d", database, "--http-port", ground.free_port()]
    code = process.run(odoo.python(layout, script, words), log, follow)
    bases.drop(database)
    counts = json.loads(report.read_text()) if report.is_file() else None
    return outcome.Worker(counts, code, _problems_of(log))


class _TestCounter:
    """Counts the tests that Odoo's log says have begun."""

    def __init__(self, running):
        self.running = running
        self.seen = 0

    def __call__(self, line: str) -> None:
        found = _STARTING.search(line)
        if found:
            self.seen += 1
            self.running.update(self.seen, 0, "tests", found["test"])


def _problems_of(log: Path) -> list[str]:
    """Return what the log complains of; it is shown with the place of the log."""
    problems = logcheck.judge(log.read_text(errors="replace"))
    for line in problems:
        say(f"  ! {line}")
    if problems:
        say(f"  log: {log}")
    return problems
