from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..engine import alerts

DEFAULT_THRESHOLDS = "20 %"


class SupportPolicy(models.Model):
    """When clients are told how much of their balance is left."""

    _inherit = "support.policy"

    alert_thresholds = fields.Char(
        string="Low balance alerts",
        default=DEFAULT_THRESHOLDS,
        help="The client and the salesperson are told when the balance comes down to "
        "so many percent of what it was after the last purchase, or to so many units, "
        "and when nothing is left; each once until the next purchase. Separated by "
        "commas, like 50 %, 20 %, 60. 0: only when nothing is left. Empty: never.",
    )
    alert_since = fields.Datetime(
        compute="_compute_alert_since",
        store=True,
        help="When the thresholds were last changed: only what is used from then on "
        "alerts, so that a change writes to nobody.",
    )
    balance_message = fields.Boolean(
        string="Message at each resolution",
        help="The client is told by e-mail what each solved ticket cost, why, and "
        "what is left; and what changes about it later.",
    )
    balance_message_since = fields.Datetime(
        compute="_compute_balance_message_since",
        store=True,
        help="When the messages were last switched on: tickets solved before get none.",
    )

    @api.depends("alert_thresholds")
    def _compute_alert_since(self):
        for policy in self:
            # By the clock of the database, which dates the ledger.
            policy.alert_since = self.env.cr.now()

    @api.depends("balance_message")
    def _compute_balance_message_since(self):
        for policy in self:
            policy.balance_message_since = fields.Datetime.now()

    @api.constrains("alert_thresholds")
    def _check_alert_thresholds(self):
        for policy in self:
            try:
                alerts.parse_thresholds(policy.alert_thresholds)
            except ValueError as error:
                raise ValidationError(
                    self.env._(
                        "Low balance alerts: “%(value)s” is not a threshold. Write "
                        "percentages from 0 to %(percent)s and whole numbers of units "
                        "from 0 to %(units)s, like 50 %%, 20 %%, 60.",
                        value=str(error)[:40],
                        percent=alerts.MOST_PERCENT,
                        units=alerts.MOST_UNITS,
                    )
                ) from error

    def _get_alert_thresholds(self):
        """Return the engine's thresholds."""
        self.ensure_one()
        return alerts.parse_thresholds(self.alert_thresholds)
