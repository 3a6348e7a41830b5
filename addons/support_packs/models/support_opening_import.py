from odoo import api, models
from odoo.exceptions import UserError


class RowsRefused(Exception):
    """Several rows cannot be created together; one by one will say which."""


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
            result["messages"] = here._review_messages(result["messages"], fields, data)
            if any(message["type"] == "error" for message in result["messages"]):
                savepoint.rollback()
                result["ids"] = False
        return result

    @api.model
    def _load_records(self, data_list, update=False):
        """Create rows. Of several, let no message out: core blames the first row."""
        try:
            return super()._load_records(data_list, update)
        except UserError as error:
            if len(data_list) == 1:
                raise
            raise RowsRefused from error

    @api.model
    def _review_messages(self, messages, fields, data):
        """Return what is wrong, once per row, each message with its field."""
        # A cell that could not be read is empty in the row: one mistake, not two.
        unread = {
            message["rows"]["from"]
            for message in messages
            if message.get("field") and message["type"] == "error"
        }
        return [
            self._name_field(message)
            for message in messages
            if (message.get("field") or self._get_row(message) not in unread)
            and not self._is_settled(message, fields, data)
        ]

    @api.model
    def _get_row(self, message):
        return message.get("rows", {}).get("from")

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
