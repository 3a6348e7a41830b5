from odoo import api, models

from ..presets.base import Text
from .support_preset import Part

CHANNELS = {
    "phone": Text("Telephone", "Teléfono"),
    "video": Text("Video call", "Videollamada"),
}


class SupportPreset(models.AbstractModel):
    """The rules of a support model: terms, policy, types, checklist, supplements."""

    _inherit = "support.preset"

    # === TERMS AND POLICY === #

    @api.model
    def _build_terms(self, plan):
        preset, company = plan.preset, plan.company
        there = plan.policy.terms_id or plan.found.get("terms")

        def make(records):
            terms = self._create_in_languages(
                "support.terms",
                {
                    "name": preset.terms,
                    "body": preset.read_terms(),
                    "company_id": company.id,
                    "date": company.support_local_date(),
                },
            )
            # A policy of the user's keeps its own; one without any gets these.
            if plan.policy:
                plan.policy.terms_id = terms
            return terms

        return [
            Part(
                "terms",
                self.env._("Terms"),
                there.name if there else self._read(preset.terms),
                make,
                (self.env._("in force from today"),),
                there,
            )
        ]

    @api.model
    def _build_policy(self, plan):
        preset = plan.preset

        def make(records):
            known = self.env["support.policy"]._fields
            return self._create_in_languages(
                "support.policy",
                {
                    # An add-on that is not installed does not know its settings.
                    **{n: v for n, v in preset.settings.items() if n in known},
                    "name": preset.name,
                    "code": preset.code,
                    "unit": preset.unit,
                    "company_id": plan.company.id,
                    "terms_id": records["terms"].id,
                },
            )

        return [
            Part(
                "policy",
                self.env._("Policy"),
                plan.policy.name if plan.policy else self._read(preset.name),
                make,
                self._explain_settings(preset),
                plan.policy,
            )
        ]

    @api.model
    def _explain_settings(self, preset):
        """Return the settings of a policy in words, as its form calls them."""
        fields_ = self.env["support.policy"]._fields
        units = dict(fields_["unit"]._description_selection(self.env))
        texts = [units[preset.unit]]
        for name, value in preset.settings.items():
            if not value or name not in fields_ or value == "none":
                continue
            field = fields_[name]
            label = field._description_string(self.env)
            if field.type == "boolean":
                texts.append(label)
                continue
            if field.type == "selection":
                value = dict(field._description_selection(self.env))[value]
            texts.append(f"{label}: {value}")
        return tuple(texts)

    # === REQUEST TYPES AND CHECKLIST === #

    @api.model
    def _build_types(self, plan):
        return [
            self._build_type(plan, request_type, sequence)
            for sequence, request_type in enumerate(plan.preset.types, 1)
        ]

    @api.model
    def _build_type(self, plan, data, sequence):
        key = f"type/{data.code}"
        there = plan.found.get(key) or self.env["support.request.type"].search(
            [("policy_id", "=", plan.policy.id), ("code", "=", data.code)], limit=1
        )

        def make(records):
            return self._create_in_languages(
                "support.request.type",
                {
                    "policy_id": records["policy"].id,
                    "code": data.code,
                    "name": data.name,
                    "sequence": sequence * 10,
                    "minimum": data.minimum,
                    "block": data.block,
                    "flat_quantity": data.flat,
                    "needs_estimate": data.needs_estimate,
                },
            )

        return Part(
            key,
            self.env._("Request type"),
            there.name if there else self._read(data.name),
            make,
            self._explain_type(data, plan.preset.unit),
            there,
        )

    @api.model
    def _explain_type(self, data, unit):
        """Return what tickets of a type cost, in words."""
        words = self.env["support.explanation"]
        if unit == "ticket":
            return (self.env._("one ticket of the policy each"),)
        if data.flat:
            quantity = words.format_quantity(data.flat, unit)
            return (self.env._("always %(quantity)s", quantity=quantity),)
        minimum = self.env._("no minimum")
        if data.minimum:
            minimum = self.env._(
                "at least %(quantity)s",
                quantity=words.format_quantity(data.minimum, unit),
            )
        if data.block == 1:
            return (minimum, self.env._("then real quantities"))
        block = words.format_quantity(data.block, unit)
        return (minimum, self.env._("in blocks of %(quantity)s", quantity=block))

    @api.model
    def _build_checks(self, plan):
        names = {one.code: one.name for one in plan.preset.types}
        return [
            self._build_check(plan, check, sequence, names[check.type_code])
            for sequence, check in enumerate(plan.preset.checks, 1)
        ]

    @api.model
    def _build_check(self, plan, data, sequence, type_name):
        key = f"check/{data.code}"
        there = plan.found.get(key)

        def make(records):
            return self._create_in_languages(
                "support.request.check",
                {
                    "request_type_id": records[f"type/{data.type_code}"].id,
                    "name": data.name,
                    "sequence": sequence * 10,
                },
            )

        return Part(
            key,
            self.env._("Checklist"),
            there.name if there else self._read(data.name),
            make,
            (
                self.env._(
                    "asks for an estimate on “%(type)s”", type=self._read(type_name)
                ),
            ),
            there,
        )

    # === CHANNELS === #

    @api.model
    def _get_channel(self, plan, name):
        """Return the channel that stands for telephone or video, if there is one."""
        if name == "phone":
            phone = "helpdesk_mgmt.helpdesk_ticket_channel_phone"
            phone = self.env.ref(phone, raise_if_not_found=False)
            if phone and phone.company_id in (plan.company, phone.company_id.browse()):
                return phone
        return plan.found.get(f"channel/{name}")

    @api.model
    def _build_channels(self, plan):
        return [
            self._build_channel(plan, supplement.channel)
            for supplement in plan.preset.supplements
        ]

    @api.model
    def _build_channel(self, plan, name):
        texts = CHANNELS[name]
        there = self._get_channel(plan, name)

        def make(records):
            return self._create_in_languages(
                "helpdesk.ticket.channel",
                {"name": texts, "company_id": plan.company.id},
            )

        return Part(
            f"channel/{name}",
            self.env._("Channel"),
            there.name if there else self._read(texts),
            make,
            record=there,
        )

    @api.model
    def _build_supplements(self, plan):
        return [
            self._build_supplement(plan, supplement)
            for supplement in plan.preset.supplements
        ]

    @api.model
    def _build_supplement(self, plan, data):
        key = f"supplement/{data.channel}"
        channel = self._get_channel(plan, data.channel)
        there = plan.policy.supplement_ids.filtered(
            lambda line: channel and line.channel_id == channel
        ) or plan.found.get(key)
        quantity = self.env["support.explanation"].format_quantity(
            data.value, plan.preset.unit
        )
        if data.kind == "factor":
            quantity = f"{data.value} %"

        def make(records):
            return self.env["support.channel.supplement"].create(
                {
                    "policy_id": records["policy"].id,
                    "channel_id": records[f"channel/{data.channel}"].id,
                    "kind": data.kind,
                    "value": data.value,
                }
            )

        return Part(
            key,
            self.env._("Channel supplement"),
            channel.name if channel else self._read(CHANNELS[data.channel]),
            make,
            (self.env._("%(quantity)s more", quantity=quantity),),
            there,
            remark=self.env._("Example: check it."),
        )
