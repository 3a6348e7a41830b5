from decimal import Decimal

from odoo import models

from ..engine import billing, overage


class HelpdeskTicket(models.Model):
    """What units that no pack covers would cost, before they are charged."""

    _inherit = "helpdesk.ticket"

    def _price_support_uncovered(self, quote, uncovered, agreed=True):
        """Return what uncovered units cost, as a decimal text; None: not invoiced.

        :param quote: the engine's quote that they are part of
        :param uncovered: units, as :meth:`_preview_support_quote` returns them
        :param agreed: see :meth:`_get_support_uncovered_terms`
        """
        self.ensure_one()
        terms, currency = self._get_support_uncovered_terms(agreed)
        if not terms:
            return None
        amount = overage.overage(
            uncovered,
            quantity=quote.quantity,
            surcharge=quote.surcharge,
            price=terms.price,
            per=terms.per,
            rounding=Decimal(str(currency.rounding)),
        )
        return str(amount.total)

    def _get_support_still_due(self, quote, uncovered, agreed=True):
        """Return what of uncovered units is still to be paid: ``(units, money)``.

        What was waived is nobody's to pay, and what stands on invoices is not invoiced
        again. Both 0 or more; the money as of :meth:`_price_support_uncovered`.
        """
        self.ensure_one()
        charge = self._get_support_posted()
        owed = max(uncovered - charge.waived, 0)
        units = max(billing.due_units(owed, charge.billed, charge.credited), 0)
        total = self._price_support_uncovered(quote, owed, agreed)
        if total is None or not charge.billed:
            return units, total
        if not units:
            return 0, "0"
        # As the next invoice: the whole less the lines that stand.
        billed, _credited = charge._get_standing_bills()[charge]
        return units, str(Decimal(total) - billed.total)

    def _get_support_uncovered_terms(self, agreed=True):
        """Return the price of uncovered units and its currency, where it is asked.

        :param agreed: at the price agreed on with the client, where there is one;
            else at what a new agreement would be made at
        """
        self.ensure_one()
        charge, account = self.support_charge_id, self.support_account_id
        policy = account.policy_id
        none = self.env["res.currency"]
        if policy.uncovered_policy != "invoice" or not policy.overage_product_id:
            return None, none
        if charge:
            found = charge._get_terms() if agreed else charge._get_list_terms()
            terms = found[charge]
        else:
            partner = account.partner_id.with_company(self.company_id)
            terms = charge._get_todays_terms(
                self.company_id,
                policy.overage_product_id,
                partner.property_product_pricelist,
            )
        return (terms, terms.currency) if terms else (None, none)
