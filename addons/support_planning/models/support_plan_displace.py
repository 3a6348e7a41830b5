from dataclasses import replace
from itertools import chain

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.support_packs.models.support_case import take_row

from ..engine import displaced, receipt
from ..engine.displacement import Taken, displace
from ..engine.spans import by_day, intersect, length, subtract, within
from .support_plan_displacement import is_changed
from .support_plan_propose import _to_json
from .support_plan_week import _cut, aware, naive


class SupportPlan(models.Model):
    """From causes to a proposal of who is moved: of a plan there is one at a time."""

    _inherit = "support.plan"

    displacement_ids = fields.One2many(
        "support.plan.displacement", "plan_id", string="Displacements", readonly=True
    )
    displacement_count = fields.Integer(compute="_compute_displacement_count")
    open_displacement_id = fields.Many2one(
        "support.plan.displacement", compute="_compute_displacement_count"
    )

    @api.depends("displacement_ids.state")
    def _compute_displacement_count(self):
        for plan in self:
            found = plan.displacement_ids
            plan.displacement_count = len(found)
            plan.open_displacement_id = found.filtered(
                lambda one: one.state == "proposed"
            )[:1]

    # === ACTION METHODS === #

    def action_make_room(self):
        """Open the wizard that says whose time is taken, and by what."""
        self.ensure_one()
        self._check_may_plan()
        self._check_displaceable()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "support_planning.support_plan_make_room_action"
        )
        action["context"] = {"default_plan_id": self.id}
        return action

    def action_view_displacements(self):
        """Open who was moved, or would be; the one that waits at once."""
        self.ensure_one()
        if self.open_displacement_id:
            return self.open_displacement_id._open_form()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "support_planning.support_plan_displacement_action"
        )
        action["domain"] = [("plan_id", "=", self.id)]
        action["context"] = {}
        return action

    def _open_form(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
        }

    # === BUSINESS METHODS === #

    def _check_displaceable(self):
        """Raise where nothing of the plan can move any more."""
        self.ensure_one()
        if self.state != "confirmed":
            raise UserError(
                self.env._(
                    "%s is not confirmed: change its lines, and nobody is moved.",
                    self.display_name,
                )
            )
        if fields.Datetime.now() >= self._get_span()[1]:
            raise UserError(self.env._("%s: the week is over.", self.display_name))

    def _propose_displacement(self, by_hand=(), again=False):
        """Reckon who is moved by what takes time now and was not dealt with before.

        :param by_hand: causes that a planner adds
        :param again: reckon also where the causes are those of the open proposal
        :return: the open proposal; none where nothing has to move
        """
        self.ensure_one()
        # Of two at once the second one sees the proposal of the first.
        take_row(self)
        self.invalidate_recordset()
        self._check_displaceable()
        now = fields.Datetime.now()
        there = self.open_displacement_id
        kept = [cause for cause in there.causes or [] if cause["by_hand"]]
        by_planners = [*by_hand, *kept]
        causes = self._sort_causes(self._find_causes(now), by_planners)
        new = [*by_planners, *causes.news]
        keys = {cause["key"] for cause in new}
        if there and not again and keys == there._get_key_set():
            return there
        facts, moves = (
            self._reckon_displacement(causes._replace(news=new), now)
            if new
            else ("", ())
        )
        changes = self._get_changes(moves)
        if not by_planners and not self._is_worth_asking(moves, changes):
            # Nobody has decided anything: it is as if it had not been.
            there.activity_id.unlink()
            there.unlink()
            return there.browse()
        if not moves and not by_hand and not again:
            # By the clock: what a planner began is for a planner to end.
            return there
        if not moves:
            raise UserError(
                self.env._(
                    "Nobody has to be moved: nothing is planned then, or the reserve "
                    "for urgencies is enough."
                )
            )
        values = self._prepare_displacement(new, facts, now)
        if there:
            there.move_ids.unlink()
            there.write(values)
        else:
            there = there.create({"plan_id": self.id, **values})
        there._write_moves(moves, changes)
        return there

    def _is_worth_asking(self, moves, changes):
        """Whether there is something to decide: what an urgency only shifts by an hour,
        on the same days and with the same technician, needs nobody's word."""
        return any(
            move.reason.code != "urgency"
            or move.left
            or any(line.technician != move.before.technician for line in move.after)
            or is_changed(changes[move.ticket].dates)
            for move in moves
        )

    def _reckon_displacement(self, causes, now):
        """Return the facts as one text, and the engine's moves.

        :param causes: :class:`Causes`: of several, what is news is said first
        """
        minute = max(self._get_week().minute_of(aware(now)), 0)
        lines = self._get_engine_lines(minute)
        taken = [
            Taken(
                one["technician"],
                tuple(map(tuple, one["spans"])),
                *receipt.read_reasons([one["reason"]]),
            )
            for one in causes.news + causes.settled
        ]
        undone = self._get_undone(lines, causes.news, minute)
        inputs = self._get_displacement_inputs(lines, causes.dismissed)
        try:
            moves = displace(inputs, lines, taken, minute, undone)
        except ValueError as error:
            raise UserError(
                self.env._(
                    "%s holds work that its receipt does not know. Who is moved has to "
                    "be decided by hand.",
                    self.display_name,
                )
            ) from error
        return displaced.dumps(inputs, lines, taken, minute, undone), moves

    def _get_engine_lines(self, minute):
        """Return the lines as the engine takes them; of tickets that nobody works on
        any more, what is over by now."""
        found = []
        for line in self.line_ids.sorted("id"):
            one = line._to_engine()
            if not _is_open(line.ticket_id):
                over = tuple(within(one.slots, 0, minute))
                one = replace(one, slots=over, minutes=length(over))
            if one.slots:
                found.append(one)
        return tuple(found)

    def _get_displacement_inputs(self, lines, dismissed):
        """Return the facts of the plan, less the time that other plans took since, and
        that of absences that a planner dismissed: it holds what it has, and no more."""
        inputs = self._read_receipt()
        busy = self._get_busy_elsewhere([one.id for one in inputs.technicians])
        for cause in dismissed:
            if cause["reason"][0] == "absence":
                who = cause["technician"]
                own = [line.slots for line in lines if line.technician == who]
                away = subtract(_get_spans([cause], who), chain(*own))
                busy[who] = [*busy.get(who, ()), *away]
        planned = {line.ticket for line in lines}
        return replace(
            inputs,
            technicians=tuple(
                # Spans that touch are one by now, also over midnight.
                replace(one, free=_cut_by_day(one.free, busy.get(one.id), inputs.days))
                for one in inputs.technicians
            ),
            candidates=tuple(one for one in inputs.candidates if one.id in planned),
        )

    def _get_busy_elsewhere(self, user_ids):
        """Return when people work by other confirmed plans: ``{user id: [span]}``."""
        week, users = self._get_week(), self.env["res.users"].browse(user_ids)
        taken = self.team_id._get_planned_elsewhere(users, week.start, week.end, self)
        return {id_: _cut(week, pairs, around=True) for id_, pairs in taken.items()}

    def _get_undone(self, lines, news, minute):
        """Return what was not done in its time, because something took it.

        No more than the work of the week leaves of what was planned until now; and not
        what moved for it already, when a displacement was applied.

        :param news: causes
        :return: ``{(ticket, technician): minutes}``
        """
        planned, undone = {}, {}
        still = set(self.line_ids.ticket_id.filtered(_is_open).ids)
        lines = [line for line in lines if line.ticket in still]
        for line in lines:
            over = length(within(line.slots, 0, minute))
            planned[line.ticket] = planned.get(line.ticket, 0) + over
        start, end = self._get_span()
        done = self.env["support.work"]._read_group(
            [
                ("ticket_id", "in", list(planned)),
                ("date", ">=", start),
                ("date", "<", end),
            ],
            ["ticket_id"],
            ["minutes:sum"],
        )
        for ticket, minutes in done:
            planned[ticket.id] -= minutes
        applied = self.displacement_ids.filtered(lambda one: one.state == "applied")
        before = [cause for one in applied for cause in one.causes]
        for line in lines:
            spans = subtract(
                _get_spans(news, line.technician), _get_spans(before, line.technician)
            )
            lost = length(intersect(within(line.slots, 0, minute), spans))
            lost = min(lost, planned[line.ticket])
            if lost > 0:
                undone[line.ticket, line.technician] = lost
                planned[line.ticket] -= lost
        return undone

    def _prepare_displacement(self, causes, facts, now):
        return {
            "causes": causes,
            "is_automatic": not any(cause["by_hand"] for cause in causes),
            "facts": facts,
            "facts_hash": receipt.digest(facts),
            "reckoned_at": now,
        }

    def _get_moments(self, line):
        """Return when a line of the engine begins and ends, as Odoo stores moments."""
        week = self._get_week()
        return naive(week.moment_of(line.start)), naive(week.moment_of(line.end))


class SupportPlanDisplacement(models.Model):
    _inherit = "support.plan.displacement"

    def _write_moves(self, moves, changes):
        """Keep the engine's moves, and which days the clients would be told."""
        self.ensure_one()
        self.env["support.plan.displacement.move"].create(
            [
                {
                    "displacement_id": self.id,
                    "dates": changes[move.ticket].dates,
                    **self._prepare_move(move),
                }
                for move in moves
            ]
        )

    def _prepare_move(self, move):
        before = self._prepare_place(move.before)
        return {
            "ticket_id": move.ticket,
            "place": move.before.place,
            "user_id": before["technician"],
            "minutes": before["minutes"],
            "date_start": before["start"],
            "date_end": before["end"],
            "after": [self._prepare_place(line) for line in move.after],
            "left_minutes": move.left,
            "reasons": _to_json([move.reason]),
        }

    def _prepare_place(self, line):
        start, end = self.plan_id._get_moments(line)
        return {
            "technician": line.technician,
            "minutes": line.minutes,
            "start": fields.Datetime.to_string(start),
            "end": fields.Datetime.to_string(end),
        }

    def _open_form(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
        }


def _is_open(ticket):
    # What became urgent keeps the hours that it was planned for.
    return ticket._is_support_to_do()


def _get_spans(causes, technician):
    return [
        tuple(span)
        for cause in causes
        if cause["technician"] == technician
        for span in cause["spans"]
    ]


def _cut_by_day(free, holes, days):
    """Return what of free time is in no hole, each span within one day."""
    parts = by_day(subtract(free, holes or ()), days)
    return tuple(span for part in parts for span in part)
