from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools.sql import column_exists, create_column, table_exists

from .. import const

MANAGER = "helpdesk_mgmt.group_helpdesk_manager"
VERDICTS = [("approved", "Approved"), ("refused", "Refused")]
STATES = [("waiting", "To approve"), *VERDICTS]
# Written by the verdict alone.
VERDICT_FIELDS = {
    "approval_state",
    "approval_verdict",
    "approval_reason",
    "approval_user_id",
    "approval_date",
}


class SupportAccount(models.Model):
    _inherit = "support.account"

    has_holds = fields.Boolean(
        string="Was ever held",
        compute="_compute_has_holds",
        store=True,
        groups="base.group_user",
        help="Work for a client who never was is recorded without another question.",
    )

    @api.depends("hold_ids")
    def _compute_has_holds(self):
        for account in self:
            account.has_holds = bool(account.hold_ids)

    def _get_holds_at(self, ticket, moment):
        """Return the holds that a moment lies in, and nobody overrode beforehand.

        A hold begins with its first second and is over with its last.

        :param moment: naive UTC datetime
        """
        self.ensure_one()
        if not self.has_holds:
            return self.env["support.hold"]
        return self.hold_ids.filtered(
            lambda hold: (
                hold.date_start <= moment
                and (not hold.date_end or moment < hold.date_end)
                and "start" in hold._get_held_acts()
                and not hold._get_override(ticket, moment)
            )
        )


class SupportWork(models.Model):
    """Work done while the client was on hold: recorded at once with its true date, and
    charged when a manager approves it. That the hold is over by then approves nothing.
    """

    _inherit = "support.work"

    approval_state = fields.Selection(
        STATES,
        string="Approval",
        compute="_compute_approval_state",
        store=True,
        precompute=True,
        index="btree_not_null",
        help="Work done while the client was on hold counts when a manager approves "
        "it. Empty: it needs no approval.",
    )
    approval_verdict = fields.Selection(
        VERDICTS, string="Verdict", readonly=True, copy=False
    )
    approval_reason = fields.Char(
        string="Reason of the approval",
        readonly=True,
        copy=False,
        groups=const.HOLD_READERS,
    )
    approval_user_id = fields.Many2one(
        "res.users",
        string="Approved by",
        readonly=True,
        copy=False,
        groups=const.HOLD_READERS,
    )
    approval_date = fields.Datetime(
        string="Approved on", readonly=True, copy=False, groups=const.HOLD_READERS
    )
    hold_text = fields.Char(
        string="Hold",
        compute="_compute_hold_text",
        groups=const.HOLD_READERS,
        help="What kept work from starting when it was done.",
    )

    def _auto_init(self):
        """What was recorded before this field existed was charged, and stays so."""
        cr, table = self.env.cr, self._table
        if table_exists(cr, table) and not column_exists(cr, table, "approval_state"):
            create_column(cr, table, "approval_state", "varchar")
        return super()._auto_init()

    @api.depends("date", "ticket_id", "approval_verdict")
    def _compute_approval_state(self):
        for work in self:
            ticket = work.ticket_id._origin
            account = ticket.support_account_id
            held = account and work.date and account._get_holds_at(ticket, work.date)
            work.approval_state = (
                (work.approval_verdict or "waiting") if held else False
            )

    @api.depends("approval_state")
    def _compute_is_counted(self):
        res = super()._compute_is_counted()
        for work in self:
            if work.approval_state in ("waiting", "refused"):
                work.is_counted = False
        return res

    @api.depends("approval_state", "date")
    @api.depends_context("lang")
    def _compute_hold_text(self):
        labels = dict(
            self.env["support.hold"]._fields["kind"]._description_selection(self.env)
        )
        for work, work_sudo in zip(self, self.sudo(), strict=True):
            holds = self.env["support.hold"].sudo()
            if work_sudo.approval_state:
                holds = work_sudo.account_id._get_holds_at(
                    work_sudo.ticket_id, work_sudo.date
                )
            kinds = dict.fromkeys(holds.mapped("kind"))
            work.hold_text = ", ".join(labels[kind] for kind in kinds)

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_no_verdict(vals)
        # Nobody gives a verdict by a default either.
        names = {f"default_{name}" for name in VERDICT_FIELDS}
        if names & self.env.context.keys():
            raise AccessError(self.env._("Approval: a manager gives it."))
        return super().create(vals_list)

    def write(self, vals):
        """What was approved is what was recorded then: more of it is asked again."""
        self._check_no_verdict(vals)
        again = self.filtered(lambda work: work._is_asked_again_by(vals))
        if again:
            super(SupportWork, again.sudo()).write(
                dict.fromkeys(VERDICT_FIELDS - {"approval_state"}, False)
            )
        return super().write(vals)

    def _check_no_verdict(self, vals):
        if VERDICT_FIELDS & vals.keys():
            raise AccessError(self.env._("Approval: a manager gives it."))

    def _is_asked_again_by(self, vals):
        """Whether values make something else of work that was approved or refused."""
        self.ensure_one()
        if not self.sudo().approval_verdict:
            return False
        minutes = self._fields["minutes"].convert_to_cache(vals.get("minutes"), self)
        more = (minutes or 0) > self.minutes
        charged = vals.get("billable") and not self.billable
        moved = "ticket_id" in vals and vals["ticket_id"] != self.ticket_id.id
        channel = "channel_id" in vals and vals["channel_id"] != self.channel_id.id
        when = fields.Datetime.to_datetime(vals.get("date", self.date))
        return bool(more or charged or moved or channel or when != self.date)

    # === ACTION METHODS === #

    def action_approve(self):
        """Ask a manager why work done during a hold is charged."""
        return self._open_approval("approved")

    def action_refuse(self):
        """Ask a manager why work done during a hold is not charged."""
        return self._open_approval("refused")

    def _open_approval(self, verdict):
        self._check_may_approve()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "support_packs.support_work_approval_action"
        )
        waiting = self.filtered(lambda work: work.approval_state == "waiting")
        action["context"] = {
            "default_work_ids": waiting.ids,
            "default_verdict": verdict,
        }
        return action

    # === BUSINESS METHODS === #

    def _check_may_approve(self):
        if not self.env.su and not self.env.user.has_group(MANAGER):
            raise AccessError(
                self.env._("Only helpdesk managers approve work done during a hold.")
            )
        self.check_access("write")

    def _decide_approval(self, verdict, reason):  # pylint: disable=missing-return
        """Charge work that was done during a hold, or keep it as not billable.

        :param verdict: ``approved`` or ``refused``
        :param reason: required; colleagues read it
        """
        self._check_may_approve()
        reason = (reason or "").strip()
        if not reason:
            raise ValidationError(self.env._("Reason: say why."))
        if verdict not in dict(VERDICTS):
            raise ValidationError(self.env._("Verdict: approve it or refuse it."))
        if not self or any(work.approval_state != "waiting" for work in self):
            raise UserError(self.env._("Some of this work is not to be approved."))
        values = {
            "approval_verdict": verdict,
            "approval_reason": reason,
            "approval_user_id": self.env.uid,
            "approval_date": fields.Datetime.now(),
        }
        if verdict == "refused":
            values["billable"] = False
        # Past our own refusal, which is for everybody else.
        super().write(values)  # pylint: disable=super-method-mismatch
        self._converge_tickets()
        for ticket, works in self.grouped("ticket_id").items():
            ticket.sudo().message_post(
                body=works._explain_verdict(verdict, reason),
                author_id=self.env.user.partner_id.id,
                subtype_xmlid="mail.mt_note",
            )

    def _explain_verdict(self, verdict, reason):
        words = self.env["support.explanation"]
        time = words.format_hours(sum(self.mapped("minutes")))
        if verdict == "approved":
            return self.env._(
                "Work of %(time)s done during the hold approved: %(reason)s",
                time=time,
                reason=reason,
            )
        return self.env._(
            "Work of %(time)s done during the hold is not charged: %(reason)s",
            time=time,
            reason=reason,
        )


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    support_to_approve_count = fields.Integer(
        string="Work to approve",
        compute="_compute_support_to_approve",
        groups="base.group_user",
    )
    support_has_approvals = fields.Boolean(
        string="Has approvals",
        compute="_compute_support_to_approve",
        groups="base.group_user",
    )

    @api.depends("support_work_ids.approval_state")
    def _compute_support_to_approve(self):
        # sudo: how much waits is told to whoever may read the ticket.
        for ticket, ticket_sudo in zip(self, self.sudo(), strict=True):
            states = ticket_sudo.support_work_ids.mapped("approval_state")
            ticket.support_to_approve_count = states.count("waiting")
            ticket.support_has_approvals = any(states)

    def _has_support_cause(self):
        """Not even a fixed price is due for work of which none was approved yet.

        What was debited before waits for nothing: work that is added during a hold,
        and refused, takes back no price that was due without it. Events, and what a
        policy debits when we take the ticket, are admitted, not worked off.
        """
        works = self.support_work_ids
        policy = self.support_account_id.policy_id
        taken = policy.debit_on == "acceptance" and self.support_admitted_at
        if (
            policy.unit != "ticket"
            and not taken
            and not self.support_charge_id.quantity
            and any(works.mapped("approval_state"))
            and not any(works.mapped("is_counted"))
        ):
            return False
        return super()._has_support_cause()

    def action_support_approve_work(self):
        """Ask a manager about the work on the ticket that was done during a hold."""
        return self._get_support_work_to_approve().action_approve()

    def action_support_refuse_work(self):
        return self._get_support_work_to_approve().action_refuse()

    def _get_support_work_to_approve(self):
        self.env["support.work"]._check_may_approve()
        self.check_access("read")
        return self.support_work_ids.filtered(
            lambda work: work.approval_state == "waiting"
        )

    def _get_support_portal_works(self):
        """What waits for an approval has not been charged yet, nor is it free."""
        works = super()._get_support_portal_works()
        for values in works:
            if values["work"].approval_state == "waiting":
                values["added"] = self.env._("not charged so far")
        return works
