from odoo import fields, models
from odoo.exceptions import UserError

from .support_case import MOST_TEXT, clean_text, take_row


class SupportDispute(models.Model):
    """What becomes of a dispute: the verbs of the technical lead and of the client."""

    _inherit = "support.dispute"

    # === THE TECHNICAL LEAD === #

    def _accept(self, minutes, verdict=None):
        """It was our error: so many minutes are not charged, and their units go back.

        A corrected fact, nothing else: the charge converges, and what goes back goes
        to the packs that it came from. Of an entry that is wrong in part, that part
        becomes an entry of its own that is not billable.

        :param minutes: integer from 1 to what the entry bills
        """
        dispute = self._begin_decision("accepted")
        work = dispute.work_id
        most = work.minutes if work.billable else 0
        if not isinstance(minutes, int) or not 1 <= minutes <= max(most, 1):
            raise UserError(
                self.env._(
                    "Minutes: a whole number from 1 to %(most)s.", most=max(most, 1)
                )
            )
        returned = dispute._free_work(min(minutes, most))
        dispute._decide(
            "accepted",
            verdict,
            accepted_minutes=min(minutes, most),
            returned=sum(returned.values()),
        )
        dispute._refund_returned(returned)
        dispute._tell_decided()
        return dispute

    def _uphold(self, verdict):
        """The time stands; the client reads why. The last word, after an insistence."""
        verdict = clean_text(verdict)
        if not verdict:
            raise UserError(
                self.env._("Verdict: say to the client why the time stands.")
            )
        dispute = self._begin_decision("upheld")
        dispute._decide("upheld", verdict)
        dispute._tell_decided()
        return dispute

    def _begin_decision(self, choice):
        """Return the dispute, taken, as superuser; the rights are asked here."""
        self.ensure_one()
        self._check_may_decide()
        # sudo: disputes are nobody's to write, but by these verbs.
        dispute = self.sudo()
        take_row(dispute)
        dispute.invalidate_recordset()
        dispute._check_decidable(choice)
        return dispute

    def _decide(self, state, verdict, **values):
        """Write a decision, of the present user, and remember the step."""
        self.ensure_one()
        verdict = clean_text(verdict)
        if len(verdict) > MOST_TEXT:
            raise UserError(
                self.env._("Verdict: at most %(most)s characters.", most=MOST_TEXT)
            )
        self.write(
            {
                "state": state,
                "verdict": verdict or False,
                "decided_by": self.env.uid,
                "decided_at": fields.Datetime.now(),
                "is_insisted": False,
                "charge_id": self.ticket_id.support_charge_id.id,
                **values,
            }
        )
        self._add_step(state, verdict)

    def _free_work(self, minutes):
        """Let so many minutes of the entry not be billable.

        :return: what went back to which pack: ``{pack: units}``
        """
        self.ensure_one()
        work = self.work_id
        charge = work.ticket_id.support_charge_id
        before = charge.entry_ids
        if minutes and minutes == work.minutes:
            work.billable = False
        elif minutes:
            work.minutes -= minutes
            work.create(
                {
                    "ticket_id": work.ticket_id.id,
                    "user_id": work.user_id.id,
                    "date": work.date,
                    "minutes": minutes,
                    "name": work.name,
                    "billable": False,
                    "channel_id": work.channel_id.id,
                }
            )
        returned = {}
        for entry in charge.entry_ids - before:
            if entry.entry_type == "return":
                pack = entry.pack_id
                returned[pack] = returned.get(pack, 0) + entry.quantity
        return returned

    # === THE CLIENT === #

    def _may_insist(self):
        """Whether the client may still say that the verdict does not convince."""
        self.ensure_one()
        return self.state == "upheld" and not self.insisted_at

    def _insist(self, reason):
        """The client read the verdict and does not agree. Once; who may was asked.

        :param reason: what the client typed, anything; may be empty
        """
        self.ensure_one()
        reason = clean_text(reason)
        if len(reason) > MOST_TEXT:
            raise UserError(
                self.env._("Reason: at most %(most)s characters.", most=MOST_TEXT)
            )
        # sudo: clients do not write disputes.
        dispute = self.sudo()
        take_row(dispute)
        dispute.invalidate_recordset()
        if not dispute._may_insist():
            raise UserError(self.env._("The dispute has been decided already."))
        dispute.write({"insisted_at": fields.Datetime.now(), "is_insisted": True})
        dispute._add_step("insisted", reason)
        dispute._tell_insisted()
