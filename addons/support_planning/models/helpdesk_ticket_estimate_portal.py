from odoo import models

from .. import const


class HelpdeskTicket(models.Model):
    """What the client reads of estimates on the page of its ticket."""

    _inherit = "helpdesk.ticket"

    def _get_support_portal_values(self):
        """Add ``estimate``, to who pays for the ticket: dict.

        - ``sent``: of the one that waits for the client: ``title``, ``time``,
          ``until``, ``note``; or empty
        - ``held``: of the one that holds: ``text``, ``level``; or empty
        - ``past``: dicts of the others, latest first: ``text``, ``reason``
        """
        values = super()._get_support_portal_values()
        if values:
            values["estimate"] = self._prepare_support_portal_estimate()
        return values

    def _prepare_support_portal_estimate(self):
        self.ensure_one()
        estimates = self.sudo().support_estimate_ids.filtered(
            lambda one: (
                one.account_id == one.ticket_id.support_account_id
                and one.state != "draft"
            )
        )
        found = {"sent": {}, "held": {}, "past": []}
        for estimate in estimates:
            if estimate.state == "sent" and not estimate._get_accept_problem():
                found["sent"] = estimate._prepare_portal_sent()
            elif estimate.state in const.IN_FORCE:
                found["held"] = estimate._prepare_portal_held()
            else:
                found["past"].append(estimate._prepare_portal_past())
        return found

    def _get_sent_support_estimate(self):
        """Return the estimate that waits for the reader, as the reader; or none."""
        self.ensure_one()
        sent = self.sudo().support_estimate_ids.filtered(
            lambda one: one.state == "sent"
        )
        sent = sent.with_env(self.env)
        return sent if sent and sent._is_for_reader() else sent.browse()


class SupportEstimate(models.Model):
    _inherit = "support.estimate"

    def _prepare_portal_sent(self):
        self.ensure_one()
        words = self.env["support.explanation"]
        return {
            "time": words.format_long(self.minutes, "minute"),
            "until": self.env._(
                "You can accept it until %s.", words.format_day(self.valid_until)
            ),
            "note": self.note or "",
        }

    def _prepare_portal_held(self):
        self.ensure_one()
        words = self.env["support.explanation"]
        values = {
            "time": words.format_long(self.minutes, "minute"),
            "date": words.format_moment_day(self.accepted_at, self.company_id),
            "who": self.accepted_by.name,
        }
        text = self.env._(
            "Estimate of %(time)s, accepted on %(date)s by %(who)s.", **values
        )
        if self.state == "exceeded":
            use = self.ticket_id._get_support_estimate_use()
            done = words.format_long(use.done if use else 0, "minute")
            if self.ticket_id.closed:
                used = self.env._("%s were worked: the accepted time is used up.", done)
            else:
                used = self.env._(
                    "%s were worked: the accepted time is used up. We ask you to "
                    "accept a new estimate.",
                    done,
                )
            return {"level": "warning", "text": text, "used": used}
        return {"level": "success", "text": text, "used": ""}

    def _prepare_portal_past(self):
        """Return how an earlier version ended, as the client reads it."""
        self.ensure_one()
        words = self.env["support.explanation"]
        values = {"time": words.format_long(self.minutes, "minute")}
        if self.state == "rejected" and not self.rejected_by:
            text = self.env._("Estimate of %(time)s: taken back.", **values)
        elif self.state == "rejected":
            text = self.env._(
                "Estimate of %(time)s: rejected on %(date)s.",
                date=words.format_moment_day(self.rejected_at, self.company_id),
                **values,
            )
        elif self.replaced_by_id:
            text = self.env._("Estimate of %(time)s: a newer one followed.", **values)
        elif self.state == "sent" and not self._is_over():
            text = self.env._("Estimate of %(time)s: the ticket is closed.", **values)
        elif self.accepted_at:
            text = self.env._("Estimate of %(time)s: it holds no more.", **values)
        else:
            text = self.env._("Estimate of %(time)s: its time is over.", **values)
        return {"text": text, "reason": self.reject_reason or ""}

    def _prepare_page(self, problem=""):
        """Return what the page of an estimate shows; rights were asked before: dict.

        - ``problem``: why it was refused, or cannot be accepted; may be empty
        - ``offer``: see :meth:`_explain_offer`; empty: it is not to be accepted
        - ``stamp``: of the offer; the form carries it to the button
        - ``terms``: support.terms (sudo), mostly one
        - ``quotation``: what is signed in place of the button: see
          :meth:`_prepare_portal_quotation`; or empty
        - ``note``: what it is for
        - ``accepted``: whether it was accepted already
        """
        self.ensure_one()
        estimate = self.sudo()
        accepted = estimate.state in const.IN_FORCE
        refusal = "" if accepted else estimate._get_accept_problem()
        values = {
            "problem": problem or refusal,
            "accepted": accepted,
            "offer": {},
            "note": estimate.note or "",
        }
        if accepted or refusal:
            return values
        offer = estimate._get_offer()
        return {
            **values,
            "offer": estimate._explain_offer(offer),
            "stamp": offer.stamp,
            "quotation": estimate._prepare_portal_quotation(offer),
            "terms": estimate.account_id.policy_id._get_terms(),
        }

    def _accept_as_client(self, stamp):
        """Accept what the page showed.

        :param stamp: of the offer that was shown, whatever the request says
        :return: what is wrong, in words; None if it is accepted now; False if it is
            not the reader's
        """
        self.ensure_one()
        if not self._is_for_reader():
            return False
        evidence = self.env._(
            "Accepted with the button on the page of the ticket, as %(login)s.",
            login=self.env.user.login,
        )
        return self._accept_offer(stamp, self.env.user.partner_id, "portal", evidence)

    def _reject_as_client(self, reason):
        """Reject it, with a reason; as :meth:`_accept_as_client`."""
        self.ensure_one()
        if not self._is_for_reader():
            return False
        return self._reject(reason, self.env.user.partner_id.sudo())
