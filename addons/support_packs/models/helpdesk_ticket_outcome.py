from odoo import fields, models
from odoo.exceptions import UserError

from .. import const
from ..engine.steps import Step

INTERNAL = "base.group_user"


class HelpdeskTicket(models.Model):
    """How a ticket ends, as far as its charge depends on it: solved, cancelled by us,
    cancelled by the client, or merged into another one."""

    _inherit = "helpdesk.ticket"

    support_check_ids = fields.Many2many(
        "support.request.check",
        string="Found",
        copy=False,
        groups=INTERNAL,
        domain="[('request_type_id', '=', support_request_type_id)]",
        help="What forces an estimate: the fixed quantity of the type does not hold.",
    )
    support_has_checks = fields.Boolean(
        compute="_compute_support_has_checks", groups=INTERNAL
    )
    support_outcome = fields.Selection(
        related="stage_id.support_outcome", string="Outcome", groups=INTERNAL
    )
    support_cancelled_by = fields.Selection(
        const.CANCELLED_BY,
        string="Cancelled by",
        copy=False,
        tracking=True,
        groups=INTERNAL,
        help="What we cancel costs the client nothing, unless each work entry is "
        "charged as it is written. What the client cancels after work was done is "
        "charged like a solved ticket.",
    )

    def _compute_support_has_checks(self):
        for ticket in self:
            ticket.support_has_checks = bool(ticket.support_request_type_id.check_ids)

    def _is_support_resolved(self):
        """Whether the ticket ended so that its work is to be paid."""
        self.ensure_one()
        outcome = self.stage_id.support_outcome
        if outcome == "cancelled" and self.support_cancelled_by == "client":
            # Nothing was done: nothing is due, not even a fixed price.
            return bool(
                self.support_typed_units
                or any(self.support_work_ids.mapped("is_counted"))
            )
        return outcome == "solved"

    def _get_support_free_step(self):
        """Return why the ticket costs nothing, as an engine step; None if it does.

        Merging never uses another ticket, and a ticket that we cancel gives its slot
        back [004]. Under ``work``, what was logged on a cancelled ticket stays.
        """
        self.ensure_one()
        if self._get_support_merged_into():
            return Step("merged", {})
        if self.support_account_id.policy_id.debit_on == "work":
            return None
        by_us = (
            self.stage_id.support_outcome == "cancelled"
            and self.support_cancelled_by != "client"
        )
        if by_us:
            return Step("cancelled", {})
        return None

    def _follow_support_stage(self):
        """Say who cancelled, when a ticket is cancelled; forget it on reopening.

        Who moved the stage cancelled; staff may say otherwise.
        """
        # sudo: clients close tickets, and the field is for employees.
        for ticket in self.sudo():
            cancelled = ticket.stage_id.support_outcome == "cancelled"
            if cancelled and not ticket.support_cancelled_by:
                by = "client" if self.env.user.share else "us"
                ticket.support_cancelled_by = by
            elif not cancelled and ticket.support_cancelled_by:
                ticket.support_cancelled_by = False

    def _get_support_merged_into(self):
        """Return the ticket that this one goes on as, of the same account; or none."""
        self.ensure_one()
        main = self.duplicate_id
        return main if main.support_account_id == self.support_account_id else None

    def _merge_support_duplicate(self):
        """Move the work to the ticket that goes on, so that one minimum is charged."""
        for ticket in self.sudo():
            main = ticket._get_support_merged_into()
            if not main:
                continue
            if ticket.support_typed_units:
                raise UserError(
                    self.env._(
                        "Typed units: the duplicate %(number)s has some. Set what the "
                        "work of both costs on %(main)s, and 0 here.",
                        number=ticket.number,
                        main=main.number,
                    )
                )
            ticket.support_work_ids.write({"ticket_id": main.id})

    # === ACTION METHODS === #

    def action_support_override(self):
        """Let a manager set what the ticket costs."""
        self.ensure_one()
        self.env["support.charge"]._check_may_override()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "support_packs.support_charge_override_action"
        )
        charge = self.sudo().support_charge_id
        action["context"] = {
            "default_ticket_id": self.id,
            "default_quantity": charge.override_quantity or charge.quantity,
            "default_reason": charge.override_reason,
        }
        return action

    def action_support_decide(self):
        """Let a manager decide about what no pack covers of this ticket."""
        self.ensure_one()
        return self.support_charge_id.action_decide()
