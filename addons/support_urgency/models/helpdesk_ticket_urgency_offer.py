import hashlib
import json
from dataclasses import asdict, dataclass

from odoo import fields, models
from odoo.tools.misc import formatLang

# What the price is shown for: everybody knows what an hour is.
EXAMPLE_MINUTES = 60


@dataclass(frozen=True)
class Price:
    """What a ticket would come to, in the unit of its policy.

    :param money: what no pack covers, without taxes; None: it is not invoiced
    """

    quantity: int
    uncovered: int
    balance: int
    money: str | None = None


@dataclass(frozen=True)
class Offer:
    """What a client is shown before accepting: facts, no words.

    :param percent: of the surcharge
    :param unit: of the prices; empty where nothing is counted
    :param least: what the urgent ticket costs at least; 0: nothing to say
    :param begun: whether the ticket costs something already
    :param typed: whether that is units that were typed: they stay as they are
    :param since: from when on, where that is not now: UTC, as text
    :param done: what the ticket costs with its work so far, and would cost
    :param normal: with an hour of work more, not urgent
    :param urgent: with an hour of work more, urgent
    :param balance: of the client now
    :param currency: id, of the money
    :param terms: stamps of the conditions
    """

    percent: int
    unit: str = ""
    least: int = 0
    begun: bool = False
    typed: bool = False
    since: str = ""
    done: tuple[int, int] = (0, 0)
    normal: Price | None = None
    urgent: Price | None = None
    balance: int = 0
    currency: int = 0
    terms: str = ""

    @property
    def stamp(self) -> str:
        """What stands for exactly this offer: the form carries it to the button."""
        facts = json.dumps(asdict(self), sort_keys=True)
        return hashlib.sha256(facts.encode()).hexdigest()[:32]


class HelpdeskTicket(models.Model):
    """What an urgency would cost, before anybody accepts it."""

    _inherit = "helpdesk.ticket"

    def _offers_support_urgency(self):
        """Whether the client of the ticket may make it urgent, holds aside."""
        self.ensure_one()
        ticket = self.sudo()
        return bool(
            ticket.active
            and not ticket.closed
            and not ticket._get_support_merged_into()
            and ticket.support_account_id.policy_id.urgent_offered
        )

    def _get_support_urgency_offer(self, since=None):
        """Return what accepting means (:class:`Offer`); as superuser.

        :param since: naive UTC datetime from which on it would hold: what was done
            since then would be urgent. Default: now, so that nothing was
        """
        self.ensure_one()
        policy = self.support_account_id.policy_id
        terms = policy._get_urgent_terms()._get_stamps()
        if not self._is_support_counted():
            return Offer(0, terms=terms)
        now = self._quote_support()
        then = self._quote_support(urgent=since) if since else now
        begun = bool(now.quantity)
        least = self._quote_support(1, urgent=True).quantity
        return Offer(
            policy.urgent_percent,
            terms=terms,
            unit=self._get_support_current_rules().unit,
            begun=begun,
            typed=any(step.code == "typed" for step in now.steps),
            since=fields.Datetime.to_string(since) or "",
            done=(now.quantity, then.quantity),
            least=0 if begun else least,
            normal=self._price_support_urgency(urgent=False),
            urgent=self._price_support_urgency(urgent=since or True),
            balance=self.support_account_id._get_balance(),
            currency=self._get_support_uncovered_terms()[1].id or 0,
        )

    def _price_support_urgency(self, urgent):
        """Return the price of the ticket with the example's minutes more."""
        self.ensure_one()
        quote = self._quote_support(EXAMPLE_MINUTES, urgent=urgent)
        preview = self._preview_support_quote(quote)
        return Price(
            preview["quantity"],
            preview["uncovered"],
            preview["balance_after"],
            self._price_support_uncovered(quote, preview["uncovered"]),
        )

    # === IN WORDS === #

    def _explain_support_urgency_offer(self, offer):
        """Return an offer in the reader's language: dict.

        - ``lead``: what is accepted, in one sentence
        - ``least``: what it costs at least, or what stays as it is; may be empty
        - ``done``: what the work that was done since then costs; may be empty
        - ``example``: of what the rows are the price; empty: there are none
        - ``now``: the balance before all that
        - ``rows``: dicts: ``label``, ``normal``, ``urgent``
        - ``consequence``: what becomes of what no pack covers; may be empty
        """
        self.ensure_one()
        words = self.env["support.explanation"]
        unit = offer.unit
        texts = {
            **dict.fromkeys(("example", "now", "consequence"), ""),
            "lead": self._explain_support_urgency_lead(offer),
            "least": self._explain_support_urgency_least(offer),
            "done": self._explain_support_urgency_done(offer),
            "rows": [],
        }
        if not offer.percent or offer.normal == offer.urgent:
            return texts
        example = self.env._("For example, with one hour of work")
        if offer.begun:
            example = self.env._("For example, with one more hour of work")
        return {
            **texts,
            "example": example,
            "now": self.env._(
                "Your balance now: %(balance)s.",
                balance=words.format_long(offer.balance, unit),
            ),
            "rows": self._explain_support_urgency_rows(offer),
            "consequence": self._explain_support_urgency_rest(offer),
        }

    def _explain_support_urgency_lead(self, offer):
        """Say what is accepted, in one sentence."""
        fixed = offer.normal == offer.urgent and not offer.typed
        if not offer.percent or fixed:
            # Nothing is counted, or the price is a fixed one.
            return self.env._(
                "Your ticket goes before those that can wait, at no extra cost."
            )
        if offer.since:
            return self.env._(
                "+%(percent)s %% on the work done since your message of %(date)s.",
                percent=offer.percent,
                date=self.env["support.explanation"].format_moment(
                    fields.Datetime.to_datetime(offer.since), self.company_id
                ),
            )
        return self.env._(
            "+%(percent)s %% on the work done from your acceptance on.",
            percent=offer.percent,
        )

    def _explain_support_urgency_least(self, offer):
        words = self.env["support.explanation"]
        if offer.percent and offer.typed and offer.normal == offer.urgent:
            return self.env._(
                "What was counted so far stays as it is: %s.",
                words.format_quantity(offer.done[0], offer.unit),
            )
        if not offer.least or offer.normal == offer.urgent:
            return ""
        return self.env._(
            "An urgent request costs %(quantity)s at least.",
            quantity=words.format_quantity(offer.least, offer.unit),
        )

    def _explain_support_urgency_done(self, offer):
        """Say what becomes of the price of what was done since then."""
        normal, urgent = offer.done
        if normal == urgent:
            return ""
        words = self.env["support.explanation"]
        return self.env._(
            "With the work done so far, this ticket costs %(urgent)s instead of "
            "%(normal)s.",
            urgent=words.format_quantity(urgent, offer.unit),
            normal=words.format_quantity(normal, offer.unit),
        )

    def _explain_support_urgency_rows(self, offer):
        words, unit = self.env["support.explanation"], offer.unit
        rows = [
            {
                "name": "charged",
                "label": self.env._("This ticket costs"),
                "normal": words.format_quantity(offer.normal.quantity, unit),
                "urgent": words.format_quantity(offer.urgent.quantity, unit),
            },
            {
                "name": "balance",
                "label": self.env._("Your balance afterwards"),
                "normal": words.format_long(offer.normal.balance, unit),
                "urgent": words.format_long(offer.urgent.balance, unit),
            },
        ]
        if offer.urgent.uncovered and offer.urgent.money is not None:
            currency = self.env["res.currency"].sudo().browse(offer.currency)
            rows.append(
                {
                    "name": "money",
                    "label": self.env._("To be invoiced, without taxes"),
                    **{
                        name: formatLang(
                            self.env,
                            float(getattr(offer, name).money),
                            currency_obj=currency,
                        )
                        for name in ("normal", "urgent")
                    },
                }
            )
        return rows

    def _explain_support_urgency_rest(self, offer):
        """Say what becomes of what the packs do not cover, where that is not money."""
        kind = self.support_account_id.policy_id.uncovered_policy
        if not offer.urgent.uncovered or offer.urgent.money is not None:
            return ""
        missing = self.env["support.explanation"].format_quantity(
            offer.urgent.uncovered, offer.unit
        )
        if kind == "block":
            return self.env._(
                "Your packs do not cover %s of it: the work starts when they do.",
                missing,
            )
        if kind == "wait":
            return self.env._(
                "Your packs do not cover %s of it, which waits for your next pack.",
                missing,
            )
        return self.env._("Your packs do not cover %s of it.", missing)

    def _print_support_urgency_offer(self, offer):
        """Return an offer as plain text: what is stored as shown."""
        texts = self._explain_support_urgency_offer(offer)
        lines = [texts["lead"], texts["least"], texts["done"]]
        if texts["rows"]:
            lines += [texts["now"], f"{texts['example']}:"]
            lines += [
                f"{row['label']}: {row['normal']} → {row['urgent']}"
                for row in texts["rows"]
            ]
        return "\n".join(line for line in [*lines, texts["consequence"]] if line)
