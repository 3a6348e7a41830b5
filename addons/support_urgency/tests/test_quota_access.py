"""Who may see and do what with priorities and quotas."""

from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.support_packs.tests.portal_common import PortalCommon

from .common_quota import QuotaCommon

HELPDESK = "helpdesk_mgmt.group_helpdesk"


@tagged("post_install", "-at_install")
class TestQuotaAccess(QuotaCommon, PortalCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pack = cls.make_quota_pack()
        cls.ticket = cls.admit(cls.p1, cls.anna.partner_id)
        cls.quotas = cls.pack.quota_ids
        cls.technician = cls.make_user("technician", f"{HELPDESK}_user")
        cls.manager = cls.make_user("manager", f"{HELPDESK}_manager")
        cls.employee = cls.make_user("employee", "base.group_user")
        cls.records = {
            "support.priority": cls.p1,
            "support.product.quota": cls.product.support_quota_ids[:1],
            "support.pack.quota": cls.quotas[:1],
        }

    def operations(self, user, model):
        """Return what the user may do with a record, as letters; x: nothing."""
        record = self.records[model].with_user(user)
        letters = {"create": "c", "read": "r", "write": "w", "unlink": "d"}
        may = [letters[name] for name in letters if record.has_access(name)]
        return "".join(may) or "x"

    def test_who_may_do_what(self):
        salesperson = self.make_user("seller", "sales_team.group_sale_salesman")
        accountant = self.make_user("accountant", "account.group_account_invoice")
        expected = {
            "support.priority": ("r", "crwd", "r", "r", "r", "x"),
            "support.product.quota": ("r", "crwd", "r", "r", "r", "x"),
            "support.pack.quota": ("r", "r", "x", "r", "r", "r"),
        }
        people = (
            self.technician,
            self.manager,
            self.employee,
            salesperson,
            accountant,
            self.anna,
        )
        for model, letters in expected.items():
            found = tuple(self.operations(user, model) for user in people)
            self.assertEqual(found, letters, model)

    def test_a_client_reads_its_own_quotas_and_no_others(self):
        ids = self.quotas.ids
        self.login(self.andy)
        self.assertEqual(set(self.call("support.pack.quota", "search", [])), set(ids))
        rows = self.call("support.pack.quota", "read", ids, ["used", "granted", "left"])
        self.assertEqual([row["used"] for row in rows], [1, 0, 0])
        self.login(self.rita)
        model = "support.pack.quota"
        self.assertEqual(self.call(model, "search", []), [])
        self.assertEqual(self.call(model, "name_search", ""), [])
        groups = self.call(
            model, "formatted_read_group", [], ["priority_id"], ["granted:sum"]
        )
        self.assertEqual(groups, [])
        for method, args in (
            ("read", [["used"]]),
            ("web_read", [{"used": {}}]),
            ("write", [{"used": 0}]),
            ("unlink", []),
        ):
            self.assert_refused({"AccessError"}, model, method, ids, *args)

    def test_settings_and_corrections_are_closed_to_clients(self):
        self.login(self.anna)
        wizard = {"ticket_id": self.ticket.id, "priority_id": self.p2.id}
        for model, method, args in (
            ("support.priority", "search", [[]]),
            ("support.priority", "read", [self.p1.ids, ["name"]]),
            ("support.product.quota", "search", [[]]),
            ("support.priority.correction", "create", [[wizard]]),
            ("helpdesk.ticket", "read", [self.ticket.ids, ["support_priority_id"]]),
            (
                "helpdesk.ticket",
                "write",
                [self.ticket.ids, {"support_priority_id": self.p2.id}],
            ),
            ("helpdesk.ticket", "action_support_correct_priority", [self.ticket.ids]),
            ("support.pack.quota", "write", [self.quotas.ids, {"used": 0}]),
        ):
            self.assert_refused({"AccessError"}, model, method, *args)
        self.assertEqual(self.ticket.support_priority_id, self.p1)

    def test_nobody_writes_what_was_used(self):
        for user in (self.technician, self.manager, self.anna):
            quota = self.quotas[0].with_user(user)
            with self.assertRaises(AccessError):
                quota.used = 0
            with self.assertRaises(AccessError):
                quota.pack_id.quota_ids = [(0, 0, {"priority_id": self.p4.id})]

    def test_the_slot_of_an_entry_is_not_written(self):
        entry = self.ticket.support_charge_id.entry_ids
        with self.assertRaises(Exception) as caught, self.env.cr.savepoint():
            self.env.cr.execute(
                "UPDATE support_ledger_entry SET quota_id = NULL WHERE id = %s",
                [entry.id],
                log_exceptions=False,
            )
        self.assertIn("append-only", str(caught.exception))

    def test_no_company_sees_the_quotas_of_another(self):
        other = self.env["res.company"].create({"name": "Other company"})
        self.manager.company_ids |= other
        for model, records in self.records.items():
            seen = self.env[model].with_user(self.manager)
            mine = seen.with_context(allowed_company_ids=self.company.ids)
            theirs = seen.with_context(allowed_company_ids=other.ids)
            domain = [("id", "in", records.ids)]
            self.assertEqual(mine.search(domain), records, model)
            self.assertFalse(theirs.search(domain), model)

    def test_staff_sees_the_matrix(self):
        account = self.account.with_user(self.technician)
        text = " ".join(str(account.quota_matrix).split())
        self.assertIn("P1", text)
        self.assertIn(
            "o_support_quota", str(self.pack.with_user(self.technician).quota_matrix)
        )
