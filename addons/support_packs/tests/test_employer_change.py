"""Who goes elsewhere leaves account, packs, charges and tickets where they were."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import SupportPacksCommon
from .portal_common import PortalCommon

OURS = ("support.account", "support.pack", "support.ledger.entry", "support.charge")


class MovingCommon(PortalCommon):
    """Anna and Andy work for the client; Anna goes to Rita's company."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pack = cls.make_pack(1800)
        cls.ticket = cls.make_ticket(cls.anna.partner_id, name="Annas old ticket")
        cls.work = cls.log(cls.ticket, 90)
        cls.charge = cls.ticket.support_charge_id
        cls.andys = cls.make_ticket(cls.andy.partner_id, name="Andys ticket")
        for ticket in cls.ticket | cls.andys:
            ticket.message_subscribe(partner_ids=cls.anna.partner_id.ids)
        cls.own = cls.ticket | cls.andys

    def found(self, user, model="helpdesk.ticket"):
        self.env.invalidate_all()
        records = self.env[model].with_user(user).with_context(lang="en_US")
        return records.search([]).sudo()

    def snapshot(self):
        """Return all that must not change, as the database has it."""
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT id, pack_id, charge_id, ticket_id, quantity, balance_after, date, "
            "write_date FROM support_ledger_entry WHERE company_id = %s ORDER BY id",
            [self.company.id],
        )
        rows = self.env.cr.fetchall()
        self.env.cr.execute(
            "SELECT id, account_id, balance, state FROM support_pack "
            "WHERE company_id = %s ORDER BY id",
            [self.company.id],
        )
        rows += self.env.cr.fetchall()
        self.env.cr.execute(
            "SELECT id, account_id, quantity, covered, uncovered, state, revision "
            "FROM support_charge WHERE company_id = %s ORDER BY id",
            [self.company.id],
        )
        return rows + self.env.cr.fetchall()


@tagged("post_install", "-at_install")
class TestEmployerChange(MovingCommon):
    def test_before_the_change_colleagues_read_and_strangers_do_not(self):
        for user in (self.anna, self.andy):
            self.assertEqual(self.found(user), self.own)
        self.assertFalse(self.found(self.rita))

    def test_history_stays_and_nothing_is_posted(self):
        before = self.snapshot()
        self.anna.partner_id.parent_id = self.rival
        self.assertEqual(self.snapshot(), before)
        self.assertEqual(self.ticket.support_account_id, self.pack.account_id)
        self.assertEqual(self.ticket.support_charge_id, self.charge)

    def test_ticket_stays_with_the_company_and_says_who_wrote_it(self):
        self.anna.partner_id.parent_id = self.rival
        self.assertEqual(self.ticket.partner_id, self.client)
        self.assertEqual(self.ticket.commercial_partner_id, self.client)
        self.assertEqual(self.ticket.partner_name, self.anna.name)
        self.assertEqual(self.ticket.partner_email, self.anna.email)
        self.assertEqual(self.andys.partner_id, self.andy.partner_id)

    def test_old_colleagues_still_read_and_the_new_ones_do_not(self):
        # What each may read is looked up once before, as in a running server.
        for user in (self.anna, self.andy, self.rita):
            self.found(user)
        self.anna.partner_id.parent_id = self.rival
        self.assertEqual(self.found(self.andy), self.own)
        self.assertFalse(self.found(self.rita))
        self.assertFalse(self.found(self.anna))

    def test_what_is_ours_is_for_the_old_company_alone(self):
        for model in OURS:
            self.assertTrue(self.found(self.anna, model))
        self.anna.partner_id.parent_id = self.rival
        for model in OURS:
            with self.subTest(model):
                self.assertTrue(self.found(self.andy, model))
                self.assertFalse(self.found(self.anna, model))
                self.assertFalse(self.found(self.rita, model))
        for user in (self.anna, self.rita):
            with self.assertRaises(AccessError):
                self.ticket.with_user(user).get_support_charge_preview()

    def test_pages_and_rpc(self):
        url = f"/my/ticket/{self.ticket.id}"
        self.login(self.anna)
        self.assertIn("Annas old ticket", self.text(self.page("/my/tickets")))
        self.anna.partner_id.parent_id = self.rival
        for user, reads in ((self.andy, True), (self.anna, False), (self.rita, False)):
            with self.subTest(user=user.login):
                self.login(user)
                listed = "Annas old ticket" in self.text(self.page("/my/tickets"))
                self.assertEqual(listed, reads)
                self.assertEqual(self.get(url).status_code == 200, reads)
                balance = "1,710" in self.text(self.page("/my/support"))
                self.assertEqual(balance, reads)
                names = self.call("helpdesk.ticket", "search_read", [], ["name"])
                self.assertEqual(bool(names), reads)
                if not reads:
                    self.assert_refused(
                        {"AccessError"}, "helpdesk.ticket", "read", self.own.ids
                    )
                    self.assert_refused(
                        {"AccessError"}, "support.pack", "read", self.pack.ids
                    )

    def test_next_ticket_is_of_the_new_employer(self):
        self.anna.partner_id.parent_id = self.rival
        account = self.make_account(self.rival)
        ticket = self.make_ticket(self.anna.partner_id)
        self.assertEqual(ticket.support_account_id, account)
        self.assertEqual(self.found(self.rita), ticket)
        self.assertEqual(self.found(self.anna), ticket)

    def test_who_leaves_for_nobody_takes_nothing_along(self):
        self.anna.partner_id.parent_id = False
        self.assertFalse(self.found(self.anna))
        self.assertEqual(self.found(self.andy), self.own)

    def test_contact_that_becomes_a_company_of_its_own(self):
        self.anna.partner_id.is_company = True
        self.assertEqual(self.ticket.partner_id, self.client)
        self.assertFalse(self.found(self.anna, "support.pack"))

    def test_people_below_a_department_move_with_it(self):
        department = self.env["res.partner"].create(
            {"name": "Department", "parent_id": self.client.id}
        )
        self.anna.partner_id.parent_id = department
        self.assertEqual(self.ticket.partner_id, self.anna.partner_id, "Same company")
        department.parent_id = self.rival
        self.assertEqual(self.ticket.partner_id, self.client)
        self.assertFalse(self.found(self.rita))

    def test_archived_tickets_stay_too(self):
        self.ticket.active = False
        self.anna.partner_id.parent_id = self.rival
        self.assertEqual(self.ticket.partner_id, self.client)

    def test_other_writes_change_nothing(self):
        self.anna.partner_id.write({"parent_id": self.client.id, "phone": "1"})
        self.assertEqual(self.ticket.partner_id, self.anna.partner_id)
        self.assertIn(self.anna.partner_id, self.ticket.message_partner_ids)

    def test_correction_after_the_move_is_the_old_clients(self):
        self.anna.partner_id.parent_id = self.rival
        self.work.minutes = 120
        self.assert_charge(self.ticket, 120)
        self.assertEqual(self.pack.balance, 1680)


@tagged("post_install", "-at_install")
class TestPersonWithAccount(MovingCommon):
    """Paula bought packs for herself, and then is employed by the client."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.paula = cls.make_portal_user("paula", cls.client)
        cls.person = cls.paula.partner_id
        cls.person.parent_id = False
        cls.account = cls.make_account(cls.person)
        cls.paulas_pack = cls.make_pack(600, account=cls.account)
        cls.paulas = cls.make_ticket(cls.person, name="Paulas private ticket")
        # She follows what she wrote; so would all her colleagues.
        cls.paulas.message_subscribe(partner_ids=cls.person.ids)
        cls.log(cls.paulas, 70)

    def test_account_stays_hers_and_is_not_the_companys(self):
        before = self.snapshot()
        self.person.parent_id = self.client
        self.assertEqual(self.snapshot(), before)
        self.assertEqual(self.account.partner_id, self.person)
        for model in OURS:
            with self.subTest(model):
                records = self.found(self.andy, model)
                partners = (
                    records if "partner_id" in records else records.account_id
                ).partner_id
                self.assertEqual(partners, self.client)

    def test_new_colleagues_do_not_read_her_tickets(self):
        self.person.parent_id = self.client
        self.assertEqual(self.found(self.andy), self.own)
        self.assertEqual(self.found(self.paula), self.own | self.paulas)
        self.login(self.andy)
        self.assertNotEqual(self.get(f"/my/ticket/{self.paulas.id}").status_code, 200)

    def test_she_reads_the_companys_balance_and_not_her_own_meanwhile(self):
        self.person.parent_id = self.client
        packs = self.found(self.paula, "support.pack")
        self.assertEqual(packs, self.pack)
        self.person.parent_id = False
        self.assertEqual(self.found(self.paula, "support.pack"), self.paulas_pack)

    def test_writes_of_contact_and_account_do_not_break(self):
        self.person.parent_id = self.client
        self.person.write({"name": "Paula Two", "phone": "123"})
        self.account.write({"active": False})
        self.account.write({"policy_id": self.policy.id, "active": True})
        ticket = self.make_ticket(self.person)
        self.assertEqual(ticket.support_account_id, self.pack.account_id)

    def test_work_on_her_old_ticket_is_hers(self):
        self.person.parent_id = self.client
        self.log(self.paulas, 30)
        self.assertEqual(self.paulas_pack.balance, 500)
        self.assertEqual(self.pack.balance, 1710)

    def test_company_that_gets_a_parent_company_keeps_its_account(self):
        before = self.snapshot()
        self.client.parent_id = self.rival
        self.assertEqual(self.snapshot(), before)
        self.assertEqual(self.pack.account_id.partner_id, self.client)
        self.assertEqual(self.ticket.partner_id, self.anna.partner_id)
        # Of a group the parent reads the tickets, as helpdesk_mgmt has it, but not
        # what they cost.
        self.assertEqual(self.found(self.rita), self.own)
        for model in OURS:
            self.assertFalse(self.found(self.rita, model))
        with self.assertRaises(AccessError):
            self.ticket.with_user(self.rita).get_support_charge_preview()
        self.assertEqual(self.found(self.andy), self.own)


@tagged("post_install", "-at_install")
class TestArchivedAndDeleted(SupportPacksCommon):
    chart = False

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_people()
        cls.pack = cls.make_pack(1800)
        cls.ticket = cls.make_ticket(cls.contact)
        cls.work = cls.log(cls.ticket, 90)
        cls.env.flush_all()

    def test_archived_client_and_contact_lose_nothing(self):
        self.portal_user.active = False
        (self.contact | self.client).action_archive()
        self.assertFalse(self.client.active)
        self.work.minutes = 120
        self.assert_charge(self.ticket, 120)
        self.assertEqual(self.pack.balance, 1680)
        self.pack._expire()
        self.assertEqual((self.pack.state, self.pack.balance), ("expired", 0))
        self.work.minutes = 60
        self.assert_charge(self.ticket, 60)
        self.assert_sound(self.pack)
        self.client.action_unarchive()
        self.assertEqual(self.make_account(), self.pack.account_id)

    def test_client_with_an_account_is_not_deleted(self):
        self.portal_user.unlink()
        self.contact.unlink()
        for account in (self.pack.account_id, self.make_account(self.make_client("N"))):
            with self.assertRaisesRegex(UserError, "Archive the contact instead"):
                account.partner_id.unlink()
        self.pack.account_id.active = False
        with self.assertRaisesRegex(UserError, "Archive the contact instead"):
            self.client.unlink()
        self.make_client("Without an account").unlink()

    def test_ticket_of_a_deleted_contact_stays_with_the_client(self):
        name = self.contact.name
        self.portal_user.unlink()
        self.contact.unlink()
        self.assertEqual(self.ticket.partner_id, self.client)
        self.assertEqual(self.ticket.partner_name, name)

    def test_author_of_entries_is_archived_and_not_deleted(self):
        self.env["support.work"].with_user(self.technician).create(
            {"ticket_id": self.ticket.id, "minutes": 30, "name": "Mine"}
        )
        self.env.flush_all()
        with self.assertRaisesRegex(UserError, "Archive the user instead"):
            self.technician.unlink()
        self.technician.active = False

    def test_author_without_work_of_his_own_is_not_deleted_either(self):
        self.work.with_user(self.manager).minutes = 200
        self.env.flush_all()
        with self.assertRaisesRegex(UserError, "Archive the user instead"):
            self.manager.unlink()

    def test_who_only_logged_work_is_not_deleted(self):
        self.log(self.ticket, 10, billable=False, user_id=self.colleague.id)
        with self.assertRaisesRegex(UserError, "Archive the user instead"):
            self.colleague.unlink()

    def test_other_users_are_deleted(self):
        self.employee.unlink()
        self.assertFalse(self.employee.exists())

    def test_deleted_portal_user_loses_nothing(self):
        policy = self.pack.account_id.policy_id
        policy.debit_on = "resolution"
        ticket = self.make_ticket(self.contact, support_typed_units=60)
        # The client closes it in the portal, and so debits the pack.
        ticket.with_user(self.portal_user).sudo().stage_id = self.stage_done
        self.assert_charge(ticket, 60)
        before = self.pack.balance
        self.env.flush_all()
        with mute_logger("odoo.models.unlink"):
            self.portal_user.unlink()
        self.assertFalse(self.portal_user.exists())
        self.assertTrue(self.contact.exists())
        self.assertEqual(self.pack.balance, before)
        self.assert_charge(ticket, 60)
        self.assert_sound(self.pack)
