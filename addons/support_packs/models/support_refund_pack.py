from dataclasses import replace
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..engine import grants
from ..engine import refund as engine
from .support_case import MOST_TEXT, clean_text, take_row
from .support_refund import READERS

# What was begun and not refused counts; also the codes of the steps of its entries.
UNDER_WAY = ("requested", "approved", "done")
APPROVED = ("approved", "done")
REFUND_CODES = ("refund", "settlement", "closed")
OPEN_STATES = ("active", "suspended", "exhausted", "expired")


class SupportPack(models.Model):
    """A pack whose money may go back to its client."""

    _inherit = "support.pack"

    refund_ids = fields.One2many(
        "support.refund", "pack_id", groups=READERS, readonly=True
    )
    # The refund that closed it. Its sale has nothing to say about the pack any more.
    refund_id = fields.Many2one(
        "support.refund",
        string="Closed by the refund",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        groups=READERS,
    )

    refund_count = fields.Integer(compute="_compute_refund_count", groups=READERS)

    @api.depends("refund_ids")
    def _compute_refund_count(self):
        rows = self.env["support.refund"]._read_group(
            [("pack_id", "in", self.ids)], ["pack_id"], ["__count"]
        )
        counts = {pack.id: count for pack, count in rows}
        for pack in self:
            pack.refund_count = counts.get(pack.id, 0)

    # === ACTION METHODS === #

    def action_request_refund(self):
        """Open the wizard that asks for the reason."""
        self.ensure_one()
        self._check_may_request_refund()
        problem = self.sudo()._get_refund_problem()
        if problem:
            raise UserError(problem)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Ask for a refund"),
            "res_model": "support.refund.request",
            "view_mode": "form",
            "target": "new",
            "context": {"default_pack_id": self.id},
        }

    def action_view_refunds(self):
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "support_packs.support_refund_action"
        )
        action["domain"] = [("pack_id", "=", self.id)]
        action["context"] = {}
        return action

    def _check_may_request_refund(self):
        """The pages of clients ask by another way."""
        self.check_access("read")
        if not self.env.user.has_groups(READERS):
            raise AccessError(
                self.env._("Only helpdesk users and accountants ask for refunds here.")
            )

    def _request_refund_as_staff(self, reason):
        self.ensure_one()
        self._check_may_request_refund()
        return self._request_refund(reason).with_env(self.env)

    # === THE WINDOW === #

    def _get_service_end(self):
        """Return the day on which the service of the pack ended; None: it goes on.

        The day of the debit that emptied it, or its last good day.
        """
        self.ensure_one()
        if self.state != "expired" and not self.balance:
            entry = self.env["support.ledger.entry"].search(
                [("pack_id", "=", self.id), ("balance_after", "=", 0)],
                order="sequence desc",
                limit=1,
            )
            return entry and self.company_id.support_local_date(entry.date)
        days_left = self._get_days_left()
        over = days_left is not None and (days_left < 0 or self.state == "expired")
        return self.date_end if over else None

    def _get_refund_last_day(self):
        """Return the last day to ask for a refund; None: the pack is still in use."""
        self.ensure_one()
        days = self.account_id.policy_id.refund_days
        return engine.last_day_to_ask(self._get_service_end() or None, days)

    def _get_refund_problem(self):
        """Return why no refund can be asked for, in words, or nothing."""
        self.ensure_one()
        refunds = self.refund_ids
        if refunds.filtered(lambda refund: refund.state in UNDER_WAY):
            return self.env._("A refund of this pack was asked for already.")
        policy = self.account_id.policy_id
        if not policy.refund_days:
            return self.env._("The support policy knows no refunds of packs.")
        if self.state not in OPEN_STATES:
            return self.env._("%s was not in use, or is closed.", self.name)
        if not engine.may_ask(
            self.company_id.support_local_date(),
            self.date_start,
            self._get_service_end() or None,
            policy.refund_days,
        ):
            return self.env._(
                "The last day to ask for a refund of %(pack)s was %(date)s.",
                pack=self.name,
                date=self.env["support.explanation"].format_day(
                    self._get_refund_last_day()
                ),
            )
        return self._get_unrefundable_problem()

    def _get_unrefundable_problem(self):
        """Return why there is nothing that a credit note could give back, or nothing.

        Packs that no sale of ours stands behind, or that cost nothing, have no price:
        what was paid for them elsewhere is for people to settle.
        """
        self.ensure_one()
        if self.state not in OPEN_STATES:
            return self.env._("%s was not in use, or is closed.", self.name)
        if not self.sale_line_id:
            return self.env._(
                "%s was not sold here: what was paid for it cannot be looked up.",
                self.name,
            )
        invoices = self._get_refund_invoices()
        if not invoices and self.sale_line_id.price_subtotal:
            return self.env._(
                "%(pack)s was not invoiced: to take it back, cancel the order "
                "%(order)s.",
                pack=self.name,
                order=self.order_id.name,
            )
        if self._get_money_left() <= 0:
            return self.env._("Nothing was paid for %s.", self.name)
        return None

    # === MONEY === #

    def _get_currency(self):
        self.ensure_one()
        return self.currency_id or self.company_id.currency_id

    def _get_refund_invoices(self):
        """Return the posted invoices that bill the line of the pack."""
        self.ensure_one()
        # sudo: managers of the helpdesk and clients read no invoices.
        moves = self.sudo().sale_line_id.invoice_lines.move_id
        return moves.filtered(
            lambda move: move.move_type == "out_invoice" and move.state == "posted"
        ).sorted("id")

    def _get_refund_price(self):
        """Return what the pack cost by the invoices of its line (float).

        Its exact share, less what was taken off the price since; our own credit notes
        do not count, for they take nothing off the price of the other packs.
        """
        self.ensure_one()
        order_line = self.sudo().sale_line_id
        net, billed = Decimal(0), Decimal(0)
        for line in order_line.invoice_lines:
            move = line.move_id
            if move.state != "posted" or move.support_refund_id:
                continue
            sign = -1 if move.move_type == "out_refund" else 1
            quantity = order_line._get_support_quantity(line) * sign
            net += Decimal(str(line.price_subtotal)) * sign
            if sign > 0 or line._reverses_support_quantity(order_line):
                billed += quantity
        rounding = Decimal(str(self._get_currency().rounding))
        return float(
            engine.pack_price(net, billed, max(self.sale_line_index, 1), rounding)
        )

    def _get_approved_refunds(self):
        """Return the refunds that were approved, paid out or not yet."""
        self.ensure_one()
        return self.refund_ids.filtered(lambda refund: refund.state in APPROVED)

    def _get_units_worth(self, units, price, earlier):
        """Return what so many units are worth now (float), to the cent.

        :param price: of the whole pack
        :param earlier: the refunds of the pack that were approved before
        """
        self.ensure_one()
        before = sum(one.units_unused + one.units_disputed for one in earlier)
        if any(earlier.mapped("is_full")):
            before = self.granted
        amount = engine.amount_due(
            Decimal(str(price)),
            min(units, self.granted - before),
            self.granted,
            before=before,
            left=self._get_money_left(),
            rounding=Decimal(str(self._get_currency().rounding)),
        )
        return float(amount)

    def _get_money_left(self, except_note=None):
        """Return what is billed for the line and not credited yet (Decimal).

        What a refund that was approved will credit counts as credited.

        :param except_note: a credit note that is left out of the sum
        """
        return sum(
            self._get_money_left_by_invoice(except_note).values(), start=Decimal(0)
        )

    def _get_money_left_by_invoice(self, except_note=None):
        """Return ``{invoice: Decimal}``: what each still bills for the line."""
        self.ensure_one()
        order_line = self.sudo().sale_line_id
        invoices = self._get_refund_invoices()
        left = {invoice: Decimal(0) for invoice in invoices}
        apart = Decimal(0)
        for line in order_line.invoice_lines:
            move = line.move_id
            counts = move.state == "posted" or (
                move.state == "draft" and move.support_refund_id
            )
            amount = Decimal(str(line.price_subtotal))
            if move in left:
                left[move] += amount
            elif move.move_type == "out_refund" and counts and move != except_note:
                if move.reversed_entry_id in left:
                    left[move.reversed_entry_id] -= amount
                else:
                    apart += amount
        for invoice in invoices:
            # What names no invoice is taken from the oldest that has something left.
            taken = min(apart, max(left[invoice], Decimal(0)))
            left[invoice] -= taken
            apart -= taken
        return {move: amount for move, amount in left.items() if amount > 0}

    # === VERBS === #

    def _request_refund(self, reason=""):
        """Ask for the whole price, in the name of the present user, who may do so.

        A second click at the same time finds the first one's request.

        :return: the refund, as superuser
        :raise UserError: in words
        """
        self.ensure_one()
        reason = clean_text(reason)
        if len(reason) > MOST_TEXT:
            raise UserError(
                self.env._("Reason: at most %(most)s characters.", most=MOST_TEXT)
            )
        # sudo: clients write neither packs nor refunds.
        pack = self.sudo()
        take_row(pack)
        pack.invalidate_recordset()
        problem = pack._get_refund_problem()
        if problem:
            raise UserError(problem)
        refund = (
            self.env["support.refund"]
            .sudo()
            .with_context(mail_create_nosubscribe=True, mail_create_nolog=True)
            .create(
                {
                    "pack_id": pack.id,
                    "partner_id": self.env.user.partner_id.id,
                    "date": fields.Datetime.now(),
                    "reason": reason or False,
                }
            )
        )
        refund._tell_requested()
        return refund

    def _request_refund_as_client(self, reason):
        """Ask for a refund, if the page offers it.

        :return: what is wrong with it, in words; None if it was done
        """
        self.ensure_one()
        # sudo: clients have no rights on refunds; the pack is one of theirs.
        if self.sudo().refund_ids.filtered(lambda one: one.state == "refused"):
            return self.env._("The refund of this pack was refused. Please ask us.")
        try:
            with self.env.cr.savepoint():
                self._request_refund(reason)
        except UserError as problem:
            return str(problem)
        return None

    def _reopen_after_refund(self):
        """Give back what the refund took out: the pack is what it was."""
        self.ensure_one()
        since = self.refund_id.decided_at
        entries = self.env["support.ledger.entry"].search(
            [
                ("pack_id", "=", self.id),
                ("entry_type", "=", "refund"),
                ("date", ">=", since),
            ]
        )
        taken = -sum(
            entry.quantity
            for entry in entries
            if set(dict(entry.steps or ())) & set(REFUND_CODES)
        )
        self.refund_id = False
        # Not through _set_state: used up first, so that what comes back makes it live.
        self._set_state("exhausted")
        if taken:
            self._post(
                taken,
                "adjustment",
                date=fields.Datetime.now(),
                steps=[["refund_undone", {"units": taken}]],
            )
        # Its sale first: what was credited by other ways meanwhile is not to be drawn.
        self.sale_line_id._sync_support_packs()
        if self.state in ("active", "exhausted") and self._is_over():
            self._expire(date=fields.Datetime.now())
        elif taken and self.state == "active":
            self.account_id._settle_waiting_charges()

    def _take_out_returned(self):
        """What comes back while a pack is being settled goes out with the rest."""
        self.ensure_one()
        if self.refund_id and self.state not in grants.DEAD_STATES:
            self._settle_void()
            return True
        return super()._take_out_returned()

    def _get_grant_facts(self, line):
        """What a refund closed is closed, whatever its sale did to it before."""
        facts = super()._get_grant_facts(line)
        if self.refund_id:
            facts = replace(facts, closed=True)
        return facts


class SupportAccount(models.Model):
    _inherit = "support.account"

    refund_count = fields.Integer(compute="_compute_refund_count", groups=READERS)

    def _compute_refund_count(self):
        rows = self.env["support.refund"]._read_group(
            [("account_id", "in", self.ids)], ["account_id"], ["__count"]
        )
        counts = {account.id: count for account, count in rows}
        for account in self:
            account.refund_count = counts.get(account.id, 0)

    def action_view_refunds(self):
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "support_packs.support_refund_action"
        )
        action["domain"] = [("account_id", "=", self.id)]
        action["context"] = {}
        return action
