"""Tables as CSV, for spreadsheets of people and for programs."""

import csv
import io

CSV_TYPE = "text/csv; charset=utf-8"
# What spreadsheets take for the beginning of a formula (OWASP, CSV injection).
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def write_csv(table, delimiter):
    """Return a table as bytes: UTF-8 with BOM, all text quoted, CRLF.

    Dates are ISO 8601, which every spreadsheet reads as dates in every language;
    integers are bare digits. Text that could be read as a formula gets an apostrophe.

    >>> table = {"columns": [{"label": "Why"}, {"label": "Movement"}]}
    >>> table["rows"] = [["=1+1", -60]]
    >>> write_csv(table, ";").decode("utf-8-sig")
    '"Why";"Movement"\\r\\n"\\'=1+1";-60\\r\\n'
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=delimiter, quoting=csv.QUOTE_NONNUMERIC)
    writer.writerow([column["label"] for column in table["columns"]])
    for row in table["rows"]:
        writer.writerow([_to_cell(value) for value in row])
    return buffer.getvalue().encode("utf-8-sig")


def _to_cell(value):
    if isinstance(value, int):
        return value
    text = "" if value is None else str(value).replace("\x00", "")
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA_STARTS) else text
