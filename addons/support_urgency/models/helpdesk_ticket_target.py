from odoo import api, fields, models
from odoo.tools import clean_context

from ..engine import targets
from .support_target import STATES, TECHNICIAN

# The gravest one first: what a list of tickets shows of several targets.
GRAVEST = ("late", "running", "paused", "missed", "met", "stopped")


class HelpdeskTicket(models.Model):
    """What was promised about a ticket, and whether it is kept."""

    _inherit = "helpdesk.ticket"

    support_received_at = fields.Datetime(
        string="Received",
        readonly=True,
        copy=False,
        groups=TECHNICIAN,
        help="What targets count from. Tickets from before the installation have none.",
    )
    support_target_ids = fields.One2many(
        "support.target", "ticket_id", string="Targets", groups=TECHNICIAN
    )
    support_pause_ids = fields.One2many(
        "support.target.pause", "ticket_id", string="Pauses", groups=TECHNICIAN
    )
    support_response_minutes = fields.Integer(
        string="First response after (min)",
        readonly=True,
        copy=False,
        groups=TECHNICIAN,
        help="In opening hours of the team, from when the ticket was received.",
    )
    support_has_targets = fields.Boolean(readonly=True, copy=False, groups=TECHNICIAN)
    support_due = fields.Datetime(
        string="Due",
        readonly=True,
        copy=False,
        index="btree_not_null",
        groups=TECHNICIAN,
        help="The next target that is not reached yet.",
    )
    support_target_state = fields.Selection(
        STATES,
        string="Target",
        compute="_compute_support_target_state",
        groups=TECHNICIAN,
    )
    support_is_late = fields.Boolean(
        string="Target missed",
        compute="_compute_support_target_state",
        search="_search_support_is_late",
        groups=TECHNICIAN,
        help="A target is late, or was not kept.",
    )

    @api.depends(
        "support_target_ids.due",
        "support_target_ids.reached_at",
        "support_target_ids.stopped_at",
    )
    def _compute_support_target_state(self):
        for ticket in self:
            found = ticket.support_target_ids
            states = set(found.mapped("state"))
            ticket.support_is_late = any(found.mapped("is_late"))
            ticket.support_target_state = next(
                (state for state in GRAVEST if state in states), False
            )

    @api.model
    def _search_support_is_late(self, operator, value):
        if operator != "in":
            return NotImplemented
        found = "any" if True in value else "not any"
        return [("support_target_ids", found, [("is_late", "=", True)])]

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        tickets = super().create(vals_list)
        # sudo: who opens a ticket promises nothing; the policy does.
        for ticket in tickets.sudo():
            ticket.support_received_at = fields.Datetime.now()
            ticket._set_support_targets()
            if ticket.support_has_targets:
                ticket._start_support_targets()
        return tickets

    def write(self, vals):
        before = {ticket: ticket._get_support_target_facts() for ticket in self.sudo()}
        res = super().write(vals)
        for ticket, facts in before.items():
            if ticket.support_received_at:
                ticket._follow_support_facts(facts)
        return res

    def _get_support_target_facts(self):
        """Return what the targets of a ticket depend on: terms, and where it stands."""
        self.ensure_one()
        if not self.support_received_at:
            return None
        terms = (
            self.support_priority_id,
            self.support_request_type_id,
            self.support_account_id,
            self.team_id,
            self.company_id,
        )
        return terms, (self.stage_id, self.duplicate_id, self.active)

    def _follow_support_facts(self, before):
        """Make the targets agree with the facts, if these changed.

        :param before: what :meth:`_get_support_target_facts` said
        """
        now = self._get_support_target_facts()
        if before is None or now == before:
            return
        if now[0] != before[0]:
            self._set_support_targets()
        if self.support_has_targets:
            self._follow_support_targets(entered=now[1] != before[1])

    # === WHAT IS PROMISED === #

    def _get_support_target_policy(self):
        """Return the policy that promises: the client's, else the team's, else that of
        the priority."""
        self.ensure_one()
        policy = self.support_account_id.policy_id or self._get_support_team_policy()
        return policy or self.support_priority_id.policy_id

    def _get_support_promises(self):
        """Return what is promised about the ticket: ``{kind: minutes}``, 0: nothing."""
        self.ensure_one()
        policy = self._get_support_target_policy()
        priority = self.support_priority_id
        terms = priority if priority.policy_id == policy else policy
        promises = (terms or policy)._get_target_minutes()
        request_type = self.support_request_type_id
        if request_type.response_minutes and request_type.policy_id == policy:
            promises["response"] = request_type.response_minutes
        return promises

    def _set_support_targets(self):
        """Make the targets that are not reached yet agree with what is promised.

        What was reached, was reached under the terms of its time.
        """
        self.ensure_one()
        policy = self._get_support_target_policy()
        promises = self._get_support_promises() if policy else {}
        there = {target.kind: target for target in self.support_target_ids}
        new = []
        for kind, minutes in promises.items():
            target = there.get(kind)
            if minutes and not target:
                new.append({"kind": kind, **self._prepare_support_target(minutes)})
            elif minutes and not target._get_end():
                target._change_terms(self._prepare_support_target(minutes))
        self.support_target_ids.filtered(
            lambda one: not promises.get(one.kind) and not one._get_end()
        ).unlink()
        if new:
            # Without the caller's defaults, which would say what was reached.
            self.env["support.target"].with_context(
                clean_context(self.env.context)
            ).create(new)
        if new and self.support_responded_at:
            self._reach_support_response()
        has_targets = bool(self.support_target_ids)
        if self.support_has_targets != has_targets:
            self.support_has_targets = has_targets
        if not has_targets and self.support_due:
            self.support_due = False

    def _prepare_support_target(self, minutes):
        """Return the terms of a target, due as if nothing had happened yet."""
        policy = self._get_support_target_policy()
        calendar = self.team_id.resource_calendar_id
        hours = calendar.get_support_hours(self.company_id)
        start = targets.begin(
            hours,
            self.support_received_at,
            policy.target_reading,
            policy._get_intake_limit(),
        )
        values = {
            "ticket_id": self.id,
            "company_id": self.company_id.id,
            "minutes": minutes,
            "reading": policy.target_reading,
            "calendar_id": calendar.id,
            "started_at": start,
        }
        due = start and targets.due(hours, minutes, policy.target_reading, start)
        percents = policy._get_target_percents()
        if due and percents:
            values["warn_at"] = targets.moment_at(
                hours, policy.target_reading, start, due, percents[0]
            )
        return {**values, "due": due}

    # === WHAT BECOMES OF IT === #

    def _follow_support_targets(self, entered=True):
        """Make the targets agree with where the ticket stands: idempotent.

        :param entered: whether it has just got there; else only the dates change
        """
        self.ensure_one()
        if not self.support_has_targets:
            return
        if entered:
            self._follow_support_end()
            self._follow_support_wait()
        self.support_target_ids._plan()
        self._note_support_due()

    def _start_support_targets(self):
        """Most tickets begin where their clock runs: nothing more to find out."""
        self.ensure_one()
        waits = self.stage_id.support_waits_for_client
        if waits or self._get_support_target_end():
            self._follow_support_targets()
        else:
            self._note_support_due()

    def _note_support_due(self):
        """Keep the next due date on the ticket, for lists in its order."""
        open_targets = self.support_target_ids.filtered(lambda one: not one._get_end())
        due = min((one.due for one in open_targets if one.due), default=False)
        if self.support_due != due:
            self.support_due = due

    def _get_support_target_end(self):
        """Return how the ticket ended: ``reached``, ``stopped``, or not yet (empty)."""
        if self.duplicate_id or not self.active:
            return "stopped"
        if self.stage_id.support_outcome == "solved":
            return "reached"
        # Rejected or cancelled is no solution.
        cancelled = self.stage_id.support_outcome == "cancelled"
        return "stopped" if cancelled or self.stage_id.closed else ""

    def _follow_support_end(self):
        """End what is over, and go on with what was opened again."""
        end = self._get_support_target_end()
        if not end:
            return self._resume_support_targets()
        now = fields.Datetime.now()
        self._end_support_wait(now)
        for target in self.support_target_ids:
            if target.kind == "response" and target.reached_at:
                continue
            reached = end == "reached" and target.kind == "resolution"
            if not target._get_end() or bool(target.reached_at) != reached:
                target._end(target._get_end() or now, reached)

    def _resume_support_targets(self):
        """The time during which the ticket was closed does not count."""
        ended = self.support_target_ids.filtered(
            lambda one: one.stopped_at or (one.kind == "resolution" and one.reached_at)
        )
        if not ended:
            return
        self._pause_support("closed", min(one._get_end() for one in ended), now=True)
        ended.write({"reached_at": False, "stopped_at": False, "spent_minutes": 0})

    def _follow_support_wait(self):
        """The clock stands while the stage says that the client owes information."""
        waits = self.stage_id.support_waits_for_client
        waiting = self._get_support_wait()
        if waits and not waiting and not self._get_support_target_end():
            self._pause_support("client", fields.Datetime.now())
        elif waiting and not waits:
            self._end_support_wait(fields.Datetime.now())

    def _get_support_wait(self):
        """Return the pause that lasts, or none."""
        return self.support_pause_ids.filtered(lambda pause: not pause.date_end)

    def _pause_support(self, kind, since, now=False):
        """Stop the clock from a moment on; with ``now``, until now."""
        # The database allows one that lasts: it has to know that the last one ended.
        self.support_pause_ids.flush_recordset(["date_end"])
        self.env["support.target.pause"].with_context(
            clean_context(self.env.context)
        ).create(
            {
                "ticket_id": self.id,
                "company_id": self.company_id.id,
                "kind": kind,
                "date_start": since,
                "date_end": fields.Datetime.now() if now else False,
            }
        )

    def _end_support_wait(self, moment):
        self._get_support_wait().date_end = moment

    # === MESSAGES === #

    def _on_support_response(self, message):
        """The first answer reaches its target; a question in a stage that waits for
        the client stops the clock again."""
        first = not self.support_responded_at
        res = super()._on_support_response(message)
        if first and self.support_received_at:
            self.support_response_minutes = self._count_support_response()
        if not self.support_has_targets:
            return res
        if first:
            self._reach_support_response()
            self._note_support_due()
        if self.stage_id.support_waits_for_client:
            self._follow_support_targets()
        return res

    def _reach_support_response(self):
        """The ticket was answered: that was the first target."""
        response = self.support_target_ids.filtered(
            lambda one: one.kind == "response" and not one._get_end()
        )
        response._end(self.support_responded_at, reached=True)

    def _count_support_response(self):
        """Return how many minutes of opening hours the first answer took."""
        calendar = self.team_id.resource_calendar_id
        length = targets.spent(
            calendar.get_support_hours(self.company_id),
            "hours",
            self.support_received_at,
            self.support_responded_at,
        )
        return length.total_seconds() // 60

    def _on_support_client_answer(self, moment):
        """The client answered: the clock runs again, whatever stage the ticket is in.

        From now on; what was an answer before we asked is none to that.
        """
        res = super()._on_support_client_answer(moment)
        wait = self.support_has_targets and self._get_support_wait()
        if wait and wait.date_start <= moment:
            self._end_support_wait(fields.Datetime.now())
            self._follow_support_targets(entered=False)
        return res
