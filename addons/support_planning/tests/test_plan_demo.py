"""The demo has a queue, and the run of the coming Friday plans it."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from odoo.tests import TransactionCase, freeze_time, tagged

from odoo.addons.support_packs.models.support_demo import DEMO_NAMES

from ..demo.story import HOURS, MINUTES, STORIES
from ..models.support_plan_week import aware, naive

MODELS = (
    "res.partner",
    "res.users",
    "sale.order",
    "helpdesk.ticket",
    "support.estimate",
    "support.plan.member",
    "support.request.type",
    "support.pack",
    "resource.resource",
    "resource.calendar.leaves",
)


@tagged("post_install", "-at_install")
class TestPlanDemo(TransactionCase):
    """The stories, told here if the database was made without them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mails_before = cls.env["mail.mail"].search([])
        # As after an installation, whatever somebody chose since.
        waits = cls.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_awaiting")
        waits.support_waits_for_client = True
        cls.env["support.demo"]._load()
        cls.env["support.demo"]._load_planning()

    def ref(self, name):
        return self.env.ref(f"{DEMO_NAMES}.{name}")

    def enter(self, story):
        """Look at the company of a story; return its team."""
        prefix = "" if story is HOURS else "minutes_"
        company = self.ref(f"{prefix}company")
        self.env = self.env(
            context={**self.env.context, "allowed_company_ids": company.ids}
        )
        return self.ref(f"{prefix}team")

    def ticket(self, estimate):
        key = estimate.ticket
        return self.ref(key if isinstance(key, str) else key.key)

    def plan_on_friday(self, team):
        """Run the hourly job right after the next cut-off; return what it made.

        The cut-off is reckoned here from the calendar, not by the engine.
        """
        zone = team.company_id.support_tz
        self.assertEqual((team.support_cutoff_day, team.support_cutoff_hour), ("4", 14))
        now = self.env.cr.now()
        local = aware(now).astimezone(ZoneInfo(zone))
        friday = local + timedelta(days=(4 - local.weekday()) % 7)
        moment = friday.replace(hour=14, minute=0, second=1, microsecond=0)
        if moment <= local:
            moment += timedelta(weeks=1)
        with freeze_time(naive(moment)), self.enter_registry_test_mode():
            self.env.ref("support_planning.cron_plan").method_direct_trigger()
        self.env.invalidate_all()
        monday = (moment + timedelta(days=3)).date()
        plans = self.env["support.plan"].search([("team_id", "=", team.id)])
        self.assertEqual(plans.mapped("date_start"), [monday])
        return plans

    def reasons(self, plan):
        return {row.ticket_id: row.reason for row in plan.unplaced_ids}

    def codes(self, line):
        return [code for code, _values in line.reasons]

    # === FRIDAY === #

    def test_friday_plans_the_hours(self):
        plan = self.plan_on_friday(self.enter(HOURS))
        self.assertEqual(plan.state, "draft")
        self.assertTrue(plan.is_automatic)
        pickup, courses = self.ref("ticket_pickup"), self.ref("ticket_courses")
        boxes, resellers = self.ref("ticket_gift_boxes"), self.ref("ticket_resellers")
        lines = plan.line_ids.sorted("place")
        self.assertEqual(lines.ticket_id, pickup | courses | boxes | resellers)
        self.assertEqual(
            self.reasons(plan),
            {
                self.ref("ticket_classes"): "hold",
                self.ref("ticket_exam_dates"): "client",
                resellers: "continued",
            },
        )
        people = plan.capacity_ids
        self.assertEqual(len(people), 2, "Two people with hours")
        away = people.filtered("leave_minutes")
        self.assertEqual(away.user_id, self.ref("user_tecnica"))
        self.assertEqual(away.leave_minutes, 480)
        self.assertEqual(
            away.reserve_minutes, 32 * 60 * 20 // 100, "A fifth for urgencies"
        )
        half = people - away
        self.assertEqual(half.other_minutes, 20 * 60)

    def test_friday_plans_the_minutes_and_waits_for_who_knows_the_shop(self):
        plan = self.plan_on_friday(self.enter(MINUTES))
        ready = self.ref("minutes_ticket_ready")
        weddings = self.ref("minutes_ticket_weddings")
        self.assertEqual(plan.line_ids.ticket_id, ready | weddings)
        self.assertEqual(
            self.reasons(plan),
            {
                self.ref("minutes_ticket_covers"): "client",
                self.ref("minutes_ticket_valencian"): "balance",
            },
        )
        line = plan.line_ids.filtered(lambda one: one.ticket_id == ready)
        self.assertEqual(line.user_id, self.ref("user_tecnica"))
        self.assertEqual(self.codes(line)[-1:], ["waited"])
        wednesday = plan.date_start + timedelta(days=2)
        self.assertEqual(plan._get_local_day(line.date_start), wednesday)

    def test_everything_says_why(self):
        for story in STORIES:
            with self.subTest(story.preset):
                plan = self.plan_on_friday(self.enter(story))
                accepted = {self.ticket(one) for one in story.estimates if one.accepted}
                told = set(plan.line_ids.ticket_id) | set(self.reasons(plan))
                self.assertEqual(told, accepted)
                for row in [*plan.line_ids, *plan.unplaced_ids]:
                    self.assertTrue(row.explanation, row.ticket_id.name)
                # What it says can be promised, as it stands.
                with freeze_time(plan.proposed_at):
                    self.assertFalse(plan._get_confirm_problems())

    # === THE QUEUE UNTIL THEN === #

    def test_each_team_has_a_queue_with_reasons(self):
        for story in STORIES:
            with self.subTest(story.preset):
                team = self.enter(story)
                queue = self.env["helpdesk.ticket"]._get_support_queue(team)
                accepted = [
                    self.ticket(one).id for one in story.estimates if one.accepted
                ]
                self.assertEqual(queue.ids, accepted, "In the order of acceptance")
                self.assertIn("client", queue.mapped("support_queue_problem"))
                # The clock plans no week whose cut-off was before the story.
                expected = queue.filtered("support_expected_week")
                self.assertIn(queue[0], expected)
                self.assertEqual(
                    min(expected.mapped("support_expected_week")),
                    self.env["support.demo"]._get_planned_monday(team),
                )

    def test_one_estimate_waits_for_each_of_two_clients(self):
        for story, login in ((HOURS, "cliente"), (MINUTES, "cliente_minutos")):
            with self.subTest(login):
                self.enter(story)
                [event] = [one for one in story.estimates if one.accepted is None]
                ticket = self.ticket(event).with_user(self.ref(f"user_{login}"))
                estimate = ticket._get_sent_support_estimate()
                self.assertTrue(estimate)
                stamp = estimate.sudo()._get_offer().stamp
                self.assertIsNone(estimate._accept_as_client(stamp))
                self.assertEqual(ticket.sudo().support_estimate_minutes, event.minutes)

    def test_packs_cover_what_was_accepted_but_for_one(self):
        for story in STORIES:
            for event in story.estimates:
                ticket = self.ticket(event)
                with self.subTest(ticket.name):
                    missing = ticket._get_support_shortage().missing
                    self.assertEqual(
                        bool(missing), ticket == self.ref("minutes_ticket_valencian")
                    )

    def test_acceptances_are_kept_as_the_client_s(self):
        for story in STORIES:
            for event in story.estimates:
                if event.accepted is None:
                    continue
                ticket = self.ticket(event)
                with self.subTest(ticket.name):
                    estimate = ticket._get_support_estimate()
                    self.assertEqual(estimate.accepted_by, ticket.partner_id)
                    self.assertIn(str(event.minutes // 60), estimate.shown)
                    self.assertTrue(estimate.terms_id)
                    self.assertLess(estimate.sent_at, estimate.accepted_at)
                    self.assertLess(ticket.create_date, estimate.sent_at)

    # === WHAT THE STORIES REST ON === #

    def test_telling_it_again_changes_nothing(self):
        before = {model: self.env[model].search_count([]) for model in MODELS}
        self.env["support.demo"]._load_planning()
        after = {model: self.env[model].search_count([]) for model in MODELS}
        self.assertEqual(after, before)

    def test_nobody_is_mailed(self):
        made = self.env["mail.mail"].search([]) - self.mails_before
        told = made.filtered(lambda mail: mail.model not in ("res.users", False))
        self.assertFalse(told.mapped("subject"))
