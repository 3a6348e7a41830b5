from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import clean_context

from .. import const


class SupportUrgencyConsent(models.Model):
    """That a client wants a ticket treated as urgent, at the price it was shown.

    Without one that stands there is no surcharge: neither a priority nor stars nor the
    words of a subject are consent. It is written once, by an act of the client or by
    who records the client's written words, and cancelled once, with a reason.
    """

    _name = "support.urgency.consent"
    _description = "Consent to an Urgency"
    _order = "id desc"
    _rec_name = "ticket_id"
    _allow_sudo_commands = False

    ticket_id = fields.Many2one(
        "helpdesk.ticket",
        required=True,
        index=True,
        ondelete="restrict",
        readonly=True,
    )
    account_id = fields.Many2one(
        "support.account",
        required=True,
        index=True,
        ondelete="restrict",
        readonly=True,
        help="Who pays. It holds for no other client to whom the ticket may move.",
    )
    company_id = fields.Many2one(
        related="account_id.company_id", store=True, precompute=True, index=True
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Accepted by",
        required=True,
        ondelete="restrict",
        readonly=True,
    )
    user_id = fields.Many2one(
        "res.users",
        string="Recorded by",
        ondelete="set null",
        readonly=True,
        help="Who was logged in: the client, or who recorded the client's written "
        "words. Empty: by the link of an e-mail, without logging in.",
    )
    channel = fields.Selection(
        const.URGENCY_CHANNELS, required=True, readonly=True, help="How it came."
    )
    evidence = fields.Text(
        required=True,
        readonly=True,
        help="What the client did or wrote, as it was then.",
    )
    message_id = fields.Many2one(
        "mail.message",
        index="btree_not_null",
        ondelete="restrict",
        readonly=True,
        help="The client's message on the ticket that asks for it.",
    )
    terms_id = fields.Many2one(
        "support.terms",
        string="Conditions",
        ondelete="restrict",
        readonly=True,
        help="The version in force when it was accepted. Of what staff recorded, the "
        "client was told of them afterwards, in the e-mail that confirms it.",
    )
    percent = fields.Integer(
        string="Surcharge (%)",
        required=True,
        readonly=True,
        aggregator=None,
        help="It stays with the consent, whatever the policy says later.",
    )
    price_shown = fields.Text(
        readonly=True,
        help="What the client was told that it costs, word for word. Of what staff "
        "recorded, it was told afterwards, in the e-mail that confirms it.",
    )
    price_told = fields.Selection(
        const.PRICE_TOLD,
        string="Price and conditions told",
        compute="_compute_price_told",
        help="Whether the client saw them on the page where it accepted, or was told "
        "of them after staff recorded what it wrote.",
    )
    typed_before = fields.Integer(
        string="Typed units before",
        readonly=True,
        aggregator=None,
        help="Units that were typed when it was accepted: they carry no surcharge.",
    )
    accepted_at = fields.Datetime(
        required=True,
        readonly=True,
        index=True,
        help="Work dated from then on is urgent.",
    )
    ip = fields.Char(string="IP address", readonly=True)
    lang = fields.Char(string="Language", readonly=True)
    state = fields.Selection(
        const.CONSENT_STATES, required=True, readonly=True, default="accepted"
    )
    cancelled_at = fields.Datetime(readonly=True)
    cancelled_by_id = fields.Many2one(
        "res.users", string="Cancelled by", ondelete="set null", readonly=True
    )
    cancel_ground = fields.Selection(
        const.CANCEL_GROUNDS, string="Ground", readonly=True
    )
    cancel_reason = fields.Text(
        string="Reason", readonly=True, help="The client reads it."
    )

    lost_units = fields.Integer(
        readonly=True,
        aggregator=None,
        help="Units of the surcharge that went back to packs that are closed or over: "
        "nobody can use them, so that money may be owed.",
    )

    _one_stands = models.UniqueIndex(
        "(ticket_id) WHERE state = 'accepted'", "This ticket is urgent already."
    )
    _message_once = models.UniqueIndex(
        "(message_id) WHERE message_id IS NOT NULL",
        "This message was recorded as evidence before.",
    )
    _percent_range = models.Constraint("CHECK (percent >= 0)", "Surcharge: 0 or more.")

    @api.depends("message_id")
    def _compute_price_told(self):
        for consent in self:
            consent.price_told = "after" if consent.message_id else "before"

    # === CRUD METHODS === #
    # Closed, all of them: that is why none calls super.

    @api.private
    def create(self, vals_list):  # pylint: disable=method-required-super
        raise UserError(self._get_refusal())

    def write(self, vals):  # pylint: disable=method-required-super
        raise UserError(self._get_refusal())

    def unlink(self):  # pylint: disable=method-required-super
        raise UserError(self._get_refusal())  # pylint: disable=no-raise-unlink

    def copy(self, default=None):  # pylint: disable=method-required-super
        raise UserError(self._get_refusal())

    @api.model
    def _get_refusal(self):
        return self.env._(
            "Consents to urgencies are written once: they are neither made by hand nor "
            "changed nor deleted."
        )

    def _store(self, values):
        """Write down a consent, past our own refusal, which is for everybody else."""
        # sudo: nobody has the right to make them; the verbs ask who acts.
        # Without the caller's defaults: what is not said of a consent is empty.
        consents = self.sudo().with_context(clean_context(self.env.context))
        return super(  # pylint: disable=super-method-mismatch
            SupportUrgencyConsent, consents
        ).create([values])

    def _covers(self, work):
        """Whether work was done urgently: from the acceptance on."""
        self.ensure_one()
        # A form may hold work without a date.
        return bool(work.date) and work.date >= self.accepted_at

    def _store_cancellation(self, values):  # pylint: disable=missing-return
        self.ensure_one()
        super(  # pylint: disable=super-method-mismatch
            SupportUrgencyConsent, self.sudo()
        ).write({**values, "state": "cancelled"})
