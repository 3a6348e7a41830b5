"""What the client reads about targets, in the time zone of the company."""

from odoo.tests import freeze_time, tagged

from odoo.addons.support_packs.tests.portal_common import PortalCommon

from .common_target import TargetCommon, at

MORNING = at("2026-07-01 10:00")


@tagged("post_install", "-at_install")
class TestTargetPortal(TargetCommon, PortalCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with freeze_time(MORNING):
            cls.ticket = cls.open_ticket()
            cls.ticket.partner_id = cls.anna.partner_id

    def lines(self, moment, lang="en_US", user=None):
        with freeze_time(at(moment)):
            ticket = self.ticket.with_user(user or self.anna)
            ticket.invalidate_recordset()
            ticket.sudo().support_target_ids.invalidate_recordset()
            values = ticket.with_context(lang=lang)._get_support_portal_values()
        return [
            (line["name"], line["promise"], line["text"])
            for line in values.get("targets", ())
        ]

    def test_when_it_is_due_in_the_zone_of_the_company(self):
        self.anna.tz = "America/Mexico_City"
        self.assertEqual(
            self.lines("2026-07-01 10:00"),
            [
                (
                    "First answer",
                    "10 min of opening hours",
                    "By 1 Jul 2026, 10:10 at the latest.",
                ),
                (
                    "Solution",
                    "4 h of opening hours",
                    "By 1 Jul 2026, 16:00 at the latest.",
                ),
            ],
        )

    def test_what_was_kept_missed_late_or_waits(self):
        with freeze_time(at("2026-07-01 10:05")):
            self.answer(self.ticket)
        texts = [line[2] for line in self.lines("2026-07-01 17:00")]
        self.assertEqual(
            texts,
            [
                "On 1 Jul 2026, 10:05, in time.",
                "It was due on 1 Jul 2026, 16:00: we are late.",
            ],
        )
        with freeze_time(at("2026-07-01 12:00")):
            self.ticket.stage_id = self.stage_waits
        self.assertIn("while we wait", self.lines("2026-07-01 17:00")[1][2])
        with freeze_time(at("2026-07-02 10:00")):
            self.ticket.stage_id = self.stage_new
            self.resolution_of(self.ticket)
        with freeze_time(at("2026-07-03 10:00")):
            self.solve(self.ticket)
        self.assertIn("later than", self.lines("2026-07-03 10:00")[1][2])

    def test_what_nobody_pursues_is_not_shown(self):
        with freeze_time(at("2026-07-01 10:05")):
            self.ticket.stage_id = self.stage_rejected
        self.assertFalse(self.lines("2026-07-01 12:00"))

    def test_the_page_shows_it(self):
        self.login(self.anna)
        page = self.page(f"/my/ticket/{self.ticket.id}")
        shown = self.texts(page, "o_support_target")
        self.assertEqual(len(shown), 2)
        self.assertIn("First answer", shown[0])
        self.assertIn("1 Jul 2026, 10:10", shown[0])
        self.assertIn("Europe/Madrid", " ".join(self.texts(page, "o_support_targets")))

    def test_other_clients_read_nothing_of_it(self):
        stranger = self.make_user("stranger", "base.group_portal")
        self.ticket.message_subscribe(stranger.partner_id.ids)
        self.assertTrue(self.ticket.with_user(stranger).has_access("read"))
        self.assertFalse(self.lines("2026-07-01 10:00", user=stranger))
