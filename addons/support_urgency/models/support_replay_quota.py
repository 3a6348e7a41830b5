import logging

from odoo import api, models
from odoo.tools import SQL

_logger = logging.getLogger(__name__)


class SupportReplay(models.AbstractModel):
    """The nightly proof of the quotas: what was used is what the entries say."""

    _inherit = "support.replay"

    @api.model
    def _cron_replay(self):
        for quota, found in self._find_suspect_quotas().items():
            self._report_quota(quota, found)
        return super()._cron_replay()

    def _find_suspect_quotas(self):
        """Return quotas that do not agree with the ledger: ``{quota: sum of entries}``.

        Or whose entries are of another pack, or came back to another slot than they
        were drawn from. One query for all, however many.
        """
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT quota.id, coalesce(ledger.used, 0)
                  FROM support_pack_quota quota
             LEFT JOIN (SELECT entry.quota_id,
                               -sum(entry.quantity) AS used,
                               bool_or(slot.pack_id <> entry.pack_id
                                   OR origin.quota_id IS DISTINCT FROM entry.quota_id
                                  AND origin.id IS NOT NULL) AS misplaced
                          FROM support_ledger_entry entry
                          JOIN support_pack_quota slot ON slot.id = entry.quota_id
                     LEFT JOIN support_ledger_entry origin
                            ON origin.id = entry.returned_entry_id
                      GROUP BY entry.quota_id) ledger ON ledger.quota_id = quota.id
                 WHERE quota.used <> coalesce(ledger.used, 0) OR ledger.misplaced
              ORDER BY quota.id
                """
            )
        )
        # sudo: all companies, whoever starts the job.
        quotas = self.env["support.pack.quota"].sudo()
        return {quotas.browse(quota_id): int(used) for quota_id, used in rows}

    def _report_quota(self, quota, found):
        _logger.warning(
            "Support ledger: quota %s (id %s) has served %s, its entries come to %s",
            quota.display_name,
            quota.id,
            quota.used,
            found,
        )
        self._schedule(
            quota.account_id,
            "support_pack_id",
            quota.pack_id,
            "_explain_quota",
            (quota, found),
        )

    def _explain_quota(self, pack, found):
        quota, used = found
        return " ".join(
            [
                self.env._(
                    "%(quota)s says that %(used)s tickets were served, but its "
                    "movements come to %(sum)s.",
                    quota=quota.display_name,
                    used=quota.used,
                    sum=used,
                ),
                self._get_advice(),
            ]
        )
