from odoo import fields, models


class HelpdeskTicketTeam(models.Model):
    _inherit = "helpdesk.ticket.team"

    support_policy_id = fields.Many2one(
        "support.policy",
        string="Support policy",
        check_company=True,
        groups="base.group_user",
        help="The first ticket of a client in this team opens an account with it. "
        "Without a policy, only clients who already have an account are charged.",
    )
