from odoo import fields, models


class SupportPolicy(models.Model):
    """Visits on the client's premises, and their expenses."""

    _inherit = "support.policy"

    limit_visits = fields.Boolean(
        string="Visits as sold",
        default=True,
        help="Tickets are solved on site only for local clients, as often in a month "
        "as their policy includes. Other visits need a quotation that the client has "
        "confirmed. Off: whoever works on a ticket decides.",
    )
    travel_product_id = fields.Many2one(
        "product.product",
        string="Travel product",
        check_company=True,
        domain="[('type', '=', 'service'), ('support_is_pack', '=', False)]",
        help="What travel expenses of visits are invoiced as.",
    )
