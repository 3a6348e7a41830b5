"""Factories of the tests of estimates: they are written, sent, and clients decide."""

from odoo.addons.support_packs.tests.portal_common import PortalCommon


class EstimateMixin:
    """The acts of staff and client, through the methods that the pages call."""

    @classmethod
    def estimate(cls, ticket, minutes=120, send=True, **values):
        """Return an estimate of a ticket, sent to its client."""
        estimate = cls.env["support.estimate"].create(
            {"ticket_id": ticket.id, "minutes": minutes, **values}
        )
        if send:
            estimate.action_send()
        return estimate

    @classmethod
    def stamp(cls, estimate):
        return estimate.sudo()._get_offer().stamp

    def accept(self, estimate, user=None):
        """Have a client accept it as on the page; return it."""
        reader = estimate.with_user(user or self.anna)
        self.assertIsNone(reader._accept_as_client(self.stamp(estimate)))
        return estimate

    def mails(self, record):
        """Return the queued mails about a record, oldest first."""
        return (
            self.env["mail.mail"]
            .sudo()
            .search(
                [("model", "=", record._name), ("res_id", "=", record.id)], order="id"
            )
        )

    @classmethod
    def notes(cls, ticket):
        """Return the texts of the internal notes on a ticket, as one."""
        note = cls.env.ref("mail.mt_note")
        notes = ticket.message_ids.filtered(lambda one: one.subtype_id == note)
        return "\n".join(str(body) for body in notes.sorted("id").mapped("body"))

    @classmethod
    def write_in(cls, ticket, author, body="We accept the estimate", **values):
        """Return a message on the ticket, as an e-mail that came in."""
        return ticket.message_post(
            body=body,
            author_id=author.id,
            email_from=author.email_formatted,
            message_type="email",
            subtype_xmlid="mail.mt_comment",
            **values,
        )


class EstimateCommon(EstimateMixin, PortalCommon):
    """Anna and Andy work for the client, Rita for another; nothing is invoiced."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Users that are made for tests get other names and addresses.
        for user in (cls.anna, cls.andy, cls.rita):
            user.partner_id.write(
                {"name": user.login.title(), "email": f"{user.login}@example.com"}
            )
        cls.account = cls.make_account()
        cls.terms = cls.env["support.terms"].create(
            {
                "name": "Conditions",
                "body": "<p>What is charged is the work.</p>",
                "company_id": cls.company.id,
            }
        )
        cls.policy.terms_id = cls.terms
        cls.make_people()
        cls.pack = cls.make_pack(1800)
        cls.ticket = cls.make_ticket(cls.anna.partner_id)

    @classmethod
    def make_hour(cls, price=75, **values):
        """Return the product that is invoiced for what no pack covers."""
        hour = cls.env["product.product"].create(
            {
                "name": "1 hour",
                "type": "service",
                "list_price": price,
                "company_id": cls.company.id,
                "support_unit": "minute",
                "support_quantity": 60,
                **values,
            }
        )
        cls.policy.overage_product_id = hour
        return hour
