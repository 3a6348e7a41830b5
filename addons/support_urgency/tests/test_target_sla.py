"""What helpdesk_mgmt_sla leaves open, closed: its rows, its crashes, its figures."""

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from .common_target import TargetCommon, at

MORNING = at("2026-07-01 10:00")


@tagged("post_install", "-at_install")
class TestTicketSla(TargetCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.team.use_sla = True
        cls.sla = cls.env["helpdesk.sla"].create(
            {
                "name": "Four hours",
                "company_id": cls.company.id,
                "hours": 4,
                "stage_id": cls.stage_done.id,
            }
        )
        cls.portal_user = cls.make_user(
            "portal_contact", "base.group_portal", partner_id=cls.contact.id
        )
        cls.stranger = cls.make_client("Another client")
        with freeze_time(MORNING):
            cls.ticket = cls.open_ticket()
            cls.foreign = cls.make_ticket(cls.stranger, name="Secret of another client")

    def slas(self, user):
        return self.env["helpdesk.ticket.sla"].with_user(user)

    def test_clients_read_the_rows_of_their_own_tickets_only(self):
        self.assertTrue(self.foreign.ticket_sla_ids)
        found = self.slas(self.portal_user).search([])
        self.assertEqual(found.ticket_id.ids, self.ticket.ids)

    def test_groups_tell_clients_nothing_of_others(self):
        groups = self.slas(self.portal_user).formatted_read_group(
            [], ["ticket_id"], ["__count"]
        )
        self.assertEqual([group["ticket_id"][0] for group in groups], self.ticket.ids)

    def test_rows_read_by_their_number_are_refused(self):
        row = self.foreign.ticket_sla_ids.with_user(self.portal_user)
        self.assertFalse(row.has_access("read"))
        with self.assertRaises(AccessError):
            row.read(["deadline"])

    def test_rights_are_told_row_by_row(self):
        """It failed with a TypeError: tickets are no rows."""
        rows = (self.ticket | self.foreign).ticket_sla_ids
        self.assertEqual(
            rows.with_user(self.portal_user)._filtered_access("read").ids,
            self.ticket.ticket_sla_ids.ids,
        )
        own = self.make_user("own", "helpdesk_mgmt.group_helpdesk_user_own")
        self.ticket.user_id = self.technician
        self.assertFalse(rows.with_user(own)._filtered_access("read"))

    def test_rights_that_others_add_to_tickets_hold_for_their_rows(self):
        self.env["ir.rule"].create(
            {
                "name": "Nothing of another client",
                "model_id": self.env["ir.model"]._get_id("helpdesk.ticket"),
                "domain_force": f"[('id', '!=', {self.foreign.id})]",
            }
        )
        rows = (self.ticket | self.foreign).ticket_sla_ids.with_user(self.technician)
        self.assertEqual(
            rows._filtered_access("read").ids, self.ticket.ticket_sla_ids.ids
        )
        with self.assertRaises(AccessError):
            self.foreign.ticket_sla_ids.with_user(self.technician).check_access("read")

    def test_what_a_person_pays_alone_is_not_for_the_colleagues(self):
        person = self.env["res.partner"].create({"name": "Person"})
        with freeze_time(MORNING):
            ticket = self.make_ticket(person)
        person.parent_id = self.client
        self.assertTrue(ticket.ticket_sla_ids)
        self.assertFalse(ticket.with_user(self.portal_user).has_access("read"))
        found = self.slas(self.portal_user).search([])
        self.assertNotIn(ticket, found.sudo().ticket_id)

    def test_no_company_sees_another_ones_rows(self):
        other = self.env["res.company"].create({"name": "Other"})
        foreign = self.make_user("foreign", "helpdesk_mgmt.group_helpdesk_manager")
        foreign.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        for name in ("helpdesk.ticket.sla", "helpdesk.sla.report"):
            model = self.env[name].with_user(foreign)
            self.assertFalse(
                model.with_context(allowed_company_ids=other.ids).search([])
            )

    def test_slas_of_another_company_do_not_attach(self):
        other = self.env["res.company"].create({"name": "Other"})
        strange = self.sla.copy({"company_id": other.id, "name": "Strange"})
        everywhere = self.sla.copy({"company_id": False, "name": "Everywhere"})
        ticket = (
            self.env["helpdesk.ticket"]
            .sudo()
            .create(
                {
                    "name": "Down",
                    "description": "All of it",
                    "partner_id": self.contact.id,
                    "team_id": self.team.id,
                }
            )
        )
        self.assertNotIn(strange, ticket.sla_ids)
        self.assertEqual(ticket.sla_ids, self.sla | everywhere)

    def test_a_team_without_calendar_crashes_nothing(self):
        self.team.resource_calendar_id = False
        with freeze_time(MORNING):
            ticket = self.open_ticket()
            row = ticket.ticket_sla_ids
            created = ticket.create_date
            self.assertEqual((row.deadline - created).total_seconds(), 4 * 3600)
            for stage in (self.stage_waits, self.stage_new, self.stage_done):
                ticket.stage_id = stage
            self.assertEqual(row.state, "accomplished")
            self.assertFalse(ticket.sla_expired)

    def test_a_calendar_that_never_opens_crashes_nothing(self):
        self.calendar.attendance_ids.unlink()
        leave = self.close_on("2026-07-01")
        leave.write({"date_from": "2000-01-01", "date_to": "2100-01-01"})
        ticket = self.open_ticket()
        self.assertTrue(ticket.ticket_sla_ids.deadline)
        ticket.stage_id = self.stage_done
        self.assertIn(ticket.ticket_sla_ids.state, ("accomplished", "expired"))

    def test_rejected_was_not_accomplished(self):
        for moment, state in ((at("2026-07-01 11:00"), "on_hold"), (None, "expired")):
            ticket = self.open_ticket()
            row = ticket.ticket_sla_ids
            row.deadline = at("2026-07-02 10:00")
            with self.subTest(state), freeze_time(moment or at("2026-07-03 10:00")):
                ticket.stage_id = self.stage_rejected
                self.assertEqual(row.state, state)

    def test_solved_is_accomplished_still(self):
        ticket = self.open_ticket()
        self.solve(ticket)
        self.assertEqual(ticket.ticket_sla_ids.state, "accomplished")

    def test_expired_and_not_expired_are_all_tickets(self):
        Ticket = self.env["helpdesk.ticket"]
        self.team.use_sla = False
        without = self.open_ticket()
        self.ticket.ticket_sla_ids.deadline = at("2026-07-01 14:00")
        self.foreign.ticket_sla_ids.deadline = at("2026-07-09 14:00")
        every = self.ticket | self.foreign | without
        with freeze_time(at("2026-07-03 10:00")):
            self.assertFalse(without.ticket_sla_ids)
            for value, found in ((True, self.ticket), (False, self.foreign | without)):
                for operator in ("=", "in"):
                    wanted = value if operator == "=" else [value]
                    domain = [("sla_expired", operator, wanted)]
                    tickets = Ticket.search([*domain, ("id", "in", every.ids)])
                    self.assertEqual(tickets, found)
