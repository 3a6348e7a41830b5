from datetime import date

from odoo import api, fields, models

from ..engine import perks
from .support_perk_product import SOURCE_LANG

# What decides which perks are in force: the quotations look anew when it changes.
FORCE_FIELDS = {"state", "date_start", "date_end", "service_discount", "account_id"}


class SupportPack(models.Model):
    """The perks of a policy that was sold: they stay as they were on that day."""

    _inherit = "support.pack"

    service_discount = fields.Integer(
        string="Discount on catalogue services (%)", readonly=True
    )
    visits_per_month = fields.Integer(string="Visits a month", readonly=True)
    perks = fields.Json(
        string="Other perks by language",
        readonly=True,
        help="The words of the product on the day of the sale.",
    )
    perks_text = fields.Text(string="Perks", compute="_compute_perks_text")

    @api.depends("service_discount", "visits_per_month", "perks")
    @api.depends_context("lang")
    def _compute_perks_text(self):
        for pack in self:
            pack.perks_text = "\n".join(pack._get_perk_lines())

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        packs = super().create(vals_list)
        self._forget_perks()
        return packs

    def write(self, vals):
        res = super().write(vals)
        if FORCE_FIELDS & vals.keys():
            self._forget_perks()
        return res

    def _move_balance(self, quantity):
        """A pack that has no end is over when it is used up."""
        moved = super()._move_balance(quantity)
        self._forget_perks()
        return moved

    @api.model
    def _forget_perks(self):
        """Have quotations of this transaction ask again which policy is in force."""
        orders = self.env["sale.order"]
        orders.invalidate_model(["support_perk_pack_id"], flush=False)

    # === TERMS === #

    @api.model
    def _prepare_sale_terms(self, line):
        """Sold is sold: what is changed on the product is for later sales."""
        return {
            **super()._prepare_sale_terms(line),
            **line.product_id.product_tmpl_id._prepare_support_perks(),
        }

    # === IN FORCE === #

    def _get_perk_policy(self):
        """Return the engine's view of the pack."""
        self.ensure_one()
        return perks.Policy(
            id=self.id,
            state=self.state,
            starts_on=self.date_start or None,
            ends_on=self.date_end or None,
            percent=self.service_discount,
            visits=self.visits_per_month,
        )

    @api.model
    def _search_with_perks(self, clients, companies):
        """Return the packs of these clients that may be in force on some day (sudo).

        One query for all of them.

        :param clients: res.partner, commercial entities
        """
        # sudo: salespeople and clients make quotations, who may not read all packs.
        return self.sudo().search_fetch(
            [
                ("account_id.partner_id", "in", clients.ids),
                ("company_id", "in", companies.ids),
                ("state", "in", sorted(perks.FORCE_STATES)),
                ("date_start", "!=", False),
            ]
        )

    def _get_best_discount(self, client, company, day):
        """Return which of these packs gives a client's discount on a day, or none."""
        own = self.filtered(
            lambda pack: (
                pack.company_id == company and pack.account_id.partner_id == client
            )
        )
        best = perks.best_discount([pack._get_perk_policy() for pack in own], day)
        return self.browse(best.id if best else ())

    def _is_policy_in_force(self, day=None):
        """Whether the perks hold on a day; default: today, in the support time zone."""
        self.ensure_one()
        # sudo: a client reads the pack, not the settings of the company.
        day = day or self.sudo().company_id.support_local_date()
        return self._get_perk_policy().is_in_force(day)

    # === IN WORDS === #

    def _get_perk_lines(self):
        """Return what the pack brings, as sentences in the reader's language."""
        self.ensure_one()
        words = self.perks or {}
        text = words.get(self.env.lang) or words.get(SOURCE_LANG)
        if not text:
            text = next(iter(words.values()), "")
        return self._explain_perks(self.service_discount, self.visits_per_month, text)

    @api.model
    def _explain_perks(self, percent, visits, words):
        """Return perks as sentences.

        :param words: text, one perk to a line
        """
        lines = []
        if percent:
            lines.append(
                self.env._(
                    "%(percent)s %% off other services of our catalogue, while the "
                    "policy is in force",
                    percent=percent,
                )
            )
        if visits == 1:
            lines.append(
                self.env._("1 visit a month on your premises, for local clients")
            )
        elif visits:
            lines.append(
                self.env._(
                    "%(visits)s visits a month on your premises, for local clients",
                    visits=visits,
                )
            )
        typed = [line.strip() for line in (words or "").splitlines()]
        return lines + [line for line in typed if line]


class SupportAccount(models.Model):
    _inherit = "support.account"

    def _write_ends(self, ends):
        packs = super()._write_ends(ends)
        packs._forget_perks()
        return packs

    def _get_policies_in_force(self):
        """Return the packs of the account in force today that bring something.

        The first to end comes first. With the rights of the reader.
        """
        self.ensure_one()
        packs = self.pack_ids.filtered(
            lambda pack: pack._is_policy_in_force() and pack._get_perk_lines()
        )
        return packs.sorted(lambda pack: (pack.date_end or date.max, pack.id))


class SupportOpeningBalance(models.Model):
    _inherit = "support.opening.balance"

    def _prepare_pack(self, account):
        """A policy from before the suite brings what its product brings today."""
        product = self.product_id.product_tmpl_id
        terms = product._prepare_support_perks() if product else {}
        return {**super()._prepare_pack(account), **terms}
