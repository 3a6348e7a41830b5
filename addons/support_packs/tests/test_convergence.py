"""What a ticket costs is computed from its facts; the ledger is made to agree."""

from odoo.tests import tagged

from .common import SupportPacksCommon, make_policy, make_type


@tagged("post_install", "-at_install")
class TestConvergence(SupportPacksCommon):
    def test_one_two_three_entries_debit_the_minimum_once(self):
        pack = self.make_pack(1800)
        ticket = self.make_ticket()
        balances = []
        for minutes in (25, 12, 43):
            self.log(ticket, minutes)
            balances.append(pack.balance)
        self.assertEqual(balances, [1740, 1740, 1720])
        self.assertEqual(self.movements(pack), [("usage", -60), ("usage", -20)])
        self.assert_charge(ticket, covered=80)
