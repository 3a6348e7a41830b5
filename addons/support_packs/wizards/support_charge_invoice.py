from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import formatLang


class SupportChargeInvoice(models.TransientModel):
    """An accountant sees what would be drafted, and what cannot be, before it is."""

    _name = "support.charge.invoice"
    _description = "Invoice Support Charges"

    charge_ids = fields.Many2many("support.charge", required=True, string="Charges")
    line_ids = fields.One2many("support.charge.invoice.line", "wizard_id")
    draft_count = fields.Integer(compute="_compute_counts")
    problem_count = fields.Integer(compute="_compute_counts")

    @api.depends("line_ids.problem")
    def _compute_counts(self):
        for wizard in self:
            problems = wizard.line_ids.filtered("problem")
            wizard.problem_count = sum(problems.mapped("ticket_count"))
            wizard.draft_count = len(wizard.line_ids - problems)

    @api.model_create_multi
    def create(self, vals_list):
        """The preview is made with the wizard: it is what the accountant reads."""
        self.env["support.charge"]._check_may_invoice()
        wizards = super().create(vals_list)
        for wizard in wizards:
            wizard.charge_ids.check_access("read")
            wizard.line_ids.sudo().create(wizard._prepare_lines())
        return wizards

    def _open(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "support_packs.support_charge_invoice_action"
        )
        return {**action, "res_id": self.id}

    # === ACTION METHODS === #

    def action_apply(self):
        """Draft the invoices of all that can be invoiced, and open them."""
        self.ensure_one()
        self.env["support.charge"]._check_may_invoice()
        problems = self.charge_ids._get_invoice_problems()
        ready = self.charge_ids.filtered(lambda charge: charge not in problems)
        if not ready:
            raise UserError("\n".join(dict.fromkeys(problems.values())))
        return ready._make_invoices()._open_support_invoices()

    # === PREVIEW === #

    def _prepare_lines(self):
        """Return the rows: one a draft, and one for each thing that is wrong."""
        self.ensure_one()
        # sudo: tickets, policies and products are not all the accountant's to read.
        charges = self.charge_ids.sudo()
        problems = charges._get_invoice_problems()
        ready = charges.filtered(lambda charge: charge not in problems)
        return [
            *self._prepare_drafts(ready),
            *self._prepare_problems(charges - ready, problems),
        ]

    def _prepare_drafts(self, charges):
        terms = charges._get_invoice_terms()
        bills = charges._get_invoice_bills()
        rows = []
        for groups in charges._group_for_invoices(terms).values():
            for group in groups:
                total = group._sum_due(bills)
                rows.append(
                    {
                        **self._prepare_row(group),
                        "currency_id": terms[group[0]].currency.id,
                        "amount": float(total),
                        "kind": "out_refund" if total < 0 else "out_invoice",
                    }
                )
        return rows

    def _prepare_problems(self, charges, problems):
        rows = []
        for _key, group in charges.grouped(
            lambda charge: (charge.account_id, problems[charge])
        ).items():
            rows.append({**self._prepare_row(group), "problem": problems[group[0]]})
        return rows

    def _prepare_row(self, charges):
        return {
            "wizard_id": self.id,
            "partner_id": charges.account_id.partner_id.id,
            "company_id": charges.company_id.id,
            "ticket_count": len(charges),
            "quantity_text": ", ".join(charges._explain_due()),
        }


class SupportChargeInvoiceLine(models.TransientModel):
    """One draft to be, or one reason why there will be none."""

    _name = "support.charge.invoice.line"
    _description = "Invoice Support Charges: Client"

    wizard_id = fields.Many2one(
        "support.charge.invoice", required=True, ondelete="cascade", index=True
    )
    partner_id = fields.Many2one("res.partner", string="Client", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    kind = fields.Selection(
        [("out_invoice", "Invoice"), ("out_refund", "Credit note")],
        string="Draft",
        readonly=True,
    )
    ticket_count = fields.Integer(string="Tickets", readonly=True)
    quantity_text = fields.Char(string="To invoice", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    amount = fields.Monetary(
        string="Amount as a number",
        readonly=True,
        help="At the price list, before Odoo works out the taxes.",
    )
    amount_text = fields.Char(string="Amount", compute="_compute_amount_text")
    problem = fields.Text(string="Cannot be invoiced", readonly=True)

    @api.depends("amount", "currency_id")
    def _compute_amount_text(self):
        for line in self:
            line.amount_text = (
                formatLang(self.env, line.amount, currency_obj=line.currency_id)
                if line.currency_id
                else ""
            )
