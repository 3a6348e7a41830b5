"""The launcher is found in the clone, whichever way pytest is started."""

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from launcher.layout import Layout  # noqa: E402


@pytest.fixture
def layout(tmp_path):
    """An empty clone."""
    made = Layout(tmp_path)
    made.addons.mkdir()
    made.requirements.mkdir()
    made.prepare()
    return made


@pytest.fixture
def make_addon(layout):
    """Return a function that writes an add-on with a manifest."""

    def make(name, **manifest):
        folder = layout.addons / name
        folder.mkdir()
        text = repr({"depends": ["base"], **manifest})
        (folder / "__manifest__.py").write_text(text)
        return folder

    return make
