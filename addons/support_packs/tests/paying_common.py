"""Orders that are paid online: a provider of a company, and what it answers."""

from unittest.mock import patch

from odoo import Command


class PayingMixin:
    """For classes with a ``company`` that has a chart of accounts."""

    @classmethod
    def make_provider(cls, outstanding=None):
        """Make the provider of ``cls.provider`` and its ``cls.method``.

        :param outstanding: account of payments until the bank has them; without one
            they are on the bank's at once
        """
        cls.method = cls.env["payment.method"].create(
            {"name": "Test", "code": "support_test"}
        )
        cls.provider = cls.env["payment.provider"].create(
            {
                "name": "Test",
                "code": "none",
                "company_id": cls.company.id,
                "payment_method_ids": [Command.set(cls.method.ids)],
            }
        )
        journal = cls.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", cls.company.id)], limit=1
        )
        methods = cls.env["account.payment.method"]
        known = {**methods._get_payment_method_information()}
        known["none"] = {"mode": "electronic", "type": ("bank",)}
        with patch.object(
            type(methods), "_get_payment_method_information", lambda model: known
        ):
            methods.create({"name": "Test", "code": "none", "payment_type": "inbound"})
            cls.provider.journal_id = journal
        line = journal.inbound_payment_method_line_ids.filtered(
            lambda line: line.payment_provider_id == cls.provider
        )
        line.payment_account_id = outstanding or journal.default_account_id
        cls.provider.state = "test"

    def begin_payment(self, order, amount, partner=None):
        """Return a transaction of which the provider has said nothing yet."""
        return self.env["payment.transaction"].create(
            {
                "provider_id": self.provider.id,
                "payment_method_id": self.method.id,
                "amount": amount,
                "currency_id": order.currency_id.id,
                "partner_id": (partner or order.partner_id).id,
                "reference": f"{order.name}-{len(order.transaction_ids)}",
                "operation": "online_direct",
                "sale_order_ids": [Command.set(order.ids)],
            }
        )

    def finish_payment(self, transaction):
        """Have the provider say that the money is there."""
        transaction._set_done()
        transaction._post_process()
