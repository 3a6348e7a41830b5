from odoo import api, fields, models
from odoo.fields import Domain


class ProductTemplate(models.Model):
    _inherit = "product.template"

    support_portal_sale = fields.Boolean(
        string="Offered in the client area",
        default=True,
        help="Clients whose policy sells this pack can buy it at My account, Support. "
        "Off: only by a quotation that you send.",
    )


class SupportPolicy(models.Model):
    """What the client area offers to whom, and at which price."""

    _inherit = "support.policy"

    portal_sale = fields.Boolean(
        string="Offered to new clients",
        help="Contacts with a login who have no support account yet see the packs of "
        "this policy at My account, Support, and can buy them. Clients with an account "
        "see the packs of their own policy. Where new clients are approved, the packs "
        "are always shown.",
    )

    @api.model
    def _get_client_policies(self, user, company):
        """Return the policies that a client may buy from (sudo).

        Those of the accounts that the user sees; in the present company, where the
        client has no account, those that are offered to new clients.

        :param user: who is logged in
        :param company: where one without an account would become a client
        """
        accounts = self.env["support.account"]
        client = user.partner_id.commercial_partner_id
        if accounts.has_access("read"):
            accounts = accounts.search(
                [("partner_id", "=", client.id)], order="company_id, id"
            )
        # sudo: clients read no policies.
        policies = accounts.sudo().policy_id.filtered("active")
        if not accounts._find(client, company):
            offered = Domain("portal_sale", "=", True)
            offered |= Domain("needs_qualification", "=", True)
            policies |= self.sudo().search(
                Domain("company_id", "=", company.id)
                & Domain("unit", "!=", "none")
                & offered
            )
        return policies.sorted(lambda policy: policy.company_id != company)

    def _get_portal_offers(self, contact):
        """Return what a client can buy of these policies, policy by policy.

        :param contact: who would buy (res.partner)
        :return: list of dicts: policy, company, terms, rows (those of
            :meth:`_get_support_price_table` with untaxed and taxed, the price for one
            pack without and with taxes), notice, can_apply (see
            :meth:`_get_portal_notice`)
        """
        offers = []
        for company, policies in self.grouped("company_id").items():
            rows = policies._get_portal_rows(contact, company)
            for policy in policies:
                own = [row for row in rows if row["policy"] == policy]
                if not own:
                    continue
                offers.append(
                    {
                        "policy": policy,
                        "company": company,
                        "terms": policy._get_terms(),
                        "rows": own,
                        **policy._get_portal_notice(contact),
                    }
                )
        return offers

    def _get_portal_notice(self, contact):
        """Return what a prospect of the policy reads once, instead of at each pack.

        :return: dict: notice (sentence or None), can_apply (bool)
        """
        self.ensure_one()
        account = self.env["support.account"]._find(contact, self.company_id)
        client = contact.sudo().commercial_partner_id
        problems = {}
        if self.needs_qualification and not account._has_had_pack():
            qualifications = self.env["support.qualification"]
            packs = self._get_pack_products()[:1]
            problems = qualifications._get_sale_problems(self, packs, client)
        if not any(problems.values()):
            return {"notice": None, "can_apply": False}
        problem = self._get_apply_problem(contact)
        tell_us = self.env._("Before your first pack, tell us about your company.")
        return {"notice": problem or tell_us, "can_apply": not problem}

    def _get_portal_rows(self, contact, company):
        """Return the price table of the packs that are offered, with taxes."""
        # sudo: clients read neither prices nor taxes.
        buyer = contact.sudo().with_company(company)
        pricelist = buyer.property_product_pricelist
        rows = [
            row
            for row in self._get_support_price_table(pricelist, company, contact)
            if row["product"].support_portal_sale
        ]
        positions = self.env["account.fiscal.position"].sudo().with_company(company)
        position = positions._get_fiscal_position(buyer)
        for row in rows:
            product = row["product"].with_company(company)
            taxes = product.taxes_id._filter_taxes_by_company(company)
            amounts = position.map_tax(taxes).compute_all(
                row["price"],
                currency=row["currency"],
                product=product,
                partner=buyer,
            )
            row["untaxed"] = amounts["total_excluded"]
            row["taxed"] = amounts["total_included"]
        return rows
