from decimal import Decimal

from odoo import fields, models
from odoo.tools.misc import formatLang

from ..engine import overage


class SupportCharge(models.Model):
    """What the units that no pack covers cost at the list price."""

    _inherit = "support.charge"

    overage_text = fields.Char(
        compute="_compute_overage_text",
        help="Without taxes, at the client's price list today.",
    )

    def _compute_overage_text(self):
        for charge in self:
            amounts = charge._get_overage()
            charge.overage_text = (
                formatLang(
                    self.env,
                    float(amounts.total),
                    currency_obj=charge._get_overage_currency(),
                )
                if amounts and amounts.total
                else ""
            )

    def _get_overage(self):
        """Return the engine's amounts for what is still open of the charge.

        In the currency of :meth:`_get_overage_currency`, without taxes.

        :return: :class:`engine.overage.Overage`; None when the policy names no
            product, or the product does not say how many units its price is for
        """
        self.ensure_one()
        # sudo: clients and technicians read what is to pay, not the products' prices.
        charge = self.sudo()
        product = charge.account_id.policy_id.overage_product_id
        if not product.support_quantity:
            return None
        currency = charge._get_overage_currency()
        return overage.overage(
            charge._get_open_units(),
            quantity=charge.quantity,
            surcharge=charge._get_surcharge_units(),
            price=Decimal(str(charge._get_overage_price(product, currency))),
            per=product.support_quantity,
            rounding=Decimal(str(currency.rounding)),
        )

    def _get_overage_price(self, product, currency):
        """Return the price of the product for this client, for its own quantity."""
        self.ensure_one()
        company = self.company_id
        partner = self.account_id.partner_id.with_company(company)
        product = product.with_company(company)
        pricelist = partner.property_product_pricelist
        if pricelist:
            return pricelist._get_product_price(product, 1.0, currency=currency)
        return product._price_compute("list_price", currency=currency)[product.id]

    def _get_overage_currency(self):
        self.ensure_one()
        charge = self.sudo()
        partner = charge.account_id.partner_id.with_company(charge.company_id)
        pricelist = partner.property_product_pricelist
        return pricelist.currency_id or charge.company_id.currency_id

    def _get_surcharge_units(self):
        """Return how many units of the charge are the surcharge of an urgency."""
        self.ensure_one()
        return sum(
            values["added"] for code, values in self.steps or () if code == "surcharge"
        )
