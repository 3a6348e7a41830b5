"""What clients see of the terms: their page, and the foot of each e-mail."""

import re

from markupsafe import Markup

from odoo import api, models

LARGE_HEADING = re.compile(r"<(/?)h[1-5]\b")

# A link names the versions of one order or mail, never many.
MOST_STAMPS = 10
# Where models of the suite have their policy.
MAIL_PATHS = (
    "policy_id",
    "account_id.policy_id",
    "pack_id.account_id.policy_id",
    "charge_id.account_id.policy_id",
    "ticket_id.support_account_id.policy_id",
)


class SupportTerms(models.Model):
    _inherit = "support.terms"

    def _get_page_text(self):
        """Return the text as part of a page: its headings are small ones there.

        The page of a quotation makes its menu of all large ones.
        """
        self.ensure_one()
        # The text was sanitized when it was stored.
        return Markup(LARGE_HEADING.sub(r"<\1h6", str(self.body or "")))

    @api.model
    def _find_by_stamps(self, stamps):
        """Return the versions that a link names, where it knows their text (sudo).

        The stamp is no secret, but nobody guesses it: who has it was sent it.

        :param stamps: text of the address, anything
        """
        found = self.sudo().browse()
        if not isinstance(stamps, str):
            return found
        for stamp in stamps.split(".")[:MOST_STAMPS]:
            number = stamp.partition("-")[0]
            # So many digits fit the database.
            if not (number.isascii() and number.isdigit() and len(number) < 10):
                continue
            terms = found.browse(int(number)).exists()
            if terms and terms._get_stamp() == stamp:
                found |= terms
        return found

    @api.model
    def _get_overview(self, user, company, named):
        """Return what the page of the terms shows to a user.

        :param named: versions that a link names; they come first
        :return: dict: named, sections (list of dicts: terms, policies), acceptances
            (of the user's client, latest first; sudo)
        """
        overview = {
            "named": named,
            "sections": [],
            "acceptances": self.env["support.terms.acceptance"].sudo(),
        }
        if user._is_public():
            return overview
        policies = self.env["support.policy"]._get_client_policies(user, company)
        for terms in policies._get_terms() - named:
            own = policies.filtered(
                lambda policy, terms=terms: policy.terms_id.origin_id == terms.origin_id
            )
            overview["sections"].append({"terms": terms, "policies": own})
        overview["acceptances"] = overview["acceptances"].search(
            [("client_id", "=", user.partner_id.commercial_partner_id.id)],
            limit=50,
        )
        return overview

    @api.model
    def _get_mail_link(self, record):
        """Return where the terms that a mail is under can be read, or nothing.

        :param record: what the mail is about, of any model; may be none
        """
        if not record or len(record) != 1:
            return None
        terms = self._get_mail_policies(record)._get_terms()
        if not terms:
            return None
        page = f"{record.get_base_url()}/my/support/terms"
        return f"{page}?version={terms._get_stamps()}"

    @api.model
    def _get_mail_policies(self, record):
        """Return the policies that hold for what a mail is about (sudo).

        Of models that are not the suite's: none.
        """
        # sudo: who sends the mail may not read accounts and policies.
        record = record.sudo()
        if record._name == "helpdesk.ticket":
            own = record.support_account_id.policy_id
            return own or record.team_id.support_policy_id
        if record._name == "sale.order":
            return record._get_support_policies()
        if record._name.startswith("support."):
            for path in MAIL_PATHS:
                if path.partition(".")[0] in record._fields:
                    return record.mapped(path)
        return self.env["support.policy"].sudo()
