from odoo import http
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal

LATEST_MOVEMENTS = 5


class SupportPortal(CustomerPortal):
    """The client's own support: balances, packs, how long they last."""

    @http.route("/my/support", type="http", auth="user", website=True, methods=["GET"])
    def portal_my_support(self, **kw):
        accounts = self._get_support_accounts()
        values = self._prepare_support_values("support")
        values["overviews"] = [
            self._prepare_support_overview(account) for account in accounts
        ]
        return request.render("support_packs.portal_my_support", values)

    # === HELPERS === #

    def _get_support_accounts(self):
        """Return the accounts of the reader's commercial entity, as the reader."""
        accounts = request.env["support.account"]
        if not accounts.has_access("read"):
            return accounts
        client = request.env.user.partner_id.commercial_partner_id
        # Employees may read other accounts; here everybody is a client.
        found = accounts.search(
            [("partner_id", "=", client.id)], order="company_id, id"
        )
        current = request.env.company
        return found.sorted(lambda account: account.company_id != current)

    def _choose_support_account(self, accounts, account_id):
        """Return the account asked for, the first one by default, none if not theirs.

        :param account_id: text of the address, anything
        """
        if not account_id:
            return accounts[:1]
        return accounts.filtered(lambda account: str(account.id) == account_id)

    def _prepare_support_values(self, page_name):
        return {
            **self._prepare_portal_layout_values(),
            "page_name": page_name,
            "words": request.env["support.explanation"],
            # sudo: what a company prints on its paper is no secret of its clients.
            "support_company": request.env.company.sudo(),
        }

    def _prepare_support_overview(self, account):
        """Return what the overview says about one account."""
        packs, finished = account._get_portal_packs()
        return {
            "account": account,
            "packs": packs,
            "finished_packs": finished,
            **account._get_portal_forecast(),
            **self._prepare_support_movements(
                account._get_latest_lines(LATEST_MOVEMENTS)
            ),
        }

    def _prepare_support_movements(self, lines):
        """Return lines of a statement with the tickets that the reader may open."""
        entries = request.env["support.ledger.entry"].concat(
            *[line["entry"] for line in lines]
        )
        return {
            # Read together what is shown together, and no more.
            "lines": [
                {**line, "entry": entry}
                for line, entry in zip(lines, entries, strict=True)
            ],
            "readable_tickets": entries._get_readable_tickets(),
        }
