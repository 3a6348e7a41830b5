from decimal import Decimal

from odoo import api, fields, models

from ..engine import billing

# Who reads what a charge was invoiced with.
INVOICE_READERS = "account.group_account_invoice,account.group_account_readonly"
CHARGE_READERS = (
    "helpdesk_mgmt.group_helpdesk_user_own,account.group_account_invoice,"
    "account.group_account_readonly"
)
# Whose change may free a charge, or claim it.
CLAIM_FIELDS = {
    "support_charge_id",
    "support_part",
    "support_units",
    "support_amount",
    "support_reversed_line_id",
}
# Tells core's copy of an invoice that it replaces the one that is credited.
REPLACES = "support_replaces"


class AccountMove(models.Model):
    """Invoices and credit notes of support charges: only their facts.

    What follows for the charges is theirs to say (``_sync_billing``).
    """

    _inherit = "account.move"

    support_again = fields.Boolean(
        string="Invoice the support work again",
        copy=False,
        help="The support charges that this credit note takes back are to be invoiced "
        "again. Otherwise they are closed as credited.",
    )
    support_charge_ids = fields.One2many(
        "support.charge",
        compute="_compute_support_charges",
        groups=CHARGE_READERS,
    )
    support_charge_count = fields.Integer(
        compute="_compute_support_charges", groups=CHARGE_READERS
    )

    @api.depends("invoice_line_ids.support_charge_id")
    def _compute_support_charges(self):
        for move in self:
            move.support_charge_ids = move.invoice_line_ids.support_charge_id
            move.support_charge_count = len(move.support_charge_ids)

    # === CRUD METHODS === #

    def write(self, vals):
        """Posting, resetting and cancelling all pass here."""
        res = super().write(vals)
        if "state" in vals or "support_again" in vals:
            self._sync_support_charges()
        return res

    def copy_data(self, default=None):
        """The invoice that replaces a credited one bills what that one billed."""
        default = dict(default or {})
        replaces = default.pop(REPLACES, False)
        vals_list = super().copy_data(default)
        if replaces:
            for vals in vals_list:
                for _command, _id, values in vals["line_ids"]:
                    self._claim_again(values)
        return vals_list

    @api.model
    def _claim_again(self, values):
        """Turn the values of a line that credits into those of one that bills."""
        if values.pop("support_reversed_line_id", None):
            values["support_units"] = -values["support_units"]
            values["support_amount"] = -values["support_amount"]

    # === BUSINESS METHODS === #

    def _sync_support_charges(self):
        sales = self.filtered(lambda move: move.is_sale_document())
        # sudo: whoever posts an invoice may not read charges.
        sales.sudo().invoice_line_ids.support_charge_id._sync_billing()

    def action_view_support_charges(self):
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "support_packs.support_charge_action"
        )
        action["domain"] = [("invoice_line_ids.move_id", "=", self.id)]
        action["context"] = {}
        return action

    def _open_support_invoices(self):
        """Return the action that shows these invoices; one alone by its form."""
        kinds = set(self.mapped("move_type"))
        xmlid = "account.action_move_out_invoice_type"
        if kinds == {"out_refund"}:
            xmlid = "account.action_move_out_refund_type"
        action = self.env["ir.actions.act_window"]._for_xml_id(xmlid)
        action["context"] = {"default_move_type": min(kinds, default="out_invoice")}
        action["domain"] = [("id", "in", self.ids)]
        if len(self) == 1:
            form = self.env.ref("account.view_move_form").id
            action.update(views=[(form, "form")], view_mode="form", res_id=self.id)
        return action


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    support_charge_id = fields.Many2one(
        "support.charge",
        readonly=True,
        copy=False,
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
        help="The charge of a ticket that this line bills.",
    )
    support_part = fields.Selection(
        [("base", "Work"), ("surcharge", "Urgent surcharge")],
        readonly=True,
        copy=False,
    )
    support_units = fields.Integer(
        readonly=True,
        copy=False,
        help="How many units of the charge the line bills; negative: gives back.",
    )
    support_amount = fields.Monetary(
        readonly=True,
        copy=False,
        help="What the units cost at the price list, in the currency of the invoice: "
        "what a correction is counted against, whatever was changed on the draft.",
    )
    support_reversed_line_id = fields.Many2one(
        "account.move.line",
        check_company=True,
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="The invoice line that this line of a credit note takes back.",
    )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        if any(vals.get("support_charge_id") for vals in vals_list):
            lines.sudo().support_charge_id._sync_billing()
        return lines

    def write(self, vals):
        concerned = bool(CLAIM_FIELDS & vals.keys())
        charges = self.sudo().support_charge_id if concerned else None
        res = super().write(vals)
        if concerned:
            (charges | self.sudo().support_charge_id)._sync_billing()
        return res

    def unlink(self):
        charges = self.sudo().support_charge_id
        res = super().unlink()
        charges._sync_billing()
        return res

    def _copy_data_extend_business_fields(self, values):
        """Core copies the lines of a credit note this way; never those of a duplicate,
        which bills nothing of ours."""
        res = super()._copy_data_extend_business_fields(values)
        if self.support_charge_id:
            values.update(
                support_charge_id=self.support_charge_id.id,
                support_part=self.support_part,
                support_units=-self.support_units,
                support_amount=-self.support_amount,
                support_reversed_line_id=self.id,
            )
        return res

    # === FACTS === #

    def _bills_support(self):
        """Whether the line bills units of its charge, or gives some back."""
        self.ensure_one()
        return (
            not self.support_reversed_line_id
            and self.support_part
            and self.move_id.move_type in ("out_invoice", "out_refund")
        )

    def _get_support_bill(self):
        """Return the engine's view of the line."""
        self.ensure_one()
        amount = Decimal(str(self.support_amount))
        if self.support_part == "surcharge":
            return billing.Bill(surcharge_units=self.support_units, surcharge=amount)
        return billing.Bill(base_units=self.support_units, base=amount)

    def _get_support_credited(self):
        """Return which lines posted credit notes take back: again, and for good.

        Only in full: less than that is a reduction of the price, of work that was
        invoiced and stays so. A line that gave back and is taken back itself never
        counts: it is to be given back again.
        """
        again = for_good = self.browse()
        for line in self:
            origin = line.support_reversed_line_id
            if origin and line._credits_in_full():
                if line.move_id.support_again or origin._gives_support_back():
                    again |= origin
                else:
                    for_good |= origin
        return again, for_good - again

    def _gives_support_back(self):
        """Whether the line gives back what another line billed."""
        self.ensure_one()
        return self.support_units < 0

    def _credits_in_full(self):
        self.ensure_one()
        move, origin = self.move_id, self.support_reversed_line_id
        if move.move_type != "out_refund" or self.parent_state != "posted":
            return False
        return (
            self.currency_id.compare_amounts(
                abs(self.price_subtotal), abs(origin.price_subtotal)
            )
            >= 0
        )
