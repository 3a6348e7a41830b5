from odoo import api, fields, models
from odoo.exceptions import ValidationError

# What a change of may change the charge.
PRICED_FIELDS = {"minutes", "billable", "date", "ticket_id"}
# In one entry: more is a slip of the keyboard.
MOST_MINUTES = 100_000


class SupportWork(models.Model):
    """Time spent on a ticket, in whole minutes, in words the client reads."""

    _name = "support.work"
    _description = "Support Work Entry"
    _order = "date desc, id desc"
    _check_company_auto = True

    ticket_id = fields.Many2one(
        "helpdesk.ticket", required=True, index=True, ondelete="restrict"
    )
    # Known before the row is written: one statement less for each entry.
    company_id = fields.Many2one(
        related="ticket_id.company_id", store=True, precompute=True, index=True
    )
    account_id = fields.Many2one(
        related="ticket_id.support_account_id",
        store=True,
        precompute=True,
        index="btree_not_null",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Technician",
        required=True,
        index=True,
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
    )
    date = fields.Datetime(required=True, index=True, default=fields.Datetime.now)
    minutes = fields.Integer(required=True)
    name = fields.Char(
        string="Description",
        required=True,
        help="What was done. The client reads it.",
    )
    billable = fields.Boolean(
        default=True, help="Work that is not billable never charges anything."
    )
    is_counted = fields.Boolean(
        string="Counts",
        compute="_compute_is_counted",
        help="Whether it counts for what the ticket costs.",
    )
    channel_id = fields.Many2one("helpdesk.ticket.channel")
    charged = fields.Integer(
        compute="_compute_charged",
        help="What this entry added to the charge of its ticket, in the order in which "
        "the work was done.",
    )
    charged_text = fields.Char(string="Added", compute="_compute_charged")
    duration_text = fields.Char(string="Time", compute="_compute_duration_text")
    is_editable = fields.Boolean(
        compute="_compute_is_editable",
        help="Whether the reader may change it: the form shows the rest as text.",
    )

    @api.depends("billable")
    def _compute_is_counted(self):
        """Add-ons, and holds, extend it."""
        for work in self:
            work.is_counted = work.billable

    @api.depends("minutes")
    @api.depends_context("lang")
    def _compute_duration_text(self):
        explanation = self.env["support.explanation"]
        for work in self:
            work.duration_text = explanation.format_hours(work.minutes)

    @api.depends("user_id")
    @api.depends_context("uid")
    def _compute_is_editable(self):
        saved = self._origin
        editable = saved._filtered_access("write")
        for work in self:
            work.is_editable = not work._origin or work._origin in editable

    @api.depends(
        "ticket_id.support_work_ids.minutes",
        "ticket_id.support_work_ids.is_counted",
        "ticket_id.support_work_ids.date",
        "ticket_id.support_charge_id.quantity",
    )
    @api.depends_context("lang")
    def _compute_charged(self):
        explanation = self.env["support.explanation"]
        shares = {}
        for ticket in self.ticket_id:
            shares.update(ticket._get_support_work_shares())
        for work in self:
            work.charged = shares.get(work._origin.id or work.id, 0)
            unit = work.ticket_id.sudo().support_charge_id.unit
            # What is being typed has added nothing yet: not “0 min”.
            saved = bool(work._origin)
            work.charged_text = (
                explanation.format_signed(work.charged, unit) if unit and saved else ""
            )

    @api.constrains("minutes")
    def _check_minutes(self):
        """In Python: a CHECK would refuse it too, but as an error in the log."""
        for work in self:
            if not 0 < work.minutes <= MOST_MINUTES:
                raise ValidationError(
                    self.env._(
                        "Minutes: a whole number from 1 to %(most)s.",
                        most=MOST_MINUTES,
                    )
                )

    @api.constrains("date", "ticket_id")
    def _check_date(self):
        """Work is recorded with its true date, which is not in the future."""
        tomorrow = fields.Datetime.add(fields.Datetime.now(), days=1)
        for work in self:
            if work.date > tomorrow:
                raise ValidationError(
                    self.env._(
                        "Date: the work “%(work)s” would be in the future.",
                        work=work.name,
                    )
                )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        works = super().create(vals_list)
        works._check_ticket_access()
        works._converge_tickets()
        return works

    def write(self, vals):
        before = self.ticket_id if "ticket_id" in vals else self.ticket_id.browse()
        res = super().write(vals)
        self._check_ticket_access()
        if "user_id" in vals:
            # Who may write only their own work does not give it to somebody else.
            self.check_access("write")
        if PRICED_FIELDS & vals.keys():
            self._converge_tickets()
            (before - self.ticket_id)._converge_support_charge()
        return res

    def unlink(self):
        tickets = self.ticket_id
        res = super().unlink()
        tickets._converge_support_charge()
        return res

    def _sorted_as_done(self):
        """Return the work in the order of its dates; what has none yet comes last."""
        last = fields.Datetime.add(fields.Datetime.now(), years=1)
        return self.sorted(lambda w: (w.date or last, not w._origin.id, w._origin.id))

    def _is_urgent(self):
        """Whether it was done urgently; add-ons that know urgencies say so."""
        self.ensure_one()
        return False

    def _differs_from_saved(self, names):
        """Whether a form shows other values of these fields than are saved."""
        self.ensure_one()
        saved = self._origin
        return not saved or any(self[name] != saved[name] for name in names)

    def _check_ticket_access(self):
        """Work is logged on tickets that one may read; the charge follows by itself."""
        self.ticket_id.check_access("read")

    def _converge_tickets(self):
        """Have the charge of each ticket follow, as of the latest work touched."""
        for ticket, works in self.grouped("ticket_id").items():
            ticket._converge_support_charge(moment=max(works.mapped("date")))
