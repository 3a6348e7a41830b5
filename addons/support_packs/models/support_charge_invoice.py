from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..engine import billing
from .account_move_charge import INVOICE_READERS


class SupportCharge(models.Model):
    """What of a charge stands on invoices, and what is still due.

    Nobody sets the state by hand: it follows from the lines that stand. A draft claims
    its units; who deletes or cancels it frees them.
    """

    _inherit = "support.charge"

    invoice_line_ids = fields.One2many(
        "account.move.line",
        "support_charge_id",
        string="Invoice lines",
        readonly=True,
        groups=INVOICE_READERS,
    )
    billed = fields.Integer(
        string="Invoiced",
        required=True,
        readonly=True,
        default=0,
        help="Units on invoice lines that stand, drafts included; not those that were "
        "credited to be invoiced again.",
    )
    credited = fields.Integer(
        required=True,
        readonly=True,
        default=0,
        help="Invoiced units that a posted credit note took back for good.",
    )
    due = fields.Integer(
        compute="_compute_due",
        store=True,
        help="Units that are neither paid by packs nor waived nor invoiced; negative: "
        "units that were invoiced and are to be given back.",
    )
    to_invoice = fields.Boolean(
        string="To invoice",
        compute="_compute_to_invoice",
        search="_search_to_invoice",
        help="Something of the charge can be invoiced now.",
    )
    invoice_count = fields.Integer(
        compute="_compute_invoice_count", groups=INVOICE_READERS
    )

    @api.depends("uncovered", "waived", "billed", "credited")
    def _compute_due(self):
        for charge in self:
            charge.due = billing.due_units(
                max(charge.uncovered - charge.waived, 0),
                charge.billed,
                charge.credited,
            )

    @api.depends("state")
    def _compute_to_invoice(self):
        for charge in self:
            charge.to_invoice = charge._is_to_invoice()

    def _search_to_invoice(self, operator, value):
        if operator != "in":
            return NotImplemented
        found = self._get_to_invoice_domain()
        return found if True in value else ~found

    @api.model
    def _get_to_invoice_domain(self):
        """Return the domain of :meth:`_is_to_invoice`."""
        return Domain("state", "=", "to_invoice")

    @api.depends("invoice_line_ids.move_id")
    def _compute_invoice_count(self):
        for charge in self:
            charge.invoice_count = len(charge.invoice_line_ids.move_id)

    # === ACTION METHODS === #

    def action_view_invoices(self):
        """Open the invoices and credit notes of the charges."""
        self.check_access("read")
        moves = self.env["account.move"].search(
            [("invoice_line_ids.support_charge_id", "in", self.ids)]
        )
        return moves._open_support_invoices()

    # === WHAT STANDS === #

    def _sync_billing(self):
        """Make the charges agree with the lines that stand. Safe to run again.

        Whoever changes lines or invoices calls it: it takes the rows of the charges,
        so that of two who do so at once the second is retried.
        """
        # sudo: charges are nobody's to write, and accountants change invoices.
        charges = self.sudo()
        charges._touch()
        standing = charges._read_standing_bills()
        for charge in charges:
            billed, credited = standing[charge]
            if (charge.billed, charge.credited) != (billed.units, credited.units):
                charge._follow_billing(billed.units, credited.units)

    def _follow_billing(self, billed, credited):
        """Write what is invoiced now, and the state that follows.

        What is freed is to be invoiced again. Only what nobody has decided about yet
        goes on waiting.
        """
        self.ensure_one()
        self.write({"billed": billed, "credited": credited})
        if self.due <= 0:
            self.state = self._get_closed_state(self.uncovered, self.due)
        elif self.state != "waiting":
            self.state = "to_invoice"

    def _get_standing_bills(self):
        """Return what stands: ``{charge: (billed, credited)}``, two engine Bills.

        Asks the database only for charges that were ever invoiced.
        """
        concerned = self.sudo().filtered(lambda one: one.billed or one.credited)
        found = concerned._read_standing_bills()
        nothing = (billing.Bill(), billing.Bill())
        return {charge: found.get(charge, nothing) for charge in self}

    def _read_standing_bills(self):
        """Return what stands, as the lines say."""
        found = {charge: (billing.Bill(), billing.Bill()) for charge in self}
        if not self:
            return found
        lines = self.env["account.move.line"].search(
            [("support_charge_id", "in", self.ids), ("parent_state", "!=", "cancel")]
        )
        again, for_good = lines._get_support_credited()
        for line in lines.filtered(lambda one: one._bills_support()) - again:
            billed, credited = found[line.support_charge_id]
            bill = line._get_support_bill()
            if line in for_good:
                credited += bill
            found[line.support_charge_id] = (billed + bill, credited)
        return found

    # === WHAT FOLLOWS FOR THE LEDGER === #

    def _get_kept_uncovered(self, quantity):
        """Return how much of a new quantity no pack may pay.

        Where less was worked and then more again, what is invoiced is not paid by
        packs on top: it counts as uncovered before anything is drawn.
        """
        return max(self.uncovered, min(self.billed, quantity - self.covered))

    def _is_billed(self):
        """Return whether anything of the charge stands on invoices."""
        self.ensure_one()
        return bool(self.billed)

    def _check_not_billed(self, label):
        """Refuse what would leave an invoice with the wrong client or unit.

        :param label: name of the field that is being changed
        """
        self.ensure_one()
        if self._is_billed():
            raise UserError(
                self.env._(
                    "%(field)s: the work on %(ticket)s was invoiced to %(client)s "
                    "(%(invoices)s). Delete the draft, or have the invoice credited "
                    "to be invoiced again.",
                    field=label,
                    ticket=self.display_name,
                    client=self.account_id.display_name,
                    invoices=self.sudo().invoice_text or "…",
                )
            )
