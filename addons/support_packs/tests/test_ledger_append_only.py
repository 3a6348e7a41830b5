"""The ledger is append-only: each test tries to break it in another way."""

import uuid

import psycopg2

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import HttpCase, JsonRpcException, tagged
from odoo.tools import mute_logger

from ..models.support_ledger_entry import LEDGER_GUARD_FUNCTION, MAINTENANCE_SETTING
from .common import SupportPacksCommon


class LedgerCommon(SupportPacksCommon):
    chart = False

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pack = cls.make_pack(1800)
        cls.ticket = cls.make_ticket()
        cls.log(cls.ticket, 80)
        cls.entry = cls.ticket.support_charge_id.entry_ids
        cls.env.flush_all()

    def read_ledger(self):
        self.env.cr.execute(
            "SELECT id, pack_id, quantity, sequence, balance_after, date, create_uid "
            "FROM support_ledger_entry WHERE pack_id = %s ORDER BY sequence",
            [self.pack.id],
        )
        return self.env.cr.fetchall()


@tagged("post_install", "-at_install")
class TestPython(LedgerCommon):
    def assert_refused(self, function, error=UserError):
        before = self.read_ledger()
        with self.assertRaisesRegex(error, "append-only"), self.cr.savepoint():
            function()
            self.env.flush_all()
        self.assertEqual(self.read_ledger(), before)

    def test_write_is_refused_also_under_sudo(self):
        self.assert_refused(lambda: self.entry.write({"quantity": -1}))
        self.assert_refused(lambda: self.entry.sudo().write({"quantity": -1}))
        self.assert_refused(lambda: setattr(self.entry, "date", "2020-01-01"))
        self.assert_refused(lambda: self.entry.write({}))

    def test_delete_is_refused_also_under_sudo(self):
        self.assert_refused(self.entry.unlink)
        self.assert_refused(self.entry.sudo().unlink)

    def test_copy_is_refused(self):
        self.assert_refused(self.entry.sudo().copy)

    def test_create_is_refused_also_under_sudo(self):
        values = {
            "pack_id": self.pack.id,
            "company_id": self.company.id,
            "unit": "minute",
            "entry_type": "adjustment",
            "quantity": 1,
            "sequence": 99,
            "balance_after": 1,
            "date": "2026-01-01",
        }
        model = self.env["support.ledger.entry"]
        self.assert_refused(lambda: model.sudo().create(values))
        self.assert_refused(lambda: model.sudo().create([values, values]))

    def test_commands_through_pack_and_charge_are_refused(self):
        charge = self.ticket.support_charge_id
        for record in (self.pack, charge, self.pack.sudo(), charge.sudo()):
            for command in (
                Command.update(self.entry.id, {"quantity": -1}),
                Command.delete(self.entry.id),
                Command.unlink(self.entry.id),
                Command.clear(),
                Command.create({"quantity": 5}),
            ):
                with self.subTest(model=record._name, command=command):
                    self.assert_refused(
                        lambda record=record, command=command: record.write(
                            {"entry_ids": [command]}
                        )
                    )

    def test_pack_and_charge_with_entries_are_not_deleted(self):
        for record in (self.pack, self.ticket.support_charge_id):
            with self.assertRaisesRegex(UserError, "ledger"):
                record.sudo().unlink()


@tagged("post_install", "-at_install")
class TestPostgreSQL(LedgerCommon):
    """The trigger answers to those who do not ask Python."""

    def assert_refused(self, query, *parameters):
        before = self.read_ledger()
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.errors.RestrictViolation),
            self.cr.savepoint(),
        ):
            self.env.cr.execute(query, parameters)
        self.assertEqual(self.read_ledger(), before)

    def test_update_is_refused(self):
        self.assert_refused(
            "UPDATE support_ledger_entry SET quantity = -1 WHERE id = %s", self.entry.id
        )

    def test_update_that_changes_nothing_is_refused(self):
        self.assert_refused(
            "UPDATE support_ledger_entry SET quantity = quantity WHERE id = %s",
            self.entry.id,
        )

    def test_delete_is_refused(self):
        self.assert_refused(
            "DELETE FROM support_ledger_entry WHERE id = %s", self.entry.id
        )

    def test_truncate_is_refused(self):
        self.assert_refused("TRUNCATE support_ledger_entry CASCADE")
        self.assert_refused("TRUNCATE support_pack CASCADE")

    def test_deletion_of_what_entries_stand_on_is_refused(self):
        for table, record in (
            ("support_pack", self.pack),
            ("support_charge", self.ticket.support_charge_id),
            ("helpdesk_ticket", self.ticket),
            ("support_account", self.pack.account_id),
        ):
            with self.subTest(table):
                self.assert_refused(f"DELETE FROM {table} WHERE id = %s", record.id)

    def test_balance_below_zero_or_above_the_grant_is_refused(self):
        for balance in (-1, 1801):
            with (
                mute_logger("odoo.sql_db"),
                self.assertRaises(psycopg2.errors.CheckViolation),
                self.cr.savepoint(),
            ):
                self.env.cr.execute(
                    "UPDATE support_pack SET balance = %s WHERE id = %s",
                    [balance, self.pack.id],
                )

    def test_second_entry_in_the_same_place_is_refused(self):
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.errors.UniqueViolation),
            self.cr.savepoint(),
        ):
            self.pack._append_entry(
                "adjustment",
                {"quantity": 1, "sequence": 2, "balance_after": 1},
                date="2026-01-01",
            )

    def test_maintenance_opens_the_table_for_its_transaction_only(self):
        query = "UPDATE support_ledger_entry SET quantity = -81 WHERE id = %s"
        with self.registry.cursor() as cr:
            cr.execute(f"SET LOCAL {MAINTENANCE_SETTING} = 'on'")
        self.assert_refused(query, self.entry.id)
        self.env.cr.execute(f"SET LOCAL {MAINTENANCE_SETTING} = 'on'")
        self.env.cr.execute(query, [self.entry.id])
        self.assertEqual(self.env.cr.rowcount, 1)
        self.env.cr.execute(f"SET LOCAL {MAINTENANCE_SETTING} = 'off'")
        self.assert_refused(query, self.entry.id)

    def test_setting_does_not_outlive_its_transaction(self):
        with self.registry.cursor() as cr:
            cr.execute(f"SET LOCAL {MAINTENANCE_SETTING} = 'on'")
            cr.commit()  # pylint: disable=invalid-commit
            cr.execute("SELECT current_setting(%s, true)", [MAINTENANCE_SETTING])
            self.assertNotEqual(cr.fetchone()[0], "on")

    def test_guard_survives_an_upgrade_and_is_repaired_by_it(self):
        entries = self.env["support.ledger.entry"]
        self.assertTrue(entries._is_guarded())
        entries.init()
        entries.init()
        self.assertTrue(entries._is_guarded())
        for query in (
            "DROP TRIGGER support_ledger_entry_no_change ON support_ledger_entry",
            "ALTER TABLE support_ledger_entry DISABLE TRIGGER USER",
            f"CREATE OR REPLACE FUNCTION {LEDGER_GUARD_FUNCTION}() RETURNS trigger "
            "LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$",
        ):
            with self.subTest(query):
                self.env.cr.execute(query)
                self.assertFalse(entries._is_guarded())
                entries.init()
                self.assertTrue(entries._is_guarded())
                self.assert_refused("DELETE FROM support_ledger_entry")

    def test_upgrade_that_changes_nothing_takes_no_lock(self):
        with self.assertQueryCount(1):
            self.env["support.ledger.entry"].init()


@tagged("post_install", "-at_install")
class TestRpc(LedgerCommon, HttpCase):
    """Over the network, as the administrator."""

    def setUp(self):
        super().setUp()
        self.login = f"boss-{uuid.uuid4()}"
        self.boss = self.make_user(
            self.login, "base.group_system,helpdesk_mgmt.group_helpdesk_manager"
        )
        self.authenticate(self.login, self.login)

    def call(self, model, method, *args):
        return self.make_jsonrpc_request(
            "/web/dataset/call_kw",
            {"model": model, "method": method, "args": args, "kwargs": {}},
        )

    def assert_refused(self, model, method, *args):
        before = self.read_ledger()
        with (
            mute_logger("odoo.http"),
            self.assertRaisesRegex(
                JsonRpcException, "AccessError|UserError|NotFound|Forbidden"
            ),
        ):
            self.call(model, method, *args)
        self.assertEqual(self.read_ledger(), before)

    def test_administrator_reads_but_changes_nothing(self):
        ids = self.entry.ids
        read = self.call("support.ledger.entry", "read", ids, ["quantity"])
        self.assertEqual(read[0]["quantity"], -80)
        for method, *args in (
            ("write", ids, {"quantity": -1}),
            ("unlink", ids),
            ("copy", ids),
            ("create", [{"pack_id": self.pack.id, "quantity": 5}]),
            ("web_save", ids, {"quantity": -1}, {"quantity": {}}),
            ("_append", self.pack.id, 5, "adjustment", 9, 5, "2026-01-01"),
        ):
            with self.subTest(method):
                self.assert_refused("support.ledger.entry", method, *args)

    def test_balance_and_charge_are_not_written_either(self):
        charge = self.ticket.support_charge_id
        for model, record, values in (
            ("support.pack", self.pack, {"balance": 1800}),
            ("support.pack", self.pack, {"entry_ids": [[2, self.entry.id, 0]]}),
            ("support.charge", charge, {"quantity": 0, "covered": 0}),
            ("support.account", self.pack.account_id, {"pack_ids": [[5, 0, 0]]}),
        ):
            with self.subTest(model, values=values):
                self.assert_refused(model, "write", record.ids, values)
        self.assertEqual(self.pack.balance, 1720)

    def test_private_verbs_are_closed(self):
        for model, record, method, *args in (
            ("support.pack", self.pack, "_move_balance", 80),
            ("support.pack", self.pack, "_post", 80, "adjustment", "2026-01-01"),
            ("support.pack", self.pack, "_expire"),
            ("support.charge", self.ticket.support_charge_id, "_move_to", 0, []),
        ):
            with self.subTest(method):
                self.assert_refused(model, method, record.ids, *args)


@tagged("post_install", "-at_install")
class TestOtherDeletions(LedgerCommon):
    """What elsewhere deletes or rewrites rows that refer to others."""

    def merge(self, source, target):
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((source | target).ids, target)

    def test_merged_client_keeps_account_and_history(self):
        before = self.read_ledger()
        target = self.make_client("The same client again")
        self.merge(self.client, target)
        self.assertFalse(self.client.exists())
        self.assertEqual(self.read_ledger(), before)
        self.assertEqual(self.pack.account_id.partner_id, target)
        self.assertEqual(self.ticket.partner_id, target)

    def test_merge_of_two_accounts_loses_no_entry(self):
        target = self.make_client("Another client")
        self.make_pack(60, account=self.make_account(target))
        before = self.read_ledger()
        self.merge(self.client, target)
        self.assertEqual(self.read_ledger(), before)
        self.assertEqual(self.pack.account_id.partner_id, target)

    def test_employee_who_posted_entries_is_archived_rather_than_deleted(self):
        user = self.make_user("leaving", "helpdesk_mgmt.group_helpdesk_user")
        self.env["support.work"].with_user(user).create(
            {"ticket_id": self.ticket.id, "minutes": 10, "name": "Last work"}
        )
        before = self.read_ledger()
        with self.assertRaisesRegex(UserError, "Archive the user"):
            user.unlink()
        self.assertEqual(self.read_ledger(), before)
        user.active = False

    def test_client_user_whose_act_posted_entries_can_be_deleted(self):
        """Clients have a right to be forgotten: entries never name them."""
        user = self.make_user(
            "forgotten", "base.group_portal", partner_id=self.contact.id
        )
        work = self.log(self.ticket, 10)
        work.with_user(user).sudo().minutes = 20
        before = self.read_ledger()
        self.assertEqual(len(before), 4)
        user.unlink()
        self.assertEqual(self.read_ledger(), before)


@tagged("post_install", "-at_install")
class TestNobodyWrites(LedgerCommon):
    def test_no_role_may_create_write_or_delete(self):
        self.make_people()
        for user in (self.technician, self.manager, self.accountant, self.portal_user):
            entry = self.entry.with_user(user)
            for operation in ("create", "write", "unlink"):
                with self.subTest(user=user.login, operation=operation):
                    self.assertFalse(entry.has_access(operation))
            with self.assertRaisesRegex(UserError, "append-only"):
                entry.write({"quantity": 1})
