from odoo import http
from odoo.exceptions import AccessError, MissingError, ValidationError
from odoo.http import request

from odoo.addons.sale.controllers.portal import CustomerPortal, PaymentPortal

TERMS_PAGE = "/my/support/terms"
# The name of what carries the version that the client read to the button.
STAMPS = "support_terms"


def get_stamps():
    """Return which versions the page showed whose button was pressed."""
    return request.httprequest.args.get(STAMPS, "")


def find_order(controller, order_id, access_token):
    """Return the order (sudo), as who asks, if it is shown to them, or nothing."""
    try:
        order = controller._document_check_access("sale.order", order_id, access_token)
    except (AccessError, MissingError):
        # Core's answer is the right one.
        return None
    # Core gives it to the superuser; who acts is who accepts.
    return order.with_user(request.env.user).sudo()


class SupportTermsPortal(CustomerPortal):
    """The terms of support: read at any time, accepted with a quotation."""

    @http.route(TERMS_PAGE, type="http", auth="public", website=True, methods=["GET"])
    def portal_support_terms(self, version=None, **kw):
        """Show the client's terms; to others the versions that a link names."""
        terms = request.env["support.terms"]
        named = terms._find_by_stamps(version)
        user = request.env.user
        if user._is_public() and not named:
            return request.redirect_query(
                "/web/login", {"redirect": request.httprequest.full_path}
            )
        values = {
            **self._prepare_portal_layout_values(),
            "page_name": "support_terms",
            "words": request.env["support.explanation"],
            **terms._get_overview(user, request.env.company, named),
        }
        return request.render("support_packs.portal_support_terms", values)

    @http.route()
    def portal_quote_accept(
        self, order_id, access_token=None, name=None, signature=None
    ):
        """Signing accepts the terms that the page shows, and no others."""
        order = self._find_order_to_accept(order_id, access_token)
        problem = order and order._get_support_terms_problem(get_stamps())
        if problem:
            return {"error": problem}
        res = super().portal_quote_accept(
            order_id, access_token=access_token, name=name, signature=signature
        )
        if order and not res.get("error"):
            order._accept_support_terms(name=name if isinstance(name, str) else None)
        return res

    @http.route(
        "/my/orders/<int:order_id>/support_terms",
        type="http",
        auth="public",
        website=True,
        methods=["POST"],
    )
    def portal_order_support_terms(self, order_id, access_token=None, **form):
        """Accept the terms of an order that was confirmed for the client."""
        order = self._find_order_to_accept(order_id, access_token)
        if not order:
            return request.redirect("/my")
        if order.state == "sale":
            problem = order._get_support_terms_problem(form.get(STAMPS))
            if not problem:
                order._accept_support_terms()
        return request.redirect(order.get_portal_url(anchor="support_terms"))

    def _find_order_to_accept(self, order_id, access_token):
        """Return the order (sudo) if it is shown to who asks, or nothing."""
        token = access_token or request.httprequest.args.get("access_token")
        return find_order(self, order_id, token)

    def _get_payment_values(self, order_sudo, *args, **kwargs):
        """Let the button that pays say which terms were shown beside it."""
        values = super()._get_payment_values(order_sudo, *args, **kwargs)
        stamps = order_sudo._get_support_terms_to_accept()._get_stamps()
        if stamps:
            values["transaction_route"] += f"&{STAMPS}={stamps}"
        return values


class SupportPaymentPortal(PaymentPortal):
    @http.route()
    def portal_order_transaction(self, order_id, access_token, **kwargs):
        """Paying accepts the terms that the page shows, and no others."""
        order = find_order(self, order_id, access_token)
        problem = order and order._get_support_terms_problem(get_stamps())
        if problem:
            raise ValidationError(problem)
        res = super().portal_order_transaction(order_id, access_token, **kwargs)
        if order:
            order._accept_support_terms()
        return res
