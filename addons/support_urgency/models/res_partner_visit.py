from odoo import fields, models


class ResPartner(models.Model):
    """Whom we visit without a quotation [004]."""

    _inherit = "res.partner"

    support_is_local = fields.Boolean(
        string="Local client",
        company_dependent=True,
        help="Near enough for the visits that support policies include. Set on the "
        "company of the contact; each of our companies has its own.",
    )
