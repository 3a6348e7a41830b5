from markupsafe import Markup

from odoo import api, models
from odoo.tools.misc import format_amount

from .. import const
from ..engine import alerts

# How many of the last movements, and of the packs on sale, a mail names.
MOST_LINES = 5


class SupportExplanation(models.AbstractModel):
    _inherit = "support.explanation"

    @api.private
    @api.model
    def format_threshold(self, threshold, unit):
        """Return a threshold in short: ``20 %``, ``60 credits``, ``Used up``.

        :param threshold: the engine's
        """
        if threshold == alerts.EXHAUSTION:
            return self.env._("Used up")
        if threshold.percent:
            return self.env._("%(percent)s %%", percent=threshold.value)
        return self.format_quantity(threshold.value, unit)

    def _explain_alert(self, threshold, depletion, unit):
        """Return one sentence to the client: which threshold was reached."""
        if threshold == alerts.EXHAUSTION:
            return self.env._("Nothing is left of your support balance.")
        balance = self.format_long(depletion.balance, unit)
        if threshold is None:
            return self.env._("Your support balance is %(balance)s.", balance=balance)
        if threshold.percent:
            return self.env._(
                "Your support balance has come down to %(balance)s: %(percent)s %% or "
                "less of the %(base)s that you had after your last purchase.",
                balance=balance,
                percent=threshold.value,
                base=self.format_long(depletion.base, unit),
            )
        return self.env._(
            "Your support balance has come down to %(balance)s (alert at "
            "%(threshold)s).",
            balance=balance,
            threshold=self.format_quantity(threshold.value, unit),
        )


class SupportAccount(models.Model):
    """What the mails about the balance say, in the language of the environment."""

    _inherit = "support.account"

    def _get_balance_subject(self):
        """Return the subject of the mail about the balance."""
        self.ensure_one()
        parts = self._get_balance_parts()
        if any(part["is_exhausted"] for part in parts):
            return self.env._("Your support balance is used up")
        return self.env._(
            "Your support balance: %(balance)s left",
            balance=", ".join(part["balance"] for part in parts),
        )

    def _render_balance_alert(self, brief=False):
        """Return what the mail says between its greeting and its end.

        :param brief: without what the ticket's own message says anyway
        """
        self.ensure_one()
        parts = self._get_balance_parts()
        if brief and not self._get_due_alerts():
            return Markup()
        return self.env["ir.qweb"]._render(
            "support_packs.mail_balance_alert",
            {
                "account": self,
                "brief": brief,
                "parts": parts,
                "packs": self._get_balance_packs(),
                "offers": self._get_offers(),
                "url": f"{self.get_base_url()}/my/support?account={self.id}",
                "buy_url": f"{self.get_base_url()}/my/support/buy",
            },
        )

    def _get_balance_parts(self):
        """Return what is to be said of each unit: mostly one.

        What is due; in a preview of the template, when nothing is, what is left.
        """
        self.ensure_one()
        words = self.env["support.explanation"]
        rows = self._get_due_alerts() or self._fetch_depletions(self.ids)
        parts = []
        for row in rows:
            threshold = row.get("thresholds", (None,))[-1]
            balance = row["depletion"].balance
            parts.append(
                {
                    "headline": words._explain_alert(
                        threshold, row["depletion"], row["unit"]
                    ),
                    "balance": words.format_quantity(balance, row["unit"]),
                    "is_exhausted": not balance,
                    "consequence": "" if balance else self._explain_exhaustion(),
                    "movements": self._get_last_movements(row),
                }
            )
        return parts

    def _explain_exhaustion(self):
        """Say what becomes of requests now that nothing is left."""
        self.ensure_one()
        return {
            "block": self.env._("The work starts when your balance covers it."),
            "invoice": self.env._("What no pack covers is invoiced at the list price."),
            "wait": self.env._("What no pack covers waits for your next pack."),
        }[self.policy_id.uncovered_policy]

    def _get_last_movements(self, row):
        """Return what last used the balance: dicts, ``name``, ``quantity``, ``day``.

        One for each ticket, as it stands after corrections, and for each pack that
        expired; since the last purchase, newest first.

        :param row: one of :meth:`_fetch_depletions`
        """
        self.ensure_one()
        words = self.env["support.explanation"]
        groups = self.env["support.ledger.entry"]._read_group(
            [
                ("pack_id.account_id", "=", self.id),
                ("unit", "=", row["unit"]),
                ("entry_type", "in", ("usage", "return", "expiry")),
                ("id", ">", row["grant_entry_id"]),
            ],
            ["ticket_id"],
            ["quantity:sum", "date:max"],
            having=[("quantity:sum", "!=", 0)],
            order="id:max desc",
            limit=MOST_LINES,
        )
        return [
            {
                "name": ticket.display_name or self.env._("Expired"),
                "quantity": words.format_signed(quantity, row["unit"]),
                "day": words.format_moment_day(date, self.company_id),
            }
            for ticket, quantity, date in groups
        ]

    def _get_balance_packs(self):
        """Return the packs with something left: ``name``, ``balance``, ``expiry``."""
        self.ensure_one()
        words = self.env["support.explanation"]
        packs = self.pack_ids.filtered(
            lambda pack: pack.balance and pack.state in ("active", "suspended")
        )
        labels = dict(packs._fields["state"]._description_selection(self.env))
        return [
            {
                "name": pack.name,
                "balance": words.format_long(pack.balance, pack.unit),
                "expiry": words.explain_expiry(pack)
                if pack.state == "active"
                else labels[pack.state],
            }
            for pack in packs
        ]

    def _get_offers(self):
        """Return what the client may buy: ``name``, ``content``, ``price`` (no tax)."""
        self.ensure_one()
        if self.policy_id.unit not in dict(const.UNITS):
            return []
        products = self.policy_id._get_packs_to_buy(1, not self._has_had_pack())
        partner = self.partner_id.with_company(self.company_id)
        pricelist = partner.property_product_pricelist
        currency = pricelist.currency_id or self.company_id.currency_id
        return [
            {
                "name": product.display_name,
                "content": product.support_quantity_text,
                "price": format_amount(
                    self.env,
                    pricelist._get_product_price(
                        product.with_company(self.company_id), 1.0
                    ),
                    currency,
                ),
            }
            for product in products[:MOST_LINES]
        ]

    def _tell_salesperson_of_alerts(self, due, email, expiring):
        """Leave an internal note in the salesperson's language.

        :param due: rows of :meth:`_get_due_alerts`
        :param expiring: packs of which the mail said that they expire soon
        """
        user = self.partner_id.user_id
        account = self.with_context(lang=user.lang or self.env.lang)
        words = account.env["support.explanation"]
        lines = [
            account.env._(
                "Low balance (%(alerts)s): %(balance)s left.",
                alerts=", ".join(
                    words.format_threshold(threshold, row["unit"])
                    for threshold in row["thresholds"]
                ),
                balance=words.format_long(row["depletion"].balance, row["unit"]),
            )
            for row in due
        ]
        account._post_note(lines + account._describe_expiring(expiring), email)
