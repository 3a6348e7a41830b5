"""Counting: nothing that looks green without proof may pass."""

import doctest
import importlib
import re

import pytest

from launcher import outcome, testing
from launcher.outcome import Outcome, Worker

JUNIT = """<testsuites><testsuite name="pytest" tests="{tests}" failures="{failures}"
 errors="{errors}" skipped="{skipped}"></testsuite></testsuites>"""


def junit(folder, tests=3, failures=0, errors=0, skipped=0, status=0):
    path = folder / "unit.xml"
    counts = {
        "tests": tests,
        "failures": failures,
        "errors": errors,
        "skipped": skipped,
    }
    path.write_text(JUNIT.format(**counts))
    return outcome.from_junit("unit", path, status)


def test_all_passed(tmp_path):
    result = junit(tmp_path)
    assert (result.passed, result.failures) == (3, 0)


@pytest.mark.parametrize(
    ("counts", "passed", "failures"),
    [
        ({"failures": 1, "status": 1}, 2, 1),
        ({"errors": 1, "status": 1}, 2, 1),
        ({"skipped": 1}, 2, 1),
        ({"tests": 0, "status": 5}, 0, 1),
        ({"status": 3}, 3, 1),
    ],
)
def test_pytest_reports_that_fail(tmp_path, counts, passed, failures):
    result = junit(tmp_path, **counts)
    assert (result.passed, result.failures) == (passed, failures)
    assert outcome.exit_code([result]) == 1


def test_no_report_is_a_failure(tmp_path):
    result = outcome.from_junit("unit", tmp_path / "none.xml", 4)
    assert result.problems == ["pytest ended with 4 and wrote no report"]


def counts(found, run, failed=0, skipped=0):
    return {"found": found, "run": run, "failed": failed, "skipped": skipped}


FAILURE = "odoo.addons.support_packs.tests.test_pack: FAIL: TestPack.test_it"
ERROR = "odoo.http: ERROR: Exception during request handling"


@pytest.mark.parametrize(
    ("workers", "passed", "failures"),
    [
        ([Worker(counts(5, 5))], 5, 0),
        ([Worker(counts(5, 5, failed=2))], 3, 2),
        ([Worker(counts(5, 5, skipped=1))], 4, 1),
        ([Worker(counts(0, 0))], 0, 1),
        ([Worker(counts(5, 5), exit_status=3)], 5, 1),
        ([Worker(None, exit_status=1)], 0, 1),
        # Two share the tests: together they run all of them.
        ([Worker(counts(5, 3)), Worker(counts(5, 2))], 5, 0),
        ([Worker(counts(5, 3)), Worker(counts(5, 1))], 4, 1),
        ([Worker(counts(5, 3)), Worker(None, exit_status=-9)], 3, 1),
        # What a log complains of fails the run, but a failed test counts once.
        ([Worker(counts(5, 5), log=[ERROR])], 5, 1),
        ([Worker(counts(5, 5, failed=1), log=[FAILURE])], 4, 1),
        ([Worker(counts(5, 5, failed=1), log=[FAILURE, ERROR])], 4, 2),
        ([Worker(counts(5, 5), log=[FAILURE])], 5, 1),
    ],
)
def test_odoos_counts(workers, passed, failures):
    result = outcome.from_odoo("packs", workers)
    assert (result.passed, result.failures) == (passed, failures)


def test_hooks_are_counted_and_idle_ones_are_not():
    output = (
        "ruff check...............................Passed\n"
        "pylint...................................Failed\n"
        "- hook id: pylint\n"
        "check po.............(no files to check)Skipped\n"
    )
    result = outcome.from_hooks("lint", output, 1)
    assert (result.passed, result.failures) == (1, 1)


def test_hooks_that_never_ran_are_a_failure():
    assert outcome.from_hooks("lint", "An error has occurred", 3).failures == 1


def test_nothing_at_all_is_no_success():
    assert outcome.exit_code([]) == 1
    assert outcome.exit_code([Outcome("a", passed=1)]) == 0


def test_the_last_line_has_its_form():
    parts = [
        Outcome("a", passed=2, failed=1),
        Outcome("b", passed=3, problems=["x", "y"]),
    ]
    assert outcome.total(parts) == "total: 5 passed, 3 failed"
    assert re.fullmatch(r"total: \d+ passed, \d+ failed", outcome.total([]))


@pytest.mark.parametrize(
    "name",
    [
        "aptsources",
        "demo",
        "interpreter",
        "lanes",
        "layout",
        "logcheck",
        "outcome",
        "postgres",
        "testing",
    ],
)
def test_examples_in_docstrings_hold(name):
    result = doctest.testmod(importlib.import_module(f"launcher.{name}"))
    assert result.attempted
    assert not result.failed


def test_progress_counts_odoos_tests():
    seen = []

    class Running:
        def update(self, *words):
            seen.append(words)

    count = testing._TestCounter(Running())
    count("2026-01-05 10:00:00,000 7 INFO db odoo.addons.x: Starting TestA.test_b ... ")
    count("2026-01-05 10:00:00,000 7 INFO db odoo.addons.x: Starting up")
    assert seen == [(1, 0, "tests", "TestA.test_b")]
