"""An estimate from its draft to its end: what each act does, and who may."""

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, freeze_time, tagged

from odoo.addons.support_packs.tests.common import make_credits_policy, make_policy

from .common_estimate import EstimateCommon


@tagged("post_install", "-at_install")
class TestEstimate(EstimateCommon):
    # === DRAFTS === #

    def test_a_draft(self):
        self.policy.estimate_tolerance = 15
        draft = self.estimate(self.ticket, 60, send=False)
        self.assertEqual((draft.state, draft.version), ("draft", 1))
        self.assertEqual((draft.tolerance_percent, draft.limit_minutes), (15, 69))
        self.assertEqual(draft.account_id, self.account)
        draft.minutes = 61
        self.assertEqual(draft.limit_minutes, 71)
        draft.unlink()

    def test_numbers_that_make_no_sense(self):
        for field, values in (
            ("Minutes", {"minutes": 0}),
            ("Minutes", {"minutes": -5}),
            ("Minutes", {"minutes": 100_001}),
            ("Tolerance", {"tolerance_percent": -1}),
            ("Tolerance", {"tolerance_percent": 101}),
        ):
            with self.subTest(values), self.assertRaisesRegex(ValidationError, field):
                self.estimate(self.ticket, **{"minutes": 60, **values})

    def test_a_ticket_that_nobody_pays_for_is_not_estimated(self):
        stranger = self.make_client("Nobody yet")
        ticket = self.make_ticket(stranger)
        with self.assertRaisesRegex(ValidationError, "Ticket: "):
            self.estimate(ticket)

    def test_in_credits(self):
        policy = self.make_credits()
        ticket = self.make_ticket(self.rival)
        self.assertEqual(ticket.support_account_id.policy_id, policy)
        estimate = self.env["support.estimate"].create(
            {"ticket_id": ticket.id, "credits": 45}
        )
        self.assertEqual((estimate.minutes, estimate.credits), (90, 45))
        estimate.credits = 50
        self.assertEqual(estimate.minutes, 100)
        offer = estimate.sudo()._get_offer()
        # Minimum 15, blocks of 15: 50 credits of work cost 60.
        self.assertEqual((offer.unit, offer.quantity), ("credit", 60))

    def test_a_form_takes_credits_or_minutes(self):
        self.make_credits()
        ticket = self.make_ticket(self.rival)
        estimates = self.env["support.estimate"].with_user(self.technician)
        with Form(estimates.with_context(default_ticket_id=ticket.id)) as form:
            self.assertEqual(form.unit, "credit")
            form.credits = 45
            self.assertEqual(form.minutes, 90)
        self.assertEqual((form.record.minutes, form.record.credits), (90, 45))
        with Form(form.record) as form:
            form.minutes = 61
            self.assertEqual(form.credits, 31)
        self.assertEqual(form.record.minutes, 61)
        form.record.write({"minutes": 63, "credits": 32})
        self.assertEqual(form.record.minutes, 63)

    def test_the_form_says_what_its_numbers_mean(self):
        form = Form(self.estimate(self.ticket, 60, send=False))
        self.assertIn("60 min", form.shown_now)
        form.minutes = 90
        self.assertIn("90 min", form.shown_now)

    def make_credits(self):
        policy = make_credits_policy(
            self.env, self.company, minutes_per_credit=2, uncovered_policy="wait"
        )
        self.make_account(self.rival, policy)
        return policy

    # === SENDING === #

    def test_sending(self):
        estimate = self.estimate(self.ticket, 120, send=False)
        estimate.with_user(self.technician).action_send()
        self.assertEqual(estimate.state, "sent")
        self.assertEqual(estimate.sent_by_id, self.technician)
        today = self.company.support_local_date()
        self.assertEqual(estimate.valid_until, fields.Date.add(today, days=15))
        with self.assertRaisesRegex(UserError, "State: "):
            estimate.action_send()

    def test_what_was_sent_does_not_change(self):
        estimate = self.estimate(self.ticket)
        with self.assertRaises(UserError):
            estimate.minutes = 60
        with self.assertRaises(UserError):
            estimate.unlink()
        with self.assertRaises(UserError):
            estimate.copy()
        with self.assertRaises(UserError):
            self.ticket.unlink()

    def test_it_is_not_sent_where_nobody_could_accept_it(self):
        estimate = self.estimate(self.ticket, send=False)
        self.solve(self.ticket)
        with self.assertRaisesRegex(UserError, "Ticket: "):
            estimate.action_send()
        self.ticket.stage_id = self.stage_new
        self.ticket.active = False
        with self.assertRaisesRegex(UserError, "Ticket: it is archived"):
            estimate.action_send()
        self.ticket.active = True
        with self.assertRaisesRegex(UserError, "Valid until: "):
            self.estimate(self.ticket, valid_until="2026-01-01")

    def test_a_client_without_an_address_finds_it_on_the_page(self):
        self.anna.partner_id.email = False
        estimate = self.estimate(self.ticket)
        self.assertEqual(estimate.state, "sent")
        self.assertFalse(estimate.sudo().link_ids)
        self.assertIn("no e-mail address", self.notes(self.ticket))

    # === ACCEPTING === #

    def test_the_client_accepts(self):
        estimate = self.accept(self.estimate(self.ticket, 120))
        self.assertEqual((estimate.state, estimate.channel), ("accepted", "portal"))
        self.assertEqual(estimate.accepted_by, self.anna.partner_id)
        self.assertEqual(estimate.accepted_user_id, self.anna)
        self.assertEqual(estimate.terms_id, self.terms)
        self.assertIn("120 min", estimate.shown)
        self.assertEqual(self.ticket.support_estimate_minutes, 120)
        self.assertEqual(self.ticket.support_accepted_at, estimate.accepted_at)
        accepted = self.env["support.terms.acceptance"]._search_of(estimate, "estimate")
        self.assertEqual(accepted.partner_id, self.anna.partner_id)
        self.assertTrue(self.terms.is_accepted)
        self.assertIn("Anna", self.mails(estimate).body_html)

    def test_accepting_twice_is_once(self):
        estimate = self.accept(self.estimate(self.ticket))
        moment = estimate.accepted_at
        later = fields.Datetime.add(moment, minutes=5)
        with freeze_time(later):
            self.accept(estimate, self.andy)
        self.assertEqual(estimate.accepted_at, moment)
        self.assertEqual(estimate.accepted_by, self.anna.partner_id)
        self.assertEqual(len(self.mails(estimate)), 1)

    def test_only_what_was_shown_is_accepted(self):
        estimate = self.estimate(self.ticket)
        reader = estimate.with_user(self.anna)
        old = self.stamp(estimate)
        self.log(self.ticket, 30)
        for stamp in (old, None, "", 5, ["x"], "x" * 10_000):
            self.assertTrue(reader._accept_as_client(stamp))
        self.assertEqual(estimate.state, "sent")
        self.accept(estimate)

    def test_the_hook_is_called_when_everything_is_there(self):
        seen = []
        tickets = type(self.env["helpdesk.ticket"])

        def hook(ticket, estimate):
            seen.append((ticket.support_estimate_minutes, estimate.state))

        self.patch(tickets, "_on_support_estimate_accepted", hook)
        self.accept(self.estimate(self.ticket, 45))
        self.assertEqual(seen, [(45, "accepted")])

    def test_by_a_call_only_the_client_accepts(self):
        estimate = self.estimate(self.ticket)
        for user, error in (
            (self.rita, AccessError),
            (self.technician, UserError),
            (self.manager, UserError),
            (self.employee, AccessError),
        ):
            with self.subTest(user.login), self.assertRaises(error):
                estimate.with_user(user).action_accept()
        self.assertEqual(estimate.state, "sent")
        estimate.with_user(self.andy).action_accept()
        self.assertEqual(estimate.accepted_by, self.andy.partner_id)

    # === REJECTING === #

    def test_the_client_rejects_with_a_reason(self):
        estimate = self.estimate(self.ticket)
        reader = estimate.with_user(self.anna)
        for reason in (None, "", "  \x00 ", 5):
            with self.assertRaisesRegex(UserError, "Reason: "):
                reader.action_reject(reason)
        with self.assertRaisesRegex(UserError, "2000"):
            reader.action_reject("x" * 2001)
        reader.action_reject("Too much")
        self.assertEqual(
            (estimate.state, estimate.reject_reason), ("rejected", "Too much")
        )
        self.assertEqual(estimate.rejected_by, self.anna.partner_id)
        self.assertTrue(reader._accept_as_client(self.stamp(estimate)))
        self.assertEqual(estimate.state, "rejected")
        self.assertFalse(self.ticket.support_accepted_at)

    def test_staff_takes_it_back(self):
        estimate = self.estimate(self.ticket)
        with self.assertRaises(AccessError):
            estimate.with_user(self.employee).action_reject("No")
        with self.assertRaises(AccessError):
            estimate.with_user(self.rita).action_reject("No")
        estimate.with_user(self.technician).action_reject("We were wrong")
        self.assertEqual(estimate.state, "rejected")
        self.assertFalse(estimate.rejected_by)
        other = self.estimate(self.ticket)
        other.sudo().action_reject("We clean up")
        self.assertEqual((other.state, other.rejected_by.ids), ("rejected", []))

    def test_what_is_accepted_is_not_rejected(self):
        estimate = self.accept(self.estimate(self.ticket))
        with self.assertRaises(UserError):
            estimate.with_user(self.anna).action_reject("After all")
        self.assertEqual(estimate.state, "accepted")

    # === VERSIONS === #

    def test_a_new_version_replaces_the_one_that_was_sent(self):
        first = self.estimate(self.ticket, 60)
        old = self.stamp(first)
        second = self.estimate(self.ticket, 90)
        self.assertEqual((first.state, first.replaced_by_id), ("expired", second))
        self.assertEqual((second.version, second.state), (2, "sent"))
        problem = first.with_user(self.anna)._accept_as_client(old)
        self.assertIn("newer version", problem)
        self.accept(second)
        self.assertEqual(self.ticket.support_estimate_minutes, 90)

    def test_what_was_accepted_holds_until_another_is(self):
        first = self.accept(self.estimate(self.ticket, 60))
        second = self.estimate(self.ticket, 90)
        self.assertEqual(first.state, "accepted")
        self.assertEqual(self.ticket.support_estimate_minutes, 60)
        second.with_user(self.anna).action_reject("The first one suffices")
        self.assertEqual(first.state, "accepted")
        third = self.accept(self.estimate(self.ticket, 75))
        self.assertEqual((first.state, first.replaced_by_id), ("expired", third))
        self.assertEqual(self.ticket.support_estimate_minutes, 75)
        self.assertEqual(self.ticket.support_accepted_at, third.accepted_at)
        self.assertTrue(first.accepted_at, "What happened stays written")

    # === EXPIRY === #

    def expire(self):
        self.env.ref("support_planning.cron_estimate_expire").method_direct_trigger()
        self.env.invalidate_all()

    def test_it_expires_after_its_last_day_in_the_support_time_zone(self):
        self.company.support_tz = "Europe/Madrid"
        with freeze_time("2026-03-01 10:00:00"):
            estimate = self.estimate(self.ticket, valid_until="2026-03-03")
            stamp = self.stamp(estimate)
        # In March Madrid is one hour ahead of UTC.
        with freeze_time("2026-03-03 22:59:59"):
            self.expire()
            self.assertEqual(estimate.state, "sent")
        with freeze_time("2026-03-03 23:00:00"):
            # Even where the clock's work is late.
            problem = estimate.with_user(self.anna)._accept_as_client(stamp)
            self.assertIn("time to accept", problem)
            self.expire()
            self.expire()
        self.assertEqual(estimate.state, "expired")
        self.assertEqual(self.notes(self.ticket).count("in time"), 1)

    def test_west_of_greenwich_the_day_is_longer(self):
        self.company.support_tz = "America/Mexico_City"
        with freeze_time("2026-03-01 10:00:00"):
            estimate = self.estimate(self.ticket, valid_until="2026-03-03")
        with freeze_time("2026-03-04 05:59:59"):
            self.expire()
            self.assertEqual(estimate.state, "sent")
            self.accept(estimate)

    def test_east_of_greenwich_it_begins_earlier(self):
        self.company.support_tz = "Pacific/Auckland"
        with freeze_time("2026-03-01 10:00:00"):
            estimate = self.estimate(self.ticket, valid_until="2026-03-03")
        with freeze_time("2026-03-03 11:00:00"):
            self.expire()
        self.assertEqual(estimate.state, "expired")

    def test_what_is_accepted_does_not_expire(self):
        with freeze_time("2026-03-01 10:00:00"):
            estimate = self.accept(self.estimate(self.ticket, valid_until="2026-03-03"))
        self.expire()
        self.assertEqual(estimate.state, "accepted")

    # === ANOTHER CLIENT === #

    def test_what_one_client_accepted_holds_for_no_other(self):
        self.make_account(self.rival)
        estimate = self.accept(self.estimate(self.ticket))
        self.ticket.partner_id = self.rita.partner_id
        self.assertEqual(estimate.state, "expired")
        self.assertEqual(self.ticket.support_estimate_minutes, 0)
        self.assertFalse(self.ticket.support_accepted_at)
        other = self.estimate(self.ticket, 30)
        with self.assertRaises(AccessError):
            other.with_user(self.anna).action_accept()
        with self.assertRaises(AccessError):
            estimate.with_user(self.rita).action_accept()
        self.accept(other, self.rita)

    # === MERGED === #

    def test_with_a_merged_ticket_its_estimates_end(self):
        self.team.write(
            {"support_plan_weekly": True, "support_plan_since": "2026-01-01"}
        )
        main = self.make_ticket(self.anna.partner_id)
        held = self.accept(self.estimate(self.ticket, 60))
        self.log(self.ticket, 30)
        sent = self.estimate(self.ticket, 90)
        draft = self.estimate(self.ticket, 120, send=False)
        stamp = self.stamp(sent)
        message = self.write_in(self.ticket, self.anna.partner_id)
        self.assertTrue(self.ticket.support_is_queued)
        self.ticket.with_user(self.technician).duplicate_id = main
        self.assertEqual((held.state, sent.state), ("expired", "expired"))
        self.assertEqual(self.ticket.support_estimate_minutes, 0)
        self.assertFalse(self.ticket.support_accepted_at)
        self.assertFalse(self.ticket.support_is_queued)
        self.assertTrue(held.accepted_at, "What happened stays written")
        self.assertNotIn("After the correction", self.notes(self.ticket))
        for act in (draft.action_send, lambda: sent._record_acceptance(message)):
            with self.assertRaisesRegex(UserError, main.number):
                act()
        self.assertTrue(sent.with_user(self.anna)._accept_as_client(stamp))
        self.assertEqual(sent.state, "expired")

    def test_what_reaches_a_merged_ticket_some_other_way_is_not_accepted(self):
        main = self.make_ticket(self.anna.partner_id)
        estimate = self.estimate(self.ticket, 60)
        self.ticket.duplicate_id = main
        estimate._store({"state": "sent"})
        problem = estimate.with_user(self.anna)._accept_as_client(self.stamp(estimate))
        self.assertIn("cannot be accepted", problem)

    def test_a_duplicate_of_another_clients_ticket_goes_on(self):
        """It is charged by itself, as packs has it."""
        self.make_account(self.rival)
        estimate = self.accept(self.estimate(self.ticket, 60))
        self.ticket.duplicate_id = self.make_ticket(self.rita.partner_id)
        self.assertEqual(estimate.state, "accepted")

    # === WHAT IT DRAWS === #

    def test_what_it_draws_and_costs(self):
        self.make_hour(75)
        self.log(self.ticket, 30)
        estimate = self.estimate(self.ticket, 1860)
        offer = estimate.sudo()._get_offer()
        self.assertEqual((offer.done, offer.quantity, offer.charged), (30, 1860, 60))
        self.assertEqual(offer.draws, ((self.pack.id, 1740),))
        self.assertEqual((offer.uncovered, offer.money), (60, "75.00"))
        self.assertEqual(offer.balance, (1740, 0))
        text = estimate.shown_now
        for part in ("1,860 min (31 h)", "Pack of 1800", "1,740 min", "75.00", "10 %"):
            self.assertIn(part, text)

    def test_less_than_the_minimum_costs_the_minimum(self):
        offer = self.estimate(self.ticket, 20).sudo()._get_offer()
        self.assertEqual((offer.minutes, offer.quantity), (20, 60))

    def test_nothing_is_posted_by_estimating(self):
        self.accept(self.estimate(self.ticket, 600))
        self.assertEqual(self.pack.balance, 1800)
        self.assertFalse(self.ticket.support_charge_id)
        self.log(self.ticket, 90)
        self.assert_charge(self.ticket, 90)

    def test_where_nothing_is_counted(self):
        free = make_policy(
            self.env, self.company, "Free", minimum=0, unit="none", debit_on="none"
        )
        self.make_account(self.rival, free)
        ticket = self.make_ticket(self.rita.partner_id)
        estimate = self.estimate(ticket, 60)
        self.assertFalse(estimate.sudo()._get_offer().unit)
        self.accept(estimate, self.rita)
        self.assertEqual(ticket.support_estimate_minutes, 60)
