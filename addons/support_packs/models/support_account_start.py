from odoo import api, fields, models

from ..engine import drawdown

# Not paid by a pack, and neither invoiced nor waived.
OPEN_STATES = ("waiting", "to_invoice")


class SupportAccount(models.Model):
    """What decides whether work for the client may start: read for many at once."""

    _inherit = "support.account"

    active_pack_ids = fields.Many2many(
        "support.pack",
        string="Packs in use",
        compute="_compute_active_pack_ids",
        groups="helpdesk_mgmt.group_helpdesk_user_own",
    )
    open_uncovered = fields.Integer(
        string="Not covered so far",
        compute="_compute_open_uncovered",
        groups="helpdesk_mgmt.group_helpdesk_user_own",
        help="Units that no pack has paid and that are neither invoiced nor waived.",
    )

    @api.depends("pack_ids.balance", "pack_ids.state", "pack_ids.date_end")
    def _compute_active_pack_ids(self):
        packs = self.env["support.pack"].search(
            [("account_id", "in", self.ids), ("state", "=", "active")]
        )
        by_account = packs.grouped("account_id")
        for account in self:
            account.active_pack_ids = by_account.get(account._origin, packs.browse())

    @api.depends(
        "charge_ids.due",
        "charge_ids.state",
        "policy_id.unit",
    )
    def _compute_open_uncovered(self):
        rows = self.env["support.charge"]._read_group(
            [
                ("account_id", "in", self.ids),
                ("state", "in", OPEN_STATES),
                ("due", ">", 0),
            ],
            ["account_id", "unit"],
            ["due:sum"],
        )
        found = {(account, unit): due for account, unit, due in rows}
        for account in self:
            account.open_uncovered = found.get((account._origin, account.unit), 0)

    def _get_start_problems(self, ticket=None):
        """Return why no work for this client may start, as sentences.

        For reasons that lie with the client and not with one ticket. Add-ons, and
        holds, extend it.

        :param ticket: the ticket to be worked on, where somebody may have allowed it
        """
        self.ensure_one()
        return []

    def _get_usable_packs(self, unit):
        """Return the engine's view of the packs in use, read for many accounts at once.

        What is posted asks :meth:`_get_pack_states` instead, which reads the database.
        """
        self.ensure_one()
        packs = self.active_pack_ids.filtered(lambda pack: pack.unit == unit)
        return [pack._get_state() for pack in packs]

    def _get_usable_balance(self):
        """Return what work done today could draw, in the unit of the policy.

        Less than the balance when a pack ended that is kept for late work.
        """
        self.ensure_one()
        today = self.company_id.support_local_date()
        return drawdown.available(self._get_usable_packs(self.unit), today)
