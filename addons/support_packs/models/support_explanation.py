from datetime import date

from odoo import api, models
from odoo.exceptions import MissingError
from odoo.tools.misc import format_date, format_datetime

# Steps of an entry that are not of the quote: what the movement adds to it.
MOVEMENT_CODES = ("before", "due", "settled")


class SupportExplanation(models.AbstractModel):
    """Numbers and steps in the reader's words.

    What the database keeps are codes with integers. Everybody reads them in their own
    language: the client in the portal, the technician on the ticket.
    """

    _name = "support.explanation"
    _description = "Support Explanation"

    @api.private
    @api.model
    def format_quantity(self, quantity, unit):
        """Return an integer quantity with its unit, e.g. ``90 min``, ``-45 credits``.

        :param quantity: integer, in the unit
        :param unit: ``minute``, ``credit`` or ``ticket``
        """
        number = self._format_integer(quantity)
        plural = abs(quantity) != 1
        if unit == "minute":
            return self.env._("%(number)s min", number=number)
        if unit == "credit" and plural:
            return self.env._("%(number)s credits", number=number)
        if unit == "credit":
            return self.env._("%(number)s credit", number=number)
        if unit == "ticket" and plural:
            return self.env._("%(number)s tickets", number=number)
        if unit == "ticket":
            return self.env._("%(number)s ticket", number=number)
        return number

    @api.private
    @api.model
    def format_content(self, quantity, unit):
        """Return what a pack holds as people say it: ``30 h``, ``60 credits``.

        :param unit: as in :meth:`format_quantity`; empty: nothing is said
        """
        if not unit:
            return ""
        long_time = self.format_long_time(quantity, unit)
        return long_time or self.format_quantity(quantity, unit)

    @api.private
    @api.model
    def format_hours(self, minutes):
        """Return minutes as people read longer times: ``28 h 40 min``."""
        hours, rest = divmod(abs(minutes), 60)
        sign = "-" if minutes < 0 else ""
        if not hours:
            return self.env._("%(sign)s%(rest)s min", sign=sign, rest=rest)
        if not rest:
            return self.env._(
                "%(sign)s%(hours)s h", sign=sign, hours=self._format_integer(hours)
            )
        return self.env._(
            "%(sign)s%(hours)s h %(rest)s min",
            sign=sign,
            hours=self._format_integer(hours),
            rest=rest,
        )

    @api.private
    @api.model
    def format_long_time(self, quantity, unit):
        """Return minutes in hours where that says more: ``28 h 40 min``, else nothing.

        :param quantity: integer, in the unit
        """
        if unit != "minute" or abs(quantity) < 60:
            return ""
        return self.format_hours(quantity)

    @api.private
    @api.model
    def format_signed(self, quantity, unit):
        """Return a quantity with its sign always shown: ``+60 min``, ``0 min``."""
        text = self.format_quantity(quantity, unit)
        return f"+{text}" if quantity > 0 else text

    @api.private
    @api.model
    def explain(self, steps, unit, quantity=None):
        """Return the steps of a quote as one line.

        :param steps: ``[[code, {name: integer}], ...]`` as the engine stores them
        :param unit: unit of the quantities
        :param quantity: what the steps come to, added at the end when there was more
            than one step
        :return: e.g. ``37 min → minimum 60 min → urgent +50 % = 90 min``
        """
        words = [self._explain_step(code, values, unit) for code, values in steps or ()]
        words = [word for word in words if word]
        if quantity is None or len(words) < 2:
            return " → ".join(words)
        return f"{' → '.join(words)} = {self.format_quantity(quantity, unit)}"

    @api.private
    @api.model
    def explain_movement(self, steps, unit):
        """Return the steps of a ledger entry: the quote, less what was charged before.

        :return: e.g. ``80 min, less 60 min charged before``
        """
        quote = [step for step in steps or () if step[0] not in MOVEMENT_CODES]
        words = self.explain(quote, unit)
        before = [values for code, values in steps or () if code == "before"]
        if not before:
            return words
        return self.env._(
            "%(steps)s, less %(before)s charged before",
            steps=words or self.format_quantity(0, unit),
            before=self.format_quantity(before[0]["quantity"], unit),
        )

    @api.model
    def _explain_step(self, code, values, unit):
        """Return one step in words. Add-ons with codes of their own extend this."""
        explain = getattr(self, f"_explain_{code}", None)
        return explain(values, unit) if explain else ""

    def _explain_work(self, values, unit):
        return self.format_quantity(values["minutes"], "minute")

    def _explain_typed(self, values, unit):
        return self.env._(
            "%(quantity)s set by the technician",
            quantity=self.format_quantity(values["units"], unit),
        )

    def _explain_flat(self, values, unit):
        return self.env._(
            "fixed price of %(quantity)s",
            quantity=self.format_quantity(values["quantity"], unit),
        )

    def _explain_events(self, values, unit):
        return self.env._(
            "admitted: %(quantity)s",
            quantity=self.format_quantity(values["events"], "ticket"),
        )

    def _explain_override(self, values, unit):
        return self.env._(
            "set to %(quantity)s by the manager (the rules gave %(replaced)s)",
            quantity=self.format_quantity(values["quantity"], unit),
            replaced=self.format_quantity(values["replaced"], unit),
        )

    def _explain_unit(self, values, unit):
        return self.env._(
            "%(result)s at %(minutes)s min each",
            result=self.format_quantity(values["result"], unit),
            minutes=self._format_integer(values["minutes_per_credit"]),
        )

    def _explain_minimum(self, values, unit):
        return self.env._(
            "minimum %(minimum)s",
            minimum=self.format_quantity(values["minimum"], unit),
        )

    def _explain_block(self, values, unit):
        return self.env._(
            "blocks of %(block)s", block=self._format_integer(values["block"])
        )

    def _explain_cancelled(self, values, unit):
        return self.env._("cancelled by us: nothing is charged")

    def _explain_merged(self, values, unit):
        return self.env._("goes on as another ticket: nothing is charged here")

    def _explain_supplement_fixed(self, values, unit):
        return self.env._(
            "%(channel)s +%(units)s",
            channel=self._get_channel_name(values),
            units=self.format_quantity(values["units"], unit),
        )

    def _explain_supplement_factor(self, values, unit):
        return self.env._(
            "%(channel)s +%(percent)s %%",
            channel=self._get_channel_name(values),
            percent=values["percent"],
        )

    @api.model
    def _get_channel_name(self, values):
        """Return how the channel of a step is called today."""
        # sudo: a client reads the steps, not the settings.
        channels = self.env["helpdesk.ticket.channel"].sudo()
        try:
            # Not exists(), which would ask the database for each line of a list.
            name = channels.browse(values.get("channel")).name
        except MissingError:
            name = False
        return name or self.env._("channel")

    def _explain_credit(self, values, unit):
        return self.env._("voided by a credit note")

    def _explain_credit_undone(self, values, unit):
        return self.env._("the credit note does not hold any more")

    def _explain_order(self, values, unit):
        return self.env._("order cancelled")

    def _explain_order_undone(self, values, unit):
        return self.env._("order confirmed again")

    def _explain_sold_less(self, values, unit):
        return self.env._("the order sells fewer packs")

    def _explain_sold_less_undone(self, values, unit):
        return self.env._("the order sells it again")

    def _explain_closed(self, values, unit):
        return self.env._("the pack is closed")

    def _explain_extended(self, values, unit):
        return self.env._(
            "validity extended to %(date)s",
            date=self.format_day(date(values["year"], values["month"], values["day"])),
        )

    @api.private
    @api.model
    def explain_source(self, pack):
        """Return where units come from: ``Bono 30 h #12 (expires 3 Mar 2027)``."""
        if not pack.date_end:
            return pack.name
        day = self.format_day(pack.date_end)
        if pack._get_days_left() < 0:
            return self.env._("%(pack)s (expired %(date)s)", pack=pack.name, date=day)
        return self.env._("%(pack)s (expires %(date)s)", pack=pack.name, date=day)

    @api.private
    @api.model
    def format_day(self, day):
        """Return a date as people say it: ``3 Mar 2027``, ``3 mar 2027``."""
        return format_date(self.env, day, date_format="d MMM y")

    @api.private
    @api.model
    def format_month(self, day, long=False):
        """Return the month of a date: ``Mar 26``, ``March 2026``."""
        return format_date(self.env, day, date_format="LLLL y" if long else "LLL yy")

    @api.private
    @api.model
    def format_moment_day(self, moment, company):
        """Return the day of a stored datetime in the company's support time zone."""
        return self.format_day(company.support_local_date(moment))

    @api.private
    @api.model
    def format_moment(self, moment, company):
        """Return a stored datetime in the company's support time zone.

        :return: e.g. ``3 Mar 2027, 10:15``; never in the reader's own zone
        """
        return format_datetime(
            self.env, moment, tz=company.support_tz, dt_format="d MMM y, HH:mm"
        )

    @api.private
    @api.model
    def format_long(self, quantity, unit):
        """Return a quantity; minutes of an hour or more also as hours.

        :return: e.g. ``1,720 min (28 h 40 min)``, ``45 credits``
        """
        text = self.format_quantity(quantity, unit)
        hours = self.format_long_time(quantity, unit)
        return f"{text} ({hours})" if hours else text

    @api.private
    @api.model
    def explain_expiry(self, pack):
        """Return until when a pack is good: ``expires on 3 Mar 2027, in 101 days``."""
        if not pack.date_end:
            never = pack.expiry_kind == "none"
            return self.env._("does not expire") if never else ""
        day = self.format_day(pack.date_end)
        left = pack._get_days_left()
        if left > 1:
            return self.env._(
                "expires on %(date)s, in %(days)s days",
                date=day,
                days=self._format_integer(left),
            )
        if left == 1:
            return self.env._("expires on %(date)s, tomorrow", date=day)
        if left == 0:
            return self.env._("expires on %(date)s, today", date=day)
        return self.env._("expired on %(date)s", date=day)

    @api.model
    def _format_integer(self, number):
        lang = self.env["res.lang"]._get_data(code=self.env.lang or "en_US")
        if not lang:
            return str(number)
        return self.env["res.lang"].browse(lang.id).format("%d", number, grouping=True)
