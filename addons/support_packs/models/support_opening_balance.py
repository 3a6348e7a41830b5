from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .. import const

# More than any pack holds: a slip of the keyboard, which no integer column would take.
MOST_UNITS = 100_000_000
# What a row cannot do without. Zero units left are something; an empty cell is not.
REQUIRED = ("reference", "partner_id", "granted", "remaining", "date_start")
# Set by themselves where the file has a column for them with empty cells.
DEFAULTED = ("company_id", "currency_id")


class SupportOpeningBalance(models.Model):
    """A pack sold before the suite was installed, and what was left of it.

    Made by Odoo's own import of files. Each record opens the account, if there is none,
    and one pack with its entries: what was granted, and what was used before. A record
    says what was imported, for good: it is never edited and never deleted.
    """

    _name = "support.opening.balance"
    _description = "Support Opening Balance"
    _order = "id desc"
    _rec_name = "reference"
    _check_company_auto = True

    reference = fields.Char(
        required=True,
        help="How the other system calls the pack. Unique in the company: a file that "
        "is imported twice is refused.",
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Client",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        help="By name, reference, VAT number or external id. A contact stands for its "
        "company.",
    )
    policy_id = fields.Many2one(
        "support.policy",
        ondelete="restrict",
        check_company=True,
        help="By name or code. May stay empty where the product or the account says "
        "it.",
    )
    product_id = fields.Many2one(
        "product.product",
        ondelete="restrict",
        check_company=True,
        domain="[('support_is_pack', '=', True)]",
    )
    name = fields.Char(
        string="Pack name", help="Empty: the name of the product, with a number."
    )
    unit = fields.Selection(
        const.UNITS,
        help="What the numbers count. May stay empty; if it is there, it must be the "
        "unit of the policy.",
    )
    granted = fields.Integer(
        string="Units granted", required=True, help="Minutes, credits or tickets."
    )
    remaining = fields.Integer(
        string="Units left", required=True, help="On the day of the import."
    )
    date_start = fields.Date(string="Activation", required=True)
    date_end = fields.Date(
        string="Expiry",
        help="The last day of validity. Empty: by the terms of the row, else by those "
        "of the product.",
    )
    expiry_kind = fields.Selection(const.EXPIRY_KINDS, string="Expires")
    expiry_months = fields.Integer(string="Months of validity")
    currency_id = fields.Many2one(
        "res.currency",
        required=True,
        default=lambda self: self.env.company.currency_id,
    )
    amount = fields.Monetary(
        string="Price paid", help="For the whole pack, without taxes."
    )
    pack_id = fields.Many2one(
        "support.pack", readonly=True, ondelete="restrict", index=True, copy=False
    )
    account_id = fields.Many2one(related="pack_id.account_id")
    pack_state = fields.Selection(related="pack_id.state", string="State")
    balance_text = fields.Char(related="pack_id.balance_text", string="Balance today")

    _reference_unique = models.UniqueIndex(
        "(company_id, reference)", "This reference was imported before."
    )

    # === CONSTRAINTS === #
    # In Python, all of them: a message then says the field, and the importer the row.

    @api.constrains("granted", "remaining", "amount")
    def _check_numbers(self):
        for opening in self:
            if not 0 < opening.granted <= MOST_UNITS:
                raise ValidationError(
                    self.env._(
                        "Units granted: a whole number from 1 to %(most)s.",
                        most=MOST_UNITS,
                    )
                )
            if not 0 <= opening.remaining <= opening.granted:
                raise ValidationError(
                    self.env._(
                        "Units left: from 0 to the %(granted)s that were granted, not "
                        "%(left)s.",
                        granted=opening.granted,
                        left=opening.remaining,
                    )
                )
            if opening.amount < 0:
                raise ValidationError(self.env._("Price paid: 0 or more."))

    @api.constrains("date_start", "date_end", "expiry_kind", "expiry_months")
    def _check_dates(self):
        for opening in self:
            # sudo: the company's day is no secret.
            today = opening.sudo().company_id.support_local_date()
            if opening.date_start > today:
                raise ValidationError(
                    self.env._(
                        "Activation: %(date)s is in the future. What has not begun is "
                        "sold with an order.",
                        date=opening.date_start,
                    )
                )
            if opening.date_end and opening.date_end < opening.date_start:
                raise ValidationError(
                    self.env._(
                        "Expiry: %(end)s is before the activation, %(start)s.",
                        end=opening.date_end,
                        start=opening.date_start,
                    )
                )
            opening._check_terms()

    def _check_terms(self):
        self.ensure_one()
        kind, months = self._get_terms()
        if kind == "none" and self.date_end:
            raise ValidationError(
                self.env._("Expiry: a pack that never expires has no last day.")
            )
        if kind != "none" and months < 1 and not self.date_end:
            raise ValidationError(self.env._("Months of validity: at least 1."))
        if kind == "last_use" and not self.date_end and self.remaining < self.granted:
            raise ValidationError(
                self.env._(
                    "Expiry: it counts from the last use, which the file does not "
                    "tell. Give the date."
                )
            )

    @api.constrains("policy_id", "product_id", "unit", "partner_id", "company_id")
    def _check_policy(self):
        for opening in self:
            opening._check_product()
            policy = opening._get_policy()
            account = opening._get_account()
            if not policy:
                raise ValidationError(
                    self.env._(
                        "Policy: %(client)s has no support account yet. Say which "
                        "policy it will follow.",
                        client=opening.partner_id.display_name,
                    )
                )
            if account and account.policy_id != policy:
                raise ValidationError(
                    self.env._(
                        "Policy: the account of %(client)s follows “%(policy)s”.",
                        client=account.display_name,
                        policy=account.policy_id.name,
                    )
                )
            opening._check_unit(policy)

    def _check_product(self):
        self.ensure_one()
        if self.product_id and not self.product_id.support_is_pack:
            raise ValidationError(
                self.env._(
                    "Product: “%(product)s” is not a support pack.",
                    product=self.product_id.display_name,
                )
            )

    def _check_unit(self, policy):
        """The row, its product and the policy count the same."""
        self.ensure_one()
        if policy.unit not in dict(const.UNITS):
            raise ValidationError(
                self.env._(
                    "Policy: under “%(policy)s” nothing is counted, so it has no "
                    "packs.",
                    policy=policy.name,
                )
            )
        for field_name, unit in (
            ("unit", self.unit),
            ("product_id", self.product_id.support_unit),
        ):
            if unit and unit != policy.unit:
                raise ValidationError(
                    self.env._(
                        "%(field)s: it counts another unit than the policy "
                        "“%(policy)s”.",
                        field=self._fields[field_name]._description_string(self.env),
                        policy=policy.name,
                    )
                )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        vals_list = [self._clean_values(vals) for vals in vals_list]
        self._check_complete(vals_list)
        self._check_references(vals_list)
        openings = super().create(vals_list)
        for opening in openings:
            opening._open_pack()
        return openings

    def write(self, vals):  # pylint: disable=method-required-super
        raise UserError(self._get_refusal())

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self._get_refusal())

    def copy(self, default=None):  # pylint: disable=method-required-super
        raise UserError(self._get_refusal())

    @api.model
    def _get_refusal(self):
        return self.env._(
            "An opening balance says what was imported: it is neither changed nor "
            "deleted."
        )

    @api.model
    def _clean_values(self, vals):
        """Return the values of a row: no pack of another, no spaces, no empty cells."""
        vals = {
            name: value.strip() if isinstance(value, str) else value
            for name, value in vals.items()
            if name != "pack_id" and not (name in DEFAULTED and not value)
        }
        if "company_id" in vals and "currency_id" not in vals:
            company = self.env["res.company"].browse(vals["company_id"])
            vals["currency_id"] = company.sudo().currency_id.id
        return vals

    @api.model
    def _check_complete(self, vals_list):
        """Here, because the database would answer with an error in the log."""
        for vals in vals_list:
            for name in REQUIRED:
                value = vals.get(name)
                if value is None or value is False or value == "":
                    raise ValidationError(
                        self.env._(
                            "%(field)s: please fill it in.",
                            field=self._fields[name]._description_string(self.env),
                        )
                    )
                if name in ("granted", "remaining") and abs(value) > MOST_UNITS:
                    raise ValidationError(
                        self.env._(
                            "%(field)s: at most %(most)s.",
                            field=self._fields[name]._description_string(self.env),
                            most=MOST_UNITS,
                        )
                    )

    @api.model
    def _check_references(self, vals_list):
        """What was imported is not imported again; neither is a row that is twice."""
        seen = set()
        for vals in vals_list:
            company_id = vals.get("company_id") or self.env.company.id
            key = (company_id, vals["reference"])
            if key in seen or self.sudo().search_count(
                [("company_id", "=", company_id), ("reference", "=", key[1])], limit=1
            ):
                raise ValidationError(
                    self.env._(
                        "Reference: “%(reference)s” was imported before.",
                        reference=vals["reference"],
                    )
                )
            seen.add(key)

    # === BUSINESS METHODS === #

    def _get_account(self):
        self.ensure_one()
        return self.env["support.account"]._find(self.partner_id, self.company_id)

    def _get_policy(self):
        """Return the policy of the row, else of its client's account or product."""
        self.ensure_one()
        # sudo: the product's policy may be another company's, and is then refused.
        return (
            self.policy_id
            or self._get_account().policy_id
            or self.sudo().product_id.support_policy_id.filtered(
                lambda policy: policy.company_id == self.company_id
            )
        )

    def _get_terms(self):
        """Return how the pack expires: of the row, else of the product.

        :return: kind (see :data:`const.EXPIRY_KINDS`), months
        """
        self.ensure_one()
        product = self.product_id
        if self.expiry_kind:
            return self.expiry_kind, self.expiry_months
        if self.expiry_months:
            return "purchase", self.expiry_months
        if product:
            return product.support_expiry, product.support_expiry_months
        # A date alone is a term, too.
        return ("purchase" if self.date_end else "none"), 0

    def _open_pack(self):
        """Make the pack that the row tells of, with its entries; no sale is made."""
        self.ensure_one()
        # sudo: managers import, but nobody may write packs. The account is theirs.
        opening = self.sudo()
        account = opening.env["support.account"]._find_or_open(
            opening.partner_id, opening.company_id, opening._get_policy()
        )
        pack = opening.env["support.pack"].create(opening._prepare_pack(account))
        opening._post_opening(pack)
        if pack.state == "active":
            # Who has units left is a client.
            account.active = True
        opening._link_pack(pack)

    def _link_pack(self, pack):
        """Keep the pack with its receipt: the only thing that is ever written on it."""
        # Past our own ``write``, which is closed to everybody.
        return super().write({"pack_id": pack.id})  # pylint: disable=super-method-mismatch
