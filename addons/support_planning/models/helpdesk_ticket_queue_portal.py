from datetime import datetime

from odoo import fields, models
from odoo.tools.misc import format_date


class HelpdeskTicket(models.Model):
    """What the client reads of the queue and the plan on the page of its ticket."""

    _inherit = "helpdesk.ticket"

    def _get_support_portal_values(self):
        """Add ``plan``, for who reads the charge: the company that pays.

        :return: as before, with ``plan``: dict ``title``, ``lines`` (texts) and
            ``css``; empty when there is nothing to say
        """
        values = super()._get_support_portal_values()
        if values:
            # sudo: plans and queues are not for clients; these lines are.
            values["plan"] = self.sudo()._prepare_support_portal_plan()
        return values

    def _prepare_support_portal_plan(self):
        self.ensure_one()
        if self.closed:
            return {}
        if self._is_support_planned_ahead() and not self.support_is_queued:
            return {
                "title": self.env._("Planned"),
                "lines": [self._explain_planned_dates()],
                "css": "success",
            }
        if not self.support_is_queued:
            return {}
        lines = []
        if self._is_support_planned_ahead():
            lines.append(self._explain_planned_dates())
        lines.append(self._explain_queue_place())
        if self.support_queue_reason:
            lines.append(self._explain_reason_to_client())
        lines = [line for line in lines if line]
        return {"title": self.env._("In the queue"), "lines": lines, "css": "info"}

    def _is_support_planned_ahead(self):
        """Whether it has days that are not over yet."""
        self.ensure_one()
        ends = self._get_support_planned_lines().mapped("date_end")
        return max(ends, default=datetime.min) > fields.Datetime.now()

    def _explain_queue_place(self):
        """Say which place it has, and when it is expected."""
        if self.support_queue_problem or not self.support_expected_week:
            return self.env._(
                "Your request is number %(place)s in our queue.",
                place=self.support_queue_place,
            )
        return self.env._(
            "Your request is number %(place)s in our queue. We expect to begin in the "
            "week of %(week)s.",
            place=self.support_queue_place,
            # Languages put words between the parts of a date.
            week=format_date(
                self.env,
                self.support_expected_week,
                date_format=self.env._("d MMMM y"),
            ),
        )

    def _explain_queue_to_client(self, reason):
        """Say what keeps it from being planned, in words for the client, or nothing."""
        texts = {
            "hold": self.env._(
                "Support for your company is on hold: it is planned when that is "
                "settled."
            ),
            "balance": self.env._(
                "Your balance does not cover it: it is planned when it does."
            ),
            "client": self.env._("It is planned when we have your answer."),
        }
        return texts.get(reason, "")

    def _explain_planned_dates(self):
        """Say when the work begins and is ready, by the clock of the plan."""
        start = self._format_planned_day(self.support_planned_date)
        if not self.support_delivery_date:
            return self.env._(
                "We begin on %s; the rest follows in a later week.", start
            )
        end = self._format_planned_day(self.support_delivery_date)
        if start == end:
            return self.env._("We do it on %s.", start)
        return self.env._(
            "We begin on %(start)s, and it is ready on %(end)s.", start=start, end=end
        )

    def _format_planned_day(self, moment):
        plan = self._get_support_planned_lines().plan_id[:1]
        day = plan._get_local_day(moment)
        return format_date(self.env, day, date_format=self.env._("EEEE d MMMM"))
