from odoo import api, fields, models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    support_pack_ids = fields.One2many(
        "support.pack", compute="_compute_support_packs", string="Support packs"
    )
    support_pack_count = fields.Integer(compute="_compute_support_packs")
    support_problem = fields.Text(
        string="Support packs that cannot be sold",
        compute="_compute_support_problem",
        # Clients read their orders, but not the products on them.
        compute_sudo=True,
        help="Why the quotation cannot be confirmed, as far as its support packs go.",
    )

    def _compute_support_packs(self):
        for order in self:
            order.support_pack_ids = order.order_line.support_pack_ids
            order.support_pack_count = len(order.support_pack_ids)

    @api.depends(
        "state",
        "partner_id",
        "company_id",
        "order_line.product_id",
        "order_line.product_uom_id",
        "order_line.product_uom_qty",
    )
    @api.depends_context("lang")
    def _compute_support_problem(self):
        for order in self:
            order.support_problem = (
                order._get_support_problem() if order.partner_id else False
            )

    def _action_confirm(self):
        res = super()._action_confirm()
        self.order_line._sync_support_packs()
        return res

    def _confirmation_error_message(self):
        """Core asks here before confirming, so nothing is half done when we refuse."""
        return super()._confirmation_error_message() or self._get_support_problem()

    # === PORTAL === #

    def _has_to_be_signed(self):
        """Nobody signs what could not be confirmed afterwards."""
        return super()._has_to_be_signed() and not self._get_support_problem()

    def _has_to_be_paid(self):
        """Nobody pays what could not be confirmed afterwards."""
        return super()._has_to_be_paid() and not self._get_support_problem()

    # === BUSINESS METHODS === #

    def _get_support_problem(self):
        """Return why a quotation cannot be confirmed because of its packs, or False."""
        self.ensure_one()
        if self.state not in ("draft", "sent"):
            return False
        for line in self.order_line:
            problem = line._get_support_pack_problem()
            if problem:
                return problem
        return False

    def action_view_support_packs(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "support_packs.support_pack_action"
        )
        action["domain"] = [("sale_line_id", "in", self.order_line.ids)]
        action["context"] = {}
        return action
