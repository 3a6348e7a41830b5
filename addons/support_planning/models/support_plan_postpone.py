from odoo import fields, models


class SupportPlan(models.Model):
    _inherit = "support.plan"

    def _get_postponed_elsewhere(self, ticket_ids):
        """Return what plans of other weeks said: as :meth:`_get_support_postponed`."""
        self.ensure_one()
        # sudo: proposals do not depend on who makes them.
        tickets = self.env["helpdesk.ticket"].sudo().browse(ticket_ids)
        return tickets._get_support_postponed(other_than=self)


class HelpdeskTicket(models.Model):
    """Tickets that a planner moved to a later week: their plans let them wait."""

    _inherit = "helpdesk.ticket"

    def _get_support_postponed(self, plan=None, other_than=None, confirmed=False):
        """Return until when tickets wait, as values of the engine's candidates.

        What was said last holds, of all plans but cancelled ones, and what the plan in
        hand says before all others. A new acceptance has a place of its own.

        :param plan: the plan in hand, whose own word goes first
        :param other_than: a plan whose word does not count
        :param confirmed: whether the word of drafts does not count
        :return: ``{ticket id: {"not_before": Monday, "postponed": words}}``
        """
        domain = [
            ("ticket_id", "in", self.ids),
            ("not_before", "!=", False),
            ("plan_id.state", "!=", "cancelled"),
        ]
        if confirmed:
            domain.append(("plan_id.state", "=", "confirmed"))
        if other_than:
            domain.append(("plan_id", "!=", other_than.id))
        # sudo: the order of the queue does not depend on who reads plans.
        choices = self.env["support.plan.choice"].sudo().search(domain)
        found = {}
        for choice in choices.sorted(
            lambda one: (one.plan_id == plan, one.chosen_at, one.id)
        ):
            ticket = choice.ticket_id
            accepted_at = ticket.support_accepted_at
            if accepted_at and choice.chosen_at >= accepted_at:
                found[ticket.id] = {
                    "not_before": choice.not_before.isoformat(),
                    "postponed": choice.exclusion or "",
                }
        return found


class SupportPlanChoice(models.Model):
    _inherit = "support.plan.choice"

    chosen_at = fields.Datetime(
        string="Chosen on", readonly=True, default=fields.Datetime.now, required=True
    )

    def write(self, vals):
        return super().write({"chosen_at": fields.Datetime.now(), **vals})
