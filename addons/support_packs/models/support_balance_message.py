from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import SQL

from ..tools import insert_once


class SupportBalanceMessage(models.Model):
    """What a client was last told that a ticket cost: one for each charge.

    By e-mail, and not in the conversation of the ticket: followers of other companies
    read that, but what a ticket cost is for the client who pays it.
    """

    _name = "support.balance.message"
    _description = "Support Balance Message"
    _order = "id desc"
    _rec_name = "charge_id"
    _allow_sudo_commands = False

    charge_id = fields.Many2one(
        "support.charge", required=True, ondelete="cascade", readonly=True
    )
    account_id = fields.Many2one(
        "support.account", required=True, index=True, ondelete="cascade", readonly=True
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, readonly=True
    )
    quantity = fields.Integer(
        required=True, readonly=True, help="In the unit of the charge."
    )
    date = fields.Datetime(required=True, readonly=True)
    email = fields.Char(readonly=True, help="Empty: the client was not told.")

    _charge_unique = models.UniqueIndex(
        "(charge_id)", "What this ticket cost was told already."
    )


class SupportCharge(models.Model):
    _inherit = "support.charge"

    # === FINDING === #

    @api.model
    def _search_untold(self, accounts=None):
        """Return the charges that their clients are to be told of now.

        Of tickets that are solved, once; and again when a closed ticket comes to cost
        something else. Reopening a ticket tells nothing.

        :param accounts: only of these; default: all
        """
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                WITH changed AS MATERIALIZED (
                    SELECT c.id, c.ticket_id, c.quantity,
                           m.id IS NOT NULL AS told, y.balance_message_since
                      FROM support_charge c
                      JOIN support_account a ON a.id = c.account_id
                      JOIN support_policy y ON y.id = a.policy_id
                 LEFT JOIN support_balance_message m
                        ON m.charge_id = c.id AND m.account_id = c.account_id
                     WHERE y.balance_message AND a.active AND %(condition)s
                       AND c.quantity <> COALESCE(m.quantity, 0)
                )
                SELECT c.id
                  FROM changed c
                  JOIN helpdesk_ticket t ON t.id = c.ticket_id
                  JOIN helpdesk_ticket_stage s ON s.id = t.stage_id
                 WHERE CASE WHEN c.told
                       THEN s.support_outcome IS NOT NULL
                       ELSE t.last_stage_update >= c.balance_message_since
                        AND (s.support_outcome = 'solved'
                             OR s.support_outcome = 'cancelled'
                            AND t.support_cancelled_by = 'client')
                       END
              ORDER BY c.id
                """,
                condition=SQL("TRUE")
                if accounts is None
                else SQL("a.id IN %s", tuple(accounts.ids)),
            )
        )
        # sudo: all companies, whoever starts the job.
        return self.sudo().browse(row[0] for row in rows)

    def _get_told(self):
        """Return what the client who pays was last told, or nothing."""
        self.ensure_one()
        return self.env["support.balance.message"].search(
            [("charge_id", "=", self.id), ("account_id", "=", self.account_id.id)]
        )

    # === TELLING === #

    def _tell_client(self):
        """Queue the mail about one charge, and note it.

        :return: the addresses it goes to, or False
        """
        self.ensure_one()
        ticket = self.ticket_id
        email = ", ".join(self._get_told_partners().mapped("email")) or False
        if not email:
            ticket._message_log(
                body=self.env._(
                    "The client was not told what this ticket cost: it has no e-mail "
                    "address."
                )
            )
        elif not self.account_id._queue_mail("mail_template_balance_message", ticket):
            email = False
            ticket._message_log(
                body=self.env._(
                    "The client was not told what this ticket cost: the e-mail could "
                    "not be made. The server's log says why."
                )
            )
        self._note_told(email)
        return email

    def _note_told(self, email):
        """Note what the client knows now; of two transactions, one is run again."""
        self.ensure_one()
        messages = self.env["support.balance.message"].sudo()
        values = {
            "charge_id": self.id,
            "account_id": self.account_id.id,
            "company_id": self.company_id.id,
            "quantity": self.quantity,
            "date": fields.Datetime.now(),
            "email": email,
        }
        if not insert_once(messages.browse(), values, conflict=["charge_id"]):
            messages.search([("charge_id", "=", self.id)]).write(values)

    def _get_told_partners(self):
        """Return who the mail goes to, one for each address.

        The contact of the ticket, if it is of the client who pays; the client itself
        where the contact has no address, and where an alert goes with the message.
        """
        self.ensure_one()
        client, contact = self.account_id.partner_id, self.ticket_id.partner_id
        own = contact.commercial_partner_id == client and contact.email
        partners = contact if own else client
        if self.account_id._get_due_alerts():
            partners |= client
        found = {}
        for partner in partners.filtered("email"):
            found.setdefault(partner.email_normalized or partner.email, partner)
        return self.env["res.partner"].union(*found.values())

    def _explain_told(self):
        """Return the first sentence of the message: what the ticket cost, or costs."""
        self.ensure_one()
        values = {"ticket": self.ticket_id.name, "quantity": self.quantity_text}
        told = self._get_told()
        if told:
            before = self.env["support.explanation"].format_quantity(
                told.quantity, self.unit
            )
            return self.env._(
                "What your request “%(ticket)s” costs has changed: %(quantity)s "
                "instead of %(before)s.",
                before=before,
                **values,
            )
        if self.ticket_id.stage_id.support_outcome == "cancelled":
            return self.env._(
                "Your request “%(ticket)s” is cancelled. The work done until then cost "
                "%(quantity)s.",
                **values,
            )
        return self.env._(
            "Your request “%(ticket)s” is solved. It cost %(quantity)s.", **values
        )


class HelpdeskTicket(models.Model):
    """What the message about a ticket says, in the language of the environment."""

    _inherit = "helpdesk.ticket"

    # Odoo tries the template on any ticket, too: before it is saved, and in a preview.

    def _get_balance_charge(self):
        """Return the charge that the message is about: none, if it is just tried."""
        self.ensure_one()
        charges = self.env["support.charge"]
        return self.support_charge_id if charges.has_access("read") else charges

    def _get_balance_recipients(self):
        """Return the ids of the recipients as a mail template takes them."""
        charge = self._get_balance_charge()
        partners = charge._get_told_partners() if charge else self.partner_id
        return ",".join(str(id_) for id_ in partners.ids)

    def _get_balance_lang(self):
        """Return the language of the first recipient, else of the company."""
        charge = self._get_balance_charge()
        partners = charge._get_told_partners() if charge else self.partner_id
        return partners[:1].lang or self.company_id.partner_id.lang

    def _get_balance_subject(self):
        """Return the subject of the message."""
        charge = self._get_balance_charge()
        if not charge:
            return self.number
        return self.env._(
            "%(number)s: %(quantity)s charged, %(balance)s left",
            number=self.number,
            quantity=charge.quantity_text,
            balance=charge.account_id.balance_text,
        )

    def _render_balance_message(self):
        """Return what the mail says between its greeting and its end."""
        charge = self._get_balance_charge()
        if not charge:
            return Markup()
        account = charge.account_id
        words = self.env["support.explanation"]
        return self.env["ir.qweb"]._render(
            "support_packs.mail_balance_message",
            {
                "ticket": self,
                "charge": charge,
                "headline": charge._explain_told(),
                "why": charge._explain_to_client(),
                "packs": charge._get_portal_packs(),
                "uncovered": charge._explain_uncovered(),
                "balance": words.format_long(account._get_balance(), account.unit),
                "alert": account._render_balance_alert(brief=True),
                "ticket_url": f"{self.get_base_url()}/my/ticket/{self.id}",
                "url": f"{self.get_base_url()}/my/support?account={account.id}",
            },
        )
