"""What the tests of alerts and messages share: a client with an address, a cron."""

from odoo.fields import Domain

from .common import SupportPacksCommon, make_credits_policy, make_product


class AlertCommon(SupportPacksCommon):
    """Credits, as ``credits_recharge`` sells them [001]: debited on resolution."""

    chart = False

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.email = "support@workshop.example.com"
        cls.credits = make_credits_policy(
            cls.env, cls.company, alert_thresholds="50 %, 20 %, 15"
        )
        cls.recharge = make_product(cls.env, cls.credits, 60, 36, name="Recharge")
        cls.seller = cls.make_user(
            "seller", "sales_team.group_sale_salesman_all_leads", lang="en_US"
        )
        cls.client.write(
            {
                "email": "client@example.com",
                "user_id": cls.seller.id,
                "lang": "en_US",
            }
        )
        cls.contact.lang = "en_US"
        cls.account = cls.make_account(policy=cls.credits)

    @classmethod
    def make_client(cls, name):
        """Return a client who reads English and has an address."""
        client = super().make_client(name)
        address = f"{name.lower().replace(' ', '.')}@example.com"
        client.write({"lang": "en_US", "email": address})
        return client

    def use(self, credits, partner=None, **values):
        """Log work of so many credits (at least 15) on a ticket and solve it."""
        ticket = self.make_ticket(partner, **values)
        self.log(ticket, credits)
        self.solve(ticket)
        return ticket

    def run_cron(self):
        """Run the scheduled action; return the mails to clients that it queued."""
        before = self.env["mail.mail"].search([])
        with self.enter_registry_test_mode():
            self.env.ref("support_packs.cron_watch_balances").method_direct_trigger()
        self.env.invalidate_all()
        mails = self.env["mail.mail"].search([]) - before
        clients = self.env["res.partner"].search(
            Domain("commercial_partner_id.support_account_ids", "!=", False)
        )
        return mails.filtered(lambda mail: mail.recipient_ids & clients)

    def assert_told(self, thresholds, account=None):
        """These thresholds have alerted, in this order; ``"50% 20%"``."""
        alerts = (account or self.account).balance_alert_ids.sorted("id")
        self.assertEqual(alerts.mapped("threshold"), thresholds.split())
