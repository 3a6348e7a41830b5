from odoo import fields, models

from odoo.addons.support_packs.engine import expiry

PAGE = "/support/estimate"


class SupportEstimateLink(models.Model):
    """The link to the page where an estimate is decided on."""

    _name = "support.estimate.link"
    _inherit = "support.link"
    _description = "Link to Accept an Estimate"
    _rec_name = "estimate_id"

    _page = PAGE

    estimate_id = fields.Many2one(
        "support.estimate", required=True, index=True, ondelete="cascade", readonly=True
    )
    ticket_id = fields.Many2one(related="estimate_id.ticket_id")
    account_id = fields.Many2one(related="estimate_id.account_id")
    company_id = fields.Many2one(
        related="estimate_id.company_id", store=True, precompute=True
    )

    _hash_unique = models.UniqueIndex("(token_hash)", "This link was made already.")

    # === USING === #

    def _accept(self, stamp):
        """Accept the estimate with the button of the page; the link is used up.

        :param stamp: of the offer that was shown
        :return: what is wrong, in words; None if it is accepted now
        """
        self.ensure_one()
        link = self.sudo()
        evidence = self.env._(
            "Accepted with the button of the page whose link was sent to %(email)s on "
            "%(date)s (UTC).",
            email=link.email,
            date=fields.Datetime.to_string(link.create_date),
        )
        problem = link.estimate_id._accept_offer(
            stamp, link._get_acting_contact(), "link", evidence
        )
        if not problem:
            link._use_up()
        return problem

    def _reject(self, reason):
        """Reject the estimate with the button of the page; as :meth:`_accept`."""
        self.ensure_one()
        link = self.sudo()
        problem = link.estimate_id._reject(reason, link._get_acting_contact())
        if not problem:
            link._use_up()
        return problem

    def _get_mail_text(self):
        """Return what it would take and cost, as the mail says it: lines."""
        self.ensure_one()
        return (self.estimate_id.shown or "").split("\n")


class SupportEstimate(models.Model):
    _inherit = "support.estimate"

    link_ids = fields.One2many(
        "support.estimate.link",
        "estimate_id",
        readonly=True,
        groups="base.group_system",
    )

    def _send_link(self, partner):
        """Send a contact of the client a link of its own; as superuser."""
        self.ensure_one()
        return self.env["support.estimate.link"]._send(
            "support_planning.mail_template_estimate_link",
            {
                "estimate_id": self.id,
                "partner_id": partner.id,
                "expires_at": self._get_end(),
            },
        )

    def _get_end(self):
        """Return the moment when its last day ends: naive UTC datetime."""
        self.ensure_one()
        after = fields.Date.add(self.valid_until, days=1)
        return expiry.start_of_day_utc(after, self.company_id.support_tz)
