"""Factories for tests of quotas: a policy by tickets, and packs that count per
priority as the basic policy of the seed does [004]."""

from odoo import Command, fields

from .common import SupportUrgencyCommon, make_policy, make_priorities, make_product

BASIC = {"P1": 5, "P2": 2, "P3": 1}


def make_quota_product(env, policy, quotas, quantity=None, **values):
    """Return a product whose packs hold so many tickets of each priority.

    :param quotas: ``{code: tickets}``; empty: any priority
    :param quantity: tickets of the pack; default: the sum of the quotas
    """
    codes = {priority.code: priority for priority in policy.priority_ids}
    lines = [
        Command.create({"priority_id": codes[code].id, "quantity": tickets})
        for code, tickets in quotas.items()
    ]
    quantity = quantity or sum(quotas.values())
    return make_product(
        env, policy, quantity, price=6000, support_quota_ids=lines, **values
    )


class QuotaCommon(SupportUrgencyCommon):
    """A policy by tickets with P1 to P4; packs hold P1 5, P2 2, P3 1."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy = make_policy(
            cls.env,
            cls.company,
            "Ticket policy",
            minimum=0,
            unit="ticket",
            debit_on="acceptance",
        )
        cls.priorities = make_priorities(cls.env, cls.policy, count=4)
        cls.p1, cls.p2, cls.p3, cls.p4 = cls.priorities
        cls.policy.default_priority_id = cls.p3
        cls.policy.overage_product_id = make_product(
            cls.env, cls.policy, 1, 1200, support_is_pack=False
        )
        cls.product = make_quota_product(cls.env, cls.policy, BASIC)
        cls.account = cls.make_account()
        cls.team.support_policy_id = cls.policy

    @classmethod
    def make_quota_pack(cls, quotas=None, quantity=None, day=None, **values):
        """Return an active pack with the quotas of a product of its own."""
        if quotas is None:
            product = cls.product
        else:
            product = make_quota_product(cls.env, cls.policy, quotas, quantity)
        quantity = quantity or product.support_quantity
        return cls.make_pack(
            quantity, day, account=cls.account, product_id=product.id, **values
        )

    @classmethod
    def admit(cls, priority=None, partner=None, **values):
        """Return a ticket of a priority that was taken."""
        if priority:
            values["support_priority_id"] = priority.id
        ticket = cls.make_ticket(partner, **values)
        ticket.action_support_admit()
        return ticket

    def used(self, packs):
        """Return what packs have served: ``{code: tickets}``, without zeros."""
        self.env.flush_all()
        self.env.invalidate_all()
        found = {}
        for quota in packs.quota_ids:
            if quota.used:
                code = quota.priority_id.code
                found[code] = found.get(code, 0) + quota.used
        return found

    def slots(self, charge):
        """Return the entries of a charge: ``[(type, quantity, code)]``."""
        return [
            (entry.entry_type, entry.quantity, entry.quota_id.priority_id.code)
            for entry in charge.entry_ids.sorted("id")
        ]

    def assert_quotas_sound(self):
        """Every quota agrees with the ledger, and lies within its limits."""
        self.env.flush_all()
        self.assertFalse(self.env["support.replay"]._find_suspect_quotas())
        for quota in self.env["support.pack.quota"].search([]):
            self.assertTrue(0 <= quota.used <= quota.granted)

    @classmethod
    def days_ago(cls, days):
        return fields.Date.subtract(cls.company.support_local_date(), days=days)
