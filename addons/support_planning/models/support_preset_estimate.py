from dataclasses import replace

from odoo import api, models

from odoo.addons.support_packs.models.support_preset import Part

from ..presets.plans import PLANNED_NAME, PLANNED_TYPE, PLANNING

SETTINGS = ("estimate_tolerance", "estimate_exceeded", "estimate_days")


class SupportPreset(models.AbstractModel):
    """What a support model says about estimates, and which requests need one."""

    _inherit = "support.preset"

    @api.model
    def _get_builders(self):
        """The settings need the policy; the type comes after the model's own."""
        builders = super()._get_builders()
        builders.insert(builders.index("types"), "estimates")
        builders.insert(builders.index("types") + 1, "planned_type")
        return builders

    # === ESTIMATES === #

    @api.model
    def _build_estimates(self, plan):
        planning = PLANNING.get(plan.preset.code)
        if not planning:
            return []

        def make(records):
            records["policy"].write(
                {
                    "estimate_tolerance": planning.tolerance,
                    "estimate_exceeded": planning.exceeded,
                    "estimate_days": planning.estimate_days,
                }
            )
            return records["policy"]

        return [
            Part(
                "estimates",
                self.env._("Estimates"),
                plan.policy.name if plan.policy else self._read(plan.preset.name),
                make,
                self._explain_estimates(planning),
                plan.found.get("estimates") or self._find_estimates(plan),
            )
        ]

    @api.model
    def _find_estimates(self, plan):
        """Return the policy whose estimates somebody has set: it stays as it is."""
        if not plan.policy:
            return None
        untouched = plan.policy.default_get(SETTINGS)
        is_set = any(plan.policy[name] != untouched[name] for name in SETTINGS)
        return plan.policy if is_set else None

    @api.model
    def _explain_estimates(self, planning):
        texts = {
            "stop": self.env._("then work waits until the client accepts a new one"),
            "warn": self.env._("then technicians are warned"),
        }
        return (
            self.env._("indicative, ±%(percent)s %%", percent=planning.tolerance),
            self.env._(
                "used up at %(percent)s %%: %(consequence)s",
                percent=100 + planning.tolerance,
                consequence=texts[planning.exceeded],
            ),
            self.env._(
                "can be accepted for %(days)s days", days=planning.estimate_days
            ),
        )

    # === WHAT NEEDS ONE === #

    @api.model
    def _build_planned_type(self, plan):
        """It costs what the first type of the model does, after an estimate."""
        if plan.preset.code not in PLANNING:
            return []
        data = replace(
            plan.preset.types[0],
            code=PLANNED_TYPE,
            name=PLANNED_NAME,
            needs_estimate=True,
        )
        part = self._build_type(plan, data, len(plan.preset.types) + 1)
        needs = self.env._("begins when the client has accepted an estimate")
        return [replace(part, details=(*part.details, needs))]
