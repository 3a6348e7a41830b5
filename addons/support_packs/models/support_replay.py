import logging

import psycopg2.extensions

from odoo import api, fields, models
from odoo.tools import SQL

from ..engine import journal

_logger = logging.getLogger(__name__)

# Packs whose entries are read together, between two commits.
BATCH = 500


class SupportReplay(models.AbstractModel):
    """The nightly proof: every balance is recomputed from the ledger.

    It reports each difference and corrects none: what is wrong with a ledger is for
    people to find out. Reports are one line in the log and one activity on the
    account, until somebody closes it.
    """

    _name = "support.replay"
    _description = "Support Ledger Check"

    @api.model
    def _cron_replay(self):
        """Check the sums of all packs and charges, and replay packs that moved."""
        suspects = self._find_suspect_packs()
        moved = self._find_moved_packs() - suspects
        charges = self._find_suspect_charges()
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=len(suspects) + len(moved) + len(charges))
        for charge in charges:
            self._report_charge(charge)
            if not cron._commit_progress(1):
                return
        todo = suspects + moved
        for start in range(0, len(todo), BATCH):
            batch = todo[start : start + BATCH]
            self._check_packs(batch)
            if not cron._commit_progress(len(batch)):
                return

    # === FINDING === #

    def _find_suspect_packs(self):
        """Return the packs whose balance or counter is not what the entries say.

        One query for all packs, however many.
        """
        return self._find(
            "support.pack",
            SQL(
                """
                SELECT pack.id
                  FROM support_pack pack
             LEFT JOIN (SELECT pack_id, sum(quantity) AS balance, count(*) AS entries,
                               max(sequence) AS last
                          FROM support_ledger_entry
                      GROUP BY pack_id) ledger ON ledger.pack_id = pack.id
                 WHERE pack.balance <> coalesce(ledger.balance, 0)
                    OR pack.entry_seq <> coalesce(ledger.entries, 0)
                    OR pack.entry_seq <> coalesce(ledger.last, 0)
              ORDER BY pack.id
                """
            ),
        )

    def _find_moved_packs(self):
        """Return the packs with entries that no replay has read yet."""
        return self._find(
            "support.pack",
            SQL(
                "SELECT id FROM support_pack "
                "WHERE entry_seq <> coalesce(replayed_seq, 0) ORDER BY id"
            ),
        )

    def _find_suspect_charges(self):
        """Return the charges of which packs did not pay what the charge says."""
        return self._find(
            "support.charge",
            SQL(
                """
                SELECT charge.id
                  FROM support_charge charge
             LEFT JOIN (SELECT charge_id, -sum(quantity) AS paid
                          FROM support_ledger_entry
                         WHERE charge_id IS NOT NULL
                      GROUP BY charge_id) ledger ON ledger.charge_id = charge.id
                 WHERE charge.covered <> coalesce(ledger.paid, 0)
                    OR charge.covered + charge.uncovered <> charge.quantity
              ORDER BY charge.id
                """
            ),
        )

    def _find(self, model, query):
        self.env.flush_all()
        ids = [row[0] for row in self.env.execute_query(query)]
        # sudo: all companies, whoever starts the job.
        return self.env[model].sudo().browse(ids)

    # === CHECKING === #

    def _check_packs(self, packs):
        """Replay packs, report what is wrong, and remember how far each was read."""
        entries = self._read_entries(packs)
        for pack in packs:
            replay = journal.replay(entries.get(pack.id, ()), pack.granted)
            if replay.balance != pack.balance or replay.problems:
                self._report_pack(pack, replay)
        self._remember(packs)

    def _read_entries(self, packs):
        """Return ``{pack id: [journal.Entry]}`` in posting order; one query."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT pack_id, sequence, entry_type, quantity, balance_after
                  FROM support_ledger_entry
                 WHERE pack_id IN %s
              ORDER BY pack_id, sequence, id
                """,
                tuple(packs.ids),
            )
        )
        entries = {}
        for pack_id, *values in rows:
            entries.setdefault(pack_id, []).append(journal.Entry(*values))
        return entries

    def _remember(self, packs):
        """Note up to which entry the packs were read.

        A pack that moves at this very moment is simply read again tomorrow: this
        update then fails, or waits in a circle and gives way.
        """
        try:
            with self.env.cr.savepoint():
                self.env.cr.execute(
                    SQL(
                        "UPDATE support_pack SET replayed_seq = entry_seq "
                        "WHERE id IN %s AND replayed_seq IS DISTINCT FROM entry_seq",
                        tuple(packs.ids),
                    ),
                    log_exceptions=False,
                )
        except psycopg2.extensions.TransactionRollbackError:
            _logger.info("Support ledger: packs moved during the check; read again")
        packs.invalidate_recordset(["replayed_seq"])

    # === REPORTING === #

    def _report_pack(self, pack, replay):
        """Say in the log and to a manager what is wrong with a pack."""
        _logger.warning(
            "Support ledger: pack %s (id %s) holds %s, its entries come to %s "
            "(difference %s); problems: %s",
            pack.name,
            pack.id,
            pack.balance,
            replay.balance,
            pack.balance - replay.balance,
            [(p.sequence, p.code, dict(p.values)) for p in replay.problems],
        )
        self._schedule(
            pack.account_id, "support_pack_id", pack, "_explain_pack", replay
        )

    def _report_charge(self, charge):
        paid = -sum(charge.entry_ids.mapped("quantity"))
        _logger.warning(
            "Support ledger: charge %s of ticket %s: quantity %s, covered %s, "
            "uncovered %s; its entries come to %s",
            charge.id,
            charge.ticket_id.number,
            charge.quantity,
            charge.covered,
            charge.uncovered,
            paid,
        )
        self._schedule(
            charge.account_id, "support_charge_id", charge, "_explain_charge", paid
        )

    def _schedule(self, account, field_name, record, explain, found):
        """Plan an activity for a manager, unless one about the record is open.

        :param explain: name of the method that says what was found
        """
        activities = self.env["mail.activity"].sudo()
        manager = self._get_manager(account.company_id)
        if not manager or activities.search_count([(field_name, "=", record.id)]):
            return
        # In the words of who reads it.
        words = self.with_context(lang=manager.lang)
        account.with_context(lang=manager.lang).activity_schedule(
            "mail.mail_activity_data_todo",
            summary=words.env._("Support ledger: %s", record.display_name),
            note=getattr(words, explain)(record, found),
            user_id=manager.id,
            **{field_name: record.id},
        )

    def _get_manager(self, company):
        """Return the first helpdesk manager of the company, or none."""
        group = self.env.ref("helpdesk_mgmt.group_helpdesk_manager")
        managers = self.env["res.users"].sudo()
        return managers.search(
            [
                ("all_group_ids", "in", group.ids),
                ("company_ids", "in", company.ids),
                ("share", "=", False),
            ],
            order="id",
            limit=1,
        )

    def _explain_pack(self, pack, replay):
        quantity = self.env["support.explanation"].format_quantity
        text = self.env._(
            "%(pack)s holds %(balance)s, but its movements come to %(sum)s.",
            pack=pack.name,
            balance=quantity(pack.balance, pack.unit),
            sum=quantity(replay.balance, pack.unit),
        )
        places = sorted({problem.sequence for problem in replay.problems})
        if places:
            text += " " + self.env._(
                "Movements that do not fit: %s.", ", ".join(map(str, places))
            )
        return text + " " + self._get_advice()

    def _explain_charge(self, charge, paid):
        quantity = self.env["support.explanation"].format_quantity
        return " ".join(
            [
                self.env._(
                    "The charge of %(ticket)s is %(quantity)s, of which packs paid "
                    "%(covered)s and did not cover %(uncovered)s; but its movements "
                    "come to %(sum)s.",
                    ticket=charge.display_name,
                    quantity=quantity(charge.quantity, charge.unit),
                    covered=quantity(charge.covered, charge.unit),
                    uncovered=quantity(charge.uncovered, charge.unit),
                    sum=quantity(paid, charge.unit),
                ),
                self._get_advice(),
            ]
        )

    def _get_advice(self):
        return self.env._(
            "Nothing was corrected. Somebody changed the database by other means than "
            "the support suite: ask who administers it, before this client is "
            "invoiced."
        )


class SupportPack(models.Model):
    _inherit = "support.pack"

    replayed_seq = fields.Integer(
        readonly=True,
        copy=False,
        groups="base.group_system",
        help="Up to which entry the nightly check has read the ledger.",
    )


class SupportAccount(models.Model):
    _inherit = "support.account"

    # Core leaves these to everybody, but not what they are computed from: clients, who
    # read accounts, would get an error.
    activity_type_icon = fields.Char(groups="base.group_user")
    activity_exception_decoration = fields.Selection(groups="base.group_user")
    activity_exception_icon = fields.Char(groups="base.group_user")


class MailActivity(models.Model):
    _inherit = "mail.activity"

    support_pack_id = fields.Many2one(
        "support.pack",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
        groups="helpdesk_mgmt.group_helpdesk_user_own",
        help="The pack that the nightly check of the ledger complains of.",
    )
    support_charge_id = fields.Many2one(
        "support.charge",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
        groups="helpdesk_mgmt.group_helpdesk_user_own",
        help="The charge that the nightly check of the ledger complains of.",
    )
