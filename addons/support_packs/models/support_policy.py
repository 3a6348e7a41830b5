from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError

from .. import const


class SupportPolicy(models.Model):
    """A way of selling support: what is counted, when it is debited, and what
    becomes of work that the packs do not cover."""

    _name = "support.policy"
    _description = "Support Policy"
    _order = "sequence, name, id"
    _check_company_auto = True
    _rec_names_search = ["name", "code"]

    name = fields.Char(required=True, translate=True)
    code = fields.Char(
        help="Technical name, for presets and imports. Unique in the company.",
    )
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    unit = fields.Selection(const.POLICY_UNITS, required=True, default="minute")
    debit_on = fields.Selection(
        const.DEBIT_ON,
        string="Debited on",
        required=True,
        default="work",
        help="When the units that a ticket costs leave the client's packs.",
    )
    request_type_ids = fields.One2many("support.request.type", "policy_id")
    uncovered_policy = fields.Selection(
        const.UNCOVERED_POLICIES,
        string="Without enough balance",
        required=True,
        default="invoice",
        help="What becomes of the units of a ticket that no pack covers.",
    )
    uncovered_cap = fields.Integer(
        string="Cap on what is not covered",
        help="Once so many units of a client are neither covered by packs nor invoiced "
        "or waived, no new work for that client is started. 0: no cap.",
    )
    warning_quantity = fields.Integer(
        string="Warn from",
        help="Technicians are warned on tickets when the client's balance comes down "
        "to so many units. 0: only when the balance does not cover the work.",
    )
    pack_product_ids = fields.One2many(
        "product.template", "support_policy_id", string="Pack products"
    )
    minutes_per_credit = fields.Integer(
        default=1,
        help="Minutes of work that make one credit; parts are rounded up.",
    )
    check_ids = fields.One2many(
        "support.request.check", "policy_id", string="Checklist"
    )
    supplement_ids = fields.One2many(
        "support.channel.supplement",
        "policy_id",
        string="Channel supplements",
        help="What work by telephone or video costs on top.",
    )
    urgent_percent = fields.Integer(
        string="Urgent surcharge (%)",
        help="What an accepted urgency adds, in percent of the time. 0: nothing.",
    )
    minimum_after_multiplier = fields.Boolean(
        string="Minimum after the surcharge",
        help="Off: the minimum first, then the surcharge (20 urgent minutes with a "
        "minimum of 60 and +50 % are 90). On: the surcharge first, then the minimum "
        "(60).",
    )
    overage_product_id = fields.Many2one(
        "product.product",
        check_company=True,
        domain="[('type', '=', 'service'), ('support_is_pack', '=', False)]",
        help="Its price is asked for units that no pack covers.",
    )

    _code_unique = models.UniqueIndex(
        "(company_id, code) WHERE code IS NOT NULL",
        "Another policy of this company has this code.",
    )
    _minutes_per_credit_positive = models.Constraint(
        "CHECK (minutes_per_credit >= 1)",
        "Minutes per credit: at least 1.",
    )
    _urgent_percent_range = models.Constraint(
        "CHECK (urgent_percent >= 0)",
        "Urgent surcharge: 0 or more.",
    )

    @api.constrains("uncovered_cap", "warning_quantity")
    def _check_limits(self):
        for policy in self:
            for name in ("uncovered_cap", "warning_quantity"):
                if policy[name] < 0:
                    raise ValidationError(
                        self.env._(
                            "%(field)s: 0 or more units.",
                            field=self._fields[name]._description_string(self.env),
                        )
                    )

    @api.constrains("unit", "debit_on", "urgent_percent")
    def _check_unit(self):
        for policy in self:
            if policy.unit == "ticket" and policy.urgent_percent:
                raise ValidationError(
                    self.env._(
                        "Urgent surcharge: a policy that counts tickets cannot have "
                        "one, because a ticket is not divided."
                    )
                )
            if policy.unit == "ticket" and policy.debit_on == "work":
                raise ValidationError(
                    self.env._(
                        "Debited on: a policy that counts tickets debits when the "
                        "ticket is admitted or resolved, not with each work entry."
                    )
                )

    @api.constrains("unit")
    def _check_unit_unused(self):
        """Packs keep the unit of their sale, so their policy has to keep it too."""
        for policy in self:
            other = self.env["support.pack"].search_count(
                [
                    ("account_id.policy_id", "=", policy.id),
                    ("unit", "!=", policy.unit),
                ],
                limit=1,
            )
            if other:
                raise ValidationError(
                    self.env._(
                        "Unit: packs in another unit have been sold under the policy "
                        "%(policy)s. Make a new policy instead.",
                        policy=policy.name,
                    )
                )

    @api.constrains("company_id")
    def _check_company_unused(self):
        for policy in self:
            other = self.env["support.account"].search_count(
                [
                    ("policy_id", "=", policy.id),
                    ("company_id", "!=", policy.company_id.id),
                ],
                limit=1,
            )
            if other:
                raise ValidationError(
                    self.env._(
                        "Company: the policy %(policy)s has accounts in another "
                        "company.",
                        policy=policy.name,
                    )
                )

    def _get_default_type(self):
        """Return the request type of a ticket that says nothing else: the first."""
        return self.request_type_ids[:1]

    @tools.ormcache("self.id")
    def _get_supplements(self):
        """Return what channels cost on top: ``{channel id: engine Supplement}``.

        Asked with every first work on a ticket, and changed once a year.
        """
        return self.supplement_ids._prepare_supplements()

    def _get_packs_to_buy(self, missing, new_client=False):
        """Return the packs that would cover what is missing, smallest first.

        Where none is large enough: the largest one.

        :param missing: units of the policy (integer)
        :param new_client: only what somebody may buy who has never had a pack
        :return: product.product, empty when nothing sells packs of the policy
        """
        self.ensure_one()
        packs = self.pack_product_ids.product_variant_ids.filtered(
            lambda product: (
                product.active
                and product.sale_ok
                and product.support_is_pack
                and product.support_unit == self.unit
                and product.support_quantity
                and product.company_id in (self.company_id.browse(), self.company_id)
            )
        )
        if new_client and self.limit_first_purchase:
            packs = packs.filtered("support_for_new_clients")
        packs = packs.sorted(lambda product: (product.support_quantity, product.id))
        return packs.filtered(lambda p: p.support_quantity >= missing) or packs[-1:]
