"""What a part of the tests came to: counting, judging, the last line."""

import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

_HOOK = re.compile(r"^.+?\.{3,}(?:\(.*\))?(?P<word>Passed|Failed|Skipped)$")


@dataclass
class Outcome:
    """Counts of one part; `problems` are failures that are not a test's own."""

    part: str
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    seconds: float = 0.0
    problems: list[str] = field(default_factory=list)

    @property
    def failures(self) -> int:
        """Everything that must make the run fail."""
        return self.failed + len(self.problems)

    def line(self) -> str:
        """Return the part's summary.

        >>> Outcome("unit", passed=3, seconds=1.25).line()
        'unit: 3 passed, 0 failed in 1.2 s'
        """
        counts = f"{self.passed} passed, {self.failures} failed"
        return f"{self.part}: {counts} in {self.seconds:.1f} s"

    def close(self) -> "Outcome":
        """Add the problems that follow from the counts, and return self.

        A skipped test and a part without tests are failures: both look green and
        prove nothing.
        """
        if self.skipped:
            self.problems.append(
                f"{self.skipped} skipped: a skipped test proves nothing"
            )
        if not self.passed and not self.failed and not self.problems:
            self.problems.append("no test ran")
        return self


def total(outcomes: Iterable[Outcome]) -> str:
    """Return the last line of a run.

    >>> total([Outcome("unit", passed=2), Outcome("e2e", passed=1, problems=["log"])])
    'total: 3 passed, 1 failed'
    """
    parts = list(outcomes)
    passed = sum(part.passed for part in parts)
    return f"total: {passed} passed, {sum(part.failures for part in parts)} failed"


def exit_code(outcomes: Iterable[Outcome]) -> int:
    """Return 0 only when something ran and nothing failed."""
    parts = list(outcomes)
    good = bool(parts) and not any(part.failures for part in parts)
    return 0 if good else 1


def from_junit(part: str, report: Path, exit_status: int) -> Outcome:
    """Read pytest's XML report; `exit_status` is pytest's own (5: no test)."""
    outcome = Outcome(part)
    if not report.is_file():
        outcome.problems.append(f"pytest ended with {exit_status} and wrote no report")
        return outcome.close()
    tests = failed = skipped = 0
    for suite in ElementTree.parse(report).getroot().iter("testsuite"):
        tests += int(suite.get("tests", 0))
        failed += int(suite.get("failures", 0)) + int(suite.get("errors", 0))
        skipped += int(suite.get("skipped", 0))
    outcome.failed, outcome.skipped = failed, skipped
    outcome.passed = max(tests - failed - skipped, 0)
    if exit_status not in (0, 5) and not failed:
        outcome.problems.append(f"pytest ended with {exit_status}")
    return outcome.close()


@dataclass(frozen=True)
class Worker:
    """What one process came to that ran Odoo tests.

    :param counts: what inside/suites.py wrote: found, run, failed, skipped; None: it
        did not get that far
    :param exit_status: of the process
    :param log: lines that its log complains of
    """

    counts: dict[str, int] | None
    exit_status: int = 0
    log: Sequence[str] = ()


def from_odoo(part: str, workers: Sequence[Worker]) -> Outcome:
    """Add up the workers that shared the tests of a part.

    Each found all tests and ran some: together they must have run all. A failed test's
    own entry in the log is not counted twice.
    """
    outcome = Outcome(part)
    found, others, own = 0, [], []
    for worker in workers:
        if worker.counts is None:
            outcome.problems.append(
                f"the test run ended early (exit {worker.exit_status})"
            )
            continue
        failed, skipped = worker.counts["failed"], worker.counts["skipped"]
        outcome.failed += failed
        outcome.skipped += skipped
        outcome.passed += max(worker.counts["run"] - failed - skipped, 0)
        found = max(found, worker.counts["found"])
        if worker.exit_status:
            outcome.problems.append(f"the test run ended with {worker.exit_status}")
    for worker in workers:
        for line in worker.log:
            (own if _is_test_failure(line) else others).append(f"log: {line}")
    counted = outcome.passed + outcome.failed + outcome.skipped
    if counted < found and not outcome.failed and not outcome.problems:
        outcome.problems.append(f"{found - counted} of {found} tests did not run")
    outcome.problems += others if outcome.failed else others + own
    return outcome.close()


def _is_test_failure(line: str) -> bool:
    return ".tests." in line and (": FAIL: " in line or ": ERROR: " in line)


def from_hooks(part: str, output: str, exit_status: int) -> Outcome:
    """Read pre-commit's lines; a hook that found no file of its kind is not counted.

    >>> from_hooks("lint", "ruff.....................Passed", 0).passed
    1
    """
    outcome = Outcome(part)
    words = [
        found["word"] for line in output.splitlines() if (found := _HOOK.match(line))
    ]
    outcome.passed, outcome.failed = words.count("Passed"), words.count("Failed")
    if exit_status and not outcome.failed:
        outcome.problems.append(f"pre-commit ended with {exit_status}")
    return outcome.close()
