from odoo import models
from odoo.exceptions import UserError


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _update_foreign_keys(self, src_partners, dst_partner):
        """Merge the support accounts before core points everything to one contact.

        Core would point two accounts of a company to one client. It would also take
        the tickets of a contact of one company to another.
        """
        # sudo: who merges contacts need not know their accounts, nor all companies.
        sources, destination = src_partners.sudo(), dst_partner.sudo()
        accounts = self._find_support_accounts(sources | destination)
        self._check_support_merge(accounts, sources, destination)
        for source in sources:
            client = source.commercial_partner_id
            if client not in sources | destination.commercial_partner_id:
                source._leave_support_tickets(client)
        self._merge_support_accounts(accounts, destination)
        res = super()._update_foreign_keys(src_partners, dst_partner)
        # Core updates by SQL: what was read before says whose account it was. And Odoo
        # remembers what each user may read, with the company as it was.
        self.env.invalidate_all()
        self.env.registry.clear_cache()
        return res

    def _find_support_accounts(self, partners):
        """Return the accounts of all companies, archived ones included."""
        accounts_sudo = self.env["support.account"].sudo()
        return accounts_sudo.with_context(active_test=False).search(
            [("partner_id", "in", partners.ids)], order="id"
        )

    def _check_support_merge(self, accounts, sources, destination):
        """Refuse before anything happens what would leave an account without client.

        An account is a commercial entity's. The merged contact is one when it is a
        company or has no parent; core gives it both from any of the merged contacts.
        """
        for _company, same_company in accounts.grouped("company_id").items():
            kept = self._choose_support_account(same_company, destination)
            same_company._check_merge_into(kept)
        held = accounts.partner_id.filtered(
            lambda partner: partner.commercial_partner_id == partner
        )
        merged = sources | destination
        parent = destination.parent_id or sources.parent_id
        if held and parent and not any(merged.mapped("is_company")):
            raise UserError(
                self.env._(
                    "%(client)s has a support account of its own, and "
                    "%(destination)s would belong to %(company)s. The account would "
                    "lose its client: these contacts cannot be merged.",
                    client=held[0].display_name,
                    destination=destination.display_name,
                    company=parent[0].display_name,
                )
            )

    def _merge_support_accounts(self, accounts, destination):
        for _company, same_company in accounts.grouped("company_id").items():
            kept = self._choose_support_account(same_company, destination)
            same_company._merge_into(kept)

    def _choose_support_account(self, accounts, destination):
        """Return the account that stays: the destination's own, else the oldest."""
        own = accounts.filtered(lambda account: account.partner_id == destination)
        return own or accounts[:1]
