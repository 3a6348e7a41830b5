from odoo import http
from odoo.http import request

from odoo.addons.support_packs.controllers.helpdesk_myaccount import (
    SupportCustomerPortalHelpdesk,
)
from odoo.addons.support_packs.controllers.helpdesk_ticket import (
    SupportHelpdeskTicketController,
)


class PriorityHelpdeskTicketController(SupportHelpdeskTicketController):
    """The client chooses the priority of a new ticket, and reads what it costs."""

    def _get_priority_offers(self):
        return request.env["support.priority"]._get_offers(
            request.env.user.partner_id, request.env.company, self._get_teams() or None
        )

    def _get_create_new_ticket_values(self, **kw):
        values = super()._get_create_new_ticket_values(**kw)
        return {**values, "priorities": self._get_priority_offers()}

    def _get_submit_keys(self):
        return super()._get_submit_keys() | {"support_priority"}

    def _check_submit_values(self, typed):
        errors = super()._check_submit_values(typed)
        offered = [offer["priority"] for offer in self._get_priority_offers()]
        error = self._check_choice(
            typed, "support_priority", request.env._("Priority"), offered, True
        )
        return {**errors, "support_priority": error} if error else errors

    def _prepare_submit_ticket_vals(self, **kw):
        """Take the choice of the client, which was checked against what is offered."""
        vals = super()._prepare_submit_ticket_vals(**kw)
        chosen = kw.get("support_priority")
        if not chosen:
            return vals
        return {
            **vals,
            "support_priority_id": int(chosen),
            "support_priority_by_client": True,
        }


class PriorityCustomerPortalHelpdesk(SupportCustomerPortalHelpdesk):
    def _ticket_get_page_view_values(self, ticket, access_token, **kwargs):
        values = super()._ticket_get_page_view_values(ticket, access_token, **kwargs)
        # The page works with the superuser's rights; what is ours asks the reader's.
        ticket_of_reader = ticket.with_user(request.env.user)
        values["support_priority"] = ticket_of_reader._get_support_portal_priority()
        return values

    @http.route()
    def portal_my_tickets(self, *args, **kwargs):
        response = super().portal_my_tickets(*args, **kwargs)
        values = getattr(response, "qcontext", {})
        tickets = request.env["helpdesk.ticket"].concat(
            *values.get("grouped_tickets", ())
        )
        values["support_priorities"] = {
            ticket.id: priority["code"]
            for ticket in tickets.with_user(request.env.user)
            for priority in [ticket._get_support_portal_priority()]
            if priority
        }
        return response
