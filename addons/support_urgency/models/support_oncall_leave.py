from odoo import api, fields, models


class ResourceCalendarLeaves(models.Model):
    """Leave noted for people on duty where Odoo's own absences are not installed.

    It is leave like any other, of the person's resource: whoever reckons with leave
    reckons with it.
    """

    _inherit = "resource.calendar.leaves"

    support_user_id = fields.Many2one(
        "res.users",
        string="Person",
        index="btree_not_null",
        ondelete="cascade",
        domain="[('share', '=', False)]",
        help="Takes no turns on duty in this time, and gets no urgent tickets.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._add_resource(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(self._add_resource(vals))

    @api.model
    def _add_resource(self, vals):
        """Return values with the resource of the person, if they say who it is."""
        user = self.env["res.users"].browse(vals.get("support_user_id"))
        if not user:
            return vals
        return {**vals, "resource_id": user._get_oncall_resource().id}


class ResUsers(models.Model):
    _inherit = "res.users"

    def _get_oncall_resource(self):
        """Return the resource whose leave is this person's; made if there is none."""
        self.ensure_one()
        # sudo: who plans shifts may not make resources.
        resources = self.env["resource.resource"].sudo()
        found = resources.search([("user_id", "=", self.id)], order="id")
        here = found.filtered(lambda one: one.company_id == self.env.company)
        if found:
            return (here or found)[0]
        company = self.sudo().company_id
        return resources.create(
            {
                "name": self.sudo().name,
                "user_id": self.id,
                "company_id": company.id,
                "tz": company.support_tz,
            }
        )
