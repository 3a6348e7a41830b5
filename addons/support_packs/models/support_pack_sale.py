from odoo import api, fields, models

from ..engine import grants

# Why units are void; also the codes of the steps of their entries, see engine/steps.
VOID_REASONS = [
    ("credit", "Credit note"),
    ("order", "Cancelled order"),
    ("sold_less", "The order sells fewer packs"),
]


class SupportPack(models.Model):
    """What its sale does to a pack after the grant: void, cancel, suspend, and back.

    ``void_units`` is how many units the sale does not cover any more; ``withdrawn`` is
    how many of them went out so far: never more than there were, so that what was used
    stays used. :meth:`_settle_void` posts the difference, in either direction.
    """

    _inherit = "support.pack"

    void_units = fields.Integer(
        readonly=True,
        copy=False,
        help="Units that the sale does not cover any more: credited, or its order "
        "cancelled.",
    )
    withdrawn = fields.Integer(
        readonly=True,
        copy=False,
        help="How many of the void units were left, and went out.",
    )
    void_reason = fields.Selection(VOID_REASONS, readonly=True, copy=False)

    # === TERMS === #

    @api.model
    def _prepare_from_sale_line(self, line, index):
        """Return the values of a new pack of a line; the caller adds the account.

        :param index: its place in the line, from 1
        """
        product = line.product_id.with_context(
            lang=line.order_id.partner_id.lang or self.env.lang
        )
        number = self.env["ir.sequence"].next_by_code("support.pack")
        return {
            "name": f"{product.name} #{number}",
            "company_id": line.company_id.id,
            "sale_line_id": line.id,
            "sale_line_index": index,
            **self._prepare_sale_terms(line),
        }

    @api.model
    def _prepare_sale_terms(self, line):
        """Return the terms of a sale, which its pack keeps for good."""
        product = line.product_id
        return {
            "unit": product.support_unit,
            "product_id": product.id,
            "granted": product.support_quantity,
            "expiry_kind": product.support_expiry,
            "expiry_months": product.support_expiry_months,
            "grant_on": product.support_grant_on,
            "currency_id": line.currency_id.id,
        }

    # === FACTS === #

    def _get_grant_facts(self, line):
        """Return the engine's view of a pack of an order line."""
        self.ensure_one()
        dead = self.state in grants.DEAD_STATES
        client = line.order_id.partner_id.commercial_partner_id
        granted_once = bool(self.entry_seq)
        return grants.Pack(
            id=self.id,
            index=self.sale_line_index,
            state=self.state,
            granted=self.granted,
            used=self.granted - self.balance - self.withdrawn if granted_once else 0,
            has_history=granted_once,
            void=self.void_units,
            fits=self.product_id == line.product_id
            and (
                self.state != "cancelled"
                or not granted_once
                or self.account_id.partner_id == client
            ),
            closed=dead and granted_once and not self.void_reason,
        )

    def _agrees_with(self, aim):
        """Whether the pack is what its sale says."""
        self.ensure_one()
        if aim.kind == "live":
            agrees = self.state in grants.LIVE_STATES
        elif aim.kind == "suspended":
            agrees = self.state in ("suspended", "expired")
        elif aim.kind == "pending" or not self.entry_seq:
            agrees = self.state == aim.kind
        else:
            # Dead is dead: a cancelled pack that is credited too goes out once.
            agrees = self.state in self._get_end_states(aim)
        return agrees and self.void_units == aim.void and not self._get_void_due()

    def _get_end_states(self, aim):
        """Return the states in which a pack that is void or cancelled may rest.

        One that expired before its order was cancelled keeps its end.
        """
        if aim.kind == "cancelled" and self.state == "expired":
            return (*grants.DEAD_STATES, "expired")
        return grants.DEAD_STATES

    def _get_void_due(self):
        """Return the units to take out now; negative: to give back."""
        self.ensure_one()
        return min(self.void_units - self.withdrawn, self.balance)

    # === TRANSITIONS === #

    def _follow_sale(self, aim, line):
        """Make the pack what its sale says. Safe to run again: then nothing is due.

        :param aim: the engine's aim for it
        :param line: the order line, as it is now
        """
        self.ensure_one()
        if self._agrees_with(aim):
            return
        if not self.entry_seq:
            self._follow_sale_fresh(aim, line)
        elif aim.kind in ("void", "cancelled"):
            self._withdraw(aim, line)
        else:
            self._uphold(aim)

    def _follow_sale_fresh(self, aim, line):
        """A pack that was never granted: it waits, starts, or is not sold any more."""
        if aim.kind == "cancelled":
            self._set_state("cancelled")
            return
        if self.state == "cancelled":
            # Sold anew, so by the terms of today; only its name and place stay.
            self.write(line._prepare_support_pack_terms())
            self._set_state("pending")
        if aim.kind == "live":
            self._activate()

    def _withdraw(self, aim, line):
        """Take out what is left of a pack and close it; what was used stays used."""
        if aim.kind == "void":
            reason = "credit"
        else:
            reason = "sold_less" if line.state == "sale" else "order"
        self.write({"void_units": aim.void, "void_reason": reason})
        self._settle_void()
        if self.state not in self._get_end_states(aim):
            self._set_state("refunded" if aim.kind == "void" else "cancelled")

    def _uphold(self, aim):
        """Let a pack hold what is not void in it, usable or suspended."""
        if aim.void:
            self.void_reason = "credit"
        self.void_units = aim.void
        self._settle_void()
        if not aim.void:
            self.void_reason = False
        if aim.kind == "suspended":
            if self.state != "expired":
                self._suspend()
        elif self.state not in grants.LIVE_STATES:
            self._resume()

    def _settle_void(self):
        """Post what is still to go out of the void units, or what comes back of them.

        Units that are used cannot go out; if work gives them back, they go then.
        """
        for pack in self:
            due = pack._get_void_due()
            if not due:
                continue
            reason = pack.void_reason or "credit"
            code = reason if due > 0 else f"{reason}_undone"
            # The balance first: its UPDATE is what a debit at once collides with.
            pack._post(
                -due,
                "refund" if due > 0 else "adjustment",
                date=fields.Datetime.now(),
                steps=[[code, {"units": pack.void_units}]],
            )
            pack.withdrawn += due

    def _take_out_returned(self):
        """Let units that just came back to a pack whose sale is void go out again.

        :return: whether the pack is closed, so that nothing else becomes of them
        """
        self.ensure_one()
        self._settle_void()
        if self.state in grants.DEAD_STATES and self.balance:
            # Closed by another act than its sale's, which left nothing either.
            self._post(
                -self.balance,
                "refund",
                date=fields.Datetime.now(),
                steps=[["closed", {"units": self.balance}]],
            )
        return self.state in grants.DEAD_STATES

    def _suspend(self):
        """Keep the balance, but let nothing draw: the payment was undone."""
        for pack in self:
            pack._set_state("suspended")
            pack.account_id._message_log(
                body=self.env._(
                    "%(pack)s is suspended: its payment was undone.", pack=pack.name
                )
            )

    def _resume(self):
        """Let a pack be used again, with the dates that it had."""
        for pack in self:
            over = pack._is_over()
            if not pack.balance:
                pack._set_state("expired" if over else "exhausted")
                continue
            pack._set_state("active")
            pack.account_id._message_log(
                body=self.env._("%(pack)s is usable again.", pack=pack.name)
            )
            if over:
                # Now: in the statement it follows what came back, not the last day.
                pack._expire(date=fields.Datetime.now())
            else:
                pack.account_id._settle_waiting_charges()
