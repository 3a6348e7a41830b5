from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..engine import rotation

INTERNAL = "base.group_user"
MANAGER = "helpdesk_mgmt.group_helpdesk_manager"


class ResUsers(models.Model):
    """When somebody cannot be called."""

    _inherit = "res.users"

    def _get_oncall_absences(self, start, end):
        """Return the leave of these users between two moments.

        Their own leave only: who is on duty is on duty on public holidays, too.

        :return: absences as the engine takes them; a person is a user's id
        """
        # sudo: who plans shifts may not read the leave of others, nor its reason.
        leaves = (
            self.env["resource.calendar.leaves"]
            .sudo()
            .search(
                [
                    ("resource_id.user_id", "in", self.ids),
                    ("time_type", "=", "leave"),
                    ("date_from", "<", end),
                    ("date_to", ">", start),
                ]
            )
        )
        return [
            rotation.Absence(
                leave.resource_id.user_id.id, leave.date_from, leave.date_to
            )
            for leave in leaves
        ]

    def _is_oncall_away(self, moment):
        """Whether a user is on leave at a moment."""
        self.ensure_one()
        # The first moment of a leave is one of leave, the last one is not.
        until = fields.Datetime.add(moment, seconds=1)
        return bool(self._get_oncall_absences(moment, until))


class HelpdeskTicketTeam(models.Model):
    """Who is on duty for a team, and who is called when nobody answers."""

    _inherit = "helpdesk.ticket.team"

    support_shift_ids = fields.One2many(
        "support.oncall.shift", "team_id", string="Shifts", groups=INTERNAL
    )
    support_oncall_user_id = fields.Many2one(
        "res.users",
        string="On duty now",
        compute="_compute_support_oncall_user_id",
        groups=INTERNAL,
    )
    support_escalate_minutes = fields.Integer(
        string="Call the manager after (min)",
        default=30,
        groups=INTERNAL,
        help="When an accepted urgency has no answer to the client so many minutes "
        "after somebody was called, it goes to the team leader. 0: never.",
    )

    def _compute_support_oncall_user_id(self):
        shifts = self.env["support.oncall.shift"]
        current = shifts.sudo().search(
            shifts._get_domain_at(fields.Datetime.now()) & self._get_shifts_domain()
        )
        users = {shift.team_id.id: shift.user_id for shift in current}
        for team in self:
            team.support_oncall_user_id = users.get(team._origin.id, False)

    def _get_shifts_domain(self):
        return fields.Domain("team_id", "in", self._origin.ids)

    @api.constrains("support_escalate_minutes")
    def _check_support_escalate_minutes(self):
        for team in self:
            if team.support_escalate_minutes < 0:
                raise ValidationError(
                    self.env._("Call the manager after (min): 0 or more.")
                )

    def action_view_support_shifts(self):
        """Open the calendar of the team's shifts."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "support_urgency.support_oncall_shift_action"
        )
        action["domain"] = [("team_id", "=", self.id)]
        action["context"] = {"default_team_id": self.id}
        return action

    def _find_oncall_manager(self, company, besides=None):
        """Return who answers for urgencies that nobody else can take, or nobody.

        The leader of the team, of the teams above it, then the helpdesk managers of
        the company; the first one who is not on leave, else the first one.

        :param company: the ticket's
        :param besides: users who were called already
        """
        called = besides or self.env["res.users"]
        candidates = self._get_oncall_managers(company) - called
        now = fields.Datetime.now()
        present = candidates.filtered(lambda user: not user._is_oncall_away(now))
        return (present or candidates)[:1]

    def _get_oncall_managers(self, company):
        """Return who may answer for urgencies, in the order of being asked."""
        # sudo: a client's urgency goes to people whom the client does not see.
        team, leaders = self.sudo(), self.env["res.users"].sudo()
        while team:
            leaders |= team.user_id
            team = team.parent_id
        managers = leaders.search(
            [
                ("all_group_ids", "in", self.env.ref(MANAGER).ids),
                ("company_ids", "in", company.ids),
                ("share", "=", False),
            ],
            order="id",
        )
        leaders = leaders.filtered(
            lambda user: user.active and company in user.company_ids
        )
        return leaders | managers
