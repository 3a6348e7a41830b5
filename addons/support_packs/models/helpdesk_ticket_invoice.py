from odoo import fields, models

from .account_move_charge import INVOICE_READERS


class HelpdeskTicket(models.Model):
    """The invoices of what no pack covered, on the ticket."""

    _inherit = "helpdesk.ticket"

    support_invoice_text = fields.Char(
        related="support_charge_id.invoice_text",
        string="Support invoices",
        groups="base.group_user",
    )
    support_invoice_count = fields.Integer(
        related="support_charge_id.invoice_count",
        related_sudo=False,
        groups=INVOICE_READERS,
    )

    def action_view_support_invoices(self):
        self.ensure_one()
        self.check_access("read")
        return self.support_charge_id.action_view_invoices()

    def _get_support_portal_values(self):
        values = super()._get_support_portal_values()
        if values:
            charge = values["charge"].with_env(self.env(su=True))
            values["invoices"] = charge._get_portal_invoices()
        return values
