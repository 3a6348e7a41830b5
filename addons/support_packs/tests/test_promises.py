"""A walk of random steps through the ORM; the promises are checked after each."""

import random
from datetime import date, timedelta

from odoo import fields
from odoo.tests import freeze_time, tagged

from .common import SupportPacksCommon

STEPS = 200
SEED = 20260303
START = date(2026, 3, 3)


@tagged("post_install", "-at_install")
class TestPromises(SupportPacksCommon):
    chart = False

    # Names twice are taken twice as often.
    STEPS_OF_THE_WALK = (
        "log",
        "log",
        "edit",
        "delete",
        "move",
        "sell",
        "expire",
        "retype",
        "reopen",
        "post_again",
    )

    def test_promises_hold_after_every_step_of_a_long_walk(self):
        self.random = random.Random(SEED)
        self.most_uncovered = 0
        self.packs = self.make_pack(200, day=START, months=1)
        self.tickets = self.make_ticket() + self.make_ticket() + self.make_ticket()
        counts = dict.fromkeys(self.STEPS_OF_THE_WALK, 0)
        with freeze_time(START) as clock:
            for number in range(STEPS):
                clock.tick(timedelta(hours=self.random.randint(1, 36)))
                step = self.random.choice(self.STEPS_OF_THE_WALK)
                counts[step] += 1
                with self.subTest(number=number, step=step):
                    getattr(self, f"_walk_{step}")()
                    self.check_promises()
        self.check_that_much_happened(counts)

    def pick_work(self):
        works = self.tickets.support_work_ids
        return self.random.choice(works) if works else works

    def _walk_log(self):
        late = timedelta(days=self.random.choice((0, 0, 0, 2)))
        self.log(
            self.random.choice(self.tickets),
            self.random.randint(1, 150),
            date=fields.Datetime.now() - late,
            billable=self.random.random() < 0.9,
        )

    def _walk_edit(self):
        for work in self.pick_work():
            work.minutes = self.random.randint(1, 150)

    def _walk_delete(self):
        self.pick_work().unlink()

    def _walk_move(self):
        for work in self.pick_work():
            work.ticket_id = self.random.choice(self.tickets)

    def _walk_sell(self):
        months = self.random.choice((0, 1, 1, 1, 12))
        self.packs += self.make_pack(
            self.random.choice((20, 60, 150, 500)), months=months
        )

    def _walk_expire(self):
        over = self.packs.filtered(
            lambda pack: pack.state in ("active", "suspended") and pack._is_over()
        )
        over._expire()

    def _walk_retype(self):
        self.random.choice(self.tickets).support_typed_units = self.random.choice(
            (0, 0, 30, 200)
        )

    def _walk_reopen(self):
        ticket = self.random.choice(self.tickets)
        ticket.stage_id = self.stage_new if ticket.closed else self.stage_done
        if ticket.closed:
            self.tickets = self.tickets - ticket + self.make_ticket()

    def _walk_post_again(self):
        entries = self.packs.entry_ids
        self.tickets.action_support_post_charge()
        self.assertEqual(self.packs.entry_ids, entries, "Posting again posts nothing")

    def check_promises(self):
        self.env.flush_all()
        self.env.invalidate_all()
        self.assert_sound(self.packs)
        for charge in self.packs.account_id.charge_ids:
            self.most_uncovered = max(self.most_uncovered, charge.uncovered)
            self.assertEqual(charge.quantity, charge.covered + charge.uncovered)
            self.assertEqual(-sum(charge.entry_ids.mapped("quantity")), charge.covered)
            self.assertEqual(charge.quantity, charge._get_quote().quantity)
        for pack in self.packs:
            self.assertEqual(pack.balance, sum(pack.entry_ids.mapped("quantity")))
            self.assertTrue(0 <= pack.balance <= pack.granted)
            empty = pack.state in ("exhausted", "expired")
            self.assertEqual(empty, not pack.balance, pack.state)
        returns = self.packs.entry_ids.filtered("returned_entry_id")
        for entry in returns:
            self.assertEqual(entry.pack_id, entry.returned_entry_id.pack_id)

    def check_that_much_happened(self, counts):
        """A walk on which little happens would prove little."""
        self.assertTrue(all(counts.values()), counts)
        kinds = self.packs.entry_ids.mapped("entry_type")
        for kind in ("grant", "usage", "return", "expiry"):
            self.assertGreater(kinds.count(kind), 5, kind)
        self.assertGreater(self.most_uncovered, 0)
