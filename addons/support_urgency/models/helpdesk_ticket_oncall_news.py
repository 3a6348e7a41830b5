from markupsafe import Markup

from odoo import fields, models

from .helpdesk_ticket_oncall import ACTIVITY

TEMPLATE = "support_urgency.mail_template_oncall"
LAYOUT = "mail.mail_notification_light"
MAIL_QUEUE = "mail.ir_cron_mail_scheduler_action"


class HelpdeskTicket(models.Model):
    """How who gets an urgent ticket is told, at once, and what is noted of it.

    In the application, by e-mail, and by text message where Odoo can send them. None
    of them stops the others.
    """

    _inherit = "helpdesk.ticket"

    def _tell_oncall(self, user, explain, shift=None):
        """Tell who gets the ticket, in their language, and note it for everybody.

        :param user: who gets it; empty: there is nobody to tell
        :param explain: name of a method that says why, of a shift
        :param shift: support.oncall.shift of who is on duty; or none
        """
        self.ensure_one()
        shift = shift or self.env["support.oncall.shift"]
        lang = user.lang or self.company_id.partner_id.lang or self.env.lang
        ticket = self.with_context(lang=lang)
        lines = [getattr(ticket, explain)(user, shift.with_context(lang=lang))]
        if user:
            lines += ticket._tell_oncall_user(user, lines[0])
        ticket.message_post(
            body=Markup("<br/>").join(line for line in lines if line),
            subtype_xmlid="mail.mt_note",
        )

    def _tell_oncall_user(self, user, why):
        """Tell somebody in all ways that there are; return what to note of it."""
        ways = {
            "app": self._try_oncall("_tell_oncall_in_app", user, why),
            "mail": self._try_oncall("_tell_oncall_by_mail", user),
            "sms": self._try_oncall("_tell_oncall_by_sms", user),
        }
        told = [way for way in ways.values() if way]
        lines = [self.env._("Told: %s.", ", ".join(told))] if told else []
        if not user.email:
            lines.append(self.env._("There is no e-mail address of %s.", user.name))
        if None in ways.values():
            lines.append(
                self.env._("Something could not be sent: the server's log says what.")
            )
        return [*lines, self._say_escalation()]

    # === WAYS === #
    # Each returns how it told, in words, or "" where it cannot be used.

    def _tell_oncall_in_app(self, user, why):
        """Plan an activity for today, and show a message that stays until closed."""
        title = self._get_oncall_subject()
        today = fields.Date.context_today(self.with_context(tz=user.tz))
        self.activity_schedule(
            ACTIVITY, date_deadline=today, summary=title, note=why, user_id=user.id
        )
        message = {"type": "danger", "title": title, "message": why, "sticky": True}
        user._bus_send("simple_notification", message)
        return self.env._("in the application")

    def _tell_oncall_by_mail(self, user):
        """Queue the mail, and have the queue sent right after the transaction."""
        if not user.email:
            return ""
        template = self.env.ref(TEMPLATE)
        template.send_mail(self.id, force_send=False, email_layout_xmlid=LAYOUT)
        self.env.ref(MAIL_QUEUE)._trigger()
        return self.env._("by e-mail to %s", user.email)

    def _tell_oncall_by_sms(self, user):
        """Queue a text message where Odoo has them: its queue is sent at once."""
        partner = user.partner_id
        if "sms.sms" not in self.env or not partner.phone:
            return ""
        number = partner._phone_format(fname="phone") or partner.phone
        body = f"{self._get_oncall_subject()} {self._get_oncall_url()}"
        values = {"partner_id": partner.id, "number": number, "body": body}
        self.env["sms.sms"].create(values)
        return self.env._("by text message to %s", number)

    # === IN WORDS === #

    def _say_called(self, user, shift):
        """Say who gets the ticket as it becomes urgent, and why."""
        self.ensure_one()
        names = {"user": user.name, "duty": shift.user_id.name}
        if self.support_called_as == "duty":
            return self.env._(
                "Urgent: %(duty)s is on duty, %(period)s, and gets the ticket.",
                period=shift._format_period(),
                **names,
            )
        if self.support_called_as == "away":
            if user:
                return self.env._(
                    "Urgent: %(duty)s is on duty, but on leave. %(user)s gets the "
                    "ticket.",
                    **names,
                )
            return self.env._(
                "Urgent: %(duty)s is on duty, but on leave, and there is no manager: "
                "nobody was told.",
                **names,
            )
        if user:
            return self.env._(
                "Urgent: nobody is on duty. %(user)s gets the ticket.", **names
            )
        return self.env._(
            "Urgent: nobody is on duty, and there is no manager: nobody was told."
        )

    def _say_escalated(self, user, _shift):
        """Say that the client was not answered in time, and who takes over."""
        self.ensure_one()
        minutes = fields.Datetime.now() - self.support_called_at
        values = {
            "user": user.name,
            "called": self.support_called_user_id.name or self.env._("Nobody"),
            "minutes": self.env["support.explanation"].format_hours(
                int(minutes.total_seconds()) // 60
            ),
        }
        if user:
            return self.env._(
                "Urgent: the client has no answer %(minutes)s after the call "
                "(%(called)s). %(user)s gets the ticket.",
                **values,
            )
        return self.env._(
            "Urgent: the client has no answer %(minutes)s after the call "
            "(%(called)s), and there is no other manager: nobody else was told.",
            **values,
        )

    def _say_escalation(self):
        """Say until when the client is to be answered; nothing where that is open."""
        self.ensure_one()
        if not self.support_escalate_at:
            return ""
        return self.env._(
            "Without an answer to the client until %s, the manager takes over.",
            self.env["support.explanation"].format_moment(
                self.support_escalate_at, self.company_id
            ),
        )

    # === THE MAIL === #
    # Odoo tries the template on any ticket, too: nobody was called for most of them.

    def _get_oncall_user(self):
        """Return who is told: called last."""
        self.ensure_one()
        return self.support_escalated_user_id or self.support_called_user_id

    def _get_oncall_lang(self):
        """Return the language of who is told, else the company's."""
        return self._get_oncall_user().lang or self.company_id.partner_id.lang

    def _get_oncall_subject(self):
        """Return what it is about, in short."""
        self.ensure_one()
        return self.env._(
            "Urgent: %(ticket)s (%(client)s)",
            ticket=self.display_name,
            client=self.commercial_partner_id.name or self.partner_name or "",
        )

    def _get_oncall_why(self):
        """Return why it is theirs."""
        self.ensure_one()
        user = self._get_oncall_user()
        if not user:
            return ""
        if self.support_escalated_at:
            return self._say_escalated(user, None)
        shifts = self.env["support.oncall.shift"]
        moment = self.support_called_at
        shift = shifts._find_on_duty(self.team_id, moment) if moment else shifts
        return self._say_called(user, shift)

    def _get_oncall_url(self):
        """Return the address that opens the ticket in the application."""
        self.ensure_one()
        path = f"/mail/view?model={self._name}&res_id={self.id}"
        return f"{self.get_base_url()}{path}"
