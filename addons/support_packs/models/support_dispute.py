from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from .. import const

STATES = [
    ("open", "To review"),
    ("upheld", "Upheld"),
    ("accepted", "Our error"),
    ("settled", "Settled"),
]
# While one of these is there, the entry is not disputed again.
UNFINISHED = ("open", "upheld")
STEPS = [
    ("opened", "Disputed"),
    ("upheld", "Upheld"),
    ("accepted", "Our error"),
    ("insisted", "Not accepted by the client"),
    ("settled", "Settled"),
]
READERS = "helpdesk_mgmt.group_helpdesk_user_own,account.group_account_invoice"
MANAGER = "helpdesk_mgmt.group_helpdesk_manager"


class SupportDispute(models.Model):
    """A client does not agree with a work entry [002].

    The technical lead reviews the detail: it was our error, and the minutes go back;
    or it stands, with a verdict. If the client still disagrees, the service may be
    settled: see :meth:`_settle`. Nobody edits a dispute, but its verbs do.
    """

    _name = "support.dispute"
    _description = "Support Dispute"
    _inherit = ["support.case"]
    _order = "id desc"
    _check_company_auto = True
    _allow_sudo_commands = False

    work_id = fields.Many2one(
        "support.work",
        string="Work entry",
        required=True,
        index=True,
        ondelete="restrict",
        readonly=True,
    )
    ticket_id = fields.Many2one(related="work_id.ticket_id", store=True, index=True)
    charge_id = fields.Many2one(
        "support.charge",
        index="btree_not_null",
        ondelete="restrict",
        readonly=True,
        help="Empty: the ticket had cost nothing yet.",
    )
    account_id = fields.Many2one(
        "support.account",
        string="Client",
        required=True,
        index=True,
        ondelete="restrict",
        readonly=True,
    )
    company_id = fields.Many2one(related="account_id.company_id", store=True)
    partner_id = fields.Many2one(
        "res.partner", string="Disputed by", ondelete="set null", readonly=True
    )
    user_id = fields.Many2one(related="work_id.user_id")
    date = fields.Datetime(string="Disputed on", required=True, readonly=True)
    minutes = fields.Integer(
        string="Disputed minutes", required=True, readonly=True, aggregator=None
    )
    reason = fields.Text(required=True, readonly=True)
    state = fields.Selection(
        STATES, required=True, readonly=True, default="open", index=True, tracking=True
    )
    verdict = fields.Text(readonly=True, help="The client reads it.")
    decided_by = fields.Many2one(
        "res.users", string="Decided by", readonly=True, ondelete="restrict"
    )
    decided_at = fields.Datetime(string="Decided on", readonly=True)
    insisted_at = fields.Datetime(
        string="Client insisted on",
        readonly=True,
        help="The client read the verdict and still does not agree.",
    )
    is_insisted = fields.Boolean(
        readonly=True, help="The client insisted, and that is not answered yet."
    )
    accepted_minutes = fields.Integer(
        string="Minutes not charged", readonly=True, aggregator=None
    )
    returned = fields.Integer(
        string="Units back",
        readonly=True,
        aggregator=None,
        help="What went back to the packs, in their unit.",
    )
    returned_text = fields.Char(string="Back to the packs", compute="_compute_returned")
    is_to_decide = fields.Boolean(
        compute="_compute_is_to_decide", search="_search_is_to_decide"
    )
    refund_ids = fields.One2many("support.refund", "dispute_id", readonly=True)
    step_ids = fields.One2many("support.dispute.step", "dispute_id", readonly=True)

    _unfinished_unique = models.UniqueIndex(
        "(work_id) WHERE state IN ('open', 'upheld')",
        "This work entry is disputed already.",
    )

    @api.depends("work_id")
    def _compute_display_name(self):
        for dispute in self:
            # sudo: accountants read disputes, but not the tickets of the helpdesk.
            work = dispute.sudo().work_id
            dispute.display_name = f"{work.ticket_id.number}: {work.name}"

    @api.depends("returned", "state")
    @api.depends_context("lang")
    def _compute_returned(self):
        words = self.env["support.explanation"]
        for dispute in self:
            unit = dispute.charge_id.unit or dispute.account_id.unit
            dispute.returned_text = (
                words.format_quantity(dispute.returned, unit)
                if dispute.state in ("accepted", "settled")
                else ""
            )

    @api.depends("state", "is_insisted")
    def _compute_is_to_decide(self):
        for dispute in self:
            dispute.is_to_decide = dispute.state == "open" or dispute.is_insisted

    @api.model
    def _search_is_to_decide(self, operator, value):
        if operator != "in":
            return NotImplemented
        to_decide = Domain("state", "=", "open") | Domain("is_insisted", "=", True)
        return Domain.OR(to_decide if wanted else ~to_decide for wanted in set(value))

    # === ACTION METHODS === #

    def action_accept(self):
        """It was our error."""
        return self._open_decision("accepted", self.env._("It was our error"))

    def action_uphold(self):
        """The time stands."""
        return self._open_decision("upheld", self.env._("The time stands"))

    def action_settle(self):
        """The client insists: end the service and refund what is left."""
        return self._open_decision("settled", self.env._("Settle the service"))

    def _open_decision(self, choice, name):
        self.ensure_one()
        self._check_may_decide()
        self._check_decidable(choice)
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": "support.dispute.decision",
            "view_mode": "form",
            "target": "new",
            "context": {"default_dispute_id": self.id, "default_choice": choice},
        }

    # === RIGHTS === #

    def _check_may_decide(self):
        self.check_access("read")
        if not self.env.user.has_group(MANAGER):
            raise AccessError(self.env._("Only support managers decide disputes."))

    def _check_decidable(self, choice):
        """Whether this may follow now.

        :raise UserError: in words, when it may not
        """
        self.ensure_one()
        if self.state not in UNFINISHED:
            raise UserError(self.env._("The dispute has been decided already."))
        if choice == "settled" and not self.insisted_at:
            raise UserError(
                self.env._(
                    "The service is settled when the client still does not agree after "
                    "the verdict."
                )
            )
        if choice == "upheld" and self.state == "upheld" and not self.is_insisted:
            raise UserError(self.env._("The dispute has been decided already."))
        # When the time stands nothing moves.
        if choice != "upheld" and self.account_id != self.work_id.account_id:
            raise UserError(self.env._("The ticket belongs to another client by now."))
        ticket = self.sudo().ticket_id
        if (
            choice == "settled"
            and ticket.support_charge_id.quantity
            and not ticket._is_support_debit_due()
        ):
            raise UserError(
                self.env._("The ticket is open again: solve it before you settle.")
            )

    # === STEPS === #

    def _add_step(self, kind, text, date=None):
        """Remember a step; the client reads it on the page of the ticket."""
        self.ensure_one()
        self.env["support.dispute.step"].create(
            {
                "dispute_id": self.id,
                "kind": kind,
                "date": date or fields.Datetime.now(),
                "text": text or False,
                "partner_id": self.env.user.partner_id.id,
            }
        )


class SupportDisputeStep(models.Model):
    """One step of a dispute, in the words of who made it. Written once."""

    _name = "support.dispute.step"
    _description = "Support Dispute Step"
    _order = "id"
    _rec_name = "kind"
    _allow_sudo_commands = False

    dispute_id = fields.Many2one(
        "support.dispute", required=True, index=True, ondelete="cascade", readonly=True
    )
    company_id = fields.Many2one(related="dispute_id.company_id", store=True)
    kind = fields.Selection(STEPS, string="Step", required=True, readonly=True)
    date = fields.Datetime(required=True, readonly=True)
    text = fields.Text(readonly=True)
    partner_id = fields.Many2one(
        "res.partner", string="By", ondelete="set null", readonly=True
    )


class SupportAccount(models.Model):
    _inherit = "support.account"

    dispute_ids = fields.One2many(
        "support.dispute", "account_id", groups=READERS, readonly=True
    )
    dispute_count = fields.Integer(compute="_compute_dispute_count", groups=READERS)
    service_ended_at = fields.Datetime(
        string="Service ended on",
        readonly=True,
        copy=False,
        groups=const.HOLD_READERS,
        help="The service was settled after a dispute: no work starts and no packs are "
        "sold until a manager resumes it.",
    )

    @api.depends("dispute_ids")
    def _compute_dispute_count(self):
        rows = self.env["support.dispute"]._read_group(
            [("account_id", "in", self.ids)], ["account_id"], ["__count"]
        )
        counts = {account.id: count for account, count in rows}
        for account in self:
            account.dispute_count = counts.get(account.id, 0)

    def action_view_disputes(self):
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "support_packs.support_dispute_action"
        )
        action["domain"] = [("account_id", "=", self.id)]
        action["context"] = {}
        return action

    def action_resume_service(self):
        """The agency and the client go on with each other: packs are sold again."""
        self.ensure_one()
        self.check_access("write")
        if not self.env.user.has_group(MANAGER):
            raise AccessError(self.env._("Only support managers resume a service."))
        if self.service_ended_at:
            self.service_ended_at = False
            self._message_log(body=self.env._("The service was resumed."))
        return True

    def _get_start_problems(self, ticket=None):
        """After the settlement no work starts; tickets are opened and read."""
        self.ensure_one()
        problems = super()._get_start_problems(ticket)
        # sudo: a technician is told why.
        ended = self.sudo().service_ended_at
        if ended:
            problems.append(
                self.env._(
                    "The service of %(client)s was ended and settled on %(date)s. A "
                    "support manager may resume it on the support account.",
                    client=self.display_name,
                    date=self.env["support.explanation"].format_moment_day(
                        ended, self.sudo().company_id
                    ),
                )
            )
        return problems
