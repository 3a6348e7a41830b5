import logging

from odoo import api, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

_logger = logging.getLogger(__name__)

# How often one record is tried in one run when others write its rows, too.
MOST_TRIES = 3


class SupportCron(models.AbstractModel):
    """Work on many records by the clock, each in a transaction of its own."""

    _name = "support.cron"
    _description = "Support Scheduled Work"

    @api.model
    def _begin(self, count):
        """Say how many records there are."""
        return self.env["ir.cron"]._commit_progress(remaining=count)

    @api.model
    def _run_each(self, records, verb):
        """Call a method on each record and commit; one that fails keeps no other.

        Odoo retries what users do, but not what the clock does: here a record whose
        rows others write at the same moment is tried again at once, a few times. What
        fails is logged and left for the next run, which finds it again because its
        method changed nothing.

        :param verb: name of a method without parameters
        :return: whether there is time for more
        """
        cron = self.env["ir.cron"]
        progress = self.env["ir.cron.progress"].browse(
            self.env.context.get("ir_cron_progress_id")
        )
        for record in records:
            if self._run_one(record, verb):
                left = cron._commit_progress(1)
            else:
                # Not done, but not to be begun again before the next run either.
                remaining = max(progress.sudo().remaining - 1, 0)
                left = cron._commit_progress(remaining=remaining)
            if not left:
                return False
        return True

    @api.model
    def _run_one(self, record, verb):
        """Run one record; return whether it was done."""
        for _attempt in range(MOST_TRIES):
            try:
                getattr(record, verb)()
                self.env.flush_all()
                return True
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY as error:
                self.env.cr.rollback()
                _logger.info("%s %s: %s: again", record, verb, type(error).__name__)
            except Exception:
                self.env.cr.rollback()
                _logger.exception("%s: %s failed", record, verb)
                return False
        _logger.info("%s %s: left for the next run", record, verb)
        return False
