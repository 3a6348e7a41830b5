from odoo import api, fields, models

from odoo.addons.support_packs.models.support_case import take_row

from .. import const

INTERNAL = "base.group_user"


class HelpdeskTicket(models.Model):
    """Work begins with an accepted estimate where one is needed, and asks again when
    its time is used up. Work that was done is always recordable."""

    _inherit = "helpdesk.ticket"

    support_estimate_state = fields.Selection(
        const.ESTIMATE_STATES,
        string="Estimate",
        compute="_compute_support_estimate_text",
        groups=INTERNAL,
    )
    support_estimate_text = fields.Char(
        string="How the estimate stands",
        compute="_compute_support_estimate_text",
        groups=INTERNAL,
    )
    support_needs_estimate = fields.Boolean(
        string="Needs an estimate",
        compute="_compute_support_needs_estimate",
        groups=INTERNAL,
        help="The client accepts an estimate before the work begins.",
    )

    @api.depends("support_request_type_id", "support_check_ids")
    def _compute_support_needs_estimate(self):
        for ticket in self:
            ticket.support_needs_estimate = ticket.sudo()._needs_support_estimate()

    @api.depends("support_estimate_ids.state", "support_work_ids.minutes")
    @api.depends_context("lang")
    def _compute_support_estimate_text(self):
        # sudo: who may read the ticket is told how its estimate stands.
        for ticket, ticket_sudo in zip(self, self.sudo(), strict=True):
            estimate = ticket_sudo._get_latest_support_estimate()
            ticket.support_estimate_state = estimate.state
            ticket.support_estimate_text = (
                estimate._explain_state() if estimate else False
            )

    @api.depends("support_estimate_ids.state")
    def _compute_support_start(self):
        return super()._compute_support_start()

    # === CRUD METHODS === #

    def write(self, vals):
        res = super().write(vals)
        if {"support_account_id", "partner_id", "company_id", "team_id"} & vals.keys():
            self.sudo()._end_support_estimates_of_others()
        return res

    def _end_support_estimates_of_others(self):
        """What one client accepted holds for no other: with the ticket, it ends.

        What is still being written for it is not sent to anybody any more.
        """
        for ticket in self:
            theirs = ticket.support_estimate_ids.filtered(
                lambda one, account=ticket.support_account_id: one.account_id != account
            )
            drafts = theirs.filtered(lambda one: one.state == "draft")
            ticket._end_support_estimates(theirs)
            drafts.unlink()

    def _merge_support_duplicate(self):
        """A duplicate's work goes on elsewhere: what was estimated for it ends."""
        for ticket in self.sudo():
            if ticket._get_support_merged_into():
                ticket._end_support_estimates(ticket.support_estimate_ids)
        return super()._merge_support_duplicate()

    def _end_support_estimates(self, estimates):
        """Let those of some estimates that still run hold no more, and the ticket by
        none of them."""
        self.ensure_one()
        estimates = estimates.filtered(lambda one: one.state in const.RUNNING)
        held = estimates.filtered(lambda one: one.state in const.IN_FORCE)
        estimates._end()
        if held:
            self._hold_support_estimate(held.browse())
            held._on_sufficient()

    # === THE ESTIMATE THAT HOLDS === #

    def _hold_support_estimate(self, estimate):
        """Write on the ticket what the client accepted; as superuser.

        :param estimate: support.estimate; none: nothing holds any more
        """
        self.ensure_one()
        self.write(
            {
                "support_estimate_minutes": estimate.minutes,
                "support_accepted_at": estimate.accepted_at,
            }
        )

    def _get_latest_support_estimate(self):
        """Return the estimate that says how things stand: sent, else held, else the
        last one."""
        self.ensure_one()
        estimates = self.support_estimate_ids.filtered(
            lambda one: one.account_id == self.support_account_id
        )
        for states in (("sent",), const.IN_FORCE, ("draft",)):
            found = estimates.filtered(lambda one, states=states: one.state in states)
            if found:
                return found[:1]
        return estimates[:1]

    def _follow_support_estimate(self):
        """Say of each ticket whether what was accepted is used up, as its work stands.

        A correction of the work takes that back.
        """
        # sudo: who logs work may not write estimates.
        for ticket in self.sudo():
            if ticket.support_estimate_minutes:
                # Of two entries at once, the second counts the first.
                take_row(ticket)
            use = ticket._get_support_estimate_use()
            estimate = ticket._get_support_estimate() if use else None
            if estimate and use.reached != (estimate.state == "exceeded"):
                estimate._follow_use(use)

    # === BEFORE WORK STARTS === #

    def _get_support_start_problems(self):
        problems = super()._get_support_start_problems()
        ticket = self.sudo()
        if ticket.support_account_id.policy_id.estimate_exceeded == "stop":
            problems += ticket._explain_support_estimate_reached()
        return problems

    def _explain_support_warning(self, shortage):
        sentences = super()._explain_support_warning(shortage)
        return sentences + self._explain_support_estimate_reached()

    def _explain_support_estimate_reached(self):
        """Return that what was accepted is used up, as sentences; or none."""
        self.ensure_one()
        use = self._get_support_estimate_use()
        if not use or not use.reached:
            return []
        words = self.env["support.explanation"]
        return [
            self.env._(
                "Accepted estimate (min): %(done)s were worked, of %(minutes)s that "
                "the client accepted. Send a new estimate and wait for its acceptance.",
                done=words.format_quantity(use.done, "minute"),
                minutes=words.format_quantity(use.minutes, "minute"),
            )
        ]

    def _explain_support_estimate_missing(self):
        self.ensure_one()
        lead = self.env._(
            "Accepted estimate (min): requests of the type “%(type)s” begin when the "
            "client has accepted an estimate.",
            type=self.support_request_type_id.name,
        )
        latest = self.sudo()._get_latest_support_estimate()
        if latest.state == "sent":
            rest = self.env._(
                "It was sent on %s.",
                self.env["support.explanation"].format_moment(
                    latest.sent_at, latest.company_id
                ),
            )
        elif latest.state == "rejected":
            rest = self.env._("The client rejected it: %s", latest.reject_reason)
        else:
            rest = self.env._("Send one.")
        return f"{lead} {rest}"


class SupportWork(models.Model):
    _inherit = "support.work"

    @api.model_create_multi
    def create(self, vals_list):
        works = super().create(vals_list)
        works.ticket_id._follow_support_estimate()
        return works

    def write(self, vals):
        concerned = bool({"minutes", "billable", "ticket_id"} & vals.keys())
        before = self.ticket_id if concerned else self.ticket_id.browse()
        res = super().write(vals)
        if concerned:
            (before | self.ticket_id)._follow_support_estimate()
        return res

    def unlink(self):
        tickets = self.ticket_id
        res = super().unlink()
        tickets._follow_support_estimate()
        return res


class SupportEstimate(models.Model):
    _inherit = "support.estimate"

    def _follow_use(self, use):
        """Be used up from now on, or, after a correction of the work, not any more."""
        self.ensure_one()
        if use.reached:
            self._store({"state": "exceeded", "exceeded_at": fields.Datetime.now()})
            self._on_exceeded(use)
            return
        self._store({"state": "accepted", "exceeded_at": False})
        self._on_sufficient()
        self._note(
            self.env._(
                "After the correction %(done)s were worked, of %(minutes)s that the "
                "client accepted.",
                **self._explain_use(use),
            )
        )

    def _explain_state(self):
        """Return how it stands, as colleagues read it: one sentence."""
        self.ensure_one()
        words = self.env["support.explanation"]
        values = {"version": self.version, "time": self._explain_time()}

        def day(moment):
            return words.format_moment(moment, self.company_id)

        if self.state == "draft":
            return self.env._("Version %(version)s, %(time)s: not sent yet", **values)
        if self.state == "sent":
            return self.env._(
                "Version %(version)s, %(time)s: sent on %(date)s",
                date=day(self.sent_at),
                **values,
            )
        if self.state == "accepted":
            return self.env._(
                "Version %(version)s, %(time)s: accepted on %(date)s by %(who)s",
                date=day(self.accepted_at),
                who=self.accepted_by.name,
                **values,
            )
        if self.state == "exceeded":
            return self.env._(
                "Version %(version)s, %(time)s: used up on %(date)s",
                date=day(self.exceeded_at),
                **values,
            )
        if self.state == "rejected":
            return self.env._(
                "Version %(version)s, %(time)s: rejected on %(date)s",
                date=day(self.rejected_at),
                **values,
            )
        return self.env._(
            "Version %(version)s, %(time)s: expired on %(date)s",
            date=day(self.ended_at),
            **values,
        )
