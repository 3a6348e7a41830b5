from odoo import fields, models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    support_pack_ids = fields.One2many(
        "support.pack", compute="_compute_support_packs", string="Support packs"
    )
    support_pack_count = fields.Integer(compute="_compute_support_packs")

    def _compute_support_packs(self):
        for order in self:
            order.support_pack_ids = order.order_line.support_pack_ids
            order.support_pack_count = len(order.support_pack_ids)

    def _action_confirm(self):
        res = super()._action_confirm()
        self.order_line._sync_support_packs()
        return res

    def _confirmation_error_message(self):
        """Core asks here before confirming, so nothing is half done when we refuse."""
        message = super()._confirmation_error_message()
        if message:
            return message
        for line in self.order_line:
            problem = line._get_support_pack_problem()
            if problem:
                return problem
        return message

    def action_view_support_packs(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "support_packs.support_pack_action"
        )
        action["domain"] = [("sale_line_id", "in", self.order_line.ids)]
        action["context"] = {}
        return action
