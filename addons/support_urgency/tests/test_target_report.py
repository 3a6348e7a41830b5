"""Breaches, and how long clients waited for a first answer."""

from odoo.tests import freeze_time, tagged

from .common_target import TargetCommon, at

MORNING = at("2026-07-01 10:00")


@tagged("post_install", "-at_install")
class TestTargetReport(TargetCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with freeze_time(MORNING):
            cls.kept, cls.missed, cls.late, cls.waiting, cls.dropped = (
                cls.open_ticket() for _number in range(5)
            )
        with freeze_time(at("2026-07-01 10:08")):
            cls.answer_of(cls.kept)
            cls.waiting.stage_id = cls.stage_waits
            cls.dropped.stage_id = cls.stage_rejected
        with freeze_time(at("2026-07-01 10:40")):
            cls.answer_of(cls.missed)
            cls.log(cls.kept, 4)
            cls.log(cls.missed, 25)
            cls.solve(cls.kept)
            cls.solve(cls.missed)
        cls.env.flush_all()

    @classmethod
    def answer_of(cls, ticket):
        ticket.message_post(
            body="Words",
            author_id=cls.technician.partner_id.id,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )

    def rows(self, **domain):
        return self.env["support.target.report"].search(
            [
                ("company_id", "=", self.company.id),
                *((name, "=", value) for name, value in domain.items()),
            ]
        )

    @freeze_time(at("2026-07-01 11:10"))
    def test_states_are_those_of_the_targets(self):
        found = {row.ticket_id: row.state for row in self.rows(kind="response")}
        self.assertEqual(
            found,
            {
                self.kept: "met",
                self.missed: "missed",
                self.late: "late",
                self.waiting: "paused",
                self.dropped: "stopped",
            },
        )
        for row in self.rows():
            target = self.env["support.target"].browse(row.id)
            self.assertEqual(row.state, target.state)
            self.assertEqual(bool(row.late), target.is_late)

    @freeze_time(at("2026-07-01 11:10"))
    def test_how_late(self):
        found = {row.ticket_id: row.late_minutes for row in self.rows(late=1)}
        self.assertEqual(found, {self.missed: 30, self.late: 60})

    @freeze_time(at("2026-07-01 11:10"))
    def test_share_of_the_decided_ones(self):
        [(count, late, percent)] = self.env["support.target.report"]._read_group(
            [
                ("company_id", "=", self.company.id),
                ("kind", "=", "response"),
                "|",
                ("reached_at", "!=", False),
                ("late", "=", 1),
            ],
            aggregates=["__count", "late:sum", "late_percent:avg"],
        )
        self.assertEqual((count, late, round(percent, 1)), (3, 2, 66.7))

    def test_mean_first_answer_of_short_tickets(self):
        """4 minutes of work: answered after 8; 25 minutes of work do not count."""
        report = self.env["support.response.report"]
        mine = [("company_id", "=", self.company.id)]
        [(count, mean)] = report._read_group(
            [*mine, ("is_short", "=", True)],
            aggregates=["__count", "response_minutes:avg"],
        )
        self.assertEqual((count, mean), (1, 8))
        [(count, mean)] = report._read_group(
            mine, aggregates=["__count", "response_minutes:avg"]
        )
        self.assertEqual((count, mean), (2, 24))

    def test_ten_minutes_of_work_are_not_under_ten(self):
        report = self.env["support.response.report"]
        self.log(self.kept, 6)
        self.assertFalse(report.browse(self.kept.id).is_short)

    def test_the_answer_counts_in_opening_hours_without_a_target_too(self):
        with freeze_time(at("2026-07-01 17:30")):
            ticket = self.open_ticket(self.p3)
        with freeze_time(at("2026-07-02 09:30")):
            self.answer(ticket)
        self.assertEqual(ticket.support_response_minutes, 60)
