from datetime import timedelta

import pytz

from odoo import api, fields, models
from odoo.tools.misc import format_date, format_datetime


class SupportExplanation(models.AbstractModel):
    """The scheduler's reasons in the reader's language."""

    _inherit = "support.explanation"

    @api.private
    @api.model
    def explain_plan(self, reasons, plan):
        """Return reasons in words, one sentence after the other.

        :param reasons: list of [code, {parameter: value}], as lines store them
        :param plan: support.plan that they are of
        """
        sentences = (
            self._explain_plan_reason(code, values, plan)
            for code, values in reasons or []
        )
        return " ".join(one for one in sentences if one)

    @api.model
    def _explain_plan_reason(self, code, values, plan):
        explain = getattr(self, f"_explain_plan_{code}", None)
        return explain(values, plan) if explain else code

    # === WHY IT IS IN === #

    def _explain_plan_order(self, values, plan):
        return self.env._("Number %(place)s in the queue.", place=values["place"])

    def _explain_plan_carried(self, values, plan):
        return self.env._("Goes first: begun, and not finished last week.")

    def _explain_plan_pinned(self, values, plan):
        return self.env._("Pinned by the planner.")

    # === WHOM IT GOES TO === #

    def _explain_plan_pinned_technician(self, values, plan):
        return self.env._("The planner chose who does it.")

    def _explain_plan_began(self, values, plan):
        return self.env._("Began it, and goes on with it.")

    def _explain_plan_usual(self, values, plan):
        return self.env._("The client's usual technician.")

    def _explain_plan_experience(self, values, plan):
        if values["count"] == 1:
            return self.env._("Has done this kind of work before (1 ticket).")
        return self.env._(
            "Most experience with this kind of work (%(count)s tickets).",
            count=values["count"],
        )

    def _explain_plan_room(self, values, plan):
        return self.env._("Has most room (%s).", self.format_hours(values["minutes"]))

    # === WHAT ELSE === #

    def _explain_plan_usual_away(self, values, plan):
        return self.env._(
            "%(user)s, the usual technician, is away %(until)s.",
            user=self._get_plan_user(values["technician"]),
            until=self._explain_plan_until(values["day"], plan),
        )

    def _explain_plan_usual_full(self, values, plan):
        return self.env._(
            "%(user)s, the usual technician, has room for only %(room)s.",
            user=self._get_plan_user(values["technician"]),
            room=self.format_hours(values["room"]),
        )

    def _explain_plan_waited(self, values, plan):
        return self.env._(
            "Begins when %(user)s is back, on %(day)s.",
            user=self._get_plan_user(values["technician"]),
            day=self._format_plan_day(values["day"], plan),
        )

    def _explain_plan_shared(self, values, plan):
        return self.env._(
            "Nobody has room for all of it: %(count)s people share it.",
            count=values["technicians"],
        )

    def _explain_plan_fills_gap(self, values, plan):
        return self.env._(
            "Fills the gap that %(ticket)s, which came first, is too long for.",
            ticket=self._get_plan_ticket(values["ticket"]),
        )

    def _explain_plan_part(self, values, plan):
        return self.env._(
            "%s of it follow in the week after.", self.format_hours(values["minutes"])
        )

    def _explain_plan_minutes_changed(self, values, plan):
        return self.env._(
            "The planner changed the time from %(was)s to %(now)s.",
            was=self.format_hours(values["was"]),
            now=self.format_hours(values["now"]),
        )

    # === WHY NOT === #

    def _explain_plan_hold(self, values, plan):
        return self.env._("The client's account is on hold.")

    def _explain_plan_balance(self, values, plan):
        return self.env._("The client's balance does not cover it.")

    def _explain_plan_client(self, values, plan):
        return self.env._("The ticket waits for the client's answer.")

    def _explain_plan_excluded(self, values, plan):
        return self.env._("Left out by the planner: %s", values["reason"])

    def _explain_plan_postponed(self, values, plan):
        week = fields.Date.to_date(values["week"])
        return self.env._(
            "Moved by the planner to the week of %(week)s or later: %(reason)s",
            week=self.format_day(week),
            reason=values["reason"],
        )

    def _explain_plan_after_cutoff(self, values, plan):
        moment = fields.Datetime.to_datetime(values["accepted_at"])
        return self.env._(
            "Accepted after the cut-off, on %s.",
            format_datetime(
                self.env, moment, tz=plan.tz, dt_format="d MMM y, HH:mm:ss"
            ),
        )

    def _explain_plan_waits_for_technician(self, values, plan):
        return self.env._(
            "Waits for %(user)s, the client's usual technician, who is away %(until)s.",
            user=self._get_plan_user(values["technician"]),
            until=self._explain_plan_until(values["day"], plan),
        )

    def _explain_plan_technician_absent(self, values, plan):
        return self.env._("Everybody who may do it is away.")

    def _explain_plan_nobody(self, values, plan):
        return self.env._("The team has no time at all in this week.")

    def _explain_plan_no_room(self, values, plan):
        return self.env._(
            "Takes %(minutes)s; there is room for %(room)s.",
            minutes=self.format_hours(values["minutes"]),
            room=self.format_hours(values["room"]),
        )

    def _explain_plan_longer_than_week(self, values, plan):
        return self.env._(
            "Takes %(minutes)s, and the team has %(week)s in a whole week: it never "
            "fits without being split.",
            minutes=self.format_hours(values["minutes"]),
            week=self.format_hours(values["week"]),
        )

    def _explain_plan_stopped(self, values, plan):
        return self.env._(
            "%(ticket)s, which came first, found no room: nothing goes before it.",
            ticket=self._get_plan_ticket(values["ticket"]),
        )

    def _explain_plan_continued(self, values, plan):
        return self.env._(
            "The rest, %s, goes first in the week after.",
            self.format_hours(values["minutes"]),
        )

    # === WHY A LINE OF A CONFIRMED PLAN MOVES === #

    def _explain_plan_urgency(self, values, plan):
        return self.env._(
            "Makes room for the urgent ticket %s.",
            self._get_plan_ticket(values["ticket"]),
        )

    def _explain_plan_absence(self, values, plan):
        return self.env._("%s is away.", self._get_plan_user(values["technician"]))

    def _explain_plan_made_room(self, values, plan):
        return self.env._("The planner takes the time: %s", values["reason"])

    def _explain_plan_displaced(self, values, plan):
        return self.env._(
            "%s go first in the next plan.", self.format_hours(values["minutes"])
        )

    # === PARTS === #

    @api.model
    def _get_plan_user(self, user_id):
        # sudo: the reader knows colleagues by name.
        return self.env["res.users"].sudo().browse(user_id).exists().name or "?"

    @api.model
    def _get_plan_ticket(self, ticket_id):
        # sudo: its number is no secret from who reads the plan.
        return self.env["helpdesk.ticket"].sudo().browse(ticket_id).exists().number

    @api.model
    def _explain_plan_until(self, day, plan):
        if day < 0:
            return self.env._("for an unknown time")
        return self.env._("until %s", self._format_plan_day(day, plan))

    @api.model
    def _format_plan_day(self, day, plan):
        return format_date(
            self.env, plan.date_start + timedelta(days=day), date_format="EEE d MMM"
        )

    @api.private
    @api.model
    def format_plan_span(self, start, end, tz):
        """Return a span by the clock of a time zone, short where it is of one day.

        :return: e.g. ``Mon 23 Nov, 09:00 to 11:30``
        """
        zone = pytz.timezone(tz or "UTC")
        first, last = (pytz.utc.localize(one).astimezone(zone) for one in (start, end))
        day = "EEE d MMM, HH:mm"
        return self.env._(
            "%(start)s to %(end)s",
            start=format_datetime(self.env, start, tz=tz, dt_format=day),
            end=format_datetime(
                self.env,
                end,
                tz=tz,
                dt_format="HH:mm" if first.date() == last.date() else day,
            ),
        )
