from odoo import models

TEMPLATE = "mail_template_dispute"


class SupportDispute(models.Model):
    """Who is told of each step, and in which words."""

    _inherit = "support.dispute"

    def _tell_opened(self):
        self.ensure_one()
        self._tell_team("_say_opened")
        self._plan_activity(self._get_lead(), self, "_say_to_review")
        self._mail_client(TEMPLATE)

    def _tell_decided(self):
        self.ensure_one()
        self._end_activities()
        self._tell_team("_say_decided")
        self._mail_client(TEMPLATE)

    def _tell_insisted(self):
        self.ensure_one()
        self._tell_team("_say_insisted")
        self._plan_activity(self._get_lead(), self, "_say_to_settle")
        self._mail_client(TEMPLATE)

    def _get_lead(self):
        """Return the helpdesk manager who reviews: of the team, else of the company."""
        self.ensure_one()
        leader = self.ticket_id.team_id.user_id
        manager = self.env.ref("helpdesk_mgmt.group_helpdesk_manager")
        if manager in leader.all_group_ids:
            return leader
        return self._find_user("helpdesk_mgmt.group_helpdesk_manager")

    def _tell_team(self, explain):
        """Leave a note on the ticket; the assignee and who did the work are told."""
        self.ensure_one()
        users = self.ticket_id.user_id | self.work_id.user_id
        lang = users[:1].lang or self.env.lang
        self.ticket_id.message_post(
            body=getattr(self.with_context(lang=lang), explain)(),
            author_id=self.env.user.partner_id.id,
            subtype_xmlid="mail.mt_note",
            partner_ids=(users.partner_id - self.env.user.partner_id).ids,
            force_send=False,
        )

    # === IN WORDS === #

    def _say_to_review(self):
        return self.env._("Review the dispute: %s", self.display_name)

    def _say_to_settle(self):
        return self.env._(
            "The client does not accept the verdict: %s", self.display_name
        )

    def _say_opened(self):
        return self.env._(
            "%(client)s disputes “%(work)s” (%(minutes)s): %(reason)s",
            client=self.partner_id.display_name,
            work=self.work_id.name,
            minutes=self.env["support.explanation"].format_hours(self.minutes),
            reason=self.reason,
        )

    def _say_insisted(self):
        reason = self.step_ids[-1:].text
        if reason:
            return self.env._(
                "The client does not accept the verdict on “%(work)s”: %(reason)s",
                work=self.work_id.name,
                reason=reason,
            )
        return self.env._(
            "The client does not accept the verdict on “%s”.", self.work_id.name
        )

    def _say_decided(self):
        """Say what was decided, to people and to the client alike."""
        work, verdict = self.work_id.name, self.verdict
        if self.state == "accepted":
            text = self._say_accepted()
        elif self.state == "settled":
            text = self.env._(
                "The dispute over “%s” was settled: the service ends, and what is left "
                "is refunded.",
                work,
            )
            if refunded := self._say_refunded():
                text = f"{text} {refunded}"
        else:
            text = self.env._("The time of “%s” stands.", work)
        return f"{text} {verdict}" if verdict else text

    def _say_refunded(self):
        """Return what goes back, pack by pack; empty when nothing was paid."""
        paid = self.refund_ids.filtered("amount").sorted("id")
        parts = [f"{one.pack_id.name}, {one._say_amount()}" for one in paid]
        if not parts:
            return ""
        return self.env._("Refunded, without taxes: %s.", "; ".join(parts))

    def _say_accepted(self):
        minutes = self.env["support.explanation"].format_hours(self.accepted_minutes)
        if not self.returned:
            return self.env._(
                "Our error in “%(work)s”: %(minutes)s are not charged.",
                work=self.work_id.name,
                minutes=minutes,
            )
        return self.env._(
            "Our error in “%(work)s”: %(minutes)s are not charged, and %(back)s went "
            "back to the packs.",
            work=self.work_id.name,
            minutes=minutes,
            back=self.returned_text,
        )

    # === THE MAIL === #

    def _get_mail_subject(self):
        """Return the subject of the mail about the latest step."""
        self.ensure_one()
        number = self.ticket_id.number
        if self.is_insisted:
            return self.env._("We read again what you dispute in %s", number)
        if self.state == "open":
            return self.env._("We review what you dispute in %s", number)
        return self.env._("Our answer to what you dispute in %s", number)

    def _get_mail_text(self):
        """Return what the mail says about the latest step."""
        self.ensure_one()
        if self.is_insisted:
            return self.env._(
                "You do not accept our answer about “%s”. We look at it again and tell "
                "you what we propose.",
                self.work_id.name,
            )
        if self.state == "open":
            return self.env._(
                "You dispute “%(work)s” (%(minutes)s). Our technical lead reviews it "
                "and answers you.",
                work=self.work_id.name,
                minutes=self.env["support.explanation"].format_hours(self.minutes),
            )
        return self._say_decided()
