from odoo import api, fields, models

from ..engine import targets

# From here on the leader of the team is told as well.
LEADER_PERCENT = 90


class SupportTarget(models.Model):
    """Who works on a ticket is warned before a target is missed, once at each share of
    the time; if several went by at once, of the last one."""

    _inherit = "support.target"

    @api.model
    def _cron_warn(self):
        """Warn of the targets whose time has come."""
        due = self.search([("warn_at", "<=", fields.Datetime.now())], order="warn_at")
        runner = self.env["support.cron"]
        runner._begin(len(due))
        runner._run_each(due, "_warn")

    @api.model
    def _cron_plan(self):
        """Plan open targets again: a holiday may have been entered since."""
        found = self.search([("reached_at", "=", False), ("stopped_at", "=", False)])
        runner = self.env["support.cron"]
        runner._begin(len(found))
        runner._run_each(found, "_plan_again")

    def _plan_again(self):
        self._plan()
        for ticket in self.ticket_id:
            ticket._note_support_due()

    def _warn(self):
        """Tell whom it concerns, and note it in the same transaction: so it is told
        once, whatever happens in between."""
        self.ensure_one()
        now = fields.Datetime.now()
        if not self.warn_at or self.warn_at > now or self._get_end():
            return
        percents = self.ticket_id._get_support_target_policy()._get_target_percents()
        hours, pauses = self._get_hours(), self._get_pauses()
        times = {
            percent: targets.moment_at(
                hours, self.reading, self.started_at, self.due, percent, pauses
            )
            for percent in percents
            if percent > self.warned_percent
        }
        passed = [percent for percent, moment in times.items() if moment <= now]
        if passed:
            self.warned_percent = max(passed)
            self._post_warning()
        self.warn_at = self._get_warning_time(hours, pauses, percents)

    def _get_warned_users(self):
        """Return who is told: the assignee, near the end the leader of the team too;
        the leader alone where nobody is assigned."""
        ticket = self.ticket_id
        leader = ticket.team_id.user_id
        if self.warned_percent >= LEADER_PERCENT or not ticket.user_id:
            return ticket.user_id | leader
        return ticket.user_id

    def _post_warning(self):
        """Leave a note on the ticket, which clients do not read."""
        users = self._get_warned_users()
        lang = users[:1].lang or self.env.lang
        target = self.with_context(lang=lang)
        target.ticket_id.message_post(
            body=target._describe_warning(),
            subtype_xmlid="mail.mt_note",
            partner_ids=users.partner_id.ids,
            force_send=False,
        )

    def _describe_warning(self):
        """Return the warning in the language of the environment."""
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        words = self.env["support.explanation"]
        return self.env._(
            "%(target)s: %(percent)s %% of the time is over. Due on %(due)s (promised: "
            "%(promise)s).",
            target=kinds[self.kind],
            percent=self.warned_percent,
            due=words.format_moment(self.due, self.company_id),
            promise=self._explain_promise(),
        )
