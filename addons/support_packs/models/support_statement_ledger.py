from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import remove_accents

from .support_account_runway import CONSUMPTION_TYPES

CHART_MONTHS = 12
LONGEST_SEARCH = 80


class SupportAccount(models.Model):
    """What the client's pages show of the ledger: lists, latest movements, months."""

    _inherit = "support.account"

    def _parse_statement_filters(self, pack=None, kind=None, search=None):
        """Return which movements somebody asked to see, of whatever text they sent.

        What makes no sense, or belongs to another account, asks for nothing.

        :param pack: id of a pack, as text
        :param kind: type of entry
        :param search: words of a ticket's number or title
        :return: dict: ``pack`` (record, or none), ``kind`` and ``search`` (text)
        """
        self.ensure_one()
        packs = self.pack_ids
        types = dict(self.env["support.ledger.entry"]._fields["entry_type"].selection)
        search = str(search or "").replace("\x00", "").strip()
        return {
            "pack": packs.filtered(lambda record: str(record.id) == pack)[:1],
            "kind": kind if kind in types else "",
            "search": search[:LONGEST_SEARCH],
        }

    @api.model
    def _filter_statement_lines(self, lines, pack, kind, search):
        """Return the lines of a statement that somebody asked to see."""
        if pack:
            lines = [line for line in lines if line["entry"].pack_id == pack]
        if kind:
            lines = [line for line in lines if line["entry"].entry_type == kind]
        if search:
            # Only what the reader may open: a search must not tell more than the list.
            entries = self.env["support.ledger.entry"].concat(
                *[line["entry"] for line in lines]
            )
            wanted = _simplify(search)
            tickets = entries._get_readable_tickets().filtered(
                lambda ticket: wanted in _simplify(f"{ticket.number} {ticket.name}")
            )
            lines = [line for line in lines if line["entry"].ticket_id in tickets]
        return lines

    @api.model
    def _get_statement_kinds(self):
        """Return the types of movement, ``[(code, label)]``, in the reader's words."""
        kinds = self.env["support.ledger.entry"]._fields["entry_type"]
        return kinds._description_selection(self.env)

    @api.model
    def _get_narrowed_text(self, shown, total):
        """Say how many movements a filter left, and what filters do not touch."""
        return self.env._(
            "%(shown)s of %(total)s movements of the period are shown. Balances and "
            "files are always those of the whole period.",
            shown=shown,
            total=total,
        )

    def _get_portal_forecast(self):
        """Return what the overview says beyond the packs, in words and figures."""
        self.ensure_one()
        forecast = self._get_runways().get(self.id)
        closing = self._sum_ledger(Domain("pack_id.account_id", "=", self.id))
        return {
            "not_usable": self._get_not_usable_text(closing),
            "runway_text": forecast and self._explain_runway(forecast),
            "unused_texts": forecast and self._explain_unused(forecast),
            "chart": self._get_consumption_chart(),
        }

    def _get_latest_lines(self, limit):
        """Return the latest movements, newest first, as lines of a statement."""
        self.ensure_one()
        domain = Domain("pack_id.account_id", "=", self.id)
        entries = self.env["support.ledger.entry"].search_fetch(
            domain, ["unit", "quantity"], limit=limit
        )
        balance = self._sum_ledger(domain) if entries else {}
        lines = []
        for entry in entries:
            unit, quantity = entry.unit, entry.quantity
            lines.append(
                {
                    "entry": entry,
                    "unit": unit,
                    "quantity": quantity,
                    "balance": balance[unit],
                }
            )
            balance[unit] -= quantity
        return lines

    def _get_consumption_chart(self):
        """Return what tickets took from the packs in each of the last 12 months.

        :return: list of dicts, oldest first: ``label`` (short month), ``long_label``,
            ``quantity``, ``text``, ``percent`` (of the highest month); empty where
            nothing was used in all that time
        """
        self.ensure_one()
        company = self.sudo().company_id
        this_month = company.support_local_date().replace(day=1)
        months = [
            fields.Date.subtract(this_month, months=back)
            for back in reversed(range(CHART_MONTHS))
        ]
        used = self._sum_consumption_by_month(months[0], company)
        highest = max([*used.values(), 0])
        if not any(used.values()):
            return []
        words = self.env["support.explanation"]
        return [
            {
                "label": words.format_month(month),
                "long_label": words.format_month(month, long=True),
                "quantity": used.get(month, 0),
                "text": words.format_quantity(used.get(month, 0), self.unit),
                "percent": max(used.get(month, 0), 0) * 100 // (highest or 1),
            }
            for month in months
        ]

    def _sum_consumption_by_month(self, first_month, company):
        """Return ``{first day of the month: units}``, in the support time zone."""
        start, _end = self._get_statement_bounds(first_month, None)
        rows = (
            self.env["support.ledger.entry"]
            .with_context(tz=company.support_tz)
            ._read_group(
                [
                    ("pack_id.account_id", "=", self.id),
                    ("unit", "=", self.unit),
                    ("entry_type", "in", CONSUMPTION_TYPES),
                    ("date", ">=", start),
                ],
                ["date:month"],
                ["quantity:sum"],
            )
        )
        return {moment.date(): -quantity for moment, quantity in rows}


def _simplify(text):
    return remove_accents(text).casefold()
