from odoo import fields, models
from odoo.exceptions import UserError


class SupportEstimate(models.Model):
    """An estimate goes to the client: what it says then is kept, and whether it may."""

    _inherit = "support.estimate"

    def _send(self):
        self.ensure_one()
        estimate = self.sudo()
        estimate._take_ticket()
        problem = estimate._get_send_problem()
        if problem:
            raise UserError(problem)
        ticket = estimate.ticket_id
        policy = ticket.support_account_id.policy_id
        today = ticket.company_id.support_local_date()
        others = ticket.support_estimate_ids.filtered(lambda one: one.state == "sent")
        others._end(replaced_by=estimate)
        days = policy.estimate_days
        estimate._store(
            {
                "state": "sent",
                "sent_at": fields.Datetime.now(),
                "sent_by_id": self.env.uid,
                "message_before": max(ticket.message_ids.ids, default=0),
                "valid_until": estimate.valid_until
                or fields.Date.add(today, days=days),
            }
        )
        estimate._store(estimate._prepare_sent())
        self._on_sent()

    def _prepare_sent(self):
        """Return what the client is sent, word for word, and under which conditions.

        Who accepts on the page reads both anew; who answers in writing read these.
        """
        self.ensure_one()
        lang = self._get_sent_lang()
        terms = self.account_id.policy_id._get_terms()
        printed = self.with_context(lang=lang)
        return {
            "shown": printed._print_offer(printed._get_offer()),
            "lang": lang,
            "terms_id": terms[:1].id,
            "terms_stamp": terms[:1]._get_stamps(),
        }

    def _get_sent_lang(self):
        """Return in which language the client is written to."""
        self.ensure_one()
        contact = self._get_link_contact() or self._get_mail_partner()
        return contact.lang or self.company_id.partner_id.lang or self.env.lang

    def _get_send_problem(self):
        """Return why it cannot be sent, as a sentence; or nothing."""
        self.ensure_one()
        if self.state != "draft":
            return self.env._("State: this estimate was sent before.")
        if self.ticket_id.support_account_id != self.account_id:
            return self.env._(
                "Client: the ticket belongs to another client by now. Make a new "
                "estimate."
            )
        problem = self._get_ticket_problem()
        if problem:
            return problem
        if self.valid_until and self._is_over():
            return self.env._("Valid until: choose today or a later day.")
        done = self.ticket_id._get_support_billable_minutes()
        if self.minutes <= done:
            return self.env._(
                "Minutes: %(done)s were worked on the ticket already. Estimate the "
                "whole of it, so more than that.",
                done=self.env["support.explanation"].format_long(done, "minute"),
            )
        return None

    def _get_ticket_problem(self):
        """Return why nothing is estimated on the ticket now, in words; or nothing."""
        self.ensure_one()
        ticket = self.ticket_id
        main = ticket._get_support_merged_into()
        if main:
            return self.env._(
                "Ticket: it was merged into %(main)s. Estimate that one.",
                main=main.number,
            )
        if ticket.closed:
            return self.env._("Ticket: it is closed. Reopen it first.")
        if not ticket.active:
            return self.env._("Ticket: it is archived. Restore it first.")
        return None

    def _on_sent(self):
        """What follows when it was sent; extended by who tells the client."""
        self.ensure_one()
