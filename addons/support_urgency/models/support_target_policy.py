from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..engine import targets

READINGS = [
    ("hours", "Opening hours of the team"),
    ("days", "Working days, same hour"),
    ("clock", "Calendar hours, day and night"),
]
# Longer promises than a year are slips of the keyboard.
MOST_MINUTES = 366 * 24 * 60
DEFAULT_WARNINGS = "50, 75, 90"


class SupportTargetTerms(models.AbstractModel):
    """What may be promised about tickets: by a policy, by each of its priorities."""

    _name = "support.target.terms"
    _description = "Support Targets Promised"

    response_minutes = fields.Integer(
        string="First answer (min)",
        help="Within how many minutes a ticket is answered in writing. 0: no target.",
    )
    resolution_hours = fields.Integer(
        string="Solution (h)",
        help="Within how many hours a ticket is solved. 0: no target.",
    )

    @api.constrains("response_minutes", "resolution_hours")
    def _check_targets(self):
        for terms in self:
            for name, minutes in (("response_minutes", 1), ("resolution_hours", 60)):
                if not 0 <= terms[name] <= MOST_MINUTES // minutes:
                    raise ValidationError(
                        self.env._(
                            "%(field)s: a number from 0 to %(most)s.",
                            field=self._fields[name]._description_string(self.env),
                            most=f"{MOST_MINUTES // minutes:,}",
                        )
                    )

    def _get_target_minutes(self):
        """Return what is promised: ``{kind: minutes}``, 0: nothing."""
        return {
            "response": self.response_minutes,
            "resolution": self.resolution_hours * 60,
        }


class SupportPolicy(models.Model):
    _name = "support.policy"
    _inherit = ["support.policy", "support.target.terms"]

    response_minutes = fields.Integer(
        help="Within how many minutes a ticket without a priority is answered in "
        "writing. Priorities have their own. 0: no target.",
    )
    resolution_hours = fields.Integer(
        help="Within how many hours a ticket without a priority is solved. Priorities "
        "have their own. 0: no target.",
    )
    target_reading = fields.Selection(
        READINGS,
        string="Targets count",
        required=True,
        default="hours",
        help="Opening hours: nothing is due while the team is not there. Working days: "
        "24 hours are one working day, due at the same hour. Calendar hours: nights "
        "and holidays count too. The hours are those of the ticket's team.",
    )
    target_intake_limit = fields.Float(
        string="Daily limit",
        help="Requests that come later in the day start at the next opening of another "
        "day. 0:00: no limit.",
    )
    target_warnings = fields.Char(
        string="Warn at (%)",
        default=DEFAULT_WARNINGS,
        help="At which percentages of the time the assigned person is warned, once "
        "each, separated by commas. Empty: never.",
    )

    @api.constrains("target_intake_limit")
    def _check_target_intake_limit(self):
        for policy in self:
            if not 0 <= policy.target_intake_limit < 24:
                raise ValidationError(
                    self.env._("Daily limit: a time of the day, from 0:00 to 23:59.")
                )

    @api.constrains("target_warnings")
    def _check_target_warnings(self):
        for policy in self:
            try:
                targets.parse_percents(policy.target_warnings)
            except ValueError as error:
                raise ValidationError(
                    self.env._(
                        "Warn at: “%(value)s” is not a percentage. Write whole numbers "
                        "from 1 to 99, like 50, 75, 90.",
                        value=str(error)[:40],
                    )
                ) from error

    def _get_intake_limit(self):
        """Return the daily limit in minutes after midnight, or None."""
        return round(self.target_intake_limit * 60) or None

    def _get_target_percents(self):
        return targets.parse_percents(self.target_warnings)


class SupportPriority(models.Model):
    _name = "support.priority"
    _inherit = ["support.priority", "support.target.terms"]


class SupportRequestType(models.Model):
    _inherit = "support.request.type"

    response_minutes = fields.Integer(
        string="First answer (min)",
        help="Tickets of this type are answered within so many minutes. 0: as "
        "the priority says.",
    )

    @api.constrains("response_minutes")
    def _check_response_minutes(self):
        for request_type in self:
            if not 0 <= request_type.response_minutes <= MOST_MINUTES:
                raise ValidationError(
                    self.env._(
                        "%(field)s: a number from 0 to %(most)s.",
                        field=self._fields["response_minutes"]._description_string(
                            self.env
                        ),
                        most=f"{MOST_MINUTES:,}",
                    )
                )
