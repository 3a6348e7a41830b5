from odoo import api, models

from odoo.addons.support_packs.models.support_preset import Part

from ..presets.priorities import PRIORITIES, QUOTAS


class SupportPreset(models.AbstractModel):
    """Priorities and quotas of the support models."""

    _inherit = "support.preset"

    @api.model
    def _get_presets(self):
        return tuple(
            preset.with_extra("priorities", PRIORITIES.get(preset.code, ())).with_extra(
                "quotas", QUOTAS.get(preset.code, {})
            )
            for preset in super()._get_presets()
        )

    @api.model
    def _get_builders(self):
        return [*super()._get_builders(), "priorities", "quotas"]

    # === PRIORITIES === #

    @api.model
    def _build_priorities(self, plan):
        return [
            self._build_priority(plan, priority, sequence)
            for sequence, priority in enumerate(
                plan.preset.extras.get("priorities", ()), 1
            )
        ]

    @api.model
    def _build_priority(self, plan, data, sequence):
        key = f"priority/{data.code}"
        there = plan.found.get(key) or plan.policy.priority_ids.filtered(
            lambda priority: priority.code == data.code
        )

        def make(records):
            priority = self._create_in_languages(
                "support.priority",
                {
                    "policy_id": records["policy"].id,
                    "code": data.code,
                    "name": data.name,
                    "sequence": sequence * 10,
                    "ticket_priority": str(data.stars),
                    "examples": data.examples,
                },
            )
            if data.is_default and not records["policy"].default_priority_id:
                records["policy"].default_priority_id = priority
            return priority

        details = (self._read(data.examples).replace("\n", " "),)
        if data.is_default:
            details += (self.env._("where nobody chooses another one"),)
        return Part(
            key,
            self.env._("Priority %(code)s", code=data.code),
            there.name if there else self._read(data.name),
            make,
            details,
            there,
        )

    # === QUOTAS === #

    @api.model
    def _build_quotas(self, plan):
        products = {product.code: product for product in plan.preset.products}
        return [
            self._build_quota(plan, products[product_code], code, quantity)
            for product_code, quotas in plan.preset.extras.get("quotas", {}).items()
            for code, quantity in quotas.items()
        ]

    @api.model
    def _build_quota(self, plan, data, code, quantity):
        key = f"quota/{data.code}/{code}"
        product = self._find_product(plan, data)
        there = plan.found.get(key) or (
            product
            and product.support_quota_ids.filtered(
                lambda quota: quota.priority_id.code == code
            )
        )

        def make(records):
            return self.env["support.product.quota"].create(
                {
                    "product_tmpl_id": records[
                        f"product/{data.code}"
                    ].product_tmpl_id.id,
                    "priority_id": records[f"priority/{code}"].id,
                    "quantity": quantity,
                }
            )

        tickets = self.env["support.explanation"].format_quantity(quantity, "ticket")
        return Part(
            key,
            self.env._("Quota"),
            f"{product.name if product else self._read(data.name)}: {code}",
            make,
            (tickets,),
            there,
        )
