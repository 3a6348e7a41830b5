from odoo import api, fields, models

from odoo.addons.base.models.res_partner import _tz_get

from ..engine import expiry

DEFAULT_TZ = "Europe/Madrid"


class ResCompany(models.Model):
    _inherit = "res.company"

    support_tz = fields.Selection(
        selection=_tz_get,
        string="Support time zone",
        required=True,
        default=DEFAULT_TZ,
        help="The days of support (activation, expiry, statements, planning) begin "
        "and end at midnight here: never in the reader's own zone, never in UTC.",
    )
    support_late_work_days = fields.Integer(
        string="Days for late work",
        default=3,
        help="Work done on the last day of a pack may still be recorded so many days "
        "later; then what is left of the pack expires.",
    )

    _support_late_work_days_positive = models.Constraint(
        "CHECK (support_late_work_days >= 0)", "Days for late work: 0 or more."
    )

    @api.private
    def support_local_date(self, moment=None):
        """Return the calendar day of a moment in the support time zone.

        :param moment: naive UTC datetime, as Odoo stores it; default: now
        :return: date
        """
        self.ensure_one()
        return expiry.local_date(moment or fields.Datetime.now(), self.support_tz)

    def _support_late_work_limit(self):
        """Return the date before which a pack must have ended to be expired today."""
        self.ensure_one()
        return fields.Date.subtract(
            self.support_local_date(), days=self.support_late_work_days
        )
