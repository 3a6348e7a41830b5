"""What the form says that a ticket will cost is what it costs once it is saved."""

import itertools
import os
from datetime import date, datetime

from odoo import Command, fields
from odoo.tests import Form, freeze_time, tagged

from .common import SupportPacksCommon, make_policy, make_type


class PreviewCommon(SupportPacksCommon):
    chart = False

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.technician = cls.make_user(
            "technician", "helpdesk_mgmt.group_helpdesk_user"
        )

    def open(self, ticket):
        """Return the form of a ticket as a technician has it on the screen."""
        return Form(ticket.with_user(self.technician))

    def add_work(self, form, minutes, billable=True, day=None):
        with form.support_work_ids.new() as work:
            work.name = "Work"
            work.minutes = minutes
            work.billable = billable
            if day:
                work.date = day


@tagged("post_install", "-at_install")
class TestLivePreview(PreviewCommon):
    def test_a_line_that_is_typed_shows_cost_steps_and_balance(self):
        self.make_pack(1800)
        form = self.open(self.make_ticket())
        self.assertFalse(form.support_preview_text)
        self.add_work(form, 37)
        self.assertEqual(form.support_preview_text, "60 min")
        self.assertEqual(
            form.support_preview_explanation, "37 min → minimum 60 min = 60 min"
        )
        self.assertEqual(form.support_preview_balance_text, "1,800 min → 1,740 min")
        self.assertFalse(form.support_preview_uncovered_text)

    def test_it_posts_nothing(self):
        pack = self.make_pack(1800)
        ticket = self.make_ticket()
        self.add_work(self.open(ticket), 37)
        self.assertEqual(self.movements(pack), [])
        self.assertFalse(ticket.support_charge_id)
        self.assertEqual(pack.balance, 1800)

    def test_what_no_pack_covers_is_said(self):
        self.make_pack(30)
        form = self.open(self.make_ticket())
        self.add_work(form, 37)
        self.assertEqual(form.support_preview_uncovered_text, "30 min")
        self.assertEqual(form.support_preview_balance_text, "30 min → 0 min")

    def test_it_is_shown_only_when_it_differs_from_what_is_charged(self):
        self.make_pack(1800)
        ticket = self.make_ticket()
        self.log(ticket, 25)
        form = self.open(ticket)
        self.assertFalse(form.support_preview_text)
        self.add_work(form, 12)
        self.assertFalse(form.support_preview_text, "Within the minimum")
        self.add_work(form, 43)
        self.assertEqual(form.support_preview_text, "80 min")
        form.save()
        self.assertFalse(form.support_preview_text)

    def test_work_that_is_not_billable_changes_nothing(self):
        self.make_pack(1800)
        form = self.open(self.make_ticket())
        self.add_work(form, 37, billable=False)
        self.assertFalse(form.support_preview_text)

    def test_another_type_and_typed_units_show_their_price(self):
        self.make_pack(1800)
        ticket = self.make_ticket()
        self.log(ticket, 25)
        question = make_type(self.env, self.policy, "Question", minimum=15, block=15)
        form = self.open(ticket)
        form.support_request_type_id = question
        self.assertEqual(form.support_preview_text, "30 min")
        self.assertEqual(form.support_preview_balance_text, "1,740 min → 1,770 min")
        # Typed units are on the form of policies that count credits.
        ticket.support_typed_units = 90
        form = self.open(ticket)
        form.support_typed_units = 150
        self.assertEqual(form.support_preview_text, "150 min")

    def test_numbers_that_cannot_be_saved_are_not_priced(self):
        self.make_pack(1800)
        form = self.open(self.make_ticket())
        self.add_work(form, -5)
        self.assertFalse(form.support_preview_text)
        ticket = self.make_ticket()
        ticket.support_typed_units = 90
        form = self.open(ticket)
        form.support_typed_units = -90
        self.assertFalse(form.support_preview_text)
        self.assertFalse(form.support_start_level)

    def test_what_is_debited_at_the_resolution_is_known_before(self):
        self.policy.debit_on = "resolution"
        self.make_pack(1800)
        ticket = self.make_ticket()
        self.log(ticket, 37)
        form = self.open(ticket)
        self.assertFalse(form.support_charge_text)
        self.assertEqual(form.support_preview_text, "60 min")
        self.solve(ticket)
        self.assertFalse(self.open(ticket).support_preview_text)

    @freeze_time("2026-03-05 10:00:00")
    def test_late_work_draws_by_its_own_day(self):
        self.make_pack(600, day=date(2025, 3, 3))
        form = self.open(self.make_ticket())
        self.add_work(form, 70)
        self.assertEqual(form.support_preview_uncovered_text, "70 min")
        form = self.open(self.make_ticket())
        self.add_work(form, 70, day=datetime(2026, 3, 3, 9))
        self.assertFalse(form.support_preview_uncovered_text)
        self.assertEqual(form.support_preview_balance_text, "600 min → 530 min")

    @freeze_time("2026-03-20 10:00:00")
    def test_what_goes_back_to_a_pack_that_is_over_is_not_promised(self):
        old = self.make_pack(600, day=date(2025, 3, 3))
        ticket = self.make_ticket()
        work = self.log(ticket, 70, date=datetime(2026, 3, 3, 9))
        old._expire()
        self.make_pack(1800)
        form = self.open(ticket)
        form.support_work_ids.remove(0)
        self.assertEqual(form.support_preview_text, "0 min")
        self.assertEqual(form.support_preview_balance_text, "1,800 min → 1,800 min")
        work.unlink()
        self.assertEqual(self.make_account()._get_balance(), 1800)

    def test_the_reader_reads_it_in_his_language(self):
        self.env["res.lang"]._activate_lang("es_ES")
        self.make_pack(1800)
        ticket = self.make_ticket().with_context(lang="es_ES")
        form = self.open(ticket)
        self.add_work(form, 37)
        self.assertEqual(form.support_preview_balance_text, "1.800 min → 1.740 min")


@tagged("post_install", "-at_install")
class TestPreviewIsWhatIsPosted(PreviewCommon):
    """Over a grid of rules, balances and changes: form first, then the ledger.

    All of it where CI is set; elsewhere each fifth case, which no column repeats.
    """

    STRIDE = 1 if os.environ.get("CI") else 5

    BALANCES = ((), (30,), (45, 60), (1800,))
    RULES = (
        {"minimum": 0, "block": 1},
        {"minimum": 60, "block": 1},
        {"minimum": 15, "block": 15},
        {"flat_quantity": 60},
    )
    # Minutes and billable of what was logged before; then what is typed.
    BEFORE = ((), ((25, True),), ((70, True), (10, False)))
    TYPED = (
        {"add": ((20, True),)},
        {"add": ((1, True), (90, True))},
        {"add": ((50, False),)},
        {"change": 5},
        {"change": 200},
        {"remove": True},
        {"add": ((10, True),), "remove": True},
    )

    def build(self, unit, rules, balances, before):
        """Return a ticket of a client of its own."""
        policy = make_policy(self.env, self.company, unit=unit, minutes_per_credit=2)
        policy.request_type_ids.write({"minimum": 0, "block": 1, **rules})
        client = self.make_client("Client of the grid")
        account = self.make_account(client, policy)
        for quantity in balances:
            self.make_pack(quantity, account=account)
        ticket = self.make_ticket(client)
        for minutes, billable in before:
            self.log(ticket, minutes, billable=billable)
        return ticket

    def type_in(self, ticket, typed):
        """Return the values of a form's change, and the form's preview of it."""
        works = ticket.support_work_ids
        commands = []
        if "change" in typed and works:
            commands.append(Command.update(works[0].id, {"minutes": typed["change"]}))
        if "remove" in typed and works:
            commands.append(Command.delete(works[-1].id))
        for minutes, billable in typed.get("add", ()):
            values = {
                "name": "Work",
                "minutes": minutes,
                "billable": billable,
                "date": fields.Datetime.now(),
            }
            commands.append(Command.create(values))
        # As onchange does it: the saved ticket with the values of the form over it.
        screen = ticket.new({"support_work_ids": commands}, origin=ticket)
        return commands, screen.sudo()._get_support_form_preview()

    def assert_preview_is_posted(self, ticket, typed):
        before = ticket.support_charge_id
        unchanged = (before.quantity, before.uncovered)
        account = ticket.support_account_id
        commands, preview = self.type_in(ticket, typed)
        ticket.write({"support_work_ids": commands})
        charge = ticket.support_charge_id
        posted = (charge.quantity, charge.uncovered)
        if not preview:
            self.assertEqual(posted, unchanged, "It said that nothing changes")
            return
        self.assertEqual((preview["quantity"], preview["uncovered"]), posted)
        self.assertEqual(preview["covered"], charge.covered)
        self.assertEqual(preview["steps"], charge.steps or [])
        self.assertEqual(preview["explanation"] or "", charge.explanation or "")
        self.assertEqual(preview["balance_after"], account._get_balance())

    def test_minutes(self):
        grid = itertools.product(self.RULES, self.BALANCES, self.BEFORE, self.TYPED)
        for *case, typed in itertools.islice(grid, 0, None, self.STRIDE):
            with self.subTest(case=case, typed=typed):
                ticket = self.build("minute", *case)
                self.assert_preview_is_posted(ticket, typed)

    def test_credits(self):
        for rules, typed in itertools.product(self.RULES, self.TYPED):
            with self.subTest(rules=rules, typed=typed):
                ticket = self.build("credit", rules, (45, 60), ((70, True),))
                self.assert_preview_is_posted(ticket, typed)
