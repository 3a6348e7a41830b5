from odoo import api, models


class SupportOpeningBalance(models.Model):
    """What Odoo's importer asks, and what it is not trusted to decide."""

    _inherit = "support.opening.balance"

    @api.model
    def get_import_templates(self):
        return [
            {
                "label": self.env._("Template for opening balances"),
                "template": "/support_packs/static/xls/opening_balances.xlsx",
            }
        ]

    @api.model
    def load(self, fields, data):
        """Import rows; all of them or none. Each bad row says its field.

        Names are looked up in the current company alone, and a name that several
        clients have is an error: the importer would take the first.
        """
        here = self.with_context(allowed_company_ids=self.env.company.ids)
        with self.env.cr.savepoint() as savepoint:
            result = super(SupportOpeningBalance, here).load(fields, data)
            result["messages"] = [
                message
                for message in map(here._name_field, result["messages"])
                if not here._is_settled(message, fields, data)
            ]
            if any(message["type"] == "error" for message in result["messages"]):
                savepoint.rollback()
                result["ids"] = False
        return result

    @api.model
    def _name_field(self, message):
        """Return the message with the field that its first words name.

        Our messages begin with the label of the field, but the importer shows them at
        the column only if they also say its name.
        """
        if message.get("field"):
            return message
        label, found, _rest = message["message"].partition(": ")
        for name, field in self._fields.items():
            if found and field._description_string(self.env) == label:
                return {**message, "field": name}
        return message

    @api.model
    def _is_settled(self, message, fields, data):
        """Whether a warning may be forgotten; what is no mere warning becomes an error.

        The only warnings are of names found several times.
        """
        name = message.get("field")
        if message["type"] != "warning" or name not in self._fields:
            return False
        message["type"] = "error"
        if name != "partner_id" or name not in fields:
            return False
        # The VAT number of a company is also that of its contacts: the same client.
        value = data[message["rows"]["from"]][fields.index(name)]
        found = self.env["res.partner"].name_search(value, operator="=")
        partners = self.env["res.partner"].browse(dict(found))
        return len(partners.commercial_partner_id) == 1
