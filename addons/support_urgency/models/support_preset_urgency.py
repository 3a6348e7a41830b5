from odoo import api, models

from odoo.addons.support_packs.models.support_preset import Part

from ..presets.urgency import URGENT_TERMS, read_urgent_terms


class SupportPreset(models.AbstractModel):
    """The conditions that clients of a support model accept with an urgency."""

    _inherit = "support.preset"

    @api.model
    def _get_builders(self):
        """The conditions need the policy that they are of."""
        builders = super()._get_builders()
        builders.insert(builders.index("policy") + 1, "urgency")
        return builders

    @api.model
    def _build_urgency(self, plan):
        code = plan.preset.code
        if code not in URGENT_TERMS:
            return []
        title = URGENT_TERMS[code]
        there = plan.policy.urgent_terms_id or plan.found.get("urgent_terms")

        def make(records):
            terms = self._create_in_languages(
                "support.terms",
                {
                    "name": title,
                    "body": read_urgent_terms(code),
                    "company_id": plan.company.id,
                    "date": plan.company.support_local_date(),
                },
            )
            # A policy of the user's keeps its own; one without any gets these.
            records["policy"].urgent_terms_id = terms
            return terms

        return [
            Part(
                "urgent_terms",
                self.env._("Conditions of urgency"),
                there.name if there else self._read(title),
                make,
                (self.env._("in force from today"),),
                there,
            )
        ]
