from odoo import api, fields, models
from odoo.tools import SQL

from .. import const

# Sums of these are empty where units mix: minutes and credits never add up.
UNIT_MEASURES = {"charged", "covered", "uncovered"}


class SupportConsumptionReport(models.Model):
    """What was charged, to whom, for what, and who did the work.

    Not a table and not a view of the database, but a query: nothing to rebuild on an
    upgrade, nothing that stands in the ledger's way.

    Three kinds of rows, told apart by which measures they fill:

    - covered: each movement of the ledger that a ticket caused, on its day;
    - uncovered: what no pack paid of a charge, on the day of the ticket's last work;
    - work: each work entry, on its day.

    Units are shared among the technicians of a ticket in proportion to their billable
    minutes. Shares are whole units that add up to the movement: of technicians in the
    order of their ids, each one gets what all up to it have to get, rounded down, less
    what those before it got. Without billable work, the ticket's assignee has it all.
    """

    _name = "support.consumption.report"
    _description = "Support Consumption"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "date"
    _depends = {
        "helpdesk.ticket": [
            "number",
            "support_request_type_id",
            "team_id",
            "user_id",
        ],
        "res.company": ["support_tz"],
        "support.account": ["partner_id", "policy_id"],
        "support.charge": [
            "account_id",
            "company_id",
            "ticket_id",
            "uncovered",
            "unit",
        ],
        "support.ledger.entry": [
            "charge_id",
            "company_id",
            "date",
            "entry_type",
            "pack_id",
            "quantity",
            "ticket_id",
            "unit",
        ],
        "support.pack": ["account_id", "product_id"],
        "support.work": [
            "account_id",
            "approval_state",
            "billable",
            "company_id",
            "date",
            "minutes",
            "ticket_id",
            "user_id",
        ],
    }

    date = fields.Date(
        readonly=True, help="The day in the support time zone of the company."
    )
    company_id = fields.Many2one("res.company", readonly=True)
    account_id = fields.Many2one("support.account", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Client", readonly=True)
    policy_id = fields.Many2one("support.policy", readonly=True)
    # Titles of tickets are for those who may open every ticket.
    ticket_id = fields.Many2one(
        "helpdesk.ticket", readonly=True, groups="helpdesk_mgmt.group_helpdesk_user"
    )
    request_type_id = fields.Many2one("support.request.type", readonly=True)
    team_id = fields.Many2one("helpdesk.ticket.team", readonly=True)
    user_id = fields.Many2one(
        "res.users",
        string="Technician",
        readonly=True,
        help="Units are shared among the technicians of a ticket in proportion to "
        "their billable minutes; without billable work, the assignee has them.",
    )
    product_id = fields.Many2one(
        "product.product", string="Pack product", readonly=True
    )
    unit = fields.Selection(const.UNITS, readonly=True)
    charged = fields.Integer(
        string="Units charged",
        readonly=True,
        help="Covered by packs or not. Empty where several units would be added up.",
    )
    covered = fields.Integer(string="Units covered by packs", readonly=True)
    uncovered = fields.Integer(string="Units not covered", readonly=True)
    minutes = fields.Integer(string="Minutes of work", readonly=True)
    billable_minutes = fields.Integer(string="Billable minutes", readonly=True)

    @property
    def _table_query(self):
        return SQL(
            """
            WITH work AS (%(work)s), share AS (%(share)s)
            SELECT facts.*,
                   account.partner_id, account.policy_id,
                   ticket.team_id,
                   ticket.support_request_type_id AS request_type_id,
                   (facts.moment AT TIME ZONE 'UTC'
                       AT TIME ZONE company.support_tz)::date AS date
              FROM (%(covered)s UNION ALL %(uncovered)s UNION ALL %(worked)s) facts
              JOIN support_account account ON account.id = facts.account_id
              JOIN res_company company ON company.id = facts.company_id
         LEFT JOIN helpdesk_ticket ticket ON ticket.id = facts.ticket_id
            """,
            work=self._select_work(),
            share=self._select_shares(),
            covered=self._select_covered(),
            uncovered=self._select_uncovered(),
            worked=self._select_worked(),
        )

    @api.model
    def _select_work(self):
        """Select the minutes of each technician on each ticket that count.

        Work done during a hold does not before a manager approves it.
        """
        return SQL(
            """
            SELECT ticket_id, user_id, sum(minutes) AS minutes
              FROM support_work
             WHERE billable
               AND COALESCE(approval_state, 'approved') = 'approved'
          GROUP BY ticket_id, user_id
            """
        )

    @api.model
    def _select_shares(self):
        """Select which part of a ticket's units each technician has.

        From ``before`` to ``through``, of ``total``.
        """
        return SQL(
            """
            SELECT ticket_id, user_id,
                   sum(minutes) OVER up_to AS through,
                   sum(minutes) OVER up_to - minutes AS before,
                   sum(minutes) OVER (PARTITION BY ticket_id) AS total
              FROM work
            WINDOW up_to AS (PARTITION BY ticket_id ORDER BY user_id)
            """
        )

    @api.model
    def _share(self, quantity):
        """Return the technician's part of a quantity: integers that add up to it."""
        return SQL(
            """
            CASE WHEN share.user_id IS NULL THEN %(quantity)s
                 ELSE div(%(quantity)s * share.through, share.total)
                    - div(%(quantity)s * share.before, share.total) END::int
            """,
            quantity=quantity,
        )

    @api.model
    def _row_id(self, source, user, kind):
        """Return an id that stays the same: JavaScript counts exactly to 2 ** 53."""
        return SQL(
            "(%s::bigint * 1048576 + coalesce(%s, 0)) * 4 + %s", source, user, kind
        )

    @api.model
    def _select_covered(self):
        return SQL(
            """
            SELECT %(id)s AS id, entry.company_id, pack.account_id, entry.ticket_id,
                   coalesce(share.user_id, assigned.user_id) AS user_id,
                   pack.product_id, entry.unit, entry.date AS moment,
                   %(covered)s AS charged, %(covered)s AS covered, 0 AS uncovered,
                   0 AS minutes, 0 AS billable_minutes
              FROM support_ledger_entry entry
              JOIN support_pack pack ON pack.id = entry.pack_id
         LEFT JOIN helpdesk_ticket assigned ON assigned.id = entry.ticket_id
         LEFT JOIN share ON share.ticket_id = entry.ticket_id
             WHERE entry.entry_type IN ('usage', 'return')
            """,
            id=self._row_id(SQL("entry.id"), SQL("share.user_id"), 0),
            covered=self._share(SQL("(-entry.quantity)")),
        )

    @api.model
    def _select_uncovered(self):
        return SQL(
            """
            SELECT %(id)s AS id, charge.company_id, charge.account_id,
                   charge.ticket_id,
                   coalesce(share.user_id, assigned.user_id) AS user_id,
                   NULL::int AS product_id, charge.unit,
                   coalesce(
                       (SELECT max(date) FROM support_work
                         WHERE ticket_id = charge.ticket_id),
                       charge.create_date) AS moment,
                   %(uncovered)s AS charged, 0 AS covered, %(uncovered)s AS uncovered,
                   0 AS minutes, 0 AS billable_minutes
              FROM support_charge charge
              JOIN helpdesk_ticket assigned ON assigned.id = charge.ticket_id
         LEFT JOIN share ON share.ticket_id = charge.ticket_id
             WHERE charge.uncovered > 0
            """,
            id=self._row_id(SQL("charge.id"), SQL("share.user_id"), 1),
            uncovered=self._share(SQL("charge.uncovered")),
        )

    @api.model
    def _select_worked(self):
        return SQL(
            """
            SELECT %(id)s AS id, done.company_id, done.account_id, done.ticket_id,
                   done.user_id, NULL::int AS product_id, charge.unit,
                   done.date AS moment,
                   0 AS charged, 0 AS covered, 0 AS uncovered, done.minutes,
                   CASE WHEN done.billable THEN done.minutes ELSE 0 END
                       AS billable_minutes
              FROM support_work done
         LEFT JOIN support_charge charge ON charge.ticket_id = done.ticket_id
            """,
            id=self._row_id(SQL("done.id"), SQL("done.user_id"), 2),
        )

    def _read_group_select(self, aggregate_spec, query):
        """Give no sum where units mix: it would be a number that means nothing."""
        expression = super()._read_group_select(aggregate_spec, query)
        if aggregate_spec.split(":")[0] not in UNIT_MEASURES:
            return expression
        counted = SQL.identifier(self._table, "charged")
        unit = SQL.identifier(self._table, "unit")
        return SQL(
            "CASE WHEN count(DISTINCT %(unit)s) FILTER (WHERE %(counted)s <> 0) > 1"
            " THEN NULL ELSE %(sum)s END",
            unit=unit,
            counted=counted,
            sum=expression,
        )
