from odoo import api, fields, models
from odoo.exceptions import UserError

INTERNAL = "base.group_user"


class HelpdeskTicket(models.Model):
    """What staff does about the estimates of a ticket, from its form."""

    _inherit = "helpdesk.ticket"

    support_estimate_count = fields.Integer(
        string="Versions", compute="_compute_support_estimate_count", groups=INTERNAL
    )

    @api.depends("support_estimate_ids")
    def _compute_support_estimate_count(self):
        # sudo: how many there are is no secret from who may read the ticket.
        rows = (
            self.env["support.estimate"]
            .sudo()
            ._read_group(
                [("ticket_id", "in", self._origin.ids)], ["ticket_id"], ["__count"]
            )
        )
        counts = {ticket.id: count for ticket, count in rows}
        for ticket in self:
            ticket.support_estimate_count = counts.get(ticket._origin.id, 0)

    def action_support_estimate(self):
        """Open the estimate that is being written, or begin the next version."""
        self.ensure_one()
        self._check_support_technician()
        self.check_access("write")
        if not self.support_account_id:
            raise UserError(
                self.env._(
                    "The ticket has no support account, so nobody could accept an "
                    "estimate."
                )
            )
        # What was for another client is neither gone on with nor begun from.
        account = self.sudo().support_account_id
        own = self.support_estimate_ids.filtered(
            lambda one: one.sudo().account_id == account
        )
        drafts = own.filtered(lambda one: one.state == "draft")
        last = own[:1]
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Estimate"),
            "res_model": "support.estimate",
            "res_id": drafts[:1].id,
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_ticket_id": self.id,
                "default_minutes": last.minutes,
                "default_note": last.note,
                "default_tolerance_percent": account.policy_id.estimate_tolerance,
            },
        }

    def action_view_support_estimates(self):
        """Show all versions of the ticket's estimate."""
        self.ensure_one()
        self._check_support_technician()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "support_planning.support_estimate_action"
        )
        action["domain"] = [("ticket_id", "=", self.id)]
        action["context"] = {}
        return action
