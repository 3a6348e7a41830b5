from odoo import api, fields, models

from .. import const


class SupportUrgencyEvidence(models.TransientModel):
    """Staff records that the client asked for urgency in writing, on the ticket."""

    _name = "support.urgency.evidence"
    _description = "Record an Urgency Asked for in Writing"

    ticket_id = fields.Many2one("helpdesk.ticket", required=True, readonly=True)
    message_ids = fields.Many2many(
        "mail.message", compute="_compute_message_ids", string="Messages to choose from"
    )
    message_id = fields.Many2one(
        "mail.message",
        domain="[('id', 'in', message_ids)]",
        help="What the client wrote on this ticket.",
    )
    text = fields.Text(
        string="The client wrote", compute="_compute_text", readonly=True
    )
    channel = fields.Selection(
        selection="_get_written_channels",
        required=True,
        default="email",
        help="A call counts once the client confirms it in writing.",
    )
    price = fields.Text(string="It costs", compute="_compute_price", readonly=True)
    warning = fields.Text(compute="_compute_price", readonly=True)

    @api.model
    def _get_written_channels(self):
        consents = self.env["support.urgency.consent"]
        labels = consents._fields["channel"]._description_selection(self.env)
        return [one for one in labels if one[0] in const.WRITTEN_CHANNELS]

    @api.depends("ticket_id")
    def _compute_message_ids(self):
        for wizard in self:
            ticket = wizard.ticket_id
            # What follows asks the account as the superuser.
            ticket.check_access("read")
            wizard.message_ids = ticket._get_support_urgency_messages()

    @api.depends("ticket_id", "message_id")
    def _compute_text(self):
        for wizard in self:
            message = wizard.message_id._origin
            ticket = wizard.ticket_id
            known = message and message in ticket._get_support_urgency_messages()
            wizard.text = message._get_support_evidence_text() if known else False

    @api.depends("ticket_id", "message_id")
    def _compute_price(self):
        for wizard in self:
            message = wizard.message_id._origin
            wizard.ticket_id.check_access("read")
            # sudo: technicians are told what it costs, whatever they may read.
            ticket = wizard.ticket_id.sudo()
            known = message and message in ticket._get_support_urgency_messages()
            since = message._get_support_received_at() if known else None
            offer = ticket._get_support_urgency_offer(since)
            wizard.price = ticket._print_support_urgency_offer(offer)
            wizard.warning = (
                ticket._warn_of_support_evidence(offer, since) if since else False
            )

    def action_apply(self):
        self.ensure_one()
        self.ticket_id._record_support_urgency(self.message_id, self.channel)
        return {"type": "ir.actions.act_window_close"}


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    def _warn_of_support_evidence(self, offer, since):
        """Say what to think of before an older message is recorded: lines, or none."""
        self.ensure_one()
        normal, urgent = offer.done
        lines = []
        if normal != urgent:
            lines.append(
                self.env._(
                    "Work was logged since this message. It becomes urgent, and the "
                    "client pays %s more for it.",
                    self.env["support.explanation"].format_quantity(
                        urgent - normal, offer.unit
                    ),
                )
            )
            charge = self.support_charge_id
            if charge and charge._is_billed():
                lines.append(
                    self.env._(
                        "This ticket was invoiced already: what no pack covers of it "
                        "goes on another invoice."
                    )
                )
        hours = self.support_account_id.policy_id.urgent_link_hours
        if since < fields.Datetime.subtract(fields.Datetime.now(), hours=hours):
            lines.append(
                self.env._(
                    "The message is older than %s hours, for which a link holds. If "
                    "the client may not want it any more, send a link instead.",
                    hours,
                )
            )
        return "\n".join(lines)
