"""Databases that had tickets before, and what is left when the suite goes."""

from odoo.tests import tagged

from ..hooks import STAGE_OUTCOMES, post_init_hook, uninstall_hook
from ..models.support_ledger_entry import LEDGER_GUARD_FUNCTION
from .common import SupportPacksCommon, make_policy


@tagged("post_install", "-at_install")
class TestInstallation(SupportPacksCommon):
    chart = False

    def make_old_ticket(self):
        """Return a ticket as it is after the installation, when it was there before."""
        ticket = self.make_ticket(partner=self.make_client("Old client"))
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE helpdesk_ticket SET support_tracked = NULL, "
            "support_account_id = NULL, support_request_type_id = NULL WHERE id = %s",
            [ticket.id],
        )
        ticket.invalidate_recordset()
        return ticket

    def test_ticket_from_before_never_gets_an_account_by_itself(self):
        ticket = self.make_old_ticket()
        self.make_pack(1800, account=self.make_account(ticket.partner_id))
        self.team.support_policy_id = self.policy
        ticket.write({"partner_id": self.contact.id, "team_id": self.team.id})
        ticket.stage_id = self.stage_done
        self.log(ticket, 80)
        self.assertFalse(ticket.support_account_id)
        self.assertFalse(ticket.support_charge_id)

    def test_ticket_from_before_may_get_an_account_by_hand(self):
        ticket = self.make_old_ticket()
        self.log(ticket, 25)
        pack = self.make_pack(1800, account=self.make_account(ticket.partner_id))
        ticket.support_account_id = pack.account_id
        self.assert_charge(ticket, covered=60)

    def test_new_ticket_of_a_client_with_an_account_gets_it(self):
        account = self.make_account()
        ticket = self.make_ticket(self.contact)
        self.assertEqual(ticket.support_account_id, account)
        self.assertEqual(ticket.support_request_type_id, self.request_type)

    def test_without_an_account_nothing_is_charged(self):
        ticket = self.make_ticket()
        self.log(ticket, 80)
        ticket.action_support_post_charge()
        self.assertFalse(ticket.support_account_id or ticket.support_charge_id)
        self.assertEqual(ticket.get_support_charge_preview(10), {})

    def test_ticket_without_a_client_is_not_charged(self):
        self.team.support_policy_id = self.policy
        ticket = self.make_ticket()
        nobody = self.make_ticket(partner_id=False)
        self.log(nobody, 80)
        self.assertTrue(ticket.support_account_id)
        self.assertFalse(nobody.support_account_id or nobody.support_charge_id)

    def test_first_ticket_in_a_team_with_a_policy_opens_an_account(self):
        self.team.support_policy_id = self.policy
        ticket = self.make_ticket(self.contact)
        account = ticket.support_account_id
        self.assertEqual(account.partner_id, self.client)
        self.assertEqual(account.policy_id, self.policy)
        self.assertEqual(self.make_ticket().support_account_id, account)

    def test_policy_of_the_team_does_not_change_the_account_there_is(self):
        account = self.make_account()
        self.team.support_policy_id = make_policy(self.env, self.company, "Other")
        self.assertEqual(self.make_ticket().support_account_id, account)
        self.assertEqual(account.policy_id, self.policy)

    def test_ticket_that_gets_its_client_later_gets_the_account_then(self):
        account = self.make_account()
        ticket = self.make_ticket(partner_id=False)
        self.log(ticket, 80)
        ticket.partner_id = self.contact
        self.assertEqual(ticket.support_account_id, account)
        self.assert_charge(ticket, covered=0, uncovered=80, state="to_invoice")

    def test_installing_says_what_the_stages_mean(self):
        stages = {xmlid: self.env.ref(xmlid) for xmlid in STAGE_OUTCOMES}
        for stage in stages.values():
            stage.support_outcome = False
        post_init_hook(self.env)
        for xmlid, outcome in STAGE_OUTCOMES.items():
            self.assertEqual(stages[xmlid].support_outcome, outcome)

    def test_installing_keeps_what_somebody_decided_about_a_stage(self):
        self.stage_done.support_outcome = "cancelled"
        post_init_hook(self.env)
        self.assertEqual(self.stage_done.support_outcome, "cancelled")

    def test_installing_does_without_a_stage_that_was_deleted(self):
        xmlid = "helpdesk_ticket_stage_rejected"
        self.env["ir.model.data"].search(
            [("module", "=", "helpdesk_mgmt"), ("name", "=", xmlid)]
        ).unlink()
        post_init_hook(self.env)
        self.assertEqual(self.stage_done.support_outcome, "solved")

    def count_guards(self):
        self.env.cr.execute(
            "SELECT count(*) FROM pg_proc WHERE proname = %s", [LEDGER_GUARD_FUNCTION]
        )
        return self.env.cr.fetchone()[0]

    def test_uninstalling_drops_the_function_with_its_triggers(self):
        self.assertEqual(self.count_guards(), 1)
        uninstall_hook(self.env)
        self.assertEqual(self.count_guards(), 0)
        self.assertFalse(self.env["support.ledger.entry"]._is_guarded())
        uninstall_hook(self.env)
