import hashlib
import json
from dataclasses import asdict, dataclass

from odoo import api, fields, models
from odoo.tools.misc import formatLang

from .. import const


@dataclass(frozen=True)
class Offer:
    """What a client is shown before accepting an estimate: facts, no words.

    :param estimate: id of the estimate
    :param minutes: of the whole ticket
    :param done: minutes that were worked already
    :param tolerance: percent
    :param until: last day to accept, as text
    :param unit: of the quantities; empty where nothing is counted
    :param quantity: what the ticket would cost in all
    :param charged: what it has cost so far
    :param draws: (pack id, units) that it would still draw, in the order of drawing
    :param uncovered: units that no pack covers, less what was invoiced or waived
    :param money: what those cost, without taxes; None: they are not invoiced
    :param currency: id, of the money
    :param balance: before, and after
    :param terms: stamps of the conditions
    """

    estimate: int
    minutes: int
    done: int
    tolerance: int
    until: str = ""
    unit: str = ""
    quantity: int = 0
    charged: int = 0
    draws: tuple[tuple[int, int], ...] = ()
    uncovered: int = 0
    money: str | None = None
    currency: int = 0
    balance: tuple[int, int] = (0, 0)
    terms: str = ""

    @property
    def stamp(self) -> str:
        """What stands for exactly this offer: the form carries it to the button."""
        facts = json.dumps(asdict(self), sort_keys=True)
        return hashlib.sha256(facts.encode()).hexdigest()[:32]

    @property
    def asks_money(self) -> bool:
        """Whether something is to be invoiced: the client signs a quotation then."""
        return self.money is not None and float(self.money) > 0


class SupportEstimate(models.Model):
    """What an estimate means for who accepts it: its time, its packs, its money."""

    _inherit = "support.estimate"

    shown_now = fields.Text(
        string="The client reads",
        compute="_compute_shown_now",
        help="What it would draw, or cost, as things are today.",
    )

    @api.depends("ticket_id", "minutes", "tolerance_percent", "valid_until")
    @api.depends_context("lang", "uid", "allowed_company_ids")
    def _compute_shown_now(self):
        for estimate, estimate_sudo in zip(self, self.sudo(), strict=True):
            # A form may name any ticket: its balance is for who may read it.
            known = estimate.ticket_id._origin.has_access("read")
            offer = None
            if known and estimate_sudo.ticket_id and estimate_sudo.minutes > 0:
                offer = estimate_sudo._get_offer()
            estimate.shown_now = estimate_sudo._print_offer(offer) if offer else False

    def _get_offer(self):
        """Return what accepting means today (:class:`Offer`); as superuser."""
        self.ensure_one()
        ticket = self.ticket_id
        policy = ticket.support_account_id.policy_id
        facts = {
            "estimate": self._origin.id or 0,
            "minutes": self.minutes,
            "done": ticket._get_support_billable_minutes(),
            "tolerance": self.tolerance_percent,
            "until": fields.Date.to_string(self.valid_until) or "",
            "terms": policy._get_terms()._get_stamps(),
        }
        if not ticket._is_support_counted():
            return Offer(**facts)
        return Offer(**facts, **self._price_offer(max(self.minutes - facts["done"], 0)))

    def _price_offer(self, minutes):
        """Return what so many minutes more would draw and cost: values of an Offer."""
        ticket = self.ticket_id
        quote = ticket._quote_support_start(minutes)
        preview = ticket._preview_support_quote(quote)
        charge = ticket._get_support_posted()
        unit = preview["unit"]
        movement = ticket._preview_support_movement(
            charge, quote.quantity, unit, ticket.company_id.support_local_date()
        )
        uncovered, money = ticket._get_support_still_due(
            quote, preview["uncovered"], agreed=self._is_in_force()
        )
        return {
            "unit": unit,
            "quantity": preview["quantity"],
            "charged": charge.quantity,
            "draws": tuple((one.pack_id, one.quantity) for one in movement.draws),
            "uncovered": uncovered,
            "money": money,
            "currency": self._get_offer_terms()[1].id or 0,
            "balance": (preview["balance_before"], preview["balance_after"]),
        }

    def _is_in_force(self):
        return self.state in const.IN_FORCE

    def _get_offer_terms(self):
        """Return the price of what no pack covers, and its currency.

        A new version is offered at the price of today, also while the one before
        holds, unless a price stands on an invoice.
        """
        self.ensure_one()
        return self.ticket_id._get_support_uncovered_terms(agreed=self._is_in_force())

    # === IN WORDS === #

    def _explain_offer(self, offer):
        """Return an offer in the reader's language: dict.

        - ``time``: how long it takes
        - ``tolerance``: what becomes of more than that
        - ``done``: what was worked already; may be empty
        - ``until``: until when it may be accepted; may be empty
        - ``rows``: dicts: ``name``, ``label``, ``value``: what it draws and costs
        - ``consequence``: what becomes of what no pack covers; may be empty
        """
        self.ensure_one()
        words = self.env["support.explanation"]
        limit = self._get_limit_text()
        return {
            "time": words.format_long(offer.minutes, "minute"),
            "tolerance": self.env._(
                "The time is indicative, with a margin of %(percent)s %%. At "
                "%(limit)s we ask you again before we go on. What is charged is the "
                "work that is done, not the estimate.",
                percent=offer.tolerance,
                limit=limit,
            ),
            "done": offer.done
            and self.env._(
                "%s of it were worked already.",
                words.format_quantity(offer.done, "minute"),
            ),
            "until": offer.until
            and self.env._(
                "You can accept it until %s.",
                words.format_day(fields.Date.to_date(offer.until)),
            ),
            "rows": self._explain_offer_rows(offer),
            "consequence": self._explain_offer_rest(offer),
        }

    def _get_limit_text(self):
        self.ensure_one()
        words = self.env["support.explanation"]
        return words.format_quantity(self.limit_minutes, "minute")

    def _explain_offer_rows(self, offer):
        """Return what it draws from which pack and what it costs, ready to print."""
        if not offer.unit:
            return []
        words, unit = self.env["support.explanation"], offer.unit

        def row(name, label, value):
            return {"name": name, "label": label, "value": value}

        rows = [
            row(
                "charged",
                self.env._("The ticket costs in all"),
                words.format_quantity(offer.quantity, unit),
            )
        ]
        if offer.charged:
            charged = words.format_quantity(offer.charged, unit)
            rows.append(row("so_far", self.env._("Charged so far"), charged))
        for pack_id, quantity in offer.draws:
            # sudo: it is a pack of the client who reads.
            pack = self.env["support.pack"].sudo().browse(pack_id)
            label = self.env._("From %s", words.explain_source(pack))
            rows.append(row("pack", label, words.format_quantity(quantity, unit)))
        if offer.draws or not offer.uncovered:
            before, after = offer.balance
            label = self.env._("Your balance afterwards")
            text = words.format_long(after, unit)
            rows.append(row("balance", label, text))
        if offer.uncovered:
            label = self.env._("No pack covers")
            text = words.format_quantity(offer.uncovered, unit)
            rows.append(row("uncovered", label, text))
        if offer.uncovered and offer.money is not None:
            currency = self.env["res.currency"].sudo().browse(offer.currency)
            money = formatLang(self.env, float(offer.money), currency_obj=currency)
            label = self.env._("To be invoiced, without taxes")
            rows.append(row("money", label, money))
        return rows

    def _explain_offer_rest(self, offer):
        """Say what becomes of what the packs do not cover, where that is not money."""
        if not offer.uncovered or offer.money is not None:
            return ""
        kind = self.account_id.policy_id.uncovered_policy
        if kind == "block":
            return self.env._("The work starts when your packs cover it.")
        if kind == "wait":
            return self.env._("What no pack covers waits for your next pack.")
        return self.env._("What no pack covers is invoiced at the list price.")

    def _print_offer(self, offer):
        """Return an offer as plain text: what is stored as shown."""
        texts = self._explain_offer(offer)
        lines = [
            self.env._("Estimated time: %s", texts["time"]),
            texts["done"],
            *(f"{row['label']}: {row['value']}" for row in texts["rows"]),
            texts["consequence"],
            texts["tolerance"],
            texts["until"],
        ]
        return "\n".join(line for line in lines if line)
