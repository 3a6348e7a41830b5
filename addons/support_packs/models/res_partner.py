from odoo import api, fields, models
from odoo.exceptions import UserError

from .. import const

# What decides who the commercial entity of a contact is.
ENTITY_FIELDS = {"parent_id", "is_company"}


class ResPartner(models.Model):
    _inherit = "res.partner"

    support_account_ids = fields.One2many(
        "support.account",
        "partner_id",
        string="Support accounts",
        groups=const.SALES_READERS,
    )
    support_balance_text = fields.Char(
        string="Support balance",
        compute="_compute_support_balance_text",
        compute_sudo=False,
        groups="helpdesk_mgmt.group_helpdesk_user_own,sales_team.group_sale_salesman,"
        "account.group_account_invoice",
    )

    @api.depends_context("company", "lang")
    def _compute_support_balance_text(self):
        """Of the account in the current company; one query for all partners."""
        accounts = self.env["support.account"].search(
            [
                ("partner_id", "in", self.commercial_partner_id.ids),
                ("company_id", "=", self.env.company.id),
            ]
        )
        texts = {account.partner_id: account.balance_text for account in accounts}
        for partner in self:
            partner.support_balance_text = texts.get(partner.commercial_partner_id)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_support_account(self):
        # sudo: who deletes contacts may not read accounts, nor all companies.
        accounts_sudo = self.env["support.account"].sudo()
        account = accounts_sudo.with_context(active_test=False).search(
            [("partner_id", "in", self.ids)], limit=1
        )
        if account:
            raise UserError(
                self.env._(
                    "%(client)s has a support account. Archive the contact instead.",
                    client=account.display_name,
                )
            )

    # === CRUD METHODS === #

    def write(self, vals):
        """Who changes employer leaves account, packs, charges and tickets behind."""
        if not ENTITY_FIELDS & vals.keys():
            return super().write(vals)
        before = self._get_support_entities()
        res = super().write(vals)
        moved = [p for p in before if p.commercial_partner_id != before[p]]
        for person in moved:
            if before[person] != person:
                person._leave_support_tickets(before[person])
        if any(person.user_ids for person in moved):
            # Odoo remembers what each user may read, with the company as it was.
            self.env.registry.clear_cache()
        return res

    def unlink(self):
        """The tickets of a contact who is deleted stay with its company."""
        for person in self.sudo():
            client = person.commercial_partner_id
            if client not in self:
                person._leave_support_tickets(client)
        return super().unlink()

    # === ACTION METHODS === #

    def action_view_support_account(self):
        self.ensure_one()
        account = self.env["support.account"].search(
            [
                ("partner_id", "=", self.commercial_partner_id.id),
                ("company_id", "=", self.env.company.id),
            ],
            limit=1,
        )
        return {
            "type": "ir.actions.act_window",
            "res_model": "support.account",
            "res_id": account.id,
            "view_mode": "form",
        }

    # === BUSINESS METHODS === #

    def _get_support_entities(self):
        """Return the commercial entities of these contacts and of all below them.

        :return: ``{res.partner: res.partner}``, as the superuser
        """
        # sudo: their tickets follow, whoever of them the writer may see.
        partners = self.sudo().with_context(active_test=False)
        below = partners.search([("id", "child_of", self.ids)])
        return {person: person.commercial_partner_id for person in below}

    def _leave_support_tickets(self, client):
        """Leave the tickets that ``client`` pays to that client.

        The contact no longer follows them either: the colleagues of a follower read
        what he follows.

        :param client: res.partner, the commercial entity that the contact was of
        """
        self.ensure_one()
        # sudo: tickets of teams and companies that the writer may not see.
        person = self.sudo()
        tickets = person.env["helpdesk.ticket"].with_context(active_test=False)
        paid = tickets.search(
            [
                ("support_account_id.partner_id", "=", client.id),
                "|",
                ("partner_id", "=", person.id),
                ("message_partner_ids", "in", person.ids),
            ]
        )
        paid.message_unsubscribe(partner_ids=person.ids)
        own = paid.filtered(lambda ticket: ticket.partner_id == person)
        own._stay_with_client(client, person)
