from odoo import api, fields, models

from ..models.account_move_charge import REPLACES


class AccountMoveReversal(models.TransientModel):
    """The accountant says whether credited support work is invoiced again."""

    _inherit = "account.move.reversal"

    support_again = fields.Boolean(
        string="Invoice the support work again",
        help="Ticked: the charges of the tickets come back to the list of charges to "
        "invoice once the credit note is posted. Otherwise they are closed as "
        "credited, and nobody pays them.",
    )
    support_charge_count = fields.Integer(compute="_compute_support_charge_count")

    @api.depends("move_ids")
    def _compute_support_charge_count(self):
        for wizard in self:
            # sudo: whoever reverses need not read charges.
            lines = wizard.move_ids.sudo().invoice_line_ids
            wizard.support_charge_count = len(lines.support_charge_id)

    def _prepare_default_reversal(self, move):
        values = super()._prepare_default_reversal(move)
        return {**values, "support_again": self.support_again}

    def reverse_moves(self, is_modify=False):
        """An invoice that replaces the old one invoices the work again."""
        if is_modify:
            self.support_again = True
        return super().reverse_moves(is_modify)

    def _modify_default_reverse_values(self, origin_move):
        values = super()._modify_default_reverse_values(origin_move)
        return {**values, REPLACES: True}
