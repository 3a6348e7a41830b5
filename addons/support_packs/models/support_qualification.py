from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

STATES = [
    ("requested", "Waiting for our answer"),
    ("approved", "Approved"),
    ("refused", "Refused"),
]
# What only the buttons write: who decided what, and when.
DECISION_FIELDS = {"state", "decided_by", "decided_at"}
MAX_DESCRIPTION = 5000
APPLY_PAGE = "/my/support/apply"


class SupportQualification(models.Model):
    """A prospect describes its company, and we say whether it may become a client."""

    _name = "support.qualification"
    _description = "Support Qualification"
    _inherit = ["mail.thread"]
    _order = "id desc"
    _rec_names_search = ["partner_id"]

    partner_id = fields.Many2one(
        "res.partner",
        string="Client",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('parent_id', '=', False)]",
    )
    contact_id = fields.Many2one(
        "res.partner",
        string="Sent by",
        readonly=True,
        help="Who wrote the description in the portal, and is told the decision.",
    )
    company_id = fields.Many2one(related="policy_id.company_id", store=True, index=True)
    policy_id = fields.Many2one(
        "support.policy",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('needs_qualification', '=', True)]",
    )
    description = fields.Text(
        help="What the company does, and which support it needs, in its own words.",
    )
    state = fields.Selection(
        STATES, required=True, readonly=True, default="requested", tracking=True
    )
    reason = fields.Text(
        help="Why the application is refused. The client reads it.", tracking=True
    )
    decided_by = fields.Many2one(
        "res.users", string="Decided by", readonly=True, groups="base.group_user"
    )
    decided_at = fields.Datetime(string="Decided on", readonly=True)

    _open_unique = models.UniqueIndex(
        "(partner_id, policy_id) WHERE state = 'requested'",
        "This client already has an application that waits for an answer.",
    )

    @api.depends("partner_id", "policy_id")
    def _compute_display_name(self):
        # sudo: the reader may not be able to read all partners and policies.
        for record in self.sudo():
            record.display_name = (
                f"{record.partner_id.display_name}: {record.policy_id.name}"
                if record.policy_id
                else ""
            )

    # === CONSTRAINTS AND CRUD METHODS === #

    @api.constrains("partner_id")
    def _check_partner(self):
        for record in self:
            client = record.partner_id.commercial_partner_id
            if record.partner_id != client:
                raise ValidationError(
                    self.env._(
                        "Client: %(contact)s belongs to %(company)s, and the approval "
                        "is the company's.",
                        contact=record.partner_id.display_name,
                        company=client.display_name,
                    )
                )

    @api.constrains("description")
    def _check_description(self):
        for record in self:
            self._check_text(record.description or "")

    @api.model_create_multi
    def create(self, vals_list):
        """Who may create one begins at the beginning: only the buttons decide."""
        if not self.env.su:
            start = {"state": "requested", "decided_by": False, "decided_at": False}
            vals_list = [{**vals, **start} for vals in vals_list]
        for vals in vals_list:
            self._check_none_open(vals.get("partner_id"), vals.get("policy_id"))
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su and DECISION_FIELDS & vals.keys():
            raise AccessError(
                self.env._("State: use the buttons Approve and Refuse instead.")
            )
        if {"partner_id", "policy_id"} & vals.keys():
            self._check_moved(vals)
        return super().write(vals)

    def _check_moved(self, vals):
        """Only who waits for an answer can become another's, or for another policy."""
        for record in self:
            if record.state != "requested":
                raise UserError(
                    self.env._("Client, Policy: a decided application keeps them.")
                )
            partner_id = vals.get("partner_id", record.partner_id.id)
            policy_id = vals.get("policy_id", record.policy_id.id)
            if (partner_id, policy_id) != (record.partner_id.id, record.policy_id.id):
                self._check_none_open(partner_id, policy_id)

    @api.model
    def _check_none_open(self, partner_id, policy_id):
        """Say it in words before the database refuses it."""
        client = self.env["res.partner"].browse(partner_id)
        policy = self.env["support.policy"].browse(policy_id)
        if self._search_of(client, policy, "requested"):
            raise ValidationError(
                self.env._(
                    "Client: an application of %(client)s waits for an answer already.",
                    client=client.display_name,
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_decided(self):
        if any(record.state != "requested" for record in self):
            raise UserError(self.env._("State: a decided application stays on record."))

    # === ACTION METHODS === #

    def action_approve(self):
        """Let the client buy; also one that we refused, or that never applied."""
        self._check_manager()
        self._decide("approved", reason=False)
        return True

    def action_refuse(self):
        """Keep the client from a first purchase; the form has the reason."""
        self._check_manager()
        for record in self:
            if not (record.reason or "").strip():
                raise ValidationError(
                    self.env._("Reason: say why. The client reads it.")
                )
        self._decide("refused")
        return True

    def _check_manager(self):
        """Only managers may write these records at all."""
        self.check_access("write")

    def _decide(self, state, **values):
        """Write the decision down and tell who applied."""
        now = fields.Datetime.now()
        for record in self.filtered(lambda record: record.state != state):
            # sudo: write() keeps these fields from everybody.
            record_sudo = record.sudo()
            record_sudo.write(
                {
                    "state": state,
                    "decided_by": self.env.uid,
                    "decided_at": now,
                    **values,
                }
            )
            record_sudo._tell_contact()

    def _tell_contact(self):
        """Send the decision to who applied, in that person's language."""
        self.ensure_one()
        contact = self.contact_id
        if not contact:
            return
        record = self.with_context(lang=contact.lang or self.env.lang)
        self.message_post(
            subject=record.env._("Your application"),
            body=record._get_state_text(),
            partner_ids=contact.ids,
            subtype_xmlid="mail.mt_comment",
        )

    # === BUSINESS METHODS === #

    @api.model
    def _apply(self, contact, policy, description):
        """Create the application of a client, as it wrote it in the portal.

        :param contact: who sends it; the application is the commercial entity's
        :param description: text of the form, anything
        :return: the application
        """
        # sudo: clients write no records of ours.
        applications = self.sudo()
        text = description.replace("\x00", "").strip()
        if not text:
            raise ValidationError(self.env._("Description: please tell us about you."))
        self._check_text(text)
        policy = policy.sudo()
        problem = policy._get_apply_problem(contact)
        if problem:
            raise ValidationError(problem)
        application = applications.create(
            {
                "partner_id": contact.commercial_partner_id.id,
                "contact_id": contact.id,
                "policy_id": policy.id,
                "description": text,
            }
        )
        application._tell_managers()
        return application

    def _tell_managers(self):
        """Notify those who decide, in the language of the company."""
        self.ensure_one()
        group = self.env.ref("helpdesk_mgmt.group_helpdesk_manager")
        managers = group.all_user_ids.filtered(
            lambda user: user.active and self.company_id in user.company_ids
        )
        if not managers:
            return
        record = self.with_context(lang=self.company_id.partner_id.lang)
        self.message_notify(
            subject=record.env._(
                "Application of %(client)s", client=self.partner_id.display_name
            ),
            body=self.description,
            partner_ids=managers.partner_id.ids,
        )

    @api.model
    def _check_text(self, text):
        """Refuse a description that nobody reads."""
        if len(text) > MAX_DESCRIPTION:
            raise ValidationError(
                self.env._(
                    "Description: at most %(limit)s characters; these are %(length)s.",
                    limit=MAX_DESCRIPTION,
                    length=len(text),
                )
            )

    @api.model
    def _search_of(self, client, policy, *states):
        """Return a client's applications for policies in these states, newest first."""
        return self.sudo().search(
            [
                ("partner_id", "=", client.commercial_partner_id.id),
                ("policy_id", "in", policy.ids),
                ("state", "in", states),
            ]
        )

    @api.model
    def _get_sale_problems(self, policy, products, client):
        """Return why a new client is not approved to buy packs of a policy.

        :return: ``{product: sentence, or None if the client is approved}``
        """
        found = self._search_of(client, policy, "approved", "requested")
        if "approved" in found.mapped("state"):
            return dict.fromkeys(products)
        return {
            product: self._get_sale_problem(product, client, waits=bool(found))
            for product in products
        }

    @api.model
    def _get_sale_problem(self, product, client, waits):
        """Return what a client who is not approved yet has to do, or to wait for."""
        if waits:
            return self.env._(
                "First purchase: %(client)s can buy “%(product)s” once its application "
                "is approved, which waits for our answer.",
                client=client.display_name,
                product=product.display_name,
            )
        return self.env._(
            "First purchase: “%(product)s” is for approved clients. %(client)s can "
            "apply at My account, Support (%(page)s).",
            client=client.display_name,
            product=product.display_name,
            page=APPLY_PAGE,
        )

    @api.model
    def _get_overview(self, contact, company):
        """Return what the page of a prospect shows.

        :return: dict: applications (the latest of each policy, newest first),
            open_policies (those that can be applied for now, sudo), is_client (whether
            no application is needed any more)
        """
        policies = self.env["support.policy"]._get_policies_to_apply_for(company)
        account = self.env["support.account"]._find(contact, company)
        latest = self.browse()
        for record in self._search_of(contact, policies, *dict(STATES)):
            if record.policy_id not in latest.policy_id:
                latest |= record
        return {
            "applications": latest,
            "open_policies": policies.filtered(
                lambda policy: not policy._get_apply_problem(contact)
            ),
            "is_client": account._has_had_pack(),
        }

    def _get_state_text(self):
        """Return how the application stands, as the client reads it."""
        self.ensure_one()
        policy = self.sudo().policy_id.name
        if self.state == "approved":
            return self.env._(
                "Your application for “%(policy)s” is approved: you can buy your first "
                "pack.",
                policy=policy,
            )
        if self.state == "refused":
            return self.env._(
                "Your application for “%(policy)s” is refused: %(reason)s",
                policy=policy,
                reason=self.reason,
            )
        return self.env._(
            "We have received your application for “%(policy)s” and will answer it.",
            policy=policy,
        )
