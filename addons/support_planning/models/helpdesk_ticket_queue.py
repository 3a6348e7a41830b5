from collections import defaultdict

from odoo import api, fields, models
from odoo.fields import Domain

INTERNAL = "base.group_user"
# Why a ticket may not enter the plan, the gravest first.
QUEUE_PROBLEMS = [
    ("hold", "The account is on hold"),
    ("balance", "Not enough balance"),
    ("client", "Waiting for the client"),
]


class HelpdeskTicket(models.Model):
    """The queue: what clients accepted and no plan holds yet, by time of acceptance."""

    _inherit = "helpdesk.ticket"

    support_is_queued = fields.Boolean(
        string="In the queue",
        compute="_compute_support_queue",
        search="_search_support_is_queued",
        groups=INTERNAL,
        help="Accepted by the client, and not planned, or not all of it.",
    )
    support_to_plan_minutes = fields.Integer(
        string="To plan (min)",
        compute="_compute_support_queue",
        groups=INTERNAL,
        help="What was accepted, less what was worked and what is planned from now on.",
    )
    support_queue_place = fields.Integer(
        string="Place",
        compute="_compute_support_queue_place",
        groups=INTERNAL,
        help="In the queue of the team, by time of acceptance.",
    )
    support_queue_problem = fields.Selection(
        QUEUE_PROBLEMS,
        string="Cannot be planned",
        compute="_compute_support_queue_problem",
        groups=INTERNAL,
    )
    support_queue_problem_text = fields.Text(
        string="Why not",
        compute="_compute_support_queue_problem",
        groups=INTERNAL,
    )
    support_expected_week = fields.Date(
        string="Expected week",
        readonly=True,
        copy=False,
        groups=INTERNAL,
        help="The Monday of the week in which the work is expected to begin, if "
        "nothing comes in between.",
    )

    _support_queue_index = models.Index(
        "(team_id, support_accepted_at) WHERE support_accepted_at IS NOT NULL"
    )

    @api.depends(
        "support_accepted_at",
        "support_estimate_minutes",
        "support_work_ids.minutes",
        "support_plan_line_ids.minutes",
        "support_plan_line_ids.plan_state",
        "support_is_outside_plan",
        "duplicate_id",
        "active",
        "stage_id",
        "team_id",
    )
    def _compute_support_queue(self):
        left = self._get_support_minutes_to_plan()
        for ticket in self:
            minutes = left.get(ticket._origin.id, 0)
            accepted = ticket.support_accepted_at and ticket._is_support_plannable()
            ticket.support_to_plan_minutes = minutes if accepted else 0
            # sudo: how a team plans is a setting, whoever may read it.
            planned = ticket.team_id.sudo().support_plan_weekly
            ticket.support_is_queued = bool(accepted and planned and minutes)

    def _is_support_plannable(self):
        """Whether work on it is still to be done, and not at once."""
        self.ensure_one()
        return self._is_support_to_do() and not self.support_is_outside_plan

    def _is_support_to_do(self):
        """Whether work on it is still to be done, at once or in its turn."""
        self.ensure_one()
        return not (self.closed or self.duplicate_id or not self.active)

    @api.model
    def _search_support_is_queued(self, operator, value):
        if operator != "in":
            return NotImplemented
        # sudo: who is in the queue does not depend on who asks; who sees it does.
        found = self.sudo().search(self._get_support_queue_domain())
        queued = Domain("id", "in", found.filtered("support_is_queued").ids)
        return Domain.OR(queued if wanted else ~queued for wanted in set(value))

    @api.depends("support_is_queued")
    def _compute_support_queue_place(self):
        places = {}
        # sudo: the place counts tickets that the reader may not see.
        for team in self.sudo().team_id:
            queue = self._get_support_queue(team)
            places.update({id_: place for place, id_ in enumerate(queue.ids, 1)})
        for ticket in self:
            ticket.support_queue_place = places.get(ticket._origin.id, 0)

    @api.depends(
        "support_is_queued",
        "support_account_id",
        "stage_id",
        "support_client_answered_at",
    )
    @api.depends_context("lang")
    def _compute_support_queue_problem(self):
        # sudo: technicians may not read all that decides.
        for ticket, ticket_sudo in zip(self, self.sudo(), strict=True):
            code, text = False, False
            if ticket_sudo.support_is_queued:
                code, text = ticket_sudo._find_support_queue_problem()
            ticket.support_queue_problem = code
            ticket.support_queue_problem_text = text

    # === BUSINESS METHODS === #

    @api.model
    def _get_support_queue_domain(self):
        """Return which tickets may be in a queue, as far as a search can tell."""
        planned = Domain("team_id.support_plan_weekly", "=", True)
        return self._get_support_accepted_domain() & planned

    @api.model
    def _get_support_accepted_domain(self):
        """Return which tickets clients accepted that are still to be done."""
        return Domain(
            [
                ("support_accepted_at", "!=", False),
                ("support_estimate_minutes", ">", 0),
                ("stage_id.closed", "=", False),
                ("active", "=", True),
                ("duplicate_id", "=", False),
            ]
        )

    @api.model
    def _get_support_queue(self, team):
        """Return the queue of a team: by time of acceptance, then by number.

        :return: tickets as sudo
        """
        domain = self._get_support_queue_domain() & Domain("team_id", "=", team.id)
        # sudo: the order of a queue does not depend on who looks at it.
        found = self.sudo().search(domain, order="support_accepted_at, id")
        return found.filtered("support_is_queued")

    def _get_support_minutes_to_plan(self):
        """Return what is left to plan of each ticket: ``{id: minutes}``.

        Accepted, less worked, less what is planned from now on and not yet worked.
        What was planned before now and not done is to be planned again.
        """
        # sudo: the minutes of work and plans decide, not who may read them.
        tickets = self.sudo()._origin
        worked = dict(
            tickets.env["support.work"]._read_group(
                [("ticket_id", "in", tickets.ids), ("billable", "=", True)],
                ["ticket_id"],
                ["minutes:sum"],
            )
        )
        ahead = tickets._get_support_minutes_ahead()
        return {
            ticket.id: max(
                ticket.support_estimate_minutes
                - worked.get(ticket, 0)
                - ahead.get(ticket, 0),
                0,
            )
            for ticket in tickets
        }

    def _get_support_minutes_ahead(self):
        """Return what is planned from now on and not worked yet: ``{ticket: minutes}``.

        A line that has begun counts less the work since its beginning.
        """
        rows = self.env["support.plan.line"]._read_group(
            [
                ("ticket_id", "in", self.ids),
                ("plan_id.state", "=", "confirmed"),
                ("date_end", ">", fields.Datetime.now()),
            ],
            ["ticket_id"],
            ["minutes:sum", "date_start:min"],
        )
        if not rows:
            return {}
        starts = {ticket: start for ticket, _minutes, start in rows}
        works = self.env["support.work"].search_fetch(
            [
                ("ticket_id", "in", [ticket.id for ticket in starts]),
                ("billable", "=", True),
                ("date", ">=", min(starts.values())),
            ],
            ["ticket_id", "date", "minutes"],
        )
        done = defaultdict(int)
        for work in works:
            if work.date >= starts[work.ticket_id]:
                done[work.ticket_id] += work.minutes
        return {
            ticket: max(minutes - done[ticket], 0) for ticket, minutes, _start in rows
        }

    def _get_support_short_of_balance(self):
        """Return the tickets that the balance does not cover together with what the
        client accepted before them, where nothing is done uncovered.

        What may not be planned itself takes nothing from others; what is planned and
        not done yet does.
        """
        accounts = self.support_account_id.filtered(
            lambda account: account.policy_id.uncovered_policy == "block"
        )
        found = self.browse()
        if not accounts:
            return found
        # sudo: tickets of other teams draw on the same packs.
        accepted = self.sudo().search(
            self._get_support_accepted_domain()
            & Domain("support_account_id", "in", accounts.ids),
            order="support_accepted_at, id",
        )
        drawn, now = defaultdict(int), fields.Datetime.now()
        for ticket in accepted:
            planned = (ticket.support_delivery_date or now) > now
            if ticket.support_queue_problem or not (
                planned or ticket.support_is_queued
            ):
                continue
            shortage = ticket._get_support_shortage()
            if shortage is None:
                continue
            account = ticket.support_account_id
            if drawn[account] + shortage.needed > shortage.balance:
                found |= ticket
            else:
                drawn[account] += max(shortage.needed, 0)
        return found

    def _find_support_queue_problem(self):
        """Return why the ticket may not be planned: ``(code, sentences)``, or Falses.

        Add-ons extend it.
        """
        self.ensure_one()
        account = self.support_account_id
        if not account:
            return False, False
        held = account._get_hold_problems("planning", self)
        if held:
            return "hold", "\n".join(held)
        shortage = self._get_support_shortage()
        policy = account.policy_id
        if shortage and policy.uncovered_policy == "block" and shortage.missing:
            return "balance", self._explain_support_missing(shortage)
        if shortage and policy.uncovered_policy != "block" and shortage.limited:
            return "balance", self._explain_support_cap()
        if self._is_support_waiting_for_client():
            return "client", self.env._(
                "The ticket waits for the client's answer (stage “%(stage)s”).",
                stage=self.stage_id.name,
            )
        return False, False
