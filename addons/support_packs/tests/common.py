"""Factories that the tests of the suite share: one company, its policy, its people."""

from odoo import Command, fields
from odoo.tests import TransactionCase, new_test_user

from ..engine import journal

PACKS = {60: 75, 1800: 1800, 3000: 2750, 4800: 4000}


def make_company(env, name, chart=True):
    """Return a company in EUR, with a chart of accounts unless nothing is invoiced.

    Without a country, so that no localisation is installed while tests run.
    """
    euro = env.ref("base.EUR")
    euro.active = True
    company = env["res.company"].create({"name": name, "currency_id": euro.id})
    env.user.company_ids |= company
    if chart:
        env["account.chart.template"].try_loading("generic_coa", company)
    # The chart has a currency of its own; nothing is posted yet.
    company.currency_id = euro
    return company


def make_policy(env, company, name="Hour packs", minimum=60, block=1, **values):
    """Return a policy like ``hours_bono``, with one request type."""
    policy = env["support.policy"].create(
        {
            "name": name,
            "company_id": company.id,
            "unit": "minute",
            "debit_on": "work",
            "uncovered_policy": "invoice",
            **values,
        }
    )
    make_type(env, policy, "Standard", minimum=minimum, block=block)
    return policy


def make_credits_policy(env, company, name="Credits", **values):
    """Return a policy like ``credits_recharge``, with its consultations [001]."""
    terms = {"unit": "credit", "debit_on": "resolution", **values}
    return make_policy(env, company, name, minimum=15, block=15, **terms)


def make_type(env, policy, name, **values):
    """Return a further request type of a policy."""
    return env["support.request.type"].create(
        {"policy_id": policy.id, "name": name, **values}
    )


def make_product(env, policy, quantity=1800, price=1800, **values):
    """Return a product that sells packs of so many units, free of taxes."""
    return env["product.product"].create(
        {
            "name": f"Pack of {quantity}",
            "type": "service",
            "list_price": price,
            "invoice_policy": "order",
            "taxes_id": [Command.clear()],
            "company_id": policy.company_id.id,
            "support_is_pack": True,
            "support_unit": policy.unit,
            "support_quantity": quantity,
            "support_policy_id": policy.id,
            **values,
        }
    )


class SupportPacksCommon(TransactionCase):
    """The company sells hour packs as ``hours_bono`` does [000], without urgency."""

    # Loading a chart of accounts takes seconds: tests that invoice nothing go without.
    chart = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("en_US")
        cls.env = cls.env(
            context={
                "lang": "en_US",
                "tracking_disable": True,
                "no_reset_password": True,
            }
        )
        cls.company = make_company(cls.env, "Support Workshop", cls.chart)
        cls.env = cls.env(
            context={**cls.env.context, "allowed_company_ids": cls.company.ids}
        )
        cls.company = cls.company.with_env(cls.env)
        cls.policy = make_policy(cls.env, cls.company)
        cls.request_type = cls.policy.request_type_ids
        cls.products = {
            quantity: make_product(cls.env, cls.policy, quantity, price)
            for quantity, price in PACKS.items()
        }
        cls.pack_product = cls.products[1800]
        cls.team = cls.env["helpdesk.ticket.team"].create(
            {"name": "Support", "company_id": cls.company.id}
        )
        cls.stage_new = cls.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_new")
        cls.stage_done = cls.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done")
        cls.client = cls.make_client("Client Company")
        cls.contact = cls.env["res.partner"].create(
            {"name": "Contact", "parent_id": cls.client.id, "email": "c@example.com"}
        )

    @classmethod
    def make_client(cls, name):
        return cls.env["res.partner"].create({"name": name, "is_company": True})

    @classmethod
    def make_user(cls, login, groups, **values):
        """Return an employee of the company with these groups (full names)."""
        return new_test_user(
            cls.env,
            login=login,
            groups=groups,
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
            **values,
        )

    @classmethod
    def make_people(cls):
        """Create one user for each role; only tests of rights need them."""
        helpdesk = "helpdesk_mgmt.group_helpdesk"
        cls.technician = cls.make_user("technician", f"{helpdesk}_user")
        cls.colleague = cls.make_user("colleague", f"{helpdesk}_user")
        cls.manager = cls.make_user("manager", f"{helpdesk}_manager")
        cls.accountant = cls.make_user("accountant", "account.group_account_invoice")
        cls.salesperson = cls.make_user(
            "salesperson", "sales_team.group_sale_salesman_all_leads"
        )
        cls.employee = cls.make_user("employee", "base.group_user")
        cls.portal_user = cls.make_user(
            "portal_contact", "base.group_portal", partner_id=cls.contact.id
        )

    @classmethod
    def make_account(cls, partner=None, policy=None):
        """Return the support account of a client, opened if there is none."""
        policy = policy or cls.policy
        return (
            cls.env["support.account"]
            ._find_or_open(partner or cls.client, policy.company_id, policy)
            .with_env(cls.env)
        )

    @classmethod
    def make_pack(
        cls, quantity=1800, day=None, months=12, account=None, kind="purchase", **values
    ):
        """Return an active pack that no sale stands behind.

        :param day: date of activation; default: today
        :param months: 0 for a pack without an end
        """
        account = account or cls.make_account()
        pack = cls.env["support.pack"].create(
            {
                "name": f"Pack of {quantity}",
                "account_id": account.id,
                "company_id": account.company_id.id,
                "unit": account.unit,
                "granted": quantity,
                "expiry_kind": kind if months else "none",
                "expiry_months": months,
                **values,
            }
        )
        pack._activate(day=day)
        return pack

    @classmethod
    def make_ticket(cls, partner=None, **values):
        return cls.env["helpdesk.ticket"].create(
            {
                "name": "The shop is slow",
                "description": "Since this morning",
                "partner_id": (partner or cls.client).id,
                "team_id": cls.team.id,
                **values,
            }
        )

    @classmethod
    def log(cls, ticket, minutes, date=None, billable=True, **values):
        """Log work on a ticket and return its entry."""
        return cls.env["support.work"].create(
            {
                "ticket_id": ticket.id,
                "minutes": minutes,
                "name": f"{minutes} minutes of work",
                "billable": billable,
                "date": date or fields.Datetime.now(),
                **values,
            }
        )

    @classmethod
    def quote(cls, product, quantity=1, partner=None, **values):
        """Return a quotation of one line."""
        line = {"product_id": product.id, "product_uom_qty": quantity, **values}
        return cls.env["sale.order"].create(
            {
                "partner_id": (partner or cls.client).id,
                "order_line": [Command.create(line)],
            }
        )

    @classmethod
    def sell(cls, product, quantity=1, partner=None, **values):
        """Return a confirmed order of one line."""
        order = cls.quote(product, quantity, partner, **values)
        order.action_confirm()
        return order

    @classmethod
    def invoice(cls, order):
        """Return the posted invoice of an order."""
        invoice = order._create_invoices()
        invoice.action_post()
        return invoice

    @classmethod
    def pay(cls, invoice, amount=None):
        """Register a payment, of everything unless an amount is given."""
        wizard = cls.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        )
        values = {"amount": amount} if amount else {}
        return wizard.create(values)._create_payments()

    @classmethod
    def solve(cls, ticket):
        ticket.stage_id = cls.stage_done

    @classmethod
    def movements(cls, records):
        """Return the ledger entries of packs or charges as ``[(type, quantity)]``.

        In the order of posting, without the grants.
        """
        entries = records.entry_ids.sorted("id")
        return [
            (entry.entry_type, entry.quantity)
            for entry in entries
            if entry.entry_type != "grant"
        ]

    def assert_charge(self, ticket, covered, uncovered=0, state="open"):
        """The charge holds what it should, and so does the ledger."""
        charge = ticket.support_charge_id
        self.assertEqual((charge.covered, charge.uncovered), (covered, uncovered))
        self.assertEqual(charge.quantity, covered + uncovered)
        self.assertEqual(charge.state, state)
        posted = -sum(charge.entry_ids.mapped("quantity"))
        expired = charge.entry_ids.filtered(lambda e: e.entry_type == "expiry")
        self.assertFalse(expired, "What expires belongs to the pack, not to a ticket")
        self.assertEqual(posted, covered, "The ledger holds what is covered")

    def assert_sound(self, packs):
        """The entries of each pack, replayed, give its balance without a problem."""
        for pack in packs:
            entries = [
                journal.Entry(e.sequence, e.entry_type, e.quantity, e.balance_after)
                for e in pack.entry_ids.sorted("sequence")
            ]
            replay = journal.replay(entries, pack.granted)
            self.assertEqual((replay.balance, replay.problems), (pack.balance, ()))
