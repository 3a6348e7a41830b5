from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

INTERNAL = "base.group_user"
MANAGER = "helpdesk_mgmt.group_helpdesk_manager"
# Changing one of these may change what the ticket costs, or who pays.
PRICED_FIELDS = {
    "support_request_type_id",
    "support_typed_units",
    "support_check_ids",
    "support_cancelled_by",
    "channel_id",
    "stage_id",
    "team_id",
    "duplicate_id",
}
# More than a work entry may hold; the preview takes no more either.
MOST_MINUTES = 100_000


class HelpdeskTicket(models.Model):
    """Our fields are for employees: clients read them on the page, after a check that
    their company is the account's. Followers of other companies read tickets too."""

    _inherit = "helpdesk.ticket"

    support_account_id = fields.Many2one(
        "support.account",
        string="Support account",
        index="btree_not_null",
        ondelete="restrict",
        copy=False,
        groups=INTERNAL,
        check_company=True,
        domain="[('company_id', '=', company_id)]",
        help="Who is charged. Empty: nobody. Tickets from before the installation "
        "never get one by themselves.",
    )
    support_tracked = fields.Boolean(
        readonly=True,
        copy=False,
        groups=INTERNAL,
        help="Opened since the suite was installed: may get an account by itself.",
    )
    support_policy_id = fields.Many2one(
        related="support_account_id.policy_id", groups=INTERNAL
    )
    support_unit = fields.Selection(
        related="support_account_id.policy_id.unit",
        string="Support unit",
        groups=INTERNAL,
    )
    support_debit_on = fields.Selection(
        related="support_account_id.policy_id.debit_on", groups=INTERNAL
    )
    support_request_type_id = fields.Many2one(
        "support.request.type",
        string="Request type",
        groups=INTERNAL,
        copy=False,
        tracking=True,
        domain="[('policy_id', '=', support_policy_id)]",
    )
    support_work_ids = fields.One2many(
        "support.work", "ticket_id", string="Work", groups=INTERNAL
    )
    support_work_minutes = fields.Integer(
        string="Work (min)", compute="_compute_support_work_minutes", groups=INTERNAL
    )
    support_typed_units = fields.Integer(
        string="Typed units",
        copy=False,
        tracking=True,
        groups=INTERNAL,
        help="Units typed by the technician in place of the work. 0: by the work.",
    )
    support_charge_ids = fields.One2many(
        "support.charge", "ticket_id", string="Charges", groups=INTERNAL
    )
    support_charge_id = fields.Many2one(
        "support.charge",
        string="Charge",
        compute="_compute_support_charge_id",
        search="_search_support_charge_id",
        groups=INTERNAL,
    )
    support_charge_text = fields.Char(
        string="Charged",
        related="support_charge_id.quantity_text",
        groups=INTERNAL,
    )
    support_charge_explanation = fields.Char(
        string="Why",
        related="support_charge_id.explanation",
        groups=INTERNAL,
    )
    support_uncovered = fields.Integer(
        related="support_charge_id.uncovered", groups=INTERNAL
    )
    support_uncovered_text = fields.Char(
        string="Not covered",
        related="support_charge_id.uncovered_text",
        groups=INTERNAL,
    )
    support_charge_state = fields.Selection(
        related="support_charge_id.state",
        string="State of the charge",
        groups=INTERNAL,
    )
    support_balance_text = fields.Char(
        string="Balance",
        related="support_account_id.balance_text",
        groups=INTERNAL,
    )
    support_admitted_at = fields.Datetime(
        string="Admitted", readonly=True, copy=False, groups=INTERNAL
    )

    _support_typed_units_positive = models.Constraint(
        "CHECK (support_typed_units >= 0)", "Typed units: 0 or more."
    )

    @api.depends("support_work_ids.minutes")
    def _compute_support_work_minutes(self):
        for ticket in self:
            ticket.support_work_minutes = sum(ticket.support_work_ids.mapped("minutes"))

    @api.depends("support_charge_ids")
    def _compute_support_charge_id(self):
        # One query for which charges there are and for what they say.
        charges = self.env["support.charge"].search_fetch(
            [("ticket_id", "in", self._origin.ids)]
        )
        found = {charge.ticket_id.id: charge for charge in charges}
        for ticket in self:
            ticket.support_charge_id = found.get(ticket._origin.id, False)

    def _search_support_charge_id(self, operator, value):
        return [("support_charge_ids", operator, value)]

    @api.constrains("support_request_type_id", "support_account_id")
    def _check_support_request_type(self):
        for ticket in self.sudo():
            request_type = ticket.support_request_type_id
            policy = ticket.support_account_id.policy_id
            if request_type and policy and request_type.policy_id != policy:
                raise ValidationError(
                    self.env._(
                        "Request type: “%(type)s” does not belong to the policy "
                        "“%(policy)s” of the client.",
                        type=request_type.name,
                        policy=policy.name,
                    )
                )

    @api.constrains("support_account_id")
    def _check_support_account(self):
        for ticket in self.sudo():
            account = ticket.support_account_id
            if account and account.company_id != ticket.company_id:
                raise ValidationError(
                    self.env._(
                        "Support account: the account of %(client)s belongs to "
                        "another company than the ticket.",
                        client=account.display_name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_support_history(self):
        # sudo: who deletes tickets may not read charges.
        for ticket in self.sudo():
            if ticket.support_work_ids or ticket.support_charge_ids:
                raise UserError(
                    self.env._(
                        "The ticket %(number)s has work or a charge, which the "
                        "client's account needs. Archive it instead.",
                        number=ticket.number,
                    )
                )

    # === CRUD METHODS === #

    @api.model
    def default_get(self, fields):
        """A ticket is never assigned to the client who writes it.

        helpdesk_mgmt assigns to the current user, and the mail gateway runs as the
        sender.
        """
        defaults = super().default_get(fields)
        if defaults.get("user_id") and self.env.user.share:
            defaults.pop("user_id")
        return defaults

    @api.model_create_multi
    def create(self, vals_list):
        if any(vals.get("support_account_id") for vals in vals_list):
            self._check_may_choose_support_account()
        tickets = super().create(vals_list)
        for ticket in tickets.sudo():
            ticket.support_tracked = True
            ticket._assign_support_account()
        return tickets

    def write(self, vals):
        if "support_account_id" in vals:
            self._check_may_choose_support_account()
        clients = {ticket: ticket._get_support_client() for ticket in self.sudo()}
        res = super().write(vals)
        if {"stage_id", "team_id"} & vals.keys():
            self._clear_closed_date_if_reopened()
            self._follow_support_stage()
        if "duplicate_id" in vals:
            self._merge_support_duplicate()
        if {"partner_id", "company_id", "team_id"} & vals.keys():
            for ticket, client in clients.items():
                ticket._reassign_support_account(client)
        if "support_account_id" in vals:
            for ticket in self.sudo():
                ticket._move_support_charge()
        if PRICED_FIELDS & vals.keys():
            # With the stage, helpdesk_mgmt writes the time of the change.
            self._converge_support_charge(written="stage_id" in vals)
        return res

    @api.model
    def _check_may_choose_support_account(self):
        """Who pays follows from the client; to say otherwise is a manager's."""
        if not self.env.su and not self.env.user.has_group(MANAGER):
            raise AccessError(
                self.env._("Support account: only a helpdesk manager may choose it.")
            )

    def _clear_closed_date_if_reopened(self):
        """helpdesk_mgmt keeps the date, which hides the buttons that close it again."""
        # sudo: nothing but the date follows, whoever moved the stage.
        reopened = self.sudo().filtered(lambda t: t.closed_date and not t.closed)
        if reopened:
            reopened.closed_date = False

    # === ACTION METHODS === #

    def action_support_admit(self):
        """We take the ticket: under ``debit_on = acceptance`` it is debited now."""
        self.check_access("write")
        for ticket in self.filtered(lambda ticket: not ticket.support_admitted_at):
            ticket.support_admitted_at = fields.Datetime.now()
        self._converge_support_charge()
        return True

    def action_support_post_charge(self):
        """Make the ledger agree with the facts of the ticket, now."""
        self.check_access("write")
        self._converge_support_charge(force=True)
        return True

    def action_view_support_account(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "support.account",
            "res_id": self.support_account_id.id,
            "view_mode": "form",
        }

    def get_support_charge_preview(self, minutes=0, urgent=None):
        """Say what the ticket would cost with so many minutes more. Posts nothing.

        :param minutes: integer >= 0
        :param urgent: whether those minutes would be urgent; None: as the ticket is
        :return: dict: unit, quantity, covered, uncovered, steps, explanation,
            balance_before, balance_after; empty when nobody is charged
        :raise AccessError: when the reader is neither an employee who reads the ticket
            nor of the company that pays
        """
        self.ensure_one()
        self.check_access("read")
        whole = isinstance(minutes, int) and not isinstance(minutes, bool)
        if not whole or not 0 <= minutes <= MOST_MINUTES:
            raise ValidationError(
                self.env._(
                    "Minutes: a whole number from 0 to %(most)s.", most=MOST_MINUTES
                )
            )
        ticket = self._get_support_sudo()
        if not ticket._is_support_counted():
            return {}
        return ticket._get_support_preview(minutes, urgent)

    # === BUSINESS METHODS === #

    def _get_support_sudo(self):
        """Return the ticket with its charge readable, if the reader may see it.

        :raise AccessError: for clients of another company than the account's
        """
        self.ensure_one()
        ticket_sudo = self.sudo()
        account = ticket_sudo.support_account_id
        own = account.partner_id == self.env.user.partner_id.commercial_partner_id
        if self.env.user.share and account and not own:
            raise AccessError(
                self.env._("The charge of this ticket is for its client only.")
            )
        return ticket_sudo

    def _assign_support_account(self):
        """Give a new ticket the account of its client, opened if the team says so."""
        self.ensure_one()
        if not self.support_account_id and self.partner_id:
            account = self.env["support.account"]._find_or_open(
                self.partner_id, self.company_id, self._get_support_team_policy()
            )
            # Who archives an account charges that client no more.
            self.support_account_id = account if account.active else False
        self._set_default_support_type()

    def _set_default_support_type(self):
        """Without a type there would be no minimum: the policy's first one holds."""
        self.ensure_one()
        if self.support_account_id and not self.support_request_type_id:
            self.support_request_type_id = (
                self.support_account_id.policy_id._get_default_type()
            )

    def _get_support_team_policy(self):
        policy = self.team_id.support_policy_id
        return policy if policy.company_id == self.company_id else policy.browse()

    def _get_support_client(self):
        """Return who the ticket is of, as far as that decides about the account."""
        self.ensure_one()
        return self.partner_id, self.company_id

    def _reassign_support_account(self, before):
        """Another client pays from now on: the ticket moves to that account.

        Only when the ticket itself changes its contact or company. A contact who
        changes employer leaves the account and the past tickets behind.

        :param before: what :meth:`_get_support_client` said before the change
        """
        self.ensure_one()
        account = self.support_account_id
        changed = self._get_support_client() != before
        client = (self.partner_id.commercial_partner_id, self.company_id)
        if changed and account and (account.partner_id, account.company_id) != client:
            self.write({"support_account_id": False, "support_request_type_id": False})
        if account or self.support_tracked:
            self._assign_support_account()

    def _move_support_charge(self):
        """Give back to the old account's packs, then charge the new account."""
        self.ensure_one()
        charge = self.support_charge_id
        if charge and charge.account_id != self.support_account_id:
            charge._change_account(self.support_account_id)
        self._set_default_support_type()
        self._converge_support_charge()
