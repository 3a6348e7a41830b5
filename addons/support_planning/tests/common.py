"""Factories for the tests of this add-on, on top of those of packs."""

from odoo.addons.support_packs.tests.common import (
    SupportPacksCommon,
    make_policy,
    make_product,
    make_type,
)

__all__ = ["SupportPlanningCommon", "make_policy", "make_product", "make_type"]


class SupportPlanningCommon(SupportPacksCommon):
    """A company that plans the work of its team week by week."""

    chart = False
