from collections import defaultdict
from typing import NamedTuple

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..engine.reasons import because
from ..engine.receipt import loads
from ..engine.spans import first, intersect, length, merge, subtract, within
from .support_plan_week import _cut, aware, naive


class Causes(NamedTuple):
    """What takes time from a plan, by what was decided about it.

    :param news: nothing yet
    :param settled: the plan makes room for it
    :param dismissed: it takes nothing; who is away gets no more work all the same
    """

    news: list
    settled: list
    dismissed: list


class SupportPlan(models.Model):
    """What takes time from a confirmed plan: absences, and urgent work.

    A cause is a dict, as support.plan.displacement keeps it. Its key says what it is
    about: a cause with a key that was dealt with is no news.
    """

    _inherit = "support.plan"

    def _find_causes(self, now):
        """Return what takes time now, whether or not anything is planned in it.

        :param now: naive UTC datetime
        """
        self.ensure_one()
        technicians = self._read_receipt().technicians
        absences = self._find_absences(technicians)
        return absences + self._find_urgencies(technicians, absences, now)

    def _read_receipt(self):
        """Return the engine's inputs of the plan."""
        self.ensure_one()
        try:
            return loads(self.receipt or "")
        except ValueError as error:
            raise UserError(
                self.env._(
                    "%s: its receipt cannot be read any more. Who is moved has to be "
                    "decided by hand.",
                    self.display_name,
                )
            ) from error

    def _find_absences(self, technicians):
        """Return who is not there any more when the plan had them there: leave, public
        holidays and shorter hours that came after it was proposed."""
        team, week = self.team_id.sudo(), self._get_week()
        users = self.env["res.users"].sudo().browse([one.id for one in technicians])
        # Who was archived is not there at all.
        hours = team._get_working_hours(users.filtered("active"), week.start, week.end)
        causes = []
        for technician in technicians:
            _plain, work, leaves = hours.get(technician.id, ([], [], []))
            there = subtract(_cut(week, work), _cut(week, leaves, around=True))
            lost = subtract(technician.free, there)
            if lost:
                reason = because("absence", technician=technician.id)
                causes.append(make_cause(technician.id, lost, reason))
        return causes

    def _find_urgencies(self, technicians, absences, now):
        """Return what technicians do that waits for no plan, in the week that runs.

        Work on such tickets, the date being its end; and what is left of what clients
        accepted of those that are assigned and open, in the first hours from now on.
        Whatever is within the reserve moves nothing: see the engine.
        """
        week = self._get_week()
        minute = week.minute_of(aware(now))
        if not 0 <= minute < week.days[-1]:
            return []
        worked = self._get_urgent_work(technicians, now)
        ahead = self._get_urgent_work_ahead(technicians)
        away = defaultdict(list)
        for cause in absences:
            away[cause["technician"]] += map(tuple, cause["spans"])
        causes = []
        for technician in technicians:
            room = subtract(
                within(technician.free, minute, week.days[-1]), away[technician.id]
            )
            for ticket_id in sorted(
                worked[technician.id].keys() | ahead[technician.id].keys()
            ):
                done = merge(worked[technician.id].get(ticket_id, ()))
                left = ahead[technician.id].get(ticket_id, 0)
                next_ = first(room, left)
                room = subtract(room, next_)
                spans = intersect(merge([*done, *next_]), technician.free)
                if spans:
                    reason = because("urgency", ticket=ticket_id)
                    # Work on it makes the one more and the other less: no news.
                    facts = str(length(done) + left)
                    causes.append(make_cause(technician.id, spans, reason, facts))
        return causes

    def _get_urgent_work(self, technicians, now):
        """Return when technicians worked on what waits for no plan, in this week:
        ``{user id: {ticket id: [span]}}``."""
        week, found = self._get_week(), defaultdict(lambda: defaultdict(list))
        works = (
            self.env["support.work"]
            .sudo()
            .search_fetch(
                [
                    ("user_id", "in", [one.id for one in technicians]),
                    ("company_id", "=", self.company_id.id),
                    ("date", ">", naive(week.start)),
                    ("date", "<=", min(now, naive(week.end))),
                ],
                ["user_id", "ticket_id", "date", "minutes"],
                order="date, id",
            )
        )
        outside = works.ticket_id.filtered("support_is_outside_plan")
        for work in works.filtered(lambda one: one.ticket_id in outside):
            end = aware(work.date)
            start = aware(fields.Datetime.subtract(work.date, minutes=work.minutes))
            span = week.inside(start, end)
            found[work.user_id.id][work.ticket_id.id].append(span)
        return found

    def _get_urgent_work_ahead(self, technicians):
        """Return what is left to do of what waits for no plan: minutes that clients
        accepted, less what was worked: ``{user id: {ticket id: minutes}}``."""
        tickets = self.env["helpdesk.ticket"].sudo()
        tickets = tickets.search(
            tickets._get_support_accepted_domain()
            & Domain("user_id", "in", [one.id for one in technicians])
            & Domain("company_id", "=", self.company_id.id)
        ).filtered("support_is_outside_plan")
        found = defaultdict(dict)
        for ticket_id, minutes in tickets._get_support_minutes_to_plan().items():
            if minutes:
                user = tickets.browse(ticket_id).user_id
                found[user.id][ticket_id] = minutes
        return found

    def _sort_causes(self, found, by_planners=()):
        """Return the :class:`Causes` by what was decided about them.

        Of what was applied, the time is kept that was found then. An urgency for which
        planners make room is not found besides.

        :param by_planners: causes that planners add
        """
        applied, dismissed = {}, set()
        for displacement in self.displacement_ids.sorted("id"):
            if displacement.state == "applied":
                applied.update({one["key"]: one for one in displacement.causes})
            elif displacement.state == "dismissed":
                dismissed |= displacement._get_shown_keys()
        known = applied.keys() | dismissed
        made = [*by_planners, *(one for one in applied.values() if one["by_hand"])]
        urgent = [_get_urgency(one) for one in made]
        holding = {one["key"] for one in found}
        return Causes(
            [
                one
                for one in found
                if one["key"] not in known
                and (not _get_urgency(one) or _get_urgency(one) not in urgent)
            ],
            [one for key, one in applied.items() if one["by_hand"] or key in holding],
            [one for one in found if one["key"] in dismissed - applied.keys()],
        )


def _get_urgency(cause):
    """Return whose time which urgent ticket takes; of other causes nothing."""
    code, values = cause["reason"]
    return code == "urgency" and (cause["technician"], values["ticket"])


def make_cause(technician, spans, reason, facts="", by_hand=False):
    """Return a cause as it is stored.

    :param reason: of the engine
    :param facts: what else tells it from others; by default its spans
    """
    spans = [list(span) for span in spans]
    values = dict(reason.params)
    parts = [reason.code, technician, *sorted(map(str, values.values()))]
    if by_hand:
        parts.append("by hand")
    parts.append(facts or spans)
    return {
        "key": ":".join(map(str, parts)),
        "technician": technician,
        "reason": [reason.code, values],
        "spans": spans,
        "by_hand": by_hand,
    }
