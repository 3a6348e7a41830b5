import logging

import psycopg2

from odoo import SUPERUSER_ID, api, fields, models

INTERNAL = "base.group_user"
CALLED_AS = [
    ("duty", "On duty"),
    ("nobody", "Nobody on duty"),
    ("away", "On duty, but on leave"),
]
ACTIVITY = "support_urgency.mail_activity_type_urgent"
# Who gets tickets in these ways is told once, by us.
QUIET = {"mail_auto_subscribe_no_notify": True, "mail_activity_quick_update": True}

_logger = logging.getLogger(__name__)


class HelpdeskTicket(models.Model):
    """An urgent ticket goes to whoever is on duty at that instant, and to the manager
    when there is nobody, or no answer to the client in time.

    Nothing of it may stop the client's acceptance: what fails is tried again by the
    clock.
    """

    _inherit = "helpdesk.ticket"

    support_called_user_id = fields.Many2one(
        "res.users",
        string="Called",
        readonly=True,
        copy=False,
        groups=INTERNAL,
        help="Who got the ticket when it became urgent, or was opened again.",
    )
    support_called_as = fields.Selection(
        CALLED_AS, string="Called because", readonly=True, copy=False, groups=INTERNAL
    )
    support_called_at = fields.Datetime(
        string="Called at", readonly=True, copy=False, groups=INTERNAL
    )
    support_call_answered_at = fields.Datetime(
        string="Call answered at",
        readonly=True,
        copy=False,
        groups=INTERNAL,
        help="The first message to the client after the call.",
    )
    support_escalate_at = fields.Datetime(
        string="Goes to the manager at",
        readonly=True,
        copy=False,
        index="btree_not_null",
        groups=INTERNAL,
        help="Unless the client is answered before.",
    )
    support_escalated_user_id = fields.Many2one(
        "res.users", string="Escalated to", readonly=True, copy=False, groups=INTERNAL
    )
    support_escalated_at = fields.Datetime(
        string="Escalated at", readonly=True, copy=False, groups=INTERNAL
    )

    _support_uncalled_index = models.Index(
        "(id) WHERE support_is_urgent AND support_called_at IS NULL"
    )

    # === WHEN === #

    def _on_support_urgency_accepted(self, consent):
        res = super()._on_support_urgency_accepted(consent)
        self._try_oncall("_call_on_duty")
        return res

    def _on_support_urgency_cancelled(self, consent):
        res = super()._on_support_urgency_cancelled(consent)
        if self.support_called_at:
            self._as_oncall_system()._end_oncall_call()
        return res

    def _on_support_response(self, message):
        res = super()._on_support_response(message)
        # Answered: nobody else is called, whoever it was that answered.
        waiting = self.support_called_at and not self.support_call_answered_at
        if self.support_is_urgent and waiting:
            ticket = self._as_oncall_system()
            ticket.support_call_answered_at = message.date
            ticket._end_oncall_wait()
        return res

    def write(self, vals):
        moves = {"team_id", "stage_id"} & vals.keys()
        # sudo: who may move tickets need not be able to give them to people.
        urgent = self.sudo().filtered("support_is_urgent") if moves else self.browse()
        before = {ticket: (ticket.team_id, ticket.closed) for ticket in urgent}
        res = super().write(vals)
        for ticket, (team, closed) in before.items():
            if ticket.support_is_urgent:
                ticket._follow_oncall(team, closed, assigned="user_id" in vals)
        return res

    def _follow_oncall(self, team, closed, assigned):
        """The urgent ticket moved: to another team, or to another stage.

        :param team: the one before
        :param closed: whether it was closed before
        :param assigned: whether who moved it said whose it is
        """
        self.ensure_one()
        if self.closed:
            self._as_oncall_system()._end_oncall_wait()
        elif assigned:
            return
        elif closed:
            # Forgotten first: should this call fail, the clock finds that none was.
            self._as_oncall_system()._end_oncall_call()
            self._try_oncall("_call_on_duty")
        elif self.team_id != team and (self.support_escalate_at or not self.user_id):
            self._try_oncall("_call_on_duty")

    @api.model
    def _cron_oncall(self):
        """Call for urgencies that nobody was called for; escalate those that are due.

        Idempotent: what is done is noted on the ticket with it.
        """
        runner = self.env["support.cron"]
        uncalled = self.search(self._get_uncalled_domain())
        due = self.search([("support_escalate_at", "<=", fields.Datetime.now())])
        runner._begin(len(uncalled) + len(due))
        if runner._run_each(uncalled, "_call_if_uncalled"):
            runner._run_each(due, "_escalate_if_due")

    @api.model
    def _get_uncalled_domain(self):
        return [
            ("support_is_urgent", "=", True),
            ("support_called_at", "=", False),
            ("stage_id.closed", "=", False),
        ]

    def _call_if_uncalled(self):
        self.ensure_one()
        if self.filtered_domain(self._get_uncalled_domain()):
            self._call_on_duty()

    def _escalate_if_due(self):
        self.ensure_one()
        due = self.support_escalate_at
        if not due or due > fields.Datetime.now():
            return
        ticket = self._as_oncall_system()
        if self.support_is_urgent and not self.closed:
            ticket._escalate_oncall()
        else:
            ticket._end_oncall_wait()

    def _try_oncall(self, verb, *args):
        """Run a method; log it if it fails, and go on as if it had not been tried.

        :return: what the method returns; None if it failed
        """
        self.ensure_one()
        # What others have not written yet is theirs to fail with.
        self.env.flush_all()
        try:
            with self.env.cr.savepoint():
                result = getattr(self, verb)(*args)
                self.env.flush_all()
                return result
        except psycopg2.OperationalError:
            # Of the transaction: Odoo runs all of it again.
            raise
        except Exception:
            _logger.exception("%s: %s failed", self, verb)
            return None

    def _as_oncall_system(self):
        """Return the ticket as nobody's: neither the client's nor a technician's."""
        return (
            self.with_user(SUPERUSER_ID)
            .with_company(self.sudo().company_id)
            .with_context(**QUIET)
        )

    # === WHO === #

    def _call_on_duty(self):
        """Give the ticket to whoever is on duty now, else to the manager; tell them."""
        self.ensure_one()
        ticket = self._as_oncall_system()
        shift = ticket.env["support.oncall.shift"]._find_on_duty(ticket.team_id)
        reason = "nobody" if not shift else "duty" if shift._is_there() else "away"
        if reason == "duty":
            user = shift.user_id
        else:
            user = ticket.team_id._find_oncall_manager(ticket.company_id)
        ticket._end_oncall_activities()
        ticket.write(
            {
                "support_called_user_id": user.id,
                "support_called_as": reason,
                "support_called_at": fields.Datetime.now(),
                "support_call_answered_at": False,
                "support_escalate_at": ticket._get_escalate_at(),
                "support_escalated_user_id": False,
                "support_escalated_at": False,
            }
        )
        ticket._assign_oncall(user)
        ticket._tell_oncall(user, "_say_called", shift)

    def _escalate_oncall(self):
        """The client was not answered in time: the manager takes over."""
        self.ensure_one()
        manager = self.team_id._find_oncall_manager(
            self.company_id, besides=self.support_called_user_id
        )
        self.write(
            {
                "support_escalate_at": False,
                "support_escalated_at": fields.Datetime.now(),
                "support_escalated_user_id": manager.id,
            }
        )
        self._assign_oncall(manager)
        self._tell_oncall(manager, "_say_escalated")

    def _get_escalate_at(self):
        """Return when the manager takes over unless the client is answered."""
        minutes = self.team_id.support_escalate_minutes if self.team_id else 0
        if not minutes:
            return False
        return fields.Datetime.add(fields.Datetime.now(), minutes=minutes)

    def _assign_oncall(self, user):
        """Give the ticket to somebody; who had it stays a follower."""
        if user and self.user_id != user:
            self.user_id = user

    def _end_oncall_wait(self):
        """Nobody else is called."""
        self.support_escalate_at = False
        self._end_oncall_activities()

    def _end_oncall_call(self):
        """The ticket is not urgent any more: should it be again, somebody is called."""
        self._end_oncall_wait()
        self.support_called_at = False

    def _end_oncall_activities(self):
        """What there was to do is done, or somebody else's."""
        kind = self.env.ref(ACTIVITY, raise_if_not_found=False)
        self.activity_ids.filtered(lambda one: one.activity_type_id == kind).unlink()
