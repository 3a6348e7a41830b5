from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.http import request

ACCEPTANCE_CONTEXTS = [
    ("purchase", "Purchase"),
    ("estimate", "Estimate"),
    ("urgency", "Urgency"),
    ("other", "Other"),
]
MAX_NAME = 200


class SupportTermsAcceptance(models.Model):
    """That somebody accepted one version of the terms. Written once, never changed.

    Only acts of the client make one (:meth:`_accept`): never staff for a client, and
    nobody over RPC.
    """

    _name = "support.terms.acceptance"
    _description = "Acceptance of Support Terms"
    _order = "id desc"
    _rec_name = "signed_name"
    _allow_sudo_commands = False

    partner_id = fields.Many2one(
        "res.partner",
        string="Contact",
        required=True,
        index=True,
        ondelete="restrict",
        readonly=True,
    )
    client_id = fields.Many2one(
        "res.partner",
        required=True,
        index=True,
        ondelete="restrict",
        readonly=True,
        help="Whom the contact accepted for. It stays when the contact changes "
        "employer.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Logged in as",
        ondelete="set null",
        readonly=True,
        help="Empty: by the link of an e-mail, without logging in.",
    )
    signed_name = fields.Char(
        string="Name",
        required=True,
        readonly=True,
        help="As the client signed, or the name of who was logged in.",
    )
    terms_id = fields.Many2one(
        "support.terms", required=True, index=True, ondelete="restrict", readonly=True
    )
    version = fields.Integer(related="terms_id.version")
    company_id = fields.Many2one(
        related="terms_id.company_id", store=True, precompute=True, index=True
    )
    date = fields.Datetime(string="Accepted on", required=True, readonly=True)
    context = fields.Selection(
        ACCEPTANCE_CONTEXTS, string="Act", required=True, readonly=True
    )
    ip = fields.Char(string="IP address", readonly=True)
    lang = fields.Char(
        string="Language", readonly=True, help="In which the text was shown."
    )
    res_model = fields.Char(string="Model", readonly=True)
    res_id = fields.Many2oneReference(
        model_field="res_model", string="Record", readonly=True, index=True
    )
    reference = fields.Char(
        readonly=True, help="What was bought, or asked for, under these terms."
    )

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
            "What clients accepted is written once: acceptances are neither made by "
            "hand nor changed nor deleted."
        )

    # === BUSINESS METHODS === #

    @api.model
    def _accept(self, terms, partner, context, record=None, name=None):
        """Store that a client accepts these versions now, and return that.

        Called by what the client does, after its rights were checked: the user of the
        environment is who acts. Calling it again for the same record adds nothing.

        :param terms: support.terms; each the version that the client read
        :param partner: whom it is accepted for; a logged-in contact of the same client
            acts in its own name
        :param context: code of ``ACCEPTANCE_CONTEXTS``
        :param record: what it is about: an order, a ticket
        :param name: as who is not logged in signs
        """
        user = self.env.user
        contact = partner.sudo()
        client = contact.commercial_partner_id
        if user.partner_id.sudo().commercial_partner_id == client:
            contact = user.partner_id.sudo()
        # sudo: nobody has the right to write them; this is the only place that does.
        accepted = self.sudo()
        values = {
            "partner_id": contact.id,
            "client_id": client.id,
            "user_id": False if user._is_public() else user.id,
            "signed_name": (name or "").replace("\x00", "").strip()[:MAX_NAME]
            or ("" if user._is_public() else user.sudo().name)
            or contact.name
            or contact.display_name,
            "date": fields.Datetime.now(),
            "context": context,
            "ip": request.httprequest.remote_addr if request else False,
            "lang": self.env.lang,
            "res_model": record._name if record else False,
            "res_id": record.id if record else False,
            "reference": record.sudo().display_name if record else False,
        }
        missing = terms - accepted._search_of(record, context).terms_id
        if missing:
            missing.sudo()._mark_accepted()
        # Past our own refusal, which is for everybody else.
        return super(  # pylint: disable=super-method-mismatch
            SupportTermsAcceptance, accepted
        ).create([{**values, "terms_id": one.id} for one in missing])

    @api.model
    def _search_of(self, records, context):
        """Return what was accepted for these records in this act (sudo)."""
        if not records:
            return self.sudo().browse()
        return self.sudo().search(
            [
                ("res_model", "=", records._name),
                ("res_id", "in", records.ids),
                ("context", "=", context),
            ]
        )
