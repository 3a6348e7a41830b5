from odoo import models

from odoo.addons.support_packs.engine import drawdown, grants

ACTIVITY = "mail.mail_activity_data_todo"


class HelpdeskTicket(models.Model):
    """What becomes of a surcharge that goes back: not every pack can use it."""

    _inherit = "helpdesk.ticket"

    def _converge_support_urgency_end(self, consent):
        """Give the surcharge back, and remember what of it nobody can use."""
        self.ensure_one()
        charge = self.support_charge_id
        before = charge.entry_ids
        self._converge_support_charge(written=True)
        returned = {}
        for entry in (charge.entry_ids - before).filtered("returned_entry_id"):
            pack = entry.pack_id
            returned[pack] = returned.get(pack, 0) + entry.quantity
        lost = self._get_support_lost_units(returned)
        if lost:
            consent._store_cancellation({"lost_units": lost})
            self._plan_support_urgency_lost(lost)

    def _get_support_lost_units(self, returned):
        """Return how many units go to packs in which nobody can use them.

        What comes back to a pack that is settled, refunded or cancelled leaves it at
        once, and in one that is over it expires.

        :param returned: ``{pack: units}``
        """
        return sum(
            units
            for pack, units in returned.items()
            if pack.state in (*grants.DEAD_STATES, "expired")
            or pack.refund_id
            or pack._is_over()
        )

    def _preview_support_urgency_return(self):
        """Return what a cancellation would move: ``(units, units nobody can use)``."""
        self.ensure_one()
        charge = self.support_charge_id
        if not charge:
            return 0, 0
        units = charge._get_surcharge_units()
        excess = units - min(charge.uncovered, units)
        packs = self.env["support.pack"]
        returned = {}
        for back in drawdown.give_back(charge._get_usages(), excess):
            pack = packs.browse(back.pack_id)
            returned[pack] = returned.get(pack, 0) + back.quantity
        return units, self._get_support_lost_units(returned)

    def _plan_support_urgency_lost(self, units):
        """Have a manager decide what the client gets for them: it may be money."""
        self.ensure_one()
        manager = self.team_id._find_oncall_manager(self.company_id)
        if not manager:
            return
        ticket = self.with_context(lang=manager.lang)
        ticket.activity_schedule(
            ACTIVITY,
            summary=ticket.env._("Surcharge of a closed pack: is money owed?"),
            note=ticket._say_support_urgency_lost(units),
            user_id=manager.id,
        )

    def _say_support_urgency_lost(self, units):
        """Say to staff what cannot be used."""
        self.ensure_one()
        return self.env._(
            "%s of it had come from a pack that is closed or over: nobody can use "
            "them. Money may be owed to the client.",
            self.env["support.explanation"].format_quantity(
                units, self.support_charge_id.unit
            ),
        )
