from dataclasses import replace

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.support_packs.models.support_case import take_row

from ..engine import receipt, scheduler
from ..engine.week import to_local
from .support_plan_week import naive


class SupportPlan(models.Model):
    """From the frozen facts to the lines of a plan: the same facts, the same plan."""

    _inherit = "support.plan"

    choice_ids = fields.One2many("support.plan.choice", "plan_id", readonly=True)
    inputs_hash = fields.Char(
        string="SHA-256 of the facts",
        readonly=True,
        copy=False,
        help="Of the receipt: whoever has it can tell whether a fact was changed.",
    )
    receipt = fields.Text(
        readonly=True,
        copy=False,
        help="All that the proposal depended on, as it was then.",
    )
    result = fields.Text(
        readonly=True, copy=False, help="The proposal that these facts give."
    )
    # {ticket id: [[technician id, minutes, local beginning], …]}: from the same facts
    # without what the planner chose.
    first_proposal = fields.Json(readonly=True, copy=False)
    changed_count = fields.Integer(
        string="Changed lines", compute="_compute_changed_count"
    )
    dropped_text = fields.Char(
        string="Proposed, and not in the plan", compute="_compute_changed_count"
    )

    @api.depends("line_ids.is_changed", "first_proposal")
    def _compute_changed_count(self):
        for plan in self:
            plan.changed_count = len(plan.line_ids.filtered("is_changed"))
            planned = set(plan.line_ids.ticket_id.ids)
            gone = [one for one in plan._get_first_lines() if one not in planned]
            # sudo: their numbers are no secret from who reads the plan.
            tickets = self.env["helpdesk.ticket"].sudo().browse(gone)
            plan.dropped_text = ", ".join(tickets.mapped("number"))

    def _get_first_lines(self):
        """Return the proposal before choices: ``{ticket id: [(user, min, start)]}``."""
        self.ensure_one()
        return {
            int(ticket): [tuple(one) for one in lines]
            for ticket, lines in (self.first_proposal or {}).items()
        }

    # === ACTION METHODS === #

    def action_check_receipt(self):
        """Propose again from the receipt and say whether it gives the same plan."""
        self.ensure_one()
        self.check_access("read")
        same = self._repeats_itself()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if same else "danger",
                "sticky": not same,
                "message": self.env._(
                    "The facts of the receipt give this plan, to the byte."
                )
                if same
                else self.env._("The receipt does not give this plan."),
            },
        }

    def action_reset(self):
        """Forget all choices, and propose from the facts alone."""
        self._check_may_plan()
        for plan in self:
            plan._check_state("draft")
            plan.sudo().choice_ids.unlink()
            plan.sudo()._propose()
        return True

    # === BUSINESS METHODS === #

    def _repeats_itself(self):
        """Whether the receipt is whole, and gives the stored proposal to the byte."""
        self.ensure_one()
        if not self.receipt or receipt.digest(self.receipt) != self.inputs_hash:
            return False
        try:
            return receipt.repeat(self.receipt) == self.result
        except ValueError:
            # Of an earlier version of the rules: refused, never misread.
            return False

    def _propose(self):
        """Freeze the facts, and write what they give into the plan."""
        self.ensure_one()
        take_row(self)
        # One moment for all that depends on it: confirming reckons from it again.
        now = fields.Datetime.now()
        self._refresh_capacity(now)
        inputs = self._get_inputs(now)
        proposal = scheduler.propose(inputs)
        # What a plan of another week said of a ticket is no choice of this one.
        before = self._get_postponed_elsewhere([one.id for one in inputs.candidates])
        free = [
            replace(
                one,
                excluded="",
                pinned_technician=0,
                pinned_start=-1,
                changed_minutes=-1,
                **before.get(one.id, {"not_before": "", "postponed": ""}),
            )
            for one in inputs.candidates
        ]
        first = (
            scheduler.propose(replace(inputs, candidates=tuple(free)))
            if self.choice_ids
            else proposal
        )
        text = receipt.dumps(inputs)
        self.write(
            {
                "proposed_at": now,
                "receipt": text,
                "inputs_hash": receipt.digest(text),
                "result": receipt.dumps_proposal(proposal),
                "first_proposal": self._read_first(first),
            }
        )
        self._write_lines(proposal)
        self._write_unplaced(proposal)

    def _read_first(self, proposal):
        week, found = self._get_week(), {}
        for line in proposal.lines:
            start = to_local(week.moment_of(line.start), week.tz)
            start = start.strftime("%Y-%m-%d %H:%M")
            row = [line.technician, line.minutes, start]
            found.setdefault(str(line.ticket), []).append(row)
        return found

    def _write_lines(self, proposal):
        """Make the lines agree with the proposal; what stays keeps its id."""
        there = {}
        for line in self.line_ids.sorted("id"):
            there.setdefault(line.ticket_id.id, []).append(line)
        rests = {one.ticket: one.minutes for one in proposal.unplaced}
        pinned = self.choice_ids.filtered("user_id").ticket_id
        new = []
        for line in proposal.lines:
            vals = self._prepare_line(line, rests.get(line.ticket, 0))
            vals["is_pinned"] = line.ticket in pinned.ids
            same = there.get(line.ticket)
            if same:
                same.pop(0).write(vals)
            else:
                new.append(vals)
        gone = self.env["support.plan.line"].union(*sum(there.values(), []))
        gone.unlink()
        self.env["support.plan.line"].create(new)

    def _prepare_line(self, line, rest):
        week = self._get_week()
        return {
            "plan_id": self.id,
            "ticket_id": line.ticket,
            "user_id": line.technician,
            "place": line.place,
            "minutes": line.minutes,
            "date_start": naive(week.moment_of(line.start)),
            "date_end": naive(week.moment_of(line.end)),
            "slots": [list(slot) for slot in line.slots],
            "reasons": _to_json(line.reasons),
            "rest_minutes": rest,
        }

    def _write_unplaced(self, proposal):
        self.unplaced_ids.unlink()
        self.env["support.plan.unplaced"].create(
            [
                {
                    "plan_id": self.id,
                    "ticket_id": one.ticket,
                    "place": one.place,
                    "minutes": one.minutes,
                    "reason": one.reasons[0].code,
                    "reasons": _to_json(one.reasons),
                }
                for one in proposal.unplaced
            ]
        )

    # === WHAT THE PLANNER CHOOSES === #

    def _choose(self, choices):
        """Remember choices about tickets, and propose once around all of them.

        :param choices: pairs of a ticket and values of support.plan.choice; False
            forgets
        """
        self.ensure_one()
        self._check_state("draft")
        if not self.proposed_at:
            raise UserError(self.env._("Propose the plan first."))
        for ticket, values in choices:
            self._remember_choice(ticket, values)
        self._propose()

    def _remember_choice(self, ticket, values):
        if values.get("is_resized"):
            self.env["support.plan.line"]._check_number(values["minutes"])
        choice = self.choice_ids.filtered(lambda one: one.ticket_id == ticket)
        values = {**values, "chosen_by": self.env.user.id}
        if choice:
            choice.write(values)
        else:
            choice = choice.create(
                {"plan_id": self.id, "ticket_id": ticket.id, **values}
            )
        if choice._is_empty():
            choice.unlink()

    def _open_change(self, ticket, line=None):
        """Open the wizard that changes what is planned of a ticket."""
        self.ensure_one()
        self._check_may_plan()
        self._check_state("draft")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "support_planning.support_plan_change_action"
        )
        action["context"] = {
            "default_plan_id": self.id,
            "default_ticket_id": ticket.id,
            "default_line_id": line.id if line else False,
        }
        return action


def _to_json(reasons):
    return [[one.code, dict(one.params)] for one in reasons]
