from odoo import api, fields, models


class AccountMove(models.Model):
    _inherit = "account.move"

    @api.model
    def _claim_again(self, values):
        credits = bool(values.get("support_reversed_line_id"))
        res = super()._claim_again(values)
        if credits and "support_travel" in values:
            values["support_travel"] = -values["support_travel"]
        return res


class AccountMoveLine(models.Model):
    """Lines that bill travel expenses of a visit: no units, only money."""

    _inherit = "account.move.line"

    support_part = fields.Selection(
        selection_add=[("travel", "Travel expenses")], ondelete={"travel": "set null"}
    )
    support_travel = fields.Monetary(
        string="Travel expenses",
        currency_field="company_currency_id",
        readonly=True,
        copy=False,
        help="What the line bills, in the currency of the company; negative: gives "
        "back.",
    )

    def _bills_support(self):
        return super()._bills_support() and self.support_part != "travel"

    def _gives_support_back(self):
        return super()._gives_support_back() or (
            self.support_part == "travel" and self.support_travel < 0
        )

    def _copy_data_extend_business_fields(self, values):
        res = super()._copy_data_extend_business_fields(values)
        if self.support_part == "travel":
            values["support_travel"] = -self.support_travel
        return res
