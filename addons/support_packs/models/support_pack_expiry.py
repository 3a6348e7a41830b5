from datetime import datetime

from odoo import api, fields, models
from odoo.tools import SQL

from ..engine import expiry

# Packs whose validity still runs: the others keep the end that they had.
RUNNING_STATES = ("active", "suspended", "exhausted")


class SupportPack(models.Model):
    """The validity of a pack: until when it is good, and what comes after.

    ``date_end`` is stored, so that the draw and the lists can sort by it, and follows
    what it depends on: the last use of the service, the holds of the account, the
    extensions of the pack. Draws, holds and extensions only move it later, a return
    only earlier.
    """

    _inherit = "support.pack"

    def _get_days_left(self):
        """Return the days until the last day of validity; ``None`` without an end.

        0 on the last day itself, negative afterwards; in the support time zone.
        """
        self.ensure_one()
        if not self.date_end:
            return None
        # sudo: a client reads the pack, not the settings of the company.
        return (self.date_end - self.sudo().company_id.support_local_date()).days

    def _is_over(self):
        """Whether the validity ended and the days for late work have passed.

        Nothing is over while a manual hold of the account is open.
        """
        self.ensure_one()
        limit = self.company_id._support_late_work_limit()
        if not self.date_end or self.date_end >= limit:
            return False
        return not self.account_id._is_clock_stopped()

    # === EXPIRING === #

    def _expire(self, date=None):
        """Post what is left of packs whose validity is over, and close them.

        :param date: naive UTC datetime of the entry; default: the end of the last day,
            or when the pack last moved, if that was later
        """
        for pack in self:
            if pack.balance:
                pack._post(
                    -pack.balance, "expiry", date=date or pack._get_expiry_moment()
                )
            pack._set_state("expired")

    def _get_expiry_moment(self):
        """Return when what is left expired: never before something that was there.

        What went back during the days for late work expires after it went back.
        """
        self.ensure_one()
        end = expiry.end_of_day_utc(self.date_end, self.company_id.support_tz)
        [[last]] = self.env["support.ledger.entry"]._read_group(
            [("pack_id", "=", self.id)], aggregates=["date:max"]
        )
        return max(end, last or end)

    def _take_back(self, quantity, entry, **values):
        """Give units back that ``entry`` drew; they keep the expiry they had.

        Whoever calls it goes on with :meth:`_follow_return`.
        """
        self.ensure_one()
        self._post(quantity, "return", returned_entry_id=entry.id, **values)

    # === FOLLOWING === #

    @api.model
    def _follow_draw(self, ids):
        """Restart the packs of an account that count from the last use.

        :param ids: packs of one account that were just drawn on; nothing is asked of
            the database unless one of them is of that kind
        """
        drawn = self.browse(ids).filtered(lambda pack: pack.expiry_kind == "last_use")
        if drawn:
            drawn.account_id._move_ends(("last_use",))

    @api.model
    def _follow_return(self, ids):
        """Restore the earlier end, and expire again at once what is over by it.

        :param ids: packs of one account that were just given something back
        """
        # What came back to a pack whose sale is void goes out again, whatever its end.
        packs = self.browse(ids).filtered(lambda pack: not pack._take_out_returned())
        used = packs.filtered(lambda pack: pack.expiry_kind == "last_use")
        if used:
            packs |= used.account_id._move_ends(("last_use",), earlier=True)
        # Now, too: in the statement it follows the return, not the last day.
        packs.filtered(
            lambda pack: (
                pack.state == "expired"
                or (pack.state in ("active", "suspended") and pack._is_over())
            )
        )._expire(date=fields.Datetime.now())

    def _follow_account(self):
        """Set the end of a pack by what happened on its account before the pack."""
        self.ensure_one()
        if self.expiry_kind != "none":
            self.account_id._move_ends((self.expiry_kind,))

    # === CRON === #

    @api.model
    def _cron_expire(self):
        """Move the packs that a hold keeps, and expire those whose validity ended,
        after the days for late work.

        Each record in a transaction of its own: see :meth:`support.cron._run_each`.
        """
        accounts = self.env["support.account"]._search_moved_by_holds()
        packs = self._search_over()
        runner = self.env["support.cron"]
        runner._begin(len(accounts) + len(packs))
        if runner._run_each(accounts, "_move_ends_by_holds"):
            runner._run_each(packs, "_expire_if_over")

    @api.model
    def _search_over(self):
        packs = self.browse()
        stopping = self.env["support.hold"]._get_stopping_domain()
        # All companies, with their own day each; there are few.
        companies = self.env["res.company"].search([])  # pylint: disable=no-search-all
        for company in companies:
            packs |= self.search(
                [
                    ("company_id", "=", company.id),
                    ("state", "in", ("active", "suspended")),
                    ("date_end", "<", company._support_late_work_limit()),
                    ("account_id.hold_ids", "not any", stopping),
                ]
            )
        return packs

    def _expire_if_over(self):
        """Expire the pack unless somebody used, held or extended it meanwhile."""
        self.ensure_one()
        self._follow_account()
        if self.state in ("active", "suspended") and self._is_over():
            self._expire()


class SupportAccount(models.Model):
    _inherit = "support.account"

    def _move_ends(self, kinds=("purchase", "last_use"), earlier=False):
        """Make the ends of the running packs follow uses, holds and extensions.

        One query finds out, one UPDATE writes what differs. Of two transactions that
        use the service at once, each writes the packs that the other drew on, so that
        the second one is retried and sees the first.

        :param kinds: which packs, by how they expire
        :param earlier: whether something went back: then ends only become earlier,
            else only later
        :return: the packs whose end changed
        """
        self.ensure_one()
        tz_name = self.company_id.support_tz
        today = self.company_id.support_local_date()
        now = fields.Datetime.now()
        ends = {}
        for row in self._fetch_validities(kinds):
            end = self._compute_last_day(row, tz_name, today, now)
            if end < row["date_end"] if earlier else end > row["date_end"]:
                ends[row["id"]] = end
        return self._write_ends(ends)

    def _fetch_validities(self, kinds):
        """Return what the ends of the running packs depend on, as dicts, one query.

        The last use is that of the account: the latest usage of a pack that counts
        from it, of which something is still outstanding.
        """
        for name in ("support.pack", "support.hold", "support.pack.extension"):
            self.env[name].flush_model()
        self.env.cr.execute(
            SQL(
                """
                WITH used AS (
                    SELECT e.date
                      FROM support_ledger_entry e
                      JOIN support_pack p ON p.id = e.pack_id
                     WHERE p.account_id = %(account)s
                       AND p.expiry_kind = 'last_use'
                       AND e.entry_type = 'usage'
                       AND e.quantity + COALESCE((
                           SELECT SUM(r.quantity)
                             FROM support_ledger_entry r
                            WHERE r.returned_entry_id = e.id
                           ), 0) < 0
                  ORDER BY e.date DESC
                     LIMIT 1
                ), held AS (
                    SELECT array_agg(date_start ORDER BY id) AS starts,
                           array_agg(date_end ORDER BY id) AS ends
                      FROM support_hold
                     WHERE account_id = %(account)s AND kind = 'manual'
                ), extended AS (
                    SELECT pack_id,
                           array_agg(date_new ORDER BY id) AS days,
                           array_agg(date ORDER BY id) AS moments
                      FROM support_pack_extension
                     WHERE account_id = %(account)s
                  GROUP BY pack_id
                )
                SELECT p.id, p.expiry_kind, p.expiry_months, p.date_start, p.date_end,
                       (SELECT date FROM used) AS used, held.starts, held.ends,
                       extended.days, extended.moments
                  FROM support_pack p
                 CROSS JOIN held
                  LEFT JOIN extended ON extended.pack_id = p.id
                 WHERE p.account_id = %(account)s
                   AND p.expiry_kind IN %(kinds)s
                   AND p.state IN %(states)s
                   AND p.date_end IS NOT NULL
                """,
                account=self.id,
                kinds=tuple(kinds),
                states=RUNNING_STATES,
            )
        )
        return self.env.cr.dictfetchall()

    @api.model
    def _compute_last_day(self, row, tz_name, today, now):
        """Return the last day of one pack of :meth:`_fetch_validities`."""
        holds = list(zip(row["starts"] or (), row["ends"] or (), strict=True))
        used_on = row["used"] and expiry.local_date(row["used"], tz_name)
        is_held = any(start <= now < (end or datetime.max) for start, end in holds)
        if used_on and used_on > row["date_end"] and not is_held:
            # It was over when the service was last used: that does not bring it back.
            return row["date_end"]
        return expiry.last_day(
            row["expiry_kind"],
            row["expiry_months"],
            row["date_start"],
            today=today,
            last_used_on=used_on,
            holds=[
                expiry.hold_span(start, end, tz_name)
                for start, end in holds
                if start <= now
            ],
            extensions=[
                (day, expiry.local_date(moment, tz_name))
                for day, moment in zip(
                    row["days"] or (), row["moments"] or (), strict=True
                )
            ],
        )

    def _write_ends(self, ends):
        """Write the ends, ``{pack id: date}``, in one UPDATE; return the packs."""
        packs = self.env["support.pack"].browse(sorted(ends))
        if not packs:
            return packs
        self.env.cr.execute(
            SQL(
                """
                UPDATE support_pack p
                   SET date_end = v.date_end,
                       write_uid = %(uid)s,
                       write_date = now() AT TIME ZONE 'UTC'
                  FROM unnest(%(ids)s::int[], %(ends)s::date[]) AS v (id, date_end)
                 WHERE p.id = v.id
                """,
                uid=self.env.uid,
                ids=packs.ids,
                ends=[ends[pack.id] for pack in packs],
            )
        )
        packs.invalidate_recordset(["date_end", "write_uid", "write_date"])
        # SQL tells nobody: the next expiry and the order of the packs are stale too.
        self.invalidate_recordset(["pack_ids", "next_expiry"], flush=False)
        return packs
