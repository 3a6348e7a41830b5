from dataclasses import dataclass
from datetime import date

from odoo import Command, api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.misc import formatLang

from .. import const

# More is a slip of the keyboard.
MOST_GRACE_DAYS = 365
# So many invoices are named in a sentence; a list names all.
NAMED_INVOICES = 5
# What the clock knows about a hold, and nobody else says.
SYSTEM_FIELDS = {"is_automatic", "overdue_line_ids"}


@dataclass(frozen=True)
class Overdue:
    """What one invoice has past its due date.

    :param move: account.move
    :param amount: what is left to pay of the parts that are due, in ``currency``
    :param currency: res.currency of the invoice
    :param since: due date of the oldest of those parts
    """

    move: models.BaseModel
    amount: float
    currency: models.BaseModel
    since: date


class SupportPolicy(models.Model):
    _inherit = "support.policy"

    hold_unpaid = fields.Boolean(
        string="Hold for unpaid invoices",
        help="While an invoice of the client is overdue, no work starts. Payment lifts "
        "the hold by itself.",
    )


class ResCompany(models.Model):
    _inherit = "res.company"

    support_hold_grace_days = fields.Integer(
        string="Days of grace for unpaid invoices",
        default=0,
        help="So many days after its due date an invoice begins to hold the support of "
        "its client, where the support policy holds for unpaid invoices.",
    )

    @api.constrains("support_hold_grace_days")
    def _check_support_hold_grace_days(self):
        for company in self:
            if not 0 <= company.support_hold_grace_days <= MOST_GRACE_DAYS:
                raise ValidationError(
                    self.env._(
                        "Days of grace for unpaid invoices: a whole number from 0 to "
                        "%(most)s.",
                        most=MOST_GRACE_DAYS,
                    )
                )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    support_hold_grace_days = fields.Integer(
        related="company_id.support_hold_grace_days", readonly=False
    )


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    support_hold_ids = fields.Many2many(
        "support.hold",
        "support_hold_overdue_line_rel",
        "line_id",
        "hold_id",
        readonly=True,
        copy=False,
        groups=const.HOLD_READERS,
        help="Holds that began while it was overdue.",
    )


class SupportHold(models.Model):
    _inherit = "support.hold"

    is_automatic = fields.Boolean(
        string="Automatic",
        readonly=True,
        help="It began by itself, and ends by itself.",
    )
    overdue_line_ids = fields.Many2many(
        "account.move.line",
        "support_hold_overdue_line_rel",
        "hold_id",
        "line_id",
        string="Overdue invoices",
        readonly=True,
        groups="account.group_account_invoice",
        help="What was overdue when the hold began. When somebody lifts it before that "
        "is paid, no other hold begins for the same.",
    )

    _unpaid_unique = models.UniqueIndex(
        "(account_id) WHERE kind = 'unpaid' AND date_end IS NULL",
        "The account has an open hold for unpaid invoices already.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """A hold for unpaid invoices remembers which ones they were."""
        # Only the clock, which is the superuser, begins holds that end by themselves.
        if not self.env.su and any(SYSTEM_FIELDS & vals.keys() for vals in vals_list):
            raise UserError(self.env._("Automatic: only the system begins such holds."))
        if not any(vals.get("kind") == "unpaid" for vals in vals_list):
            return super().create(vals_list)
        self.check_access("create")
        # sudo: support managers do not read the invoices that the hold remembers.
        holds_sudo = self.sudo()
        prepared = [holds_sudo._prepare_unpaid(vals) for vals in vals_list]
        holds = super(SupportHold, holds_sudo).create(prepared).with_env(self.env)
        holds.check_access("create")
        return holds

    @api.model
    def _prepare_unpaid(self, vals):
        """Return the values of a hold with what is overdue, if that is its kind."""
        account = self.env["support.account"].browse(vals.get("account_id"))
        if vals.get("kind") != "unpaid" or not account:
            return vals
        # Asked before the index is, whose refusal is an error in the log.
        if not vals.get("date_end") and account._get_unpaid_hold():
            raise ValidationError(
                self.env._(
                    "Kind: %(client)s has an open hold for unpaid invoices.",
                    client=account.display_name,
                )
            )
        lines = self.env["account.move.line"].search(
            account._get_overdue_domain(account.company_id)
            & Domain("partner_id", "=", account.partner_id.id)
        )
        return {**vals, "overdue_line_ids": [Command.set(lines.ids)]}

    def _get_reason(self):
        """Say what is overdue now, in the reader's language, where that is why."""
        self.ensure_one()
        overdue = self.is_automatic and self.account_id.overdue_text
        return overdue or super()._get_reason()


class SupportAccount(models.Model):
    _inherit = "support.account"

    overdue_text = fields.Char(
        string="Overdue",
        compute="_compute_overdue_text",
        groups=const.HOLD_READERS,
        help="The client's invoices past their due date and the days of grace.",
    )

    @api.depends_context("lang")
    def _compute_overdue_text(self):
        found = self._get_overdue()
        for account in self:
            account.overdue_text = self._explain_overdue(found.get(account._origin, []))

    # === WHAT IS OVERDUE === #

    @api.model
    def _get_overdue_domain(self, company):
        """Return the domain of what clients of a company should have paid by now.

        Receivable lines and not invoices: of an invoice in instalments the first may be
        overdue long before the last. What core calls paid without reconciling it is
        paid; what it calls blocked is in dispute. Money that we paid out, or that came
        in, is no debt.
        """
        limit = fields.Date.subtract(
            company.support_local_date(), days=company.support_hold_grace_days
        )
        return (
            Domain("company_id", "=", company.id)
            & Domain("parent_state", "=", "posted")
            & Domain("account_id.account_type", "=", "asset_receivable")
            & Domain("reconciled", "=", False)
            & Domain("amount_residual", ">", 0)
            & Domain("date_maturity", "<", limit)
            & Domain("move_id.payment_state", "in", ("not_paid", "partial"))
            & Domain("move_id.origin_payment_id", "=", False)
            & Domain("move_id.statement_line_id", "=", False)
        )

    @api.model
    def _get_holding_domain(self, company):
        """Return the domain of what holds a client: overdue, and not let go.

        What was overdue when somebody lifted a hold does not begin another one.
        """
        let_go = Domain("kind", "=", "unpaid") & Domain("lifted_by", "!=", False)
        return self._get_overdue_domain(company) & Domain(
            "support_hold_ids", "not any", let_go
        )

    def _get_overdue(self):
        """Return ``{account: [Overdue]}``, oldest first; as many queries for all.

        Accounts that owe nothing overdue are left out.
        """
        # sudo: technicians, and the client's colleagues, may not read the accounting.
        lines = self.env["account.move.line"].sudo()
        found = {}
        for company, accounts in self._origin.grouped("company_id").items():
            by_partner = {account.partner_id.id: account for account in accounts}
            rows = lines._read_group(
                self._get_overdue_domain(company.sudo())
                & Domain("partner_id", "in", list(by_partner)),
                ["partner_id", "move_id", "currency_id"],
                ["amount_residual_currency:sum", "date_maturity:min"],
                order="date_maturity:min, move_id",
            )
            for partner, move, currency, amount, since in rows:
                account = by_partner[partner.id]
                found.setdefault(account, []).append(
                    Overdue(move, amount, currency, since)
                )
        return found

    @api.model
    def _explain_overdue(self, overdue):
        """Name invoices with what is due of each, in one line."""
        words = self.env["support.explanation"]
        names = [
            self.env._(
                "%(invoice)s: %(amount)s, due %(date)s",
                invoice=one.move.name,
                amount=formatLang(self.env, one.amount, currency_obj=one.currency),
                date=words.format_day(one.since),
            )
            for one in overdue[:NAMED_INVOICES]
        ]
        more = len(overdue) - NAMED_INVOICES
        if more > 0:
            names.append(self.env._("%(number)s more", number=more))
        return "; ".join(names)

    def _get_unpaid_hold(self):
        """Return the open hold for unpaid invoices of each account that has one."""
        return self.env["support.hold"].search(
            [
                ("account_id", "in", self.ids),
                ("kind", "=", "unpaid"),
                ("date_end", "=", False),
            ]
        )

    # === BEGINNING AND ENDING === #

    @api.model
    def _cron_hold_unpaid(self):
        """Hold clients whose invoices are overdue; release those whose are not.

        Payment releases at once: this finds what its hook missed.
        """
        accounts = self._search_to_hold() | self._search_to_release()
        runner = self.env["support.cron"]
        runner._begin(len(accounts))
        runner._run_each(accounts, "_follow_unpaid")

    @api.model
    def _search_to_hold(self):
        """Return the accounts that owe something and are not held: queries per company,
        not per account."""
        holding = self.env["support.policy"].with_context(active_test=False)
        found = self.browse()
        for company in holding.search([("hold_unpaid", "=", True)]).company_id:
            free = (
                Domain("company_id", "=", company.id)
                & Domain("policy_id.hold_unpaid", "=", True)
                & Domain("hold_ids", "not any", self._get_open_unpaid_domain())
            )
            rows = self.env["account.move.line"]._read_group(
                self._get_holding_domain(company)
                & Domain("partner_id.support_account_ids", "any", free),
                ["partner_id"],
            )
            partner_ids = [partner.id for [partner] in rows]
            found |= self.search(free & Domain("partner_id", "in", partner_ids))
        return found

    @api.model
    def _search_to_release(self):
        """Return the accounts that are held by the clock and owe nothing overdue."""
        open_holds = self.env["support.hold"].search(
            self._get_open_unpaid_domain() & Domain("is_automatic", "=", True)
        )
        return open_holds.account_id._filter_not_due()

    @api.model
    def _get_open_unpaid_domain(self):
        return Domain("kind", "=", "unpaid") & Domain("date_end", "=", False)

    def _filter_not_due(self):
        """Return the accounts that are not to be held, as their policy says."""
        policies = self.filtered("policy_id.hold_unpaid")
        return (self - policies) | policies._filter_paid()

    def _follow_unpaid(self):
        """Begin or end the hold of one account, as its invoices stand now.

        The account's row is taken first, so that of two that come to the same end at
        once the second is run again, and finds the hold.
        """
        self.ensure_one()
        self._touch_waiting()
        hold = self._get_unpaid_hold()
        due = not self._filter_not_due()
        if hold and hold.is_automatic and not due:
            hold._lift()
        elif not hold and due and self.active:
            self._begin_unpaid_hold()

    def _begin_unpaid_hold(self):
        self.ensure_one()
        lang = self.company_id.partner_id.lang or self.env.lang
        account = self.with_context(lang=lang)
        overdue = account._get_overdue()[self]
        self._touch_invoices(tuple(one.move.id for one in overdue))
        return account.env["support.hold"].create(
            {
                "account_id": self.id,
                "kind": "unpaid",
                "is_automatic": True,
                "reason": account._explain_overdue(overdue),
            }
        )

    @api.model
    def _touch_invoices(self, move_ids):
        """Take the rows of the invoices that hold.

        A payment at this very moment does not see the hold, and this does not see the
        payment. Both write the invoice, so that the second is run again and sees it:
        its lines, or the invoice alone where the payment has no journal entry.
        """
        self.env.flush_all()
        for table, column in (("account_move_line", "move_id"), ("account_move", "id")):
            self.env.cr.execute(
                SQL(
                    "UPDATE %s SET write_date = write_date WHERE %s IN %s",
                    SQL.identifier(table),
                    SQL.identifier(column),
                    move_ids,
                )
            )

    @api.model
    def _release_paid(self, partners):
        """End the holds of clients who owe nothing overdue any more; one query where
        nobody is held. Called where an invoice may have been settled.

        :param partners: commercial entities, as lines of invoices name them
        """
        if not partners:
            return
        # sudo: whoever registers the payment, the client itself, lifts no holds.
        holds = self.env["support.hold"].sudo()
        held = holds.search(
            self._get_open_unpaid_domain()
            & Domain("account_id.partner_id", "in", partners.ids)
        )
        paid = held.account_id._filter_paid()
        held.filtered(lambda hold: hold.account_id in paid)._lift()

    def _filter_paid(self):
        """Return the accounts without anything overdue that holds, whatever their
        policy: a hold that somebody began by hand ends with the debt, too."""
        paid = self.browse()
        for company, accounts in self.grouped("company_id").items():
            rows = self.env["account.move.line"]._read_group(
                self._get_holding_domain(company)
                & Domain("partner_id", "in", accounts.partner_id.ids),
                ["partner_id"],
            )
            owing = {partner.id for [partner] in rows}
            paid |= accounts.filtered(
                lambda account, owing=owing: account.partner_id.id not in owing
            )
        return paid
