from odoo import api, models
from odoo.exceptions import AccessError

# What is found out or decided by the verbs of the tickets: nobody writes it by hand.
# The urgency itself is refused where it is made.
SEALED = frozenset(
    {
        # The visit.
        "support_visit_quoted",
        # The priority that the client chose, and why it is another one.
        "support_priority_by_client",
        "support_priority_reason",
        # Who was called.
        "support_called_user_id",
        "support_called_as",
        "support_called_at",
        "support_call_answered_at",
        "support_escalate_at",
        "support_escalated_user_id",
        "support_escalated_at",
        # What was promised, and kept.
        "support_received_at",
        "support_responded_at",
        "support_response_minutes",
        "support_has_targets",
        "support_due",
    }
)


class HelpdeskTicket(models.Model):
    """Read-only in the form, and for whoever calls the methods past it."""

    _inherit = "helpdesk.ticket"

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._refuse_support_sealed(vals)
        if not self.env.su and self._get_support_sealed_defaults():
            names = self._get_support_sealed_defaults()
            self = self.with_context(**dict.fromkeys(names, False))
        return super().create(vals_list)

    def write(self, vals):
        self._refuse_support_sealed(vals)
        return super().write(vals)

    @api.model
    def _get_support_sealed_defaults(self):
        """Return the keys of the context that would set sealed facts."""
        return self.env.context.keys() & {f"default_{name}" for name in SEALED}

    @api.model
    def _refuse_support_sealed(self, vals):
        """Raise where somebody writes a fact by hand; our verbs write as superuser."""
        sealed = sorted(SEALED & vals.keys())
        if sealed and not self.env.su:
            raise AccessError(
                self.env._(
                    "%(field)s: it follows from what was done. Nobody writes it by "
                    "hand.",
                    field=self._fields[sealed[0]]._description_string(self.env),
                )
            )
