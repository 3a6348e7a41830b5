from collections import defaultdict
from decimal import Decimal

from odoo import Command, api, models
from odoo.exceptions import AccessError, UserError

from ..engine import billing

ACCOUNTANT = "account.group_account_invoice"


class SupportCharge(models.Model):
    """Drafting invoices: one for each client, company and currency."""

    _inherit = "support.charge"

    # === ACTION METHODS === #

    def action_invoice(self):
        """Show an accountant what would be invoiced, and what cannot be."""
        self._check_may_invoice()
        self.check_access("read")
        charges = self.filtered(lambda charge: charge._is_to_invoice())
        if not charges:
            raise UserError(self._get_nothing_message())
        wizard = self.env["support.charge.invoice"].create(
            {"charge_ids": [Command.set(charges._join_give_backs().ids)]}
        )
        return wizard._open()

    # === BUSINESS METHODS === #

    @api.model
    def _check_may_invoice(self):
        if not self.env.su and not self.env.user.has_group(ACCOUNTANT):
            raise AccessError(
                self.env._("Support charges are invoiced by an accountant only.")
            )

    @api.model
    def _get_nothing_message(self):
        return self.env._(
            "There is nothing left to invoice: somebody else may just have done it."
        )

    def _join_give_backs(self):
        """Add what is to be given back to the same clients: it goes with the next
        invoice."""
        return self | self.search(
            [
                ("account_id", "in", self.account_id.ids),
                ("state", "=", "to_invoice"),
                ("due", "<", 0),
            ]
        )

    def _make_invoices(self):
        """Draft the invoices of all that is due of these charges, or of none.

        A client to whom more is given back than is due gets a credit note.

        :return: account.move, drafts
        :raise UserError: when nothing is due, or something cannot be invoiced
        """
        self._check_may_invoice()
        self.check_access("read")
        # sudo: accountants read neither tickets nor policies, and write no charges.
        # The invoices are made with their own rights.
        charges = self.sudo()
        charges._touch()
        charges = charges.filtered(
            lambda charge: charge._is_to_invoice() and charge._has_due()
        )
        if not charges:
            raise UserError(self._get_nothing_message())
        problems = charges._get_invoice_problems()
        if problems:
            raise UserError("\n".join(dict.fromkeys(problems.values())))
        return charges._draft_invoices()

    def _is_to_invoice(self):
        """Whether something of the charge may be invoiced now.

        Add-ons that invoice more than units extend it, and what finds such charges:
        :meth:`_get_to_invoice_domain`.
        """
        self.ensure_one()
        return self.state == "to_invoice"

    def _bills_units(self):
        """Whether units are invoiced or given back now: those that wait are not."""
        self.ensure_one()
        return self.state == "to_invoice" and bool(self.due)

    def _has_due(self):
        """Return whether there is something to invoice or to give back.

        Add-ons that invoice more than units extend it.
        """
        self.ensure_one()
        return bool(self.due)

    def _sum_due(self, bills):
        """Return what these charges come to (Decimal), without taxes.

        :param bills: as :meth:`_get_invoice_bills` returns them
        """
        return sum(bills[charge].total for charge in self)

    def _draft_invoices(self):
        terms = self._get_invoice_terms()
        bills = self._get_invoice_bills()
        moves = self.env["account.move"].sudo(False)
        of_units = self.filtered(lambda charge: charge._bills_units())
        for company, charges in self._group_for_invoices(terms).items():
            vals_list = [group._prepare_invoice(terms, bills) for group in charges]
            moves += moves.with_company(company).create(vals_list)
        for charge in of_units:
            # The lines are there: from now on this price is the charge's.
            charge.billing_terms = self._prepare_billing_terms(terms[charge])
        return moves

    def _get_invoice_terms(self):
        """Return what each charge is invoiced with: ``{charge: Terms or None}``.

        Add-ons that invoice more than units extend it.
        """
        return self._get_terms()

    def _get_invoice_bills(self):
        """Return the units to invoice now: ``{charge: engine's Bill}``."""
        nothing = billing.Bill()
        return {
            charge: bill if charge._bills_units() else nothing
            for charge, bill in self._get_due_bills().items()
        }

    def _group_for_invoices(self, terms):
        """Return the charges of each invoice: ``{company: [charges]}``."""
        groups = defaultdict(self.browse)
        for charge in self.sorted(lambda one: (one.account_id.id, one.ticket_id.id)):
            key = (charge.company_id, charge.account_id, terms[charge].currency)
            groups[key] += charge
        found = defaultdict(list)
        for (company, _account, _currency), charges in groups.items():
            found[company].append(charges)
        return found

    # === VALUES === #

    def _prepare_invoice(self, terms, bills):
        """Return the values of one invoice, as Odoo prepares that of a sale.

        :param terms: as :meth:`_get_invoice_terms` returns them
        :param bills: as :meth:`_get_invoice_bills` returns them
        """
        company = self.company_id
        partner = self.account_id.partner_id.with_company(company)
        addresses = partner.address_get(["invoice", "delivery"])
        position = self._get_invoice_fiscal_position(partner, addresses["delivery"])
        lines = [
            values
            for charge in self
            for values in charge.with_context(
                lang=partner.lang or self.env.lang
            )._prepare_invoice_lines(terms[charge], bills[charge], position)
        ]
        total = sum(line["quantity"] * line["price_unit"] for line in lines)
        if total < 0:
            for line in lines:
                line["quantity"] = -line["quantity"]
        values = {
            "move_type": "out_refund" if total < 0 else "out_invoice",
            "company_id": company.id,
            "partner_id": addresses["invoice"],
            "partner_shipping_id": addresses["delivery"],
            "fiscal_position_id": position.id,
            "currency_id": terms[self[0]].currency.id,
            "invoice_payment_term_id": partner.property_payment_term_id.id,
            "invoice_line_ids": [Command.create(line) for line in lines],
        }
        salesperson = partner.user_id or partner.commercial_partner_id.user_id
        if salesperson:
            values["invoice_user_id"] = salesperson.id
        return values

    def _get_invoice_fiscal_position(self, partner, delivery_id):
        positions = self.env["account.fiscal.position"].with_company(self.company_id)
        return positions._get_fiscal_position(partner, partner.browse(delivery_id))

    def _prepare_invoice_lines(self, terms, bill, position):
        """Return the lines of one charge: the work, and the surcharge if there is one.

        The price is the amount and the quantity 1, because Odoo rounds quantities to
        two decimals: 20 minutes would be 0.33 hours.
        """
        self.ensure_one()
        billed, credited = self._get_standing_bills()[self]
        before = billed - credited if bill.units < 0 else billed
        parts = (
            ("base", bill.base_units, bill.base, before.base),
            ("surcharge", bill.surcharge_units, bill.surcharge, before.surcharge),
        )
        taxes = terms.product.taxes_id._filter_taxes_by_company(self.company_id)
        return [
            {
                "product_id": terms.product.id,
                "name": self._get_invoice_line_text(part, units, terms, before),
                "tax_ids": [Command.set(position.map_tax(taxes).ids)],
                "support_charge_id": self.id,
                "support_part": part,
                "support_units": units,
                "support_amount": float(amount),
                **self._prepare_line_price(amount, stood, terms, taxes, position),
            }
            for part, units, amount, stood in parts
            if units or amount
        ]

    def _prepare_line_price(self, amount, before, terms, taxes, position):
        """Return quantity and price of a line, after what the fiscal position changes.

        A price that includes taxes may come to another one. What the whole comes to
        less what stood before: so the lines add up to the whole, to the cent.
        """

        def adapt(total):
            price = terms.product._get_tax_included_unit_price_from_price(
                float(total), taxes, fiscal_position=position
            )
            return Decimal(str(terms.currency.round(price)))

        price = adapt(before + amount) - adapt(before)
        return {"quantity": -1 if price < 0 else 1, "price_unit": float(abs(price))}

    def _get_invoice_line_text(self, part, units, terms, before):
        """Return what the client reads on the line, in the client's language.

        :param before: the engine's Bill of what was invoiced before
        """
        self.ensure_one()
        words = self.env["support.explanation"]
        ticket = self.ticket_id
        texts = [f"{ticket.number} {ticket.name}"]
        corrects = before != billing.Bill()
        why = self.explanation or self.quantity_text
        if corrects:
            invoiced = words.format_quantity(before.units, self.unit)
            texts.append(self.env._("Invoiced before: %s", invoiced))
            texts.append(self.env._("Now: %s", why))
        elif part == "base" and (why != self.quantity_text or self.covered):
            # Never just the same number twice.
            texts.append(why)
        if part == "base" and self.covered:
            texts.append(self.env._("From packs: %s", self.covered_text))
        quantity = words.format_quantity(units, self.unit)
        if corrects:
            quantity = words.format_signed(units, self.unit)
        price = self._get_invoice_price(terms)
        texts.append(self._get_invoice_price_text(part, corrects, quantity, price))
        return "\n".join(texts)

    def _get_invoice_price(self, terms):
        """Return the price as it is, for its own quantity: nothing is rounded."""
        self.ensure_one()
        price = terms.currency.with_env(self.env).format(float(terms.price))
        if self.unit == "minute" and terms.per == 60:
            return self.env._("%(price)s per hour", price=price)
        return self.env._(
            "%(price)s for %(quantity)s",
            price=price,
            quantity=self.env["support.explanation"].format_content(
                terms.per, self.unit
            ),
        )

    def _get_invoice_price_text(self, part, corrects, quantity, price):
        """Return what is multiplied: ``40 min at 75.00 € per hour``."""
        names = {"quantity": quantity, "price": price}
        if part == "surcharge" and corrects:
            return self.env._(
                "Correction of the urgent surcharge: %(quantity)s at %(price)s", **names
            )
        if part == "surcharge":
            return self.env._("Urgent surcharge: %(quantity)s at %(price)s", **names)
        if corrects:
            return self.env._("Correction: %(quantity)s at %(price)s", **names)
        return self.env._("%(quantity)s at %(price)s", **names)
