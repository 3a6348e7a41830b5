from odoo import api, fields, models
from odoo.exceptions import UserError

from .. import const

MOST_TEXT = 2000
INTERNAL = "base.group_user"


class HelpdeskTicket(models.Model):
    """What staff does about urgencies: send a link, record what the client wrote, and
    cancel. Staff never accepts for a client."""

    _inherit = "helpdesk.ticket"

    support_urgent_label = fields.Char(
        string="Urgency", compute="_compute_support_urgent_label", groups=INTERNAL
    )
    support_urgency_text = fields.Text(
        compute="_compute_support_urgency_text",
        groups=INTERNAL,
        help="Who accepted the urgency, when and how.",
    )
    support_may_be_urgent = fields.Boolean(
        compute="_compute_support_urgency_text", groups=INTERNAL
    )

    @api.depends("support_is_urgent")
    @api.depends_context("lang")
    def _compute_support_urgent_label(self):
        for ticket in self:
            ticket.support_urgent_label = (
                self.env._("Urgent") if ticket.support_is_urgent else False
            )

    @api.depends("support_is_urgent", "stage_id", "support_account_id", "duplicate_id")
    @api.depends_context("lang")
    def _compute_support_urgency_text(self):
        # sudo: who may read the ticket is told that it is urgent, and why.
        for ticket, ticket_sudo in zip(self, self.sudo(), strict=True):
            consent = ticket_sudo.support_consent_id
            ticket.support_urgency_text = consent._explain() if consent else False
            ticket.support_may_be_urgent = bool(
                ticket._origin
                and not ticket_sudo.support_is_urgent
                and ticket_sudo._offers_support_urgency()
            )

    # === ACTION METHODS === #

    def action_view_support_consents(self):
        """Show the evidence of this ticket's urgencies."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "support_urgency.support_urgency_consent_action"
        )
        action["domain"] = [("ticket_id", "=", self.id)]
        action["context"] = {}
        return action

    def action_support_send_urgency_link(self):
        """Send the ticket's contact a link to the page that shows the price."""
        self.ensure_one()
        self._check_support_urgency_staff()
        self._check_support_may_be_urgent()
        link = self.sudo()._send_support_urgency_link(self.partner_id)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("The link goes to %s.", link.email),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def action_support_record_urgency(self):
        """Ask which message of the client is the evidence."""
        self.ensure_one()
        self._check_support_urgency_staff()
        self._check_support_may_be_urgent()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "support_urgency.support_urgency_evidence_action"
        )
        messages = self._get_support_urgency_messages()
        action["context"] = {
            "default_ticket_id": self.id,
            "default_message_id": messages[:1].id,
        }
        return action

    def action_support_cancel_urgency(self):
        """Ask on which ground, and what the client is told."""
        self.ensure_one()
        self._check_support_urgency_staff()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "support_urgency.support_urgency_cancel_action"
        )
        action["context"] = {"default_ticket_id": self.id}
        return action

    # === WHO MAY, AND WHEN === #

    def _check_support_urgency_staff(self):
        self._check_support_technician()
        self.check_access("write")

    def _check_support_may_be_urgent(self):
        """Raise, with all the reasons, where an urgency cannot be accepted now."""
        self.ensure_one()
        ticket = self.sudo()
        problems = []
        if ticket.support_is_urgent:
            problems.append(self.env._("This ticket is urgent already."))
        elif not ticket._offers_support_urgency():
            problems.append(
                self.env._(
                    "Either the ticket is closed, or its policy offers no urgency."
                )
            )
        account = ticket.support_account_id
        if account:
            problems += account._get_hold_problems("urgent", ticket)
        if problems:
            raise UserError("\n".join(problems))

    # === THE CLIENT'S WRITTEN WORDS === #

    def _get_support_urgency_messages(self):
        """Return the messages on the ticket that may be evidence, latest first."""
        self.ensure_one()
        # sudo: who records may not read consents of others.
        consents = self.sudo().support_consent_ids
        ends = filter(None, consents.mapped("cancelled_at"))
        # What was written before an urgency ended asks for no other one.
        return self._get_support_client_messages(
            used=consents.message_id, after=max(ends, default=None)
        )

    def _record_support_urgency(self, message, channel):
        """Make the ticket urgent on the client's written words.

        From the moment on when they reached us: the date in an e-mail is its sender's.

        :param message: mail.message, one of :meth:`_get_support_urgency_messages`
        :param channel: code of ``const.WRITTEN_CHANNELS``
        :return: the consent (sudo)
        """
        self.ensure_one()
        self._check_support_urgency_staff()
        self._check_support_may_be_urgent()
        if channel not in const.WRITTEN_CHANNELS:
            raise UserError(self.env._("Channel: choose one of the list."))
        if not message or message not in self._get_support_urgency_messages():
            raise UserError(
                self.env._(
                    "Message: choose one that the client wrote on this ticket, and "
                    "that was not recorded before."
                )
            )
        ticket = self.sudo()
        author = message.sudo().author_id
        since = message._get_support_received_at()
        offer = ticket._get_support_urgency_offer(since)
        terms = ticket.support_account_id.policy_id._get_urgent_terms()
        if terms:
            terms._mark_accepted()
        shown = ticket.with_context(lang=author.lang or self.env.lang)
        return ticket._accept_support_urgency(
            {
                **shown._prepare_support_consent(offer, terms),
                "partner_id": author.id,
                "channel": channel,
                "message_id": message.id,
                "evidence": message._get_support_evidence_text(),
                "accepted_at": since,
            }
        )

    # === CANCELLING === #

    def _cancel_support_urgency_as_staff(self, ground, reason):
        """Cancel the urgency; the surcharge goes back and the client is told.

        :param ground: code of ``const.STAFF_GROUNDS``
        :param reason: what the client reads; required
        """
        self.ensure_one()
        self._check_support_urgency_staff()
        reason = (reason or "").replace("\x00", "").strip()
        if ground not in const.STAFF_GROUNDS:
            raise UserError(self.env._("Ground: choose one of the list."))
        if not reason:
            raise UserError(self.env._("Reason: say why. The client reads it."))
        if len(reason) > MOST_TEXT:
            raise UserError(
                self.env._("Reason: at most %(most)s characters.", most=MOST_TEXT)
            )
        if not self._cancel_support_urgency(ground, reason, self.env.user):
            raise UserError(self.env._("The ticket is not urgent any more."))
