from odoo import models


class HelpdeskTicket(models.Model):
    """What clients read of queue and plan in the list of their tickets."""

    _inherit = "helpdesk.ticket"

    def _get_support_list_plans(self):
        """Return what the list says of each ticket that waits or is planned, in words:
        ``{id: text}``.

        As on the page of the ticket: for the company that pays, the reader's.
        """
        reader = self.env.user
        client = reader.partner_id.commercial_partner_id
        # sudo: plans and queues are not for clients; these texts are.
        tickets = self.sudo().filtered(
            lambda one: (
                not reader._is_public()
                and not one.closed
                and one.support_account_id
                and (not reader.share or one.support_account_id.partner_id == client)
            )
        )
        texts = {one.id: one._explain_in_list() for one in tickets}
        return {id_: text for id_, text in texts.items() if text}

    def _explain_in_list(self):
        """Say on which day it begins, or its place and week; else nothing."""
        self.ensure_one()
        if not self.support_is_queued:
            if not self._is_support_planned_ahead():
                return ""
            return self._format_planned_day(self.support_planned_date)
        if self.support_queue_problem or not self.support_expected_week:
            return self.env._("No. %s in the queue", self.support_queue_place)
        return self.env._(
            "No. %(place)s in the queue · week of %(week)s",
            place=self.support_queue_place,
            week=self.env["support.explanation"].format_day(self.support_expected_week),
        )
