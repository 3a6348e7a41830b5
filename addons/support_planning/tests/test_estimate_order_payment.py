"""Paying the quotation of an estimate accepts it; what was paid is deducted."""

from odoo.tests import tagged

from odoo.addons.payment.tests.common import PaymentCommon
from odoo.addons.support_packs.tests.invoicing_common import InvoicingCommon

from .test_estimate_order import OrderMixin
