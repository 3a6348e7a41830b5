from odoo import api, models
from odoo.exceptions import AccessError

# What plans and the look ahead say of a ticket: nobody writes it by hand.
SEALED = frozenset(
    {
        "support_planned_date",
        "support_delivery_date",
        "support_expected_week",
    }
)


class HelpdeskTicket(models.Model):
    """Read-only in the form, and for whoever calls the methods past it."""

    _inherit = "helpdesk.ticket"

    @api.model
    def default_get(self, fields):
        """Neither a default of the caller nor one of the user's own is a promise."""
        values = super().default_get(fields)
        return {name: values[name] for name in values if name not in SEALED}

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._refuse_support_planned_facts(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._refuse_support_planned_facts(vals)
        return super().write(vals)

    @api.model
    def _refuse_support_planned_facts(self, vals):
        """Raise where somebody writes by hand what follows from the plans."""
        sealed = sorted(SEALED & vals.keys())
        if sealed and not self.env.su:
            raise AccessError(
                self.env._(
                    "%(field)s: it follows from the plans. Nobody writes it by hand.",
                    field=self._fields[sealed[0]]._description_string(self.env),
                )
            )
