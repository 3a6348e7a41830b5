"""Core merges contacts by SQL; our accounts are merged before that, or refused."""

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import make_policy
from .portal_common import PortalCommon


@tagged("post_install", "-at_install")
class TestPartnerMerge(PortalCommon):
    """Anna and Andy work for the client, Rita for its rival: it is the same company."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pack = cls.make_pack(1800)
        cls.ticket = cls.make_ticket(cls.anna.partner_id)
        cls.work = cls.log(cls.ticket, 90)
        cls.account = cls.pack.account_id
        cls.rival_account = cls.make_account(cls.rival)
        cls.rival_pack = cls.make_pack(600, account=cls.rival_account)
        cls.rival_ticket = cls.make_ticket(cls.rita.partner_id)
        cls.rival_work = cls.log(cls.rival_ticket, 70)
        cls.merger = cls.make_user(
            "merger", "base.group_user,base.group_partner_manager"
        )

    def merge(self, partners, destination, user=None):
        """Merge contacts as the wizard does; by somebody without rights of ours."""
        partners.email = "same@example.com"
        self.env.flush_all()
        wizard = (
            self.env["base.partner.merge.automatic.wizard"]
            .with_user(user or self.merger)
            .create(
                {
                    "partner_ids": [Command.set(partners.ids)],
                    "dst_partner_id": destination.id,
                }
            )
        )
        wizard.action_merge()
        self.env.invalidate_all()

    def read_ledger(self):
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT * FROM support_ledger_entry WHERE company_id = %s ORDER BY id",
            [self.company.id],
        )
        return self.env.cr.fetchall()

    def assert_refused(self, text, partners, destination):
        """The merge is refused and changes nothing."""
        before = self.read_ledger()
        packs = self.pack | self.rival_pack
        accounts = packs.account_id
        with self.assertRaisesRegex(UserError, text), self.cr.savepoint():
            self.merge(partners, destination)
        self.env.invalidate_all()
        self.assertEqual(packs.account_id, accounts)
        self.assertEqual(accounts.exists(), accounts)
        self.assertEqual(partners.exists(), partners)
        self.assertEqual(self.read_ledger(), before)

    def test_two_accounts_become_one_and_nothing_is_lost(self):
        before = self.account.balance_minutes + self.rival_account.balance_minutes
        ledger = self.read_ledger()
        self.merge(self.client | self.rival, self.client)
        self.assertFalse(self.rival.exists())
        self.assertFalse(self.rival_account.exists())
        self.assertEqual(self.account.partner_id, self.client)
        self.assertEqual(self.account.pack_ids, self.pack | self.rival_pack)
        self.assertEqual(self.account.balance_minutes, before)
        self.assertEqual(self.account.ticket_ids, self.ticket | self.rival_ticket)
        self.assertEqual(self.rival_work.account_id, self.account)
        self.assertEqual(self.rival_ticket.support_charge_id.account_id, self.account)
        self.assertEqual(self.read_ledger(), ledger, "The ledger is not touched")
        self.assertIn("Rival Company", self.account.message_ids[0].body)
        self.assertIn("530 min", self.account.message_ids[0].body)

    def test_work_after_the_merge_is_charged_to_the_one_account(self):
        self.merge(self.client | self.rival, self.client)
        self.rival_work.minutes = 100
        self.assert_charge(self.rival_ticket, 100)
        self.assertEqual(self.account.balance_minutes, 1710 + 530 - 30)
        self.work.minutes = 60
        self.assert_charge(self.ticket, 60)
        self.assert_sound(self.pack | self.rival_pack)

    def test_people_of_both_see_all_and_strangers_nothing(self):
        stranger = self.make_portal_user("stan", self.make_client("Stranger"))
        for user in (self.anna, self.rita, stranger):
            self.env["support.pack"].with_user(user).search([])
        self.merge(self.client | self.rival, self.client)
        packs = self.pack | self.rival_pack
        tickets = self.ticket | self.rival_ticket
        for user, seen in ((self.anna, True), (self.rita, True), (stranger, False)):
            with self.subTest(user=user.login):
                found = self.env["support.pack"].with_user(user).search([])
                self.assertEqual(set(found.ids), set(packs.ids if seen else ()))
                found = self.env["helpdesk.ticket"].with_user(user).search([])
                self.assertEqual(set(found.ids), set(tickets.ids if seen else ()))
        self.login(self.rita)
        self.assertIn("2,240", self.text(self.page("/my/support")))

    def test_chatter_followers_and_activities_move(self):
        self.rival_account.message_post(body="Remember this")
        self.rival_account.message_subscribe(partner_ids=self.merger.partner_id.ids)
        self.rival_account.activity_schedule(
            "mail.mail_activity_data_todo", user_id=self.merger.id
        )
        self.merge(self.client | self.rival, self.client)
        self.assertIn("Remember this", str(self.account.message_ids.mapped("body")))
        self.assertIn(self.merger.partner_id, self.account.message_partner_ids)
        self.assertTrue(self.account.activity_ids)

    def test_of_two_open_holds_for_unpaid_invoices_the_oldest_goes_on(self):
        holds = self.env["support.hold"].create(
            [
                {
                    "account_id": account.id,
                    "kind": "unpaid",
                    "reason": "Overdue",
                    "date_start": f"2026-01-0{day} 10:00:00",
                }
                for day, account in enumerate((self.account, self.rival_account), 1)
            ]
        )
        self.merge(self.client | self.rival, self.client)
        self.assertEqual(holds.account_id, self.account)
        self.assertEqual(holds.filtered("is_in_force"), holds[0])

    def test_every_stored_field_that_points_to_accounts_is_known(self):
        fields = self.env["support.account"]._get_account_fields()
        found = {(field.model_name, field.name) for field in fields}
        stored_in = {
            field.relation
            if field.type == "many2many"
            else self.env[field.model_name]._table
            for field in fields
        }
        self.env.cr.execute(
            "SELECT conrelid::regclass::text FROM pg_constraint "
            "WHERE contype = 'f' AND confrelid = 'support_account'::regclass"
        )
        tables = {row[0] for row in self.env.cr.fetchall()}
        self.assertEqual(stored_in, tables)
        self.assertIn(("support.work", "account_id"), found)

    def test_opening_balances_follow_the_pack(self):
        opening = self.env["support.opening.balance"].create(
            {
                "reference": "R1",
                "partner_id": self.rival.id,
                "granted": 60,
                "remaining": 30,
                "date_start": self.company.support_local_date(),
            }
        )
        self.merge(self.client | self.rival, self.client)
        self.assertEqual(opening.partner_id, self.client)
        self.assertEqual(opening.account_id, self.account)

    def test_account_that_only_one_has_moves(self):
        double = self.make_client("Client Company, twice")
        self.merge(self.client | double, double)
        self.assertEqual(self.account.partner_id, double)
        self.assertEqual(self.account.balance_minutes, 1710)
        self.assertEqual(
            self.env["support.pack"].with_user(self.anna).search([]), self.pack
        )

    def test_three_at_once(self):
        third = self.make_client("Third")
        pack = self.make_pack(60, account=self.make_account(third))
        self.merge(self.client | self.rival | third, third)
        self.assertEqual(pack.account_id.balance_minutes, 1710 + 530 + 60)

    def test_accounts_of_two_sources_become_the_destinations(self):
        empty = self.make_client("Without an account")
        self.merge(self.client | self.rival | empty, empty)
        self.assertEqual((self.pack | self.rival_pack).account_id.partner_id, empty)
        self.assertEqual(len((self.pack | self.rival_pack).account_id), 1)

    def test_archived_account_is_merged_too(self):
        self.account.active = False
        self.merge(self.client | self.rival, self.client)
        self.assertEqual(self.rival_pack.account_id, self.account)
        self.assertTrue(self.account.active, "One of the two was")

    def test_other_policy_of_the_same_unit_keeps_the_rules_of_old_tickets(self):
        other = make_policy(self.env, self.company, "Other", minimum=30)
        third = self.make_client("Third")
        pack = self.make_pack(600, account=self.make_account(third, other))
        ticket = self.make_ticket(third)
        work = self.log(ticket, 10)
        self.assert_charge(ticket, 30)
        self.merge(self.client | third, self.client)
        work.minutes = 20
        self.assert_charge(ticket, 30)
        self.assertEqual(pack.account_id.policy_id, self.policy)

    def test_other_units_are_refused(self):
        credits = make_policy(self.env, self.company, "Credits", unit="credit")
        third = self.make_client("Third")
        self.make_account(third, credits)
        self.assert_refused("different units", self.client | third, self.client)
        self.assert_refused("different units", self.client | third, third)

    def test_accounts_of_other_companies_are_none_of_it(self):
        company = self.env["res.company"].create({"name": "Other company"})
        policy = make_policy(self.env, company, "There", unit="credit")
        there = self.make_account(self.rival, policy)
        self.merge(self.client | self.rival, self.client)
        self.assertEqual(there.partner_id, self.client)
        self.assertEqual(there.company_id, company)

    def test_contact_of_a_company_does_not_get_an_account(self):
        person = self.env["res.partner"].create({"name": "Paula"})
        self.make_pack(60, account=self.make_account(person))
        andy = self.andy.partner_id
        for destination in (andy, person):
            # Either way, the one that stays would belong to the client.
            self.assert_refused("lose its client", person | andy, destination)

    def test_contact_that_becomes_another_companys_leaves_its_tickets(self):
        self.anna.unlink()
        old = self.ticket.partner_id
        self.ticket.message_subscribe(partner_ids=old.ids)
        new = self.rita.partner_id
        self.merge(old | new, new)
        self.assertEqual(self.ticket.partner_id, self.client)
        found = self.env["helpdesk.ticket"].with_user(self.rita).search([])
        self.assertEqual(found, self.rival_ticket.with_user(self.rita))

    def test_contacts_of_one_company_keep_their_tickets(self):
        self.andy.unlink()
        double = self.env["res.partner"].create(
            {"name": "Anna again", "parent_id": self.client.id}
        )
        ticket = self.make_ticket(double)
        self.merge(self.anna.partner_id | double, self.anna.partner_id)
        self.assertEqual(ticket.partner_id, self.anna.partner_id)

    def test_nobody_else_gives_an_account_away(self):
        with self.assertRaisesRegex(UserError, "stays with it"):
            self.account.sudo().write({"partner_id": self.make_client("X").id})
