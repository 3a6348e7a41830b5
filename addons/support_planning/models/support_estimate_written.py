from odoo import fields, models
from odoo.exceptions import UserError


class SupportEstimate(models.Model):
    """Staff records that the client accepted in writing, on the ticket. Staff never
    accepts for a client: the message is the evidence."""

    _inherit = "support.estimate"

    may_be_recorded = fields.Boolean(compute="_compute_may_be_recorded")

    def _compute_may_be_recorded(self):
        for estimate in self:
            estimate.may_be_recorded = not estimate.sudo()._get_record_problem()

    # === ACTION METHODS === #

    def action_record(self):
        """Ask which message of the client accepts it."""
        self.ensure_one()
        self._check_staff()
        problem = self.sudo()._get_record_problem()
        if problem:
            raise UserError(problem)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "support_planning.support_estimate_evidence_action"
        )
        action["context"] = {
            "default_estimate_id": self.id,
            "default_message_id": self._get_messages()[:1].id,
        }
        return action

    def action_take_back(self):
        """Ask why what was sent does not hold any more."""
        self.ensure_one()
        self._check_staff()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "support_planning.support_estimate_withdraw_action"
        )
        action["context"] = {"default_estimate_id": self.id}
        return action

    # === BUSINESS METHODS === #

    def _get_record_problem(self):
        """Return why no written acceptance can be recorded now; or nothing."""
        self.ensure_one()
        ticket = self.ticket_id
        if ticket.support_account_id != self.account_id:
            return self.env._("Client: the ticket belongs to another client by now.")
        problem = self._get_ticket_problem()
        if problem:
            return problem
        # What came in time may be recorded when the time is over.
        late = (
            self.state == "expired" and not self.replaced_by_id and not self.accepted_at
        )
        # Whatever became of a later version: the client read that one last.
        later = ticket.support_estimate_ids.filtered(
            lambda one: one.version > self.version and one.state != "draft"
        )
        if later or not (late or self.state == "sent"):
            return self.env._(
                "State: only what was sent, and nothing has replaced, is accepted."
            )
        return None

    def _get_messages(self):
        """Return the messages that may accept it, as the reader, latest first.

        Those that came after it was sent, while it could be accepted.
        """
        self.ensure_one()
        estimate = self.sudo()
        if not estimate.sent_at:
            return self.env["mail.message"]
        ticket = estimate.ticket_id
        messages = ticket.with_env(self.env)._get_support_client_messages(
            used=ticket.support_estimate_ids.message_id
        )
        last, end = estimate.message_before, estimate._get_end()
        return messages.filtered(
            lambda one: one.id > last and one._get_support_received_at() < end
        )

    def _record_acceptance(self, message):
        """Accept it on the client's written words, from when they reached us.

        :param message: mail.message, one of :meth:`_get_messages`
        """
        self.ensure_one()
        self._check_staff()
        estimate = self.sudo()
        estimate._take_ticket()
        problem = estimate._get_record_problem()
        if problem:
            raise UserError(problem)
        if not message or message not in self._get_messages():
            raise UserError(
                self.env._(
                    "Message: choose one that the client wrote on this ticket after "
                    "the estimate was sent, and while it could be accepted."
                )
            )
        # What was sent stays as what was shown: the words answer that, not today's.
        terms = estimate.terms_id
        if terms and terms._get_stamps() != estimate.terms_stamp:
            terms = terms.browse()
        if terms:
            terms._mark_accepted()
        estimate._accept(
            {
                "accepted_by": message.sudo().author_id.id,
                "accepted_user_id": self.env.uid,
                "terms_id": terms.id,
                "channel": "written",
                "message_id": message.id,
                "evidence": message._get_support_evidence_text(),
                "accepted_at": message._get_support_received_at(),
            }
        )
