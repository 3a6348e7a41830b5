from decimal import Decimal

from odoo import Command, api, fields, models
from odoo.fields import Domain
from odoo.tools.misc import formatLang

from odoo.addons.support_packs.models.support_charge_overage import Terms


class SupportCharge(models.Model):
    """Travel expenses on a charge: invoiced with what no pack covers, as money.

    What stands on invoices is read from their lines, as with units; the next line
    carries the difference.
    """

    _inherit = "support.charge"

    company_currency_id = fields.Many2one(related="company_id.currency_id")
    travel_amount = fields.Monetary(
        string="Travel expenses",
        currency_field="company_currency_id",
        readonly=True,
        help="Of the visit, without taxes.",
    )
    travel_billed = fields.Monetary(
        string="Travel expenses invoiced",
        currency_field="company_currency_id",
        readonly=True,
    )
    travel_credited = fields.Monetary(
        string="Travel expenses credited",
        currency_field="company_currency_id",
        readonly=True,
        help="Of those invoiced, what a posted credit note took back for good.",
    )
    travel_due = fields.Monetary(
        string="Travel expenses to invoice",
        currency_field="company_currency_id",
        compute="_compute_travel_due",
        store=True,
    )

    @api.depends("travel_amount", "travel_billed", "travel_credited")
    def _compute_travel_due(self):
        for charge in self:
            charge.travel_due = charge._get_travel_due()

    def _get_travel_due(self):
        """Return what is to invoice; negative: to give back. As with units, what was
        credited for good is not due again, nor given back a second time."""
        self.ensure_one()
        more = self.travel_amount - self.travel_billed
        return more if more >= 0 else min(more + self.travel_credited, 0)

    # === FOLLOWING === #

    def _follow_travel(self, amount):
        """Ask for these expenses. Whoever calls it has touched the charge."""
        self.ensure_one()
        self.travel_amount = amount
        self._follow_travel_state()

    def _follow_travel_state(self):
        """The state, where the units have nothing to say about it."""
        self.ensure_one()
        if self.due <= 0:
            self.state = self._get_closed_state(self.uncovered, self.due)

    def _get_closed_state(self, uncovered, due=0):
        state = super()._get_closed_state(uncovered, due)
        if self._has_travel_due():
            return "to_invoice"
        if state == "open" and self.travel_billed:
            gone = self.travel_credited >= self.travel_billed
            return "credited" if gone else "invoiced"
        return state

    def _has_travel_due(self):
        self.ensure_one()
        # Most tickets have no expenses: a debit does not read the currency for them.
        return (
            self.travel_amount != self.travel_billed
            and not self.company_id.currency_id.is_zero(self.travel_due)
        )

    def _sync_billing(self):
        """Expenses follow the lines that stand, too."""
        res = super()._sync_billing()
        # sudo: as there.
        for charge, (billed, credited) in self.sudo()._read_travel_billed().items():
            currency = charge.company_id.currency_id
            if currency.compare_amounts(
                charge.travel_billed, billed
            ) or currency.compare_amounts(charge.travel_credited, credited):
                charge.write({"travel_billed": billed, "travel_credited": credited})
                charge._follow_travel_state()
        return res

    def _read_travel_billed(self):
        """Return the expenses on lines that stand, and of these the ones credited for
        good: ``{charge: (billed, credited)}``."""
        charges = self.filtered(lambda one: one.travel_amount or one.travel_billed)
        found = dict.fromkeys(charges, (0.0, 0.0))
        if not charges:
            return found
        lines = self.env["account.move.line"].search(
            [
                ("support_charge_id", "in", charges.ids),
                ("support_part", "=", "travel"),
                ("parent_state", "!=", "cancel"),
            ]
        )
        again, for_good = lines._get_support_credited()
        for line in lines - again:
            if not line.support_reversed_line_id:
                billed, credited = found[line.support_charge_id]
                if line in for_good:
                    credited += line.support_travel
                found[line.support_charge_id] = (billed + line.support_travel, credited)
        return found

    def _is_billed(self):
        return super()._is_billed() or bool(self.travel_billed)

    # === INVOICING === #

    @api.depends("travel_due")
    def _compute_to_invoice(self):
        return super()._compute_to_invoice()

    def _is_to_invoice(self):
        """Expenses do not wait with the units."""
        waits = self.state == "waiting" and self._has_travel_due()
        return super()._is_to_invoice() or waits

    @api.model
    def _get_to_invoice_domain(self):
        waits = Domain("state", "=", "waiting") & Domain("travel_due", "!=", 0)
        return super()._get_to_invoice_domain() | waits

    def _get_invoice_terms(self):
        """Expenses alone need no price of units, nor a product for them."""
        terms = super()._get_invoice_terms()
        for charge in self:
            if not charge._bills_units() and charge._has_travel_due():
                terms[charge] = charge._get_travel_terms(terms[charge])
        return terms

    def _get_travel_terms(self, terms):
        self.ensure_one()
        return Terms(
            self.account_id.policy_id.travel_product_id,
            terms.currency if terms else self._get_overage_currency(),
            Decimal(0),
            1,
        )

    def _has_due(self):
        return super()._has_due() or self._has_travel_due()

    def _sum_due(self, bills):
        travelled = self.sudo().filtered(lambda charge: charge._has_travel_due())
        travel = sum(
            charge._convert_travel(terms)
            for charge, terms in travelled._get_invoice_terms().items()
        )
        return super()._sum_due(bills) + travel

    def _convert_travel(self, terms):
        """Return the expenses to invoice in the currency of the invoice (Decimal)."""
        self.ensure_one()
        amount = self.company_id.currency_id._convert(
            self.travel_due, terms.currency, self.company_id
        )
        return Decimal(str(amount))

    def _prepare_invoice_lines(self, terms, bill, position):
        lines = super()._prepare_invoice_lines(terms, bill, position)
        if self._has_travel_due():
            lines.append(self._prepare_travel_line(terms, position))
        return lines

    def _prepare_travel_line(self, terms, position):
        """Return the values of the line of the expenses; to give back: quantity -1."""
        self.ensure_one()
        product = self.account_id.policy_id.travel_product_id
        taxes = position.map_tax(
            product.taxes_id._filter_taxes_by_company(self.company_id)
        )
        amount = self._convert_travel(terms)
        # What was typed is without taxes: those that a price includes go on top.
        price = taxes.browse()._adapt_price_unit_to_another_taxes(
            float(abs(amount)), product, taxes.browse(), taxes
        )
        ticket = self.ticket_id
        return {
            "product_id": product.id,
            "name": f"{ticket.number} {ticket.name}\n{product.name}",
            "tax_ids": [Command.set(taxes.ids)],
            "quantity": -1 if amount < 0 else 1,
            "price_unit": terms.currency.round(price),
            "support_charge_id": self.id,
            "support_part": "travel",
            "support_units": 0,
            "support_amount": float(amount),
            "support_travel": self.travel_due,
        }

    def _get_own_problem(self, terms):
        problem = super()._get_own_problem(terms)
        policy = self.account_id.policy_id
        product = policy.travel_product_id
        if problem or not self._has_travel_due():
            return problem
        if not product:
            return self.env._(
                "Travel product: the support policy “%(policy)s” has none. Choose one "
                "there.",
                policy=policy.name,
            )
        if not product.active:
            return self.env._(
                "Travel product: “%(product)s” is archived.",
                product=product.display_name,
            )
        return None

    # === IN WORDS === #

    def _explain_due(self):
        texts = super()._explain_due()
        travel = sum(charge.travel_due for charge in self)
        if travel:
            money = formatLang(
                self.env, travel, currency_obj=self.company_id.currency_id
            )
            texts.append(self.env._("travel expenses %(amount)s", amount=money))
        return texts
