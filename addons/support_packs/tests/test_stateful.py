"""Random lives of two clients, through the ORM and the database.

Hypothesis chooses what people do: sell, pay, undo the payment, log work, correct it,
solve, cancel, merge, decide, credit. After every step the promises of the ledger are
checked, and a simple model says what each ticket should cost. What fails is shrunk to
the shortest story that fails.
"""

import os
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from odoo import Command, fields
from odoo.tests import tagged

from .common import SupportPacksCommon, make_policy, make_product, make_type

# Before a merge it takes 2 000 steps and more; else it is quick.
CI = bool(os.environ.get("CI"))
LIVES, STEPS = (120 if CI else 12), 25
# A walk on which one of these hardly ever happens would prove little.
HAPPENS = (
    *("usage", "return", "expiry", "exhausted", "expired"),
    *("charge waiting", "charge to_invoice", "charge waived"),
    *("Hours", "Credits", "Minutes", "Events"),
)

QUANTITIES = st.integers(1, 150)
MINUTES = st.integers(1, 120)
CLIENTS = st.sampled_from([0, 0, 0, 1])
MOSTLY = st.sampled_from([True, True, True, False])
# Days from today on which an old pack ends: over, open for late work only, or good.
ENDS = (-6, -5, -3, -1, 0, 9)
LIVE = ("active", "exhausted", "expired")
DAYS_AGO = st.sampled_from([0, 0, 0, 1, 2, 5, 40])
SETTINGS = settings(
    max_examples=LIVES,
    stateful_step_count=STEPS,
    derandomize=True,
    deadline=None,
    # A database is slow, and not all steps are possible at all times.
    suppress_health_check=list(HealthCheck),
    database=None,
    # Without explaining, which traces every line that Odoo runs.
    phases=[Phase.generate, Phase.shrink],
)


@dataclass
class Price:
    """What a ticket of one request type costs, in the words of the documents."""

    minimum: int = 0
    block: int = 1
    flat: int = 0

    def of_units(self, units):
        base = max(units, self.minimum)
        return base + -base % self.block


@dataclass
class Facts:
    """The model of a ticket: what happened, and what it was last charged."""

    price: Price
    work: dict = field(default_factory=dict)
    typed: int = 0
    override: int | None = None
    main: int | None = None
    outcome: str | None = None
    admitted: bool = False
    client: int = 0
    charged: int = 0

    @property
    def minutes(self):
        return sum(minutes for minutes, billable in self.work.values() if billable)

    @property
    def is_done(self):
        return bool(self.typed or self.minutes)


@dataclass
class Money:
    """What happened to the invoice of some packs."""

    packs: object
    was_paid: bool = False
    credited: int = 0


@dataclass(frozen=True)
class World:
    """How one policy sells support."""

    name: str
    prices: tuple
    unit: str = "minute"
    debit_on: str = "work"
    uncovered: str = "wait"
    per_credit: int = 1

    def is_free(self, facts):
        if facts.main is not None:
            return True
        return facts.outcome == "us" and self.debit_on != "work"

    def is_due(self, facts):
        """Whether the moment has come at which the policy debits."""
        if self.debit_on == "work":
            return True
        if facts.charged and self.is_free(facts):
            return True
        if self.debit_on == "acceptance":
            return facts.admitted
        return facts.outcome == "solved" or (
            facts.outcome == "client" and facts.is_done
        )

    def cost(self, facts):
        """What the ticket should cost now, without the engine."""
        cause = facts.is_done
        if self.debit_on != "work":
            cause = cause or facts.admitted or facts.price.flat
        if self.is_free(facts) or not cause:
            return 0
        if facts.override is not None:
            return facts.override
        if self.unit == "ticket":
            return int(facts.admitted)
        if facts.price.flat:
            return facts.price.flat
        if not facts.is_done:
            return 0
        return facts.price.of_units(facts.typed or self.units(facts.minutes))

    def units(self, minutes):
        return -(-minutes // self.per_credit)


WORLDS = (
    World("Hours", (Price(60), Price(30, 15), Price())),
    World(
        "Credits",
        (Price(15, 15), Price(60, 15), Price(flat=60)),
        unit="credit",
        debit_on="resolution",
        uncovered="block",
        per_credit=3,
    ),
    World("Minutes", (Price(), Price(10)), uncovered="invoice"),
    World(
        "Events", (Price(),), unit="ticket", debit_on="acceptance", uncovered="invoice"
    ),
)


class LifeInTheDatabase(RuleBasedStateMachine):
    """Two clients of one policy. ``case`` is the test that runs the machine."""

    tickets = Bundle("tickets")
    orders = Bundle("orders")
    case = None
    steps = 0
    seen = Counter()

    def __init__(self):
        super().__init__()
        self.env = self.case.env
        self.savepoint = self.env.cr.savepoint()
        self.facts = {}
        self.money = {}

    def teardown(self):
        self.remember()
        self.savepoint.close(rollback=True)
        self.env.transaction.clear()

    @initialize(
        target=tickets,
        world=st.sampled_from(WORLDS),
        quantity=QUANTITIES,
        days=st.sampled_from(ENDS),
        minutes=MINUTES,
    )
    def begin(self, world, quantity, days, minutes):
        """A client with a pack opens two tickets, and somebody works on the first."""
        self.world = world
        self.types = self.case.types[world.name]
        self.products = self.case.pack_products[world.name]
        self.accounts = self.case.accounts[world.name]
        self.clients = self.accounts.mapped("partner_id")
        self.have_an_old_pack(quantity, 0, days)
        self.case.make_pack(quantity, account=self.accounts[0])
        ticket = self.open_ticket(0)
        self.work(ticket, minutes)
        return multiple(ticket, self.open_ticket(0))

    def remember(self):
        """Count what happened: lives in which little happens prove little."""
        self.seen.update(self.packs.mapped("state"))
        self.seen.update(self.packs.entry_ids.mapped("entry_type"))
        self.seen.update(f"charge {state}" for state in self.charges.mapped("state"))
        self.seen[self.world.name] += 1

    # === packs === #

    @rule(quantity=QUANTITIES, client=CLIENTS, days=st.sampled_from(ENDS))
    def have_an_old_pack(self, quantity, client, days):
        """One that ends in some days, or whose days for late work are running."""
        end = self.case.company.support_local_date() + timedelta(days=days)
        start = fields.Date.subtract(end, months=1)
        self.case.make_pack(quantity, start, 1, self.accounts[client])

    @rule()
    def expire(self):
        over = self.packs.filtered(
            lambda pack: pack.state in ("active", "suspended") and pack._is_over()
        )
        over._expire()

    @rule(
        target=orders,
        client=CLIENTS,
        size=st.integers(0, 1),
        count=st.integers(1, 3),
        paid=st.booleans(),
    )
    def sell(self, client, size, count, paid):
        order = self.case.sell(self.products[size], count, self.clients[client])
        invoice = self.case.invoice(order)
        self.money[invoice] = Money(order.order_line.support_pack_ids)
        if paid:
            self.pay(invoice)
        return invoice

    def pay(self, invoice):
        self.case.pay(invoice)
        self.money[invoice].was_paid = True

    @rule(invoice=orders)
    def pay_or_undo_the_payment(self, invoice):
        if invoice.amount_residual:
            self.pay(invoice)
        else:
            invoice.line_ids.remove_move_reconcile()

    @rule(invoice=orders, count=st.integers(0, 2))
    def credit(self, invoice, count):
        """Credit some packs, or (0) a part of the price and no pack."""
        if invoice.reversal_move_ids:
            return
        money = self.money[invoice]
        money.credited = min(count, len(money.packs))
        discount = {"sale_line_ids": [Command.clear()], "price_unit": 1}
        self.refund(invoice, {"quantity": money.credited} if count else discount)

    def refund(self, invoice, values):
        wizard = self.env["account.move.reversal"].create(
            {"move_ids": invoice.ids, "journal_id": invoice.journal_id.id}
        )
        wizard.refund_moves()
        refund = invoice.reversal_move_ids
        refund.invoice_line_ids.write(values)
        refund.action_post()

    # === work === #

    @rule(target=tickets, client=CLIENTS)
    def open_ticket(self, client):
        ticket = self.case.make_ticket(self.clients[client])
        self.facts[ticket.id] = Facts(self.world.prices[0], client=client)
        return ticket

    @rule(ticket=tickets, minutes=MINUTES, days_ago=DAYS_AGO, billable=MOSTLY)
    def log_work(self, ticket, minutes, days_ago, billable):
        date = fields.Datetime.now() - timedelta(days=days_ago)
        work = self.case.log(ticket, minutes, date, billable=billable)
        self.facts[ticket.id].work[work.id] = (minutes, billable)
        self.follow(ticket)

    @rule(ticket=tickets, minutes=MINUTES)
    def work(self, ticket, minutes):
        self.log_work(ticket, minutes, days_ago=0, billable=True)

    @rule(ticket=tickets, minutes=MINUTES, billable=MOSTLY, newest=st.booleans())
    def correct_work(self, ticket, minutes, billable, newest):
        for work in (
            ticket.support_work_ids[:1] if newest else ticket.support_work_ids[-1:]
        ):
            work.write({"minutes": minutes, "billable": billable})
            self.facts[ticket.id].work[work.id] = (minutes, billable)
            self.follow(ticket)

    @rule(ticket=tickets)
    def delete_work(self, ticket):
        for work in ticket.support_work_ids[:1]:
            del self.facts[ticket.id].work[work.id]
            work.unlink()
            self.follow(ticket)

    # === tickets === #

    @rule(ticket=tickets, outcome=st.sampled_from(["solved", "solved", "us", "client"]))
    def end(self, ticket, outcome):
        if outcome == "solved":
            self.case.solve(ticket)
        else:
            stage = self.case.stage_cancelled
            ticket.write({"stage_id": stage.id, "support_cancelled_by": outcome})
        self.facts[ticket.id].outcome = outcome
        self.follow(ticket)

    @rule(ticket=tickets)
    def admit_or_reopen(self, ticket):
        if self.facts[ticket.id].outcome:
            ticket.stage_id = self.case.stage_new
            self.facts[ticket.id].outcome = None
        else:
            ticket.action_support_admit()
            self.facts[ticket.id].admitted = True
        self.follow(ticket)

    @rule(ticket=tickets, number=st.integers(0, 2))
    def change_type(self, ticket, number):
        number = min(number, len(self.types) - 1)
        ticket.support_request_type_id = self.types[number]
        self.facts[ticket.id].price = self.world.prices[number]
        self.follow(ticket)

    @rule(ticket=tickets)
    def change_client(self, ticket):
        facts = self.facts[ticket.id]
        if facts.main is not None or self.is_main(ticket):
            return
        facts.client = 1 - facts.client
        ticket.partner_id = self.clients[facts.client]
        # The other account knows nothing of what was agreed with the first.
        facts.price = self.world.prices[0]
        facts.charged = 0
        self.follow(ticket)

    @rule(ticket=tickets, units=st.sampled_from([0, 1, 45, 200]))
    def type_units(self, ticket, units):
        if self.facts[ticket.id].main is None:
            ticket.support_typed_units = units
            self.facts[ticket.id].typed = units
            self.follow(ticket)

    @rule(ticket=tickets, quantity=st.none() | st.integers(0, 150))
    def override(self, ticket, quantity):
        values = {"ticket_id": ticket.id, "quantity": quantity or 0, "reason": "Agreed"}
        wizard = self.env["support.charge.override"].create(values)
        if quantity is None:
            wizard.action_remove()
        else:
            wizard.action_apply()
        self.facts[ticket.id].override = quantity
        self.follow(ticket)

    @rule(ticket=tickets, main=tickets)
    def merge(self, ticket, main):
        facts, main_facts = self.facts[ticket.id], self.facts[main.id]
        if ticket == main or facts.typed or facts.client != main_facts.client:
            return
        if (
            facts.main is not None
            or main_facts.main is not None
            or self.is_main(ticket)
        ):
            return
        ticket.duplicate_id = main
        main_facts.work.update(facts.work)
        facts.work, facts.main = {}, main.id
        self.follow(main)
        self.follow(ticket)

    def is_main(self, ticket):
        """Whether another ticket goes on as this one."""
        return any(facts.main == ticket.id for facts in self.facts.values())

    # === what no pack covers === #

    @rule(
        number=st.integers(0, 9),
        choice=st.sampled_from(["next_pack", "invoice", "waive"]),
    )
    def decide(self, number, choice):
        charges = self.charges.filtered(
            lambda charge: charge.state in ("waiting", "to_invoice")
        )
        if charges:
            charge = charges[number % len(charges)]
            values = {"charge_ids": charge.ids, "choice": choice, "reason": "Agreed"}
            self.env["support.charge.decision"].create(values).action_apply()

    @rule(client=CLIENTS)
    def settle(self, client):
        """What was given back by one ticket may pay for another one; once."""
        self.accounts[client]._settle_waiting_charges()
        before = self.count_entries()
        self.accounts[client]._settle_waiting_charges()
        self.case.assertEqual(self.count_entries(), before)

    # === the model === #

    def follow(self, ticket):
        """Have the model charge the ticket, if the moment has come."""
        facts = self.facts[ticket.id]
        if self.world.is_due(facts):
            facts.charged = self.world.cost(facts)

    @property
    def packs(self):
        return self.env["support.pack"].search(
            [("account_id", "in", self.accounts.ids)]
        )

    @property
    def charges(self):
        return self.env["support.charge"].search(
            [("account_id", "in", self.accounts.ids)]
        )

    # === what is always true === #

    @invariant()
    def start_afresh(self):
        """Nothing is checked that is not in the database."""
        type(self).steps += 1
        self.env.flush_all()
        self.env.invalidate_all()

    @invariant()
    def packs_are_sound(self):
        for pack in self.packs:
            self.case.assert_sound(pack)
            self.case.assertTrue(0 <= pack.balance <= pack.granted)
            if pack.state in ("active", "exhausted"):
                self.case.assertEqual(pack.state == "active", pack.balance > 0)
            if pack.state in ("pending", "expired", "refunded", "cancelled"):
                self.case.assertEqual(pack.balance, 0, pack.state)

    @invariant()
    def charges_add_up(self):
        for charge in self.charges:
            self.case.assertEqual(charge.quantity, charge.covered + charge.uncovered)
            posted = -sum(charge.entry_ids.mapped("quantity"))
            self.case.assertEqual(posted, charge.covered)
            self.case.assertGreaterEqual(min(charge.covered, charge.uncovered), 0)
            self.case.assertLessEqual(charge.waived, charge.uncovered)
            self.case.assertEqual(charge.state == "open", not charge.uncovered)

    @invariant()
    def returns_go_where_they_came_from(self):
        outstanding = {}
        for entry in self.charges.entry_ids.sorted("id"):
            origin = entry.returned_entry_id
            self.case.assertEqual(entry.entry_type == "return", bool(origin))
            if origin:
                same = (origin.pack_id, origin.charge_id, origin.entry_type)
                self.case.assertEqual(same, (entry.pack_id, entry.charge_id, "usage"))
            key = origin.id or entry.id
            outstanding[key] = outstanding.get(key, 0) - entry.quantity
            self.case.assertGreaterEqual(outstanding[key], 0)

    @invariant()
    def tickets_cost_what_the_model_says(self):
        for ticket_id, facts in self.facts.items():
            charge = self.env["helpdesk.ticket"].browse(ticket_id).support_charge_id
            self.case.assertEqual(charge.quantity, facts.charged, facts)
            if charge:
                self.case.assertEqual(charge.account_id, self.accounts[facts.client])

    @invariant()
    def packs_follow_the_money(self):
        """What is unpaid again is suspended, and what is credited is void."""
        for invoice, money in self.money.items():
            granted = money.packs.filtered("entry_ids")
            live = granted.filtered(lambda pack: pack.state in LIVE)
            if invoice.payment_state in ("paid", "in_payment"):
                self.case.assertEqual(len(live), len(money.packs) - money.credited)
            elif money.was_paid:
                self.case.assertFalse(
                    live - live.filtered(lambda p: p.state == "expired")
                )
            else:
                self.case.assertFalse(granted)

    @invariant()
    def posting_again_posts_nothing(self):
        before = self.count_entries()
        for charge in self.charges:
            if self.world.is_due(self.facts[charge.ticket_id.id]):
                charge.ticket_id.action_support_post_charge()
        self.case.assertEqual(self.count_entries(), before)

    def count_entries(self):
        return self.env["support.ledger.entry"].search_count(
            [("pack_id.account_id", "in", self.accounts.ids)]
        )


@tagged("post_install", "-at_install")
class TestStateful(SupportPacksCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stage_cancelled = cls.env.ref(
            "helpdesk_mgmt.helpdesk_ticket_stage_cancelled"
        )
        cls.types, cls.pack_products, cls.accounts = {}, {}, {}
        for world in WORLDS:
            cls.make_world(world)

    @classmethod
    def make_world(cls, world):
        """Create the policy with its types, two sizes of packs, and two clients."""
        policy = make_policy(
            cls.env,
            cls.company,
            world.name,
            minimum=world.prices[0].minimum,
            block=world.prices[0].block,
            unit=world.unit,
            debit_on=world.debit_on,
            uncovered_policy=world.uncovered,
            minutes_per_credit=world.per_credit,
        )
        for number, price in enumerate(world.prices[1:], start=1):
            make_type(
                cls.env,
                policy,
                f"Type {number}",
                sequence=10 + number,
                minimum=price.minimum,
                block=price.block,
                flat_quantity=price.flat,
            )
        cls.types[world.name] = policy.request_type_ids.sorted("sequence")
        cls.pack_products[world.name] = [
            make_product(cls.env, policy, quantity, price=quantity)
            for quantity in (20, 200)
        ]
        accounts = [
            cls.make_account(cls.make_client(f"{name} of {world.name}"), policy)
            for name in ("First", "Second")
        ]
        cls.accounts[world.name] = accounts[0] | accounts[1]

    def test_promises_hold_whatever_people_do(self):
        LifeInTheDatabase.case = self
        LifeInTheDatabase.steps = 0
        LifeInTheDatabase.seen = seen = Counter()
        run_state_machine_as_test(LifeInTheDatabase, settings=SETTINGS)
        self.assertGreaterEqual(LifeInTheDatabase.steps, LIVES * STEPS * 7 // 10)
        if CI:
            for happened in HAPPENS:
                self.assertGreater(seen[happened], 2, seen)
