from odoo import models


class SupportUrgencyConsent(models.Model):
    """What the client is told, by mail: that a ticket is urgent, or not any more."""

    _inherit = "support.urgency.consent"

    def _explain(self):
        """Return who accepted, when and how, as colleagues read it: one sentence."""
        self.ensure_one()
        label = dict(self._fields["channel"]._description_selection(self.env))
        return self.env._(
            "Urgent since %(date)s, +%(percent)s %%. Accepted by %(who)s: %(channel)s",
            date=self.env["support.explanation"].format_moment(
                self.accepted_at, self.company_id
            ),
            percent=self.percent,
            who=self.partner_id.display_name,
            channel=label[self.channel],
        )

    def _get_mail_partner(self):
        """Return who reads the mail that is being written (:meth:`_mail_client`)."""
        self.ensure_one()
        to_client = self.env.context.get("support_urgency_to_client")
        return self.account_id.partner_id if to_client else self._get_mail_contact()

    def _mail_client(self):
        """Queue the mail to who accepted; what is urgent, to the client itself too.

        The client reads of it, whoever accepts in its name.

        :return: whether there was an address
        """
        self.ensure_one()
        contact, client = self._get_mail_contact(), self.account_id.partner_id
        readers = [contact] if contact.email else []
        address = client.email_normalized
        if self.state == "accepted" and address not in (
            False,
            contact.email_normalized,
        ):
            readers.append(client)
        for reader in readers:
            account = self.account_id.with_context(
                support_urgency_to_client=reader == client
            )
            account._queue_mail("support_urgency.mail_template_urgency", self)
        return bool(readers)

    def _get_mail_contact(self):
        """Return the contact who is told: who accepted, if still of the client."""
        self.ensure_one()
        client = self.account_id.partner_id
        contact = self.partner_id
        is_theirs = contact.commercial_partner_id == client
        return contact if is_theirs and contact.email else client

    def _get_mail_subject(self):
        self.ensure_one()
        number = self.ticket_id.number
        if self.state == "cancelled":
            return self.env._("Your ticket %s is not urgent any more", number)
        return self.env._("Your ticket %s is urgent", number)

    def _get_mail_lines(self):
        """Return what the mail says, in the language of the environment: lines."""
        self.ensure_one()
        title = self.ticket_id.name
        if self.state == "cancelled":
            return [line for line in self._get_mail_end_lines(title) if line]
        moment = self.env["support.explanation"].format_moment(
            self.accepted_at, self.company_id
        )
        lead = self._get_mail_lead(title, moment)
        return [lead, *(self.price_shown or "").split("\n"), *self._get_mail_rest()]

    def _get_mail_lead(self, title, moment):
        """Say whose act it was; not everybody who reads it is who accepted."""
        values = {"ticket": title, "date": moment, "who": self.partner_id.name}
        own = self._get_mail_partner() == self.partner_id
        if self.message_id and own:
            return self.env._(
                "As you asked in writing, “%(ticket)s” is urgent since %(date)s.",
                **values,
            )
        if self.message_id:
            return self.env._(
                "As %(who)s asked in writing, “%(ticket)s” is urgent since %(date)s.",
                **values,
            )
        if own:
            return self.env._("You made “%(ticket)s” urgent on %(date)s.", **values)
        return self.env._("%(who)s made “%(ticket)s” urgent on %(date)s.", **values)

    def _get_mail_rest(self):
        """Tell who was shown nothing before what else it asked for: lines."""
        if self.price_told == "before":
            return []
        lines = []
        if self.terms_id:
            lines.append(self.env._("Conditions: %s.", self.terms_id.name))
        return [
            *lines,
            self.env._(
                "If you do not want that, please withdraw it on the page of your "
                "ticket before we work on it, or answer this e-mail at once."
            ),
        ]

    def _get_mail_end_lines(self, title):
        if self.cancel_ground == "moved":
            return [
                self.env._("“%s” is not urgent any more.", title),
                self._get_mail_money(),
            ]
        lead = self.env._(
            "“%(ticket)s” is not urgent any more: %(ground)s.",
            ticket=title,
            ground=self._explain_ground(),
        )
        return [lead, self.cancel_reason or "", self._get_mail_money()]

    def _get_mail_money(self):
        """Say that nothing is charged for the urgency, where something was."""
        if not self.percent:
            return ""
        if not self.lost_units:
            return self.env._(
                "Nothing is charged for the urgency; what was charged for it goes back."
            )
        return self.env._(
            "Nothing is charged for the urgency any more. %s of what was charged "
            "for it had come from a pack that is closed or over, and cannot be used "
            "again: we will tell you what becomes of that. Whatever else was charged "
            "goes back.",
            self.env["support.explanation"].format_quantity(
                self.lost_units, self.ticket_id.support_charge_id.unit
            ),
        )


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    def _on_support_urgency_accepted(self, consent):
        res = super()._on_support_urgency_accepted(consent)
        self._note_support_urgency(consent._explain())
        self._mail_support_urgency(consent)
        return res

    def _on_support_urgency_cancelled(self, consent):
        res = super()._on_support_urgency_cancelled(consent)
        label = dict(consent._fields["cancel_ground"]._description_selection(self.env))
        text = self.env._(
            "Not urgent any more. Ground: %s.", label[consent.cancel_ground]
        )
        if consent.cancel_reason:
            text = self.env._(
                "%(text)s Reason: %(reason)s", text=text, reason=consent.cancel_reason
            )
        self._note_support_urgency(text)
        self._mail_support_urgency(consent)
        return res

    def _note_support_urgency(self, body):
        """Leave an internal note: followers of other companies read no prices."""
        self.ensure_one()
        self.sudo().message_post(
            body=body,
            author_id=(
                self.env.ref("base.partner_root").id
                if self.env.user._is_public()
                else self.env.user.partner_id.id
            ),
            subtype_xmlid="mail.mt_note",
        )

    def _mail_support_urgency(self, consent):
        """Queue the mail to the client: nothing that is decided waits for it."""
        self.ensure_one()
        if not consent._mail_client():
            self._note_support_urgency(
                self.env._("The client was not told: it has no e-mail address.")
            )
