from odoo.tests import tagged

from .common import SupportPlanningCommon


@tagged("post_install", "-at_install")
class TestEstimate(SupportPlanningCommon):
    def test_a_draft(self):
        self.make_account()
        ticket = self.make_ticket()
        estimate = self.env["support.estimate"].create(
            {"ticket_id": ticket.id, "minutes": 60}
        )
        self.assertEqual(estimate.limit_minutes, 66)
        self.assertEqual(estimate.version, 1)
