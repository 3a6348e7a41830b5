from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .. import const
from ..engine import estimate as engine

INTERNAL = "base.group_user"
# What the acceptance of an estimate writes: nobody does by hand.
SEALED = frozenset({"support_estimate_minutes", "support_accepted_at"})


class HelpdeskTicket(models.Model):
    """What the client accepted, and whether it suffices."""

    _inherit = "helpdesk.ticket"

    support_estimate_ids = fields.One2many(
        "support.estimate",
        "ticket_id",
        string="Estimates",
        readonly=True,
        copy=False,
        groups=const.ESTIMATE_READERS,
    )
    support_accepted_at = fields.Datetime(
        string="Estimate accepted",
        readonly=True,
        copy=False,
        index="btree_not_null",
        groups=INTERNAL,
        help="When the client accepted the estimate that holds. By it the ticket has "
        "its place in the queue.",
    )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._refuse_support_estimate_facts(vals)
        if not self.env.su:
            names = {f"default_{name}" for name in SEALED}
            known = names & self.env.context.keys()
            self = self.with_context(**dict.fromkeys(known, False)) if known else self
        return super().create(vals_list)

    def write(self, vals):
        self._refuse_support_estimate_facts(vals)
        return super().write(vals)

    @api.model
    def _refuse_support_estimate_facts(self, vals):
        """Raise where somebody writes by hand what only the client decides."""
        sealed = sorted(SEALED & vals.keys())
        if sealed and not self.env.su:
            raise AccessError(
                self.env._(
                    "%(field)s: only the client's acceptance writes it.",
                    field=self._fields[sealed[0]]._description_string(self.env),
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_estimates(self):
        # sudo: who deletes tickets may not read estimates.
        for ticket in self.sudo():
            if ticket.support_estimate_ids:
                raise UserError(
                    self.env._(
                        "The ticket %(number)s has estimates, which the client was "
                        "sent. Archive it instead.",
                        number=ticket.number,
                    )
                )

    # === WHAT FOLLOWS === #

    def _on_support_estimate_accepted(self, estimate):
        """What follows when the client accepts; extended by who acts on it.

        The minutes and the moment are on the ticket already.

        :param estimate: support.estimate (sudo), in force
        """
        self.ensure_one()

    def _get_support_estimate(self):
        """Return the estimate that holds: accepted, perhaps used up; or none (sudo)."""
        self.ensure_one()
        return self.sudo().support_estimate_ids.filtered(
            lambda one: (
                one.state in const.IN_FORCE
                and one.account_id == self.sudo().support_account_id
            )
        )[:1]

    def _get_support_estimate_use(self):
        """Return how much of the estimate that holds is used, or None."""
        self.ensure_one()
        ticket = self.sudo()
        # Of most tickets nothing was estimated: that asks nothing of the database.
        estimate = ticket.support_estimate_minutes and ticket._get_support_estimate()
        if not estimate:
            return None
        return engine.Use(
            estimate.minutes,
            estimate.tolerance_percent,
            ticket._get_support_billable_minutes(),
        )
