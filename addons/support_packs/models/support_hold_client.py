from odoo import api, models
from odoo.tools.misc import formatLang


class SupportHold(models.Model):
    """What the client is told of a hold, by mail and in the client area."""

    _inherit = "support.hold"

    @api.model_create_multi
    def create(self, vals_list):
        holds = super().create(vals_list)
        for hold in holds:
            hold._tell_client("mail_template_hold_begins")
        return holds

    def _lift(self, user=None):
        res = super()._lift(user)
        for hold in self:
            hold._tell_client("mail_template_hold_lifted")
        return res

    def _tell_client(self, template):
        """Queue a mail about a hold for unpaid invoices; other holds are told by hand.

        Whoever pays is never kept waiting by it.
        """
        self.ensure_one()
        # sudo: who begins a hold, or pays, may not read templates or accounting.
        hold = self.sudo()
        if hold.kind != "unpaid" or not hold._get_mail_partner().email:
            return
        hold.account_id._queue_mail(template, hold)

    def _mail_get_operation_for_mail_message_operation(self, message_operation):
        """Mails about holds carry links that open invoices without logging in."""
        reader = self.env.user
        if not self.env.su and not reader.has_group("account.group_account_invoice"):
            return {}
        return super()._mail_get_operation_for_mail_message_operation(message_operation)

    def _get_mail_partner(self):
        """Return who gets mails about invoices: the client's address for them, if it
        has an e-mail address, else the client itself."""
        self.ensure_one()
        client = self.account_id.partner_id
        address = client.browse(client.address_get(["invoice"])["invoice"])
        return address if address.email else client

    def _get_mail_lines(self):
        """Return the overdue invoices as a mail lists them, in the client's language;
        with links that open without logging in."""
        self.ensure_one()
        lang = self._get_mail_partner().lang or self.company_id.partner_id.lang
        account = self.account_id.with_context(lang=lang or self.env.lang)
        base = account.get_base_url()
        return [
            {**values, "url": values["move"]._get_support_link(base)}
            for values in account._prepare_overdue_lines()
        ]

    def _prepare_notice(self, ticket=None):
        """Return what the client reads of one hold: dict of texts.

        - ``kind``, ``title``, ``text``
        - ``reason``: our words for the client, if there are any
        - ``invoices``: dicts: ``name``, ``amount``, ``due``, ``url`` (empty: no page)
        - ``goes_on``: that we work on all the same, or empty
        """
        self.ensure_one()
        allowed = self._get_override(ticket or self.env["helpdesk.ticket"])
        return {
            "kind": self.kind,
            **self._prepare_notice_words(),
            "reason": self.client_reason or "",
            "invoices": (
                self.account_id._prepare_overdue_lines()
                if self.kind == "unpaid"
                else []
            ),
            "goes_on": self.env._("We go on with your work all the same for now.")
            if allowed
            else "",
        }

    def _prepare_notice_words(self):
        if self.kind == "unpaid":
            return {
                "title": self.env._("New work waits for your payment"),
                "text": self.env._(
                    "Some invoices are past their due date. As soon as they are paid, "
                    "we go on. You can open tickets and write to us as always."
                ),
            }
        if self.kind == "fair_use":
            return {
                "title": self.env._("Your support is suspended"),
                "text": self.env._(
                    "We do not begin new work for now. You can open tickets and write "
                    "to us; if you do not agree, please tell us."
                ),
            }
        return {
            "title": self.env._("Your support is paused"),
            "text": self.env._(
                "We do not begin new work for now, and your packs do not expire "
                "meanwhile. You can open tickets and write to us as always."
            ),
        }


class SupportAccount(models.Model):
    _inherit = "support.account"

    def _get_hold_notices(self, ticket=None):
        """Return what the client reads of the holds in force, the oldest first.

        Whoever calls it has made sure that the reader is of the client.

        :param ticket: the ticket whose page it is
        :return: dicts, see :meth:`SupportHold._prepare_notice`
        """
        self.ensure_one()
        # sudo: clients read no holds, only what is meant for them.
        holds = self.sudo().hold_ids.filtered("is_in_force")
        return [hold._prepare_notice(ticket) for hold in holds._oldest_first()]

    def _prepare_overdue_lines(self):
        """Return the overdue invoices of one account in the reader's words: dicts."""
        self.ensure_one()
        words = self.env["support.explanation"]
        return [
            {
                "move": one.move,
                "name": one.move.name,
                "amount": formatLang(self.env, one.amount, currency_obj=one.currency),
                "due": words.format_day(one.since),
                "url": one.move._get_support_page(),
            }
            for one in self._get_overdue().get(self, [])
        ]


class AccountMove(models.Model):
    _inherit = "account.move"

    def _get_support_page(self):
        """Return the address of the invoice's page, which clients may open; or none."""
        self.ensure_one()
        return f"/my/invoices/{self.id}" if self.move_type == "out_invoice" else ""

    def _get_support_link(self, base):
        """Return the address of the page with what opens it without logging in."""
        self.ensure_one()
        return base + self.get_portal_url() if self._get_support_page() else ""


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    def _get_support_portal_values(self):
        """Add ``holds``: notices, while the ticket is open; only to who pays for it."""
        values = super()._get_support_portal_values()
        if values:
            values["holds"] = (
                []
                if self.sudo().closed
                else values["account"]._get_hold_notices(self.sudo())
            )
        return values
