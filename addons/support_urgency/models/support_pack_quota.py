from dataclasses import dataclass

from odoo import Command, api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

from odoo.addons.support_packs import const
from odoo.addons.support_packs.engine import drawdown

from ..engine import quotas


@dataclass(frozen=True)
class QuotaPackState(drawdown.PackState):
    """A pack as the draw sees it, with its quotas; one without any serves all."""

    quotas: tuple = ()


def to_slots(packs):
    """Return states of packs, in this order, as the engine of quotas takes them."""
    return [
        quotas.Pack(pack.id, pack.balance, getattr(pack, "quotas", ()))
        for pack in packs
    ]


class SupportPackQuota(models.Model):
    """How many tickets of one priority a pack holds, and how many it has served.

    ``used`` is the sum of the ledger entries of the quota, and lies between 0 and
    ``granted`` at every commit. It changes in one place, :meth:`_move_used`, by one SQL
    statement, always after the balance of its pack. Both are maxima: of the quota, and
    of the pack.
    """

    _name = "support.pack.quota"
    _description = "Quota of a Support Pack"
    _order = "id"
    _rec_name = "priority_id"

    pack_id = fields.Many2one(
        "support.pack", required=True, index=True, ondelete="cascade", readonly=True
    )
    account_id = fields.Many2one(related="pack_id.account_id", store=True, index=True)
    company_id = fields.Many2one(related="pack_id.company_id", store=True)
    state = fields.Selection(related="pack_id.state")
    date_end = fields.Date(related="pack_id.date_end", string="Expiry")
    priority_id = fields.Many2one(
        "support.priority",
        required=True,
        index=True,
        ondelete="restrict",
        readonly=True,
    )
    granted = fields.Integer(required=True, readonly=True)
    used = fields.Integer(required=True, readonly=True, default=0)
    left = fields.Integer(
        compute="_compute_left",
        help="What tickets of this priority can still use: no more than the pack has.",
    )

    _used_range = models.Constraint(
        "CHECK (used >= 0 AND used <= granted)",
        "A quota never serves more than it granted, nor less than nothing.",
    )
    _priority_unique = models.UniqueIndex(
        "(pack_id, priority_id)", "The pack has a quota for this priority already."
    )

    @api.depends("granted", "used", "pack_id.balance")
    def _compute_left(self):
        for quota in self:
            quota.left = min(quota.granted - quota.used, quota.pack_id.balance)

    @api.depends("pack_id", "priority_id")
    def _compute_display_name(self):
        for quota in self.sudo():
            quota.display_name = (
                f"{quota.pack_id.name} · {quota.priority_id._get_code()}"
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_history(self):
        if any(quota.used or quota.sudo().pack_id.entry_seq for quota in self):
            raise UserError(
                self.env._("The quotas of a pack that was granted stay with it.")
            )

    # === BUSINESS METHODS === #

    def _move_used(self, quantity):
        """Add a signed integer to what was used: the only place where it changes.

        One UPDATE takes the row and checks the limits, as with the balance of a pack,
        which whoever calls this has moved before.
        """
        self.ensure_one()
        self.flush_recordset()
        self.env.cr.execute(
            SQL(
                """
                UPDATE support_pack_quota
                   SET used = used + %(quantity)s,
                       write_uid = %(uid)s,
                       write_date = now() AT TIME ZONE 'UTC'
                 WHERE id = %(id)s
                   AND used + %(quantity)s BETWEEN 0 AND granted
             RETURNING used
                """,
                quantity=quantity,
                uid=self.env.uid,
                id=self.id,
            )
        )
        if not self.env.cr.fetchone():
            raise ValidationError(
                self.env._(
                    "%(quota)s: so many tickets of this priority cannot be moved.",
                    quota=self.display_name,
                )
            )
        self.invalidate_recordset(["used"])
        # SQL tells nobody: what is computed from it is stale too.
        self.modified(["used"])

    def _get_state(self):
        """Return the engine's view of the quota."""
        self.ensure_one()
        return quotas.Quota(
            self.id, self.priority_id._get_code(), self.granted, self.used
        )


class SupportPack(models.Model):
    _inherit = "support.pack"

    quota_ids = fields.One2many(
        "support.pack.quota",
        "pack_id",
        string="Quotas",
        readonly=True,
        groups=const.SALES_READERS,
    )

    # === TERMS === #

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._with_quotas(vals) for vals in vals_list])

    @api.model
    def _with_quotas(self, vals):
        """Return the values of a new pack with the quotas of its product, if any."""
        if "quota_ids" in vals or vals.get("unit") != "ticket":
            return vals
        product = self.env["product.product"].sudo().browse(vals.get("product_id"))
        commands = product.product_tmpl_id._prepare_support_quotas()
        return {**vals, "quota_ids": commands} if commands else vals

    @api.model
    def _prepare_sale_terms(self, line):
        """Sold is sold: the pack keeps the quotas of its sale, too."""
        terms = super()._prepare_sale_terms(line)
        commands = line.product_id.product_tmpl_id._prepare_support_quotas()
        return {**terms, "quota_ids": [Command.clear(), *commands]}

    # === DRAWING === #

    def _draw(self, part):
        moved = super()._draw(part)
        quota_id = getattr(part, "quota_id", quotas.NO_QUOTA)
        if not quota_id:
            return moved
        self.env["support.pack.quota"].browse(quota_id)._move_used(part.quantity)
        return {**moved, "quota_id": quota_id}

    def _take_back(self, quantity, entry, **values):
        """What goes back, goes back to the slot that it came from."""
        quota = entry.quota_id
        if not quota:
            return super()._take_back(quantity, entry, **values)
        res = super()._take_back(quantity, entry, quota_id=quota.id, **values)
        quota._move_used(-quantity)
        return res

    def _with_quota_states(self, states, found):
        """Return states of packs with their quotas.

        :param found: support.pack.quota of these packs
        """
        by_pack = found.grouped("pack_id")
        return [
            QuotaPackState(
                state.id,
                state.balance,
                state.granted,
                state.activated_on,
                state.expires_on,
                tuple(
                    quota._get_state() for quota in by_pack.get(pack, found.browse())
                ),
            )
            for state in states
            for pack in [self.browse(state.id)]
        ]


class SupportAccount(models.Model):
    _inherit = "support.account"

    def _get_pack_states(self, unit):
        states = super()._get_pack_states(unit)
        if unit != "ticket" or not states:
            return states
        # One query for the quotas of all packs, with all that is read of them.
        found = self.env["support.pack.quota"].search_fetch(
            [("pack_id", "in", [state.id for state in states])],
            ["pack_id", "priority_id", "granted", "used"],
        )
        return self.env["support.pack"]._with_quota_states(states, found)

    def _get_usable_packs(self, unit):
        states = super()._get_usable_packs(unit)
        if unit != "ticket" or not states:
            return states
        # For lists: the quotas of all accounts are read together.
        active = self.active_pack_ids
        packs = active.filtered(lambda pack: pack.unit == unit)
        packs = packs.with_prefetch(active._prefetch_ids)
        return packs.browse()._with_quota_states(states, packs.quota_ids)


class SupportLedgerEntry(models.Model):
    _inherit = "support.ledger.entry"

    quota_id = fields.Many2one(
        "support.pack.quota",
        index="btree_not_null",
        ondelete="restrict",
        readonly=True,
        help="The slot of the pack that was used, or that came back.",
    )

    @api.model
    def _prepare_columns(self, quota_id=None, **rest):
        return {**super()._prepare_columns(**rest), "quota_id": quota_id}

    def _explain(self):
        """Say of which priority the slot is."""
        text = super()._explain()
        # sudo: who may read the entry may read what its priority is called.
        code = self.sudo().quota_id.priority_id._get_code()
        return f"{text} · {code}" if code else text
