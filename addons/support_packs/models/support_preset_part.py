from odoo import api, fields, models


class SupportPresetPart(models.Model):
    """What a support model made in a company, so that loading it again finds it.

    Not an external name: those would go, with their records, when the add-on is
    uninstalled. A part whose record was deleted is made again by the next loading.
    """

    _name = "support.preset.part"
    _description = "Part of a Loaded Support Model"
    _order = "company_id, preset, id"
    _rec_name = "key"
    _allow_sudo_commands = False

    company_id = fields.Many2one(
        "res.company", required=True, ondelete="cascade", readonly=True
    )
    preset = fields.Char(string="Support model", required=True, readonly=True)
    key = fields.Char(required=True, readonly=True)
    res_model = fields.Char(string="Model", required=True, readonly=True)
    res_id = fields.Many2oneReference(
        string="Record", model_field="res_model", required=True, readonly=True
    )

    _key_unique = models.UniqueIndex(
        "(company_id, preset, key)", "This part of the support model was made already."
    )

    @api.model
    def _get_records(self, preset, company):
        """Return what is still there: ``{key: record}``, as sudo.

        :param preset: code of the support model
        """
        # sudo: what was made may be of models that the reader does not see.
        parts = self.sudo().search(
            [("company_id", "=", company.id), ("preset", "=", preset)]
        )
        records = {
            part.key: self.env[part.res_model].sudo().browse(part.res_id).exists()
            for part in parts
            if part.res_model in self.env
        }
        return {key: record for key, record in records.items() if record}

    @api.model
    def _remember(self, preset, company, key, record):
        """Write down what was made; in place of what was deleted since."""
        parts = self.sudo()
        part = parts.search(
            [
                ("company_id", "=", company.id),
                ("preset", "=", preset),
                ("key", "=", key),
            ]
        )
        values = {"res_model": record._name, "res_id": record.id}
        if part:
            part.write(values)
        else:
            parts.create(
                {"company_id": company.id, "preset": preset, "key": key, **values}
            )
