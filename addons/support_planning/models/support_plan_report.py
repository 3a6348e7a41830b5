from odoo import api, fields, models
from odoo.tools import SQL


class SupportPlanReport(models.Model):
    """Planned and done: of each confirmed plan, ticket and technician one row.

    Also one for who was not planned and worked on a planned ticket in its week, so that
    sums over technicians are what anybody did. To which week work belongs says the
    clock of the plan. Facts, read when they are asked for.
    """

    _name = "support.plan.report"
    _description = "Planned and Done"
    _auto = False
    _order = "week desc, team_id, plan_id, ticket_id, user_id"
    _rec_name = "ticket_id"
    _depends = {
        "support.plan": ["state", "date_start", "tz", "team_id", "company_id"],
        "support.plan.line": ["plan_id", "ticket_id", "user_id", "minutes"],
        "support.work": ["ticket_id", "user_id", "date", "minutes"],
        "helpdesk.ticket": [
            "commercial_partner_id",
            "support_request_type_id",
            "stage_id",
            "closed_date",
        ],
        "helpdesk.ticket.stage": ["closed"],
    }

    plan_id = fields.Many2one("support.plan", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    team_id = fields.Many2one("helpdesk.ticket.team", readonly=True)
    week = fields.Date(readonly=True, help="Its Monday.")
    ticket_id = fields.Many2one("helpdesk.ticket", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Client", readonly=True)
    request_type_id = fields.Many2one("support.request.type", readonly=True)
    user_id = fields.Many2one("res.users", string="Technician", readonly=True)
    planned_minutes = fields.Integer(string="Planned (min)", readonly=True)
    done_minutes = fields.Integer(
        string="Done (min)",
        readonly=True,
        help="Work of the technician on the ticket in the week of the plan.",
    )
    difference = fields.Integer(
        string="Difference (min)",
        readonly=True,
        help="Done minus planned: below 0 some of it was not done.",
    )
    ticket_done_minutes = fields.Integer(
        string="Done by anybody (min)",
        readonly=True,
        aggregator=None,
        help="All work on the ticket in the week of the plan.",
    )
    is_done = fields.Boolean(
        string="Ready",
        readonly=True,
        help="The ticket was closed before the week was over, or all of the planned "
        "time was worked.",
    )
    open_count = fields.Integer(
        string="Not ready", readonly=True, help="Planned work that was not done."
    )

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT facts.*, facts.done_minutes - facts.planned_minutes AS difference,
                   CASE WHEN facts.planned_minutes > 0 AND NOT facts.is_done
                        THEN 1 ELSE 0 END AS open_count
              FROM (%(facts)s) facts
            """,
            facts=self._select_facts(),
        )

    @api.model
    def _select_facts(self):
        """Return one row for each plan, ticket and technician.

        Its id is of a line where there is one; who was not planned has a negative one,
        of the plan and the first work: two plans of a week may hold the same ticket.
        """
        return SQL(
            """
            SELECT COALESCE(
                       planned.id, -((plan.id::bigint << 31) + worked.id)) AS id,
                   plan.id AS plan_id, plan.company_id, plan.team_id,
                   plan.date_start AS week,
                   ticket.id AS ticket_id,
                   ticket.commercial_partner_id AS partner_id,
                   ticket.support_request_type_id AS request_type_id,
                   COALESCE(planned.user_id, worked.user_id) AS user_id,
                   COALESCE(planned.minutes, 0) AS planned_minutes,
                   COALESCE(worked.minutes, 0) AS done_minutes,
                   part.done AS ticket_done_minutes,
                   part.done >= part.minutes
                       OR (stage.closed AND ticket.closed_date < part.week_end)
                       AS is_done
              FROM (%(parts)s) part
              JOIN support_plan plan ON plan.id = part.plan_id
              JOIN helpdesk_ticket ticket ON ticket.id = part.ticket_id
         LEFT JOIN helpdesk_ticket_stage stage ON stage.id = ticket.stage_id
        CROSS JOIN LATERAL (
                   SELECT user_id FROM support_plan_line
                    WHERE plan_id = part.plan_id AND ticket_id = part.ticket_id
                    UNION
                   SELECT user_id FROM support_work
                    WHERE ticket_id = part.ticket_id
                      AND date >= part.week_start AND date < part.week_end) person
         LEFT JOIN LATERAL (
                   SELECT MIN(id) AS id, user_id, SUM(minutes)::int AS minutes
                     FROM support_plan_line
                    WHERE plan_id = part.plan_id AND ticket_id = part.ticket_id
                      AND user_id = person.user_id
                 GROUP BY user_id) planned ON TRUE
         LEFT JOIN LATERAL (
                   SELECT MIN(id) AS id, user_id, SUM(minutes)::int AS minutes
                     FROM support_work
                    WHERE ticket_id = part.ticket_id
                      AND user_id = person.user_id
                      AND date >= part.week_start AND date < part.week_end
                 GROUP BY user_id) worked ON TRUE
            """,
            parts=self._select_parts(),
        )

    @api.model
    def _select_parts(self):
        """Return one row for each plan and ticket: what is planned, what anybody did.

        The hour at which a week begins is that of its zone, whether clocks change in it
        or not.
        """
        return SQL(
            """
            SELECT line.plan_id, line.ticket_id, line.week_start, line.week_end,
                   line.minutes,
                   (SELECT COALESCE(SUM(work.minutes), 0)::int
                      FROM support_work work
                     WHERE work.ticket_id = line.ticket_id
                       AND work.date >= line.week_start
                       AND work.date < line.week_end) AS done
              FROM (
                   SELECT line.plan_id, line.ticket_id, SUM(line.minutes) AS minutes,
                          plan.date_start::timestamp AT TIME ZONE plan.tz
                              AT TIME ZONE 'UTC' AS week_start,
                          (plan.date_start + 7)::timestamp AT TIME ZONE plan.tz
                              AT TIME ZONE 'UTC' AS week_end
                     FROM support_plan_line line
                     JOIN support_plan plan ON plan.id = line.plan_id
                    WHERE plan.state = 'confirmed'
                 GROUP BY line.plan_id, line.ticket_id, plan.date_start, plan.tz) line
            """
        )
