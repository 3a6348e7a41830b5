import re
from datetime import timedelta

from odoo import SUPERUSER_ID, Command, api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

MOST_PACKS = 20
# A reload or a second click finds the quotation that it made.
REUSE_MINUTES = 30
# More is no client but a script.
MOST_OPEN = 10
MOST_A_DAY = 20


class SaleOrder(models.Model):
    """Quotations that clients make themselves, in the client area."""

    _inherit = "sale.order"

    support_portal_sale = fields.Boolean(
        string="Made in the client area", readonly=True, copy=False
    )

    _support_portal_sale_idx = models.Index(
        "(partner_id, create_date) WHERE support_portal_sale"
    )

    # === THE CLIENT BUYS === #

    @api.model
    def _buy_support_packs(self, user, company, values):
        """Return the quotation of what a client chose, made or found again (sudo).

        Nothing is taken on trust: what may be bought is looked up anew.

        :param user: who is logged in; buys for its commercial entity
        :param company: where one without an account would become a client
        :param values: dict with product, quantity, accept, terms: text of the form,
            anything
        :raise ValidationError: names the field
        """
        contact = user.partner_id
        policies = self.env["support.policy"]._get_client_policies(user, company)
        offers = policies._get_portal_offers(contact)
        offer, row = self._find_support_offer(offers, values.get("product"))
        quantity = self._parse_support_quantity(values.get("quantity"))
        if row["problem"]:
            raise ValidationError(row["problem"])
        terms = offer["terms"]
        if terms:
            self._check_support_terms_read(terms, values)
        order = self._find_or_make_support_quotation(
            contact, offer["company"], row["product"], quantity
        )
        order.with_user(user).sudo()._accept_support_terms()
        return order

    @api.model
    def _find_support_offer(self, offers, product_id):
        """Return the offer and the row of the pack that was chosen.

        :param product_id: text of the form, anything
        """
        for offer in offers:
            for row in offer["rows"]:
                if str(row["product"].id) == product_id:
                    return offer, row
        raise ValidationError(self.env._("Pack: choose one of those that are offered."))

    @api.model
    def _parse_support_quantity(self, text):
        """Return how many packs are bought (integer).

        :param text: of the form, anything
        """
        if isinstance(text, str) and re.fullmatch(r" *[0-9]{1,3} *", text):
            quantity = int(text)
            if 1 <= quantity <= MOST_PACKS:
                return quantity
        raise ValidationError(
            self.env._(
                "Quantity: a whole number from 1 to %(most)s. For more, ask us.",
                most=MOST_PACKS,
            )
        )

    @api.model
    def _check_support_terms_read(self, terms, values):
        """The box is ticked, and it was ticked beside this very text."""
        if values.get("terms") != terms._get_stamps():
            raise ValidationError(
                self.env._(
                    "Terms: they have changed since you opened this page. Read them "
                    "and try again."
                )
            )
        if values.get("accept") != "on":
            raise ValidationError(
                self.env._(
                    "Terms: tick the box if you accept them; without that we "
                    "cannot sell."
                )
            )

    @api.model
    def _find_or_make_support_quotation(self, contact, company, product, quantity):
        """Return the client's open quotation of exactly this, made if there is none."""
        self._take_turn_of_support_buyer(contact)
        # with_user: clients have no right to make orders; what they may order was
        # checked before.
        orders = self.with_user(SUPERUSER_ID).with_company(company)
        found = orders._find_support_quotation(contact, company, product, quantity)
        if found:
            return found
        orders._check_support_rate(contact)
        return orders._make_support_quotation(contact, company, product, quantity)

    @api.model
    def _take_turn_of_support_buyer(self, contact):
        """Take the row of the client: of two clicks at once, the second is retried.

        Odoo retries a request that could not be serialised; it then finds the
        quotation of the first.
        """
        self.env.cr.execute(
            SQL(
                "UPDATE res_partner SET write_date = write_date WHERE id = %s",
                contact.commercial_partner_id.id,
            )
        )

    @api.model
    def _find_support_quotation(self, contact, company, product, quantity):
        since = fields.Datetime.now() - timedelta(minutes=REUSE_MINUTES)
        found = self.search(
            [
                ("support_portal_sale", "=", True),
                ("partner_id", "=", contact.id),
                ("company_id", "=", company.id),
                ("state", "=", "sent"),
                ("create_date", ">=", since),
                ("order_line.product_id", "=", product.id),
            ],
            order="id desc",
        )
        return found.filtered(
            lambda order: (
                not order.is_expired
                and not order.transaction_ids
                and len(order.order_line) == 1
                and order.order_line.product_uom_qty == quantity
            )
        )[:1]

    @api.model
    def _check_support_rate(self, contact):
        """Refuse to make heaps of quotations."""
        client = contact.sudo().commercial_partner_id
        own = Domain("support_portal_sale", "=", True) & Domain(
            "partner_id", "child_of", client.id
        )
        orders = self.sudo()
        today = fields.Date.context_today(self)
        still_open = (
            own
            & Domain("state", "=", "sent")
            & (
                Domain("validity_date", "=", False)
                | Domain("validity_date", ">=", today)
            )
        )
        if orders.search_count(still_open, limit=MOST_OPEN) >= MOST_OPEN:
            raise ValidationError(
                self.env._(
                    "You have %(count)s open quotations already. Accept or reject one "
                    "of them first, at My account, Quotations.",
                    count=MOST_OPEN,
                )
            )
        since = fields.Datetime.now() - timedelta(days=1)
        recent = own & Domain("create_date", ">=", since)
        if orders.search_count(recent, limit=MOST_A_DAY) >= MOST_A_DAY:
            raise ValidationError(
                self.env._(
                    "You have asked for many quotations today. Try again tomorrow, or "
                    "ask us."
                )
            )

    @api.model
    def _make_support_quotation(self, contact, company, product, quantity):
        """Create the quotation as a salesperson would, and tell the salesperson."""
        lang = contact.lang or self.env.lang
        orders = self.with_context(lang=lang, mail_auto_subscribe_no_notify=True)
        order = orders.create(
            {
                "partner_id": contact.id,
                "company_id": company.id,
                "support_portal_sale": True,
                "origin": orders.env._("Client area"),
                "order_line": [
                    Command.create(
                        {"product_id": product.id, "product_uom_qty": quantity}
                    )
                ],
            }
        )
        order.message_subscribe(partner_ids=contact.ids)
        order.with_context(tracking_disable=True).action_quotation_sent()
        order._tell_support_salesperson(contact)
        return order

    def _tell_support_salesperson(self, contact):
        """Leave an internal note; the salesperson, if there is one, is notified."""
        self.ensure_one()
        seller = self.user_id
        order = self.with_context(
            lang=seller.lang or self.company_id.partner_id.lang or self.env.lang
        )
        line = order.order_line
        order.message_post(
            body=order.env._(
                "%(contact)s made this quotation in the client area: %(quantity)s × "
                "%(product)s, %(total)s.",
                contact=contact.display_name,
                quantity=int(line.product_uom_qty),
                product=line.product_id.display_name,
                total=order.currency_id.format(order.amount_total),
            ),
            subtype_xmlid="mail.mt_note",
            partner_ids=seller.partner_id.ids,
            force_send=False,
        )
