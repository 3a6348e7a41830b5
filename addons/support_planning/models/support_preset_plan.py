from odoo import api, models

from odoo.addons.support_packs.models.support_preset import Part

from ..presets.plans import FRIDAY, PLANNING

CUTOFF_HOUR = 14.0


class SupportPreset(models.AbstractModel):
    """How the team of a support model plans what clients accept."""

    _inherit = "support.preset"

    @api.model
    def _get_builders(self):
        """The settings need the team that they are of."""
        builders = super()._get_builders()
        builders.insert(builders.index("team") + 1, "planning")
        return builders

    @api.model
    def _build_planning(self, plan):
        planning = PLANNING.get(plan.preset.code)
        if not planning:
            return []
        team = plan.found.get("team")
        # What somebody has set already stays so.
        set_already = team if team and team.support_plan_weekly else None

        def make(records):
            records["policy"].write(
                {
                    "prefers_usual_technician": planning.prefers_usual,
                    "wait_days": planning.wait_days,
                }
            )
            records["team"].write(
                {
                    "support_plan_weekly": True,
                    "support_cutoff_day": FRIDAY,
                    "support_cutoff_hour": CUTOFF_HOUR,
                    "support_reserve_percent": planning.reserve_percent,
                    "support_overflow": planning.overflow,
                }
            )
            return records["team"]

        return [
            Part(
                "planning",
                self.env._("Weekly plan"),
                team.name if team else self._read(plan.preset.team),
                make,
                self._explain_planning(planning),
                plan.found.get("planning") or set_already,
            )
        ]

    @api.model
    def _explain_planning(self, planning):
        details = [
            self.env._("on Fridays at 14:00"),
            self.env._(
                "%(percent)s %% of the time is kept for urgencies",
                percent=planning.reserve_percent,
            ),
        ]
        if planning.prefers_usual:
            details.append(
                self.env._(
                    "prefers the client's usual technician, and waits for up to "
                    "%(days)s days",
                    days=planning.wait_days,
                )
            )
        return tuple(details)
