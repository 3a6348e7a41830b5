from datetime import date

from werkzeug.urls import url_encode

from odoo import http
from odoo.exceptions import ValidationError
from odoo.http import content_disposition, request

from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.addons.portal.controllers.portal import pager as portal_pager

LATEST_MOVEMENTS = 5
LEDGER_PAGE = 20
STATEMENT_REPORT = "support_packs.action_report_support_statement"


class SupportPortal(CustomerPortal):
    """The client's own support: balances, packs, movements and the statement."""

    @http.route("/my/support", type="http", auth="user", website=True, methods=["GET"])
    def portal_my_support(self, **kw):
        accounts = self._get_support_accounts()
        values = self._prepare_support_values("support")
        values["overviews"] = [
            self._prepare_support_overview(account) for account in accounts
        ]
        return request.render("support_packs.portal_my_support", values)

    @http.route(
        ["/my/support/ledger", "/my/support/ledger/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
    )
    def portal_my_support_ledger(
        self, page=1, account=None, date_from=None, date_to=None, **kw
    ):
        """Show the movements of one account, newest first."""
        accounts = self._get_support_accounts()
        chosen = self._choose_support_account(accounts, account)
        if not chosen:
            return request.redirect("/my/support")
        values = self._prepare_support_values("support_ledger")
        values["accounts"] = accounts
        values.update(self._prepare_support_ledger(chosen, page, date_from, date_to))
        return request.render("support_packs.portal_my_support_ledger", values)

    @http.route(
        "/my/support/ledger/pdf",
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
    )
    def portal_my_support_statement(
        self, account=None, date_from=None, date_to=None, **kw
    ):
        """Download the statement of the period that the page shows."""
        chosen = self._choose_support_account(self._get_support_accounts(), account)
        if not chosen:
            return request.redirect("/my/support")
        try:
            period = chosen._parse_statement_period(date_from, date_to)
        except ValidationError:
            # The page says what is wrong.
            query = {"account": chosen.id, "date_from": date_from, "date_to": date_to}
            return request.redirect(f"/my/support/ledger?{url_encode(query)}")
        return self._print_support_statement(chosen, *period)

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
        statement = account._get_statement()
        return {
            "account": account,
            "packs": packs,
            "finished_packs": finished,
            "not_usable": account._get_not_usable_text(statement["closing"]),
            **self._prepare_support_movements(
                statement["lines"][: -LATEST_MOVEMENTS - 1 : -1]
            ),
        }

    def _prepare_support_ledger(self, account, page, date_from, date_to):
        """Return one page of the movements of a period, and the period."""
        error = False
        try:
            period = account._parse_statement_period(date_from, date_to)
        except ValidationError as problem:
            error = str(problem)
            period = (None, None)
        statement = account._get_statement(*period)
        query = {
            "account": account.id,
            "date_from": period[0] or "",
            "date_to": period[1] or "",
        }
        lines = statement["lines"][::-1]
        pager = portal_pager(
            url="/my/support/ledger",
            url_args=query,
            total=len(lines),
            page=page,
            step=LEDGER_PAGE,
        )
        shown = lines[pager["offset"] : pager["offset"] + LEDGER_PAGE]
        return {
            "account": account,
            "statement": statement,
            "pager": pager,
            "error": error,
            "date_from": self._keep_day(date_from),
            "date_to": self._keep_day(date_to),
            "is_filtered": any(period),
            "period_text": account._get_statement_period_text(*period),
            "pdf_url": f"/my/support/ledger/pdf?{url_encode(query)}",
            **self._prepare_support_movements(shown),
        }

    def _keep_day(self, value):
        """Return what a date field of the form can show again: a date, or nothing."""
        try:
            return str(date.fromisoformat(value or ""))
        except ValueError:
            return ""

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

    def _print_support_statement(self, account, date_from, date_to):
        # sudo: clients may not read reports. What this one shows is the account's,
        # which was looked up with the reader's own rights.
        report_sudo = request.env["ir.actions.report"].sudo()
        content, _kind = report_sudo.with_company(account.company_id)._render_qweb_pdf(
            STATEMENT_REPORT,
            account.ids,
            data={"date_from": date_from, "date_to": date_to},
        )
        filename = f"{account._get_report_base_filename()}.pdf"
        return request.make_response(
            content,
            headers=[
                ("Content-Type", "application/pdf"),
                ("Content-Length", len(content)),
                ("Content-Disposition", content_disposition(filename)),
            ],
        )
