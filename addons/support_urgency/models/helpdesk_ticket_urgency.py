from dataclasses import replace
from datetime import datetime

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.support_packs.engine.steps import Step
from odoo.addons.support_packs.models.support_case import take_row

from .. import const
from ..engine.surcharge import Urgency

INTERNAL = "base.group_user"


class Surcharge:
    """What the tariff of packs asks of an urgency: its step."""

    def __init__(self, percent):
        self.urgency = Urgency(percent)

    def added(self, *, base, normal, urgent):
        values = self.urgency.describe(base=base, normal=normal, urgent=urgent)
        return Step("surcharge", values) if values["added"] else None


class HelpdeskTicket(models.Model):
    """A ticket that its client made urgent, and what that adds to its price."""

    _inherit = "helpdesk.ticket"

    support_consent_ids = fields.One2many(
        "support.urgency.consent",
        "ticket_id",
        string="Urgencies",
        readonly=True,
        copy=False,
        groups=const.CONSENT_READERS,
    )
    support_consent_id = fields.Many2one(
        "support.urgency.consent",
        string="Urgency in force",
        compute="_compute_support_consent_id",
        compute_sudo=True,
        groups=const.CONSENT_READERS,
        help="The consent that stands, given by who pays.",
    )
    support_is_urgent = fields.Boolean(
        string="Urgent",
        readonly=True,
        copy=False,
        tracking=True,
        groups=INTERNAL,
        help="The client accepted it, with its surcharge. Neither a priority nor stars "
        "make a ticket urgent.",
    )

    @api.depends("support_is_urgent", "support_consent_ids.state", "support_account_id")
    def _compute_support_consent_id(self):
        # A ticket that nobody made urgent asks nothing of the database.
        urgent = self.filtered(lambda ticket: ticket._origin.support_is_urgent)
        found = {}
        if urgent:
            # One query for which there are and for what they say.
            consents = self.env["support.urgency.consent"].search_fetch(
                [("ticket_id", "in", urgent._origin.ids), ("state", "=", "accepted")]
            )
            found = consents.grouped("ticket_id")
        for ticket in self:
            consent = found.get(ticket._origin)
            own = consent and consent.account_id == ticket.support_account_id._origin
            ticket.support_consent_id = consent if own else False

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        if any(vals.get("support_is_urgent") for vals in vals_list):
            self._refuse_urgent_by_hand()
        defaults = self.env["ir.default"]._get_model_defaults(self._name)
        asked = self.env.context.get("default_support_is_urgent")
        if asked or defaults.get("support_is_urgent"):
            # Neither a default of the caller nor one of the user's own is consent.
            vals_list = [{**vals, "support_is_urgent": False} for vals in vals_list]
        return super().create(vals_list)

    def write(self, vals):
        if "support_is_urgent" in vals:
            self._refuse_urgent_by_hand()
        res = super().write(vals)
        if {"support_account_id", "partner_id", "company_id", "team_id"} & vals.keys():
            self.sudo()._end_urgency_of_others()
        return res

    @api.model
    def _refuse_urgent_by_hand(self):
        raise AccessError(
            self.env._("Urgent: only what the client accepts makes a ticket urgent.")
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_consent(self):
        # sudo: who deletes tickets may not read consents.
        for ticket in self.sudo():
            if ticket.support_consent_ids:
                raise UserError(
                    self.env._(
                        "The client made the ticket %(number)s urgent, which is "
                        "evidence. Archive it instead.",
                        number=ticket.number,
                    )
                )

    # === THE URGENCY THAT STANDS === #

    def _get_support_consent(self):
        """Return the consent that stands, given by who pays; mostly none (sudo)."""
        self.ensure_one()
        return self.sudo().support_consent_id

    def _accept_support_urgency(self, values):
        """Make the ticket urgent; doing it twice does it once.

        Whoever calls it has asked who acts and whether it may be accepted now.

        :param values: of the consent: partner_id, channel, evidence, percent and more
        :return: the consent that stands (sudo)
        """
        self.ensure_one()
        ticket = self.sudo()
        ticket._take_support_urgency()
        consent = ticket._get_support_consent()
        if consent:
            return consent
        consent = consent._store(
            {
                "ticket_id": ticket.id,
                "account_id": ticket.support_account_id.id,
                "typed_before": ticket.support_typed_units,
                "accepted_at": fields.Datetime.now(),
                **values,
            }
        )
        ticket._write_support_urgent(True)
        ticket._converge_support_charge(written=True)
        ticket._on_support_urgency_accepted(consent)
        return consent

    def _cancel_support_urgency(self, ground, reason="", user=None):
        """Let the urgency stand no more: the surcharge goes back. Twice is once.

        :param ground: code of ``const.CANCEL_GROUNDS``
        :param reason: what the client reads
        :param user: who cancels; nobody where the ticket did it by itself
        :return: the consent that was cancelled (sudo), or none
        """
        self.ensure_one()
        ticket = self.sudo()
        ticket._take_support_urgency()
        consent = ticket.env["support.urgency.consent"].search(
            [("ticket_id", "=", ticket.id), ("state", "=", "accepted")]
        )
        if not consent:
            return consent
        consent._store_cancellation(
            {
                "cancelled_at": fields.Datetime.now(),
                "cancelled_by_id": user.id if user else False,
                "cancel_ground": ground,
                "cancel_reason": reason,
            }
        )
        ticket._write_support_urgent(False)
        ticket._converge_support_urgency_end(consent)
        ticket._on_support_urgency_cancelled(consent)
        return consent

    def _take_support_urgency(self):
        """Write the row before reading what is decided on: who logs work, accepts or
        cancels at the same moment is retried."""
        take_row(self)
        self.invalidate_recordset(
            ["support_is_urgent", "support_consent_ids", "support_consent_id"]
        )

    def _write_support_urgent(self, urgent):  # pylint: disable=missing-return
        """Past our own refusal, which is for everybody else."""
        super().write(  # pylint: disable=super-method-mismatch
            {"support_is_urgent": urgent}
        )

    def _end_urgency_of_others(self):
        """A client's consent charges no other client: with the ticket, it ends."""
        for ticket in self.filtered("support_is_urgent"):
            consent = ticket.support_consent_ids.filtered(
                lambda one: one.state == "accepted"
            )
            if consent.account_id != ticket.support_account_id:
                ticket._cancel_support_urgency("moved")

    def _on_support_urgency_accepted(self, consent):
        """What follows when a ticket becomes urgent; extended by who acts on it.

        :param consent: support.urgency.consent (sudo); it is stored, and charged
        """
        self.ensure_one()

    def _on_support_urgency_cancelled(self, consent):
        """What follows when an urgency stands no more; as the other one."""
        self.ensure_one()

    # === WHAT IT COSTS === #

    def _get_support_minutes(self, works, extra_minutes=0, urgent=None):
        """Work dated from the acceptance on is urgent.

        :param urgent: may also be the moment from which on a consent would hold
        """
        minutes = super()._get_support_minutes(works, extra_minutes, urgent)
        consent = self._get_support_consent()
        since = urgent if isinstance(urgent, datetime) else None
        since = consent.accepted_at or since
        after = 0
        if since:
            done = works.filtered(lambda work: work.date and work.date >= since)
            after = sum(done.mapped("minutes"))
        if urgent or (urgent is None and consent):
            after += extra_minutes
        minutes["minutes"] -= after
        return {**minutes, "urgent_minutes": after}

    def _get_support_facts(self, extra_minutes=0, urgent=None):
        facts = super()._get_support_facts(extra_minutes, urgent)
        consent = self._get_support_consent()
        if not consent and not urgent:
            return facts
        before = consent.typed_before if consent else self.support_typed_units
        return replace(facts, typed_urgent=True, typed_before=before)

    def _get_support_surcharge(self, urgent=None):
        """No surcharge without consent, but for saying what one would add."""
        consent = self._get_support_consent()
        if consent:
            return Surcharge(consent.percent)
        if urgent:
            return Surcharge(self.sudo().support_account_id.policy_id.urgent_percent)
        return super()._get_support_surcharge(urgent)

    @api.depends("support_is_urgent")
    def _compute_support_preview(self):
        return super()._compute_support_preview()


class SupportWork(models.Model):
    _inherit = "support.work"

    def _is_urgent(self):
        consent = self.ticket_id._get_support_consent()
        return bool(consent) and consent._covers(self)


class SupportCharge(models.Model):
    _inherit = "support.charge"

    def _get_surcharge(self):
        """What the client of the ticket accepted, or nothing."""
        if not self:
            return super()._get_surcharge()
        return self.ticket_id._get_support_surcharge()
