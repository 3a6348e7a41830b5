"""The nightly proof finds what was damaged, says it once, and corrects nothing."""

from odoo.tests import tagged

from ..models.support_ledger_entry import MAINTENANCE_SETTING
from .common import SupportPacksCommon

LOGGER = "odoo.addons.support_packs.models.support_replay"


@tagged("post_install", "-at_install")
class TestReplay(SupportPacksCommon):
    chart = False

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls.make_user("manager", "helpdesk_mgmt.group_helpdesk_manager")
        cls.manager.lang = "en_US"
        cls.pack = cls.make_pack(1800)
        cls.ticket = cls.make_ticket()
        work = cls.log(cls.ticket, 120)
        work.minutes = 80
        cls.charge = cls.ticket.support_charge_id
        cls.account = cls.pack.account_id

    def setUp(self):
        super().setUp()
        self.replay = self.env["support.replay"]
        self.env.flush_all()

    def run_sql(self, query, *parameters, maintenance=False):
        self.env.flush_all()
        if maintenance:
            self.env.cr.execute(f"SET LOCAL {MAINTENANCE_SETTING} = 'on'")
        self.env.cr.execute(query, parameters)
        if maintenance:
            self.env.cr.execute(f"SET LOCAL {MAINTENANCE_SETTING} = 'off'")
        self.env.invalidate_all()

    def run_cron(self):
        cron = self.env.ref("support_packs.cron_replay_ledger")
        self.env.flush_all()
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.env.invalidate_all()

    def run_and_find(self):
        """Run the job and return its lines; there are some."""
        with self.assertLogs(LOGGER, "WARNING") as logs:
            self.run_cron()
        return logs.output

    def run_and_find_nothing(self):
        with self.assertNoLogs(LOGGER, "WARNING"):
            self.run_cron()

    def activities(self):
        return self.account.activity_ids

    def test_healthy_database_reports_nothing(self):
        self.run_and_find_nothing()
        self.assertFalse(self.activities())
        self.assertEqual(self.pack.replayed_seq, self.pack.entry_seq)

    def test_damaged_balance_is_found_and_not_corrected(self):
        self.run_and_find_nothing()
        self.run_sql(
            "UPDATE support_pack SET balance = balance - 7 WHERE id = %s", self.pack.id
        )
        [line] = self.run_and_find()
        self.assertIn(f"id {self.pack.id}) holds 1713, its entries come to 1720", line)
        activity = self.activities()
        self.assertEqual(activity.user_id, self.manager)
        self.assertEqual(activity.support_pack_id, self.pack)
        self.assertIn("1,713 min", activity.note)
        self.assertIn("1,720 min", activity.note)
        self.assertEqual(self.pack.balance, 1713)

    def test_finding_is_not_repeated_until_the_activity_is_done(self):
        self.run_sql(
            "UPDATE support_pack SET balance = balance - 7 WHERE id = %s", self.pack.id
        )
        self.run_and_find()
        self.run_and_find()
        self.assertEqual(len(self.activities()), 1)
        self.activities().action_done()
        self.run_and_find()
        self.assertEqual(len(self.activities()), 1)

    def test_changed_entry_is_found(self):
        self.run_and_find_nothing()
        self.run_sql(
            "UPDATE support_ledger_entry SET quantity = quantity - 1 "
            "WHERE pack_id = %s AND entry_type = 'usage'",
            self.pack.id,
            maintenance=True,
        )
        lines = self.run_and_find()
        self.assertEqual(len(lines), 2, "The charge and the pack")
        self.assertIn("its entries come to 81", lines[0])
        self.assertIn("its entries come to 1719", lines[1])
        self.assertEqual(len(self.activities()), 2)

    def test_deleted_entry_is_found(self):
        self.run_and_find_nothing()
        self.run_sql(
            "DELETE FROM support_ledger_entry WHERE pack_id = %s AND entry_type = "
            "'return'",
            self.pack.id,
            maintenance=True,
        )
        self.assertEqual(len(self.run_and_find()), 2)

    def test_wrong_running_balance_of_a_pack_that_moved_is_found(self):
        """The sums agree, but the entries tell an impossible story."""
        self.run_sql(
            "UPDATE support_ledger_entry SET balance_after = 5 "
            "WHERE pack_id = %s AND sequence = 2",
            self.pack.id,
            maintenance=True,
        )
        [line] = self.run_and_find()
        self.assertIn("'balance'", line)
        self.assertIn("difference 0", line)

    def test_damaged_charge_is_found(self):
        self.run_sql(
            "UPDATE support_charge SET covered = covered - 3, "
            "uncovered = uncovered + 3 WHERE id = %s",
            self.charge.id,
        )
        [line] = self.run_and_find()
        self.assertIn("covered 77, uncovered 3; its entries come to 80", line)
        self.assertEqual(self.activities().support_charge_id, self.charge)
        self.assertIn(self.ticket.number, self.activities().note)

    def test_pack_that_stands_still_is_not_read_again(self):
        self.run_and_find_nothing()
        self.assertFalse(self.replay._find_moved_packs() & self.pack)
        self.log(self.ticket, 30)
        self.assertIn(self.pack, self.replay._find_moved_packs())

    def test_without_a_manager_the_log_still_says_it(self):
        group = self.env.ref("helpdesk_mgmt.group_helpdesk_manager")
        users = self.env["res.users"].search([("company_ids", "in", self.company.ids)])
        users.filtered(lambda user: group in user.all_group_ids).active = False
        self.run_sql(
            "UPDATE support_pack SET balance = balance - 7 WHERE id = %s", self.pack.id
        )
        self.run_and_find()
        self.assertFalse(self.activities())

    def test_queries_do_not_grow_with_the_packs(self):
        self.run_and_find_nothing()
        counts = []
        # The first time, Odoo reads what it then remembers.
        for number in (2, 2, 12):
            for _index in range(number):
                self.make_pack(60)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.assertFalse(self.replay._find_suspect_packs())
            self.assertFalse(self.replay._find_suspect_charges())
            moved = self.replay._find_moved_packs()
            self.assertEqual(len(moved), number)
            self.replay._check_packs(moved)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2])
