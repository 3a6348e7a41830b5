from odoo import fields, http
from odoo.http import request

from odoo.addons.helpdesk_mgmt.controllers.myaccount import CustomerPortalHelpdesk


class SupportCustomerPortalHelpdesk(CustomerPortalHelpdesk):
    @http.route()
    def portal_my_tickets(
        self,
        page=1,
        date_begin=None,
        date_end=None,
        sortby=None,
        filterby=None,
        search=None,
        search_in=None,
        groupby=None,
        **kw,
    ):
        """Show the list whatever the address says: the unknown counts as not said."""
        if not (self._is_date(date_begin) and self._is_date(date_end)):
            date_begin = date_end = None
        return super().portal_my_tickets(
            page=page,
            date_begin=date_begin,
            date_end=date_end,
            sortby=self._known(sortby, self._ticket_get_searchbar_sortings()),
            filterby=filterby,
            # PostgreSQL refuses text with a null character.
            search=search.replace("\x00", "") if isinstance(search, str) else None,
            search_in=self._known(search_in, self._ticket_get_searchbar_inputs()),
            groupby=self._known(groupby, self._ticket_get_searchbar_groupby()),
            **kw,
        )

    def _known(self, value, choices):
        return value if value in choices else None

    def _is_date(self, value):
        """Whether a text is a date or a datetime as Odoo writes them."""
        try:
            return isinstance(value, str) and bool(fields.Datetime.to_datetime(value))
        except ValueError:
            return False

    def _ticket_get_page_view_values(self, ticket, access_token, **kwargs):
        """Add the charge of the ticket, and close only what the reader may close."""
        values = super()._ticket_get_page_view_values(ticket, access_token, **kwargs)
        # The page works with the superuser's rights; what is ours asks the reader's.
        ticket_of_reader = ticket.with_user(request.env.user)
        values["support"] = ticket_of_reader._get_support_portal_values()
        values["closed_stages"] = ticket_of_reader._get_portal_closing_stages()
        return values
