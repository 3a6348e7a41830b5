from odoo import fields, models
from odoo.exceptions import AccessError, UserError

MANAGER = "helpdesk_mgmt.group_helpdesk_manager"
# More is a slip of the keyboard.
MOST_UNITS = 1_000_000


class SupportCharge(models.Model):
    """A manager may set what a ticket costs, with a reason that the client reads."""

    _inherit = "support.charge"

    is_overridden = fields.Boolean(readonly=True)
    override_quantity = fields.Integer(string="Set to", readonly=True)
    override_reason = fields.Char(string="Why it was set", readonly=True)
    overridden_by_id = fields.Many2one("res.users", string="Set by", readonly=True)

    def _override(self, quantity, reason):
        """Charge so many units, whatever the rules give, from now on.

        :param quantity: integer >= 0, in the unit of the charge; 0 charges nothing
        :raise UserError: without a reason, or on a number that cannot be meant
        """
        self._check_may_override()
        self.check_access("read")
        reason = (reason or "").strip()
        if not reason:
            raise UserError(self.env._("Reason: say why. The client reads it."))
        if not 0 <= quantity <= MOST_UNITS:
            raise UserError(
                self.env._(
                    "Quantity: a whole number from 0 to %(most)s.", most=MOST_UNITS
                )
            )
        values = {
            "is_overridden": True,
            "override_quantity": quantity,
            "override_reason": reason,
            "overridden_by_id": self.env.uid,
        }
        self._write_override(values)

    def _remove_override(self):
        """Charge what the rules give again."""
        self._check_may_override()
        self.check_access("read")
        values = dict.fromkeys(
            (
                "is_overridden",
                "override_quantity",
                "override_reason",
                "overridden_by_id",
            ),
            False,
        )
        self._write_override(values)

    def _write_override(self, values):
        # sudo: charges are nobody's to write; the rights were asked before.
        for charge in self.sudo():
            charge._touch()
            charge.write(values)
            charge.ticket_id._converge_support_charge()

    def _check_may_override(self):
        if not self.env.su and not self.env.user.has_group(MANAGER):
            raise AccessError(
                self.env._("What a ticket costs is set by a helpdesk manager only.")
            )
