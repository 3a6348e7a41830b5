from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import SQL

from .. import const
from ..engine import drawdown, tariff
from ..engine.steps import steps_to_json

INTERNAL = "base.group_user"
# Changing one of these may change what the ticket costs, or who pays.
PRICED_FIELDS = {"support_request_type_id", "support_typed_units", "stage_id"}
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
        for ticket in self:
            ticket.support_charge_id = ticket.support_charge_ids[:1]

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
        tickets = super().create(vals_list)
        for ticket in tickets.sudo():
            ticket.support_tracked = True
            ticket._assign_support_account()
        return tickets

    def write(self, vals):
        clients = {ticket: ticket._get_support_client() for ticket in self.sudo()}
        res = super().write(vals)
        if {"stage_id", "team_id"} & vals.keys():
            self._clear_closed_date_if_reopened()
        if {"partner_id", "company_id", "team_id"} & vals.keys():
            for ticket, client in clients.items():
                ticket._reassign_support_account(client)
        if "support_account_id" in vals:
            for ticket in self.sudo():
                ticket._move_support_charge()
        if PRICED_FIELDS & vals.keys():
            self._converge_support_charge()
        return res

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

    def _get_support_preview(self, minutes, urgent):
        self.ensure_one()
        account = self.support_account_id
        quote = tariff.quote(
            self._get_support_facts(extra_minutes=minutes, urgent=urgent),
            self._get_support_current_rules(),
            self._get_support_surcharge(),
        )
        charge = self.support_charge_id
        unit = charge.unit or account.policy_id.unit
        movement = drawdown.converge(
            quote.quantity,
            packs=account._get_pack_states(unit),
            usages=charge._get_usages() if charge else [],
            uncovered=charge.uncovered,
            on=self.company_id.support_local_date(),
        )
        balance = account._get_balance()
        steps = steps_to_json(quote.steps)
        return {
            "unit": unit,
            "quantity": quote.quantity,
            "covered": movement.covered,
            "uncovered": movement.uncovered,
            "steps": steps,
            "explanation": self.env["support.explanation"].explain(
                steps, unit, quote.quantity
            ),
            "balance_before": balance,
            "balance_after": balance - (movement.covered - charge.covered),
        }

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

    def _converge_support_charge(self, moment=None, force=False):
        """Have the charge follow the facts, where that is due.

        :param moment: naive UTC datetime of the work that changed
        :param force: even when the policy's moment has not come
        """
        # sudo: a technician, a client who closes, the mail gateway: none of them may
        # write charges or packs. The rules decide, not the rights.
        for ticket in self.sudo().filtered(lambda t: t._is_support_counted()):
            charge = ticket.support_charge_id
            if not charge:
                ticket._touch_support_facts()
            if not (force or ticket._is_support_debit_due()):
                continue
            if charge or ticket._has_support_cause():
                charge = charge or charge._find_or_open(ticket)
                charge._converge(moment)

    def _is_support_counted(self):
        """Whether somebody is charged for the ticket, under a policy that counts."""
        self.ensure_one()
        return self.support_account_id.policy_id.unit in dict(const.UNITS)

    def _has_support_cause(self):
        """Whether there is what the policy debits for: no debit without its cause."""
        self.ensure_one()
        if self.support_typed_units or any(self.support_work_ids.mapped("billable")):
            return True
        if self.support_account_id.policy_id.debit_on == "work":
            return False
        return bool(
            self.support_admitted_at or self.support_request_type_id.flat_quantity
        )

    def _touch_support_facts(self):
        """Take the ticket's row, where there is no charge whose row could be taken.

        Who resolves the ticket and who logs work on it at the same moment do not see
        each other. The one writes the ticket, so the other writes it too, and the
        second is retried.
        """
        self.ensure_one()
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "UPDATE helpdesk_ticket SET support_tracked = support_tracked "
                "WHERE id = %s",
                self.id,
            )
        )

    def _is_support_debit_due(self):
        """Whether the policy's moment for debiting this ticket has come."""
        self.ensure_one()
        debit_on = self.support_account_id.policy_id.debit_on
        if debit_on == "work":
            return True
        if debit_on == "resolution":
            return self.stage_id.support_outcome == "solved"
        if debit_on == "acceptance":
            return bool(self.support_admitted_at)
        return False

    def _get_support_facts(self, extra_minutes=0, urgent=None):
        """Return the engine's facts: what happened that its price depends on."""
        self.ensure_one()
        works = self.support_work_ids.filtered("billable")
        return tariff.Facts(
            minutes=sum(works.mapped("minutes")) + extra_minutes,
            typed_units=self.support_typed_units or None,
            events=int(bool(self.support_admitted_at)),
        )

    def _get_support_rules(self):
        """Return today's rules for this ticket, as the engine takes them."""
        self.ensure_one()
        policy = self.support_account_id.policy_id
        request_type = self.support_request_type_id
        return tariff.Rules(
            unit=policy.unit,
            minimum=request_type.minimum,
            block=request_type.block or 1,
            flat_quantity=request_type.flat_quantity,
            minutes_per_credit=policy.minutes_per_credit,
            minimum_after_multiplier=policy.minimum_after_multiplier,
        )

    def _get_support_current_rules(self):
        charge = self.support_charge_id
        return charge._get_rules() if charge else self._get_support_rules()

    def _get_support_surcharge(self):
        return self.env["support.charge"]._get_surcharge()

    def _get_support_moment(self):
        """Return the moment of the last work, by which the ticket draws."""
        self.ensure_one()
        dates = self.support_work_ids.mapped("date")
        return max(dates, default=fields.Datetime.now())

    def _get_support_work_shares(self):
        """Return what each work entry added to the charge: ``{work id: units}``.

        In the order in which the work was done: with a minimum of 60, entries of 25,
        12 and 43 minutes added 60, 0 and 20.
        """
        self.ensure_one()
        ticket = self.sudo()
        shares = {}
        if not ticket.support_charge_id or ticket.support_typed_units:
            return shares
        rules = ticket._get_support_current_rules()
        minutes = before = 0
        for work in ticket.support_work_ids._sorted_as_done():
            minutes += work.minutes if work.billable else 0
            facts = tariff.Facts(minutes=minutes)
            now = tariff.quote(facts, rules).quantity if minutes else 0
            shares[work._origin.id or work.id] = now - before
            before = now
        return shares
