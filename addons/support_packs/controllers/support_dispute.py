from odoo import http
from odoo.http import request

from .helpdesk_myaccount import SupportCustomerPortalHelpdesk
from .helpdesk_ticket import SupportHelpdeskTicketController


class SupportDisputeController(SupportHelpdeskTicketController):
    """The client disputes work on the page of its ticket, or insists."""

    @http.route(
        "/my/ticket/<string:ticket_id>/support/dispute",
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
    )
    def support_dispute(self, ticket_id, work_id=None, reason=None, **kw):
        ticket = self._find_ticket(ticket_id)
        if not ticket:
            raise request.not_found()
        problem = ticket._dispute_as_client(work_id, reason)
        return self._show_case(ticket, problem)

    @http.route(
        "/my/ticket/<string:ticket_id>/support/insist",
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
    )
    def support_insist(self, ticket_id, dispute_id=None, reason=None, **kw):
        ticket = self._find_ticket(ticket_id)
        if not ticket:
            raise request.not_found()
        problem = ticket._insist_as_client(dispute_id, reason)
        return self._show_case(ticket, problem)

    def _show_case(self, ticket, problem):
        """Go back to the page, with what was wrong in words.

        :param problem: what the model says: words, None, or False: not theirs
        """
        if problem is False:
            raise request.not_found()
        # Kept for one page: words in an address could be somebody else's.
        request.session["support_problem"] = problem
        return request.redirect(f"/my/ticket/{ticket.id}#support", code=302)


class SupportDisputePage(SupportCustomerPortalHelpdesk):
    def _ticket_get_page_view_values(self, ticket, access_token, **kwargs):
        """Say once what was wrong with what the reader just sent."""
        values = super()._ticket_get_page_view_values(ticket, access_token, **kwargs)
        values["support_problem"] = request.session.pop("support_problem", None)
        return values
