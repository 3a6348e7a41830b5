from odoo import api, fields, models

from .. import const


class ResPartner(models.Model):
    _inherit = "res.partner"

    support_account_ids = fields.One2many(
        "support.account",
        "partner_id",
        string="Support accounts",
        groups=const.SALES_READERS,
    )
    support_balance_text = fields.Char(
        string="Support balance",
        compute="_compute_support_balance_text",
        compute_sudo=False,
        groups="helpdesk_mgmt.group_helpdesk_user_own,sales_team.group_sale_salesman,"
        "account.group_account_invoice",
    )

    @api.depends_context("company", "lang")
    def _compute_support_balance_text(self):
        """Of the account in the current company; one query for all partners."""
        accounts = self.env["support.account"].search(
            [
                ("partner_id", "in", self.commercial_partner_id.ids),
                ("company_id", "=", self.env.company.id),
            ]
        )
        texts = {account.partner_id: account.balance_text for account in accounts}
        for partner in self:
            partner.support_balance_text = texts.get(partner.commercial_partner_id)

    def action_view_support_account(self):
        self.ensure_one()
        account = self.env["support.account"].search(
            [
                ("partner_id", "=", self.commercial_partner_id.id),
                ("company_id", "=", self.env.company.id),
            ],
            limit=1,
        )
        return {
            "type": "ir.actions.act_window",
            "res_model": "support.account",
            "res_id": account.id,
            "view_mode": "form",
        }
