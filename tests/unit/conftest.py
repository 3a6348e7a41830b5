# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Engines under test, without Odoo: each add-on's ``engine`` folder by an alias.

``addons/NAME/engine`` is importable as ``NAME_engine``. The add-on itself is never
imported, since that would need Odoo; so an engine that reached out of its folder would
fail here.

Hypothesis profiles: ``default`` is quick; ``ci`` takes longer, and is chosen where the
environment has ``CI``; both repeat themselves exactly, so that nothing fails by chance.
``HYPOTHESIS_PROFILE=deep`` runs long and with new examples each time.
"""

import importlib
import importlib.util
import os
import pkgutil
import sys
from pathlib import Path

from hypothesis import configuration, settings

ROOT = Path(__file__).parents[2]
ENGINES = sorted((ROOT / "addons").glob("*/engine/__init__.py"))


def _load_engine(init_file):
    """Import an engine folder as a top-level package, once; return the package."""
    alias = f"{init_file.parents[1].name}_engine"
    if alias not in sys.modules:
        spec = importlib.util.spec_from_file_location(
            alias, init_file, submodule_search_locations=[str(init_file.parent)]
        )
        package = importlib.util.module_from_spec(spec)
        sys.modules[alias] = package
        spec.loader.exec_module(package)
    return sys.modules[alias]


def _module_names(init_file):
    """Return the names of an engine's package and of all its modules."""
    package = _load_engine(init_file)
    found = pkgutil.walk_packages(package.__path__, prefix=f"{package.__name__}.")
    return [package.__name__, *(module.name for module in found)]


MODULE_NAMES = [name for init_file in ENGINES for name in _module_names(init_file)]

# Generated files belong in the ignored folder of the clone.
configuration.set_hypothesis_home_dir(ROOT / ".support" / "hypothesis")
settings.register_profile(
    "default",
    max_examples=100,
    stateful_step_count=40,
    deadline=None,
    derandomize=True,
)
settings.register_profile(
    "ci",
    max_examples=200,
    stateful_step_count=60,
    deadline=None,
    derandomize=True,
    print_blob=True,
)
settings.register_profile(
    "deep",
    max_examples=1000,
    stateful_step_count=100,
    deadline=None,
    print_blob=True,
)
USUAL_PROFILE = "ci" if os.environ.get("CI") else "default"
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or USUAL_PROFILE)


def pytest_generate_tests(metafunc):
    """Run a test that takes ``engine_module`` for every module of every engine."""
    if "engine_module" in metafunc.fixturenames:
        modules = [importlib.import_module(name) for name in MODULE_NAMES]
        metafunc.parametrize("engine_module", modules, ids=MODULE_NAMES)
