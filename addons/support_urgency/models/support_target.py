from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..engine import targets
from .support_target_policy import READINGS

KINDS = [("response", "First answer"), ("resolution", "Solution")]
STATES = [
    ("running", "Running"),
    ("paused", "Waiting"),
    ("late", "Late"),
    ("met", "Met"),
    ("missed", "Missed"),
    ("stopped", "Not pursued"),
]
TECHNICIAN = "helpdesk_mgmt.group_helpdesk_user_own"


class SupportTarget(models.Model):
    """A promise about one ticket, and what became of it.

    Facts are stored: what was promised, when the clock started, when it is due, when it
    was reached. Whether it is late follows from them and from the hour.
    """

    _name = "support.target"
    _description = "Support Target"
    _order = "due, id"
    _rec_name = "ticket_id"
    _allow_sudo_commands = False

    ticket_id = fields.Many2one(
        "helpdesk.ticket", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    kind = fields.Selection(KINDS, string="Target", required=True, readonly=True)
    minutes = fields.Integer(
        string="Promised (min)", required=True, readonly=True, aggregator=None
    )
    reading = fields.Selection(READINGS, required=True, readonly=True)
    calendar_id = fields.Many2one(
        "resource.calendar",
        string="Hours",
        readonly=True,
        ondelete="set null",
        help="Whose opening hours count. Empty: day and night.",
    )
    started_at = fields.Datetime(
        string="Started", readonly=True, help="When the clock of the target started."
    )
    due = fields.Datetime(
        readonly=True,
        help="Until when it is kept. Empty while the ticket waits for the client.",
    )
    reached_at = fields.Datetime(string="Reached", readonly=True)
    stopped_at = fields.Datetime(
        string="Not pursued since",
        readonly=True,
        help="The ticket was closed without being solved, merged or archived.",
    )
    spent_minutes = fields.Integer(
        string="Time taken (min)",
        readonly=True,
        aggregator="avg",
        help="How long the clock ran until it was reached: pauses do not count.",
    )
    warned_percent = fields.Integer(
        string="Warned at (%)", readonly=True, aggregator=None
    )
    warn_at = fields.Datetime(string="Next warning", readonly=True)
    is_late = fields.Boolean(
        string="Late", compute="_compute_state", search="_search_is_late"
    )
    state = fields.Selection(STATES, compute="_compute_state")
    promise_text = fields.Char(string="Promised", compute="_compute_promise_text")

    _kind_unique = models.UniqueIndex(
        "(ticket_id, kind)", "The ticket has this target already."
    )
    _warn_index = models.Index("(warn_at) WHERE warn_at IS NOT NULL")
    _due_index = models.Index("(due)")

    @api.depends("due", "reached_at", "stopped_at")
    def _compute_state(self):
        now = fields.Datetime.now()
        for target in self:
            end = target.reached_at or target.stopped_at
            target.is_late = bool(target.due) and (end or now) > target.due
            target.state = target._get_state(end)

    def _get_state(self, end):
        if self.reached_at:
            return "missed" if self.is_late else "met"
        if self.is_late:
            return "missed" if end else "late"
        if end:
            return "stopped"
        return "running" if self.due else "paused"

    @api.model
    def _search_is_late(self, operator, value):
        if operator != "in":
            return NotImplemented
        late = Domain.custom(
            to_sql=self._compare_late, predicate=lambda one: one.is_late
        )
        return late if True in value else ~late

    @staticmethod
    def _compare_late(model, alias, query):
        """Return what is true of targets that are late now, or ended late."""
        end = SQL(
            "COALESCE(%s, %s, %s)",
            model._field_to_sql(alias, "reached_at", query),
            model._field_to_sql(alias, "stopped_at", query),
            fields.Datetime.now(),
        )
        return SQL("%s < %s", model._field_to_sql(alias, "due", query), end)

    @api.depends("minutes", "reading")
    @api.depends_context("lang")
    def _compute_promise_text(self):
        for target in self:
            target.promise_text = target._explain_promise()

    def _explain_promise(self):
        """Return what was promised: ``4 h``, ``1 working day``, ``24 h, day and
        night``."""
        words = self.env["support.explanation"]
        time = words.format_hours(self.minutes)
        days, rest = divmod(self.minutes, 24 * 60)
        if self.reading == "hours":
            return self.env._("%(time)s of opening hours", time=time)
        if self.reading == "clock":
            return self.env._("%(time)s, day and night", time=time)
        if rest or not days:
            return self.env._("%(time)s of working days", time=time)
        if days == 1:
            return self.env._("1 working day")
        return self.env._("%(days)s working days", days=days)

    # === WHAT BECOMES OF IT === #

    def _get_hours(self):
        return self.calendar_id.get_support_hours(self.company_id)

    def _get_pauses(self, until=None):
        """Return the pauses of the ticket as the engine takes them.

        :param until: ends the pause that lasts, for what is reached in the middle of it
        """
        return [
            (pause.date_start, pause.date_end or until)
            for pause in self.ticket_id.support_pause_ids
        ]

    def _plan(self):
        """Say when it is due and when to warn, by what was promised and the pauses."""
        for target in self.filtered(lambda one: not one._get_end()):
            policy = target.ticket_id._get_support_target_policy()
            percents = policy._get_target_percents()
            hours, pauses = target._get_hours(), target._get_pauses()
            due = target.started_at and targets.due(
                hours, target.minutes, target.reading, target.started_at, pauses
            )
            target.due = due or False
            target.warn_at = target._get_warning_time(hours, pauses, percents)

    def _get_warning_time(self, hours, pauses, percents):
        percent = targets.next_percent(percents, self.warned_percent)
        if not self.due or percent is None:
            return False
        return targets.moment_at(
            hours, self.reading, self.started_at, self.due, percent, pauses
        )

    def _end(self, moment, reached):
        """Say that it was reached at a moment, or is not pursued any more."""
        for target in self:
            hours, pauses = target._get_hours(), target._get_pauses(until=moment)
            if target.started_at:
                length = targets.spent(
                    hours, target.reading, target.started_at, moment, pauses
                )
                target.spent_minutes = length.total_seconds() // 60
                target.due = targets.due(
                    hours, target.minutes, target.reading, target.started_at, pauses
                )
            target.write(
                {
                    "reached_at": moment if reached else False,
                    "stopped_at": False if reached else moment,
                    "warn_at": False,
                }
            )

    def _get_end(self):
        return self.reached_at or self.stopped_at

    def _change_terms(self, values):
        """Promise something else from now on; warnings begin again with it.

        :param values: all terms, as for a new one
        """
        terms = ("minutes", "reading", "calendar_id", "started_at", "company_id")
        convert = self._fields
        old = {name: convert[name].convert_to_write(self[name], self) for name in terms}
        if any(old[name] != values[name] for name in terms):
            self.write({**values, "warned_percent": 0})


class SupportTargetPause(models.Model):
    """Time that does not count: the client owed information, or the ticket was closed
    before it was opened again."""

    _name = "support.target.pause"
    _description = "Support Target Pause"
    _order = "date_start, id"
    _rec_name = "ticket_id"
    _allow_sudo_commands = False

    ticket_id = fields.Many2one(
        "helpdesk.ticket", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    kind = fields.Selection(
        [("client", "Waiting for the client"), ("closed", "Closed")],
        string="Reason",
        required=True,
        readonly=True,
    )
    date_start = fields.Datetime(string="From", required=True, readonly=True)
    date_end = fields.Datetime(string="To", readonly=True)

    _lasting_unique = models.UniqueIndex(
        "(ticket_id) WHERE date_end IS NULL", "The ticket is waiting already."
    )
