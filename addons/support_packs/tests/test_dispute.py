"""A client does not agree with a work entry: what becomes of it, and who is told."""

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import SupportPacksCommon, make_type


class DisputeCommon(SupportPacksCommon):
    """Minutes as ``minutes_pack`` sells them [002]: one is one, no minimum."""

    chart = False

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_people()
        cls.policy.allow_disputes = True
        cls.request_type.minimum = 0
        cls.client.email = "client@example.com"
        cls.make_account()

    def dispute(self, work, reason="It was not half an hour", user=None):
        """Dispute an entry as its client; return the dispute, as superuser."""
        user = user or self.portal_user
        return work.with_user(user).sudo()._dispute(reason).with_user(1).sudo()

    def as_manager(self, dispute):
        return dispute.with_user(self.manager).sudo(False)

    def decide(self, dispute, choice, **values):
        """Decide as the manager, by the wizard."""
        action = getattr(
            self.as_manager(dispute),
            {"accepted": "action_accept", "upheld": "action_uphold"}.get(
                choice, "action_settle"
            ),
        )()
        wizard = (
            self.env[action["res_model"]]
            .with_user(self.manager)
            .with_context(**action["context"])
            .create(values)
        )
        wizard.action_apply()
        dispute.invalidate_recordset()

    def mails_to(self, email):
        """Return the subjects of the mails queued for an address, oldest first."""
        self.env.flush_all()
        mails = self.env["mail.mail"].sudo().search([], order="id")
        return [
            mail.subject
            for mail in mails
            if email in (mail.email_to or "")
            or email in mail.recipient_ids.mapped("email")
        ]

    def assert_finds_nothing_wrong(self):
        """The nightly check of the ledger is quiet."""
        self.env.flush_all()
        replay = self.env["support.replay"]
        self.assertFalse(replay._find_suspect_packs())
        self.assertFalse(replay._find_suspect_charges())


@tagged("post_install", "-at_install")
class TestDispute(DisputeCommon):
    def test_thirty_minutes_lost_by_us_go_back_to_the_same_pack(self):
        """720 at 0.75: 30 min back to the same pack (golden example)."""
        pack = self.make_pack(720, amount=540)
        ticket = self.make_ticket(self.contact)
        self.log(ticket, 660)
        work = self.log(ticket, 60)
        self.assertEqual((pack.balance, pack.state), (0, "exhausted"))
        dispute = self.dispute(work)
        self.assertTrue(work.disputed)
        self.assertEqual(dispute.charge_id, ticket.support_charge_id)
        self.decide(dispute, "accepted", minutes=30, verdict="We looked too long")
        self.assertEqual((pack.balance, pack.state), (30, "active"))
        self.assertEqual(self.movements(pack)[-1], ("return", 30))
        self.assertEqual((dispute.state, dispute.returned), ("accepted", 30))
        self.assertEqual(dispute.decided_by, self.manager)
        self.assertFalse(work.disputed)
        self.assert_charge(ticket, 690)
        works = ticket.support_work_ids.sorted("id")
        self.assertEqual(
            [(one.minutes, one.billable) for one in works],
            [(660, True), (30, True), (30, False)],
        )
        self.assert_sound(pack)
        self.assert_finds_nothing_wrong()

    def test_whole_entry_becomes_not_billable(self):
        pack = self.make_pack(720)
        work = self.log(self.make_ticket(self.contact), 45)
        dispute = self.dispute(work)
        self.decide(dispute, "accepted")
        self.assertEqual((work.minutes, work.billable), (45, False))
        self.assertEqual(pack.balance, 720)
        self.assertEqual(len(work.ticket_id.support_work_ids), 1)

    def test_more_minutes_than_the_entry_has_are_refused(self):
        work = self.log(self.make_ticket(self.contact), 45)
        dispute = self.dispute(work)
        for minutes in (0, -1, 46, 10**9):
            with self.subTest(minutes), self.assertRaisesRegex(UserError, "Minutes"):
                self.decide(dispute, "accepted", minutes=minutes)
        self.assertEqual(dispute.state, "open")

    def test_upheld_says_why(self):
        pack = self.make_pack(720)
        work = self.log(self.make_ticket(self.contact), 45)
        dispute = self.dispute(work)
        with self.assertRaisesRegex(UserError, "Verdict"):
            self.decide(dispute, "upheld", verdict=" ")
        self.decide(dispute, "upheld", verdict="We read the whole log")
        self.assertEqual((dispute.state, pack.balance), ("upheld", 675))
        self.assertFalse(work.disputed)
        with self.assertRaisesRegex(UserError, "decided already"):
            self.decide(dispute, "upheld", verdict="Again")

    def test_client_insists_once_and_the_manager_has_the_last_word(self):
        self.make_pack(720)
        work = self.log(self.make_ticket(self.contact), 45)
        dispute = self.dispute(work)
        client = dispute.with_user(self.portal_user).sudo()
        with self.assertRaises(UserError):
            client._insist("Too early")
        self.decide(dispute, "upheld", verdict="It stands")
        client._insist("It does not")
        self.assertTrue(work.disputed and dispute.is_to_decide)
        with self.assertRaises(UserError):
            client._insist("Twice")
        self.decide(dispute, "upheld", verdict="It does")
        self.assertFalse(work.disputed or dispute.is_to_decide)
        with self.assertRaises(UserError):
            client._insist("Three times")
        self.assertEqual(
            dispute.step_ids.mapped("kind"), ["opened", "upheld", "insisted", "upheld"]
        )

    def test_insisted_dispute_may_be_our_error_after_all(self):
        pack = self.make_pack(720)
        dispute = self.dispute(self.log(self.make_ticket(self.contact), 45))
        self.decide(dispute, "upheld", verdict="It stands")
        dispute.with_user(self.portal_user).sudo()._insist("")
        self.decide(dispute, "accepted")
        self.assertEqual((dispute.state, pack.balance), ("accepted", 720))

    def test_what_is_disputed_already_is_not_disputed_again(self):
        self.make_pack(720)
        work = self.log(self.make_ticket(self.contact), 45)
        dispute = self.dispute(work)
        with self.assertRaisesRegex(UserError, "already"):
            self.dispute(work)
        self.decide(dispute, "accepted", minutes=5)
        again = self.dispute(work)
        self.assertEqual((again.minutes, again.state), (40, "open"))

    def test_what_may_not_be_disputed(self):
        work = self.log(self.make_ticket(self.contact), 45)
        free = self.log(work.ticket_id, 5, billable=False)
        with self.assertRaisesRegex(UserError, "not charged"):
            self.dispute(free)
        for reason in ("", "  ", None, "\x00", 7):
            with self.subTest(reason), self.assertRaisesRegex(UserError, "Reason"):
                self.dispute(work, reason)
        with self.assertRaisesRegex(UserError, "Reason"):
            self.dispute(work, "x" * 2001)
        self.policy.allow_disputes = False
        with self.assertRaises(UserError):
            self.dispute(work)
        self.assertFalse(work.sudo().dispute_ids)

    def test_pack_that_expired_meanwhile_expires_again_at_once(self):
        pack = self.make_pack(720)
        work = self.log(self.make_ticket(self.contact), 45)
        dispute = self.dispute(work)
        pack.date_end = fields.Date.subtract(fields.Date.today(), days=10)
        pack._expire()
        self.decide(dispute, "accepted")
        self.assertEqual((pack.state, pack.balance), ("expired", 0))
        self.assertEqual(self.movements(pack)[-2:], [("return", 45), ("expiry", -45)])
        self.assert_sound(pack)

    def test_what_no_pack_covered_shrinks_and_nothing_goes_back(self):
        ticket = self.make_ticket(self.contact)
        work = self.log(ticket, 45)
        dispute = self.dispute(work)
        self.assert_charge(ticket, 0, uncovered=45, state="to_invoice")
        self.decide(dispute, "accepted", minutes=20)
        self.assert_charge(ticket, 0, uncovered=25, state="to_invoice")
        self.assertEqual(dispute.returned, 0)

    def test_invoiced_units_may_be_disputed_and_the_charge_converges(self):
        ticket = self.make_ticket(self.contact)
        work = self.log(ticket, 45)
        ticket.support_charge_id.state = "invoiced"
        dispute = self.dispute(work)
        self.decide(dispute, "accepted", minutes=20)
        charge = ticket.support_charge_id
        self.assertEqual((charge.quantity, charge.uncovered), (25, 25))

    def test_minimum_of_the_ticket_stays(self):
        """Of 25 and 12 min, 60 were charged: without the 12 it is still 60."""
        self.request_type.minimum = 60
        pack = self.make_pack(720)
        ticket = self.make_ticket(self.contact)
        self.log(ticket, 25)
        dispute = self.dispute(self.log(ticket, 12))
        self.decide(dispute, "accepted")
        self.assertEqual((pack.balance, dispute.returned), (660, 0))
        self.assertIn("12 min are not charged", dispute._say_decided())

    def test_under_resolution_nothing_was_charged_yet(self):
        self.policy.debit_on = "resolution"
        make_type(self.env, self.policy, "Other")
        pack = self.make_pack(720)
        ticket = self.make_ticket(self.contact)
        self.log(ticket, 10)
        dispute = self.dispute(self.log(ticket, 45))
        self.assertFalse(dispute.charge_id)
        self.decide(dispute, "accepted")
        self.solve(ticket)
        self.assertEqual(pack.balance, 710)

    def test_disputed_work_is_neither_deleted_nor_moved(self):
        ticket = self.make_ticket(self.contact)
        work = self.log(ticket, 45)
        self.dispute(work)
        with self.assertRaisesRegex(UserError, "disputed"):
            work.with_user(self.manager).unlink()
        with self.assertRaisesRegex(UserError, "disputed"):
            work.ticket_id = self.make_ticket(self.contact)
        work.ticket_id = ticket

    def test_disputed_entry_that_was_made_free_meanwhile_is_closed(self):
        self.make_pack(720)
        work = self.log(self.make_ticket(self.contact), 45)
        dispute = self.dispute(work)
        work.billable = False
        self.decide(dispute, "accepted")
        self.assertEqual((dispute.state, dispute.accepted_minutes), ("accepted", 0))

    def test_ticket_of_another_client_by_now(self):
        other = self.make_client("Other")
        self.make_account(other)
        work = self.log(self.make_ticket(self.contact), 45)
        dispute = self.dispute(work)
        work.ticket_id.partner_id = other
        with self.assertRaisesRegex(UserError, "another client"):
            self.decide(dispute, "accepted")


@tagged("post_install", "-at_install")
class TestDisputePeople(DisputeCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_pack(720)
        cls.ticket = cls.make_ticket(cls.contact, user_id=cls.technician.id)
        cls.work = cls.log(cls.ticket, 45, user_id=cls.colleague.id)

    def test_everybody_is_told_of_each_step(self):
        email = self.contact.email
        dispute = self.dispute(self.work)
        self.assertEqual(len(self.mails_to(email)), 1)
        note = self.ticket.message_ids[0]
        self.assertTrue(note.subtype_id.internal)
        self.assertIn("It was not half an hour", note.body)
        self.assertEqual(note.author_id, self.contact)
        told = note.notified_partner_ids
        self.assertEqual(told, (self.technician | self.colleague).partner_id)
        [activity] = dispute.activity_ids
        self.assertTrue(
            activity.user_id.has_group("helpdesk_mgmt.group_helpdesk_manager")
        )
        self.decide(dispute, "upheld", verdict="It stands")
        self.assertFalse(dispute.activity_ids)
        dispute.with_user(self.portal_user).sudo()._insist("No")
        self.assertTrue(dispute.activity_ids)
        self.decide(dispute, "accepted")
        self.assertFalse(dispute.activity_ids)
        subjects = self.mails_to(email)
        self.assertEqual(len(subjects), 4)
        self.assertEqual(len(set(subjects)), 3, subjects)

    def test_leader_of_the_team_reviews(self):
        self.team.user_id = self.manager
        self.team.user_ids = [Command.link(self.manager.id)]
        dispute = self.dispute(self.work)
        self.assertEqual(dispute.activity_ids.user_id, self.manager)

    def test_mail_is_in_the_client_s_language(self):
        self.env["res.lang"]._activate_lang("es_ES")
        self.contact.lang = "es_ES"
        dispute = self.dispute(self.work)
        mail = self.env["mail.mail"].sudo().search([], order="id desc", limit=1)
        self.assertEqual(
            mail.subject, dispute.with_context(lang="es_ES")._get_mail_subject()
        )

    def test_without_an_address_the_team_is_told_so(self):
        (self.contact | self.client).email = False
        dispute = self.dispute(self.work)
        self.assertIn("no e-mail address", dispute.message_ids[0].body)

    def test_client_does_not_follow_what_is_talked_about(self):
        dispute = self.dispute(self.work)
        self.assertNotIn(self.contact, dispute.message_partner_ids)

    def test_only_managers_decide(self):
        dispute = self.dispute(self.work)
        for user in (self.technician, self.accountant):
            one = dispute.with_user(user).sudo(False)
            self.assertEqual(one.state, "open")
            for action in ("action_accept", "action_uphold", "action_settle"):
                with self.assertRaises(AccessError):
                    getattr(one, action)()
            with self.assertRaises(AccessError):
                one._accept(5)
            with self.assertRaises(AccessError):
                one.write({"state": "accepted"})
        for user in (self.salesperson, self.employee, self.portal_user):
            with self.assertRaises(AccessError):
                dispute.with_user(user).sudo(False).read(["state"])
        with self.assertRaises(AccessError):
            self.as_manager(dispute).write({"state": "accepted"})
        with self.assertRaises(AccessError):
            self.as_manager(dispute).unlink()

    def test_every_role_reads_all_that_it_may_see(self):
        dispute = self.dispute(self.work)
        for user in (self.technician, self.manager, self.accountant):
            for record in (dispute, dispute.step_ids):
                one = record.with_user(user).sudo(False)
                self.env.invalidate_all()
                self.assertTrue(one.read(list(one.fields_get())))

    def test_manager_of_another_company_neither_reads_nor_decides(self):
        dispute = self.dispute(self.work)
        other = self.env["res.company"].create({"name": "Elsewhere"})
        manager = self.make_user("elsewhere", "helpdesk_mgmt.group_helpdesk_manager")
        manager.write({"company_ids": [Command.set(other.ids)], "company_id": other.id})
        stranger = (
            dispute.with_user(manager)
            .sudo(False)
            .with_context(allowed_company_ids=other.ids)
        )
        with self.assertRaises(AccessError):
            stranger.read(["state"])
        with self.assertRaises(AccessError):
            stranger._uphold("No")

    def test_lists_find_what_is_disputed(self):
        works = self.env["support.work"]
        other = self.log(self.ticket, 5)
        self.dispute(self.work)
        self.assertEqual(works.search([("disputed", "=", True)]), self.work)
        self.assertIn(other, works.search([("disputed", "=", False)]))
        account = self.ticket.support_account_id
        self.assertEqual(account.dispute_count, 1)
        self.assertEqual(self.ticket.support_dispute_count, 1)
