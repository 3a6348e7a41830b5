from odoo import api, fields, models
from odoo.exceptions import ValidationError

# Ten years: more is a slip of the keyboard.
MOST_REFUND_DAYS = 3650


class SupportPolicy(models.Model):
    """What a client who is not content may ask for."""

    _inherit = "support.policy"

    allow_disputes = fields.Boolean(
        help="Clients may dispute a work entry on the page of its ticket. A helpdesk "
        "manager reviews it.",
    )
    refund_days = fields.Integer(
        string="Days to ask for a refund",
        help="Clients may ask for the whole price of a pack from its activation until "
        "so many days after its end (used up or expired), that day not included: 15 is "
        "until day 14 after the end. 0: no refunds.",
    )

    @api.constrains("refund_days")
    def _check_refund_days(self):
        for policy in self:
            if not 0 <= policy.refund_days <= MOST_REFUND_DAYS:
                raise ValidationError(
                    self.env._(
                        "Days to ask for a refund: a whole number from 0 to %(most)s.",
                        most=MOST_REFUND_DAYS,
                    )
                )
