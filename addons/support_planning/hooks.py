"""What installing must do before models are there."""

from odoo.tools.sql import column_exists, create_column

PLANNED = ("support_planned_date", "support_delivery_date")


def pre_init_hook(env):
    """Give tickets the columns of their days: nothing is planned yet.

    Odoo would reckon them for every ticket there is, and write all of them.
    """
    for name in PLANNED:
        if not column_exists(env.cr, "helpdesk_ticket", name):
            create_column(env.cr, "helpdesk_ticket", name, "timestamp")
