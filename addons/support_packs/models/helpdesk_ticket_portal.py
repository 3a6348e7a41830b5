from odoo import models

from .. import const


class HelpdeskTicket(models.Model):
    """What a client reads and does on the page of a ticket."""

    _inherit = "helpdesk.ticket"

    def _get_support_portal_values(self):
        """Return what the reader may see of the charge of a ticket, ready to print.

        The reader is the user of the environment, never the superuser. Who follows a
        ticket of another company, or came by a link without logging in, gets nothing:
        the charge is for the client who pays it.

        :return: dict, empty when there is nothing to show or it is not for the reader:

            - ``works``: dicts, in the order of the work: ``work``, ``date``,
              ``added`` (text; empty when the charge is not the sum of the entries)
            - ``charge``: support.charge, empty as long as nothing was debited
            - ``why``: how the charge came about, in words
            - ``packs``: dicts: ``name`` (with its expiry), ``quantity``
            - ``uncovered``: what becomes of what no pack covers, in words
            - ``choices``: what the client may decide about that: dicts, ``code`` and
              ``label``; mostly none
            - ``pending``: what will be charged and when, in words
            - ``account``, ``balance``
        """
        self.ensure_one()
        reader = self.env.user
        # sudo: the fields are for employees; the next lines decide who reads them.
        ticket = self.sudo()
        account = ticket.support_account_id
        client = reader.partner_id.commercial_partner_id
        if reader._is_public() or not account or account.partner_id != client:
            return {}
        words = self.env["support.explanation"]
        charge = ticket.support_charge_id
        return {
            "works": ticket._get_support_portal_works(),
            "charge": charge,
            "why": charge._explain_to_client(),
            "packs": charge._get_portal_packs(),
            "uncovered": charge._explain_uncovered(),
            "choices": charge._get_client_choices(),
            "pending": ticket._explain_support_pending(),
            "account": account,
            "balance": (
                words.format_long(account._get_balance(), account.unit)
                if account.unit in dict(const.UNITS)
                else ""
            ),
        }

    def _get_support_portal_works(self):
        """Return the work entries, oldest first, with what each one added."""
        self.ensure_one()
        words = self.env["support.explanation"]
        works = self.support_work_ids._sorted_as_done()
        # Typed units, or a manager's decision, replace what the entries come to: then
        # no entry has a share of its own.
        adds_up = sum(works.mapped("charged")) == self.support_charge_id.quantity
        return [
            {
                "work": work,
                "date": words.format_moment(work.date, self.company_id),
                "added": work.charged_text if adds_up else "",
            }
            for work in works
        ]

    def _decide_support_as_client(self, choice):
        """Do what the client chose about work that no pack covers, if it is theirs.

        :param choice: what the request says, anything
        :return: whether something was decided
        """
        self.ensure_one()
        choices = self._get_support_portal_values().get("choices", ())
        if choice not in [one["code"] for one in choices]:
            return False
        # sudo: the reader is of the company that pays, and the choice is one of those
        # that the page offered.
        ticket = self.sudo()
        ticket.support_charge_id._decide(choice)
        label = dict(
            ticket.support_charge_id._fields["decision"]._description_selection(
                self.env
            )
        )[choice]
        ticket.message_post(
            body=self.env._("About the work that no pack covers: %s.", label),
            author_id=self.env.user.partner_id.id,
            message_type="comment",
            subtype_xmlid="mail.mt_note",
        )
        return True

    def _explain_support_pending(self):
        """Say what is not charged yet, and when it will be."""
        self.ensure_one()
        policy = self.support_account_id.policy_id
        if self.support_charge_id or policy.unit not in dict(const.UNITS):
            return ""
        quantity = self._get_support_preview(0, None)["quantity"]
        text = self.env["support.explanation"].format_quantity(quantity, policy.unit)
        if policy.debit_on == "resolution" and self.closed:
            return self.env._("Nothing was charged.")
        if policy.debit_on == "resolution" and quantity:
            return self.env._(
                "So far %(quantity)s. Your packs are charged when the ticket is "
                "solved.",
                quantity=text,
            )
        if policy.debit_on == "resolution":
            return self.env._("Your packs are charged when the ticket is solved.")
        return self.env._("Nothing has been charged so far.")

    def _may_close_in_portal(self):
        """Whether the reader may close the ticket from its page.

        Closing may debit a pack. So it takes more than being able to read: the ticket
        is of the reader's own company, or the reader may change tickets anyway.
        """
        self.ensure_one()
        if not self.has_access("read"):
            return False
        client = self.env.user.partner_id.commercial_partner_id
        owner = self.sudo().partner_id.commercial_partner_id
        return owner == client or self.has_access("write")

    def _get_portal_closing_stages(self):
        """Return the stages to which the reader may close this ticket now."""
        self.ensure_one()
        # sudo: stages are settings; whose ticket it is was asked before.
        ticket = self.sudo()
        if ticket.closed or not self._may_close_in_portal():
            return ticket.stage_id.browse()
        stages = ticket.team_id.with_company(ticket.company_id)._get_applicable_stages()
        return stages.filtered("close_from_portal")
