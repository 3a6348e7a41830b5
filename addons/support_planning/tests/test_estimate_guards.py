"""Nobody of ours accepts for a client, and nobody reads what is another's."""

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from odoo.addons.support_packs.tests.common import make_company, make_policy

from ..models.helpdesk_ticket_estimate import SEALED
from .common_estimate import EstimateCommon


@tagged("post_install", "-at_install")
class TestEstimateGuards(EstimateCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sent = cls.estimate(cls.ticket, 120)
        cls.of_staff = cls.sent.with_user(cls.technician)

    def record(self, message):
        """Record a written acceptance as a technician does, by the wizard."""
        wizard = self.env["support.estimate.evidence"].with_user(self.technician)
        wizard = wizard.create({"estimate_id": self.sent.id, "message_id": message.id})
        return wizard.action_apply()

    def assert_no_evidence(self, message):
        self.assertNotIn(message, self.of_staff._get_messages())
        with self.assertRaisesRegex(UserError, "Message: "):
            self.record(message)

    # === WRITTEN WORDS === #

    def test_what_the_client_wrote_is_recorded_from_when_it_reached_us(self):
        message = self.write_in(self.ticket, self.andy.partner_id, subject="Fine")
        self.assertTrue(self.of_staff.may_be_recorded)
        action = self.of_staff.action_record()
        self.assertEqual(action["context"]["default_message_id"], message.id)
        self.record(message)
        self.assertEqual((self.sent.state, self.sent.channel), ("accepted", "written"))
        self.assertEqual(self.sent.accepted_by, self.andy.partner_id)
        self.assertEqual(self.sent.accepted_user_id, self.technician)
        self.assertEqual(self.sent.message_id, message)
        moment = message.create_date.replace(microsecond=0)
        self.assertEqual(self.sent.accepted_at, moment)
        self.assertEqual(self.ticket.support_accepted_at, moment)
        self.assertIn("We accept the estimate", self.sent.evidence)
        self.assertEqual(self.sent.terms_id, self.terms)
        self.assertTrue(self.terms.is_accepted)
        told = self.mails(self.sent)
        self.assertEqual(told.recipient_ids, self.andy.partner_id)
        self.assertIn("not what you meant", told.body_html)
        self.assertFalse(
            self.env["support.terms.acceptance"]._search_of(self.sent, "estimate"),
            "Staff accepts no conditions for a client",
        )

    def test_written_words_accept_what_was_sent_not_how_things_are_today(self):
        read = self.sent.shown
        self.assertIn("Your balance afterwards: 1,680 min", read)
        mail = self.mails(self.sent.sudo().link_ids[:1])
        self.assertIn("1,680 min", mail.body_html)
        message = self.write_in(self.ticket, self.andy.partner_id)
        self.log(self.make_ticket(self.anna.partner_id), 600)
        newer = self.terms.browse(self.terms.action_new_version()["res_id"])
        newer.action_put_in_force()
        wizard = self.env["support.estimate.evidence"].with_user(self.technician)
        wizard = wizard.create({"estimate_id": self.sent.id, "message_id": message.id})
        self.assertEqual(wizard.shown, read)
        self.login(self.technician)
        self.call(wizard._name, "action_apply", wizard.ids)
        self.env.invalidate_all()
        self.assertEqual((self.sent.channel, self.sent.shown), ("written", read))
        self.assertEqual(self.sent.terms_id, self.terms)
        self.assertFalse(self.sent.ip, "That of a colleague is none of the client's")

    def test_the_client_itself_is_told_what_somebody_wrote_in_its_name(self):
        self.client.email = "office@example.com"
        self.record(self.write_in(self.ticket, self.andy.partner_id))
        first, second = self.mails(self.sent)
        self.assertEqual(first.recipient_ids, self.andy.partner_id)
        self.assertEqual(second.recipient_ids, self.client)
        self.assertIn("Andy", second.body_html)

    def test_nobody_is_told_twice(self):
        self.client.email = "Andy@Example.com"
        self.record(self.write_in(self.ticket, self.andy.partner_id))
        self.assertEqual(len(self.mails(self.sent)), 1)
        self.client.email = "office@example.com"
        other = self.accept(self.estimate(self.ticket, 90))
        self.assertEqual(len(self.mails(other)), 1, "Who is logged in is known")

    def test_conditions_that_changed_after_it_was_sent_are_not_accepted(self):
        message = self.write_in(self.ticket, self.andy.partner_id)
        self.terms.body = "<p>What is charged is the double.</p>"
        self.record(message)
        self.assertEqual(self.sent.state, "accepted")
        self.assertFalse(self.sent.terms_id)
        self.assertFalse(self.terms.is_accepted)

    def test_what_was_written_before_it_was_sent_accepts_nothing(self):
        message = self.write_in(self.ticket, self.anna.partner_id)
        self.sent = self.estimate(self.ticket, 150)
        self.of_staff = self.sent.with_user(self.technician)
        self.assert_no_evidence(message)

    def test_what_a_colleague_wrote_in_the_clients_name_is_no_evidence(self):
        message = self.ticket.with_user(self.technician).message_post(
            body="We accept",
            author_id=self.anna.partner_id.id,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        self.assert_no_evidence(message)

    def test_neither_is_what_a_colleague_rewrote_nor_what_another_client_wrote(self):
        message = self.write_in(self.ticket, self.anna.partner_id, "No!")
        message.with_user(self.technician).body = "Yes!"
        self.assert_no_evidence(message)
        self.assert_no_evidence(self.write_in(self.ticket, self.rita.partner_id))
        other = self.make_ticket(self.anna.partner_id)
        self.assert_no_evidence(self.write_in(other, self.anna.partner_id))

    def test_one_message_accepts_one_estimate(self):
        message = self.write_in(self.ticket, self.anna.partner_id)
        self.record(message)
        self.sent = self.estimate(self.ticket, 150)
        self.of_staff = self.sent.with_user(self.technician)
        self.assert_no_evidence(message)

    def test_what_came_in_time_is_recorded_later(self):
        message = self.write_in(self.ticket, self.anna.partner_id)
        late = self.write_in(self.ticket, self.anna.partner_id, "Still fine?")
        after = fields.Date.add(self.sent.valid_until, days=2)
        self.env.cr.execute(
            "UPDATE mail_message SET create_date = %s WHERE id = %s", [after, late.id]
        )
        late.invalidate_recordset()
        with freeze_time(after):
            self.sent._expire()
            self.assertEqual(self.sent.state, "expired")
            self.assert_no_evidence(late)
            self.record(message)
        self.assertEqual(self.sent.state, "accepted")
        self.assertFalse(self.sent.ended_at)

    def test_a_draft_and_what_was_replaced_are_not_recorded(self):
        message = self.write_in(self.ticket, self.anna.partner_id)
        draft = self.estimate(self.ticket, 90, send=False)
        self.assertFalse(draft.may_be_recorded)
        with self.assertRaisesRegex(UserError, "State: "):
            draft._record_acceptance(message)
        draft.action_send()
        with self.assertRaisesRegex(UserError, "State: "):
            self.of_staff._record_acceptance(message)

    def test_what_a_later_version_followed_is_not_recorded(self):
        message = self.write_in(self.ticket, self.anna.partner_id)
        after = fields.Date.add(self.sent.valid_until, days=2)
        with freeze_time(after):
            self.sent._expire()
            draft = self.estimate(self.ticket, 90, send=False)
            self.assertTrue(self.of_staff.may_be_recorded)
            draft.action_send()
            self.of_staff.invalidate_recordset()
            self.assertFalse(self.of_staff.may_be_recorded)
            with self.assertRaisesRegex(UserError, "State: "):
                self.of_staff._record_acceptance(message)
        self.assertEqual((self.sent.state, draft.state), ("expired", "sent"))

    def test_what_held_once_is_not_recorded_again(self):
        self.make_account(self.rival)
        self.accept(self.sent)
        self.ticket.partner_id = self.rita.partner_id
        self.ticket.partner_id = self.anna.partner_id
        message = self.write_in(self.ticket, self.anna.partner_id)
        with self.assertRaisesRegex(UserError, "State: "):
            self.of_staff._record_acceptance(message)
        self.assertEqual(self.sent.state, "expired")

    # === FACTS === #

    def test_nobody_writes_a_fact_by_hand(self):
        facts = {
            "state": "accepted",
            "accepted_at": "2026-03-03 10:00:00",
            "accepted_by": self.anna.partner_id.id,
            "sent_at": "2026-03-03 10:00:00",
            "version": 7,
            "account_id": self.account.id,
            "terms_id": self.terms.id,
            "evidence": "He said so",
        }
        draft = self.estimate(self.ticket, 60, send=False)
        for user in (self.technician, self.manager):
            for name, value in facts.items():
                with self.subTest(name):
                    with self.assertRaises(AccessError):
                        draft.with_user(user).write({name: value})
                    with self.assertRaises(AccessError):
                        draft.with_user(user).create(
                            {"ticket_id": self.ticket.id, "minutes": 5, name: value}
                        )

    def test_no_default_accepts(self):
        defaults = {
            "default_state": "accepted",
            "default_accepted_at": "2026-03-03 10:00:00",
            "default_ip": "203.0.113.9",
        }
        estimates = self.env["support.estimate"].with_user(self.technician)
        self.env["ir.default"].set(
            "support.estimate", "state", "accepted", user_id=self.technician.id
        )
        draft = estimates.with_context(**defaults).create(
            {"ticket_id": self.ticket.id, "minutes": 60}
        )
        self.assertEqual(draft.state, "draft")
        self.assertFalse(draft.accepted_at)
        self.assertFalse(draft.ip)

    def test_the_ticket_says_only_what_the_client_accepted(self):
        ticket = self.ticket.with_user(self.manager)
        values = {
            "support_estimate_minutes": 600,
            "support_accepted_at": "2026-03-03 10:00:00",
        }
        self.assertEqual(values.keys(), SEALED)
        for name, value in values.items():
            with self.subTest(name), self.assertRaises(AccessError):
                ticket.write({name: value})
            with self.assertRaises(AccessError):
                ticket.create({"name": "New", "description": "x", name: value})
            made = ticket.with_context(**{f"default_{name}": value}).create(
                {"name": "New", "description": "x", "team_id": self.team.id}
            )
            self.assertFalse(made[name])

    # === RIGHTS === #

    def test_who_may_not_work_on_the_ticket_estimates_nothing(self):
        for user in (self.employee, self.accountant, self.anna, self.rita):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.env["support.estimate"].with_user(user).create(
                    {"ticket_id": self.ticket.id, "minutes": 60}
                )
            with self.assertRaises(AccessError):
                self.sent.with_user(user).action_send()

    def test_who_sees_his_own_tickets_sees_their_estimates(self):
        own = self.make_user("own", "helpdesk_mgmt.group_helpdesk_user_own")
        self.ticket.user_id = self.technician
        estimates = self.env["support.estimate"].with_user(own)
        self.assertFalse(estimates.search([("id", "=", self.sent.id)]))
        self.ticket.user_id = own
        self.env.invalidate_all()
        self.assertTrue(estimates.search([("id", "=", self.sent.id)]))

    def test_another_company_sees_none(self):
        company = make_company(self.env, "Other Workshop", chart=False)
        manager = self.make_user("far", "helpdesk_mgmt.group_helpdesk_manager")
        manager.write(
            {"company_ids": [Command.set(company.ids)], "company_id": company.id}
        )
        far = self.env(user=manager, context={"allowed_company_ids": company.ids})
        accepted = self.estimate(self.make_ticket(), 60)
        self.accept(accepted)
        self.solve(accepted.ticket_id)
        self.env.flush_all()
        report = self.env["support.estimate.report"]
        self.assertTrue(report.with_user(self.manager).search([]))
        for model in ("support.estimate", "support.estimate.report"):
            self.assertFalse(far[model].search([]))
        with self.assertRaises(AccessError):
            self.sent.with_env(far).action_send()
        with self.assertRaises(AccessError):
            self.sent.with_env(far).minutes  # noqa: B018

    def test_whoever_may_not_read_the_ticket_learns_nothing_of_its_packs(self):
        """Not by a form that names the ticket, nor by a wizard that names the estimate.

        What a form holds is computed before anything is saved, or refused.
        """
        own = self.make_user("own", "helpdesk_mgmt.group_helpdesk_user_own")
        self.ticket.user_id = self.technician
        values = {"ticket_id": self.ticket.id, "minutes": 60}
        asked = values, ["ticket_id"], dict.fromkeys((*values, "shown_now", "unit"), {})
        estimates = self.env["support.estimate"]
        found = estimates.with_user(self.technician).onchange(*asked)["value"]
        self.assertIn("Pack of 1800", found["shown_now"])
        self.assertEqual(found["unit"], "minute")
        found = estimates.with_user(own).onchange(*asked)["value"]
        self.assertFalse(found.get("shown_now"))
        self.assertFalse(found.get("unit"))
        wizards = self.env["support.estimate.evidence"].with_user(own)
        with self.assertRaises(AccessError):
            wizards.new({"estimate_id": self.sent.id}).shown  # noqa: B018

    def test_settings_out_of_range(self):
        for name, value in (
            ("estimate_tolerance", 101),
            ("estimate_tolerance", -1),
            ("estimate_days", 0),
            ("estimate_days", 366),
        ):
            label = self.policy._fields[name].string.partition(" (")[0]
            with self.subTest(name), self.assertRaisesRegex(UserError, label):
                make_policy(self.env, self.company, "Other", **{name: value})

    # === THE FORM OF THE TICKET === #

    def test_of_the_former_client_nothing_is_gone_on_with(self):
        self.make_account(self.rival)
        draft = self.estimate(self.ticket, 90, send=False, note="For Anna alone")
        self.ticket.partner_id = self.rita.partner_id
        self.assertFalse(draft.exists())
        self.assertEqual(self.sent.state, "expired")
        action = self.ticket.with_user(self.technician).action_support_estimate()
        self.assertFalse(action["res_id"])
        self.assertFalse(action["context"]["default_minutes"])
        self.assertEqual(self.estimate(self.ticket, 30).state, "sent")

    def test_from_the_ticket_to_the_draft_and_back(self):
        ticket = self.ticket.with_user(self.technician)
        action = ticket.action_support_estimate()
        self.assertFalse(action["res_id"])
        self.assertEqual(action["context"]["default_minutes"], 120)
        draft = self.estimate(self.ticket, 60, send=False)
        self.assertEqual(ticket.action_support_estimate()["res_id"], draft.id)
        self.assertEqual(ticket.support_estimate_count, 2)
        action = ticket.action_view_support_estimates()
        self.assertEqual(
            self.env["support.estimate"].search(action["domain"]), draft | self.sent
        )
        wizard = self.env["support.estimate.withdraw"].with_user(self.technician)
        wizard.create({"estimate_id": self.sent.id, "reason": "Wrong"}).action_apply()
        self.assertEqual(self.sent.state, "rejected")
        self.assertIn("not sent yet", ticket.support_estimate_text)
