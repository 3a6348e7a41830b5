from decimal import Decimal
from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools.misc import formatLang

from ..engine import billing, overage


class Terms(NamedTuple):
    """What units cost: so much of a currency for so many of them."""

    product: object
    currency: object
    price: Decimal
    per: int


class SupportCharge(models.Model):
    """What the units that no pack covers cost at the list price."""

    _inherit = "support.charge"

    billing_terms = fields.Json(
        readonly=True,
        help="The price at which the charge was invoiced first; while an invoice "
        "stands, what is corrected is priced with it, too.",
    )
    overage_text = fields.Char(
        compute="_compute_overage_text",
        help="Without taxes, at the client's price list today.",
    )

    def _compute_overage_text(self):
        amounts = self._get_overages()
        terms = self._get_terms()
        for charge in self:
            money = amounts[charge]
            charge.overage_text = (
                formatLang(
                    self.env, float(money.total), currency_obj=terms[charge].currency
                )
                if money and money.total
                else ""
            )

    def _get_overage(self):
        """Return the engine's amounts for what is still due of the charge.

        In the currency of :meth:`_get_overage_currency`, without taxes; negative when
        less was worked than was invoiced.

        :return: :class:`engine.overage.Overage`; None when the policy names no
            product, or the product does not say how many units its price is for
        """
        self.ensure_one()
        return self._get_overages()[self]

    def _get_overages(self):
        """Return :meth:`_get_overage` of many: ``{charge: Overage or None}``."""
        found = dict.fromkeys(self)
        for charge, bill in self._get_due_bills().items():
            if bill:
                found[charge] = overage.Overage(bill.base, bill.surcharge)
        return found

    def _get_due_bills(self):
        """Return what is still to invoice: ``{charge: engine's Bill or None}``."""
        terms = self._get_terms()
        standing = self._get_standing_bills()
        found = {}
        for charge in self:
            owed = charge._get_owed_bill(terms[charge])
            found[charge] = owed and billing.due(owed, *standing[charge])
        return found

    def _get_owed_bill(self, terms):
        """Return what all that is owed comes to, as if nothing was invoiced yet."""
        self.ensure_one()
        if not terms:
            return None
        return billing.bill(
            self.uncovered - self.waived,
            quantity=self.quantity,
            surcharge=min(self._get_surcharge_units(), self.quantity),
            price=terms.price,
            per=terms.per,
            rounding=Decimal(str(terms.currency.rounding)),
        )

    # === PRICES === #

    def _get_terms(self):
        """Return what the units of each charge cost: ``{charge: Terms or None}``.

        Extended by who agrees on a price with the client.
        """
        return self._get_list_terms()

    def _get_list_terms(self):
        """Return what the units cost where nothing was agreed on, as `_get_terms`.

        At the price at which it was invoiced, while lines of it stand: sold is sold.
        Else at the client's price today, asked once for each price list.
        """
        # sudo: clients and technicians read what is to pay, not the products' prices.
        todays = {}
        found = {}
        for charge, charge_sudo in zip(self, self.sudo(), strict=True):
            if charge_sudo._has_frozen_terms():
                found[charge] = charge_sudo._read_billing_terms(
                    charge_sudo.billing_terms
                )
                continue
            product = charge_sudo.account_id.policy_id.overage_product_id
            pricelist = charge_sudo._get_overage_pricelist()
            key = (charge_sudo.company_id, product, pricelist)
            if key not in todays:
                todays[key] = self._get_todays_terms(*key)
            found[charge] = todays[key]
        return found

    def _has_frozen_terms(self):
        """Whether lines stand at a price, which holds from then on."""
        self.ensure_one()
        return bool(self.billing_terms and (self.billed or self.credited))

    @api.model
    def _read_billing_terms(self, terms):
        """Return what :meth:`_prepare_billing_terms` made values of."""
        return Terms(
            self.env["product.product"].browse(terms["product_id"]),
            self.env["res.currency"].browse(terms["currency_id"]),
            Decimal(terms["price"]),
            terms["per"],
        )

    @api.model
    def _prepare_billing_terms(self, terms):
        return {
            "product_id": terms.product.id,
            "currency_id": terms.currency.id,
            "price": str(terms.price),
            "per": terms.per,
        }

    @api.model
    def _get_todays_terms(self, company, product, pricelist):
        """Return the price of a product for its own quantity, or None."""
        if not product.support_quantity:
            return None
        currency = pricelist.currency_id or company.currency_id
        product = product.with_company(company)
        if pricelist:
            price = pricelist._get_product_price(product, 1.0, currency=currency)
        else:
            price = product._price_compute("list_price", currency=currency)[product.id]
        return Terms(product, currency, Decimal(str(price)), product.support_quantity)

    def _get_overage_pricelist(self):
        self.ensure_one()
        partner = self.account_id.partner_id.with_company(self.company_id)
        return partner.property_product_pricelist

    def _get_overage_currency(self):
        self.ensure_one()
        charge = self.sudo()
        pricelist = charge._get_overage_pricelist()
        return pricelist.currency_id or charge.company_id.currency_id

    def _get_surcharge_units(self):
        """Return how many units of the charge are the surcharge of an urgency."""
        self.ensure_one()
        return sum(
            values["added"] for code, values in self.steps or () if code == "surcharge"
        )
