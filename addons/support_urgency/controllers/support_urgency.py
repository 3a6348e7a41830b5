from odoo import http
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.addons.support_packs.controllers.support_dispute import (
    SupportDisputeController,
)
from odoo.addons.support_packs.controllers.support_link import find_link, render_link

from ..models.support_urgency_link import PAGE

TICKET = "/my/ticket/<string:ticket_id>/support/urgent"
LINK = f"{PAGE}/<string:access_token>"


class SupportUrgencyController(SupportDisputeController):
    """The client makes its own ticket urgent, on a page that says what it costs."""

    @http.route(TICKET, type="http", auth="user", website=True, methods=["GET"])
    def support_urgent(self, ticket_id, **kw):
        """Show the price before and after. Accepts nothing."""
        ticket = self._find_ticket(ticket_id)
        if not ticket or not ticket._may_make_support_urgent():
            raise request.not_found()
        return self._show_urgency(ticket)

    @http.route(
        f"{TICKET}/accept", type="http", auth="user", website=True, methods=["POST"]
    )
    def support_urgent_accept(self, ticket_id, terms=None, **kw):
        """Accept what the page showed.

        :param terms: the stamp of what was shown
        """
        ticket = self._find_ticket(ticket_id)
        problem = ticket and ticket._accept_support_urgency_as_client(terms)
        if not ticket or problem is False:
            raise request.not_found()
        if problem:
            return self._show_urgency(ticket, problem)
        return request.redirect(f"/my/ticket/{ticket.id}#support", code=302)

    @http.route(
        f"{TICKET}/withdraw", type="http", auth="user", website=True, methods=["POST"]
    )
    def support_urgent_withdraw(self, ticket_id, reason=None, **kw):
        ticket = self._find_ticket(ticket_id)
        if not ticket:
            raise request.not_found()
        problem = ticket._withdraw_support_urgency_as_client(reason)
        return self._show_case(ticket, problem)

    def _show_urgency(self, ticket, problem=""):
        values = {
            "page_name": "support_urgent",
            "ticket": ticket,
            "action": f"/my/ticket/{ticket.id}/support/urgent/accept",
            "back": f"/my/ticket/{ticket.id}#support",
            **ticket._prepare_support_urgency_page(problem),
        }
        return request.render("support_urgency.portal_support_urgent", values)


class SupportUrgencyLinkController(CustomerPortal):
    """The page behind a link that was sent to a contact of the client."""

    @http.route(LINK, type="http", auth="public", website=True, methods=["GET"])
    def support_urgency_link(self, access_token, **kw):
        """Show the price before and after. Opening it accepts nothing."""
        return self._show_link(
            find_link("support.urgency.link", access_token), access_token
        )

    @http.route(
        f"{LINK}/accept", type="http", auth="public", website=True, methods=["POST"]
    )
    def support_urgency_link_accept(self, access_token, terms=None, **kw):
        """Accept what the page showed; the link is used up."""
        link = find_link("support.urgency.link", access_token)
        if not link:
            return self._show_link(link, access_token)
        problem = link._accept(terms)
        return self._show_link(link, access_token, problem or "", done=not problem)

    def _show_link(self, link, token, problem="", done=False):
        values = {
            "page_name": "support_urgency_link",
            "done": done,
            "action": f"{PAGE}/{token}/accept",
        }
        if link and not done:
            values |= link.ticket_id._prepare_support_urgency_page(problem)
        return render_link("support_urgency.portal_support_urgency_link", link, values)
