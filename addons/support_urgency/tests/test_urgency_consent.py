"""What makes a ticket urgent, and what does not: no surcharge without evidence."""

from freezegun import freeze_time
from psycopg2.errors import UniqueViolation

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.support_packs.tests.common import make_policy

from .common_urgency import UrgencyCommon


@tagged("post_install", "-at_install")
class TestUrgencyConsent(UrgencyCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_people()
        cls.pack = cls.make_pack(1800)
        cls.ticket = cls.make_urgent_ticket()

    # === WHAT IS STORED === #

    def test_what_was_accepted_is_kept(self):
        consent = self.accept(self.ticket)
        self.assertEqual(consent.partner_id, self.anna.partner_id)
        self.assertEqual(consent.user_id, self.anna)
        self.assertEqual((consent.channel, consent.percent), ("portal", 50))
        self.assertEqual(consent.terms_id, self.terms)
        self.assertIn("anna", consent.evidence)
        self.assertIn("60 min → 90 min", consent.price_shown)
        self.assertIn("1,710 min", consent.price_shown)
        self.assertEqual(consent.state, "accepted")
        self.assertTrue(self.ticket.support_is_urgent)
        accepted = self.env["support.terms.acceptance"]._search_of(consent, "urgency")
        self.assertEqual(accepted.partner_id, self.anna.partner_id)
        self.assertTrue(self.terms.is_accepted)

    def test_the_policys_own_conditions_where_urgency_has_none(self):
        self.policy.terms_id, self.policy.urgent_terms_id = self.terms, False
        self.assertEqual(self.accept(self.ticket).terms_id, self.terms)

    def test_accepting_twice_is_once(self):
        consent = self.accept(self.ticket)
        self.assertEqual(self.accept(self.ticket, self.andy), consent)
        self.assertEqual(len(self.ticket.support_consent_ids), 1)
        self.assertEqual(len(self.mails(consent)), 1)

    def test_the_client_and_the_team_are_told(self):
        consent = self.accept(self.ticket)
        mail = self.mails(consent)
        self.assertEqual(mail.state, "outgoing")
        self.assertIn("You made “The shop is slow” urgent", mail.body_html)
        self.assertIn("60 min → 90 min", mail.body_html)
        [note] = self.ticket.message_ids.filtered(
            lambda message: "Accepted by Client Company, Anna" in message.body
        )
        self.assertTrue(note.is_internal or note.subtype_id.internal)

    def test_a_broken_mail_stops_nothing(self):
        template = self.env.ref("support_urgency.mail_template_urgency")
        template.body_html = "<t t-out='object.nothing_like_it'/>"
        with self.assertLogs("odoo.addons.support_packs", "ERROR"):
            self.assertTrue(self.accept(self.ticket))

    # === WHAT IS NO CONSENT === #

    def assert_calm(self, ticket):
        self.log(ticket, 20)
        self.assertFalse(ticket.support_is_urgent)
        self.assert_charge(ticket, covered=60)

    def test_priority_and_stars_and_subject_are_none(self):
        self.policy.urgent_subject_words = "urgent"
        for values in ({"priority": "3"}, {"name": "URGENT!!! +50 % accepted"}):
            with self.subTest(values):
                ticket = self.make_urgent_ticket(**values)
                self.assert_calm(ticket)
                ticket.priority = "2"
                ticket.action_support_post_charge()
                self.assert_charge(ticket, covered=60)

    def test_the_flag_is_nobodys_to_write(self):
        for user in (self.env.user, self.manager, self.technician):
            tickets = self.env["helpdesk.ticket"].with_user(user)
            with self.subTest(user.login):
                with self.assertRaises(AccessError):
                    self.ticket.with_user(user).support_is_urgent = True
                with self.assertRaises(AccessError):
                    tickets.create(
                        {
                            "name": "Urgent",
                            "description": "By hand",
                            "support_is_urgent": True,
                        }
                    )

    def test_a_default_makes_nothing_urgent(self):
        tickets = self.env["helpdesk.ticket"].with_context(
            default_support_is_urgent=True
        )
        ticket = tickets.create(
            {
                "name": "By a default",
                "description": "Of a link",
                "partner_id": self.client.id,
                "team_id": self.team.id,
            }
        )
        self.assert_calm(ticket)

    def test_the_flag_alone_would_cost_nothing(self):
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE helpdesk_ticket SET support_is_urgent = TRUE WHERE id = %s",
            [self.ticket.id],
        )
        self.env.invalidate_all()
        self.log(self.ticket, 20)
        self.assert_charge(self.ticket, covered=60)

    def test_consents_are_written_once(self):
        consent = self.accept(self.ticket)
        values = {"ticket_id": self.ticket.id, "percent": 50}
        for user in (self.env.user, self.manager, self.anna):
            mine = consent.with_user(user)
            with self.subTest(user.login):
                for act in (
                    lambda mine=mine: mine.create([values]),
                    lambda mine=mine: mine.write({"percent": 0}),
                    lambda mine=mine: mine.unlink(),
                    lambda mine=mine: mine.copy(),
                ):
                    with self.assertRaises(UserError):
                        act()
        for command in (
            Command.create(values),
            Command.update(consent.id, {"percent": 0}),
            Command.delete(consent.id),
            Command.unlink(consent.id),
            Command.clear(),
        ):
            with self.assertRaises(UserError), self.cr.savepoint():
                self.ticket.write({"support_consent_ids": [command]})
        self.assertEqual(consent.percent, 50)

    def test_a_ticket_with_evidence_is_not_deleted(self):
        self.accept(self.ticket)
        with self.assertRaises(UserError):
            self.ticket.unlink()

    # === WHO MAY, AND WHEN === #

    def test_only_the_client_who_pays_accepts(self):
        self.ticket.message_subscribe(self.rita.partner_id.ids)
        stamp = self.stamp(self.ticket)
        public = self.env.ref("base.public_user")
        for user in (self.rita, self.technician, self.manager, public):
            with self.subTest(user.login):
                ticket = self.ticket.with_user(user)
                self.assertIs(ticket._accept_support_urgency_as_client(stamp), False)
                self.assertIs(ticket._withdraw_support_urgency_as_client(), False)
        self.assertFalse(self.ticket.support_is_urgent)

    def test_another_price_than_shown_is_not_accepted(self):
        ticket = self.ticket.with_user(self.anna)
        stamp = self.stamp(self.ticket)
        changes = (
            lambda: self.policy.write({"urgent_percent": 60}),
            lambda: self.log(self.make_ticket(), 30),
            lambda: self.terms.write({"body": "<p>Twice the price.</p>"}),
        )
        for change in changes:
            stamp = self.stamp(self.ticket)
            change()
            problem = ticket._accept_support_urgency_as_client(stamp)
            self.assertIn("not the ones that you were shown", problem)
        for stamp in (None, "", "x", ["x"], self.ticket.id):
            self.assertTrue(ticket._accept_support_urgency_as_client(stamp))
        self.assertFalse(self.ticket.support_is_urgent)
        self.accept(self.ticket)

    def test_where_nothing_is_offered_nothing_is_accepted(self):
        ticket = self.ticket.with_user(self.anna)
        self.policy.urgent_offered = False
        self.assertFalse(ticket._get_support_portal_values()["urgency"]["offered"])
        problem = ticket._accept_support_urgency_as_client(self.stamp(self.ticket))
        self.assertIn("cannot be made urgent", problem)
        self.policy.urgent_offered = True
        self.solve(self.ticket)
        problem = ticket._accept_support_urgency_as_client(self.stamp(self.ticket))
        self.assertIn("cannot be made urgent", problem)

    def test_a_hold_refuses_it_from_every_side(self):
        message = self.write_in(self.ticket, self.anna.partner_id)
        link = self.ticket.sudo()._send_support_urgency_link(self.anna.partner_id)
        hold = self.env["support.hold"].create(
            {"account_id": self.account.id, "kind": "unpaid", "reason": "Overdue"}
        )
        stamp = self.stamp(self.ticket)
        client = self.ticket.with_user(self.anna)
        problem = client._accept_support_urgency_as_client(stamp)
        self.assertIn("on hold", problem)
        self.assertIn("on hold", link._accept(stamp))
        technician = self.ticket.with_user(self.technician)
        for act in (
            lambda: technician._record_support_urgency(message, "email"),
            technician.action_support_send_urgency_link,
            technician.action_support_record_urgency,
        ):
            with self.assertRaisesRegex(UserError, "Overdue"):
                act()
        self.assertFalse(self.ticket.support_is_urgent)
        hold.action_lift()
        self.accept(self.ticket)

    def test_offered_follows_the_percentage_until_somebody_says_otherwise(self):
        policy = make_policy(self.env, self.company, "Other")
        self.assertFalse(policy.urgent_offered)
        policy.urgent_percent = 20
        self.assertTrue(policy.urgent_offered)
        with self.assertRaises(ValidationError):
            policy.urgent_link_hours = 0

    def test_an_urgency_without_a_surcharge(self):
        """Where nothing is counted, an urgency is an order, not a price."""
        policy = make_policy(
            self.env, self.company, "Fair use", unit="none", debit_on="none"
        )
        policy.write({"urgent_offered": True, "urgent_percent": 50})
        self.make_account(self.rival, policy)
        ticket = self.make_ticket(self.rita.partner_id)
        consent = self.accept(ticket, self.rita)
        self.assertEqual(consent.percent, 0)
        self.assertIn("no extra cost", consent.price_shown)
        self.log(ticket, 20)
        self.assertFalse(ticket.support_charge_id)

    # === IT ENDS === #

    def test_the_client_takes_it_back_while_nothing_was_done(self):
        consent = self.accept(self.ticket)
        client = self.ticket.with_user(self.andy)
        self.assertIsNone(client._withdraw_support_urgency_as_client("It works again"))
        self.assertEqual(consent.state, "cancelled")
        self.assertEqual(consent.cancel_ground, "withdrawn")
        self.assertEqual(consent.cancelled_by_id, self.andy)
        self.assertEqual(self.mails(consent)[1:].mapped("state"), ["outgoing"])
        self.assert_calm(self.ticket)
        self.assertIsNone(client._withdraw_support_urgency_as_client())

    def test_not_once_urgent_work_was_done(self):
        self.accept_between(self.ticket, (30,), (20,))
        client = self.ticket.with_user(self.anna)
        problem = client._withdraw_support_urgency_as_client()
        self.assertIn("has begun", problem)
        self.assertTrue(self.ticket.support_is_urgent)

    def test_not_while_somebody_works_on_it(self):
        self.accept(self.ticket)
        client = self.ticket.with_user(self.anna)
        timers = self.env["support.timer"].with_user(self.technician)
        timers._start(self.ticket.with_user(self.technician))
        self.assertFalse(client._get_support_portal_values()["urgency"]["may_withdraw"])
        self.assertIn("has begun", client._withdraw_support_urgency_as_client())
        self.ticket.support_timer_ids.action_discard()
        self.assertTrue(client._get_support_portal_values()["urgency"]["may_withdraw"])
        self.assertIsNone(client._withdraw_support_urgency_as_client())

    def stop_after_an_hour(self, accepted, minutes=60):
        """Work from ten to eleven, accepted on the way; return the entries."""
        ticket = self.ticket.with_user(self.technician)
        with freeze_time("2026-03-03 10:00:00"):
            self.env["support.timer"].with_user(self.technician)._start(ticket)
        with freeze_time(accepted):
            self.accept(self.ticket)
        with freeze_time("2026-03-03 11:00:00"):
            action = ticket.action_support_stop_work()
            wizards = self.env["support.timer.stop"].with_user(self.technician)
            wizard = wizards.with_context(**action["context"]).create(
                {"name": "Looked into it", "minutes": minutes}
            )
            wizard.action_log()
        return self.ticket.support_work_ids.sorted("date")

    def test_a_timer_that_runs_through_the_acceptance_writes_two_entries(self):
        works = self.stop_after_an_hour("2026-03-03 10:19:30")
        self.assertEqual(works.mapped("minutes"), [20, 40])
        self.assertEqual(set(works.mapped("name")), {"Looked into it"})
        self.assertEqual(works.user_id, self.technician)
        later = fields.Datetime.to_datetime("2026-03-03 10:20:00")
        self.assertEqual(works[1:].date, later)
        self.assertEqual([work._is_urgent() for work in works], [False, True])
        self.assert_charge(self.ticket, covered=60 + 20)

    def test_fewer_minutes_than_the_timer_ran_are_the_first_ones(self):
        works = self.stop_after_an_hour("2026-03-03 10:20:00", minutes=20)
        self.assertEqual(works.mapped("minutes"), [20])
        self.assert_charge(self.ticket, covered=60)

    def test_not_once_units_were_typed_for_it(self):
        self.ticket.support_typed_units = 90
        self.accept(self.ticket)
        client = self.ticket.with_user(self.anna)
        self.assertTrue(client._may_withdraw_support_urgency())
        self.ticket.support_typed_units = 91
        self.assertIn("has begun", client._withdraw_support_urgency_as_client())
        self.ticket.support_typed_units = 90
        self.assertIsNone(client._withdraw_support_urgency_as_client())

    def test_after_the_end_it_may_be_accepted_again(self):
        first = self.accept(self.ticket)
        self.cancel(self.ticket)
        second = self.accept(self.ticket)
        self.assertEqual(second.state, "accepted")
        self.assertEqual(self.ticket.support_consent_ids.sorted("id"), first | second)
        self.log(self.ticket, 20)
        self.assert_charge(self.ticket, covered=90)
        acceptances = self.env["support.terms.acceptance"]
        for consent in (first, second):
            self.assertEqual(len(acceptances._search_of(consent, "urgency")), 1)

    def test_another_clients_ticket_is_not_urgent_by_this_ones_consent(self):
        other = self.make_pack(1800, account=self.make_account(self.rival))
        consent = self.accept_between(self.ticket, (), (80,))
        self.ticket.partner_id = self.rita.partner_id
        self.assertEqual((consent.state, consent.cancel_ground), ("cancelled", "moved"))
        self.assertFalse(self.ticket.support_is_urgent)
        self.assertEqual((self.pack.balance, other.balance), (1800, 1720))
        values = self.ticket.with_user(self.rita)._get_support_portal_values()
        self.assertFalse(values["urgency"]["ended"])

    def test_a_duplicates_urgency_stays_with_it(self):
        duplicate = self.make_urgent_ticket()
        consent = self.accept_between(duplicate, (), (80,))
        duplicate.duplicate_id = self.ticket
        self.assert_charge(self.ticket, covered=80)
        self.assertEqual(duplicate.support_charge_id.quantity, 0)
        self.assertEqual(consent.ticket_id, duplicate)
        client = duplicate.with_user(self.anna)
        self.assertFalse(client._get_support_portal_values()["urgency"]["offered"])

    def test_reopening_keeps_it(self):
        self.accept_between(self.ticket, (), (20,))
        self.solve(self.ticket)
        self.ticket.stage_id = self.stage_new
        self.assertTrue(self.ticket.support_is_urgent)
        self.log(self.ticket, 61)
        self.assert_charge(self.ticket, covered=81 + 41)

    # === FOR WHOM IT IS === #

    def test_people_without_rights_still_read_tickets(self):
        self.accept(self.ticket)
        for user in (self.technician, self.manager, self.accountant):
            consents = self.env["support.urgency.consent"].with_user(user)
            self.assertTrue(consents.search([]))
        for user in (self.employee, self.salesperson, self.anna, self.rita):
            consents = self.env["support.urgency.consent"].with_user(user)
            with self.assertRaises(AccessError):
                consents.search([])
        for user in (self.technician, self.manager, self.accountant, self.anna):
            with self.assertRaises(AccessError):
                self.env["support.urgency.link"].with_user(user).search([])

    def test_another_company_reads_none(self):
        self.accept(self.ticket)
        other = self.env["res.company"].create({"name": "Other"})
        self.manager.write({"company_ids": [Command.link(other.id)]})
        consents = self.env["support.urgency.consent"].with_user(self.manager)
        self.assertFalse(
            consents.with_context(allowed_company_ids=other.ids).search([])
        )

    def test_one_consent_stands_even_in_the_database(self):
        consent = self.accept(self.ticket)
        values = {
            "ticket_id": self.ticket.id,
            "account_id": self.account.id,
            "partner_id": self.anna.partner_id.id,
            "channel": "portal",
            "evidence": "Again",
            "percent": 50,
            "accepted_at": fields.Datetime.now(),
        }
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(UniqueViolation),
            self.cr.savepoint(),
        ):
            consent._store(values)
