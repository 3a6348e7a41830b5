from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain


class HelpdeskTicketSla(models.Model):
    """What helpdesk_mgmt_sla leaves open on its own rows.

    They are read by whoever reads their ticket, and by nobody else; a team without a
    calendar, or a calendar that never opens, stops nobody from opening a ticket; what
    is rejected or cancelled was not accomplished.
    """

    _inherit = "helpdesk.ticket.sla"

    @api.depends("hours", "consumed_time", "ticket_id", "last_state_date", "state")
    def _compute_deadline(self):
        without = self.filtered(
            lambda sla: not sla.ticket_id.team_id.resource_calendar_id
        )
        for sla in without:
            if not (sla.state in ("accomplished", "expired") and sla.deadline):
                sla.deadline = sla._count_by_the_clock()
        res = super(HelpdeskTicketSla, self - without)._compute_deadline()
        for sla in self - without:
            if not sla.deadline:
                sla.deadline = sla._count_by_the_clock()
        return res

    def _count_by_the_clock(self):
        """Return the deadline of who has no opening hours."""
        start = self.last_state_date or self.ticket_id.create_date
        start = start or fields.Datetime.now()
        return start + timedelta(hours=self.hours - self.consumed_time)

    def _stage_recompute(self):
        self.ensure_one()
        if self.ticket_id.stage_id.support_outcome == "cancelled":
            self._hold_cancelled()
        elif self.ticket_id.team_id.resource_calendar_id:
            return super()._stage_recompute()
        else:
            self._follow_without_calendar()
        return None

    def _hold_cancelled(self):
        """Rejected or cancelled: too late if it was, else nothing was accomplished."""
        now = fields.Datetime.now()
        if self.state == "in_progress":
            self.state = "expired" if self.deadline < now else "on_hold"
        elif self.state == "accomplished":
            self.state = "on_hold"
        self.last_state_date = now

    def _follow_without_calendar(self):
        """As helpdesk_mgmt_sla does, by the clock."""
        if self.state == "expired":
            return
        now, stage = fields.Datetime.now(), self.ticket_id.stage_id
        late = self.state == "in_progress" and self.deadline and self.deadline <= now
        if self.state == "in_progress" and self.last_state_date:
            self.consumed_time += (now - self.last_state_date).total_seconds() / 3600
        if late:
            self.state = "expired"
        elif stage in self.sla_id.ignore_stage_ids:
            self.state = "on_hold"
        elif stage.sequence >= self.expected_stage_id.sequence:
            self.state = "accomplished"
        else:
            self.state = "in_progress"
        self.last_state_date = now

    def _check_access(self, operation):
        """helpdesk_mgmt_sla says which tickets are forbidden, not which rows."""
        result = super()._check_access(operation)
        if result and result[0]._name != self._name:
            forbidden, error = result
            return self.filtered(lambda sla: sla.ticket_id in forbidden), error
        return result


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    def _get_sla_ticket_domain(self):
        """Only what the company of the ticket promises: the portal runs as sudo."""
        companies = (False, self.company_id.id)
        return super()._get_sla_ticket_domain() & Domain("company_id", "in", companies)

    @api.model
    def _search_sla_expired(self, operator, value):
        """Expired is who has an expired row; all others are not, without rows too."""
        if operator not in ("in", "="):
            return NotImplemented
        expired = True in value if operator == "in" else bool(value)
        found = "any" if expired else "not any"
        late = Domain("state", "=", "expired") | (
            Domain("state", "=", "in_progress")
            & Domain("deadline", "<", fields.Datetime.now())
        )
        return Domain("ticket_sla_ids", found, late)
