from odoo import Command, api, models

from odoo.addons.support_packs.models.support_preset import Part

from ..presets.perks import PERKS


class SupportPreset(models.AbstractModel):
    """The perks of a support model: percentages, words, visits, example services."""

    _inherit = "support.preset"

    @api.model
    def _get_presets(self):
        return tuple(
            preset.with_extra("perks", PERKS[preset.code])
            if preset.code in PERKS
            else preset
            for preset in super()._get_presets()
        )

    @api.model
    def _get_builders(self):
        return [*super()._get_builders(), "perks", "perk_services"]

    # === PERKS OF THE PACKS === #

    @api.model
    def _build_perks(self, plan):
        """The perks are a part of their own: packs that are there get them, too."""
        perks = plan.preset.extras.get("perks")
        if not perks:
            return []
        return [
            self._build_perk(plan, product, perks.packs[product.code])
            for product in plan.preset.products
            if product.code in perks.packs
        ]

    @api.model
    def _build_perk(self, plan, data, perks):
        key = f"perks/{data.code}"
        product = self._find_product(plan, data)
        there = plan.found.get(key)
        if not there and product and product.product_tmpl_id._has_support_perks():
            there = product

        def make(records):
            product = records[f"product/{data.code}"]
            product.write(
                {
                    "support_service_discount": perks.percent,
                    "support_visits_per_month": perks.visits,
                }
            )
            if perks.words:
                self._write_in_languages(product, "support_perks", perks.words)
            return product

        return Part(
            key,
            self.env._("Perks"),
            product.name if product else self._read(data.name),
            make,
            self._explain_perks(perks),
            there,
        )

    @api.model
    def _explain_perks(self, perks):
        words = self._read(perks.words) if perks.words else ""
        lines = self.env["support.pack"]._explain_perks(
            perks.percent, perks.visits, words
        )
        return tuple(lines)

    @api.model
    def _write_in_languages(self, record, name, text):
        """Write a translated text in all languages that are installed."""
        for lang, _label in self.env["res.lang"].get_installed():
            record.with_context(lang=lang).write({name: text.in_lang(lang)})

    # === SERVICES === #

    @api.model
    def _build_perk_services(self, plan):
        perks = plan.preset.extras.get("perks")
        if not perks:
            return []
        return [self._build_catalogue(plan, perks), self._build_travel(plan, perks)]

    @api.model
    def _build_catalogue(self, plan, perks):
        there = plan.found.get("service/catalogue")
        return self._build_service(
            plan,
            "service/catalogue",
            perks.service,
            self.env._("Catalogue service"),
            (self.env._("with the discount of the policy in force"),),
            there,
            {"support_catalogue_service": True},
        )

    @api.model
    def _build_travel(self, plan, perks):
        key = "service/travel"
        there = plan.found.get(key) or plan.policy.travel_product_id
        part = self._build_service(
            plan,
            key,
            perks.travel,
            self.env._("Travel product"),
            (self.env._("for the travel expenses of visits"),),
            there,
            {},
        )

        def make(records):
            product = part.make(records)
            if not records["policy"].travel_product_id:
                records["policy"].travel_product_id = product
            return product

        return Part(**{**vars(part), "make": make})

    @api.model
    def _build_service(self, plan, key, data, kind, details, there, further):
        """Return the part of an example service of the company, with its tax."""
        company = plan.company
        tax = company.account_sale_tax_id or company.root_id.account_sale_tax_id
        price = plan.prices.get(key, float(data.price))

        def make(records):
            return self._create_in_languages(
                "product.product",
                {
                    "name": data.name,
                    "type": "service",
                    "invoice_policy": "order",
                    "purchase_ok": False,
                    "company_id": company.id,
                    "taxes_id": [Command.set(tax.ids)],
                    "list_price": price,
                    **further,
                },
            )

        return Part(
            key,
            kind,
            there.name if there else self._read(data.name),
            make,
            details,
            there,
            there.lst_price if there else price,
            "" if there else self.env._("Example price: check it."),
        )


class ProductTemplate(models.Model):
    _inherit = "product.template"

    def _has_support_perks(self):
        """Whether somebody said already what the pack brings."""
        self.ensure_one()
        return bool(
            self.support_service_discount
            or self.support_visits_per_month
            or self.support_perks
        )
