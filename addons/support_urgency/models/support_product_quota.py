from odoo import Command, api, fields, models
from odoo.exceptions import ValidationError


class SupportProductQuota(models.Model):
    """How many tickets of one priority each pack of a product holds [004].

    All variants of a product share its quotas.
    """

    _name = "support.product.quota"
    _description = "Quota of a Pack Product"
    _order = "product_tmpl_id, priority_id, id"
    _rec_name = "priority_id"

    product_tmpl_id = fields.Many2one(
        "product.template",
        string="Product",
        required=True,
        index=True,
        ondelete="cascade",
    )
    priority_id = fields.Many2one(
        "support.priority", required=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="priority_id.company_id", store=True)
    quantity = fields.Integer(
        string="Tickets", required=True, default=1, help="At most; 1 or more."
    )

    _priority_unique = models.UniqueIndex(
        "(product_tmpl_id, priority_id)",
        "Priority: the product has a quota for it already.",
    )

    @api.constrains("quantity")
    def _check_quantity(self):
        for quota in self:
            if quota.quantity < 1:
                raise ValidationError(
                    self.env._(
                        "Tickets: a quota of %(priority)s is 1 or more. Remove the "
                        "line if the priority is not included.",
                        priority=quota.priority_id.display_name,
                    )
                )

    @api.constrains("product_tmpl_id", "priority_id")
    def _check_product(self):
        self.product_tmpl_id._check_support_quotas()


class ProductTemplate(models.Model):
    _inherit = "product.template"

    support_quota_ids = fields.One2many(
        "support.product.quota",
        "product_tmpl_id",
        string="Quotas per priority",
        copy=True,
        groups="base.group_user",
        help="How many tickets of each priority one pack holds, at most. Priorities "
        "that are not listed are not included. Empty: any priority.",
    )
    support_quota_warning = fields.Char(
        compute="_compute_support_quota_warning", groups="base.group_user"
    )

    @api.depends(
        "support_quota_ids.quantity",
        "product_variant_ids.support_quantity",
        "support_quantity",
    )
    @api.depends_context("lang")
    def _compute_support_quota_warning(self):
        for product in self:
            product.support_quota_warning = product._get_support_quota_warning()

    def _get_support_quota_warning(self):
        """Return where the quotas and the content differ, in words, or nothing."""
        self.ensure_one()
        total = sum(self.support_quota_ids.mapped("quantity"))
        contents = self.product_variant_ids.mapped("support_quantity")
        if len(contents) < 2:
            contents = [self.support_quantity]
        differing = [str(content) for content in contents if content != total]
        if not self.support_quota_ids or not differing:
            return False
        return self.env._(
            "The quotas come to %(total)s tickets, the content is %(content)s. Both "
            "are maxima: whichever is used up first ends it.",
            total=total,
            content=", ".join(dict.fromkeys(differing)),
        )

    @api.constrains("support_policy_id", "support_unit", "support_is_pack")
    def _check_support_quotas(self):
        for product in self.filtered("support_quota_ids"):
            if product.support_unit != "ticket":
                raise ValidationError(
                    self.env._(
                        "Quotas per priority: only packs of tickets have them, and "
                        "%(name)s counts another unit.",
                        name=product.name,
                    )
                )
            policy = product.support_policy_id
            other = product.support_quota_ids.priority_id.policy_id - policy
            if policy and other:
                raise ValidationError(
                    self.env._(
                        "Quotas per priority: those of %(name)s belong to the policy "
                        "%(other)s, and the product to %(policy)s.",
                        name=product.name,
                        other=other[0].name,
                        policy=policy.name,
                    )
                )

    def _prepare_support_quotas(self):
        """Return the commands that give a pack the quotas of its sale."""
        return [
            Command.create(
                {
                    "priority_id": quota.priority_id.id,
                    "granted": quota.quantity,
                    # Said, so that no default of the caller says something else.
                    "used": 0,
                }
            )
            for quota in self.sudo().support_quota_ids.sorted()
        ]
