from datetime import date, timedelta

from odoo import api, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from .. import const
from ..engine import expiry

# Days far outside cannot be moved to UTC, and nobody means them.
FIRST_YEAR, LAST_YEAR = 1900, 2999
ONE_DAY = timedelta(days=1)
FINISHED_STATES = ("exhausted", "expired", "refunded", "cancelled")


class SupportAccount(models.Model):
    """The statement of an account: computed here, shown on the client's page, in the
    PDF and in whatever else prints it."""

    _inherit = "support.account"

    def _get_statement(self, date_from=None, date_to=None):
        """Return the movements of a period between two balances that agree with it.

        :param date_from: first day, in the support time zone; None: from the beginning
        :param date_to: last day, included; None: until now
        :return: dict:

            - ``account``, ``date_from``, ``date_to``
            - ``units``: the units that the account counts or once counted
            - ``opening``, ``added``, ``taken``, ``closing``: ``{unit: integer}``, where
              ``opening + added - taken = closing``
            - ``lines``: dicts, oldest first: ``entry``, ``unit``, ``quantity``
              (signed), ``balance`` (of the whole account, after the entry)
            - ``packs``: dicts: ``pack``, ``balance`` (at the end of the period; their
              sum is ``closing``); without those that were empty all the time
        """
        self.ensure_one()
        start, end = self._get_statement_bounds(date_from, date_to)
        domain = Domain("pack_id.account_id", "=", self.id)
        until = domain & Domain("date", "<", end) if end else domain
        opening = self._sum_ledger(domain & Domain("date", "<", start)) if start else {}
        entries = self.env["support.ledger.entry"].search_fetch(
            until & Domain("date", ">=", start) if start else until,
            ["unit", "quantity", "date", "pack_id"],
            order="date, id",
        )
        packs = self._get_statement_packs(until, moved=entries.pack_id)
        units = [unit for unit in dict(const.UNITS) if unit == self.unit]
        for unit in [*opening, *(values["pack"].unit for values in packs)]:
            if unit not in units:
                units.append(unit)
        statement = {
            "account": self,
            "date_from": date_from,
            "date_to": date_to,
            "units": units,
            "opening": {unit: opening.get(unit, 0) for unit in units},
            "packs": packs,
        }
        statement.update(self._run_statement(entries, statement["opening"]))
        return statement

    @api.model
    def _run_statement(self, entries, opening):
        """Add the entries up, in their order, per unit."""
        balance = dict(opening)
        added = dict.fromkeys(opening, 0)
        taken = dict.fromkeys(opening, 0)
        lines = []
        for entry in entries:
            unit, quantity = entry.unit, entry.quantity
            balance[unit] += quantity
            side = added if quantity > 0 else taken
            side[unit] += abs(quantity)
            lines.append(
                {
                    "entry": entry,
                    "unit": unit,
                    "quantity": quantity,
                    "balance": balance[unit],
                }
            )
        return {"lines": lines, "added": added, "taken": taken, "closing": balance}

    @api.model
    def _sum_ledger(self, domain):
        """Return what the entries come to: ``{unit: integer}``."""
        return dict(
            self.env["support.ledger.entry"]._read_group(
                domain, ["unit"], ["quantity:sum"]
            )
        )

    @api.model
    def _get_statement_packs(self, domain, moved):
        """Return what was left of each pack, unless that is the story of other periods.

        :param domain: the entries until the end of the period
        :param moved: packs that moved in the period; they are shown even when empty
        """
        rows = self.env["support.ledger.entry"]._read_group(
            domain, ["pack_id"], ["quantity:sum"]
        )
        balances = {
            pack.id: balance for pack, balance in rows if balance or pack in moved
        }
        packs = self.env["support.pack"].search([("id", "in", list(balances))])
        return [{"pack": pack, "balance": balances[pack.id]} for pack in packs]

    def _get_statement_bounds(self, date_from, date_to):
        """Return when a period begins and when it is over, as naive UTC, or None."""
        # sudo: a client reads the account, not the settings of the company.
        zone = self.sudo().company_id.support_tz
        return (
            expiry.start_of_day_utc(date_from, zone) if date_from else None,
            expiry.start_of_day_utc(date_to + ONE_DAY, zone) if date_to else None,
        )

    @api.model
    def _parse_statement_period(self, date_from=None, date_to=None):
        """Return the two dates that somebody asked for, each a date or None.

        :param date_from: date, or text like ``2026-03-01``, or nothing
        :raise ValidationError: what is wrong, by the name of the field
        """
        start = self._parse_statement_day(date_from, self.env._("From"))
        end = self._parse_statement_day(date_to, self.env._("To"))
        if start and end and start > end:
            raise ValidationError(
                self.env._("From, To: the period ends before it begins.")
            )
        return start, end

    @api.model
    def _parse_statement_day(self, value, label):
        if not value:
            return None
        try:
            day = value if isinstance(value, date) else date.fromisoformat(value)
        except (TypeError, ValueError):
            day = None
        if not day or not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise ValidationError(
                self.env._(
                    "%(field)s: “%(value)s” is not a date.",
                    field=label,
                    value=str(value)[:40],
                )
            )
        return day

    def _get_statement_period_text(self, date_from, date_to):
        """Return a period in the reader's words."""
        format_day = self.env["support.explanation"].format_day
        if date_from and date_to:
            return self.env._(
                "from %(start)s to %(end)s",
                start=format_day(date_from),
                end=format_day(date_to),
            )
        if date_from:
            return self.env._("since %(start)s", start=format_day(date_from))
        if date_to:
            return self.env._("from the beginning to %(end)s", end=format_day(date_to))
        return self.env._("from the beginning to today")

    def _get_not_usable_text(self, closing):
        """Return what the packs hold beyond the balance, in words; mostly nothing.

        A suspended pack keeps its units, but they are not there to be used.

        :param closing: ``{unit: integer}`` as the statement gives it
        """
        self.ensure_one()
        kept = closing.get(self.unit, 0) - self._get_balance()
        if kept <= 0:
            return ""
        return self.env["support.explanation"].format_quantity(kept, self.unit)

    def _get_portal_packs(self):
        """Return the packs that count now, and those that are over, newest first."""
        self.ensure_one()
        finished = self.pack_ids.filtered(lambda pack: pack.state in FINISHED_STATES)
        return self.pack_ids - finished, finished.sorted("id", reverse=True)
