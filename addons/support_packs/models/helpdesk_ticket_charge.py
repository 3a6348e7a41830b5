from dataclasses import replace

from odoo import fields, models
from odoo.tools import SQL

from .. import const
from ..engine import tariff
from ..engine.steps import steps_to_json


class HelpdeskTicket(models.Model):
    """From the facts of a ticket to what it should cost: what the charge asks for."""

    _inherit = "helpdesk.ticket"

    def _converge_support_charge(self, moment=None, force=False, written=False):
        """Have the charge follow the facts, where that is due.

        :param moment: naive UTC datetime of the work that changed
        :param force: even when the policy's moment has not come
        :param written: whether this transaction writes the tickets' rows anyway
        """
        # sudo: a technician, a client who closes, the mail gateway: none of them may
        # write charges or packs. The rules decide, not the rights.
        for ticket in self.sudo().filtered(lambda t: t._is_support_counted()):
            charge = ticket.support_charge_id
            if not charge and not written:
                ticket._touch_support_facts()
            if not (force or ticket._is_support_debit_due()):
                continue
            if charge or ticket._has_support_cause():
                charge._find_or_open(ticket)._converge(moment)

    def _is_support_counted(self):
        """Whether somebody is charged for the ticket, under a policy that counts."""
        self.ensure_one()
        return self.support_account_id.policy_id.unit in dict(const.UNITS)

    def _has_support_cause(self):
        """Whether there is what the policy debits for: no debit without its cause."""
        self.ensure_one()
        if self.support_typed_units or any(self.support_work_ids.mapped("is_counted")):
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
        if self.support_charge_id.quantity and self._get_support_free_step():
            return True
        if debit_on == "resolution":
            return self._is_support_resolved()
        if debit_on == "acceptance":
            return bool(self.support_admitted_at)
        return False

    def _get_support_facts(self, extra_minutes=0, urgent=None):
        """Return the engine's facts: what happened that its price depends on."""
        self.ensure_one()
        works = self.support_work_ids.filtered("is_counted")
        return tariff.Facts(
            **self._get_support_minutes(works, extra_minutes, urgent),
            typed_units=self.support_typed_units or None,
            events=int(bool(self.support_admitted_at)),
            supplements=self._get_support_supplements(works),
            special=self._is_support_special(),
            override=self._get_support_override(),
        )

    def _get_support_minutes(self, works, extra_minutes=0, urgent=None):
        """Return how many minutes there are of each kind: ``{name in Facts: minutes}``.

        Who knows about urgencies divides them.

        :param works: counted work entries of the ticket, some or all
        :param urgent: whether the extra minutes would be; None: as the ticket is
        """
        self.ensure_one()
        return {"minutes": sum(works.mapped("minutes")) + extra_minutes}

    def _get_support_supplements(self, works):
        """Return the supplements of the channels through which work was done.

        Work that names no channel was done through the ticket's.
        """
        self.ensure_one()
        charge = self.support_charge_id
        policy = self.support_account_id.policy_id
        known = charge._get_supplements(self) if charge else policy._get_supplements()
        if not known:
            return ()
        channels = {(work.channel_id or self.channel_id).id for work in works}
        # Typed units stand in place of work: they came through the ticket's channel.
        channels = channels or {self.channel_id.id}
        return tuple(known[one] for one in sorted(channels & known.keys()))

    def _is_support_special(self):
        """Whether something was found that keeps a fixed quantity from holding."""
        self.ensure_one()
        # Most tickets have no fixed quantity: what was found need not be read.
        flat = self._get_support_current_rules().flat_quantity
        return bool(flat and self.support_check_ids)

    def _get_support_override(self):
        """Return the quantity that a manager set, or None."""
        self.ensure_one()
        charge = self.support_charge_id
        return charge.override_quantity if charge.is_overridden else None

    def _needs_support_estimate(self):
        """Whether the client accepts an estimate before the work begins."""
        self.ensure_one()
        return bool(
            self.support_request_type_id.needs_estimate or self.support_check_ids
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

    def _explain_support_rules(self):
        """Return what the ticket costs by the rules alone, in words."""
        self.ensure_one()
        if not self._is_support_counted():
            return ""
        facts = replace(self._get_support_facts(), override=None)
        rules = self._get_support_current_rules()
        quote = tariff.quote(facts, rules, self._get_support_surcharge())
        words = self.env["support.explanation"]
        steps = steps_to_json(quote.steps)
        return words.explain(steps, rules.unit, quote.quantity) or (
            words.format_quantity(quote.quantity, rules.unit)
        )

    def _get_support_current_rules(self):
        charge = self.support_charge_id
        return charge._get_rules(self) if charge else self._get_support_rules()

    def _get_support_surcharge(self, urgent=None):
        """Return the engine's surcharge for this ticket, or None.

        :param urgent: True: as if an urgency was accepted now
        """
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
        charge = ticket.support_charge_id
        if not charge or ticket.support_typed_units or charge.is_overridden:
            return shares
        rules = ticket._get_support_current_rules()
        done = ticket.support_work_ids.browse()
        special = bool(ticket.support_check_ids)
        before = 0
        for work in ticket.support_work_ids._sorted_as_done():
            done += work if work.is_counted else done.browse()
            facts = tariff.Facts(
                **ticket._get_support_minutes(done),
                supplements=ticket._get_support_supplements(done),
                special=special,
            )
            quote = tariff.quote(facts, rules, ticket._get_support_surcharge())
            now = quote.quantity if done else 0
            shares[work._origin.id or work.id] = now - before
            before = now
        return shares

    def _get_support_preview(self, minutes, urgent):
        self.ensure_one()
        return self._preview_support_quote(self._quote_support(minutes, urgent))
