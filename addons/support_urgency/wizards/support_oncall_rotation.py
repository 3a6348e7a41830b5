from datetime import datetime, time, timedelta

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ..engine import rotation

LENGTH_UNITS = [
    ("hour", "hours"),
    ("day", "days"),
    ("week", "weeks"),
]
MOST_DAYS = 731
USUAL_DAYS = 28
USUAL_HOUR = 9.0


class SupportOncallRotation(models.TransientModel):
    """Plan who is on duty: people take turns from a day until another.

    What would be made is shown first, and each turn can be given to somebody else.
    The hour is that of the company's clock, before and after it changes.
    """

    _name = "support.oncall.rotation"
    _description = "Plan an On-call Rotation"

    team_id = fields.Many2one(
        "helpdesk.ticket.team",
        required=True,
        default=lambda self: self.env["support.oncall.shift"]._get_default_team(),
    )
    tz = fields.Char(string="Time zone", compute="_compute_tz")
    date_from = fields.Date(
        string="First day", compute="_compute_start", store=True, readonly=False
    )
    date_to = fields.Date(
        string="Last day",
        compute="_compute_date_to",
        store=True,
        readonly=False,
        help="The shift of the last day ends on the following one.",
    )
    hour = fields.Float(
        string="Handover at", compute="_compute_start", store=True, readonly=False
    )
    duration = fields.Integer(string="Each shift lasts", default=1, required=True)
    duration_unit = fields.Selection(
        LENGTH_UNITS, string="Unit of length", default="day", required=True
    )
    person_ids = fields.One2many(
        "support.oncall.rotation.person",
        "rotation_id",
        string="People",
        compute="_compute_person_ids",
        store=True,
        readonly=False,
        help="In the order in which they take turns.",
    )
    line_ids = fields.One2many(
        "support.oncall.rotation.line",
        "rotation_id",
        string="Shifts to make",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
    )
    problem = fields.Char(compute="_compute_problem")
    summary = fields.Char(compute="_compute_summary")
    nobody_count = fields.Integer(compute="_compute_summary")
    kept_count = fields.Integer(compute="_compute_kept_count")

    # === WHAT IS PROPOSED === #

    @api.depends("team_id")
    def _compute_tz(self):
        for wizard in self:
            wizard.tz = (wizard.team_id.company_id or self.env.company).support_tz

    @api.depends("team_id")
    def _compute_start(self):
        """Go on where the last shift ends; without any to come, tomorrow."""
        for wizard in self:
            now = fields.Datetime.now()
            last = self.env["support.oncall.shift"].search(
                [("team_id", "=", wizard.team_id.id), ("date_end", ">", now)],
                order="date_end desc",
                limit=1,
            )
            if last:
                start = rotation.to_local(last.date_end, wizard.tz)
                wizard.date_from = start.date()
                wizard.hour = start.hour + start.minute / 60
            else:
                today = rotation.to_local(now, wizard.tz).date()
                wizard.date_from = fields.Date.add(today, days=1)
                wizard.hour = USUAL_HOUR

    @api.depends("date_from")
    def _compute_date_to(self):
        for wizard in self:
            wizard.date_to = (
                fields.Date.add(wizard.date_from, days=USUAL_DAYS - 1)
                if wizard.date_from
                else False
            )

    @api.depends("team_id")
    def _compute_person_ids(self):
        for wizard in self:
            users = wizard._get_members()
            wizard.person_ids = [
                Command.clear(),
                *(
                    Command.create({"sequence": index, "user_id": user.id})
                    for index, user in enumerate(users, start=1)
                ),
            ]

    def _get_members(self):
        """Return the team's people, who was on duty longest ago first."""
        users = self.team_id.user_ids._origin.filtered(lambda user: not user.share)
        last = dict(
            self.env["support.oncall.shift"]._read_group(
                [("team_id", "=", self.team_id.id), ("user_id", "in", users.ids)],
                ["user_id"],
                ["date_end:max"],
            )
        )
        return users.sorted(
            lambda user: (last.get(user) or datetime.min, user.name.lower(), user.id)
        )

    # === THE PREVIEW === #

    @api.depends(
        "team_id",
        "date_from",
        "date_to",
        "hour",
        "duration",
        "duration_unit",
        "person_ids.user_id",
        "person_ids.sequence",
    )
    def _compute_line_ids(self):
        for wizard in self:
            turns = [] if wizard._find_problem() else wizard._get_turns()
            wizard.line_ids = [
                Command.clear(),
                *(Command.create(wizard._prepare_line(turn)) for turn in turns),
            ]

    @api.depends(
        "team_id",
        "date_from",
        "date_to",
        "hour",
        "duration",
        "duration_unit",
        "person_ids",
    )
    def _compute_problem(self):
        for wizard in self:
            wizard.problem = wizard._find_problem()

    def _find_problem(self):
        """Say why there is nothing to show, or return False."""
        self.ensure_one()
        if not (self.team_id and self.date_from and self.date_to):
            return self.env._("Choose the team, the first and the last day.")
        if not 0 <= self.hour < 24:
            return self.env._("Handover at: a time from 00:00 to 23:59.")
        if self.duration < 1:
            return self.env._("Each shift lasts: 1 or more.")
        if self.date_to < self.date_from:
            return self.env._("Last day: it is before the first one.")
        if (self.date_to - self.date_from).days > MOST_DAYS:
            return self.env._("Last day: two years after the first one at most.")
        users = self.person_ids.user_id
        if not users:
            return self.env._("People: choose who takes turns.")
        if len(users) < len(self.person_ids.filtered("user_id")):
            return self.env._("People: each of them once.")
        try:
            self._get_spans()
        except ValueError:
            # The only thing left that the engine refuses.
            return self.env._(
                "Last day: that would be more than %s shifts.", rotation.MOST_TURNS
            )
        return False

    def _get_spans(self):
        """Return from when until when each turn lasts."""
        minutes = round(self.hour * 60)
        handover = timedelta(minutes=minutes)
        first = datetime.combine(self.date_from, time.min) + handover
        until = datetime.combine(self.date_to, time.min) + handover + timedelta(days=1)
        return rotation.cut(first, until, self.duration, self.duration_unit, self.tz)

    def _get_turns(self):
        """Return the turns that nobody has yet, each with its person."""
        self.ensure_one()
        spans = self._get_spans()
        users = self.person_ids.sorted(lambda one: (one.sequence, one._origin.id))
        users = users.user_id._origin
        taken = self._get_taken(spans)
        return rotation.rotate(
            users.ids,
            spans,
            users._get_oncall_absences(spans[0][0], spans[-1][1]),
            [(shift.date_start, shift.date_end) for shift in taken],
        )

    def _get_taken(self, spans):
        """Return the shifts of the team that are there already, and stay."""
        shifts = self.env["support.oncall.shift"]
        return shifts.search(
            fields.Domain("team_id", "=", self.team_id._origin.id)
            & shifts._get_domain_within(spans[0][0], spans[-1][1])
        )

    def _prepare_line(self, turn):
        users = self.env["res.users"].browse(turn.skipped)
        return {
            "date_start": turn.start,
            "date_end": turn.end,
            "user_id": turn.person or False,
            "skipped": ", ".join(users.sudo().mapped("name")),
        }

    @api.depends("line_ids.user_id")
    def _compute_summary(self):
        for wizard in self:
            lines = wizard.line_ids
            counts = [
                f"{user.name} {len(of_user)}"
                for user, of_user in lines.grouped("user_id").items()
                if user
            ]
            wizard.nobody_count = len(lines.filtered(lambda line: not line.user_id))
            wizard.summary = ", ".join(sorted(counts))

    @api.depends("team_id", "date_from", "date_to", "hour", "duration", "duration_unit")
    def _compute_kept_count(self):
        for wizard in self:
            if wizard._find_problem():
                wizard.kept_count = 0
            else:
                wizard.kept_count = len(wizard._get_taken(wizard._get_spans()))

    # === ACTION METHODS === #

    def action_make(self):
        """Make the shifts that are shown, all or none, and open the calendar."""
        self.ensure_one()
        lines = self.line_ids.filtered("user_id")
        if self.problem or not lines:
            raise UserError(
                self.problem or self.env._("There is no shift to make in these days.")
            )
        self.env["support.oncall.shift"].create(
            [
                {
                    "team_id": self.team_id.id,
                    "user_id": line.user_id.id,
                    "date_start": line.date_start,
                    "date_end": line.date_end,
                }
                for line in lines
            ]
        )
        action = self.team_id.action_view_support_shifts()
        start = fields.Datetime.to_string(lines[0].date_start)
        action["context"] = {**action["context"], "initial_date": start}
        return action


class SupportOncallRotationPerson(models.TransientModel):
    """Somebody who takes turns, in the order of the rotation."""

    _name = "support.oncall.rotation.person"
    _description = "Person of an On-call Rotation"
    _order = "sequence, id"

    rotation_id = fields.Many2one(
        "support.oncall.rotation", required=True, ondelete="cascade"
    )
    sequence = fields.Integer(default=99)
    user_id = fields.Many2one(
        "res.users", string="Person", domain="[('share', '=', False)]"
    )


class SupportOncallRotationLine(models.TransientModel):
    """A shift that would be made."""

    _name = "support.oncall.rotation.line"
    _description = "Shift of an On-call Rotation"
    _order = "date_start, id"

    rotation_id = fields.Many2one(
        "support.oncall.rotation", required=True, ondelete="cascade"
    )
    date_start = fields.Datetime(string="From", required=True)
    date_end = fields.Datetime(string="Until", required=True)
    period = fields.Char(string="Local time", compute="_compute_period")
    user_id = fields.Many2one(
        "res.users",
        string="On duty",
        domain="[('share', '=', False)]",
        help="Empty: nobody. Urgent tickets go to the manager then.",
    )
    skipped = fields.Char(
        string="On leave", help="Whose turn it was; they take a later one."
    )
    is_away = fields.Boolean(compute="_compute_is_away")

    @api.depends("date_start", "date_end", "rotation_id.tz")
    @api.depends_context("lang")
    def _compute_period(self):
        words = self.env["support.explanation"]
        for line in self:
            tz = line.rotation_id.tz or self.env.company.support_tz
            span = (line.date_start, line.date_end)
            line.period = words.format_oncall_span(*span, tz) if all(span) else ""

    @api.depends("user_id", "date_start", "date_end")
    def _compute_is_away(self):
        known = self.filtered(lambda one: one.user_id and one.date_start)
        (self - known).is_away = False
        if not known:
            return
        start, end = min(known.mapped("date_start")), max(known.mapped("date_end"))
        absences = known.user_id._origin._get_oncall_absences(start, end)
        for line in known:
            span = (line.date_start, line.date_end)
            line.is_away = rotation.is_away(line.user_id._origin.id, span, absences)
