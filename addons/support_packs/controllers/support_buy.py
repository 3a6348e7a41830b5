from odoo import http
from odoo.exceptions import ValidationError
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal

from ..models.sale_order_buy import MOST_PACKS

BUY_PAGE = "/my/support/buy"
FIELDS = ("product", "quantity", "accept", "terms")


class SupportBuyPortal(CustomerPortal):
    """The client chooses a pack and goes on to its quotation."""

    @http.route(BUY_PAGE, type="http", auth="user", website=True, methods=["GET"])
    def portal_support_buy(self, **kw):
        return self._render_support_buy({})

    @http.route(
        f"{BUY_PAGE}/continue",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def portal_support_buy_continue(self, **form):
        """Make the quotation and show it, or show the form and what is wrong."""
        values = {name: form.get(name) for name in FIELDS}
        try:
            order_sudo = request.env["sale.order"]._buy_support_packs(
                request.env.user, request.env.company, values
            )
        except ValidationError as problem:
            return self._render_support_buy(values, error=str(problem))
        return request.redirect(order_sudo.get_portal_url())

    def _render_support_buy(self, typed, error=False):
        user = request.env.user
        policies = request.env["support.policy"]._get_client_policies(
            user, request.env.company
        )
        values = {
            **self._prepare_portal_layout_values(),
            "page_name": "support_buy",
            "words": request.env["support.explanation"],
            # sudo: what a company prints on its paper is no secret of its clients.
            "support_company": request.env.company.sudo(),
            "offers": policies._get_portal_offers(user.partner_id),
            "most_packs": MOST_PACKS,
            "typed": {
                name: value if isinstance(value, str) else ""
                for name, value in typed.items()
            },
            "error": error,
        }
        return request.render("support_packs.portal_support_buy", values)
