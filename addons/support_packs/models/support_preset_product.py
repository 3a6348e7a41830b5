from odoo import Command, api, models

from .support_preset import Part


class SupportPreset(models.AbstractModel):
    """What a support model sells."""

    _inherit = "support.preset"

    @api.model
    def _build_products(self, plan):
        return [
            self._build_product(plan, product, sequence)
            for sequence, product in enumerate(plan.preset.products, 1)
        ]

    @api.model
    def _build_product(self, plan, data, sequence):
        preset, company = plan.preset, plan.company
        key = f"product/{data.code}"
        there = self._find_product(plan, data)
        price = plan.prices.get(key, float(data.price))

        def make(records):
            product = self._create_in_languages(
                "product.product",
                {
                    **self._prepare_product(plan, data, records["policy"]),
                    "list_price": price,
                    "sequence": sequence,
                },
            )
            if data.code == preset.overage and not records["policy"].overage_product_id:
                records["policy"].overage_product_id = product
            return product

        remark = self.env._("Example price: check it.") if data.is_example else ""
        if company.currency_id.name != preset.currency:
            remark = self.env._("Price in %(name)s: check it.", name=preset.currency)
        return Part(
            key,
            self._get_product_kind(data),
            there.name if there else self._read(data.name),
            make,
            self._explain_product(data, preset.unit),
            there,
            there.lst_price if there else price,
            "" if there else remark,
        )

    @api.model
    def _get_product_kind(self, data):
        if data.is_pack:
            return self.env._("Pack")
        return self.env._("Price of uncovered units")

    @api.model
    def _find_product(self, plan, data):
        """Return what was made before, or what sells or invoices the same already."""
        there = plan.found.get(f"product/{data.code}")
        if there or not plan.policy:
            return there
        if not data.is_pack:
            return plan.policy.overage_product_id
        return self.env["product.product"].search(
            [
                ("support_is_pack", "=", True),
                ("support_policy_id", "=", plan.policy.id),
                ("support_unit", "=", plan.preset.unit),
                ("support_quantity", "=", data.quantity),
                ("support_expiry", "=", data.expiry),
            ],
            limit=1,
        )

    @api.model
    def _prepare_product(self, plan, data, policy):
        """Return the values of a service of the company, with its tax."""
        company = plan.company
        tax = company.account_sale_tax_id or company.root_id.account_sale_tax_id
        values = {
            "name": data.name,
            "type": "service",
            "invoice_policy": "order",
            "purchase_ok": False,
            "company_id": company.id,
            "taxes_id": [Command.set(tax.ids)],
            "support_unit": plan.preset.unit,
            "support_quantity": data.quantity,
        }
        if data.description:
            values["description_sale"] = data.description
        if plan.preset.unit == "minute" and data.quantity == 60:
            values["uom_id"] = self.env.ref("uom.product_uom_hour").id
        if data.is_pack:
            values.update(
                support_is_pack=True,
                support_policy_id=policy.id,
                support_expiry=data.expiry,
                support_expiry_months=data.months,
                support_grant_on="paid",
                support_for_new_clients=data.for_new_clients,
            )
        return values

    @api.model
    def _explain_product(self, data, unit):
        """Return content and validity of a product, in words."""
        words = self.env["support.explanation"]
        content = words.format_content(data.quantity, unit)
        if not data.is_pack:
            return (self.env._("price for %(quantity)s", quantity=content),)
        validity = {
            "none": self.env._("without expiry"),
            "purchase": self.env._(
                "%(months)s months from payment", months=data.months
            ),
            "last_use": self.env._(
                "%(months)s months from the last use", months=data.months
            ),
        }[data.expiry]
        if data.for_new_clients:
            return content, validity, self.env._("for new clients")
        return content, validity
