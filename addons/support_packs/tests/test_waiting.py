"""Who answers in a stage that waits for the client is waited for no more."""

from odoo import fields
from odoo.tests import freeze_time, tagged

from ..hooks import post_init_hook
from .common import SupportPacksCommon
from .upgrade import run_migration


@tagged("post_install", "-at_install")
class TestWaiting(SupportPacksCommon):
    chart = False

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stage_waits = cls.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_awaiting")
        cls.stage_waits.support_waits_for_client = True
        cls.technician = cls.make_user(
            "technician", "helpdesk_mgmt.group_helpdesk_user"
        )
        cls.ticket = cls.make_ticket(cls.contact)

    def write_in(self, author, **values):
        return self.ticket.message_post(
            body="Here it is",
            author_id=author.id,
            **{
                "message_type": "comment",
                "subtype_xmlid": "mail.mt_comment",
                **values,
            },
        )

    def ask(self, moment):
        with freeze_time(moment):
            self.ticket.stage_id = self.stage_new
            self.ticket.stage_id = self.stage_waits

    def test_the_message_of_the_client_is_an_answer(self):
        with freeze_time("2026-07-01 09:00:00"):
            self.write_in(self.contact)
        self.assertFalse(self.ticket._is_support_waiting_for_client())
        self.ask("2026-07-01 10:00:00")
        self.assertTrue(self.ticket._is_support_waiting_for_client())
        with freeze_time("2026-07-01 11:00:00"):
            self.write_in(self.technician.partner_id)
            self.write_in(self.contact, subtype_xmlid="mail.mt_note")
            self.write_in(self.contact, message_type="out_of_office")
            self.assertTrue(self.ticket._is_support_waiting_for_client())
            # When it reached us, whatever its sender says.
            self.write_in(
                self.contact, message_type="email", date="2020-01-01 00:00:00"
            )
        self.assertFalse(self.ticket._is_support_waiting_for_client())
        self.assertEqual(self.ticket.stage_id, self.stage_waits)
        self.ask("2026-07-01 12:00:00")
        self.assertTrue(self.ticket._is_support_waiting_for_client())

    def test_what_came_before_we_asked_is_no_answer(self):
        self.ask("2026-07-01 10:00:00")
        moment = fields.Datetime.to_datetime("2026-07-01 09:59:59")
        self.ticket._on_support_client_answer(moment)
        self.assertTrue(self.ticket._is_support_waiting_for_client())

    def test_a_closed_stage_waits_for_nobody(self):
        self.ask("2026-07-01 10:00:00")
        self.stage_waits.closed = True
        self.assertFalse(self.ticket._is_support_waiting_for_client())


@tagged("post_install", "-at_install")
class TestWaitingStage(SupportPacksCommon):
    """helpdesk_mgmt's own stage waits, unless somebody decided otherwise."""

    chart = False

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stage_waits = cls.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_awaiting")

    def migrate(self):
        run_migration(self.env, "19.0.1.3.0/pre-migration.py", "19.0.1.2.0")

    def test_installing_says_so(self):
        self.stage_waits.support_waits_for_client = False
        post_init_hook(self.env)
        self.assertTrue(self.stage_waits.support_waits_for_client)
        self.assertFalse(self.stage_new.support_waits_for_client)

    def test_an_upgrade_says_so_where_nobody_could(self):
        self.stage_waits.support_waits_for_client = False
        self.env.flush_all()
        self.cr.execute(
            "ALTER TABLE helpdesk_ticket_stage DROP COLUMN support_waits_for_client"
        )
        self.migrate()
        self.assertTrue(self.stage_waits.support_waits_for_client)
        self.assertFalse(self.stage_new.support_waits_for_client)

    def test_an_upgrade_leaves_what_was_chosen(self):
        self.stage_waits.support_waits_for_client = False
        self.migrate()
        self.assertFalse(self.stage_waits.support_waits_for_client)
