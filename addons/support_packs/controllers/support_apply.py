from odoo import http
from odoo.exceptions import ValidationError
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal

from ..models.support_qualification import APPLY_PAGE, MAX_DESCRIPTION


class SupportApplyPortal(CustomerPortal):
    """A prospect applies to become a client, and sees how that stands."""

    @http.route(APPLY_PAGE, type="http", auth="user", website=True, methods=["GET"])
    def portal_support_apply(self, **kw):
        return self._render_support_apply()

    @http.route(
        f"{APPLY_PAGE}/send", type="http", auth="user", website=True, methods=["POST"]
    )
    def portal_support_apply_send(self, policy=None, description=None, **kw):
        """Create the application, or show the form again and say what is wrong."""
        text = description if isinstance(description, str) else ""
        policies = request.env["support.policy"]._get_policies_to_apply_for(
            request.env.company
        )
        chosen = policies.filtered(lambda one: str(one.id) == policy)
        if not chosen:
            return request.redirect(APPLY_PAGE)
        try:
            request.env["support.qualification"]._apply(
                request.env.user.partner_id, chosen, text
            )
        except ValidationError as problem:
            return self._render_support_apply(
                chosen=chosen, description=text, error=str(problem)
            )
        return request.redirect(APPLY_PAGE)

    def _render_support_apply(self, **typed):
        overview = request.env["support.qualification"]._get_overview(
            request.env.user.partner_id, request.env.company
        )
        values = {
            **self._prepare_portal_layout_values(),
            "page_name": "support_apply",
            "max_description": MAX_DESCRIPTION,
            "chosen": overview["open_policies"][:1],
            "description": "",
            "error": False,
            **overview,
            **typed,
        }
        return request.render("support_packs.portal_support_apply", values)
