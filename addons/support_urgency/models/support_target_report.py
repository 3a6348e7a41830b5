from odoo import api, fields, models
from odoo.tools import SQL

from .support_target import KINDS, STATES

# What a ticket is that takes less work than this, in minutes [002].
SHORT_WORK = 10


class SupportTargetReport(models.Model):
    """Targets and what became of them, by client, team, priority and month."""

    _name = "support.target.report"
    _description = "Support Target Analysis"
    _auto = False
    _order = "due desc, id desc"
    _rec_name = "kind"
    _depends = {
        "support.target": [
            "ticket_id",
            "company_id",
            "kind",
            "minutes",
            "due",
            "started_at",
            "reached_at",
            "stopped_at",
            "spent_minutes",
        ],
        "helpdesk.ticket": [
            "team_id",
            "user_id",
            "commercial_partner_id",
            "support_priority_id",
            "support_account_id",
            "support_received_at",
        ],
        "support.account": ["policy_id"],
    }

    ticket_id = fields.Many2one("helpdesk.ticket", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    kind = fields.Selection(KINDS, string="Target", readonly=True)
    date = fields.Datetime(string="Received", readonly=True)
    due = fields.Datetime(readonly=True)
    reached_at = fields.Datetime(string="Reached", readonly=True)
    state = fields.Selection(STATES, readonly=True)
    team_id = fields.Many2one("helpdesk.ticket.team", readonly=True)
    user_id = fields.Many2one("res.users", string="Technician", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Client", readonly=True)
    policy_id = fields.Many2one("support.policy", readonly=True)
    priority_id = fields.Many2one("support.priority", readonly=True)
    minutes = fields.Integer(string="Promised (min)", readonly=True, aggregator="avg")
    spent_minutes = fields.Integer(
        string="Time taken (min)", readonly=True, aggregator="avg"
    )
    target_count = fields.Integer(string="Targets", readonly=True)
    late = fields.Integer(string="Late or missed", readonly=True)
    late_percent = fields.Float(
        string="Late or missed (%)", readonly=True, aggregator="avg", digits=(16, 1)
    )
    late_minutes = fields.Integer(
        string="Late by (min)",
        readonly=True,
        aggregator="avg",
        help="By the clock, nights included.",
    )

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT facts.*, 1 AS target_count,
                   CASE WHEN facts.is_late THEN 1 ELSE 0 END AS late,
                   CASE WHEN facts.is_late THEN 100.0 ELSE 0.0 END AS late_percent,
                   CASE WHEN facts.is_late
                        THEN EXTRACT(EPOCH FROM facts.ended - facts.due)::int / 60
                         END AS late_minutes,
                   CASE WHEN facts.reached_at IS NOT NULL
                        THEN CASE WHEN facts.is_late THEN 'missed' ELSE 'met' END
                        WHEN facts.is_late
                        THEN CASE WHEN facts.stopped_at IS NULL
                                  THEN 'late' ELSE 'missed' END
                        WHEN facts.stopped_at IS NOT NULL THEN 'stopped'
                        WHEN facts.due IS NULL THEN 'paused'
                        ELSE 'running'
                         END AS state
              FROM (%(facts)s) facts
            """,
            facts=self._select_facts(),
        )

    @api.model
    def _select_facts(self):
        return SQL(
            """
            SELECT target.id, target.ticket_id, target.company_id, target.kind,
                   target.minutes, target.due, target.reached_at, target.stopped_at,
                   ticket.support_received_at AS date, ticket.team_id, ticket.user_id,
                   ticket.commercial_partner_id AS partner_id,
                   ticket.support_priority_id AS priority_id, account.policy_id,
                   CASE WHEN target.reached_at IS NOT NULL
                        THEN target.spent_minutes END AS spent_minutes,
                   ends.ended,
                   COALESCE(target.due < ends.ended, FALSE) AS is_late
              FROM support_target target
              JOIN helpdesk_ticket ticket ON ticket.id = target.ticket_id
         LEFT JOIN support_account account ON account.id = ticket.support_account_id
        CROSS JOIN LATERAL (
                   SELECT COALESCE(target.reached_at, target.stopped_at, %(now)s)
                          AS ended) ends
            """,
            now=fields.Datetime.now(),
        )


class SupportResponseReport(models.Model):
    """How long clients waited for a first answer, promised or not.

    A figure to report, not a target that fails: "one hour on average on tickets solved
    in under ten minutes" [002].
    """

    _name = "support.response.report"
    _description = "Support First Answers"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "date"
    _depends = {
        "helpdesk.ticket": [
            "team_id",
            "user_id",
            "commercial_partner_id",
            "company_id",
            "stage_id",
            "support_priority_id",
            "support_account_id",
            "support_received_at",
            "support_responded_at",
            "support_response_minutes",
        ],
        "helpdesk.ticket.stage": ["support_outcome"],
        "support.account": ["policy_id"],
        "support.work": ["ticket_id", "minutes"],
    }

    ticket_id = fields.Many2one("helpdesk.ticket", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    date = fields.Datetime(string="Received", readonly=True)
    responded_at = fields.Datetime(string="First response", readonly=True)
    team_id = fields.Many2one("helpdesk.ticket.team", readonly=True)
    user_id = fields.Many2one("res.users", string="Technician", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Client", readonly=True)
    policy_id = fields.Many2one("support.policy", readonly=True)
    priority_id = fields.Many2one("support.priority", readonly=True)
    ticket_count = fields.Integer(string="Tickets", readonly=True)
    response_minutes = fields.Integer(
        string="First answer after (min)",
        readonly=True,
        aggregator="avg",
        help="In opening hours of the team.",
    )
    work_minutes = fields.Integer(string="Work (min)", readonly=True, aggregator="avg")
    is_solved = fields.Boolean(string="Solved", readonly=True)
    is_short = fields.Boolean(
        string="Solved in under 10 minutes of work", readonly=True
    )

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT ticket.id, ticket.id AS ticket_id, ticket.company_id,
                   1 AS ticket_count,
                   ticket.support_received_at AS date,
                   ticket.support_responded_at AS responded_at,
                   ticket.support_response_minutes AS response_minutes,
                   ticket.team_id, ticket.user_id,
                   ticket.commercial_partner_id AS partner_id, account.policy_id,
                   ticket.support_priority_id AS priority_id,
                   COALESCE(work.minutes, 0) AS work_minutes,
                   COALESCE(stage.support_outcome = 'solved', FALSE) AS is_solved,
                   COALESCE(stage.support_outcome = 'solved'
                            AND work.minutes < %(short)s, FALSE) AS is_short
              FROM helpdesk_ticket ticket
         LEFT JOIN helpdesk_ticket_stage stage ON stage.id = ticket.stage_id
         LEFT JOIN support_account account ON account.id = ticket.support_account_id
         LEFT JOIN (SELECT ticket_id, sum(minutes)::int AS minutes
                      FROM support_work GROUP BY ticket_id) work
                ON work.ticket_id = ticket.id
             WHERE ticket.support_responded_at IS NOT NULL
               AND ticket.support_received_at IS NOT NULL
            """,
            short=SHORT_WORK,
        )
