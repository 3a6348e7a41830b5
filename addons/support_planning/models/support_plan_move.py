from dataclasses import replace
from typing import NamedTuple

from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.support_packs.models.support_case import take_row

from ..engine.inputs import Line
from ..engine.reasons import because
from ..engine.receipt import read_reasons
from ..engine.spans import length, merge
from .support_plan_confirm import MINUTES_TO_READ
from .support_plan_propose import _to_json
from .support_plan_week import aware

PART = "part"
# In the context of the button: the hash of the facts that its form shows.
SEEN = "support_facts_hash"


class Change(NamedTuple):
    """What becomes of a ticket of the plan.

    :param lines: the engine's, by technician
    :param left: minutes that go back to the queue
    :param dates: as the client reads them: ``old_start``, ``old_end``, ``start``,
        ``end`` (ISO dates or None), ``minutes``
    """

    lines: dict[int, Line]
    left: int
    dates: dict


class SupportPlan(models.Model):
    """A displacement that was applied: lines, tickets, technicians, clients."""

    _inherit = "support.plan"

    def _get_changes(self, moves):
        """Return what becomes of each ticket that moves: ``{ticket id: Change}``."""
        self.ensure_one()
        lines = self.line_ids.grouped("ticket_id")
        by_ticket = {}
        for move in moves:
            by_ticket.setdefault(move.ticket, []).append(move)
        return {
            ticket.id: self._get_change(lines[ticket], by_ticket[ticket.id])
            for ticket in lines
            if ticket.id in by_ticket
        }

    def _get_change(self, lines, moves):
        found = {line.user_id.id: line._to_engine() for line in lines}
        for move in moves:
            found.pop(move.before.technician)
        for move in moves:
            for line in move.after:
                there = found.get(line.technician)
                found[line.technician] = _join(there, line, move.reason)
        left = sum(move.left for move in moves)
        rest = max(lines.mapped("rest_minutes")) + left
        for who, line in found.items():
            found[who] = _say_rest(line, rest)
        old = self._prepare_notice_row(lines)
        dates = {
            "old_start": old["start"],
            "old_end": old["end"],
            "start": None,
            "end": None,
            "minutes": sum(line.minutes for line in found.values()),
        }
        if found:
            starts, ends = zip(*map(self._get_moments, found.values()), strict=True)
            dates["start"] = self._get_local_day(min(starts)).isoformat()
            if not rest:
                dates["end"] = self._get_local_day(max(ends)).isoformat()
        return Change(found, left, dates)

    def _move_lines(self, displacement, moves):
        """Make lines, tickets and activities agree with the moves; tell the clients."""
        self.ensure_one()
        changes = self._get_changes(moves)
        moved = self.line_ids.filtered(lambda line: line.ticket_id.id in changes)
        new, gone = [], moved.browse()
        for line in moved:
            there = changes[line.ticket_id.id].lines.get(line.user_id.id)
            if there:
                line._move_to(there)
            else:
                gone |= line
        known = {(line.ticket_id.id, line.user_id.id) for line in moved}
        for ticket_id, change in changes.items():
            for who, line in change.lines.items():
                if (ticket_id, who) not in known:
                    new.append(self._prepare_line(line, _get_rest(line)))
        gone._let_go()
        gone.unlink()
        made = self.env["support.plan.line"].create(new)
        made._note_followers()
        (moved - gone | made)._assign_tickets()
        made._plan_activities()
        self._write_left(changes, moves)
        self._tell_moved(displacement)

    def _write_left(self, changes, moves):
        """Say in the plan what went back to the queue."""
        lost = {move.ticket: move for move in moves if move.left}
        self.env["support.plan.unplaced"].create(
            [
                {
                    "plan_id": self.id,
                    "ticket_id": ticket_id,
                    "place": move.before.place,
                    "minutes": changes[ticket_id].left,
                    "reason": move.reason.code,
                    "reasons": _to_json(
                        [
                            move.reason,
                            because("displaced", minutes=changes[ticket_id].left),
                        ]
                    ),
                }
                for ticket_id, move in lost.items()
            ]
        )

    def _tell_moved(self, displacement):
        """One mail for each client whose days are other ones."""
        is_later = self._is_next_confirmed()
        told = {}
        for move in displacement.move_ids:
            if move._is_told():
                told.setdefault(move.ticket_id, move)
        self.env["support.plan.notice"]._tell(
            self,
            "moved",
            [
                (
                    ticket,
                    {
                        **move.dates,
                        "is_later": is_later,
                        "reason": displacement.client_reason or "",
                        "cause": move.reasons[0][0],
                    },
                )
                for ticket, move in told.items()
            ],
        )

    def _is_next_confirmed(self):
        """Whether the week after is promised already: what is left waits longer."""
        self.ensure_one()
        monday = fields.Date.add(self.date_start, weeks=1)
        own = [("team_id", "=", self.team_id.id), ("date_start", "=", monday)]
        return bool(self.search_count([*own, ("state", "=", "confirmed")], limit=1))

    def _get_confirm_problems(self):
        """Add what was moved out of an earlier week after the plan was proposed."""
        moves = self.env["support.plan.displacement.move"].search(
            [
                ("left_minutes", ">", 0),
                ("week", "<", self.date_start),
                ("displacement_id.team_id", "=", self.team_id.id),
                ("displacement_id.state", "=", "applied"),
                ("displacement_id.decided_at", ">", self.proposed_at),
                ("displacement_id.plan_id.state", "=", "confirmed"),
            ],
            order="id",
        )
        tickets = moves.ticket_id.filtered(
            lambda one: one.support_is_queued and one.team_id == self.team_id
        )
        if not tickets:
            return super()._get_confirm_problems()
        return [
            self.env._(
                "Moved out of an earlier week since, to go first: %s. Propose again.",
                ", ".join(tickets.mapped("number")),
            ),
            *super()._get_confirm_problems(),
        ]

    def _cancel(self):
        """Nobody is moved out of what is no plan any more."""
        res = super()._cancel()
        for displacement in self.open_displacement_id:
            displacement._decide("dismissed", self.env._("The plan was cancelled."))
        return res


class SupportPlanDisplacement(models.Model):
    _inherit = "support.plan.displacement"

    def _apply(self):
        """Move, if everything still is as it was when it was reckoned."""
        self.ensure_one()
        plan = self.plan_id
        # Of two planners the second one is told: its transaction is run again.
        take_row(plan)
        for user in plan.capacity_ids.user_id.sorted("id"):
            # Of two teams that give the same hours away, the second one sees it.
            take_row(user)
        self.env.invalidate_all()
        self._check_open()
        self._check_seen()
        plan._check_displaceable()
        moves = self._get_moves_in_force()
        if moves is None:
            raise UserError(
                self.env._(
                    "%s: the plan, or what takes the time, has changed since this was "
                    "reckoned. Reckon again, and look at it once more.",
                    self.display_name,
                )
            )
        plan._move_lines(self, moves)
        self._decide("applied")

    def _check_seen(self):
        """Raise where it was reckoned again after the planner's form was read."""
        seen = self.env.context.get(SEEN)
        if seen and seen != self.facts_hash:
            raise UserError(
                self.env._(
                    "%s: this was reckoned again in the meantime. Load the page again, "
                    "and look at it once more.",
                    self.display_name,
                )
            )

    def _dismiss(self, reason):
        """Move nobody; of two planners the second one is told."""
        self.ensure_one()
        take_row(self.plan_id)
        self.env.invalidate_all()
        self._check_open()
        self._decide("dismissed", reason)

    def _get_moves_in_force(self):
        """Return the engine's moves if the facts give them still, else None."""
        plan, now = self.plan_id, fields.Datetime.now()
        found = plan._find_causes(now)
        holding = {cause["key"] for cause in found}
        if not all(one["by_hand"] or one["key"] in holding for one in self.causes):
            return None
        causes = plan._sort_causes(found)._replace(news=self.causes)
        facts, moves = plan._reckon_displacement(causes, self.reckoned_at)
        if facts != self.facts:
            return None
        return None if self._is_late(moves, now) else moves

    def _is_late(self, moves, now):
        """Whether something would begin at a time that is over by now."""
        over = fields.Datetime.subtract(now, minutes=MINUTES_TO_READ)
        if self.reckoned_at >= over:
            return False
        week = self.plan_id._get_week()
        first, last = (week.minute_of(aware(one)) for one in (self.reckoned_at, over))
        return any(
            start < last and end > first
            for move in moves
            for line in move.after
            for start, end in line.slots
        )


class SupportPlanLine(models.Model):
    _inherit = "support.plan.line"

    def _to_engine(self):
        """Return the line as the engine has it."""
        self.ensure_one()
        slots = tuple(map(tuple, self.slots))
        return Line(
            ticket=self.ticket_id.id,
            technician=self.user_id.id,
            place=self.place,
            minutes=length(slots),
            start=slots[0][0],
            end=slots[-1][1],
            slots=slots,
            reasons=read_reasons(self.reasons),
        )

    def _move_to(self, line):
        """Hold what the engine's line says; the technician is the same."""
        self.ensure_one()
        self.write(self.plan_id._prepare_line(line, _get_rest(line)))
        # What was ticked off is done, as far as its technician is concerned.
        if self.activity_id:
            self.activity_id.write(
                {
                    "date_deadline": self._get_last_day(),
                    "summary": self._explain_activity(),
                }
            )


class HelpdeskTicketTeam(models.Model):
    _inherit = "helpdesk.ticket.team"

    def _get_carried(self, tickets, monday):
        """Add what had to leave an earlier week: it goes first like unfinished work."""
        moves = self.env["support.plan.displacement.move"].search(
            [
                ("ticket_id", "in", tickets.ids),
                ("left_minutes", ">", 0),
                ("week", "<", monday),
                ("displacement_id.state", "=", "applied"),
                ("displacement_id.plan_id.state", "=", "confirmed"),
            ],
            order="week, left_minutes, id desc",
        )
        moved = {
            move.ticket_id.id: move.user_id.id
            for move in moves
            if move.displacement_id.plan_id.confirmed_at
            >= move.ticket_id.support_accepted_at
        }
        return {**moved, **super()._get_carried(tickets, monday)}


def _join(there, line, reason):
    """Return a line together with what the technician has of the ticket already."""
    slots = tuple(merge([*(there.slots if there else ()), *line.slots]))
    reasons = list(there.reasons if there else line.reasons)
    if reason not in reasons:
        reasons.append(reason)
    return replace(
        line,
        minutes=length(slots),
        start=slots[0][0],
        end=slots[-1][1],
        slots=slots,
        reasons=tuple(reasons),
    )


def _say_rest(line, rest):
    """Return a line that says what of its ticket follows in the week after."""
    reasons = [one for one in line.reasons if one.code != PART]
    if rest:
        reasons.append(because(PART, minutes=rest))
    return replace(line, reasons=tuple(reasons))


def _get_rest(line):
    return next((one.get("minutes") for one in line.reasons if one.code == PART), 0)
