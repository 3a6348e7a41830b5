from odoo import api, fields, models
from odoo.tools import SQL


class SupportEstimateReport(models.Model):
    """How near estimates came, by technician, request type, client and month.

    Of each solved ticket the estimate that holds, against the billable work that was
    done: facts, read when they are asked for.
    """

    _name = "support.estimate.report"
    _description = "Support Estimate Accuracy"
    _auto = False
    _order = "closed_at desc, id desc"
    _rec_name = "ticket_id"
    _depends = {
        "support.estimate": ["ticket_id", "state", "minutes", "company_id", "version"],
        "helpdesk.ticket": [
            "team_id",
            "user_id",
            "stage_id",
            "closed_date",
            "support_account_id",
            "support_request_type_id",
        ],
        "helpdesk.ticket.stage": ["support_outcome"],
        "support.account": ["partner_id", "policy_id"],
        "support.work": ["ticket_id", "minutes", "billable"],
    }

    ticket_id = fields.Many2one("helpdesk.ticket", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    estimate_id = fields.Many2one("support.estimate", readonly=True)
    accepted_at = fields.Datetime(string="Accepted", readonly=True)
    closed_at = fields.Datetime(string="Closed", readonly=True)
    team_id = fields.Many2one("helpdesk.ticket.team", readonly=True)
    user_id = fields.Many2one(
        "res.users", string="Technician", readonly=True, help="Whose the ticket is."
    )
    sent_by_id = fields.Many2one("res.users", string="Estimated by", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Client", readonly=True)
    policy_id = fields.Many2one("support.policy", readonly=True)
    request_type_id = fields.Many2one("support.request.type", readonly=True)
    versions = fields.Integer(
        readonly=True,
        aggregator="avg",
        help="How many versions there were until the one that holds.",
    )
    minutes = fields.Integer(string="Estimated (min)", readonly=True)
    done_minutes = fields.Integer(string="Worked (min)", readonly=True)
    difference = fields.Integer(
        string="Difference (min)",
        readonly=True,
        help="Worked minus estimated: above 0 it took longer.",
    )
    percent = fields.Float(
        string="Worked, of the estimate (%)",
        readonly=True,
        aggregator="avg",
        digits=(16, 1),
        help="100: as estimated. On average over the tickets.",
    )
    off_percent = fields.Float(
        string="Off by (%)",
        readonly=True,
        aggregator="avg",
        digits=(16, 1),
        help="How far off, in either direction. On average over the tickets.",
    )
    ticket_count = fields.Integer(string="Tickets", readonly=True)
    exceeded = fields.Integer(string="Used up", readonly=True)

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT facts.*, 1 AS ticket_count,
                   facts.done_minutes - facts.minutes AS difference,
                   facts.done_minutes * 100.0 / facts.minutes AS percent,
                   ABS(facts.done_minutes - facts.minutes) * 100.0 / facts.minutes
                       AS off_percent
              FROM (%(facts)s) facts
            """,
            facts=self._select_facts(),
        )

    @api.model
    def _select_facts(self):
        """Return one row for each solved ticket whose estimate was accepted.

        What was cancelled, or merged into another ticket, took no time to compare.
        """
        return SQL(
            """
            SELECT estimate.id, estimate.id AS estimate_id, estimate.ticket_id,
                   estimate.company_id, estimate.accepted_at, estimate.sent_by_id,
                   estimate.version AS versions, estimate.minutes,
                   CASE WHEN estimate.state = 'exceeded' THEN 1 ELSE 0 END AS exceeded,
                   ticket.closed_date AS closed_at, ticket.team_id, ticket.user_id,
                   ticket.support_request_type_id AS request_type_id,
                   account.partner_id, account.policy_id,
                   COALESCE(work.minutes, 0) AS done_minutes
              FROM support_estimate estimate
              JOIN helpdesk_ticket ticket ON ticket.id = estimate.ticket_id
              JOIN helpdesk_ticket_stage stage ON stage.id = ticket.stage_id
              JOIN support_account account ON account.id = estimate.account_id
         LEFT JOIN LATERAL (
                   SELECT SUM(work.minutes)::int AS minutes
                     FROM support_work work
                    WHERE work.ticket_id = ticket.id AND work.billable) work ON TRUE
             WHERE estimate.state IN ('accepted', 'exceeded')
               AND estimate.minutes > 0 AND stage.support_outcome = 'solved'
            """
        )
