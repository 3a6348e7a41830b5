from odoo import http
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.addons.support_packs.controllers.support_dispute import (
    SupportDisputeController,
)
from odoo.addons.support_packs.controllers.support_link import find_link, render_link

from ..models.support_estimate_link import PAGE

TICKET = "/my/ticket/<string:ticket_id>/support/estimate"
LINK = f"{PAGE}/<string:access_token>"


class SupportEstimateController(SupportDisputeController):
    """The client decides on the estimate of its ticket, on a page that says what it
    draws and costs."""

    @http.route(TICKET, type="http", auth="user", website=True, methods=["GET"])
    def support_estimate(self, ticket_id, **kw):
        """Show what it draws and costs. Accepts nothing."""
        return self._show_estimate(*self._find_estimate(ticket_id))

    @http.route(
        f"{TICKET}/accept", type="http", auth="user", website=True, methods=["POST"]
    )
    def support_estimate_accept(self, ticket_id, terms=None, **kw):
        """Accept what the page showed.

        :param terms: the stamp of what was shown
        """
        ticket, estimate = self._find_estimate(ticket_id)
        problem = estimate and estimate._accept_as_client(terms)
        return self._answer_estimate(ticket, estimate, problem)

    @http.route(
        f"{TICKET}/reject", type="http", auth="user", website=True, methods=["POST"]
    )
    def support_estimate_reject(self, ticket_id, reason=None, **kw):
        ticket, estimate = self._find_estimate(ticket_id)
        problem = estimate and estimate._reject_as_client(reason)
        return self._answer_estimate(ticket, estimate, problem)

    def _find_estimate(self, ticket_id):
        """Return the ticket and what waits for the reader on it; both may be none."""
        ticket = self._find_ticket(ticket_id)
        if not ticket:
            raise request.not_found()
        return ticket, ticket._get_sent_support_estimate()

    def _answer_estimate(self, ticket, estimate, problem):
        if problem is False:
            raise request.not_found()
        if estimate and problem:
            return self._show_estimate(ticket, estimate, problem)
        return request.redirect(f"/my/ticket/{ticket.id}#support", code=302)

    def _show_estimate(self, ticket, estimate, problem=""):
        if not estimate:
            # Decided or replaced meanwhile: the page of the ticket says how it stands.
            return request.redirect(f"/my/ticket/{ticket.id}#support", code=302)
        values = {
            "page_name": "support_estimate",
            "ticket": ticket,
            "action": f"/my/ticket/{ticket.id}/support/estimate",
            "back": f"/my/ticket/{ticket.id}#support",
            **estimate._prepare_page(problem),
        }
        return request.render("support_planning.portal_support_estimate", values)


class SupportEstimateLinkController(CustomerPortal):
    """The page behind a link that was sent to a contact of the client.

    Odoo makes one class of all that extend the same controller: names of methods are
    unlike those of other add-ons.
    """

    @http.route(LINK, type="http", auth="public", website=True, methods=["GET"])
    def support_estimate_link(self, access_token, **kw):
        """Show what it draws and costs. Opening it accepts nothing."""
        return self._show_estimate_link(
            find_link("support.estimate.link", access_token), access_token
        )

    @http.route(
        f"{LINK}/accept", type="http", auth="public", website=True, methods=["POST"]
    )
    def support_estimate_link_accept(self, access_token, terms=None, **kw):
        """Accept what the page showed; the link is used up."""
        link = find_link("support.estimate.link", access_token)
        problem = link and link._accept(terms)
        return self._show_estimate_link(link, access_token, problem, done="accepted")

    @http.route(
        f"{LINK}/reject", type="http", auth="public", website=True, methods=["POST"]
    )
    def support_estimate_link_reject(self, access_token, reason=None, **kw):
        link = find_link("support.estimate.link", access_token)
        problem = link and link._reject(reason)
        return self._show_estimate_link(link, access_token, problem, done="rejected")

    def _show_estimate_link(self, link, token, problem="", done=""):
        """Show the page.

        :param problem: what was wrong with what was asked, in words
        :param done: what was asked: ``accepted`` or ``rejected``; or nothing
        """
        done = "" if problem or not link else done
        values = {
            "page_name": "support_estimate_link",
            "done": done,
            "action": f"{PAGE}/{token}",
        }
        if link and not done:
            values |= link.estimate_id._prepare_page(problem or "")
        return render_link(
            "support_planning.portal_support_estimate_link", link, values
        )
