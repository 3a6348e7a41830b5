"""The launcher is found in the clone, whichever way pytest is started."""

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from launcher import locks  # noqa: E402
from launcher.layout import Layout  # noqa: E402
from launcher.session import open_session  # noqa: E402


@pytest.fixture
def odoo_session():
    """The launcher's session: PostgreSQL running; nobody else uses our database."""
    layout = Layout()
    with open_session(layout, with_tests=True) as session:
        lock = layout.state / "lifecycle.lock"
        with locks.exclusive(lock, "installing and uninstalling the suite"):
            yield session
