from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import clean_context

from odoo.addons.support_packs.const import POLICY_UNITS
from odoo.addons.support_packs.models.support_case import take_row

from .. import const
from ..engine import estimate as engine

# More than a work entry may hold.
MOST_MINUTES = 100_000
MOST_TOLERANCE = 100
# What whoever writes an estimate decides; everything else is found out, or done.
EDITABLE = frozenset({"ticket_id", "minutes", "credits", "tolerance_percent"}) | {
    "valid_until",
    "note",
}


class SupportEstimate(models.Model):
    """How long the work on a ticket takes, as far as anybody can say, and whether the
    client agrees.

    It is for the whole ticket, what was done before included. A new version takes the
    place of what was sent before; what the client accepted holds until the client
    accepts another. Who did what and when is written once, by the verbs alone.
    """

    _name = "support.estimate"
    _description = "Support Estimate"
    _order = "ticket_id desc, version desc, id desc"
    _check_company_auto = True
    _allow_sudo_commands = False

    ticket_id = fields.Many2one(
        "helpdesk.ticket",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('support_account_id', '!=', False), ('closed', '=', False)]",
    )
    account_id = fields.Many2one(
        "support.account",
        string="Client",
        required=True,
        index=True,
        ondelete="restrict",
        readonly=True,
        help="Who pays. It holds for no other client to whom the ticket may move.",
    )
    company_id = fields.Many2one(
        related="account_id.company_id", store=True, precompute=True, index=True
    )
    version = fields.Integer(
        required=True, readonly=True, default=1, copy=False, aggregator=None
    )
    state = fields.Selection(
        const.ESTIMATE_STATES,
        required=True,
        readonly=True,
        copy=False,
        default="draft",
        index=True,
    )
    minutes = fields.Integer(
        required=True,
        help="Of the whole ticket, with what was worked on it so far.",
    )
    credits = fields.Integer(
        compute="_compute_credits",
        inverse="_inverse_credits",
        help="The same in credits, where the client pays with them.",
    )
    unit = fields.Selection(
        POLICY_UNITS, compute="_compute_unit", help="What the client pays with."
    )
    tolerance_percent = fields.Integer(
        string="Tolerance (%)",
        required=True,
        default=10,
        aggregator=None,
        help="An estimate is indicative. Once so much more than estimated was worked, "
        "the ticket asks for a new acceptance.",
    )
    limit_minutes = fields.Integer(
        string="Asks again at (min)",
        compute="_compute_limit_minutes",
        help="Once so many minutes were worked, the ticket asks for a new acceptance.",
    )
    valid_until = fields.Date(
        help="The last day on which the client may accept it. Empty: as many days from "
        "sending it as the policy says.",
    )
    note = fields.Text(
        string="What it is for", help="What will be done. The client reads it."
    )

    # What happened: written once.
    sent_at = fields.Datetime(readonly=True, copy=False)
    sent_by_id = fields.Many2one(
        "res.users", string="Sent by", ondelete="set null", readonly=True, copy=False
    )
    message_before = fields.Integer(
        readonly=True,
        copy=False,
        aggregator=None,
        help="The last message on the ticket when it was sent: what came before "
        "accepts nothing.",
    )
    accepted_at = fields.Datetime(readonly=True, copy=False, index="btree_not_null")
    accepted_by = fields.Many2one(
        "res.partner", ondelete="restrict", readonly=True, copy=False
    )
    accepted_user_id = fields.Many2one(
        "res.users",
        string="Recorded by",
        ondelete="set null",
        readonly=True,
        copy=False,
        help="Who was logged in: the client, or who recorded the client's written "
        "words. Empty: by the link of an e-mail, without logging in.",
    )
    channel = fields.Selection(
        const.ESTIMATE_CHANNELS, string="How", readonly=True, copy=False
    )
    evidence = fields.Text(
        readonly=True,
        copy=False,
        help="What the client did or wrote, as it was then.",
    )
    message_id = fields.Many2one(
        "mail.message",
        index="btree_not_null",
        ondelete="restrict",
        readonly=True,
        copy=False,
        help="The client's message on the ticket that accepts it.",
    )
    terms_id = fields.Many2one(
        "support.terms",
        string="Conditions",
        ondelete="restrict",
        readonly=True,
        copy=False,
        help="The version that the client was shown. Empty where its text was changed "
        "between sending the estimate and the client's written words.",
    )
    terms_stamp = fields.Char(readonly=True, copy=False)
    shown = fields.Text(
        string="What the client read",
        readonly=True,
        copy=False,
        help="What the client was told that it takes and costs, word for word.",
    )
    ip = fields.Char(string="IP address", readonly=True, copy=False)
    lang = fields.Char(string="Language", readonly=True, copy=False)
    rejected_at = fields.Datetime(readonly=True, copy=False)
    rejected_by = fields.Many2one(
        "res.partner", ondelete="restrict", readonly=True, copy=False
    )
    reject_reason = fields.Text(string="Reason", readonly=True, copy=False)
    ended_at = fields.Datetime(
        string="Ended",
        readonly=True,
        copy=False,
        help="When its time was over, or another one took its place.",
    )
    replaced_by_id = fields.Many2one(
        "support.estimate",
        string="Replaced by",
        ondelete="set null",
        readonly=True,
        copy=False,
    )
    exceeded_at = fields.Datetime(
        readonly=True,
        copy=False,
        help="When the accepted minutes and their tolerance were used up.",
    )

    _version_unique = models.UniqueIndex(
        "(ticket_id, version)", "This ticket has this version of its estimate already."
    )
    _one_sent = models.UniqueIndex(
        "(ticket_id) WHERE state = 'sent'", "Another estimate of this ticket is sent."
    )
    _one_in_force = models.UniqueIndex(
        "(ticket_id) WHERE state IN ('accepted', 'exceeded')",
        "Another estimate of this ticket is accepted.",
    )
    _message_once = models.UniqueIndex(
        "(message_id) WHERE message_id IS NOT NULL",
        "This message was recorded as an acceptance before.",
    )

    @api.depends("ticket_id.number", "version")
    @api.depends_context("lang")
    def _compute_display_name(self):
        # sudo: the number is no secret from who may see the estimate. In one query.
        tickets = self.sudo().ticket_id
        numbers = {ticket.id: ticket.number for ticket in tickets}
        for estimate in self:
            estimate.display_name = self.env._(
                "%(ticket)s, estimate %(version)s",
                ticket=numbers.get(estimate.ticket_id.id) or "",
                version=estimate.version,
            )

    @api.depends("ticket_id.support_account_id.policy_id.unit")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_unit(self):
        for estimate in self:
            # Of the ticket, for a form has no account yet; of one that is read.
            known = estimate.ticket_id._origin.has_access("read")
            account = estimate.sudo().ticket_id.support_account_id
            estimate.unit = account.policy_id.unit if known else False

    @api.depends("minutes", "ticket_id.support_account_id.policy_id.minutes_per_credit")
    def _compute_credits(self):
        for estimate in self:
            per_credit = estimate._get_minutes_per_credit()
            estimate.credits = engine.credits_of(estimate.minutes, per_credit)

    def _inverse_credits(self):
        for estimate in self:
            estimate.minutes = estimate.credits * estimate._get_minutes_per_credit()

    @api.onchange("credits")
    def _onchange_credits(self):
        """Who types credits sees their minutes; typed minutes stay as they are."""
        per_credit = self._get_minutes_per_credit()
        if engine.credits_of(self.minutes, per_credit) != self.credits:
            self.minutes = self.credits * per_credit

    def _get_minutes_per_credit(self):
        # sudo: technicians may not read all of a policy of theirs.
        policy = self.sudo().ticket_id.support_account_id.policy_id
        return policy.minutes_per_credit or 1

    @api.depends("minutes", "tolerance_percent")
    def _compute_limit_minutes(self):
        for estimate in self:
            # A form may hold numbers that cannot be saved.
            estimate.limit_minutes = engine.limit(
                max(estimate.minutes, 0), max(estimate.tolerance_percent, 0)
            )

    @api.constrains("minutes", "tolerance_percent")
    def _check_numbers(self):
        for estimate in self:
            if not 0 < estimate.minutes <= MOST_MINUTES:
                raise ValidationError(
                    self.env._(
                        "Minutes: a whole number from 1 to %(most)s.", most=MOST_MINUTES
                    )
                )
            if not 0 <= estimate.tolerance_percent <= MOST_TOLERANCE:
                raise ValidationError(
                    self.env._(
                        "Tolerance (%%): from 0 to %(most)s.", most=MOST_TOLERANCE
                    )
                )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Make drafts. The rest of an estimate is what happens to it."""
        # Without the caller's defaults: nobody is accepted by one.
        estimates = self.with_context(clean_context(self.env.context))
        prepared = []
        for vals in vals_list:
            values = estimates._prepare_draft(vals)
            same = [one for one in prepared if one["ticket_id"] == values["ticket_id"]]
            values["version"] += len(same)
            prepared.append(values)
        return super(SupportEstimate, estimates).create(prepared)

    def _prepare_draft(self, vals):
        """Return the values of a new draft: what its author says, and no facts."""
        self._refuse_facts(vals)
        ticket = self.env["helpdesk.ticket"].browse(vals.get("ticket_id")).exists()
        if not ticket:
            raise ValidationError(self.env._("Ticket: an estimate is for one."))
        # Whoever may not work on the ticket estimates nothing of it.
        ticket.check_access("write")
        ticket_sudo = ticket.sudo()
        account = ticket_sudo.support_account_id
        if not account:
            raise ValidationError(
                self.env._(
                    "Ticket: %(number)s has no support account, so nobody could accept "
                    "an estimate.",
                    number=ticket_sudo.number,
                )
            )
        # Of two who begin a version at once, the second is run again.
        take_row(ticket_sudo)
        ticket_sudo.invalidate_recordset(["support_estimate_ids"])
        others = ticket_sudo.support_estimate_ids
        vals = dict(vals)
        typed = vals.pop("credits", None)
        if typed is not None:
            vals.setdefault("minutes", typed * account.policy_id.minutes_per_credit)
        return {
            "tolerance_percent": account.policy_id.estimate_tolerance,
            **vals,
            # Neither a default of the caller's own nor anything else is a fact.
            **dict.fromkeys(self._get_fact_names(), False),
            "account_id": account.id,
            "version": max(others.mapped("version"), default=0) + 1,
            "state": "draft",
        }

    @api.model
    def _get_fact_names(self):
        """Return the names of the fields that say what happened to an estimate."""
        automatic = {"id", *models.MAGIC_COLUMNS}
        return {
            name
            for name, field in self._fields.items()
            if field.column_type and field.readonly and not field.compute
        } - automatic

    def write(self, vals):
        self._refuse_facts(vals)
        if "minutes" in vals and "credits" in vals:
            # A form sends both; minutes within a credit are not rounded up.
            vals = {name: vals[name] for name in vals if name != "credits"}
        if "ticket_id" in vals or any(one.state != "draft" for one in self):
            raise UserError(
                self.env._(
                    "What was sent to the client is not changed any more. Make a new "
                    "version instead."
                )
            )
        return super().write(vals)

    @api.model
    def _refuse_facts(self, vals):
        sealed = sorted(vals.keys() - EDITABLE)
        if sealed:
            field = self._fields.get(sealed[0])
            raise AccessError(
                self.env._(
                    "%(field)s: it follows from what was done. Nobody writes it by "
                    "hand.",
                    field=field._description_string(self.env) if field else sealed[0],
                )
            )

    def _store(self, values):  # pylint: disable=missing-return
        """Write down what happened, past our own refusal."""
        # sudo: nobody has the right to; the verbs ask who acts.
        super(  # pylint: disable=super-method-mismatch
            SupportEstimate, self.sudo()
        ).write(values)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_sent(self):
        if any(estimate.state != "draft" for estimate in self):
            raise UserError(
                self.env._("Only drafts are deleted: clients read the others.")
            )

    def copy(self, default=None):  # pylint: disable=method-required-super
        raise UserError(self.env._("Make a new version on the ticket instead."))
