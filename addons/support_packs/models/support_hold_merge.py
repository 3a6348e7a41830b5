from odoo import fields, models
from odoo.tools import SQL


class SupportAccount(models.Model):
    _inherit = "support.account"

    def _merge_into(self, destination):
        """Of the open holds for unpaid invoices the oldest goes on: one is enough."""
        holds = (self | destination)._get_unpaid_hold().sorted("date_start")
        for hold in holds[1:]:
            # In SQL, as all that is merged: nothing ended, so nobody is told.
            self.env.cr.execute(
                SQL(
                    "UPDATE support_hold SET date_end = %s WHERE id = %s",
                    max(fields.Datetime.now(), hold.date_start),
                    hold.id,
                )
            )
        holds.invalidate_recordset()
        return super()._merge_into(destination)
