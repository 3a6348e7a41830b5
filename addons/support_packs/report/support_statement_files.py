from odoo import models

from .support_statement_csv import CSV_TYPE, write_csv
from .support_statement_xlsx import XLSX_TYPE, write_xlsx

# Excel opens a CSV by the separator of the country: where the comma is the decimal
# point, that is the semicolon.
DELIMITERS = {",": ";"}


class SupportAccount(models.Model):
    """Statements as files. The tables are ready: here they are only written."""

    _inherit = "support.account"

    def _export_statement(self, file_format, date_from=None, date_to=None):
        """Return a file with the statements of the accounts.

        :param file_format: ``xlsx`` or ``csv``
        :param date_from: as for :meth:`_get_statement`, like ``date_to``
        :return: content (bytes), its MIME type, name of the file
        """
        statements = [
            account._get_statement(date_from, date_to) for account in self.sorted()
        ]
        filename = f"{self._get_statement_filename(date_from, date_to)}.{file_format}"
        if file_format == "csv":
            language = self.env["res.lang"]._get_data(code=self.env.lang or "en_US")
            table = self._prepare_flat_table(statements)
            delimiter = DELIMITERS.get(language.decimal_point, ",")
            return write_csv(table, delimiter), CSV_TYPE, filename
        title = self._prepare_statement_title(date_from, date_to)
        tables = self._prepare_statement_tables(statements)
        return write_xlsx(title, tables), XLSX_TYPE, filename

    def _get_statement_filename(self, date_from, date_to):
        """Return the name of a file, without its ending."""
        name = (
            self._get_report_base_filename()
            if len(self) == 1
            else self.env._("Support statements")
        )
        days = [str(day) for day in (date_from, date_to) if day]
        return " ".join([name, *days])

    def _prepare_statement_title(self, date_from, date_to):
        """Return the lines above the first table: what it is, of when, since when."""
        words = self.env["support.explanation"]
        companies = self.sudo().company_id
        lines = [
            self.env._("Support statement"),
            self.env._(
                "Period: %s", self._get_statement_period_text(date_from, date_to)
            ),
        ]
        lines += [
            self.env._(
                "%(company)s, %(date)s. Days are those of the time zone %(zone)s.",
                company=company.name,
                date=words.format_day(company.support_local_date()),
                zone=company.support_tz,
            )
            for company in companies
        ]
        return lines
