# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What holds for every module of every engine: doctests, and nothing but Python."""

import ast
import doctest
import inspect
import sys
from pathlib import Path
from typing import Protocol

import pytest


def _public_functions(module):
    """Yield (name, function) for what a module defines for others to call."""
    for name, value in vars(module).items():
        if name.startswith("_") or getattr(value, "__module__", "") != module.__name__:
            continue
        if inspect.isfunction(value):
            yield name, value
        elif inspect.isclass(value) and Protocol not in value.__bases__:
            yield from _public_methods(value)


def _public_methods(cls):
    """Yield (name, function) for the methods and properties of a public class."""
    for name, value in vars(cls).items():
        function = getattr(value, "fget", None) or getattr(value, "__func__", value)
        if not name.startswith("_") and inspect.isfunction(function):
            yield f"{cls.__name__}.{name}", function


def _foreign_imports(source):
    """Return what a source imports from outside its engine and Python itself."""
    foreign = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            foreign += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level > 1:
            foreign.append("." * node.level + (node.module or ""))
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            foreign.append(node.module)
    return [name for name in foreign if name.split(".")[0] not in _STANDARD]


_STANDARD = sys.stdlib_module_names


def test_doctests_of_the_module_hold(engine_module):
    results = doctest.testmod(engine_module)
    assert results.failed == 0


def test_every_public_function_has_a_doctest(engine_module):
    missing = [
        name
        for name, function in _public_functions(engine_module)
        if ">>>" not in (function.__doc__ or "")
    ]
    assert not missing


def test_module_explains_itself(engine_module):
    assert engine_module.__doc__


def test_module_imports_nothing_but_the_standard_library(engine_module):
    source = Path(engine_module.__file__).read_text(encoding="utf-8")
    assert _foreign_imports(source) == []


def test_module_uses_no_floating_point_numbers(engine_module):
    tree = ast.parse(Path(engine_module.__file__).read_text(encoding="utf-8"))
    constants = [node.value for node in ast.walk(tree) if type(node) is ast.Constant]
    assert not [value for value in constants if isinstance(value, float)]


@pytest.mark.parametrize(
    "source",
    ["import odoo", "from odoo.tools import x", "from .. import models", "import six"],
)
def test_foreign_import_is_found(source):
    assert _foreign_imports(source)


@pytest.mark.parametrize(
    "source", ["from . import tariff", "from .tariff import quote", "import datetime"]
)
def test_own_import_is_allowed(source):
    assert not _foreign_imports(source)
