from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError


class SupportTimerStop(models.TransientModel):
    """Says what was done while a timer ran, and makes a work entry of it.

    Nothing is required but when it is logged: who discards the time says nothing.
    """

    _name = "support.timer.stop"
    _description = "Stop Support Timer"

    timer_id = fields.Many2one("support.timer", readonly=True, ondelete="set null")
    ticket_id = fields.Many2one(
        "helpdesk.ticket", compute="_compute_from_timer", readonly=True
    )
    started_at = fields.Datetime(compute="_compute_from_timer")
    # As of when the wizard was opened, whenever it is confirmed.
    is_forgotten = fields.Boolean(
        compute="_compute_minutes", store=True, precompute=True
    )
    minutes = fields.Integer(
        compute="_compute_minutes",
        store=True,
        precompute=True,
        readonly=False,
        help="Whole minutes, rounded up. Correct them if you did something else.",
    )
    name = fields.Char(string="Description", help="What was done. The client reads it.")
    billable = fields.Boolean(default=True)

    @api.depends("timer_id")
    def _compute_from_timer(self):
        for wizard in self:
            timer = wizard.timer_id
            wizard.ticket_id = timer.ticket_id
            wizard.started_at = timer.started_at

    @api.depends("timer_id")
    def _compute_minutes(self):
        """Nobody knows the minutes of a timer that was forgotten: they are asked."""
        for wizard in self:
            timer = wizard.timer_id
            wizard.is_forgotten = timer._is_forgotten()
            wizard.minutes = 0 if wizard.is_forgotten else timer._get_minutes()

    def action_log(self):
        """Log the work, dated when it was started, and stop the timer.

        :raise ValidationError: naming the field that is missing
        """
        self.ensure_one()
        self._check_own_timer()
        timer = self.timer_id.exists()
        if timer:
            self._check_complete()
            works = self._prepare_works()
            if timer._stop():
                self.env["support.work"].create(works)
        # Stopped before, in another tab: logged once, and nothing more to do.
        return {"type": "ir.actions.act_window_close"}

    def action_discard(self):
        """Forget the time: nothing is logged."""
        self.ensure_one()
        self._check_own_timer()
        self.timer_id.exists().action_discard()
        return {"type": "ir.actions.act_window_close"}

    def _check_own_timer(self):
        """The work would be logged as the reader's own."""
        timer = self.timer_id.exists()
        if timer and timer.user_id != self.env.user:
            raise AccessError(self.env._("This is the timer of somebody else."))

    def _check_complete(self):
        if self.minutes <= 0:
            raise ValidationError(
                self.env._("Minutes: say how many minutes you worked, at least 1.")
            )
        if not (self.name or "").strip():
            raise ValidationError(
                self.env._("Description: say what was done. The client reads it.")
            )

    def _prepare_works(self):
        """Return the values of the work entries: one, but add-ons may part it."""
        return [self._prepare_work()]

    def _prepare_work(self):
        return {
            "ticket_id": self.ticket_id.id,
            "user_id": self.env.uid,
            "date": self.started_at,
            "minutes": self.minutes,
            "name": self.name.strip(),
            "billable": self.billable,
        }
