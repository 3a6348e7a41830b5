from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .. import const
from ..engine import tariff

# More is a slip of the keyboard.
MOST_VALUE = 10_000


class SupportChannelSupplement(models.Model):
    """What work through a channel (telephone, video) costs on top [001]."""

    _name = "support.channel.supplement"
    _description = "Support Channel Supplement"
    _order = "policy_id, channel_id, id"
    _rec_name = "channel_id"

    policy_id = fields.Many2one(
        "support.policy", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="policy_id.company_id", store=True)
    channel_id = fields.Many2one(
        "helpdesk.ticket.channel", required=True, ondelete="restrict"
    )
    kind = fields.Selection(
        const.SUPPLEMENT_KINDS, string="Adds", required=True, default="fixed"
    )
    value = fields.Integer(
        string="How much",
        required=True,
        help="Units of the policy, or percent; percents are rounded up to whole units. "
        "Of several channels used on a ticket, only the dearest one counts.",
    )

    _channel_unique = models.UniqueIndex(
        "(policy_id, channel_id)", "This channel has a supplement already."
    )

    @api.constrains("value", "policy_id")
    def _check_value(self):
        """In Python: a CHECK would refuse it too, but as an error in the log."""
        for supplement in self:
            if not 0 < supplement.value <= MOST_VALUE:
                raise ValidationError(
                    self.env._(
                        "How much: a whole number from 1 to %(most)s.", most=MOST_VALUE
                    )
                )
            if supplement.policy_id.unit not in ("minute", "credit"):
                raise ValidationError(
                    self.env._(
                        "Channel supplements: only for policies that count minutes or "
                        "credits."
                    )
                )

    # === CRUD METHODS === #
    # Policies remember their supplements: see support.policy._get_supplements.

    @api.model_create_multi
    def create(self, vals_list):
        supplements = super().create(vals_list)
        self.env.registry.clear_cache()
        return supplements

    def write(self, vals):
        res = super().write(vals)
        self.env.registry.clear_cache()
        return res

    def unlink(self):
        res = super().unlink()
        self.env.registry.clear_cache()
        return res

    def _prepare_supplements(self):
        """Return them as the engine takes them: ``{channel id: Supplement}``."""
        return {
            line.channel_id.id: tariff.Supplement(
                line.kind, line.value, line.channel_id.id
            )
            for line in self
        }
