from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

from .. import const
from ..engine import drawdown, expiry

# Which state may become which, and by which verb: see _set_state.
# What a sale took away comes back if the sale is put right: see support_pack_sale.
TRANSITIONS = {
    "pending": {"active", "cancelled"},
    "active": {"exhausted", "suspended", "expired", "refunded", "cancelled"},
    "exhausted": {"active", "suspended", "expired", "refunded", "cancelled"},
    "suspended": {"active", "exhausted", "expired", "refunded", "cancelled"},
    "expired": {"refunded", "cancelled"},
    "refunded": {"active", "exhausted", "suspended", "expired"},
    "cancelled": {"pending", "active", "exhausted", "suspended", "expired"},
}


class SupportPack(models.Model):
    """Units paid in advance, with the terms of their sale.

    ``balance`` is the sum of the entries and lies between 0 and ``granted`` at every
    commit. It changes in one place, :meth:`_post`, by one SQL statement.
    """

    _name = "support.pack"
    _description = "Support Pack"
    _order = "date_end, date_start, id"
    _check_company_auto = True

    name = fields.Char(required=True, readonly=True)
    account_id = fields.Many2one(
        "support.account", required=True, index=True, ondelete="restrict", readonly=True
    )
    partner_id = fields.Many2one(related="account_id.partner_id", string="Client")
    company_id = fields.Many2one(
        "res.company", required=True, index=True, readonly=True
    )
    unit = fields.Selection(const.UNITS, required=True, readonly=True)
    product_id = fields.Many2one(
        "product.product", readonly=True, ondelete="restrict", index=True
    )
    sale_line_id = fields.Many2one(
        "sale.order.line", readonly=True, ondelete="restrict", index=True
    )
    sale_line_index = fields.Integer(
        readonly=True, help="Which of the packs of its order line this is, from 1."
    )
    order_id = fields.Many2one(related="sale_line_id.order_id")
    granted = fields.Integer(
        required=True, readonly=True, help="Units that the pack held when it was sold."
    )
    balance = fields.Integer(
        required=True, readonly=True, default=0, help="Units that are left."
    )
    used = fields.Integer(compute="_compute_used")
    entry_seq = fields.Integer(required=True, readonly=True, default=0)
    entry_ids = fields.One2many(
        "support.ledger.entry", "pack_id", groups=const.HISTORY_READERS
    )
    state = fields.Selection(
        const.PACK_STATES, required=True, readonly=True, default="pending", index=True
    )
    date_start = fields.Date(
        string="Activation", readonly=True, help="In the company's support time zone."
    )
    date_end = fields.Date(
        string="Expiry",
        readonly=True,
        help="The last day on which work may draw on the pack.",
    )
    expiry_kind = fields.Selection(
        const.EXPIRY_KINDS, required=True, readonly=True, default="none"
    )
    expiry_months = fields.Integer(readonly=True)
    grant_on = fields.Selection(const.GRANT_ON, readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    amount = fields.Monetary(
        readonly=True, help="What the client paid for the pack, without taxes."
    )
    unit_price = fields.Float(
        compute="_compute_unit_price",
        digits=(16, 4),
        help="Amount divided by the units granted; for display only.",
    )
    balance_text = fields.Char(compute="_compute_texts")
    granted_text = fields.Char(compute="_compute_texts")
    used_text = fields.Char(compute="_compute_texts")
    balance_hours_text = fields.Char(
        string="Balance in hours",
        compute="_compute_texts",
        help="Minutes as people read longer times; empty for other units.",
    )
    percent_left = fields.Integer(compute="_compute_used")

    _balance_range = models.Constraint(
        "CHECK (balance >= 0 AND balance <= granted)",
        "A pack is never negative, and never holds more than it granted.",
    )
    _granted_positive = models.Constraint(
        "CHECK (granted > 0)", "A pack holds at least 1 unit."
    )
    _sale_line_unique = models.UniqueIndex(
        "(sale_line_id, sale_line_index) WHERE sale_line_id IS NOT NULL",
        "This pack of the order line exists already.",
    )
    _drawable_index = models.Index(
        "(account_id, unit) WHERE state = 'active'",
    )

    @api.depends("granted", "balance", "withdrawn", "state")
    def _compute_used(self):
        for pack in self:
            started = pack.state != "pending"
            out = pack.balance + pack.withdrawn
            pack.used = pack.granted - out if started else 0
            pack.percent_left = (
                pack.balance * 100 // pack.granted if pack.granted else 0
            )

    @api.depends("amount", "granted")
    def _compute_unit_price(self):
        for pack in self:
            pack.unit_price = pack.amount / pack.granted if pack.granted else 0

    @api.depends("balance", "granted", "used", "unit")
    @api.depends_context("lang")
    def _compute_texts(self):
        explanation = self.env["support.explanation"]
        for pack in self:
            pack.balance_text = explanation.format_quantity(pack.balance, pack.unit)
            pack.granted_text = explanation.format_quantity(pack.granted, pack.unit)
            pack.used_text = explanation.format_quantity(pack.used, pack.unit)
            pack.balance_hours_text = explanation.format_long_time(
                pack.balance, pack.unit
            )

    # === CRUD METHODS === #

    @api.ondelete(at_uninstall=False)
    def _unlink_except_history(self):
        if any(pack.entry_seq for pack in self):
            raise UserError(
                self.env._("A pack with entries in the ledger cannot be deleted.")
            )

    # === ACTION METHODS === #

    def action_view_entries(self):
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "support_packs.support_ledger_entry_action"
        )
        action["domain"] = [("pack_id", "=", self.id)]
        action["context"] = {}
        return action

    # === BUSINESS METHODS === #

    def _get_state(self):
        """Return the engine's view of the pack."""
        self.ensure_one()
        return drawdown.PackState(
            id=self.id,
            balance=self.balance,
            granted=self.granted,
            activated_on=self.date_start,
            expires_on=self.date_end or None,
        )

    def _set_state(self, target):
        """Move to a state that may follow; a move to the same state does nothing."""
        for pack in self:
            if pack.state == target:
                continue
            if target not in TRANSITIONS[pack.state]:
                labels = dict(self._fields["state"]._description_selection(self.env))
                raise UserError(
                    self.env._(
                        "%(pack)s: a pack that is “%(state)s” cannot become "
                        "“%(target)s”.",
                        pack=pack.name,
                        state=labels[pack.state],
                        target=labels[target],
                    )
                )
            pack.state = target

    def _activate(self, day=None):
        """Make pending packs usable: start their validity and grant their units.

        :param day: date of activation in the support time zone; default: today
        """
        for pack in self.filtered(lambda pack: pack.state == "pending"):
            start = day or pack.company_id.support_local_date()
            pack.write(
                {
                    "date_start": start,
                    "date_end": expiry.expiry_date(
                        pack.expiry_kind, pack.expiry_months, start
                    ),
                }
            )
            pack._set_state("active")
            pack._post(
                pack.granted,
                "grant",
                date=expiry.start_of_day_utc(start, pack.company_id.support_tz),
            )
            # The service may have been used, or held, before the pack was written.
            pack._follow_account()
            pack.account_id._settle_waiting_charges()

    def _post(self, quantity, entry_type, date, **values):
        """Change the balance by ``quantity`` and write the ledger entry.

        :param quantity: signed integer, in the pack's unit
        :param date: naive UTC datetime to which the entry belongs
        :param values: what else the entry says
        :return: the entry
        """
        moved = self._move_balance(quantity)
        return self._append_entry(entry_type, moved, date=date, **values)

    def _move_balance(self, quantity):
        """Add a signed integer to the balance: the only place where it changes.

        One UPDATE takes the row and checks the limits. Of two transactions that spend
        the same pack, the second fails with a serialization error, is retried by
        Odoo on its new snapshot, and sees what is really left. Locking the row first
        and reading it then does not give that: the snapshot is older than the lock.

        :return: what the entry needs: quantity, sequence, balance_after
        """
        self.ensure_one()
        self.flush_recordset()
        self.env.cr.execute(
            SQL(
                """
                UPDATE support_pack
                   SET balance = balance + %(quantity)s,
                       entry_seq = entry_seq + 1,
                       state = CASE
                           WHEN state = 'active' AND balance + %(quantity)s = 0
                           THEN 'exhausted'
                           WHEN state = 'exhausted' AND balance + %(quantity)s > 0
                           THEN 'active'
                           ELSE state END,
                       write_uid = %(uid)s,
                       write_date = now() AT TIME ZONE 'UTC'
                 WHERE id = %(id)s
                   AND balance + %(quantity)s BETWEEN 0 AND granted
             RETURNING entry_seq, balance
                """,
                quantity=quantity,
                uid=self.env.uid,
                id=self.id,
            )
        )
        row = self.env.cr.fetchone()
        if not row:
            raise ValidationError(self._get_limit_message(quantity))
        self.invalidate_recordset(["balance", "entry_seq", "state"])
        # SQL tells nobody: what is computed from the balance is stale too.
        self.modified(["balance", "state"])
        return {"quantity": quantity, "sequence": row[0], "balance_after": row[1]}

    def _draw(self, part):
        """Take out what the engine says, one part; add-ons take it from more.

        :param part: the engine's part of this pack
        :return: what the entry needs
        """
        self.ensure_one()
        return self._move_balance(-part.quantity)

    def _get_limit_message(self, quantity):
        """Return why a movement is refused: below zero, or above what was granted."""
        text = self.env["support.explanation"].format_quantity(abs(quantity), self.unit)
        if quantity < 0:
            return self.env._(
                "%(pack)s does not hold %(quantity)s.", pack=self.name, quantity=text
            )
        return self.env._(
            "%(pack)s cannot take %(quantity)s back: it would hold more than it "
            "granted.",
            pack=self.name,
            quantity=text,
        )

    def _append_entry(self, entry_type, moved, date, **values):
        """Write the ledger entry of a movement that :meth:`_move_balance` made."""
        entry = self.env["support.ledger.entry"]._append(
            pack=self, entry_type=entry_type, date=date, **moved, **values
        )
        self.invalidate_recordset(["entry_ids"])
        return entry
