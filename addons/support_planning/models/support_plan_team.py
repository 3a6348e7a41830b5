from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.base.models.res_partner import _tz_get

INTERNAL = "base.group_user"
MINUTES_PER_HOUR = 60
DAYS = [
    ("0", "Monday"),
    ("1", "Tuesday"),
    ("2", "Wednesday"),
    ("3", "Thursday"),
    ("4", "Friday"),
    ("5", "Saturday"),
    ("6", "Sunday"),
]
OVERFLOWS = [
    ("split", "Split it into the following week"),
    ("stop", "Stop: nothing that came later goes first"),
    ("skip", "Skip it and fill the room that is left"),
]
PLAN_MODES = [
    ("propose", "Propose: somebody confirms the plan"),
    ("confirm", "Confirm the proposal by itself"),
]


class HelpdeskTicketTeam(models.Model):
    """How a team plans the work that clients accepted: week by week [000]."""

    _inherit = "helpdesk.ticket.team"

    support_plan_weekly = fields.Boolean(
        string="Plan accepted work",
        groups=INTERNAL,
        help="Once a week, what clients accepted is planned for the next week, in the "
        "order of acceptance.",
    )
    support_plan_since = fields.Datetime(
        string="Planned since",
        readonly=True,
        copy=False,
        groups=INTERNAL,
        help="Cut-offs before this moment are not caught up with.",
    )
    support_cutoff_day = fields.Selection(
        DAYS, string="Cut-off on", required=True, default="4", groups=INTERNAL
    )
    support_cutoff_hour = fields.Float(
        string="Cut-off at",
        default=14.0,
        groups=INTERNAL,
        help="What was accepted at this time or before is planned for the next week.",
    )
    support_cutoff_tz = fields.Selection(
        _tz_get,
        string="Clock of the cut-off",
        groups=INTERNAL,
        help="Empty: the support time zone of the company.",
    )
    support_reserve_percent = fields.Integer(
        string="Kept for urgencies (%)",
        groups=INTERNAL,
        help="Share of the capacity that no plan fills.",
    )
    support_overflow = fields.Selection(
        OVERFLOWS,
        string="A ticket that does not fit",
        required=True,
        default="split",
        groups=INTERNAL,
    )
    support_plan_mode = fields.Selection(
        PLAN_MODES,
        string="At the cut-off",
        required=True,
        default="propose",
        groups=INTERNAL,
    )
    support_member_ids = fields.One2many(
        "support.plan.member",
        "team_id",
        string="Shares of the members",
        groups=INTERNAL,
        help="Members who are not listed give all of their working time.",
    )

    @api.constrains("support_cutoff_hour")
    def _check_support_cutoff_hour(self):
        for team in self:
            if not 0 <= team.support_cutoff_hour < 24:
                raise ValidationError(
                    self.env._("Cut-off at: a time from 00:00 to 23:59.")
                )

    @api.constrains("support_reserve_percent")
    def _check_support_reserve_percent(self):
        for team in self:
            if not 0 <= team.support_reserve_percent <= 100:
                raise ValidationError(
                    self.env._("Kept for urgencies (%): a number from 0 to 100.")
                )

    @api.constrains("support_plan_weekly", "company_id")
    def _check_support_plan_company(self):
        for team in self:
            if team.support_plan_weekly and not team.company_id:
                raise ValidationError(
                    self.env._(
                        "Plan accepted work: the team %s is of no company, so nobody "
                        "knows whose clients and calendars to plan.",
                        team.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        now = fields.Datetime.now()
        for vals in vals_list:
            if vals.get("support_plan_weekly"):
                vals.setdefault("support_plan_since", now)
        return super().create(vals_list)

    def write(self, vals):
        """A team that begins to plan does not catch up with cut-offs from before."""
        if vals.get("support_plan_weekly") and "support_plan_since" not in vals:
            new = self.filtered(lambda team: not team.sudo().support_plan_weekly)
            super(HelpdeskTicketTeam, new).write(
                {"support_plan_since": fields.Datetime.now()}
            )
        return super().write(vals)

    # === BUSINESS METHODS === #

    def _get_plan_tz(self):
        """Return the name of the time zone whose clock the team's weeks follow."""
        self.ensure_one()
        company = self.company_id or self.env.company
        return self.support_cutoff_tz or company.support_tz

    def _get_cutoff_minute(self):
        """Return the minute of the day of the cut-off, by the team's clock."""
        self.ensure_one()
        return round(self.support_cutoff_hour * MINUTES_PER_HOUR)

    def _get_plan_users(self):
        """Return the members who can be given work: employees of the company."""
        self.ensure_one()
        company = self.company_id
        return self.user_ids.filtered(
            lambda user: (
                user.active
                and not user.share
                and (not company or company in user.company_ids)
            )
        ).sorted("id")

    def _get_plan_shares(self):
        """Return how much of their time members give: ``{user id: percent}``."""
        self.ensure_one()
        shares = {user.id: 100 for user in self._get_plan_users()}
        for member in self.support_member_ids:
            if member.user_id.id in shares:
                shares[member.user_id.id] = member.share_percent
        return shares


class SupportPlanMember(models.Model):
    """How much of a member's working time is for the accepted work of a team."""

    _name = "support.plan.member"
    _description = "Share of a Team Member"
    _order = "team_id, user_id, id"
    _rec_name = "user_id"
    _allow_sudo_commands = False

    team_id = fields.Many2one(
        "helpdesk.ticket.team", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="team_id.company_id", store=True)
    user_id = fields.Many2one(
        "res.users",
        string="Member",
        required=True,
        ondelete="cascade",
        domain="[('share', '=', False)]",
    )
    share_percent = fields.Integer(
        string="For support (%)",
        required=True,
        default=100,
        help="Share of the working time that plans may fill. 0: never planned.",
    )

    _user_unique = models.UniqueIndex(
        "(team_id, user_id)", "Each member has one share in a team."
    )

    @api.constrains("share_percent")
    def _check_share_percent(self):
        for member in self:
            if not 0 <= member.share_percent <= 100:
                raise ValidationError(
                    self.env._("For support (%): a number from 0 to 100.")
                )
