from odoo.tests import Form, tagged
from odoo.tools.safe_eval import safe_eval

from .common import SupportPacksCommon
from .view_specs import get_arch, get_specification

# Which of our lists and forms each role may open.
OPEN_TO = {
    "technician": (
        "support.account",
        "support.pack",
        "support.ledger.entry",
        "support.charge",
        "support.work",
        "support.policy",
        "helpdesk.ticket",
    ),
    "manager": (
        "support.account",
        "support.pack",
        "support.ledger.entry",
        "support.charge",
        "support.work",
        "support.policy",
        "helpdesk.ticket",
        "helpdesk.ticket.team",
        "helpdesk.ticket.stage",
    ),
    "accountant": (
        "support.account",
        "support.pack",
        "support.ledger.entry",
        "support.charge",
        "support.work",
        "res.partner",
        "sale.order",
    ),
    "salesperson": (
        "support.account",
        "support.pack",
        "product.template",
        "res.partner",
        "sale.order",
    ),
}
HELPDESK_MENUS = {
    "support_account_menu",
    "support_pack_menu",
    "support_ledger_entry_menu",
    "support_charge_menu",
    "support_work_menu",
    "support_timer_menu",
}
MANAGER_MENUS = {
    "support_policy_menu",
    "support_pack_product_menu",
    "support_ledger_analysis_menu",
    "support_work_analysis_menu",
}
ACCOUNTING_MENUS = {
    "accounting_support_account_menu",
    "accounting_support_pack_menu",
    "accounting_support_ledger_entry_menu",
    "accounting_support_charge_menu",
}


@tagged("post_install", "-at_install")
class TestBackOffice(SupportPacksCommon):
    """Who opens a screen of ours sees it whole: no field of it is refused."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_people()
        cls.order = cls.sell(cls.pack_product)
        cls.pay(cls.invoice(cls.order))
        cls.pack = cls.order.order_line.support_pack_ids
        cls.account = cls.pack.account_id
        cls.ticket = cls.make_ticket()
        cls.log(cls.ticket, 80)

    def _get_roles(self):
        for role, models in OPEN_TO.items():
            yield role, getattr(self, role), models

    def _get_record(self, model):
        own = {
            "res.partner": self.client,
            "sale.order": self.order,
            "product.template": self.pack_product.product_tmpl_id,
            "helpdesk.ticket.team": self.team,
            "helpdesk.ticket.stage": self.stage_done,
            "support.policy": self.policy,
        }
        if model in own:
            return own[model]
        return self.env[model].search([("company_id", "=", self.company.id)], limit=1)

    def test_each_role_reads_all_fields_of_its_lists_and_forms(self):
        for role, user, models in self._get_roles():
            for model in models:
                for view_type in ("list", "form"):
                    with self.subTest(role=role, model=model, view=view_type):
                        record = self._get_record(model).with_user(user)
                        self.env.invalidate_all()
                        specification = get_specification(record, view_type)
                        self.assertTrue(record.web_read(specification))

    def test_each_role_may_use_all_filters_and_groups(self):
        for role, user, models in self._get_roles():
            for model in models:
                if model.startswith("support."):
                    with self.subTest(role=role, model=model):
                        self._use_filters(self.env[model].with_user(user))

    def _use_filters(self, model):
        arch = get_arch(model, "search")
        for node in arch.iter("filter"):
            domain = safe_eval(node.get("domain") or "[]", {"uid": model.env.uid})
            model.search(domain)
            context = safe_eval(node.get("context") or "{}")
            if context.get("group_by"):
                model.formatted_read_group(domain, [context["group_by"]], ["__count"])
        for node in arch.iter("field"):
            domain = node.get("filter_domain")
            if domain:
                model.search(safe_eval(domain, {"self": "x"}))

    def test_filters_find_what_they_say(self):
        account = self.account.with_user(self.technician)
        domains = {
            node.get("name"): safe_eval(node.get("domain") or "[]")
            for node in get_arch(account, "search").iter("filter")
        }
        self.assertIn(account, account.search(domains["with_balance"]))
        self.assertNotIn(account, account.search(domains["without_balance"]))
        self.assertNotIn(account, account.search(domains["expiring"]))
        # The last day of the validity is today in the zone of the reader.
        self.pack.date_end = self.company.support_local_date()
        self.assertIn(account, account.search(domains["expiring"]))

    def test_menus_of_each_role(self):
        expected = {
            "technician": HELPDESK_MENUS,
            "manager": HELPDESK_MENUS | MANAGER_MENUS,
            "accountant": ACCOUNTING_MENUS,
            "employee": set(),
        }
        ours = HELPDESK_MENUS | MANAGER_MENUS | ACCOUNTING_MENUS
        for role, menus in expected.items():
            seen = self._get_seen_menus(getattr(self, role)) & ours
            with self.subTest(role=role):
                self.assertEqual(seen, menus)

    def _get_seen_menus(self, user):
        """Return the names of our menus that a user finds: parents and all."""
        menus = self.env["ir.ui.menu"]
        visible = menus.with_user(user)._visible_menu_ids()
        seen = set()
        for data in self.env["ir.model.data"].search(
            [("module", "=", "support_packs"), ("model", "=", "ir.ui.menu")]
        ):
            path = menus.browse(data.res_id).parent_path
            if all(int(part) in visible for part in path.split("/") if part):
                seen.add(data.name)
        return seen

    def test_a_technician_logs_work_on_the_ticket(self):
        ticket = self.make_ticket().with_user(self.technician)
        expected = [(25, "60 min"), (12, "60 min"), (43, "80 min")]
        for minutes, charged in expected:
            with Form(ticket) as form, form.support_work_ids.new() as work:
                work.name = f"{minutes} minutes"
                work.minutes = minutes
            self.assertEqual(ticket.support_charge_text, charged)
        self.assertEqual(self.account._get_balance(), 1800 - 80 - 80)
        balance = self.account.with_user(self.technician).balance_text
        self.assertEqual(ticket.support_balance_text, balance)
        self.assertEqual(ticket.support_work_ids.user_id, self.technician)

    def test_work_of_others_is_text_for_technicians(self):
        mine = self.log(self.ticket, 5, user_id=self.technician.id)
        hers = self.log(self.ticket, 5, user_id=self.colleague.id)
        works = (mine | hers).with_user(self.technician)
        self.assertEqual(works.mapped("is_editable"), [True, False])
        works = (mine | hers).with_user(self.manager)
        self.assertEqual(works.mapped("is_editable"), [True, True])

    def test_packs_and_ledger_are_not_written_in_the_views(self):
        for model in ("support.pack", "support.ledger.entry", "support.charge"):
            for view_type in ("list", "form"):
                # Even to who may do everything.
                arch = get_arch(self.env[model].sudo(), view_type)
                for right in ("create", "edit", "delete"):
                    with self.subTest(model=model, view=view_type, right=right):
                        self.assertIn(arch.get(right), ("0", "False", "false"))

    def test_a_pack_product_is_a_service_by_itself(self):
        product = Form(self.env["product.template"])
        product.name = "Pack"
        product.support_is_pack = True
        product.support_unit = "minute"
        product.support_quantity = 1800
        self.assertEqual(product.type, "service")
        self.assertEqual(product.support_quantity_text, "30 h")
        product.save()
