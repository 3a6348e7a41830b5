from odoo import api, models

from odoo.addons.base.models.ir_actions_report import _wkhtml

# In place of the company's header, where the printing program leaves headers out (mm).
MARGIN_WITHOUT_HEADER = 12


class ReportSupportStatement(models.AbstractModel):
    _name = "report.support_packs.report_support_statement"
    _description = "Support Statement"

    @api.model
    def _get_report_values(self, docids, data=None):
        """Return the statements of accounts, in the reader's language.

        :param data: may hold ``date_from`` and ``date_to``: dates, or text like
            ``2026-03-01``; without them, the whole history
        :raise AccessError: when the reader may not read one of the accounts
        :raise ValidationError: when the period makes no sense
        """
        accounts = self.env["support.account"].browse(docids)
        accounts.check_access("read")
        data = data or {}
        period = accounts._parse_statement_period(
            data.get("date_from"), data.get("date_to")
        )
        has_header = self._prints_header(data)
        return {
            "doc_ids": accounts.ids,
            "doc_model": accounts._name,
            "docs": accounts,
            "documents": [
                self._prepare_document(account, period) for account in accounts
            ],
            "words": self.env["support.explanation"],
            "has_header": has_header,
            "margin_top": None if has_header else MARGIN_WITHOUT_HEADER,
        }

    def _prepare_document(self, account, period):
        statement = account._get_statement(*period)
        entries = self.env["support.ledger.entry"].concat(
            *[line["entry"] for line in statement["lines"]]
        )
        return {
            "account": account,
            "statement": statement,
            "lines": [
                {**line, "entry": entry}
                for line, entry in zip(statement["lines"], entries, strict=True)
            ],
            "period_text": account._get_statement_period_text(*period),
            "readable_tickets": entries._get_readable_tickets(),
        }

    def _prints_header(self, data):
        """Whether the company's header and footer will be on the document.

        wkhtmltopdf as Debian builds it leaves them out; then the document names the
        company itself.
        """
        return data.get("report_type") != "pdf" or _wkhtml().is_patched_qt
