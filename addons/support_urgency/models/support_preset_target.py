from odoo import Command, api, models

from odoo.addons.support_packs.models.support_preset import Part

from ..presets.targets import TARGETS

WEEKDAYS = range(5)
PERIODS = ("morning", "afternoon")


class SupportPreset(models.AbstractModel):
    """The targets of a support model, and the opening hours of its team."""

    _inherit = "support.preset"

    @api.model
    def _get_builders(self):
        return [*super()._get_builders(), "opening", "targets", "questions"]

    @api.model
    def _build_opening(self, plan):
        promised = TARGETS.get(plan.preset.code)
        if not promised:
            return []

        def make(records):
            calendar = self._make_opening(promised.opening, plan.company)
            records["team"].resource_calendar_id = calendar
            return calendar

        there = plan.found.get("opening") or self._find_opening(plan)
        return [
            Part(
                "opening",
                self.env._("Opening hours"),
                there.name if there else self._read(promised.opening.name),
                make,
                (self.env._("of the team; targets count in them"),),
                there,
            )
        ]

    @api.model
    def _find_opening(self, plan):
        """Return the hours that somebody chose for the team; the company's are what
        every team has that nobody chose any for."""
        teams = self.env["helpdesk.ticket.team"]
        team = plan.found.get("team") or (
            plan.policy
            and teams.search([("support_policy_id", "=", plan.policy.id)], limit=1)
        )
        calendar = team.resource_calendar_id if team else None
        return None if calendar == plan.company.resource_calendar_id else calendar

    @api.model
    def _make_opening(self, opening, company):
        """Create a calendar in the support time zone of the company."""
        labels = self.env["resource.calendar.attendance"]._fields["dayofweek"]
        days = dict(labels._description_selection(self.env))
        return self.env["resource.calendar"].create(
            {
                "name": opening.name.in_lang(self.env.lang),
                "company_id": company.id,
                "tz": company.support_tz,
                "attendance_ids": [
                    Command.create(
                        {
                            "name": days[str(day)],
                            "dayofweek": str(day),
                            "hour_from": start,
                            "hour_to": end,
                            "day_period": "full_day" if end - start > 8 else period,
                        }
                    )
                    for day in WEEKDAYS
                    for period, (start, end) in zip(
                        PERIODS, opening.slots, strict=False
                    )
                ],
            },
        )

    @api.model
    def _build_targets(self, plan):
        promised = TARGETS.get(plan.preset.code)
        if not promised:
            return []
        policy = plan.policy
        has_targets = policy and (policy.response_minutes or policy.resolution_hours)

        def make(records):
            self._set_targets(records["policy"], promised)
            return records["policy"]

        return [
            Part(
                "targets",
                self.env._("Targets"),
                policy.name if policy else self._read(plan.preset.name),
                make,
                self._explain_targets(promised),
                plan.found.get("targets") or (policy if has_targets else None),
            )
        ]

    @api.model
    def _set_targets(self, policy, promised):
        """Write what is promised into the policy, and into priorities without any."""
        values = {
            "response_minutes": promised.response_minutes,
            "resolution_hours": promised.resolution_hours,
        }
        policy.write(
            {
                **values,
                "target_reading": promised.reading,
                "target_intake_limit": promised.intake_limit / 60,
            }
        )
        policy.priority_ids.filtered(
            lambda one: not one.response_minutes and not one.resolution_hours
        ).write(values)

    @api.model
    def _explain_targets(self, promised):
        words = self.env["support.explanation"]
        labels = dict(
            self.env["support.policy"]
            ._fields["target_reading"]
            ._description_selection(self.env)
        )
        lines = [
            self.env._(
                "answered within %(time)s",
                time=words.format_hours(promised.response_minutes),
            )
        ]
        if promised.resolution_hours:
            lines.append(
                self.env._(
                    "solved within %(time)s",
                    time=words.format_hours(promised.resolution_hours * 60),
                )
            )
        lines.append(
            self.env._("counted in: %(reading)s", reading=labels[promised.reading])
        )
        if promised.intake_limit:
            lines.append(
                self.env._(
                    "what comes after %(time)s starts at the next opening",
                    time=f"{promised.intake_limit // 60}:"
                    f"{promised.intake_limit % 60:02}",
                )
            )
        return tuple(lines)

    @api.model
    def _build_questions(self, plan):
        promised = TARGETS.get(plan.preset.code)
        question = promised and promised.question
        if not question:
            return []
        there = plan.found.get("questions") or plan.policy.request_type_ids.filtered(
            lambda one: one.code == question.code
        )

        def make(records):
            return self._create_in_languages(
                "support.request.type",
                {
                    "policy_id": records["policy"].id,
                    "code": question.code,
                    "name": question.name,
                    "response_minutes": question.response_minutes,
                    "sequence": 900,
                },
            )

        return [
            Part(
                "questions",
                self.env._("Request type"),
                there.name if there else self._read(question.name),
                make,
                (
                    self.env._(
                        "answered within %(time)s",
                        time=self.env["support.explanation"].format_hours(
                            question.response_minutes
                        ),
                    ),
                ),
                there,
            )
        ]
