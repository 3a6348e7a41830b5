from odoo import fields, models


class SupportTimerStop(models.TransientModel):
    """Work that was going on when its ticket became urgent becomes two entries."""

    _inherit = "support.timer.stop"

    def _prepare_works(self):
        """Part what was done before the acceptance from what was done after it.

        A minute that was begun before is normal: nobody pays a surcharge on it.
        """
        works = super()._prepare_works()
        consent = self.ticket_id._get_support_consent()
        if not consent:
            return works
        return [
            part
            for work in works
            for part in self._split_work(work, consent.accepted_at)
        ]

    def _split_work(self, work, moment):
        seconds = int((moment - work["date"]).total_seconds())
        before = -(-seconds // 60)
        if not 0 < before < work["minutes"]:
            return [work]
        # From a whole minute on, so that both together take as long as they took.
        start = fields.Datetime.add(work["date"], minutes=before)
        return [
            {**work, "minutes": before},
            {**work, "date": start, "minutes": work["minutes"] - before},
        ]
