"""The checks of style: which tools, in which versions, and that they pass."""

import configparser
import importlib.metadata
import os
import pathlib
import re
import shutil
import subprocess
import sys

import pytest
import yaml

from . import check_files
from .sources import ROOT, text_of

CONFIG = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())
HOOKS = [hook for repo in CONFIG["repos"] for hook in repo["hooks"]]
# The command of a hook -> the distribution on PyPI that brings it.
TOOLS = {
    "ruff": "ruff",
    "pylint": "pylint-odoo",
    "oca-checks-odoo-module": "oca-odoo-pre-commit-hooks",
    "oca-checks-po": "oca-odoo-pre-commit-hooks",
}
LOCKED = {"pre-commit", "PyYAML", *TOOLS.values()}


def _normal(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def _locked_versions(name):
    """The versions that the lock has for a distribution (one per range of Pythons)."""
    lock = (ROOT / "requirements" / "test.lock").read_text()
    pins = re.findall(r"^([\w.-]+)==([\w.]+)", lock, re.M)
    return {version for one, version in pins if _normal(one) == _normal(name)}


def test_hooks_run_the_tools_of_the_lock_and_pin_nothing_themselves():
    assert [repo["repo"] for repo in CONFIG["repos"]] == ["local"]
    for hook in HOOKS:
        assert hook["language"] == "system", hook["id"]
        assert "additional_dependencies" not in hook, hook["id"]
    commands = {hook["entry"].split()[0] for hook in HOOKS} - {"python"}
    assert commands == set(TOOLS)


@pytest.mark.parametrize("name", sorted(LOCKED))
def test_the_installed_tool_has_the_locked_version(name):
    assert importlib.metadata.version(name) in _locked_versions(name)


@pytest.mark.parametrize("name", sorted(LOCKED))
def test_the_tool_is_asked_for_by_name(name):
    asked = (ROOT / "requirements" / "test.in").read_text().split()
    assert _normal(name) in map(_normal, asked)


def _run_hook(hook, folder):
    """Run a hook on all files of the Git repository in a folder."""
    binaries = pathlib.Path(sys.executable).parent
    return subprocess.run(
        [sys.executable, "-m", "pre_commit", "run", hook, "--all-files"],
        cwd=folder,
        env={
            **os.environ,
            "PATH": f"{binaries}{os.pathsep}{os.environ['PATH']}",
            "PRE_COMMIT_HOME": str(ROOT / ".support" / "pre-commit"),
            "PRE_COMMIT_COLOR": "never",
        },
        capture_output=True,
        text=True,
    )


# hook: (file, content, what it says)
FAULTS = {
    "files": ("docs/a.md", "text \n", "docs/a.md:1: trailing whitespace"),
    "ruff-check": ("a.py", "import os\n", "F401"),
    "ruff-format": ("a.py", "a = ( 1 )\n", "would be reformatted"),
    "pylint-odoo": (
        "addons/x/models/a.py",
        "def f(self, name):\n    self.env.cr.commit()\n",
        "invalid-commit",
    ),
    "oca-checks-odoo-module": (
        "addons/x/views/a.xml",
        '<?xml version="1.0" encoding="UTF-8" ?>\n<odoo><data /></odoo>\n',
        "xml-deprecated-data-node",
    ),
    "oca-checks-po": (
        "addons/x/i18n/es.po",
        '#. module: x\nmsgid "a"\nmsgstr "b"\n\n#. module: x\nmsgid "a"\nmsgstr "c"\n',
        "po-duplicate-message-definition",
    ),
}


@pytest.mark.parametrize("hook", [hook["id"] for hook in HOOKS])
def test_the_hook_finds_a_fault(hook, tmp_path):
    """A pattern that matches no file would pass for ever."""
    manifest = '{"name": "X", "version": "19.0.1.0.0", "data": ["views/a.xml"]}\n'
    name, content, said = FAULTS[hook]
    texts = {"__manifest__.py": manifest, "__init__.py": ""}
    texts = {f"addons/x/{path}": text for path, text in texts.items()}
    for path, text in {**texts, name: content}.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    for path in (
        *(".pre-commit-config.yaml", ".pylintrc", "pyproject.toml"),
        "tests/architecture/check_files.py",
    ):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / path, tmp_path / path)
    for command in (["init", "--quiet"], ["add", "--all"]):
        subprocess.run(["git", *command], cwd=tmp_path, check=True)

    done = _run_hook(hook, tmp_path)

    assert done.returncode == 1
    assert said in done.stdout


def test_pylint_checks_for_odoo_19_and_nothing_twice():
    parser = configparser.ConfigParser()
    parser.read(ROOT / ".pylintrc")
    assert parser["ODOOLINT"]["valid-odoo-versions"] == "19.0"
    enabled = re.split(r"[,\s]+", parser["MESSAGES CONTROL"]["enable"])
    assert enabled == sorted(set(enabled))


def test_pylint_knows_the_checks_that_are_enabled(tmp_path):
    """A check that is spelled wrong would be off without a word."""
    (tmp_path / "empty.py").write_text("")
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pylint", f"--rcfile={ROOT / '.pylintrc'}"),
            *("--enable=unknown-option-value", tmp_path / "empty.py"),
        ],
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout.strip()) == (0, "")


def test_the_licence_is_the_agpl():
    text = text_of(ROOT / "LICENSE")
    assert "GNU AFFERO GENERAL PUBLIC LICENSE" in text
    assert "Version 3, 19 November 2007" in text
    assert "END OF TERMS AND CONDITIONS" in text


@pytest.mark.parametrize("name", ["CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"])
def test_links_inside_the_repository_lead_somewhere(name):
    targets = re.findall(r"\]\((?!https?:|#)([^)#]+)", text_of(ROOT / name))
    assert [target for target in targets if not (ROOT / target).exists()] == []


@pytest.mark.parametrize(
    ("name", "content", "found"),
    [
        ("a.py", b"a = 1\n", []),
        ("a.py", b"", []),
        ("a.py", b"a = 1 \nb = 2\t\n", [(1, "trailing"), (2, "trailing")]),
        ("a.patch", b" \n", []),
        ("a.py", b"a = 1\r\n", [(1, "carriage return")]),
        ("a.py", b"a = 1", [(1, "no line end")]),
        ("a.py", b"a = 1\n\n", [(2, "empty lines")]),
        ("a.py", b"<" * 7 + b" HEAD\n", [(1, "conflict")]),
        ("a.pem", b"-----BEGIN " + b"PRIVATE KEY-----\n", [(1, "private key")]),
        ("a.py", "\ufeffa = 1\n".encode(), [(1, "byte order")]),
        ("a.txt", b"\xff\n", [(1, "UTF-8")]),
        ("a.xml", b"<odoo>\n<record></odoo>\n", [(2, "not well-formed")]),
        ("a.xml", b"<odoo/>\n", []),
        ("a.yaml", b"a: 1\nb: [\n", [(3, "no YAML")]),
    ],
)
def test_what_the_own_hook_finds(tmp_path, capsys, name, content, found):
    path = tmp_path / name
    path.write_bytes(content)
    assert check_files.main([str(path)]) == (1 if found else 0)
    printed = capsys.readouterr().out.splitlines()
    assert len(printed) == len(found)
    for line, (number, what) in zip(printed, found, strict=True):
        assert line.startswith(f"{path}:{number}: ")
        assert what in line
