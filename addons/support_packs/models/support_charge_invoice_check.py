from odoo import api, models


class SupportCharge(models.Model):
    """What keeps a charge from being invoiced: said before anything is done."""

    _inherit = "support.charge"

    def _get_invoice_problems(self):
        """Return ``{charge: sentence that names the field}``, only of those that have
        a problem."""
        # sudo: an accountant reads neither policies nor all settings.
        charges = self.sudo()
        terms = charges._get_invoice_terms()
        known = {}
        problems = {}
        for charge, charge_sudo in zip(self, charges, strict=True):
            problem = charge_sudo._get_own_problem(terms[charge_sudo])
            if not problem:
                key = (charge_sudo.company_id, terms[charge_sudo].product)
                if key not in known:
                    known[key] = self._get_accounting_problem(*key)
                problem = known[key]
            if problem:
                problems[charge] = problem
        return problems

    def _get_own_problem(self, terms):
        """Return what is wrong with the client, the policy or its product."""
        self.ensure_one()
        client = self.account_id.partner_id
        if not client.active:
            return self.env._(
                "Client: %(client)s is archived. Unarchive the contact first.",
                client=client.display_name,
            )
        # Where only something else is invoiced, it does not matter what units cost.
        problem = (self._bills_units() or not terms) and self._get_units_problem(terms)
        return problem or self._get_currency_problem(terms.currency)

    def _get_units_problem(self, terms):
        """Return what is wrong with what units are invoiced as."""
        self.ensure_one()
        policy = self.account_id.policy_id
        if not terms and not policy.overage_product_id:
            return self.env._(
                "Product to invoice: the support policy “%(policy)s” has none. Choose "
                "one there.",
                policy=policy.name,
            )
        if not terms:
            return self.env._(
                "Pack content: say on the Support tab of “%(product)s” how many units "
                "its price is for.",
                product=policy.overage_product_id.display_name,
            )
        return self._get_product_problem(terms.product)

    def _get_product_problem(self, product):
        self.ensure_one()
        name = product.display_name
        if not product.active:
            return self.env._(
                "Product to invoice: “%(product)s” is archived.", product=name
            )
        if product.support_is_pack:
            return self.env._(
                "Product to invoice: “%(product)s” is a pack. Choose a service that "
                "is not, or make one.",
                product=name,
            )
        if product.support_unit != self.unit:
            return self.env._(
                "Pack unit: “%(product)s” counts another unit than the work on "
                "%(ticket)s.",
                product=name,
                ticket=self.display_name,
            )
        if product.company_id and product.company_id != self.company_id:
            return self.env._(
                "Product to invoice: “%(product)s” belongs to another company.",
                product=name,
            )
        return None

    def _get_currency_problem(self, currency):
        if currency.active:
            return None
        return self.env._(
            "Currency: %(currency)s of the client's price list is archived.",
            currency=currency.name,
        )

    @api.model
    def _get_accounting_problem(self, company, product):
        """Return what the company's accounting lacks to invoice a product."""
        journals = self.env["account.journal"].sudo()
        journal = journals.search(
            [*journals._check_company_domain(company), ("type", "=", "sale")], limit=1
        )
        if not journal:
            return self.env._(
                "Journal: %(company)s has no sales journal.", company=company.name
            )
        template = product.product_tmpl_id.with_company(company)
        if not (
            template.get_product_accounts()["income"] or journal.default_account_id
        ):
            return self.env._(
                "Income account: “%(product)s” has none, neither has its category nor "
                "the journal %(journal)s.",
                product=product.display_name,
                journal=journal.name,
            )
        accounts = self.env["account.account"].sudo().with_company(company)
        if not accounts.search_count(
            [
                *accounts._check_company_domain(company),
                ("account_type", "=", "asset_receivable"),
            ],
            limit=1,
        ):
            return self.env._(
                "Account receivable: %(company)s has none.", company=company.name
            )
        return None
