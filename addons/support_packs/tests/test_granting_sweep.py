"""The hourly sweep finds what the hooks missed, and costs little when all agrees."""

from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models import sale_order_line_sync
from .grant_common import GrantCommon

LOGGER = "odoo.addons.support_packs.models.support_cron"
FEW, MANY = 3, 15


@tagged("post_install", "-at_install")
class TestGrantingSweep(GrantCommon):
    def sweep(self):
        cron = self.env.ref("support_packs.cron_sync_packs")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.env.invalidate_all()

    def set_in_sql(self, records, **values):
        """Change rows behind the back of every hook."""
        self.env.flush_all()
        for name, value in values.items():
            self.env.cr.execute(
                f"UPDATE {records._table} SET {name} = %s WHERE id IN %s",
                [value, tuple(records.ids)],
            )
        self.env.invalidate_all()

    def test_missed_payment(self):
        order = self.sell(self.pack_product)
        self.set_in_sql(self.invoice(order), payment_state="in_payment")
        self.assertEqual(self.states(order), ["pending"])
        self.sweep()
        self.assertEqual(self.states(order), ["active"])
        self.sweep()
        self.assertEqual(len(self.packs(order).entry_ids), 1)

    def test_missed_undoing_of_a_payment(self):
        order, invoice = self.sell_paid()
        self.set_in_sql(invoice, payment_state="not_paid")
        self.sweep()
        self.assertEqual(self.states(order), ["suspended"])

    def test_missed_credit_note(self):
        order, invoice = self.sell_paid()
        note = self.credit(invoice, post=False)
        self.set_in_sql(note, state="posted")
        self.set_in_sql(note.line_ids, parent_state="posted")
        self.sweep()
        self.assertEqual(self.states(order), ["refunded"])

    def test_missed_confirmation_and_cancellation(self):
        order = self.quote(self.pack_product)
        self.set_in_sql(order, state="sale")
        self.set_in_sql(order.order_line, state="sale")
        self.sweep()
        self.assertEqual(self.states(order), ["pending"])
        self.set_in_sql(order, state="cancel")
        self.set_in_sql(order.order_line, state="cancel")
        self.sweep()
        self.assertEqual(self.states(order), ["cancelled"])

    def test_product_that_becomes_a_pack_does_not_grant_its_past(self):
        self.pack_product.support_is_pack = False
        order = self.sell(self.pack_product)
        invoice = self.invoice(order)
        order.date_order = "2020-01-01 10:00:00"
        self.pack_product.support_is_pack = True
        self.sweep()
        self.pay(invoice)
        self.sweep()
        self.assertFalse(self.packs(order))

    def test_line_that_fails_is_logged_and_keeps_none_of_the_others(self):
        bad, good = self.sell(self.pack_product), self.sell(self.products[60])
        self.set_in_sql(
            self.invoice(bad) + self.invoice(good), payment_state="in_payment"
        )
        # The place of its first entry is taken.
        pack = self.packs(bad)
        other = self.make_pack(60)
        entry = other.entry_ids
        self.env.cr.execute(
            "INSERT INTO support_ledger_entry (pack_id, company_id, unit, entry_type, "
            "quantity, sequence, balance_after, date) SELECT %s, company_id, unit, "
            "entry_type, quantity, 1, 60, date FROM support_ledger_entry WHERE id = %s",
            [pack.id, entry.id],
        )
        with mute_logger("odoo.sql_db"), self.assertLogs(LOGGER, "ERROR") as logs:
            self.sweep()
        self.assertIn(f"sale.order.line({bad.order_line.id},)", logs.output[0])
        self.assertEqual(self.states(bad) + self.states(good), ["pending", "active"])

    def test_sweep_goes_on_where_its_time_ran_out(self):
        orders = self.env["sale.order"]
        for _number in range(3):
            orders += self.sell(self.pack_product)
        for order in orders:
            self.set_in_sql(self.invoice(order), payment_state="in_payment")
        lines = orders.order_line
        cron = type(self.env["ir.cron"])
        progress = cron._commit_progress

        def run_out(job, processed=0, **values):
            """Let the time be over after each batch."""
            left = progress(job, processed, **values)
            return 0 if processed else left

        with (
            patch.object(sale_order_line_sync, "BATCH_SIZE", 1),
            patch.object(
                type(self.env["sale.order.line"]),
                "_get_support_sync_domain",
                lambda model: fields.Domain("id", "in", lines.ids),
            ),
            patch.object(cron, "_commit_progress", run_out),
        ):
            # The job is run again at once, as long as something remains.
            self.sweep()
        states = [self.states(order)[0] for order in orders]
        self.assertEqual(states, ["active"] * 3)
        parameter = self.env["ir.config_parameter"].get_param(
            "support_packs.sync_position"
        )
        self.assertEqual(parameter, "0")

    def test_agreeing_lines_cost_as_many_queries_as_a_few(self):
        lines = self.env["sale.order.line"]
        for number in range(MANY):
            client = self.make_client(f"Client {number}")
            order = self.sell(self.pack_product, 1 + number % 2, partner=client)
            if number % 3:
                invoice = self.invoice(order)
                self.pay(invoice)
            if number % 5 == 1:
                self.credit(invoice, quantity=1)
            if number % 5 == 2:
                self.unreconcile(invoice)
            if number % 7 == 0:
                order._action_cancel()
            lines += order.order_line
        self.assertEqual(
            set(lines.support_pack_ids.mapped("state")),
            {"pending", "active", "suspended", "refunded", "cancelled"},
        )
        self.count_queries(lines[:FEW])
        few = self.count_queries(lines[:FEW])
        many = self.count_queries(lines)
        self.assertEqual(few, many, "Queries grow with the lines that agree")

    def count_queries(self, lines):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        found = self.env["sale.order.line"].sudo().search([("id", "in", lines.ids)])
        found._mend_support_packs()
        self.assertEqual(len(found), len(lines))
        return self.env.cr.sql_log_count - before
