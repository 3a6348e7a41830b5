from dataclasses import replace
from functools import partial

from odoo import fields, models

from odoo.addons.support_packs.engine import drawdown

from ..engine import quotas
from .support_pack_quota import to_slots


def draw_from_quotas(packs, quantity, on, codes):
    """Take units from packs by priority; called as the engine's ``draw_down`` is.

    :param codes: codes of the priorities whose slots serve, the first one first
    """
    good = drawdown.drawable(packs, on)
    parts = quotas.draw_down(to_slots(good), quantity, codes)
    covered = sum(part.quantity for part in parts)
    return drawdown.Draw(parts, covered, quantity - covered)


class HelpdeskTicket(models.Model):
    """By which priorities a ticket draws."""

    _inherit = "helpdesk.ticket"

    def _get_support_serving(self):
        """Return the codes of the priorities whose slots serve the ticket.

        The own one first. Empty under a policy without priorities: then only the
        balance of a pack counts, whatever quotas it was sold with.
        """
        self.ensure_one()
        priority = self._get_support_priority()
        if not priority:
            return ()
        policy = self.support_account_id.policy_id
        return quotas.serving(
            priority._get_codes(priority._get_policy_id()),
            priority._get_code(),
            policy.higher_serves_lower,
        )

    def _get_support_draw(self):
        if self.support_account_id.policy_id.unit != "ticket":
            return super()._get_support_draw()
        codes = self._get_support_serving()
        if not codes:
            return super()._get_support_draw()
        return partial(draw_from_quotas, codes=codes)

    def _get_support_usable_balance(self):
        """Return what this ticket could draw today: the slots of its priority."""
        balance = super()._get_support_usable_balance()
        if not balance or self.support_account_id.policy_id.unit != "ticket":
            return balance
        packs = self.support_account_id._get_usable_packs("ticket")
        today = self.company_id.support_local_date()
        return self._get_support_draw()(packs, balance, today).covered

    def _preview_support_movement(self, charge, quantity, unit, on):
        if not charge._is_reprioritised(self):
            return super()._preview_support_movement(charge, quantity, unit, on)
        return charge._get_redraw(
            self, quantity, self.support_account_id._get_usable_packs(unit)
        )


class SupportCharge(models.Model):
    """A charge by tickets remembers the priority that it was drawn for.

    When the priority of the ticket changes, what was drawn from slots goes back and is
    drawn again, by the date of the ticket's first draw: a slot moves, whatever expired
    meanwhile, and no pack bought since then is drawn on. What packs without quotas
    paid, what was invoiced or waived, and what somebody wants invoiced, stays.
    """

    _inherit = "support.charge"

    priority_id = fields.Many2one(
        "support.priority",
        ondelete="restrict",
        index="btree_not_null",
        readonly=True,
        help="The priority by which it was drawn.",
    )
    drawn_on = fields.Date(
        readonly=True,
        help="The last day on which units were added, or paid by a pack after waiting. "
        "When the priority changes, packs bought later pay nothing.",
    )

    def _is_reprioritised(self, ticket=None):
        """Whether something is charged by tickets, for another priority than now.

        The same code is the same priority: slots go by codes, and after a change of
        the account's policy the ticket has the one of the new policy.

        :param ticket: the ticket as a form shows it, not saved yet
        """
        if not self.quantity or self.unit != "ticket" or not self.priority_id:
            return False
        # A ticket without one of its own was drawn by the default of its day.
        priority = (ticket or self.ticket_id).support_priority_id._origin
        return bool(priority) and priority._get_code() != self.priority_id._get_code()

    def _move_to(self, quantity, steps, moment=None, settle=0):
        drawn_at = self._is_reprioritised() and self._get_drawn_at()
        before = self.quantity
        res = super()._move_to(quantity, steps, drawn_at or moment, settle)
        if self.unit == "ticket":
            self.write(self._prepare_drawn(settle or self.quantity > before))
        return res

    def _prepare_drawn(self, added):
        """Return by what priority, and up to what day, the charge is drawn now.

        :param added: whether there are more units now, or packs paid what waited
        """
        ticket = self.ticket_id
        priority = (
            ticket.support_priority_id
            or (self.quantity and self.priority_id)
            or ticket._get_support_priority()
        )
        today = self.company_id.support_local_date()
        drawn_on = today if added else self.quantity and self.drawn_on
        return {"priority_id": priority.id, "drawn_on": drawn_on}

    def _get_movement(self, quantity, on, settle=0):
        if not self._is_reprioritised():
            return super()._get_movement(quantity, on, settle)
        packs = self.account_id._get_pack_states(self.unit)
        return self._get_redraw(self.ticket_id, quantity, packs)

    def _prepare_entry_steps(self, steps, before, movement, settle=0):
        if not self._is_reprioritised():
            return super()._prepare_entry_steps(steps, before, movement, settle)
        new = self.ticket_id._get_support_priority()
        step = ["reprioritised", {"old": self.priority_id.id, "new": new.id}]
        return [step] if movement.quantity == before else [*steps, step]

    # === DRAWING AGAIN === #

    def _get_slot_usages(self):
        """Return ``(usages of slots, other usages)``, with what is outstanding."""
        self.ensure_one()
        entries = self.env["support.ledger.entry"]
        slots, others = [], []
        for usage in self._get_usages() if self.covered else []:
            has_slot = bool(entries.browse(usage.entry_id).quota_id)
            (slots if has_slot else others).append(usage)
        return slots, others

    def _get_drawn_at(self):
        """Return when the slots were drawn, naive UTC; None if none are."""
        slots, _others = self._get_slot_usages()
        ids = [usage.entry_id for usage in slots if usage.quantity]
        dates = self.env["support.ledger.entry"].browse(ids).mapped("date")
        return max(dates, default=None)

    def _get_redraw(self, ticket, quantity, packs):
        """Return the movement that gives the slots back and draws for the ticket.

        :param ticket: with the priority that counts from now on; saved or not
        :param packs: states of the packs that may be drawn on
        """
        self.ensure_one()
        slots, others = self._get_slot_usages()
        moment = self._get_drawn_at() or ticket._get_support_moment()
        returns = drawdown.give_back(slots, sum(usage.quantity for usage in slots))
        packs = self._get_redraw_packs(packs, quantity, returns)
        rest = drawdown.converge(
            quantity,
            packs=self._put_back(packs, returns),
            usages=others,
            uncovered=self._get_decided_units(),
            on=self.company_id.support_local_date(moment),
            draw=ticket._get_support_draw(),
        )
        returned = [self._to_part(part) for part in returns]
        draws = rest.draws
        if quotas.is_same(draws, returned):
            draws, returns = (), ()
        return replace(rest, draws=draws, returns=(*returns, *rest.returns))

    def _get_decided_units(self):
        """Return the uncovered units that no pack pays, whatever the priority.

        Besides those that are dealt with, those that somebody wants invoiced.
        """
        closed = self._get_closed_units()
        return max(self.uncovered, closed) if self.decision == "invoice" else closed

    def _get_redraw_packs(self, packs, quantity, returns):
        """Return the packs that may pay when the priority changes.

        Those that the ticket could have drawn on with the new priority, not those that
        were bought later; all of them for what is new, or waits for the next pack.
        """
        waits = self.state != "to_invoice" and self._get_settling()
        if waits or quantity > self.quantity:
            return packs
        # Charges from before the day was kept: nothing was drawn before they were made.
        day = self.drawn_on or self.company_id.support_local_date(self.create_date)
        own = {part.pack_id for part in returns}
        return [pack for pack in packs if pack.id in own or pack.activated_on <= day]

    def _to_part(self, back):
        """Return a return as the engine of quotas names what it moves."""
        quota = self.env["support.ledger.entry"].browse(back.entry_id).quota_id
        return quotas.Part(back.pack_id, back.quantity, quota.id or quotas.NO_QUOTA)

    def _put_back(self, packs, returns):
        """Return states of packs as they are when these slots have gone back.

        A pack that is not in use any more may serve as much as goes back to it, and no
        more: what was used of it stays used, by another priority.
        """
        states = {pack.id: pack for pack in packs}
        for part in map(self._to_part, returns):
            state = states.get(part.pack_id) or self._get_emptied_pack(part.pack_id)
            slots = quotas.Pack(state.id, state.balance, state.quotas)
            slots = slots.move(part.quota_id, -part.quantity)
            states[state.id] = replace(
                state, balance=slots.balance, quotas=slots.quotas
            )
        return list(states.values())

    def _get_emptied_pack(self, pack_id):
        """Return the state of a pack that is not in use: nothing of it is left."""
        pack = self.env["support.pack"].browse(pack_id)
        [state] = pack._with_quota_states([pack._get_state()], pack.quota_ids)
        return replace(state, balance=0)
