from odoo import http
from odoo.http import request

from odoo.addons.support_packs.controllers.helpdesk_myaccount import (
    SupportCustomerPortalHelpdesk,
)


class SupportPlanPortal(SupportCustomerPortalHelpdesk):
    @http.route()
    def portal_my_tickets(self, *args, **kwargs):
        """Add to the list which place tickets have in the queue, or their day."""
        response = super().portal_my_tickets(*args, **kwargs)
        values = getattr(response, "qcontext", {})
        tickets = request.env["helpdesk.ticket"].concat(
            *values.get("grouped_tickets", ())
        )
        # The page works with the superuser's rights; what is ours asks the reader's.
        of_reader = tickets.with_user(request.env.user)
        values["support_plans"] = of_reader._get_support_list_plans()
        return response
