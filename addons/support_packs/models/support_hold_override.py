from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from .. import const

MANAGER = "helpdesk_mgmt.group_helpdesk_manager"


class SupportHoldOverride(models.Model):
    """A manager lets work go on despite a hold: on one ticket, or until a day.

    It is for one hold: when the client is held again, somebody decides again. It is
    written once and ended once, by verbs alone.
    """

    _name = "support.hold.override"
    _description = "Work Allowed Despite a Hold"
    _order = "id desc"
    _rec_name = "reason"
    _allow_sudo_commands = False

    hold_id = fields.Many2one(
        "support.hold", required=True, readonly=True, index=True, ondelete="restrict"
    )
    account_id = fields.Many2one(related="hold_id.account_id", string="Client")
    company_id = fields.Many2one(related="hold_id.company_id", store=True)
    ticket_id = fields.Many2one(
        "helpdesk.ticket",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
        help="Empty: all tickets of the client.",
    )
    reason = fields.Char(required=True, readonly=True)
    user_id = fields.Many2one(
        "res.users",
        string="Allowed by",
        required=True,
        readonly=True,
        ondelete="restrict",
    )
    date_start = fields.Datetime(string="Since", required=True, readonly=True)
    date_until = fields.Date(
        string="Until", readonly=True, help="Inclusive; empty: as long as the hold."
    )
    date_end = fields.Datetime(string="Withdrawn", readonly=True)

    # === ACTION METHODS === #

    def action_withdraw(self):
        """Work that has not started needs the end of the hold again."""
        self.env["support.hold"]._check_may_override()
        self.check_access("read")
        # sudo: nobody writes these, but this verb.
        for override in self.sudo().filtered(lambda one: not one.date_end):
            override.date_end = fields.Datetime.now()
            override._note(self.env._("No longer allowed despite the hold."))

    # === BUSINESS METHODS === #

    def _allows(self, ticket, moment):
        """Whether work on a ticket was allowed at a moment (naive UTC datetime)."""
        self.ensure_one()
        if moment < self.date_start or (self.date_end and moment >= self.date_end):
            return False
        day = self.company_id.support_local_date(moment)
        if self.date_until and day > self.date_until:
            return False
        return not self.ticket_id or self.ticket_id == ticket

    def _note(self, body):
        """Leave an internal note where it is about: on the ticket, or the account."""
        self.ensure_one()
        (self.ticket_id or self.account_id).message_post(
            body=body,
            author_id=self.env.user.partner_id.id,
            subtype_xmlid="mail.mt_note",
        )

    def _explain(self):
        """Say to a technician that work may go on, and who says so."""
        self.ensure_one()
        values = {
            "manager": self.user_id.name,
            "reason": self.reason,
            "date": self.date_until
            and self.env["support.explanation"].format_day(self.date_until),
        }
        if self.date_until:
            return self.env._(
                "Despite the hold, %(manager)s lets work go on until %(date)s: "
                "%(reason)s",
                **values,
            )
        return self.env._(
            "Despite the hold, %(manager)s lets work go on: %(reason)s", **values
        )


class SupportHold(models.Model):
    _inherit = "support.hold"

    override_ids = fields.One2many(
        "support.hold.override",
        "hold_id",
        string="Allowed all the same",
        readonly=True,
        groups=const.HOLD_READERS,
    )

    def action_override(self):
        """Ask a manager until when work for the client goes on, and why."""
        self._check_may_override()
        return self.account_id._open_hold_override()

    @api.model
    def _check_may_override(self):
        if not self.env.su and not self.env.user.has_group(MANAGER):
            raise AccessError(
                self.env._("Only helpdesk managers let work start despite a hold.")
            )

    def _get_override(self, ticket, moment=None):
        """Return what allows work on a ticket despite the hold, or none.

        :param ticket: none: work for the client, whichever ticket
        :param moment: naive UTC datetime; default: now
        """
        self.ensure_one()
        moment = moment or fields.Datetime.now()
        return self.override_ids.filtered(lambda one: one._allows(ticket, moment))[:1]


class SupportAccount(models.Model):
    _inherit = "support.account"

    def _get_holds_against(self, act, ticket=None):
        """A hold that a manager overrode refuses nothing."""
        holds = super()._get_holds_against(act, ticket)
        ticket = ticket._origin if ticket else self.env["helpdesk.ticket"]
        return holds.filtered(lambda hold: not hold._get_override(ticket))

    def _open_hold_override(self, ticket=None):
        self.env["support.hold"]._check_may_override()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "support_packs.support_hold_override_wizard_action"
        )
        action["context"] = {
            "default_account_id": self.id,
            "default_ticket_id": ticket.id if ticket else False,
        }
        return action

    def _override_holds(self, reason, ticket=None, until=None):
        """Let work start despite the holds of today.

        :param ticket: the only one to be worked on; none: all of the client's, which
            takes a last day
        :param until: last day (date), of the support time zone
        :return: support.hold.override
        """
        self.ensure_one()
        self.env["support.hold"]._check_may_override()
        self.check_access("read")
        until = fields.Date.to_date(until)
        self._check_hold_override(reason, ticket, until)
        # sudo: nobody creates these, but this verb; the rights were asked above.
        account = self.sudo()
        holds = account._get_holds_against("start", ticket)
        if not holds:
            raise UserError(self.env._("Nothing is on hold here."))
        overrides = account.env["support.hold.override"].create(
            [
                {
                    "hold_id": hold.id,
                    "ticket_id": ticket.id if ticket else False,
                    "reason": reason.strip(),
                    "user_id": self.env.uid,
                    "date_start": fields.Datetime.now(),
                    "date_until": until,
                }
                for hold in holds
            ]
        )
        overrides[:1]._note(overrides[:1]._explain())
        return overrides

    def _check_hold_override(self, reason, ticket, until):
        if not (reason or "").strip():
            raise ValidationError(
                self.env._("Reason: say why work goes on despite the hold.")
            )
        if not ticket and not until:
            raise ValidationError(
                self.env._("Until: say the last day on which work may start.")
            )
        if until and until < self.sudo().company_id.support_local_date():
            raise ValidationError(self.env._("Until: this day is over."))
        if ticket:
            ticket.check_access("read")
            if ticket.sudo().support_account_id != self.sudo():
                raise ValidationError(
                    self.env._("Ticket: it belongs to another client.")
                )


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    support_hold_override_text = fields.Char(
        string="Despite the hold",
        compute="_compute_support_hold_override",
        groups="base.group_user",
    )
    support_is_held = fields.Boolean(
        string="Held",
        compute="_compute_support_hold_override",
        groups="base.group_user",
        help="A hold of the client keeps work on the ticket from starting.",
    )

    @api.depends("support_account_id.hold_ids.date_end", "stage_id")
    @api.depends_context("lang")
    def _compute_support_hold_override(self):
        # sudo: technicians are told whichever holds they may read.
        for ticket, ticket_sudo in zip(self, self.sudo(), strict=True):
            account = ticket_sudo.support_account_id._origin
            asked = account and not ticket_sudo.closed
            holds = account.hold_ids.filtered("is_in_force") if asked else ()
            allowed = [hold._get_override(ticket_sudo._origin) for hold in holds]
            ticket.support_is_held = not all(allowed)
            ticket.support_hold_override_text = " ".join(
                dict.fromkeys(one._explain() for one in allowed if one)
            )

    def action_support_override_hold(self):
        """Ask a manager why work on this ticket goes on despite the hold."""
        self.ensure_one()
        self.check_access("read")
        account = self.sudo().support_account_id.sudo(False)
        return account._open_hold_override(self)
