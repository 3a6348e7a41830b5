from datetime import date

from werkzeug.urls import url_encode

from odoo import http
from odoo.exceptions import ValidationError
from odoo.http import content_disposition, request

from odoo.addons.portal.controllers.portal import pager as portal_pager

from .portal import SupportPortal

LEDGER_PAGE = 20
STATEMENT_REPORT = "support_packs.action_report_support_statement"


class SupportStatement(SupportPortal):
    """The movements of the client's account, and its statement as a file."""

    @http.route(
        ["/my/support/ledger", "/my/support/ledger/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
    )
    def portal_my_support_ledger(self, page=1, account=None, **filters):
        """Show the movements of one account, newest first."""
        accounts = self._get_support_accounts()
        chosen = self._choose_support_account(accounts, account)
        if not chosen:
            return request.redirect("/my/support")
        values = self._prepare_support_values("support_ledger")
        values["accounts"] = accounts
        values.update(self._prepare_support_ledger(chosen, page, filters))
        return request.render("support_packs.portal_my_support_ledger", values)

    @http.route(
        "/my/support/ledger/<any(pdf,xlsx,csv):file_format>",
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
    )
    def portal_my_support_statement(
        self, file_format, account=None, date_from=None, date_to=None, **kw
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
        if file_format == "pdf":
            return self._print_support_statement(chosen, *period)
        return self._send_support_file(*chosen._export_statement(file_format, *period))

    # === HELPERS === #

    def _prepare_support_ledger(self, account, page, filters):
        """Return one page of the movements of a period, and what was asked for.

        :param filters: what the address says, whatever it says
        """
        dates = [filters.get("date_from"), filters.get("date_to")]
        wanted = account._parse_statement_filters(
            *map(filters.get, ("pack", "kind", "search"))
        )
        error = False
        try:
            period = account._parse_statement_period(*dates)
        except ValidationError as problem:
            error = str(problem)
            period = (None, None)
        statement = account._get_statement(*period)
        lines = account._filter_statement_lines(statement["lines"], **wanted)[::-1]
        query = self._prepare_support_query(account, period, wanted)
        pager = portal_pager(
            url="/my/support/ledger",
            url_args=query,
            total=len(lines),
            page=page if isinstance(page, int) else 1,
            step=LEDGER_PAGE,
        )
        shown = lines[pager["offset"] : pager["offset"] + LEDGER_PAGE]
        file_query = url_encode(self._prepare_support_query(account, period))
        return {
            "account": account,
            "statement": statement,
            "pager": pager,
            "error": error,
            "date_from": self._keep_day(dates[0]),
            "date_to": self._keep_day(dates[1]),
            "wanted": wanted,
            "is_narrowed": any(wanted.values()),
            "is_filtered": any(period) or any(wanted.values()),
            "shown_count": len(lines),
            "presets": self._prepare_support_presets(account, period, wanted),
            "packs": account.pack_ids.filtered("date_start"),
            "kinds": account._get_statement_kinds(),
            "period_text": account._get_statement_period_text(*period),
            "pdf_url": f"/my/support/ledger/pdf?{file_query}",
            "xlsx_url": f"/my/support/ledger/xlsx?{file_query}",
            "csv_url": f"/my/support/ledger/csv?{file_query}",
            **self._prepare_support_movements(shown),
        }

    def _prepare_support_query(self, account, period, wanted=None):
        """Return the part of an address that keeps account, period and filters."""
        query = {
            "account": account.id,
            "date_from": period[0],
            "date_to": period[1],
            **(wanted or {}),
        }
        if query.get("pack"):
            query["pack"] = query["pack"].id
        return {name: value for name, value in query.items() if value}

    def _prepare_support_presets(self, account, period, wanted):
        """Return the usual periods with their addresses, and which one is shown."""
        presets = account._get_statement_presets()
        for preset in presets:
            span = (preset["date_from"], preset["date_to"])
            query = url_encode(self._prepare_support_query(account, span, wanted))
            preset["url"] = f"/my/support/ledger?{query}"
            preset["is_shown"] = span == period
        return presets

    def _keep_day(self, value):
        """Return what a date field of the form can show again: a date, or nothing."""
        try:
            return str(date.fromisoformat(value or ""))
        except ValueError:
            return ""

    def _print_support_statement(self, account, date_from, date_to):
        # sudo: clients may not read reports. What this one shows is the account's,
        # which was looked up with the reader's own rights.
        report_sudo = request.env["ir.actions.report"].sudo()
        content, _kind = report_sudo.with_company(account.company_id)._render_qweb_pdf(
            STATEMENT_REPORT,
            account.ids,
            data={"date_from": date_from, "date_to": date_to},
        )
        filename = f"{account._get_statement_filename(date_from, date_to)}.pdf"
        return self._send_support_file(content, "application/pdf", filename)

    def _send_support_file(self, content, content_type, filename):
        return request.make_response(
            content,
            headers=[
                ("Content-Type", content_type),
                ("Content-Length", len(content)),
                ("Content-Disposition", content_disposition(filename)),
                ("Cache-Control", "no-store"),
                ("X-Content-Type-Options", "nosniff"),
            ],
        )
