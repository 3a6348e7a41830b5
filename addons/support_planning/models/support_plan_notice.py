from collections import defaultdict
from datetime import date

from odoo import api, fields, models
from odoo.tools.misc import format_date

KINDS = [
    ("planned", "Planned"),
    ("waiting", "Waiting for the usual technician"),
    ("moved", "Moved"),
    ("withdrawn", "Withdrawn"),
]
TEMPLATE = "support_planning.mail_template_plan_notice"


class SupportPlanNotice(models.Model):
    """What a client was told about a plan, in one mail with all of its tickets."""

    _name = "support.plan.notice"
    _description = "Planned Work of a Client"
    _order = "id desc"
    _allow_sudo_commands = False

    plan_id = fields.Many2one(
        "support.plan", required=True, index=True, ondelete="cascade", readonly=True
    )
    account_id = fields.Many2one(
        "support.account",
        string="Client",
        required=True,
        index=True,
        ondelete="restrict",
        readonly=True,
    )
    company_id = fields.Many2one(related="plan_id.company_id", store=True)
    partner_ids = fields.Many2many("res.partner", string="Told to", readonly=True)
    kind = fields.Selection(KINDS, required=True, readonly=True)
    # Dicts: ticket (id), minutes, start, end, old_start, old_end (ISO dates or None),
    # waited (whether for the usual technician), is_later (whether the week after has a
    # plan in force already), cause (code of the engine), reason
    # (what a manager wrote instead). As they were told, whatever follows.
    rows = fields.Json(readonly=True)
    is_told = fields.Boolean(string="Mail queued", readonly=True)

    @api.depends("plan_id.date_start")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for notice in self:
            # sudo: as what the mail is headed, whoever reads it.
            notice.display_name = notice.sudo().plan_id._format_week()

    # === MAKING THEM === #

    @api.model
    def _tell(self, plan, kind, rows):
        """Tell each client about its tickets, in one mail.

        :param rows: list of (ticket, dict as in ``rows``)
        :return: the notices
        """
        by_account = defaultdict(list)
        for ticket, row in rows:
            if ticket.support_account_id:
                by_account[ticket.support_account_id].append((ticket, row))
        notices = self.browse()
        for account, told in by_account.items():
            tickets = self.env["helpdesk.ticket"].union(*(one for one, _row in told))
            notices |= self.create(
                {
                    "plan_id": plan.id,
                    "account_id": account.id,
                    "kind": kind,
                    "partner_ids": [(6, 0, self._get_recipients(account, tickets).ids)],
                    "rows": [{"ticket": ticket.id, **row} for ticket, row in told],
                }
            )
        for notice in notices:
            notice._mail()
        return notices

    @api.model
    def _get_recipients(self, account, tickets):
        """Return the contacts of the tickets who are of the client and have an address;
        the client itself where there is none."""
        client = account.partner_id
        contacts = tickets.partner_id.filtered(
            lambda one: one.email and one.commercial_partner_id == client
        )
        return contacts or client.filtered("email")

    def _mail(self):
        self.ensure_one()
        if self.partner_ids:
            self.is_told = self.account_id._queue_mail(TEMPLATE, self)

    # === WHAT THE MAIL SAYS === #

    def _get_mail_lang(self):
        self.ensure_one()
        lang = self.partner_ids[:1].lang or self.company_id.partner_id.lang
        return lang or self.env.lang

    def _get_mail_subject(self):
        """Return the subject in the language of the environment."""
        self.ensure_one()
        week = self._format_day(self.plan_id.date_start)
        subjects = {
            "planned": self.env._("What we do for you in the week of %s", week),
            "waiting": self.env._("Your work waits for the technician who knows it"),
            "moved": self.env._("New dates for your work"),
            "withdrawn": self.env._("The dates of your work are withdrawn"),
        }
        return subjects[self.kind]

    def _get_mail_intro(self):
        """Return the sentence before the tickets."""
        self.ensure_one()
        week = self._format_day(self.plan_id.date_start)
        intros = {
            "planned": self.env._(
                "This is what we have planned for you in the week of %s:", week
            ),
            "waiting": self.env._(
                "The technician who knows your systems best is away. What follows "
                "waits for a few days, rather than go to somebody else:"
            ),
            "moved": self.env._("We had to move what follows. We are sorry."),
            "withdrawn": self.env._(
                "The plan for the week of %s was withdrawn. You will get new dates "
                "for:",
                week,
            ),
        }
        return intros[self.kind]

    def _get_mail_rows(self):
        """Return what the mail says of each ticket: dicts ``title``, ``url``,
        ``lines``."""
        self.ensure_one()
        tickets = self.env["helpdesk.ticket"].sudo()
        return [
            {
                "title": f"{ticket.number} · {ticket.name}",
                "url": f"{ticket.get_base_url()}/my/ticket/{ticket.id}",
                "lines": self._explain_row(row),
            }
            for row in self.rows
            for ticket in tickets.browse(row["ticket"])
        ]

    def _explain_row(self, row):
        """Return what is said of one ticket, as sentences."""
        start, end = self._read_day(row, "start"), self._read_day(row, "end")
        lines = [self._explain_old_days(row)] if self.kind == "moved" else []
        if start and end:
            lines.append(
                self.env._(
                    "It begins on %(start)s and is ready on %(end)s.",
                    start=start,
                    end=end,
                )
                if start != end
                else self.env._("It is done on %s.", start)
            )
        elif start and row.get("is_later"):
            lines.append(
                self.env._("It begins on %s; the rest follows in a later week.", start)
            )
        elif start:
            lines.append(
                self.env._(
                    "It begins on %s; the rest follows in the week after.", start
                )
            )
        elif self.kind == "moved":
            lines.append(self.env._("It goes back to the queue: a new date follows."))
        if row.get("waited"):
            lines.append(
                self.env._(
                    "It waits until then for the technician who knows your systems "
                    "best, who is away."
                )
            )
        reason = row.get("reason") or self._explain_cause(row.get("cause"))
        if reason:
            lines.append(self.env._("Reason: %s", reason))
        return [line for line in lines if line]

    def _explain_old_days(self, row):
        """Say when it was to begin and to be ready."""
        old, end = self._read_day(row, "old_start"), self._read_day(row, "old_end")
        if not old:
            return ""
        if not end or end == old:
            return self.env._("Planned before: %s.", old)
        return self.env._(
            "Planned before: from %(start)s to %(end)s.", start=old, end=end
        )

    def _explain_cause(self, code):
        """Say why it was moved. Who is ill, and which other client has an urgent case,
        is not for this one."""
        if code == "urgency":
            return self.env._("an urgent case needs the time.")
        if code == "absence":
            return self.env._("the technician who was to do it is not available.")
        if code == "made_room":
            # The planner's words are for colleagues.
            return self.env._("the time is needed for something else.")
        return ""

    def _read_day(self, row, name):
        value = row.get(name)
        return self._format_day(date.fromisoformat(value)) if value else ""

    def _format_day(self, day):
        """Return a day with its weekday: ``Mon 23 Nov 2026``."""
        return format_date(self.env, day, date_format="EEE d MMM y")
