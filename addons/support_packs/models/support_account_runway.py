from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..engine import expiry, runway

CONSUMPTION_TYPES = ("usage", "return")


class SupportAccount(models.Model):
    """How long the balance lasts at the pace of the last 90 days.

    Nothing of it is stored: it changes with every day that passes. All accounts of a
    list, a filter or an order are reckoned together, with a fixed number of queries.
    """

    _inherit = "support.account"

    runway_date = fields.Date(
        string="Balance ends",
        compute="_compute_runway",
        search="_search_runway_date",
        help="The day on which nothing is left, at the pace of the last 90 days and "
        "with the expiry of each pack. Empty where nothing was used.",
    )
    runway_text = fields.Char(string="At this pace", compute="_compute_runway")
    unused_text = fields.Text(
        string="Will expire unused",
        compute="_compute_runway",
        help="What the packs will still hold when they expire, at this pace.",
    )

    @api.depends("pack_ids.balance", "pack_ids.state", "pack_ids.date_end")
    @api.depends_context("lang")
    def _compute_runway(self):
        runways = self._get_runways()
        for account in self:
            forecast = runways.get(account.id)
            account.runway_date = forecast.ends_on if forecast else False
            account.runway_text = (
                account._explain_runway(forecast) if forecast else False
            )
            account.unused_text = (
                "\n".join(account._explain_unused(forecast)) if forecast else False
            )

    @api.model
    def _search_runway_date(self, operator, value):
        """Compare in Python: the dates are in no table."""
        compare = {
            "<": lambda day: day and day < value,
            "<=": lambda day: day and day <= value,
            ">": lambda day: day and day > value,
            ">=": lambda day: day and day >= value,
            "in": lambda day: day in value,
        }.get(operator)
        if not compare:
            return NotImplemented
        if isinstance(value, str):
            value = fields.Date.to_date(value)
        elif operator == "in":
            value = {fields.Date.to_date(day) or False for day in value}
        ends = self._get_all_runway_dates()
        if operator == "in" and False in value:
            # Also those that hold nothing at all, which nobody reckons.
            others = [id_ for id_, day in ends.items() if day and day not in value]
            return [("id", "not in", others)]
        return [("id", "in", [id_ for id_, day in ends.items() if compare(day)])]

    def _order_field_to_sql(self, alias, field_name, direction, nulls, query):
        """Order by what is in no table: the dates go with the query."""
        if field_name != "runway_date":
            return super()._order_field_to_sql(
                alias, field_name, direction, nulls, query
            )
        ends = self._get_all_runway_dates()
        rows = [SQL("(%s, %s::date)", id_, day) for id_, day in ends.items() if day]
        if not rows:
            return SQL("NULL::date %s %s", direction, nulls)
        return SQL(
            "(SELECT runway.day FROM (VALUES %s) AS runway (id, day)"
            " WHERE runway.id = %s) %s %s",
            SQL(", ").join(rows),
            SQL.identifier(alias, "id"),
            direction,
            nulls,
        )

    # === BUSINESS METHODS === #

    @api.model
    def _get_all_runway_dates(self):
        """Return when each balance ends, of all that is left anywhere: ``{id: date}``.

        The reader's rights are those of the query in which it is used.
        """
        packs_sudo = self.env["support.pack"].sudo()
        rows = packs_sudo._read_group(
            [("state", "=", "active"), ("balance", ">", 0)], ["account_id"]
        )
        accounts = self.browse([account.id for (account,) in rows])
        return {id_: end.ends_on for id_, end in accounts._get_runways().items()}

    def _get_runways(self):
        """Return what is to be expected: ``{id: engine.runway.Runway}``.

        Accounts of which nothing is counted are left out.
        """
        # sudo: who may see the balance may know how long it lasts, but a salesperson
        # does not read the ledger.
        accounts = self.sudo()._origin
        packs = {}
        for pack in accounts.env["support.pack"].search_fetch(
            [("account_id", "in", accounts.ids), ("state", "=", "active")],
            ["account_id", "unit", "balance", "granted", "date_start", "date_end"]
            + ["expiry_kind", "expiry_months"],
        ):
            packs.setdefault((pack.account_id.id, pack.unit), []).append(
                pack._get_runway_pack()
            )
        paces = accounts._get_paces()
        return {
            account.id: runway.project(
                packs.get((account.id, account.unit), ()),
                paces.get((account.id, account.unit)),
                account.company_id.support_local_date(),
            )
            for account in accounts
            if account.unit != "none"
        }

    def _get_paces(self):
        """Return how fast each account uses its units: ``{(id, unit): Pace}``."""
        paces = {}
        for company, accounts in self.grouped("company_id").items():
            today = company.support_local_date()
            first_day = today - timedelta(days=runway.PACE_DAYS - 1)
            since = expiry.start_of_day_utc(first_day, company.support_tz)
            used = accounts._sum_consumption(since)
            for account_id, unit, moment in accounts._get_first_uses():
                pace = runway.get_pace(
                    used.get((account_id, unit), 0),
                    company.support_local_date(moment),
                    today,
                )
                paces[account_id, unit] = pace
        return paces

    def _sum_consumption(self, since):
        """Return what tickets took, less what came back: ``{(id, unit): integer}``."""
        rows = self.env["support.ledger.entry"]._read_group(
            [
                ("pack_id.account_id", "in", self.ids),
                ("entry_type", "in", CONSUMPTION_TYPES),
                ("date", ">=", since),
            ],
            ["pack_id.account_id", "unit"],
            ["quantity:sum"],
        )
        return {(account.id, unit): -quantity for account, unit, quantity in rows}

    def _get_first_uses(self):
        """Return the moment of the first use: ``[(id, unit, datetime)]``."""
        rows = self.env["support.ledger.entry"]._read_group(
            [("pack_id.account_id", "in", self.ids), ("entry_type", "=", "usage")],
            ["pack_id.account_id", "unit"],
            ["date:min"],
        )
        return [(account.id, unit, moment) for account, unit, moment in rows]

    def _explain_runway(self, forecast):
        """Return how long the balance lasts, in the reader's words."""
        self.ensure_one()
        if not self._get_balance():
            return ""
        pace = forecast.pace
        if not pace:
            return self.env._(
                "Nothing has been used yet, so there is no telling how long it lasts."
            )
        words = self.env["support.explanation"]
        used = words.format_quantity(pace.used, self.unit)
        if not pace.used:
            return self.env._("Nothing was used in the last %s days.", pace.days)
        if pace.days < runway.PACE_DAYS:
            today = self.sudo().company_id.support_local_date()
            basis = self.env._(
                "At the pace since the first use on %(date)s (%(used)s)",
                date=words.format_day(today - timedelta(days=pace.days - 1)),
                used=used,
            )
        else:
            basis = self.env._(
                "At the pace of the last %(days)s days (%(used)s)",
                days=pace.days,
                used=used,
            )
        if not forecast.ends_on:
            return self.env._(
                "%(basis)s, the balance lasts for more than ten years.", basis=basis
            )
        return self.env._(
            "%(basis)s, the balance lasts until %(date)s.",
            basis=basis,
            date=words.format_day(forecast.ends_on),
        )

    def _explain_unused(self, forecast):
        """Return what will expire unused, a sentence for each pack, soonest first."""
        self.ensure_one()
        words = self.env["support.explanation"]
        packs = self.sudo().env["support.pack"]
        today = self.sudo().company_id.support_local_date()
        return [
            self.env._(
                "%(quantity)s of %(pack)s would expire unused on %(date)s.",
                quantity=words.format_quantity(unused.quantity, self.unit),
                pack=packs.browse(unused.pack_id).name,
                date=words.format_day(unused.expires_on),
            )
            for unused in forecast.unused
            # What is over already is said with the pack itself.
            if unused.expires_on >= today
        ]


class SupportPack(models.Model):
    _inherit = "support.pack"

    def _get_runway_pack(self):
        """Return the forecast's view of the pack."""
        self.ensure_one()
        restarts = self.expiry_months if self.expiry_kind == "last_use" else 0
        return runway.RunwayPack(self._get_state(), restarts)
