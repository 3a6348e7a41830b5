from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import html_translate

from ..presets import PRESETS, Preset
from ..presets.base import Text

MANAGER = "helpdesk_mgmt.group_helpdesk_manager"
# A price of more than this is a slip of the keyboard.
MOST_PRICE = 100_000_000


@dataclass(frozen=True)
class Part:
    """One thing that a support model consists of.

    :param key: what it is found by when the model is loaded again
    :param kind: what sort of thing it is, for the reader
    :param name: its name, for the reader
    :param make: called with ``{key: record}`` of all parts before it; makes it
    :param details: its figures, in words
    :param record: what is there already; empty: it will be made
    :param price: in the company's currency, for what has one; else None
    :param remark: what the reader should check
    """

    key: str
    kind: str
    name: str
    make: Callable[[dict], models.BaseModel]
    details: tuple[str, ...] = ()
    record: Any = None
    price: float | None = None
    remark: str = ""


@dataclass(frozen=True)
class Plan:
    """What builders know: the model, the company, what is there, chosen prices.

    :param policy: the policy of the model, if the company has it (else empty)
    :param found: ``{key: record}`` of earlier loadings
    :param prices: ``{key: price}`` that the user chose instead of the model's
    """

    preset: Preset
    company: models.BaseModel
    policy: models.BaseModel
    found: dict = field(default_factory=dict)
    prices: dict = field(default_factory=dict)


class SupportPreset(models.AbstractModel):
    """Loads a support model into a company.

    Each builder is a method ``_build_NAME(plan)`` that returns parts. The preview lists
    the same parts that the loading makes. Add-ons append builders, and their data with
    :meth:`~odoo.addons.support_packs.presets.base.Preset.with_extra`.
    """

    _name = "support.preset"
    _description = "Support Model"

    # === WHAT CAN BE LOADED === #

    @api.model
    def _get_presets(self):
        """Return the support models, in the order in which they are offered."""
        return PRESETS

    @api.model
    def _get_builders(self):
        """Return the names of the builders in their order."""
        return [
            "terms",
            "policy",
            "types",
            "checks",
            "channels",
            "supplements",
            "products",
            "stages",
            "team",
            "portal",
        ]

    @api.model
    def _get_preset(self, code):
        for preset in self._get_presets():
            if preset.code == code:
                return preset
        raise UserError(self.env._("Support model: choose one of the list."))

    # === THE PREVIEW === #

    @api.model
    def _get_parts(self, code, company, prices=None):
        """Return all parts of a model: what is there, and what would be made.

        :param code: code of the model
        :param company: res.company
        :param prices: ``{key: price}`` in place of the model's own
        :return: list of :class:`Part`
        """
        builder = self.sudo().with_company(company)
        builder = builder.with_context(
            allowed_company_ids=company.ids, active_test=False
        )
        preset = builder._get_preset(code)
        plan = builder._prepare_plan(preset, company.with_env(builder.env), prices)
        return [
            part
            for name in builder._get_builders()
            for part in getattr(builder, f"_build_{name}")(plan)
        ]

    @api.model
    def _prepare_plan(self, preset, company, prices):
        found = self.env["support.preset.part"]._get_records(preset.code, company)
        policy = self.env["support.policy"].search(
            [("company_id", "=", company.id), ("code", "=", preset.code)]
        )
        return Plan(preset, company, policy, found, prices or {})

    @api.model
    def _get_problem(self, code, company):
        """Return why a model cannot be loaded into a company, in words, or nothing."""
        preset = self._get_preset(code)
        # sudo: a manager of the helpdesk may not read the settings of the accounting.
        company_sudo = company.sudo()
        policy = self.env["support.policy"].sudo().with_context(active_test=False)
        policy = policy.search(
            [("company_id", "=", company.id), ("code", "=", preset.code)]
        )
        if policy and policy.unit != preset.unit:
            units = dict(policy._fields["unit"]._description_selection(self.env))
            return self.env._(
                "The policy “%(policy)s” has the code %(code)s, but it counts in "
                "%(unit)s. Give it another code first.",
                policy=policy.name,
                code=preset.code,
                unit=units[policy.unit],
            )
        if not preset.products:
            return None
        if not company_sudo.currency_id.active:
            return self.env._(
                "The currency of %(company)s, %(currency)s, is not active. Activate "
                "it first.",
                company=company_sudo.name,
                currency=company_sudo.currency_id.name,
            )
        if not company_sudo.root_id.chart_template:
            return self.env._(
                "%(company)s has no chart of accounts yet. Choose one in the settings "
                "of Invoicing first, so that the products get their taxes.",
                company=company_sudo.name,
            )
        return None

    @api.model
    def _get_currency_warning(self, code, company):
        """Return that prices are in another currency, in words, or nothing."""
        preset = self._get_preset(code)
        currency = company.sudo().currency_id.name
        if not preset.products or currency == preset.currency:
            return None
        return self.env._(
            "The prices of this model are in %(model)s, and %(company)s counts in "
            "%(currency)s. The same numbers are proposed, not converted: check each "
            "one.",
            model=preset.currency,
            company=company.name,
            currency=currency,
        )

    # === LOADING === #

    @api.model
    def _check_may_load(self, company):
        """Raise unless the user may load models into the company."""
        if not self.env.su and not self.env.user.has_group(MANAGER):
            raise AccessError(
                self.env._("Only helpdesk managers load a support model.")
            )
        if company not in self.env.companies:
            raise AccessError(
                self.env._("Company: choose one of those that you are working in.")
            )

    @api.model
    def _load(self, code, company, prices=None):
        """Make what is missing of a model in a company.

        What is there stays as it is. Of two at once the second one waits, is tried
        again by Odoo, and finds everything made.

        :param prices: ``{key: price}`` that the user chose, of products to be made
        :return: (what the company has now: ``{key: record}``, keys that were made)
        """
        self._check_may_load(company)
        problem = self._get_problem(code, company)
        if problem:
            raise UserError(problem)
        self._check_prices(prices or {})
        company.flush_recordset()
        self.env.cr.execute(
            "UPDATE res_company SET support_tz = support_tz WHERE id = %s", [company.id]
        )
        # sudo in what follows: what is made is fixed, and its prices were checked. A
        # manager of the helpdesk does not otherwise make products.
        records, made = {}, []
        for part in self._get_parts(code, company, prices):
            records[part.key] = part.record or part.make(records)
            if not part.record:
                self.env["support.preset.part"]._remember(
                    code, company, part.key, records[part.key]
                )
                made.append(part.key)
        return records, made

    @api.model
    def _check_prices(self, prices):
        for price in prices.values():
            # What is not a number compares false, too.
            if not 0 <= price <= MOST_PRICE:
                raise UserError(
                    self.env._(
                        "Price: a number from 0 to %(most)s.", most=f"{MOST_PRICE:,}"
                    )
                )

    # === TEXTS IN BOTH LANGUAGES === #

    @api.model
    def _read(self, text):
        """Return a text of a preset in the reader's language."""
        return text.in_lang(self.env.lang)

    @api.model
    def _create_in_languages(self, model, values):
        """Create a record whose :class:`Text` values are in all languages we know."""
        texts = {name: one for name, one in values.items() if isinstance(one, Text)}
        plain = {name: one.en for name, one in texts.items()}
        records = self.env[model].with_context(lang="en_US")
        record = records.create({**values, **plain}).with_context(lang=self.env.lang)
        for code, _name in self.env["res.lang"].get_installed():
            if code.startswith("es"):
                self._translate(record, code, texts)
        return record

    @api.model
    def _translate(self, record, lang, texts):
        for name, text in texts.items():
            if record._fields[name].translate is True:
                record.with_context(lang=lang).write({name: text.es})
            else:
                terms = dict(zip(_terms(text.en), _terms(text.es), strict=True))
                record.update_field_translations(name, {lang: terms})


def _terms(html):
    """Return the terms that Odoo finds in HTML, in their order."""
    found = []
    html_translate(lambda term: found.append(term) and None, html)
    return found
