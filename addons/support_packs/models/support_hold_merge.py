from odoo import fields, models
from odoo.tools import SQL


class SupportAccount(models.Model):
    """What two accounts know of holds and of the end of a service becomes one."""

    _inherit = "support.account"

    def _merge_into(self, destination):
        sources = self - destination
        everyone = sources | destination
        ended = [moment for moment in everyone.mapped("service_ended_at") if moment]
        everyone._merge_unpaid_holds()
        res = super()._merge_into(destination)
        if sources:
            # The holds were moved by SQL, which computes nothing.
            self.env.add_to_compute(destination._fields["has_holds"], destination)
            if ended and not destination.service_ended_at:
                destination.service_ended_at = max(ended)
        return res

    def _merge_unpaid_holds(self):
        """Of the open holds for unpaid invoices the oldest goes on: one is enough."""
        holds = self._get_unpaid_hold().sorted("date_start")
        for hold in holds[1:]:
            # In SQL, as all that is merged: nothing ended, so nobody is told.
            self.env.cr.execute(
                SQL(
                    "UPDATE support_hold_override SET hold_id = %s WHERE hold_id = %s",
                    holds[0].id,
                    hold.id,
                )
            )
            self.env.cr.execute(
                SQL(
                    "UPDATE support_hold SET date_end = %s WHERE id = %s",
                    max(fields.Datetime.now(), hold.date_start),
                    hold.id,
                )
            )
        self.env.invalidate_all()
