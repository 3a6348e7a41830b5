from odoo import models
from odoo.exceptions import UserError


class HelpdeskTicket(models.Model):
    """What a client reads of disputes on the page of a ticket, and does there.

    Clients have no rights on disputes at all: everything goes through the ticket's
    page, which is shown to who belongs to the company that pays.
    """

    _inherit = "helpdesk.ticket"

    def _get_support_portal_works(self):
        """Add to each entry what may be done about it, and what was done.

        - ``may_dispute``: whether the button is there
        - ``disputes``: dicts, oldest first: ``id``, ``state``, ``label``, ``steps``,
          ``may_insist``
        """
        rows = super()._get_support_portal_works()
        disputes = self.env["support.dispute"].sudo()
        # Those of a client to whom the ticket belonged before are not this one's.
        found = disputes.search(
            [
                ("ticket_id", "=", self.id),
                ("account_id", "=", self.sudo().support_account_id.id),
            ],
            order="id",
        )
        by_work = found.grouped("work_id")
        for row in rows:
            work = row["work"].sudo()
            row["may_dispute"] = not work._get_dispute_problem()
            row["disputes"] = [
                dispute._get_portal_values()
                for dispute in by_work.get(work, disputes.browse())
            ]
        return rows

    def _find_support_portal_work(self, number):
        """Return the entry of the ticket that the reader means, or none.

        :param number: what the request says, anything
        """
        works = [row["work"] for row in self._get_support_portal_values_works()]
        found = [work for work in works if str(work.id) == number]
        return found[0] if found else self.env["support.work"]

    def _get_support_portal_values_works(self):
        return self._get_support_portal_values().get("works", ())

    def _dispute_as_client(self, number, reason):
        """Dispute an entry of the ticket.

        :return: what is wrong with it, in words; None if it was done; False if there
            is no such entry for this reader
        """
        self.ensure_one()
        work = self._find_support_portal_work(number)
        if not work:
            return False
        try:
            with self.env.cr.savepoint():
                work._dispute(reason)
        except UserError as problem:
            return str(problem)
        return None

    def _insist_as_client(self, number, reason):
        """Do not accept a verdict; as :meth:`_dispute_as_client`."""
        self.ensure_one()
        rows = self._get_support_portal_values_works()
        ids = [dispute["id"] for row in rows for dispute in row["disputes"]]
        if number not in [str(one) for one in ids]:
            return False
        try:
            with self.env.cr.savepoint():
                self.env["support.dispute"].browse(int(number))._insist(reason)
        except UserError as problem:
            return str(problem)
        return None


class SupportDispute(models.Model):
    _inherit = "support.dispute"

    def _get_portal_values(self):
        """Return a dispute in the reader's words; as superuser, rights were asked."""
        self.ensure_one()
        words = self.env["support.explanation"]
        return {
            "id": self.id,
            "state": self.state,
            "label": self._get_portal_label(),
            "may_insist": self._may_insist(),
            "steps": [
                {
                    "kind": step.kind,
                    "date": words.format_moment(step.date, self.company_id),
                    "title": self._get_portal_title(step),
                    "text": step.text,
                }
                for step in self.step_ids
            ],
        }

    def _get_portal_label(self):
        """Return how the dispute stands, as a client says it."""
        self.ensure_one()
        if self.is_insisted:
            return self.env._("Under review again")
        return {
            "open": self.env._("Under review"),
            "upheld": self.env._("The time stands"),
            "accepted": self.env._("Our error"),
            "settled": self.env._("Settled"),
        }[self.state]

    def _get_portal_title(self, step):
        """Return what a step was, as a client reads it."""
        self.ensure_one()
        who = step.partner_id.name or ""
        if step.kind == "opened":
            return self.env._("%s disputed this work", who)
        if step.kind == "insisted":
            return self.env._("%s did not accept our answer", who)
        if step.kind == "upheld":
            return self.env._("We reviewed it: the time stands")
        if step.kind == "settled":
            ends = self.env._("The service ends, and what is left is refunded")
            refunded = self._say_refunded()
            return f"{ends}. {refunded}" if refunded else ends
        minutes = self.env["support.explanation"].format_hours(self.accepted_minutes)
        if self.returned:
            return self.env._(
                "It was our error: %(minutes)s are not charged; %(back)s back to your "
                "packs",
                minutes=minutes,
                back=self.returned_text,
            )
        return self.env._("It was our error: %s are not charged", minutes)
