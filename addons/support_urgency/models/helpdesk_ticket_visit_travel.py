from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools.misc import formatLang

INTERNAL = "base.group_user"


class HelpdeskTicket(models.Model):
    """Travel expenses of a visit, when there are any: charged apart [004]."""

    _inherit = "helpdesk.ticket"

    support_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Currency", groups=INTERNAL
    )
    support_travel_amount = fields.Monetary(
        string="Travel expenses",
        currency_field="support_currency_id",
        copy=False,
        tracking=True,
        groups=INTERNAL,
        help="Of the visit, without taxes. They go to the charges to invoice, as the "
        "travel product of the policy. 0: none.",
    )

    @api.constrains("support_on_site", "support_travel_amount")
    def _check_support_travel_amount(self):
        for ticket in self.sudo():
            amount = ticket.support_travel_amount
            if amount < 0:
                raise ValidationError(self.env._("Travel expenses: 0 or more."))
            if amount and not ticket.support_on_site:
                raise ValidationError(
                    self.env._(
                        "Travel expenses: only a ticket that is solved on site has "
                        "them."
                    )
                )
            if amount and not ticket._is_support_counted():
                raise ValidationError(
                    self.env._(
                        "Travel expenses: nobody is charged for this ticket. Put them "
                        "on the quotation of the visit."
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        tickets = super().create(vals_list)
        tickets.filtered("support_travel_amount")._charge_support_travel()
        return tickets

    def write(self, vals):
        res = super().write(vals)
        if "support_travel_amount" in vals:
            self._charge_support_travel()
        return res

    def _get_support_portal_values(self):
        """The client reads what will be invoiced, or was."""
        values = super()._get_support_portal_values()
        if values:
            ticket = self.sudo()
            amount = ticket.support_travel_amount
            values["travel"] = amount and formatLang(
                self.env, amount, currency_obj=ticket.support_currency_id
            )
        return values

    def _charge_support_travel(self):
        """Have the charges ask for the expenses of their tickets."""
        # sudo: technicians may not write charges. A form sends 0 where there are none.
        for ticket in self.sudo():
            charge = ticket.support_charge_id
            if ticket.support_travel_amount or charge.travel_amount:
                charge._find_or_open(ticket)._follow_travel(
                    ticket.support_travel_amount
                )
