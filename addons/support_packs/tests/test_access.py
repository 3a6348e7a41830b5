"""Who may see and do what; what one may is beside what the other may not."""

import uuid

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import HttpCase, JsonRpcException, new_test_user, tagged
from odoo.tools import mute_logger

from .common import SupportPacksCommon

READABLE = (
    "support.policy",
    "support.request.type",
    "support.account",
    "support.pack",
    "support.ledger.entry",
    "support.charge",
    "support.work",
)


class AccessCommon(SupportPacksCommon):
    chart = False

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_people()
        cls.pack = cls.make_pack(1800)
        cls.ticket = cls.make_ticket(cls.contact)
        cls.work = cls.log(cls.ticket, 80, user_id=cls.technician.id)
        cls.charge = cls.ticket.support_charge_id
        cls.others = cls.make_client("Other client")
        cls.other_pack = cls.make_pack(600, account=cls.make_account(cls.others))
        cls.other_ticket = cls.make_ticket(cls.others)
        cls.other_work = cls.log(cls.other_ticket, 70)

    def record_of(self, model):
        """Return the record of the client, in each model."""
        return {
            "support.policy": self.policy,
            "support.request.type": self.request_type,
            "support.account": self.pack.account_id,
            "support.pack": self.pack,
            "support.ledger.entry": self.charge.entry_ids,
            "support.charge": self.charge,
            "support.work": self.work,
        }[model]

    def operations(self, user, model):
        """Return what the user may do with the client's record, as letters.

        c, r, w, d: create, read, write, delete; x: nothing.
        """
        record = self.record_of(model).with_user(user)
        letters = {"create": "c", "read": "r", "write": "w", "unlink": "d"}
        may = [letters[name] for name in letters if record.has_access(name)]
        return "".join(may) or "x"


@tagged("post_install", "-at_install")
class TestRoles(AccessCommon):
    def assert_operations(self, user, expected):
        found = {model: self.operations(user, model) for model in READABLE}
        self.assertEqual(found, dict(zip(READABLE, expected.split(), strict=True)))

    def test_technician_reads_all_and_changes_own_work(self):
        self.assert_operations(self.technician, "r r r r r r crwd")

    def test_colleague_reads_the_work_and_does_not_change_it(self):
        self.assertEqual(self.operations(self.colleague, "support.work"), "r")
        with self.assertRaises(AccessError):
            self.work.with_user(self.colleague).minutes = 10
        with self.assertRaises(AccessError):
            self.work.with_user(self.colleague).unlink()

    def test_technician_logs_no_work_for_a_colleague_but_a_manager_does(self):
        values = {"ticket_id": self.ticket.id, "minutes": 5, "name": "For somebody"}
        values["user_id"] = self.colleague.id
        with self.assertRaises(AccessError):
            self.env["support.work"].with_user(self.technician).create(values)
        work = self.env["support.work"].with_user(self.manager).create(values)
        self.assertEqual(work.user_id, self.colleague)

    def test_technician_gives_no_work_of_his_own_to_a_colleague(self):
        with self.assertRaises(AccessError):
            self.work.with_user(self.technician).user_id = self.colleague

    def test_work_of_a_technician_is_debited_without_rights_on_packs(self):
        self.env["support.work"].with_user(self.technician).create(
            {"ticket_id": self.ticket.id, "minutes": 20, "name": "Mine"}
        )
        self.assertEqual(self.pack.balance, 1700)

    def test_manager_changes_policies_accounts_and_all_work_but_no_history(self):
        self.assert_operations(self.manager, "crwd crwd crwd r r r crwd")
        self.work.with_user(self.manager).minutes = 90
        self.assertEqual(self.pack.balance, 1710)

    def test_accountant_reads_all_and_changes_nothing(self):
        self.assert_operations(self.accountant, "r r r r r r r")

    def test_salesperson_reads_accounts_and_packs_only(self):
        self.assert_operations(self.salesperson, "r r r r x x x")

    def test_other_employee_reads_how_support_is_sold_and_nothing_else(self):
        self.assert_operations(self.employee, "r r x x x x x")

    def test_client_reads_what_is_its_own(self):
        self.assert_operations(self.portal_user, "x x r r r r r")

    def test_every_role_can_read_all_fields_of_what_it_may_read(self):
        """RPC clients ask for no field in particular, and mean all they may see."""
        for user in (
            self.technician,
            self.manager,
            self.accountant,
            self.salesperson,
            self.portal_user,
        ):
            for model in READABLE:
                record = self.record_of(model).with_user(user)
                if record.has_access("read"):
                    with self.subTest(user=user.login, model=model):
                        self.env.invalidate_all()
                        self.assertTrue(record.read(self.ours(record)))

    def ours(self, record):
        """Return the fields of the suite that the reader of a record may see."""
        names = record.fields_get()
        if record._name in READABLE:
            return list(names)
        return ["id", *(name for name in names if name.startswith("support_"))]

    def test_employees_can_read_what_the_suite_adds_to_records_of_others(self):
        order = self.sell(self.pack_product)
        for user, record in (
            (self.technician, self.ticket),
            (self.employee, self.contact),
            (self.portal_user, self.contact),
            (self.salesperson, order),
            (self.salesperson, order.order_line),
            (self.accountant, order.order_line),
            (self.employee, self.pack_product),
        ):
            with self.subTest(user=user.login, model=record._name):
                self.env.invalidate_all()
                seen = record.with_user(user)
                self.assertTrue(seen.read(self.ours(seen)))


@tagged("post_install", "-at_install")
class TestEveryModel(AccessCommon):
    """No model of the suite is forgotten, today's or a later one."""

    # What anybody may do at all; nobody but a manager or a technician does anything.
    CLIENTS_READ = {
        "support.account",
        "support.charge",
        "support.ledger.entry",
        "support.pack",
        "support.qualification",
        "support.work",
    }
    EMPLOYEES_READ = {
        "support.channel.supplement",
        "support.policy",
        "support.request.check",
        "support.request.type",
        "support.terms",
    }
    # Receipts and results: written by verbs alone, whoever acts.
    NOBODY_WRITES = {
        "support.balance.alert",
        "support.balance.message",
        "support.charge",
        "support.consumption.report",
        "support.expiry.notice",
        "support.hold.override",
        "support.ledger.entry",
        "support.pack",
        "support.pack.extension",
        "support.terms.acceptance",
    }

    def models_with(self, user, operation):
        return {
            name
            for name, model in self.env.registry.items()
            if name.startswith("support.")
            # What other add-ons bring, their own tests know.
            and model._original_module == "support_packs"
            and not model._abstract
            and self.env[name].with_user(user).has_access(operation)
        }

    def test_clients_read_their_own_and_write_nothing(self):
        self.assertEqual(self.models_with(self.portal_user, "read"), self.CLIENTS_READ)
        for operation in ("create", "write", "unlink"):
            self.assertFalse(self.models_with(self.portal_user, operation))

    def test_other_employees_read_how_support_is_sold(self):
        self.assertEqual(self.models_with(self.employee, "read"), self.EMPLOYEES_READ)
        for operation in ("create", "write", "unlink"):
            self.assertFalse(self.models_with(self.employee, operation))

    def test_nobody_writes_receipts(self):
        for user in (
            self.technician,
            self.manager,
            self.accountant,
            self.salesperson,
        ):
            for operation in ("create", "write", "unlink"):
                with self.subTest(user=user.login, operation=operation):
                    may = self.models_with(user, operation)
                    self.assertFalse(may & self.NOBODY_WRITES)

    def test_every_model_with_a_company_keeps_to_it(self):
        rules = self.env["ir.rule"].search([("groups", "=", False)])
        guarded = set(rules.model_id.mapped("model"))
        for name, model in self.env.registry.items():
            if (
                name.startswith("support.")
                and not model._transient
                and "company_id" in model._fields
            ):
                self.assertIn(name, guarded)


@tagged("post_install", "-at_install")
class TestSeparation(AccessCommon):
    """No client sees another client, no company another company."""

    def test_client_finds_only_what_is_its_own(self):
        for model, own in (
            ("support.account", self.pack.account_id),
            ("support.pack", self.pack),
            ("support.ledger.entry", self.pack.entry_ids),
            ("support.charge", self.charge),
            ("support.work", self.work),
        ):
            with self.subTest(model):
                found = self.env[model].with_user(self.portal_user).search([])
                self.assertEqual(set(found.ids), set(own.ids))

    def test_client_reads_no_other_record_by_guessing_its_id(self):
        for record in (
            self.other_pack.account_id,
            self.other_pack,
            self.other_pack.entry_ids,
            self.other_ticket.support_charge_id,
            self.other_work,
        ):
            with self.subTest(record._name), self.assertRaises(AccessError):
                record.with_user(self.portal_user).read(["id"])

    def test_history_of_a_moved_ticket_stays_with_each_client(self):
        """What the first client paid and got back is on its account for good."""
        self.ticket.partner_id = self.others
        self.env.invalidate_all()
        entries = self.env["support.ledger.entry"].with_user(self.portal_user)
        found = entries.search([])
        self.assertEqual(found.mapped("quantity"), [80, -80, 1800])
        self.assertFalse(self.work.with_user(self.portal_user).has_access("read"))
        self.assertTrue(found.mapped("explanation"))

    def test_employee_of_another_company_finds_nothing(self):
        company = self.env["res.company"].create({"name": "Other company"})
        stranger = new_test_user(
            self.env,
            "stranger",
            "helpdesk_mgmt.group_helpdesk_manager,account.group_account_manager,"
            "sales_team.group_sale_manager",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )
        for model in READABLE:
            record = self.record_of(model).with_user(stranger).with_company(company)
            model = record.browse().with_context(allowed_company_ids=company.ids)
            with self.subTest(record._name):
                self.assertFalse(model.search([]))
                with self.assertRaises(AccessError):
                    record.read(["id"])

    def test_account_is_not_given_to_another_client_or_company(self):
        company = self.env["res.company"].create({"name": "Other company"})
        account = self.pack.account_id
        for values in (
            {"partner_id": self.make_client("Somebody").id},
            {"company_id": company.id},
        ):
            with self.subTest(**values), self.assertRaises(UserError):
                account.write(values)
        with self.assertRaisesRegex(ValidationError, "^Company: "):
            self.policy.company_id = company

    def test_account_with_packs_is_archived_rather_than_deleted(self):
        with self.assertRaisesRegex(UserError, "rchive"):
            self.pack.account_id.unlink()
        self.make_account(self.make_client("Without history")).unlink()

    def test_account_is_of_the_company_never_of_its_contact(self):
        with self.assertRaisesRegex(ValidationError, "^Client: "):
            self.env["support.account"].create(
                {"partner_id": self.contact.id, "policy_id": self.policy.id}
            )


@tagged("post_install", "-at_install")
class TestPreviewAccess(AccessCommon):
    def preview(self, user, ticket=None, **values):
        ticket = (ticket or self.ticket).with_user(user)
        return ticket.get_support_charge_preview(**values)

    def test_technician_and_own_client_see_what_it_would_cost(self):
        for user in (self.technician, self.portal_user):
            with self.subTest(user.login):
                preview = self.preview(user, minutes=20)
                self.assertEqual(preview["quantity"], 100)
                self.assertEqual(preview["balance_after"], 1700)

    def test_other_client_may_not(self):
        with self.assertRaises(AccessError):
            self.preview(self.portal_user, self.other_ticket)

    def test_follower_of_another_company_reads_the_ticket_but_not_its_charge(self):
        self.other_ticket.message_subscribe(self.contact.ids)
        ticket = self.other_ticket.with_user(self.portal_user)
        self.assertEqual(ticket.name, self.other_ticket.name)
        with self.assertRaises(AccessError):
            ticket.get_support_charge_preview()

    def test_employee_without_rights_on_the_ticket_may_not(self):
        with self.assertRaises(AccessError):
            self.preview(self.employee)

    def test_client_admits_and_posts_nothing(self):
        for method in ("action_support_admit", "action_support_post_charge"):
            with self.subTest(method), self.assertRaises(AccessError):
                getattr(self.ticket.with_user(self.portal_user), method)()


@tagged("post_install", "-at_install")
class TestPortalRpc(AccessCommon, HttpCase):
    """Followers of other companies read tickets: our fields are not for clients."""

    def setUp(self):
        super().setUp()
        login = f"client-{uuid.uuid4()}"
        partner = self.env["res.partner"].create(
            {"name": "Colleague", "parent_id": self.client.id}
        )
        self.make_user(login, "base.group_portal", partner_id=partner.id)
        self.authenticate(login, login)

    def call(self, method, *args, model="helpdesk.ticket", **kwargs):
        return self.make_jsonrpc_request(
            "/web/dataset/call_kw",
            {"model": model, "method": method, "args": args, "kwargs": kwargs},
        )

    def test_ticket_is_readable_but_none_of_our_fields_is(self):
        read = self.call("read", self.ticket.ids, ["name"])[0]
        self.assertEqual(read["name"], self.ticket.name)
        told = self.call("fields_get")
        # Says only whether who asks may read the ticket: its own rule needs it.
        known = {"support_is_private"}
        self.assertEqual({name for name in told if name.startswith("support_")}, known)
        ours = [f for f in self.ticket._fields if f.startswith("support_")]
        ours = [name for name in ours if name not in known]
        self.assertGreater(len(ours), 10)
        for name in ours:
            with (
                self.subTest(name),
                mute_logger("odoo.http"),
                self.assertRaisesRegex(JsonRpcException, "AccessError|ValueError"),
            ):
                self.call("read", self.ticket.ids, [name])

    def test_none_of_our_fields_can_be_searched(self):
        for domain in (
            [("support_work_minutes", ">", 0)],
            [("support_account_id.balance_minutes", ">", 0)],
            [("support_work_ids.name", "ilike", "a")],
        ):
            with (
                self.subTest(domain),
                mute_logger("odoo.http"),
                self.assertRaises(JsonRpcException),
            ):
                self.call("search", domain)

    def test_preview_refuses_what_is_no_number_of_minutes(self):
        self.assertEqual(
            self.call("get_support_charge_preview", self.ticket.ids, 20)["quantity"],
            100,
        )
        for minutes in (-1, 10**9, True, "20", 1.5, [1], {}):
            with (
                self.subTest(minutes),
                mute_logger("odoo.http"),
                self.assertRaisesRegex(JsonRpcException, "ValidationError"),
            ):
                self.call("get_support_charge_preview", self.ticket.ids, minutes)

    def test_words_and_settings_are_not_for_sale_over_rpc(self):
        for model, method, *args in (
            ("support.explanation", "format_quantity", 1, "minute"),
            ("support.explanation", "explain", [], "minute"),
            ("res.company", "support_local_date", self.company.ids),
            ("support.ledger.entry", "create", {}),
        ):
            with (
                self.subTest(method),
                mute_logger("odoo.http"),
                self.assertRaises(JsonRpcException),
            ):
                self.call(method, *args, model=model)
