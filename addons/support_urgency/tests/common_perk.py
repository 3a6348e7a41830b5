"""Factories for perks and visits: policies of tickets as [004] sells them."""

from datetime import date, datetime

from odoo import Command

from .common import SupportUrgencyCommon, make_policy, make_product

# In force on these days, both included.
START, END = date(2026, 3, 3), date(2027, 3, 3)
DAY_AFTER = date(2027, 3, 4)
WORDS = "Learning material\n\n  Advice on projects \n"


def at_noon(day):
    """Return a naive UTC moment of a day, far from any midnight."""
    return datetime(day.year, day.month, day.day, 12)


class PerkCommon(SupportUrgencyCommon):
    """Basic brings 10 %, Intermediate 15 % on a catalogue service of 10 000."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy = make_policy(
            cls.env,
            cls.company,
            "Support policies",
            minimum=0,
            unit="ticket",
            debit_on="acceptance",
        )
        cls.basic = cls.make_policy_product(8, 6000, 10)
        cls.intermediate = cls.make_policy_product(15, 10000, 15, support_perks=WORDS)
        cls.service = cls.make_service("Additional service", 10000)
        cls.other = cls.make_service(
            "Not of the catalogue", 10000, support_catalogue_service=False
        )

    @classmethod
    def make_policy_product(cls, tickets, price, percent, **values):
        return make_product(
            cls.env,
            cls.policy,
            tickets,
            price,
            support_service_discount=percent,
            support_visits_per_month=1,
            support_grant_on="confirmed",
            **values,
        )

    @classmethod
    def make_service(cls, name, price, **values):
        return cls.env["product.product"].create(
            {
                "name": name,
                "type": "service",
                "list_price": price,
                "taxes_id": [Command.clear()],
                "company_id": cls.company.id,
                "support_catalogue_service": True,
                **values,
            }
        )

    @classmethod
    def make_policy_pack(
        cls, percent=15, day=START, partner=None, tickets=15, **values
    ):
        """Return a policy of a client that is in force from a day on."""
        return cls.make_pack(
            tickets,
            day=day,
            account=cls.make_account(partner or cls.client, cls.policy),
            service_discount=percent,
            visits_per_month=1,
            **values,
        )

    @classmethod
    def quote_on(cls, day, product=None, partner=None, **values):
        """Return the line of a quotation of a day (date, or naive UTC moment)."""
        moment = day if isinstance(day, datetime) else at_noon(day)
        order = cls.env["sale.order"].create(
            {
                "partner_id": (partner or cls.client).id,
                "date_order": moment,
                "order_line": [
                    Command.create(
                        {"product_id": (product or cls.service).id, **values}
                    )
                ],
            }
        )
        return order.order_line

    def assert_discount(self, line, percent, price=None):
        self.assertEqual(line.discount, percent)
        if price is not None:
            self.assertEqual(line.price_subtotal, price)
