from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.http import request

from odoo.addons.support_packs.models.support_case import (
    MOST_TEXT,
    clean_text,
    take_row,
)

from .. import const


class SupportEstimate(models.Model):
    """Who does what with an estimate: staff sends it, the client decides.

    Each act takes the row of the ticket first: of two at once the second is run again,
    and sees what the first did.
    """

    _inherit = "support.estimate"

    # === ACTION METHODS === #

    def action_send(self):
        """Send drafts to the client; each takes the place of what was sent before."""
        for estimate in self:
            estimate._check_staff()
            estimate._send()
        return True

    def action_accept(self):
        """Accept it as the client who calls.

        :raise UserError: for staff, who records what the client wrote instead; and
            where it cannot be accepted any more
        :raise AccessError: for other clients
        """
        for estimate in self:
            estimate._check_client()
            estimate_sudo = estimate.sudo()
            problem = estimate._accept_offer(
                estimate_sudo._get_offer().stamp,
                estimate._get_acting_contact(),
                "portal",
                self.env._("Accepted by a call, as %s.", self.env.user.login),
            )
            if problem:
                raise UserError(problem)
        return True

    def action_reject(self, reason=None):
        """Reject it, as the client; or take it back, as who works on the ticket.

        :param reason: required; the other side reads it
        """
        for estimate in self:
            # Not where code acts as the superuser: only the client rejects.
            if estimate._is_for_reader():
                contact = estimate._get_acting_contact()
            else:
                estimate._check_staff()
                contact = self.env["res.partner"]
            problem = estimate._reject(reason, contact)
            if problem:
                raise UserError(problem)
        return True

    # === WHO MAY === #

    def _check_staff(self):
        self.ensure_one()
        ticket = self.sudo().ticket_id.with_env(self.env)
        ticket._check_support_technician()
        ticket.check_access("write")
        self.check_access("write")

    def _check_client(self):
        """Raise unless the user is somebody of the client who pays."""
        self.ensure_one()
        if self.env.su or self._is_for_reader():
            return
        if self.env.user._is_internal():
            self._check_staff()
            raise UserError(
                self.env._(
                    "Only the client accepts. Record the message in which it does."
                )
            )
        raise AccessError(self.env._("This estimate is for its client only."))

    def _is_for_reader(self):
        """Whether the reader is somebody of the client who pays: never an employee."""
        self.ensure_one()
        reader = self.env.user
        estimate = self.sudo()
        client = estimate.account_id.partner_id
        ticket = estimate.ticket_id.with_env(self.env)
        return bool(
            reader.share
            and not reader._is_public()
            and estimate.state != "draft"
            and estimate.ticket_id.support_account_id == estimate.account_id
            and client == reader.partner_id.sudo().commercial_partner_id
            and ticket.has_access("read")
        )

    def _get_acting_contact(self):
        """Return in whose name the user acts for the client."""
        self.ensure_one()
        user = self.env.user
        if user.share and not user._is_public():
            return user.partner_id.sudo()
        ticket = self.sudo().ticket_id
        client = ticket.support_account_id.partner_id
        contact = ticket.partner_id
        return contact if contact.commercial_partner_id == client else client

    # === ACCEPTING === #

    def _accept_offer(self, stamp, partner, channel, evidence):
        """Accept what the client was shown, and nothing else.

        Whoever calls it has asked who acts.

        :return: what is wrong, in words; None if it is accepted now
        """
        self.ensure_one()
        estimate = self.sudo()
        estimate._take_ticket()
        if estimate.state in const.IN_FORCE:
            return None
        problem = estimate._get_accept_problem()
        if problem:
            return problem
        offer = estimate._get_offer()
        if stamp != offer.stamp:
            return self.env._(
                "The time, the price or the conditions are not the ones that you were "
                "shown. Please look at them again."
            )
        terms = estimate.account_id.policy_id._get_terms()
        estimate._accept(
            {
                **estimate._prepare_acceptance(offer, terms),
                "accepted_by": partner.id,
                "channel": channel,
                "evidence": evidence,
            }
        )
        self.env["support.terms.acceptance"]._accept(
            terms, partner, "estimate", record=estimate
        )
        return None

    def _get_accept_problem(self):
        """Return why it cannot be accepted now, for the client; or nothing."""
        self.ensure_one()
        if self.replaced_by_id:
            return self.env._("There is a newer version of this estimate.")
        if self.state == "rejected":
            return self.env._("This estimate was rejected.")
        if self.state == "expired" or self._is_over():
            return self.env._(
                "The time to accept this estimate is over. Please ask us for a new one."
            )
        ticket = self.ticket_id
        mine = ticket.support_account_id == self.account_id
        if self.state != "sent" or not mine or self._get_ticket_problem():
            return self.env._("This estimate cannot be accepted any more.")
        return None

    def _prepare_acceptance(self, offer, terms):
        """Return what an acceptance keeps of what was shown, and of who acts."""
        self.ensure_one()
        user = self.env.user
        return {
            "accepted_user_id": False if user._is_public() else user.id,
            "terms_id": terms[:1].id,
            "shown": self._print_offer(offer),
            "lang": self.env.lang,
            "ip": request.httprequest.remote_addr if request else False,
        }

    def _accept(self, values):
        """Let the estimate hold from now on, in place of any other; as superuser.

        :param values: of the acceptance: accepted_by, channel, evidence and more
        """
        self.ensure_one()
        ticket = self.ticket_id
        others = ticket.support_estimate_ids.filtered(
            lambda one: one != self and one.state in const.RUNNING
        )
        others._end(replaced_by=self)
        self._store(
            {
                "accepted_at": fields.Datetime.now(),
                **values,
                "state": "accepted",
                # Of one that expired before its written acceptance was recorded.
                "ended_at": False,
            }
        )
        ticket._hold_support_estimate(self)
        self._on_accepted()
        ticket._on_support_estimate_accepted(self)
        ticket._follow_support_estimate()

    def _on_accepted(self):
        """What follows when it was accepted; extended by who tells people."""
        self.ensure_one()

    # === REJECTING === #

    def _reject(self, reason, partner):
        """Reject it; doing it twice does it once.

        :param reason: what was typed, anything
        :param partner: who rejects for the client; none: staff takes it back
        :return: what is wrong, in words; or None
        """
        self.ensure_one()
        estimate = self.sudo()
        text = clean_text(reason)
        if not text:
            return self.env._("Reason: please say why.")
        if len(text) > MOST_TEXT:
            return self.env._("Reason: at most %(most)s characters.", most=MOST_TEXT)
        estimate._take_ticket()
        if estimate.state == "rejected":
            return None
        problem = estimate._get_accept_problem()
        if estimate.state != "sent":
            return problem or self.env._("This estimate was accepted already.")
        estimate._store(
            {
                "state": "rejected",
                "rejected_at": fields.Datetime.now(),
                "rejected_by": partner.id,
                "reject_reason": text,
            }
        )
        self._on_rejected()
        return None

    def _on_rejected(self):
        """What follows when it was rejected; extended by who tells people."""
        self.ensure_one()

    # === ENDING === #

    def _end(self, replaced_by=None):
        """Let estimates hold no more: their time is over, or another one does."""
        if not self:
            return
        self._store(
            {
                "state": "expired",
                "ended_at": fields.Datetime.now(),
                "replaced_by_id": replaced_by.id if replaced_by else False,
            }
        )
        # Only one may be sent, or hold: this one leaves before the other comes.
        self.env.flush_all()

    def _is_over(self):
        """Whether the last day to accept it has passed, in the support time zone."""
        self.ensure_one()
        today = self.company_id.support_local_date()
        return bool(self.valid_until) and self.valid_until < today

    @api.model
    def _cron_expire(self):
        """End what nobody accepted in time; running it again does nothing more."""
        # East of Greenwich the next day has begun already: each asks its own zone.
        tomorrow = fields.Date.add(fields.Date.today(), days=1)
        candidates = self.search(
            [("state", "=", "sent"), ("valid_until", "<", tomorrow)]
        )
        over = candidates.filtered(lambda one: one._is_over())
        cron = self.env["support.cron"]
        cron._begin(len(over))
        cron._run_each(over, "_expire")

    def _expire(self):
        self.ensure_one()
        self._take_ticket()
        if self.state == "sent" and self._is_over():
            self._end()
            self._on_expired()

    def _on_expired(self):
        """What follows when its time was over; extended by who tells people."""
        self.ensure_one()

    def _take_ticket(self):
        """Write the ticket's row before reading what is decided on."""
        take_row(self.ticket_id)
        self.ticket_id.support_estimate_ids.invalidate_recordset()
        self.invalidate_recordset()
        self.ticket_id.invalidate_recordset(
            ["support_estimate_ids", "support_account_id", "support_estimate_minutes"]
        )
