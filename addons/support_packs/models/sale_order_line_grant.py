from collections import defaultdict
from decimal import Decimal

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL, float_round

from ..engine import grants, split

# Packs are whole, but invoices may bill a fraction of one.
QUANTITY_DIGITS = 6
# A plan is followed until nothing is left to do: a pack that is missing is made, then
# granted, then perhaps credited in part.
MOST_ROUNDS = 4


class SaleOrderLine(models.Model):
    """What the packs of a line should be, and making them so.

    Hooks of sales and accounting only say *when* to look (:meth:`_sync_support_packs`).
    What should be follows from the facts alone, by the rules of ``engine/grants``; so a
    hook that runs twice does nothing the second time, and the hourly sweep mends what a
    hook missed, with the very same code.
    """

    _inherit = "sale.order.line"

    # === CRUD METHODS === #

    @api.ondelete(at_uninstall=False)
    def _unlink_except_granted_packs(self):
        # sudo: whoever deletes lines of an order may not read packs.
        for line in self.sudo():
            granted = line.support_pack_ids.filtered("entry_seq")
            if granted:
                raise UserError(
                    self.env._(
                        "“%(line)s” cannot be deleted: the pack %(pack)s was granted, "
                        "and the support ledger keeps its history.",
                        line=line.product_id.display_name,
                        pack=granted[0].name,
                    )
                )

    def unlink(self):
        # Before the packs go: what core or we refuse must not cost a pack.
        self._unlink_except_granted_packs()
        if not self._check_line_unlink():
            # sudo: as above. Packs that were never granted go with their line.
            self.sudo().support_pack_ids.unlink()
        return super().unlink()

    # === SYNCHRONISATION === #

    def _sync_support_packs(self):
        """Make the packs agree with what was sold, paid and credited.

        Safe to run again: it compares what should be with what is.
        """
        # sudo: salespeople confirm and accountants register payments; neither may
        # write packs.
        for line in self.sudo().filtered(lambda line: line._may_have_support_packs()):
            line._touch_support_sync()
            line._follow_support_plan()

    def _may_have_support_packs(self):
        """Whether the line sells packs, or did."""
        self.ensure_one()
        if self.display_type:
            return False
        sells = self.product_id.support_is_pack and self.state == "sale"
        return bool(sells or self.support_pack_ids)

    def _touch_support_sync(self):
        """Take the row, so that of two hooks at once the second is retried."""
        self.ensure_one()
        self.flush_recordset()
        self.env.cr.execute(
            SQL(
                "UPDATE sale_order_line SET support_sync_count = "
                "COALESCE(support_sync_count, 0) + 1 WHERE id = %s",
                self.id,
            )
        )
        self.invalidate_recordset(["support_sync_count", "support_pack_ids"])

    def _follow_support_plan(self):
        """Create what is missing and let each pack follow the sale."""
        self.ensure_one()
        for _round in range(MOST_ROUNDS):
            plan = self._get_support_plan()
            packs = self.support_pack_ids.filtered(
                lambda pack, aims=plan.aims: (
                    pack.id in aims and not pack._agrees_with(aims[pack.id])
                )
            )
            missing = plan.missing if self.product_id.support_is_pack else 0
            if not packs and not missing:
                break
            # What goes out makes room for what comes in.
            for pack in packs.sorted("sale_line_index", reverse=True):
                pack._follow_sale(plan.aims[pack.id], self)
            if missing:
                self._create_support_packs(missing)
            self._share_support_amount()
        self._remember_support_payments()

    def _is_support_synced(self):
        """Whether a synchronisation would do nothing. Reads only."""
        self.ensure_one()
        plan = self._get_support_plan()
        return (
            not (plan.missing and self.product_id.support_is_pack)
            and not self._get_support_unremembered()
            and all(
                pack._agrees_with(plan.aims[pack.id])
                for pack in self.support_pack_ids
                if pack.id in plan.aims
            )
        )

    # === FACTS === #

    def _get_support_plan(self):
        """Return what each pack should be, by the facts as they are now."""
        self.ensure_one()
        return grants.plan(
            self._get_support_sale(),
            [pack._get_grant_facts(self) for pack in self.support_pack_ids],
        )

    def _get_support_sale(self):
        """Return the engine's view of the line: sold, invoiced, paid, credited."""
        self.ensure_one()
        billed, credited, apart = self._get_support_billing()
        invoices = []
        for move, quantity in billed.items():
            reversed_whole = move.payment_state == "reversed" and not move.support_paid
            if reversed_whole and apart > 0:
                # A credit note that names no invoice closed this one, unpaid.
                apart -= min(apart, max(quantity - credited[move], Decimal(0)))
        for move, quantity in billed.items():
            paid = move._is_support_paid(credited=bool(credited[move] or apart))
            invoices.append(
                grants.Invoice(quantity, credited[move], paid, move.support_paid)
            )
        return grants.Sale(
            sold=self._get_support_sold(),
            invoices=tuple(invoices),
            credited_apart=apart,
            on_confirmation=self._get_support_grant_on() == "confirmed",
        )

    def _get_support_sold(self):
        """Return how many packs the confirmed order sells (integer)."""
        self.ensure_one()
        # Whoever stops selling a product as packs does not take back what was sold.
        sells = self.product_id.support_is_pack or (
            self.product_id in self.support_pack_ids.product_id
        )
        if self.state != "sale" or not sells:
            return 0
        return max(round(self.product_uom_qty), 0)

    def _get_support_grant_on(self):
        """Return when the packs of the line become usable: one rule for all of them."""
        self.ensure_one()
        packs = self.support_pack_ids.filtered(
            lambda pack: pack.entry_seq or pack.state == "pending"
        )
        return packs[:1].grant_on or self.product_id.support_grant_on

    def _get_support_billing(self):
        """Return what invoices bill of the line and what credit notes reverse.

        :return: ``{invoice: Decimal}``, ``{invoice: Decimal}`` and the quantity that is
            reversed without naming an invoice
        """
        self.ensure_one()
        billed, credited = defaultdict(Decimal), defaultdict(Decimal)
        apart = Decimal(0)
        for line in self.invoice_lines:
            move = line.move_id
            sign = -1 if move.move_type == "out_refund" else 1
            quantity = self._get_support_quantity(line) * sign
            if quantity > 0 and (move.state == "posted" or move._is_support_reopened()):
                billed[move] += quantity
            elif quantity < 0 and line._reverses_support_quantity(self):
                origin = move.reversed_entry_id
                if origin and self in origin.invoice_line_ids.sale_line_ids:
                    credited[origin] -= quantity
                else:
                    apart -= quantity
        return billed, credited, apart

    def _get_support_quantity(self, invoice_line):
        """Return the quantity of an invoice line in packs (Decimal)."""
        self.ensure_one()
        unit = invoice_line.product_uom_id or self.product_uom_id
        quantity = unit._compute_quantity(
            invoice_line.quantity, self.product_uom_id, round=False
        )
        return Decimal(str(float_round(quantity, QUANTITY_DIGITS)))

    def _get_support_unremembered(self):
        """Return the invoices that are paid, which nobody has noted yet."""
        self.ensure_one()
        moves = self.invoice_lines.move_id
        return moves.filtered(
            lambda move: (
                move.move_type == "out_invoice"
                and not move.support_paid
                and move._is_support_paid(credited=True)
            )
        )

    def _remember_support_payments(self):
        """Note which invoices were paid: when the payment is undone, nothing else
        tells an invoice that granted packs from one that never did."""
        self._get_support_unremembered().support_paid = True

    # === CHANGES === #

    def _create_support_packs(self, missing):
        """Create so many pending packs."""
        self.ensure_one()
        terms = self._prepare_support_pack_terms()
        packs = self.env["support.pack"]
        last = max(self.support_pack_ids.mapped("sale_line_index"), default=0)
        packs.create(
            [
                {**packs._prepare_from_sale_line(self, last + number), **terms}
                for number in range(1, missing + 1)
            ]
        )
        self.invalidate_recordset(["support_pack_ids"])

    def _prepare_support_pack_terms(self):
        """Return the values that a pack takes from its sale; the account is opened."""
        self.ensure_one()
        account = self.env["support.account"]._find_or_open(
            self.order_id.partner_id,
            self.company_id,
            self.product_id.support_policy_id,
        )
        # Another line of the same order may just have opened the account.
        problem = self._get_support_pack_problem()
        if problem:
            raise UserError(problem)
        # Who buys again is a client again.
        account.active = True
        return {
            **self.env["support.pack"]._prepare_sale_terms(self),
            "account_id": account.id,
            "grant_on": self._get_support_grant_on(),
        }

    def _share_support_amount(self):
        """Share the net total of the line among its packs, to the cent.

        What a granted pack was worth stays: it is sold.
        """
        self.ensure_one()
        packs = self.support_pack_ids.filtered(
            lambda pack: pack.state != "cancelled"
        ).sorted("sale_line_index")
        sold = max(self._get_support_sold(), len(packs))
        if not sold or self.state != "sale":
            return
        quantity = self.product_uom_qty or 1
        total = Decimal(str(self.price_subtotal))
        if sold != quantity:
            # Packs that were credited but are still there: each at today's price.
            total = total * sold / Decimal(str(quantity))
        rounding = Decimal(str(self.currency_id.rounding))
        amounts = split.split(total, [1] * sold, rounding)
        for pack, amount in zip(packs, amounts, strict=False):
            if not pack.entry_seq and self.currency_id.compare_amounts(
                pack.amount, float(amount)
            ):
                pack.amount = float(amount)
