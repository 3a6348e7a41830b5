"""Tickets per priority: which slot serves, and where it goes when facts change."""

from freezegun import freeze_time

from odoo import Command, fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .common_quota import BASIC, QuotaCommon, make_quota_product


@tagged("post_install", "-at_install")
class TestQuota(QuotaCommon):
    # === the golden rows [004] === #

    def test_the_sixth_ticket_of_five_is_paid_per_event(self):
        pack = self.make_quota_pack()
        for _number in range(5):
            self.assert_charge(self.admit(self.p1), covered=1)
        self.assertEqual(self.used(pack), {"P1": 5})
        sixth = self.admit(self.p1)
        self.assert_charge(sixth, covered=0, uncovered=1, state="to_invoice")
        self.assertEqual(sixth.support_charge_id._get_overage().total, 1200)
        self.assertEqual(self.used(pack), {"P1": 5}, "No slot of P2 is touched")
        self.assertEqual(pack.balance, 3)
        self.assert_quotas_sound()

    def test_a_ticket_with_another_priority_moves_its_slot(self):
        pack = self.make_quota_pack()
        ticket = self.admit(self.p1)
        self.assertEqual(self.used(pack), {"P1": 1})
        ticket.support_priority_id = self.p2
        self.assertEqual(self.used(pack), {"P2": 1})
        self.assert_charge(ticket, covered=1)
        self.assertEqual(pack.balance, 7)
        self.assertEqual(
            self.slots(ticket.support_charge_id),
            [("usage", -1, "P1"), ("return", 1, "P1"), ("usage", -1, "P2")],
        )
        self.assert_sound(pack)
        self.assert_quotas_sound()

    # === which slot serves === #

    def test_a_priority_that_is_not_included_is_paid_per_event(self):
        pack = self.make_quota_pack()
        self.assert_charge(
            self.admit(self.p4), covered=0, uncovered=1, state="to_invoice"
        )
        self.assertFalse(self.used(pack))

    def test_a_pack_without_quotas_serves_any_priority(self):
        pack = self.make_pack(2, account=self.account)
        for priority in (self.p4, self.p1):
            ticket = self.admit(priority)
            self.assert_charge(ticket, covered=1)
            self.assertFalse(ticket.support_charge_id.entry_ids.quota_id)
        self.assertEqual(pack.balance, 0)

    def test_the_pack_that_ends_first_serves_first(self):
        later = self.make_quota_pack()
        first = self.make_quota_pack({"P1": 1, "P2": 1}, day=self.days_ago(30))
        for packs in (first, later):
            self.admit(self.p1)
            self.assertEqual(self.used(packs), {"P1": 1})

    def test_a_slot_of_a_later_pack_serves_when_the_first_has_none(self):
        later = self.make_quota_pack()
        first = self.make_quota_pack({"P2": 4}, day=self.days_ago(30))
        self.assert_charge(self.admit(self.p1), covered=1)
        self.assertEqual((first.balance, later.balance), (4, 7))

    def test_higher_slots_serve_lower_priorities_only_where_the_policy_says_so(self):
        pack = self.make_quota_pack({"P1": 1, "P2": 1})
        self.assert_charge(
            self.admit(self.p3), covered=0, uncovered=1, state="to_invoice"
        )
        self.policy.higher_serves_lower = True
        for served in ({"P2": 1}, {"P1": 1, "P2": 1}):
            self.assert_charge(self.admit(self.p3), covered=1)
            self.assertEqual(self.used(pack), served)

    def test_lower_slots_never_serve_higher_priorities(self):
        self.policy.higher_serves_lower = True
        self.make_quota_pack({"P2": 1, "P3": 1})
        self.assert_charge(
            self.admit(self.p1), covered=0, uncovered=1, state="to_invoice"
        )

    def test_the_own_priority_in_all_packs_comes_before_a_higher_one(self):
        self.policy.higher_serves_lower = True
        later = self.make_quota_pack()
        first = self.make_quota_pack({"P1": 5}, day=self.days_ago(30))
        self.admit(self.p2)
        self.assertEqual(self.used(first), {})
        self.assertEqual(self.used(later), {"P2": 1})

    def test_the_balance_of_the_pack_is_a_maximum_too(self):
        """Fourteen were promised, fifteen listed: fourteen are served [004]."""
        pack = self.make_quota_pack({"P1": 2, "P2": 2}, quantity=3)
        for priority in (self.p1, self.p1, self.p2):
            self.assert_charge(self.admit(priority), covered=1)
        self.assert_charge(
            self.admit(self.p2), covered=0, uncovered=1, state="to_invoice"
        )
        self.assertEqual(pack.quota_ids.mapped("left"), [0, 0])

    def test_several_units_of_one_ticket_use_several_slots(self):
        """A manager sets 3: two slots of P2, and what is missing from P1."""
        self.policy.higher_serves_lower = True
        pack = self.make_quota_pack()
        ticket = self.admit(self.p2)
        self.override(ticket, 3)
        self.assert_charge(ticket, covered=3)
        self.assertEqual(self.used(pack), {"P1": 1, "P2": 2})
        self.assert_sound(pack)
        self.override(ticket, 1)
        self.assertEqual(self.used(pack), {"P2": 1}, "Last drawn, first returned")
        self.assert_quotas_sound()

    def override(self, ticket, quantity):
        values = {"ticket_id": ticket.id, "quantity": quantity, "reason": "Agreed"}
        self.env["support.charge.override"].create(values).action_apply()

    def test_quotas_sold_under_another_policy_go_by_their_codes(self):
        """The client changes to a policy with priorities of its own."""
        pack = self.make_quota_pack()
        other = self.policy.copy({"name": "New policy", "code": "new"})
        priorities = self.env["support.priority"].create(
            [
                {"policy_id": other.id, "code": code, "name": code, "sequence": place}
                for place, code in enumerate(("P1", "P9"), 1)
            ]
        )
        self.account.policy_id = other
        self.assert_charge(self.admit(priorities[0]), covered=1)
        self.assertEqual(self.used(pack), {"P1": 1})
        self.assert_charge(
            self.admit(priorities[1]), covered=0, uncovered=1, state="to_invoice"
        )

    def test_under_a_policy_without_priorities_only_the_balance_counts(self):
        pack = self.make_quota_pack()
        other = self.policy.copy({"name": "Plain", "code": "plain"})
        self.account.policy_id = other
        self.assert_charge(self.admit(), covered=1)
        self.assertEqual(pack.balance, 7)
        self.assertFalse(self.used(pack))

    # === what moves a slot === #

    def test_a_ticket_that_we_cancel_gives_its_slot_back(self):
        pack = self.make_quota_pack()
        ticket = self.admit(self.p1)
        cancelled = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_cancelled")
        ticket.write({"stage_id": cancelled.id, "support_cancelled_by": "us"})
        self.assertFalse(self.used(pack))
        self.assertEqual(pack.balance, 8)
        self.assert_quotas_sound()

    def test_reopening_uses_no_other_slot(self):
        pack = self.make_quota_pack()
        ticket = self.admit(self.p1)
        self.solve(ticket)
        ticket.stage_id = self.stage_new
        ticket.action_support_admit()
        self.solve(ticket)
        self.assertEqual(self.used(pack), {"P1": 1})

    def test_merging_uses_one_slot(self):
        pack = self.make_quota_pack()
        main, duplicate = self.admit(self.p1), self.admit(self.p2)
        duplicate.duplicate_id = main
        self.assertEqual(self.used(pack), {"P1": 1})

    def test_posting_again_moves_nothing(self):
        pack = self.make_quota_pack()
        ticket = self.admit(self.p1)
        ticket.support_priority_id = self.p2
        entries = len(pack.entry_ids)
        ticket.action_support_post_charge()
        ticket.support_priority_id = self.p2
        self.assertEqual(len(pack.entry_ids), entries)

    def test_a_priority_without_slots_leaves_the_ticket_uncovered(self):
        pack = self.make_quota_pack({"P1": 1})
        ticket = self.admit(self.p1)
        ticket.support_priority_id = self.p2
        self.assert_charge(ticket, covered=0, uncovered=1, state="to_invoice")
        self.assertEqual(pack.balance, 1)
        ticket.support_priority_id = self.p1
        self.assert_charge(ticket, covered=1)
        self.assertEqual(self.used(pack), {"P1": 1})

    def test_what_was_uncovered_uses_a_slot_of_the_new_priority(self):
        pack = self.make_quota_pack({"P2": 1})
        ticket = self.admit(self.p1)
        self.assert_charge(ticket, covered=0, uncovered=1, state="to_invoice")
        ticket.support_priority_id = self.p2
        self.assert_charge(ticket, covered=1)
        self.assertEqual(self.used(pack), {"P2": 1})

    def test_what_a_manager_waived_stays_waived(self):
        pack = self.make_quota_pack({"P2": 1})
        ticket = self.admit(self.p1)
        charge = ticket.support_charge_id
        values = {"charge_ids": charge.ids, "choice": "waive", "reason": "Goodwill"}
        self.env["support.charge.decision"].create(values).action_apply()
        ticket.support_priority_id = self.p2
        self.assert_charge(ticket, covered=0, uncovered=1, state="waived")
        self.assertFalse(self.used(pack))

    def test_what_a_pack_without_quotas_paid_stays_where_it_is(self):
        pack = self.make_pack(2, account=self.account)
        ticket = self.admit(self.p1)
        ticket.support_priority_id = self.p2
        self.assertEqual(self.movements(pack), [("usage", -1)])
        self.assertEqual(ticket.support_charge_id.priority_id, self.p2)

    def test_a_move_to_the_same_slot_posts_nothing(self):
        """P1 serves P3 and P2 alike: nothing goes back and out again."""
        self.policy.higher_serves_lower = True
        pack = self.make_quota_pack({"P1": 2})
        ticket = self.admit(self.p3)
        ticket.support_priority_id = self.p2
        self.assertEqual(self.movements(pack), [("usage", -1)])

    def test_what_comes_back_serves_again(self):
        """Drawn as P2 and P1; as a P1 ticket it uses both slots of P1."""
        self.policy.higher_serves_lower = True
        pack = self.make_quota_pack({"P1": 2, "P2": 1})
        ticket = self.admit(self.p2)
        self.override(ticket, 2)
        self.assertEqual(self.used(pack), {"P1": 1, "P2": 1})
        ticket.support_priority_id = self.p1
        self.assert_charge(ticket, covered=2)
        self.assertEqual(self.used(pack), {"P1": 2})
        self.assert_sound(pack)

    def test_a_slot_moves_within_a_pack_that_expired_meanwhile(self):
        """A late correction costs the client no other event."""
        pack = self.make_quota_pack()
        ticket = self.admit(self.p1)
        with freeze_time(fields.Datetime.add(fields.Datetime.now(), years=2)):
            pack._expire_if_over()
            self.assertEqual((pack.state, pack.balance), ("expired", 0))
            ticket.support_priority_id = self.p2
            self.assert_charge(ticket, covered=1)
            self.assertEqual(self.used(pack), {"P2": 1})
            self.assertEqual((pack.state, pack.balance), ("expired", 0))
            first, *_others, moved = ticket.support_charge_id.entry_ids.sorted("id")
            self.assertEqual(moved.date, first.date, "It counts as used then")
            ticket.support_priority_id = self.p4
            self.assert_charge(ticket, covered=0, uncovered=1, state="to_invoice")
            self.assertEqual((pack.state, pack.balance), ("expired", 0))
            self.assert_sound(pack)
        self.assert_quotas_sound()

    def test_a_ticket_not_admitted_moves_nothing(self):
        pack = self.make_quota_pack()
        ticket = self.make_ticket(support_priority_id=self.p1.id)
        ticket.support_priority_id = self.p2
        self.assertFalse(ticket.support_charge_id)
        self.assertFalse(self.used(pack))

    def test_debit_on_resolution_moves_the_slot_at_the_resolution(self):
        """Reopening posts nothing: the charge converges at the next resolution."""
        self.policy.debit_on = "resolution"
        pack = self.make_quota_pack()
        ticket = self.admit(self.p1)
        self.assertFalse(self.used(pack))
        self.solve(ticket)
        self.assertEqual(self.used(pack), {"P1": 1})
        ticket.stage_id = self.stage_new
        ticket.support_priority_id = self.p2
        self.assertEqual(self.used(pack), {"P1": 1})
        self.solve(ticket)
        self.assertEqual(self.used(pack), {"P2": 1})

    def test_another_client_pays_from_its_own_slots(self):
        pack = self.make_quota_pack()
        rival = self.make_client("Rival")
        account = self.make_account(rival)
        other = self.make_pack(8, account=account, product_id=self.product.id)
        ticket = self.admit(self.p1)
        ticket.partner_id = rival
        self.assertFalse(self.used(pack))
        self.assertEqual(self.used(other), {"P1": 1})

    def test_a_ticket_that_waits_is_settled_by_a_pack_with_its_priority(self):
        self.policy.uncovered_policy = "wait"
        ticket = self.admit(self.p1)
        self.make_quota_pack({"P2": 3})
        self.assert_charge(ticket, covered=0, uncovered=1, state="waiting")
        pack = self.make_quota_pack({"P1": 3})
        self.assert_charge(ticket, covered=1)
        self.assertEqual(self.used(pack), {"P1": 1})

    def test_minutes_are_not_drawn_again_for_another_priority(self):
        policy = self.request_type.policy_id
        priorities = self.env["support.priority"].search(
            [("policy_id", "=", policy.id)]
        )
        client = self.make_client("Hours")
        pack = self.make_pack(1800, account=self.make_account(client, policy))
        ticket = self.make_ticket(client)
        self.log(ticket, 70)
        ticket.support_priority_id = priorities[0]
        self.assertEqual(self.movements(pack), [("usage", -70)])

    def test_another_default_moves_no_slot(self):
        """A ticket from before the priorities was drawn by the default of its day."""
        pack = self.make_quota_pack()
        ticket = self.admit()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE helpdesk_ticket SET support_priority_id = NULL WHERE id = %s",
            [ticket.id],
        )
        self.env.invalidate_all()
        self.policy.default_priority_id = self.p1
        ticket.action_support_post_charge()
        self.assertEqual(self.used(pack), {"P3": 1})
        self.assertEqual(ticket.support_charge_id.priority_id, self.p3)

    # === sold is sold === #

    def test_a_pack_keeps_the_quotas_of_its_sale(self):
        order = self.sell(self.product, quantity=2)
        packs = order.order_line.support_pack_ids
        self.product.support_quota_ids.filtered(
            lambda quota: quota.priority_id == self.p1
        ).quantity = 1
        for pack in packs:
            pack._activate()
            found = {quota.priority_id.code: quota.granted for quota in pack.quota_ids}
            self.assertEqual(found, BASIC)

    def test_variants_share_the_quotas_of_their_product(self):
        attribute = self.env["product.attribute"].create(
            {
                "name": "Size",
                "value_ids": [Command.create({"name": name}) for name in "AB"],
            }
        )
        line = {
            "attribute_id": attribute.id,
            "value_ids": [Command.set(attribute.value_ids.ids)],
        }
        template = self.product.product_tmpl_id.with_env(self.env).copy(
            {"attribute_line_ids": [Command.create(line)]}
        )
        variants = template.product_variant_ids
        self.assertEqual(len(variants), 2)
        variants.write({"support_quantity": 8})
        for variant in variants:
            pack = self.sell(variant).order_line.support_pack_ids
            self.assertEqual(pack.quota_ids.mapped("granted"), [5, 2, 1])
        self.assertFalse(template.support_quota_warning)
        variants[0].support_quantity = 9
        self.assertIn("9", template.support_quota_warning)

    def test_a_product_whose_quotas_do_not_add_up_is_flagged(self):
        template = self.product.product_tmpl_id
        self.assertFalse(template.support_quota_warning)
        template.support_quantity = 14
        self.assertIn("8 tickets", template.support_quota_warning)

    def test_quotas_are_of_tickets_and_of_the_policy_of_the_product(self):
        with self.assertRaisesRegex(ValidationError, "Quotas per priority"):
            self.product.product_tmpl_id.write(
                {
                    "support_policy_id": self.request_type.policy_id.id,
                    "support_unit": "minute",
                }
            )
        other = self.env["support.priority"].search(
            [("policy_id", "!=", self.policy.id)], limit=1
        )
        with self.assertRaisesRegex(ValidationError, "Quotas per priority"):
            self.product.support_quota_ids[0].priority_id = other
        with self.assertRaisesRegex(ValidationError, "Tickets: a quota of"):
            self.product.support_quota_ids[0].quantity = 0

    def test_a_copy_of_a_product_has_its_quotas(self):
        copied = self.product.product_tmpl_id.copy()
        self.assertEqual(copied.support_quota_ids.mapped("quantity"), [5, 2, 1])

    def test_a_pack_that_was_granted_keeps_its_quotas(self):
        pack = self.make_quota_pack()
        with self.assertRaisesRegex(UserError, "stay with it"):
            pack.quota_ids[0].unlink()

    def test_an_order_that_sells_another_product_has_its_quotas(self):
        order = self.sell(self.product)
        pack = order.order_line.support_pack_ids
        other = make_quota_product(self.env, self.policy, {"P1": 3})
        order.order_line.product_id = other
        order.order_line._sync_support_packs()
        packs = order.order_line.support_pack_ids.filtered(
            lambda one: one.state == "pending"
        )
        self.assertEqual(packs.product_id, other)
        self.assertEqual(packs.quota_ids.mapped("granted"), [3])
        self.assertTrue(pack.exists())

    # === told before === #

    def test_the_preview_tells_what_another_priority_would_do(self):
        pack = self.make_quota_pack({"P1": 1})
        ticket = self.admit(self.p1)
        preview = ticket.get_support_charge_preview()
        self.assertEqual((preview["covered"], preview["uncovered"]), (1, 0))
        form = ticket.new({}, origin=ticket)
        form.support_priority_id = self.p2
        values = form.sudo()._get_support_form_preview()
        self.assertEqual((values["covered"], values["uncovered"]), (0, 1))
        self.assertEqual((values["balance_before"], values["balance_after"]), (0, 1))
        self.assertEqual(self.used(pack), {"P1": 1}, "Nothing was posted")

    def test_starting_work_tells_that_no_slot_is_left(self):
        self.make_quota_pack({"P1": 1, "P2": 1})
        self.admit(self.p1)
        ticket = self.make_ticket(support_priority_id=self.p1.id)
        shortage = ticket.sudo()._get_support_shortage()
        self.assertEqual((shortage.balance, shortage.missing), (0, 1))
        self.assertIn("P1: 0 tickets left", ticket.support_start_warning)
        self.policy.uncovered_policy = "block"
        with self.assertRaises(UserError):
            ticket.action_support_start_work()
        other = self.make_ticket(support_priority_id=self.p2.id)
        other.action_support_start_work()

    def test_entries_say_which_slot_they_moved(self):
        self.make_quota_pack()
        ticket = self.admit(self.p1)
        ticket.support_priority_id = self.p2
        entries = ticket.support_charge_id.entry_ids.sorted("id")
        self.assertTrue(entries[0].explanation.endswith("· P1"))
        self.assertIn("priority changed from P1 to P2", entries[1].explanation)
        self.assertTrue(entries[2].explanation.endswith("· P2"))

    # === the proof === #

    def test_the_nightly_check_finds_a_quota_that_somebody_changed(self):
        pack = self.make_quota_pack()
        self.admit(self.p1)
        self.assert_quotas_sound()
        quota = pack.quota_ids[1]
        self.env.cr.execute(
            "UPDATE support_pack_quota SET used = 1 WHERE id = %s", [quota.id]
        )
        self.env.invalidate_all()
        replay = self.env["support.replay"]
        self.assertEqual(replay._find_suspect_quotas(), {quota: 0})
        self.make_user("a_manager", "helpdesk_mgmt.group_helpdesk_manager")
        with self.assertLogs(
            "odoo.addons.support_urgency.models.support_replay_quota", "WARNING"
        ) as logs:
            replay._report_quota(quota, 0)
            replay._report_quota(quota, 0)
        self.assertIn("has served 1", logs.output[0])
        activities = self.env["mail.activity"].search(
            [("support_pack_id", "=", pack.id)]
        )
        self.assertEqual(len(activities), 1, "Until somebody closes it")

    def test_a_quota_is_never_below_zero_nor_above_what_it_granted(self):
        quota = self.make_quota_pack().quota_ids[2]
        for quantity in (-1, 2):
            with self.assertRaises(ValidationError):
                quota._move_used(quantity)
        quota._move_used(1)
        self.assertEqual((quota.used, quota.granted), (1, 1))
