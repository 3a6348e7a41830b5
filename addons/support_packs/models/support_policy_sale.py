from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..engine import pricing, split

NO_PRICE = {
    "support_unit_price": 0,
    "support_unit_price_text": "",
    "support_discount": 0,
}


class SupportPolicy(models.Model):
    """How the packs of a policy are sold: their prices, and who may buy them first."""

    _inherit = "support.policy"

    limit_first_purchase = fields.Boolean(
        string="Limit the first purchase",
        help="A client who never had an active pack may buy only the products marked "
        "for new clients.",
    )
    needs_qualification = fields.Boolean(
        string="Approve new clients",
        help="A client who never had an active pack first sends a description of the "
        "company in the portal, and buys when a manager has approved it.",
    )

    @api.constrains("overage_product_id", "unit")
    def _check_overage(self):
        """Its price is for a quantity: without one nothing can be invoiced."""
        units = dict(self._fields["unit"]._description_selection(self.env))
        for policy in self.filtered(lambda policy: policy.unit != "none"):
            product = policy.overage_product_id
            if product.support_is_pack:
                raise ValidationError(
                    self.env._(
                        "Product to invoice: “%(product)s” is a pack. Choose a service "
                        "that is not, or make one.",
                        product=product.display_name,
                    )
                )
            if product and (
                product.support_unit != policy.unit or product.support_quantity < 1
            ):
                raise ValidationError(
                    self.env._(
                        "Product to invoice: the policy %(policy)s counts in "
                        "%(unit)s. Say on the Support tab of “%(product)s” how many of "
                        "them its price is for.",
                        policy=policy.name,
                        unit=units[policy.unit],
                        product=product.display_name,
                    )
                )

    # === FIRST PURCHASE === #

    def _get_first_purchase_problems(self, products, client):
        """Return why a new client cannot buy each of these packs of the policy yet.

        :param client: commercial entity that never had an active pack
        :return: ``{product: sentence, or None if the client can}``
        """
        self.ensure_one()
        problems = dict.fromkeys(products)
        if self.needs_qualification:
            qualifications = self.env["support.qualification"]
            problems = qualifications._get_sale_problems(self, products, client)
        if self.limit_first_purchase:
            first = self._get_pack_products().filtered("support_for_new_clients")
            for product in products.filtered(
                lambda product: not product.support_for_new_clients
            ):
                problems[product] = problems[product] or self._get_limit_message(
                    product, client, first
                )
        return problems

    def _get_limit_message(self, product, client, first):
        """Return why a pack is not the first one of a client, and which one can be."""
        if not first:
            return self.env._(
                "First purchase: no pack of “%(policy)s” is for new clients like "
                "%(client)s. Mark one on its product.",
                policy=self.name,
                client=client.display_name,
            )
        return self.env._(
            "First purchase: %(client)s can buy “%(product)s” after a first pack has "
            "been active. New clients begin with: %(packs)s.",
            client=client.display_name,
            product=product.display_name,
            packs=", ".join(first.mapped("display_name")),
        )

    @api.model
    def _get_policies_to_apply_for(self, company):
        """Return the policies of a company that a prospect applies for."""
        return self.sudo().search(
            [("company_id", "=", company.id), ("needs_qualification", "=", True)]
        )

    def _get_apply_problem(self, contact):
        """Return why a client need not or cannot apply now, or nothing."""
        self.ensure_one()
        account = self.env["support.account"]._find(contact, self.company_id)
        if account._has_had_pack():
            return self.env._("You are a client already: buy whenever you like.")
        if account and account.policy_id != self:
            # What the account follows is what its first purchase follows, too.
            return self.env._("No application is needed to buy.")
        found = self.env["support.qualification"]._search_of(
            contact, self, "requested", "approved"
        )
        return found[:1]._get_state_text() if found else None

    # === PRICES === #

    def _get_support_price_table(self, pricelist, company, partner=None):
        """Return the packs of these policies with their prices, as clients see them.

        Smallest pack first, policy by policy. Prices are those that the pricelist says
        before the taxes of an order.

        :param pricelist: product.pricelist; empty: list prices
        :param company: the one that sells; policies of others have no rows
        :param partner: who would buy; each row then says what forbids it
        :return: list of dicts: policy, product, quantity (integer), quantity_text,
            currency, price, unit_price (of one unit, not rounded), unit_price_text,
            discount (integer percent against the smallest offer), problem (sentence)
        """
        # sudo: the reader may be a client, or nobody yet.
        policies = self.sudo().filtered(lambda policy: policy.company_id == company)
        products = policies._get_pack_products().with_company(company)
        currency = pricelist.currency_id or company.sudo().currency_id
        prices = (
            pricelist.sudo()
            .with_company(company)
            ._get_products_price(
                products | policies.overage_product_id, 1.0, currency=currency
            )
        )
        problems = (
            products._get_support_sale_problems(partner, company) if partner else {}
        )
        bases = policies._get_base_offers(products, prices)
        rows = []
        for product in products:
            price = currency.round(prices[product.id])
            quantity, unit = product.support_quantity, product.support_unit
            offer = _make_offer(quantity, price)
            row = {
                "policy": product.support_policy_id.with_env(self.env),
                "product": product.with_env(self.env),
                "quantity": quantity,
                "quantity_text": product.support_quantity_text,
                "currency": currency,
                "price": price,
                "unit_price": float(offer.unit_price),
                "unit_price_text": self._format_unit_price(offer, unit, currency),
                "discount": pricing.discount_percent(
                    offer, bases[product.support_policy_id]
                ),
                "problem": problems.get(product),
            }
            rows.append(row)
        return rows

    @api.model
    def _get_unit_prices(self, products):
        """Return what product forms and lists say about unit prices, for each product.

        In list prices, discounts in the currency of the policy's company.

        :param products: product.product or product.template
        :return: ``{product: {field: value}}``
        """
        # sudo: a shared product may have a policy of a company not seen from here.
        policies = products.sudo().support_policy_id
        packs = policies._get_pack_products()
        prices = {
            product.id: product._get_support_list_price()
            for product in packs | policies.overage_product_id
        }
        bases = policies._get_base_offers(packs, prices)
        found = {}
        for product in products:
            quantity, unit = product.support_quantity, product.support_unit
            if quantity <= 0 or not unit:
                found[product] = NO_PRICE
                continue
            product_sudo = product.sudo()
            policy = product_sudo.support_policy_id
            offer = _make_offer(quantity, product_sudo._get_support_list_price())
            base = bases.get(policy) if product.support_is_pack else None
            if base and product != product._origin:
                base = pricing.base_offer([offer], base)
            currency = policy.company_id.currency_id or product_sudo.currency_id
            found[product] = {
                "support_unit_price": float(offer.unit_price),
                "support_unit_price_text": self._format_unit_price(
                    offer, unit, currency
                ),
                "support_discount": pricing.discount_percent(offer, base),
            }
        return found

    def _get_pack_products(self):
        """Return what is sold as packs of these policies, smallest first."""
        return self.env["product.product"].search(
            [
                ("support_is_pack", "=", True),
                ("support_policy_id", "in", self.ids),
                ("support_quantity", ">", 0),
                ("sale_ok", "=", True),
            ],
            order="support_policy_id, support_quantity, id",
        )

    def _get_base_offers(self, packs, prices):
        """Return the offers that discounts are counted against.

        :param packs: products of these policies
        :param prices: ``{product id: price}`` of them and of the overage products
        :return: ``{policy: engine's offer or None}``
        """
        offers = {policy: [] for policy in self}
        for product in packs:
            offers[product.support_policy_id].append(
                _make_offer(product.support_quantity, prices[product.id])
            )
        singles = {
            policy: _make_offer(
                policy.overage_product_id.support_quantity,
                prices[policy.overage_product_id.id],
            )
            for policy in self
            # Databases from before the check may hold others.
            if policy.overage_product_id.support_quantity > 0
            and policy.overage_product_id.support_unit == policy.unit
        }
        return {
            policy: pricing.base_offer(offers[policy], singles.get(policy))
            for policy in self
        }

    @api.model
    def _format_unit_price(self, offer, unit, currency):
        """Return what one unit costs, in words; time by the hour."""
        per = 60 if unit == "minute" else 1
        rounding = Decimal(str(currency.rounding))
        amount = split.share(offer.price, per, offer.quantity, rounding)
        price = currency.format(float(amount))
        if unit == "minute":
            return self.env._("%(price)s per hour", price=price)
        if unit == "credit":
            return self.env._("%(price)s per credit", price=price)
        return self.env._("%(price)s per ticket", price=price)


def _make_offer(quantity, price):
    """Return the engine's view of a quantity for a price (float)."""
    return pricing.Offer(quantity, Decimal(str(price)))
