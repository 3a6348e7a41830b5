"""Run the scripts of an upgrade as Odoo does."""

import importlib.util
from pathlib import Path

MIGRATIONS = Path(__file__).parents[1] / "migrations"


def run_migration(env, script, before):
    """Run a script as an upgrade does.

    :param script: its path in the folder of migrations
    :param before: the version that the database has
    """
    env.flush_all()
    spec = importlib.util.spec_from_file_location(
        "support_upgrade", MIGRATIONS / script
    )
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.migrate(env.cr, before)
    env.invalidate_all()
