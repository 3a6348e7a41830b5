"""What the tests of invoicing share: a price of an hour, taxes, an accountant."""

from dataclasses import replace
from unittest.mock import patch

from odoo import Command, fields

from ..engine.steps import Step
from ..models.helpdesk_ticket_charge import HelpdeskTicket
from ..models.support_charge import SupportCharge
from .common import SupportPacksCommon


class HalfMore:
    """An urgency of +50 %, as support_urgency will have it [000]."""

    def added(self, *, base, normal, urgent):
        on = urgent if normal else base
        return Step("surcharge", {"percent": 50, "on": on, "added": -(-on // 2)})


def _make_urgent(facts):
    return replace(facts, minutes=0, urgent_minutes=facts.minutes)


class InvoicingCommon(SupportPacksCommon):
    """1 hour at 75 EUR is 60 units [000]; what no pack covers is invoiced."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tax = cls.make_tax(21)
        cls.hour = cls.make_hour(cls.policy, 75, cls.tax)
        cls.policy.overage_product_id = cls.hour
        cls.account = cls.make_account()
        cls.make_people()
        # Whoever has the right to more has the right to this.
        cls.accountant.group_ids = cls.env.ref("account.group_account_invoice")

    @classmethod
    def make_tax(cls, percent, included=False, **values):
        return cls.env["account.tax"].create(
            {
                "name": f"{percent} %{' included' if included else ''}",
                "amount": percent,
                "type_tax_use": "sale",
                "company_id": cls.company.id,
                "price_include_override": (
                    "tax_included" if included else "tax_excluded"
                ),
                **values,
            }
        )

    @classmethod
    def make_hour(cls, policy, price, taxes, **values):
        """Return the product of a policy: its price is for so many units."""
        return cls.env["product.product"].create(
            {
                "name": "1 hour",
                "type": "service",
                "list_price": price,
                "company_id": policy.company_id.id,
                "taxes_id": [Command.set(taxes.ids)],
                "support_unit": policy.unit,
                "support_quantity": 60,
                **values,
            }
        )

    @classmethod
    def make_debt(cls, minutes, partner=None, **values):
        """Return a ticket whose work no pack covers."""
        ticket = cls.make_ticket(partner, **values)
        cls.log(ticket, minutes)
        return ticket

    def make_urgent(self):
        """Have all work be urgent, until the returned function is called."""
        plain = HelpdeskTicket._get_support_facts
        patches = [
            patch.object(SupportCharge, "_get_surcharge", lambda charge: HalfMore()),
            patch.object(
                HelpdeskTicket,
                "_get_support_facts",
                lambda *args, **named: _make_urgent(plain(*args, **named)),
            ),
        ]
        for urgency in patches:
            urgency.start()
            self.addCleanup(urgency.stop)

        def cancel():
            for urgency in patches:
                urgency.stop()

        return cancel

    def draft(self, tickets, user=None):
        """Draft as an accountant does, by the wizard; return the invoices."""
        charges = tickets.support_charge_ids.with_user(user or self.accountant)
        action = charges.action_invoice()
        wizards = self.env["support.charge.invoice"].with_user(user or self.accountant)
        action = wizards.browse(action["res_id"]).action_apply()
        return self.env["account.move"].search(action["domain"], order="id")

    def post(self, moves):
        moves.invoice_date = fields.Date.today()
        moves.action_post()
        return moves

    def credit(self, moves, again=False, post=True):
        """Reverse invoices as Odoo does; return the credit notes."""
        wizard = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=moves.ids)
            .create({"journal_id": moves.journal_id.id, "support_again": again})
        )
        wizard.refund_moves()
        if post:
            wizard.new_move_ids.action_post()
        return wizard.new_move_ids

    def assert_lines(self, moves, *prices):
        """The lines of invoices: quantity and price of each, in order."""
        lines = moves.invoice_line_ids.sorted(lambda line: (line.move_id.id, line.id))
        self.assertEqual(
            [line.quantity * line.price_unit for line in lines], list(prices)
        )

    def assert_state(self, ticket, state, due=0):
        charge = ticket.support_charge_id
        self.assertEqual((charge.state, charge.due), (state, due))
        self.assertEqual(charge.quantity, charge.covered + charge.uncovered)

    def assert_whole(self, ticket, base, surcharge=0.0):
        """All lines that stand come to exactly what the whole would have cost."""
        lines = ticket.support_charge_id.invoice_line_ids.filtered(
            lambda line: line.parent_state != "cancel"
        )
        sums = {"base": 0.0, "surcharge": 0.0}
        for line in lines:
            sign = -1 if line.move_id.move_type == "out_refund" else 1
            sums[line.support_part] += sign * line.quantity * line.price_unit
        found = tuple(round(amount, 6) for amount in sums.values())
        self.assertEqual(found, (base, surcharge))
