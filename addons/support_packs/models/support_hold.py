from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain

from .. import const

# So long after its end a hold still moves packs by the clock: it is enough that the
# scheduled action ran once in this time.
DAYS_TO_FOLLOW = 31


class SupportHold(models.Model):
    """A time during which an account gets no support, and why.

    Only a manual hold of ours stops the clock of the packs' validity: an unpaid or
    fair-use one never does [002].

    It is written once and lifted once; nothing else about it changes.
    """

    _name = "support.hold"
    _description = "Support Hold"
    _order = "date_start desc, id desc"
    _rec_name = "reason"
    _check_company_auto = True
    _allow_sudo_commands = False

    account_id = fields.Many2one(
        "support.account",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    partner_id = fields.Many2one(related="account_id.partner_id", string="Client")
    company_id = fields.Many2one(related="account_id.company_id", store=True)
    kind = fields.Selection(const.HOLD_KINDS, required=True, default="manual")
    date_start = fields.Datetime(
        string="Since", required=True, default=fields.Datetime.now
    )
    date_end = fields.Datetime(
        string="Until", help="When it was lifted; empty while it is open."
    )
    reason = fields.Char(required=True, help="Colleagues read it; the client does not.")
    client_reason = fields.Char(
        string="Reason for the client",
        help="The client reads it. Empty: only that there is a hold.",
    )
    lifted_by = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    is_in_force = fields.Boolean(
        compute="_compute_is_in_force", search="_search_is_in_force"
    )

    @api.depends("date_start", "date_end")
    def _compute_is_in_force(self):
        now = fields.Datetime.now()
        for hold in self:
            hold.is_in_force = bool(
                hold.date_start
                and hold.date_start <= now
                and (not hold.date_end or hold.date_end > now)
            )

    @api.model
    def _search_is_in_force(self, operator, value):
        if operator != "in":
            return NotImplemented
        in_force = self._get_in_force_domain()
        found = [in_force if wanted else ~in_force for wanted in set(value)]
        return Domain.OR(found)

    @api.constrains("date_start", "date_end")
    def _check_dates(self):
        now = fields.Datetime.now()
        for hold in self:
            if hold.date_start > fields.Datetime.add(now, minutes=1):
                raise ValidationError(
                    self.env._("Since: a hold begins now or in the past.")
                )
            if hold.date_end and hold.date_end < hold.date_start:
                raise ValidationError(
                    self.env._("Until: the hold would end before it begins.")
                )

    @api.constrains("reason")
    def _check_reason(self):
        for hold in self:
            if not hold.reason.strip():
                raise ValidationError(self.env._("Reason: say why."))

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        if any("lifted_by" in vals for vals in vals_list):
            raise UserError(self.env._("Lifted by: that is who lifts the hold."))
        holds = super().create(vals_list)
        for hold in holds:
            hold._tell_account(begins=True, user=self.env.user)
        holds._move_ends()
        return holds

    def write(self, vals):  # pylint: disable=method-required-super
        raise UserError(
            self.env._("A hold is not edited: lift it, and begin another one.")
        )

    def unlink(self):  # pylint: disable=method-required-super
        raise UserError(  # pylint: disable=no-raise-unlink
            self.env._("Holds are never deleted: lift it.")
        )

    def copy(self, default=None):  # pylint: disable=method-required-super
        raise UserError(self.env._("A hold is not copied: begin another one."))

    # === ACTION METHODS === #

    def action_lift(self):
        """End the holds now."""
        self.check_access("read")
        if not self.env.user.has_group("helpdesk_mgmt.group_helpdesk_manager"):
            raise AccessError(self.env._("Only support managers lift holds."))
        if not all(self.mapped("is_in_force")):
            raise UserError(self.env._("The hold has been lifted already."))
        # sudo: nobody writes holds, but this verb.
        self.sudo()._lift(self.env.user)

    # === BUSINESS METHODS === #

    def _lift(self, user=None):  # pylint: disable=missing-return
        """End the holds now.

        :param user: who lifts them; nobody where what held is no more
        """
        for hold in self:
            # Past our own refusal, which is for everybody else.
            super(SupportHold, hold).write(  # pylint: disable=super-method-mismatch
                {
                    "date_end": fields.Datetime.now(),
                    "lifted_by": user.id if user else False,
                }
            )
            hold._tell_account(begins=False, user=user)
        self._move_ends()

    def _move_ends(self):
        """Have the packs follow the holds that stop the clock."""
        # sudo: managers write no packs.
        stopping = self.sudo().filtered(lambda hold: hold.kind == "manual")
        for account in stopping.account_id:
            account._move_ends()

    def _tell_account(self, begins, user=None):
        """Leave a note on the account."""
        self.ensure_one()
        labels = dict(self._fields["kind"]._description_selection(self.env))
        kind = labels[self.kind]
        if begins:
            body = self.env._(
                "%(kind)s begins: %(reason)s", kind=kind, reason=self.reason
            )
        else:
            body = self.env._(
                "%(kind)s lifted: %(reason)s", kind=kind, reason=self.reason
            )
        author = user.partner_id if user else self.env.ref("base.partner_root")
        self.sudo().account_id.message_post(body=body, author_id=author.id)

    @api.model
    def _get_in_force_domain(self):
        now = fields.Datetime.now()
        return Domain("date_start", "<=", now) & (
            Domain("date_end", "=", False) | Domain("date_end", ">", now)
        )

    @api.model
    def _get_stopping_domain(self):
        """Return the domain of the holds that stop the clock of the packs now."""
        return Domain("kind", "=", "manual") & self._get_in_force_domain()

    def _oldest_first(self):
        return self.sorted(lambda hold: (hold.date_start, hold.id))

    def _get_held_acts(self):
        """Return what the hold refuses: ``const.HELD_ACTS``; add-ons may extend it.

        Never opening a ticket or writing on it, nor recording work that was done.
        """
        self.ensure_one()
        return const.HELD_ACTS_BY_KIND[self.kind]

    def _get_reason(self):
        """Return the reason as colleagues read it; kinds of holds extend it."""
        self.ensure_one()
        return self.reason

    def _explain_start_problem(self):
        """Say to a technician why work does not start: one sentence."""
        self.ensure_one()
        day = self.env["support.explanation"].format_moment_day(
            self.date_start, self.company_id
        )
        values = {
            "client": self.account_id.display_name,
            "date": day,
            "reason": self._get_reason(),
        }
        if self.kind == "unpaid":
            return self.env._(
                "%(client)s has had unpaid invoices on hold since %(date)s: %(reason)s",
                **values,
            )
        if self.kind == "fair_use":
            return self.env._(
                "Support for %(client)s has been suspended for its use since "
                "%(date)s: %(reason)s",
                **values,
            )
        return self.env._(
            "Support for %(client)s has been on hold since %(date)s: %(reason)s",
            **values,
        )


class SupportAccount(models.Model):
    _inherit = "support.account"

    hold_ids = fields.One2many(
        "support.hold", "account_id", groups=const.HOLD_READERS, readonly=True
    )
    is_on_hold = fields.Boolean(
        string="On hold", compute="_compute_is_on_hold", search="_search_is_on_hold"
    )

    @api.depends("hold_ids.date_start", "hold_ids.date_end")
    def _compute_is_on_hold(self):
        # sudo: whether it is held is no secret from who may see the account.
        holds = self.env["support.hold"].sudo()
        rows = holds._read_group(
            Domain("account_id", "in", self.ids) & holds._get_in_force_domain(),
            ["account_id"],
        )
        held = {account.id for [account] in rows}
        for account in self:
            account.is_on_hold = account._origin.id in held

    @api.model
    def _search_is_on_hold(self, operator, value):
        if operator != "in":
            return NotImplemented
        in_force = self.env["support.hold"]._get_in_force_domain()
        # sudo: as above.
        ids = self.env["support.hold"].sudo().search(in_force).account_id.ids
        return Domain.OR(
            Domain("id", "in" if wanted else "not in", ids) for wanted in set(value)
        )

    def action_hold(self):
        """Open the form of a new hold."""
        self.ensure_one()
        self.env["support.hold"].check_access("create")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Put on hold"),
            "res_model": "support.hold",
            "view_mode": "form",
            "target": "new",
            "context": {"default_account_id": self.id},
        }

    def _get_start_problems(self, ticket=None):
        """Return why work for the account may not start: sentences."""
        return [
            *super()._get_start_problems(ticket),
            *self._get_hold_problems("start", ticket),
        ]

    def _get_hold_problems(self, act, ticket=None):
        """Return why an act is refused to this client now, as sentences; empty: none.

        :param act: one of ``const.HELD_ACTS``: whoever plans work asks for
            ``planning``, whoever handles urgencies asks for ``urgent``
        :param ticket: the ticket that it is about
        """
        holds = self._get_holds_against(act, ticket)
        return [hold._explain_start_problem() for hold in holds]

    def _get_holds_against(self, act, ticket=None):
        """Return the holds that refuse an act now, the oldest first."""
        self.ensure_one()
        # sudo: a technician is told why, whichever holds they may read.
        holds = self.sudo().hold_ids.filtered("is_in_force")
        return holds._oldest_first().filtered(lambda hold: act in hold._get_held_acts())

    def _is_clock_stopped(self):
        """Whether a manual hold of ours keeps the packs from expiring now."""
        self.ensure_one()
        holds = self.env["support.hold"].sudo()
        return bool(
            holds.search_count(
                Domain("account_id", "=", self.id) & holds._get_stopping_domain(),
                limit=1,
            )
        )

    @api.model
    def _search_moved_by_holds(self):
        """Return the accounts whose packs a manual hold moves, or just moved."""
        since = fields.Datetime.subtract(fields.Datetime.now(), days=DAYS_TO_FOLLOW)
        holds = self.env["support.hold"].search(
            [
                ("kind", "=", "manual"),
                "|",
                ("date_end", "=", False),
                ("date_end", ">=", since),
            ]
        )
        return holds.account_id

    def _move_ends_by_holds(self):
        self._move_ends()
