from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

from .. import const
from ..tools import insert_once

BALANCE_FIELDS = {
    "minute": "balance_minutes",
    "credit": "balance_credits",
    "ticket": "balance_tickets",
}
# How many movements the form of the account shows; the rest is one click away.
LATEST_ENTRIES = 20


class SupportAccount(models.Model):
    """What one client has with one company: its policy, its packs, its history.

    The client is a commercial entity: colleagues share the account.
    """

    _name = "support.account"
    _description = "Support Account"
    _inherit = ["mail.thread", "mail.activity.mixin", "portal.mixin"]
    _order = "id desc"
    _check_company_auto = True
    _rec_names_search = ["partner_id"]

    partner_id = fields.Many2one(
        "res.partner",
        string="Client",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('parent_id', '=', False)]",
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    active = fields.Boolean(default=True)
    policy_id = fields.Many2one(
        "support.policy",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        tracking=True,
    )
    unit = fields.Selection(related="policy_id.unit")
    pack_ids = fields.One2many("support.pack", "account_id")
    ticket_ids = fields.One2many(
        "helpdesk.ticket",
        "support_account_id",
        groups="helpdesk_mgmt.group_helpdesk_user_own",
    )
    charge_ids = fields.One2many(
        "support.charge", "account_id", groups=const.HISTORY_READERS
    )
    latest_entry_ids = fields.One2many(
        "support.ledger.entry",
        string="Latest movements",
        compute="_compute_latest_entry_ids",
        groups=const.HISTORY_READERS,
    )
    user_id = fields.Many2one(
        "res.users",
        string="Salesperson",
        related="partner_id.user_id",
    )
    balance_minutes = fields.Integer(compute="_compute_balances")
    balance_credits = fields.Integer(compute="_compute_balances")
    balance_tickets = fields.Integer(compute="_compute_balances")
    balance_text = fields.Char(string="Balance", compute="_compute_balance_text")
    balance_hours_text = fields.Char(
        string="Balance in hours",
        compute="_compute_balance_text",
        help="Minutes as people read longer times; empty for other units.",
    )
    next_expiry = fields.Date(compute="_compute_balances")
    pack_count = fields.Integer(compute="_compute_counts")
    ticket_count = fields.Integer(compute="_compute_counts")

    _partner_company_unique = models.UniqueIndex(
        "(partner_id, company_id)",
        "This client already has a support account in this company.",
    )

    @api.depends("partner_id")
    def _compute_display_name(self):
        # The reader may see the account without being able to read all partners.
        for account in self:
            account.display_name = account.sudo().partner_id.display_name

    @api.depends("pack_ids.balance", "pack_ids.state", "pack_ids.date_end")
    def _compute_balances(self):
        rows = self.env["support.pack"]._read_group(
            [("account_id", "in", self.ids), ("state", "=", "active")],
            groupby=["account_id", "unit"],
            aggregates=["balance:sum", "date_end:min"],
        )
        found = {(account, unit): rest for account, unit, *rest in rows}
        for account in self:
            for unit, field_name in BALANCE_FIELDS.items():
                account[field_name] = found.get((account, unit), (0, None))[0]
            ends = [found.get((account, unit), (0, None))[1] for unit in BALANCE_FIELDS]
            account.next_expiry = min(filter(None, ends), default=False)

    @api.depends("balance_minutes", "balance_credits", "balance_tickets", "unit")
    @api.depends_context("lang")
    def _compute_balance_text(self):
        explanation = self.env["support.explanation"]
        for account in self:
            account.balance_text = (
                explanation.format_quantity(account._get_balance(), account.unit)
                if account.unit in BALANCE_FIELDS
                else ""
            )
            account.balance_hours_text = explanation.format_long_time(
                account._get_balance(), account.unit
            )

    def _compute_latest_entry_ids(self):
        for account in self:
            account.latest_entry_ids = self.env["support.ledger.entry"].search(
                [("pack_id.account_id", "=", account.id)], limit=LATEST_ENTRIES
            )

    def _compute_counts(self):
        for field_name, model in (
            ("pack_count", "support.pack"),
            ("ticket_count", "helpdesk.ticket"),
        ):
            key = "account_id" if model == "support.pack" else "support_account_id"
            # sudo: how many there are is no secret from who may see the account.
            rows = (
                self.env[model]
                .sudo()
                ._read_group([(key, "in", self.ids)], [key], ["__count"])
            )
            counts = {account.id: count for account, count in rows}
            for account in self:
                account[field_name] = counts.get(account.id, 0)

    def _compute_access_url(self):
        res = super()._compute_access_url()
        for account in self:
            account.access_url = f"/my/support?account={account.id}"
        return res

    @api.constrains("partner_id")
    def _check_partner(self):
        for account in self:
            if account.partner_id != account.partner_id.commercial_partner_id:
                raise ValidationError(
                    self.env._(
                        "Client: %(contact)s belongs to %(company)s. The account is "
                        "the company's, so that colleagues share it.",
                        contact=account.partner_id.display_name,
                        company=account.partner_id.commercial_partner_id.display_name,
                    )
                )

    @api.constrains("policy_id")
    def _check_policy_unit(self):
        """Packs keep the unit of their sale: the account counts what they count."""
        for account in self:
            pack = account.sudo().pack_ids.filtered(
                lambda pack, unit=account.policy_id.unit: (
                    pack.unit != unit and pack.state != "cancelled"
                )
            )[:1]
            if pack:
                raise ValidationError(
                    self.env._(
                        "Policy: the pack %(pack)s of this client counts another unit "
                        "than the policy %(policy)s.",
                        pack=pack.name,
                        policy=account.policy_id.name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_history(self):
        # sudo: who deletes accounts may not read all that stands on them.
        for account in self.sudo():
            if account.pack_ids or account.charge_ids or account.ticket_ids:
                raise UserError(
                    self.env._(
                        "The account of %(client)s has packs, charges or tickets. "
                        "Archive it instead.",
                        client=account.display_name,
                    )
                )

    # === CRUD METHODS === #

    def write(self, vals):
        """The history of an account is its client's, and of no other for ever."""
        for name in {"partner_id", "company_id"} & vals.keys():
            for account in self.sudo():
                if account[name].id != vals[name] and (
                    account.pack_ids or account.charge_ids
                ):
                    raise UserError(
                        self.env._(
                            "%(field)s: the account of %(client)s has a history and "
                            "stays with it.",
                            field=self._fields[name]._description_string(self.env),
                            client=account.display_name,
                        )
                    )
        return super().write(vals)

    # === ACTION METHODS === #

    def action_view_packs(self):
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "support_packs.support_pack_action"
        )
        action["domain"] = [("account_id", "=", self.id)]
        action["context"] = {"default_account_id": self.id}
        return action

    def action_view_tickets(self):
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "helpdesk_mgmt.helpdesk_ticket_action"
        )
        action["domain"] = [("support_account_id", "=", self.id)]
        action["context"] = {}
        return action

    def action_view_ledger(self):
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "support_packs.support_ledger_entry_action"
        )
        action["domain"] = [("pack_id.account_id", "=", self.id)]
        action["context"] = {}
        return action

    # === BUSINESS METHODS === #

    def _get_balance(self):
        """Return what is left, in the unit of the policy (integer)."""
        self.ensure_one()
        field_name = BALANCE_FIELDS.get(self.unit)
        return self[field_name] if field_name else 0

    def _has_had_pack(self):
        """Whether a pack of the account was ever active; no account had none."""
        # sudo: a salesperson or a client asks what may be bought.
        return bool(
            self.env["support.pack"]
            .sudo()
            .search_count(
                [("account_id", "in", self.ids), ("date_start", "!=", False)], limit=1
            )
        )

    @api.model
    def _find(self, partner, company):
        """Return the account of the partner's commercial entity, or none.

        The archived one too: a client has one account in a company.
        """
        # sudo: a salesperson or a client acts here who may not read accounts.
        accounts_sudo = self.sudo()
        found = accounts_sudo.with_context(active_test=False).search(
            [
                ("partner_id", "=", partner.commercial_partner_id.id),
                ("company_id", "=", company.id),
            ],
            limit=1,
        )
        return found.with_env(accounts_sudo.env)

    @api.model
    def _find_or_open(self, partner, company, policy):
        """Return the client's account in the company; open one with this policy.

        Two orders confirmed at once open one account: the second waits for the first
        and then finds it (or is retried, PostgreSQL's choice).
        """
        account_sudo = self._find(partner, company)
        if account_sudo or not policy:
            return account_sudo
        partner = partner.commercial_partner_id
        values = {
            "partner_id": partner.id,
            "company_id": company.id,
            "policy_id": policy.id,
        }
        insert_once(self.sudo().browse(), values, conflict=["partner_id", "company_id"])
        partner.invalidate_recordset(["support_account_ids"])
        return self._find(partner, company)

    def _get_pack_states(self, unit):
        """Return the engine's view of the packs that may be drawn on, and the packs."""
        self.ensure_one()
        packs = self.env["support.pack"].search_fetch(
            [
                ("account_id", "=", self.id),
                ("unit", "=", unit),
                ("state", "=", "active"),
            ]
        )
        return [pack._get_state() for pack in packs]

    def _touch_waiting(self):
        """Take the row: a charge that begins to wait and a pack that is granted at
        the same time do not see each other, so that one of the two must be retried.
        """
        self.ensure_one()
        self.env.cr.execute(
            SQL(
                "UPDATE support_account SET write_date = write_date WHERE id = %s",
                self.id,
            )
        )

    def _settle_waiting_charges(self):
        """Have charges that wait for the next pack draw, oldest first."""
        for account in self:
            account._touch_waiting()
            waiting = self.env["support.charge"].search(
                [("account_id", "=", account.id), ("state", "=", "waiting")],
                order="id",
            )
            waiting._get_settling()._settle()

    def _get_report_base_filename(self):
        self.ensure_one()
        return self.env._("Statement %s", self.display_name)
