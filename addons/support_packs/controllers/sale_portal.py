from odoo import http
from odoo.exceptions import AccessError, MissingError
from odoo.http import request

from odoo.addons.sale.controllers.portal import CustomerPortal


class SupportSalePortal(CustomerPortal):
    @http.route()
    def portal_quote_accept(
        self, order_id, access_token=None, name=None, signature=None
    ):
        """Say why a quotation cannot be accepted, where its support packs forbid it."""
        try:
            order_sudo = self._document_check_access(
                "sale.order",
                order_id,
                access_token=access_token
                or request.httprequest.args.get("access_token"),
            )
        except (AccessError, MissingError):
            # Core's answer is the right one.
            problem = False
        else:
            problem = order_sudo._get_support_problem()
        if problem:
            return {"error": problem}
        return super().portal_quote_accept(
            order_id, access_token=access_token, name=name, signature=signature
        )
