from odoo import models
from odoo.tools import format_amount

TEMPLATE = "mail_template_refund"


class SupportRefund(models.Model):
    """Who is told of each step, in which words; what the client reads of it."""

    _inherit = "support.refund"

    def _tell_requested(self):
        self.ensure_one()
        self._tell_account()
        manager = self._find_user("helpdesk_mgmt.group_helpdesk_manager")
        self._plan_activity(manager, self, "_say_to_approve")
        self._mail_client(TEMPLATE)

    def _tell_decided(self):
        self.ensure_one()
        self._end_activities()
        self._tell_account()
        self._mail_client(TEMPLATE)

    def _tell_done(self):
        self._tell_decided()

    def _tell_account(self):
        """Leave a note on the account; its salesperson is told."""
        self.ensure_one()
        user = self.account_id.partner_id.user_id
        words = self.with_context(lang=user.lang or self.env.lang)
        self.account_id.message_post(
            body=words._say(),
            author_id=self.env.user.partner_id.id,
            subtype_xmlid="mail.mt_note",
            partner_ids=(user.partner_id - self.env.user.partner_id).ids,
            force_send=False,
        )

    # === IN WORDS === #

    def _say_to_approve(self):
        return self.env._("Approve or refuse the refund of %s", self.pack_id.name)

    def _say_to_post(self):
        return self.env._("Check and post the credit note of %s", self.pack_id.name)

    def _say_amount(self):
        """Return the amount in the reader's language."""
        self.ensure_one()
        return format_amount(self.env, self.amount, self.currency_id)

    def _say(self):
        """Say how the refund stands, to people and to the client alike."""
        self.ensure_one()
        pack = self.pack_id.name
        if self.state == "requested":
            return self.env._("A refund of %s was asked for.", pack)
        if self.state == "refused":
            return self.env._(
                "The refund of %(pack)s was refused: %(reason)s",
                pack=pack,
                reason=self.answer,
            )
        if not self.amount:
            return self.env._(
                "%s is closed. Nothing was paid for what was left of it.", pack
            )
        if self.state == "approved":
            return self.env._(
                "The refund of %(pack)s was approved: %(amount)s and taxes. The pack "
                "is closed, and a credit note follows.",
                pack=pack,
                amount=self._say_amount(),
            )
        return self.env._(
            "The refund of %(pack)s is done: %(amount)s and taxes, credit note "
            "%(note)s.",
            pack=pack,
            amount=self._say_amount(),
            note=", ".join(self.sudo().credit_note_ids.mapped("name")),
        )

    def _get_mail_subject(self):
        self.ensure_one()
        pack = self.pack_id.name
        if self.state == "requested":
            return self.env._("We have your request for a refund of %s", pack)
        if self.state == "refused":
            return self.env._("Your request for a refund of %s", pack)
        if self.state == "approved":
            return self.env._("Your refund of %s is approved", pack)
        return self.env._("Your refund of %s", pack)

    def _get_mail_text(self):
        self.ensure_one()
        if self.state == "requested":
            return self.env._(
                "You ask us to refund %s. A manager looks at it and answers you.",
                self.pack_id.name,
            )
        return self._say()

    # === THE PAGE === #

    def _get_portal_steps(self):
        """Return the steps so far, in the client's words."""
        self.ensure_one()
        day = self.env["support.explanation"].format_moment_day
        steps = []
        if self.kind == "whole":
            text = self.env._("%s asked for a refund", self.partner_id.name or "")
            steps.append({"date": day(self.date, self.company_id), "text": text})
        if self.state == "refused":
            text = self.env._("Refused: %s", self.answer)
        elif not self.amount:
            text = self.env._("Closed; nothing was paid for what was left")
        else:
            text = self.env._("Approved: %s and taxes", self._say_amount())
        if self.decided_at:
            date = day(self.decided_at, self.company_id)
            steps.append({"date": date, "text": text})
        if self.state == "done" and self.amount:
            names = ", ".join(self.sudo().credit_note_ids.mapped("name"))
            text = self.env._("Refunded: credit note %s", names)
            date = day(self.date_done, self.company_id)
            steps.append({"date": date, "text": text})
        return steps


class SupportPack(models.Model):
    _inherit = "support.pack"

    def _get_portal_refund(self):
        """Return what a client reads about the refund of a pack, ready to print.

        The reader has read the pack by their own rights.

        :return: dict: ``may_ask``; ``last_day`` (words, or empty); ``label``, ``steps``
            (dicts: ``date``, ``text``), empty when nothing was asked for
        """
        self.ensure_one()
        # sudo: clients have no rights on refunds; these are of a pack of theirs.
        pack = self.sudo()
        words = self.env["support.explanation"]
        problem = pack._get_refund_problem()
        last = None if problem else pack._get_refund_last_day()
        refunds = pack.refund_ids.sorted("id")
        refused = any(refund.state == "refused" for refund in refunds)
        labels = {
            "requested": self.env._("Refund under review"),
            "approved": self.env._("Refund approved"),
            "refused": self.env._("Refund refused"),
            "done": self.env._("Refunded"),
        }
        return {
            "may_ask": not problem and not refused,
            "last_day": words.format_day(last) if last else "",
            "label": labels[refunds[-1].state] if refunds else "",
            "steps": [step for one in refunds for step in one._get_portal_steps()],
        }


class SupportExplanation(models.AbstractModel):
    _inherit = "support.explanation"

    def _explain_refund(self, values, unit):
        return self.env._("refunded")

    def _explain_refund_undone(self, values, unit):
        return self.env._("the refund was taken back")

    def _explain_settlement(self, values, unit):
        return self.env._("the service ended and was settled")
