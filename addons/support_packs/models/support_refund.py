from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .support_case import MOST_TEXT, clean_text, take_row

KINDS = [
    ("whole", "Whole price"),
    ("settlement", "Settlement"),
]
STATES = [
    ("requested", "To approve"),
    ("approved", "Approved"),
    ("refused", "Refused"),
    ("done", "Refunded"),
]
READERS = "helpdesk_mgmt.group_helpdesk_user_own,account.group_account_invoice"
MANAGER = "helpdesk_mgmt.group_helpdesk_manager"


class SupportRefund(models.Model):
    """The money of one pack goes back to its client [002].

    ``requested`` by the client or by staff; ``approved`` by a manager, which closes
    the pack and writes a draft credit note; ``done`` when that is posted. A credit
    note that is taken back or deleted makes it ``approved`` again, and nothing else:
    the pack stays closed. Nobody edits a refund, but its verbs do.
    """

    _name = "support.refund"
    _description = "Support Refund"
    _inherit = ["support.case"]
    _order = "id desc"
    _rec_name = "pack_id"
    _check_company_auto = True
    _allow_sudo_commands = False

    pack_id = fields.Many2one(
        "support.pack", required=True, index=True, ondelete="restrict", readonly=True
    )
    account_id = fields.Many2one(
        related="pack_id.account_id", string="Client", store=True, index=True
    )
    company_id = fields.Many2one(related="pack_id.company_id", store=True)
    unit = fields.Selection(related="pack_id.unit")
    kind = fields.Selection(KINDS, required=True, readonly=True, default="whole")
    state = fields.Selection(
        STATES,
        required=True,
        readonly=True,
        default="requested",
        index=True,
        tracking=True,
    )
    dispute_id = fields.Many2one(
        "support.dispute", index="btree_not_null", ondelete="restrict", readonly=True
    )
    partner_id = fields.Many2one(
        "res.partner", string="Requested by", ondelete="set null", readonly=True
    )
    date = fields.Datetime(string="Requested on", required=True, readonly=True)
    reason = fields.Text(readonly=True)
    decided_by = fields.Many2one(
        "res.users", string="Decided by", readonly=True, ondelete="restrict"
    )
    decided_at = fields.Datetime(string="Decided on", readonly=True)
    answer = fields.Text(
        string="Reason of the refusal", readonly=True, help="The client reads it."
    )
    date_done = fields.Datetime(string="Refunded on", readonly=True)
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")
    price = fields.Monetary(
        readonly=True, help="What the pack cost by its invoices, without taxes."
    )
    amount = fields.Monetary(
        readonly=True, help="What goes back to the client, without taxes."
    )
    is_full = fields.Boolean(
        string="Full price", readonly=True, help="Whatever was used of the pack."
    )
    units_unused = fields.Integer(
        string="Unused units",
        readonly=True,
        aggregator=None,
        help="What was left in the pack, and went out of it.",
    )
    units_disputed = fields.Integer(
        string="Disputed units", readonly=True, aggregator=None
    )
    units_text = fields.Char(string="Taken out", compute="_compute_units_text")
    credit_note_ids = fields.One2many(
        "account.move", "support_refund_id", groups="account.group_account_invoice"
    )
    needs_credit_note = fields.Boolean(compute="_compute_needs_credit_note")

    _open_unique = models.UniqueIndex(
        "(pack_id) WHERE state IN ('requested', 'approved') AND kind = 'whole'",
        "A refund of this pack is under way already.",
    )

    @api.depends("pack_id")
    def _compute_currency_id(self):
        for refund in self:
            refund.currency_id = refund.pack_id._get_currency()

    @api.depends("units_unused", "units_disputed", "unit")
    @api.depends_context("lang")
    def _compute_units_text(self):
        words = self.env["support.explanation"]
        for refund in self:
            units = refund.units_unused + refund.units_disputed
            refund.units_text = words.format_quantity(units, refund.unit)

    @api.depends("state", "amount", "credit_note_ids.state")
    def _compute_needs_credit_note(self):
        for refund in self:
            # sudo: managers of the helpdesk may not read invoices.
            notes = refund.sudo().credit_note_ids
            refund.needs_credit_note = (
                refund.state == "approved"
                and bool(refund.amount)
                and all(note.state == "cancel" for note in notes)
            )

    # === ACTION METHODS === #

    def action_approve(self):
        """The client gets the money back: the pack closes, a credit note is drafted."""
        for refund in self:
            refund._begin_decision()._approve()
        return True

    def action_refuse(self):
        """Open the wizard that asks for the reason."""
        self.ensure_one()
        self._check_may_decide()
        self._check_requested()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Refuse the refund"),
            "res_model": "support.refund.refusal",
            "view_mode": "form",
            "target": "new",
            "context": {"default_refund_id": self.id},
        }

    def action_undo(self):
        """Take an approval back, as long as no credit note was posted."""
        self.ensure_one()
        self._check_may_decide()
        refund = self.sudo()
        take_row(refund)
        refund.invalidate_recordset()
        refund._undo()
        return True

    def action_create_credit_note(self):
        """Draft the credit note again, when it was deleted or cancelled."""
        self.ensure_one()
        self.check_access("read")
        user = self.env.user
        if not (
            user.has_group(MANAGER) or user.has_group("account.group_account_invoice")
        ):
            raise AccessError(self.env._("Only accountants and support managers do."))
        # sudo: refunds are nobody's to write; the rights were asked above.
        refund = self.sudo()
        take_row(refund)
        refund.invalidate_recordset()
        if not refund.needs_credit_note:
            raise UserError(self.env._("There is a credit note already."))
        refund._create_credit_notes()
        return True

    def action_view_credit_notes(self):
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "account.action_move_out_refund_type"
        )
        notes = self.credit_note_ids
        action["domain"] = [("id", "in", notes.ids)]
        if len(notes) == 1:
            action.update(views=[(False, "form")], res_id=notes.id)
        return action

    # === RIGHTS === #

    def _check_may_decide(self):
        self.check_access("read")
        if not self.env.user.has_group(MANAGER):
            raise AccessError(self.env._("Only support managers decide refunds."))

    def _check_requested(self):
        self.ensure_one()
        if self.state != "requested":
            raise UserError(self.env._("The refund has been decided already."))

    def _begin_decision(self):
        """Return the refund, taken, as superuser; the rights are asked here."""
        self.ensure_one()
        self._check_may_decide()
        # sudo: refunds are nobody's to write, but by their verbs.
        refund = self.sudo()
        take_row(refund)
        refund.invalidate_recordset()
        refund._check_requested()
        return refund

    # === VERBS === #

    def _approve(self):
        """Close the pack and draft the credit note of its whole price."""
        self.ensure_one()
        pack = self.pack_id
        problem = pack._get_unrefundable_problem()
        if problem:
            raise UserError(problem)
        self._mark_approved(price=pack._get_refund_price())
        self._close_pack()
        self.amount = self._compute_amount(pack.granted)
        self._pay_back()
        self._tell_decided()

    def _mark_approved(self, **values):
        self.write(
            {
                "state": "approved",
                "decided_by": self.env.uid,
                "decided_at": fields.Datetime.now(),
                "is_full": self.kind == "whole" or self.is_full,
                **values,
            }
        )
        self.pack_id.refund_id = self

    def _close_pack(self):
        """Take out what is left, and close the pack: from now on nothing draws."""
        self.ensure_one()
        pack = self.pack_id
        self.units_unused = pack.balance - self.units_disputed
        if pack.balance:
            code = "refund" if self.kind == "whole" else "settlement"
            pack._post(
                -pack.balance,
                "refund",
                date=fields.Datetime.now(),
                steps=[[code, {"units": pack.balance}]],
            )
        pack._set_state("refunded")

    def _compute_amount(self, units):
        """Return what so many units of the pack are worth (float), to the cent."""
        self.ensure_one()
        earlier = self.pack_id._get_approved_refunds().filtered(
            lambda refund: refund.id < self.id
        )
        return self.pack_id._get_units_worth(units, self.price, earlier)

    def _pay_back(self):
        """Draft the credit note; where there is no money to give back, that was it."""
        self.ensure_one()
        if self.amount:
            self._create_credit_notes()
        else:
            self.write({"state": "done", "date_done": fields.Datetime.now()})

    def _refuse(self, answer):
        """Refuse, with a reason that the client reads."""
        answer = clean_text(answer)
        if not answer:
            raise UserError(
                self.env._("Reason: say to the client why nothing is refunded.")
            )
        if len(answer) > MOST_TEXT:
            raise UserError(
                self.env._("Reason: at most %(most)s characters.", most=MOST_TEXT)
            )
        refund = self._begin_decision()
        refund.write(
            {
                "state": "refused",
                "decided_by": self.env.uid,
                "decided_at": fields.Datetime.now(),
                "answer": answer,
            }
        )
        refund._tell_decided()

    def _undo(self):
        """Make an approved refund a request again, and the pack what it was."""
        self.ensure_one()
        notes = self.credit_note_ids
        if (
            self.state != "approved"
            or self.kind != "whole"
            or "posted" in (notes.mapped("state"))
        ):
            raise UserError(self.env._("The refund has gone too far to be taken back."))
        drafts = notes.filtered(lambda note: note.state == "draft")
        if any(drafts.mapped("posted_before")):
            drafts.button_cancel()
        else:
            drafts.unlink()
        self.pack_id._reopen_after_refund()
        self.write(
            {
                "state": "requested",
                "decided_by": False,
                "decided_at": False,
                "units_unused": 0,
                "price": 0,
                "amount": 0,
            }
        )
        self._note(self.env._("The approval was taken back; the pack is as it was."))

    # === CREDIT NOTES === #

    def _follow_credit_notes(self):
        """Be done when the credit notes are posted; else approved again."""
        for refund in self.filtered(lambda one: one.state in ("approved", "done")):
            if not refund.amount:
                continue
            notes = refund.credit_note_ids.filtered(lambda n: n.state != "cancel")
            posted = notes and all(note.state == "posted" for note in notes)
            if posted and refund.state == "approved":
                is_new = not refund.date_done
                refund.write(
                    {
                        "state": "done",
                        "date_done": fields.Datetime.now(),
                        # An accountant may have changed the draft.
                        "amount": refund._get_credited(notes),
                    }
                )
                if is_new:
                    refund._tell_done()
            elif not posted and refund.state == "done":
                refund.state = "approved"
                refund._note(self.env._("The credit note is not posted any more."))
