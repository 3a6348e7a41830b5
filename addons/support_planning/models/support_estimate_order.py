from decimal import Decimal

from odoo import SUPERUSER_ID, Command, api, fields, models
from odoo.exceptions import UserError
from odoo.http import request
from odoo.tools import float_round

from .. import const


class SupportEstimate(models.Model):
    """Where money is due, the client signs and pays an Odoo quotation, and that
    accepts the estimate. What is charged is the work: see the charge."""

    _inherit = "support.estimate"

    order_id = fields.Many2one(
        "sale.order",
        string="Quotation",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="What the client signs, and pays, to accept the estimate.",
    )
    order_text = fields.Char(
        string="How the quotation stands", compute="_compute_order_text"
    )
    price_terms = fields.Json(
        readonly=True,
        copy=False,
        help="The price on the quotation: at that the work is invoiced.",
    )

    @api.depends("state")
    @api.depends_context("lang")
    def _compute_order_text(self):
        for estimate, estimate_sudo in zip(self, self.sudo(), strict=True):
            order = estimate_sudo.order_id
            estimate.order_text = order._describe_support_quotation() if order else ""

    def action_view_order(self):
        """Open the quotation, for who may read orders."""
        self.ensure_one()
        self.check_access("read")
        # sudo: for the id alone; the order opens with the rights of the user.
        order = self.sudo().order_id.with_env(self.env)
        order.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": "sale.order",
            "res_id": order.id,
            "view_mode": "form",
        }

    # === THE QUOTATION === #

    def _on_sent(self):
        # sudo: technicians estimate, and have no right to orders; theirs was checked.
        self.sudo()._make_quotation()
        return super()._on_sent()

    def _make_quotation(self):
        """Make the quotation of what no pack covers, where that is invoiced."""
        self.ensure_one()
        offer = self._get_offer()
        if not offer.asks_money:
            return
        terms, _currency = self._get_offer_terms()
        lang = self._get_sent_lang()
        # As Odoo: who sends the estimate is not the salesperson.
        orders = (
            self.env["sale.order"]
            .with_user(SUPERUSER_ID)
            .with_company(self.company_id)
            .with_context(lang=lang, mail_auto_subscribe_no_notify=True)
        )
        translated = self.with_user(SUPERUSER_ID).with_context(lang=lang)
        order = orders.create(translated._prepare_quotation(offer, terms))
        translated._ask_for_the_rest(order)
        order.message_subscribe(partner_ids=order.partner_id.ids)
        self._store(
            {
                "order_id": order.id,
                "price_terms": self.env["support.charge"]._prepare_billing_terms(terms),
            }
        )
        lead = translated._explain_quotation()
        self._store({"shown": f"{self.shown}\n{lead}"})

    def _prepare_quotation(self, offer, terms):
        """Return the values of the quotation: who pays, in which money, one line.

        Addresses, fiscal position and payment term are those of the invoice to come.
        """
        company = self.company_id
        client = self.account_id.partner_id.with_company(company)
        addresses = client.address_get(["invoice", "delivery"])
        charges = self.env["support.charge"].with_company(company)
        position = self.env["account.fiscal.position"].with_company(company)
        position = position._get_fiscal_position(
            client, client.browse(addresses["delivery"])
        )
        pricelist = client.property_product_pricelist
        seller = client.user_id or client.commercial_partner_id.user_id
        taxes = terms.product.taxes_id._filter_taxes_by_company(company)
        total = charges._prepare_line_price(
            Decimal(offer.money), Decimal(0), terms, taxes, position
        )["price_unit"]
        quantity, price = self._split_price(offer, terms, total)
        return {
            "support_estimate_id": self.id,
            "state": "sent",
            "company_id": company.id,
            "partner_id": (self._get_link_contact() or client).id,
            "partner_invoice_id": addresses["invoice"],
            "partner_shipping_id": addresses["delivery"],
            "pricelist_id": pricelist.id
            if pricelist.currency_id == terms.currency
            else False,
            "currency_id": terms.currency.id,
            "fiscal_position_id": position.id,
            "payment_term_id": client.property_payment_term_id.id,
            "user_id": seller.id,
            "validity_date": self.valid_until,
            "origin": self.ticket_id.number,
            "ticket_ids": [Command.link(self.ticket_id.id)],
            "require_signature": company.portal_confirmation_sign
            or not company.portal_confirmation_pay,
            "order_line": [
                Command.create(
                    {
                        "product_id": terms.product.id,
                        "name": self._get_quotation_text(offer, terms),
                        "product_uom_qty": quantity,
                        "price_unit": price,
                        "discount": 0,
                        "tax_ids": [Command.set(position.map_tax(taxes).ids)],
                    }
                ),
                Command.create(
                    {
                        "display_type": "line_note",
                        "name": self._explain_offer(offer)["tolerance"],
                    }
                ),
            ],
        }

    def _split_price(self, offer, terms, total):
        """Return quantity and price of the line: together exactly what it comes to.

        Odoo's quantities have two decimals: 20 minutes are 0.33 hours, and their price
        is what makes it 25.00. Mostly it is that of the product.
        """
        digits = self.env["decimal.precision"].precision_get("Product Unit")
        least = 10**-digits
        quantity = max(float_round(offer.uncovered / terms.per, digits), least)
        price = float(terms.price)
        if terms.currency.compare_amounts(quantity * price, total):
            price = total / quantity
        return quantity, price

    def _get_quotation_text(self, offer, terms):
        """Return the line as the client reads it: the ticket, what for, how much."""
        words = self.env["support.explanation"]
        price = terms.currency.with_env(self.env).format(float(terms.price))
        texts = [f"{self.ticket_id.number} {self.ticket_id.name}", self.note or ""]
        texts.append(
            self.env._(
                "%(quantity)s, at %(price)s for %(content)s",
                quantity=words.format_long(offer.uncovered, offer.unit),
                price=price,
                content=words.format_content(terms.per, offer.unit),
            )
        )
        return "\n".join(text for text in texts if text)

    def _explain_quotation(self):
        """Return what the quotation comes to, and what signing it does: a sentence."""
        order = self.order_id
        return self.env._(
            "Quotation %(order)s: %(total)s, taxes included. Accepting it accepts the "
            "estimate; what is charged is the work that is done.",
            order=order.name,
            total=order.currency_id.with_env(self.env).format(order.amount_total),
        )

    def _prepare_portal_quotation(self, offer):
        """Return what the client signs in place of pressing the button: dict.

        :param offer: of the estimate, as things are now

        - ``label``, ``total``: its number in words, and its amount with taxes
        - ``url``: of its page, with the key that Odoo gives it
        - ``action``: what the client does there
        """
        self.ensure_one()
        order = self.sudo().order_id
        if order.state not in ("draft", "sent") or not offer.asks_money:
            return {}
        if order.require_signature and order.require_payment:
            action = self.env._("Review, sign and pay the quotation")
        elif order.require_payment:
            action = self.env._("Review and pay the quotation")
        else:
            action = self.env._("Review and sign the quotation")
        return {
            "label": self.env._("Quotation %s, with taxes", order.name),
            "total": order.currency_id.with_env(self.env).format(order.amount_total),
            "url": order.get_portal_url(),
            "action": action,
        }

    # === ACCEPTING === #

    def _accept_offer(self, stamp, partner, channel, evidence):
        """Where money is due, only the quotation accepts."""
        estimate = self.sudo()
        problem = estimate.state == "sent" and estimate._get_quotation_problem(stamp)
        return problem or super()._accept_offer(stamp, partner, channel, evidence)

    def _get_quotation_problem(self, stamp):
        """Return why the button alone does not accept it; or nothing.

        Where the packs sufficed when it was sent, and do not any more, the quotation
        is made now. Where they suffice by now, nobody signs: the quotation ends.

        :param stamp: of the offer that the client was shown
        """
        self.ensure_one()
        self._take_ticket()
        if self._get_accept_problem():
            return None
        offer = self._get_offer()
        if not offer.asks_money:
            if stamp == offer.stamp:
                self._drop_quotation()
            return None
        if not self.order_id:
            self._make_quotation()
        if not self.order_id:
            return None
        return self.env._(
            "Not all of it is covered by your packs. Please review the quotation "
            "%(order)s: signing or paying it accepts the estimate.",
            order=self.order_id.name,
        )

    def _accept_by_order(self, order):
        """Accept it, because the client signed or paid its quotation (superuser).

        :param order: sale.order, confirmed just now
        :raise UserError: where it cannot be accepted any more
        """
        self.ensure_one()
        self._take_ticket()
        if self.state in const.IN_FORCE:
            return
        problem = self._get_accept_problem()
        if problem:
            raise UserError(problem)
        partner, user, evidence = order._get_support_acceptor()
        # The versions that the page of the quotation showed: asked before signing.
        # Who pays by a link was shown none, unless it accepted them before.
        if order.signature:
            terms = order._get_support_terms_to_show()
        else:
            terms = order._get_support_acceptances().terms_id
        if terms:
            terms._mark_accepted()
        self._accept(
            {
                "accepted_by": partner.id,
                "accepted_user_id": user.id,
                "channel": "quotation",
                "evidence": evidence,
                "terms_id": terms[:1].id,
                "lang": self.env.lang,
                # Of a payment that is the address of whoever reports it.
                "ip": request.httprequest.remote_addr
                if request and order.signature
                else False,
            }
        )

    def _accept(self, values):
        """What the client accepted in writing confirms its quotation, too."""
        res = super()._accept(values)
        order = self.order_id
        if order.state == "cancel":
            # It ended before its written acceptance, which came in time, was recorded.
            order.action_draft()
        if order.state in ("draft", "sent"):
            order.action_confirm()
        return res

    # === ENDING === #

    def _on_rejected(self):
        res = super()._on_rejected()
        self.sudo()._cancel_quotations()
        return res

    def _end(self, replaced_by=None):
        res = super()._end(replaced_by)
        self.sudo()._cancel_quotations()
        return res

    def _cancel_quotations(self):
        """Nobody signs what cannot be accepted any more; what was signed stays."""
        orders = self.order_id.with_user(SUPERUSER_ID)
        orders.filtered(lambda one: one.state in ("draft", "sent"))._action_cancel()
        for order in orders.filtered(lambda one: one.state == "sale"):
            order.message_post(
                body=order.env._(
                    "The estimate of this order holds no more. What was paid in "
                    "advance is deducted from the next invoice of the ticket; what is "
                    "left is credited with Create Invoice."
                ),
                subtype_xmlid="mail.mt_note",
            )

    def _follow_cancelled_order(self, order):
        """Staff cancelled the quotation: that takes the estimate back."""
        self.ensure_one()
        if self.order_id != order:
            return
        if self.state == "sent":
            reason = self.env._("The quotation %s was cancelled.", order.name)
            self._reject(reason, self.env["res.partner"])
        elif self.state in const.IN_FORCE:
            self.ticket_id._end_support_estimates(self)
            self._note(
                self.env._(
                    "The order %(order)s was cancelled: estimate %(version)s holds no "
                    "more.",
                    order=order.name,
                    version=self.version,
                )
            )

    # === THE PRICE === #

    def _get_signed_line(self):
        """Return the order line on which the work is billed; or none (sudo)."""
        self.ensure_one()
        order = self.sudo().order_id
        lines = order.order_line if order.state == "sale" else order.order_line.browse()
        return lines.filtered(lambda line: line._is_support_estimate())

    def _get_signed_terms(self):
        """Return the price that the client signed (Terms), or None."""
        terms = self.sudo().price_terms
        if not terms or not self._get_signed_line():
            return None
        return self.env["support.charge"]._read_billing_terms(terms)
