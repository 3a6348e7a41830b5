from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .. import const

MOST_DAYS = 365


class SupportPolicy(models.Model):
    """How estimates are handled with the clients of a policy."""

    _inherit = "support.policy"

    estimate_tolerance = fields.Integer(
        string="Tolerance of estimates (%)",
        default=10,
        help="Estimates are indicative. Once so much more than was accepted is worked, "
        "the ticket asks for a new acceptance.",
    )
    estimate_exceeded = fields.Selection(
        const.WHEN_EXCEEDED,
        string="When an estimate is used up",
        required=True,
        default="stop",
        help="Until the client has accepted a new one. The client is told in either "
        "case, and work done can always be logged.",
    )
    estimate_days = fields.Integer(
        string="Estimates hold (days)",
        default=15,
        help="For so long clients may accept what they are sent, unless the estimate "
        "says otherwise.",
    )

    @api.constrains("estimate_tolerance", "estimate_days")
    def _check_estimate_settings(self):
        for policy in self:
            if not 0 <= policy.estimate_tolerance <= 100:
                raise ValidationError(
                    self.env._("Tolerance of estimates (%): from 0 to 100.")
                )
            if not 1 <= policy.estimate_days <= MOST_DAYS:
                raise ValidationError(
                    self.env._(
                        "Estimates hold (days): from 1 to %(most)s.", most=MOST_DAYS
                    )
                )
