from collections import defaultdict
from dataclasses import replace

from odoo import fields, models
from odoo.tools import SQL

from ..engine.inputs import Candidate, Experience, Inputs
from ..engine.reasons import because
from .support_plan_week import aware

# So far back it is asked who works for a client, and who does a kind of work.
DAYS_OF_EXPERIENCE = 365
WAITS = "waits_for_technician"
SHORT_OF_BALANCE = "balance"


class SupportPlan(models.Model):
    """Reads the facts of a proposal: with as many queries for ten tickets as for one.

    Ids, minutes and UTC texts only: what the scheduler reckons with does not depend on
    who proposes, nor in which language.
    """

    _inherit = "support.plan"

    def _get_inputs(self, now):
        """Return the engine's inputs, as the facts are now."""
        self.ensure_one()
        team, week = self.team_id, self._get_week()
        capacities = team._get_capacities([week], self._get_typed_capacities(), now)
        return Inputs(
            monday=self.date_start.isoformat(),
            tz=self.tz,
            days=week.days,
            cutoff=fields.Datetime.to_string(self.cutoff),
            policy=team.support_overflow,
            technicians=tuple(one.technician for one in capacities[week.monday]),
            candidates=self._get_candidates(week),
            experience=team._get_plan_experience(),
        )

    def _get_candidates(self, week, tickets=None):
        """Return the queue of the team, or some tickets of it, as the engine takes it.

        :param tickets: as sudo, in the order of the queue
        """
        if tickets is None:
            tickets = self.env["helpdesk.ticket"]._get_support_queue(self.team_id)
        candidates = self.team_id._get_plan_candidates(tickets, self.date_start)
        choices = {choice.ticket_id.id: choice for choice in self.choice_ids}
        postponed = tickets._get_support_postponed(self)
        return tuple(
            replace(
                _choose(one, choices.get(one["id"]), week),
                **postponed.get(one["id"], {}),
            )
            for one in candidates
        )


class HelpdeskTicketTeam(models.Model):
    _inherit = "helpdesk.ticket.team"

    def _get_plan_candidates(self, tickets, monday):
        """Return tickets of the queue as values of the engine's candidates.

        :param tickets: as sudo, in the order of the queue
        :param monday: of the week to plan
        """
        usual = self._get_usual_technicians(tickets.support_account_id)
        carried = self._get_carried(tickets, monday)
        begun = {**carried, **self._get_begun(tickets)}
        waited = self._get_waited_days(tickets, monday)
        short = tickets._get_support_short_of_balance()
        return [
            {
                "id": ticket.id,
                "minutes": ticket.support_to_plan_minutes,
                "accepted_at": fields.Datetime.to_string(ticket.support_accepted_at),
                "carried": ticket.id in carried,
                "begun_by": begun.get(ticket.id, 0),
                "kind": ticket.support_request_type_id.id or 0,
                "usual": usual.get(ticket.support_account_id.id, 0)
                if ticket.support_policy_id.prefers_usual_technician
                else 0,
                "wait_days": ticket.support_policy_id.wait_days
                if ticket.support_policy_id.prefers_usual_technician
                else 0,
                "waited_days": waited.get(ticket.id, 0),
                "blocked": tuple(
                    because(one)
                    for one in [
                        ticket.support_queue_problem
                        or (ticket in short and SHORT_OF_BALANCE)
                    ]
                    if one
                ),
            }
            for ticket in tickets
        ]

    def _get_usual_technicians(self, accounts):
        """Return who of the team has worked most for each client: ``{id: user id}``."""
        since = fields.Datetime.subtract(fields.Datetime.now(), days=DAYS_OF_EXPERIENCE)
        rows = (
            self.env["support.work"]
            .sudo()
            ._read_group(
                [
                    ("account_id", "in", accounts.ids),
                    ("user_id", "in", self._get_plan_users().ids),
                    ("date", ">=", since),
                ],
                ["account_id", "user_id"],
                ["minutes:sum"],
            )
        )
        best = {}
        for account, user, minutes in rows:
            best[account.id] = max(best.get(account.id, (0, 0)), (minutes, -user.id))
        return {account: -user for account, (_minutes, user) in best.items()}

    def _get_plan_experience(self):
        """Return how many tickets of each kind the members have worked on."""
        users = self._get_plan_users()
        if not users:
            return ()
        since = fields.Datetime.subtract(fields.Datetime.now(), days=DAYS_OF_EXPERIENCE)
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                SELECT ticket.support_request_type_id, work.user_id,
                       COUNT(DISTINCT ticket.id)
                  FROM support_work work
                  JOIN helpdesk_ticket ticket ON ticket.id = work.ticket_id
                 WHERE work.user_id IN %(users)s
                   AND work.date >= %(since)s
                   AND work.company_id = %(company)s
                   AND ticket.support_request_type_id IS NOT NULL
              GROUP BY ticket.support_request_type_id, work.user_id
                """,
                users=tuple(users.ids),
                since=since,
                company=self.company_id.id,
            )
        )
        return tuple(Experience(*row) for row in self.env.cr.fetchall())

    def _get_carried(self, tickets, monday):
        """Return who had most of what was planned for an earlier week: its rest goes
        first.

        :return: ``{ticket id: user id}``

        Only plans of what is accepted now: a new estimate has a place of its own.
        """
        lines = self.env["support.plan.line"].search(
            [
                ("ticket_id", "in", tickets.ids),
                ("plan_state", "=", "confirmed"),
                ("week", "<", monday),
            ],
            order="week, minutes, id desc",
        )
        return {
            line.ticket_id.id: line.user_id.id
            for line in lines
            if line.plan_id.confirmed_at >= line.ticket_id.support_accepted_at
        }

    def _get_begun(self, tickets):
        """Return who of the team has worked most on tickets since they were accepted:
        ``{ticket id: user id}``."""
        works = (
            self.env["support.work"]
            .sudo()
            .search_fetch(
                [
                    ("ticket_id", "in", tickets.ids),
                    ("user_id", "in", self._get_plan_users().ids),
                ],
                ["ticket_id", "user_id", "date", "minutes"],
            )
        )
        done = defaultdict(lambda: defaultdict(int))
        for work in works:
            if work.date >= work.ticket_id.support_accepted_at:
                done[work.ticket_id.id][work.user_id.id] += work.minutes
        return {
            ticket: max(minutes, key=lambda user: (minutes[user], -user))
            for ticket, minutes in done.items()
        }

    def _get_waited_days(self, tickets, monday):
        """Return for how many days tickets have waited for a technician, in weeks whose
        plans were confirmed: ``{ticket id: days}``."""
        rows = self.env["support.plan.unplaced"].search(
            [
                ("ticket_id", "in", tickets.ids),
                ("reason", "=", WAITS),
                ("plan_id.state", "=", "confirmed"),
                ("week", "<", monday),
            ],
            order="week desc, id",
        )
        return {
            row.ticket_id.id: (monday - row.week).days
            for row in rows
            if row.plan_id.confirmed_at >= row.ticket_id.support_accepted_at
        }


def _choose(values, choice, week):
    """Return the engine's candidate with what a planner chose about it."""
    if not choice:
        return Candidate(**values)
    values = dict(values)
    if choice.exclusion and not choice.not_before:
        values["excluded"] = choice.exclusion
    if choice.user_id:
        values["pinned_technician"] = choice.user_id.id
        if choice.date_start:
            start = week.minute_of(aware(choice.date_start))
            values["pinned_start"] = max(start, 0)
    if choice.is_resized:
        values["changed_minutes"] = choice.minutes
    return Candidate(**values)
