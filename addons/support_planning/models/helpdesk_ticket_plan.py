from odoo import api, fields, models
from odoo.exceptions import UserError


class HelpdeskTicket(models.Model):
    """When the work on a ticket is planned."""

    _inherit = "helpdesk.ticket"

    support_plan_line_ids = fields.One2many(
        "support.plan.line",
        "ticket_id",
        string="Planned work",
        readonly=True,
        copy=False,
        groups="helpdesk_mgmt.group_helpdesk_user_own",
    )
    support_planned_date = fields.Datetime(
        string="Planned for",
        compute="_compute_support_planned_date",
        store=True,
        compute_sudo=True,
        index="btree_not_null",
        groups="base.group_user",
        help="When the work begins by the latest plan that holds the ticket.",
    )
    support_delivery_date = fields.Datetime(
        string="Ready on",
        compute="_compute_support_planned_date",
        store=True,
        compute_sudo=True,
        groups="base.group_user",
        help="When the work ends by the latest plan; empty while some of it waits for "
        "a later week.",
    )

    @api.depends(
        "support_plan_line_ids.date_start",
        "support_plan_line_ids.date_end",
        "support_plan_line_ids.rest_minutes",
        "support_plan_line_ids.plan_state",
    )
    def _compute_support_planned_date(self):
        for ticket in self:
            lines = ticket._get_support_planned_lines()
            rest = any(lines.mapped("rest_minutes"))
            ticket.support_planned_date = min(lines.mapped("date_start"), default=False)
            ticket.support_delivery_date = (
                False if rest else max(lines.mapped("date_end"), default=False)
            )

    def _get_support_planned_lines(self):
        """Return the lines of the latest confirmed plan that holds the ticket."""
        self.ensure_one()
        lines = self.support_plan_line_ids.filtered(
            lambda line: line.plan_state == "confirmed"
        )
        last = max(lines.mapped("week"), default=None)
        return lines.filtered(lambda line: line.week == last)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_planned(self):
        # sudo: who deletes tickets may not read plans.
        lines = self.env["support.plan.line"].sudo()
        moves = self.env["support.plan.displacement.move"].sudo()
        own = [("ticket_id", "in", self.ids)]
        # What was moved out of a plan has no line any more.
        planned = (lines.search(own, limit=1) or moves.search(own, limit=1)).ticket_id
        if planned:
            raise UserError(
                self.env._(
                    "The ticket %(number)s is in a plan. Archive it instead.",
                    number=planned.number,
                )
            )
