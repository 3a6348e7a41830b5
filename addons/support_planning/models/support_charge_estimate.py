from collections import defaultdict

from odoo import Command, models

from odoo.addons.support_packs.models.support_case import take_row

# After the lines of the work.
LAST = 1000


class SupportCharge(models.Model):
    """The work of an estimate that was signed is invoiced at what was signed, on its
    order line, less what was paid in advance."""

    _inherit = "support.charge"

    def _get_terms(self):
        """What the client signed is the price, until one stands on an invoice."""
        found = super()._get_terms()
        # sudo: clients and technicians read what is to pay, not the orders.
        for charge, charge_sudo in zip(self, self.sudo(), strict=True):
            frozen = charge_sudo._has_frozen_terms()
            signed = not frozen and charge_sudo.ticket_id._get_support_signed_terms()
            if signed:
                found[charge] = signed
        return found

    def _prepare_invoice(self, terms, bills):
        values = super()._prepare_invoice(terms, bills)
        orders = self._get_estimate_orders().filtered(
            lambda order: order.currency_id.id == values["currency_id"]
        )
        names = orders.filtered(lambda order: order.state == "sale").mapped("name")
        if names:
            values["invoice_origin"] = ", ".join(names)
        if orders and values["move_type"] == "out_invoice":
            for order in orders:
                # Of two who invoice tickets with the same prepayment at once, the
                # second is run again, and sees what the first took.
                take_row(order)
            values["invoice_line_ids"] += self._prepare_deductions(orders, values)
            # What was paid and not invoiced: Odoo settles it when this is posted.
            payments = orders._get_support_transactions()
            values["transaction_ids"] = [Command.set(payments.ids)]
        return values

    def _prepare_invoice_lines(self, terms, bill, position):
        lines = super()._prepare_invoice_lines(terms, bill, position)
        ticket = self.ticket_id
        estimate = ticket.support_estimate_minutes and ticket._get_support_estimate()
        order_line = estimate._get_signed_line() if estimate else None
        if order_line and order_line.currency_id == terms.currency:
            for values in lines:
                # What other add-ons invoice along with the work was not estimated.
                if values.get("support_part"):
                    values["sale_line_ids"] = [Command.link(order_line.id)]
        return lines

    # === WHAT WAS PAID IN ADVANCE === #

    def _get_estimate_orders(self):
        """Return the orders in which the client paid in advance for them (sudo)."""
        return self.ticket_id._get_support_prepaying_orders()

    def _prepare_deductions(self, orders, values):
        """Return the commands of the lines that take prepayments off an invoice.

        Of each ticket up to what its lines come to, and never below nothing: what is
        left stays for the next invoice of the ticket, or is credited.
        """
        lines = [command[2] for command in values["invoice_line_ids"]]
        currency = orders.currency_id[:1]

        def add_up(wanted):
            return sum(one["quantity"] * one["price_unit"] for one in wanted)

        found, room = [], add_up(lines)
        # With merged tickets, two charges may take from the same prepayment.
        taken = defaultdict(float)
        for charge in self:
            own = [one for one in lines if one.get("support_charge_id") == charge.id]
            most = min(add_up(own), room)
            lines_of_orders = (orders & charge._get_estimate_orders()).order_line
            for prepaid in lines_of_orders._filter_support()[1]:
                left = prepaid._get_support_prepaid() - taken[prepaid]
                amount = currency.round(min(left, most))
                if currency.compare_amounts(amount, 0) > 0:
                    found.append(prepaid._prepare_support_deduction(amount))
                    taken[prepaid] += amount
                    most, room = most - amount, room - amount
        if not found:
            return []
        section = orders[:1]._prepare_down_payment_section_line()
        return [
            Command.create({**one, "sequence": LAST + place})
            for place, one in enumerate([section, *found])
        ]
