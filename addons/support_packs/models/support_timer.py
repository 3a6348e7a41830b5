from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..tools import insert_once

TECHNICIAN = "helpdesk_mgmt.group_helpdesk_user_own"
# After so many hours somebody forgot to stop: nobody worked that long.
FORGOTTEN_HOURS = 16


class SupportTimer(models.Model):
    """Somebody works on a ticket since then. Stopping it makes a work entry of it.

    It is started and ends by verbs only: it is never edited, so that whoever may not
    start work does not get around that by moving a timer.
    """

    _name = "support.timer"
    _description = "Support Timer"
    _order = "started_at, id"
    _rec_name = "ticket_id"

    ticket_id = fields.Many2one(
        "helpdesk.ticket", required=True, readonly=True, index=True, ondelete="cascade"
    )
    user_id = fields.Many2one(
        "res.users",
        string="Technician",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    started_at = fields.Datetime(string="Started", required=True, readonly=True)
    account_id = fields.Many2one(
        related="ticket_id.support_account_id", string="Client"
    )
    minutes = fields.Integer(
        string="So far (min)",
        compute="_compute_minutes",
        help="Whole minutes since it was started, rounded up, at least 1.",
    )
    is_forgotten = fields.Boolean(compute="_compute_minutes")

    _ticket_user_unique = models.UniqueIndex(
        "(ticket_id, user_id)", "This timer is running already."
    )

    @api.depends("started_at")
    def _compute_minutes(self):
        for timer in self:
            timer.minutes = timer._get_minutes()
            timer.is_forgotten = timer._is_forgotten()

    def _get_minutes(self):
        """Return the whole minutes until now, rounded up, at least 1."""
        return max(-(-self._get_seconds() // 60), 1)

    def _is_forgotten(self):
        """Whether it has been running for longer than anybody works."""
        return self._get_seconds() > FORGOTTEN_HOURS * 3600

    def _get_seconds(self):
        now = fields.Datetime.now()
        return int((now - (self.started_at or now)).total_seconds())

    @api.depends("ticket_id")
    def _compute_display_name(self):
        # Who may see the timers of the team may not read each of its tickets.
        for timer in self:
            timer.display_name = timer.sudo().ticket_id.display_name

    # === ACTION METHODS === #

    def action_discard(self):
        """Forget the time without logging it."""
        self.check_access("unlink")
        self.unlink()
        return True

    # === BUSINESS METHODS === #

    @api.model
    def _start(self, tickets):
        """Start the current user's timer on tickets, where it is not running.

        Of two clicks at once the second waits for the first, and then does nothing.
        """
        tickets.flush_recordset()
        for ticket in tickets:
            values = {
                "ticket_id": ticket.id,
                "user_id": self.env.uid,
                "company_id": ticket.company_id.id,
                "started_at": fields.Datetime.now(),
            }
            insert_once(self.browse(), values, conflict=["ticket_id", "user_id"])
        tickets.invalidate_recordset(["support_timer_ids"])
        tickets.modified(["support_timer_ids"])

    def _stop(self):
        """End the timer; return whether it was still running.

        One DELETE: of two stops at once the second is retried and finds it gone, so
        that the time is logged once.
        """
        self.ensure_one()
        self.env.cr.execute(
            SQL("DELETE FROM support_timer WHERE id = %s RETURNING ticket_id", self.id)
        )
        row = self.env.cr.fetchone()
        self.invalidate_recordset()
        if row:
            ticket = self.env["helpdesk.ticket"].browse(row[0])
            ticket.invalidate_recordset(["support_timer_ids"])
            ticket.modified(["support_timer_ids"])
        return bool(row)


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    support_timer_ids = fields.One2many(
        "support.timer", "ticket_id", string="Running timers", groups=TECHNICIAN
    )
    support_timer_started_at = fields.Datetime(
        string="Your timer runs since",
        compute="_compute_support_timer",
        groups=TECHNICIAN,
    )
    support_timer_others = fields.Char(
        string="Also working on it", compute="_compute_support_timer", groups=TECHNICIAN
    )

    @api.depends("support_timer_ids")
    @api.depends_context("uid")
    def _compute_support_timer(self):
        for ticket in self:
            mine = ticket.support_timer_ids.filtered(
                lambda timer: timer.user_id == self.env.user
            )
            others = (ticket.support_timer_ids - mine).user_id
            ticket.support_timer_started_at = mine.started_at
            ticket.support_timer_others = ", ".join(others.mapped("name"))

    def action_support_stop_work(self):
        """Ask what was done since the current user started, to log it.

        :return: the wizard; closing it leaves the timer running
        """
        self.ensure_one()
        self._check_support_technician()
        self.check_access("read")
        timer = self.support_timer_ids.filtered(
            lambda timer: timer.user_id == self.env.user
        )
        if not timer:
            raise UserError(self.env._("Your timer does not run on this ticket."))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Stop work"),
            "res_model": "support.timer.stop",
            "view_mode": "form",
            "target": "new",
            "context": {"default_timer_id": timer.id},
        }
