"""Factories for the tests of this add-on, on top of those of packs."""

from odoo.addons.support_packs.tests.common import (
    SupportPacksCommon,
    make_policy,
    make_product,
    make_type,
)

__all__ = ["SupportUrgencyCommon", "make_policy", "make_priorities", "make_product"]
__all__ += ["make_type"]


def make_priorities(env, policy, count=3):
    """Return priorities P1, P2, … of a policy, the gravest one first."""
    return env["support.priority"].create(
        [
            {
                "policy_id": policy.id,
                "code": f"P{number}",
                "name": f"Priority {number}",
                "sequence": number,
                "ticket_priority": str(max(0, 4 - number)),
            }
            for number in range(1, count + 1)
        ]
    )


class SupportUrgencyCommon(SupportPacksCommon):
    """A company whose policy has the priorities P1 to P3."""

    chart = False

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.priorities = make_priorities(cls.env, cls.policy)
        cls.p1, cls.p2, cls.p3 = cls.priorities
