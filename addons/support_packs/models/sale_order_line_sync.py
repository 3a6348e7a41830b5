import logging

from odoo import api, models
from odoo.fields import Domain

_logger = logging.getLogger(__name__)

# Lines looked at together: so many cost as few queries as one.
BATCH_SIZE = 500
# Where a sweep that ran out of time goes on.
POSITION_PARAMETER = "support_packs.sync_position"


class SaleOrderLine(models.Model):
    """The hourly sweep: it finds the lines that a hook missed."""

    _inherit = "sale.order.line"

    @api.model
    def _cron_sync_support_packs(self):
        """Look at all lines that sell packs, in batches; mend those that disagree.

        Payments without journal entry, imports and SQL pass no hook. A sweep that runs
        out of time goes on from there with the next run.
        """
        # sudo: all companies; every line is judged by its own facts.
        lines = self.sudo().with_context(active_test=False)
        parameters = self.env["ir.config_parameter"].sudo()
        cron = self.env["ir.cron"]
        start = position = int(parameters.get_param(POSITION_PARAMETER) or 0)
        domain = self._get_support_sync_domain()
        remaining = lines.search_count(domain & Domain("id", ">", position))
        cron._commit_progress(remaining=remaining)
        while batch := lines.search(
            domain & Domain("id", ">", position), order="id", limit=BATCH_SIZE
        ):
            position = batch[-1].id
            batch._mend_support_packs()
            self.env.invalidate_all()
            in_time = cron._commit_progress(len(batch))
            if not in_time and lines.search(
                domain & Domain("id", ">", position), limit=1
            ):
                parameters.set_param(POSITION_PARAMETER, position)
                return
        if start:
            parameters.set_param(POSITION_PARAMETER, 0)
        cron._commit_progress(remaining=0)

    @api.model
    def _get_support_sync_domain(self):
        """Return which lines the sweep looks at: they have packs, or should have."""
        return Domain("display_type", "=", False) & (
            Domain("support_pack_ids", "!=", False)
            | (
                Domain("state", "=", "sale")
                & Domain("product_id.support_is_pack", "=", True)
            )
        )

    def _is_support_sync_due(self):
        """Whether the line is the suite's at all.

        What was sold before its product was a pack is nobody's pack: a product that
        becomes one does not grant its whole past.
        """
        self.ensure_one()
        since = self.product_id.support_pack_since
        sold = self.order_id.date_order
        return bool(self.support_pack_ids or (since and sold and sold >= since))

    def _mend_support_packs(self):
        """Synchronise the lines that disagree, each for itself.

        One that fails is logged, tried again with the next run, and keeps none of the
        others.
        """
        runner = self.env["support.cron"]
        for line in self.browse(self._find_support_disagreements()):
            runner._run_one(line, "_sync_support_packs")

    def _find_support_disagreements(self):
        """Return the ids of the lines whose packs are not what the facts say.

        Facts that make no sense are logged, and keep none of the other lines.
        """
        found = []
        for line in self:
            try:
                if line._is_support_sync_due() and not line._is_support_synced():
                    found.append(line.id)
            except Exception:
                self.env.cr.rollback()
                _logger.exception("Order line %s cannot be judged", line.id)
        return found
