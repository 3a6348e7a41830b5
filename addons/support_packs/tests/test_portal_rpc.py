from odoo import Command
from odoo.tests import new_test_user, tagged

from .portal_common import PortalCommon


@tagged("post_install", "-at_install")
class TestClientRpc(PortalCommon):
    """What a client reaches by calling methods, as anybody with a browser can."""

    READABLE = (
        "support.account",
        "support.pack",
        "support.ledger.entry",
        "support.charge",
        "support.work",
    )
    CLOSED = ("support.policy", "support.request.type")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pack = cls.make_pack(1800)
        cls.account = cls.pack.account_id
        cls.ticket = cls.make_ticket(cls.anna.partner_id)
        cls.work = cls.log(cls.ticket, 25)
        cls.hold = cls.env["support.hold"].create(
            {"account_id": cls.account.id, "kind": "unpaid", "reason": "Overdue"}
        )
        cls.application = cls.env["support.qualification"].create(
            {"partner_id": cls.rival.id, "policy_id": cls.policy.id}
        )
        cls.records = {
            "support.account": cls.account,
            "support.pack": cls.pack,
            "support.ledger.entry": cls.pack.entry_ids,
            "support.charge": cls.ticket.support_charge_id,
            "support.work": cls.work,
            "support.policy": cls.policy,
            "support.request.type": cls.request_type,
        }

    def test_a_client_reads_what_is_its_own(self):
        self.login(self.andy)
        for model in self.READABLE:
            ids = self.records[model].ids
            self.assertEqual(set(self.call(model, "search", [])), set(ids), model)
            self.assertTrue(self.call(model, "read", ids, ["display_name"]), model)

    def test_another_client_finds_nothing(self):
        self.login(self.rita)
        for model in self.READABLE:
            ids = self.records[model].ids
            self.assertEqual(self.call(model, "search", [("id", "in", ids)]), [])
            self.assertEqual(self.call(model, "search_count", []), 0)
            self.assertEqual(self.call(model, "name_search", ""), [])
            found = self.call(model, "web_search_read", [], {"id": {}})
            self.assertEqual(found["length"], 0)
            groups = self.call(model, "formatted_read_group", [], [], ["__count"])
            self.assertEqual([group["__count"] for group in groups], [0])

    def test_another_client_reads_nothing_by_a_guessed_id(self):
        self.login(self.rita)
        for model in self.READABLE:
            ids = self.records[model].ids
            for method, args in (
                ("read", [["display_name"]]),
                ("web_read", [{"display_name": {}}]),
                ("export_data", [["id"]]),
            ):
                # To export anything at all is a right that clients do not have.
                errors = {"UserError" if method == "export_data" else "AccessError"}
                self.assert_refused(errors, model, method, ids, *args)

    def test_settings_are_closed_to_clients(self):
        self.login(self.anna)
        for model in self.CLOSED:
            ids = self.records[model].ids
            for method, args in (
                ("search", [[]]),
                ("read", [ids, ["name"]]),
                ("name_search", [""]),
                ("web_search_read", [[], {"id": {}}]),
                ("formatted_read_group", [[], [], ["__count"]]),
                ("write", [ids, {"name": "x"}]),
            ):
                self.assert_refused({"AccessError"}, model, method, *args)

    def test_no_client_writes_anything_not_even_its_own(self):
        for user in (self.anna, self.rita):
            self.login(user)
            for model in self.READABLE + self.CLOSED:
                ids = self.records[model].ids
                for method, args in (
                    ("create", [[{}]]),
                    ("write", [ids, {"write_date": "2020-01-01 00:00:00"}]),
                    ("unlink", [ids]),
                    ("copy", [ids]),
                    ("web_save", [ids, {"write_date": False}, {}]),
                ):
                    self.assert_refused(
                        {"AccessError", "UserError"}, model, method, *args
                    )
        self.assertEqual(self.pack.balance, 1740)
        self.assertEqual(self.work.minutes, 25)

    def test_the_preview_is_for_the_client_who_pays(self):
        self.ticket.message_subscribe(self.rita.partner_id.ids)
        ids = self.ticket.ids
        method = "get_support_charge_preview"
        self.login(self.anna)
        preview = self.call("helpdesk.ticket", method, ids, minutes=50)
        self.assertEqual((preview["quantity"], preview["balance_after"]), (75, 1725))
        self.assertEqual(self.pack.balance, 1740)
        self.login(self.rita)
        self.assert_refused({"AccessError"}, "helpdesk.ticket", method, ids)
        self.ticket.message_unsubscribe(self.rita.partner_id.ids)
        self.assert_refused({"AccessError"}, "helpdesk.ticket", method, ids)

    def test_actions_of_employees_are_closed_to_clients(self):
        self.ticket.message_subscribe(self.rita.partner_id.ids)
        for user in (self.anna, self.rita):
            self.login(user)
            for method in ("action_support_admit", "action_support_post_charge"):
                self.assert_refused(
                    {"AccessError"}, "helpdesk.ticket", method, self.ticket.ids
                )
            for model, method, ids in (
                ("helpdesk.ticket", "action_support_start_work", self.ticket.ids),
                ("helpdesk.ticket", "action_support_stop_work", self.ticket.ids),
                ("helpdesk.ticket", "action_support_ask_to_buy", self.ticket.ids),
                ("helpdesk.ticket", "action_support_override", self.ticket.ids),
                ("helpdesk.ticket", "action_support_decide", self.ticket.ids),
                ("support.charge", "action_decide", self.ticket.support_charge_id.ids),
                ("support.pack", "action_extend", self.pack.ids),
                ("support.account", "action_hold", self.account.ids),
                ("support.hold", "action_lift", self.hold.ids),
                ("support.hold", "action_override", self.hold.ids),
                (
                    "helpdesk.ticket",
                    "action_support_override_hold",
                    self.ticket.ids,
                ),
                ("helpdesk.ticket", "action_support_approve_work", self.ticket.ids),
                ("helpdesk.ticket", "action_support_refuse_work", self.ticket.ids),
                ("support.work", "action_approve", self.work.ids),
                ("support.work", "action_refuse", self.work.ids),
                ("support.qualification", "action_approve", self.application.ids),
                ("support.qualification", "action_refuse", self.application.ids),
            ):
                with self.subTest(user=user.login, method=method):
                    self.assert_refused({"AccessError"}, model, method, ids)
        self.assertFalse(self.ticket.support_admitted_at)
        self.assertFalse(self.hold.date_end)
        self.assertEqual(self.application.state, "requested")

    def test_actions_that_open_lists_are_closed_to_another_client(self):
        self.ticket.message_subscribe(self.rita.partner_id.ids)
        self.login(self.rita)
        for model, methods, ids in (
            ("support.account", ("packs", "tickets", "ledger"), self.account.ids),
            ("support.pack", ("entries",), self.pack.ids),
            ("helpdesk.ticket", ("support_account",), self.ticket.ids),
            ("res.partner", ("support_account",), self.client.ids),
        ):
            for method in methods:
                self.assert_refused(
                    {"AccessError"}, model, f"action_view_{method}", ids
                )

    def test_a_client_of_another_company_of_ours_is_another_client(self):
        """The same client, logged in for another company, reads that one's account."""
        branch = self.env["res.company"].create({"name": "Second Workshop"})
        visitor = new_test_user(
            self.env,
            login="visitor",
            groups="base.group_portal",
            company_id=branch.id,
            company_ids=[Command.set(branch.ids)],
        )
        visitor.partner_id.parent_id = self.client
        self.login(visitor)
        for model in self.READABLE:
            self.assertEqual(self.call(model, "search", []), [])
