from markupsafe import Markup

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL
from odoo.tools.misc import format_amount

INTERNAL = "base.group_user"


class HelpdeskTicket(models.Model):
    """Tells the client on the ticket what is missing, and what could be bought."""

    _inherit = "helpdesk.ticket"

    support_asked_at = fields.Datetime(
        string="Client asked to buy", readonly=True, copy=False, groups=INTERNAL
    )
    support_asked_for = fields.Char(
        readonly=True,
        copy=False,
        groups="base.group_system",
        help="The shortage that the client was told of last: told once.",
    )

    def action_support_ask_to_buy(self):
        """Tell the client on the ticket what is missing and what to buy.

        Once for each shortage: pressing it again posts nothing.
        """
        self.ensure_one()
        self._check_support_technician()
        self.check_access("write")
        ticket = self.sudo()
        shortage = ticket._get_support_shortage()
        if not shortage or not ticket._get_packs_to_offer(shortage):
            raise UserError(
                self.env._(
                    "There is nothing to ask for: either nothing is missing, or there "
                    "is no pack that the client could buy."
                )
            )
        if ticket._mark_support_asked(shortage):
            lang = ticket.partner_id.lang or self.env.lang
            self.message_post(
                body=ticket.with_context(lang=lang)._prepare_support_offer(shortage),
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
                partner_ids=ticket.partner_id.ids,
            )
        return True

    # === WHAT THE CLIENT IS TOLD === #

    def _get_packs_to_offer(self, shortage):
        self.ensure_one()
        account = self.support_account_id
        return account.policy_id._get_packs_to_buy(
            max(shortage.missing, 1),
            new_client=not any(account.pack_ids.mapped("date_start")),
        )

    def _may_ask_support_client(self, shortage):
        """Whether there is something to buy that the client was not told of yet."""
        self.ensure_one()
        return bool(
            shortage
            and self._get_packs_to_offer(shortage)
            and self.support_asked_for != self._get_support_asked_key(shortage)
        )

    def _get_support_asked_key(self, shortage):
        """Return what makes a shortage another one: numbers, and a purchase since."""
        self.ensure_one()
        packs = self.support_account_id.pack_ids
        numbers = (shortage.balance, shortage.missing, max(packs.ids, default=0))
        return "/".join(str(number) for number in numbers)

    def _mark_support_asked(self, shortage):
        """Remember that the client is told of this shortage; False: was told before.

        One UPDATE: of two clicks at once, the second is retried and finds it done.
        """
        self.ensure_one()
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                UPDATE helpdesk_ticket
                   SET support_asked_for = %(key)s,
                       support_asked_at = now() AT TIME ZONE 'UTC'
                 WHERE id = %(id)s AND support_asked_for IS DISTINCT FROM %(key)s
             RETURNING id
                """,
                key=self._get_support_asked_key(shortage),
                id=self.id,
            )
        )
        marked = bool(self.env.cr.fetchone())
        self.invalidate_recordset(["support_asked_for", "support_asked_at"])
        self.modified(["support_asked_for"])
        return marked

    def _prepare_support_offer(self, shortage):
        """Return the message to the client, in the language of the environment."""
        self.ensure_one()
        words, unit = self.env["support.explanation"], self.support_unit
        have = self.env._(
            "Your support balance is %(balance)s.",
            balance=words.format_long(shortage.balance, unit),
        )
        if shortage.missing:
            have = self.env._(
                "Your support balance is %(balance)s, and this request needs "
                "%(needed)s: %(missing)s are missing.",
                balance=words.format_long(shortage.balance, unit),
                needed=words.format_long(shortage.needed, unit),
                missing=words.format_long(shortage.missing, unit),
            )
        items = Markup().join(
            Markup("<li>%s</li>") % self._describe_pack(pack)
            for pack in self._get_packs_to_offer(shortage)
        )
        offer = self.env._("These packs are enough to go on (prices without taxes):")
        paragraphs = [have, self._explain_support_consequence(shortage)]
        lead = Markup().join(
            Markup("<p>%s</p>") % text for text in [*filter(None, paragraphs), offer]
        )
        return lead + Markup("<ul>%s</ul>") % items + self._prepare_buy_link()

    def _prepare_buy_link(self):
        """Return the link to where the client buys, if it finds packs there."""
        self.ensure_one()
        packs = self.support_account_id.policy_id.pack_product_ids
        if not any(packs.mapped("support_portal_sale")):
            return Markup()
        return Markup('<p><a href="%s/my/support/buy">%s</a></p>') % (
            self.get_base_url(),
            self.env._("Buy a pack"),
        )

    def _explain_support_consequence(self, shortage):
        """Say to the client what happens to the request without a purchase."""
        self.ensure_one()
        policy = self.support_account_id.policy_id
        if shortage.limited or (
            shortage.missing and policy.uncovered_policy == "block"
        ):
            return self.env._("The work starts when your balance covers it.")
        if shortage.missing and policy.uncovered_policy == "invoice":
            return self.env._("What no pack covers is invoiced at the list price.")
        if shortage.missing:
            return self.env._("What no pack covers waits for your next pack.")
        return ""

    def _describe_pack(self, pack):
        """Return a pack as it is offered: name, content, the client's price."""
        self.ensure_one()
        company = self.company_id
        partner = self.partner_id.with_company(company)
        pricelist = partner.property_product_pricelist
        price = pricelist._get_product_price(pack.with_company(company), 1.0)
        currency = pricelist.currency_id or company.currency_id
        return self.env._(
            "%(pack)s (%(content)s): %(price)s",
            pack=pack.display_name,
            content=pack.support_quantity_text,
            price=format_amount(self.env, price, currency),
        )
