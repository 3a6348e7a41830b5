from odoo import fields, models
from odoo.http import request

from .. import const

MOST_REASON = 2000


class HelpdeskTicket(models.Model):
    """The client makes its own ticket urgent, and takes that back."""

    _inherit = "helpdesk.ticket"

    # === WHO MAY === #

    def _may_make_support_urgent(self):
        """Whether the reader is somebody of the client who pays: never an employee."""
        self.ensure_one()
        reader = self.env.user
        account = self.sudo().support_account_id
        return bool(
            reader.share
            and not reader._is_public()
            and account
            and account.partner_id == reader.partner_id.sudo().commercial_partner_id
            and self.has_access("read")
        )

    def _get_support_urgency_problem(self):
        """Return why an urgency cannot be accepted now, for the client; or nothing."""
        self.ensure_one()
        ticket = self.sudo()
        if not ticket._offers_support_urgency():
            return self.env._("This ticket cannot be made urgent.")
        account = ticket.support_account_id
        if account._get_holds_against("urgent", ticket):
            return self.env._(
                "Urgent requests are not possible while your support is on hold. "
                "Please get in touch with us."
            )
        return ticket._get_support_urgency_wait_problem()

    def _get_support_urgency_wait_problem(self):
        """Return why an urgency that was withdrawn cannot be accepted again yet.

        Each acceptance calls somebody: not as often as a button can be pressed.
        """
        self.ensure_one()
        ends = self.support_consent_ids.filtered(
            lambda one: (
                one.cancel_ground == "withdrawn"
                and one.cancelled_at + const.AGAIN_AFTER > fields.Datetime.now()
            )
        ).mapped("cancelled_at")
        if not ends:
            return ""
        return self.env._(
            "The urgency was withdrawn a short while ago. It can be accepted again "
            "from %(date)s on; if it cannot wait, please write to us on the ticket.",
            date=self.env["support.explanation"].format_moment(
                max(ends) + const.AGAIN_AFTER, self.support_account_id.company_id
            ),
        )

    # === ACCEPTING === #

    def _accept_support_urgency_as_client(self, stamp):
        """Accept what the page showed.

        :param stamp: of the offer that was shown, whatever the request says
        :return: what is wrong, in words; None if the ticket is urgent now; False if it
            is not the reader's
        """
        self.ensure_one()
        if not self._may_make_support_urgent():
            return False
        who = self.env.user.partner_id
        evidence = self.env._(
            "Accepted with the button on the page of the ticket, as %(login)s.",
            login=self.env.user.login,
        )
        return self._accept_support_urgency_offer(stamp, who, "portal", evidence)

    def _accept_support_urgency_offer(self, stamp, partner, channel, evidence):
        """Make the ticket urgent at the price that was shown, and no other.

        Whoever calls it has asked who acts.

        :return: what is wrong, in words; None if the ticket is urgent now
        """
        self.ensure_one()
        ticket = self.sudo()
        if ticket.support_consent_id:
            return None
        problem = ticket._get_support_urgency_problem()
        if problem:
            return problem
        offer = ticket._get_support_urgency_offer()
        if stamp != offer.stamp:
            return self.env._(
                "The price or the conditions are not the ones that you were shown. "
                "Please look at them again."
            )
        terms = ticket.support_account_id.policy_id._get_urgent_terms()
        consent = ticket._accept_support_urgency(
            {
                **ticket._prepare_support_consent(offer, terms),
                "partner_id": partner.id,
                "channel": channel,
                "evidence": evidence,
                "ip": request.httprequest.remote_addr if request else False,
            }
        )
        self.env["support.terms.acceptance"]._accept(
            terms, partner, "urgency", record=consent
        )
        return None

    def _prepare_support_consent(self, offer, terms):
        """Return what a consent keeps of an offer."""
        self.ensure_one()
        user = self.env.user
        return {
            "user_id": False if user._is_public() else user.id,
            "terms_id": terms[:1].id,
            "percent": offer.percent,
            "price_shown": self._print_support_urgency_offer(offer),
            "lang": self.env.lang,
        }

    # === TAKING IT BACK === #

    def _may_withdraw_support_urgency(self):
        """Whether nothing was done urgently yet; afterwards, staff decides."""
        self.ensure_one()
        ticket = self.sudo()
        consent = ticket.support_consent_id
        return bool(consent) and not (
            ticket._get_support_urgent_works(consent)
            or ticket.support_timer_ids
            or ticket.support_typed_units > consent.typed_before
        )

    def _get_support_urgent_works(self, consent):
        """Return the work that was done urgently, charged or not."""
        self.ensure_one()
        return self.support_work_ids.filtered(consent._covers)

    def _withdraw_support_urgency_as_client(self, reason=None):
        """Take the urgency back; as :meth:`_accept_support_urgency_as_client`."""
        self.ensure_one()
        if not self._may_make_support_urgent():
            return False
        ticket = self.sudo()
        if not ticket.support_consent_id:
            return None
        if not ticket._may_withdraw_support_urgency():
            return self.env._(
                "Urgent work has begun already. Please write to us on the ticket."
            )
        text = reason if isinstance(reason, str) else ""
        text = text.replace("\x00", "").strip()[:MOST_REASON]
        ticket._cancel_support_urgency("withdrawn", text, self.env.user)
        return None

    # === THE PAGE OF THE TICKET === #

    def _get_support_portal_values(self):
        """Add ``urgency``, to who pays for the ticket: dict.

        - ``offered``: whether there is the button
        - ``state``, ``price``: of the urgency that stands, in words; or empty
        - ``may_withdraw``
        - ``ended``: dicts of those that do not: ``text``, ``reason``
        """
        values = super()._get_support_portal_values()
        if values:
            values["urgency"] = self._prepare_support_portal_urgency()
        return values

    def _prepare_support_portal_urgency(self):
        self.ensure_one()
        ticket = self.sudo()
        consent = ticket.support_consent_id
        may = self._may_make_support_urgent()
        ended = ticket.support_consent_ids.filtered(
            lambda one: (
                one.state == "cancelled" and one.account_id == ticket.support_account_id
            )
        )
        return {
            "offered": may and not consent and ticket._offers_support_urgency(),
            **consent._prepare_portal_state(),
            "may_withdraw": may and ticket._may_withdraw_support_urgency(),
            "ended": [one._prepare_portal_end() for one in ended],
        }

    # === THE PAGE OF THE PRICE === #

    def _prepare_support_urgency_page(self, problem=""):
        """Return what the page of the price shows; rights were asked before: dict.

        - ``urgent``: whether the ticket is urgent already
        - ``problem``: why it was refused, or cannot be accepted; may be empty
        - ``offer``: see :meth:`_explain_support_urgency_offer`; empty: none
        - ``stamp``: of the offer; the form carries it to the button
        - ``terms``: support.terms (sudo), mostly one
        """
        self.ensure_one()
        ticket = self.sudo()
        refusal = ticket._get_support_urgency_problem()
        urgent = bool(ticket.support_consent_id)
        values = {"urgent": urgent, "problem": problem or refusal, "offer": {}}
        if urgent or refusal:
            return values
        offer = ticket._get_support_urgency_offer()
        return {
            **values,
            "offer": ticket._explain_support_urgency_offer(offer),
            "stamp": offer.stamp,
            "terms": ticket.support_account_id.policy_id._get_urgent_terms(),
        }


class SupportUrgencyConsent(models.Model):
    _inherit = "support.urgency.consent"

    def _prepare_portal_state(self):
        """Return what the client reads of the urgency that stands; empty of none."""
        if not self:
            return {"state": "", "price": ""}
        moment = self.env["support.explanation"].format_moment(
            self.accepted_at, self.company_id
        )
        return {
            "state": self.env._(
                "Urgent since %(date)s, accepted by %(who)s.",
                date=moment,
                who=self.partner_id.name,
            ),
            "price": self.percent
            and self.env._(
                "The work done from then on costs %(percent)s %% more.",
                percent=self.percent,
            ),
        }

    def _prepare_portal_end(self):
        """Return how an urgency ended, as the client reads it."""
        self.ensure_one()
        day = self.env["support.explanation"].format_moment(
            self.cancelled_at, self.company_id
        )
        return {
            "text": self.env._(
                "Not urgent any more since %(date)s: %(ground)s.",
                date=day,
                ground=self._explain_ground(),
            ),
            "reason": self.cancel_reason or "",
        }

    def _explain_ground(self):
        """Return the ground as the client reads it, without a full stop."""
        self.ensure_one()
        return {
            "not_main": self.env._(
                "it does not affect the main function of your project"
            ),
            "graver": self.env._("graver urgencies have to go first"),
            "withdrawn": self.env._("it was withdrawn"),
            "mistake": self.env._("it was recorded by mistake"),
            "moved": self.env._("the ticket belongs to somebody else"),
        }[self.cancel_ground]


class SupportExplanation(models.AbstractModel):
    _inherit = "support.explanation"

    def _explain_surcharge(self, values, unit):
        if values.get("partial"):
            return self.env._(
                "urgent +%(percent)s %% of %(units)s",
                percent=values["percent"],
                units=self.format_quantity(values["units"], unit),
            )
        return self.env._("urgent +%(percent)s %%", percent=values["percent"])
