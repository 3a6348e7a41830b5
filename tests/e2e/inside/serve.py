"""Serve Odoo with passwords that are quick to check, as they are in Odoo's own tests.

Odoo hashes a password six hundred thousand times, half a second of a processor for
each login and each client that a story makes: a quarter of all that the server did.

Usage: serve.py ODOO_OPTIONS...
"""

import odoo.cli
import odoo.init  # noqa: F401  Odoo's own set-up comes first

from odoo.addons.base.models import res_users

res_users.MIN_ROUNDS = 1
odoo.cli.main()
