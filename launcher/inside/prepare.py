"""Build the web client's bundles in a template database (run inside Odoo).

Usage: prepare.py JS_BUNDLES CSS_BUNDLES ODOO_OPTIONS...; names separated by commas.
"""

import sys

import odoo.init  # noqa: F401  Odoo's own set-up comes first
from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.service import server
from odoo.tools import config


def main(scripts: list[str], styles: list[str], words: list[str]) -> None:
    """Write the bundles' attachments and commit."""
    config.parse_config(words, setup_logging=True)
    server.load_server_wide_modules()
    with Registry(config["db_name"][0]).cursor() as cr:
        qweb = api.Environment(cr, SUPERUSER_ID, {})["ir.qweb"]
        for name in scripts:
            qweb._get_asset_bundle(name, css=False, js=True).js()
        for name in styles:
            qweb._get_asset_bundle(name, css=True, js=False).css()
        cr.commit()


main(sys.argv[1].split(","), sys.argv[2].split(","), sys.argv[3:])
