"""Priorities and quotas of the support models, and the golden rows on them."""

from odoo.tests import tagged

from odoo.addons.support_packs.tests.test_presets import PresetCommon

from ..presets.priorities import PRIORITIES, QUOTAS


@tagged("post_install", "-at_install")
class TestQuotaPreset(PresetCommon):
    def codes(self, records):
        return records["policy"].priority_ids.sorted().mapped("code")

    def test_every_model_has_its_priorities(self):
        for code, expected in (
            ("ticket_policy", ["P1", "P2", "P3", "P4", "P5"]),
            ("fair_use", ["high", "medium", "low"]),
            ("minutes_pack", ["first", "normal"]),
            ("hours_bono", []),
            ("credits_recharge", []),
        ):
            with self.subTest(code):
                shop = self.make_shop(f"Shop {code}")
                records, _made = self.load(code, shop)
                self.assertEqual(self.codes(records), expected)
                for data in PRIORITIES.get(code, ()):
                    priority = records[f"priority/{data.code}"]
                    self.assertEqual(priority.ticket_priority, str(data.stars))
                    for lang, text in (
                        ("en_US", data.examples.en),
                        ("es_ES", data.examples.es),
                    ):
                        translated = priority.with_context(lang=lang)
                        self.assertEqual(translated.examples, text)
                [*defaults] = [
                    data.code for data in PRIORITIES.get(code, ()) if data.is_default
                ]
                self.assertEqual(
                    records["policy"].default_priority_id.mapped("code"), defaults
                )

    def test_policies_hold_the_tickets_of_the_seed(self):
        """Five, two, one; six, five, four; ten, five, five [004]."""
        records, _made = self.load("ticket_policy")
        for code, quotas in QUOTAS["ticket_policy"].items():
            product = records[f"product/{code}"]
            found = {
                quota.priority_id.code: quota.quantity
                for quota in product.support_quota_ids
            }
            self.assertEqual(found, dict(quotas))
            self.assertEqual(sum(quotas.values()), product.support_quantity)
            self.assertFalse(product.support_quota_warning)
        self.assertFalse(records["policy"].higher_serves_lower)

    def test_what_was_loaded_before_this_add_on_gets_the_rest(self):
        """Loading again adds what is missing and leaves the user's own alone."""
        records, _made = self.load("ticket_policy")
        product = records["product/basic"]
        product.support_quota_ids.unlink()
        records["product/advanced"].support_quota_ids[0].quantity = 12
        records["policy"].default_priority_id = records["priority/P2"]
        _records, made = self.load("ticket_policy")
        self.assertEqual(made, ["quota/basic/P1", "quota/basic/P2", "quota/basic/P3"])
        self.assertEqual(records["product/advanced"].support_quota_ids[0].quantity, 12)
        self.assertEqual(records["policy"].default_priority_id.code, "P2")
        self.assertEqual(self.load("ticket_policy")[1], [])

    def test_tickets_of_the_loaded_policy_follow_the_golden_rows(self):
        """Basic; five P1, then a sixth; then one of them becomes a P2 [004]."""
        records, _made = self.load("ticket_policy")
        records = {key: one.sudo(False) for key, one in records.items()}
        client = self.make_client("Client of the policy")
        order = self.sell(records["product/basic"], partner=client)
        pack = order.order_line.support_pack_ids
        pack._activate()
        tickets = []
        for _number in range(6):
            ticket = self.make_ticket(
                client,
                team_id=records["team"].id,
                support_priority_id=records["priority/P1"].id,
            )
            ticket.action_support_admit()
            tickets.append(ticket)
        self.assert_charge(tickets[4], covered=1)
        self.assert_charge(tickets[5], covered=0, uncovered=1, state="to_invoice")
        self.assertEqual(tickets[5].support_charge_id._get_overage().total, 1200)
        self.assertEqual(pack.quota_ids.mapped("used"), [5, 0, 0])
        tickets[0].support_priority_id = records["priority/P2"]
        self.env.invalidate_all()
        self.assertEqual(pack.quota_ids.mapped("used"), [4, 1, 0])
        self.assertEqual(pack.balance, 3)
