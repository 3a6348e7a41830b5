from odoo import Command, api, models

from ..presets.base import Text
from .support_preset import Part

# Outcome: name of the stage that is made where no stage has it.
STAGES = {
    "solved": Text("Solved", "Resuelto"),
    "cancelled": Text("Cancelled", "Cancelado"),
}


class SupportPreset(models.AbstractModel):
    """Who works by a support model: team, stages, the form of the portal."""

    _inherit = "support.preset"

    @api.model
    def _build_stages(self, plan):
        return [
            self._build_stage(plan, outcome, name, sequence)
            for sequence, (outcome, name) in enumerate(STAGES.items(), 90)
        ]

    @api.model
    def _build_stage(self, plan, outcome, name, sequence):
        """A stage with an outcome; helpdesk_mgmt's own have theirs already."""
        key = f"stage/{outcome}"
        stages = self.env["helpdesk.ticket.stage"].with_context(active_test=True)
        there = plan.found.get(key) or stages.search(
            [
                ("support_outcome", "=", outcome),
                ("company_id", "in", (False, plan.company.id)),
                ("team_ids", "=", False),
            ],
            limit=1,
        )

        def make(records):
            return self._create_in_languages(
                "helpdesk.ticket.stage",
                {
                    "name": name,
                    "company_id": plan.company.id,
                    "sequence": sequence,
                    "closed": True,
                    "support_outcome": outcome,
                },
            )

        labels = dict(
            stages._fields["support_outcome"]._description_selection(self.env)
        )
        return Part(
            key,
            self.env._("Stage"),
            there.name if there else self._read(name),
            make,
            (self.env._("outcome: %(outcome)s", outcome=labels[outcome]),),
            there,
        )

    @api.model
    def _build_team(self, plan):
        teams = self.env["helpdesk.ticket.team"]
        there = plan.found.get("team")
        if not there and plan.policy:
            there = teams.search([("support_policy_id", "=", plan.policy.id)], limit=1)

        def make(records):
            user = self.env.user
            is_member = not user._is_superuser() and user.has_group(
                "helpdesk_mgmt.group_helpdesk_user"
            )
            return self._create_in_languages(
                "helpdesk.ticket.team",
                {
                    "name": plan.preset.team,
                    "company_id": plan.company.id,
                    "support_policy_id": records["policy"].id,
                    "user_ids": [Command.set(user.ids if is_member else [])],
                    "show_in_portal": True,
                },
            )

        return [
            Part(
                "team",
                self.env._("Team"),
                there.name if there else self._read(plan.preset.team),
                make,
                (self.env._("its tickets follow the policy"),),
                there,
            )
        ]

    @api.model
    def _build_portal(self, plan):
        """The form asks for the team: a ticket without one has no policy."""
        company = plan.company
        is_set = company.helpdesk_mgmt_portal_select_team
        there = plan.found.get("portal") or (company if is_set else None)

        def make(records):
            company.write(
                {
                    "helpdesk_mgmt_portal_select_team": True,
                    "helpdesk_mgmt_portal_team_id_required": True,
                }
            )
            return company

        return [
            Part(
                "portal",
                self.env._("Portal form"),
                self.env._("New tickets"),
                make,
                (self.env._("asks for the team; the only one is chosen already"),),
                there,
            )
        ]
