"""Tables as a workbook: a sheet for each, with real numbers and dates."""

import io
import re

import xlsxwriter

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Excel's own limits.
LONGEST_TEXT = 32_767
LONGEST_SHEET_NAME = 31
FORBIDDEN_IN_SHEET_NAME = re.compile(r"[\[\]:*?/\\]")
# Excel shows these as the country of its reader writes them.
SHORT_DATE = 14
INTEGER = "#,##0"


def write_xlsx(title, tables):
    """Return a workbook as bytes.

    :param title: lines above the first table
    :param tables: as the statement prepares them
    """
    buffer = io.BytesIO()
    # Text is text: neither a formula nor a link, whatever a ticket is called.
    options = {"strings_to_formulas": False, "strings_to_urls": False}
    workbook = xlsxwriter.Workbook(buffer, {"in_memory": True, **options})
    workbook.set_properties({"title": title[0]})
    formats = _add_formats(workbook)
    for table in tables:
        sheet = workbook.add_worksheet(_get_sheet_name(table["name"]))
        _write_table(sheet, table, formats, title)
        title = []
    workbook.close()
    return buffer.getvalue()


def _get_sheet_name(name):
    return FORBIDDEN_IN_SHEET_NAME.sub(" ", name)[:LONGEST_SHEET_NAME].strip("' ")


def _add_formats(workbook):
    """Return the formats by kind, and those of totals by ``total_`` and the kind."""
    kinds = {
        "text": {"text_wrap": True},
        "date": {"num_format": SHORT_DATE, "align": "left"},
        "integer": {"num_format": INTEGER},
    }
    total = {"bold": True, "top": 1}
    head = {"bold": True, "bg_color": "#E9ECEF", "bottom": 1, "text_wrap": True}
    top = {"valign": "top"}
    return {
        "title": workbook.add_format({"bold": True, "font_size": 14}),
        "note": workbook.add_format({"font_color": "#555555"}),
        "head": workbook.add_format(head),
        "head_integer": workbook.add_format({**head, "align": "right"}),
        **{kind: workbook.add_format({**top, **of}) for kind, of in kinds.items()},
        **{
            f"total_{kind}": workbook.add_format({**of, **total})
            for kind, of in kinds.items()
        },
    }


def _write_table(sheet, table, formats, title):
    for number, line in enumerate(title):
        sheet.write_string(number, 0, line, formats["note" if number else "title"])
    first = len(title) + 1 if title else 0
    columns = table["columns"]
    for number, column in enumerate(columns):
        is_integer = column["kind"] == "integer"
        head = formats["head_integer" if is_integer else "head"]
        sheet.write_string(first, number, column["label"], head)
        sheet.set_column(number, number, column["width"])
    last = first
    for last, row in enumerate(table["rows"], start=first + 1):
        _write_row(sheet, last, row, columns, formats, "")
    if table["rows"]:
        sheet.autofilter(first, 0, last, len(columns) - 1)
    for number, row in enumerate(table["totals"], start=last + 1):
        _write_row(sheet, number, row, columns, formats, "total_")
    sheet.freeze_panes(first + 1, 0)
    sheet.repeat_rows(first)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)


def _write_row(sheet, number, row, columns, formats, prefix):
    for place, (value, column) in enumerate(zip(row, columns, strict=True)):
        kind = column["kind"]
        style = formats[prefix + kind]
        if value is None:
            sheet.write_blank(number, place, None, style)
        elif kind == "date":
            sheet.write_datetime(number, place, value, style)
        elif kind == "integer":
            sheet.write_number(number, place, value, style)
        else:
            sheet.write_string(number, place, value[:LONGEST_TEXT], style)
