"""The repository's files and add-ons, as the tests of its rules see them."""

import ast
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
ADDONS = ROOT / "addons"
SUITE = (
    "support_packs",
    "support_urgency",
    "support_planning",
    "support_planning_timeline",
)
GENERATED = ".support"


def files():
    """Every file that is, or may become, part of the repository: sorted paths.

    Files not added yet count: a rule broken today is found today.
    """
    done = subprocess.run(
        ["git", "-C", ROOT, "ls-files", "-z", "-co", "--exclude-standard"],
        check=True,
        capture_output=True,
        text=True,
    )
    names = (pathlib.PurePath(name) for name in done.stdout.split("\0") if name)
    found = {ROOT / name for name in names if name.parts[0] != GENERATED}
    return sorted(path for path in found if path.is_file())


def text_of(path):
    """The text of a file; None for pictures and other binaries."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None


def relative(path):
    return path.relative_to(ROOT).as_posix()


def addon_of(path):
    """The name of the add-on that a file belongs to, None outside of ``addons``."""
    parts = path.relative_to(ROOT).parts
    return parts[1] if parts[0] == "addons" and len(parts) > 2 else None


def is_test(path):
    return "tests" in path.relative_to(ROOT).parts


def python_files():
    """Python sources, scripts without a suffix included."""

    def is_python(path):
        if path.suffix:
            return path.suffix == ".py"
        with path.open("rb") as source:
            first = source.readline()
        return first.startswith(b"#!") and b"python" in first

    return [path for path in files() if is_python(path)]


def addons():
    """The folders below ``addons``, installable add-ons or not yet."""
    return sorted({ADDONS / name for name in map(addon_of, files()) if name})


def manifest_of(addon):
    """The manifest of an add-on's folder as a dictionary."""
    return ast.literal_eval((addon / "__manifest__.py").read_text(encoding="utf-8"))


def imports_of(path, tree=None):
    """Each import of a module as ``(line, absolute dotted name)``.

    Names below ``addons`` start with ``odoo.addons.``, whether they were imported
    relatively or not. ``from . import x`` gives the name of ``x``.
    """
    tree = tree or ast.parse(path.read_text(encoding="utf-8"), str(path))
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                base = ".".join(filter(None, [_package(path, node.level), base]))
            for alias in node.names:
                yield node.lineno, f"{base}.{alias.name}"


def _package(path, level):
    """The absolute name of the package that ``level`` dots mean in a file."""
    folder = path.parent
    for _step in range(level - 1):
        folder = folder.parent
    parts = folder.relative_to(ROOT).parts
    if parts[:1] == ("addons",):
        return ".".join(("odoo", *parts))
    return ".".join(parts)


def strings_of(tree):
    """Each string of a syntax tree that is no docstring: ``(line, text)``."""
    holders = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, holders)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in docstrings
        ):
            yield node.lineno, node.value
