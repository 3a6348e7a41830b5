import ast
from pathlib import Path

from odoo import fields
from odoo.tests import TransactionCase, tagged

from ..demo import AGENCIES
from ..engine import journal
from ..models import support_demo


@tagged("post_install", "-at_install")
class TestDemo(TransactionCase):
    """The story of the demo, told here if the database was made without it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mails_before = cls.env["mail.mail"].search([])
        cls.env["support.demo"]._load()
        cls.company = cls.env.ref(f"{support_demo.DEMO_NAMES}.company")
        cls.env = cls.env(
            context={**cls.env.context, "allowed_company_ids": cls.company.ids}
        )
        cls.company = cls.company.with_env(cls.env)

    def ref(self, name):
        return self.env.ref(f"{support_demo.DEMO_NAMES}.{name}")

    def enter(self, preset):
        """Look at the company of another support model."""
        [agency] = [agency for agency in AGENCIES if agency.preset == preset]
        self.company = self.ref(agency.name("company"))
        self.env = self.env(
            context={**self.env.context, "allowed_company_ids": self.company.ids}
        )
        self.company = self.company.with_env(self.env)

    def policy(self):
        policies = self.env["support.policy"].search(
            [("company_id", "=", self.company.id)]
        )
        self.assertEqual(policies.code, "hours_bono")
        return policies

    def account(self, client):
        partner = self.ref(f"client_{client}")
        return self.env["support.account"]._find(partner, self.company)

    def packs(self, client):
        """Return the packs of a client, in the order of their sale."""
        return self.account(client).pack_ids.sorted("id")

    def movements(self, ticket):
        entries = self.ref(f"ticket_{ticket}").support_charge_id.entry_ids
        return entries.sorted("id").mapped("quantity")

    def assert_charge(self, ticket, covered, uncovered, state, prefix=""):
        charge = self.ref(f"{prefix}ticket_{ticket}").support_charge_id
        self.assertEqual(
            (charge.covered, charge.uncovered, charge.state),
            (covered, uncovered, state),
        )

    # === THE CLIENTS === #

    def test_client_with_a_pack_reads_80_minutes_and_has_1660_left(self):
        pack = self.packs("ibanez")
        self.assertEqual(
            (pack.state, pack.granted, pack.balance), ("active", 1800, 1660)
        )
        self.assertEqual(self.movements("shipping"), [-60, -20])
        self.assertEqual(self.movements("photos"), [-60])
        self.assertFalse(self.ref("ticket_bizum").support_charge_id)
        works = self.ref("ticket_shipping").support_work_ids.sorted("date")
        self.assertEqual(works.mapped("minutes"), [25, 12, 43])
        self.assertEqual(works.mapped("charged"), [60, 0, 20])

    def test_almost_empty_pack_and_a_ticket_partly_to_invoice(self):
        first, second = self.packs("sonrisas")
        self.assertEqual((first.state, first.balance), ("exhausted", 0))
        self.assertEqual((second.state, second.balance), ("active", 25))
        self.assert_charge("reminders", 30, 65, "to_invoice")

    def test_expired_pack_shows_what_was_lost(self):
        pack = self.packs("pasaje")
        self.assertEqual((pack.state, pack.balance), ("expired", 0))
        last = pack.entry_ids.sorted("sequence")[-1]
        self.assertEqual((last.entry_type, last.quantity), ("expiry", -540))
        self.assertLess(pack.date_end, fields.Date.today())

    def test_client_without_a_pack_is_to_be_invoiced(self):
        self.assertTrue(self.account("altamira"))
        self.assertFalse(self.packs("altamira"))
        self.assert_charge("portugal", 0, 75, "to_invoice")

    # === THE OTHER MODELS === #

    def test_each_company_has_loaded_its_model(self):
        for agency in AGENCIES:
            with self.subTest(agency.preset):
                self.enter(agency.preset)
                policies = self.env["support.policy"].search(
                    [("company_id", "=", self.company.id)]
                )
                self.assertEqual(policies.code, agency.preset)
                self.assertEqual(self.company.currency_id.name, agency.currency)
                self.assertEqual(self.company.support_tz, agency.tz)
                parts = self.env["support.preset"]._get_parts(
                    agency.preset, self.company
                )
                missing = [part.key for part in parts if not part.record]
                self.assertEqual(missing, [])

    def test_credits_expiring_ones_first_and_one_client_ran_out(self):
        self.enter("credits_recharge")
        registration, recharge = self.packs("horizonte")
        self.assertEqual((registration.state, registration.balance), ("exhausted", 0))
        self.assertEqual((recharge.balance, recharge.date_end), (60, False))
        self.assert_charge("newsletter", 30, 0, "open", "credits_")
        self.assert_charge("enrolment", 75, 0, "open", "credits_")
        self.assert_charge("password", 15, 0, "open", "credits_")
        self.assert_charge("tags", 30, 15, "waiting", "credits_")
        self.assertFalse(self.ref("credits_ticket_update").support_charge_id)

    def test_minutes_first_pack_used_up_second_restarted(self):
        self.enter("minutes_pack")
        first, second = self.packs("miramar")
        self.assertEqual((first.granted, first.state), (240, "exhausted"))
        self.assertEqual((second.granted, second.balance), (720, 645))
        self.assert_charge("logo", 15, 0, "open", "minutes_")
        applicant = self.env["support.qualification"].search(
            [("partner_id", "=", self.ref("client_duero").id)]
        )
        self.assertEqual(applicant.state, "requested")

    def test_fair_use_has_an_account_and_costs_nothing(self):
        self.enter("fair_use")
        ticket = self.ref("fair_ticket_panel")
        self.assertEqual(ticket.support_account_id, self.account("robles"))
        self.assertFalse(ticket.support_charge_id)
        self.assertFalse(self.packs("robles"))

    def test_tickets_three_events_used_and_one_to_invoice(self):
        self.enter("ticket_policy")
        pack = self.packs("refacciones")
        self.assertEqual((pack.granted, pack.balance), (8, 5))
        self.assertFalse(self.ref("tickets_ticket_report").support_charge_id)
        self.assert_charge("agenda", 0, 1, "to_invoice", "tickets_")
        invoice = self.ref("tickets_order_basic_invoice")
        self.assertEqual((invoice.amount_untaxed, invoice.amount_tax), (6000, 960))
        self.assertEqual(invoice.currency_id.name, "MXN")

    def test_each_client_reads_the_balance_of_its_company(self):
        for agency in AGENCIES:
            for client in agency.clients:
                if not client.login:
                    continue
                with self.subTest(client.login):
                    user = self.ref(f"user_{client.login}")
                    company = self.ref(agency.name("company"))
                    self.assertEqual(user.company_ids, company)
                    teams = self.env["helpdesk.ticket.team"].with_user(user)
                    teams = teams.with_context(allowed_company_ids=company.ids)
                    self.assertEqual(teams.search([]), self.ref(agency.name("team")))

    # === WHAT THE STORY RESTS ON === #

    def test_every_pack_was_sold_invoiced_and_paid(self):
        packs = self.env["support.pack"].search([("company_id", "=", self.company.id)])
        self.assertEqual(len(packs), 4)
        for pack in packs:
            with self.subTest(pack=pack.name):
                invoice = pack.sale_line_id.invoice_lines.move_id
                self.assertIn(invoice.payment_state, ("paid", "in_payment"))
                self.assertEqual(invoice.invoice_date, pack.date_start)
                self.assertEqual(pack.amount, 1800)
                self.assertEqual(pack.currency_id.name, "EUR")

    def test_every_pack_replays(self):
        companies = self.env["support.pack"].sudo()
        packs = companies.search([])
        for pack in packs:
            with self.subTest(pack=pack.name):
                entries = pack.entry_ids.sorted("sequence")
                replay = journal.replay(
                    [
                        journal.Entry(
                            e.sequence, e.entry_type, e.quantity, e.balance_after
                        )
                        for e in entries
                    ],
                    pack.granted,
                )
                self.assertEqual((replay.balance, replay.problems), (pack.balance, ()))
                dates = entries.mapped("date")
                self.assertEqual(dates, sorted(dates), "Told in the order of time")

    def test_vat_is_21_percent_with_the_spanish_chart(self):
        invoice = self.ref("order_ibanez_invoice")
        self.assertEqual(invoice.amount_untaxed, 1800)
        if self.company.chart_template == "es_pymes":
            self.assertEqual(invoice.amount_tax, 378)
        else:
            self.assertEqual(self.company.chart_template, "generic_coa")

    def test_vat_of_the_generic_charts(self):
        for name in ("credits_order_recharge", "minutes_order_first"):
            invoice = self.ref(f"{name}_invoice")
            self.assertEqual(
                invoice.amount_tax, round(invoice.amount_untaxed * 0.21, 2)
            )

    def test_the_portal_form_offers_the_one_team(self):
        self.assertTrue(self.company.helpdesk_mgmt_portal_select_team)
        self.assertTrue(self.company.helpdesk_mgmt_portal_team_id_required)
        for login in ("cliente", "bodegas"):
            user = self.ref(f"user_{login}")
            teams = self.env["helpdesk.ticket.team"].with_user(user)
            self.assertEqual(
                teams.with_company(user.company_id).search([]), self.ref("team")
            )

    def test_a_new_ticket_of_the_client_follows_the_policy(self):
        ticket = self.env["helpdesk.ticket"].create(
            {
                "name": "x",
                "description": "x",
                "partner_id": self.ref("contact_altamira").id,
                "team_id": self.ref("team").id,
            }
        )
        self.assertEqual(ticket.support_policy_id, self.policy())
        # Add-ons may append types of their own.
        types = self.policy().request_type_ids
        self.assertEqual(ticket.support_request_type_id, types[:1])

    def test_no_mail_was_made(self):
        made = self.env["mail.mail"].search([]) - self.mails_before
        self.assertFalse(made.filtered(lambda m: m.model != "res.users"))

    def test_telling_it_again_changes_nothing(self):
        models = (
            "res.company",
            "res.users",
            "res.partner",
            "product.product",
            "sale.order",
            "account.move",
            "helpdesk.ticket",
            "support.pack",
            "support.ledger.entry",
        )
        before = {model: self.env[model].search_count([]) for model in models}
        self.env["support.demo"]._load()
        after = {model: self.env[model].search_count([]) for model in models}
        self.assertEqual(after, before)

    def test_uninstalling_takes_nothing_of_the_demo_along(self):
        demo = self.named(support_demo.DEMO_NAMES)
        self.assertIn(("res.company", self.company.id), demo)
        self.assertFalse(demo & self.named("support_packs"))

    def named(self, module):
        names = self.env["ir.model.data"].search([("module", "=", module)])
        return {(name.model, name.res_id) for name in names}

    # === THE PEOPLE === #

    def test_everybody_logs_in_with_the_login_as_password(self):
        for login, _role in support_demo.DEMO_LOGINS:
            with self.subTest(login=login):
                user = self.ref(f"user_{login}")
                self.assertEqual(user.login, login)
                user.with_user(user)._check_credentials(
                    {"type": "password", "login": login, "password": login},
                    {"interactive": True},
                )
                staff = login in support_demo.STAFF
                self.assertEqual(len(user.company_ids), len(AGENCIES) if staff else 1)
                self.assertIn(user.company_id, user.company_ids)

    def test_the_launcher_reads_the_logins_without_odoo(self):
        tree = ast.parse(Path(support_demo.__file__).read_text(encoding="utf-8"))
        found = [
            ast.literal_eval(node.value)
            for node in tree.body
            if isinstance(node, ast.Assign) and node.targets[0].id == "DEMO_LOGINS"
        ]
        self.assertEqual(found, [support_demo.DEMO_LOGINS])

    def test_the_accountant_registers_a_payment(self):
        accountant = self.ref("user_contable")
        invoice = self.ref("order_ibanez_invoice").copy()
        invoice.action_post()
        wizard = self.env["account.payment.register"].with_user(accountant)
        wizard.with_context(active_model="account.move", active_ids=invoice.ids).create(
            {}
        )._create_payments()
        self.assertIn(invoice.payment_state, ("paid", "in_payment"))
