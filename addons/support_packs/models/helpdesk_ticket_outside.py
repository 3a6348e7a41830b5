from odoo import fields, models

INTERNAL = "base.group_user"


class HelpdeskTicket(models.Model):
    """Work that does not wait for a plan: it is done at once."""

    _inherit = "helpdesk.ticket"

    support_is_outside_plan = fields.Boolean(
        string="Done at once",
        compute="_compute_support_is_outside_plan",
        compute_sudo=True,
        groups=INTERNAL,
        help="No weekly plan holds it, and it stands in no queue.",
    )

    def _compute_support_is_outside_plan(self):
        """Who extends the answer says here what it depends on."""
        for ticket in self:
            ticket.support_is_outside_plan = ticket._is_support_outside_plan()

    def _is_support_outside_plan(self):
        """Whether the work is done at once, whatever is planned: asked by who plans."""
        self.ensure_one()
        return False
