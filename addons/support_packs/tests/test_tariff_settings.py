"""What a policy adds to the price of work: channels, checklist, a manager's word."""

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import (
    SupportPacksCommon,
    make_credits_policy,
    make_policy,
    make_type,
)


class CreditsCommon(SupportPacksCommon):
    """Credits as ``credits_recharge`` counts them [001], debited at once."""

    chart = False

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy = make_credits_policy(cls.env, cls.company, debit_on="work")
        cls.consultation = cls.policy.request_type_ids
        cls.update = make_type(
            cls.env, cls.policy, "Update", minimum=60, block=15, flat_quantity=60
        )
        cls.phone = cls.env.ref("helpdesk_mgmt.helpdesk_ticket_channel_phone")
        cls.web = cls.env.ref("helpdesk_mgmt.helpdesk_ticket_channel_web")
        cls.pack = cls.make_pack(480, months=0, account=cls.make_account())

    @classmethod
    def add_supplement(cls, channel, kind, value):
        return cls.env["support.channel.supplement"].create(
            {
                "policy_id": cls.policy.id,
                "channel_id": channel.id,
                "kind": kind,
                "value": value,
            }
        )


@tagged("post_install", "-at_install")
class TestSupplements(CreditsCommon):
    """Telephone and video may cost extra [001]."""

    def test_fixed_supplement_of_the_work_s_channel(self):
        self.add_supplement(self.phone, "fixed", 10)
        ticket = self.make_ticket()
        self.log(ticket, 7, channel_id=self.phone.id)
        self.assert_charge(ticket, covered=25)
        self.assertEqual(
            ticket.support_charge_explanation,
            f"7 min → minimum 15 credits → {self.phone.name} +10 credits = 25 credits",
        )

    def test_factor_is_rounded_up(self):
        self.add_supplement(self.phone, "factor", 50)
        ticket = self.make_ticket()
        self.log(ticket, 7, channel_id=self.phone.id)
        self.assert_charge(ticket, covered=23)

    def test_work_that_names_no_channel_came_through_the_ticket_s(self):
        self.add_supplement(self.phone, "fixed", 10)
        ticket = self.make_ticket(channel_id=self.phone.id)
        self.log(ticket, 7)
        self.assert_charge(ticket, covered=25)
        ticket.channel_id = self.web
        self.assert_charge(ticket, covered=15)

    def test_of_two_channels_the_dearest_counts_once(self):
        self.add_supplement(self.phone, "fixed", 10)
        self.add_supplement(self.web, "fixed", 4)
        ticket = self.make_ticket()
        self.log(ticket, 7, channel_id=self.web.id)
        self.assert_charge(ticket, covered=19)
        self.log(ticket, 1, channel_id=self.phone.id)
        self.assert_charge(ticket, covered=25)
        self.assertEqual(
            [work.charged for work in ticket.support_work_ids._sorted_as_done()],
            [19, 6],
        )

    def test_work_that_is_not_billable_brings_no_supplement(self):
        self.add_supplement(self.phone, "fixed", 10)
        ticket = self.make_ticket()
        self.log(ticket, 7)
        self.log(ticket, 7, billable=False, channel_id=self.phone.id)
        self.assert_charge(ticket, covered=15)

    def test_posted_charge_keeps_the_supplements_it_was_priced_with(self):
        supplement = self.add_supplement(self.phone, "fixed", 10)
        ticket = self.make_ticket()
        self.log(ticket, 7, channel_id=self.phone.id)
        supplement.value = 100
        self.log(ticket, 1, channel_id=self.phone.id)
        self.assert_charge(ticket, covered=25)
        supplement.unlink()
        ticket.action_support_post_charge()
        self.assert_charge(ticket, covered=25)

    def test_a_list_of_movements_asks_for_the_channel_once(self):
        self.add_supplement(self.phone, "fixed", 1)
        for _number in range(8):
            self.log(self.make_ticket(channel_id=self.phone.id), 7)
        entries = self.pack.entry_ids.filtered("charge_id")
        entries.mapped("explanation")
        counts = []
        for some in (entries[:2], entries[2:]):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.assertIn(self.phone.name, some[-1:].explanation)
            some.mapped("explanation")
            counts.append(self.cr.sql_log_count - before)
        self.assertEqual(*counts)

    def test_a_channel_that_is_gone_is_still_a_channel(self):
        words = self.env["support.explanation"]
        gone = self.env["helpdesk.ticket.channel"].create({"name": "Fax"})
        steps = [["supplement_fixed", {"units": 5, "channel": gone.id, "result": 20}]]
        self.assertEqual(words.explain(steps, "credit"), "Fax +5 credits")
        gone.unlink()
        self.assertEqual(words.explain(steps, "credit"), "channel +5 credits")

    def test_wrong_values_are_refused_by_name(self):
        for value in (0, -1, 10_001):
            with (
                self.assertRaisesRegex(ValidationError, "How much"),
                self.cr.savepoint(),
            ):
                self.add_supplement(self.phone, "fixed", value)
        events = make_policy(
            self.env, self.company, "Events", unit="ticket", debit_on="acceptance"
        )
        with self.assertRaisesRegex(ValidationError, "Channel supplements"):
            self.add_supplement(self.phone, "fixed", 1).policy_id = events


@tagged("post_install", "-at_install")
class TestChecklist(CreditsCommon):
    """A fixed price, unless something is found that forces a custom quote [001]."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.check = cls.env["support.request.check"].create(
            {"request_type_id": cls.update.id, "name": "External modules"}
        )

    def test_nothing_found_costs_the_fixed_quantity(self):
        ticket = self.make_ticket(support_request_type_id=self.update.id)
        self.log(ticket, 180)
        self.assert_charge(ticket, covered=60)
        self.assertFalse(ticket._needs_support_estimate())

    def test_what_is_found_forces_an_estimate_and_charges_the_work(self):
        ticket = self.make_ticket(support_request_type_id=self.update.id)
        self.log(ticket, 170)
        ticket.support_check_ids = self.check
        self.assertTrue(ticket._needs_support_estimate())
        self.assert_charge(ticket, covered=180)
        ticket.support_check_ids = False
        self.assert_charge(ticket, covered=60)


@tagged("post_install", "-at_install")
class TestOverride(CreditsCommon):
    """A manager sets what a ticket costs, with a reason that the client reads."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_people()

    def override(self, ticket, quantity, reason="Agreed by telephone", user=None):
        wizards = self.env["support.charge.override"].with_user(user or self.manager)
        wizard = wizards.create(
            {"ticket_id": ticket.id, "quantity": quantity, "reason": reason}
        )
        wizard.action_apply()
        return wizard

    def test_it_replaces_what_the_rules_give_until_it_is_removed(self):
        ticket = self.make_ticket()
        self.log(ticket, 40)
        self.assert_charge(ticket, covered=45)
        wizard = self.override(ticket, 10)
        self.assertEqual(wizard.by_rules, "40 min → blocks of 15 = 45 credits")
        self.assert_charge(ticket, covered=10)
        self.log(ticket, 40)
        self.assert_charge(ticket, covered=10)
        wizard.action_remove()
        self.assert_charge(ticket, covered=90)
        self.assertEqual(self.pack.balance, 480 - 90)

    def test_zero_charges_nothing(self):
        ticket = self.make_ticket()
        self.log(ticket, 40)
        self.override(ticket, 0)
        self.assert_charge(ticket, covered=0)

    def test_the_client_reads_who_and_why(self):
        ticket = self.make_ticket()
        self.log(ticket, 40)
        self.override(ticket, 10, reason="Our own mistake")
        values = ticket.with_user(self.portal_user)._get_support_portal_values()
        self.assertIn("set to 10 credits by the manager", values["why"])
        self.assertIn("the rules gave 45 credits", values["why"])
        self.assertIn("Our own mistake", values["why"])

    def test_before_any_work_it_debits_nothing(self):
        ticket = self.make_ticket()
        self.override(ticket, 30)
        self.assert_charge(ticket, covered=0)
        self.log(ticket, 1)
        self.assert_charge(ticket, covered=30)

    def test_reason_and_quantity_are_required_by_name(self):
        ticket = self.make_ticket()
        self.log(ticket, 40)
        with self.assertRaisesRegex(UserError, "Reason"):
            self.override(ticket, 10, reason="  ")
        for quantity in (-1, 1_000_001):
            with self.assertRaisesRegex(UserError, "Quantity"):
                self.override(ticket, quantity)
        self.assert_charge(ticket, covered=45)

    def test_only_a_manager_may(self):
        ticket = self.make_ticket()
        self.log(ticket, 40)
        for user in (self.technician, self.accountant, self.portal_user):
            with self.assertRaises(AccessError):
                self.override(ticket, 10, user=user)
            with self.assertRaises(AccessError):
                ticket.with_user(user).action_support_override()
            with self.assertRaises(AccessError):
                ticket.support_charge_id.with_user(user)._override(10, "No right")
        self.assert_charge(ticket, covered=45)

    def test_nobody_s_ticket_has_no_price(self):
        ticket = self.make_ticket(self.make_client("Stranger"))
        with self.assertRaisesRegex(UserError, "Nobody is charged"):
            self.override(ticket, 10)


@tagged("post_install", "-at_install")
class TestTypeOfAnotherPolicy(CreditsCommon):
    def test_a_type_that_tickets_have_stays_in_its_policy(self):
        self.make_ticket(support_request_type_id=self.update.id)
        other = make_policy(self.env, self.company, "Other", unit="credit")
        with self.assertRaisesRegex(ValidationError, "Policy"):
            self.update.policy_id = other
        self.consultation.copy().policy_id = other
