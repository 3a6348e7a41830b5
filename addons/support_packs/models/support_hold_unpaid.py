from odoo import api, fields, models
from odoo.exceptions import ValidationError

# More is a slip of the keyboard.
MOST_GRACE_DAYS = 365


class SupportPolicy(models.Model):
    _inherit = "support.policy"

    hold_unpaid = fields.Boolean(
        string="Hold for unpaid invoices",
        help="While an invoice of the client is overdue, no work starts. Payment lifts "
        "the hold by itself.",
    )


class ResCompany(models.Model):
    _inherit = "res.company"

    support_hold_grace_days = fields.Integer(
        string="Days of grace for unpaid invoices",
        default=0,
        help="So many days after its due date an invoice begins to hold the support of "
        "its client, where the support policy holds for unpaid invoices.",
    )

    @api.constrains("support_hold_grace_days")
    def _check_support_hold_grace_days(self):
        for company in self:
            if not 0 <= company.support_hold_grace_days <= MOST_GRACE_DAYS:
                raise ValidationError(
                    self.env._(
                        "Days of grace for unpaid invoices: a whole number from 0 to "
                        "%(most)s.",
                        most=MOST_GRACE_DAYS,
                    )
                )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    support_hold_grace_days = fields.Integer(
        related="company_id.support_hold_grace_days", readonly=False
    )
