"""When a ticket was answered first: what counts as an answer, and what does not."""

from odoo.tests import freeze_time, tagged

from .common import SupportUrgencyCommon


@tagged("post_install", "-at_install")
class TestFirstResponse(SupportUrgencyCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_people()
        cls.ticket = cls.make_ticket(cls.contact)

    def post(self, author, ticket=None, **values):
        ticket = (ticket or self.ticket).sudo()
        return ticket.message_post(
            body="Words",
            author_id=author.partner_id.id,
            **{
                "message_type": "comment",
                "subtype_xmlid": "mail.mt_comment",
                **values,
            },
        )

    def test_a_new_ticket_is_unanswered(self):
        self.assertFalse(self.ticket.support_responded_at)

    def test_first_message_of_an_employee_counts_and_later_ones_do_not(self):
        first = self.post(self.technician)
        self.assertEqual(self.ticket.support_responded_at, first.date)
        with freeze_time("2099-01-01 10:00:00"):
            self.post(self.colleague)
        self.assertEqual(self.ticket.support_responded_at, first.date)

    def test_an_answer_by_mail_counts(self):
        self.post(self.technician, message_type="email")
        self.assertTrue(self.ticket.support_responded_at)

    def test_who_may_only_read_answers_too(self):
        """Posting takes the right to read only: the date is written all the same."""
        ticket = self.ticket.with_user(self.employee)
        self.ticket.message_subscribe(self.employee.partner_id.ids)
        self.assertFalse(ticket.has_access("write"))
        self.assertTrue(ticket.has_access("read"))
        ticket.message_post(
            body="Words", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        self.assertTrue(self.ticket.support_responded_at)

    def test_what_is_no_answer(self):
        robot = self.env.ref("base.user_root")
        for what, author, values in (
            ("an internal note", self.technician, {"subtype_xmlid": "mail.mt_note"}),
            ("for employees only", self.technician, {"is_internal": True}),
            ("automatic", self.technician, {"message_type": "notification"}),
            ("automatic comment", self.technician, {"message_type": "auto_comment"}),
            ("of the client", self.portal_user, {}),
            ("of the robot", robot, {}),
        ):
            with self.subTest(what):
                self.post(author, **values)
                self.assertFalse(self.ticket.support_responded_at)

    def test_an_employee_who_asks_does_not_answer(self):
        ticket = self.make_ticket(self.technician.partner_id)
        self.post(self.technician, ticket)
        self.assertFalse(ticket.support_responded_at)
        self.post(self.colleague, ticket)
        self.assertTrue(ticket.support_responded_at)

    def test_a_copy_is_unanswered(self):
        self.post(self.technician)
        self.assertFalse(self.ticket.copy().support_responded_at)

    def test_clients_do_not_read_it(self):
        ticket = self.ticket.with_user(self.portal_user)
        self.assertTrue(ticket.has_access("read"))
        self.assertNotIn("support_responded_at", ticket.fields_get())
