import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError

# A link that works for longer is no answer to an urgency any more.
MOST_HOURS = 24 * 14


class SupportPolicy(models.Model):
    """Whether and how the clients of a policy make their tickets urgent."""

    _inherit = "support.policy"

    urgent_offered = fields.Boolean(
        string="Clients may ask for urgency",
        compute="_compute_urgent_offered",
        store=True,
        readonly=False,
        help="Clients find the button on the page of each open ticket. They see what "
        "it costs before they accept.",
    )
    urgent_terms_id = fields.Many2one(
        "support.terms",
        string="Conditions of urgency",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        help="What the client accepts with an urgency. Of all their versions the one "
        "in force counts. Empty: the conditions of the policy.",
    )
    urgent_link_hours = fields.Integer(
        string="Links hold (hours)",
        default=24,
        help="For so long the link that is sent to a client may be used, once.",
    )
    urgent_subject_words = fields.Char(
        string="Words in a subject",
        help="Separated by commas. An e-mail whose subject has one of them is answered "
        "with a link that shows the price; the words alone make nothing urgent. Empty: "
        "links are sent by hand only.",
    )

    @api.depends("urgent_percent")
    def _compute_urgent_offered(self):
        for policy in self:
            policy.urgent_offered = policy.urgent_percent > 0

    @api.constrains("urgent_link_hours")
    def _check_urgent_link_hours(self):
        for policy in self:
            if not 1 <= policy.urgent_link_hours <= MOST_HOURS:
                raise ValidationError(
                    self.env._(
                        "Links hold (hours): from 1 to %(most)s.", most=MOST_HOURS
                    )
                )

    def _get_urgent_terms(self):
        """Return the version in force of what is accepted with an urgency (sudo)."""
        self.ensure_one()
        policy = self.sudo()
        return policy.urgent_terms_id._get_current() or policy._get_terms()

    def _is_urgent_subject(self, subject):
        """Whether a subject has one of the words, whatever their case."""
        self.ensure_one()
        words = [word.strip() for word in (self.urgent_subject_words or "").split(",")]
        found = "|".join(re.escape(word) for word in words if word)
        # Whole words: who writes of a playa asks for nothing at once.
        return bool(found) and bool(
            re.search(rf"(?<!\w)({found})(?!\w)", subject or "", re.IGNORECASE)
        )
