from odoo import SUPERUSER_ID, Command, models


class SupportEstimate(models.Model):
    """A quotation asks for no money twice, nor for any that is not needed any more."""

    _inherit = "support.estimate"

    def _ask_for_the_rest(self, order):
        """Have a new quotation ask only for what was not paid for the ticket before.

        :param order: sale.order, made just now, as the superuser
        """
        self.ensure_one()
        currency = order.currency_id
        paid, sources = 0.0, order.browse()
        for one in self.ticket_id._get_support_prepaying_orders() - order:
            left = one._get_support_left() if one.currency_id == currency else 0
            if currency.compare_amounts(left, 0) > 0:
                paid, sources = paid + left, sources | one
        if not sources:
            return
        text = self.env._(
            "%(amount)s, taxes included, were paid or invoiced in advance with "
            "%(orders)s. They are deducted from the invoices of the work.",
            amount=currency.with_env(self.env).format(paid),
            orders=", ".join(sources.mapped("name")),
        )
        note = Command.create({"display_type": "line_note", "name": text})
        values = {"order_line": [note]}
        if order.require_payment:
            rest = order._get_prepayment_required_amount() - paid
            if currency.compare_amounts(rest, 0) > 0:
                values["prepayment_percent"] = rest / order.amount_total
            else:
                values.update(require_payment=False, require_signature=True)
        order.write(values)

    def _drop_quotation(self):
        """End the quotation without the estimate: its packs suffice by now."""
        self.ensure_one()
        order = self.order_id.with_user(SUPERUSER_ID)
        if not order:
            return
        self._store({"order_id": False, "price_terms": False})
        order._action_cancel()
        order.message_post(
            body=order.env._(
                "Packs cover the work by now: the client accepted the estimate without "
                "this quotation."
            ),
            subtype_xmlid="mail.mt_note",
        )
