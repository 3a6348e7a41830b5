from datetime import date

from odoo import api, models
from odoo.fields import Date


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
        columns = [
            ("client", self.env._("Client"), "text", 32),
            ("unit", self.env._("Unit"), "text", 10),
            ("opening", self.env._("Opening balance"), "integer", 18),
            ("added", self.env._("Added"), "integer", 14),
            ("taken", self.env._("Used or expired"), "integer", 18),
            ("closing", self.env._("Closing balance"), "integer", 18),
        ]
        return self._prepare_table(self.env._("Balances"), columns, rows)

    @api.model
    def _prepare_line_table(self, rows):
        columns = [
            ("client", self.env._("Client"), "text", 24),
            ("date", self.env._("Date"), "date", 12),
            ("type", self.env._("Type"), "text", 12),
            ("number", self.env._("Ticket"), "text", 12),
            ("subject", self.env._("Subject"), "text", 30),
            ("pack", self.env._("Pack"), "text", 22),
            ("expiry", self.env._("Expiry"), "date", 12),
            ("why", self.env._("Why"), "text", 60),
            ("unit", self.env._("Unit"), "text", 10),
            ("quantity", self.env._("Movement"), "integer", 13),
            # Of many accounts and units, there is no balance to add up.
            ("balance", self.env._("Balance"), None, 13),
        ]
        return self._prepare_table(self.env._("Movements"), columns, rows)

    @api.model
    def _prepare_pack_table(self, rows):
        columns = [
            ("client", self.env._("Client"), "text", 32),
            ("pack", self.env._("Pack"), "text", 30),
            ("date_start", self.env._("Activation"), "date", 12),
            ("expiry", self.env._("Expiry"), "date", 12),
            ("unit", self.env._("Unit"), "text", 10),
            ("granted", self.env._("Content"), None, 13),
            ("left", self.env._("Left"), "integer", 13),
        ]
        return self._prepare_table(self.env._("Packs"), columns, rows)

    @api.model
    def _prepare_table(self, name, columns, rows):
        """Return a table; its totals are one row for each unit, never across units.

        :param columns: ``(key, label, kind, width)``; kind None: integers that make no
            sense when they are added up
        """
        units = list(dict.fromkeys(row["unit"] for row in rows))
        totals = []
        for unit in units:
            counted = [row for row in rows if row["unit"] == unit]
            total = {
                key: sum(row[key] for row in counted)
                for key, _label, kind, _width in columns
                if kind == "integer"
            }
            total |= {columns[0][0]: self.env._("Total"), "unit": unit}
            totals.append([total.get(key) for key, *_rest in columns])
        return {
            "name": name,
            "columns": [
                {"label": label, "kind": kind or "integer", "width": width}
                for _key, label, kind, width in columns
            ],
            "rows": [[row[key] for key, *_rest in columns] for row in rows],
            "totals": totals,
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
        table = self._prepare_line_table([])
        keys = ("client", "date", "type", "number", "subject", "pack", "expiry", "why")
        keys += ("unit", "quantity", "balance")
        table["rows"] = [[row.get(key) for key in keys] for row in rows]
        return table

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
