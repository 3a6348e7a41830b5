import logging

from odoo import api, models
from odoo.service.model import retrying

_logger = logging.getLogger(__name__)


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

        What failed counts as seen, so that it is not begun again at once; the next run
        finds it, because its method changed nothing.

        :param verb: name of a method without parameters
        :return: whether there is time for more
        """
        cron = self.env["ir.cron"]
        for record in records:
            self._run_one(record, verb)
            if not cron._commit_progress(1):
                return False
        return True

    @api.model
    def _run_one(self, record, verb):
        """Run one record in a transaction of its own; log it if it fails.

        Odoo retries what users do when others write the same rows, but not what the
        clock does: so it is asked to.
        """
        try:
            retrying(getattr(record, verb), self.env)
        except Exception:
            self.env.cr.rollback()
            self.env.invalidate_all()
            _logger.exception("%s: %s failed", record, verb)
