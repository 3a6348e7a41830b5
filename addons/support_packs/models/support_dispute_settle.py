from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import format_amount

from ..engine import drawdown, tariff
from .support_case import take_row
from .support_refund_pack import OPEN_STATES


class SupportDispute(models.Model):
    """The end of the service: the disputed and the unused units are refunded [002]."""

    _inherit = "support.dispute"

    def _settle(self, is_full=False, verdict=None):
        """End the client's service and give back what is left of it.

        The disputed work is not charged any more, so that its units go back to their
        packs, and leave them with what is left there: what is refunded is what the
        ledger says, at the price of each pack's unit.

        :param is_full: the whole price of these packs instead
        """
        dispute = self._begin_decision("settled")
        account = dispute.account_id
        take_row(account)
        live, touched = dispute._get_packs_to_settle()
        dispute._check_packs_to_settle(live | touched)
        refunds = dispute._open_settlements(live | touched, is_full)
        work = dispute.work_id
        minutes = work.minutes if work.billable else 0
        returned = dispute._free_work(minutes)
        idle = refunds.filtered(
            lambda refund: refund.pack_id not in live and refund.pack_id not in returned
        )
        idle._drop()
        refunds -= idle
        for refund in refunds:
            refund._settle_pack(returned.get(refund.pack_id, 0))
        dispute._decide(
            "settled",
            verdict,
            accepted_minutes=minutes,
            returned=sum(returned.values()),
        )
        # What came back to a pack that an earlier settlement closed is paid, too.
        dispute._refund_returned(
            {
                pack: units
                for pack, units in returned.items()
                if pack not in refunds.pack_id
            }
        )
        account.service_ended_at = fields.Datetime.now()
        dispute._tell_decided()
        return dispute

    def _get_packs_to_settle(self):
        """Return the packs with something left, and those that paid for the ticket."""
        self.ensure_one()
        live = self.account_id.pack_ids.filtered(
            lambda pack: pack.state in OPEN_STATES and pack.balance
        )
        usages = self.ticket_id.support_charge_id._get_usages()
        ids = [usage.pack_id for usage in usages if usage.quantity]
        touched = (
            self.env["support.pack"]
            .browse(ids)
            .filtered(lambda pack: pack.state in OPEN_STATES)
        )
        return live, touched - live

    def _check_packs_to_settle(self, packs):
        """Refuse what would leave money in the air, and say what to do first.

        :raise UserError: in words
        """
        self._check_nothing_waits()
        for pack in packs:
            if pack.refund_ids.filtered(lambda one: one.state == "requested"):
                raise UserError(
                    self.env._(
                        "A refund of %s was asked for: approve or refuse it first.",
                        pack.name,
                    )
                )
            sold = pack.sale_line_id.price_subtotal
            if sold and not pack._get_refund_invoices():
                raise UserError(
                    self.env._(
                        "%(pack)s was not invoiced: invoice or cancel the order "
                        "%(order)s first.",
                        pack=pack.name,
                        order=pack.order_id.name,
                    )
                )

    def _check_nothing_waits(self):
        """Refuse while a payment or a pack is awaited: the service is over then."""
        account = self.account_id
        for pack in account.pack_ids.filtered(lambda one: one.state == "pending"):
            raise UserError(
                self.env._(
                    "%(pack)s waits for its payment: cancel the order %(order)s first.",
                    pack=pack.name,
                    order=pack.order_id.name,
                )
            )
        for charge in account.charge_ids.filtered(
            lambda one: one.state == "waiting" and one.ticket_id != self.ticket_id
        ):
            raise UserError(
                self.env._(
                    "%(ticket)s waits for the next pack: decide first what becomes of "
                    "work that no pack covers.",
                    ticket=charge.display_name,
                )
            )

    def _open_settlements(self, packs, is_full):
        """Create the refunds of the packs; from now on nothing expires in them."""
        self.ensure_one()
        refunds = (
            self.env["support.refund"]
            .with_context(mail_create_nosubscribe=True, mail_create_nolog=True)
            .create([self._prepare_settlement(pack, is_full) for pack in packs])
        )
        for refund in refunds:
            refund._mark_approved(price=refund.pack_id._get_refund_price())
        return refunds

    def _prepare_settlement(self, pack, is_full):
        return {
            "pack_id": pack.id,
            "kind": "settlement",
            "dispute_id": self.id,
            "partner_id": self.partner_id.id,
            "date": fields.Datetime.now(),
            "is_full": is_full,
        }

    def _refund_returned(self, returned):
        """Pay back what returns to a pack that was settled before, at its price.

        :param returned: ``{pack: units}``
        """
        self.ensure_one()
        for pack, units in returned.items():
            settled = pack.refund_id
            if settled.kind != "settlement" or settled.is_full:
                continue
            refund = settled.create(
                {
                    **self._prepare_settlement(pack, False),
                    "state": "approved",
                    "decided_by": self.env.uid,
                    "decided_at": fields.Datetime.now(),
                    "price": settled.price,
                    "units_disputed": units,
                }
            )
            refund._pay_back_units()

    # === BEFOREHAND === #

    def _preview_returns(self, minutes):
        """Return what would go back if so many minutes were not billable.

        :return: ``{pack: units}``
        """
        self.ensure_one()
        # sudo: managers read charges, but not all that decides.
        ticket = self.sudo().ticket_id
        charge = ticket.support_charge_id
        if not charge or not self.work_id.is_counted:
            return {}
        facts = ticket._get_support_facts(
            extra_minutes=-minutes, urgent=self.work_id.sudo()._is_urgent()
        )
        rules = charge._get_rules()
        target = 0
        if facts.total_minutes or facts.typed_units or facts.override is not None:
            target = tariff.quote(facts, rules, charge._get_surcharge()).quantity
        excess = max(charge.quantity - target, 0)
        excess -= min(charge.uncovered, excess)
        packs = {}
        for back in drawdown.give_back(charge._get_usages(), excess):
            pack = charge.env["support.pack"].browse(back.pack_id)
            packs[pack] = packs.get(pack, 0) + back.quantity
        return packs

    def _explain_returns(self, minutes):
        """Return what would go back, in words."""
        self.ensure_one()
        words = self.env["support.explanation"]
        return "\n".join(
            self.env._(
                "%(units)s to %(pack)s",
                units=words.format_quantity(units, pack.unit),
                pack=words.explain_source(pack),
            )
            for pack, units in self._preview_returns(minutes).items()
        )

    def _explain_settlement(self, is_full):
        """Return what each pack would be refunded, in words: one line for each."""
        self.ensure_one()
        dispute = self.sudo()
        live, _touched = dispute._get_packs_to_settle()
        work = dispute.work_id
        returned = dispute._preview_returns(work.minutes)
        packs = live | self.env["support.pack"].sudo().concat(*returned)
        return "\n".join(
            dispute._explain_settled_pack(pack, returned.get(pack, 0), is_full)
            for pack in packs
        )

    def _explain_settled_pack(self, pack, disputed, is_full):
        words = self.env["support.explanation"]
        # What an earlier refund closed is paid as :meth:`_refund_returned` does.
        closed = pack.refund_id
        units = pack.granted if is_full and not closed else pack.balance + disputed
        price = closed.price if closed else pack._get_refund_price()
        amount = pack._get_units_worth(units, price, pack._get_approved_refunds())
        return self.env._(
            "%(pack)s: %(unused)s unused, %(disputed)s disputed: %(amount)s",
            pack=pack.name,
            unused=words.format_quantity(pack.balance, pack.unit),
            disputed=words.format_quantity(disputed, pack.unit),
            amount=format_amount(self.env, amount, pack._get_currency()),
        )


class SupportRefund(models.Model):
    _inherit = "support.refund"

    def _drop(self):
        """Forget refunds of packs to which nothing came back."""
        for refund in self:
            refund.pack_id.refund_id = False
        self.unlink()

    def _settle_pack(self, disputed):
        """Close the pack with what is left in it, and pay that back.

        :param disputed: units of its balance that the disputed work had used
        """
        self.ensure_one()
        self.units_disputed = disputed
        self._close_pack()
        self._pay_back_units()

    def _pay_back_units(self):
        self.ensure_one()
        units = self.units_unused + self.units_disputed
        self.amount = self._compute_amount(
            self.pack_id.granted if self.is_full else units
        )
        self._pay_back()
        self._tell_account()


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _get_support_policy_problem(self):
        """Whose service was settled buys nothing until a manager resumes it."""
        self.ensure_one()
        order = self.order_id
        account = self.env["support.account"]._find(order.partner_id, order.company_id)
        # sudo: as in the rest of this question; what was sold before stays sold.
        if account.service_ended_at and not self.sudo().support_pack_ids:
            return self.env._(
                "The service of %s was ended and settled: a support manager has to "
                "resume it on the support account first.",
                account.display_name,
            )
        return super()._get_support_policy_problem()
