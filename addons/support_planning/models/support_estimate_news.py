from odoo import models
from odoo.tools import email_normalize

# Of who has to ask the client again.
ACTIVITY = "support_planning.mail_activity_type_estimate"
# Whether a mail goes to the client itself, whoever accepted in its name.
TO_CLIENT = "support_estimate_to_client"


class SupportEstimate(models.Model):
    """Who is told what: the client by mail, colleagues by a note on the ticket."""

    _inherit = "support.estimate"

    # === WHO === #

    def _get_link_contact(self):
        """Return to whom the link goes: the ticket's contact, if of the client."""
        self.ensure_one()
        client = self.account_id.partner_id
        for contact in (self.ticket_id.partner_id, client):
            email = email_normalize(contact.email)
            staff = self.env["res.users"]._is_support_staff_address(email)
            if contact.commercial_partner_id == client and email and not staff:
                return contact
        return client.browse()

    def _get_mail_partner(self):
        """Return the contact who is told what became of it."""
        self.ensure_one()
        client = self.account_id.partner_id
        if self.env.context.get(TO_CLIENT):
            return client
        for contact in (self.accepted_by, self.ticket_id.partner_id, client):
            if contact.commercial_partner_id == client and contact.email:
                return contact
        return client

    # === WHAT HAPPENED === #

    def _on_sent(self):
        res = super()._on_sent()
        estimate = self.sudo()
        # Asked anew: whoever had to do it, it is done.
        estimate.ticket_id.activity_feedback([ACTIVITY])
        contact = estimate._get_link_contact()
        time = self._explain_time()
        if not contact:
            self._note(
                self.env._(
                    "Estimate %(version)s over %(time)s stands on the page of the "
                    "ticket. The client was not told: it has no e-mail address.",
                    version=estimate.version,
                    time=time,
                )
            )
            return res
        link = estimate._send_link(contact)
        self._note(
            self.env._(
                "Estimate %(version)s over %(time)s goes to %(email)s; it can be "
                "accepted until %(date)s.",
                version=estimate.version,
                time=time,
                email=link.email,
                date=self.env["support.explanation"].format_day(estimate.valid_until),
            )
        )
        return res

    def _on_accepted(self):
        res = super()._on_accepted()
        self._note(self._explain_acceptance(), partners=self.sent_by_id.partner_id)
        self._mail_client()
        self._mail_company()
        return res

    def _on_rejected(self):
        res = super()._on_rejected()
        estimate = self.sudo()
        values = {
            "version": estimate.version,
            "who": (estimate.rejected_by or self.env.user.partner_id).name,
            "reason": estimate.reject_reason,
        }
        if estimate.rejected_by:
            text = self.env._(
                "%(who)s rejected estimate %(version)s: %(reason)s", **values
            )
        else:
            text = self.env._(
                "%(who)s took estimate %(version)s back: %(reason)s", **values
            )
        self._note(text, partners=estimate.sent_by_id.partner_id)
        return res

    def _on_expired(self):
        res = super()._on_expired()
        self._note(
            self.env._("Nobody accepted estimate %s in time.", self.version),
            partners=self.sent_by_id.partner_id,
        )
        return res

    def _on_exceeded(self, use):
        """The accepted time is used up: the client is told, and we have to ask again.

        :param use: the engine's Use
        """
        self.ensure_one()
        ticket = self.ticket_id
        values = self._explain_use(use)
        # The last work may close the ticket: nobody asks for more then.
        if ticket.closed:
            text = self.env._(
                "%(done)s were worked, of %(minutes)s that the client accepted.",
                **values,
            )
        else:
            text = self.env._(
                "%(done)s were worked, of %(minutes)s that the client accepted: a new "
                "acceptance is needed before work goes on.",
                **values,
            )
        self._note(text)
        self._mail_client()
        if ticket.closed:
            return
        user = ticket.user_id or self.sent_by_id
        if user.active and not user.share:
            words = self.with_context(lang=user.lang)
            ticket.with_context(lang=user.lang).activity_schedule(
                ACTIVITY,
                summary=words.env._("Send a new estimate"),
                user_id=user.id,
            )

    def _on_sufficient(self):
        """Nobody has to ask again: the work was corrected, or it holds no more."""
        self.ensure_one()
        self.ticket_id.activity_unlink([ACTIVITY])

    # === IN WORDS === #

    def _explain_time(self):
        self.ensure_one()
        words = self.env["support.explanation"]
        return words.format_long(self.sudo().minutes, "minute")

    def _explain_use(self, use):
        words = self.env["support.explanation"]
        return {
            "done": words.format_long(use.done, "minute"),
            "minutes": words.format_long(use.minutes, "minute"),
        }

    def _explain_acceptance(self):
        """Return who accepted, when and how, as colleagues read it: one sentence."""
        self.ensure_one()
        label = dict(self._fields["channel"]._description_selection(self.env))
        return self.env._(
            "Estimate %(version)s over %(time)s accepted on %(date)s by %(who)s: "
            "%(channel)s",
            version=self.version,
            time=self._explain_time(),
            date=self.env["support.explanation"].format_moment(
                self.accepted_at, self.company_id
            ),
            who=self.accepted_by.display_name,
            channel=label[self.channel],
        )

    def _note(self, body, partners=None):
        """Leave an internal note: followers of other companies read no prices."""
        self.ensure_one()
        user = self.env.user
        robot = self.env.ref("base.partner_root")
        self.sudo().ticket_id.message_post(
            body=body,
            author_id=robot.id if user._is_public() else user.partner_id.id,
            subtype_xmlid="mail.mt_note",
            partner_ids=(partners - user.partner_id).ids if partners else [],
            force_send=False,
        )

    # === THE MAIL === #

    def _mail_client(self):
        """Queue the mail that says what became of it: nothing waits for it."""
        self.ensure_one()
        estimate = self.sudo()
        if not estimate._get_mail_partner().email:
            self._note(self.env._("The client was not told: it has no e-mail address."))
            return
        estimate.account_id._queue_mail(
            "support_planning.mail_template_estimate", estimate
        )

    def _mail_company(self):
        """Tell the client itself, too, where nobody logged in to accept.

        Who reads somebody's mail, or has somebody's address, accepts in that name.
        """
        self.ensure_one()
        estimate = self.sudo()
        client = estimate.account_id.partner_id
        address = email_normalize(client.email)
        known = email_normalize(estimate._get_mail_partner().email)
        if estimate.channel == "portal" or not address or address == known:
            return
        sender = estimate.account_id.with_context(**{TO_CLIENT: True})
        sender._queue_mail("support_planning.mail_template_estimate", estimate)

    def _get_mail_subject(self):
        self.ensure_one()
        number = self.ticket_id.number
        if self.state == "exceeded":
            return self.env._("The time you accepted for %s is used up", number)
        return self.env._("You accepted the estimate for %s", number)

    def _get_mail_lines(self):
        """Return what the mail says, in the language of the environment: lines."""
        self.ensure_one()
        if self.state == "exceeded":
            return self._get_mail_exceeded_lines()
        values = {
            "ticket": self.ticket_id.name,
            "who": self.accepted_by.name,
            "date": self.env["support.explanation"].format_moment(
                self.accepted_at, self.company_id
            ),
        }
        if self.message_id:
            lead = self.env._(
                "As %(who)s wrote to us on %(date)s, the estimate for “%(ticket)s” is "
                "accepted.",
                **values,
            )
        else:
            lead = self.env._(
                "%(who)s accepted the estimate for “%(ticket)s” on %(date)s.", **values
            )
        return [lead, *(self.shown or "").split("\n"), *self._get_mail_rest()]

    def _get_mail_rest(self):
        """Tell whose words staff recorded what to do if they meant something else."""
        if not self.message_id:
            return []
        return [
            self.env._(
                "If that is not what you meant, please answer this e-mail at once."
            )
        ]

    def _get_mail_exceeded_lines(self):
        use = self.ticket_id._get_support_estimate_use()
        lines = [
            self.env._(
                "Of “%(ticket)s” you accepted %(minutes)s. With the margin that goes "
                "with every estimate they are used up: %(done)s were worked.",
                ticket=self.ticket_id.name,
                **self._explain_use(use),
            )
        ]
        if self.ticket_id.closed:
            lines.append(self.env._("The ticket is closed: no more work is planned."))
        elif self.account_id.policy_id.estimate_exceeded == "stop":
            lines.append(
                self.env._(
                    "Before we go on we ask you to accept a new estimate. We will send "
                    "it to you."
                )
            )
        else:
            lines.append(self.env._("We will send you a new estimate to accept."))
        return lines
