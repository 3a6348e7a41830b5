from odoo import api, fields, models


class SupportPlan(models.Model):
    """What became of a confirmed plan: for all plans of a list with one query."""

    _inherit = "support.plan"

    done_minutes = fields.Integer(
        string="Done (min)",
        compute="_compute_done",
        help="Work on the planned tickets in this week, by anybody.",
    )
    done_text = fields.Char(
        string="Tickets ready",
        compute="_compute_done",
        help="Closed within the week, or all of the planned time was worked.",
    )

    @api.depends("state", "line_ids.ticket_id.support_work_ids.minutes")
    def _compute_done(self):
        # sudo: who reads the plan reads what became of it.
        rows = (
            self.env["support.plan.report"]
            .sudo()
            ._read_group(
                [("plan_id", "in", self._origin.ids)],
                ["plan_id", "is_done"],
                ["done_minutes:sum", "ticket_id:count_distinct"],
            )
        )
        minutes, tickets, ready = {}, {}, {}
        for plan, is_done, done, count in rows:
            minutes[plan] = minutes.get(plan, 0) + done
            tickets[plan] = tickets.get(plan, 0) + count
            if is_done:
                ready[plan] = count
        for plan in self:
            origin = plan._origin
            plan.done_minutes = minutes.get(origin, 0)
            plan.done_text = (
                self.env._(
                    "%(ready)s of %(all)s",
                    ready=ready.get(origin, 0),
                    all=tickets[origin],
                )
                if origin in tickets
                else False
            )

    def action_view_done(self):
        """Open what was planned and what was done."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "support_planning.support_plan_report_action"
        )
        action["domain"] = [("plan_id", "=", self.id)]
        action["view_mode"] = "list,pivot,graph"
        action["views"] = [(False, "list"), (False, "pivot"), (False, "graph")]
        return action


class SupportPlanLine(models.Model):
    _inherit = "support.plan.line"

    done_minutes = fields.Integer(
        string="Done (min)",
        compute="_compute_done",
        help="Work of this technician on the ticket in this week.",
    )
    ticket_done_minutes = fields.Integer(
        string="Done by anybody (min)",
        compute="_compute_done",
        help="All work on the ticket in this week.",
    )
    is_done = fields.Boolean(
        string="Ready",
        compute="_compute_done",
        help="The ticket was closed before the week was over, or all of the planned "
        "time was worked.",
    )

    @api.depends("plan_state", "user_id", "ticket_id.support_work_ids.minutes")
    def _compute_done(self):
        # sudo: technicians read their lines, if not those of others.
        rows = self.env["support.plan.report"].sudo()
        found = {
            (row.plan_id, row.ticket_id, row.user_id): row
            for row in rows.search([("plan_id", "in", self.plan_id._origin.ids)])
        }
        taken = set()
        for line in self.sorted("id"):
            key = (line.plan_id._origin, line.ticket_id._origin, line.user_id._origin)
            row = found.get(key, rows)
            # Of two lines of one person for one ticket, the first has it all.
            line.done_minutes = 0 if key in taken else row.done_minutes
            line.ticket_done_minutes = row.ticket_done_minutes
            line.is_done = row.is_done
            taken.add(key)
