from odoo import http
from odoo.http import request

from odoo.addons.support_packs.controllers.support_terms import SupportTermsPortal


class SupportEstimateOrderPortal(SupportTermsPortal):
    """The page of the quotation, where that is of an estimate."""

    @http.route()
    def portal_quote_accept(
        self, order_id, access_token=None, name=None, signature=None
    ):
        """Staff who opens the client's page signs nothing."""
        order = self._find_order_to_accept(order_id, access_token)
        problem = order and order._get_support_signer_problem()
        if problem:
            return {"error": problem}
        return super().portal_quote_accept(
            order_id, access_token=access_token, name=name, signature=signature
        )

    @http.route()
    def portal_quote_decline(
        self, order_id, access_token=None, decline_message=None, **kwargs
    ):
        """Declining the quotation rejects its estimate, with the same reason."""
        order = self._find_order_to_accept(order_id, access_token)
        if not order or not order.support_estimate_id:
            return super().portal_quote_decline(
                order_id,
                access_token=access_token,
                decline_message=decline_message,
                **kwargs,
            )
        if order._get_support_signer_problem() or order._decline_support_estimate(
            decline_message
        ):
            query = "&message=cant_reject"
            return request.redirect(order.get_portal_url(query_string=query))
        return request.redirect(order.get_portal_url())
