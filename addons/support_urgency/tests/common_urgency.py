"""Factories of the tests of urgency: a policy with +50 %, clients who accept."""

from odoo import fields

from odoo.addons.support_packs.tests.portal_common import PortalCommon


class UrgencyMixin:
    """The client's own acts, through the methods that the pages call."""

    @classmethod
    def make_urgency(cls):
        """Have the policy of the tests offer urgency as ``hours_bono`` does [000]."""
        cls.policy.urgent_percent = 50
        cls.terms = cls.env["support.terms"].create(
            {
                "name": "Conditions of urgency",
                "body": "<p>Urgent work costs half as much again.</p>",
                "company_id": cls.company.id,
            }
        )
        cls.policy.urgent_terms_id = cls.terms

    @classmethod
    def stamp(cls, ticket):
        return ticket.sudo()._get_support_urgency_offer().stamp

    def accept(self, ticket, user=None):
        """Have a client accept the urgency as on the page; return the consent."""
        reader = ticket.with_user(user or self.anna)
        problem = reader._accept_support_urgency_as_client(self.stamp(ticket))
        self.assertIsNone(problem)
        return ticket.support_consent_id

    def accept_between(self, ticket, before, after):
        """Log minutes before the client accepts, and after it."""
        for minutes in before:
            hour_ago = fields.Datetime.subtract(fields.Datetime.now(), hours=1)
            self.log(ticket, minutes, date=hour_ago)
        consent = self.accept(ticket)
        for minutes in after:
            self.log(ticket, minutes)
        return consent

    def cancel(self, ticket, ground="not_main", reason="The shop itself works"):
        ticket._cancel_support_urgency_as_staff(ground, reason)

    def mails(self, record):
        """Return the queued mails about a record, oldest first."""
        return (
            self.env["mail.mail"]
            .sudo()
            .search(
                [("model", "=", record._name), ("res_id", "=", record.id)], order="id"
            )
        )


class UrgencyCommon(UrgencyMixin, PortalCommon):
    """Anna and Andy work for the client, Rita for another; nothing is invoiced."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Users that are made for tests get other names and addresses.
        for user in (cls.anna, cls.andy, cls.rita):
            user.partner_id.write(
                {"name": user.login.title(), "email": f"{user.login}@example.com"}
            )
        cls.make_urgency()
        cls.account = cls.make_account()

    @classmethod
    def make_hour(cls):
        """Return the product that is invoiced for what no pack covers."""
        hour = cls.env["product.product"].create(
            {
                "name": "1 hour",
                "type": "service",
                "list_price": 75,
                "company_id": cls.company.id,
                "support_unit": "minute",
                "support_quantity": 60,
            }
        )
        cls.policy.overage_product_id = hour
        return hour

    @classmethod
    def make_urgent_ticket(cls, **values):
        """Return a ticket of Anna, with her address."""
        return cls.make_ticket(cls.anna.partner_id, **values)

    @classmethod
    def write_in(cls, ticket, author, body="It is urgent, +50 % is fine", **values):
        """Return a message on the ticket, as an e-mail that came in."""
        return ticket.message_post(
            body=body,
            author_id=author.id,
            email_from=author.email_formatted,
            message_type="email",
            subtype_xmlid="mail.mt_comment",
            **values,
        )
