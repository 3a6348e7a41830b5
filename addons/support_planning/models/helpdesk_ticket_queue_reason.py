from odoo import api, fields, models
from odoo.tools.misc import format_date

from ..engine.choice import Chooser
from ..engine.inputs import LATER
from ..engine.room import Room
from ..engine.scheduler import bars
from ..engine.week import week_of
from .helpdesk_ticket_queue import INTERNAL, QUEUE_PROBLEMS

# Why a ticket of the queue is not in the coming plan, whatever the room.
QUEUE_REASONS = [
    *QUEUE_PROBLEMS,
    ("postponed", "Moved to a later week"),
    ("excluded", "Left out of this week"),
    ("technician", "Waits for a technician"),
]
OF_ABSENCE = {"waits_for_technician", "technician_absent"}


class HelpdeskTicket(models.Model):
    """What the scheduler would say against a ticket in the coming week, in the list."""

    _inherit = "helpdesk.ticket"

    support_queue_reason = fields.Selection(
        QUEUE_REASONS,
        string="Waits because",
        compute="_compute_support_queue_reason",
        groups=INTERNAL,
        help="Why the plan of the coming week will not have it, whatever the room.",
    )
    support_queue_reason_text = fields.Text(
        string="Why it waits",
        compute="_compute_support_queue_reason",
        groups=INTERNAL,
    )

    @api.depends("support_is_queued", "support_queue_problem")
    @api.depends_context("lang")
    def _compute_support_queue_reason(self):
        # sudo: technicians may not read all that decides.
        found = self.sudo().filtered("support_is_queued")._find_support_reasons()
        for ticket, ticket_sudo in zip(self, self.sudo(), strict=True):
            code, text = found.get(ticket._origin.id, (False, False))
            ticket.support_queue_reason = code
            if code and code == ticket_sudo.support_queue_problem:
                # In the words of what decides, with its numbers.
                text = ticket_sudo.support_queue_problem_text
            elif code == "balance":
                text = self.env._(
                    "The client's balance does not cover it, with what was accepted "
                    "before."
                )
            ticket.support_queue_reason_text = text

    def _find_support_reasons(self):
        """Return what keeps queued tickets from the next plan: ``{id: (code, text)}``.

        With as many queries for all tickets of a team as for one.
        """
        words, found = self.env["support.explanation"], {}
        for team, tickets in self._origin.grouped("team_id").items():
            plan, reasons = team._get_reasons_to_wait(tickets)
            for ticket_id, reason in reasons.items():
                code = "technician" if reason.code in OF_ABSENCE else reason.code
                text = words.explain_plan([[reason.code, dict(reason.params)]], plan)
                found[ticket_id] = (code, text)
        return found

    def _explain_reason_to_client(self):
        """Say what keeps it from being planned, in words for the client, or nothing."""
        self.ensure_one()
        reason = self.support_queue_reason
        if reason == "postponed":
            # What a draft says may still be taken back.
            found = self._get_support_postponed(confirmed=True).get(self.id, {})
            until = found.get("not_before", "")
            if str(self.support_expected_week or "") >= until:
                return ""  # is said already, or nothing is to be said
            return self.env._(
                "We begin in the week of %s or later.",
                format_date(
                    self.env, fields.Date.to_date(until), date_format="d MMMM y"
                ),
            )
        if reason == "technician":
            _plan, found = self.team_id._get_reasons_to_wait(self)
            if self.id in found and found[self.id].code == "technician_absent":
                return self.env._("It waits until somebody who can do it is back.")
            return self.env._(
                "It waits for the technician who knows your systems best, who is away."
            )
        return self._explain_queue_to_client(reason)


class HelpdeskTicketTeam(models.Model):
    _inherit = "helpdesk.ticket.team"

    def _get_coming_plan(self):
        """Return the plan of the first week that is still to be planned: its draft, or
        one that is not there yet."""
        self.ensure_one()
        monday = self._get_weeks_to_plan(self._get_confirmed_ahead())[0]
        return self._get_draft(monday)

    def _get_reasons_to_wait(self, tickets):
        """Return the coming plan, and why it will not have tickets of the queue.

        :param tickets: as sudo
        :return: plan, ``{ticket id: engine's reason}``: the first one of each
        """
        self.ensure_one()
        plan = self._get_coming_plan()
        week = week_of(plan.date_start, plan.tz)
        typed = plan._get_typed_capacities()
        capacities = self._get_capacities([week], typed)[week.monday]
        rooms = {
            one.technician.id: Room(one.technician, week.days) for one in capacities
        }
        chooser, found = Chooser(rooms, ()), {}
        for candidate in plan._get_candidates(week, tickets):
            why = bars(candidate, LATER, week.monday.isoformat())
            if not why:
                able = chooser.able(candidate)
                absence = chooser.absence(candidate, able)
                why = [one for one in absence if one.code in OF_ABSENCE]
            if why:
                found[candidate.id] = why[0]
        return plan, found
