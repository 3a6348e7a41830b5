import logging

import psycopg2

from odoo import api, fields, models
from odoo.tools import SQL, split_every

_logger = logging.getLogger(__name__)

# Accounts that are looked at together, between two commits.
BATCH = 500


class SupportAccount(models.Model):
    """Finds, by the clock, whose balance moved, and tells who must know.

    Nothing of it happens while something is posted: the debit writes what it writes
    anyway, and a broken template cannot keep it from being made.
    """

    _inherit = "support.account"

    balance_watch_moves = fields.Integer(
        readonly=True,
        copy=False,
        groups="base.group_system",
        help="How many movements the packs had made when the balance was last looked "
        "at.",
    )

    # === FINDING === #

    @api.model
    def _cron_watch_balances(self):
        """Tell of balances that came to a threshold, and of tickets that were solved.

        Each account in a transaction of its own; whoever runs it twice, or at the same
        time, tells nothing twice.
        """
        moved = self._search_moved()
        solved = self.env["support.charge"]._search_untold().account_id
        runner = self.env["support.cron"]
        runner._begin(len(moved | solved))
        due = self.browse()
        for ids in split_every(BATCH, (moved - solved).ids):
            batch = self.browse(ids)
            found = batch._find_due()
            due |= found
            runner._run_one(batch - found, "_mark_watched")
            if not self.env["ir.cron"]._commit_progress(len(batch - found)):
                break
        told = self.env["mail.mail"].sudo().search([], order="id desc", limit=1)
        runner._run_each(solved | due, "_tell_balance")
        self._trigger_mail_queue(told)

    @api.model
    def _search_moved(self):
        """Return the accounts whose packs moved since they were last looked at.

        The counters of the packs only grow, and the debit's own UPDATE counts. Unlike
        the ids or dates of entries they miss nothing that is committed late.
        """
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT a.id
                  FROM support_account a
                  JOIN support_policy y ON y.id = a.policy_id
                  JOIN support_pack p ON p.account_id = a.id
                 WHERE a.active AND y.alert_thresholds <> ''
              GROUP BY a.id
                HAVING SUM(p.entry_seq) IS DISTINCT FROM a.balance_watch_moves
              ORDER BY a.id
                """
            )
        )
        # sudo: all companies, whoever starts the job.
        return self.sudo().browse(row[0] for row in rows)

    def _find_due(self):
        """Return those of the accounts that something is to be told about."""
        return self.browse(row["account_id"] for row in self._get_due_alerts())

    def _mark_watched(self):
        """Remember that the packs were looked at as they are now; one query."""
        if not self:
            return
        self.env.cr.execute(
            SQL(
                """
                UPDATE support_account a
                   SET balance_watch_moves = moved.moves
                  FROM (SELECT account_id, SUM(entry_seq) AS moves
                          FROM support_pack
                         WHERE account_id IN %s
                      GROUP BY account_id) moved
                 WHERE a.id = moved.account_id
                   AND a.balance_watch_moves IS DISTINCT FROM moved.moves
                """,
                tuple(self.ids),
            )
        )
        self.invalidate_recordset(["balance_watch_moves"])

    @api.model
    def _trigger_mail_queue(self, last):
        """Have the queue send soon what was queued after ``last``."""
        mails = self.env["mail.mail"].sudo()
        if mails.search_count([("id", ">", last.id or 0)], limit=1):
            queue = self.env.ref(
                "mail.ir_cron_mail_scheduler_action", raise_if_not_found=False
            )
            if queue:
                queue.sudo()._trigger()

    # === TELLING === #

    def _tell_balance(self):
        """Send what is due of one account: one mail for each event.

        The message about the ticket that was solved last carries the alert, if there
        is one. What is sent is rendered before it is noted, so what is due is what it
        is about.
        """
        self.ensure_one()
        [carrier, *others] = self._get_untold_charges() or [None]
        self._tell_alerts(carrier)
        for charge in others:
            charge._tell_client()
        self._mark_watched()

    def _get_untold_charges(self):
        """Return the charges to tell of, the ticket that was solved last first."""
        charges = self.env["support.charge"]._search_untold(self)
        return charges.sorted(
            lambda charge: (charge.ticket_id.last_stage_update, charge.id),
            reverse=True,
        )

    def _tell_alerts(self, carrier=None):
        """Alert of the thresholds that are due, once in this depletion.

        :param carrier: a support.charge whose message is due: it carries the alert
        """
        self.ensure_one()
        due = self._get_due_alerts()
        if carrier:
            email = carrier._tell_client()
        elif due:
            email = self._mail_alert()
        if not due:
            return
        ticket = (carrier or self.env["support.charge"]).ticket_id
        for row in due:
            self.env["support.balance.alert"]._record(row, email, ticket)
        self.invalidate_recordset(["balance_alert_ids"])
        expiring = self._note_expiry_told(email)
        self._tell_salesperson_of_alerts(due, email, expiring)

    def _mail_alert(self):
        """Queue the mail about the balance; return its address, or False."""
        self.ensure_one()
        email = self.partner_id.email or False
        if email and not self._queue_mail("mail_template_balance_alert", self):
            return False
        return email

    def _note_expiry_told(self, email):
        """Note packs whose end is to be announced: the mail lists them with it.

        :return: those packs; the notice of expiry is not sent for them
        """
        self.ensure_one()
        if not email or self._is_clock_stopped():
            return self.env["support.pack"]
        packs = self.pack_ids._filter_to_announce()
        self._note_announced(packs, email)
        return packs

    def _notify_expiry(self):
        """Alerts that are due go first: they may say what a notice would."""
        self.ensure_one()
        self._tell_balance()
        return super()._notify_expiry()

    def _queue_mail(self, name, record):
        """Queue a mail of ours about a record; a broken template tells nobody twice.

        :param name: of the mail template; with the add-on's in front where it is
            not one of packs
        :return: whether it was queued
        """
        xmlid = name if "." in name else f"support_packs.{name}"
        template = self.env.ref(xmlid, raise_if_not_found=False)
        if not template:
            _logger.warning("The mail template %s is missing", xmlid)
            return False
        try:
            with self.env.cr.savepoint():
                template.with_company(self.company_id).send_mail(
                    record.id,
                    force_send=False,
                    email_layout_xmlid="mail.mail_notification_light",
                )
        except psycopg2.Error:
            # Of the transaction, not of the template: it is run again.
            raise
        except Exception:
            _logger.exception("%s: the mail %s could not be made", record, name)
            return False
        return True
