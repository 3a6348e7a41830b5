from datetime import date

from odoo import api, models
from odoo.fields import Date

# The columns of each table, with their widths in letters.
SUM_COLUMNS = {
    "client": 32,
    "unit": 10,
    "opening": 18,
    "added": 14,
    "taken": 18,
    "closing": 18,
}
LINE_COLUMNS = {
    "client": 24,
    "date": 12,
    "type": 18,
    "number": 12,
    "subject": 30,
    "pack": 22,
    "expiry": 12,
    "why": 60,
    "unit": 10,
    "quantity": 13,
    "balance": 13,
}
PACK_COLUMNS = {
    "client": 32,
    "pack": 30,
    "date_start": 12,
    "expiry": 12,
    "unit": 10,
    "granted": 13,
    "left": 13,
}
KINDS = {
    **dict.fromkeys(("date", "date_start", "expiry"), "date"),
    **dict.fromkeys(("opening", "added", "taken", "closing", "quantity"), "integer"),
    **dict.fromkeys(("balance", "granted", "left"), "integer"),
}
# Of many movements there is no balance to add up.
ADDED_UP = {"opening", "added", "taken", "closing", "quantity", "left"}


class SupportAccount(models.Model):
    """Statements as plain tables: what XLSX and CSV write, and nothing else does.

    A table is a dict: ``name``; ``columns``: dicts of ``label``, ``kind`` (``text``,
    ``date`` or ``integer``) and ``width`` (letters); ``rows`` and ``totals``: lists of
    lists of text, dates, integers or None. The numbers are those of
    :meth:`_get_statement`, which the page and the PDF show.
    """

    _inherit = "support.account"

    def _prepare_statement_tables(self, statements):
        """Return three tables: balances, movements, packs."""
        sums, lines, packs = [], [], []
        for statement in statements:
            sums += self._prepare_sum_rows(statement)
            lines += self._prepare_line_rows(statement)
            packs += self._prepare_pack_rows(statement)
        return [
            self._prepare_sum_table(sums),
            self._prepare_line_table(lines),
            self._prepare_pack_table(packs),
        ]

    # === ROWS === #

    @api.model
    def _prepare_sum_rows(self, statement):
        account = statement["account"]
        return [
            {
                "client": account.display_name,
                "unit": self._get_unit_label(unit),
                "opening": statement["opening"][unit],
                "added": statement["added"][unit],
                "taken": -statement["taken"][unit],
                "closing": statement["closing"][unit],
            }
            for unit in statement["units"]
        ]

    @api.model
    def _prepare_line_rows(self, statement):
        account = statement["account"]
        company = account.sudo().company_id
        # Read together what is shown together.
        entries = self.env["support.ledger.entry"].concat(
            *[line["entry"] for line in statement["lines"]]
        )
        readable = entries._get_readable_tickets()
        types = dict(entries._fields["entry_type"]._description_selection(self.env))
        rows = []
        for line, entry in zip(statement["lines"], entries, strict=True):
            ticket = entry.ticket_id if entry.ticket_id in readable else readable[:0]
            rows.append(
                {
                    "client": account.display_name,
                    "date": company.support_local_date(entry.date),
                    "type": types[entry.entry_type],
                    "number": ticket.number or "",
                    "subject": ticket.name or "",
                    "pack": entry.pack_id.name,
                    "expiry": entry.pack_id.date_end or None,
                    "why": entry.explanation,
                    "unit": self._get_unit_label(line["unit"]),
                    "quantity": line["quantity"],
                    "balance": line["balance"],
                }
            )
        return rows

    @api.model
    def _prepare_pack_rows(self, statement):
        return [
            {
                "client": statement["account"].display_name,
                "pack": values["pack"].name,
                "date_start": values["pack"].date_start or None,
                "expiry": values["pack"].date_end or None,
                "unit": self._get_unit_label(values["pack"].unit),
                "granted": values["pack"].granted,
                "left": values["balance"],
            }
            for values in statement["packs"]
        ]

    @api.model
    def _get_unit_label(self, unit):
        units = self.env["support.pack"]._fields["unit"]
        return dict(units._description_selection(self.env))[unit]

    # === TABLES === #

    @api.model
    def _prepare_sum_table(self, rows):
        return self._prepare_table(self.env._("Balances"), SUM_COLUMNS, rows)

    @api.model
    def _prepare_line_table(self, rows):
        return self._prepare_table(self.env._("Movements"), LINE_COLUMNS, rows)

    @api.model
    def _prepare_pack_table(self, rows):
        return self._prepare_table(self.env._("Packs"), PACK_COLUMNS, rows)

    @api.model
    def _prepare_table(self, name, keys, rows):
        """Return a table; its totals are one row for each unit, never across units."""
        labels = self._get_statement_labels()
        totals = []
        for unit in dict.fromkeys(row["unit"] for row in rows):
            total = {
                key: sum(row.get(key) or 0 for row in rows if row["unit"] == unit)
                for key in ADDED_UP.intersection(keys)
            }
            total |= {"client": self.env._("Total"), "unit": unit}
            totals.append([total.get(key) for key in keys])
        return {
            "name": name,
            "columns": [
                {"label": labels[key], "kind": KINDS.get(key, "text"), "width": width}
                for key, width in keys.items()
            ],
            "rows": [[row.get(key) for key in keys] for row in rows],
            "totals": totals,
        }

    @api.model
    def _get_statement_labels(self):
        """Return the headers of columns in the reader's language."""
        return {
            "client": self.env._("Client"),
            "unit": self.env._("Unit"),
            "opening": self.env._("Opening balance"),
            "added": self.env._("Added"),
            "taken": self.env._("Used or expired"),
            "closing": self.env._("Closing balance"),
            "date": self.env._("Date"),
            "type": self.env._("Type"),
            "number": self.env._("Ticket"),
            "subject": self.env._("Subject"),
            "pack": self.env._("Pack"),
            "date_start": self.env._("Activation"),
            "expiry": self.env._("Expiry"),
            "why": self.env._("Why"),
            "quantity": self.env._("Movement"),
            "balance": self.env._("Balance"),
            "granted": self.env._("Content"),
            "left": self.env._("Left"),
        }

    @api.model
    def _prepare_flat_table(self, statements):
        """Return one table with everything: each row says by its type what it is.

        The opening balance, the movements, the closing balance, then what was left of
        each pack, account by account.
        """
        rows = []
        for statement in statements:
            rows += self._prepare_balance_rows(statement, "opening")
            rows += self._prepare_line_rows(statement)
            rows += self._prepare_balance_rows(statement, "closing")
            rows += [
                {
                    **row,
                    "type": self.env._("Left in the pack"),
                    "balance": row["left"],
                }
                for row in self._prepare_pack_rows(statement)
            ]
        return {**self._prepare_line_table(rows), "totals": []}

    @api.model
    def _prepare_balance_rows(self, statement, which):
        opens = which == "opening"
        return [
            {
                "client": statement["account"].display_name,
                "date": statement["date_from"] if opens else statement["date_to"],
                "type": (
                    self.env._("Opening balance")
                    if opens
                    else self.env._("Closing balance")
                ),
                "unit": self._get_unit_label(unit),
                "balance": statement[which][unit],
            }
            for unit in statement["units"]
        ]

    # === PERIODS === #

    def _get_statement_presets(self):
        """Return usual periods: ``code``, ``label``, ``date_from`` and ``date_to``.

        By the calendar of the company; the last of them is everything.
        """
        company = self.sudo().company_id[:1] or self.env.company
        today = company.support_local_date()
        month = today.replace(day=1)
        quarter = month.replace(month=month.month - (month.month - 1) % 3)
        labels = {
            "this_month": self.env._("This month"),
            "last_month": self.env._("Last month"),
            "this_quarter": self.env._("This quarter"),
            "this_year": self.env._("This year"),
            "last_year": self.env._("Last year"),
            "all": self.env._("Everything"),
        }
        last_month = Date.subtract(month, months=1)
        periods = {
            "this_month": (month, Date.end_of(month, "month")),
            "last_month": (last_month, Date.end_of(last_month, "month")),
            "this_quarter": (quarter, Date.end_of(quarter, "quarter")),
            "this_year": (date(today.year, 1, 1), date(today.year, 12, 31)),
            "last_year": (date(today.year - 1, 1, 1), date(today.year - 1, 12, 31)),
            "all": (None, None),
        }
        return [
            {
                "code": code,
                "label": labels[code],
                "date_from": period[0],
                "date_to": period[1],
            }
            for code, period in periods.items()
        ]
