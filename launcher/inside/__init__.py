"""Scripts that run inside Odoo's environment, not in the launcher."""
