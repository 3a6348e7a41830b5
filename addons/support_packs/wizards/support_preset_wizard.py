from odoo import api, fields, models
from odoo.exceptions import UserError


class SupportPresetWizard(models.TransientModel):
    """A manager reads what a support model brings, and loads it."""

    _name = "support.preset.wizard"
    _description = "Load a Support Model"

    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company,
        domain="[('id', 'in', allowed_company_ids)]",
    )
    preset = fields.Selection(
        selection="_selection_preset", string="Support model", required=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    summary = fields.Text(compute="_compute_preview")
    problem = fields.Char(compute="_compute_preview")
    currency_warning = fields.Char(compute="_compute_preview")
    terms_html = fields.Html(string="Terms", compute="_compute_preview")
    prices_checked = fields.Boolean(
        string="I have checked the prices",
        help="Only needed where the company's currency is not the one of the model.",
    )
    line_ids = fields.One2many(
        "support.preset.wizard.line",
        "wizard_id",
        string="What will be made",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
    )
    new_count = fields.Integer(compute="_compute_new_count")

    @api.model
    def _selection_preset(self):
        presets = self.env["support.preset"]
        return [
            (preset.code, presets._read(preset.name))
            for preset in presets._get_presets()
        ]

    @api.depends("company_id", "preset")
    @api.depends_context("lang")
    def _compute_preview(self):
        presets = self.env["support.preset"]
        for wizard in self:
            code, company = wizard.preset, wizard.company_id._origin
            preset = presets._get_preset(code) if code else None
            if company:
                presets._check_may_load(company)
            wizard.update(
                {
                    "summary": preset and presets._read(preset.summary),
                    "terms_html": preset and presets._read(preset.read_terms()),
                    "problem": preset
                    and company
                    and presets._get_problem(code, company),
                    "currency_warning": preset
                    and company
                    and presets._get_currency_warning(code, company),
                }
            )

    @api.depends("company_id", "preset")
    def _compute_line_ids(self):
        presets = self.env["support.preset"]
        lines = self.env["support.preset.wizard.line"]
        for wizard in self:
            company = wizard.company_id._origin
            parts = []
            if wizard.preset and company and not wizard.problem:
                parts = presets._get_parts(wizard.preset, company)
            wizard.line_ids = lines.browse()
            for sequence, part in enumerate(parts):
                wizard.line_ids |= lines.new(wizard._prepare_line(part, sequence))

    def _prepare_line(self, part, sequence):
        return {
            "sequence": sequence,
            "key": part.key,
            "kind": part.kind,
            "name": part.name,
            # What is there may say something else by now.
            "details": "" if part.record else _join(part.details),
            "remark": part.remark,
            "state": "exists" if part.record else "new",
            "has_price": part.price is not None,
            "price": part.price or 0,
        }

    @api.depends("line_ids.state")
    def _compute_new_count(self):
        for wizard in self:
            new = wizard.line_ids.filtered(lambda line: line.state == "new")
            wizard.new_count = len(new)

    def action_load(self):
        """Make what is missing, and open the policy."""
        self.ensure_one()
        self.env["support.preset"]._check_may_load(self.company_id)
        if not self.preset:
            raise UserError(self.env._("Support model: choose one of the list."))
        presets = self.env["support.preset"]
        warning = presets._get_currency_warning(self.preset, self.company_id)
        if warning and not self.prices_checked:
            raise UserError(
                self.env._(
                    "%(warning)s Then tick “I have checked the prices”.",
                    warning=warning,
                )
            )
        records, made = presets._load(
            self.preset, self.company_id, self._get_new_prices()
        )
        return self._open_policy(records["policy"], len(made))

    def _get_new_prices(self):
        """Return the prices that the user read, and perhaps changed: ``{key: price}``.

        What else the lines say is for reading only.
        """
        return {line.key: line.price for line in self.line_ids if line.has_price}

    def _open_policy(self, policy, count):
        message = self.env._("%(count)s things were made.", count=count)
        if not count:
            message = self.env._("Everything was there already: nothing was made.")
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if count else "info",
                "message": message,
                "next": {
                    "type": "ir.actions.act_window",
                    "res_model": "support.policy",
                    "res_id": policy.id,
                    "views": [(False, "form")],
                },
            },
        }


def _join(details):
    """Return a few figures on one line, and more of them one below the other."""
    return (" · " if len(details) < 4 else "\n").join(details)


class SupportPresetWizardLine(models.TransientModel):
    """One thing that a support model brings. Only its price can be changed."""

    _name = "support.preset.wizard.line"
    _description = "Line of a Support Model to Load"
    _order = "sequence, id"

    wizard_id = fields.Many2one(
        "support.preset.wizard", required=True, ondelete="cascade"
    )
    sequence = fields.Integer()
    key = fields.Char(required=True)
    kind = fields.Char(string="What")
    name = fields.Char()
    details = fields.Text()
    remark = fields.Char()
    state = fields.Selection(
        [("new", "Will be made"), ("exists", "Exists, left alone")], default="new"
    )
    has_price = fields.Boolean()
    currency_id = fields.Many2one(related="wizard_id.currency_id")
    price = fields.Monetary()
