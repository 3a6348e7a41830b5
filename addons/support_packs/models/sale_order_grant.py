from odoo import models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def write(self, vals):
        """An order that is not confirmed any more sells nothing: cancelled, draft."""
        res = super().write(vals)
        # The confirmation has a hook of its own, after all that belongs to it.
        if vals.get("state", "sale") != "sale":
            self.order_line._sync_support_packs()
        return res

    def unlink(self):
        """Let the lines go one by one: PostgreSQL would stumble over their packs."""
        # Core decides whether orders may go, before anything of them does.
        self._unlink_except_draft_or_cancel()
        self.order_line.unlink()
        return super().unlink()
