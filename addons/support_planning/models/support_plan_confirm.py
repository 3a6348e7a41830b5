from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.support_packs.models.support_case import take_row

from ..engine.room import Room

ACTIVITY = "mail.mail_activity_data_todo"
WAITS = "waits_for_technician"
# The same within the week: the work begins when the technician is back.
WAITED = "waited"
# So many lines are named to who confirms; the list has them all.
NAMED = 5
# A plan for a week that runs begins at once: so long may somebody look at it.
MINUTES_TO_READ = 30


class SupportPlan(models.Model):
    """What follows when a plan is confirmed, and how it is undone."""

    _inherit = "support.plan"

    notice_ids = fields.One2many(
        "support.plan.notice", "plan_id", string="Told to clients", readonly=True
    )

    # === CONFIRMING === #

    def _confirm(self):
        """Promise the plan: dates on tickets, work for technicians, mails."""
        self.ensure_one()
        if not self.proposed_at:
            raise UserError(self.env._("Propose the plan first."))
        for user in self.line_ids.user_id.sorted("id"):
            # Of two teams' plans that take the same hours, the second one sees it.
            take_row(user)
        problems = self._get_confirm_problems()
        if problems:
            raise UserError(
                "\n".join(
                    [
                        self.env._("%s cannot be confirmed:", self.display_name),
                        *(f"• {one}" for one in problems),
                    ]
                )
            )
        self.write(
            {
                "state": "confirmed",
                "confirmed_at": fields.Datetime.now(),
                "confirmed_by": self.env.user.id,
            }
        )
        self.line_ids._note_followers()
        self.line_ids._assign_tickets()
        self.line_ids._plan_activities()
        self._tell_clients()
        self._on_confirmed()

    def _on_confirmed(self):
        """What else follows; extended by who acts on it."""
        self.ensure_one()

    def _get_confirm_problems(self):
        """Return why the plan cannot be promised as it stands: sentences."""
        self.ensure_one()
        found = (
            self._find_ticket_problem(ticket, sum(lines.mapped("minutes")))
            for ticket, lines in self.line_ids.grouped("ticket_id").items()
        )
        problems = [problem for problem in found if problem]
        problems = problems[:NAMED] + (["…"] if len(problems) > NAMED else [])
        if problems:
            problems.append(self.env._("Propose again: these facts changed since."))
        return problems + self._get_overdue() + self._get_overbooked()

    def _get_overdue(self):
        """Return that the plan would promise what is over: a sentence, or none."""
        over = fields.Datetime.subtract(fields.Datetime.now(), minutes=MINUTES_TO_READ)
        late = self.line_ids.filtered(lambda line: line.date_start < over)
        if not late:
            return []
        return [
            self.env._(
                "%(count)s lines should have begun by now. Propose again.",
                count=len(late),
            )
            if len(late) > 1
            else self.env._("A line should have begun by now. Propose again.")
        ]

    def _find_ticket_problem(self, ticket, minutes):
        """Return why so many minutes of a ticket cannot be promised, or nothing."""
        if ticket.closed:
            return self.env._("%(ticket)s is closed.", ticket=ticket.number)
        if ticket.support_queue_problem:
            return f"{ticket.number}: {ticket.support_queue_problem_text}"
        if not ticket.support_is_queued:
            return self.env._(
                "%(ticket)s is not in the queue any more.", ticket=ticket.number
            )
        if ticket.team_id != self.team_id:
            return self.env._(
                "%(ticket)s went to another team (%(team)s).",
                ticket=ticket.number,
                team=ticket.team_id.name,
            )
        if ticket.support_accepted_at > self.cutoff:
            return self.env._(
                "%(ticket)s was accepted again, after the cut-off.",
                ticket=ticket.number,
            )
        resized = self.choice_ids.filtered("is_resized").ticket_id
        if minutes > ticket.support_to_plan_minutes and ticket not in resized:
            return self.env._(
                "%(ticket)s: the plan takes %(minutes)s min, and %(left)s min are left "
                "to be planned.",
                ticket=ticket.number,
                minutes=minutes,
                left=ticket.support_to_plan_minutes,
            )
        return ""

    def _get_overbooked(self):
        """Return which hours of the plan are not there any more: sentences.

        Reckoned as they were when it was proposed: of a week that has begun, less is
        left every minute.
        """
        week = self._get_week()
        capacities = self.team_id.sudo()._get_capacities(
            [week], self._get_typed_capacities(), self.proposed_at
        )
        rooms = {
            one.technician.id: Room(one.technician, week.days)
            for one in capacities[week.monday]
        }
        gone = self.line_ids.filtered(
            lambda line: (
                line.user_id.id not in rooms
                or not rooms[line.user_id.id].keep(map(tuple, line.slots))
            )
        )
        found = [
            self.env._(
                "%(user)s has no time any more for %(ticket)s (%(period)s). Propose "
                "again.",
                user=line.user_id.name,
                ticket=line.ticket_id.number,
                period=line.period,
            )
            for line in gone[:NAMED]
        ]
        return found + (["…"] if len(gone) > NAMED else [])

    def _tell_clients(self):
        """One mail for each client, with all of its tickets."""
        notices = self.env["support.plan.notice"]
        notices._tell(
            self,
            "planned",
            [
                (ticket, self._prepare_notice_row(lines))
                for ticket, lines in self.line_ids.grouped("ticket_id").items()
            ],
        )
        waiting = self.unplaced_ids.filtered(lambda one: one.reason == WAITS)
        notices._tell(self, "waiting", [(one.ticket_id, {}) for one in waiting])

    def _prepare_notice_row(self, lines):
        """Return what the client is told of the lines of a ticket, as plain values."""
        self.ensure_one()
        rest = any(lines.mapped("rest_minutes"))
        start, end = min(lines.mapped("date_start")), max(lines.mapped("date_end"))
        codes = {code for line in lines for code, _values in line.reasons or []}
        return {
            "minutes": sum(lines.mapped("minutes")),
            "waited": WAITED in codes,
            "start": self._get_local_day(start).isoformat(),
            "end": None if rest else self._get_local_day(end).isoformat(),
        }

    def _get_local_day(self, moment):
        """Return the date of a moment by the clock of the plan."""
        zoned = self.with_context(tz=self.tz)
        return fields.Datetime.context_timestamp(zoned, moment).date()

    # === UNDOING === #

    def _cancel(self):
        """Give the plan up. What was promised is withdrawn, and clients are told."""
        self.ensure_one()
        was_confirmed = self.state == "confirmed"
        self.write({"state": "cancelled"})
        if not was_confirmed:
            return
        self.line_ids._let_go()
        self._withdraw()

    def _withdraw(self):
        """Tell clients; a mail that has not left yet does not leave."""
        told = self.notice_ids.filtered(lambda one: one.kind == "planned")
        unsent = self.env["mail.mail"].search(
            [
                ("model", "=", told._name),
                ("res_id", "in", self.notice_ids.ids),
                ("state", "=", "outgoing"),
            ]
        )
        silent = told.browse(unsent.mapped("res_id"))
        unsent.write({"state": "cancel"})
        tickets = self.env["helpdesk.ticket"]
        self.env["support.plan.notice"]._tell(
            self,
            "withdrawn",
            [
                (tickets.browse(row["ticket"]), {})
                for notice in told - silent
                for row in notice.rows
            ],
        )


class SupportPlanLine(models.Model):
    _inherit = "support.plan.line"

    def _note_followers(self):
        """Remember who follows a ticket only because of the plan."""
        for line in self:
            partner = line.user_id.partner_id
            line.has_subscribed = partner not in line.ticket_id.message_partner_ids

    def _assign_tickets(self):
        """Tickets of nobody go to who does them; others stay with their technician.

        Without a mail for each: the activities say what there is to do.
        """
        for line in self.sorted("date_start"):
            ticket = line.ticket_id.with_context(mail_auto_subscribe_no_notify=True)
            if not ticket.user_id and line.user_id in ticket.team_id.user_ids:
                ticket.user_id = line.user_id
                line.has_assigned = True

    def _plan_activities(self):
        """Give each technician something to do for each line, without a mail for each:
        all of them at once."""
        kind = self.env.ref(ACTIVITY, raise_if_not_found=False)
        activities = self.env["mail.activity"].with_context(
            mail_activity_quick_update=True
        )
        model = self.env["ir.model"]._get_id("helpdesk.ticket")
        made = activities.create(
            [
                {
                    "activity_type_id": kind.id if kind else False,
                    "res_model_id": model,
                    "res_id": line.ticket_id.id,
                    "user_id": line.user_id.id,
                    "date_deadline": line._get_last_day(),
                    "summary": line._explain_activity(),
                }
                for line in self
            ]
        )
        for line, activity in zip(self, made, strict=True):
            line.activity_id = activity

    def _let_go(self):
        """Take back what confirming did for the technicians."""
        self.activity_id.unlink()
        for line in self.filtered("has_assigned"):
            if line.ticket_id.user_id == line.user_id:
                line.ticket_id.user_id = False
            line.has_assigned = False
        for line in self.filtered("has_subscribed"):
            if line.ticket_id.user_id != line.user_id:
                line.ticket_id.message_unsubscribe(line.user_id.partner_id.ids)
            line.has_subscribed = False

    def _get_last_day(self):
        """Return the date until which the work is planned, by the plan's clock."""
        self.ensure_one()
        return self.plan_id._get_local_day(self.date_end)

    def _explain_activity(self):
        """Return what there is to do, in the technician's language."""
        self.ensure_one()
        line = self.with_context(lang=self.user_id.lang or self.env.lang)
        return line.env._(
            "Planned: %(time)s, %(period)s",
            time=line.env["support.explanation"].format_hours(line.minutes),
            period=line._format_period(line.date_start, line.date_end),
        )
