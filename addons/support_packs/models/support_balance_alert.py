from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .. import const
from ..engine import alerts
from ..tools import insert_once


class SupportBalanceAlert(models.Model):
    """That a threshold of the balance was reached: once in each depletion.

    A depletion begins with a purchase, so the grant's entry names it. Thresholds that
    one use jumped are recorded each, and told together.
    """

    _name = "support.balance.alert"
    _description = "Support Balance Alert"
    _order = "id desc"
    _rec_name = "account_id"
    _allow_sudo_commands = False

    account_id = fields.Many2one(
        "support.account", required=True, index=True, ondelete="cascade", readonly=True
    )
    partner_id = fields.Many2one(related="account_id.partner_id", string="Client")
    company_id = fields.Many2one(
        "res.company", required=True, index=True, readonly=True
    )
    grant_entry_id = fields.Many2one(
        "support.ledger.entry",
        string="Since the grant",
        required=True,
        ondelete="cascade",
        readonly=True,
        groups=const.HISTORY_READERS,
    )
    unit = fields.Selection(const.UNITS, required=True, readonly=True)
    threshold = fields.Char(
        required=True, readonly=True, help="As in the policy: 20% or 60; 0: used up."
    )
    threshold_text = fields.Char(string="Alert", compute="_compute_texts")
    balance = fields.Integer(
        required=True, readonly=True, aggregator=None, help="What was left then."
    )
    balance_text = fields.Char(string="Balance then", compute="_compute_texts")
    date = fields.Datetime(required=True, readonly=True)
    email = fields.Char(readonly=True, help="Empty: the client was not told by e-mail.")
    ticket_id = fields.Many2one(
        "helpdesk.ticket",
        string="Told with",
        ondelete="set null",
        readonly=True,
        groups="helpdesk_mgmt.group_helpdesk_user_own",
        help="The ticket whose message to the client carried the alert.",
    )

    _depletion_unique = models.UniqueIndex(
        "(grant_entry_id, threshold)", "This threshold alerted since the last purchase."
    )

    @api.depends("threshold", "balance", "unit")
    @api.depends_context("lang")
    def _compute_texts(self):
        words = self.env["support.explanation"]
        for alert in self:
            [threshold, *_exhaustion] = alerts.parse_thresholds(alert.threshold)
            alert.threshold_text = words.format_threshold(threshold, alert.unit)
            alert.balance_text = words.format_quantity(alert.balance, alert.unit)

    @api.model
    def _record(self, due, email, ticket):
        """Record thresholds that alert; what another transaction recorded fails.

        :param due: one of :meth:`support.account._get_due_alerts`
        """
        for threshold in due["thresholds"]:
            insert_once(
                self.sudo().browse(),
                {
                    "account_id": due["account_id"],
                    "company_id": due["company_id"],
                    "grant_entry_id": due["grant_entry_id"],
                    "unit": due["unit"],
                    "threshold": threshold.key,
                    "balance": due["depletion"].balance,
                    "date": fields.Datetime.now(),
                    "email": email,
                    "ticket_id": ticket.id,
                },
                conflict=["grant_entry_id", "threshold"],
            )


class SupportAccount(models.Model):
    """How far the balance went since the last purchase."""

    _inherit = "support.account"

    balance_alert_ids = fields.One2many(
        "support.balance.alert", "account_id", readonly=True, groups=const.HOLD_READERS
    )
    is_low_balance = fields.Boolean(
        string="Low balance",
        compute="_compute_is_low_balance",
        search="_search_is_low_balance",
        help="At or below the lowest threshold of the policy's alerts.",
    )

    @api.depends("pack_ids.balance", "pack_ids.state", "policy_id.alert_thresholds")
    def _compute_is_low_balance(self):
        low = self._fetch_low_ids(self.ids)
        for account in self:
            account.is_low_balance = account._origin.id in low

    @api.model
    def _search_is_low_balance(self, operator, value):
        if operator != "in":
            return NotImplemented
        low = self._fetch_low_ids()
        return Domain.OR(
            Domain("id", "in" if wanted else "not in", low) for wanted in set(value)
        )

    def _fetch_low_ids(self, ids=None):
        """Return the ids of the accounts with a low balance; two queries.

        :param ids: only of these accounts; default: of all
        """
        rows = self._fetch_depletions(ids)
        # sudo: a salesperson sees whose balance is low, by a policy of any company.
        policies = self.env["support.policy"].sudo()
        thresholds = {
            policy_id: policies.browse(policy_id)._get_alert_thresholds()
            for policy_id in {row["policy_id"] for row in rows}
        }
        return [
            row["account_id"]
            for row in rows
            if row["unit"] == row["policy_unit"]
            and alerts.is_low(thresholds[row["policy_id"]], row["depletion"])
        ]

    @api.model
    def _fetch_depletions(self, ids=None):
        """Return how far each account's balance went since its last purchase.

        One query for all. By the ids of the entries: grants of one account are made
        one after the other, because each takes the account's row.

        :param ids: of accounts; default: all whose policy has thresholds
        :return: dicts, one for each account and unit: account_id, company_id,
            policy_id, policy_unit, unit, grant_entry_id, depletion (of the engine),
            drop_type and drop_at (naive UTC): what last took units out, and when
        """
        if ids is not None and not ids:
            return []
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                WITH granted AS (
                    SELECT a.id AS account_id, a.company_id, a.policy_id,
                           y.unit AS policy_unit, p.unit, max(e.id) AS grant_entry_id
                      FROM support_account a
                      JOIN support_policy y ON y.id = a.policy_id
                      JOIN support_pack p ON p.account_id = a.id
                      JOIN support_ledger_entry e ON e.pack_id = p.id
                     WHERE e.entry_type = 'grant' AND %(condition)s
                  GROUP BY a.id, y.unit, p.unit
                ), live AS (
                    SELECT p.account_id, p.unit, SUM(p.balance) AS balance
                      FROM support_pack p
                      JOIN granted USING (account_id, unit)
                     WHERE p.state = 'active'
                  GROUP BY p.account_id, p.unit
                ), moved AS (
                    SELECT p.account_id, p.unit,
                           -SUM(e.quantity) FILTER (
                               WHERE e.entry_type IN ('usage', 'return', 'expiry')
                           ) AS used,
                           max(e.id) FILTER (WHERE e.quantity < 0) AS drop_id
                      FROM granted
                      JOIN support_pack p USING (account_id, unit)
                      JOIN support_ledger_entry e
                        ON e.pack_id = p.id AND e.id > granted.grant_entry_id
                  GROUP BY p.account_id, p.unit
                )
                SELECT granted.*, COALESCE(live.balance, 0) AS balance,
                       COALESCE(moved.used, 0) AS used,
                       dropped.entry_type AS drop_type,
                       dropped.create_date AS drop_at
                  FROM granted
             LEFT JOIN live USING (account_id, unit)
             LEFT JOIN moved USING (account_id, unit)
             LEFT JOIN support_ledger_entry dropped ON dropped.id = moved.drop_id
                """,
                condition=SQL("a.id IN %s", tuple(ids))
                if ids is not None
                else SQL("y.alert_thresholds <> ''"),
            )
        )
        rows = self.env.cr.dictfetchall()
        for row in rows:
            row["depletion"] = alerts.Depletion(row.pop("balance"), row.pop("used"))
        return rows

    def _get_due_alerts(self):
        """Return which thresholds are to be told now, for many accounts at once.

        :return: those rows of :meth:`_fetch_depletions` where some are, with
            ``thresholds``: the engine's, the lowest last
        """
        found = []
        rows = self._fetch_depletions(self.ids)
        told = self._get_told([row["grant_entry_id"] for row in rows])
        for row in rows:
            policy = self.env["support.policy"].browse(row["policy_id"])
            row["thresholds"] = alerts.due(
                # Numbers are of the policy's unit; percentages are of any.
                [
                    threshold
                    for threshold in policy._get_alert_thresholds()
                    if threshold.percent
                    or threshold == alerts.EXHAUSTION
                    or row["unit"] == row["policy_unit"]
                ],
                row["depletion"],
                told.get(row["grant_entry_id"], ()),
                drawn=row["drop_type"] in ("usage", "expiry")
                and row["drop_at"] >= policy.alert_since,
            )
            if row["thresholds"]:
                found.append(row)
        return found

    @api.model
    def _get_told(self, grant_entry_ids):
        """Return the keys of what alerted since each grant: ``{entry id: {key}}``."""
        alerts_told = self.env["support.balance.alert"].search_fetch(
            [("grant_entry_id", "in", grant_entry_ids)],
            ["grant_entry_id", "threshold"],
        )
        return {
            entry.id: set(told.mapped("threshold"))
            for entry, told in alerts_told.grouped("grant_entry_id").items()
        }
