from odoo import api, fields, models
from odoo.exceptions import ValidationError

MOST_DAYS = 60


class SupportPolicy(models.Model):
    """Whom the accepted work of a policy's clients goes to."""

    _inherit = "support.policy"

    prefers_usual_technician = fields.Boolean(
        string="Prefer the usual technician",
        default=True,
        help="Accepted work goes to who has worked most for the client, where that "
        "person has room.",
    )
    wait_days = fields.Integer(
        string="Wait for the usual technician (days)",
        help="Accepted work waits so many days for the usual technician who is away; "
        "the client is told. 0: it goes to somebody else at once.",
    )

    @api.constrains("wait_days")
    def _check_wait_days(self):
        for policy in self:
            if not 0 <= policy.wait_days <= MOST_DAYS:
                raise ValidationError(
                    self.env._(
                        "Wait for the usual technician (days): a number from 0 to "
                        "%(most)s.",
                        most=MOST_DAYS,
                    )
                )
