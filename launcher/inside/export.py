"""Export the terms of add-ons from a database that has them (run inside Odoo).

Usage: export.py FOLDER MODULES ODOO_OPTIONS...; writes FOLDER/MODULE.pot, and no file
for a module without terms.
"""

import io
import sys
from pathlib import Path

import odoo.init  # noqa: F401  Odoo's own set-up comes first
from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.service import server
from odoo.tools import config
from odoo.tools.translate import trans_export


def main(folder: Path, modules: list[str], words: list[str]) -> None:
    """Write the templates as Odoo's own `i18n export` does, in one start of Odoo."""
    config.parse_config(words, setup_logging=True)
    server.load_server_wide_modules()
    with Registry(config["db_name"][0]).cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        for module in modules:
            text = io.BytesIO()
            if trans_export(None, [module], text, "po", env):
                (folder / f"{module}.pot").write_bytes(text.getvalue())


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2].split(","), sys.argv[3:])
