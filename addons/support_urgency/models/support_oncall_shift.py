from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools.misc import format_datetime

from odoo.addons.support_packs.models.support_case import take_row

from ..engine import rotation


class SupportOncallShift(models.Model):
    """Who is on duty for a team from a moment until another, day and night [000].

    A shift holds its start and not its end: at nine, one ends and the next begins.
    Shifts of a team never overlap; where none is, nobody is on duty.
    """

    _name = "support.oncall.shift"
    _description = "On-call Shift"
    _inherit = ["mail.thread"]
    _order = "date_start, id"
    _rec_names_search = ["user_id", "team_id"]
    _check_company_auto = True
    _allow_sudo_commands = False

    user_id = fields.Many2one(
        "res.users",
        string="On duty",
        required=True,
        index=True,
        ondelete="restrict",
        tracking=True,
        domain="[('share', '=', False)]",
    )
    team_id = fields.Many2one(
        "helpdesk.ticket.team",
        required=True,
        ondelete="cascade",
        check_company=True,
        default=lambda self: self._get_default_team(),
    )
    company_id = fields.Many2one(related="team_id.company_id", store=True, index=True)
    date_start = fields.Datetime(string="From", required=True, tracking=True)
    date_end = fields.Datetime(
        string="Until",
        required=True,
        tracking=True,
        help="At this moment the shift is over.",
    )
    period = fields.Char(string="Local time", compute="_compute_period")
    is_current = fields.Boolean(
        string="On duty now", compute="_compute_is_current", search="_search_is_current"
    )
    is_away = fields.Boolean(
        string="On leave",
        compute="_compute_is_away",
        help="The person is on leave in some of the shift. Urgent tickets go to the "
        "manager then.",
    )

    _team_index = models.Index("(team_id, date_start)")

    @api.model
    def _get_default_team(self):
        """Return the only team that there is, if there is only one."""
        teams = self.env["helpdesk.ticket.team"].search([], limit=2)
        return teams if len(teams) == 1 else teams.browse()

    @api.depends("user_id", "team_id", "date_start", "date_end")
    @api.depends_context("oncall_period", "lang")
    def _compute_display_name(self):
        """The calendar shows when; who chooses one of a list has to read it."""
        period = self.env.context.get("oncall_period")
        for shift in self:
            rest = shift._format_start() if period else shift.team_id.name
            shift.display_name = " · ".join(
                part for part in (shift.user_id.name, rest) if part
            )

    @api.depends("date_start", "date_end", "company_id")
    @api.depends_context("lang")
    def _compute_period(self):
        for shift in self:
            shift.period = shift._format_period()

    @api.depends("date_start", "date_end")
    def _compute_is_current(self):
        now = fields.Datetime.now()
        for shift in self:
            shift.is_current = bool(
                shift.date_start
                and shift.date_end
                and shift.date_start <= now < shift.date_end
            )

    @api.model
    def _search_is_current(self, operator, value):
        if operator != "in":
            return NotImplemented
        current = self._get_domain_at(fields.Datetime.now())
        return Domain.OR(current if wanted else ~current for wanted in set(value))

    @api.depends("user_id", "date_start", "date_end")
    def _compute_is_away(self):
        known = self.filtered(lambda s: s.user_id and s.date_start and s.date_end)
        (self - known).is_away = False
        absences = known._get_own_absences()
        for shift in known:
            span = (shift.date_start, shift.date_end)
            shift.is_away = rotation.is_away(shift.user_id.id, span, absences)

    @api.constrains("date_start", "date_end")
    def _check_dates(self):
        for shift in self:
            if shift.date_start >= shift.date_end:
                raise ValidationError(
                    self.env._("Until: the shift would end before it begins.")
                )

    @api.constrains("user_id", "team_id")
    def _check_user(self):
        for shift in self.sudo():
            user, company = shift.user_id, shift.company_id
            if user.share:
                raise ValidationError(
                    self.env._("On duty: %s is not an employee.", user.name)
                )
            if company and company not in user.company_ids:
                raise ValidationError(
                    self.env._(
                        "On duty: %(user)s does not work for %(company)s.",
                        user=user.name,
                        company=company.name,
                    )
                )

    @api.constrains("team_id", "date_start", "date_end")
    def _check_overlap(self):
        # sudo: a shift that the reader may not see is in the way all the same.
        for shift in self.sudo():
            other = self.sudo().search(
                Domain("team_id", "=", shift.team_id.id)
                & Domain("id", "!=", shift.id)
                & self._get_domain_within(shift.date_start, shift.date_end),
                limit=1,
            )
            if other:
                raise ValidationError(
                    self.env._(
                        "From, until: %(user)s is on duty for %(team)s already, "
                        "%(period)s.",
                        user=other.user_id.name,
                        team=other.team_id.name,
                        period=other._format_period(),
                    )
                )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        teams = {vals.get("team_id") for vals in vals_list}
        self._take_teams(self.env["helpdesk.ticket.team"].browse(teams - {None, False}))
        # Of a year's shifts, "created" in each log and the planner as a follower of
        # each say nothing.
        quiet = self.with_context(mail_create_nolog=True, mail_create_nosubscribe=True)
        return super(SupportOncallShift, quiet).create(vals_list)

    def write(self, vals):
        if {"team_id", "date_start", "date_end"} & vals.keys():
            teams = self.team_id
            if vals.get("team_id"):
                teams |= teams.browse(vals["team_id"])
            self._take_teams(teams)
        return super().write(vals)

    @api.model
    def _take_teams(self, teams):
        """Of two who plan a team at once, the second one sees what the first did."""
        for team in teams.exists().sorted("id"):
            take_row(team)

    # === ACTION METHODS === #

    def action_swap(self):
        """Open the wizard that swaps the people of two shifts."""
        self.check_access("write")
        if len(self) > 2:
            raise UserError(self.env._("Choose the two shifts to swap."))
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "support_urgency.support_oncall_swap_action"
        )
        action["context"] = {
            "default_shift_id": self[:1].id,
            "default_other_id": self[1:].id,
        }
        return action

    # === BUSINESS METHODS === #

    @api.model
    def _get_domain_at(self, moment):
        return Domain("date_start", "<=", moment) & Domain("date_end", ">", moment)

    @api.model
    def _get_domain_within(self, start, end):
        """Return which shifts have something of a span."""
        return Domain("date_start", "<", end) & Domain("date_end", ">", start)

    @api.model
    def _find_on_duty(self, team, moment=None):
        """Return the shift of a team at a moment, now by default; or none."""
        if not team:
            return self.browse()
        # sudo: a client's urgency goes to somebody whom the client does not see.
        return self.sudo().search(
            Domain("team_id", "=", team.id)
            & self._get_domain_at(moment or fields.Datetime.now()),
            limit=1,
        )

    def _is_there(self, moment=None):
        """Whether who is on duty can be called at a moment, now by default."""
        self.ensure_one()
        user = self.user_id
        return user.active and not user._is_oncall_away(moment or fields.Datetime.now())

    def _get_own_absences(self):
        """Return the engine's absences of the people of these shifts, meanwhile."""
        if not self:
            return []
        start, end = min(self.mapped("date_start")), max(self.mapped("date_end"))
        return self.user_id._get_oncall_absences(start, end)

    def _get_tz(self):
        """Return the time zone whose clock the shifts follow: their company's."""
        return (self.company_id or self.env.company).support_tz

    def _format_start(self):
        """Return from when, by the clock of the company."""
        words, tz = self.env["support.explanation"], self._get_tz()
        return words.format_oncall_moment(self.date_start, tz)

    def _format_period(self):
        """Return from when until when, by the clock of the company."""
        if not (self.date_start and self.date_end):
            return ""
        words, tz = self.env["support.explanation"], self._get_tz()
        return words.format_oncall_span(self.date_start, self.date_end, tz)

    def _tell_swapped(self):
        """Tell who is on duty now that the shift is theirs."""
        self.ensure_one()
        shift = self.with_context(lang=self.user_id.lang or self.env.lang)
        shift.message_notify(
            partner_ids=self.user_id.partner_id.ids,
            subject=shift.env._("You are on duty: %s", shift._format_period()),
            body=shift.env._(
                "A shift of %(team)s was swapped: you are on duty from %(period)s.",
                team=shift.team_id.name,
                period=shift._format_period(),
            ),
            model=self._name,
            res_id=self.id,
            force_send=False,
        )


class SupportExplanation(models.AbstractModel):
    _inherit = "support.explanation"

    @api.private
    @api.model
    def format_oncall_span(self, start, end, tz):
        """Return a span by the clock of a time zone.

        :return: e.g. ``Mon 2 Mar 2026, 09:00 to Tue 3 Mar 2026, 09:00``
        """
        return self.env._(
            "%(start)s to %(end)s",
            start=self.format_oncall_moment(start, tz),
            end=self.format_oncall_moment(end, tz),
        )

    @api.private
    @api.model
    def format_oncall_moment(self, moment, tz):
        """Return a moment with its weekday: ``Mon 2 Mar 2026, 09:00``."""
        return format_datetime(self.env, moment, tz=tz, dt_format="EEE d MMM y, HH:mm")
