"""Build the web client's bundles in a template database (run inside Odoo)."""

import sys

import odoo.init  # noqa: F401  Odoo's own set-up comes first
from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.service import server
from odoo.tools import config


def main(words: list[str]) -> None:
    """Write the bundles' attachments and commit."""
    config.parse_config(words, setup_logging=True)
    server.load_server_wide_modules()
    with Registry(config["db_name"][0]).cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        env["ir.qweb"]._pregenerate_assets_bundles()
        cr.commit()


main(sys.argv[1:])
