import base64

from odoo import api, fields, models

PERIODS = [
    ("this_month", "This month"),
    ("last_month", "Last month"),
    ("this_quarter", "This quarter"),
    ("this_year", "This year"),
    ("last_year", "Last year"),
    ("all", "Everything"),
    ("custom", "Dates of your own"),
]
FORMATS = [
    ("pdf", "PDF"),
    ("xlsx", "Excel (XLSX)"),
    ("csv", "CSV"),
]


class SupportStatementExport(models.TransientModel):
    """Staff choose a period and a format, for one account or for many."""

    _name = "support.statement.export"
    _description = "Support Statement Export"

    account_ids = fields.Many2many(
        "support.account",
        string="Accounts",
        required=True,
        default=lambda self: self._default_accounts(),
    )
    period = fields.Selection(PERIODS, required=True, default="this_year")
    date_from = fields.Date(
        string="From", compute="_compute_dates", store=True, readonly=False
    )
    date_to = fields.Date(
        string="To", compute="_compute_dates", store=True, readonly=False
    )
    file_format = fields.Selection(
        FORMATS, string="Format", required=True, default="xlsx"
    )
    content = fields.Binary(readonly=True, attachment=False)
    filename = fields.Char(readonly=True)

    @api.model
    def _default_accounts(self):
        if self.env.context.get("active_model") != "support.account":
            return self.env["support.account"]
        return self.env["support.account"].browse(self.env.context.get("active_ids"))

    @api.depends("period", "account_ids")
    def _compute_dates(self):
        for wizard in self.filtered(lambda wizard: wizard.period != "custom"):
            for preset in wizard.account_ids._get_statement_presets():
                if preset["code"] == wizard.period:
                    wizard.date_from = preset["date_from"]
                    wizard.date_to = preset["date_to"]

    def action_download(self):
        """Make the file and hand it over; a PDF is a report like any other."""
        self.ensure_one()
        accounts = self.account_ids
        accounts.check_access("read")
        period = accounts._parse_statement_period(self.date_from, self.date_to)
        if self.file_format == "pdf":
            report = self.env.ref("support_packs.action_report_support_statement")
            data = {"date_from": self.date_from, "date_to": self.date_to}
            return report.report_action(accounts, data=data, config=False)
        content, _type, filename = accounts._export_statement(self.file_format, *period)
        self.write({"content": base64.b64encode(content), "filename": filename})
        return {
            "type": "ir.actions.act_url",
            "target": "download",
            "url": f"/web/content?model={self._name}&id={self.id}&field=content"
            "&filename_field=filename&download=true",
        }
