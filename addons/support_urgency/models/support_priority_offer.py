from decimal import Decimal

from odoo import api, models
from odoo.tools.misc import formatLang

from odoo.addons.support_packs.engine import drawdown

from ..engine import quotas
from .support_pack_quota import to_slots


class SupportPriority(models.Model):
    """What a client reads before sending a ticket: examples, slots, the price."""

    _inherit = "support.priority"

    @api.model
    def _get_offers(self, partner, company, teams=None):
        """Return the priorities among which a client chooses for a new ticket.

        Those of the policy of the client's account; where there is no account yet, of
        the one policy that the teams offered have.

        :param partner: who opens the ticket
        :param teams: helpdesk.ticket.team that the form offers; None: it offers none
        :return: list of dicts, the gravest one first: ``priority`` (sudo), ``code``,
            ``name``, ``examples``, ``note`` (what it costs, in words; may be empty),
            ``kind``: ``free`` (nothing to say), ``included``, ``used_up``,
            ``not_included``, ``outside`` (no pack that could be used)
        """
        account = self.env["support.account"]._find(partner, company)
        policy = account.policy_id
        if not account and teams:
            # sudo: clients read no policies.
            policy = teams.sudo().support_policy_id.filtered(
                lambda one: one.company_id == company
            )
        if len(policy) != 1 or not policy.active:
            return []
        # sudo: as above; names and examples are for clients.
        priorities = policy.sudo().with_context(lang=self.env.lang).priority_ids
        return account._get_priority_offers(policy, partner, priorities.sorted())


class SupportAccount(models.Model):
    _inherit = "support.account"

    def _get_priority_offers(self, policy, partner, priorities):
        """Return :meth:`support.priority._get_offers` of an account, or of none."""
        slots = self._get_priority_slots() if self else []
        price = self._get_event_price(policy, partner)
        offers = []
        for priority in priorities:
            offer = {
                "priority": priority,
                "code": priority.code,
                "name": priority.name,
                "examples": priority.examples or "",
                "kind": "free",
                "left": 0,
                "granted": 0,
            }
            if policy.unit == "ticket":
                offer.update(self._count_priority_slots(slots, policy, priority))
            offer["note"] = self._explain_priority_offer(offer, policy, price)
            offers.append(offer)
        return offers

    def _get_priority_slots(self):
        """Return the packs that work done today could draw, for the quota engine."""
        self.ensure_one()
        today = self.company_id.support_local_date()
        packs = self.sudo()._get_usable_packs("ticket")
        return to_slots(drawdown.drawable(packs, today))

    @api.model
    def _count_priority_slots(self, slots, policy, priority):
        """Return what a ticket of a priority finds: ``kind``, ``left``, ``granted``."""
        codes = quotas.serving(
            priority._get_codes(policy.id), priority.code, policy.higher_serves_lower
        )
        left = quotas.available(slots, codes)
        granted = sum(
            quota.granted
            for pack in slots
            for quota in pack.quotas
            if quota.code == priority.code
        )
        kind = "included" if left else "not_included" if slots else "outside"
        if not left and granted:
            kind = "used_up"
        return {"kind": kind, "left": left, "granted": granted}

    @api.model
    def _get_event_price(self, policy, partner):
        """Return what one ticket that no pack covers costs, in words, or nothing."""
        if policy.unit != "ticket":
            return ""
        # sudo: what a client pays is no secret of the client's.
        charges = self.env["support.charge"].sudo()
        client = partner.sudo().commercial_partner_id.with_company(policy.company_id)
        pricelist = client.property_product_pricelist
        terms = charges._get_todays_terms(
            policy.company_id.sudo(), policy.sudo().overage_product_id, pricelist
        )
        if not terms:
            return ""
        price = float(terms.price / Decimal(terms.per))
        return formatLang(self.env, price, currency_obj=terms.currency)

    @api.model
    def _explain_priority_offer(self, offer, policy, price):
        """Return what a ticket of a priority costs, before it is sent."""
        kind = offer["kind"]
        if kind == "free":
            return ""
        if kind == "included":
            left = self.env["support.explanation"].format_quantity(
                offer["left"], "ticket"
            )
            return self.env._("Included in your packs: %s left.", left)
        reason = {
            "used_up": self.env._("Your tickets of this priority are used up."),
            "not_included": self.env._("Not included in your packs."),
            "outside": self.env._("You have no pack that can be used."),
        }[kind]
        return f"{reason} {self._explain_event_price(policy, price)}"

    @api.model
    def _explain_event_price(self, policy, price):
        if policy.uncovered_policy == "wait":
            return self.env._("It waits for your next pack.")
        if policy.uncovered_policy == "block":
            return self.env._("We ask you before we start.")
        if not price:
            return self.env._("It is paid per event, at the list price.")
        return self.env._("It is paid per event: %s and taxes.", price)
